"""The model as a plain document in the shape of its TOML file, and the mistakes of a text that is not
TOML."""

from __future__ import annotations

import re
from dataclasses import MISSING, Field, fields
from typing import Any

from huntgroup.errors import Problem
from huntgroup.models.fields import ModelFields


def to_dict(model: ModelFields) -> dict[str, Any]:
    """Plain values, lists and dicts only; what equals its default is left out. Reads back equal."""
    plain: dict[str, Any] = {"name": model.name, "title": model.title, "default": model.default}
    if model.no_answer is not None:
        plain["no_answer"] = model.no_answer
    if model.supervisor_needs_sign_in:
        plain["supervisor_needs_sign_in"] = True
    for name in ("sign_in", "on", "queues", "wrap_up", "supervisor", "custom"):
        table = part(getattr(model, name))
        if table:
            plain[name] = table
    for name in ("toggle", "external_presence", "stop_new"):
        # These tables mean something by their presence, even when empty.
        if getattr(model, name) is not None:
            plain[name] = part(getattr(model, name))
    if model.external_presence is not None:
        plain["external_presence"]["values"] = dict(model.external_presence.values)
    plain["status"] = [part(status) for status in model.statuses]
    if model.derived:
        plain["derived"] = [part(rule) for rule in model.derived]
    if model.channels:
        plain["channels"] = {
            rule.name: {} if rule.blocks is None else {"blocks": _plain(rule.blocks)}
            for rule in model.channels
        }
    return plain


def part(value: Any) -> dict[str, Any]:
    """One dataclass of `parts` as a dict, without what equals its default."""
    return {
        field.name: _plain(getattr(value, field.name))
        for field in fields(value)
        if getattr(value, field.name) != _default(field)
    }


def _default(field: Field[Any]) -> Any:
    # MISSING equals nothing that a model holds, so that a required key is always written.
    return MISSING if field.default is MISSING else field.default


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def syntax_problem(text: str, error: Exception) -> Problem:
    """The place and the reason that the TOML parser gave."""
    message = str(error)
    place = re.search(r"\(at line (\d+), column (\d+)\)", message)
    if isinstance(error, RecursionError):
        return Problem(0, "text", "brackets nested too deeply", "TOML 1.0")
    if place is None:
        return Problem(text.count("\n") + 1, "text", text[-40:], f"TOML 1.0 ({message})")
    line = int(place[1])
    wrong = text.splitlines()[line - 1].strip() if line <= len(text.splitlines()) else ""
    return Problem(line, f"column {place[2]}", wrong, f"TOML 1.0 ({message[: place.start()].strip()})")
