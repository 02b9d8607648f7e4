"""Work that has an owner: parked, resumed, or given up when its agent signs out."""

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport CommandRow


cdef int park(Centre *c, CommandRow *cmd) noexcept nogil
cdef int resume(Centre *c, CommandRow *cmd) noexcept nogil
cdef int sign_out(Centre *c, CommandRow *cmd) noexcept nogil
