"""The JSON Schema of a centre's file (draft 2020-12), for editors and for programs that write such files.

A schema says what one value may be. Whether a queue, a skill or a status exists is for `huntgroup check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huntgroup.limits import (
    MAX_CAPACITY,
    MAX_CHARACTERS,
    MAX_COUNT,
    MAX_DURATION_S,
    MAX_NAME_BYTES,
    MAX_PROFICIENCY,
    MAX_SECONDS_PER_PRIORITY,
    MAX_STEPS,
)
from huntgroup.settings.actors import ROLES
from huntgroup.settings.config_file import KEYS, MEMBERSHIP_KEYS
from huntgroup.settings.hours import DAYS
from huntgroup.settings.queues import DELAYS, LIMITS_RUN, STRATEGIES, WHEN_CLOSED, WRAP_UP_HOLDS
from huntgroup.settings.service_table import KEYS as SERVICE_KEYS

Schema = dict[str, Any]

NAME: Schema = {"type": "string", "minLength": 1, "maxLength": MAX_NAME_BYTES}
NAMES: Schema = {"type": "array", "items": NAME}
FLAG: Schema = {"type": "boolean"}
DURATION: Schema = {"type": "number", "minimum": 0, "maximum": MAX_DURATION_S}
PAUSE: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_DURATION_S}
COUNT: Schema = {"type": "integer", "minimum": 1, "maximum": MAX_COUNT}
AMOUNT: Schema = {"type": "integer", "minimum": 0, "maximum": MAX_COUNT}
REQUIREMENT: Schema = {"type": "string", "maxLength": 8 * MAX_CHARACTERS}
POSITIVE: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": 1e9}
CLOCK_TIME: Schema = {"type": "string", "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"}


def _pair(first: Schema, second: Schema) -> Schema:
    return {"type": "array", "prefixItems": [first, second], "items": False, "minItems": 2}


def _enum(values: tuple[str, ...]) -> Schema:
    return {"enum": list(values)}


_DAY: Schema = {
    "anyOf": [
        _pair(CLOCK_TIME, CLOCK_TIME),
        {"type": "array", "items": _pair(CLOCK_TIME, CLOCK_TIME)},
    ]
}
_HOURS: Schema = {
    "type": "object",
    "properties": {
        "tz": {"type": "string"},
        "weekly": {"type": "object", "properties": dict.fromkeys(DAYS, _DAY), "additionalProperties": False},
        "exceptions": {
            "type": "object",
            "patternProperties": {"^([0-9]{4}-)?[0-9]{2}-[0-9]{2}$": _DAY},
            "additionalProperties": False,
        },
    },
    "required": ["tz", "weekly"],
    "additionalProperties": False,
}

CHANNEL: Mapping[str, Schema] = {
    "name": NAME,
    "blocks": {"anyOf": [{"enum": ["all", "others", "none"]}, NAMES]},
    "needs_device": FLAG,
    "units": AMOUNT,
    "capability": NAME,
    "interruptible_by": NAMES,
    "wrap_up": DURATION,
    "wrap_up_unanswered": FLAG,
}
QUEUE: Mapping[str, Schema] = {
    "name": NAME,
    "channel": NAME,
    "strategy": _enum(STRATEGIES),
    "requires": REQUIREMENT,
    "offer_timeout": PAUSE,
    "wrap_up": DURATION,
    "wrap_up_holds": _enum(WRAP_UP_HOLDS),
    "ask_again_after": DURATION,
    "preferred_wait": DURATION,
    "max_misses": COUNT,
    "callback_attempts": COUNT,
    "callback_retry": PAUSE,
    "hours": _HOURS,
    "relax": {"type": "array", "items": _pair(DURATION, REQUIREMENT), "maxItems": MAX_STEPS},
    "overflow": _pair(DURATION, NAME),
    "max_waiting": AMOUNT,
    "when_closed": _enum(WHEN_CLOSED),
    "accept_unstaffed": FLAG,
    "limits_run": _enum(LIMITS_RUN),
    "max_wait": DURATION,
    "max_wait_unstaffed": DURATION,
    "seconds_per_priority": {"type": "number", "minimum": 0, "maximum": MAX_SECONDS_PER_PRIORITY},
    "group": NAME,
    "service_level": _pair(DURATION, {"type": "number", "minimum": 0, "maximum": 1}),
    "short_abandon": DURATION,
    "max_rejects": COUNT,
    "max_handled": AMOUNT,
    "delays": _enum(DELAYS),
}
MEMBERSHIP: Mapping[str, Schema] = {
    "queue": NAME,
    "tier": {"type": "integer", "minimum": 0, "maximum": 255},
    "rank": {"type": "integer", "minimum": 0, "maximum": 65_535},
    "delay": DURATION,
    "limit": {"type": "integer", "minimum": 0, "maximum": 65_535},
}
AGENT: Mapping[str, Schema] = {
    "name": NAME,
    "skills": {
        "type": "object",
        "additionalProperties": {"type": "integer", "minimum": 0, "maximum": MAX_PROFICIENCY},
    },
    "capacity": {
        "type": "object",
        "additionalProperties": {"type": "integer", "minimum": 0, "maximum": MAX_CAPACITY},
    },
    "queues": {"type": "array", "items": {"anyOf": [NAME, {"$ref": "#/$defs/membership"}]}},
    "role": _enum(tuple(ROLES)),
    "team": NAME,
    "units": AMOUNT,
    "devices": NAMES,
    "signed_in": FLAG,
    "status": NAME,
    "ready": FLAG,
    "busy_selectable": FLAG,
    "wrap_up": DURATION,
    "user": {"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": 8},
}
SERVICE: Mapping[str, Schema] = {
    "rate": POSITIVE,
    "burst": POSITIVE,
    "header_timeout": POSITIVE,
    "idle_timeout": POSITIVE,
    "sockets": {"type": "integer", "minimum": 1, "maximum": 10**9},
    "hosts": {"type": "array", "items": {"type": "string"}},
    "public_presence": FLAG,
}


def centre_schema() -> Schema:
    """The schema as plain values, ready for `json.dumps`. O(1)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A centre of huntgroup",
        "type": "object",
        "properties": centre_properties(),
        "additionalProperties": False,
        "$defs": {"membership": membership_schema()},
    }


def centre_properties() -> Schema:
    """What stands at the top of a centre's file; it refers to `#/$defs/membership`."""
    return {
        "model": {"type": "string", "minLength": 1},
        "seed": {"type": "integer", "minimum": -(2**63), "maximum": 2**64 - 1},
        "keep_finished": {"type": "integer", "minimum": 0},
        "skills": NAMES,
        "groups": NAMES,
        "channel": _entries("channel", CHANNEL),
        "queue": _entries("queue", QUEUE),
        "agent": _entries("agent", AGENT),
        "service": _table(SERVICE, SERVICE_KEYS),
    }


def membership_schema() -> Schema:
    """An agent's place in a queue, where more is said of it than the queue's name."""
    return {**_table(MEMBERSHIP, MEMBERSHIP_KEYS), "required": ["queue"]}


def _entries(kind: str, schemas: Mapping[str, Schema]) -> Schema:
    return {"type": "array", "items": {**_table(schemas, KEYS[kind]), "required": ["name"]}}


def _table(schemas: Mapping[str, Schema], keys: tuple[str, ...]) -> Schema:
    return {
        "type": "object",
        "properties": {key: schemas[key] for key in keys},
        "additionalProperties": False,
    }
