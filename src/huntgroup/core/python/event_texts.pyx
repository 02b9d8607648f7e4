"""Events as JSON, as services send them: a text for each row, without an object in between."""

from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_Free, PyMem_Realloc
from cpython.unicode cimport PyUnicode_AsUTF8AndSize
from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t
from libc.string cimport memcpy

from huntgroup.core.state.rows cimport EventRow

cdef enum:
    ROOM = 1024                     # bytes that stay free: more than marks and numbers of an event take
    SECOND_NS = 1000000000
    ODD = 255                       # a kind that is not made here


MOST = 2**62
cdef const char *HEX = b"0123456789abcdef"


cdef struct Out:
    char *at
    Py_ssize_t used
    Py_ssize_t size


cdef int need(Out *out, Py_ssize_t more) except -1:
    """Makes room for so many bytes, and for ROOM after them."""
    cdef char *grown
    cdef Py_ssize_t least = out.used + more + ROOM
    if least <= out.size:
        return 0
    grown = <char *> PyMem_Realloc(out.at, 2 * least)
    if grown == NULL:
        raise MemoryError
    out.at, out.size = grown, 2 * least
    return 0


cdef inline void put(Out *out, const char *text, Py_ssize_t count) noexcept nogil:
    memcpy(out.at + out.used, text, count)
    out.used += count


cdef inline void put_mark(Out *out, const char *text, Py_ssize_t count, bint nothing) noexcept nogil:
    """The name of a member, and null if it has no value."""
    put(out, text, count)
    if nothing:
        put(out, b"null", 4)


cdef void put_number(Out *out, int64_t number) noexcept nogil:
    cdef char[20] digits
    cdef int first = 20
    cdef unsigned long long rest = <unsigned long long> number
    if number < 0:
        put(out, b"-", 1)
        rest = 0 - rest
    while True:
        first -= 1
        digits[first] = <char> (48 + rest % 10)
        rest //= 10
        if rest == 0:
            break
    put(out, &digits[first], 20 - first)


cdef int put_text(Out *out, str text) except -1:
    """A text in quotes."""
    cdef Py_ssize_t count = 0, k
    cdef const char *at = PyUnicode_AsUTF8AndSize(text, &count)
    cdef uint8_t c
    need(out, 6 * count + 2)
    put(out, b'"', 1)
    for k in range(count):
        c = <uint8_t> at[k]
        if c >= 32 and c != 34 and c != 92:
            out.at[out.used] = <char> c
            out.used += 1
        elif c == 34 or c == 92:
            out.at[out.used] = 92
            out.at[out.used + 1] = <char> c
            out.used += 2
        else:
            put(out, b"\\u00", 4)
            put(out, HEX + (c >> 4), 1)
            put(out, HEX + (c & 15), 1)
    put(out, b'"', 1)
    return 0


cdef int put_word(Out *out, words, int64_t place) except -1:
    """One of the words, null where it is none."""
    word = words[place]
    if word is None:
        put(out, b"null", 4)
        return 0
    return put_text(out, word)


cdef int put_state(Out *out, words, int16_t value) except -1:
    """`status_from` or `status_to`: a word where the kind has words, or a number."""
    if words is None:
        put_number(out, value)
        return 0
    return put_word(out, words, value)


cdef inline int put_named(Out *out, const char *label, Py_ssize_t length, words, int64_t place) except -1:
    """A member that is a word, null for a negative place."""
    put_mark(out, label, length, place < 0)
    return put_word(out, words, place) if place >= 0 else 0


cdef inline int put_count(Out *out, const char *label, Py_ssize_t length, int64_t value,
                          bint absent) except -1:
    """A member that is a number, or null."""
    put_mark(out, label, length, absent)
    if not absent:
        put_number(out, value)
    return 0


cdef class Words  # below


cdef int put_by(Out *out, Words names, int32_t by) except -1:
    """Who gave the command: an agent, or one of the actors."""
    if by >= 0:
        return put_word(out, names.agents, by)
    return put_text(out, names.actors[-2 - <int64_t> by].name)


cdef int put_event(Out *out, const EventRow *e, Words names, words, bytes instant) except -1:
    """One event. The order of the members is that of `Event.to_dict`."""
    cdef int64_t part = e.at_ns % <int64_t> SECOND_NS
    cdef int k
    need(out, 0)
    put(out, b'{"seq":', 7)
    put_number(out, e.seq)
    put(out, b',"at":"', 7)
    put(out, <const char *> instant, 20)
    for k in range(9):
        out.at[out.used + 8 - k] = <char> (48 + part % 10)
        part //= 10
    out.used += 9
    put(out, b'Z","at_ns":', 11)
    put_number(out, e.at_ns)
    put(out, b',"kind":', 8)
    put_word(out, names.kinds, e.kind)
    put_named(out, b',"agent":', 9, names.agents, e.agent)
    put_count(out, b',"interaction":', 15, e.interaction, e.interaction < 0)
    put_named(out, b',"queue":', 9, names.queues, e.queue)
    put_count(out, b',"offer":', 9, e.offer, e.offer < 0)
    put_mark(out, b',"status_from":', 15, e.status_from < 0)
    if e.status_from >= 0:
        put_state(out, words, e.status_from)
    put_mark(out, b',"status_to":', 13, e.status_to < 0)
    if e.status_to >= 0:
        put_state(out, words, e.status_to)
    put(out, b',"reason":', 10)
    put_word(out, names.reasons, e.reason)
    put_named(out, b',"channel":', 11, names.channels, e.channel)
    put_named(out, b',"group":', 9, names.groups, e.group)
    put_count(out, b',"other":', 9, e.other, e.other < 0)
    put_mark(out, b',"by":', 6, e.by == -1)
    if e.by != -1:
        put_by(out, names, e.by)
    put_count(out, b',"value":', 9, e.value, e.value == -1)
    put_named(out, b',"text":', 8, names.texts, e.text)
    put(out, b"}", 1)
    return 0


cdef bint put_result(Out *out, value) except -1:
    """The beginning of an answer, up to its events; whether the value is one that is put here."""
    need(out, 0)
    put(out, b'{"result":', 10)
    if value is None:
        put(out, b"null", 4)
    elif type(value) is int and -MOST < value < MOST:
        put_number(out, value)
    else:
        return False
    put(out, b',"events":[', 11)
    return True


cdef class Words:
    """The words behind the numbers of events: of every engine, and of the one whose events they are."""
    cdef object kinds
    cdef object reasons
    cdef object means
    cdef object settings
    cdef object capabilities
    cdef object presences
    cdef object agents              # from here on those of the engine
    cdef object queues
    cdef object groups
    cdef object channels
    cdef object texts
    cdef object actors
    cdef object statuses
    cdef object skills
    cdef object second
    cdef int64_t told               # the second that `instant` is of
    cdef bytes instant

    def __init__(self, kinds, reasons, means, settings, capabilities, presences):
        self.kinds, self.reasons, self.means = kinds, reasons, means
        self.settings, self.capabilities, self.presences = settings, capabilities, presences

    cdef Words of(self, names, second):
        """These words with those of an engine: a copy for each call, as other threads may encode events of
        other engines."""
        cdef Words own = Words(
            self.kinds, self.reasons, self.means, self.settings, self.capabilities, self.presences)
        own.agents, own.queues, own.groups = names._agent_ids, names._queue_names, names._group_names
        own.channels, own.texts, own.actors = names._channel_names, names._texts, names._actors
        own.statuses, own.skills = names._told_statuses, names._skill_names
        own.second, own.told, own.instant = second, -1, b""
        return own

    def encoded(self, events, names, second):
        """The rows of a contiguous array of EVENT_DTYPE as JSON, in bytes; None for a kind whose `means` is
        255, as its members need more than words and numbers. `names` is the engine; `second(s)` is the second
        `s` since 1970 in ISO 8601, with its point. O(rows)."""
        cdef Words own = self.of(names, second)
        cdef Py_ssize_t k, count
        cdef Py_buffer buffer
        cdef Out out
        cdef list found = []
        PyObject_GetBuffer(events, &buffer, PyBUF_SIMPLE)
        out.at, out.used, out.size = NULL, 0, 0
        try:
            count = buffer.len // <Py_ssize_t> sizeof(EventRow)
            for k in range(count):
                out.used = 0
                if own.put_row(&out, <const EventRow *> buffer.buf + k):
                    found.append(PyBytes_FromStringAndSize(out.at, out.used))
                else:
                    found.append(None)
        finally:
            PyBuffer_Release(&buffer)
            PyMem_Free(out.at)
        return found

    def answers(self, events, names, second, int64_t first_seq, list done):
        """The answers to commands as JSON, in bytes: their results and their events. Of each `done` has
        (value, error, seq of its first event, seq after its last); `events` are the rows from `first_seq` on.
        None for a command that failed, for a value that is no integer of 64 bits and not None, and where
        `encoded` has None for an event or `events` lacks one. O(rows + commands)."""
        cdef Words own = self.of(names, second)
        cdef Py_ssize_t k, count
        cdef int64_t begin, end
        cdef Py_buffer buffer
        cdef Out out
        cdef list found = []
        cdef tuple answer
        cdef bint whole
        PyObject_GetBuffer(events, &buffer, PyBUF_SIMPLE)
        out.at, out.used, out.size = NULL, 0, 0
        try:
            count = buffer.len // <Py_ssize_t> sizeof(EventRow)
            for one in done:
                answer = <tuple> one  # or of a class that is a tuple
                begin, end = <int64_t> answer[2] - first_seq, <int64_t> answer[3] - first_seq
                whole = answer[1] is None and 0 <= begin <= end <= count
                if whole:
                    out.used = 0
                    whole = put_result(&out, answer[0])
                k = begin
                while whole and k < end:
                    if k > begin:
                        put(&out, b",", 1)
                    whole = own.put_row(&out, <const EventRow *> buffer.buf + k)
                    k += 1
                if whole:
                    need(&out, 0)
                    put(&out, b"]}", 2)
                    found.append(PyBytes_FromStringAndSize(out.at, out.used))
                else:
                    found.append(None)
        finally:
            PyBuffer_Release(&buffer)
            PyMem_Free(out.at)
        return found

    cdef bint put_row(self, Out *out, const EventRow *e) except -1:
        """Puts an event; whether its kind is one that is made here."""
        cdef int64_t now = e.at_ns // <int64_t> SECOND_NS
        cdef int means = (<bytes> self.means)[e.kind]
        if means == ODD:
            return False
        if now != self.told:
            self.instant, self.told = self.second(now).encode(), now
            if len(self.instant) != 20:
                raise ValueError(f"{self.instant!r}: an instant of another length")
        put_event(out, e, self, self.vocabulary(means), self.instant)
        return True

    cdef object vocabulary(self, int means):
        """What `status_from` and `status_to` stand for, by the number that `engine.events` gives it."""
        if means == 1:
            return self.statuses
        if means == 2:
            return self.skills
        if means == 3:
            return self.settings
        if means == 4:
            return self.capabilities
        return self.presences if means == 5 else None
