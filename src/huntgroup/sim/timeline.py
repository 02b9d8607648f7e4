"""Simulated time: merges the planned external events with the engine's own timers.

A replay, a simulation and a what-if each simulate a centre around the real engine, and advance from instant
to instant in the same way. Before an external event, the engine's due timers fire, one deadline at a time:
what a timer causes (an offer after a wrap-up) must be answered at that very instant.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from typing import Any

TIMERS = -1
"""Yielded instead of a kind: the engine's own timers have fired, and may have caused events."""

_NEVER = 1 << 63


class Timeline:
    """The external events planned for an engine. Instants are ns after `start_ns` of the engine's time.

    `arrivals`: pairs of an instant and what arrives then, in order of time, all of kind `arrival`. They are
    read one by one, so that a million arrivals need not be held in the heap of planned events.
    """

    def __init__(
        self,
        engine: Any,
        start_ns: int = 0,
        arrivals: Iterable[tuple[int, Any]] = (),
        arrival: int = 0,
    ) -> None:
        self._engine = engine
        self._start_ns = start_ns
        self._arrivals = iter(arrivals)
        self._arrival = arrival
        self._heap: list[tuple[int, int, int, Any]] = []
        self._planned = 0
        self._arrives_at: int
        self._arriving: Any
        self._next_arrival()

    def plan(self, at_ns: int, kind: int, what: Any, order: int | None = None) -> None:
        """Plans an external event. At the same instant the lower kind comes first, then the lower `order`; by
        default the one planned first. O(log n)."""
        self._planned += 1
        heapq.heappush(self._heap, (at_ns, kind, self._planned if order is None else order, what))

    @property
    def all_came(self) -> bool:
        """Whether all `arrivals` have been read."""
        return self._arrives_at == _NEVER

    @property
    def empty(self) -> bool:
        """Whether no external event is left."""
        return self.all_came and not self._heap

    def play(self, stops: Callable[[int], bool]) -> Iterator[tuple[int, int, Any]]:
        """Advances from instant to instant: yields (instant, kind, what) for each external event, and
        (instant, TIMERS, None) after the engine's due timers have fired.

        `stops` is called before each instant; the iteration ends if it returns True. It also ends when
        neither external events nor timers of the engine are left.
        """
        engine, start, heap = self._engine, self._start_ns, self._heap
        while True:
            at, kind = heap[0][:2] if heap else (_NEVER, 0)
            arrives = self._arrives_at != _NEVER and (self._arrives_at, self._arrival) <= (at, kind)
            if arrives:
                at = self._arrives_at
            deadline = engine.next_deadline
            if deadline is not None and deadline - start <= at:
                if stops(deadline - start):
                    return
                engine.advance(deadline)
                yield deadline - start, TIMERS, None
            elif at == _NEVER or stops(at):
                return
            elif arrives:
                what = self._arriving
                self._next_arrival()
                yield at, self._arrival, what
            else:
                yield at, kind, heapq.heappop(heap)[3]

    def _next_arrival(self) -> None:
        self._arrives_at, self._arriving = next(self._arrivals, (_NEVER, None))
