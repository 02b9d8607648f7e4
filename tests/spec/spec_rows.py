"""Commands as rows of `apply`: what each argument of a method becomes in a row, and what comes back.

Names become indices, interactions stay numbers, what is left out is -1. What a row cannot carry (a text to be
compiled, the building of the centre) goes through the method.
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
    "connection_lost": ("agent",),
    "connection_restored": ("agent",),
    "set_status": ("agent", "status"),
    "set_status_many": ("agents", "status"),
    "set_ready": ("agent", "flag"),
    "set_external_presence": ("agent", "presence"),
    "queue_login": ("agent", "queue"),
    "queue_logout": ("agent", "queue"),
    "set_queue_logins": ("agent", "logins"),
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
    "leave": ("agent", "queue"),
    "remove_agent": ("agent",),
}
ROW_COMMANDS = frozenset(FIELDS)
MAKES_INTERACTION = frozenset({"enqueue", "direct", "dial", "consult"})
# An index that no row has: a row can only name by number what a call names by a word.
NOBODY = {"agent": 2**31 - 1, "queue": 2**31 - 1, "status": 2**15 - 1, "channel": 2**15 - 1}
ABSENT_IS_ZERO = ("command", "priority", "flag", "list_count")

CAPABILITIES = ("absent", "available", "full")
PRESENCES = ("available", "busy", "absent", "closed")
REASONS = (
    None, "accepted_elsewhere", "status", "pending", "stop_new", "capability", "logged_out", "left",
    "signed_out", "abandoned", "transferred", "consult_ended", "removed", "score_missing", "scorer_raised",
    "capacity", "moved", "assigned", "host", "recalled", "closed", "full", "unstaffed",
)  # fmt: skip


def _index(engine: Any, kind: str, value: Any) -> int:
    """The index behind a name; a number stays what it is, None is -1."""
    if value is None or not isinstance(value, str):
        return -1 if value is None else int(value)
    try:
        return int(getattr(engine, f"{kind}_index")(value))
    except hg.HuntgroupError:
        return NOBODY[kind]


def _fill(engine: Any, row: Any, field: str, value: Any) -> list[int]:
    """Put one argument into the row; returns the values that it adds to the batch's list."""
    values: list[int] = []
    if field == "agents":
        values = [_index(engine, "agent", agent) for agent in value]
    elif field == "logins":
        for queue, logged_in in value.items():
            values += [_index(engine, "queue", queue), int(logged_in)]
    elif field == "presence":
        known = [name for name, _ in engine.model.external_presence.values]
        row["status"] = known.index(value) if value in known else NOBODY["status"]
    elif field == "device":
        row["text"] = engine.text(value)
    else:
        row[field] = _index(engine, "agent" if field in ("by", "preferred") else field, value)
    if values:
        row["list_start"], row["list_count"] = 0, len(values)
    return values


def _named(engine: Any, event: Any) -> SimpleNamespace:
    """An event of an array, with the words that `poll` would have given it."""
    names: dict[str, Any] = {
        field: None if int(event[field]) < 0 else getattr(engine, f"{field}_id")(int(event[field]))
        for field in ("agent", "queue", "channel", "group")
    }
    kind = hg.EventKind(int(event["kind"])).name.lower()
    words: Any = None
    if kind in ("status_changed", "pending_changed"):
        words = engine.status_id
    elif kind == "capability_changed":
        words = CAPABILITIES.__getitem__
    elif kind.endswith("presence_changed"):
        words = PRESENCES.__getitem__
    for field in ("status_from", "status_to"):
        code = int(event[field])
        names[field] = None if code < 0 else code if words is None else words(code)
    for field in ("seq", "at_ns", "interaction", "offer"):
        names[field] = None if int(event[field]) < 0 else int(event[field])
    return SimpleNamespace(**names, kind=kind, reason=REASONS[int(event["reason"])])


def play_as_row(engine: Any, name: str, made: int, *args: Any, **kwargs: Any) -> tuple[list[Any], int | None]:
    """Send the command as a batch of one row: its events as objects with names, and the new interaction's id.

    `made` is how many interactions there were before. Raises the refusal that the row's result stands for.
    """
    row = np.zeros(1, dtype=hg.COMMAND_DTYPE)
    for field in hg.COMMAND_DTYPE.names or ():
        row[field] = 0 if field in ABSENT_IS_ZERO else -1
    row["command"] = hg.Command[name.upper()]
    lists: list[int] = []
    for field, value in {**dict(zip(FIELDS[name], args, strict=False)), **kwargs}.items():
        lists += _fill(engine, row, field, value)
    events, results = engine.apply(row, lists)
    if results[0] != hg.Result.OK:
        raise hg.refusal(int(results[0]), f"{name}{args}")
    new = name in MAKES_INTERACTION and not (name == "consult" and int(row["agent"][0]) == -1)
    return [_named(engine, event) for event in events], made + 1 if new else None
