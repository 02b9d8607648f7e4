"""Deriving what an agent's status shows and lets in (docs/SEMANTICS.md, section 3): the rules one by one, as
they are asked now and then. What every step asks is in status.pxd. (STATUS-2, STATUS-3)"""

from libc.stdint cimport int32_t, uint8_t, uint16_t, uint32_t

from huntgroup.core.state.centre cimport Centre, agent_at, channel_at, table_take
from huntgroup.core.state.fetch cimport fetch_agent
from huntgroup.core.state.native cimport HG_NONE
from huntgroup.core.state.rows cimport (
    A_BUSY_SELECTABLE, A_TOUCHED, AgentRow, ChannelRow, RECEIVE_ALL, RECEIVE_LISTED, StatusRow,
    TouchedRow)


cdef bint external_lets_in(Centre *c, AgentRow *row) noexcept nogil:
    cdef uint8_t code
    code = c.policy.external_receives[row.external]
    return code == 1 or (code == 2 and row.flags & A_BUSY_SELECTABLE)


cdef bint receives_from(Centre *c, uint32_t a, uint32_t queue) noexcept nogil:
    """ELIG-2 for one queue."""
    # STATUS-23.
    cdef int mode = receive_mode(c, a)
    cdef StatusRow *status
    cdef int32_t k
    if mode != RECEIVE_LISTED:
        return mode == RECEIVE_ALL
    status = c.statuses + agent_at(c, a).receiver
    for k in range(status.listed_count):
        if c.listed[status.listed_start + k] == <int32_t> queue:
            return True
    return False


cdef bint receives_direct(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    """Whether the status lets direct interactions of this channel in."""
    # STATUS-24.
    cdef AgentRow *row = agent_at(c, a)
    return signed_in(c, a) and row.pending < 0 and (c.statuses[row.receiver].direct_mask >> channel) & 1


cdef bint is_busy(Centre *c, uint32_t a) noexcept nogil:
    """Handles an interaction or is in wrap-up."""
    # STATUS-4.
    cdef AgentRow *row = agent_at(c, a)
    return row.handling_count != 0 or row.wrap_count != 0


cdef bint has_capability(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    return channel_at(c, a, c.capability[channel]).capacity != 0


cdef bint has_device(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    cdef uint32_t capability = c.capability[channel]
    return not c.needs_device[capability] or channel_at(c, a, capability).device


cdef bint has_room(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    """ELIG-6: capacity left, not blocked by a channel that holds something, units left."""
    cdef AgentRow *row = agent_at(c, a)
    cdef ChannelRow *on = channel_at(c, a, c.capability[channel])
    if on.load >= on.capacity or row.held_mask & c.blocked_by[channel]:
        return False
    return has_units(c, a, channel)


cdef bint has_units(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    """Units left for one more, where units are configured; what the channel may interrupt does not count."""
    # ELIG-16.
    cdef AgentRow *row = agent_at(c, a)
    cdef int32_t used = row.units_used
    cdef uint32_t x
    if row.units_capacity < 0:
        return True
    if row.held_mask & c.interrupts[channel]:
        for x in range(c.channel_count):
            if (c.interrupts[channel] >> x) & 1:
                used -= channel_at(c, a, x).held * c.units[x]
    return used + c.units[channel] <= row.units_capacity


cdef void measure(Centre *c, uint32_t a) noexcept nogil:
    """Works the agent's masks out of its channels: after a change of capacity, of devices or of what the
    channels are. O(channels)."""
    cdef AgentRow *row = agent_at(c, a)
    cdef ChannelRow *on
    cdef uint32_t channel
    row.fit_mask = 0
    row.spare_mask = 0
    for channel in range(c.channel_count):
        on = channel_at(c, a, c.capability[channel])
        if has_capability(c, a, channel) and has_device(c, a, channel):
            row.fit_mask |= <uint16_t> (1 << channel)
        if on.load < on.capacity:
            row.spare_mask |= <uint16_t> (1 << channel)


cdef void note_shown(Centre *c, uint32_t a) noexcept nogil:
    """Remembers what the agent shows before this step changes it."""
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t k
    cdef TouchedRow *t
    fetch_agent(c, a)
    k = table_take(&c.touched)
    if k == HG_NONE:
        c.failed = True
        return
    row.flags |= A_TOUCHED
    t = <TouchedRow *> c.touched.rows + k
    t.agent = a
    t.shown = row.shown
    t.pending = row.pending
    t.fit_mask = row.fit_mask
    t.room_mask = row.room_mask
    t.own = own_bits(row)
