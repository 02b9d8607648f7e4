"""Bounds for each client, so that none slows the others down: sizes, JSON depth, rates."""

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
        """Sets a new rate and burst. O(1)."""
        self._rate, self._burst = rate, burst

    def take(self, subject: str, count: int = 1) -> None:
        """Takes `count` commands from the subject's bucket. Raises Failure 429 and takes nothing if the
        bucket has fewer. O(1)."""
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
    """Slows down error answers: the first ones leave at once, those above the rate are each delayed by
    `HELD_BACK` seconds, so that a client that is refused again and again does not slow down the others."""

    def __init__(self, a_second: float = 20, at_once: float = 40) -> None:
        self._buckets = Buckets(a_second, at_once)

    async def wait(self, whose: str) -> None:
        """Waits until the next error answer to this subject may be sent."""
        try:
            self._buckets.take(whose)
        except Failure:
            await asyncio.sleep(HELD_BACK)


HELD_BACK = 1.0
"""Seconds by which an error answer above the rate is delayed."""


LARGE = 64 * 1024
"""A command's body of more bytes than this is checked in pieces, and its sender is slowed down (`Pace`)."""
PIECE = 32 * 1024
SHARE = 0.01
"""The share of the process's time that one subject may use for large bodies that fail."""
LONGEST_WAIT = 5.0


class Pace:
    """Slows down subjects that send large bodies that fail. After each, the subject's next large body waits
    100 times as long as the failed one took, at most `LONGEST_WAIT` seconds. So a flood of them takes about 1
    % of the process's time."""

    def __init__(self) -> None:
        self._until: OrderedDict[str, float] = OrderedDict()

    async def wait(self, subject: str) -> None:
        """Waits until the next large body of this subject may be checked."""
        while (rest := self._until.get(subject, 0.0) - time.monotonic()) > 0:
            await asyncio.sleep(rest)

    def note(self, subject: str, seconds: float) -> None:
        """Notes that a body that failed took `seconds`. O(1)."""
        begin = max(time.monotonic(), self._until.get(subject, 0.0))
        self._until[subject] = begin + min(seconds / SHARE, LONGEST_WAIT)
        if len(self._until) > MAX_SUBJECTS:
            self._until.popitem(last=False)


def check_depth(body: bytes) -> None:
    """Raises Failure 400 for JSON that is nested deeper than `MAX_DEPTH`. Only a body with more opening
    brackets than that is checked further, in numpy rather than bracket by bracket. O(bytes)."""
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH:
        Depth().feed(body)


class Depth:
    """Measures how deep JSON is nested, piece by piece."""

    def __init__(self) -> None:
        self._open, self._in_text, self._held = 0, False, b""

    def feed(self, piece: bytes) -> None:
        """Checks the next piece. Raises Failure 400 as soon as the nesting is too deep. O(bytes)."""
        piece = self._held + piece if self._held else piece
        # A backslash at the end may escape the first character of the next piece.
        odd = (len(piece) - len(piece.rstrip(b"\\"))) % 2
        piece, self._held = (piece[:-1], b"\\") if odd else (piece, b"")
        if b"\\" in piece:
            piece = piece.replace(b"\\\\", b"").replace(b'\\"', b"")
        # Brackets inside a string do not count.
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
    """Checks a large body of one command while it arrives, in pieces, so that other tasks run between two of
    them. `spent` is the time that this took, in seconds."""

    def __init__(self) -> None:
        self._depth = Depth()
        self.spent: float = 0.0

    async def at(self, part: bytes) -> None:
        """Checks the next part. Raises Failure 400 as soon as the nesting is too deep."""
        for place in range(0, len(part), PIECE):
            began = time.perf_counter()
            try:
                self._depth.feed(part[place : place + PIECE])
            finally:
                self.spent += time.perf_counter() - began
            await asyncio.sleep(0)


_STEPS = bytes.maketrans(b"[]{}", b"\x01\xff\x01\xff")
_OTHERS = bytes(set(range(256)) - set(b"[]{}"))
