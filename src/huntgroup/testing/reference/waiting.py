"""Those who wait: their order, and what time does to them (section 5 of docs/SEMANTICS.md)."""

from __future__ import annotations

from huntgroup.testing.reference import counters, eligibility, offers
from huntgroup.testing.reference.state import (
    ABANDONED,
    QUEUED,
    SECOND,
    Centre,
    Interaction,
    Queue,
    emit,
)


def order_key(centre: Centre, interaction: Interaction) -> tuple[int, int, int]:
    """Ascending: who is served first, over all queues."""
    queue = centre.queue_of(interaction)
    assert queue is not None
    credit_ns = interaction.priority * queue.seconds_per_priority * SECOND
    return interaction.queued_at_ns - credit_ns, interaction.queued_at_ns, interaction.id


def enter(centre: Centre, interaction: Interaction, queue: Queue) -> None:
    """The interaction is in this queue now; its requirements are brought up to date apart."""
    interaction.queue = queue.index
    interaction.entered_at_ns = centre.now_ns
    interaction.overflow_tried = False
    look_at_waits(centre, interaction)


def start_wait(centre: Centre, interaction: Interaction, queue: Queue) -> None:
    """A new wait begins in this queue, with the requirements of the start: arrival, or a transfer."""
    interaction.queued_at_ns = centre.now_ns
    interaction.waited_ns = None
    interaction.left_queues.clear()
    enter(centre, interaction, queue)
    eligibility.bring_requirements_up_to_date(interaction, queue, 0)


def look_at_waits(centre: Centre, interaction: Interaction) -> None:
    """Every delay and wait that has ended by now has ended for the interaction."""
    interaction.delays_done_ns = interaction.waits_done_ns = centre.now_ns


def bring_up_to_date(centre: Centre, interaction: Interaction) -> None:
    """After being put back or moved: relaxation, overflow, limit, each as far as it is due by now."""
    look_at_waits(centre, interaction)
    while True:
        relax(centre, interaction)
        if not overflow_is_due(centre, interaction) or not overflow(centre, interaction):
            break
    if max_wait_due_ns(centre, interaction, centre.now_ns) is not None:
        time_out(centre, interaction)


def relax(centre: Centre, interaction: Interaction) -> bool:
    """Bring both requirements to the step that is due; True, and one event, if what is asked for differs."""
    queue = centre.queue_of(interaction)
    assert queue is not None
    waited_ns = centre.now_ns - interaction.queued_at_ns
    differs = eligibility.bring_requirements_up_to_date(interaction, queue, waited_ns)
    if differs:
        emit(centre, "requirement_relaxed", interaction=interaction, queue=queue)
    return differs


def overflow_due_ns(centre: Centre, interaction: Interaction) -> int | None:
    """When the interaction moves on, None if it does not, or has been passed over in this queue."""
    queue = centre.queue_of(interaction)
    assert queue is not None
    if queue.overflow is None or interaction.overflow_tried:
        return None
    return interaction.queued_at_ns + queue.overflow[0]


def overflow_is_due(centre: Centre, interaction: Interaction) -> bool:
    """Is the overflow due by now?"""
    due_ns = overflow_due_ns(centre, interaction)
    return due_ns is not None and due_ns <= centre.now_ns


def overflow(centre: Centre, interaction: Interaction) -> bool:
    """Move to the overflow queue unless it is gone, closed, full or left already. True if moved."""
    queue = centre.queue_of(interaction)
    assert queue is not None
    interaction.overflow_tried = True
    target = None if queue.overflow_target is None else centre.queues[queue.overflow_target]
    if target is None or target.removed:
        return False
    if target.index == queue.index or target.index in interaction.left_queues:
        return False
    if target.channel != interaction.channel or not target.is_open or is_full(centre, target):
        return False
    interaction.left_queues.add(queue.index)
    counters.end_entry(centre, interaction, "overflowed")
    counters.begin_entry(interaction, target)
    enter(centre, interaction, target)
    # What the new queue asks for from the start is no relaxation; what it would ask for by now may be one.
    eligibility.begin_queue_requirement(interaction, target)
    emit(centre, "overflowed", interaction=interaction, queue=target, other=queue.index)
    return True


def is_full(centre: Centre, queue: Queue) -> bool:
    """Do as many wait as may wait?"""
    return queue.max_waiting is not None and len(centre.waiting(queue)) >= queue.max_waiting


def max_wait_due_ns(centre: Centre, interaction: Interaction, by_ns: int | None = None) -> int | None:
    """When the interaction gives up its place, None if it never does, or not by `by_ns`."""
    queue = centre.queue_of(interaction)
    assert queue is not None
    # Who will be called back has hung up already: the limit on waiting means nothing any more.
    if queue.max_wait_ns is None or interaction.callback:
        return None
    due_ns = interaction.queued_at_ns + queue.max_wait_ns
    return due_ns if by_ns is None or due_ns <= by_ns else None


def time_out(centre: Centre, interaction: Interaction) -> None:
    """The limit on waiting acts."""
    queue = centre.queue_of(interaction)
    assert queue is not None
    assert interaction.state == QUEUED
    counters.end_entry(centre, interaction, "timed_out")
    offers.finish(centre, interaction, ABANDONED)
    emit(centre, "timed_out", interaction=interaction, queue=queue)
