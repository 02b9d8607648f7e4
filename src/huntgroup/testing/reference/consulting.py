"""How handled interactions end, and the legs of consultations with them."""

from __future__ import annotations

from huntgroup.testing.reference import counters, offers, status
from huntgroup.testing.reference.state import (
    COMPLETED,
    DIALING,
    HANDLING,
    OFFERED,
    QUEUED,
    WRAP_UP,
    Agent,
    Centre,
    Interaction,
    emit,
)


def end(centre: Centre, interaction: Interaction, agent: Agent) -> None:
    """The interaction ends; its leg first, its own consulting interaction, if it is a leg, after."""
    end_leg(centre, interaction, "consult_ended")
    was_dialing = interaction.state == DIALING
    emit(centre, "ended", interaction=interaction, agent=agent, queue=centre.queue_of(interaction))
    if was_dialing:
        offers.load_fell(centre, agent, interaction)
        complete(centre, interaction)
    else:
        wrap_up_or_complete(centre, interaction, agent)
    offers.leg_is_over(centre, interaction)


def wrap_up_or_complete(centre: Centre, interaction: Interaction, agent: Agent) -> None:
    """The work is over: wrap-up where the queue has one, Completed where it has none."""
    offers.load_fell(centre, agent, interaction)
    interaction.external = False
    if status.start_wrap_up(centre, agent, interaction):
        interaction.state = WRAP_UP
    else:
        complete(centre, interaction)


def complete(centre: Centre, interaction: Interaction) -> None:
    """The interaction is over."""
    offers.finish(centre, interaction, COMPLETED)
    emit(centre, "completed", interaction=interaction)


def end_leg(centre: Centre, interaction: Interaction, reason: str) -> None:
    """End the leg of the interaction, if there is one, because of what happens to the interaction itself."""
    if interaction.leg is None:
        return
    leg = centre.live[interaction.leg]
    interaction.leg = leg.parent = None
    if leg.state == OFFERED:
        for number in list(leg.offers):
            offers.withdraw(centre, centre.offers[number], reason)
        leg.agent = None
        offers.abandon(centre, leg)
        return
    assert leg.agent is not None
    agent = centre.agents[leg.agent]
    offers.load_fell(centre, agent, leg)
    emit(centre, "ended", interaction=leg, agent=agent)
    complete(centre, leg)


def hand_over(centre: Centre, interaction: Interaction, agent: Agent) -> None:
    """The consulted agent, who accepted the leg, takes the interaction itself; the load there stays."""
    assert interaction.leg is not None
    leg = centre.live[interaction.leg]
    assert leg.agent is not None
    other = centre.agents[leg.agent]
    emit(centre, "transferred", interaction=interaction, agent=agent, other=other.index)
    offers.load_fell(centre, agent, interaction)
    status.start_wrap_up(centre, agent, interaction)
    interaction.leg = leg.parent = None
    other.held[other.held.index(leg.id)] = interaction.id
    complete(centre, leg)
    interaction.state = HANDLING
    interaction.agent = other.index
    interaction.handled_since_ns = centre.now_ns
    offers.note_declined(centre, interaction, agent)


def leave_to_external(centre: Centre, interaction: Interaction, agent: Agent) -> None:
    """The external party takes over, which ends the interaction for us."""
    emit(centre, "transferred", interaction=interaction, agent=agent)
    wrap_up_or_complete(centre, interaction, agent)


def callback_failed(centre: Centre, interaction: Interaction, agent: Agent | None) -> None:
    """Nobody answered the call back: dialled again later, or over."""
    queue = centre.queue_of(interaction)
    assert queue is not None
    interaction.callback_attempts += 1
    if interaction.callback_attempts >= queue.callback_attempts:
        counters.end_entry(centre, interaction, "callback_failed")
        if agent is None:
            emit(centre, "ended", interaction=interaction, queue=queue)
            complete(centre, interaction)
        else:
            end(centre, interaction, agent)
        return
    if agent is not None:
        offers.load_fell(centre, agent, interaction)
    interaction.state = QUEUED
    interaction.agent = interaction.waited_ns = interaction.handled_since_ns = None
    interaction.callback_not_before_ns = centre.now_ns + queue.callback_retry_ns
    centre.step.put_back.append(interaction.id)
    emit(centre, "callback_retry", interaction=interaction, agent=agent, queue=queue)
