"""An offer's life: made, accepted elsewhere, declined or withdrawn, and what becomes of its interaction."""

from __future__ import annotations

from huntgroup.testing.reference import channels, counters, presence
from huntgroup.testing.reference.state import (
    ABANDONED,
    DEFAULT_OFFER_TIMEOUT_NS,
    HANDLING,
    OFFERED,
    QUEUED,
    Agent,
    Centre,
    Interaction,
    Offer,
    Queue,
    emit,
)


def make_offer(centre: Centre, interaction: Interaction, agent: Agent, queue: Queue | None) -> None:
    """Offer the interaction to the agent: from a queue, or directly where `queue` is None."""
    capability = centre.channels[interaction.channel].capability
    # One that comes from a queue rings as long as that queue says, even when it is offered directly.
    source = centre.queue_of(interaction)
    timeout_ns = DEFAULT_OFFER_TIMEOUT_NS if source is None else source.offer_timeout_ns
    centre.last_offer += 1
    offer = Offer(
        centre.last_offer,
        interaction.id,
        agent.index,
        None if queue is None else queue.index,
        capability,
        centre.now_ns + timeout_ns,
        centre.step_number,
        agent.load_step.get(capability, 0),
    )
    centre.offers[offer.id] = offer
    agent.load_step[capability] = centre.step_number
    agent.held.append(interaction.id)
    interaction.offers.append(offer.id)
    interaction.offers_made += 1
    interaction.state = OFFERED
    rings_all = queue is not None and queue.strategy == "ring_all"
    interaction.agent = None if rings_all else agent.index
    if queue is not None:
        queue.last_offered_position = agent.memberships[queue.index].position
    emit(centre, "offered", interaction=interaction, agent=agent, queue=queue, offer=offer.id)


def offer_queue(centre: Centre, offer: Offer) -> Queue | None:
    """The queue that made the offer, None for a direct one."""
    return None if offer.queue is None else centre.queues[offer.queue]


def close(centre: Centre, offer: Offer) -> None:
    """The offer is no longer open. The load is the caller's to settle."""
    del centre.offers[offer.id]
    centre.live[offer.interaction].offers.remove(offer.id)


def load_fell(centre: Centre, agent: Agent, interaction: Interaction) -> None:
    """The agent holds the interaction no more, and the idle time starts anew."""
    agent.held.remove(interaction.id)
    agent.load_step[centre.channels[interaction.channel].capability] = centre.step_number
    centre.step.gained.add(agent.index)


def decline(centre: Centre, offer: Offer, kind: str) -> None:
    """The offer is rejected or has expired (`kind` says which)."""
    interaction, agent = centre.live[offer.interaction], centre.agents[offer.agent]
    close(centre, offer)
    load_fell(centre, agent, interaction)
    note_declined(centre, interaction, agent)
    emit(
        centre,
        kind,
        interaction=interaction,
        agent=agent,
        queue=offer_queue(centre, offer),
        offer=offer.id,
    )
    after_offer_lost(centre, interaction)


def note_declined(centre: Centre, interaction: Interaction, agent: Agent) -> None:
    """OFFER-12: the agent had it and does not take it now."""
    interaction.declined[agent.index] = centre.now_ns
    interaction.times_declined[agent.index] = interaction.times_declined.get(agent.index, 0) + 1


def withdraw(centre: Centre, offer: Offer, reason: str) -> None:
    """Take the offer back; the agent has its old place in the idle order again."""
    interaction, agent = centre.live[offer.interaction], centre.agents[offer.agent]
    close(centre, offer)
    agent.held.remove(interaction.id)
    _restore_idle_order(centre, agent, offer)
    centre.step.gained.add(agent.index)
    emit(
        centre,
        "withdrawn",
        interaction=interaction,
        agent=agent,
        queue=offer_queue(centre, offer),
        offer=offer.id,
        reason=reason,
    )


def _restore_idle_order(centre: Centre, agent: Agent, offer: Offer) -> None:
    # A later open offer displaced this one's key: to have never been, ours must vanish below it.
    later = [
        other
        for other in centre.offers.values()
        if other.id > offer.id
        and other.agent == offer.agent
        and other.capability == offer.capability
        and other.displaced_step == offer.step
    ]
    if later:
        min(later, key=lambda other: other.id).displaced_step = offer.displaced_step
    elif agent.load_step[offer.capability] == offer.step:
        agent.load_step[offer.capability] = offer.displaced_step


def after_offer_lost(centre: Centre, interaction: Interaction) -> None:
    """The interaction lost an offer: others may still ring, it goes back to its queue, or it is over."""
    if interaction.offers:
        return
    interaction.agent = None
    if interaction.queue is None:
        abandon(centre, interaction)
    else:
        interaction.state = QUEUED
        centre.step.put_back.append(interaction.id)


def abandon(centre: Centre, interaction: Interaction) -> None:
    """The interaction is over without an agent."""
    queue = centre.queue_of(interaction)
    waited_ns = centre.now_ns - interaction.queued_at_ns
    if counters.end_entry(centre, interaction, "abandoned"):
        assert queue is not None
        queue.short_abandons += bool(queue.short_abandon_ns) and waited_ns <= queue.short_abandon_ns
    finish(centre, interaction, ABANDONED)
    emit(centre, "abandoned", interaction=interaction, queue=queue)
    leg_is_over(centre, interaction)


def leg_is_over(centre: Centre, leg: Interaction) -> None:
    """If this was the leg of a consultation, the consulting interaction is handled again."""
    if leg.parent is None:
        return
    parent = centre.live[leg.parent]
    leg.parent = parent.leg = None
    parent.state = HANDLING
    agent = None if parent.agent is None else centre.agents[parent.agent]
    emit(centre, "consult_ended", interaction=parent, agent=agent)


def finish(centre: Centre, interaction: Interaction, state: str) -> None:
    """Completed or Abandoned: no longer live, still readable."""
    if interaction.waited_ns is None:
        interaction.waited_ns = centre.now_ns - interaction.queued_at_ns
    interaction.state = state
    del centre.live[interaction.id]
    centre.finished[interaction.id] = interaction


# --- offers that may no longer stand --------------------------------------------------------------------


def withdraw_fallen(centre: Centre) -> None:
    """Withdraw every open offer that its agent may no longer have, agent by agent, by id. O(offers)."""
    for offer in sorted(centre.offers.values(), key=lambda offer: (offer.agent, offer.id)):
        reason = fallen_because(centre, offer)
        if reason is not None:
            withdraw(centre, offer, reason)
            after_offer_lost(centre, centre.live[offer.interaction])


def fallen_because(centre: Centre, offer: Offer) -> str | None:
    """Why the offer may not stand, None if it may. The first reason in the order of section 7."""
    agent = centre.agents[offer.agent]
    channel = centre.channels[centre.live[offer.interaction].channel]
    queue = offer_queue(centre, offer)
    if agent.removed:
        return "removed"
    now = presence.standing(centre, agent)
    if not now.signed_in:
        return "signed_out"
    if queue is None:
        takes = presence.status_takes_direct(channel, now)
    else:
        takes = presence.status_takes_queued(centre, agent, queue, now)
    if not takes:
        return "status"
    if agent.pending is not None:
        return "pending"
    if queue is not None:
        membership = agent.memberships.get(queue.index)
        if agent.stop_new:
            return "stop_new"
        if membership is None:
            return "left"
        if not membership.logged_in:
            return "logged_out"
    if channels.capacity(centre, agent, channel) == 0 or not channels.has_device(centre, agent, channel):
        return "capability"
    return None
