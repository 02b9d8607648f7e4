"""The tables of the presence model in use."""

from huntgroup.core.state.centre cimport Centre


cdef int use_tables(Centre *c, object tables) except -1
