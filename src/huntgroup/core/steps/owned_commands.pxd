"""Work that is owned: parked and resumed, left behind when its agent goes home."""

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport CommandRow


cdef int park(Centre *c, CommandRow *cmd) noexcept nogil
cdef int resume(Centre *c, CommandRow *cmd) noexcept nogil
cdef int sign_out(Centre *c, CommandRow *cmd) noexcept nogil
