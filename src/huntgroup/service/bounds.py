"""What one client may cost the others: sizes, depths, rates."""

from __future__ import annotations

import re
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


def check_depth(body: bytes) -> None:
    """Raises Failure 400 for JSON that is nested deeper than anything here is. O(bytes), and of those that
    could be too deep only."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for found in _BRACKETS.finditer(body):
        mark = found.group()
        if mark in (b"[", b"{"):
            depth += 1
            if depth > MAX_DEPTH:
                raise Failure(400, f"JSON nested deeper than {MAX_DEPTH}")
        elif mark in (b"]", b"}"):
            depth -= 1


# A text is skipped whole: what stands in it opens nothing.
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[][{}]', re.DOTALL)
