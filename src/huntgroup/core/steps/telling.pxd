"""Events that tell what has changed of an agent."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.centre cimport Centre


cdef void tell_skill(Centre *c, uint32_t a, uint32_t skill) noexcept nogil
cdef void tell_capacity(Centre *c, uint32_t a, uint32_t capability) noexcept nogil
cdef void tell_user(Centre *c, uint32_t a, uint32_t column) noexcept nogil
cdef void tell_setting(Centre *c, uint32_t a, int setting) noexcept nogil
