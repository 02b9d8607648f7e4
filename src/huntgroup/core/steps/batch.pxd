"""A batch of commands: one call for many rows."""

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport CommandRow


cdef void apply_rows(Centre *c, const CommandRow *rows, Py_ssize_t n, uint16_t *results, int64_t *made,
                     const int32_t *values, uint32_t value_count, const double *numbers,
                     uint32_t number_count) noexcept nogil
cdef Py_ssize_t record_rows(Centre *c, const CommandRow *rows, Py_ssize_t n, uint16_t *results,
                            int64_t *made, const int32_t *values, uint32_t value_count,
                            const double *numbers, uint32_t number_count, CommandRow *kept,
                            int32_t value_base, int32_t number_base) noexcept nogil
