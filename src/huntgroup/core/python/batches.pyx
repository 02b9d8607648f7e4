# cython: embedsignature.format=clinic
"""Many commands at a time, and the events of all: what goes in and comes out as arrays."""

from cpython.bytearray cimport PyByteArray_FromStringAndSize
from cpython.exc cimport PyErr_CheckSignals
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memmove

from huntgroup.core.python.store cimport AT_REST
from huntgroup.core.state.centre cimport FAILED_MEMORY
from huntgroup.core.state.codes cimport CMD_REMOVE_AGENT, R_OK
from huntgroup.core.state.rows cimport CommandRow, EventRow
from huntgroup.core.steps.batch cimport apply_rows, record_rows

import numpy as np

from huntgroup.errors import ConfigError, Lagged
from huntgroup.layouts import COMMAND_DTYPE, EVENT_DTYPE
from huntgroup.settings.arguments import indices32, user_numbers_of_rows


cdef void copy_rows(uint8_t[::1] to, const uint8_t[::1] source) noexcept:
    """Rows of commands, whole ones, from one array into another of its size. O(rows)."""
    cdef Py_ssize_t k, count = source.shape[0] // <Py_ssize_t> sizeof(CommandRow)
    if count:
        for k in range(count):
            (<CommandRow *> &to[0])[k] = (<const CommandRow *> &source[0])[k]


cdef class Batches(Configuration):
    """Batches and polling. Not for use by itself."""

    def apply(self, commands, lists=None, user=None):
        """Runs a structured array of COMMAND_DTYPE in order, without the GIL; returns (events, results).

        `events`: EVENT_DTYPE, those of this call only; `results`: uint16[n], one `Result` a row. A bad row
        never stops the rows after it. In a row an interaction -2-k means the id that row k of this call
        got. `lists`: int32 values that rows name by `list_start`, `list_count` (set_status_many: agents;
        set_queue_logins: pairs). `user`: float64 values that rows name by `user_start`: ENQUEUE takes
        `flag` of them, at most 8, SET_USER one. All three are copied first. Raises ConfigError for another
        dtype or shape, and for a value that is not finite. What a signal handler raises meanwhile, Ctrl-C
        say, is raised when all rows are done, and has (events, results) as `applied`. O(rows): each costs
        what its method costs, without the step through Python.
        """
        cdef uint16_t[::1] results
        cdef int64_t[::1] made
        cdef const int32_t[::1] values
        cdef const double[::1] numbers
        cdef Py_ssize_t n
        cdef uint32_t before
        if not isinstance(commands, np.ndarray) or commands.dtype != COMMAND_DTYPE or commands.ndim != 1:
            raise ConfigError("commands", getattr(commands, "dtype", type(commands)),
                              "a one-dimensional array of huntgroup.COMMAND_DTYPE")
        # A copy: another thread may write the caller's array meanwhile.
        given = np.require(np.asarray(commands), requirements=("C", "A")).view(np.uint8)
        raw = np.empty(len(commands) * sizeof(CommandRow), np.uint8)
        copy_rows(raw, given)
        values = indices32("lists", () if lists is None else lists)
        numbers = np.zeros(0) if user is None else user_numbers_of_rows(user)
        out = np.zeros(len(commands), np.uint16)
        n = len(commands)
        self.at_rest()
        if n == 0:
            return np.zeros(0, EVENT_DTYPE), out
        results = out
        made = np.full(n, -1, np.int64)
        cdef const uint8_t[::1] bytes_in = raw
        cdef const CommandRow *rows = <const CommandRow *> &bytes_in[0]
        cdef const int32_t *value = &values[0] if values.shape[0] else NULL
        cdef const double *number = &numbers[0] if numbers.shape[0] else NULL
        cdef Py_ssize_t k, kept_count = 0
        cdef CommandRow *kept = NULL
        cdef int32_t number_base = 0, value_base = 0
        cdef uint64_t step = self.c.step
        cdef bint begun = self.c.begun
        if self._recorder is not None:
            self._recorder.usable(&self.c)
            kept = self._recorder.room_of_batch(&self.c, n, numbers, values, &number_base, &value_base)
            self._recorder.failure = "a batch was interrupted before it was recorded"
        self.enter()
        before = self.c.events.count
        try:
            with nogil:
                if kept == NULL:
                    apply_rows(&self.c, rows, n, &results[0], &made[0], value, <uint32_t> values.shape[0],
                               number, <uint32_t> numbers.shape[0])
                else:
                    kept_count = record_rows(
                        &self.c, rows, n, &results[0], &made[0], value, <uint32_t> values.shape[0],
                        number, <uint32_t> numbers.shape[0], kept, value_base, number_base)
            if self.c.failed & FAILED_MEMORY:
                raise MemoryError(
                    "memory ran out in the middle of a batch: the engine must not be used further")
            # From here to the end no Python code runs in which a signal could be raised.
            for k in range(n):
                if rows[k].command == CMD_REMOVE_AGENT and results[k] == R_OK:
                    self._agent_index.pop(self._agent_ids[rows[k].agent], None)
            events = self.events_from(before)
            if self._recorder is not None:
                self._recorder.note_events(&self.c, before)
            self.c.events.count = before
        finally:
            self.running = AT_REST
        try:
            if self.c.failed:
                self.settled()
            if self._recorder is not None:
                self._recorder.note_batch(&self.c, n, kept_count, step, begun)
                self._recorder.failure = None
                self._recorder.done(&self.c)
            PyErr_CheckSignals()
        except BaseException as interruption:
            interruption.applied = (events, out)
            raise
        return events, out

    cdef object events_from(self, uint32_t first):
        """A copy of the events from row `first` on, as EVENT_DTYPE."""
        cdef uint32_t count = self.c.events.count - first
        if count == 0:
            return np.zeros(0, EVENT_DTYPE)
        return np.frombuffer(PyByteArray_FromStringAndSize(
            self.c.events.rows + <size_t> first * sizeof(EventRow), <Py_ssize_t> count * sizeof(EventRow)),
            EVENT_DTYPE)

    def poll_array(self):
        """The events since the last poll as a structured array of EVENT_DTYPE; indices, not names.

        Raises Lagged, once, where so many gathered that the oldest were dropped (`keep_events`): the next
        poll gives those that are left. O(events).
        """
        return self._forget_events(self._events())

    def _forget_events(self, events):
        """Gives up the oldest events, up to these: their reader has them."""
        cdef EventRow *rows = <EventRow *> self.c.events.rows
        cdef uint32_t count = <uint32_t> len(events)
        self.at_rest()
        if count and count <= self.c.events.count and rows[0].seq == events["seq"].item(0):
            self.c.events.count -= count
            memmove(rows, rows + count, self.c.events.count * sizeof(EventRow))
        return events

    def _events(self):
        """The events since the last poll, which stay for the next poll: a reader that fails loses none.
        Events of a group that is not committed are not shown yet."""
        cdef int64_t first, shown
        cdef uint32_t count
        self.at_rest()
        self.catch_up()
        if self.c.events.count > self.event_limit:
            self.drop_events(self.c.events.count - self.event_limit)
        if self.first_kept:
            first = self.first_kept
            self.first_kept = 0
            raise Lagged(first)
        events = self.events_from(0)
        shown = self.group_seq if self._recorder is None else self._recorder.shown_seq
        if shown and shown < self.c.next_seq:
            count = <uint32_t> np.searchsorted(events["seq"], shown)
            events = events[:count]
        return events
