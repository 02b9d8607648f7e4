"""The clock of a router: it never goes back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

log: logging.Logger = logging.getLogger("huntgroup.live")

STEP_NS = 1_000_000_000
"""A change of the wall clock of this size or more, beyond the time that has passed, is logged as a step.
Smaller ones are not logged."""


class RouterClock:
    """The instant at the start plus monotonic time; it follows the wall clock forwards only.

    `wall` is the engine's own clock, `monotonic` one that never steps; both give integer ns. Between `hold`
    and `release` the clock stands still, so that everything in one turn happens at one instant.
    """

    def __init__(self, wall: Callable[[], int], monotonic: Callable[[], int] = time.monotonic_ns) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._wall_ns = wall()
        self._monotonic_ns = monotonic()
        self._now_ns = self._wall_ns
        self._held = False

    def hold(self, at_least_ns: int) -> int:
        """The instant of a turn, not before `at_least_ns`. It stands until `release`."""
        self._now_ns = max(self(), at_least_ns)
        self._held = True
        return self._now_ns

    def release(self) -> None:
        self._held = False

    def __call__(self) -> int:
        """The instant, in integer ns: never before the one it gave last. O(1)."""
        if self._held:
            return self._now_ns
        wall_ns, monotonic_ns = self._wall(), self._monotonic()
        passed_ns = monotonic_ns - self._monotonic_ns
        stepped_ns = wall_ns - self._wall_ns - passed_ns
        if wall_ns < self._wall_ns or stepped_ns <= -STEP_NS:
            log.warning(
                "the clock stepped back by %.3f s: the router goes on from where it was", -stepped_ns / 1e9
            )
        elif stepped_ns >= STEP_NS:
            log.info("the clock jumped ahead by %.3f s: what is due by then happens now", stepped_ns / 1e9)
        self._wall_ns, self._monotonic_ns = wall_ns, monotonic_ns
        self._now_ns = max(self._now_ns + passed_ns, wall_ns)
        return self._now_ns
