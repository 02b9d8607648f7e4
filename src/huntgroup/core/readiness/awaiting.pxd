"""Overflows that are due, waiting for their target to open or to have room."""

from libc.stdint cimport int32_t, uint32_t

from huntgroup.core.state.centre cimport Centre


cdef bint was_left(Centre *c, uint32_t i, int32_t q) noexcept nogil
cdef int32_t possible_target(Centre *c, uint32_t i) noexcept nogil
cdef bint queue_full(Centre *c, uint32_t q) noexcept nogil
cdef bint shut_out(Centre *c, uint32_t q) noexcept nogil
cdef bint unstaffed(Centre *c, uint32_t q) noexcept nogil
cdef bint takes_overflow(Centre *c, uint32_t q) noexcept nogil
cdef void await_target(Centre *c, uint32_t i) noexcept nogil
cdef void await_no_more(Centre *c, uint32_t i) noexcept nogil
cdef uint32_t first_awaiting(Centre *c) noexcept nogil
