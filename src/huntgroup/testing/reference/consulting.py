"""How handled interactions end, and with them the legs of consultations."""

from __future__ import annotations

from huntgroup.testing.reference import offers, status
from huntgroup.testing.reference.state import (
    COMPLETED,
    HANDLING,
    OFFERED,
    QUEUED,
    WRAP_UP,
    Agent,
    Centre,
    Interaction,
    emit,
    enter,
)


def end(centre: Centre, interaction: Interaction, agent: Agent, reason: str | None = None) -> None:
    """The interaction ends: first its leg, then itself, then, if it is a leg, the consultation of its
    interaction."""
    # CMD-31.
    end_leg(centre, interaction, "consult_ended")
    tell_end(centre, interaction, agent, reason)
    wrap_up_or_complete(centre, interaction, agent)
    offers.leg_is_over(centre, interaction)


def wrap_up_or_complete(centre: Centre, interaction: Interaction, agent: Agent) -> None:
    """The work is over: wrap-up if there is one, else Completed."""
    interaction.external = False
    if status.let_go(centre, agent, interaction):
        enter(centre, interaction, WRAP_UP)
    else:
        complete(centre, interaction)


def tell_end(centre: Centre, interaction: Interaction, agent: Agent | None, reason: str | None) -> None:
    """`ended`, with the reason that was given, which is kept."""
    # WRAP-9.
    interaction.reason = reason
    if interaction.waited_ns is None:
        # A callback that reached nobody: its wrap-up is not waiting time.
        interaction.waited_ns = centre.now_ns - interaction.queued_at_ns
    queue = centre.queue_of(interaction)
    emit(centre, "ended", interaction=interaction, agent=agent, queue=queue, text=reason)


def end_parked(centre: Centre, interaction: Interaction, reason: str | None) -> None:
    """A parked interaction is over: nobody holds it, so there is no wrap-up."""
    end_alone(centre, interaction, reason)


def end_alone(centre: Centre, interaction: Interaction, reason: str | None) -> None:
    """An interaction on which nobody works is over."""
    owner = None if interaction.agent is None else centre.agents[interaction.agent]
    tell_end(centre, interaction, owner, reason)
    complete(centre, interaction)


def complete(centre: Centre, interaction: Interaction) -> None:
    """The interaction is over."""
    offers.finish(centre, interaction, COMPLETED)
    emit(centre, "completed", interaction=interaction)


def end_leg(centre: Centre, interaction: Interaction, reason: str) -> None:
    """End the leg of the interaction, if there is one, because of what happens to the interaction itself."""
    # CMD-37.
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
    # CMD-39.
    assert interaction.leg is not None
    leg = centre.live[interaction.leg]
    assert leg.agent is not None
    other = centre.agents[leg.agent]
    emit(centre, "transferred", interaction=interaction, agent=agent, other=other.index)
    status.let_go(centre, agent, interaction)
    interaction.leg = leg.parent = None
    other.held[other.held.index(leg.id)] = interaction.id
    complete(centre, leg)
    enter(centre, interaction, HANDLING)
    interaction.agent = other.index
    interaction.accept_counted = interaction.answer_counted = False
    interaction.handled_since_ns = centre.now_ns
    interaction.declined[agent.index] = centre.now_ns


def leave_to_external(centre: Centre, interaction: Interaction, agent: Agent) -> None:
    """The external party takes over, which ends the interaction for us."""
    # CMD-40.
    emit(centre, "transferred", interaction=interaction, agent=agent)
    wrap_up_or_complete(centre, interaction, agent)


def dialled_for_no_more(centre: Centre, interaction: Interaction) -> None:
    """The dialling of a customer is over: another customer may be dialled for the same agent."""
    # CALL-7.
    assert interaction.dialled_for is not None
    agent = centre.agents[interaction.dialled_for]
    interaction.dialled_for = agent.dialled_for = None
    centre.step.gained.add(agent.index)


def callback_failed(
    centre: Centre, interaction: Interaction, agent: Agent | None, reason: str | None
) -> None:
    """Nobody answered the callback: it is dialled again later, or is over. Without an agent the customer was
    dialled first."""
    # CALL-4, CALL-5, CALL-7, WRAP-9.
    queue = centre.queue_of(interaction)
    assert queue is not None
    interaction.callback_attempts += 1
    if agent is None:
        dialled_for_no_more(centre, interaction)
    if interaction.callback_attempts >= queue.callback_attempts:
        queue.callback_failed += offers.closes_entry(interaction)
        if agent is None:
            end_alone(centre, interaction, reason)
        else:
            end(centre, interaction, agent, reason)
        return
    if agent is not None:
        offers.load_fell(centre, agent, interaction)
    enter(centre, interaction, QUEUED)
    interaction.agent = interaction.waited_ns = interaction.handled_since_ns = None
    interaction.callback_not_before_ns = centre.now_ns + queue.callback_retry_ns
    centre.step.put_back.append(interaction.id)
    emit(centre, "callback_retry", interaction=interaction, agent=agent, queue=queue)
