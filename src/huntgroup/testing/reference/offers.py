"""An offer's life: made, accepted elsewhere, declined or withdrawn, and what becomes of its interaction."""

from __future__ import annotations

from huntgroup.testing.reference import channels, presence
from huntgroup.testing.reference.state import (
    ABANDONED,
    DEFAULT_OFFER_TIMEOUT_NS,
    HANDLING,
    OFFERED,
    QUEUED,
    Agent,
    Centre,
    Channel,
    Interaction,
    Offer,
    Queue,
    emit,
    enter,
)


def make_offer(
    centre: Centre,
    interaction: Interaction,
    agent: Agent,
    queue: Queue | None,
    *,
    reason: str | None = None,
) -> None:
    """Offer the interaction to the agent: from a queue, or directly if `queue` is None. `reason` is assigned
    or recalled if no strategy chose the agent."""
    # OFFER-1, OFFER-11, OFFER-13, STATE-1.
    capability = centre.channels[interaction.channel].capability
    # An interaction that comes from a queue rings as long as that queue says, even if it is offered directly.
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
        reason == "assigned",
    )
    centre.offers[offer.id] = offer
    agent.load_step[capability] = centre.step_number
    agent.held.append(interaction.id)
    interaction.offers.append(offer.id)
    interaction.offers_made += 1
    enter(centre, interaction, OFFERED)
    rings_all = queue is not None and queue.strategy == "ring_all" and reason is None
    interaction.agent = None if rings_all else agent.index
    if queue is not None and reason is None:
        queue.last_offered_position = agent.memberships[queue.index].position
    # TOLD-8.
    emit(
        centre,
        "offered",
        interaction=interaction,
        agent=agent,
        queue=queue,
        offer=offer.id,
        reason=reason,
        value=offer.due_ns,
        channel=centre.channels[interaction.channel] if source is None else None,
    )


def offer_queue(centre: Centre, offer: Offer) -> Queue | None:
    """The queue that made the offer, None for a direct one."""
    return None if offer.queue is None else centre.queues[offer.queue]


def close(centre: Centre, offer: Offer) -> None:
    """The offer is no longer open. The caller has to settle the load."""
    del centre.offers[offer.id]
    centre.live[offer.interaction].offers.remove(offer.id)


def load_fell(centre: Centre, agent: Agent, interaction: Interaction) -> None:
    """The agent holds the interaction no more, and the idle time starts anew."""
    # IDLE-3, STATE-11.
    agent.held.remove(interaction.id)
    agent.load_step[centre.channels[interaction.channel].capability] = centre.step_number
    centre.step.gained.add(agent.index)


def decline(centre: Centre, offer: Offer, kind: str) -> None:
    """The offer is rejected or has expired (`kind` says which)."""
    # IDLE-5, OFFER-12.
    interaction, agent = centre.live[offer.interaction], centre.agents[offer.agent]
    close(centre, offer)
    load_fell(centre, agent, interaction)
    interaction.declined[agent.index] = centre.now_ns
    emit(
        centre,
        kind,
        interaction=interaction,
        agent=agent,
        queue=offer_queue(centre, offer),
        offer=offer.id,
    )
    after_offer_lost(centre, interaction)


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
    # IDLE-4.
    # A later open offer displaced this offer's key. For this offer to have never been, that key must become
    # the one that this offer displaced.
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
    """The interaction lost an offer: others may still ring, or it goes back to its queue, or it is over."""
    # OFFER-8, OFFER-9, OFFER-10, WAIT-16, STATE-2.
    if interaction.offers:
        return
    interaction.agent = None
    if interaction.queue is None and interaction.recall is None:
        abandon(centre, interaction)
    else:
        enter(centre, interaction, QUEUED)
        centre.step.put_back.append(interaction.id)


def withdraw_all(centre: Centre, interaction: Interaction, reason: str) -> None:
    """Withdraw every open offer of the interaction, by id; the caller decides where it goes."""
    for number in sorted(interaction.offers):
        withdraw(centre, centre.offers[number], reason)
    interaction.agent = None


def can_reach(centre: Centre, agent: Agent, channel: Channel) -> bool:
    """Can the agent be offered a direct interaction of the channel now (CMD-48)?"""
    now = presence.standing(centre, agent)
    return (
        channels.capacity(centre, agent, channel) > 0
        and channels.has_device(centre, agent, channel)
        and presence.status_takes_direct(channel, now)
        and agent.pending is None
        and channels.has_room(centre, agent, channel)
    )


def recall(centre: Centre, interaction: Interaction) -> None:
    """Nobody answered the transfer: it returns to the agent who made it, if that agent can take it
    (OFFER-17)."""
    assert interaction.recall is not None
    agent, interaction.recall = centre.agents[interaction.recall], None
    if agent.removed or not can_reach(centre, agent, centre.channels[interaction.channel]):
        abandon(centre, interaction)
    else:
        make_offer(centre, interaction, agent, None, reason="recalled")


def count_entry(interaction: Interaction, queue: Queue) -> None:
    """One more interaction entered the queue; its outcome is counted once (CHANGE-22)."""
    queue.entered += 1
    interaction.entry_is_open = True


def closes_entry(interaction: Interaction) -> bool:
    """Is this the first outcome of its entry into the queue, so that it is counted (CHANGE-23)?"""
    was_open, interaction.entry_is_open = interaction.entry_is_open, False
    return was_open


def abandon(centre: Centre, interaction: Interaction) -> None:
    """The interaction is over without an agent."""
    queue = centre.queue_of(interaction)
    if queue is not None and closes_entry(interaction):
        waited_ns = centre.now_ns - interaction.queued_at_ns
        queue.abandoned += 1
        # NUM-5.
        queue.short_abandons += bool(queue.short_abandon_ns) and waited_ns <= queue.short_abandon_ns
    finish(centre, interaction, ABANDONED)
    emit(centre, "abandoned", interaction=interaction, queue=queue, text=interaction.reason)
    leg_is_over(centre, interaction)


def leg_is_over(centre: Centre, leg: Interaction) -> None:
    """If this was the leg of a consultation, the consulting interaction is Handling again."""
    # CMD-38.
    if leg.parent is None:
        return
    parent = centre.live[leg.parent]
    leg.parent = parent.leg = None
    enter(centre, parent, HANDLING)
    agent = None if parent.agent is None else centre.agents[parent.agent]
    emit(centre, "consult_ended", interaction=parent, agent=agent)


def finish(centre: Centre, interaction: Interaction, state: str) -> None:
    """Completed or Abandoned: no longer live, still readable."""
    if interaction.waited_ns is None:
        interaction.waited_ns = centre.now_ns - interaction.queued_at_ns
    enter(centre, interaction, state)
    del centre.live[interaction.id]
    centre.finished[interaction.id] = interaction


# --- offers that may no longer stand --------------------------------------------------------------------


def withdraw_fallen(centre: Centre) -> None:
    """Withdraw every open offer that may no longer stand, agent by agent: first those that fell, by id, then
    the latest of those beyond a lowered capacity. O(agents x offers)."""
    # OFFER-3, OFFER-7, OFFER-15.
    for agent in centre.agents:
        for offer in open_offers(centre, agent):
            reason = fallen_because(centre, offer)
            if reason is not None:
                withdraw(centre, offer, reason)
                after_offer_lost(centre, centre.live[offer.interaction])
        for offer in reversed(open_offers(centre, agent)):
            channel = centre.channels[offer.capability]
            if channels.load(centre, agent, channel) > channels.capacity(centre, agent, channel):
                withdraw(centre, offer, "capacity")
                after_offer_lost(centre, centre.live[offer.interaction])


def open_offers(centre: Centre, agent: Agent) -> list[Offer]:
    """The agent's open offers, by id."""
    mine = [offer for offer in centre.offers.values() if offer.agent == agent.index]
    return sorted(mine, key=lambda offer: offer.id)


def _takes(
    centre: Centre, agent: Agent, channel: Channel, queue: Queue | None, now: presence.Standing
) -> bool:
    if queue is None:
        return presence.status_takes_direct(channel, now)
    return presence.status_takes_queued(centre, agent, queue, now)


def fallen_because(centre: Centre, offer: Offer) -> str | None:
    """Why the offer may not stand, None if it may. The first reason in the order of section 7."""
    # OFFER-4, OFFER-5, OFFER-6, CMD-49.
    agent = centre.agents[offer.agent]
    channel = centre.channels[centre.live[offer.interaction].channel]
    queue = offer_queue(centre, offer)
    if agent.removed:
        return "removed"
    now = presence.standing(centre, agent)
    if not now.signed_in:
        return "signed_out"
    # An assigned offer needs no rule of the queue, neither when it is made nor while it is open.
    asks = None if offer.assigned else queue
    # Being asked never takes an offer back (OFFER-18).
    unasked = presence.standing(centre, agent, asked=False)
    if not any(_takes(centre, agent, channel, asks, then) for then in (now, unasked)):
        return "status"
    if agent.pending is not None:
        return "pending"
    if asks is not None:
        membership = agent.memberships.get(asks.index)
        if agent.stop_new:
            return "stop_new"
        if membership is None:
            return "left"
        if not membership.logged_in:
            return "logged_out"
    if channels.capacity(centre, agent, channel) == 0 or not channels.has_device(centre, agent, channel):
        return "capability"
    return None
