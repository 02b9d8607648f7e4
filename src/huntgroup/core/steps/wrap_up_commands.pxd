"""How long a wrap-up lasts, and its end, by command or by its time."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport CommandRow


cdef int finish_wrap_up(Centre *c, CommandRow *cmd) noexcept nogil
cdef int extend_wrap_up(Centre *c, CommandRow *cmd) noexcept nogil
cdef void wrap_up_over(Centre *c, uint32_t w) noexcept nogil
