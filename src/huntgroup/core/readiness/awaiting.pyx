"""Overflows that are due, waiting for their target to open or to have room (WAIT-8, WAIT-21).

                     awaiting table                     interactions
    queue B, full    +---------------------------+
    awaiting_root -> | node, of 12, target B     | ---> 12, waits in A, I_STUCK, awaiting = this row
                     | node, of 15, target B     | ---> 15, waits in C, I_STUCK, awaiting = this row
                     +---------------------------+

Each target keeps the interactions that wait for it as a set in the order of waiting: when a place comes free,
the next one is found in O(log). Only interactions that could go there are in the set, so none that has left
that queue before.
"""

from libc.stdint cimport int32_t, uint8_t, uint32_t

from huntgroup.core.readiness.presence cimport note_room
from huntgroup.core.state.centre cimport (
    Centre, awaiting_at, interaction_at, queue_at, table_give, table_take)
from huntgroup.core.state.awaiting_rows cimport AwaitingRow
from huntgroup.core.state.native cimport (
    HG_NONE, hg_wait_first, hg_wait_insert, hg_wait_less, hg_wait_remove)
from huntgroup.core.state.rows cimport (
    InteractionRow, MAX_OVERFLOWS, Q_ALIVE, Q_AWAITED, Q_OPEN, QueueRow, VisitRow)


cdef bint was_left(Centre *c, uint32_t i, int32_t q) noexcept nogil:
    """Did the interaction leave this queue by overflow during this wait, or as many queues as it may?
    O(queues left), at most MAX_OVERFLOWS: this bounds the cost of a circle of queues whose overflow is
    after 0 seconds."""
    # WAIT-23.
    cdef uint32_t v = interaction_at(c, i).visit_head, left = 0
    while v != HG_NONE:
        if (<VisitRow *> c.visits.rows + v).queue == q:
            return True
        left += 1
        v = (<VisitRow *> c.visits.rows + v).next
    return left >= MAX_OVERFLOWS


cdef int32_t possible_target(Centre *c, uint32_t i) noexcept nogil:
    """The queue to which the interaction could overflow once that is open and has room; -1 if none."""
    # WAIT-8.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef int32_t target = queue_at(c, <uint32_t> row.queue).overflow_queue
    if target < 0 or target == row.queue or not queue_at(c, <uint32_t> target).flags & Q_ALIVE:
        return -1
    if queue_at(c, <uint32_t> target).channel != row.channel or was_left(c, i, target):
        return -1
    return target


cdef bint takes_overflow(Centre *c, uint32_t q) noexcept nogil:
    return queue_at(c, q).flags & Q_OPEN and not queue_full(c, q)


cdef void await_target(Centre *c, uint32_t i) noexcept nogil:
    """A waiting interaction whose overflow is due also waits for the target, if the target may ever take it.
    O(log)."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef int32_t target = possible_target(c, i)
    cdef AwaitingRow *place
    cdef uint32_t at
    if target < 0:
        return
    at = table_take(&c.awaiting)
    if at == HG_NONE:
        c.failed = True
        return
    row = interaction_at(c, i)
    row.awaiting = at
    place = awaiting_at(c, at)
    place.node.key = row.node.key
    place.node.queued_at_ns = row.node.queued_at_ns
    place.node.id = row.node.id
    place.interaction = i
    place.target = <uint32_t> target
    hg_wait_insert(&queue_at(c, <uint32_t> target).awaiting_root, c.awaiting.rows, sizeof(AwaitingRow), at)
    queue_at(c, <uint32_t> target).flags |= Q_AWAITED
    note_room(c, <uint32_t> target)


cdef void await_no_more(Centre *c, uint32_t i) noexcept nogil:
    """Takes the interaction out of the set of its target. O(log)."""
    cdef uint32_t at = interaction_at(c, i).awaiting
    cdef QueueRow *queue = queue_at(c, awaiting_at(c, at).target)
    hg_wait_remove(&queue.awaiting_root, c.awaiting.rows, sizeof(AwaitingRow), at)
    if queue.awaiting_root == HG_NONE:
        queue.flags &= <uint8_t> ~Q_AWAITED
    interaction_at(c, i).awaiting = HG_NONE
    table_give(&c.awaiting, at)


cdef uint32_t first_awaiting(Centre *c) noexcept nogil:
    """The first, in the order of waiting, of the interactions whose target takes one now; or HG_NONE.
    O(targets that opened or had room in this step)."""
    cdef uint32_t best = HG_NONE, k, q, i
    cdef char *nodes = c.interactions.rows
    for k in range(c.targets.count):
        q = (<uint32_t *> c.targets.rows)[k]
        if queue_at(c, q).awaiting_root == HG_NONE or not takes_overflow(c, q):
            continue
        i = awaiting_at(c, hg_wait_first(queue_at(c, q).awaiting_root, c.awaiting.rows,
                                         sizeof(AwaitingRow))).interaction
        if best == HG_NONE or hg_wait_less(nodes, sizeof(InteractionRow), i, best):
            best = i
    return best
