"""Events: appended in the order in which things happen, read by poll() and apply()."""

from libc.stdint cimport int32_t, int64_t

from huntgroup.core.state.centre cimport Centre, table_grow
from huntgroup.core.state.rows cimport EventRow


cdef inline EventRow *emit(Centre *c, int kind, int32_t agent, int64_t interaction, int32_t queue,
                           int64_t offer) noexcept nogil:
    """Appends an event and returns it so that the caller adds what else it tells; NULL where events are not
    kept.

    The pointer is good until the next event.
    """
    cdef EventRow *e
    if not c.keep_events:
        return NULL
    if c.events.count == c.events.capacity and table_grow(&c.events) != 0:
        c.failed = True
        return NULL
    e = <EventRow *> c.events.rows + c.events.count
    c.events.count += 1
    e.seq = c.next_seq
    c.next_seq += 1
    e.at_ns = c.now_ns
    e.interaction = interaction
    e.offer = offer
    e.other = -1
    e.agent = agent
    e.queue = queue
    e.group = -1
    e.kind = <unsigned short> kind
    e.reason = 0
    e.channel = -1
    e.status_from = -1
    e.status_to = -1
    e.pad = 0
    e.value = -1
    e.by = c.by
    e.text = -1
    return e


cdef inline void emit_change(Centre *c, int kind, int32_t agent, int32_t queue, int32_t group, int channel,
                             int before, int after) noexcept nogil:
    cdef EventRow *e = emit(c, kind, agent, -1, queue, -1)
    if e != NULL:
        e.group = group
        e.channel = <short> channel
        e.status_from = <short> before
        e.status_to = <short> after
