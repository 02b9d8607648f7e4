"""What the rows of a batch will need, asked for before they are executed."""

from libc.stdint cimport int64_t

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport CommandRow


cdef void look_ahead(Centre *c, const CommandRow *rows, Py_ssize_t k, Py_ssize_t n) noexcept nogil
cdef int64_t agent_of(Centre *c, const CommandRow *cmd) noexcept nogil
