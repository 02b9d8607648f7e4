"""Which members serve: those from whom something may be expected (PRES-9)."""

from __future__ import annotations

from huntgroup.testing.reference import presence
from huntgroup.testing.reference.state import HANDLED, OFFERED, Agent, Centre, Queue, Staffing

NO_TIER = 256
"""Above every tier."""


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


def staffing(centre: Centre) -> Staffing:
    """How every queue is staffed now. O(memberships)."""
    found = Staffing()
    for agent in centre.present_agents():
        now = presence.standing(centre, agent)
        for membership in agent.memberships.values():
            queue = centre.queues[membership.queue]
            if serves(centre, agent, queue, now):
                found.serving.add((agent.index, queue.index))
                found.lowest[queue.index] = min(membership.tier, found.lowest.get(queue.index, NO_TIER))
    found.at_most.update(queue.index for queue in centre.present_queues() if is_at_most(centre, queue))
    return found


def serving_count(centre: Centre, queue: Queue) -> int:
    """How many members serve. O(agents)."""
    # PRES-10.
    return sum(serves(centre, agent, queue) for agent in centre.present_agents())


def lower_tier_serves(centre: Centre, queue: Queue, tier: int) -> bool:
    """Does a member of a lower tier serve? O(agents)."""
    # ELIG-22.
    return any(
        serves(centre, agent, queue)
        for agent in centre.present_agents()
        if queue.index in agent.memberships and agent.memberships[queue.index].tier < tier
    )


def staffed_before(centre: Centre, queue: Queue) -> bool:
    """Did somebody serve there when the step began?"""
    return any(place == queue.index for _, place in centre.shown.staffing.serving)


def unstaffed_since_ns(centre: Centre, queue: Queue) -> int | None:
    """The instant since which nobody serves in the queue, None while somebody does. O(agents)."""
    # PRES-10.
    if serving_count(centre, queue):
        return None
    return centre.now_ns if staffed_before(centre, queue) else queue.unstaffed_since_ns


def note_unstaffed(centre: Centre) -> None:
    """At the end of a step, before it is shown, for the queues in which the last member ceased to serve in
    this step."""
    for queue in centre.present_queues():
        since_ns = unstaffed_since_ns(centre, queue)
        if since_ns is not None:
            queue.unstaffed_since_ns = since_ns


def held_of(centre: Centre, queue: Queue, agent: Agent) -> int:
    """How many of the queue's interactions the agent handles or is offered."""
    return sum(centre.live[number].queue == queue.index for number in agent.held)


def is_at_most(centre: Centre, queue: Queue) -> bool:
    """Are as many of the queue's interactions offered or handled as `max_handled` allows?"""
    # ELIG-6, PRES-12.
    in_hand = sum(i.queue == queue.index and i.state in (OFFERED, *HANDLED) for i in centre.live.values())
    return queue.max_handled is not None and in_hand >= queue.max_handled


def note_changes(centre: Centre) -> None:
    """MATCH-4: waiting interactions are affected if nobody of a lower tier serves any more, if there is room
    under `max_handled` again, or if the agent for whom they are kept ceased to serve."""
    # MATCH-28: this is done again after a round, and finds what the offers of that round changed.
    before, now = centre.step.staffing or centre.shown.staffing, staffing(centre)
    centre.step.staffing = now
    ceased = before.serving - now.serving
    for interaction in centre.waiting():
        queue = centre.queue_of(interaction)
        assert queue is not None
        lowest_rose = now.lowest.get(queue.index, NO_TIER) > before.lowest.get(queue.index, NO_TIER)
        if (
            (interaction.preferred, queue.index) in ceased
            or (queue.index in before.at_most and queue.index not in now.at_most)
            or (queue.delays == "while_staffed" and lowest_rose)
        ):
            centre.step.affected.add(interaction.id)
