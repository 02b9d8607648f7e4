"""Who serves: the members of whom something may be hoped for (PRES-9)."""

from __future__ import annotations

from huntgroup.testing.reference import presence
from huntgroup.testing.reference.state import Agent, Centre, Queue


def serves(centre: Centre, agent: Agent, queue: Queue, now: presence.Standing | None = None) -> bool:
    """In service, not about to leave, and receiving or at work."""
    # PRES-8, PRES-9.
    membership = agent.memberships.get(queue.index)
    if membership is None or not membership.logged_in or agent.pending is not None:
        return False
    now = presence.standing(centre, agent) if now is None else now
    if not presence.counts_as_logged_in(now):
        return False
    works = bool(agent.held or agent.wrap_ups)
    return works or presence.status_takes_queued(centre, agent, queue, now)


def everybody(centre: Centre) -> set[tuple[int, int]]:
    """Who serves where, as indices of agent and queue. O(memberships)."""
    found = set()
    for agent in centre.present_agents():
        now = presence.standing(centre, agent)
        for membership in agent.memberships.values():
            if serves(centre, agent, centre.queues[membership.queue], now):
                found.add((agent.index, membership.queue))
    return found


def serving_count(centre: Centre, queue: Queue) -> int:
    """How many members serve. O(agents)."""
    # PRES-10.
    return sum(serves(centre, agent, queue) for agent in centre.present_agents())


def note_changes(centre: Centre) -> None:
    """What waits for an agent who ceased to serve in its queue is affected (MATCH-4)."""
    ceased = centre.shown.serving - everybody(centre)
    for interaction in centre.waiting():
        if (interaction.preferred, interaction.queue) in ceased:
            centre.step.affected.add(interaction.id)
