"""What is kept of a decision, so that `explain` can tell later how it fell."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport FinishedRow


cdef void note_decision(Centre *c, uint32_t i, uint32_t m, bint by_agent) noexcept nogil
cdef void pass_on_decision(Centre *c, uint32_t i, FinishedRow *done) noexcept nogil
cdef void drop_decision(Centre *c, uint32_t i) noexcept nogil
