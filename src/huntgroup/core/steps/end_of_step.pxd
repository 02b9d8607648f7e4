"""Steps: how one begins and how one ends, whatever the command was."""

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport TouchedRow
from huntgroup.core.steps.matching_round cimport forget_lifted


cdef void end_step(Centre *c) noexcept nogil
# Declared here, so that the compiler leaves them apart: what a step seldom does would cost each step its
# registers.
cdef void refresh_acted(Centre *c) noexcept nogil
cdef void close_touched(Centre *c) noexcept nogil
cdef void tell_agent(Centre *c, TouchedRow *before) noexcept nogil


cdef inline void begin_step(Centre *c) noexcept nogil:
    # STEP-1.
    c.step += 1
    c.touched.count = 0
    c.acted.count = 0
    c.affected.count = 0
    if c.lifted.count:
        forget_lifted(c)
