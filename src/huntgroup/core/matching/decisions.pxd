"""The two decisions: `select_agent`, an interaction looks for an agent; `select_interaction`, an agent
looks for an interaction."""

from libc.stdint cimport int64_t, uint32_t, uint64_t

from huntgroup.core.state.centre cimport Centre


cdef uint32_t select_agent(Centre *c, uint32_t i) noexcept nogil
cdef bint would_match(Centre *c, uint32_t i) noexcept nogil
cdef uint32_t select_interaction(Centre *c, uint32_t a) noexcept nogil
cdef bint eligible(Centre *c, uint32_t i, uint32_t m) noexcept nogil
cdef void occupancy(Centre *c, uint32_t a, uint64_t *busy, uint64_t *whole) noexcept nogil
