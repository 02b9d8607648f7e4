"""What a method was given, as a field of the row that carries its command."""

from libc.stdint cimport int32_t, int64_t

from huntgroup.core.python.store cimport plain_whole


cdef int64_t bounded(str field, object value, int64_t low, int64_t high) except? -9
cdef int32_t priority_arg(object priority) except? -9
cdef int64_t offer_arg(object offer) except? -9
cdef int64_t interaction_id(object interaction) except? -9
cdef int32_t index_of(object name, dict index) except? -3


cdef inline int64_t interaction_arg(object interaction) except? -9:
    """The id as int64; 0, which no interaction has, where it does not fit."""
    cdef int64_t id = 0
    return id if plain_whole(interaction, &id) else interaction_id(interaction)
