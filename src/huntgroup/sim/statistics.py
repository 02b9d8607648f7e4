"""Figures for supervisors, per queue and per agent, from a replay and from the log itself.

All are computed by `huntgroup.history`, from a replay's events or a log's columns. Waits are in seconds. A
mean over nothing is NaN, so that it is not mistaken for a wait of 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from huntgroup.errors import ConfigError
from huntgroup.history import Ledger, figures
from huntgroup.history.slots import Slots
from huntgroup.history.tally import Tally
from huntgroup.settings.durations import SECOND_NS
from huntgroup.sim.log import CallLog
from huntgroup.sim.outcome import ReplayOutcome

NOTHING = float("nan")


class QueueFigures(NamedTuple):
    """The figures of one queue, or of all together, as docs/HISTORY.md defines them. `unserved` were still
    waiting at the end. `mean_wait` and `p90_wait` cover answered interactions only, `longest_wait` abandoned
    ones as well; `queued` is the share that had to wait at all."""

    queue: str
    title: str
    offered: int
    answered: int
    abandoned: int
    unserved: int
    service_level: float
    target_s: float
    mean_wait: float
    p90_wait: float
    longest_wait: float
    queued: float

    @property
    def abandonment(self) -> float:
        """Abandoned divided by offered."""
        return self.abandoned / self.offered if self.offered else NOTHING


class AgentFigures(NamedTuple):
    """One agent: interactions answered, seconds handled, and seconds in each status over the whole replay."""

    agent: str
    interactions: int
    handling_s: float
    status_s: dict[str, float]


def replay_figures(outcome: ReplayOutcome) -> list[QueueFigures]:
    """Figures of a replay: one for each queue, and all together (`queue` = "all") at the end. Raises
    ConfigError for an outcome without history. O(events)."""
    tallies = figures.queues(*_whole(outcome))
    planned = outcome.workload.queues
    return _told(
        [(queue.name, queue.title, queue.service_level[0], tallies[queue.name][0]) for queue in planned]
    )


def log_figures(log: CallLog) -> list[QueueFigures]:
    """The same figures, computed from the log itself. O(rows)."""
    found = []
    for index, name in enumerate(log.queue_names):
        channel = log.channel_names[log.queue_channel[index]]
        target_s = log.mapping.service_level_of(channel)[0]
        mine, tally = log.queue == index, Tally()
        tally.waits_ns = log.wait_ns[mine & log.answered].tolist()
        tally.left_ns = log.wait_ns[mine & ~log.answered].tolist()
        tally.counts["entered"] = len(tally.waits_ns) + len(tally.left_ns)
        tally.counts["abandoned"] = len(tally.left_ns)
        tally.in_target = sum(wait_ns <= target_s * SECOND_NS for wait_ns in tally.waits_ns)
        found.append((name, log.mapping.titles.get(name, ""), target_s, tally))
    return _told(found)


def agent_figures(outcome: ReplayOutcome) -> list[AgentFigures]:
    """Figures by agent, in the workload's order; the seconds in statuses sum to the length of the replay.
    Raises ConfigError for an outcome without history. O(events)."""
    tallies = figures.agents(*_whole(outcome))
    found = []
    for agent in outcome.workload.agents:
        told = tallies[agent.name, 0].figures()
        found.append(
            AgentFigures(agent.name, told["answered"], told["handle_seconds"], told["status_seconds"])
        )
    return found


def _whole(outcome: ReplayOutcome) -> tuple[Ledger, Slots]:
    if outcome.history is None:
        raise ConfigError("outcome", "one without history", "that of a replay with history=True")
    return outcome.history, Slots(0, outcome.end_ns)


def _told(tallies: list[tuple[str, str, float, Tally]]) -> list[QueueFigures]:
    """A row per queue, then one for all. In the last one, too, each interaction is measured against the
    target of its own queue."""
    everything, targets = Tally(), set()
    for _, _, target_s, tally in tallies:
        everything += tally
        targets.add(target_s)
    target_s = targets.pop() if len(targets) == 1 else NOTHING
    return [_figures(*row) for row in (*tallies, ("all", "", target_s, everything))]


def _figures(name: str, title: str, target_s: float, tally: Tally) -> QueueFigures:
    gone = tally.answered + tally.abandoned + tally.counts["timed_out"] + tally.counts["overflowed"]
    unserved = tally.offered - gone
    waits = np.array([*tally.waits_ns, *tally.left_ns])
    return QueueFigures(
        queue=name,
        title=title,
        offered=tally.offered,
        answered=tally.answered,
        abandoned=tally.abandoned,
        unserved=unserved,
        service_level=_number(tally.service_level),
        target_s=target_s,
        mean_wait=_number(tally.average_speed_of_answer),
        p90_wait=_number(tally.wait_percentiles(90)[0]),
        longest_wait=_number(tally.longest_wait),
        queued=(int((waits > 0).sum()) + unserved) / tally.offered if tally.offered else NOTHING,
    )


def _number(figure: float | None) -> float:
    return NOTHING if figure is None else figure
