"""The commands as methods: names resolved, one row filled, one call into the machine."""

from libc.stdint cimport int64_t, uint32_t

from huntgroup.core.python.administration cimport Administration
from huntgroup.core.state.rows cimport CommandRow


cdef class Commands(Administration):
    cdef int agent_command(self, int code, object agent, object by, object at, str name) except -1
    cdef int attempt_with_user(self, CommandRow *cmd, object values) except -1
    cdef int run_with_list(self, CommandRow *cmd, object values, tuple names) except -1
    cdef int login_command(self, int code, object agent, object queue, object by, object at,
                           str name) except -1
    cdef object _made(self, object ref)
    cdef int interaction_command(self, int code, object interaction, object agent, object offer, object at,
                                 str name) except -1
    cdef object events_from(self, uint32_t first)
    cdef object poll_shown(self, int64_t before_seq)
