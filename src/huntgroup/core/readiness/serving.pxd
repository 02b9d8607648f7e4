"""Who serves in a queue, counted in all and by tier, and how much of its work each member may hold."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport MembershipRow, QueueRow


cdef void turn_serving(Centre *c, MembershipRow *row, QueueRow *queue, bint now) noexcept nogil
cdef void count_tier(Centre *c, QueueRow *queue, uint32_t tier, int by) noexcept nogil
cdef void keep_tiers(Centre *c, uint32_t q, bint wanted) noexcept nogil
cdef bint settle_limits_of(Centre *c, uint32_t a) noexcept nogil
cdef uint32_t held_of(Centre *c, uint32_t a, uint32_t q) noexcept nogil
