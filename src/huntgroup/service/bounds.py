"""What one client may cost the others: sizes, depths, rates."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict

from huntgroup.service.answers import Failure

MAX_BODY = 1024 * 1024
MAX_BATCH_BODY = 8 * 1024 * 1024
MAX_BATCH = 10_000
MAX_DEPTH = 16
MAX_SUBJECTS = 100_000


class Buckets:
    """A token bucket for each subject: `rate` commands per second, at most `burst` at once."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def grant(self, rate: float, burst: float) -> None:
        """Other bounds from now on. O(1)."""
        self._rate, self._burst = rate, burst

    def take(self, subject: str, count: int = 1) -> None:
        """Takes so many commands from the subject's bucket. Raises Failure 429 where it has too few: then
        none is taken. O(1)."""
        now = time.monotonic()
        level, since = self._levels.get(subject, (self._burst, now))
        level = min(self._burst, level + (now - since) * self._rate)
        if count > level:
            self._levels[subject] = (level, now)
            wait = (min(count, self._burst) - level) / self._rate
            raise Failure(429, "too many commands", {"Retry-After": str(max(1, round(wait + 0.5)))})
        self._levels[subject] = (level - count, now)
        if len(self._levels) > MAX_SUBJECTS:
            self._levels.popitem(last=False)


class Patience:
    """How fast answers that refuse may leave: the first ones at once, those of a flood a second later each,
    so that who is refused does not take the others' turn."""

    def __init__(self, a_second: float = 20, at_once: float = 40) -> None:
        self._buckets = Buckets(a_second, at_once)

    async def wait(self, whose: str) -> None:
        """Until the next refusal of this one may leave."""
        try:
            self._buckets.take(whose)
        except Failure:
            await asyncio.sleep(HELD_BACK)


HELD_BACK = 1.0
"""Seconds that a refusal of a flood is held back."""


def check_depth(body: bytes) -> None:
    """Raises Failure 400 for JSON that is nested deeper than anything here is. O(bytes), and of those that
    could be too deep only; without a step of Python's for each bracket."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    # What stands in a text opens nothing.
    marks = b"".join(body.split(b'"')[::2]).translate(_ROUND, _OTHERS)
    # Each turn takes the innermost pairs away; what is left without a pair is no JSON.
    for _ in range(MAX_DEPTH):
        size = len(marks)
        marks = marks.replace(b"()", b"")
        if len(marks) == size:
            break
    if b"()" in marks or marks.count(b"(") > MAX_DEPTH:
        raise Failure(400, f"JSON nested deeper than {MAX_DEPTH}")


_ROUND = bytes.maketrans(b"[]{}", b"()()")
_OTHERS = bytes(set(range(256)) - set(b"[]{}"))
