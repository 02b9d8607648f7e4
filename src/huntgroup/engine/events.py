"""The codes of the arrays as enums, and the rows of an event array as objects with names."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from operator import itemgetter
from typing import Any, Protocol

from numpy.typing import NDArray

from huntgroup.core.python.event_texts import Words
from huntgroup.core.state.codes import EVENT_KINDS
from huntgroup.core.state.codes import REASONS as REASONS
from huntgroup.layouts import AGENT_SETTINGS, CAPABILITIES, EVENT_DTYPE, PRESENCES
from huntgroup.models import PresenceModel
from huntgroup.settings.actors import Actor
from huntgroup.settings.durations import whole_second
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
    channels, texts, actors = names._channel_names, names._texts, names._actors
    # By the number of what stands in `status_from` and `status_to`.
    vocabularies = (None, names._told_statuses, names._skill_names, AGENT_SETTINGS, CAPABILITIES, PRESENCES)
    presence, refs = names.model.external_presence, names._refs

    def word(kind: int, call: int, value: int, other: int) -> str | None:
        """The text of a kind whose rows have a number for it."""
        if kind == _EXTERNAL:
            return None if presence is None else presence.values[value][0]
        if kind == _PROFILE:
            return names._told_statuses[other]
        return refs.get(call)

    table: Iterable[tuple[Any, ...]]
    if len(rows) > _FEW:
        table = zip(*(rows[field].tolist() for field in _COLUMNS), strict=True)
    else:
        table = (_columns(row) for row in rows.tolist())
    return [
        Event(
            seq,
            at_ns,
            EVENT_KINDS[kind],
            None if agent < 0 else agents[agent],
            None if call < 0 else call,
            None if queue < 0 else queues[queue],
            None if offer < 0 else offer,
            None if before < 0 else before if words is None else words[before],
            None if after < 0 else after if words is None else words[after],
            REASONS[why],
            None if channel < 0 else channels[channel],
            None if group < 0 else groups[group],
            None if other < 0 or kind == _PROFILE else other,
            None if by == -1 else agents[by] if by >= 0 else actors[-2 - by].name,
            None if kind == _NOTED and after == 2 else _value(kind, value),
            word(kind, call, value, other) if kind in _WORDED else None if text < 0 else texts[text],
        )
        for seq, at_ns, kind, agent, call, queue, offer, *more in table
        for before, after, why, channel, group, other, by, value, text in (more,)
        for words in (vocabularies[_MEANS[kind]],)
    ]


def event_texts(rows: NDArray[Any], names: Names) -> list[bytes | None]:
    """The rows of a contiguous array of EVENT_DTYPE as JSON with the members of `Event.to_dict`; None for the
    few kinds whose members are made otherwise. O(rows)."""
    return _words.encoded(rows, names, whole_second)


def answer_texts(
    rows: NDArray[Any],
    names: Names,
    first_seq: int,
    done: list[Any],
) -> list[bytes | None]:
    """The answers to commands as JSON, `{"result": ..., "events": [...]}`: `done` are their `Answer`s, `rows`
    the events from `first_seq` on. None for a command that failed, and for one whose answer has to be made
    otherwise. O(rows + commands)."""
    return _words.answers(rows, names, whole_second, first_seq, done)


_COLUMNS = (
    *("seq", "at_ns", "kind", "agent", "interaction", "queue", "offer"),
    *("status_from", "status_to", "reason", "channel", "group", "other", "by", "value", "text"),
)
_columns = itemgetter(*((EVENT_DTYPE.names or ()).index(field) for field in _COLUMNS))
_FEW = 8
"""Up to so many rows are quicker turned one by one than column by column."""


def _value(kind: int, value: int) -> int | float | None:
    if kind == _USER_CHANGED:
        # The eight bytes are those of the number itself.
        return float(struct.unpack("<d", struct.pack("<q", value))[0])
    return None if value == -1 or kind == _EXTERNAL else value


# What `status_from` and `status_to` stand for, by kind: the place of a vocabulary of `named_events`, 0 for a
# number.
_STATUSES, _SKILLS, _SETTINGS, _CAPABILITIES, _PRESENCES = 1, 2, 3, 4, 5
_MEANS_OF = {
    "status_changed": _STATUSES,
    "pending_changed": _STATUSES,
    "profile_changed": _STATUSES,
    "skill_changed": _SKILLS,
    "agent_updated": _SETTINGS,
    "capability_changed": _CAPABILITIES,
    "presence_changed": _PRESENCES,
    "queue_added": _PRESENCES,
    "group_presence_changed": _PRESENCES,
    "centre_presence_changed": _PRESENCES,
}
_MEANS = [_MEANS_OF.get(kind, 0) for kind in EVENT_KINDS]
_USER_CHANGED = EVENT_KINDS.index("user_changed")
_EXTERNAL = EVENT_KINDS.index("external_presence_changed")
_PROFILE = EVENT_KINDS.index("profile_changed")
_NOTED = EVENT_KINDS.index("arrival_noted")
_WORDED = frozenset((_EXTERNAL, _PROFILE, _NOTED))
_ODD = _WORDED | {_USER_CHANGED}
_words = Words(
    EVENT_KINDS,
    REASONS,
    bytes(255 if kind in _ODD else means for kind, means in enumerate(_MEANS)),
    AGENT_SETTINGS,
    CAPABILITIES,
    PRESENCES,
)
