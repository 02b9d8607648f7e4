"""What is always true, checked by scanning everything."""

from huntgroup.core.state.centre cimport Centre


cdef const char *find_fault(Centre *c, unsigned int *which) noexcept nogil
