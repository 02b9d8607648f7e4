"""Who is ready where: keeps the rings in idle order and the queues' counts in step with the agents."""

from libc.stdint cimport int16_t, uint32_t

from huntgroup.core.state.centre cimport Centre


cdef void refresh(Centre *c, uint32_t a) noexcept nogil
cdef void refresh_taker(Centre *c, uint32_t a, int16_t receiver) noexcept nogil
cdef void drop_membership(Centre *c, uint32_t m) noexcept nogil
cdef void move_tier(Centre *c, uint32_t m, unsigned char tier) noexcept nogil
cdef void recheck_skills(Centre *c, uint32_t a) noexcept nogil
cdef void recheck_queue(Centre *c, uint32_t q) noexcept nogil
