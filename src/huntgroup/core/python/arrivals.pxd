"""What an arrival may bring: a reference, and an instant before now."""

from libc.stdint cimport int64_t

from huntgroup.core.python.store cimport Store
from huntgroup.core.state.rows cimport CommandRow


cdef int ref_arg(Store engine, CommandRow *cmd, object ref) except -1
cdef int64_t arrival_arg(object arrived_at, int64_t latest_ns) except? -1
cdef list ids_with_ref(Store engine, object ref)
