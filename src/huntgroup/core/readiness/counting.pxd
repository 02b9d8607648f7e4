"""The counts that move when a membership becomes ready or ceases to be: of its agent, of its queue, and what
few centres keep beside them."""

from libc.stdint cimport int32_t, uint8_t, uint32_t

from huntgroup.core.readiness.presence cimport count_watches, mark_dirty
from huntgroup.core.state.centre cimport Centre, agent_at, queue_group_at
from huntgroup.core.state.rows cimport AgentRow, M_MEETS, M_READY, MembershipRow, QueueRow


cdef inline void count_for_watches(Centre *c, MembershipRow *row, int ready, int counted) noexcept nogil:
    """After a membership was counted in (1) or out (-1): the counts by requirement."""
    cdef AgentRow *agent = agent_at(c, row.agent)
    count_watches(c, row.agent, row.queue, ready, counted)
    if ready and agent.ready_count == <uint32_t> (ready > 0):
        count_watches(c, row.agent, -1, ready, 0)
    if counted and agent.counted_count == <uint32_t> (counted > 0):
        count_watches(c, row.agent, -1, 0, counted)


cdef inline bint is_counted_apart(Centre *c) noexcept nogil:
    """Whether there is anything for `count_apart` to count."""
    return (c.queue_groups.count | c.watches.count) != 0


cdef inline void count_apart(Centre *c, MembershipRow *row, QueueRow *queue, int by) noexcept nogil:
    """Counts that only some centres keep, for a member who became ready (1) or busy (-1): those of the
    queue's group and those by requirement."""
    if row.flags & M_MEETS and queue.queue_group >= 0:
        queue_group_at(c, <uint32_t> queue.queue_group).ready += by
    if c.watches.count:
        count_for_watches(c, row, by, 0)


cdef inline void count_in(Centre *c, AgentRow *agent, MembershipRow *row, QueueRow *queue,
                          bint apart) noexcept nogil:
    """One ready member more, for all but the centre's total (see `count_total`). `apart`: `is_counted_apart`,
    asked once for all."""
    row.flags |= M_READY
    agent.ready_count += 1
    if row.flags & M_MEETS:
        queue.ready_count += 1
        if queue.ready_count == 1:
            mark_dirty(c, row.queue)
    else:
        agent.unfit_count += 1
    if apart:
        count_apart(c, row, queue, 1)


cdef inline void count_out(Centre *c, AgentRow *agent, MembershipRow *row, QueueRow *queue,
                           bint apart) noexcept nogil:
    row.flags &= <uint8_t> ~M_READY
    agent.ready_count -= 1
    if row.flags & M_MEETS:
        queue.ready_count -= 1
        if queue.ready_count == 0:
            mark_dirty(c, row.queue)
    else:
        agent.unfit_count -= 1
    if apart:
        count_apart(c, row, queue, -1)


cdef inline uint32_t fit_count(AgentRow *agent) noexcept nogil:
    """Its memberships that are ready and meet the queue's unrelaxed requirement."""
    return agent.ready_count - agent.unfit_count


cdef inline void count_total(Centre *c, AgentRow *agent, uint32_t before) noexcept nogil:
    """Brings the centre's total of ready members up to date, once for all memberships of the agent.
    `before`: its `fit_count` before they changed."""
    c.total.ready += <int32_t> (fit_count(agent) - before)
