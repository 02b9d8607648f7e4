"""The searches over many slots at once, for the whole core.

The native library is in every extension module anew, and with it the pointer to the variant in use. So all
searches go through this module: what is chosen here holds for everybody.
"""

from libc.stdint cimport uint32_t, uint64_t


cdef uint32_t first_match(const uint64_t *live, const uint64_t *signature, uint64_t mask, uint64_t want,
                          uint32_t start, uint32_t to) noexcept nogil
cdef uint32_t first_match_two(const uint64_t *live, const uint64_t *a, uint64_t mask_a, uint64_t want_a,
                              const uint64_t *b, uint64_t mask_b, uint64_t want_b, uint32_t start,
                              uint32_t to) noexcept nogil
