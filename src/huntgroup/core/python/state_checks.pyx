"""The loops of huntgroup.engine.restoring: whether what a snapshot says of millions of rows holds together,
in one walk over a column each, without the GIL. A column may stand anywhere and have any stride.
"""

from cpython.buffer cimport PyBUF_STRIDES, Py_buffer, PyBuffer_Release, PyObject_GetBuffer
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy

from huntgroup.core.state.fetch cimport hg_prefetch
from huntgroup.core.state.native cimport HG_NONE

import numpy as np

cdef enum:
    AHEAD = 12                      # rows


cdef class Column:
    """One number of each row of a table, of at most 8 bytes."""
    cdef Py_buffer view
    cdef bint is_signed
    cdef Py_ssize_t count
    cdef Py_ssize_t stride

    def __cinit__(self, array):
        PyObject_GetBuffer(array, &self.view, PyBUF_STRIDES)
        if self.view.ndim != 1 or self.view.itemsize not in (1, 2, 4, 8):
            raise ValueError("a column of rows is one number of each")
        self.is_signed = array.dtype.kind == "i"
        self.count, self.stride = self.view.shape[0], self.view.strides[0]

    def __dealloc__(self):
        PyBuffer_Release(&self.view)


cdef inline int64_t value(Column column, Py_ssize_t row) noexcept nogil:
    """The number of a row; one of eight bytes as its bits are. What stands unaligned is read as well."""
    cdef const char *at = <const char *> column.view.buf + row * column.stride
    cdef int64_t eight
    cdef uint32_t four
    cdef uint16_t two
    if column.view.itemsize == 4:
        memcpy(&four, at, 4)
        return <int32_t> four if column.is_signed else <int64_t> four
    if column.view.itemsize == 8:
        memcpy(&eight, at, 8)
        return eight
    if column.view.itemsize == 2:
        memcpy(&two, at, 2)
        return <int16_t> two if column.is_signed else <int64_t> two
    return <int8_t> at[0] if column.is_signed else <int64_t> <uint8_t> at[0]


def within(array, int64_t count):
    """Whether each index of a column is below `count`; all ones of four bytes, and -1, are none. An index of
    less than four bytes that has no sign has no none: 0 stands there even where there is nothing. O(rows)."""
    cdef Column column = Column(array)
    cdef bint has_none = column.view.itemsize == 4 and not column.is_signed
    cdef int64_t least = -1 if column.is_signed else 0, end = count, number
    cdef Py_ssize_t k
    cdef bint good = True
    if not column.is_signed and not has_none and end < 1:
        end = 1
    with nogil:
        for k in range(column.count):
            number = value(column, k)
            if not (least <= number < end or has_none and number == HG_NONE):
                good = False
                break
    return good


def most(array, int bits=63):
    """The largest of the numbers in a column, of which so many low bits count; 0 without one. O(rows)."""
    cdef Column column = Column(array)
    cdef uint64_t mask = (<uint64_t> 1 << bits) - 1, found = 0, number
    cdef Py_ssize_t k
    with nogil:
        for k in range(column.count):
            number = <uint64_t> value(column, k) & mask
            if number > found:
                found = number
    return found


def mark_once(const uint32_t[:] found, uint8_t[:] seen):
    """Marks these rows; whether each is one, and had no mark before. O(found)."""
    cdef Py_ssize_t k
    cdef bint good = True
    with nogil:
        for k in range(found.shape[0]):
            if found[k] >= seen.shape[0] or seen[found[k]]:
                good = False
                break
            seen[found[k]] = 1
    return good


def one_membership_of_a_queue(start, count, queue, uint32_t queues):
    """Whether each agent, whose memberships are `count` rows from `start` on, is at most once in a queue, and
    in no other than there are. O(memberships + queues)."""
    cdef Column starts = Column(start), counts = Column(count), of = Column(queue)
    cdef uint32_t[::1] latest = np.zeros(queues + 1, np.uint32)
    cdef Py_ssize_t a
    cdef int64_t m, q, first
    cdef bint good = True
    with nogil:
        for a in range(starts.count):
            first = value(starts, a)
            for m in range(first, first + value(counts, a)):
                q = value(of, m) if 0 <= m < of.count else HG_NONE
                if q >= queues or latest[q] == a + 1:
                    good = False
                    break
                latest[q] = <uint32_t> (a + 1)
            if not good:
                break
    return good


def slots_fit(key, member, agent, int bits):
    """Whether the member of each slot is one, and of the agent that the key's lowest bits name. O(slots)."""
    cdef Column keys = Column(key), members = Column(member), agents = Column(agent)
    cdef uint64_t mask = (<uint64_t> 1 << bits) - 1
    cdef Py_ssize_t k
    cdef int64_t m
    cdef bint good = True
    with nogil:
        for k in range(keys.count):
            # Members lie anywhere.
            if k + AHEAD < members.count:
                m = value(members, k + AHEAD)
                if 0 <= m < agents.count:
                    hg_prefetch(<const char *> agents.view.buf + m * agents.stride)
            m = value(members, k)
            if not 0 <= m < agents.count or <uint64_t> value(agents, m) != (<uint64_t> value(keys, k) & mask):
                good = False
                break
    return good
