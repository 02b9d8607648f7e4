"""The JSON Schema of a presence model's file (draft 2020-12), made from the tables that the reader walks.

A schema says what one value may be. Whether a status that another one names exists is for `huntgroup model
check` to say.
"""

from __future__ import annotations

from typing import Any

from huntgroup.limits import MAX_DURATION_S, MAX_NAME_BYTES
from huntgroup.models import schema
from huntgroup.models.parts import ASKED_OF, CONDITIONS, LISTED
from huntgroup.models.reader import MAX_DERIVED, MAX_STATUSES

Schema = dict[str, Any]

# No blank outside, no control character anywhere, and no end of line behind it, where `$` would match too.
NAME: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_NAME_BYTES,
    "pattern": r"^[^\s\u0000-\u001f\u007f-\u009f]([^\u0000-\u001f\u007f-\u009f]*"
    r"[^\s\u0000-\u001f\u007f-\u009f])?$(?!\n)",
}
FLAG: Schema = {"type": "boolean"}
NAMES: Schema = {"type": "array", "items": NAME, "uniqueItems": True, "maxItems": schema.MAX_LIST}
_CONDITION: Schema = {
    "type": "string",
    "pattern": f"^(not )?({'|'.join(CONDITIONS)}|({'|'.join(ASKED_OF)}) \\S.*)$",
}

KINDS: dict[schema.Kind, Schema] = {
    schema.NAME: NAME,
    schema.IDENTIFIER: {"type": "string", "maxLength": MAX_NAME_BYTES, "pattern": r"^[a-z][a-z0-9_]*$(?!\n)"},
    schema.FLAG: FLAG,
    schema.NAMES: NAMES,
    schema.SOME_NAMES: {**NAMES, "minItems": 1},
    schema.SECONDS: {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_DURATION_S},
    schema.STATUS["receives_queued"].kind: {"anyOf": [FLAG, {"const": LISTED}]},
    schema.STATUS["receives_direct"].kind: {"anyOf": [FLAG, NAMES]},
    schema.DERIVED["when"].kind: {"type": "array", "items": _CONDITION, "maxItems": schema.MAX_LIST},
    schema.DERIVED["receives"].kind: {"enum": ["base", "own"]},
    schema.TABLES["external_presence"]["values"].kind: {
        "type": "object",
        "propertyNames": NAME,
        "additionalProperties": {"enum": ["yes", "no", "setting"]},
        "minProperties": 1,
        "maxProperties": 16,
    },
    schema.CHANNEL["blocks"].kind: {"anyOf": [{"enum": ["others", "none"]}, NAMES]},
}
"""Each kind of value as a schema."""


def model_schema() -> Schema:
    """The schema as plain values, ready for `json.dumps`. O(1)."""
    rows = {"type": "array", "items": _table(schema.STATUS), "minItems": 1, "maxItems": MAX_STATUSES}
    top = _table(schema.TOP)
    top["properties"] |= {name: _table(keys) for name, keys in schema.TABLES.items()}
    top["properties"] |= {
        "status": rows,
        "derived": {"type": "array", "items": _table(schema.DERIVED), "maxItems": MAX_DERIVED},
        "channels": {
            "type": "object",
            "propertyNames": NAME,
            "additionalProperties": _table(schema.CHANNEL),
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A presence model of huntgroup",
        **top,
        "required": [*top.get("required", ()), "status"],
    }


def _table(keys: dict[str, schema.Key]) -> Schema:
    table: Schema = {
        "type": "object",
        "properties": {name: KINDS[key.kind] for name, key in keys.items()},
        "additionalProperties": False,
    }
    required = [name for name, key in keys.items() if key.required]
    return {**table, "required": required} if required else table
