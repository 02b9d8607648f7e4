"""What an agent is worth for an interaction: by proficiency, or by a scorer of the user's own."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.centre cimport Centre


cdef int proficiency(Centre *c, uint32_t i, uint32_t a) noexcept nogil
cdef const double *scores_of_candidates(Centre *c, uint32_t i, double *highest,
                                        int *fault) noexcept nogil
