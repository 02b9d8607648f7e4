"""Parking: an agent lets go of a conversation and owns it from then on."""

from __future__ import annotations

from huntgroup.testing.reference import offers, status
from huntgroup.testing.reference.state import PARKED, Agent, Centre, Interaction, emit, enter


def park(centre: Centre, interaction: Interaction, agent: Agent) -> None:
    """Parked by this agent: no load and no wrap-up, and whatever the agent declined before is forgotten."""
    # OWN-2, OWN-3.
    offers.load_fell(centre, agent, interaction)
    status.record_handling(centre.queue_of(interaction), status.handled_so_far(centre, interaction))
    interaction.declined.pop(agent.index, None)
    enter(centre, interaction, PARKED)
    emit(centre, "parked", interaction=interaction)
