"""Steps: how one begins and how one ends, whatever the command was."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.centre cimport Centre


cdef void forget_lifted(Centre *c) noexcept nogil
cdef void end_step(Centre *c) noexcept nogil
cdef void visit_queue(Centre *c, uint32_t q) noexcept nogil


cdef inline void begin_step(Centre *c) noexcept nogil:
    # STEP-1.
    c.step += 1
    c.touched.count = 0
    c.acted.count = 0
    c.affected.count = 0
    c.visited_queues.count = 0
    c.regained.count = 0
    if c.lifted.count:
        forget_lifted(c)
