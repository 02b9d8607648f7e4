"""Who may do what (docs/SEMANTICS.md, section 18)."""

from libc.stdint cimport int32_t

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport CommandRow


cdef bint known(Centre *c, int32_t by) noexcept nogil
cdef bint may_change(Centre *c, int32_t by, int32_t a) noexcept nogil
cdef int judge_by(Centre *c, CommandRow *cmd) noexcept nogil
cdef int judge_configuring(Centre *c, int32_t by) noexcept nogil
cdef bint may_command(Centre *c, int32_t by, int32_t a) noexcept nogil
cdef bint may_act_for(Centre *c, int32_t by, int32_t a) noexcept nogil
