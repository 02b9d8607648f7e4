"""The commands on devices and on the connection of an agent's program."""

from huntgroup.core.python.owned_commands cimport OwnedCommands


cdef class DeviceCommands(OwnedCommands):
    cdef int device_command(self, int code, object agent, object channel, object device, object by, object at,
                            str name) except -1
