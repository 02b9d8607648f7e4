"""What becomes of an agent's work when the agent signs out (section 16 of docs/SEMANTICS.md)."""

from __future__ import annotations

from huntgroup.testing.reference import consulting, offers, owned_work, status
from huntgroup.testing.reference.state import (
    CONSULTING,
    DIALING,
    HANDLED,
    HANDLING,
    IN_CONFERENCE,
    ON_HOLD,
    Agent,
    Centre,
    Interaction,
    emit,
    enter,
)


def handled(centre: Centre, agent: Agent) -> list[Interaction]:
    """The interactions on which the agent works, by id."""
    held = [centre.live[number] for number in sorted(agent.held)]
    return [i for i in held if i.state in HANDLED and i.agent == agent.index]


def may_leave_work(centre: Centre, agent: Agent, work: str) -> bool:
    """Can all of them be put back, or parked, as `work` says?"""
    if work == "refuse":
        return not (centre.model.sign_in.required and handled(centre, agent))
    if work == "put_back":
        return all(i.state in (HANDLING, ON_HOLD) and i.queue is not None for i in handled(centre, agent))
    return all(i.state != DIALING for i in handled(centre, agent))


def would_wrap_up(centre: Centre, agent: Agent) -> bool:
    """Would a wrap-up start if a conference were handed over?"""
    conferences = [i for i in handled(centre, agent) if i.state == IN_CONFERENCE]
    return any(status.wrap_up_length_ns(centre, agent, i) > 0 for i in conferences)


def leave_work(centre: Centre, agent: Agent, work: str) -> None:
    """Offers are withdrawn, then each held interaction is put back or parked, by id."""
    for offer in offers.open_offers(centre, agent):
        offers.withdraw(centre, offer, "signed_out")
        offers.after_offer_lost(centre, centre.live[offer.interaction])
    for interaction in handled(centre, agent):
        if work == "put_back":
            owned_work.put_back(centre, interaction, agent)
        else:
            put_aside(centre, interaction, agent)


def put_aside(centre: Centre, interaction: Interaction, agent: Agent) -> None:
    """Parked; a consultation ends first, and a conference goes on without the agent."""
    if interaction.parent is not None:
        consulting.end(centre, interaction, agent)
        return
    if interaction.state == IN_CONFERENCE:
        if interaction.external:
            consulting.leave_to_external(centre, interaction, agent)
        else:
            consulting.hand_over(centre, interaction, agent)
        return
    if interaction.state == CONSULTING:
        enter(centre, interaction, HANDLING)
        interaction.external = False
        emit(centre, "consult_ended", interaction=interaction, agent=agent)
        consulting.end_leg(centre, interaction, "consult_ended")
    owned_work.park(centre, interaction, agent)
