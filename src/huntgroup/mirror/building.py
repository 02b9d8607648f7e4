"""Events that add, change and remove parts of the centre."""

from __future__ import annotations

import json
from typing import Any

from huntgroup.mirror.state import Agent, Channel, Member, Queue, State
from huntgroup.models import PresenceModel
from huntgroup.settings.queues import DEFAULTS
from huntgroup.settings.requirements import parse
from huntgroup.settings.told import DIGITS

COUNTS = (
    *("entered", "answered", "abandoned", "short_abandons", "timed_out", "overflowed", "moved"),
    *("callback_failed", "refused_closed", "refused_full", "refused_unstaffed", "in_target"),
)


def start(state: State) -> None:
    """The channels that every engine has."""
    state.channels["voice"] = Channel("voice", "others", needs_device=True, capability="voice")
    for name in ("chat", "email"):
        state.channels[name] = Channel(name, capability=name)


def model_set(state: State, event: Any) -> None:
    state.model = PresenceModel.from_dict(json.loads(event.text))
    state.begun = bool(event.status_to)


def model_updated(state: State, event: Any) -> None:
    """A changed copy replaces the model. A status that is gone becomes the one that has its name as an
    alias."""
    before, model = state.model, PresenceModel.from_dict(json.loads(event.text))
    state.model = model
    assert before is not None
    becomes: dict[str, str] = {}
    for row in before.statuses:
        aliased = (other.name for other in model.statuses if row.name in other.aliases)
        known = any(other.name == row.name for other in model.statuses)
        becomes[row.name] = row.name if known else next(aliased, row.name)
    for agent in state.agents.values():
        agent.shown, agent.base = becomes[agent.shown], becomes[agent.base]
        agent.profile = becomes[agent.profile]
        agent.pending = None if agent.pending is None else becomes[agent.pending]
        spent: dict[str, int] = {}
        for name, ns in agent.status_ns.items():
            if any(other.name == becomes[name] for other in model.statuses):
                spent[becomes[name]] = spent.get(becomes[name], 0) + ns
        agent.status_ns = spent


def channel_added(state: State, event: Any) -> None:
    said = json.loads(event.text)
    blocks = said["blocks"]
    state.channels[event.channel] = Channel(
        event.channel,
        blocks if isinstance(blocks, str) else tuple(blocks),
        said["needs_device"],
        said["units"],
        said["capability"],
        tuple(said["interruptible_by"]),
    )


def queue_added(state: State, event: Any) -> None:
    settings = {**DEFAULTS, **json.loads(event.text)}
    state.queue_names[event.value] = event.queue
    state.queues[event.queue] = Queue(
        event.queue,
        event.value,
        settings["channel"],
        event.status_to,
        settings,
        parse(settings["requires"]),
        dict.fromkeys(COUNTS, 0),
    )


def queue_updated(state: State, event: Any) -> None:
    queue = state.queues[event.queue]
    queue.settings.update(json.loads(event.text))
    queue.requirement = parse(queue.settings["requires"])


def queue_removed(state: State, event: Any) -> None:
    del state.queues[event.queue]
    for agent in state.agents.values():
        agent.memberships.pop(event.queue, None)


def agent_added(state: State, event: Any) -> None:
    """One or many agents are added; a value that the event has only once applies to all of them."""
    said, model = json.loads(event.text), state.model
    assert model is not None
    external = model.external_presence
    duration_ns = model.status(said["status"]).duration_ns
    for place, name in enumerate(said["names"]):
        agent = Agent(
            name=name,
            index=event.value + place,
            role=said["role"],
            team=said["team"],
            units=said["units"],
            busy_selectable=said["busy_selectable"],
            signed_in=said["signed_in"],
            profile=said["status"],
            base=said["status"],
            shown="",
            toggle=said["ready"],
            external=None if external is None else external.default,
            since_ns=event.at_ns,
            counted_to_ns=event.at_ns,
            until_ns=event.at_ns + duration_ns if duration_ns else None,
            devices={channel: {None} for channel in said["devices"]},
        )
        for skill, column in said.get("skills", {}).items():
            level = DIGITS.index(column[place]) if isinstance(column, str) else column
            if level:
                agent.skills[skill] = level
        for channel, column in said.get("capacity", {}).items():
            agent.capacity[channel] = column[place] if isinstance(column, list) else column
        for index in _row(said.get("queues", []), place):
            agent.memberships[state.queue_names[index]] = Member()
        numbers = _row(said.get("user", []), place)
        agent.user[: len(numbers)] = numbers
        state.agents[name] = agent
        state.agent_names[agent.index] = name
        agent.shown = first_shown(state, agent)
    state.newcomers.update(said["names"])


def _row(rows: list[Any], place: int) -> list[Any]:
    """The row of one agent; if there is only one row, it applies to all agents."""
    return list(rows[place]) if rows and isinstance(rows[0], list) else rows


def first_shown(state: State, agent: Agent) -> str:
    """The status shown of a new agent, who holds nothing but perhaps offers made in the step that added
    it."""
    model = state.model
    assert model is not None
    if model.sign_in.required and not agent.signed_in:
        return model.sign_in.signed_out_shows or agent.base
    facts = {"connected"}
    facts |= {"signed_in"} if agent.signed_in else set()
    facts |= {"toggle"} if agent.toggle else set()
    facts |= {"offered"} if agent.held else set()
    facts |= {f"device {name}" for name, one in state.channels.items() if one.capability in agent.devices}
    kind = model.status(agent.base).kind
    return next((rule.show for rule in model.derived if rule.fits(kind, frozenset(facts))), agent.base)
