"""Offers from made to ended, and interactions from queued to finished."""

from libc.stdint cimport int32_t, int64_t, uint32_t

from huntgroup.core.state.centre cimport Centre, interaction_at, push_u32
from huntgroup.core.state.rows cimport I_LISTED, InteractionRow


cdef uint32_t new_interaction(Centre *c, int32_t q, uint32_t channel) noexcept nogil
cdef void finish(Centre *c, uint32_t i, int state, bint tell) noexcept nogil
cdef void make_offer(Centre *c, uint32_t i, uint32_t a, int32_t q, int reason) noexcept nogil
cdef void close_offer(Centre *c, uint32_t o, bint withdrawn) noexcept nogil
cdef void withdraw(Centre *c, uint32_t o, int reason) noexcept nogil
cdef void withdraw_all(Centre *c, uint32_t i, int reason) noexcept nogil
cdef void send_back(Centre *c, uint32_t i) noexcept nogil
cdef void offer_lost(Centre *c, uint32_t i) noexcept nogil
cdef void leg_gone(Centre *c, uint32_t leg) noexcept nogil
cdef void take_offer(Centre *c, uint32_t o) noexcept nogil


cdef inline void list_affected(Centre *c, uint32_t i) noexcept nogil:
    """Puts the interaction among those that this step's matching must look at."""
    cdef InteractionRow *row = interaction_at(c, i)
    if not row.flags & I_LISTED:
        row.flags |= I_LISTED
        push_u32(&c.affected, i)
