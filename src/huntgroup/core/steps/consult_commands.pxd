"""Consulting, conferences and transfers."""

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport CommandRow


cdef int consult(Centre *c, CommandRow *cmd) noexcept nogil
cdef int conference(Centre *c, CommandRow *cmd) noexcept nogil
cdef int end_consult(Centre *c, CommandRow *cmd) noexcept nogil
cdef int transfer(Centre *c, CommandRow *cmd) noexcept nogil
