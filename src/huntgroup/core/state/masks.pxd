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
