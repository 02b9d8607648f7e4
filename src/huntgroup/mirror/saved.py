"""Converts a mirror's state to JSON and back, by the types of its fields. Reading it executes no code."""

from __future__ import annotations

import json
import types
from collections import deque
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from huntgroup.errors import ConfigError
from huntgroup.mirror.state import State
from huntgroup.models import PresenceModel
from huntgroup.settings.requirements import Requirement, parse

FORMAT = 1
"""The version of this layout. Snapshots of another version are refused."""


def dumps(state: State) -> bytes:
    """The whole state as JSON. O(state)."""
    body = {"huntgroup_mirror": FORMAT, "state": _plain(state)}
    return json.dumps(body, separators=(",", ":")).encode()


def loads(snapshot: bytes) -> State:
    """Reads what `dumps` wrote. Raises ConfigError for anything else. O(state)."""
    try:
        body = json.loads(snapshot)
        if body["huntgroup_mirror"] != FORMAT:
            raise ConfigError("snapshot", body["huntgroup_mirror"], f"a snapshot of format {FORMAT}")
        state = _made(State, body["state"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ConfigError("snapshot", type(error).__name__, "what Mirror.snapshot gave") from error
    assert isinstance(state, State)
    return state


def _plain(value: Any) -> Any:
    """A value of the state as a JSON value. A dict whose keys are not texts becomes a list of pairs."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, PresenceModel):
        return value.to_dict()
    if isinstance(value, Requirement):
        return value.text
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, dict):
        return [[_plain(key), _plain(item)] for key, item in value.items()]
    if isinstance(value, set | frozenset):
        return sorted((_plain(item) for item in value), key=lambda item: (item is not None, item))
    return [_plain(item) for item in value]


@cache
def _types(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _made(kind: Any, plain: Any) -> Any:
    """The inverse of `_plain` for this type. Raises ValueError, TypeError or KeyError."""
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _one_of(args, plain)
    if kind is Any:
        return plain
    if origin is dict:
        pairs = plain.items() if isinstance(plain, dict) else plain
        return {_made(args[0], key): _made(args[1], item) for key, item in pairs}
    if origin in (list, set):
        return origin(_made(args[0], item) for item in plain)
    if origin is deque:
        return deque(_made(args[0], item) for item in plain)
    if origin is tuple:
        inner = [args[0]] * len(plain) if args[-1] is Ellipsis else args
        return tuple(_made(one, item) for one, item in zip(inner, plain, strict=True))
    if kind is PresenceModel:
        return PresenceModel.from_dict(plain)
    if kind is Requirement:
        return parse(plain)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _types(kind)
        return kind(**{name: _made(hints[name], item) for name, item in plain.items()})
    if type(plain) is not kind and not (kind is float and type(plain) is int):
        raise TypeError(f"{plain!r} is no {kind}")
    return plain


def _one_of(kinds: tuple[Any, ...], plain: Any) -> Any:
    """A value that may have one of several types: its JSON type decides which."""
    if plain is None:
        if type(None) in kinds:
            return None
        raise TypeError("nothing where something is needed")
    for kind in kinds:
        if kind is type(None):
            continue
        simple = kind in (str, int, float, bool)
        if type(plain) is kind if simple else isinstance(plain, list | dict | str):
            return _made(kind, plain)
    raise TypeError(f"{plain!r} is none of {kinds}")
