"""Building a centre: channels."""

from huntgroup.core.python.store cimport Store


cdef class Channels(Store):
    pass
