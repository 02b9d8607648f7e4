"""Column mappings: a TOML file says which column of a log means what.

The built-in mappings are files of the same kind, beside this module. A mapping names the columns, how times
are written, what the outcomes are called, what the channels hold, and may change the rules by which agents
are derived (`[derive]`, see `derive.DeriveRules`).
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib.resources import files
from pathlib import Path
from typing import Any

from huntgroup.errors import ConfigError

SECOND_NS = 1_000_000_000

TIME_KINDS = ("datetime", "seconds_of_day")
OUTCOMES = ("answered", "abandoned", "ignored")
ABANDONED_AT_ONCE = ("abandoned", "left_before_queue")

REQUIRED_FIELDS = ("arrived", "waited", "outcome", "handled", "agent", "queue")
OPTIONAL_FIELDS = ("day", "menu", "answered", "channel", "priority", "requires")

_TABLES = (
    "name",
    "title",
    "time",
    "columns",
    "outcomes",
    "priorities",
    "log",
    "channels",
    "queues",
    "titles",
    "notes",
    "derive",
)


@dataclass(frozen=True, slots=True)
class DeriveRules:
    """How agents are read out of a log. Durations in seconds.

    `min_services`, `min_share`: an agent holds the skill of a queue when it served at least so many of its
    interactions, and at least this share of the agent's own. A queue that nobody would serve by that rule
    is served by everyone who ever did.
    `shift_gap_s`: so long without a service ends the shift.
    `reaction_s`: an agent may take so long to pick up before a waiting customer proves it absent.
    `after_call_limit_s`: a proven absence up to this length, right after a service, is after-call work of
    that interaction; a longer one is a break.
    """

    min_services: int = 3
    min_share: float = 0.0
    shift_gap_s: float = 4 * 3600.0
    reaction_s: float = 3.0
    after_call_limit_s: float = 600.0


@dataclass(frozen=True, slots=True)
class LogMapping:
    """One checked mapping. `columns` goes from field to column; `capacities` from channel to a number, or
    None for the most that an agent was seen to hold at once."""

    name: str
    title: str
    time_kind: str
    answered_missing: str | None
    columns: Mapping[str, str]
    outcomes: Mapping[str, str]
    priorities: Mapping[str, int] | None
    channel: str
    abandoned_at_once: str
    capacities: Mapping[str, int | None]
    seconds_per_priority: int
    service_level: tuple[float, float]
    channel_service_level: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    derive: DeriveRules = field(default_factory=DeriveRules)

    def service_level_of(self, channel: str) -> tuple[float, float]:
        """The target of a channel's queues: (seconds, share)."""
        return self.channel_service_level.get(channel, self.service_level)


def built_in_mappings() -> tuple[str, ...]:
    """The names that `load_mapping` knows without a file, sorted."""
    folder = files("huntgroup.sim") / "mappings"
    return tuple(sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".toml")))


def load_mapping(name_or_path: str | Path) -> LogMapping:
    """Read and check a mapping: a built-in name, or the path of a TOML file.

    Raises `ConfigError` that names the key, the value and what is allowed; `OSError` for an unreadable file.
    """
    name = str(name_or_path)
    if name in built_in_mappings():
        text = (files("huntgroup.sim") / "mappings" / f"{name}.toml").read_text(encoding="utf-8")
    else:
        path = Path(name_or_path)
        if path.suffix != ".toml":
            raise ConfigError(
                "mapping", name, f"{', '.join(built_in_mappings())}, or the path of a .toml file"
            )
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise ConfigError(name, error.object[error.start : error.end], "UTF-8 text") from None
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(name, str(error), "a TOML file") from None
    return _Checker(name).mapping(table)


def mapping_for(path: str | Path, source: str | None = None) -> LogMapping:
    """The built-in mapping whose columns the header of this log has; of several, the one with most columns.

    If none fits wholly, one of which more than half of the columns are there: the reader then names what
    lacks.
    Raises `ConfigError` naming `source` (the path) and the header where none fits. An empty file or one that
    is not UTF-8 gets the native mapping: reading it will tell what is wrong with it.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            header = [name.strip() for name in next(csv.reader(file), [])]
    except (UnicodeDecodeError, csv.Error):
        header = []
    if not header:
        return load_mapping("native")
    fitting = [
        mapping
        for mapping in map(load_mapping, built_in_mappings())
        if set(mapping.columns.values()) <= set(header)
    ]
    if fitting:
        return max(fitting, key=lambda mapping: len(mapping.columns))
    nearest = max(
        map(load_mapping, built_in_mappings()),
        key=lambda mapping: len(set(mapping.columns.values()) & set(header)),
    )
    if len(set(nearest.columns.values()) & set(header)) * 2 > len(nearest.columns):
        return nearest
    raise ConfigError(
        f"{source or path}:1: header",
        ", ".join(header),
        f"the columns of a built-in mapping ({', '.join(built_in_mappings())}), or a mapping file named",
    )


class _Checker:
    """Checks one parsed file; every error names the file and the dotted key."""

    def __init__(self, source: str) -> None:
        self.source = source

    def fail(self, key: str, value: object, allowed: str) -> ConfigError:
        return ConfigError(f"{self.source}: {key}", value, allowed)

    def mapping(self, table: Mapping[str, Any]) -> LogMapping:
        self.known("", table, _TABLES)
        time = self.table(table, "time", ("kind", "answered_missing"))
        kind = self.choice(time, "time.kind", TIME_KINDS)
        columns = self.columns(table, kind)
        log = self.table(table, "log", ("channel", "abandoned_at_once"))
        channel = self.text(log, "log.channel", "voice")
        capacities = self.capacities(table)
        if "channel" not in columns:
            capacities.setdefault(channel, 1)
        queues = self.table(table, "queues", ("seconds_per_priority", "service_level"))
        return LogMapping(
            name=self.text(table, "name"),
            title=self.text(table, "title", str(table.get("name"))),
            time_kind=kind,
            answered_missing=None if "answered_missing" not in time else str(time["answered_missing"]),
            columns=columns,
            outcomes=self.outcomes(table),
            priorities=self.priorities(table),
            channel=channel,
            abandoned_at_once=self.choice(log, "log.abandoned_at_once", ABANDONED_AT_ONCE, "abandoned"),
            capacities=capacities,
            seconds_per_priority=self.whole(queues, "queues.seconds_per_priority", 60),
            service_level=self.service_level("queues", queues, (20.0, 0.80)),
            channel_service_level=self.channel_service_levels(table),
            titles=self.texts(table, "titles"),
            notes=self.texts(table, "notes"),
            derive=self.rules(table),
        )

    def columns(self, table: Mapping[str, Any], kind: str) -> dict[str, str]:
        columns = self.texts(table, "columns", REQUIRED_FIELDS + OPTIONAL_FIELDS)
        needed = REQUIRED_FIELDS + (("day",) if kind == "seconds_of_day" else ())
        for name in needed:
            if name not in columns:
                raise self.fail(f"columns.{name}", None, "the name of a column; this field is required")
        return columns

    def outcomes(self, table: Mapping[str, Any]) -> dict[str, str]:
        outcomes = self.texts(table, "outcomes")
        for word, meaning in outcomes.items():
            if meaning not in OUTCOMES:
                raise self.fail(f"outcomes.{word}", meaning, ", ".join(OUTCOMES))
        if "answered" not in outcomes.values():
            raise self.fail("outcomes", outcomes, "at least one word that means answered")
        return outcomes

    def priorities(self, table: Mapping[str, Any]) -> dict[str, int] | None:
        if "priorities" not in table:
            return None
        found = self.table(table, "priorities", None)
        for word, value in found.items():
            if type(value) is not int or abs(value) > 1_000_000:
                raise self.fail(f"priorities.{word}", value, "a whole number from -1000000 to 1000000")
        return dict(found)

    def capacities(self, table: Mapping[str, Any]) -> dict[str, int | None]:
        capacities: dict[str, int | None] = {}
        for channel in self.table(table, "channels", None):
            entry = self.table(
                table["channels"], channel, ("capacity", "service_level"), f"channels.{channel}"
            )
            value = entry.get("capacity", 1)
            if value == "observed":
                capacities[channel] = None
            elif type(value) is int and 1 <= value <= 65_535:
                capacities[channel] = value
            else:
                raise self.fail(f"channels.{channel}.capacity", value, 'from 1 to 65535, or "observed"')
        return capacities

    def channel_service_levels(self, table: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
        return {
            channel: self.service_level(f"channels.{channel}", entry, (20.0, 0.80))
            for channel, entry in self.table(table, "channels", None).items()
            if "service_level" in entry
        }

    def service_level(
        self, place: str, table: Mapping[str, Any], default: tuple[float, float]
    ) -> tuple[float, float]:
        value = table.get("service_level", list(default))
        allowed = "[seconds, share], the share above 0 and at most 1"
        if not isinstance(value, list) or len(value) != 2:
            raise self.fail(f"{place}.service_level", value, allowed)
        seconds, share = value
        numbers = all(type(part) in (int, float) for part in value)
        if not numbers or not 0 <= seconds < 1e9 or not 0 < share <= 1:
            raise self.fail(f"{place}.service_level", value, allowed)
        return float(seconds), float(share)

    def rules(self, table: Mapping[str, Any]) -> DeriveRules:
        names = tuple(rule.name for rule in fields(DeriveRules))
        found = self.table(table, "derive", names)
        values = {name: self.number(found, f"derive.{name}", 0.0) for name in found}
        if "min_services" in values:
            values["min_services"] = int(values["min_services"])
        return DeriveRules(**values)  # type: ignore[arg-type]

    # --- small readers ------------------------------------------------------------------------------------

    def known(self, place: str, table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
        for key in table:
            if key not in keys:
                raise self.fail(f"{place}{key}", table[key], f"one of the keys {', '.join(keys)}")

    def table(
        self, parent: Mapping[str, Any], name: str, keys: tuple[str, ...] | None, place: str = ""
    ) -> Mapping[str, Any]:
        value = parent.get(name, {})
        if not isinstance(value, dict):
            raise self.fail(place or name, value, "a table")
        if keys is not None:
            self.known(f"{place or name}.", value, keys)
        return value

    def texts(
        self, parent: Mapping[str, Any], name: str, keys: tuple[str, ...] | None = None
    ) -> dict[str, str]:
        found = self.table(parent, name, keys)
        for key, value in found.items():
            if not isinstance(value, str) or not value:
                raise self.fail(f"{name}.{key}", value, "a text")
        return dict(found)

    def text(self, table: Mapping[str, Any], key: str, default: str | None = None) -> str:
        value = table.get(key.rpartition(".")[2], default)
        if not isinstance(value, str) or not value:
            raise self.fail(key, value, "a text")
        return value

    def choice(
        self, table: Mapping[str, Any], key: str, allowed: tuple[str, ...], default: str | None = None
    ) -> str:
        value = table.get(key.rpartition(".")[2], default)
        if value not in allowed:
            raise self.fail(key, value, ", ".join(allowed))
        return str(value)

    def number(self, table: Mapping[str, Any], key: str, default: float) -> float:
        value = table.get(key.rpartition(".")[2], default)
        if type(value) not in (int, float) or not 0 <= value < 1e9:
            raise self.fail(key, value, "a number from 0 up")
        return float(value)

    def whole(self, table: Mapping[str, Any], key: str, default: int) -> int:
        value = table.get(key.rpartition(".")[2], default)
        if type(value) is not int or not 0 <= value <= 86_400:
            raise self.fail(key, value, "a whole number from 0 to 86400")
        return value
