"""Since when nobody serves in a queue, and which interactions leave it because of that."""

from libc.stdint cimport int64_t

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport InteractionRow, QueueRow


cdef void turn_staffed(Centre *c, QueueRow *queue) noexcept nogil
cdef void turn_unstaffed(Centre *c, QueueRow *queue) noexcept nogil
cdef int64_t unstaffed_due(InteractionRow *row, QueueRow *queue) noexcept nogil
cdef void settle_staffing(Centre *c) noexcept nogil
