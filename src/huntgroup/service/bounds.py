"""What one client may cost the others: sizes, depths, rates."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict

import numpy as np

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


LARGE = 64 * 1024
"""Bytes from which on a body of one command is looked at a piece at a time, and its sender paced."""
PIECE = 32 * 1024
SHARE = 0.01
"""The part of the process's time that one subject gets for large bodies that come to nothing."""
LONGEST_WAIT = 5.0


class Pace:
    """Large bodies that come to nothing: after each its subject waits a hundred times as long as it took
    before the next is looked at, so that a flood of them costs the others a hundredth of their time."""

    def __init__(self) -> None:
        self._until: OrderedDict[str, float] = OrderedDict()

    async def wait(self, subject: str) -> None:
        """Until the next large body of this subject may be looked at."""
        while (rest := self._until.get(subject, 0.0) - time.monotonic()) > 0:
            await asyncio.sleep(rest)

    def note(self, subject: str, seconds: float) -> None:
        """So much was spent on one that came to nothing. O(1)."""
        begin = max(time.monotonic(), self._until.get(subject, 0.0))
        self._until[subject] = begin + min(seconds / SHARE, LONGEST_WAIT)
        if len(self._until) > MAX_SUBJECTS:
            self._until.popitem(last=False)


def check_depth(body: bytes) -> None:
    """Raises Failure 400 for JSON that is nested deeper than anything here is. O(bytes), and of those that
    could be too deep only; without a step of Python's for each bracket."""
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH:
        Depth().feed(body)


class Depth:
    """How deep JSON is nested, of which one piece comes after the other."""

    def __init__(self) -> None:
        self._open, self._in_text, self._held = 0, False, b""

    def feed(self, piece: bytes) -> None:
        """The next piece. Raises Failure 400 as soon as it is nested too deep. O(bytes)."""
        piece = self._held + piece if self._held else piece
        # A backslash at the end may belong to what comes next.
        odd = (len(piece) - len(piece.rstrip(b"\\"))) % 2
        piece, self._held = (piece[:-1], b"\\") if odd else (piece, b"")
        if b"\\" in piece:
            piece = piece.replace(b"\\\\", b"").replace(b'\\"', b"")
        # What stands in a text opens nothing.
        parts = piece.split(b'"')
        marks = b"".join(parts[self._in_text :: 2]).translate(_STEPS, _OTHERS)
        self._in_text ^= len(parts) % 2 == 0
        if not marks:
            return
        levels = np.cumsum(np.frombuffer(marks, np.int8), dtype=np.int32)
        if self._open + int(np.max(levels)) > MAX_DEPTH:
            raise Failure(400, f"JSON nested deeper than {MAX_DEPTH}")
        self._open += int(levels[-1])


class Look:
    """A large body of one command, looked at as it comes and a piece at a time, so that others have their
    turn between two; `spent` are the seconds that it took."""

    def __init__(self) -> None:
        self._depth, self.spent = Depth(), 0.0

    async def at(self, part: bytes) -> None:
        """The next part. Raises Failure 400 as soon as it is nested too deep."""
        for place in range(0, len(part), PIECE):
            began = time.perf_counter()
            try:
                self._depth.feed(part[place : place + PIECE])
            finally:
                self.spent += time.perf_counter() - began
            await asyncio.sleep(0)


_STEPS = bytes.maketrans(b"[]{}", b"\x01\xff\x01\xff")
_OTHERS = bytes(set(range(256)) - set(b"[]{}"))
