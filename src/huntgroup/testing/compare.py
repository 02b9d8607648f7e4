"""Compares two engines by what their public face shows and by the events that they emit."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from huntgroup.errors import UnknownInteraction
from huntgroup.shown import AgentView


class Different(AssertionError):
    """Two engines differ. The message names each place with both values."""


def visible(engine: Any, interactions: Iterable[int] | None = None) -> dict[str, Any]:
    """Everything that the engine shows, as plain nested dicts. O(everything).

    `interactions` are the ids to look at; one that is no longer readable reads None. By default those that
    agents hold.
    """
    agents = [row.agent for row in engine.directory()]
    presences = engine.presence()
    queues = [engine.queue_id(int(row["queue"])) for row in presences]
    views = {name: agent_part(engine.agent(name)) for name in agents}
    if interactions is None:
        interactions = sorted({number for view in views.values() for number in view["interactions"]})
    return {
        "now_ns": engine.now_ns,
        "next_deadline": engine.next_deadline,
        "agents": views,
        "monitor": [[*row] for row in engine.monitor()],
        "queues": {name: shown(engine.queue(name)) for name in queues},
        "members": {name: [[*row] for row in engine.members(name)] for name in queues},
        "waiting": {name: pages(engine, name) for name in queues},
        "presences": presences.tolist(),
        "presence_of": {name: engine.presence_of(name) for name in queues},
        "interactions": {number: interaction_part(engine, number) for number in interactions},
        "centre": engine.presence(total=True).tolist(),
        "groups": [engine.presence(group=name).tolist() for name in group_names(engine)],
    }


def pages(engine: Any, queue: str) -> list[list[int]]:
    """The ids of those who wait in a queue, in pages of three, each asked for by the last one seen."""
    found: list[list[int]] = []
    last = None
    while page := [view.id for view in engine.waiting(queue, limit=3, after=last)]:
        found.append(page)
        last = page[-1]
    return found


def group_names(engine: Any) -> list[str]:
    """The groups that queues belong to now, in the order of their names."""
    names = {engine.queue(int(row["queue"])).group for row in engine.presence()}
    return sorted(name for name in names if name is not None)


def reasons(engine: Any, interactions: Iterable[int], requirements: Iterable[str]) -> dict[str, Any]:
    """The engine's answers to "why": for each of the interactions every agent's failed rules and which agents
    would be asked, for each requirement how many agents meet it. O(agents x interactions)."""
    agents = [row.agent for row in engine.directory()]
    return {
        "why_not": {
            number: {
                name: [(failed.rule, failed.when) for failed in engine.why_not(name, number)]
                for name in agents
            }
            for number in interactions
        },
        "count": {text: tuple(engine.count(text)) for text in requirements},
        "directory": {text: [row.agent for row in engine.directory(skill=text)] for text in requirements},
    }


def shown(view: Any) -> dict[str, Any]:
    """Every field of a view by its name, so that none can be forgotten here."""
    return {field.name: getattr(view, field.name) for field in fields(view)}


def agent_part(view: AgentView) -> dict[str, Any]:
    """What an agent's view shows."""
    return {
        **shown(view),
        "mode_pending": view.mode_pending,
        "interactions": sorted(view.interactions),
        "wrap_ups": sorted(view.wrap_ups),
        "ready": {channel: view.ready(channel) for channel in view.capabilities},
        # A status that was shown for no time at all may be listed or not.
        "seconds_in_status": {name: spent for name, spent in view.time_in_status().items() if spent},
    }


def interaction_part(engine: Any, number: int) -> dict[str, Any] | None:
    """What an interaction's view shows, None if it finished too long ago."""
    try:
        view = engine.interaction(number)
    except UnknownInteraction:
        return None
    return {**shown(view), "explained": explained_part(engine.explain(number))}


def explained_part(told: dict[str, Any]) -> dict[str, Any]:
    """The answer of `explain`, without the step of idling, which each engine counts in its own way, and with
    requirements in one spelling."""
    decision = told["decision"]
    if decision is None:
        return told
    part = {name: value for name, value in shown(decision).items() if name != "idle_step"}
    for name in ("queue_requires", "requires"):
        if part[name] is not None:
            part[name] = ast.unparse(ast.parse(part[name], mode="eval"))
    for keys in (part, told):
        keys["key"] = {name: value for name, value in keys["key"].items() if name != "idle_step"}
    return {**told, "decision": part}


def differences(reference: Any, other: Any, place: str = "") -> list[str]:
    """Where two nested values differ: "place: reference value, other value". Times to a part in 10**9."""
    if isinstance(reference, dict) and isinstance(other, dict):
        found = []
        for key in [*reference, *(key for key in other if key not in reference)]:
            where = f"{place}.{key}" if place else str(key)
            if key not in reference or key not in other:
                found.append(f"{where}: only in {'reference' if key in reference else 'other'}")
            else:
                found += differences(reference[key], other[key], where)
        return found
    both_numbers = isinstance(reference, int | float) and isinstance(other, int | float)
    if both_numbers and math.isclose(reference, other, rel_tol=1e-9, abs_tol=1e-9):
        return []
    return [] if reference == other else [f"{place}: {reference!r}, {other!r}"]


def assert_same(reference: Any, other: Any, interactions: Sequence[int] | None = None) -> None:
    """Raise Different unless both show the same. O(everything)."""
    found = differences(visible(reference, interactions), visible(other, interactions))
    if found:
        raise Different("\n".join(found[:20]))


def assert_same_events(reference: Sequence[Any], other: Sequence[Any]) -> None:
    """Raise Different at the first event that differs, and show the events before it."""
    ours, theirs = [*reference], [*other]
    if ours == theirs:
        return
    place = next(
        (k for k, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs))
    )
    lines = [f"event {place} of {len(ours)} and {len(theirs)}:"]
    lines += [f"  same:      {short(event)}" for event in reference[max(0, place - 3) : place]]
    lines += [f"  reference: {short(event)}" for event in reference[place : place + 6]]
    lines += [f"  other:     {short(event)}" for event in other[place : place + 6]]
    raise Different("\n".join(lines))


def short(event: Any) -> str:
    """The event on one line, without empty fields."""
    named = event._asdict().items()
    return " ".join(f"{name}={value!r}" for name, value in named if value is not None)
