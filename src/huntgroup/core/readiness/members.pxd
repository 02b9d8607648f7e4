"""Memberships: an agent's rows stand together; joining, leaving and logging in and out."""

from libc.stdint cimport int32_t, int64_t, uint32_t

from huntgroup.core.state.centre cimport Centre


cdef int reserve_memberships(Centre *c, uint32_t a, uint32_t count) noexcept nogil
cdef uint32_t join(Centre *c, uint32_t a, uint32_t q, uint32_t tier, uint32_t rank,
                   int64_t delay_ns) noexcept nogil
cdef int64_t membership_delay(Centre *c, uint32_t m) noexcept nogil
cdef void tell_membership(Centre *c, uint32_t m) noexcept nogil
cdef void leave(Centre *c, uint32_t a, uint32_t q) noexcept nogil
cdef bint set_login(Centre *c, uint32_t m, bint logged_in) noexcept nogil
cdef void log_in_everywhere(Centre *c, uint32_t a) noexcept nogil
cdef uint32_t log_in_to(Centre *c, uint32_t a, const int32_t *logins, uint32_t count) noexcept nogil
cdef void join_tied(Centre *c, uint32_t q) noexcept nogil
cdef void join_queue_group(Centre *c, uint32_t a, int32_t group) noexcept nogil
cdef bint room_for_delay(Centre *c, int64_t delay_ns) noexcept nogil
cdef int delay_row(Centre *c, int64_t delay_ns) noexcept nogil
cdef int32_t limit_of(Centre *c, uint32_t a, uint32_t q) noexcept nogil
cdef void set_limit(Centre *c, uint32_t a, uint32_t q, int32_t limit) noexcept nogil
cdef int set_delay(Centre *c, uint32_t m, int64_t delay_ns) noexcept nogil
