"""The events of an engine, in the form that a replay reads.

A replay polls after nearly every command, so the cost of a poll matters. Where no history is wanted and the
engine can return events as rows of an array, the rows are read; otherwise event objects are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from huntgroup.history import Ledger


class Happening(NamedTuple):
    """The part of an event that a replay uses."""

    at_ns: int
    kind: str
    agent: str
    interaction: int
    offer: int


Feed = Callable[[], list[Happening]]

USED = frozenset(
    ("offered", "accepted", "ended", "wrap_up_ended", "abandoned", "timed_out"),
)


def feed_of(engine: Any, agents: list[str], counts: Counter[str], ledger: Ledger | None = None) -> Feed:
    """A function that polls the engine. `agents`: names by index. Each event is counted by kind in `counts`
    and passed to the ledger."""
    if ledger is None and hasattr(engine, "poll_array"):
        return _rows(engine, agents, counts)
    return _objects(engine, counts, ledger)


def _rows(engine: Any, agents: list[str], counts: Counter[str]) -> Feed:
    from huntgroup import EVENT_DTYPE, EventKind

    kinds = [kind.name.lower() for kind in EventKind]
    used = [kind in USED for kind in kinds]
    names = EVENT_DTYPE.names or ()
    at, kind_at, agent_at, interaction_at, offer_at = map(
        names.index, ("at_ns", "kind", "agent", "interaction", "offer")
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
                    )
                )
        return found

    return feed


def _objects(engine: Any, counts: Counter[str], ledger: Ledger | None) -> Feed:
    def feed() -> list[Happening]:
        found, events = [], engine.poll()
        if ledger is not None:
            ledger.feed(events)
        for event in events:
            counts[event.kind] += 1
            if event.kind in USED:
                found.append(Happening(event.at_ns, event.kind, event.agent, event.interaction, event.offer))
        return found

    return feed
