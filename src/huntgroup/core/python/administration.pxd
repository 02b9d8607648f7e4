"""Administration while the centre runs, above what builds it."""

from huntgroup.core.python.configuration cimport Configuration


cdef class Administration(Configuration):
    pass
