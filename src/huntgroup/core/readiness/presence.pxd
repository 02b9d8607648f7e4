"""The kept counts and the outward presence of queues, of their groups and of the whole centre."""

from libc.stdint cimport int32_t, int64_t, uint32_t

from huntgroup.core.state.centre cimport Centre, push_u32, queue_at, queue_group_at
from huntgroup.core.state.rows cimport AgentRow, A_COUNTED_READY, P_ABSENT, Q_AWAITED, Q_DIRTY, QueueRow


cdef int outward(QueueRow *row) noexcept nogil
cdef void tell_changes(Centre *c) noexcept nogil
cdef void count_watches(Centre *c, uint32_t a, int32_t queue, int ready, int logged_in) noexcept nogil
cdef void recount(Centre *c, uint32_t a, int by) noexcept nogil
cdef void count_in_groups(Centre *c, uint32_t a, int by) noexcept nogil
cdef void regroup_members(Centre *c, uint32_t q, int32_t group) noexcept nogil
cdef void kept_back(Centre *c, int32_t group, int64_t *ready, int64_t *agents) noexcept nogil
cdef bint ready_somewhere(Centre *c, uint32_t a, int32_t group, uint32_t flags) noexcept nogil


cdef inline int best(const uint32_t *by_presence) noexcept nogil:
    """The best presence any queue has; absent where there is no queue."""
    # PRES-6.
    cdef int k
    for k in range(4):
        if by_presence[k]:
            return k
    return P_ABSENT


cdef inline void tell_presence(Centre *c) noexcept nogil:
    """Ends a step: tells which presence differs from before it, if any does."""
    if c.dirty.count or c.groups_dirty or c.total.presence != best(c.total.by_presence):
        tell_changes(c)


cdef inline uint32_t shown_ready(QueueRow *row) noexcept nogil:
    """How many members are ready, as the outward presence counts them: 0 while the queue is at its
    `max_handled`."""
    # PRES-12.
    return 0 if row.at_most else row.ready_count


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


cdef inline void count_ready_agent(Centre *c, AgentRow *agent) noexcept nogil:
    """Counts the agent once in the centre's total while a membership of it is ready and meets the queue's
    unrelaxed requirement (PRES-11)."""
    if (agent.ready_count != agent.unfit_count) != ((agent.flags & A_COUNTED_READY) != 0):
        agent.flags ^= A_COUNTED_READY
        c.total.agents_ready += 1 if agent.flags & A_COUNTED_READY else -1


cdef inline void count_groups(Centre *c, uint32_t a, int by) noexcept nogil:
    """Takes the agent out of (-1), or puts it back into (1), the counts of agents of every group of queues:
    around a change of its memberships' counts."""
    if c.queue_groups.count:
        count_in_groups(c, a, by)


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


cdef inline void note_room(Centre *c, uint32_t q) noexcept nogil:
    """The queue opened or has room: at the end of the step, overflows that waited for it may go on."""
    cdef QueueRow *row = queue_at(c, q)
    if row.flags & Q_AWAITED and not row.listed_target:
        row.listed_target = 1
        push_u32(&c.targets, q)
        c.unsettled = 1


cdef inline void count_waiting(Centre *c, QueueRow *row, int by) noexcept nogil:
    """Counts one waiting interaction more or less; the outward presence does not depend on it."""
    if by < 0 and row.flags & Q_AWAITED:
        note_room(c, <uint32_t> (row - queue_at(c, 0)))
    row.waiting_count += <uint32_t> by
    c.total.waiting += by
    if row.queue_group >= 0:
        queue_group_at(c, <uint32_t> row.queue_group).waiting += by
