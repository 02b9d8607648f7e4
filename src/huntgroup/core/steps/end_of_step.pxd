"""Steps: how one begins and how one ends, whatever the command was."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.centre cimport Centre


cdef void begin_step(Centre *c) noexcept nogil
cdef void end_step(Centre *c) noexcept nogil
cdef void visit_queue(Centre *c, uint32_t q) noexcept nogil
