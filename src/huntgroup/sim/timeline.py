"""What is to happen from outside, and the engine's own timers between: how simulated time goes on.

A replay, a simulation and a what-if each play a centre around the real engine, and all of them go from one
instant to the next in the same way. Before anything from outside happens, the engine's timers have had their
turn, one deadline at a time, as what they cause (an offer after a wrap-up) is answered at that very instant.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from typing import Any

TIMERS = -1
"""In the place of a kind: the engine's own timers have been played, and may have caused something."""

_NEVER = 1 << 63


class Timeline:
    """What is planned around an engine. Instants are ns after `start_ns` of the engine's time.

    `arrivals`: pairs of an instant and what arrives then, in order of time, all of kind `arrival`. They are
    read one by one, so that a million of them need no place among what is planned.
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
        """Puts something on the timeline. At one instant the lower kind comes first, then the lower `order`,
        by default what was planned first. O(log n)."""
        self._planned += 1
        heapq.heappush(self._heap, (at_ns, kind, self._planned if order is None else order, what))

    @property
    def all_came(self) -> bool:
        """Whether none of `arrivals` is left."""
        return self._arrives_at == _NEVER

    @property
    def empty(self) -> bool:
        """Whether nothing from outside is left."""
        return self.all_came and not self._heap

    def play(self, stops: Callable[[int], bool]) -> Iterator[tuple[int, int, Any]]:
        """Goes from instant to instant: yields (instant, kind, what) of what happens from outside, and
        (instant, TIMERS, None) after the engine has played its timers that were due.

        `stops` is asked before each instant, and ends it. It ends as well when neither the engine nor anybody
        outside has anything left to do.
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
