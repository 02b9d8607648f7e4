"""The logical state as a stream of numbers in one canonical order: the input of a digest."""

from libc.stdint cimport int64_t, uint32_t, uint64_t

from huntgroup.core.state.centre cimport Centre, Table


cdef void put(Centre *c, Table *out, int64_t value) noexcept nogil
cdef int64_t due(Centre *c, uint32_t timer) noexcept nogil
cdef void put_agent(Centre *c, Table *out, uint32_t a) noexcept nogil
cdef void put_queue(Centre *c, Table *out, uint32_t q) noexcept nogil
cdef void put_interaction(Centre *c, Table *out, uint32_t i) noexcept nogil
cdef void put_finished(Centre *c, Table *out, uint64_t number) noexcept nogil
cdef void put_centre(Centre *c, Table *out) noexcept nogil
