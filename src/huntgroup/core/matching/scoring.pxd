"""What an agent is worth for an interaction: by proficiency, or by a scorer of the user's own."""

from libc.stdint cimport int32_t, uint32_t

from huntgroup.core.state.centre cimport Centre


cdef uint32_t scored_skills(Centre *c, uint32_t i, int32_t *skills) noexcept nogil
cdef int held_sum(Centre *c, uint32_t a, const int32_t *skills, uint32_t count) noexcept nogil
cdef int proficiency(Centre *c, uint32_t i, uint32_t a) noexcept nogil
cdef const double *scores_of_candidates(Centre *c, uint32_t i, double *highest,
                                        int *fault) noexcept nogil
