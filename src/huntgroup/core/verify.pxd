"""What is always true, checked by scanning everything."""

from huntgroup.core.columns cimport Centre


cdef const char *find_fault(Centre *c, unsigned int *which) noexcept nogil
