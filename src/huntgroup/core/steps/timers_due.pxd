"""The passing of time: fires what is due, each timer a step of its own."""

from libc.stdint cimport int64_t, uint32_t

from huntgroup.core.state.centre cimport Centre


cdef void arm_hours(Centre *c, uint32_t q) noexcept nogil
cdef void begin_time(Centre *c, int64_t start_ns) noexcept nogil
cdef void pass_time(Centre *c, int64_t until_ns) noexcept nogil
cdef void set_open(Centre *c, uint32_t q, bint opened) noexcept nogil
