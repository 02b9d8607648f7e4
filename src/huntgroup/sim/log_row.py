"""Parses one row of a log: text fields in, numbers out. Unreadable values are recorded with their line."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from huntgroup.errors import RequirementError, shown
from huntgroup.settings.requirements import parse
from huntgroup.sim.log_error import LogError, LogMistakes
from huntgroup.sim.log_times import DAY_NS, TimeReader, Unreadable
from huntgroup.sim.mapping import LogMapping

__all__ = ["ELSEWHERE", "LogError", "Row", "RowReader"]

_ALTERNATIVES = {"waited": "the end of the wait", "handled": "the end of the service"}


class Row(NamedTuple):
    """One parsed row. Times in ns since 1970 (wall time, or UTC where the log's times have an offset)."""

    arrived_ns: int
    menu_ns: int
    wait_ns: int
    handling_ns: int
    after_call_ns: int
    answered_ns: int | None
    outcome: str
    queue: str
    channel: str
    agent: str
    priority: int
    requires: str


ELSEWHERE = Row(0, 0, 0, 0, 0, None, "elsewhere", "", "", "", 0, "")


class RowReader:
    """Reads rows by a mapping. Remembers the first midnight."""

    def __init__(self, mapping: LogMapping, mistakes: LogMistakes) -> None:
        self.mapping = mapping
        self.mistakes = mistakes
        self.first_midnight_ns: int = 0
        self.times: TimeReader = TimeReader(mapping)
        self._first = True
        self._width = 0
        self._place: dict[str, int] = {}
        self._where: list[tuple[int, frozenset[str]]] = []
        self._requirements: set[str] = set()
        self._fields: list[str] = []
        self._line = 0

    def header(self, names: list[str]) -> None:
        """Find the mapped columns in the header. Raises LogError where one is missing."""
        wanted = [(column, f" (the {field})") for field, column in self.mapping.columns.items()]
        for column, told in [*wanted, *((column, "") for column in self.mapping.where)]:
            if column not in names:
                listed = f"a header with it; the columns are {', '.join(names)}"
                self.mistakes.add(1, f"column {column!r}{told} is missing", listed)
        self.mistakes.raise_any()
        self._place = {field: names.index(column) for field, column in self.mapping.columns.items()}
        self._where = [(names.index(column), values) for column, values in self.mapping.where.items()]
        self._width = len(names)

    def text(self, fields: list[str], field: str) -> str:
        """The text of a field, "" where the log has none."""
        place = self._place.get(field)
        return "" if place is None else fields[place].strip()

    def fits(self, fields: list[str], line: int) -> bool:
        """Does the row have as many fields as the header? If not, a mistake is recorded."""
        if len(fields) == self._width:
            return True
        self.mistakes.add(line, f"{len(fields)} fields", f"{self._width}, as in the header")
        return False

    def row(self, fields: list[str], line: int) -> Row:
        """Parse one row. Returns `ELSEWHERE` if the mapping's `where` leaves it out, or it has a mistake."""
        self._fields, self._line = fields, line
        before = len(self.mistakes)
        if any(fields[place].strip() not in values for place, values in self._where):
            return ELSEWHERE
        mapping = self.mapping
        queue = self.text(fields, "queue")
        if not queue:
            if mapping.without_queue == "ignored":
                return ELSEWHERE
            self._wrong("queue", queue, "the name of a queue")
        outcome = self._outcome()
        midnight = self._day() if self.times.by_day else 0
        arrived = self._instant("arrived", midnight)
        if arrived is None:
            self._wrong("arrived", "", "the time of the arrival")
            arrived = 0
        queued = self._instant("queued", midnight, arrived)
        menu = self._duration("menu") if queued is None else queued - arrived
        answered = self._instant("answered", midnight, arrived)
        wait, handling = self._wait_and_handling(outcome, arrived + menu, answered, midnight)
        channel = self.text(fields, "channel")
        row = Row(
            arrived,
            menu,
            wait,
            handling,
            self._duration("after_call"),
            answered,
            outcome,
            queue,
            mapping.channel_names.get(channel, channel) or mapping.channel,
            self.text(fields, "agent"),
            self._priority(),
            self._requires(),
        )
        if len(self.mistakes) > before:
            return ELSEWHERE
        if self._first or arrived < self.first_midnight_ns:
            self._first = False
            self.first_midnight_ns = self.times.midnight_before(arrived)
        return row

    def wall_time(self, at_ns: int) -> datetime:
        """The instant as the log would write it."""
        return self.times.wall_time(at_ns)

    # --- fields -------------------------------------------------------------------------------------------

    def _wrong(self, field: str, value: str, expected: str) -> None:
        column = self.mapping.columns[field]
        self.mistakes.add(self._line, f"column {column!r}: {shown(value)}", expected)

    def _outcome(self) -> str:
        if "outcome" not in self._place:
            text = self.text(self._fields, "answered")
            return "answered" if text and text != self.mapping.answered_missing else "abandoned"
        word = self.text(self._fields, "outcome")
        found = self.mapping.outcomes.get(word)
        if found is None:
            self._wrong("outcome", word, "one of " + ", ".join(self.mapping.outcomes))
            return "ignored"
        return found

    def _wait_and_handling(
        self, outcome: str, queued: int, answered: int | None, midnight: int
    ) -> tuple[int, int]:
        """Wait and handling time: from durations where the log has them, else from instants."""
        ended = self._instant("ended", midnight, queued)
        left = self._instant("left", midnight, queued)
        if self.text(self._fields, "waited"):
            wait = self._duration("waited")
        else:
            until = answered if outcome == "answered" else left if left is not None else ended
            wait = self._between(queued, until, "waited", outcome)
        if outcome != "answered" or self.text(self._fields, "handled"):
            return wait, self._duration("handled") + self._duration("held")
        begun = queued + wait if answered is None else answered
        return wait, self._between(begun, ended, "handled", outcome) + self._duration("held")

    def _between(self, begun: int, until: int | None, field: str, outcome: str) -> int:
        if until is not None:
            return until - begun
        # An empty duration is 0; so is one that is not used for this outcome.
        if field not in self._place and outcome in ("answered", "abandoned"):
            instants = ("answered", "ended") if outcome == "answered" else ("left", "ended")
            known = [one for one in instants if one in self._place] or ["arrived"]
            self._wrong(known[-1 if field == "handled" else 0], "", _ALTERNATIVES[field])
        return 0

    def _duration(self, field: str) -> int:
        text = self.text(self._fields, field)
        if not text:
            return 0
        try:
            return self.times.duration(text)
        except Unreadable as error:
            self._wrong(field, text, str(error))
            return 0

    def _instant(self, field: str, midnight: int, after: int | None = None) -> int | None:
        """An instant, None where the log has none. `after`: the arrival, which the instant should not
        precede."""
        text = self.text(self._fields, field)
        if not text or (after is not None and text == self.mapping.answered_missing):
            return None
        try:
            at = self.times.instant(text, midnight)
        except Unreadable as error:
            self._wrong(field, text, str(error))
            return 0
        # More than half a day before the arrival is not a clock error: the time of day has passed midnight.
        if after is not None and self.times.by_day and at < after - DAY_NS // 2:
            return at + DAY_NS
        return at

    def _day(self) -> int:
        text = self.text(self._fields, "day")
        try:
            return self.times.day(text)
        except Unreadable as error:
            self._wrong("day", text, str(error))
            return 0

    def _requires(self) -> str:
        text = self.text(self._fields, "requires")
        if text and text not in self._requirements:
            try:
                parse(text)
            except RequirementError as error:
                self._wrong("requires", text, f"{error.expected} at character {error.column}")
                return ""
            self._requirements.add(text)
        return text

    def _priority(self) -> int:
        text = self.text(self._fields, "priority")
        table = self.mapping.priorities
        if table is not None:
            if text not in table:
                self._wrong("priority", text, "one of " + ", ".join(table))
            return table.get(text, 0)
        if not text:
            return 0
        try:
            value = int(text)
        except ValueError:
            value = 1_000_001
        if abs(value) > 1_000_000:
            self._wrong("priority", text, "a whole number from -1000000 to 1000000")
        return value
