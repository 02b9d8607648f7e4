"""What the limits of a wait do: relaxation, overflow and max_wait."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.centre cimport Centre


cdef bint may_overflow(Centre *c, uint32_t i) noexcept nogil
cdef bint bring_up_to_date(Centre *c, uint32_t i) noexcept nogil
cdef void note_left(Centre *c, uint32_t i) noexcept nogil
cdef void relax_by_now(Centre *c, uint32_t i) noexcept nogil
