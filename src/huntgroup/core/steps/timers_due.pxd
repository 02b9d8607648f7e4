"""The passing of time: fires what is due, each timer a step of its own."""

from libc.stdint cimport int64_t, uint32_t

from huntgroup.core.state.centre cimport Centre


cdef void arm_hours(Centre *c, uint32_t q) noexcept nogil
cdef void begin_time(Centre *c, int64_t start_ns) noexcept nogil
cdef void fire_due(Centre *c, int64_t until_ns) noexcept nogil
cdef bint pass_some(Centre *c, int64_t until_ns, uint32_t most) noexcept nogil
cdef void set_open(Centre *c, uint32_t q, bint opened) noexcept nogil


cdef inline void pass_time(Centre *c, int64_t until_ns) noexcept nogil:
    """Fires every timer due at or before `until_ns`, in order, then it is that time. O(1) when nothing is
    due."""
    if until_ns >= c.wheel.earliest_ns:
        fire_due(c, until_ns)
    c.now_ns = until_ns
