"""Longest idle: which member of a queue comes first among those whose skills fit."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.centre cimport Centre, interaction_at
from huntgroup.core.state.native cimport hg_ring
from huntgroup.core.state.requirement cimport meets
from huntgroup.core.state.rows cimport InteractionRow


# Why a member whose skills fit is passed over; 0: it is not.
cdef enum:
    PASSED_FOR_NOW = 1
    PASSED_TOO_EARLY


cdef int passed_over(Centre *c, hg_ring *ring, uint32_t slot, uint32_t i) noexcept nogil
cdef bint too_early(Centre *c, uint32_t i, uint32_t m) noexcept nogil
cdef bint delay_passed(Centre *c, uint32_t i, uint32_t m) noexcept nogil
cdef uint32_t longest_idle(Centre *c, uint32_t i, bint *skipped) noexcept nogil


cdef inline bint group_meets(Centre *c, uint32_t i, uint32_t a) noexcept nogil:
    """ELIG-8: the queue's requirement and the interaction's own, as they stand now."""
    cdef InteractionRow *row = interaction_at(c, i)
    return meets(c, row.queue_requirement, a) and meets(c, row.own_requirement, a)
