"""Arguments of the commands that change waiting interactions (docs/SEMANTICS.md, section 15), and of unusual
arrivals, drawn for a `Workload`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huntgroup.testing.centres import random_relaxation, random_requirement
from huntgroup.testing.reference.state import SECOND, Interaction

if TYPE_CHECKING:
    from huntgroup.testing.workload import Workload

PRIORITIES = (-1, 0, 1, 5, 5, 60, 1_000_000, -1_000_000, 1_000_001)
REFS = ("case 7", "case 8", 42, 43, "", 0, -1, -(2**63), 2**63 - 1)

Given = tuple[tuple[Any, ...], dict[str, Any]]


def update_interaction(work: Workload, number: int, interaction: Interaction | None) -> Given:
    """Some of the changes; now and then none at all, or one that changes nothing."""
    given: dict[str, Any] = {}
    chance = work.random.random
    if chance() < 0.4:
        given["priority"] = work.random.choice((*PRIORITIES, None))
    if chance() < 0.3:
        given["requires"] = None if chance() < 0.3 else random_requirement(work.random)
    if chance() < 0.05:
        given["requires"] = "juggling"
    if chance() < 0.3:
        given["relax"] = None if chance() < 0.5 else random_relaxation(work.random)
    if chance() < 0.3:
        given["preferred"] = None if chance() < 0.4 else work.agent()
    if interaction is not None and chance() < 0.1:
        given["priority"] = interaction.priority
    return (number,), {**given, **work.by()}


def move(work: Workload, number: int, interaction: Interaction | None) -> Given:
    """Most often moves to another queue of its channel, now and then to its own."""
    own = None if interaction is None else work.reference.centre.queue_of(interaction)
    if own is not None and work.random.random() < 0.05:
        return (number, own.name), work.by()
    return (number, work.queue_of(None if interaction is None else interaction.channel)), work.by()


def assign(work: Workload, number: int, interaction: Interaction | None) -> Given:
    """Assigns to any agent, to a busy one, or to one who rings; often the agent assigns it to itself."""
    centre = work.reference.centre
    kind = work.random.random()
    if kind < 0.25:
        agent = work.agent_who(lambda agent: bool(agent.held))
    elif kind < 0.35 and interaction is not None and interaction.offers:
        agent = centre.agents[centre.offers[work.random.choice(interaction.offers)].agent].name
    else:
        agent = work.agent_who(lambda agent: not agent.held)
    if work.random.random() < 0.2:
        return (number, agent), {"by": agent}
    return (number, agent), work.by()


def withdraw(work: Workload, number: int, interaction: Interaction | None) -> Given:
    """Names the agent if several ring, otherwise only now and then."""
    centre = work.reference.centre
    several = interaction is not None and len(interaction.offers) > 1
    if interaction is not None and interaction.offers and work.random.random() < (0.9 if several else 0.3):
        offer = centre.offers[work.random.choice(interaction.offers)]
        return (number,), {"agent": centre.agents[offer.agent].name, **work.by()}
    return (number,), {**({"agent": work.agent()} if work.random.random() < 0.05 else {}), **work.by()}


def put_back(work: Workload, number: int, interaction: Interaction | None) -> Given:
    """Has it put back by the agent who handles it, or by somebody else."""
    if interaction is not None and interaction.agent is not None and work.random.random() < 0.2:
        return (number,), {"by": work.reference.centre.agents[interaction.agent].name}
    return (number,), work.by()


CHANGES = {
    "update_interaction": update_interaction,
    "move": move,
    "assign": assign,
    "withdraw": withdraw,
    "put_back": put_back,
}


def answer(work: Workload) -> dict[str, Any]:
    """Chooses the offer that is accepted or rejected, by its id or by its agent; seldom one that is not
    open."""
    centre = work.reference.centre
    offer = work.random.choice(list(centre.offers.values()))
    kind = work.random.random()
    if kind < 0.04:
        past = work.random.randint(1, centre.last_offer)
        return {"offer": work.random.choice((-5, -1, 0, past, centre.last_offer + 1, 2**31 - 1))}
    return {"agent": centre.agents[offer.agent].name} if kind < 0.52 else {"offer": offer.id}


def reference(work: Workload) -> dict[str, Any]:
    """Seldom gives a reference."""
    return {} if work.random.random() < 0.75 else {"ref": work.random.choice(REFS)}


def arrival(work: Workload) -> dict[str, Any]:
    """Seldom gives an arrival in the past, or a reference that may be live already."""
    given: dict[str, Any] = {}
    now_ns = work.reference.centre.now_ns
    if work.random.random() < 0.1:
        ago = work.random.choice((0, 0, 1, SECOND, 5 * SECOND, 30 * SECOND, 300 * SECOND, now_ns))
        given["arrived_at"] = max(now_ns - ago, 0)
    if work.random.random() < 0.01:
        given["arrived_at"] = work.random.choice((now_ns + 10 * SECOND, now_ns + 1, -1))
    if work.random.random() < 0.08:
        given["once"] = True
        if work.random.random() < 0.97:
            given["ref"] = work.random.choice(REFS)
    return given
