"""Callbacks in which the customer is dialled before an agent is asked (CALL-6 to CALL-8)."""

from __future__ import annotations

from huntgroup.testing.reference.state import DIALING, QUEUED, Centre, Interaction, Queue, emit


def dial_first(centre: Centre, interaction: Interaction, queue: Queue) -> bool:
    """CALL-6: where an offer would be made the customer is dialled, by nobody. True if so."""
    if not interaction.customer_first or interaction.reached:
        return False
    interaction.state = DIALING
    interaction.callback_not_before_ns = None
    emit(centre, "dialing", interaction=interaction, queue=queue)
    return True


def customer_answered(centre: Centre, interaction: Interaction) -> None:
    """CALL-7: the customer is on the line, and waits at the old place."""
    interaction.reached = True
    interaction.state = QUEUED
    centre.step.put_back.append(interaction.id)
