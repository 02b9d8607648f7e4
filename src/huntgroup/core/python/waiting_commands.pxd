"""The commands that change what waits, and finding it by its reference."""

from huntgroup.core.python.commands cimport Commands


cdef class WaitingCommands(Commands):
    pass
