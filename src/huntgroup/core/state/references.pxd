from libc.stdint cimport int64_t, uint32_t

from huntgroup.core.state.centre cimport Centre


cdef uint32_t first_with_ref(Centre *c, int64_t ref, bint is_text) noexcept nogil
cdef uint32_t next_with_ref(Centre *c, uint32_t i, int64_t ref, bint is_text) noexcept nogil
cdef int64_t lowest_with_ref(Centre *c, int64_t ref, bint is_text) noexcept nogil
cdef void link_ref(Centre *c, uint32_t i, int64_t ref, bint is_text) noexcept nogil
cdef void unlink_ref(Centre *c, uint32_t i) noexcept nogil
cdef bint all_found(Centre *c) noexcept nogil
