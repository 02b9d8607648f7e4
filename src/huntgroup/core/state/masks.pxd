"""Which optional fields of a command count: the bits of CommandRow.mask, by command."""


cdef enum EnqueueMask:
    GIVEN_ONCE = 1
    GIVEN_REF = 2                   # `ref` counts, -1 too: single calls only
    GIVEN_TEXT_REF = 4


cdef enum UpdateMask:
    GIVEN_PRIORITY = 1
    GIVEN_REQUIRES = 2
    GIVEN_RELAX = 4
    GIVEN_PREFERRED = 8


cdef enum AgentMask:
    GIVEN_ROLE = 1                  # 1 << SET_ROLE and so on
    GIVEN_UNITS = 2
    GIVEN_BUSY_SELECTABLE = 4
    GIVEN_WRAP_UP = 8
    GIVEN_TEAM = 16
