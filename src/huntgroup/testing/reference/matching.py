"""The two decisions, and when each is taken (section 6 of docs/SEMANTICS.md)."""

from __future__ import annotations

from huntgroup.testing.reference import eligibility, explained, offers, presence, strategies, waiting
from huntgroup.testing.reference.state import DIALING, QUEUED, Agent, Centre, Interaction, emit, enter


def match(centre: Centre) -> None:
    """Make the offers that the step in progress made possible."""
    # MATCH-3, MATCH-4, MATCH-5, MATCH-6.
    step = centre.step
    gained = [
        agent for agent in centre.present_agents() if agent.index in step.gained and is_ready(centre, agent)
    ]
    if len(gained) == 1 and not step.affected:
        while select_interaction(centre, gained[0]):
            pass
        return
    reached = {
        membership.queue
        for agent in gained
        for membership in agent.memberships.values()
        if membership.logged_in
    }
    affected = [i for i in centre.waiting() if i.id in step.affected or i.queue in reached]
    for interaction in sorted(affected, key=lambda i: waiting.order_key(centre, i)):
        select_agent(centre, interaction)


def is_ready(centre: Centre, agent: Agent) -> bool:
    """Ready in at least one queue?"""
    return bool(eligibility.ready_queues(centre, agent, presence.standing(centre, agent)))


def eligible_agents(centre: Centre, interaction: Interaction) -> list[Agent]:
    """Every agent who may be offered the interaction now, by index. O(agents)."""
    queue = centre.queue_of(interaction)
    assert queue is not None
    return [
        agent
        for agent in centre.present_agents()
        if eligibility.is_eligible(centre, agent, interaction, queue)
    ]


def select_agent(centre: Centre, interaction: Interaction) -> bool:
    """The interaction looks for an agent. True if one was found and is being asked."""
    # OFFER-2, MATCH-20.
    queue = centre.queue_of(interaction)
    eligible = eligible_agents(centre, interaction)
    if queue is None or not eligible:
        return False
    asked = strategies.choose(centre, interaction, queue, eligible)
    if interaction.customer == "first":
        dial_customer(centre, interaction, min(asked, key=lambda agent: agent.index))
        return True
    explained.note(centre, interaction, queue, asked, eligible)
    for agent in asked:
        offers.make_offer(centre, interaction, agent, queue)
    return True


def select_interaction(centre: Centre, agent: Agent) -> bool:
    """The agent looks for an interaction. True if one was found and is being offered."""
    # MATCH-7.
    takeable = [i for i in centre.waiting() if _may_take(centre, agent, i)]
    if not takeable:
        return False
    chosen = min(takeable, key=lambda i: (_rank(agent, i), waiting.order_key(centre, i)))
    queue = centre.queue_of(chosen)
    assert queue is not None
    if queue.strategy == "ring_all":
        return select_agent(centre, chosen)
    if chosen.customer == "first":
        dial_customer(centre, chosen, agent)
        return True
    explained.note(centre, chosen, queue, [agent], None)
    offers.make_offer(centre, chosen, agent, queue)
    return True


def dial_customer(centre: Centre, interaction: Interaction, agent: Agent) -> None:
    """This agent could be asked, and the customer is dialled for it first. The interaction is not kept for
    the agent, but no second customer is dialled for it."""
    # CALL-6.
    interaction.dialled_for, agent.dialled_for = agent.index, interaction.id
    enter(centre, interaction, DIALING)
    interaction.callback_not_before_ns = None
    emit(centre, "dialing", interaction=interaction, queue=centre.queue_of(interaction))


def _may_take(centre: Centre, agent: Agent, interaction: Interaction) -> bool:
    queue = centre.queue_of(interaction)
    assert queue is not None
    return interaction.state == QUEUED and eligibility.is_eligible(centre, agent, interaction, queue)


def _rank(agent: Agent, interaction: Interaction) -> int:
    assert interaction.queue is not None
    return agent.memberships[interaction.queue].rank
