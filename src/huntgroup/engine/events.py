"""The codes of the arrays as enums, and the rows of an event array as objects with names."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from numpy.typing import NDArray

from huntgroup.core.state.codes import EVENT_KINDS
from huntgroup.core.state.codes import REASONS as REASONS
from huntgroup.layouts import AGENT_SETTINGS, CAPABILITIES, PRESENCES
from huntgroup.models import PresenceModel
from huntgroup.settings.actors import Actor
from huntgroup.shown.event import Event


class Names(Protocol):
    """Where the names behind the indices of an event are kept."""

    _agent_ids: list[str]
    _queue_names: list[str]
    _group_names: list[str]
    _channel_names: list[str]
    _told_statuses: list[str]
    _texts: list[str]
    _refs: dict[int, str]
    _skill_names: list[str]
    _actors: list[Actor]

    @property
    def model(self) -> PresenceModel: ...


def named_events(rows: NDArray[Any], names: Names) -> list[Event]:
    """The rows of an array of EVENT_DTYPE as events with names. O(rows)."""
    agents, queues, groups = names._agent_ids, names._queue_names, names._group_names
    channels, meanings = names._channel_names, _meanings(names)
    texts, actors = names._texts, names._actors
    presence, refs = names.model.external_presence, names._refs

    def word(kind: int, call: int, value: int, other: int) -> str | None:
        """The text of a kind whose rows have a number for it."""
        if kind == _EXTERNAL:
            return None if presence is None else presence.values[value][0]
        if kind == _PROFILE:
            return names._told_statuses[other]
        return refs.get(call)

    table = zip(*(rows[field].tolist() for field in _COLUMNS), strict=True)
    told = [rows[field].tolist() for field in ("by", "value", "text")]
    return [
        Event(
            seq,
            at_ns,
            EVENT_KINDS[kind],
            None if agent < 0 else agents[agent],
            None if call < 0 else call,
            None if queue < 0 else queues[queue],
            None if offer < 0 else offer,
            meanings[kind](before),
            meanings[kind](after),
            REASONS[why],
            None if channel < 0 else channels[channel],
            None if group < 0 else groups[group],
            None if other < 0 or kind == _PROFILE else other,
            None if by == -1 else agents[by] if by >= 0 else actors[-2 - by].name,
            None if kind == _NOTED and after == 2 else _value(kind, value),
            word(kind, call, value, other) if kind in _WORDED else None if text < 0 else texts[text],
        )
        for row, by, value, text in zip(table, *told, strict=True)
        for seq, at_ns, kind, agent, call, queue, offer, before, after, why, channel, group, other in (row,)
    ]


_COLUMNS = (
    *("seq", "at_ns", "kind", "agent", "interaction", "queue", "offer"),
    *("status_from", "status_to", "reason", "channel", "group", "other"),
)


def _value(kind: int, value: int) -> int | float | None:
    if kind == _USER_CHANGED:
        # The eight bytes are those of the number itself.
        return float(struct.unpack("<d", struct.pack("<q", value))[0])
    return None if value == -1 or kind == _EXTERNAL else value


def _meanings(names: Names) -> list[Callable[[int], str | int | None]]:
    """For each kind what its `status_from` and `status_to` stand for."""

    def place(words: Sequence[str]) -> Callable[[int], str | None]:
        return lambda code: None if code < 0 else words[code]

    def number(code: int) -> int | None:
        return None if code < 0 else code

    statuses = names._told_statuses
    words = {
        "status_changed": statuses,
        "pending_changed": statuses,
        "profile_changed": statuses,
        "skill_changed": names._skill_names,
        "agent_updated": AGENT_SETTINGS,
        "capability_changed": CAPABILITIES,
        "presence_changed": PRESENCES,
        "queue_added": PRESENCES,
        "group_presence_changed": PRESENCES,
        "centre_presence_changed": PRESENCES,
    }
    return [place(words[kind]) if kind in words else number for kind in EVENT_KINDS]


_USER_CHANGED = EVENT_KINDS.index("user_changed")
_EXTERNAL = EVENT_KINDS.index("external_presence_changed")
_PROFILE = EVENT_KINDS.index("profile_changed")
_NOTED = EVENT_KINDS.index("arrival_noted")
_WORDED = frozenset((_EXTERNAL, _PROFILE, _NOTED))
