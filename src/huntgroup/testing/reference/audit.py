"""What is always true, checked by looking at everything."""

from __future__ import annotations

from collections.abc import Iterator

from huntgroup.errors import CorruptState
from huntgroup.testing.reference import (
    channels,
    clock,
    eligibility,
    matching,
    offers,
    presence,
    step,
    waiting,
)
from huntgroup.testing.reference.state import (
    CONSULTING,
    DIALING,
    HANDLED,
    IN_CONFERENCE,
    OFFERED,
    PARKED,
    QUEUED,
    WRAP_UP,
    Agent,
    Centre,
    Interaction,
)


def audit(centre: Centre) -> None:
    """Raise CorruptState with everything that does not hold. O(agents x waiting + everything)."""
    wrong = [
        *_agents(centre),
        *_interactions(centre),
        *_offers(centre),
        *_counters(centre),
        *_unmatched(centre),
        *_timers(centre),
    ]
    if wrong:
        raise CorruptState("; ".join(wrong))


def _agents(centre: Centre) -> Iterator[str]:
    for agent in centre.agents:
        holds = sorted(_held_by_scan(centre, agent))
        if sorted(agent.held) != holds:
            yield f"agent {agent.name} lists {sorted(agent.held)}, a scan finds {holds}"
        if agent.removed and (agent.held or agent.wrap_ups):
            yield f"removed agent {agent.name} still holds something"
        for channel in centre.channels:
            load, most = channels.load(centre, agent, channel), channels.capacity(centre, agent, channel)
            if load > most and channel.capability not in agent.lowered:
                yield f"agent {agent.name} holds {load} of {channel.name}, more than the capacity"
            rings = [o.capability for o in centre.offers.values() if o.agent == agent.index]
            if load > most and channel.capability in rings:
                yield f"agent {agent.name} is offered {channel.name} beyond the capacity"
        if agent.pending is not None and not (agent.wrap_ups or _handles(centre, agent)):
            yield f"agent {agent.name} waits for {agent.pending} without work"
    if step.look(centre) != centre.shown:
        yield "what is shown differs from what the last step left"


def _held_by_scan(centre: Centre, agent: Agent) -> list[int]:
    handled = [i.id for i in centre.live.values() if i.state in HANDLED and i.agent == agent.index]
    return handled + [o.interaction for o in centre.offers.values() if o.agent == agent.index]


def _handles(centre: Centre, agent: Agent) -> bool:
    return any(i.state in HANDLED and i.agent == agent.index for i in centre.live.values())


def _interactions(centre: Centre) -> Iterator[str]:
    for i in centre.live.values():
        if bool(i.offers) != (i.state == OFFERED):
            yield f"interaction {i.id} is {i.state} with {len(i.offers)} open offers"
        if i.state in HANDLED and i.agent is None and not (i.state == DIALING and i.customer == "first"):
            yield f"interaction {i.id} is {i.state} by nobody"
        dialled = i.state == DIALING and i.agent is None
        if dialled != (i.dialled_for is not None) or (
            i.dialled_for is not None and centre.agents[i.dialled_for].dialled_for != i.id
        ):
            yield f"interaction {i.id} is {i.state} and dialled for {i.dialled_for}"
        if i.state == PARKED and i.agent is not None and centre.agents[i.agent].removed:
            yield f"interaction {i.id} is Parked by an agent who was removed"
        if i.since_ns > centre.now_ns or i.on_hold_ns > i.handled_ns:
            yield f"interaction {i.id} has times that cannot be"
        if i.state == QUEUED and (i.queue is None or i.agent is not None):
            yield f"interaction {i.id} is Queued in queue {i.queue} with agent {i.agent}"
        if i.state == WRAP_UP and (i.agent is None or i.id not in centre.agents[i.agent].wrap_ups):
            yield f"interaction {i.id} is in Wrap Up without one"
        yield from _consultation(centre, i)
    both = centre.live.keys() & centre.finished.keys()
    if both:
        yield f"live and finished: {sorted(both)}"


def _consultation(centre: Centre, i: Interaction) -> Iterator[str]:
    second_party = i.external or i.leg is not None
    if second_party != (i.state in (CONSULTING, IN_CONFERENCE)):
        yield f"interaction {i.id} is {i.state} with leg {i.leg}, external {i.external}"
    if i.leg is not None and (i.leg not in centre.live or centre.live[i.leg].parent != i.id):
        yield f"the leg {i.leg} of interaction {i.id} does not know it"
    if i.parent is not None and (i.parent not in centre.live or centre.live[i.parent].leg != i.id):
        yield f"the leg {i.id} is not known to interaction {i.parent}"


def _offers(centre: Centre) -> Iterator[str]:
    for offer in centre.offers.values():
        interaction = centre.live.get(offer.interaction)
        if interaction is None or offer.id not in interaction.offers:
            yield f"offer {offer.id} has no interaction"
        elif offers.fallen_because(centre, offer) is not None:
            yield f"offer {offer.id} may not stand: {offers.fallen_because(centre, offer)}"


def _counters(centre: Centre) -> Iterator[str]:
    for queue in centre.present_queues():
        there = sum(i.entry_is_open for i in centre.live.values() if i.queue == queue.index)
        gone = queue.abandoned + queue.timed_out + queue.overflowed + queue.moved + queue.callback_failed
        if queue.entered != queue.answered + gone + there:
            yield f"queue {queue.name}: {queue.entered} entered, {queue.answered} were answered, {gone} left"


def _unmatched(centre: Centre) -> Iterator[str]:
    # MATCH-1.
    for interaction in centre.waiting():
        for agent in matching.eligible_agents(centre, interaction):
            yield f"agent {agent.name} and interaction {interaction.id} could be matched"
        if interaction.passed_over and waiting.open_target(centre, interaction) is not None:
            yield f"interaction {interaction.id} could overflow"


def _timers(centre: Centre) -> Iterator[str]:
    for timer in clock.timers(centre):
        if timer.kind <= clock.HOURS and timer.due_ns <= centre.now_ns:
            yield f"timer {timer} is overdue at {centre.now_ns}"
    for agent in centre.present_agents():
        able = eligibility.able_queues(centre, agent, presence.standing(centre, agent))
        for membership in agent.memberships.values():
            if membership.was_able != (membership.queue in able):
                yield f"agent {agent.name} in queue {membership.queue}: able is not what was noted"
