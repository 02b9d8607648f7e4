"""Administration while the centre runs, above what builds it."""

from huntgroup.core.python.batches cimport Batches


cdef class Administration(Batches):
    pass
