"""Requirements, compiled: is a boolean expression over skills true of an agent?"""

from libc.stdint cimport int32_t, uint32_t, uint64_t

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport RequirementRow


cdef bint run_program(Centre *c, int32_t requirement, uint32_t agent) noexcept nogil
cdef int add_atom(Centre *c, uint32_t skill, uint32_t proficiency) noexcept nogil
cdef int add_requirement(Centre *c, const int32_t *program, uint32_t count, const int32_t *scored,
                         uint32_t scored_count) noexcept nogil
cdef void compute_signature(Centre *c, uint32_t agent) noexcept nogil


cdef inline bint meets(Centre *c, int32_t requirement, uint32_t agent) noexcept nogil:
    """Whether the agent's skills meet it. Row 0 is "anyone". O(1) for a conjunction within one signature
    word, else O(length of the expression)."""
    cdef RequirementRow *r
    if requirement <= 0:
        return True
    r = <RequirementRow *> c.requirements.rows + requirement
    if r.word >= 0:
        return (c.signatures[<size_t> agent * c.signature_words + <uint32_t> r.word] & r.mask) == r.want
    return run_program(c, requirement, agent)
