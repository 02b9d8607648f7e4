"""Consulting, conferences and transfers."""

from libc.stdint cimport int32_t, uint32_t

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport CommandRow


cdef int consult(Centre *c, CommandRow *cmd) noexcept nogil
cdef int conference(Centre *c, CommandRow *cmd) noexcept nogil
cdef int end_consult(Centre *c, CommandRow *cmd) noexcept nogil
cdef void hand_on(Centre *c, uint32_t i) noexcept nogil
cdef void start_wait(Centre *c, uint32_t i, int32_t q) noexcept nogil
cdef int transfer(Centre *c, CommandRow *cmd) noexcept nogil
