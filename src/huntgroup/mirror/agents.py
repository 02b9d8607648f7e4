"""Events about agents: presence, choices, skills, memberships."""

from __future__ import annotations

from typing import Any

from huntgroup.mirror.state import Agent, Member, State


def agent_removed(state: State, event: Any) -> None:
    """The agent is removed: its name may be used again, and the interactions it had parked have no owner."""
    agent = state.agents[event.agent]
    agent.memberships.clear()
    for number in agent.parked:
        state.interactions[number].agent = None
    for one in state.interactions.values():
        if one.preferred == agent.name:
            one.preferred = None
    del state.agents[agent.name]
    # The events that end its offers and wrap-ups come after this one.
    state.leaving[agent.name] = agent


def agent_updated(state: State, event: Any) -> None:
    agent = state.agents[event.agent]
    if event.status_from == "role":
        agent.role = event.text
    elif event.status_from == "team":
        agent.team = event.text
    elif event.status_from == "units":
        agent.units = event.value
    elif event.status_from == "busy_selectable":
        agent.busy_selectable = bool(event.value)


def time_began(state: State, event: Any) -> None:
    """The engine's time begins. Agents that were there before keep the instants from which they count."""
    state.begun = True


def pass_time(state: State, at_ns: int) -> None:
    """Time passes to this instant. If the engine's time begins here, the instants of agents that were there
    before move on by as much."""
    later_ns, state.now_ns = at_ns - state.now_ns, at_ns
    if state.begun:
        return
    state.begun = True
    for agent in state.agents.values():
        agent.since_ns += later_ns
        agent.counted_to_ns += later_ns
        if agent.until_ns is not None:
            agent.until_ns += later_ns


def signed_in(state: State, event: Any) -> None:
    """The agent signs in. In a model that needs sign-in its times in statuses restart."""
    agent = state.agents[event.agent]
    agent.signed_in = True
    if state.model is None or not state.model.sign_in.required:
        return
    agent.status_ns = {}
    agent.since_ns = agent.counted_to_ns = event.at_ns


def signed_out(state: State, event: Any) -> None:
    state.agents[event.agent].signed_in = False


def status_changed(state: State, event: Any) -> None:
    agent = state.agents[event.agent]
    count_time(agent, event.at_ns)
    agent.shown, agent.since_ns = event.status_to, event.at_ns


def count_time(agent: Agent, now_ns: int) -> None:
    """Adds the time since the last call to the time in the status shown."""
    spent = now_ns - agent.counted_to_ns
    if spent:
        agent.status_ns[agent.shown] = agent.status_ns.get(agent.shown, 0) + spent
    agent.counted_to_ns = now_ns


def pending_changed(state: State, event: Any) -> None:
    state.agents[event.agent].pending = event.status_to


def profile_changed(state: State, event: Any) -> None:
    agent = state.agents[event.agent]
    agent.profile, agent.base, agent.until_ns = event.status_to, event.text, event.value
    agent.after_accept = agent.accept_sets == event.status_to
    agent.accept_sets = None


def ready_changed(state: State, event: Any) -> None:
    state.agents[event.agent].toggle = bool(event.status_to)


def external_presence_changed(state: State, event: Any) -> None:
    state.agents[event.agent].external = event.text


def stop_new_changed(state: State, event: Any) -> None:
    state.agents[event.agent].stop_new = bool(event.status_to)


def device_changed(state: State, event: Any) -> None:
    agent = state.agents[event.agent]
    names = agent.devices.setdefault(event.channel, set())
    (names.add if event.status_to else names.discard)(event.text)
    if not names:
        del agent.devices[event.channel]


def connection_changed(state: State, event: Any) -> None:
    state.agents[event.agent].connected = bool(event.status_to)


def skill_changed(state: State, event: Any) -> None:
    state.agents[event.agent].skills[event.status_from] = event.value


def capacity_changed(state: State, event: Any) -> None:
    state.agents[event.agent].capacity[event.channel] = event.value


def membership_changed(state: State, event: Any) -> None:
    member = state.agents[event.agent].memberships.setdefault(event.queue, Member(logged_in=False))
    member.tier, member.rank, member.delay_ns = event.status_to, event.other, event.value
    member.limit = event.offer


def membership_ended(state: State, event: Any) -> None:
    del state.agents[event.agent].memberships[event.queue]


def queue_login_changed(state: State, event: Any) -> None:
    state.agents[event.agent].memberships[event.queue].logged_in = bool(event.status_to)


def user_changed(state: State, event: Any) -> None:
    """A user number of an agent changed, or an interaction arrived with user numbers."""
    if event.interaction is None:
        state.agents[event.agent].user[event.status_to] = event.value
        return
    one = state.interactions[event.interaction]
    one.user = [*(one.user or ()), event.value]


def presence_changed(state: State, event: Any) -> None:
    state.queues[event.queue].presence = event.status_to
