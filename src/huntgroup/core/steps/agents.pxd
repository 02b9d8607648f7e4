"""What happens to an agent's load, status and work; used by every command that touches an agent."""

from libc.stdint cimport int16_t, int32_t, int64_t, uint32_t

from huntgroup.core.state.centre cimport Centre, agent_at
from huntgroup.core.state.rows cimport AgentRow


# How a status begins: set by the engine, chosen, or chosen by logging in to some queues, which stay as given.
cdef enum:
    SET
    CHOSEN
    CHOSEN_HERE


cdef void load_up(Centre *c, uint32_t a, uint32_t channel) noexcept nogil
cdef void load_down(Centre *c, uint32_t a, uint32_t channel) noexcept nogil
cdef void begin_handling(Centre *c, uint32_t a, uint32_t i) noexcept nogil
cdef void stop_handling(Centre *c, uint32_t a, uint32_t i) noexcept nogil
cdef void work_ended(Centre *c, uint32_t a) noexcept nogil
cdef int64_t status_until(Centre *c, AgentRow *row) noexcept nogil
cdef void note_profile(Centre *c, uint32_t a) noexcept nogil
cdef void enter_status(Centre *c, uint32_t a, int32_t status, int how) noexcept nogil
cdef void choose_status(Centre *c, uint32_t a, int32_t status, int how) noexcept nogil
cdef void engine_status(Centre *c, uint32_t a, int32_t status) noexcept nogil
cdef int64_t wrap_up_length(Centre *c, uint32_t a, uint32_t i) noexcept nogil
cdef bint release(Centre *c, uint32_t a, uint32_t i, bint owns, bint unanswered) noexcept nogil
cdef void park_for(Centre *c, uint32_t a, uint32_t i) noexcept nogil
cdef void forget_parked(Centre *c, uint32_t a) noexcept nogil
cdef void unpark(Centre *c, uint32_t i) noexcept nogil
cdef void drop_wrap_up(Centre *c, uint32_t w) noexcept nogil
cdef void record_handling(Centre *c, int32_t q, int64_t began_ns) noexcept nogil
cdef void drop_device(Centre *c, uint32_t a, uint32_t d) noexcept nogil
cdef void forget_devices(Centre *c, uint32_t a) noexcept nogil
cdef void tell_connection(Centre *c, uint32_t a, bint connected) noexcept nogil
cdef void restore_connection(Centre *c, uint32_t a) noexcept nogil


cdef inline void note_time_in(Centre *c, uint32_t a, int16_t status) noexcept nogil:
    """Adds the time since the agent's shown status, this one, began to its account, and starts the next
    stretch."""
    cdef AgentRow *row = agent_at(c, a)
    c.status_time[<size_t> a * c.status_width + <uint32_t> status] += c.now_ns - row.since_ns
    row.since_ns = c.now_ns
