"""What the limits of a queue do: entries refused, relaxation, overflow and max_wait (docs/SEMANTICS.md,
section 5)."""

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t

from huntgroup.core.readiness.awaiting cimport possible_target, takes_overflow, was_left
from huntgroup.core.readiness.staffing cimport unstaffed_due
from huntgroup.core.readiness.waiting cimport begin_queue_requirement, bring_in_force, waited_ns
from huntgroup.core.state.centre cimport Centre, interaction_at, queue_at, table_take
from huntgroup.core.state.codes cimport (
    EV_ENTRY_REFUSED, EV_OVERFLOWED, EV_REQUIREMENT_RELAXED, EV_TIMED_OUT, R_QUEUE_CLOSED, WHY_CLOSED,
    WHY_NONE, WHY_UNSTAFFED)
from huntgroup.core.state.events cimport emit
from huntgroup.core.state.native cimport HG_NONE
from huntgroup.core.state.rows cimport (
    EventRow, I_CALLBACK, I_ENTRY_OPEN, I_SHUT, I_STUCK, InteractionRow, Q_OPEN, QueueRow, S_ABANDONED,
    VisitRow)
from huntgroup.core.steps.offers cimport finish


cdef void refuse_entry(Centre *c, int32_t q, int result) noexcept nogil:
    """An entry that the queue itself refuses is a step of its own: one event, one counter (WAIT-25)."""
    cdef EventRow *e
    queue_at(c, <uint32_t> q).refused[result - R_QUEUE_CLOSED] += 1
    e = emit(c, EV_ENTRY_REFUSED, -1, -1, q, -1)
    if e != NULL:
        e.reason = <uint16_t> (WHY_CLOSED + result - R_QUEUE_CLOSED)


cdef bint may_overflow(Centre *c, uint32_t i) noexcept nogil:
    """Does the overflow target of its queue take it now? If not, it is marked as stuck until the target
    does."""
    cdef int32_t target = possible_target(c, i)
    if target >= 0 and takes_overflow(c, <uint32_t> target):
        return True
    interaction_at(c, i).flags |= I_STUCK
    return False


cdef void note_left(Centre *c, uint32_t i) noexcept nogil:
    """The interaction leaves its queue; no overflow brings it back there (CHANGE-10)."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef VisitRow *visit
    cdef uint32_t v
    if row.queue < 0 or was_left(c, i, row.queue):
        return
    v = table_take(&c.visits)
    if v == HG_NONE:
        c.failed = True
        return
    visit = <VisitRow *> c.visits.rows + v
    visit.queue = row.queue
    visit.next = row.visit_head
    row.visit_head = v


cdef bint overflow(Centre *c, uint32_t i) noexcept nogil:
    """Moves the interaction to its queue's overflow target, if that takes it."""
    # WAIT-9, NUM-6.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef QueueRow *queue = queue_at(c, <uint32_t> row.queue)
    cdef int32_t target = queue.overflow_queue
    cdef QueueRow *other
    cdef EventRow *e
    if not may_overflow(c, i):
        return False
    other = queue_at(c, <uint32_t> target)
    note_left(c, i)
    if row.flags & I_ENTRY_OPEN:
        queue.overflowed += 1
    row.flags |= I_ENTRY_OPEN
    queue.live_count -= 1
    other.live_count += 1
    other.entered += 1
    e = emit(c, EV_OVERFLOWED, -1, row.node.id, target, -1)
    if e != NULL:
        e.other = row.queue
    row.queue = target
    row.entered_ns = c.now_ns
    row.flags &= ~<uint16_t> (I_STUCK | I_SHUT)
    begin_queue_requirement(c, i)
    return True


cdef void relax_by_now(Centre *c, uint32_t i) noexcept nogil:
    if bring_in_force(c, i):
        emit(c, EV_REQUIREMENT_RELAXED, -1, interaction_at(c, i).node.id, interaction_at(c, i).queue, -1)


cdef void time_out(Centre *c, uint32_t i, int reason) noexcept nogil:
    """A limit on waiting acts."""
    # WAIT-15, WAIT-28, CMD-35.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef EventRow *e = emit(c, EV_TIMED_OUT, -1, row.node.id, row.queue, -1)
    if e != NULL:
        e.reason = <uint16_t> reason
    if row.flags & I_ENTRY_OPEN:
        queue_at(c, <uint32_t> row.queue).timed_out += 1
    finish(c, i, S_ABANDONED, False)


cdef bint bring_up_to_date(Centre *c, uint32_t i) noexcept nogil:
    """Applies relaxation, overflow, max_wait and max_wait_unstaffed for the wait so far (WAIT-6); False if
    the interaction left. Not to be called while it is enlisted. An interaction that overflows looks for an
    agent in the new queue before that queue's limits act (WAIT-20)."""
    # WAIT-6.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef QueueRow *queue = queue_at(c, <uint32_t> row.queue)
    cdef int64_t waited = waited_ns(c, row)
    if row.flags & I_SHUT and queue.flags & Q_OPEN:
        row.flags &= ~<uint16_t> I_SHUT
    relax_by_now(c, i)
    if queue.overflow_queue != -1 and waited >= queue.overflow_after_ns:
        if overflow(c, i):
            relax_by_now(c, i)
            return True
    else:
        row.flags &= ~<uint16_t> I_STUCK
    if queue.max_wait_ns >= 0 and waited >= queue.max_wait_ns and not row.flags & I_CALLBACK and (
            row.customer < 0):
        time_out(c, i, WHY_NONE)
        return False
    if unstaffed_due(row, queue) <= c.now_ns:
        time_out(c, i, WHY_UNSTAFFED)
        return False
    return True
