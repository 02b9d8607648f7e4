"""The commands about one agent, or many: judged here, then applied. `begin_step` has been called."""

from libc.stdint cimport int32_t, uint32_t

from huntgroup.core.state.centre cimport Centre, agent_at, queue_at
from huntgroup.core.state.rows cimport A_ALIVE, CommandRow, Q_ALIVE


cdef inline bint known_agent(Centre *c, int32_t a) noexcept nogil:
    return 0 <= a < <int32_t> c.agents.count and agent_at(c, <uint32_t> a).flags & A_ALIVE


cdef inline bint known_queue(Centre *c, int32_t q) noexcept nogil:
    return 0 <= q < <int32_t> c.queues.count and queue_at(c, <uint32_t> q).flags & Q_ALIVE


cdef int sign_in(Centre *c, CommandRow *cmd) noexcept nogil
cdef int set_status(Centre *c, CommandRow *cmd) noexcept nogil
cdef int set_status_many(Centre *c, CommandRow *cmd) noexcept nogil
cdef int set_ready(Centre *c, CommandRow *cmd) noexcept nogil
cdef int set_external_presence(Centre *c, CommandRow *cmd) noexcept nogil
cdef int queue_login(Centre *c, CommandRow *cmd, bint logged_in) noexcept nogil
cdef int set_queue_logins(Centre *c, CommandRow *cmd) noexcept nogil
cdef int stop_new(Centre *c, CommandRow *cmd) noexcept nogil
cdef int resume_new(Centre *c, CommandRow *cmd) noexcept nogil
cdef int set_skill(Centre *c, CommandRow *cmd) noexcept nogil
cdef int set_user(Centre *c, CommandRow *cmd) noexcept nogil
cdef int join_queue(Centre *c, CommandRow *cmd) noexcept nogil
cdef int leave_queue(Centre *c, CommandRow *cmd) noexcept nogil
cdef int set_capacity(Centre *c, CommandRow *cmd) noexcept nogil
cdef int remove_agent(Centre *c, CommandRow *cmd) noexcept nogil
cdef void end_wrap_ups(Centre *c, uint32_t a) noexcept nogil
cdef void place_agent(Centre *c, uint32_t a, bint join_group) noexcept nogil
