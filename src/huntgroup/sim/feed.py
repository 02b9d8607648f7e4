"""What an engine tells, in the shape in which a replay wants it.

A replay polls after nearly every command, so what a poll costs counts. Engines that hand out events as
rows of an array are read that way; others are asked for event objects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from huntgroup.models import PresenceModel


class Happening(NamedTuple):
    """The part of an event that a replay uses. `status` is the new status of a `status_changed`."""

    at_ns: int
    kind: str
    agent: str
    interaction: int
    offer: int
    status: str


Feed = Callable[[], list[Happening]]

USED = frozenset(
    ("status_changed", "offered", "accepted", "ended", "wrap_up_ended", "abandoned", "timed_out"),
)


def feed_of(engine: Any, model: PresenceModel, agents: list[str], counts: Counter[str]) -> Feed:
    """A function that polls the engine. `agents` by index; every event is counted by kind in `counts`."""
    if hasattr(engine, "poll_array"):
        return _rows(engine, [status.name for status in model.statuses], agents, counts)
    return _objects(engine, counts)


def _rows(engine: Any, statuses: list[str], agents: list[str], counts: Counter[str]) -> Feed:
    from huntgroup import EVENT_DTYPE, EventKind

    kinds = [kind.name.lower() for kind in EventKind]
    used = [kind in USED for kind in kinds]
    shows_status = [kind == "status_changed" for kind in kinds]
    names = EVENT_DTYPE.names or ()
    at, kind_at, agent_at, interaction_at, offer_at, status_at = map(
        names.index, ("at_ns", "kind", "agent", "interaction", "offer", "status_to")
    )
    poll = engine.poll_array

    def feed() -> list[Happening]:
        found = []
        for row in poll().tolist():
            kind = row[kind_at]
            name = kinds[kind]
            counts[name] += 1
            if used[kind]:
                agent = row[agent_at]
                found.append(
                    Happening(
                        row[at],
                        name,
                        agents[agent] if agent >= 0 else "",
                        row[interaction_at],
                        row[offer_at],
                        statuses[row[status_at]] if shows_status[kind] else "",
                    )
                )
        return found

    return feed


def _objects(engine: Any, counts: Counter[str]) -> Feed:
    def feed() -> list[Happening]:
        found = []
        for event in engine.poll():
            counts[event.kind] += 1
            if event.kind in USED:
                found.append(
                    Happening(
                        event.at_ns, event.kind, event.agent, event.interaction, event.offer, event.status_to
                    )
                )
        return found

    return feed
