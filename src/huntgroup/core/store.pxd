"""The Python object that owns a centre: names and indices, the clock, the presence model's tables."""

from libc.stdint cimport int32_t, int64_t, uint32_t

from huntgroup.core.columns cimport Centre
from huntgroup.core.rows cimport CommandRow


cdef int64_t whole(object value, int64_t otherwise) except? -9


cdef class Store:
    cdef Centre c
    cdef readonly object model
    cdef object clock
    cdef public dict _agent_index
    cdef public list _agent_ids
    cdef public dict _queue_index
    cdef public list _queue_names
    cdef public dict _skill_index
    cdef public list _skill_names
    cdef public dict _channel_index
    cdef public list _channel_names
    cdef public dict _group_index
    cdef public list _group_names
    cdef public dict _status_index
    cdef public list _status_names
    cdef public dict _external_index
    cdef public dict _requirement_rows
    cdef public list _requirement_texts
    cdef public dict _hours
    cdef public dict _overflow_names
    cdef public dict _refs
    cdef public list _scorers
    cdef bint running

    cdef int at_rest(self) except -1
    cdef int enter(self) except -1
    cdef int64_t at_ns(self, object at) except? -2
    cdef int32_t agent_arg(self, object agent) except? -3
    cdef int32_t queue_arg(self, object queue) except? -3
    cdef int32_t channel_arg(self, object channel) except? -3
    cdef int32_t status_arg(self, object status) except? -3
    cdef int32_t skill_arg(self, object skill) except? -3
    cdef int32_t requirement_arg(self, object requires) except? -3
    cdef int run(self, CommandRow *cmd, tuple names) except -1
    cdef int refuse(self, int result, tuple names) except -1
    cdef int attempt(self, CommandRow *cmd) except -1
    cdef int pass_to(self, object at) except -1
