"""The checksums, callable without the GIL."""

from libc.stdint cimport uint8_t, uint32_t


cdef uint32_t crc_of(const uint8_t *at, Py_ssize_t n, uint32_t before) noexcept nogil
