"""The JSON Schema of a scenario (draft 2020-12), for editors and for programs that write scenarios."""

from __future__ import annotations

from typing import Any

from huntgroup.settings.centre_schema import centre_properties, membership_schema
from huntgroup.sim.scenario.keys import LISTS, NUMBER_SCHEMA, RUN, TRUNKS, Key

_POSITIVE = {"type": "number", "exclusiveMinimum": 0}
_LAWS: dict[str, dict[str, Any]] = {
    "exponential": {"mean": _POSITIVE},
    "lognormal": {"mean": _POSITIVE, "sd": _POSITIVE},
    "gamma": {"mean": _POSITIVE, "sd": _POSITIVE},
    "erlang": {"mean": _POSITIVE, "phases": {"type": "integer", "minimum": 1, "maximum": 100}},
    "uniform": {"low": NUMBER_SCHEMA, "high": NUMBER_SCHEMA},
    "constant": {"value": NUMBER_SCHEMA},
    "empirical": {"file": {"type": "string"}, "column": {"type": "string"}},
    "mixture": {
        "weights": {"type": "array", "items": NUMBER_SCHEMA, "minItems": 1},
        "of": {"type": "array", "items": {"$ref": "#/$defs/law"}, "minItems": 1},
    },
}


def scenario_schema() -> dict[str, Any]:
    """The schema as plain values, ready for `json.dumps`. What a schema cannot say (that a queue exists, that
    one of several keys is given) is checked by `Scenario`. O(1)."""
    centre = {"type": "object", "properties": centre_properties(), "additionalProperties": False}
    lists = {name: {"type": "array", "items": _table(keys)} for name, keys in LISTS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario of huntgroup simulate",
        "type": "object",
        "properties": {
            "title": {"type": "string", "minLength": 1, "maxLength": 128},
            "centre": {"oneOf": [{"type": "string", "minLength": 1}, centre]},
            "run": _table(RUN),
            **lists,
            "trunks": _table(TRUNKS),
        },
        "required": ["centre", "run"],
        "additionalProperties": False,
        "$defs": {"law": _law(), "membership": membership_schema()},
    }


def _table(keys: dict[str, Key]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: key.kind.schema for name, key in keys.items()},
        "required": [name for name, key in keys.items() if key.required],
        "additionalProperties": False,
    }


def _law() -> dict[str, Any]:
    kinds = [
        {
            "type": "object",
            "properties": {"law": {"const": name}, **parameters},
            "required": ["law", *parameters],
            "additionalProperties": False,
        }
        for name, parameters in _LAWS.items()
    ]
    return {"oneOf": [NUMBER_SCHEMA, *kinds]}
