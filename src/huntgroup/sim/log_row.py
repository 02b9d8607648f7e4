"""One row of a log: text fields in, numbers out, or one clear error with its place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

from huntgroup.errors import HuntgroupError, RequirementError, shown
from huntgroup.settings.requirements import parse
from huntgroup.sim.mapping import SECOND_NS, LogMapping

_DAY_NS = 86_400 * SECOND_NS
_EPOCH = datetime(1970, 1, 1)
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_S = 10_000_000_000.0


class LogError(HuntgroupError, ValueError):
    """A log that cannot be read: `source`, `line` (from 1): where; `found`: what; `expected`: what fits."""

    def __init__(self, source: str, line: int, found: str, expected: str) -> None:
        self.source = source
        self.line = line
        self.found = found
        self.expected = expected
        super().__init__(source, line, found, expected)

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.found}; expected {self.expected}"


class Row(NamedTuple):
    """One parsed row. Times in ns since 1970 (wall time, or UTC where the log gives offsets)."""

    arrived_ns: int
    menu_ns: int
    wait_ns: int
    handling_ns: int
    answered_ns: int | None
    outcome: str
    queue: str
    channel: str
    agent: str
    priority: int
    requires: str


class RowReader:
    """Reads rows by a mapping. Remembers the first day, and whether times carry an offset from UTC."""

    def __init__(self, source: str, mapping: LogMapping) -> None:
        self.source = source
        self.mapping = mapping
        self.first_midnight_ns = 0
        self._offset: timedelta | None = None
        self._first = True
        self._width = 0
        self._place: dict[str, int] = {}
        self._days: dict[str, int] = {}
        self._requirements: set[str] = set()

    def header(self, names: list[str]) -> None:
        """Find the mapped columns in the header."""
        stripped = [name.strip() for name in names]
        for field, column in self.mapping.columns.items():
            if column not in stripped:
                raise LogError(
                    self.source,
                    1,
                    f"column {column!r} (the {field}) is missing",
                    f"a header with it; the columns are {', '.join(stripped)}",
                )
            self._place[field] = stripped.index(column)
        self._width = len(names)

    def row(self, fields: list[str], line: int) -> Row:
        """Parse one row. `LogError` names the column, the value and what was expected."""
        if len(fields) != self._width:
            raise LogError(self.source, line, f"{len(fields)} fields", f"{self._width}, as in the header")
        mapping = self.mapping
        word = self._text(fields, "outcome")
        outcome = mapping.outcomes.get(word)
        if outcome is None:
            raise self._wrong("outcome", word, line, "one of " + ", ".join(mapping.outcomes))
        queue = self._text(fields, "queue")
        if not queue:
            raise self._wrong("queue", queue, line, "the name of a queue")
        if mapping.time_kind == "datetime":
            arrived = self._instant("arrived", self._text(fields, "arrived"), line)
            answered = None
            word = self._text(fields, "answered")
            if word and word != mapping.answered_missing:
                answered = self._instant("answered", word, line)
        else:
            midnight = self._day(self._text(fields, "day"), line)
            arrived = midnight + self._seconds_of_day(fields, "arrived", line)
            answered = self._answered_of_day(fields, arrived, midnight, line)
        if self._first or arrived < self.first_midnight_ns:
            self._first = False
            local = arrived + self._offset_ns()
            self.first_midnight_ns = local - local % _DAY_NS - self._offset_ns()
        return Row(
            arrived,
            self._duration(fields, "menu", line) if "menu" in self._place else 0,
            self._duration(fields, "waited", line),
            self._duration(fields, "handled", line),
            answered,
            outcome,
            queue,
            self._text(fields, "channel") or mapping.channel,
            self._text(fields, "agent"),
            self._priority(fields, line),
            self._requires(fields, line),
        )

    def wall_time(self, at_ns: int) -> datetime:
        """The instant as the log would write it."""
        at = timedelta(microseconds=at_ns // 1000)
        if self._offset is None:
            return _EPOCH + at
        return (_EPOCH_UTC + at).astimezone(timezone(self._offset))

    # --- fields -------------------------------------------------------------------------------------------

    def _wrong(self, field: str, value: str, line: int, expected: str) -> LogError:
        column = self.mapping.columns[field]
        return LogError(self.source, line, f"column {column!r}: {shown(value)}", expected)

    def _text(self, fields: list[str], field: str) -> str:
        place = self._place.get(field)
        return "" if place is None else fields[place].strip()

    def _number(self, text: str, field: str, line: int, expected: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise self._wrong(field, text, line, expected) from None
        # The comparison is false for NaN too, which float() reads as readily as "inf".
        if not abs(value) < _LONGEST_S:
            raise self._wrong(field, text, line, expected)
        return value

    def _duration(self, fields: list[str], field: str, line: int) -> int:
        text = self._text(fields, field)
        if not text:
            return 0
        return round(self._number(text, field, line, "a number of seconds") * SECOND_NS)

    def _seconds_of_day(self, fields: list[str], field: str, line: int) -> int:
        text = self._text(fields, field)
        expected = "a second of the day, from 0 to 86400"
        value = self._number(text, field, line, expected)
        if not 0 <= value <= 86_400:
            raise self._wrong(field, text, line, expected)
        return round(value * SECOND_NS)

    def _answered_of_day(self, fields: list[str], arrived: int, midnight: int, line: int) -> int | None:
        text = self._text(fields, "answered")
        if not text or text == self.mapping.answered_missing:
            return None
        answered = midnight + self._seconds_of_day(fields, "answered", line)
        # Half a day before the arrival is no clock error: the wait ran over midnight.
        return answered + _DAY_NS if answered < arrived - _DAY_NS // 2 else answered

    def _day(self, text: str, line: int) -> int:
        midnight = self._days.get(text)
        if midnight is None:
            try:
                days = (date.fromisoformat(text) - _EPOCH.date()).days
            except ValueError:
                raise self._wrong("day", text, line, "a day as YYYY-MM-DD") from None
            midnight = self._days[text] = days * _DAY_NS
        return midnight

    def _instant(self, field: str, text: str, line: int) -> int:
        expected = "a time as YYYY-MM-DDTHH:MM:SS, with or without an offset from UTC"
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise self._wrong(field, text, line, expected) from None
        offset = at.utcoffset()
        if self._first:
            self._offset = offset
        if (offset is None) != (self._offset is None):
            have = "without" if self._offset is None else "with"
            raise self._wrong(field, text, line, f"a time {have} an offset from UTC, as in the rows before")
        since = at - (_EPOCH if offset is None else _EPOCH_UTC)
        return (since.days * 86_400 + since.seconds) * SECOND_NS + since.microseconds * 1000

    def _offset_ns(self) -> int:
        return 0 if self._offset is None else round(self._offset.total_seconds()) * SECOND_NS

    def _requires(self, fields: list[str], line: int) -> str:
        text = self._text(fields, "requires")
        if text and text not in self._requirements:
            try:
                parse(text)
            except RequirementError as error:
                expected = f"{error.expected} at character {error.column}"
                raise self._wrong("requires", text, line, expected) from None
            self._requirements.add(text)
        return text

    def _priority(self, fields: list[str], line: int) -> int:
        text = self._text(fields, "priority")
        table = self.mapping.priorities
        if table is not None:
            if text not in table:
                raise self._wrong("priority", text, line, "one of " + ", ".join(table))
            return table[text]
        if not text:
            return 0
        try:
            value = int(text)
        except ValueError:
            value = 1_000_001
        if abs(value) > 1_000_000:
            raise self._wrong("priority", text, line, "a whole number from -1000000 to 1000000")
        return value
