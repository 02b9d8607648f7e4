"""Events as lines of JSON: what `huntgroup run`, the service and `Event.to_dict` write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from huntgroup import Event
from huntgroup.errors import ConfigError

_BESIDE = ("refused", "error", "result")
"""Keys of the lines of `huntgroup run` that are not events."""


def events_of_lines(lines: Iterable[str | bytes]) -> Iterator[Event]:
    """The events of a log, one JSON object per line: those of `Event.to_dict`, of `huntgroup run`, or of the
    service's socket. Answers and refusals in between are skipped. Raises ConfigError that names the
    line."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            event = event_of(decoded(line, number), number)
            if event is not None:
                yield event


def decoded(line: str | bytes, number: int) -> dict[str, Any]:
    """The object of one line. Raises ConfigError."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"line {number}", line[:80], f"a JSON object ({error})") from None
    if not isinstance(found, dict):
        raise ConfigError(f"line {number}", found, "a JSON object")
    return found


def event_of(found: dict[str, Any], number: int) -> Event | None:
    """The event of a line's object, None for an answer or a refusal. Raises ConfigError."""
    kind = found.get("event")
    if isinstance(kind, dict):
        found, kind = kind, kind.get("kind")
    elif kind is None:
        if any(name in found for name in _BESIDE):
            return None
        kind = found.get("kind")
    seq, at_ns = found.get("seq"), found.get("at_ns")
    if not isinstance(kind, str) or type(seq) is not int or type(at_ns) is not int:
        raise ConfigError(f"line {number}", found, "an event: an object with kind, seq and at_ns")
    told = {name: found[name] for name in Event._fields if name in found}
    told.setdefault("status_from", found.get("from"))
    told.setdefault("status_to", found.get("to"))
    return Event(**{**told, "kind": kind})
