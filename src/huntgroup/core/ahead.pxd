"""What many rows or many agents in turn will need, asked for before their turn."""

from libc.stdint cimport int32_t, uint32_t

from huntgroup.core.columns cimport Centre
from huntgroup.core.rows cimport CommandRow


cdef void look_ahead(Centre *c, const CommandRow *rows, Py_ssize_t k, Py_ssize_t n) noexcept nogil
cdef void look_ahead_agent(Centre *c, const int32_t *agents, uint32_t k, uint32_t n) noexcept nogil
cdef void look_ahead_members(Centre *c, const uint32_t *agents, uint32_t k, uint32_t n) noexcept nogil
