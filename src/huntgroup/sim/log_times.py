"""How a log writes instants and durations: texts in, integer nanoseconds out.

An instant is in ns since 1970: wall time where the log names no zone, else true time (UTC).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from huntgroup.sim.mapping import BY_DAY, SECOND_NS, LogMapping

DAY_NS = 86_400 * SECOND_NS
_EPOCH = datetime(1970, 1, 1)
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_S = 10_000_000_000
_UNITS = {"s": SECOND_NS, "ms": SECOND_NS // 1000, "us": SECOND_NS // 1_000_000}
_DURATIONS = {
    "seconds": (SECOND_NS, "a number of seconds"),
    "milliseconds": (SECOND_NS // 1000, "a number of milliseconds"),
    "minutes": (60 * SECOND_NS, "a number of minutes"),
    "hh:mm:ss": (0, "a duration as hh:mm:ss or mm:ss"),
}


class Unreadable(ValueError):
    """A text that is not a time of the kind that the mapping names; the message says what was expected."""


class TimeReader:
    """Reads a log's times by its mapping. Remembers whether they carry an offset from UTC."""

    def __init__(self, mapping: LogMapping) -> None:
        self._kind = mapping.time_kind
        self._format = mapping.time_format
        self._day_format = mapping.day_format
        self._unit_ns = _UNITS[mapping.time_unit]
        self._duration_ns, self._duration_told = _DURATIONS[mapping.durations]
        self._given = None if mapping.tz is None else ZoneInfo(mapping.tz)
        self._zone: tzinfo | None = UTC if self._given is None and self._kind == "epoch" else self._given
        self._first = True
        self._days: dict[str, int] = {}
        self.by_day: bool = self._kind in BY_DAY

    def instant(self, text: str, midnight_ns: int = 0) -> int:
        """An instant. `midnight_ns`: the start of its day, for logs that give the time of day only. Raises
        Unreadable."""
        if self._kind == "datetime":
            return self._datetime(text)
        if self._kind == "epoch":
            return self._number(text, self._unit_ns, f"a number of {self._told_unit()} since 1970")
        if self._kind == "seconds_of_day":
            expected = "a second of the day, from 0 to 86400"
            within = self._number(text, SECOND_NS, expected)
        else:
            expected = "a time of the day as hh:mm:ss"
            within = _clock(text, expected)
        if not 0 <= within <= DAY_NS:
            raise Unreadable(expected)
        return midnight_ns + within

    def day(self, text: str) -> int:
        """The midnight at which the day starts. Raises Unreadable."""
        midnight = self._days.get(text)
        if midnight is None:
            try:
                if self._day_format is None:
                    found = date.fromisoformat(text)
                else:
                    found = datetime.strptime(text, self._day_format).date()
            except ValueError:
                raise Unreadable(f"a day as {self._day_format or 'YYYY-MM-DD'}") from None
            midnight = self._days[text] = (found - _EPOCH.date()).days * DAY_NS
        return midnight

    def duration(self, text: str) -> int:
        """A duration; may be negative, as some logs contain such. Raises Unreadable."""
        if self._duration_ns:
            return self._number(text, self._duration_ns, self._duration_told)
        return _clock(text, self._duration_told)

    def midnight_before(self, at_ns: int) -> int:
        """The latest midnight of the log's wall time that is no later than the instant."""
        wall = self.wall_time(at_ns).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        return self._since_1970(wall)

    def wall_time(self, at_ns: int) -> datetime:
        """The instant as the log would write it."""
        at = timedelta(microseconds=at_ns // 1000)
        if self._zone is None:
            return _EPOCH + at
        return (_EPOCH_UTC + at).astimezone(self._zone)

    def _datetime(self, text: str) -> int:
        expected = "a time as YYYY-MM-DDTHH:MM:SS, with or without an offset from UTC"
        try:
            if self._format is None:
                at = datetime.fromisoformat(text)
            else:
                expected = f"a time as {self._format}"
                at = datetime.strptime(text, self._format)
        except ValueError:
            raise Unreadable(expected) from None
        offset = at.utcoffset()
        if self._given is not None:
            at = at if offset is not None else at.replace(tzinfo=self._given)
        elif self._first:
            self._zone = None if offset is None else timezone(offset)
        elif (offset is None) != (self._zone is None):
            have = "without" if self._zone is None else "with"
            raise Unreadable(f"a time {have} an offset from UTC, as in the rows before")
        self._first = False
        return self._since_1970(at)

    def _since_1970(self, at: datetime) -> int:
        since = at - (_EPOCH if at.tzinfo is None else _EPOCH_UTC)
        return (since.days * 86_400 + since.seconds) * SECOND_NS + since.microseconds * 1000

    def _told_unit(self) -> str:
        return {"s": "seconds", "ms": "milliseconds", "us": "microseconds"}[
            next(unit for unit, size in _UNITS.items() if size == self._unit_ns)
        ]

    def _number(self, text: str, unit_ns: int, expected: str) -> int:
        try:
            value = Decimal(text) * unit_ns
        except InvalidOperation:
            raise Unreadable(expected) from None
        # Comparing a NaN would raise. A value beyond the longest allowed time is a mistake.
        if not value.is_finite() or not abs(value) < _LONGEST_S * SECOND_NS:
            raise Unreadable(expected)
        return round(value)


def later(first: datetime, at_ns: int) -> datetime:
    """The wall time `at_ns` after `first`, in the zone of `first`, correct across clock changes."""
    since = timedelta(microseconds=at_ns // 1000)
    if first.tzinfo is None:
        return first + since
    return (first.astimezone(UTC) + since).astimezone(first.tzinfo)


def _clock(text: str, expected: str) -> int:
    """hh:mm:ss, mm:ss or hh:mm:ss.fff in ns; a leading sign applies to the whole value."""
    sign, parts = (-1, text[1:].split(":")) if text.startswith("-") else (1, text.split(":"))
    if not 2 <= len(parts) <= 3 or not all(part.isdecimal() for part in parts[:-1]):
        raise Unreadable(expected)
    try:
        last = Decimal(parts[-1])
    except InvalidOperation:
        raise Unreadable(expected) from None
    if not last.is_finite() or not 0 <= last < 60 or (len(parts) == 3 and int(parts[1]) >= 60):
        raise Unreadable(expected)
    whole = 0
    for part in parts[:-1]:
        whole = whole * 60 + int(part)
    found = sign * (whole * 60 * SECOND_NS + round(last * SECOND_NS))
    if not abs(found) < _LONGEST_S * SECOND_NS:
        raise Unreadable(expected)
    return found
