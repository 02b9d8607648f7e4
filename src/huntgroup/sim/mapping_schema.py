"""The JSON Schema of a log's mapping (draft 2020-12), for editors and for programs that write mappings.

A schema says what a single value may be. Whether the columns suffice, whether a zone or an encoding exists,
and which keys are allowed with which kind of time is checked when the mapping is read.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from huntgroup.sim.mapping import (
    ABANDONED_AT_ONCE,
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
)

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
TEXTS: Schema = {"type": "object", "additionalProperties": TEXT}
AMOUNT: Schema = {"type": "number", "minimum": 0, "exclusiveMaximum": 1e9}
SERVICE_LEVEL: Schema = {
    "type": "array",
    "prefixItems": [AMOUNT, {"type": "number", "exclusiveMinimum": 0, "maximum": 1}],
    "items": False,
    "minItems": 2,
}

FILE: Schema = {
    "format": {"enum": list(FORMATS)},
    "separator": {"type": "string", "pattern": '^[^"\\r\\n]$(?!\\n)'},
    "encoding": TEXT,
    "header": {"type": "array", "items": {"type": "string"}, "minItems": 1},
}
ROWS: Schema = {
    "where": {
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": "string"}},
    },
    "without_queue": {"enum": list(WITHOUT_QUEUE)},
}
TIME: Schema = {
    "kind": {"enum": list(TIME_KINDS)},
    "format": TEXT,
    "unit": {"enum": list(TIME_UNITS)},
    "day_format": TEXT,
    "tz": TEXT,
    "durations": {"enum": list(DURATIONS)},
    "answered_missing": {},
}
LOG: Schema = {
    "channel": TEXT,
    "abandoned_at_once": {"enum": list(ABANDONED_AT_ONCE)},
    "queue_of_channels": {"enum": list(QUEUE_OF_CHANNELS)},
}
CHANNEL: Schema = {
    "capacity": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 65_535}, {"const": "observed"}]},
    "service_level": SERVICE_LEVEL,
}
QUEUES: Schema = {
    "seconds_per_priority": {"type": "integer", "minimum": 0, "maximum": 86_400},
    "service_level": SERVICE_LEVEL,
}


def mapping_schema() -> Schema:
    """The schema as plain values, ready for `json.dumps`. O(1)."""
    words = {"type": "object", "additionalProperties": {"enum": list(OUTCOMES)}}
    priority = {"type": "integer", "minimum": -1_000_000, "maximum": 1_000_000}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A mapping of huntgroup replay: what the columns of a log mean",
        **_table(
            {
                "name": TEXT,
                "title": TEXT,
                "file": _table(FILE),
                "rows": _table(ROWS),
                "time": _table(TIME, ["kind"]),
                "columns": _table(
                    dict.fromkeys(REQUIRED_FIELDS + OPTIONAL_FIELDS, TEXT), list(REQUIRED_FIELDS)
                ),
                "outcomes": words,
                "priorities": {"type": "object", "additionalProperties": priority},
                "log": _table(LOG),
                "channels": {"type": "object", "additionalProperties": _table(CHANNEL)},
                "channel_names": TEXTS,
                "queues": _table(QUEUES),
                "titles": TEXTS,
                "notes": TEXTS,
                "derive": _table({rule.name: AMOUNT for rule in fields(DeriveRules)}),
            },
            ["name", "time", "columns"],
        ),
    }


def _table(properties: Schema, required: list[str] | None = None) -> Schema:
    table: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**table, "required": required} if required else table
