"""Plays records again: rows are executed in place, without a Python object per row."""

from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

from huntgroup.core.python.commands cimport Commands
from huntgroup.core.python.decided cimport decided_crc
from huntgroup.core.python.store cimport Store
from huntgroup.core.python.recording cimport TEXT_RECORD, TIME_BEGAN, names_texts, numbers_taken, takes_list
from huntgroup.core.state.centre cimport Centre, queue_at, ring_at
from huntgroup.core.state.codes cimport (
    CMD_ADVANCE, CMD_ENQUEUE, CMD_REMOVE_AGENT, EV_TIME_BEGAN, R_INVALID_COMMAND, R_OK)
from huntgroup.core.state.events cimport emit
from huntgroup.core.state.fetch cimport FIRST, LAST, fetch_queues, fetch_slots, hg_prefetch, is_large
from huntgroup.core.state.native cimport HG_NONE
from huntgroup.core.state.rows cimport CommandRow, EventRow
from huntgroup.core.steps.ahead cimport agent_of, look_ahead
from huntgroup.core.steps.execute cimport execute

from huntgroup.errors import HuntgroupError

cdef enum:
    CHUNK = 4096                    # rows between two looks at the events
    # Rows ahead: two before FIRST, and one between THIRD and LAST.
    BEFORE_ALL = 15
    BEFORE_FIRST = 12
    NEXT = 2


cdef inline void look_at_queue(Centre *c, const CommandRow *cmd, int part) noexcept nogil:
    """Asks for the first agent of the queue that a command comes to, a part at a time: each needs the one
    before."""
    cdef uint32_t r
    if cmd.command != CMD_ENQUEUE or not 0 <= cmd.queue < <int64_t> c.queues.count:
        return
    if part == 0:
        hg_prefetch(&queue_at(c, <uint32_t> cmd.queue).first_ring)
        return
    r = queue_at(c, <uint32_t> cmd.queue).first_ring
    if r == HG_NONE:
        return
    if part == 1:
        hg_prefetch(ring_at(c, r))
    else:
        hg_prefetch(ring_at(c, r).ring.key + ring_at(c, r).ring.head)


cdef inline void look_further(Centre *c, const CommandRow *rows, Py_ssize_t k, Py_ssize_t end) noexcept nogil:
    """A replay knows more of what comes than a batch that is new: it asks for the way to the agent of a
    queue, and for the rings of whom a command soon takes out of them. O(memberships)."""
    cdef int64_t a
    if k + BEFORE_ALL < end:
        look_at_queue(c, rows + k + BEFORE_ALL, 0)
    if k + BEFORE_FIRST < end:
        look_at_queue(c, rows + k + BEFORE_FIRST, 1)
    if k + FIRST < end:
        look_at_queue(c, rows + k + FIRST, 2)
    if k + NEXT < end and rows[k + NEXT].command == CMD_ENQUEUE:
        a = agent_of(c, rows + k + NEXT)
        if 0 <= a < <int64_t> c.agents.count:
            fetch_queues(c, <uint32_t> a)
    if k + LAST < end and rows[k + LAST].command == CMD_ENQUEUE:
        a = agent_of(c, rows + k + LAST)
        if 0 <= a < <int64_t> c.agents.count:
            fetch_slots(c, <uint32_t> a)


cdef Py_ssize_t play(Centre *c, const CommandRow *rows, Py_ssize_t start, Py_ssize_t end,
                     const double *numbers, Py_ssize_t number_count, const int32_t *values,
                     Py_ssize_t value_count, int *result) noexcept nogil:
    """Executes rows from `start` on. Stops after a row that leaves work for Python, before a document, and at
    a row that is not accepted. Returns the row at which to go on."""
    cdef Py_ssize_t k
    cdef CommandRow cmd
    cdef int wanted
    cdef bint far = is_large(c)
    result[0] = R_OK
    for k in range(start, end):
        if far:
            look_ahead(c, rows, k, end)
            look_further(c, rows, k, end)
        cmd = rows[k]
        if cmd.command == TEXT_RECORD:
            return k
        c.list = NULL
        c.list_count = 0
        c.user_count = 0
        result[0] = R_INVALID_COMMAND
        if takes_list(&cmd):
            if cmd.list_start < 0 or <Py_ssize_t> cmd.list_start + cmd.list_count > value_count:
                return k
            c.list = values + cmd.list_start
            c.list_count = <uint32_t> cmd.list_count
        wanted = numbers_taken(&cmd)
        if wanted:
            if cmd.user_start < 0 or wanted > 8 or <Py_ssize_t> cmd.user_start + wanted > number_count:
                return k
            c.user_in = numbers + cmd.user_start
            c.user_count = <uint32_t> wanted
        if names_texts(&cmd):
            cmd.offer = -1
        if cmd.command == CMD_ADVANCE and cmd.flag == TIME_BEGAN:
            emit(c, EV_TIME_BEGAN, -1, -1, -1, -1)
            c.begun = True
            cmd.flag = 0
        result[0] = execute(c, &cmd)
        c.list = NULL
        c.list_count = 0
        c.user_in = NULL
        c.user_count = 0
        if result[0] != (cmd.pad if cmd.pad > 0 else R_OK) or c.failed:
            result[0] = result[0] if result[0] != R_OK else R_INVALID_COMMAND
            return k
        result[0] = R_OK
        if cmd.command == CMD_REMOVE_AGENT or names_texts(&cmd) and rows[k].offer >= 0:
            return k + 1
    return end


def play_rows(Commands engine, const uint8_t[::1] rows, const double[::1] numbers, const int32_t[::1] values,
              bytes texts, Py_ssize_t start, uint32_t crc, list heard=None):
    """Plays rows of COMMAND_DTYPE from `start` on up to a document, the end, or one that is not accepted.

    Returns (the row at which it stopped, that row's result code, the CRC32C of what was decided going on from
    `crc`); the events are not kept, but for their bytes in `heard` where it is given. Raises ValueError for
    a text that lies outside. O(rows), each as the command that it is.
    """
    cdef Py_ssize_t n = rows.shape[0] // <Py_ssize_t> sizeof(CommandRow), k = start, end, at
    cdef const CommandRow *first = <const CommandRow *> &rows[0] if n else NULL
    cdef const double *number = &numbers[0] if numbers.shape[0] else NULL
    cdef const int32_t *value = &values[0] if values.shape[0] else NULL
    cdef int result = R_OK
    while k < n and first[k].command != TEXT_RECORD:
        end = min(n, k + CHUNK)
        engine.enter()
        try:
            with nogil:
                k = play(&engine.c, first, k, end, number, numbers.shape[0], value, values.shape[0], &result)
            if engine.c.failed:
                raise MemoryError("memory ran out while records were played")
        finally:
            engine.running = False
        crc = drained(engine, crc, heard)
        if result != R_OK:
            break
        if first[k - 1].pad > 0:
            continue
        if first[k - 1].command == CMD_REMOVE_AGENT:
            engine._agent_index.pop(engine._agent_ids[first[k - 1].agent], None)
        elif (names_texts(first + k - 1) and first[k - 1].offer >= 0
                and engine.c.out_interaction not in engine._refs):
            at = first[k - 1].offer >> 8
            ref = texts[at:at + (first[k - 1].offer & 0xFF)] if at >= 0 else b""
            if len(ref) != (first[k - 1].offer & 0xFF):
                raise ValueError(f"the text of row {k - 1} lies outside")
            engine._made(ref.decode("utf-8", "surrogatepass"))
    return k, result, crc


def drained(Commands engine, uint32_t crc, list heard=None):
    """Takes the engine's events away, into `heard` where it is given; the CRC32C of what was decided, going
    on from `crc`. O(events)."""
    cdef Py_ssize_t size = <Py_ssize_t> engine.c.events.count * <Py_ssize_t> sizeof(EventRow)
    if size:
        crc = decided_crc(<const EventRow *> engine.c.events.rows, engine.c.events.count, crc)
        if heard is not None:
            heard.append(PyBytes_FromStringAndSize(engine.c.events.rows, size))
        engine.c.events.count = 0
    engine.first_kept = 0
    return crc


def next_event(Store engine):
    """The number that the next event gets. O(1)."""
    return engine.c.next_seq


def number_events_from(Store engine, int64_t seq):
    """Events get at least this number from now on: another version told more of what was played. O(1)."""
    engine.c.next_seq = max(engine.c.next_seq, seq)


def begin_group(Store engine):
    """What follows is committed together, and its events are shown together. Raises HuntgroupError."""
    engine.at_rest()
    if in_group(engine):
        raise HuntgroupError("a group within a group")
    if engine._recorder is not None:
        engine._recorder.usable(&engine.c)
        engine._recorder.grouped = True
        engine._recorder.shown_seq = engine.c.next_seq
    else:
        engine.group_seq = engine.c.next_seq


def in_group(Store engine):
    """Is it within a group?"""
    return bool(engine.group_seq or (engine._recorder is not None and engine._recorder.grouped))


def end_group(Store engine):
    """Commits the group. Raises JournalFailed."""
    engine.group_seq = 0
    if engine._recorder is not None:
        engine._recorder.grouped = False
        engine._recorder.done(&engine.c)


def changed(Store engine):
    """After a change of the configuration: it is made durable, unless it is one of a group. Raises
    JournalFailed."""
    engine._recorder.changing = False
    engine._recorder.done(&engine.c)


def run_on(Store engine, clock):
    """From now on the engine reads this clock; None: its time is manual."""
    engine._clock = clock
    engine.c.live = clock is not None


def seed_of(Store engine):
    """What decides for the strategy random."""
    return engine.c.seed


def instant_of(Store engine):
    """The present, or -1 before time has begun."""
    return engine.c.now_ns if engine.c.begun else -1
