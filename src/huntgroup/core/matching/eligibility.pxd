"""Why an agent is not offered an interaction: every failed rule, in order, and when a timed one may
change."""

from libc.stdint cimport int64_t, uint32_t

from huntgroup.core.state.centre cimport Centre

cpdef enum Rule:
    RULE_SIGNED_OUT
    RULE_STATUS
    RULE_PENDING
    RULE_STOP_NEW
    RULE_WRAP_UP
    RULE_NOT_MEMBER
    RULE_NOT_LOGGED_IN
    RULE_DELAY
    RULE_CAPABILITY
    RULE_DEVICE
    RULE_CAPACITY
    RULE_BLOCKED
    RULE_UNITS
    RULE_LIMIT
    RULE_MAX_HANDLED
    RULE_ASKED
    RULE_SKILLS
    RULE_PREFERRED
    RULE_CLOSED
    RULE_CALLBACK


ctypedef struct Failed:
    int rule
    int64_t when_ns


cdef int failed_rules(Centre *c, uint32_t a, uint32_t i, Failed *out) noexcept nogil
