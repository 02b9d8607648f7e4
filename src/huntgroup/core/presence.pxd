"""The kept counts and the outward presence of queues, of their groups and of the whole centre."""

from libc.stdint cimport int32_t, uint32_t

from huntgroup.core.columns cimport Centre, push_u32, queue_at
from huntgroup.core.rows cimport Q_DIRTY, QueueRow


cdef int outward(QueueRow *row) noexcept nogil
cdef int best(uint32_t *by_presence) noexcept nogil
cdef void tell_presence(Centre *c) noexcept nogil
cdef void count_watches(Centre *c, uint32_t a, int32_t queue, int ready, int logged_in) noexcept nogil


cdef inline void mark_dirty(Centre *c, uint32_t q) noexcept nogil:
    """A count of the queue changed: its presence is compared at the end of the step."""
    cdef QueueRow *row = queue_at(c, q)
    if not row.flags & Q_DIRTY:
        row.flags |= Q_DIRTY
        push_u32(&c.dirty, q)
cdef void recount(Centre *c, uint32_t a, int by) noexcept nogil
