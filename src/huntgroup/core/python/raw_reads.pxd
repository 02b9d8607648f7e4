"""The compiled class that `huntgroup.Engine` inherits from."""

from libc.stdint cimport int64_t, uint32_t

from huntgroup.core.state.centre cimport Table
from huntgroup.core.python.quick_calls cimport QuickCalls
from huntgroup.core.state.rows cimport WatchRow


cdef class RawReads(QuickCalls):
    cdef int64_t oldest(self, uint32_t q)
    cdef uint32_t row_of(self, int64_t id)
    cdef uint32_t ready_shown(self, WatchRow *watch)
    cdef void first_count(self, uint32_t a, WatchRow *watch)
    cdef object size_of(self, Table *t)
    cdef int show_table(self, dict out, str name, Table *t) except -1
    cdef object live_ids(self)
