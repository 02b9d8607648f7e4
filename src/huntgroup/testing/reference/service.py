"""Service presence: how a queue looks from outside, counted by a look at every member."""

from __future__ import annotations

from dataclasses import dataclass

from huntgroup.testing.reference import eligibility, presence, serving
from huntgroup.testing.reference.state import Agent, Centre, Queue

PRESENCES = ("available", "busy", "absent", "closed")
"""Outward presences, best first."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of a queue, a group or the centre at one moment. `oldest_ns` is 0 if nobody waits."""

    logged_in: int
    ready: int
    waiting: int
    oldest_ns: int
    presence: str
    agents_logged_in: int
    agents_ready: int


@dataclass(frozen=True, slots=True)
class Worker:
    """The facts of an agent at one moment that the counts need."""

    agent: Agent
    shown_status: str
    counts_as_logged_in: bool
    is_ready: bool
    ready_queues: list[int]


def staff(centre: Centre) -> list[Worker]:
    """Every agent as of now, by index. O(agents x queues)."""
    workers = []
    for agent in centre.present_agents():
        now = presence.standing(centre, agent)
        logged_in = presence.counts_as_logged_in(now)
        is_ready = bool(eligibility.ready_queues(centre, agent, now))
        ready = eligibility.shown_ready(centre, agent, now)
        workers.append(Worker(agent, now.shown.name, logged_in, is_ready, ready))
    return workers


def queue_counts(centre: Centre, queue: Queue, workers: list[Worker]) -> Counts:
    """The counts of one queue over `staff`. O(agents + interactions)."""
    # PRES-2, PRES-3, PRES-4.
    logged_in, ready = len(_logged_in(queue, workers)), len(_ready(centre, queue, workers))
    waiting = centre.waiting(queue)
    oldest_ns = max((centre.now_ns - i.queued_at_ns for i in waiting), default=0)
    if not queue.is_open:
        outward = "closed"
    elif ready:
        outward = "available"
    else:
        outward = "busy" if logged_in else "absent"
    return Counts(logged_in, ready, len(waiting), oldest_ns, outward, logged_in, ready)


def _logged_in(queue: Queue, workers: list[Worker]) -> list[int]:
    """The agents who are in service in the queue."""
    return [
        worker.agent.index
        for worker in workers
        if worker.counts_as_logged_in
        and queue.index in worker.agent.memberships
        and worker.agent.memberships[queue.index].logged_in
    ]


def _ready(centre: Centre, queue: Queue, workers: list[Worker]) -> list[int]:
    """The agents who are ready in the queue and meet its unrelaxed requirement."""
    required = [] if queue.requires is None else [queue.requires]
    return [
        worker.agent.index
        for worker in workers
        if queue.index in worker.ready_queues and eligibility.meets(centre, worker.agent, required)
    ]


def total_counts(centre: Centre, queues: list[Queue]) -> Counts:
    """The sums over these queues, their agents counted once, and the best of their presences."""
    # PRES-6, PRES-11.
    workers = staff(centre)
    each = [queue_counts(centre, queue, workers) for queue in queues]
    return Counts(
        sum(counts.logged_in for counts in each),
        sum(counts.ready for counts in each),
        sum(counts.waiting for counts in each),
        max((counts.oldest_ns for counts in each), default=0),
        min((counts.presence for counts in each), key=PRESENCES.index, default="absent"),
        len({index for queue in queues for index in _logged_in(queue, workers)}),
        len({index for queue in queues for index in _ready(centre, queue, workers)}),
    )


def group_queues(centre: Centre, group: str) -> list[Queue]:
    """The queues of the group, by index."""
    return [queue for queue in centre.present_queues() if queue.group == group]


def estimated_wait_ns(centre: Centre, queue: Queue, position: int | None = None) -> float | None:
    """The position times the mean recent handling time, divided by the number of members who serve. Without a
    position, that of the next arrival."""
    # NUM-1, NUM-2.
    recent, count = queue.recent_handling_ns, serving.serving_count(centre, queue)
    if not recent or not count:
        return None
    place = len(centre.waiting(queue)) + 1 if position is None else position
    return place * sum(recent) / len(recent) / count
