"""The commands about one interaction: judged here, then applied. `begin_step` has been called."""

from libc.stdint cimport int32_t, int64_t, uint32_t

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport CommandRow, InteractionRow


cdef uint32_t live_row(Centre *c, int64_t id, int *result) noexcept nogil
cdef InteractionRow *live_in(Centre *c, int64_t id, uint32_t states, int *result) noexcept nogil
cdef int enqueue(Centre *c, CommandRow *cmd) noexcept nogil
cdef int direct(Centre *c, CommandRow *cmd) noexcept nogil
cdef int dial(Centre *c, CommandRow *cmd) noexcept nogil
cdef int answered(Centre *c, CommandRow *cmd) noexcept nogil
cdef uint32_t named_offer(Centre *c, CommandRow *cmd, int *result) noexcept nogil
cdef int accept(Centre *c, CommandRow *cmd) noexcept nogil
cdef int reject(Centre *c, CommandRow *cmd) noexcept nogil
cdef void expire(Centre *c, uint32_t o) noexcept nogil
cdef int hold(Centre *c, CommandRow *cmd) noexcept nogil
cdef int retrieve(Centre *c, CommandRow *cmd) noexcept nogil
cdef int end(Centre *c, CommandRow *cmd) noexcept nogil
cdef void end_handled(Centre *c, uint32_t i, int32_t text) noexcept nogil
cdef int32_t whose(InteractionRow *row) noexcept nogil
cdef void end_leg(Centre *c, uint32_t i, int reason) noexcept nogil
cdef void end_for(Centre *c, uint32_t a, uint32_t i) noexcept nogil
cdef int reachable(Centre *c, uint32_t a, uint32_t channel, bint frees_one) noexcept nogil
