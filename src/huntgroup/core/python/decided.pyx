"""What the commands decided (docs/JOURNAL_FORMAT.md): the checksum of a group and the digest in a journal.
They are made of numbers that every later version has as well, so a new kind of event, a new field or a new
column changes neither. If what goes into one of them changes, that one gets another number (CHECKED_BY, ...):
records with another number are not compared.
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t

from huntgroup.core.python.checksums cimport crc_of
from huntgroup.core.python.digest cimport due, put
from huntgroup.core.state.centre cimport (
    Centre, Table, agent_at, channel_at, interaction_at, membership_at, offer_at, queue_at)
from huntgroup.core.state.codes cimport (
    EV_ABANDONED, EV_ACCEPTED, EV_COMPLETED, EV_EXPIRED, EV_OFFERED, EV_OVERFLOWED, EV_REJECTED,
    EV_STATUS_CHANGED, EV_TIMED_OUT, EV_WITHDRAWN)
from huntgroup.core.state.native cimport HG_NONE
from huntgroup.core.state.rows cimport (
    A_SIGNED_IN, A_STOP_NEW, AgentRow, EventRow, InteractionRow, M_LOGGED_IN, Q_ALIVE, QueueRow)

import numpy as np

CHECKED_BY = 1
"""The number of what goes into the checksum of a group."""
DIGESTED_BY = 1
"""The number of what goes into the digest of a record."""

cdef enum:
    FIELDS = 6                      # of one decision in the checksum


cdef uint32_t decided_crc(const EventRow *rows, uint32_t count, uint32_t crc) noexcept nogil:
    """The CRC32C of the decisions among these events, going on from `crc`."""
    cdef int64_t[FIELDS] one
    cdef uint32_t k
    cdef int code
    for k in range(count):
        # The codes here are those of JOURNAL_FORMAT.md, whatever an event's kind is numbered.
        if rows[k].kind == EV_OFFERED:
            code = 1
        elif rows[k].kind == EV_STATUS_CHANGED:
            code = 2
        elif rows[k].kind == EV_ACCEPTED:
            code = 3
        elif rows[k].kind == EV_REJECTED:
            code = 4
        elif rows[k].kind == EV_EXPIRED:
            code = 5
        elif rows[k].kind == EV_WITHDRAWN:
            code = 6
        elif rows[k].kind == EV_OVERFLOWED:
            code = 7
        elif rows[k].kind == EV_TIMED_OUT:
            code = 8
        elif rows[k].kind == EV_ABANDONED:
            code = 9
        elif rows[k].kind == EV_COMPLETED:
            code = 10
        else:
            continue
        one[0] = code
        one[1] = rows[k].at_ns
        one[2] = rows[k].interaction
        one[3] = rows[k].agent
        one[4] = rows[k].offer if code == 1 else 0
        one[5] = rows[k].queue if code == 1 else rows[k].status_to if code == 2 else 0
        crc = crc_of(<const uint8_t *> one, FIELDS * sizeof(int64_t), crc)
    return crc


def crc_of_decisions(events, uint32_t crc=0):
    """The same of rows of EVENT_DTYPE. O(rows)."""
    cdef const uint8_t[::1] rows = np.ascontiguousarray(events).view(np.uint8)
    cdef uint32_t count = <uint32_t> (rows.shape[0] // <Py_ssize_t> sizeof(EventRow))
    return decided_crc(<const EventRow *> &rows[0], count, crc) if count else crc


cdef void put_decided_centre(Centre *c, Table *out) noexcept nogil:
    put(c, out, c.now_ns)
    put(c, out, c.next_interaction)
    put(c, out, c.next_offer)
    put(c, out, <int64_t> c.finished_count)
    put(c, out, c.agents.count)
    put(c, out, c.queues.count)


cdef void put_decided_agent(Centre *c, Table *out, uint32_t a) noexcept nogil:
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t k, logged_in = 0
    put(c, out, row.flags & <uint32_t> (A_SIGNED_IN | A_STOP_NEW))
    put(c, out, row.selected)
    put(c, out, row.pending)
    put(c, out, row.shown)
    put(c, out, row.accepted_count)
    put(c, out, row.misses)
    put(c, out, row.since_ns)
    put(c, out, due(c, row.timer))
    for k in range(c.channel_count):
        put(c, out, channel_at(c, a, k).capacity)
        put(c, out, channel_at(c, a, k).load)
    for k in range(row.membership_start, row.membership_start + row.membership_count):
        logged_in += (membership_at(c, k).flags & M_LOGGED_IN) != 0
    put(c, out, row.membership_count)
    put(c, out, logged_in)


cdef void put_decided_queue(Centre *c, Table *out, uint32_t q) noexcept nogil:
    cdef QueueRow *row = queue_at(c, q)
    put(c, out, row.flags & <uint32_t> Q_ALIVE)
    put(c, out, row.presence)
    put(c, out, row.ready_count)
    put(c, out, row.logged_in_count)
    put(c, out, row.waiting_count)
    put(c, out, <int64_t> row.entered)
    put(c, out, <int64_t> row.answered)
    put(c, out, <int64_t> row.abandoned)
    put(c, out, <int64_t> row.timed_out)
    put(c, out, <int64_t> row.overflowed)


cdef void put_decided_interaction(Centre *c, Table *out, uint32_t i) noexcept nogil:
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t o = row.offer_head
    put(c, out, row.node.id)
    put(c, out, row.node.queued_at_ns)
    put(c, out, row.queue)
    put(c, out, row.agent)
    put(c, out, row.priority)
    put(c, out, row.channel)
    put(c, out, row.state)
    put(c, out, row.since_ns)
    put(c, out, row.offers_made)
    while o != HG_NONE:
        put(c, out, offer_at(c, o).id)
        put(c, out, offer_at(c, o).agent)
        put(c, out, due(c, offer_at(c, o).timer))
        o = offer_at(c, o).interaction_next
