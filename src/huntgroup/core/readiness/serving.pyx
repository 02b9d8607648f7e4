"""Who serves in a queue, counted in all and by tier, and how much of its work each member may hold."""

from libc.stdint cimport int32_t, uint16_t, uint32_t
from libc.string cimport memset

from huntgroup.core.readiness.staffing cimport turn_staffed, turn_unstaffed
from huntgroup.core.readiness.waiting cimport free_preferred, membership_of
from huntgroup.core.state.centre cimport (
    Centre, agent_at, interaction_at, membership_at, note_lift, offer_at, queue_at, table_give, table_take)
from huntgroup.core.state.native cimport HG_NONE
from huntgroup.core.state.rows cimport (
    AgentRow, LimitRow, M_ALIVE, M_AT_LIMIT, M_SERVES, MembershipRow, NO_TIER, QueueRow, TiersRow)


cdef void turn_serving(Centre *c, MembershipRow *row, QueueRow *queue, bint now) noexcept nogil:
    """One more who serves in the queue, or one less."""
    row.flags ^= M_SERVES
    if queue.tiers != HG_NONE:
        count_tier(c, queue, row.tier, 1 if now else -1)
    if now:                         # PRES-10
        if queue.serving_count == 0:
            turn_staffed(c, queue)
        queue.serving_count += 1
        return
    queue.serving_count -= 1
    if queue.serving_count == 0:
        turn_unstaffed(c, queue)
    free_preferred(c, row.agent, row.queue)


cdef void count_tier(Centre *c, QueueRow *queue, uint32_t tier, int by) noexcept nogil:
    """One who serves in this tier more or less (ELIG-22). O(tiers)."""
    cdef uint32_t *count = (<TiersRow *> c.tiers.rows)[queue.tiers].count
    cdef uint32_t lowest = queue.lowest_tier
    note_lift(c, queue)
    count[tier] += <uint32_t> by
    if by > 0 and tier < lowest:
        lowest = tier
    while lowest < NO_TIER and count[lowest] == 0:
        lowest += 1
    queue.lowest_tier = <uint16_t> lowest


cdef void keep_tiers(Centre *c, uint32_t q, bint wanted) noexcept nogil:
    """Delays of the queue hold only while a lower tier serves, or always. O(memberships of the centre)."""
    cdef QueueRow *queue = queue_at(c, q)
    cdef MembershipRow *row
    cdef uint32_t m
    if wanted == (queue.tiers != HG_NONE):
        return
    queue.while_staffed = wanted
    queue.lowest_tier = NO_TIER
    if not wanted:
        table_give(&c.tiers, queue.tiers)
        queue.tiers = HG_NONE
        return
    queue.tiers = table_take(&c.tiers)
    if queue.tiers == HG_NONE:
        c.failed = True
        return
    memset((<TiersRow *> c.tiers.rows)[queue.tiers].count, 0, sizeof(TiersRow))
    for m in range(c.memberships.count):
        row = membership_at(c, m)
        if row.flags & M_ALIVE and row.flags & M_SERVES and row.queue == q:
            count_tier(c, queue, row.tier, 1)


cdef bint settle_limits_of(Centre *c, uint32_t a) noexcept nogil:
    """Whether the agent holds as many of each queue's interactions as its membership lets it (ELIG-6); True
    where that differs from before. O(limits x (memberships + interactions held))."""
    cdef AgentRow *agent = agent_at(c, a)
    cdef uint32_t k = agent.limit_head, m
    cdef LimitRow *limit
    cdef bint at, differs = False
    while k != HG_NONE:
        limit = <LimitRow *> c.limits.rows + k
        m = membership_of(c, a, limit.queue)
        at = held_of(c, a, limit.queue) >= limit.limit
        if at != ((membership_at(c, m).flags & M_AT_LIMIT) != 0):
            membership_at(c, m).flags ^= M_AT_LIMIT
            differs = True
        k = limit.next
    return differs


cdef uint32_t held_of(Centre *c, uint32_t a, uint32_t q) noexcept nogil:
    """How many of the queue's interactions the agent handles or is offered. O(interactions held)."""
    cdef uint32_t count = 0, k = agent_at(c, a).held_head
    while k != HG_NONE:
        count += interaction_at(c, k).queue == <int32_t> q
        k = interaction_at(c, k).held.next
    k = agent_at(c, a).offer_head
    while k != HG_NONE:
        count += interaction_at(c, offer_at(c, k).interaction).queue == <int32_t> q
        k = offer_at(c, k).agent_next
    return count
