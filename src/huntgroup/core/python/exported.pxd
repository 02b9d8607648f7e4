"""Windows on the tables for numpy."""

cdef class Block:
    cdef object owner
    cdef char *data
    cdef Py_ssize_t length


cdef Block make_block(object owner, char *data, Py_ssize_t length)
