"""Administration while the centre runs."""

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport CommandRow


cdef int update_agent(Centre *c, CommandRow *cmd) noexcept nogil
