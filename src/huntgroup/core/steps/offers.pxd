"""Offers from made to ended, and interactions from queued to finished."""

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport I_COUNTS, InteractionRow, QueueRow


cdef uint32_t new_interaction(Centre *c, int32_t q, uint32_t channel) noexcept nogil
cdef void finish(Centre *c, uint32_t i, int state, bint tell) noexcept nogil
cdef void make_offer(Centre *c, uint32_t i, uint32_t a, int32_t q) noexcept nogil
cdef void close_offer(Centre *c, uint32_t o, bint withdrawn) noexcept nogil
cdef void withdraw(Centre *c, uint32_t o, int reason) noexcept nogil
cdef void withdraw_all(Centre *c, uint32_t i, int reason) noexcept nogil
cdef void send_back(Centre *c, uint32_t i) noexcept nogil
cdef void list_affected(Centre *c, uint32_t i) noexcept nogil
cdef bint bring_up_to_date(Centre *c, uint32_t i) noexcept nogil
cdef void offer_lost(Centre *c, uint32_t i) noexcept nogil
cdef void leg_gone(Centre *c, uint32_t leg) noexcept nogil
cdef bint may_overflow(Centre *c, uint32_t i) noexcept nogil
cdef bint queue_full(Centre *c, uint32_t q) noexcept nogil
cdef void take_offer(Centre *c, uint32_t o) noexcept nogil


cdef inline void begin_entry(InteractionRow *row, QueueRow *queue) noexcept nogil:
    """NUM-11: the interaction entered the queue."""
    queue.entered += 1
    row.flags |= I_COUNTS


cdef inline bint end_entry(InteractionRow *row) noexcept nogil:
    """NUM-12: its entry ended. True if that counts: an entry ends once."""
    if not row.flags & I_COUNTS:
        return False
    row.flags &= ~<uint16_t> I_COUNTS
    return True
