"""A command in which nothing is said yet."""

from libc.stdint cimport int64_t, uint16_t
from libc.string cimport memset

from huntgroup.core.state.rows cimport CommandRow


cdef inline void blank(CommandRow *row, int code, int64_t at_ns) noexcept nogil:
    """Nothing is said but the command and its instant."""
    memset(row, 0xFF, sizeof(CommandRow))
    row.at_ns = at_ns
    row.command = <uint16_t> code
    row.requires = 0
    row.priority = 0
    row.list_count = 0
    row.flag = 0
    row.mask = 0
