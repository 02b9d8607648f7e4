"""The commands of work that is owned, that ends, or is wrapped up."""

from libc.stdint cimport int32_t

from huntgroup.core.python.waiting_commands cimport WaitingCommands
from huntgroup.core.state.rows cimport CommandRow


cdef class OwnedCommands(WaitingCommands):
    cdef int attempt_with_text(self, CommandRow *cmd, object text, str field) except -1
    cdef int owned_command(self, int code, object interaction, object text, object by, object at,
                           str name) except -1
