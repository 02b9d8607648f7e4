"""The matching of a step, and the parts of it that the settling after it uses again."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.native cimport hg_wait_entry


cdef void forget_lifted(Centre *c) noexcept nogil
cdef void visit_lifted(Centre *c) noexcept nogil
cdef bint match(Centre *c, uint32_t i) noexcept nogil
cdef void wait_again(Centre *c, uint32_t i) noexcept nogil
cdef void serve_agent(Centre *c, uint32_t a) noexcept nogil
cdef void visit_queues_of(Centre *c, uint32_t a) noexcept nogil
cdef void heap_push(Centre *c, uint32_t i, uint32_t g) noexcept nogil
cdef hg_wait_entry heap_pop(Centre *c) noexcept nogil
cdef void serve_affected(Centre *c) noexcept nogil
cdef void leave_visits(Centre *c) noexcept nogil
cdef void run_matching(Centre *c) noexcept nogil
cdef void match_all(Centre *c) noexcept nogil
