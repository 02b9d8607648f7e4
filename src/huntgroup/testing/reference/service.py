"""The service that a queue shows to the outside, counted by looking at every member."""

from __future__ import annotations

from dataclasses import dataclass

from huntgroup.testing.reference import eligibility, presence
from huntgroup.testing.reference.state import Centre, Queue

PRESENCES = ("available", "busy", "absent", "closed")
"""Outward presences, best first."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What is known of a queue, a group or the centre at one moment. `oldest_ns` is 0 where nobody waits."""

    logged_in: int
    ready: int
    waiting: int
    oldest_ns: int
    presence: str


def queue_counts(centre: Centre, queue: Queue) -> Counts:
    """The counts of one queue. O(agents + interactions)."""
    logged_in = ready = 0
    required = [] if queue.requires is None else [queue.requires]
    for agent in centre.present_agents():
        membership = agent.memberships.get(queue.index)
        if membership is None or not membership.logged_in:
            continue
        logged_in += presence.counts_as_logged_in(centre, agent)
        ready += eligibility.is_ready_in(centre, agent, membership) and eligibility.meets(
            centre, agent, required
        )
    waiting = centre.waiting(queue)
    oldest_ns = max((centre.now_ns - i.queued_at_ns for i in waiting), default=0)
    if not queue.is_open:
        outward = "closed"
    elif ready:
        outward = "available"
    else:
        outward = "busy" if logged_in else "absent"
    return Counts(logged_in, ready, len(waiting), oldest_ns, outward)


def total_counts(centre: Centre, queues: list[Queue]) -> Counts:
    """The sums over these queues, and the best of their presences."""
    each = [queue_counts(centre, queue) for queue in queues]
    return Counts(
        sum(counts.logged_in for counts in each),
        sum(counts.ready for counts in each),
        sum(counts.waiting for counts in each),
        max((counts.oldest_ns for counts in each), default=0),
        min((counts.presence for counts in each), key=PRESENCES.index, default="absent"),
    )


def group_queues(centre: Centre, group: str) -> list[Queue]:
    """The queues of the group, by index."""
    return [queue for queue in centre.present_queues() if queue.group == group]


def estimated_wait_ns(centre: Centre, queue: Queue, position: int | None = None) -> float | None:
    """The position, times the mean recent handling, divided by the agents logged in. Without a position that
    of the next to come."""
    counts = queue_counts(centre, queue)
    recent = queue.recent_handling_ns
    if not recent or not counts.logged_in:
        return None
    place = counts.waiting + 1 if position is None else position
    return place * sum(recent) / len(recent) / counts.logged_in
