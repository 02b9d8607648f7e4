"""Feeds a hash with an engine's numbers: the whole logical state, or what was decided of it."""

from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.stdint cimport int64_t, uint32_t, uint64_t

from huntgroup.core.python.decided cimport (
    put_decided_agent, put_decided_centre, put_decided_interaction, put_decided_queue)
from huntgroup.core.python.digest cimport put_agent, put_centre, put_finished, put_interaction, put_queue
from huntgroup.core.python.raw_reads cimport RawReads
from huntgroup.core.python.store cimport AT_REST
from huntgroup.core.state.centre cimport Table, table_free, table_init

cdef enum:
    MOST = 65536                    # numbers that are gathered before the hash gets them


cdef int flush(Table *out, object update, uint32_t least) except -1:
    """Gives the hash what has gathered, if it is more than `least`."""
    if out.count > least:
        update(PyBytes_FromStringAndSize(out.rows, <Py_ssize_t> out.count * sizeof(int64_t)))
        out.count = 0
    return 0


def feed(RawReads engine, update, bint decided=False):
    """Feeds the logical state (`decided`: what was decided of it), as int64 in canonical order, to `update`.
    O(state)."""
    cdef Table out
    cdef uint32_t k
    cdef uint64_t number
    cdef int failed = 0
    table_init(&out, sizeof(int64_t), False)
    out.failed = &failed
    # What `update` is given is hashed without the GIL.
    engine.enter()
    try:
        if decided:
            feed_decided(engine, update, &out)
        else:
            put_centre(&engine.c, &out)
            for k in range(engine.c.agents.count):
                put_agent(&engine.c, &out, k)
                flush(&out, update, MOST)
            for k in range(engine.c.queues.count):
                put_queue(&engine.c, &out, k)
                flush(&out, update, MOST)
            for id in engine.live_ids():
                put_interaction(&engine.c, &out, engine.row_of(id))
                flush(&out, update, MOST)
            number = engine.c.finished_count
            number -= min(number, <uint64_t> engine.c.keep_finished)
            while number < engine.c.finished_count:
                put_finished(&engine.c, &out, number)
                number += 1
                flush(&out, update, MOST)
        flush(&out, update, 0)
        if failed:
            raise MemoryError("no memory for a digest")
    finally:
        engine.running = AT_REST
        table_free(&out)


cdef int feed_decided(RawReads engine, object update, Table *out) except -1:
    cdef uint32_t k
    put_decided_centre(&engine.c, out)
    for k in range(engine.c.agents.count):
        put_decided_agent(&engine.c, out, k)
        flush(out, update, MOST)
    for k in range(engine.c.queues.count):
        put_decided_queue(&engine.c, out, k)
        flush(out, update, MOST)
    for id in engine.live_ids():
        put_decided_interaction(&engine.c, out, engine.row_of(id))
        flush(out, update, MOST)
    return 0
