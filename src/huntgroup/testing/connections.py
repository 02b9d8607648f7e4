"""Arguments of the commands on devices and on the connection of an agent's program, the commanding agent
where a role needs sign-in, and groups for queues (docs/SEMANTICS.md, section 3), drawn for a `Workload`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huntgroup.testing.centres import GROUPS
from huntgroup.testing.reference.judge import find
from huntgroup.testing.reference.state import HANDLED, Agent

if TYPE_CHECKING:
    from huntgroup.testing.workload import Workload

NAMES = (None, "", "web", "mobile", *(f"desk {number}" for number in range(8)))
"""More names than one agent may have devices, and few enough that some are connected twice."""

Given = tuple[tuple[Any, ...], dict[str, Any]]


def connect(work: Workload) -> Given:
    """Most often for an agent without a device; now and then for the agent with the most."""
    channel = "voice" if work.random.random() < 0.9 else work.channel()
    agents = work.reference.centre.present_agents()
    if agents and work.random.random() < 0.4:
        most = max(agents, key=lambda agent: len(agent.devices.get(0, ())))
        return (most.name, "voice"), {"device": work.random.choice(NAMES)}
    return (work.agent_who(lambda agent: not agent.devices), channel), _device(work)


def disconnect(work: Workload) -> Given:
    """Most often a device that is connected, of an agent who rings."""
    channel = "voice" if work.random.random() < 0.9 else work.channel()
    agent = work.ringing()
    found = find(work.reference.centre.present_agents(), agent)
    if found is not None and found.devices.get(0) and work.random.random() < 0.7:
        return (agent, "voice"), {"device": work.random.choice(sorted(found.devices[0], key=str))}
    return (agent, channel), _device(work)


def connection_lost(work: Workload) -> Given:
    """Most often an agent who is on a call, or who rings."""
    centre = work.reference.centre

    def is_in_a_call(agent: Agent) -> bool:
        states = {centre.live[number].state for number in agent.held}
        return agent.signed_in and bool(states & set(HANDLED) if work.random.random() < 0.7 else states)

    return (work.agent_who(is_in_a_call),), {}


def connection_restored(work: Workload) -> Given:
    """Most often a connection that is lost."""
    return (work.agent_who(lambda agent: not agent.connected),), {}


def sign_in(work: Workload) -> Given:
    """Most often an agent who is signed out, or whose connection is lost."""
    return (work.agent_who(lambda agent: not (agent.signed_in and agent.connected)),), {}


CONNECTIONS = {
    "connect": connect,
    "disconnect": disconnect,
    "connection_lost": connection_lost,
    "connection_restored": connection_restored,
    "sign_in": sign_in,
}


def _device(work: Workload) -> dict[str, Any]:
    return {} if work.random.random() < 0.4 else {"device": work.random.choice(NAMES)}


def commander(work: Workload) -> str | int:
    """An agent who gives a command: if roles count only while signed in, often one who is signed out."""
    if work.model.supervisor_needs_sign_in and work.random.random() < 0.5:
        return work.agent_who(lambda agent: not agent.signed_in and agent.role != "agent")
    return work.agent()


def tied_group(work: Workload) -> dict[str, Any]:
    """If a status is tied to a group, often that group, so that an agent may join the queue."""
    tied = any(row.queue_group is not None for row in work.model.statuses)
    return {"group": work.random.choice(GROUPS)} if tied and work.random.random() < 0.5 else {}
