"""The order of waiting interactions, and what time does to them (section 5 of docs/SEMANTICS.md)."""

from __future__ import annotations

from huntgroup import limits
from huntgroup.testing.reference import eligibility, offers, open_time, serving
from huntgroup.testing.reference.state import (
    ABANDONED,
    QUEUED,
    Centre,
    Interaction,
    Queue,
    emit,
)

"""The number of queues that one wait may leave by overflow."""


def order_key(centre: Centre, interaction: Interaction) -> tuple[int, int, int]:
    """Ascending: the first is served first, over all queues."""
    # WAIT-1.
    queue = centre.queue_of(interaction)
    assert queue is not None
    credit_ns = interaction.priority * queue.credit_ns
    return interaction.queued_at_ns - credit_ns, interaction.queued_at_ns, interaction.id


def enter(centre: Centre, interaction: Interaction, queue: Queue) -> None:
    """The interaction is in this queue now; its requirements are brought up to date elsewhere."""
    # NUM-6.
    interaction.queue = queue.index
    interaction.recall = None
    interaction.entered_at_ns = centre.now_ns
    interaction.passed_over = False
    interaction.shut = not queue.is_open
    look_at_waits(centre, interaction)


def start_wait(
    centre: Centre, interaction: Interaction, queue: Queue, arrived_at_ns: int | None = None
) -> None:
    """A new wait begins in this queue, with the requirements of the start: arrival or transfer. An
    interaction that arrived before (CHANGE-19) has waited already."""
    # WAIT-2, WAIT-10.
    interaction.queued_at_ns = centre.now_ns if arrived_at_ns is None else arrived_at_ns
    interaction.waited_ns = None
    interaction.left_queues.clear()
    enter(centre, interaction, queue)
    waited_ns = open_time.waited_ns(queue, interaction.queued_at_ns, centre.now_ns)
    eligibility.bring_requirements_up_to_date(interaction, queue, waited_ns)


def look_at_waits(centre: Centre, interaction: Interaction) -> None:
    """Every delay and wait that has ended by now has ended for the interaction."""
    # STEP-5.
    interaction.delays_done_ns = interaction.waits_done_ns = centre.now_ns


def bring_up_to_date(centre: Centre, interaction: Interaction) -> None:
    """After being put back, or where its queue was changed: relaxation, overflow, limit, each as far as it is
    due by now (WAIT-6)."""
    # WAIT-6.
    look_at_waits(centre, interaction)
    interaction.passed_over = False
    here = centre.queue_of(interaction)
    if here is not None and here.is_open:
        interaction.shut = False
    relax(centre, interaction)
    if overflow_is_due(centre, interaction) and overflow(centre, interaction):
        return
    if limit_is_due(centre, interaction):
        time_out(centre, interaction)


def relax(centre: Centre, interaction: Interaction) -> bool:
    """Bring both requirements to the step that is due; True, and one event, if what is asked for differs."""
    queue = centre.queue_of(interaction)
    assert queue is not None
    waited_ns = open_time.waited_ns(queue, interaction.queued_at_ns, centre.now_ns)
    differs = eligibility.bring_requirements_up_to_date(interaction, queue, waited_ns)
    if differs:
        emit(centre, "requirement_relaxed", interaction=interaction, queue=queue)
    return differs


def overflow_due_ns(centre: Centre, interaction: Interaction) -> int | None:
    """The instant at which the interaction overflows; None if it does not, or was passed over in this
    queue."""
    # WAIT-3.
    queue = centre.queue_of(interaction)
    assert queue is not None
    if queue.overflow is None or interaction.passed_over:
        return None
    return open_time.due_ns(queue, interaction.queued_at_ns, queue.overflow[0])


def overflow_is_due(centre: Centre, interaction: Interaction) -> bool:
    """Is the overflow due by now?"""
    due_ns = overflow_due_ns(centre, interaction)
    return due_ns is not None and due_ns <= centre.now_ns


def overflow(centre: Centre, interaction: Interaction) -> bool:
    """Move to the overflow queue if that takes it, and look no further: True if it moved."""
    # WAIT-9.
    queue, target = centre.queue_of(interaction), open_target(centre, interaction)
    assert queue is not None
    if target is None:
        interaction.passed_over = True
        return False
    interaction.left_queues.add(queue.index)
    queue.overflowed += offers.closes_entry(interaction)
    offers.count_entry(interaction, target)
    enter(centre, interaction, target)
    centre.step.entered.add(interaction.id)
    # A requirement that the new queue has from the start is no relaxation; one that it has by now may be one.
    eligibility.begin_queue_requirement(interaction, target)
    emit(centre, "overflowed", interaction=interaction, queue=target, other=queue.index)
    relax(centre, interaction)
    return True


def open_target(centre: Centre, interaction: Interaction) -> Queue | None:
    """The overflow target, unless it is gone, closed, full, of another channel or left already, or the wait
    has left as many queues as it may (WAIT-8, WAIT-23)."""
    # WAIT-8, WAIT-23.
    queue = centre.queue_of(interaction)
    assert queue is not None
    target = None if queue.overflow_target is None else centre.queues[queue.overflow_target]
    if target is None or target.index == queue.index or target.channel != interaction.channel:
        return None
    if target.index in interaction.left_queues or len(interaction.left_queues) >= limits.MAX_OVERFLOWS:
        return None
    return target if target.is_open and not is_full(centre, target) else None


def is_full(centre: Centre, queue: Queue) -> bool:
    """Do as many wait as may wait?"""
    return queue.max_waiting is not None and len(centre.waiting(queue)) >= queue.max_waiting


def max_wait_due_ns(centre: Centre, interaction: Interaction, by_ns: int | None = None) -> int | None:
    """The instant at which the interaction gives up its place; None if it never does, or not by `by_ns`."""
    queue = centre.queue_of(interaction)
    assert queue is not None
    # A caller who will be called back has hung up already: the limit on waiting does not matter any more.
    if queue.max_wait_ns is None or interaction.callback or interaction.customer is not None:
        return None
    due_ns = open_time.due_ns(queue, interaction.queued_at_ns, queue.max_wait_ns)
    return due_ns if by_ns is None or (due_ns is not None and due_ns <= by_ns) else None


def unstaffed_due_ns(centre: Centre, interaction: Interaction) -> int | None:
    """The instant at which the interaction leaves if nobody comes to serve, None if it does not leave."""
    # WAIT-28.
    queue = centre.queue_of(interaction)
    assert queue is not None
    limit_ns = queue.max_wait_unstaffed_ns
    if limit_ns is None or interaction.callback or interaction.customer is not None:
        return None
    since_ns = serving.unstaffed_since_ns(centre, queue)
    return None if since_ns is None else max(since_ns, interaction.queued_at_ns) + limit_ns


def unstaffed_is_due(centre: Centre, interaction: Interaction) -> bool:
    """Has nobody served for as long as the limit allows?"""
    due_ns = unstaffed_due_ns(centre, interaction)
    return due_ns is not None and due_ns <= centre.now_ns


def limit_is_due(centre: Centre, interaction: Interaction) -> bool:
    """Is it to leave by now?"""
    by_wait = max_wait_due_ns(centre, interaction, centre.now_ns) is not None
    return by_wait or unstaffed_is_due(centre, interaction)


def time_out(centre: Centre, interaction: Interaction) -> None:
    """A limit on waiting acts."""
    # WAIT-15, WAIT-28, CMD-35.
    by_wait = max_wait_due_ns(centre, interaction, centre.now_ns) is not None
    queue = centre.queue_of(interaction)
    assert queue is not None
    assert interaction.state == QUEUED
    offers.finish(centre, interaction, ABANDONED)
    queue.timed_out += offers.closes_entry(interaction)
    reason = None if by_wait else "unstaffed"
    emit(centre, "timed_out", interaction=interaction, queue=queue, reason=reason)
