"""Commands as rows of `apply`: what each argument of a method becomes in a row, and what comes back.

Names become indices, interactions stay numbers, what is left out is -1. What a row cannot carry (a mapping, a
text to be compiled) goes through the method.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

import huntgroup as hg

# The fields that the positional arguments of a method go to; named arguments go to the field of their name.
FIELDS: dict[str, tuple[str, ...]] = {
    "sign_in": ("agent",),
    "sign_out": ("agent",),
    "connect": ("agent", "channel"),
    "disconnect": ("agent", "channel"),
    "set_status": ("agent", "status"),
    "set_ready": ("agent", "flag"),
    "queue_login": ("agent", "queue"),
    "queue_logout": ("agent", "queue"),
    "stop_new": ("agent",),
    "resume_new": ("agent",),
    "enqueue": ("queue",),
    "direct": ("agent", "channel"),
    "dial": ("agent", "channel"),
    "answered": ("interaction",),
    "accept": ("interaction",),
    "reject": ("interaction",),
    "hold": ("interaction",),
    "retrieve": ("interaction",),
    "consult": ("interaction", "agent"),
    "conference": ("interaction",),
    "end_consult": ("interaction",),
    "transfer": ("interaction",),
    "end": ("interaction",),
    "finish_wrap_up": ("interaction",),
    "abandon": ("interaction",),
    "request_callback": ("interaction",),
}
ROW_COMMANDS = frozenset(FIELDS)
MAKES_INTERACTION = frozenset({"enqueue", "direct", "dial", "consult"})
# An index that nothing has: a row can only name by number what a call names by a word.
NOBODY = {"agent": 2**31 - 1, "by": 2**31 - 1, "queue": 2**31 - 1, "status": 2**15 - 1, "channel": 2**15 - 1}


def _index(engine: Any, field: str, value: Any) -> int:
    if value is None:
        return -1
    if not isinstance(value, str):
        return int(value)
    find = getattr(engine, f"{'agent' if field in ('by', 'preferred') else field}_index")
    try:
        return int(find(value))
    except hg.HuntgroupError:
        return NOBODY[field]


def _blank() -> Any:
    """One row in which nothing is given: -1, but for the numbers that may be negative themselves."""
    row = np.zeros(1, dtype=hg.COMMAND_DTYPE)
    for field in hg.COMMAND_DTYPE.names:
        if field not in ("command", "priority", "flag"):
            row[field] = -1
    return row


def _named(engine: Any, event: Any) -> SimpleNamespace:
    """An event of an array, with the names that `poll` would have given it."""
    names: dict[str, Any] = {
        field: None if int(event[field]) < 0 else getattr(engine, f"{field}_id")(int(event[field]))
        for field in ("agent", "queue", "channel", "group")
    }
    names["kind"] = hg.EventKind(int(event["kind"])).name.lower()
    for field in ("seq", "at_ns", "interaction", "offer", "reason", "status_from", "status_to"):
        names[field] = event[field]
    return SimpleNamespace(**names)


def play_as_row(engine: Any, name: str, made: int, *args: Any, **kwargs: Any) -> tuple[list[Any], int | None]:
    """Send the command as a batch of one row: its events as objects with names, and the new interaction's id.

    Raises the refusal that the row's result code stands for.
    """
    row = _blank()
    row["command"] = hg.Command[name.upper()]
    for field, value in {**dict(zip(FIELDS[name], args, strict=False)), **kwargs}.items():
        row[field] = _index(engine, field, value)
    events, results = engine.apply(row)
    result = int(results[0])
    if result != hg.Result.OK:
        raise hg.refusal(result, f"{name}{args}")
    new = name in MAKES_INTERACTION and not (name == "consult" and int(row["agent"][0]) == -1)
    return [_named(engine, event) for event in events], made + 1 if new else None
