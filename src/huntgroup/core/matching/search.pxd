"""Longest idle: which member of a queue comes first among those whose skills fit."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.centre cimport Centre, interaction_at, membership_at, queue_at, ring_at
from huntgroup.core.state.fetch cimport fetch_agent, hg_prefetch, is_large
from huntgroup.core.state.native cimport HG_NONE, hg_ring, hg_ring_agent
from huntgroup.core.state.requirement cimport meets
from huntgroup.core.state.rows cimport InteractionRow, Q_DELAYS, QueueRow, RingRow


# Why a member whose skills fit is passed over; 0: it is not.
cdef enum:
    PASSED_FOR_NOW = 1
    PASSED_TOO_EARLY


cdef int passed_over(Centre *c, hg_ring *ring, uint32_t slot, uint32_t i) noexcept nogil
cdef bint too_early(Centre *c, uint32_t i, uint32_t m) noexcept nogil
cdef bint delay_passed(Centre *c, uint32_t i, uint32_t m) noexcept nogil
cdef uint32_t longest_idle_asked(Centre *c, uint32_t i, bint *skipped) noexcept nogil


cdef inline bint group_meets(Centre *c, uint32_t i, uint32_t a) noexcept nogil:
    """ELIG-8: the queue's requirement and the interaction's own, as they stand now."""
    cdef InteractionRow *row = interaction_at(c, i)
    return meets(c, row.queue_requirement, a) and meets(c, row.own_requirement, a)


cdef inline uint32_t found_at(Centre *c, RingRow *ring, uint32_t slot) noexcept nogil:
    """The member in the slot that a search found. It is offered the interaction: what the offer touches is
    fetched together."""
    if is_large(c):
        fetch_agent(c, hg_ring_agent(&ring.ring, slot))
        hg_prefetch(membership_at(c, ring.ring.member[slot]))
    return ring.ring.member[slot]


cdef inline uint32_t longest_idle(Centre *c, uint32_t i, bint *skipped) noexcept nogil:
    """Among those who have not declined: lowest tier, lowest load ratio, longest idle. O(slots looked at),
    each of them once for a requirement; O(rings) where nothing is asked."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef QueueRow *queue = queue_at(c, <uint32_t> row.queue)
    cdef uint32_t r = queue.first_ring
    cdef RingRow *ring
    if row.queue_requirement > 0 or row.own_requirement > 0 or row.decline_head != HG_NONE or (
            queue.flags & Q_DELAYS):
        return longest_idle_asked(c, i, skipped)
    while r != HG_NONE:
        ring = ring_at(c, r)
        if ring.ring.live_count:
            return found_at(c, ring, ring.ring.head)
        r = ring.next
    return HG_NONE
