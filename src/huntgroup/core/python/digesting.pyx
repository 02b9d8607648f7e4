"""Feeds a hash with an engine's numbers: the whole logical state, or what was decided of it."""

from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.stdint cimport int64_t, uint32_t, uint64_t

from huntgroup.core.python.decided cimport (
    put_decided_agent, put_decided_centre, put_decided_interaction, put_decided_queue)
from huntgroup.core.python.digest cimport put_agent, put_centre, put_finished, put_interaction, put_queue
from huntgroup.core.python.raw_reads cimport RawReads
from huntgroup.core.python.store cimport AT_REST
from huntgroup.core.state.centre cimport Centre, Table, interaction_at, table_free, table_init

import numpy as np

cdef enum:
    MOST = 65536                    # numbers that are gathered before the hash gets them
    # Parts of the state.
    AGENTS = 0
    QUEUES
    INTERACTIONS
    FINISHED


cdef int flush(Table *out, object update, uint32_t least) except -1:
    """Gives the hash what has gathered, if it is more than `least`."""
    if out.count > least:
        update(PyBytes_FromStringAndSize(out.rows, <Py_ssize_t> out.count * sizeof(int64_t)))
        out.count = 0
    return 0


cdef object live_rows(Centre *c):
    """The rows of interactions that are not finished, as uint32, in the order of their ids."""
    cdef uint32_t i, n = 0
    ids, rows = np.empty(c.interactions.count, np.int64), np.empty(c.interactions.count, np.uint32)
    cdef int64_t[:] id = ids
    cdef uint32_t[:] row = rows
    with nogil:
        for i in range(c.interactions.count):
            if interaction_at(c, i).node.id:
                id[n] = interaction_at(c, i).node.id
                row[n] = i
                n += 1
    return rows[:n][np.argsort(ids[:n], kind="stable")]


cdef void put_one(Centre *c, Table *out, int part, bint decided, uint64_t k) noexcept nogil:
    if part == AGENTS:
        if decided:
            put_decided_agent(c, out, <uint32_t> k)
        else:
            put_agent(c, out, <uint32_t> k)
    elif part == QUEUES:
        if decided:
            put_decided_queue(c, out, <uint32_t> k)
        else:
            put_queue(c, out, <uint32_t> k)
    elif part == FINISHED:
        put_finished(c, out, k)
    elif decided:
        put_decided_interaction(c, out, <uint32_t> k)
    else:
        put_interaction(c, out, <uint32_t> k)


cdef int feed_part(Centre *c, object update, Table *out, int part, bint decided, uint64_t first, uint64_t end,
                   const uint32_t[:] rows) except -1:
    """A part of the state from one to another, or these rows of it. Only the hash's own bytes are made with
    the GIL."""
    cdef uint64_t k = first
    cdef bint listed = rows is not None
    while k < end:
        with nogil:
            while k < end and out.count <= MOST:
                put_one(c, out, part, decided, rows[k] if listed else k)
                k += 1
        flush(out, update, MOST)
    return 0


def feed(RawReads engine, update, bint decided=False):
    """Feeds the logical state (`decided`: what was decided of it), as int64 in canonical order, to `update`.
    O(state), nearly all of it without the GIL."""
    cdef Centre *c = &engine.c
    cdef Table out
    cdef uint64_t kept
    cdef int failed = 0
    table_init(&out, sizeof(int64_t), False)
    out.failed = &failed
    # What `update` is given is hashed without the GIL.
    engine.enter()
    try:
        if decided:
            put_decided_centre(c, &out)
        else:
            put_centre(c, &out)
        feed_part(c, update, &out, AGENTS, decided, 0, c.agents.count, None)
        feed_part(c, update, &out, QUEUES, decided, 0, c.queues.count, None)
        rows = live_rows(c)
        feed_part(c, update, &out, INTERACTIONS, decided, 0, len(rows), rows)
        if not decided:
            kept = min(c.finished_count, <uint64_t> c.keep_finished)
            feed_part(c, update, &out, FINISHED, decided, c.finished_count - kept, c.finished_count, None)
        flush(&out, update, 0)
        if failed:
            raise MemoryError("no memory for a digest")
    finally:
        engine.running = AT_REST
        table_free(&out)
