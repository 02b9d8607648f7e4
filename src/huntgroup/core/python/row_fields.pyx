"""What a method was given, checked, as a field of the row that carries its command."""

from operator import index as as_index

from libc.stdint cimport int32_t, int64_t

from huntgroup.core.python.store cimport hg_one_digit, whole

from huntgroup.errors import ConfigError
from huntgroup.limits import MAX_PRIORITY
from huntgroup.settings.arguments import integer, interaction_id as checked_id


cdef int64_t bounded(str field, object value, int64_t low, int64_t high) except? -9:
    """An integer within bounds; ConfigError otherwise."""
    cdef int64_t number
    if hg_one_digit(value, &number) and low <= number <= high:
        return number
    return integer(field, value, low, high)


cdef int32_t priority_arg(object priority) except? -9:
    """An integer that a row can hold; the command refuses it later if it is beyond its limit. ConfigError,
    which names the limit, if no row can hold it."""
    cdef int64_t number
    if not hg_one_digit(priority, &number):
        if not isinstance(priority, bool) and hasattr(priority, "__index__") and (
                -2**31 <= as_index(priority) < 2**31):
            return <int32_t> as_index(priority)
        number = integer("priority", priority, -MAX_PRIORITY, MAX_PRIORITY)
    return <int32_t> number


cdef int64_t offer_arg(object offer) except? -9:
    if isinstance(offer, bool) or not hasattr(offer, "__index__"):
        raise ConfigError("offer", offer, "the integer id that the offer's event carries")
    # An id is at least 1. -1 would mean that nothing was said.
    return max(whole(offer, 0), 0)


cdef int64_t interaction_id(object interaction) except? -9:
    """`interaction_arg` of what is no plain integer of a few digits."""
    return whole(interaction if type(interaction) is int else checked_id(interaction), 0)


cdef int32_t index_of(object name, dict index) except? -3:
    found = index.get(name)
    return -2 if found is None else found
