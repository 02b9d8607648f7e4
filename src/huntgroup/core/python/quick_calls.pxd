"""The calls that are made once an interaction, in their most common form."""

from huntgroup.core.python.device_commands cimport DeviceCommands


cdef class QuickCalls(DeviceCommands):
    pass
