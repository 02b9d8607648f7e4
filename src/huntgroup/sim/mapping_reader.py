"""Checks a parsed mapping. Every mistake is recorded with its place; one error reports them all."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from zoneinfo import ZoneInfo

from huntgroup.errors import MappingError
from huntgroup.models.locate import Path as Place
from huntgroup.models.noted import Noted
from huntgroup.settings.mistakes import one_of
from huntgroup.sim.mapping import (
    ABANDONED_AT_ONCE,
    BY_DAY,
    DURATIONS,
    FORMATS,
    OPTIONAL_FIELDS,
    OUTCOMES,
    QUEUE_OF_CHANNELS,
    REQUIRED_FIELDS,
    TIME_KINDS,
    TIME_UNITS,
    WITHOUT_QUEUE,
    DeriveRules,
    LogMapping,
)

_TABLES: Mapping[str, tuple[str, ...] | None] = {
    "file": ("format", "separator", "encoding", "header"),
    "rows": ("where", "without_queue"),
    "time": ("kind", "format", "unit", "day_format", "tz", "durations", "answered_missing"),
    "columns": REQUIRED_FIELDS + OPTIONAL_FIELDS,
    "outcomes": None,
    "priorities": None,
    "log": ("channel", "abandoned_at_once", "queue_of_channels"),
    "channels": None,
    "channel_names": None,
    "queues": ("seconds_per_priority", "service_level"),
    "titles": None,
    "notes": None,
    "derive": tuple(rule.name for rule in fields(DeriveRules)),
}
_KEYS = ("name", "title", *_TABLES)
_SHARE = "[seconds, share], the share above 0 and at most 1"


class MappingReader:
    """Reads one parsed mapping. A wrong value is recorded as a mistake and replaced by its default."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._noted = Noted()

    def read(self, source: str, lines: Mapping[Place, int]) -> LogMapping:
        """The mapping. Raises MappingError with every mistake."""
        for key in self._document:
            if key not in _KEYS:
                self.wrong((key,), self._document[key], one_of("keys", key, _KEYS))
        made = self._mapping()
        if not self._noted.empty:
            raise MappingError(source, self._noted.problems(lines))
        return made

    def wrong(self, place: Place, value: object, allowed: str) -> None:
        self._noted.note(place, ".".join(map(str, place)), value, allowed)

    def _mapping(self) -> LogMapping:
        file, rows, time, log = (self.table(name) for name in ("file", "rows", "time", "log"))
        queues = self.table("queues")
        kind = self.choice(time, ("time", "kind"), TIME_KINDS)
        columns = self.columns(kind)
        channel = self.text(log, ("log", "channel"), "voice")
        capacities = self.capacities()
        if "channel" not in columns:
            capacities.setdefault(channel, 1)
        name = self.text(self._document, ("name",))
        return LogMapping(
            name=name,
            title=self.text(self._document, ("title",), name),
            format=self.choice(file, ("file", "format"), FORMATS, "csv"),
            separator=self.separator(file),
            encoding=self.encoding(file),
            header=self.header(file),
            where=self.where(rows),
            without_queue=self.choice(rows, ("rows", "without_queue"), WITHOUT_QUEUE, "error"),
            time_kind=kind,
            time_format=self.only_with(time, "format", kind == "datetime", "with kind = datetime"),
            time_unit=self.choice(time, ("time", "unit"), TIME_UNITS, "s"),
            day_format=self.only_with(time, "day_format", kind in BY_DAY, "with a column `day`"),
            tz=self.zone(time, kind),
            durations=self.choice(time, ("time", "durations"), DURATIONS, "seconds"),
            answered_missing=None if "answered_missing" not in time else str(time["answered_missing"]),
            columns=columns,
            outcomes=self.outcomes(columns),
            priorities=self.priorities(),
            channel=channel,
            abandoned_at_once=self.choice(log, ("log", "abandoned_at_once"), ABANDONED_AT_ONCE, "abandoned"),
            queue_of_channels=self.choice(log, ("log", "queue_of_channels"), QUEUE_OF_CHANNELS, "error"),
            capacities=capacities,
            seconds_per_priority=self.whole(queues, ("queues", "seconds_per_priority"), 60),
            service_level=self.service_level(("queues",), queues),
            channel_names=self.texts("channel_names"),
            channel_service_level={
                channel: self.service_level(("channels", channel), entry)
                for channel, entry in self.table("channels").items()
                if isinstance(entry, dict) and "service_level" in entry
            },
            titles=self.texts("titles"),
            notes=self.texts("notes"),
            derive=self.rules(),
        )

    # --- the parts ----------------------------------------------------------------------------------------

    def columns(self, kind: str) -> dict[str, str]:
        columns = self.texts("columns")
        for name in (*REQUIRED_FIELDS, *(("day",) if kind in BY_DAY else ())):
            if name not in self.table("columns"):
                self.wrong(("columns", name), None, "the name of a column; this field is required")
        ends = "ended" in columns or "left" in columns
        for name, enough, others in (
            ("outcome", "answered" in columns, "or `answered`, which is empty for those who hung up"),
            ("waited", "answered" in columns and ends, "or `answered` and one of `left` and `ended`"),
            ("handled", "ended" in columns, "or `ended`"),
        ):
            if name not in self.table("columns") and not enough:
                self.wrong(("columns", name), None, f"the name of a column, {others}")
        return columns

    def outcomes(self, columns: Mapping[str, str]) -> dict[str, str]:
        outcomes = self.texts("outcomes")
        for word, meaning in outcomes.items():
            if meaning not in OUTCOMES:
                self.wrong(("outcomes", word), meaning, ", ".join(OUTCOMES))
        if "outcome" in columns and "answered" not in outcomes.values():
            self.wrong(("outcomes",), outcomes, "at least one word that means answered")
        return outcomes

    def priorities(self) -> dict[str, int] | None:
        if "priorities" not in self._document:
            return None
        found = self.table("priorities")
        for word, value in found.items():
            if type(value) is not int or abs(value) > 1_000_000:
                self.wrong(("priorities", word), value, "a whole number from -1000000 to 1000000")
        return dict(found)

    def capacities(self) -> dict[str, int | None]:
        capacities: dict[str, int | None] = {}
        for channel, entry in self.table("channels").items():
            place = ("channels", channel)
            if not isinstance(entry, dict):
                self.wrong(place, entry, "a table")
                continue
            for key in entry:
                if key not in ("capacity", "service_level"):
                    self.wrong((*place, key), entry[key], "one of the keys capacity, service_level")
            value = entry.get("capacity", 1)
            if value == "observed":
                capacities[channel] = None
            elif type(value) is int and 1 <= value <= 65_535:
                capacities[channel] = value
            else:
                self.wrong((*place, "capacity"), value, 'from 1 to 65535, or "observed"')
        return capacities

    def service_level(self, place: Place, table: Mapping[str, Any]) -> tuple[float, float]:
        value = table.get("service_level", [20.0, 0.80])
        if isinstance(value, list) and len(value) == 2 and all(type(one) in (int, float) for one in value):
            seconds, share = value
            if 0 <= seconds < 1e9 and 0 < share <= 1:
                return float(seconds), float(share)
        self.wrong((*place, "service_level"), value, _SHARE)
        return 20.0, 0.80

    def rules(self) -> DeriveRules:
        values: dict[str, Any] = {}
        for name, value in self.table("derive").items():
            if type(value) not in (int, float) or not 0 <= value < 1e9:
                self.wrong(("derive", name), value, "a number from 0 up")
            else:
                values[name] = int(value) if name == "min_services" else float(value)
        return DeriveRules(**values) if self._noted.empty else DeriveRules()

    def separator(self, file: Mapping[str, Any]) -> str:
        value = file.get("separator", ",")
        if not isinstance(value, str) or len(value) != 1 or value in '"\r\n':
            self.wrong(("file", "separator"), value, r'one character, such as ";" or "\t"')
            return ","
        return value

    def encoding(self, file: Mapping[str, Any]) -> str:
        value = file.get("encoding", "utf-8-sig")
        try:
            codecs.lookup(value)
        except (LookupError, TypeError):
            self.wrong(("file", "encoding"), value, "the name of an encoding, such as latin-1")
            return "utf-8-sig"
        return str(value)

    def header(self, file: Mapping[str, Any]) -> tuple[str, ...] | None:
        value = file.get("header")
        if value is None:
            return None
        if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
            self.wrong(("file", "header"), value, "a list of the columns' names, for a file without them")
            return None
        return tuple(value)

    def where(self, rows: Mapping[str, Any]) -> dict[str, frozenset[str]]:
        value = rows.get("where", {})
        allowed = "{ column = [values of the rows that are read] }"
        if not isinstance(value, dict):
            self.wrong(("rows", "where"), value, allowed)
            return {}
        found = {}
        for column, values in value.items():
            if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
                self.wrong(("rows", "where", column), values, "a list of texts")
            else:
                found[column] = frozenset(values)
        return found

    def zone(self, time: Mapping[str, Any], kind: str) -> str | None:
        found = self.only_with(time, "tz", kind not in BY_DAY, "with kind = datetime or epoch")
        try:
            return found if found is None else ZoneInfo(found).key
        except (LookupError, ValueError, OSError):
            self.wrong(("time", "tz"), found, "an IANA name, such as Europe/Berlin")
            return None

    # --- small readers ------------------------------------------------------------------------------------

    def table(self, name: str) -> Mapping[str, Any]:
        value = self._document.get(name, {})
        if not isinstance(value, dict):
            self.wrong((name,), value, "a table")
            return {}
        keys = _TABLES[name]
        if keys is None:
            return value
        for key in value:
            if key not in keys:
                self.wrong((name, key), value[key], one_of("keys", key, keys))
        return {key: one for key, one in value.items() if key in keys}

    def texts(self, name: str) -> dict[str, str]:
        found = {}
        for key, value in self.table(name).items():
            if isinstance(value, str) and value:
                found[key] = value
            else:
                self.wrong((name, key), value, "a text")
        return found

    def text(self, table: Mapping[str, Any], place: tuple[str, ...], default: str | None = None) -> str:
        value = table.get(place[-1], default)
        if not isinstance(value, str) or not value:
            self.wrong(place, value, "a text")
            return default or "nameless"
        return value

    def choice(
        self,
        table: Mapping[str, Any],
        place: tuple[str, ...],
        allowed: tuple[str, ...],
        default: str | None = None,
    ) -> str:
        value = table.get(place[-1], default)
        if value not in allowed:
            self.wrong(place, value, ", ".join(allowed))
            return allowed[0]
        return str(value)

    def only_with(self, time: Mapping[str, Any], key: str, fits: bool, told: str) -> str | None:
        if key not in time:
            return None
        value = time[key]
        if not isinstance(value, str) or not value or not fits:
            self.wrong(("time", key), value, f"a text, {told} only")
            return None
        return value

    def whole(self, table: Mapping[str, Any], place: tuple[str, ...], default: int) -> int:
        value = table.get(place[-1], default)
        if type(value) is not int or not 0 <= value <= 86_400:
            self.wrong(place, value, "a whole number from 0 to 86400")
            return default
        return value
