"""What each key of a scenario may hold: how it is read, what is told of a mistake, and its JSON Schema. The
reader and the schema both walk these tables; nothing else knows the types."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from huntgroup.settings.hours import DAYS as ALL_DAYS
from huntgroup.sim.scenario.laws import ALLOWED as LAW_ALLOWED
from huntgroup.sim.scenario.laws import MOST, Unfit, law_of
from huntgroup.sim.scenario.tables import Break, Burst, Redial, Share

UNITS = {"s": 1.0, "min": 60.0, "h": 3600.0}
"""Seconds of each unit of time."""

MAX_CALLS = 100_000_000
MAX_DAYS = 3660
MAX_LIST = 1_000_000

Schema = dict[str, Any]


class Kind(NamedTuple):
    """A kind of value. `convert(value, folder)` gives it as the tables keep it, or raises ValueError, whose
    text, where it has one, tells better than `allowed` what fits."""

    convert: Callable[[Any, Path | None], Any]
    allowed: str
    schema: Schema


class Key(NamedTuple):
    """One key of a table. `field` is its name in the dataclass, where that is another one."""

    kind: Kind
    required: bool = False
    field: str | None = None


def _kind(convert: Callable[[Any], Any], allowed: str, schema: Schema) -> Kind:
    return Kind(lambda value, folder: convert(value), allowed, schema)


# --- single values ----------------------------------------------------------------------------------------


def _name(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value.encode("utf-8", "replace")) <= 128:
        raise ValueError
    return value


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or len(value) > MAX_LIST:
        raise ValueError
    names = tuple(_name(one) for one in value)
    if len(set(names)) != len(names) or not names:
        raise ValueError
    return names


def _number(least: float, most: float, *, above: bool = False) -> Callable[[Any], float]:
    def convert(value: Any) -> float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not least <= value <= most or (above and value == least):
            raise ValueError
        return float(value)

    return convert


def _whole(least: int, most: int) -> Callable[[Any], int]:
    def convert(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError
        return value

    return convert


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _choice(*choices: str) -> Kind:
    def convert(value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise ValueError
        return value

    return _kind(convert, ", ".join(f'"{choice}"' for choice in choices), {"enum": list(choices)})


def _start(value: Any) -> datetime:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime) or value.tzinfo is None or not 1970 <= value.year <= 2200:
        raise ValueError
    return value


def _zone(value: Any) -> str:
    if not isinstance(value, str) or ("/" not in value and value != "UTC") or value.startswith("/"):
        raise ValueError
    try:
        ZoneInfo(value)
    except (OSError, ValueError) as error:
        raise ValueError from error
    return value


def _time(value: Any) -> int:
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)|24:00", value) if isinstance(value, str) else None
    if found is None:
        raise ValueError
    hours, minutes = value.split(":")
    return int(hours) * 60 + int(minutes)


def _days(value: Any) -> tuple[str, ...]:
    days = _names(value)
    if not set(days) <= set(ALL_DAYS):
        raise ValueError
    return days


# --- values with an inside --------------------------------------------------------------------------------

_rate = _number(0, MOST)


def _rates(value: Any) -> Any:
    if isinstance(value, Mapping):
        if not value or not set(value) <= set(ALL_DAYS):
            raise ValueError
        return {day: _rate_list(rates) for day, rates in value.items()}
    return _rate_list(value)


def _rate_list(value: Any) -> tuple[float, ...]:
    if not isinstance(value, list | tuple) or not 0 < len(value) <= MAX_LIST:
        raise ValueError
    return tuple(_rate(one) for one in value)


def _instants(value: Any) -> tuple[float, ...]:
    return tuple(sorted(_rate_list(value)))


def _table(value: Any, needed: tuple[str, ...], others: tuple[str, ...] = ()) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not set(needed) <= set(value) <= {*needed, *others}:
        raise ValueError
    return value


def _tables(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple) or not 0 < len(value) <= 1000:
        raise ValueError
    return list(value)


def _mix(value: Any) -> tuple[Share, ...]:
    shares = []
    for entry in _tables(value):
        table = _table(entry, ("share",), ("requires", "priority"))
        requires, priority = table.get("requires"), table.get("priority")
        shares.append(
            Share(
                _number(0, 1)(table["share"]),
                None if requires is None else _requirement(requires),
                None if priority is None else _priority(priority),
            )
        )
    if abs(sum(one.share for one in shares) - 1.0) > 0.01:
        raise Unfit("shares that sum to 1")
    return tuple(shares)


def _bursts(value: Any) -> tuple[Burst, ...]:
    found = []
    for entry in _tables(value):
        table = _table(entry, ("at", "calls", "within"))
        found.append(Burst(_rate(table["at"]), _whole(0, MAX_CALLS)(table["calls"]), _rate(table["within"])))
    return tuple(found)


def _redial(value: Any, folder: Path | None) -> Redial:
    table = _table(value, ("share", "delay"))
    return Redial(_number(0, 1)(table["share"]), law_of(table["delay"], folder))


def _breaks(value: Any) -> tuple[Break, ...]:
    found = []
    for entry in _tables(value):
        table = _table(entry, ("from", "to"), ("status",))
        status = table.get("status")
        found.append(
            Break(_time(table["from"]), _time(table["to"]), None if status is None else _name(status))
        )
    return tuple(sorted(found))


def _requirement(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 10_000:
        raise ValueError
    return value


_priority = _whole(-1_000_000, 1_000_000)

# --- kinds ------------------------------------------------------------------------------------------------

NUMBER_SCHEMA: Schema = {"type": "number", "minimum": 0, "maximum": MOST}
LAW_SCHEMA: Schema = {"$ref": "#/$defs/law"}
_RATES_SCHEMA: Schema = {"type": "array", "items": NUMBER_SCHEMA, "minItems": 1, "maxItems": MAX_LIST}

NAME = _kind(_name, "a name of 1 to 128 bytes", {"type": "string", "minLength": 1, "maxLength": 128})
NAMES = _kind(
    _names,
    "a list of different names",
    {"type": "array", "items": NAME.schema, "minItems": 1, "uniqueItems": True},
)
NUMBER = _kind(_rate, f"a number from 0 to {MOST:g}", NUMBER_SCHEMA)
POSITIVE = _kind(
    _number(0, MOST, above=True),
    f"a number above 0, at most {MOST:g}",
    {"type": "number", "exclusiveMinimum": 0, "maximum": MOST},
)
SHARE = _kind(_number(0, 1), "a share from 0 to 1", {"type": "number", "minimum": 0, "maximum": 1})
ADHERENCE = _kind(
    _number(0, 1, above=True),
    "a share above 0, at most 1",
    {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
)
FLAG = _kind(_flag, "true or false", {"type": "boolean"})
PRIORITY = _kind(
    _priority,
    "a whole number from -1000000 to 1000000",
    {"type": "integer", "minimum": -1_000_000, "maximum": 1_000_000},
)
REQUIREMENT = _kind(_requirement, "an expression over skills", {"type": "string"})
LAW = Kind(law_of, LAW_ALLOWED, LAW_SCHEMA)
RATES = _kind(
    _rates,
    'a list of rates from 0 up, or { mon = [...], ... } with the days "mon" to "sun"',
    {
        "oneOf": [
            _RATES_SCHEMA,
            {
                "type": "object",
                "properties": dict.fromkeys(ALL_DAYS, _RATES_SCHEMA),
                "additionalProperties": False,
                "minProperties": 1,
            },
        ]
    },
)
INSTANTS = _kind(_instants, "a list of instants after the start, from 0 up", _RATES_SCHEMA)
TEXT = _kind(_name, "a text", NAME.schema)
TIME = _kind(
    _time, 'a time of day, "HH:MM"', {"type": "string", "pattern": "^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$"}
)


def _whole_kind(least: int, most: int) -> Kind:
    return _kind(
        _whole(least, most),
        f"a whole number from {least} to {most}",
        {"type": "integer", "minimum": least, "maximum": most},
    )


def _object(properties: dict[str, Schema], required: tuple[str, ...]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


MIX = _kind(
    _mix,
    "a list of { share, requires, priority }, shares that sum to 1",
    {
        "type": "array",
        "minItems": 1,
        "items": _object(
            {"share": SHARE.schema, "requires": REQUIREMENT.schema, "priority": PRIORITY.schema}, ("share",)
        ),
    },
)
BURSTS = _kind(
    _bursts,
    "a list of { at, calls, within }",
    {
        "type": "array",
        "minItems": 1,
        "items": _object(
            {
                "at": NUMBER_SCHEMA,
                "calls": {"type": "integer", "minimum": 0, "maximum": MAX_CALLS},
                "within": NUMBER_SCHEMA,
            },
            ("at", "calls", "within"),
        ),
    },
)
REDIAL = Kind(
    _redial,
    f"{{ share, delay }}: a share from 0 to 1 and a law, which is {LAW_ALLOWED}",
    _object({"share": SHARE.schema, "delay": LAW_SCHEMA}, ("share", "delay")),
)
BREAKS = _kind(
    _breaks,
    "a list of { from, to, status }, times of day",
    {
        "type": "array",
        "minItems": 1,
        "items": _object({"from": TIME.schema, "to": TIME.schema, "status": NAME.schema}, ("from", "to")),
    },
)
DAYS = _kind(
    _days,
    'a list of days, "mon" to "sun"',
    {"type": "array", "items": {"enum": list(ALL_DAYS)}, "minItems": 1, "uniqueItems": True},
)
START = _kind(
    _start,
    "an offset date-time from 1970 to 2200, such as 2026-01-05T00:00:00Z",
    {"type": "string", "format": "date-time"},
)
ZONE = _kind(_zone, "the IANA name of a time zone, such as Europe/Berlin, or UTC", {"type": "string"})

RUN: dict[str, Key] = {
    "start": Key(START),
    "tz": Key(ZONE),
    "duration": Key(POSITIVE),
    "days": Key(_whole_kind(1, MAX_DAYS)),
    "warm_up": Key(NUMBER),
    "drain": Key(_choice("serve", "drop")),
    "time_unit": Key(_choice(*UNITS)),
}
TRUNKS: dict[str, Key] = {"lines": Key(_whole_kind(0, 1_000_000), required=True), "queues": Key(NAMES)}
LISTS: dict[str, dict[str, Key]] = {
    "group": {"name": Key(NAME, required=True), "agents": Key(NAMES, required=True)},
    "arrivals": {
        "queue": Key(NAME, required=True),
        "name": Key(NAME),
        "priority": Key(PRIORITY),
        "requires": Key(REQUIREMENT),
        "preferred": Key(NAME),
        "mix": Key(MIX),
        "rate": Key(NUMBER),
        "rates": Key(RATES),
        "every": Key(POSITIVE),
        "times": Key(INSTANTS),
        "log": Key(TEXT),
        "mapping": Key(TEXT),
        "busyness": Key(POSITIVE),
        "bursts": Key(BURSTS),
    },
    "service": {
        "queue": Key(NAME),
        "agent": Key(NAME),
        "group": Key(NAME),
        "talk": Key(LAW),
        "hold": Key(LAW),
        "wrap_up": Key(LAW),
        "ring": Key(LAW),
        "missed": Key(SHARE),
        "speed": Key(POSITIVE),
    },
    "patience": {
        "queue": Key(NAME),
        "time": Key(LAW),
        "balk": Key(SHARE),
        "announced": Key(FLAG),
        "redial": Key(REDIAL),
    },
    "shift": {
        "agents": Key(NAMES),
        "group": Key(NAME),
        "count": Key(_whole_kind(1, 4_194_304)),
        "from": Key(TIME, required=True, field="begins"),
        "to": Key(TIME, required=True, field="ends"),
        "days": Key(DAYS),
        "breaks": Key(BREAKS),
        "adherence": Key(ADHERENCE),
    },
    "transfer": {
        "queue": Key(NAME, required=True),
        "share": Key(SHARE, required=True),
        "target": Key(NAME, required=True),
        "delay": Key(LAW),
    },
    "callback": {
        "queue": Key(NAME, required=True),
        "share": Key(SHARE, required=True),
        "delay": Key(LAW),
    },
    "outbound": {
        "queue": Key(NAME),
        "agents": Key(NAMES),
        "group": Key(NAME),
        "rate": Key(NUMBER),
        "rates": Key(RATES),
        "every": Key(POSITIVE),
        "share": Key(SHARE),
    },
}
