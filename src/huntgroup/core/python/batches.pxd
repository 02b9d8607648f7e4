"""Batches of commands, and the events that they and all others leave."""

from libc.stdint cimport uint32_t

from huntgroup.core.python.configuration cimport Configuration


cdef class Batches(Configuration):
    cdef object events_from(self, uint32_t first)
