"""The readings of the service: views and lists of agents, queues and interactions, reduced to what the person
who asks may see."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from huntgroup.engine.engine import Engine
from huntgroup.errors import ConfigError
from huntgroup.layouts import PRESENCES
from huntgroup.service import rights
from huntgroup.service.answers import Failure
from huntgroup.service.people import Person
from huntgroup.shown import AgentView, QueueView

SAFE = 2**53
Limit = Annotated[int, Meta(ge=1, le=1000)]
Shown = dict[str, Any]


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """No parameters."""


class Page(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A page of a list: at most `limit`, those after the key `after`."""

    limit: Limit = 100
    after: str | None = None


class DirectoryQuery(Page):
    """Which agents: part of the name, a skill or an expression, the status shown, a channel."""

    search: str | None = None
    skill: str | None = None
    status: str | None = None
    capability: str | None = None


class MonitorQuery(Page):
    """Which agents: members of a queue, of a team, those who show a status."""

    queue: str | None = None
    team: str | None = None
    status: str | None = None


class PresenceQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A group's sums, or the whole centre's."""

    group: str | None = None
    total: bool = False


class RefQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The reference given with the interaction: a text, or with `number` the integer that it says."""

    ref: str
    number: bool = False


class AgentQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An agent."""

    agent: str


def denied(person: Person, what: str, *roles: str) -> None:
    """Raises Failure 403 unless the person has one of these roles."""
    if person.role not in roles:
        raise rights.forbidden(person, what)


def page(items: list[Shown], query: Page, key: str) -> Shown:
    """One page of a list. `items` has up to one more than the limit, which shows that there are more."""
    more = len(items) > query.limit
    shown = items[: query.limit]
    return {"items": shown, "next": str(shown[-1][key]) if more else None}


# --- agents -------------------------------------------------------------------------------------------------


def agent_shown(person: Person, view: AgentView) -> Shown:
    """An agent, as this person may see it: a connector sees its status, devices and interactions only."""
    shown = view.to_dict()
    if person.role != "connector":
        return shown
    kept = (
        "name",
        "index",
        "status",
        "signed_in",
        "capabilities",
        "devices",
        "interactions",
        "external_presence",
    )
    return {name: shown[name] for name in kept if name in shown}


def agent(engine: Engine, person: Person, name: str) -> Shown:
    denied(person, "read agents", "agent", "supervisor", "administrator", "connector")
    return agent_shown(person, rights.seen_agent(person, engine.agent(name)))


def agents(engine: Engine, person: Person, query: Page) -> Shown:
    denied(person, "read agents", "supervisor", "administrator", "connector")
    found: list[Shown] = []
    for row in _after(engine, query.after):
        view = engine.agent(row)
        if rights.sees_agent(person, view):
            found.append(agent_shown(person, view))
            if len(found) > query.limit:
                break
    return page(found, query, "name")


def _after(engine: Engine, after: str | None) -> list[int]:
    first = -1 if after is None else engine.agent_index(after)
    return [index for index in sorted(engine._agent_index.values()) if index > first]


def directory(engine: Engine, person: Person, query: DirectoryQuery) -> Shown:
    denied(person, "read the directory", "agent", "supervisor", "administrator", "connector")
    rows = engine.directory(
        query.search, query.skill, query.status, query.capability, query.limit + 1, query.after
    )
    return page([row.to_dict() for row in rows], query, "agent")


def monitor(engine: Engine, person: Person, query: MonitorQuery) -> Shown:
    denied(person, "read the monitor", "supervisor", "administrator")
    if person.role == "supervisor" and person.team is not None and query.team not in (None, person.team):
        raise rights.forbidden(person, "read other teams")
    team = query.team if query.team is not None else person.team if person.role == "supervisor" else None
    rows = engine.monitor(query.queue, query.status, team, query.limit + 1, query.after)
    return page([row.to_dict() for row in rows], query, "agent")


def model(engine: Engine, person: Person) -> Shown:
    """The presence model as in a model file, and the engine's channels as `channel_names`."""
    denied(person, "read the model", "agent", "supervisor", "administrator", "connector")
    return {**engine.model.to_dict(), "channel_names": list(engine._channel_names)}


# --- queues -------------------------------------------------------------------------------------------------

_OUTWARD = ("name", "index", "channel", "group", "presence", "logged_in", "ready", "waiting")


def queue_shown(person: Person, view: QueueView) -> Shown:
    """A queue, as this person may see it: agents see the outward presence and the counts."""
    shown = view.to_dict()
    return {name: shown[name] for name in _OUTWARD} if person.role == "agent" else shown


def queue(engine: Engine, person: Person, name: str) -> Shown:
    rights.seen_queue(person, engine, name)
    return queue_shown(person, engine.queue(name))


def queues(engine: Engine, person: Person, query: Page) -> Shown:
    names = rights.queues_of(person, engine)
    first = -1 if query.after is None else engine.queue_index(query.after)
    found = []
    for view in engine.queues():
        if view.index > first and (names is None or view.name in names):
            found.append(queue_shown(person, view))
            if len(found) > query.limit:
                break
    return page(found, query, "name")


def waiting(engine: Engine, person: Person, name: str, query: Page) -> Shown:
    denied(person, "read who waits", "supervisor", "administrator", "connector")
    rights.seen_queue(person, engine, name)
    after = None if query.after is None else number("after", query.after)
    views = engine.waiting(name, limit=query.limit + 1, after=after)
    return page([interaction_shown(view.to_dict()) for view in views], query, "id")


def members(engine: Engine, person: Person, name: str, query: Page) -> Shown:
    denied(person, "read members", "supervisor", "administrator", "connector")
    rights.seen_queue(person, engine, name)
    first = -1 if query.after is None else engine.agent_index(query.after)
    rows = [row for row in engine.members(name) if engine._agent_index[row.agent] > first]
    if person.role == "supervisor" and person.team is not None:
        rows = [row for row in rows if rights.sees_agent(person, engine.agent(row.agent))]
    return page([row.to_dict() for row in rows[: query.limit + 1]], query, "agent")


def presence(engine: Engine, person: Person | None, query: PresenceQuery) -> Shown:
    """The outward presence of queues, of a group, or of the whole centre. It names no agents."""
    names = None if person is None else rights.queues_of(person, engine)
    found = []
    for row in engine.presence(group=query.group, total=query.total):
        place, group, oldest_ns = int(row["queue"]), int(row["group"]), int(row["oldest_wait_ns"])
        if names is not None and place >= 0 and engine.queue_id(place) not in names:
            continue
        found.append(
            {
                "queue": None if place < 0 else engine.queue_id(place),
                "group": None if group < 0 else engine.group_id(group),
                "presence": PRESENCES[row["presence"]],
                "logged_in": int(row["logged_in"]),
                "ready": int(row["ready"]),
                "waiting": int(row["waiting"]),
                "oldest_wait": None if oldest_ns < 0 else oldest_ns / 1e9,
                "oldest_at_ns": None if oldest_ns < 0 else engine.now_ns - oldest_ns,
                **_opening(engine, place),
            }
        )
    return {"items": found, "next": None}


def _opening(engine: Engine, place: int) -> Shown:
    """The opening hours of the queue with this index, and when it opens or closes next; None for sums and for
    queues that are always open."""
    hours = engine._hours.get(place)
    if hours is None:
        return {"hours": None, "changes_at_ns": None}
    return {"hours": hours.to_dict(), "changes_at_ns": hours.next_change(engine.now_ns)}


# --- interactions -------------------------------------------------------------------------------------------


def interaction_shown(shown: Shown) -> Shown:
    """An interaction for JSON: an integer reference that JavaScript would round is sent as text."""
    ref = shown["ref"]
    if isinstance(ref, int) and not -SAFE <= ref <= SAFE:
        shown["ref"] = str(ref)
    return shown


def number(field: str, text: str) -> int:
    """A number in a path or a parameter. Raises ConfigError."""
    try:
        found = int(text) if len(text) <= 20 and text.isascii() else -1
    except ValueError:
        found = -1
    if not 0 < found < 2**63:
        raise ConfigError(field, text, "an integer from 1 on")
    return found


def instant(field: str, text: str) -> datetime:
    """An instant that was given as text. Raises ConfigError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ConfigError(field, text, "an instant in ISO 8601 with a zone, or integer nanoseconds")
    return found


def interaction(engine: Engine, person: Person, call: int) -> Shown:
    view = rights.seen_interaction(person, engine, engine.interaction(call))
    return interaction_shown(view.to_dict())


def interactions(engine: Engine, person: Person, query: RefQuery) -> Shown:
    ref: int | str = query.ref
    if query.number:
        ref = number("ref", query.ref)
    found = []
    for call in engine.find(ref):
        try:
            found.append(interaction(engine, person, call))
        except Failure:
            continue
    return {"items": found, "next": None}


def explanation(engine: Engine, person: Person, call: int) -> Shown:
    denied(person, "read explanations", "supervisor", "administrator")
    rights.seen_interaction(person, engine, engine.interaction(call))
    shown = engine.explain(call)
    decision = shown["decision"]
    return {**shown, "decision": None if decision is None else decision.to_dict()}


def why_not(engine: Engine, person: Person, call: int, query: AgentQuery) -> Shown:
    denied(person, "read explanations", "agent", "supervisor", "administrator")
    rights.seen_interaction(person, engine, engine.interaction(call))
    rights.seen_agent(person, engine.agent(query.agent))
    return {"items": [failed.to_dict() for failed in engine.why_not(query.agent, call)], "next": None}
