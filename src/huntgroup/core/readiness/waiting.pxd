"""Waiting interactions: in groups of one queue and one requirement in force, each in order of credited
wait."""

from libc.stdint cimport int32_t, int64_t, uint32_t

from huntgroup.core.state.centre cimport Centre, interaction_at, queue_at
from huntgroup.core.state.hours cimport open_time, when_open_for
from huntgroup.core.state.rows cimport InteractionRow, QueueRow


cdef inline int64_t waited_ns(Centre *c, InteractionRow *row) noexcept nogil:
    """The wait so far as the limits of its queue count it: all the time, or open time only (WAIT-26)."""
    if queue_at(c, <uint32_t> row.queue).limits_open:
        return open_time(c, <uint32_t> row.queue, row.node.queued_at_ns, c.now_ns)
    return c.now_ns - row.node.queued_at_ns


cdef inline int64_t due_ns(Centre *c, InteractionRow *row, int64_t after_ns) noexcept nogil:
    """The instant at which its wait reaches this length; HG_NEVER if it never does."""
    if queue_at(c, <uint32_t> row.queue).limits_open:
        return when_open_for(c, <uint32_t> row.queue, row.node.queued_at_ns, after_ns)
    return row.node.queued_at_ns + after_ns


cdef uint32_t find_group(Centre *c, uint32_t q, int32_t queue_requirement,
                         int32_t own_requirement, uint32_t apart) noexcept nogil
cdef void enlist(Centre *c, uint32_t i) noexcept nogil
cdef void delist(Centre *c, uint32_t i) noexcept nogil
cdef void let_in(Centre *c, uint32_t i) noexcept nogil
cdef void let_call_first(Centre *c, uint32_t i) noexcept nogil
cdef uint32_t stands_apart(InteractionRow *row) noexcept nogil
cdef void note_doors(Centre *c, uint32_t i) noexcept nogil
cdef void set_credit(Centre *c, uint32_t i) noexcept nogil
cdef void bring_own_in_force(Centre *c, uint32_t i) noexcept nogil
cdef void begin_queue_requirement(Centre *c, uint32_t i) noexcept nogil
cdef bint relax_in_force(Centre *c, uint32_t i) noexcept nogil
cdef void arm_waits(Centre *c, uint32_t i) noexcept nogil
cdef void disarm_waits(Centre *c, uint32_t i) noexcept nogil
cdef void arm_delay(Centre *c, uint32_t i) noexcept nogil
cdef void arm_relax(Centre *c, uint32_t i) noexcept nogil
cdef void arm_revisit(Centre *c, uint32_t i) noexcept nogil
cdef bint is_kept(Centre *c, uint32_t i) noexcept nogil
cdef int64_t declined_at(Centre *c, uint32_t i, uint32_t a) noexcept nogil
cdef int64_t asked_at(Centre *c, uint32_t i, uint32_t a) noexcept nogil
cdef bint stands_back(Centre *c, uint32_t i, uint32_t a) noexcept nogil
cdef uint32_t decline_of(Centre *c, uint32_t i, uint32_t a) noexcept nogil
cdef void note_decline(Centre *c, uint32_t i, uint32_t a) noexcept nogil
cdef void forget_decline(Centre *c, uint32_t i, uint32_t a) noexcept nogil
cdef void note_asked(Centre *c, uint32_t i, uint32_t a) noexcept nogil
cdef void drop_decline(Centre *c, uint32_t d) noexcept nogil
cdef void forget_declines(Centre *c, uint32_t i) noexcept nogil
cdef void forget_visits(Centre *c, uint32_t i) noexcept nogil
cdef uint32_t membership_of(Centre *c, uint32_t a, uint32_t q) noexcept nogil
cdef uint32_t ahead_of(Centre *c, uint32_t i) noexcept nogil
cdef void keep_for_preferred(Centre *c, uint32_t i) noexcept nogil
cdef void unkeep(Centre *c, uint32_t i) noexcept nogil
cdef void free_preferred(Centre *c, uint32_t a, uint32_t q) noexcept nogil


cdef inline bint bring_in_force(Centre *c, uint32_t i) noexcept nogil:
    """Relaxes the requirement as far as the wait allows; whether that changed it. Not while enlisted."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef QueueRow *queue = queue_at(c, <uint32_t> row.queue)
    cdef int32_t of_queue = queue.requirement, own = row.requirement
    cdef bint changed
    if queue.relax_count | row.relax_count:
        return relax_in_force(c, i)
    changed = of_queue != row.queue_requirement or own != row.own_requirement
    row.queue_requirement = of_queue
    row.own_requirement = own
    return changed
