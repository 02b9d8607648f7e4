"""The commands that change an interaction which waits, or take it back from its agent."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport CommandRow


cdef int update_interaction(Centre *c, CommandRow *cmd) noexcept nogil
cdef int move(Centre *c, CommandRow *cmd) noexcept nogil
cdef int assign(Centre *c, CommandRow *cmd) noexcept nogil
cdef int withdraw_offer(Centre *c, CommandRow *cmd) noexcept nogil
cdef int put_back(Centre *c, CommandRow *cmd) noexcept nogil
cdef void put_back_for(Centre *c, uint32_t a, uint32_t i) noexcept nogil
