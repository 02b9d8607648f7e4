"""The lines that `huntgroup run` reads: commands and queries of an engine, by the names of its methods."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any, NamedTuple

from huntgroup.errors import ConfigError, HuntgroupError, Refused, meant

QUERIES = (
    *("agent", "agent_of", "agent_settings", "channel_settings", "configuration", "count", "digest"),
    *("directory", "estimated_wait", "explain", "find", "interaction", "members", "membership_settings"),
    *("monitor", "presence", "presence_of", "queue", "queue_settings", "queues", "skills", "waiting"),
    "why_not",
)
"""The readings of an engine that a line may ask for."""

CREATES = ("enqueue", "direct", "dial", "consult")
"""Commands whose result is written: the id of the interaction that they made."""

LONGEST_LINE = 1_000_000

UNREADABLE = (HuntgroupError, TypeError, ValueError, OverflowError, RecursionError)
"""The errors that a wrong line may cause. For a wrong or missing argument, Python's own message names it."""


class Line(NamedTuple):
    """One parsed line: `call` carries it out on an engine. `told`: its result is written; `reads`: it changes
    nothing; `timed`: it has its own instant."""

    name: str
    call: Callable[[Any], Any]
    told: bool
    reads: bool
    timed: bool


@cache
def commands() -> dict[str, tuple[str, ...]]:
    """Every command that has an instant, and the arguments it cannot do without, in the order of the method.
    Others go by name."""
    from huntgroup.engine.engine import Engine
    from huntgroup.live.owner import commands_of

    found = {
        name: inspect.signature(getattr(Engine, name)).parameters for name in sorted(commands_of(Engine))
    }
    timed = {name: _needed(given.values()) for name, given in found.items() if "at" in given}
    return {**timed, "advance": ()}


@cache
def queries() -> dict[str, tuple[str, ...]]:
    """The same of every query."""
    from huntgroup.engine.engine import Engine

    return {name: _needed(inspect.signature(getattr(Engine, name)).parameters.values()) for name in QUERIES}


def _needed(parameters: Iterable[inspect.Parameter]) -> tuple[str, ...]:
    return tuple(
        one.name
        for one in parameters
        if one.default is one.empty and one.kind is not one.VAR_KEYWORD and one.name != "self"
    )


def parsed(line: bytes) -> tuple[str, list[Any], dict[str, Any]]:
    """The method of a line with a command, the arguments it cannot do without, and the others. Raises
    `ConfigError`."""
    return _named("command", _object(line), commands())


def understood(line: bytes) -> Line:
    """Parses a line. Raises `ConfigError`."""
    found = _object(line)
    timed = "at" in found
    if "query" not in found:
        name, needed, others = _named("command", found, commands())
        timed = timed or name == "advance"
        return Line(name, partial(_done, name, needed, others), name in CREATES, False, timed)
    at = found.pop("at", None)
    name, needed, others = _named("query", found, queries())
    return Line(name, partial(_read, name, needed, others, at), True, True, timed)


def is_query(line: bytes) -> bool:
    """Is this line a query? False if it cannot be read."""
    try:
        return "query" in _object(line)
    except ConfigError:
        return False


def _done(name: str, needed: list[Any], others: dict[str, Any], engine: Any) -> Any:
    return getattr(engine, name)(*needed, **others)


def _read(name: str, needed: list[Any], others: dict[str, Any], at: int | None, engine: Any) -> Any:
    from huntgroup.shown.plain import plain

    if at is not None:
        engine.advance(at)
    found = getattr(engine, name)(*needed, **others)
    return _presence(engine, found) if name == "presence" else plain(found)


def _presence(engine: Any, rows: Any) -> list[dict[str, Any]]:
    """Rows of the outward presence with names in the place of numbers; None where there is none."""
    from huntgroup.layouts import PRESENCES
    from huntgroup.shown.plain import plain

    return [
        {
            **row,
            "queue": None if row["queue"] < 0 else engine.queue_id(row["queue"]),
            "group": None if row["group"] < 0 else engine.group_id(row["group"]),
            "presence": PRESENCES[row["presence"]],
            "oldest_wait_ns": None if row["oldest_wait_ns"] < 0 else row["oldest_wait_ns"],
        }
        for row in plain(rows)
    ]


def _object(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise ConfigError("line", f"{len(line)} bytes", f"at most {LONGEST_LINE} bytes")
    try:
        found = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigError("line", line[error.start : error.start + 1], "UTF-8 text") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise ConfigError("line", line.decode("utf-8").strip()[:80], f"a JSON object ({error})") from None
    if not isinstance(found, dict):
        raise ConfigError("line", found, 'a JSON object such as {"command": "sign_in", "agent": "alice"}')
    at = found.get("at")
    if "at" in found and type(at) is not int:
        raise ConfigError("at", at, "an integer, nanoseconds on the engine's clock")
    return found


def _named(
    what: str, found: dict[str, Any], known: dict[str, tuple[str, ...]]
) -> tuple[str, list[Any], dict[str, Any]]:
    name = found.pop(what, None)
    if not isinstance(name, str) or name not in known:
        raise ConfigError(what, name, ", ".join(known) + meant(name, known))
    needed = []
    for argument in known[name]:
        if argument not in found:
            raise ConfigError(argument, None, f"a value; {name} needs {', '.join(known[name])}")
        needed.append(found.pop(argument))
    return name, needed, found


# --- what is written ----------------------------------------------------------------------------------------

_MEMBERS = ("agent", "interaction", "queue", "offer", "channel", "group", "other", "by", "value", "text")
"""What an event's line has beside its kind, where it applies."""


def event_line(event: Any) -> dict[str, Any]:
    """An event, members that do not apply left out."""
    found: dict[str, Any] = {"event": event.kind, "seq": event.seq, "at_ns": event.at_ns}
    for name in _MEMBERS:
        value = getattr(event, name, None)
        if value is not None:
            found[name] = value
    if event.status_from is not None or event.status_to is not None:
        found["from"], found["to"] = event.status_from, event.status_to
    if event.reason is not None:
        found["reason"] = event.reason
    return found


def failure_line(error: BaseException, number: int) -> dict[str, Any]:
    """The answer to a line that was not carried out."""
    if isinstance(error, Refused):
        return {"refused": type(error).__name__, "line": number, "message": str(error)}
    return {"error": str(error), "line": number}


def written(answer: dict[str, Any]) -> str:
    """One answer as a line of JSON; half a surrogate pair, which no UTF-8 can have, as an escape."""
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return text if _is_utf8(text) else json.dumps(answer, separators=(",", ":"))


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
