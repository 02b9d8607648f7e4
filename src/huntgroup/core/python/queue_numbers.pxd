"""The settings of a queue that are numbers, as the core keeps them."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.centre cimport Centre


cdef int write_numbers(Centre *c, uint32_t q, object settings) except -1
