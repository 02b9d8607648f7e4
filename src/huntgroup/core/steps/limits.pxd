"""What the limits of a queue do: relaxation, overflow and max_wait."""

from libc.stdint cimport int32_t, uint32_t

from huntgroup.core.state.centre cimport Centre


cdef void refuse_entry(Centre *c, int32_t q, int result) noexcept nogil
cdef bint may_overflow(Centre *c, uint32_t i) noexcept nogil
cdef bint bring_up_to_date(Centre *c, uint32_t i) noexcept nogil
cdef void note_left(Centre *c, uint32_t i) noexcept nogil
cdef void relax_by_now(Centre *c, uint32_t i) noexcept nogil
