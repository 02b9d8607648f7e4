"""The commands as methods: names resolved, one row filled, one call into the machine."""

from libc.stdint cimport int64_t, uint16_t, uint32_t
from libc.string cimport memset

from huntgroup.core.python.configuration cimport Configuration
from huntgroup.core.state.rows cimport CommandRow


cdef inline void blank(CommandRow *cmd, int code, int64_t at_ns) noexcept nogil:
    """A row in which nothing is said but what to do and when."""
    memset(cmd, 0xFF, sizeof(CommandRow))
    cmd.at_ns = at_ns
    cmd.command = <uint16_t> code
    cmd.requires = 0
    cmd.priority = 0
    cmd.list_count = 0
    cmd.flag = 0
    cmd.mask = 0


cdef int64_t interaction_arg(object interaction) except? -9


cdef class Commands(Configuration):
    cdef int agent_command(self, int code, object agent, object at, str name) except -1
    cdef int attempt_with_user(self, CommandRow *cmd, object values) except -1
    cdef int run_with_list(self, CommandRow *cmd, object values, tuple names) except -1
    cdef int login_command(self, int code, object agent, object queue, object by, object at,
                           str name) except -1
    cdef int _note_ref(self, CommandRow *cmd, object ref) except -1
    cdef object _made(self, object ref)
    cdef int interaction_command(self, int code, object interaction, object agent, object offer, object at,
                                 str name) except -1
    cdef object events_from(self, uint32_t first)
