"""The records of a durable engine, gathered until they are committed."""

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.rows cimport CommandRow

cdef enum:
    TEXT_RECORD = 0xFFFF            # in the place of a command: a document, not a row
    TIME_BEGAN = 1                  # flag of ADVANCE: manual time began by a duration, and that was told


cdef class Recorder:
    cdef bytearray rows
    cdef bytearray numbers
    cdef bytearray values
    cdef bytearray texts
    cdef readonly uint32_t events_crc   # of what was decided
    cdef uint32_t events                # how many were told
    # events below this number are of groups that were committed
    cdef public int64_t shown_seq
    # the last record is a time at which nothing fired: not worth a commit yet
    cdef readonly bint waiting
    # the journal knows that time has begun
    cdef bint begun
    cdef public bint grouped
    cdef public bint changing
    cdef public object failure
    # the state's digest is to be noted before the next command
    cdef public bint digest_due
    cdef object define
    cdef object commit
    cdef object digest

    cdef int usable(self, Centre *c) except -1
    cdef int before(self, Centre *c) except -1
    cdef CommandRow *room(self, Py_ssize_t count) except NULL
    cdef int forget_room(self, Py_ssize_t count) except -1
    cdef int note(self, Centre *c, const CommandRow *cmd, int result, object ref) except -1
    cdef int note_time(self, Centre *c, bint fired) except -1
    cdef int note_beginning(self, Centre *c, uint32_t first) except -1
    cdef int note_events(self, Centre *c, uint32_t first) except -1
    cdef CommandRow *room_of_batch(self, Centre *c, Py_ssize_t n, const double[::1] numbers,
                                   const int32_t[::1] values, int32_t *number_base,
                                   int32_t *value_base) except NULL
    cdef int note_batch(self, Centre *c, Py_ssize_t n, Py_ssize_t kept, uint64_t step, bint begun) except -1
    cdef int done(self, Centre *c) except -1


cdef bint names_texts(const CommandRow *cmd) noexcept nogil
cdef bint takes_list(const CommandRow *cmd) noexcept nogil
cdef int numbers_taken(const CommandRow *cmd) noexcept nogil
