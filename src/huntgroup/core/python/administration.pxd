"""Administration while the centre runs, above what builds it."""

from libc.stdint cimport int64_t, uint16_t
from libc.string cimport memset

from huntgroup.core.python.configuration cimport Configuration
from huntgroup.core.state.rows cimport CommandRow


cdef class Administration(Configuration):
    pass


cdef inline void blank(CommandRow *cmd, int code, int64_t at_ns) noexcept nogil:
    memset(cmd, 0xFF, sizeof(CommandRow))
    cmd.at_ns = at_ns
    cmd.command = <uint16_t> code
    cmd.requires = 0
    cmd.priority = 0
    cmd.list_count = 0
    cmd.flag = 0
    cmd.mask = 0
