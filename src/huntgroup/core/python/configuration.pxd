"""Building a centre: channels, queues, agents in bulk."""

from libc.stdint cimport int32_t, uint32_t

from huntgroup.core.state.rows cimport QueueGroupRow, QueueRow
from huntgroup.core.python.channels cimport Channels


cdef class Configuration(Channels):
    cdef void shift(self, QueueGroupRow *group, QueueRow *row, int by)
    cdef void _blank(self, uint32_t a)
    cdef void _join_new(self, uint32_t first, uint32_t n, const int32_t[:, :] queues)
