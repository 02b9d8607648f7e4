"""From the visits of one replication to sums: what all figures are ratios of."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huntgroup.sim.run import visits as codes
from huntgroup.sim.run.prepared import Prepared
from huntgroup.sim.run.visits import Outcome, VisitColumns

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
    columns, wait_s = _columns(prepared, visits)
    counted = visits.entered_ns >= prepared.warm_ns
    if prepared.drop:
        counted &= visits.outcome != codes.WAITING
    queues, sources = len(prepared.queues), len(prepared.sources)
    step_ns = step_minutes(prepared) * 60 * 10**9
    count = -(-prepared.end_ns // step_ns)
    # A visit that begins after the end (a transfer) counts for the last interval.
    when = np.minimum(visits.entered_ns // step_ns, count - 1)
    intervals = _summed(columns, visits.queue * count + when, counted, queues * count)
    intervals = intervals.reshape(queues, count, len(SUMS))
    # Who overflowed is one try, told of where it ended; that it did is told all the same.
    whole = counted & ((visits.flags & codes.LATER_LEG) == 0)
    tries = whole & (visits.outcome != codes.OVERFLOWED)
    by_source = _summed(columns, visits.source, tries, sources)
    overflowed, transferred = SUMS.index("overflowed"), SUMS.index("transferred")
    by_source[:, overflowed] = np.bincount(visits.source[whole & columns["overflowed"]], minlength=sources)
    by_queue = intervals.sum(axis=1)
    total = by_source.sum(axis=0, keepdims=True)
    total[0, transferred] = by_queue[:, transferred].sum()
    let_in = columns["let_in"]
    waits = np.concatenate(
        (
            _quantiles(wait_s, visits.queue, counted & let_in, queues),
            _quantiles(wait_s, np.zeros_like(visits.queue), tries & let_in, 1),
            _quantiles(wait_s, visits.source, tries & let_in, sources),
        )
    )
    return Tally(
        np.concatenate((by_queue, total, by_source)),
        waits,
        intervals.astype(np.float32),
        np.stack((outcome.busy_ns, outcome.on_shift_ns, outcome.after_ns), axis=1) / 1e9,
        outcome.refusals,
    )


def _columns(prepared: Prepared, visits: VisitColumns) -> tuple[dict[str, npt.NDArray[Any]], Floats]:
    """What each visit adds to each of SUMS, and the seconds that it waited."""
    outcome = visits.outcome
    wait_s = (visits.left_ns - visits.arrived_ns) / 1e9
    target = np.array(prepared.target_s)[visits.queue]
    answered, abandoned = outcome == codes.ANSWERED, outcome == codes.ABANDONED
    short = np.array(prepared.short_s)[visits.queue]
    let_in = (outcome != codes.REFUSED) & (outcome != codes.BLOCKED)
    columns: dict[str, npt.NDArray[Any]] = {
        "offered": np.ones(len(outcome), np.bool_),
        "answered": answered,
        "abandoned": abandoned,
        "short_abandons": abandoned & (short > 0) & (wait_s <= short),
        "timed_out": outcome == codes.TIMED_OUT,
        "overflowed": outcome == codes.OVERFLOWED,
        "refused": outcome == codes.REFUSED,
        "blocked": outcome == codes.BLOCKED,
        "redialled": (visits.flags & codes.REDIALLED) != 0,
        "transferred": (visits.flags & codes.TRANSFERRED) != 0,
        "in_target": answered & (wait_s <= target),
        "let_in": let_in,
        "waited": let_in & ~(answered & (visits.left_ns == visits.arrived_ns)),
        "wait_s": np.where(let_in, wait_s, 0.0),
        "answer_s": np.where(answered, wait_s, 0.0),
    }
    return columns, wait_s


def _summed(
    columns: dict[str, npt.NDArray[Any]],
    place: npt.NDArray[Any],
    counted: npt.NDArray[np.bool_],
    places: int,
) -> Floats:
    """(places, SUMS): the sums of the columns over those who count, by place. O(visits)."""
    found = np.zeros((places, len(SUMS)))
    for number, name in enumerate(SUMS):
        column = columns[name]
        if column.dtype == np.bool_:
            found[:, number] = np.bincount(place[counted & column], minlength=places)
        else:
            found[:, number] = np.bincount(place[counted], column[counted], minlength=places)
    return found


def _quantiles(
    wait_s: Floats, place: npt.NDArray[np.int32], mine: npt.NDArray[np.bool_], places: int
) -> npt.NDArray[np.float32]:
    """(places, SHARES + 1): the quantiles of the waits by place, between two waits by a straight line."""
    found = np.full((places, SHARES + 1), np.nan, np.float32)
    for row in range(places):
        waits = np.sort(wait_s[mine & (place == row)].astype(np.float32))
        if len(waits):
            at = np.linspace(0.0, len(waits) - 1.0, SHARES + 1)
            found[row] = np.interp(at, np.arange(len(waits)), waits)
    return found
