"""What is always true of interactions, checked by scanning."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.centre cimport Centre


cdef const char *check_interaction(Centre *c, uint32_t i) noexcept nogil
cdef const char *check_conservation(Centre *c, uint32_t i) noexcept nogil
cdef const char *check_dialled(Centre *c, unsigned int *which) noexcept nogil
cdef const char *check_decisions(Centre *c, uint32_t *which) noexcept nogil
