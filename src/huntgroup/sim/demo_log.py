"""Write the outcome of a replay as a log in the project's own format, as a real centre would have recorded
it."""

from __future__ import annotations

import csv
from typing import TextIO

from huntgroup.sim.mapping import SECOND_NS
from huntgroup.sim.outcome import ReplayOutcome

HEADER = (
    "interaction",
    "arrived_at",
    "channel",
    "queue",
    "requires",
    "priority",
    "outcome",
    "waited_s",
    "handled_s",
    "agent",
)


def write_log(file: TextIO, outcome: ReplayOutcome) -> int:
    """Write the log of an outcome as CSV; returns the number of rows.

    Interactions that were still waiting at the end are left out, as they have no outcome.
    """
    workload, arrivals = outcome.workload, outcome.workload.arrivals
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER)
    wait = outcome.wait_ns
    rows = 0
    for k in range(arrivals.n):
        answered = bool(outcome.answered_at_ns[k] >= 0)
        if not answered and outcome.left_at_ns[k] < 0:
            continue
        queue = workload.queues[arrivals.queue[k]]
        requires = int(arrivals.requires[k])
        rows += 1
        writer.writerow(
            (
                rows,
                workload.wall_time(int(arrivals.at_ns[k])).isoformat(timespec="milliseconds"),
                queue.channel,
                queue.name,
                workload.requirements[requires] if requires >= 0 else "",
                int(arrivals.priority[k]),
                "answered" if answered else "abandoned",
                seconds(int(wait[k])),
                seconds(int(arrivals.handling_ns[k])) if answered else "0",
                workload.agents[outcome.agent[k]].name if answered else "",
            )
        )
    return rows


def seconds(duration_ns: int) -> str:
    """A duration in seconds, with three decimals unless it is a whole number: 12 or 12.345."""
    whole, part = divmod(duration_ns, SECOND_NS)
    milliseconds = part // 1_000_000
    return f"{whole}.{milliseconds:03d}" if milliseconds else str(whole)
