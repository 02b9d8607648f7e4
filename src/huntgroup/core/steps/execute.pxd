"""`execute`: every command, single or in a batch, goes through it."""

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport CommandRow


cdef int execute(Centre *c, CommandRow *cmd) noexcept nogil
