"""Overflows that are due, waiting for their target to open or to have room."""

from libc.stdint cimport int32_t, uint32_t

from huntgroup.core.state.centre cimport Centre, queue_at
from huntgroup.core.state.rows cimport Q_OPEN, QueueRow


cdef bint was_left(Centre *c, uint32_t i, int32_t q) noexcept nogil
cdef int32_t possible_target(Centre *c, uint32_t i) noexcept nogil
cdef bint takes_overflow(Centre *c, uint32_t q) noexcept nogil
cdef void await_target(Centre *c, uint32_t i) noexcept nogil
cdef void await_no_more(Centre *c, uint32_t i) noexcept nogil
cdef uint32_t first_awaiting(Centre *c) noexcept nogil


# What every arrival asks stands here, to be inlined.

cdef inline bint queue_full(Centre *c, uint32_t q) noexcept nogil:
    """Is `max_waiting` reached? Interactions put back in this step count already (WAIT-22)."""
    cdef QueueRow *queue = queue_at(c, q)
    return queue.max_waiting >= 0 and queue.waiting_count + queue.returning >= <uint32_t> queue.max_waiting


cdef inline bint shut_out(Centre *c, uint32_t q) noexcept nogil:
    """Does the queue refuse entries because it is closed (HOURS-2)?"""
    return not queue_at(c, q).flags & Q_OPEN and not queue_at(c, q).accepts_closed


cdef inline bint unstaffed(Centre *c, uint32_t q) noexcept nogil:
    """Does the queue refuse entries because nobody serves there (WAIT-27)?"""
    return queue_at(c, q).only_staffed and queue_at(c, q).serving_count == 0
