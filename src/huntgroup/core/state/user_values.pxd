"""The caller's own numbers on agents and interactions, which only a scorer looks at."""

from libc.stdint cimport int64_t, uint32_t

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.user_rows cimport GivenRow, UserRow


cdef bint keep_agent_users(Centre *c) noexcept nogil
cdef void set_agent_user(Centre *c, uint32_t a, uint32_t column, double value) noexcept nogil
cdef void keep_interaction_user(Centre *c, int64_t id, const double *values, uint32_t count) noexcept nogil
cdef GivenRow *given_with(Centre *c, int64_t id) noexcept nogil
cdef void forget_given(Centre *c, int64_t id) noexcept nogil


cdef inline UserRow *agent_user_at(Centre *c, uint32_t a) noexcept nogil:
    """The agent's eight numbers; only where `agent_users` is not empty."""
    return <UserRow *> c.agent_users.rows + a
