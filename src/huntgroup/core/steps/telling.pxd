"""Events that tell what has changed of an agent, and what came with an interaction."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.codes cimport EV_QUEUED
from huntgroup.core.state.events cimport emit
from huntgroup.core.state.rows cimport EventRow, InteractionRow


cdef void tell_skill(Centre *c, uint32_t a, uint32_t skill) noexcept nogil
cdef void tell_capacity(Centre *c, uint32_t a, uint32_t capability) noexcept nogil
cdef void tell_user(Centre *c, uint32_t a, uint32_t column) noexcept nogil
cdef void tell_setting(Centre *c, uint32_t a, int setting) noexcept nogil
cdef void tell_arrival(Centre *c, InteractionRow *row) noexcept nogil


cdef inline void tell_queued(Centre *c, InteractionRow *row) noexcept nogil:
    """Adds priority and preferred agent to the event of an interaction that begins to wait (TOLD-6)."""
    cdef EventRow *e = emit(c, EV_QUEUED, -1, row.node.id, row.queue, -1)
    if e != NULL:
        e.value = row.priority
        e.other = row.preferred
