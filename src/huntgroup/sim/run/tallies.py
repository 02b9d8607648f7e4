"""From the visits of one replication to sums: what all figures are ratios of."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from huntgroup.sim.run.prepared import Prepared
from huntgroup.sim.run.visits import (
    ABANDONED,
    ANSWERED,
    BLOCKED,
    LATER_LEG,
    OVERFLOWED,
    REDIALLED,
    REFUSED,
    TIMED_OUT,
    TRANSFERRED,
    WAITING,
    Outcome,
    VisitColumns,
)

Floats = npt.NDArray[np.float64]

COUNTS = (
    *("offered", "answered", "abandoned", "short_abandons", "timed_out", "overflowed", "refused", "blocked"),
    *("redialled", "transferred", "in_target"),
)
"""The numbers of a queue in a replication."""

SUMS = (*COUNTS, "let_in", "waited", "wait_s", "answer_s")
"""What is kept of each replication beside them: who was let in, who of them was not answered at once, and the
seconds waited by those let in and by those answered."""

SHARES = 1000
"""Quantiles of waits are kept at so many equal steps."""

_MOST_INTERVALS = 20_000
_STEPS = (1, 5, 15, 30, 60, 1440)


class Tally(NamedTuple):
    """One replication. `sums` has shape (queues + 1 + sources, SUMS): each queue, the total, each source;
    `waits` (the same, SHARES + 1) the quantiles of the waits in seconds, nan without any; `intervals`
    (queues, intervals, SUMS); `agents` (agents, 3): seconds busy, on shift, and busy after the shift."""

    sums: Floats
    waits: npt.NDArray[np.float32]
    intervals: npt.NDArray[np.float32]
    agents: Floats
    refusals: dict[str, int]


def step_minutes(prepared: Prepared) -> int:
    """The length of the shortest intervals that are kept: a minute, in long runs more."""
    minutes = prepared.end_ns / 60e9
    return next((step for step in _STEPS if minutes / step <= _MOST_INTERVALS), _STEPS[-1])


def tally(prepared: Prepared, outcome: Outcome) -> Tally:
    """The sums of a replication. O(visits log visits)."""
    visits = outcome.visits
    values, wait_s = _values(prepared, visits)
    counted = visits.entered_ns >= prepared.warm_ns
    if prepared.drop:
        counted &= visits.outcome != WAITING
    queues, sources = len(prepared.queues), len(prepared.sources)
    sums = np.zeros((queues + 1 + sources, len(SUMS)))
    waits = np.full((queues + 1 + sources, SHARES + 1), np.nan, np.float32)
    whole = counted & ((visits.flags & LATER_LEG) == 0)
    tries = whole & (visits.outcome != OVERFLOWED)
    _fill(sums[:queues], waits[:queues], values, wait_s, visits.queue, counted)
    _fill(
        sums[queues : queues + 1],
        waits[queues : queues + 1],
        values,
        wait_s,
        np.zeros_like(visits.queue),
        tries,
    )
    _fill(sums[queues + 1 :], waits[queues + 1 :], values, wait_s, visits.source, tries)
    # Who overflowed is one try, told of where it ended; that it did is told all the same.
    overflowed, transferred = SUMS.index("overflowed"), SUMS.index("transferred")
    sums[queues, [overflowed, transferred]] = sums[:queues, [overflowed, transferred]].sum(axis=0)
    by_source = values[:, overflowed] * whole
    sums[queues + 1 :, overflowed] = np.bincount(visits.source, by_source, minlength=sources)
    seconds = np.stack((outcome.busy_ns, outcome.on_shift_ns, outcome.after_ns), axis=1) / 1e9
    return Tally(sums, waits, _intervals(prepared, visits, values, counted), seconds, outcome.refusals)


def _values(prepared: Prepared, visits: VisitColumns) -> tuple[Floats, Floats]:
    """(visits, SUMS): what each visit adds, and the seconds that it waited."""
    outcome = visits.outcome
    wait_s = (visits.left_ns - visits.arrived_ns) / 1e9
    target = np.array(prepared.target_s)[visits.queue]
    short = np.array(prepared.short_s)[visits.queue]
    answered, abandoned = outcome == ANSWERED, outcome == ABANDONED
    let_in = (outcome != REFUSED) & (outcome != BLOCKED)
    columns = {
        "offered": np.ones(len(outcome), np.bool_),
        "answered": answered,
        "abandoned": abandoned,
        "short_abandons": abandoned & (short > 0) & (wait_s <= short),
        "timed_out": outcome == TIMED_OUT,
        "overflowed": outcome == OVERFLOWED,
        "refused": outcome == REFUSED,
        "blocked": outcome == BLOCKED,
        "redialled": (visits.flags & REDIALLED) != 0,
        "transferred": (visits.flags & TRANSFERRED) != 0,
        "in_target": answered & (wait_s <= target),
        "let_in": let_in,
        "waited": let_in & ~(answered & (visits.left_ns == visits.arrived_ns)),
        "wait_s": np.where(let_in, wait_s, 0.0),
        "answer_s": np.where(answered, wait_s, 0.0),
    }
    return np.stack([columns[name].astype(np.float64) for name in SUMS], axis=1), wait_s


def _fill(
    sums: Floats,
    waits: npt.NDArray[np.float32],
    values: Floats,
    wait_s: Floats,
    place: npt.NDArray[np.int32],
    counted: npt.NDArray[np.bool_],
) -> None:
    let_in = SUMS.index("let_in")
    for row in range(len(sums)):
        mine = counted & (place == row) if len(sums) > 1 else counted
        sums[row] = values[mine].sum(axis=0)
        waited = wait_s[mine & (values[:, let_in] > 0)]
        if len(waited):
            waits[row] = np.quantile(waited, np.linspace(0.0, 1.0, SHARES + 1))


def _intervals(
    prepared: Prepared, visits: VisitColumns, values: Floats, counted: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float32]:
    step_ns = step_minutes(prepared) * 60 * 10**9
    count = -(-prepared.end_ns // step_ns)
    queues = len(prepared.queues)
    # A visit that begins after the end (a transfer) counts for the last interval.
    when = np.minimum(visits.entered_ns // step_ns, count - 1)
    place = (visits.queue * count + when)[counted]
    found = np.zeros((queues * count, len(SUMS)), np.float32)
    for column in range(len(SUMS)):
        found[:, column] = np.bincount(place, values[counted, column], minlength=queues * count)
    return found.reshape(queues, count, len(SUMS))
