"""The intervals of a calendar: quarters, halves and hours of a day, and days, in a time zone."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from huntgroup.errors import ConfigError
from huntgroup.settings.durations import SECOND_NS

MINUTES = (15, 30, 60, 1440)
MOST = 1_000_000
"""The most intervals in one request."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def zone(name: str) -> ZoneInfo:
    """The time zone of this name. Raises ConfigError."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError, TypeError) as error:
        raise ConfigError("tz", name, "the name of a time zone, as Europe/Berlin") from error


def midnight_ns(day: date, tz: ZoneInfo) -> int:
    """The instant at which a day begins in this zone; where clocks skip midnight, the end of the gap."""
    local = datetime(day.year, day.month, day.day, tzinfo=tz)
    there = local.astimezone(UTC)
    if there.astimezone(tz).replace(tzinfo=None) != local.replace(tzinfo=None):
        # Skipped: the offset from before the gap names its end by the clock after it.
        there = local.replace(fold=1).astimezone(UTC)
        there = max(there, local.replace(fold=0).astimezone(UTC))
    return (there - _EPOCH) // timedelta(microseconds=1) * 1000


def boundaries(since_ns: int, until_ns: int, minutes: int, tz: ZoneInfo) -> list[int]:
    """The ends of all intervals that meet [since, until), in order, whole ones: the first begins at or before
    `since_ns`, the last ends at or after `until_ns`. A day is cut into steps of its elapsed time, so one of
    23 hours has 92 quarters. Raises ConfigError for other minutes and for too many. O(intervals)."""
    if minutes not in MINUTES:
        raise ConfigError("minutes", minutes, ", ".join(map(str, MINUTES)))
    length_ns = minutes * 60 * SECOND_NS
    if (until_ns - since_ns) // length_ns > MOST:
        raise ConfigError("since", since_ns, f"an instant at most {MOST:,} intervals before the end")
    day = (_EPOCH + timedelta(microseconds=since_ns // 1000)).astimezone(tz).date()
    found: list[int] = []
    begin_ns = midnight_ns(day, tz)
    while begin_ns > since_ns:
        day -= timedelta(days=1)
        begin_ns = midnight_ns(day, tz)
    while begin_ns < max(until_ns, since_ns + 1):
        day += timedelta(days=1)
        end_ns = midnight_ns(day, tz)
        found += range(begin_ns, end_ns, length_ns) if minutes != 1440 else [begin_ns]
        begin_ns = end_ns
    found.append(begin_ns)
    first = bisect_right(found, since_ns) - 1
    last = next(k for k in range(first + 1, len(found)) if found[k] >= until_ns)
    return found[first : max(last, first + 1) + 1]
