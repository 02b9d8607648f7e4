"""The eligibility rules on a mirror's state: what an agent's status means, and in which queues the agent is
ready."""

from __future__ import annotations

from dataclasses import dataclass, replace

from huntgroup.mirror.state import HANDLED, Agent, Channel, Member, Queue, State
from huntgroup.models import Status


@dataclass(frozen=True, slots=True)
class Standing:
    """One agent at one moment. `deciding` is the status that decides which interactions the agent
    receives."""

    signed_in: bool
    handled: tuple[str, ...]
    offered: bool
    base: Status
    shown: Status
    deciding: Status
    selected: Status

    def says(self, key: str) -> bool:
        """`features` or `logged_in`: of the status shown, else of the base status, else of the selected one
        (True if that leaves it out)."""
        shown, base, selected = (getattr(row, key) for row in (self.shown, self.base, self.selected))
        if shown is not None or base is not None:
            return bool(base if shown is None else shown)
        return self.base.selectable or selected is not False

    def first(self, key: str) -> str | None:
        """The `colour` or `reported_as` of the first of these statuses that has one."""
        for row in (self.shown, self.base, self.selected):
            if (said := getattr(row, key)) is not None:
                return str(said).replace("{name}", row.name)
        return None


def standing(state: State, agent: Agent) -> Standing:
    """Works out the agent's current statuses. O(interactions held + derived rules)."""
    model = state.model
    assert model is not None
    held = [state.interactions[number] for number in agent.held]
    handled = tuple(one.channel for one in held if one.state in HANDLED and one.agent == agent.name)
    base, selected = model.status(agent.base), model.status(agent.profile)
    shown = model.status(agent.shown)
    offered = len(held) > len(handled)
    signed_in = (agent.signed_in and agent.connected) or not model.sign_in.required
    deciding = base
    if signed_in:
        facts = _conditions(state, agent, handled, offered)
        for rule in model.derived:
            if rule.fits(base.kind, facts):
                deciding = model.status(rule.show) if rule.receives == "own" else base
                break
    return Standing(signed_in, handled, offered, base, shown, deciding, selected)


def _conditions(state: State, agent: Agent, handled: tuple[str, ...], offered: bool) -> frozenset[str]:
    assert state.model is not None
    rule = state.model.stop_new
    holding = {
        "signed_in": agent.signed_in,
        "toggle": agent.toggle,
        "handling": bool(handled),
        "offered": offered,
        "wrap_up": bool(agent.wrap_ups),
        "stop_new": agent.stop_new,
        "only_stop_new_channels": rule is not None and bool(handled) and set(handled) <= set(rule.channels),
        "connected": agent.connected,
        "after_accept": agent.after_accept,
    }
    facts = {name for name, holds in holding.items() if holds}
    facts |= {f"handling {channel}" for channel in handled}
    facts |= {f"device {name}" for name, one in state.channels.items() if one.capability in agent.devices}
    return frozenset(facts)


def is_busy(agent: Agent, now: Standing) -> bool:
    """Handling, or wrapping up."""
    return bool(now.handled or agent.wrap_ups)


def takes_queued(state: State, agent: Agent, queue: str, now: Standing) -> bool:
    """May the agent receive from this queue, by its status, its Ready toggle and its messenger presence?"""
    assert state.model is not None
    external = state.model.external_presence
    if not now.signed_in or not now.deciding.takes_queued(queue):
        return False
    if now.deciding.needs_toggle and not agent.toggle:
        return False
    answer = "yes" if external is None or agent.external is None else external.answer(agent.external)
    return answer == "yes" or (answer == "setting" and agent.busy_selectable)


def serves(state: State, agent: Agent, queue: str, now: Standing) -> bool:
    """Does the agent serve the queue: in service, not about to leave, and receiving or at work?"""
    if not agent.memberships[queue].logged_in or agent.pending is not None or not in_service(now):
        return False
    return bool(agent.held or agent.wrap_ups) or takes_queued(state, agent, queue, now)


def in_service(now: Standing) -> bool:
    """Does its status count as logged in?"""
    return now.signed_in and now.says("logged_in")


def status_in(state: State, now: Standing, member: Member) -> str | None:
    """The agent's status as shown in one queue."""
    model = state.model
    assert model is not None
    if not now.signed_in:
        return now.shown.name
    if not replace(now, shown=now.base).says("logged_in"):
        return now.base.name
    if member.logged_in:
        return model.queues.login_sets or now.shown.name
    return model.queues.last_logout_sets or model.sign_in.signed_out_shows


def ready_in(state: State, agent: Agent, now: Standing) -> list[str]:
    """The queues in which the agent is ready, skills not considered. O(memberships x interactions held)."""
    if agent.pending is not None or agent.stop_new:
        return []
    asked = any(
        name == agent.name and queue is not None
        for number in agent.held
        for name, queue, _ in state.interactions[number].offers.values()
    )
    if asked and now.deciding.one_offer:
        return []
    return [
        queue
        for queue, member in agent.memberships.items()
        if member.logged_in
        and not _at_limit(state, agent, queue, member)
        and not _is_at_most(state, state.queues[queue])
        and takes_queued(state, agent, queue, now)
        and _has_room(state, agent, state.channels[state.queues[queue].channel])
        and not _wraps_up(state, agent, state.channels[state.queues[queue].channel])
    ]


def _at_limit(state: State, agent: Agent, queue: str, member: Member) -> bool:
    """Does the agent hold as many of the queue's interactions as its membership allows?"""
    if member.limit is None:
        return False
    return sum(state.interactions[number].queue == queue for number in agent.held) >= member.limit


def _is_at_most(state: State, queue: Queue) -> bool:
    """Has the queue reached its limit of interactions offered or handled at once? O(interactions held) if it
    has a limit."""
    most = queue.settings["max_handled"]
    if most is None:
        return False
    held = {number for agent in state.agents.values() for number in agent.held}
    return sum(state.interactions[number].queue == queue.name for number in held) >= int(most)


def capability(state: State, agent: Agent, channel: Channel) -> str:
    """The capability shown for a channel: absent, full or available."""
    owner = state.channels[channel.capability]
    if not agent.capacity.get(owner.name) or (owner.needs_device and owner.name not in agent.devices):
        return "absent"
    return "available" if _has_room(state, agent, channel) else "full"


def _has_room(state: State, agent: Agent, channel: Channel) -> bool:
    owner = state.channels[channel.capability]
    if owner.needs_device and owner.name not in agent.devices:
        return False
    held = [state.channels[state.interactions[number].channel] for number in agent.held]
    slots = [state.channels[wrap.channel] for wrap in agent.wrap_ups.values() if wrap.holds == "slot"]
    load = sum(one.capability == channel.capability for one in [*held, *slots])
    if load >= agent.capacity.get(owner.name, 0) or any(_blocks(state, one, channel) for one in held):
        return False
    used = sum(one.units for one in held if channel.name not in one.interruptible_by)
    return agent.units is None or used + channel.units <= agent.units


def _blocks(state: State, held: Channel, other: Channel) -> bool:
    assert state.model is not None
    said = state.model.blocks(held.name)
    rule = held.blocks if said is None else said
    if other.name in held.interruptible_by:
        return False
    if isinstance(rule, tuple | list):
        return other.name in rule
    return rule == "all" or (rule == "others" and held.name != other.name)


def _wraps_up(state: State, agent: Agent, channel: Channel) -> bool:
    """Does a running wrap-up block queued interactions of this channel?"""
    for wrap in agent.wrap_ups.values():
        wrapped = state.channels[wrap.channel]
        if wrap.holds != "channel" or not any(
            _blocks(state, wrapped, one) for one in state.channels.values()
        ):
            continue
        if wrapped.name == channel.name or _blocks(state, wrapped, channel):
            return True
    return False
