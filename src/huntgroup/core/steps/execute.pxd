"""The one door: every command, single or in a batch, goes through `execute`."""

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport CommandRow


cdef int execute(Centre *c, CommandRow *cmd) noexcept nogil
