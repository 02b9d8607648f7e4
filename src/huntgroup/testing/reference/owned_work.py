"""An agent lets go of a conversation: it is parked, and owned by the agent from then on, or put back to where
it waited."""

from __future__ import annotations

from huntgroup.testing.reference import offers, status
from huntgroup.testing.reference.state import (
    PARKED,
    QUEUED,
    Agent,
    Centre,
    Interaction,
    emit,
    enter,
)


def park(centre: Centre, interaction: Interaction, agent: Agent) -> None:
    """Parked by this agent: no load and no wrap-up; earlier declines of the agent are forgotten."""
    # OWN-2, OWN-3.
    offers.load_fell(centre, agent, interaction)
    status.record_handling(centre.queue_of(interaction), status.handled_so_far(centre, interaction))
    interaction.declined.pop(agent.index, None)
    interaction.asked.pop(agent.index, None)
    enter(centre, interaction, PARKED)
    emit(centre, "parked", interaction=interaction)


def put_back(centre: Centre, interaction: Interaction, agent: Agent) -> None:
    """As if this agent had not accepted it: it waits again at its old place."""
    # CHANGE-16.
    queue = centre.queue_of(interaction)
    offers.load_fell(centre, agent, interaction)
    take_back_figures(centre, interaction, agent)
    interaction.asked[agent.index] = centre.now_ns
    interaction.agent = interaction.waited_ns = interaction.handled_since_ns = None
    emit(centre, "put_back", interaction=interaction, agent=agent, queue=queue)
    if queue is None:
        # CHANGE-18.
        offers.abandon(centre, interaction)
    else:
        enter(centre, interaction, QUEUED)
        centre.step.put_back.append(interaction.id)


def take_back_figures(centre: Centre, interaction: Interaction, agent: Agent) -> None:
    """As if it had not been accepted: the counts of this handling are taken back (CHANGE-17)."""
    queue = centre.queue_of(interaction)
    if interaction.accept_counted:
        agent.accepted_count -= 1
    if queue is not None and interaction.answer_counted:
        assert interaction.waited_ns is not None
        queue.answered -= 1
        queue.answered_wait_ns -= interaction.waited_ns
        queue.answered_in_target -= interaction.answer_in_target
        interaction.entry_is_open = True
    interaction.accept_counted = interaction.answer_counted = False
