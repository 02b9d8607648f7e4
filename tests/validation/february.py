"""The bank's February (case 14): a month of real calls, replayed through the engine.

Arrivals, types, priorities and services are the log's, patience is drawn from its Kaplan-Meier estimate where
it was cut off by the answer, skills and shifts are those that the log shows. What a log cannot tell (who was
there and met no waiting customer, by which rule types were ranked) keeps the replay from being equal:
`within` says how near a figure must come, None that it is told only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace as changed
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

import huntgroup as hg
from huntgroup.sim import Estimate
from huntgroup.sim.derive import derive
from huntgroup.sim.log import CallLog, read_log
from huntgroup.sim.mapping_files import load_mapping
from huntgroup.sim.outcome import ReplayOutcome
from huntgroup.sim.replay import replay
from huntgroup.sim.run.estimates import student
from huntgroup.sim.statistics import QueueFigures, log_figures, replay_figures
from huntgroup.sim.workload import Workload

LOG = Path(__file__).resolve().parents[3] / "shared" / "data" / "feb1999_pseudonymised.csv"
ABSENT = "the bank's log is not beside the project, and is no part of it"
SEEDS = (1, 2, 3, 4, 5)
ENOUGH_CALLS = 20

_SHARE = "answered share"
_WAIT = "mean wait of the answered (s)"
_READ: dict[str, Callable[[QueueFigures], float]] = {
    _SHARE: lambda one: one.answered / one.offered,
    _WAIT: lambda one: one.mean_wait,
    "had to wait": lambda one: one.queued,
    "within 20 s": lambda one: one.service_level,
}
# How close the figures of all calls, and of the two largest types of the bank's own customers, must come. The
# log has 87.4 % answered after 40.8 s, 58 % who waited; 8 % of PS and 7 % of NE abandoned.
_WITHIN = {
    ("all", _SHARE): 0.02,
    ("all", _WAIT): 5.0,
    ("all", "had to wait"): 0.04,
    ("all", "within 20 s"): 0.04,
    ("PS", _SHARE): 0.015,
    ("PS", _WAIT): 4.0,
    ("NE", _SHARE): 0.015,
    ("NE", _WAIT): 8.0,
}


class Compared(NamedTuple):
    """A figure of a type of calls, in the log and in the replays of some seeds."""

    kind: str
    figure: str
    log: float
    replayed: Estimate
    within: float | None

    @property
    def near(self) -> bool:
        """Is it as close as it must be? True for a figure that is only told."""
        return self.within is None or abs(self.replayed.mean - self.log) <= self.within


@cache
def february() -> CallLog:
    """The log. Raises OSError if it is not there."""
    return read_log(LOG, load_mapping("anonymous_bank"))


@cache
def replayed(seed: int, change: Callable[[Workload], Workload] | None = None) -> ReplayOutcome:
    """The month replayed, as it was or under a change."""
    workload = derive(february(), seed=seed)
    return replay(workload if change is None else change(workload), hg.Engine, seed=seed)


def everybody_knows_everything(workload: Workload) -> Workload:
    """The same agents, each with every skill and in every queue."""
    skills = {queue.requires: 10 for queue in workload.queues if queue.requires}
    queues = tuple(queue.name for queue in workload.queues)
    return changed(
        workload, agents=tuple(changed(agent, skills=skills, queues=queues) for agent in workload.agents)
    )


def nobody_has_credit(workload: Workload) -> Workload:
    """Priority customers enter the queue like everybody else."""
    return changed(
        workload, queues=tuple(changed(queue, seconds_per_priority=0) for queue in workload.queues)
    )


def compare(seeds: Sequence[int] = SEEDS) -> list[Compared]:
    """Every figure of every type and of all calls; the interval is Student's t over the seeds."""
    before = log_figures(february())
    after = [replay_figures(replayed(seed)) for seed in seeds]
    found = []
    for place, one in enumerate(before):
        for figure, read in _READ.items():
            values = [read(rows[place]) for rows in after]
            found.append(
                Compared(one.queue, figure, read(one), _estimate(values), _WITHIN.get((one.queue, figure)))
            )
    return found


def waits_by_hour(outcome: ReplayOutcome) -> tuple[np.ndarray, np.ndarray]:
    """Mean waits in the log and in the replay, by the hour of the arrival, of hours with calls enough."""
    log = february()
    hour = log.arrived_ns // (3600 * 10**9)
    count = np.bincount(hour)
    enough = count >= ENOUGH_CALLS
    sums = [np.bincount(hour, weights=wait / 1e9)[enough] for wait in (log.wait_ns, outcome.wait_ns)]
    return sums[0] / count[enough], sums[1] / count[enough]


def gain_of_priority(wait_ns: np.ndarray, answered: np.ndarray) -> float:
    """How much sooner priority customers are answered than others, in seconds, of those who had to wait."""
    waited = answered & (wait_ns > 0)
    first = february().priority > 0
    return float(wait_ns[waited & ~first].mean() - wait_ns[waited & first].mean()) / 1e9


def _estimate(values: list[float]) -> Estimate:
    mean, count = float(np.mean(values)), len(values)
    half = student(count - 1) * float(np.std(values, ddof=1)) / math.sqrt(count) if count > 1 else math.nan
    return Estimate(mean, mean - half, mean + half, count)
