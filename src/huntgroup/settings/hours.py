"""Opening hours: a week, dated exceptions, a time zone, exact over daylight-saving changes.

The rule: hours are read from the wall clock of the zone, from one that never steps back. Where the clocks
are put forward, a time that is skipped takes effect at the end of the gap; where they are put back, a time
that comes twice takes effect the first time, so that a queue neither opens nor closes twice. A queue that
is open from 01:00 to 02:30 in a night in which 02:00 to 03:00 comes twice closes at the first 02:30; one
that is open from 02:00 to 03:00 that night is open for two hours.

This is HOURS-1 of docs/SEMANTICS.md.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import isleap
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from huntgroup.errors import ConfigError
from huntgroup.limits import MAX_EXCEPTIONS, MAX_INTERVALS

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SECOND_NS = 1_000_000_000
_LEAP_YEAR = 2000
_FIRST_YEAR, _LAST_YEAR = 1678, 2261  # the whole years that 64 bits of nanoseconds reach

_EPOCH = datetime(1970, 1, 1)
_DAY_MINUTES = 1440
_SETTLED_DAYS = 22
"""A week neither all open nor all closed changes within 7 days; later only if a gap swallows a change."""

_EVERY_DATE_DAYS = 9 * 366
"""Within so many days each day of the year has come, the 29 February around 2100 too."""

Minutes = tuple[tuple[int, int], ...]
"""Open intervals of one day in minutes after midnight, half-open, ascending, apart from each other."""


class Hours:
    """When a queue is open. Immutable, equal by content.

    `weekly` maps "mon" to "sun" to a pair ("09:00", "17:00"), a list of pairs, or None; a day left out is
    closed. Intervals are half-open, [open, close); "24:00" may close. `tz` is an IANA zone with its region,
    "Europe/Berlin", or "UTC". `exceptions` maps dates "YYYY-MM-DD", and days "MM-DD" of every year, to the
    same; such a day goes by its exception alone, by that of its date if it has both. Raises ConfigError.
    """

    __slots__ = ("_constant", "_dates", "_exceptions", "_tz", "_weekly", "_yearly", "_zone")

    def __init__(
        self, weekly: Mapping[str, Any], tz: str, exceptions: Mapping[str, Any] | None = None
    ) -> None:
        self._weekly = _read_week(weekly)
        self._tz = tz
        self._zone = _zone(tz)
        self._exceptions, self._yearly = _read_exceptions({} if exceptions is None else exceptions)
        self._dates = tuple(self._exceptions)
        all_day: Minutes = ((0, _DAY_MINUTES),)
        self._constant = len(set(self._weekly)) == 1 and self._weekly[0] in ((), all_day)

    @property
    def tz(self) -> str:
        """The IANA name of the time zone."""
        return self._tz

    @property
    def week(self) -> tuple[Minutes, ...]:
        """The intervals of the seven days, Monday first."""
        return self._weekly

    def days_of_their_own(self, first_year: int, last_year: int) -> Iterator[tuple[int, Minutes]]:
        """(ordinal, intervals) of each day of these years that is an exception, ascending."""
        days = {day: spans for year in range(first_year, last_year + 1) for day, spans in self._of_year(year)}
        for day in sorted(days | self._exceptions):
            if first_year <= date.fromordinal(day).year <= last_year:
                yield day, self._exceptions.get(day, days.get(day, ()))

    def _of_year(self, year: int) -> Iterator[tuple[int, Minutes]]:
        """The exceptions of every year in this one, ascending."""
        for (month, day), spans in self._yearly.items():
            if (month, day) != (2, 29) or isleap(year):
                yield date(year, month, day).toordinal(), spans

    def is_open(self, at_ns: int) -> bool:
        """Is it open at this instant (integer ns since the epoch)? O(intervals of two days)."""
        if type(at_ns) is not int or not -(2**63) <= at_ns < 2**63:
            raise ConfigError("at_ns", at_ns, "integer nanoseconds since the epoch that fit 64 bits")
        return self._open(at_ns)

    def _open(self, at_ns: int) -> bool:
        today = self._local_date(at_ns)
        # In the hour that comes twice, the clock that never steps back may already show the next day.
        return any(
            opens <= at_ns < closes for day in (today, today + 1) for opens, closes in self._intervals(day)
        )

    def next_change(self, at_ns: int) -> int | None:
        """The first instant after this one at which it opens or closes; None if it never will again.

        O(days until then); days without a change are skipped where weeks are wholly open or closed.
        """
        now = self.is_open(at_ns)
        for day in self._days_from(self._local_date(at_ns)):
            for interval in self._intervals(day):
                for instant in interval:
                    if instant > at_ns and self._open(instant) != now:
                        return instant if instant < 2**63 else None
        return None

    # --- plain values ------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """A plain dict that `from_dict` reads back: weekly, tz, exceptions; a closed day is an empty list."""
        return {
            "weekly": {name: _plain(day) for name, day in zip(DAYS, self._weekly, strict=True) if day},
            "tz": self._tz,
            "exceptions": {
                **{
                    date.fromordinal(day).isoformat(): _plain(minutes)
                    for day, minutes in self._exceptions.items()
                },
                **{f"{month:02}-{day:02}": _plain(spans) for (month, day), spans in self._yearly.items()},
            },
        }

    @classmethod
    def from_dict(cls, plain: object) -> Self:
        """The hours that `to_dict` gave. Raises ConfigError."""
        keys = set(plain) if isinstance(plain, Mapping) else set()
        if not isinstance(plain, Mapping) or not {"weekly", "tz"} <= keys <= {"weekly", "tz", "exceptions"}:
            raise ConfigError("hours", plain, "a table with weekly, tz and, if wanted, exceptions")
        return cls(plain["weekly"], plain["tz"], plain.get("exceptions"))

    def _key(self) -> tuple[object, ...]:
        return self._weekly, self._tz, tuple(self._exceptions.items()), tuple(self._yearly.items())

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Hours) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        plain = self.to_dict()
        return f"Hours({plain['weekly']!r}, tz={self._tz!r}, exceptions={plain['exceptions']!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_dict, (self.to_dict(),)

    # --- days and instants -------------------------------------------------------------------------------

    def _local_date(self, at_ns: int) -> int:
        """The ordinal of the local date at this instant."""
        moment = _EPOCH.replace(tzinfo=UTC) + timedelta(seconds=at_ns // SECOND_NS)
        return moment.astimezone(self._zone).toordinal()

    def _minutes(self, day: int) -> Minutes:
        exception = self._exceptions.get(day)
        if exception is None and self._yearly:
            of = date.fromordinal(day)
            exception = self._yearly.get((of.month, of.day))
        return self._weekly[(day - 1) % 7] if exception is None else exception

    def _intervals(self, day: int) -> Iterator[tuple[int, int]]:
        """The open intervals of a local date as instants in ns. One that lies in a gap is empty."""
        midnight = datetime.fromordinal(day)
        for opens, closes in self._minutes(day):
            yield (
                self._instant(midnight + timedelta(minutes=opens)),
                self._instant(midnight + timedelta(minutes=closes)),
            )

    def _instant(self, wall: datetime) -> int:
        """When the clock that never steps back first shows this time or a later one."""
        seconds = (wall - _EPOCH) // timedelta(seconds=1)
        first = seconds - _offset(wall.replace(tzinfo=self._zone, fold=0))
        second = seconds - _offset(wall.replace(tzinfo=self._zone, fold=1))
        # In a gap the two readings lie on the wrong side each: `second` before the change, `first` after it.
        return (first if first <= second else self._gap_end(second, first)) * SECOND_NS

    def _gap_end(self, before: int, after: int) -> int:
        """The second at which the offset changes, which is after `before` and not after `after`."""
        offset = self._offset_at(after)
        while after - before > 1:
            middle = (before + after) // 2
            if self._offset_at(middle) == offset:
                after = middle
            else:
                before = middle
        return after

    def _offset_at(self, seconds: int) -> int:
        moment = _EPOCH.replace(tzinfo=UTC) + timedelta(seconds=seconds)
        return _offset(moment.astimezone(self._zone))

    def _days_from(self, today: int) -> Iterator[int]:
        """The days, ascending, on which a change may lie."""
        later = self._dates[bisect_left(self._dates, today - 1) :]
        if self._constant:
            if self._yearly:
                year = date.fromordinal(today).year
                later = tuple(day for day, _ in self.days_of_their_own(year, _LAST_YEAR) if day >= today - 1)
            near = {day for exception in later for day in (exception - 1, exception, exception + 1)}
            yield from sorted(day for day in near | {today, today + 1} if day >= today)
        else:
            # Only days with exceptions can keep such a week from changing, so the end is near in practice.
            settled = _SETTLED_DAYS + (_EVERY_DATE_DAYS if self._yearly else 0)
            yield from range(today, max((today, *later[-1:])) + settled)


# --- reading ---------------------------------------------------------------------------------------------


def _zone(name: object) -> ZoneInfo:
    allowed = (
        'an IANA time zone with its region such as "Europe/Berlin", or "UTC" (where the system has no time '
        "zone data: pip install huntgroup[tz])"
    )
    # What has no region may be a file of this machine's own (localtime), or no zone (Factory).
    if not isinstance(name, str) or not re.fullmatch(r"UTC|[A-Z][A-Za-z]+(/[A-Z][A-Za-z0-9_+-]*)+", name):
        raise ConfigError("hours.tz", name, allowed)
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        raise ConfigError("hours.tz", name, allowed) from error


def _read_week(weekly: object) -> tuple[Minutes, ...]:
    if not isinstance(weekly, Mapping):
        raise ConfigError("hours.weekly", weekly, f"a mapping of days ({', '.join(DAYS)}) to intervals")
    for name in weekly:
        if name not in DAYS:
            raise ConfigError("hours.weekly", name, "days " + ", ".join(DAYS))
    return tuple(_read_day(f"hours.weekly.{name}", weekly.get(name)) for name in DAYS)


def _read_exceptions(exceptions: object) -> tuple[dict[int, Minutes], dict[tuple[int, int], Minutes]]:
    """By ordinal, and by month and day of every year."""
    if not isinstance(exceptions, Mapping) or len(exceptions) > MAX_EXCEPTIONS:
        allowed = f'a mapping of at most {MAX_EXCEPTIONS} dates "YYYY-MM-DD" to intervals or None'
        raise ConfigError("hours.exceptions", exceptions, allowed)
    days: dict[int, Minutes] = {}
    yearly: dict[tuple[int, int], Minutes] = {}
    allowed = f'a date "YYYY-MM-DD" from {_FIRST_YEAR} to {_LAST_YEAR}, or "MM-DD" for every year'
    for text, value in exceptions.items():
        # The pattern too: Python's own reader takes week dates and dates without hyphens.
        of_day = isinstance(text, str) and re.fullmatch(r"([0-9]{4}-)?[0-9]{2}-[0-9]{2}", text)
        every_year = of_day and not of_day[1]
        try:
            day = date.fromisoformat("" if not of_day else f"{_LEAP_YEAR}-{text}" if every_year else text)
        except ValueError:
            raise ConfigError("hours.exceptions", text, allowed) from None
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ConfigError("hours.exceptions", text, allowed)
        spans = _read_day(f"hours.exceptions.{text}", value)
        if every_year:
            yearly[day.month, day.day] = spans
        else:
            days[day.toordinal()] = spans
    return dict(sorted(days.items())), dict(sorted(yearly.items()))


def _read_day(field: str, value: object) -> Minutes:
    allowed = f'None, a pair ("09:00", "17:00"), or a list of at most {MAX_INTERVALS} such pairs'
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or len(value) > MAX_INTERVALS:
        raise ConfigError(field, value, allowed)
    pairs = [value] if len(value) == 2 and all(isinstance(part, str) for part in value) else value
    intervals = sorted(_read_pair(field, pair, allowed) for pair in pairs)
    merged: list[tuple[int, int]] = []
    for opens, closes in intervals:
        if merged and opens < merged[-1][1]:
            raise ConfigError(field, value, "intervals that do not overlap")
        if merged and opens == merged[-1][1]:
            merged[-1] = (merged[-1][0], closes)
        else:
            merged.append((opens, closes))
    return tuple(merged)


def _read_pair(field: str, pair: object, allowed: str) -> tuple[int, int]:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise ConfigError(field, pair, allowed)
    opens, closes = (_read_time(field, part) for part in pair)
    if closes <= opens:
        split = 'split one over midnight: until "24:00", and from "00:00" on the next day'
        raise ConfigError(field, pair, f"a close after the open; {split}")
    return opens, closes


def _read_time(field: str, text: object) -> int:
    match = re.fullmatch(r"([0-9]{2}):([0-9]{2})", text) if isinstance(text, str) else None
    minutes = int(match[1]) * 60 + int(match[2]) if match and int(match[2]) < 60 else -1
    if not 0 <= minutes <= _DAY_MINUTES:
        raise ConfigError(field, text, 'a time "HH:MM" from "00:00" to "24:00"')
    return minutes


def _plain(minutes: Minutes) -> list[list[str]]:
    return [[f"{at // 60:02}:{at % 60:02}" for at in interval] for interval in minutes]


def _offset(moment: datetime) -> int:
    """The offset from UTC in whole seconds."""
    offset = moment.utcoffset()
    return 0 if offset is None else offset // timedelta(seconds=1)
