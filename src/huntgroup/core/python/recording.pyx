"""Records: a row for each command that was accepted, as `apply` takes it, and a document for a command that
does not fit into a row (docs/JOURNAL_FORMAT.md). Encoding copies rows; it makes no Python objects.
"""

from cpython.bytearray cimport PyByteArray_AS_STRING, PyByteArray_GET_SIZE, PyByteArray_Resize
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.string cimport memcpy

from huntgroup.core.python.decided cimport decided_crc
from huntgroup.core.state.blank cimport blank
from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.codes cimport (
    CMD_ADVANCE, CMD_DIAL, CMD_DIRECT, CMD_ENQUEUE, CMD_SET_USER, CMD_UPDATE_INTERACTION)
from huntgroup.core.state.masks cimport GIVEN_TEXT_REF
from huntgroup.core.state.rows cimport CommandRow, EventRow

import struct

from huntgroup.core.python.decided import CHECKED_BY
from huntgroup.errors import JournalFailed, limit_exceeded

cdef enum:
    MOST = 250_000_000              # values beside the rows of a group

HEADER = struct.Struct("<BBHIIIIIHHI")
VERSION = 1
RULES = 1
"""The version of the rules by which decisions are made: records made under another one are not played."""
NUMBERED = 1
"""Flag of a group: its first record tells the layout of rows and the numbers of codes from here on."""
ROW_BYTES = sizeof(CommandRow)
TEXT_CODE = TEXT_RECORD


cdef bint names_texts(const CommandRow *cmd) noexcept nogil:
    """Whether the row's reference is a text, whose place among the texts is in `offer`; -1: it is not known
    here, as in a row of a batch."""
    return cmd.mask & GIVEN_TEXT_REF and cmd.command in (CMD_ENQUEUE, CMD_DIRECT, CMD_DIAL)


cdef bint takes_list(const CommandRow *cmd) noexcept nogil:
    """Whether the row names values in `lists`. (For relaxation steps `list_count` has another meaning.)"""
    return cmd.list_count > 0 and cmd.command not in (CMD_ENQUEUE, CMD_UPDATE_INTERACTION)


cdef int numbers_taken(const CommandRow *cmd) noexcept nogil:
    """How many of the caller's numbers the row names."""
    if cmd.command == CMD_SET_USER:
        return 1
    return cmd.flag if cmd.command == CMD_ENQUEUE and cmd.flag > 0 else 0


cdef inline void *grown(bytearray block, Py_ssize_t more) except NULL:
    """Room for so many bytes more at the end of a block."""
    cdef Py_ssize_t size = PyByteArray_GET_SIZE(block)
    PyByteArray_Resize(block, size + more)
    return PyByteArray_AS_STRING(block) + size


cdef class Recorder:
    """Gathers records. `define` is called before each, and notes what names it needs; `commit` makes all of
    them durable; `digest` notes the state's digest, before a command where `digest_due` says so: then all of
    the one before is done."""

    def __init__(self, define, commit, digest):
        self.define, self.commit, self.digest = define, commit, digest
        self._clear()

    def _clear(self):
        self.rows, self.numbers, self.values, self.texts = bytearray(), bytearray(), bytearray(), bytearray()
        self.events_crc = 0
        self.events = 0
        self.waiting = False

    @property
    def count(self):
        """How many records wait for a commit. O(1)."""
        return len(self.rows) // sizeof(CommandRow)

    def take(self, flags=0):
        """(number of records, the records as bytes); there are none then. O(bytes)."""
        count = len(self.rows) // sizeof(CommandRow)
        header = HEADER.pack(VERSION, CHECKED_BY, sizeof(CommandRow), count, len(self.numbers) // 8,
                             len(self.values) // 4, len(self.texts), self.events_crc, RULES, flags,
                             self.events)
        data = b"".join((header, self.rows, self.numbers, self.values, self.texts))
        self._clear()
        return count, data

    def note_document(self, bytes text, int64_t at_ns):
        """A record that is a document. O(bytes)."""
        cdef CommandRow *row = self.room(1)
        blank(row, TEXT_RECORD, at_ns)
        row.list_start = <int32_t> len(self.texts)
        row.list_count = <int32_t> len(text)
        self.texts += text
        self.waiting = False

    cdef int usable(self, Centre *c) except -1:
        """Before a command: raises if the journal has failed. If time has begun since, that is a record of
        its own."""
        if self.failure is not None:
            raise JournalFailed(self.failure)
        if self.digest_due and not self.changing:
            self.digest_due = False
            self.digest()
        if c.begun and not self.begun:
            blank(self.room(1), CMD_ADVANCE, c.now_ns)
            self.begun = True
        return 0

    cdef int before(self, Centre *c) except -1:
        """Before a record: the names that it may need."""
        if not self.changing:
            self.define(c.now_ns)
        return 0

    cdef CommandRow *room(self, Py_ssize_t count) except NULL:
        """Reserves so many rows at the end. A record of time that waits for its commit is replaced."""
        if self.waiting:
            PyByteArray_Resize(self.rows, PyByteArray_GET_SIZE(self.rows) - sizeof(CommandRow))
            self.waiting = False
        return <CommandRow *> grown(self.rows, count * sizeof(CommandRow))

    cdef int forget_room(self, Py_ssize_t count) except -1:
        """Gives back the last rows of what `room` gave."""
        return PyByteArray_Resize(self.rows, PyByteArray_GET_SIZE(self.rows) - count * sizeof(CommandRow))

    cdef int note(self, Centre *c, const CommandRow *cmd, int result, object ref) except -1:
        """A single command that was accepted, or refused with effects, with the lists and numbers that stand
        beside it."""
        cdef CommandRow *row
        self.before(c)
        row = self.room(1)
        memcpy(row, cmd, sizeof(CommandRow))
        row.at_ns = c.now_ns if c.begun else -1
        row.pad = <short> result
        if c.list != NULL:
            row.list_start = <int32_t> (len(self.values) // 4)
            row.list_count = <int32_t> c.list_count
            memcpy(grown(self.values, c.list_count * 4), c.list, c.list_count * 4)
        if c.user_count:
            row.user_start = <int32_t> (len(self.numbers) // 8)
            memcpy(grown(self.numbers, c.user_count * 8), c.user_in, c.user_count * 8)
            if row.command == CMD_ENQUEUE:
                row.flag = <short> c.user_count
        if names_texts(cmd):
            text = ref.encode("utf-8", "surrogatepass")
            row.offer = <int64_t> len(self.texts) << 8 | <int64_t> len(text)
            self.texts += text
        return 0

    cdef int note_time(self, Centre *c, bint fired) except -1:
        """Time that passed without a command that was accepted."""
        if fired:
            self.before(c)
        blank(self.room(1), CMD_ADVANCE, c.now_ns)
        self.waiting = not fired
        return 0

    cdef int note_beginning(self, Centre *c, uint32_t first) except -1:
        """Manual time begins by a duration, which the events from row `first` on tell."""
        cdef CommandRow *row
        if c.events.count > first:
            self.note_events(c, first)
            row = self.room(1)
            blank(row, CMD_ADVANCE, c.now_ns)
            row.flag = TIME_BEGAN
            self.begun = True
        return 0

    cdef int note_events(self, Centre *c, uint32_t first) except -1:
        """The events from row `first` on are those of the records noted."""
        if c.events.count > first:
            self.events += c.events.count - first
            self.events_crc = decided_crc(<EventRow *> c.events.rows + first, c.events.count - first,
                                          self.events_crc)
        return 0

    cdef int done(self, Centre *c) except -1:
        """After a call: its records are made durable, unless it is part of a group."""
        if not self.grouped and not self.changing:
            if self.count > self.waiting:
                self.commit()
            self.shown_seq = c.next_seq
        self.begun = c.begun
        return 0

    cdef CommandRow *room_of_batch(self, Centre *c, Py_ssize_t n, const double[::1] numbers,
                                   const int32_t[::1] values, int32_t *number_base,
                                   int32_t *value_base) except NULL:
        """Room for the rows of a batch that are accepted; its numbers and values are kept beside them."""
        self.before(c)
        if len(self.values) // 4 + values.shape[0] > MOST or len(self.numbers) // 8 + numbers.shape[0] > MOST:
            raise limit_exceeded("lists", values.shape[0], f"at most {MOST:,} values in a group")
        number_base[0] = <int32_t> (len(self.numbers) // 8)
        value_base[0] = <int32_t> (len(self.values) // 4)
        if numbers.shape[0]:
            memcpy(grown(self.numbers, numbers.shape[0] * 8), &numbers[0], numbers.shape[0] * 8)
        if values.shape[0]:
            memcpy(grown(self.values, values.shape[0] * 4), &values[0], values.shape[0] * 4)
        return self.room(n)

    cdef int note_batch(self, Centre *c, Py_ssize_t n, Py_ssize_t kept, uint64_t step, bint begun) except -1:
        """After a batch of n rows, of which `kept` were accepted: the time that passed behind the last."""
        cdef const CommandRow *last
        self.forget_room(n - kept)
        if not c.begun:
            return 0
        if kept:
            last = <const CommandRow *> (PyByteArray_AS_STRING(self.rows)
                                         + PyByteArray_GET_SIZE(self.rows)) - 1
            if last.at_ns == c.now_ns:
                return 0
        return self.note_time(c, c.step != step or c.begun != begun)
