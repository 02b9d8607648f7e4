"""Since when nobody serves in a queue, and `max_wait_unstaffed`: which interactions leave the queue because
of that (docs/SEMANTICS.md, section 5)."""

from libc.stdint cimport int64_t, uint32_t

from huntgroup.core.state.centre cimport Centre, group_at, interaction_at, push_u32, queue_at
from huntgroup.core.state.native cimport HG_NEVER, HG_NONE, hg_wait_first, hg_wait_next
from huntgroup.core.state.rows cimport I_CALLBACK, InteractionRow, QueueRow, TIMER_UNSTAFFED, W_UNSTAFFED
from huntgroup.core.state.timers cimport arm, disarm


cdef void note_turn(Centre *c, QueueRow *queue) noexcept nogil:
    """After matching the limit of the queue is looked at anew, if it has one."""
    if not queue.listed_turned:
        queue.listed_turned = 1
        push_u32(&c.turned, <uint32_t> (queue - queue_at(c, 0)))
        c.unsettled = 1


cdef void turn_staffed(Centre *c, QueueRow *queue) noexcept nogil:
    """Somebody begins to serve."""
    note_turn(c, queue)
    queue.staffed_step = c.step


cdef void turn_unstaffed(Centre *c, QueueRow *queue) noexcept nogil:
    """Nobody serves any more. A change and its reverse within one step count as no change: an agent who began
    and ceased to serve in it served for no time."""
    note_turn(c, queue)
    if queue.staffed_step != c.step:
        queue.unstaffed_since_ns = c.now_ns
        queue.unstaffed_step = c.step


cdef int64_t unstaffed_due(InteractionRow *row, QueueRow *queue) noexcept nogil:
    """When the interaction leaves if nobody comes to serve; HG_NEVER if it stays."""
    # WAIT-28.
    cdef int64_t since = row.node.queued_at_ns
    if queue.max_wait_unstaffed_ns < 0 or queue.serving_count or row.flags & I_CALLBACK or row.customer >= 0:
        return HG_NEVER
    if queue.unstaffed_since_ns > since:
        since = queue.unstaffed_since_ns
    if since >= HG_NEVER - queue.max_wait_unstaffed_ns:
        return HG_NEVER
    return since + queue.max_wait_unstaffed_ns


cdef void settle_staffing(Centre *c) noexcept nogil:
    """After matching, where a queue with `max_wait_unstaffed` became staffed or ceased to be: the timers of
    those who wait there, or its limit at once. O(waiting there)."""
    cdef InteractionRow *row
    cdef QueueRow *queue
    cdef uint32_t k, g, i
    cdef int64_t due
    for k in range(c.turned.count):
        queue = queue_at(c, (<uint32_t *> c.turned.rows)[k])
        queue.listed_turned = 0
        g = queue.first_group if queue.max_wait_unstaffed_ns >= 0 else <uint32_t> HG_NONE
        while g != HG_NONE:
            i = hg_wait_first(group_at(c, g).root, c.interactions.rows, sizeof(InteractionRow))
            while i != HG_NONE:
                row = interaction_at(c, i)
                disarm(c, &row.timer[W_UNSTAFFED])
                due = unstaffed_due(row, queue)
                if due <= c.now_ns and queue.unstaffed_step == c.step:
                    push_u32(&c.overdue, i)
                    c.unsettled = 1
                elif due != HG_NEVER:
                    row.timer[W_UNSTAFFED] = arm(c, TIMER_UNSTAFFED, due, row.node.id, i)
                i = hg_wait_next(c.interactions.rows, sizeof(InteractionRow), i)
            g = group_at(c, g).links.next
    c.turned.count = 0
