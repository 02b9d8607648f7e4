"""Building a centre: channels, queues, agents in bulk."""

from huntgroup.core.store cimport Store


cdef class Builder(Store):
    cdef void _blank(self, unsigned int a)
    cdef void _join_new(self, unsigned int first, unsigned int n, const int[:, :] queues)
