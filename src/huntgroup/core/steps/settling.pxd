"""What matching made possible or due in the same step."""

from huntgroup.core.state.centre cimport Centre


cdef void settle_what_follows(Centre *c) noexcept nogil
