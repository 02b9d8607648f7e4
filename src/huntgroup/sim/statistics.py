"""Figures that a supervisor wants, by queue and by agent, from a replay and from the log itself.

Waits are in seconds. A mean over nothing is NaN, so that nobody takes it for a wait of 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from huntgroup.sim.log import CallLog
from huntgroup.sim.mapping import SECOND_NS
from huntgroup.sim.outcome import ReplayOutcome

NOTHING = float("nan")


class QueueFigures(NamedTuple):
    """One queue, or all of them. `unserved` were still waiting at the end. Waits in seconds, of the answered;
    `service_level` is answered within `target_s` divided by answered plus abandoned; `queued` the share that
    had to wait at all."""

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
    """Figures of a replay: one for each queue, and all together (`queue` = "all") at the end. O(n log n)."""
    workload = outcome.workload
    wait, queue = outcome.wait_ns, workload.arrivals.queue
    rows = []
    for index, planned in enumerate(workload.queues):
        rows.append(
            _figures(
                planned.name,
                planned.title,
                planned.service_level[0],
                wait,
                outcome.answered,
                outcome.abandoned,
                queue == index,
            )
        )
    return [*rows, _together(rows, wait, outcome.answered, outcome.abandoned)]


def log_figures(log: CallLog) -> list[QueueFigures]:
    """The same figures as the log itself has them."""
    targets = [log.mapping.service_level_of(log.channel_names[channel])[0] for channel in log.queue_channel]
    rows = [
        _figures(
            name,
            log.mapping.titles.get(name, ""),
            targets[index],
            log.wait_ns,
            log.answered,
            ~log.answered,
            log.queue == index,
        )
        for index, name in enumerate(log.queue_names)
    ]
    return [*rows, _together(rows, log.wait_ns, log.answered, ~log.answered)]


def agent_figures(outcome: ReplayOutcome) -> list[AgentFigures]:
    """Figures by agent, in the workload's order; the seconds in statuses sum to the length of the replay."""
    status_ns: dict[str, dict[str, int]] = {}
    since: dict[str, tuple[int, str]] = {}
    for agent, status in outcome.initial_status.items():
        status_ns[agent] = {}
        since[agent] = (0, status)
    for change in outcome.status_changes:
        at_ns, status = since[change.agent]
        spent = status_ns[change.agent]
        spent[status] = spent.get(status, 0) + change.at_ns - at_ns
        since[change.agent] = (change.at_ns, change.status_to)
    for agent, (at_ns, status) in since.items():
        status_ns[agent][status] = status_ns[agent].get(status, 0) + outcome.end_ns - at_ns
    agents = outcome.workload.agents
    served = outcome.agent >= 0
    count = np.bincount(outcome.agent[served], minlength=len(agents))
    handled = np.bincount(
        outcome.agent[served],
        weights=outcome.workload.arrivals.handling_ns[served].astype(np.float64),
        minlength=len(agents),
    )
    return [
        AgentFigures(
            agent.name,
            int(count[index]),
            float(handled[index]) / SECOND_NS,
            {status: spent / SECOND_NS for status, spent in status_ns[agent.name].items() if spent},
        )
        for index, agent in enumerate(agents)
    ]


def _together(
    rows: list[QueueFigures],
    wait_ns: npt.NDArray[np.int64],
    answered: npt.NDArray[np.bool_],
    abandoned: npt.NDArray[np.bool_],
) -> QueueFigures:
    """All queues: each interaction counts as within target by the target of its own queue."""
    everything = np.ones(len(wait_ns), dtype=np.bool_)
    targets = {row.target_s for row in rows}
    total = _figures(
        "all", "", targets.pop() if len(targets) == 1 else NOTHING, wait_ns, answered, abandoned, everything
    )
    within = sum(
        row.service_level * (row.answered + row.abandoned) for row in rows if row.answered + row.abandoned
    )
    finished = total.answered + total.abandoned
    return total._replace(service_level=within / finished if finished else NOTHING)


def _figures(
    name: str,
    title: str,
    target_s: float,
    wait_ns: npt.NDArray[np.int64],
    answered: npt.NDArray[np.bool_],
    abandoned: npt.NDArray[np.bool_],
    mine: npt.NDArray[np.bool_],
) -> QueueFigures:
    offered = int(mine.sum())
    n_answered, n_abandoned = int((mine & answered).sum()), int((mine & abandoned).sum())
    waits = wait_ns[mine & answered] / SECOND_NS
    finished = n_answered + n_abandoned
    return QueueFigures(
        queue=name,
        title=title,
        offered=offered,
        answered=n_answered,
        abandoned=n_abandoned,
        unserved=offered - finished,
        service_level=float((waits <= target_s).sum()) / finished if finished else NOTHING,
        target_s=target_s,
        mean_wait=float(waits.mean()) if len(waits) else NOTHING,
        p90_wait=float(np.percentile(waits, 90)) if len(waits) else NOTHING,
        longest_wait=float(np.max(waits)) if len(waits) else NOTHING,
        queued=float((wait_ns[mine] > 0).sum()) / offered if offered else NOTHING,
    )
