"""The kept counts and the outward presence of queues, of their groups and of the whole centre."""

from libc.stdint cimport int32_t, int64_t, uint32_t

from huntgroup.core.state.centre cimport Centre, push_u32, queue_at, queue_group_at
from huntgroup.core.state.rows cimport AgentRow, Q_DIRTY, QueueRow


cdef int outward(QueueRow *row) noexcept nogil
cdef int best(uint32_t *by_presence) noexcept nogil
cdef void tell_presence(Centre *c) noexcept nogil
cdef void count_watches(Centre *c, uint32_t a, int32_t queue, int ready, int logged_in) noexcept nogil
cdef void recount(Centre *c, uint32_t a, int by) noexcept nogil
cdef void count_groups(Centre *c, uint32_t a, int by) noexcept nogil
cdef void regroup_members(Centre *c, uint32_t q, int32_t group) noexcept nogil


cdef inline void mark_dirty(Centre *c, uint32_t q) noexcept nogil:
    """The queue's presence may have changed: it is compared at the end of the step."""
    cdef QueueRow *row = queue_at(c, q)
    if not row.flags & Q_DIRTY:
        row.flags |= Q_DIRTY
        push_u32(&c.dirty, q)


cdef inline void count_ready(Centre *c, QueueRow *row, uint32_t q, int by) noexcept nogil:
    """One ready member more (1) or less (-1), for the queue, its group and the centre. The outward presence
    depends on whether there is any."""
    row.ready_count += <uint32_t> by
    c.total.ready += by
    if row.queue_group >= 0:
        queue_group_at(c, <uint32_t> row.queue_group).ready += by
    if row.ready_count == <uint32_t> (by > 0):
        mark_dirty(c, q)


cdef inline void count_ready_member(Centre *c, AgentRow *agent, QueueRow *row, uint32_t q,
                                    int by) noexcept nogil:
    """The same for a member of this agent, who is counted once in the centre's total."""
    count_ready(c, row, q, by)
    agent.meeting_count += <uint32_t> by
    if agent.meeting_count == <uint32_t> (by > 0):
        c.total.agents_ready += by


cdef inline void count_logged_in(Centre *c, AgentRow *agent, QueueRow *row, uint32_t q,
                                 int by) noexcept nogil:
    """One member logged in more or less, of this agent."""
    agent.counted_count += <uint32_t> by
    if agent.counted_count == <uint32_t> (by > 0):
        c.total.agents_logged_in += by
    row.logged_in_count += <uint32_t> by
    c.total.logged_in += by
    if row.queue_group >= 0:
        queue_group_at(c, <uint32_t> row.queue_group).logged_in += by
    if row.logged_in_count == <uint32_t> (by > 0):
        mark_dirty(c, q)


cdef inline void count_waiting(Centre *c, QueueRow *row, int by) noexcept nogil:
    """One who waits more or less; the outward presence does not depend on it."""
    row.waiting_count += <uint32_t> by
    c.total.waiting += by
    if row.queue_group >= 0:
        queue_group_at(c, <uint32_t> row.queue_group).waiting += by
