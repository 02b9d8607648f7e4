"""The answer of a what-if: figures of the recording, of the run without the change and of the run with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from huntgroup.history.tally import Tally
from huntgroup.report.table import Column, Format, Table, plain_text, shown
from huntgroup.whatif.recording import Bools, Outcome

NOTHING = float("nan")
RUNS = ("recorded", "unchanged", "changed")


class Figures(NamedTuple):
    """One queue (by where interactions arrived), or all of them, as docs/HISTORY.md defines them. Waits in
    seconds, of the answered, `max_wait` of those who left as well; a mean or share of nothing is NaN.
    `unserved` were still waiting at the end; `occupancy`, of all agents together, is that of their own
    clocks: handling divided by handling plus ready time."""

    arrived: int
    answered: int
    abandoned: int
    timed_out: int
    turned_away: int
    unserved: int
    mean_wait: float
    p50_wait: float
    p90_wait: float
    p95_wait: float
    max_wait: float
    service_level: float
    occupancy: float


_ROWS: tuple[tuple[str, str, Format], ...] = (
    ("arrived", "arrived", "count"),
    ("answered", "answered", "count"),
    ("abandoned", "abandoned", "count"),
    ("timed_out", "timed out", "count"),
    ("turned_away", "turned away", "count"),
    ("unserved", "still waiting", "count"),
    ("mean_wait", "mean wait (s)", "seconds"),
    ("p50_wait", "median wait (s)", "seconds"),
    ("p90_wait", "90 % wait (s)", "seconds"),
    ("p95_wait", "95 % wait (s)", "seconds"),
    ("max_wait", "longest wait (s)", "seconds"),
    ("service_level", "service level", "share"),
    ("occupancy", "occupancy", "share"),
)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What would have happened. `recorded` is what did, `unchanged` the same stream run again by the rules of
    docs/WHAT_IF.md, `changed` that run under the change: the difference of these two is the change's effect,
    and how far `unchanged` is from `recorded` shows how well the rules fit. `left_out` counts the commands
    that were not run again. Printed, it is a table for all queues and one for each."""

    queues: tuple[str, ...]
    start_ns: int
    end_ns: int
    recorded: Outcome
    unchanged: Outcome
    changed: Outcome
    left_out: Mapping[str, int]

    def figures(self, run: str = "changed", queue: str | None = None) -> Figures:
        """Figures of one run (recorded, unchanged, changed), of all queues or of one. O(n log n)."""
        outcome: Outcome = getattr(self, run)
        mine = np.ones(len(outcome.queue), np.bool_)
        if queue is not None:
            mine = outcome.queue == self.queues.index(queue)
        return _figures(outcome, mine, queue is None)

    def differences(self, queue: str | None = None) -> Figures:
        """Changed minus unchanged, figure by figure. O(n log n)."""
        changed, unchanged = self.figures("changed", queue), self.figures("unchanged", queue)
        return Figures._make(new - old for new, old in zip(changed, unchanged, strict=True))

    def tables(self) -> list[Table]:
        """The comparison of all queues, and of each at which something arrived where there are several."""
        used = [self.queues[index] for index in np.unique(self.recorded.queue).tolist()]
        return [self._table(None), *(self._table(name) for name in used if len(used) > 1)]

    def to_json(self) -> dict[str, object]:
        """Everything printed, as plain values."""
        return {
            "start_ns": self.start_ns,
            "end_ns": self.end_ns,
            "tables": {table.key: table.records() for table in self.tables()},
            "left_out": dict(self.left_out),
            "refusals": {run: dict(getattr(self, run).refusals) for run in RUNS},
        }

    def __str__(self) -> str:
        texts = [plain_text(_aligned(table)) for table in self.tables()]
        for what, counts in (
            ("not run again", self.left_out),
            ("refused without the change", self.unchanged.refusals),
            ("refused with it", self.changed.refusals),
        ):
            if counts:
                texts.append(f"{what}: " + ", ".join(f"{name} {count:,}" for name, count in counts.items()))
        return "\n\n".join(texts)

    def _table(self, queue: str | None) -> Table:
        each = [self.figures(run, queue) for run in RUNS]
        difference = self.differences(queue)
        return Table(
            title="All queues" if queue is None else f"Queue {queue}",
            key="all" if queue is None else queue,
            columns=(
                Column("", "figure"),
                *(Column(run.capitalize(), run) for run in RUNS),
                Column("Difference", "difference"),
            ),
            rows=tuple(
                (name, *(getattr(figures, name) for figures in (*each, difference)))
                for name, _, _ in _ROWS
                if queue is None or name != "occupancy"
            ),
        )


def _aligned(table: Table) -> Table:
    """The table with each figure written in its own way, to the right."""
    kinds = {name: (title, form) for name, title, form in _ROWS}
    rows = []
    for name, *cells in table.rows:
        title, form = kinds[str(name)]
        texts = [shown(cell, form) for cell in cells]
        if isinstance(cells[-1], int | float) and cells[-1] > 0:
            texts[-1] = "+" + texts[-1]
        rows.append((title, *texts))
    widths = [
        max(len(column.heading), *(len(row[k]) for row in rows)) for k, column in enumerate(table.columns)
    ]
    return Table(
        table.title,
        table.key,
        tuple(
            Column(column.heading.rjust(widths[k]) if k else column.heading, column.key)
            for k, column in enumerate(table.columns)
        ),
        tuple((row[0], *(row[k].rjust(widths[k]) for k in range(1, len(row)))) for row in rows),
    )


def _tally(outcome: Outcome, mine: Bools) -> Tally:
    """What became of these, as the history counts it."""
    tally = Tally()
    left = {name: mine & getattr(outcome, name) for name in ("abandoned", "timed_out")}
    short = left["abandoned"] & (outcome.wait_ns <= outcome.short_ns[outcome.queue])
    short &= outcome.short_ns[outcome.queue] > 0
    tally.waits_ns = outcome.wait_ns[mine & outcome.answered].tolist()
    tally.left_ns = outcome.wait_ns[left["abandoned"] | left["timed_out"]].tolist()
    tally.in_target = int(
        (mine & outcome.answered & (outcome.wait_ns <= outcome.target_ns[outcome.queue])).sum()
    )
    tally.counts["entered"] = int((mine & ~outcome.turned_away).sum())
    for name, which in (*left.items(), ("short_abandons", short)):
        tally.counts[name] = int(which.sum())
    return tally


def _figures(outcome: Outcome, mine: Bools, everything: bool) -> Figures:
    tally = _tally(outcome, mine)
    if everything and outcome.busy_ns is not None and outcome.ready_ns is not None:
        tally.busy_ns, tally.staffed_ns = outcome.busy_ns, outcome.busy_ns + outcome.ready_ns
    p50, p90, p95 = map(_number, tally.wait_percentiles(50, 90, 95))
    arrived, timed_out = int(mine.sum()), tally.counts["timed_out"]
    return Figures(
        arrived,
        tally.answered,
        tally.abandoned,
        timed_out,
        arrived - tally.offered,
        tally.offered - tally.answered - tally.abandoned - timed_out,
        _number(tally.average_speed_of_answer),
        p50,
        p90,
        p95,
        _number(tally.longest_wait),
        _number(tally.service_level),
        _number(tally.occupancy),
    )


def _number(figure: float | None) -> float:
    return NOTHING if figure is None else figure
