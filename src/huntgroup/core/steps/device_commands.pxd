"""Devices by name, and the connection of an agent's program."""

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport CommandRow


cdef int connect(Centre *c, CommandRow *cmd, bint connected) noexcept nogil
cdef int change_connection(Centre *c, CommandRow *cmd, bint connected) noexcept nogil
