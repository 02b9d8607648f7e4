"""The intervals of one request, and the assignment of instants and spans to them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from huntgroup.history import calendar


class Slots:
    """The intervals [from, to) of a request; what lies before `since` or after `until` is cut off. Without
    minutes there is one interval, from `since` to `until`. Raises ConfigError."""

    since_ns: int
    until_ns: int

    def __init__(self, since_ns: int, until_ns: int, minutes: int | None = None, tz: str = "UTC") -> None:
        self.since_ns, self.until_ns = since_ns, until_ns
        self.ends: list[int] = [since_ns, max(until_ns, since_ns + 1)]
        self._is_one = minutes is None
        if minutes is not None:
            self.ends = calendar.boundaries(since_ns, until_ns, minutes, calendar.zone(tz))

    def __len__(self) -> int:
        return len(self.ends) - 1

    def of(self, at_ns: int) -> int | None:
        """The interval that contains an instant, None if it is outside. O(log intervals)."""
        if not self.since_ns <= at_ns < max(self.until_ns, self.since_ns + 1):
            return self._last(at_ns)
        return bisect_right(self.ends, at_ns) - 1

    def _last(self, at_ns: int) -> int | None:
        """The last interval for an instant exactly at the end of what is known, if that interval
        continues."""
        ends_here = at_ns == self.until_ns and (self._is_one or self.ends[-1] > at_ns)
        return len(self) - 1 if ends_here else None

    def pieces(self, begin_ns: int, end_ns: int | None) -> Iterator[tuple[int, int, int]]:
        """Splits a span into (interval, begin, end). `end_ns` None: up to the end of what is known."""
        begin_ns = max(begin_ns, self.since_ns)
        stop_ns = self.until_ns if end_ns is None else min(end_ns, self.until_ns)
        while begin_ns < stop_ns:
            slot = bisect_right(self.ends, begin_ns) - 1
            until_ns = min(stop_ns, self.ends[slot + 1])
            yield slot, begin_ns, until_ns
            begin_ns = until_ns
