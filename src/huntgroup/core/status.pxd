"""What an agent's status means: from the tables compiled of the presence model, never from a name."""

from libc.stdint cimport int32_t, uint32_t

from huntgroup.core.columns cimport Centre, agent_at
from huntgroup.core.rows cimport A_SIGNED_IN


cdef uint32_t conditions(Centre *c, uint32_t a) noexcept nogil
cdef void derive(Centre *c, uint32_t a) noexcept nogil
cdef int receive_mode(Centre *c, uint32_t a) noexcept nogil
cdef bint receives_from(Centre *c, uint32_t a, uint32_t queue) noexcept nogil
cdef bint receives_direct(Centre *c, uint32_t a, uint32_t channel) noexcept nogil
cdef bint is_busy(Centre *c, uint32_t a) noexcept nogil
cdef void measure(Centre *c, uint32_t a) noexcept nogil
cdef uint32_t room(Centre *c, uint32_t a) noexcept nogil
cdef uint32_t not_in_wrap_up(Centre *c, uint32_t a) noexcept nogil
cdef int capability_of(uint32_t fit_mask, uint32_t room_mask, uint32_t channel) noexcept nogil
cdef bint has_units(Centre *c, uint32_t a, uint32_t channel) noexcept nogil
cdef bint has_room(Centre *c, uint32_t a, uint32_t channel) noexcept nogil
cdef bint has_capability(Centre *c, uint32_t a, uint32_t channel) noexcept nogil
cdef bint has_device(Centre *c, uint32_t a, uint32_t channel) noexcept nogil
cdef void touch(Centre *c, uint32_t a) noexcept nogil
cdef void act(Centre *c, uint32_t a) noexcept nogil


cdef inline bint signed_in(Centre *c, uint32_t a) noexcept nogil:
    """Rule 1: signed in, where the model needs it."""
    return not c.policy.sign_in_required or (agent_at(c, a).flags & A_SIGNED_IN) != 0
