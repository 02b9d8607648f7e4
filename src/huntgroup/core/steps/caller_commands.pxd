"""What somebody who waits may do: hang up, or ask to be called back."""

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport CommandRow


cdef int abandon(Centre *c, CommandRow *cmd) noexcept nogil
cdef int request_callback(Centre *c, CommandRow *cmd) noexcept nogil
