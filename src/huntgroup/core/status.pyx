"""Deriving what an agent's status shows and lets in (docs/SEMANTICS.md, section 3)."""

from libc.stdint cimport int16_t, int32_t, uint8_t, uint16_t, uint32_t

from huntgroup.core.columns cimport Centre, agent_at, channel_at, push_u32, table_take
from huntgroup.core.native cimport HG_NONE
from huntgroup.core.rows cimport (
    A_ACTED, A_BUSY_SELECTABLE, A_SIGNED_IN, A_STOP_NEW, A_TOGGLE, A_TOUCHED, AgentRow, CONDITIONS,
    COND_HANDLING, COND_OFFERED, COND_ONLY_STOP_NEW, COND_SIGNED_IN, COND_STOP_NEW, COND_TOGGLE,
    COND_WRAP_UP, C_ABSENT, C_AVAILABLE, C_FULL, ChannelRow, F_LISTED, F_NEEDS_TOGGLE, F_RECEIVES,
    RECEIVE_ALL, RECEIVE_LISTED, RECEIVE_NONE, StatusRow, TouchedRow)


cdef uint32_t conditions(Centre *c, uint32_t a) noexcept nogil:
    """The condition bits that choose the derived row."""
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t bits = 0
    if row.flags & A_SIGNED_IN:
        bits |= COND_SIGNED_IN
    if row.flags & A_TOGGLE:
        bits |= COND_TOGGLE
    if row.handling_count:
        bits |= COND_HANDLING
        if row.stop_new_count == row.handling_count:
            bits |= COND_ONLY_STOP_NEW
    if row.offer_count:
        bits |= COND_OFFERED
    if row.wrap_count:
        bits |= COND_WRAP_UP
    if row.flags & A_STOP_NEW:
        bits |= COND_STOP_NEW
    return bits


cdef void derive(Centre *c, uint32_t a) noexcept nogil:
    """Sets what is shown, whose row decides what is received, and the flags in effect. O(1)."""
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t at = <uint32_t> row.base * CONDITIONS + conditions(c, a)
    cdef uint32_t flags = c.effective[at]
    cdef int32_t waiting
    row.shown = <int16_t> c.derived[2 * at]
    row.receiver = <int16_t> c.derived[2 * at + 1]
    row.effective = <uint16_t> flags
    if row.pending >= 0:
        waiting = c.statuses[row.pending].waits_as
        if waiting >= 0:
            row.shown = <int16_t> waiting
            row.effective = <uint16_t> c.statuses[waiting].flags


cdef bint external_lets_in(Centre *c, AgentRow *row) noexcept nogil:
    cdef uint8_t code
    if not c.policy.has_external:
        return True
    code = c.policy.external_receives[row.external]
    return code == 1 or (code == 2 and row.flags & A_BUSY_SELECTABLE)


cdef int receive_mode(Centre *c, uint32_t a) noexcept nogil:
    """Rule 2, the agent's part of it: what the status lets in."""
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t flags = c.statuses[row.receiver].flags
    if not flags & (F_RECEIVES | F_LISTED) or not signed_in(c, a) or not external_lets_in(c, row):
        return RECEIVE_NONE
    if flags & F_NEEDS_TOGGLE and not row.flags & A_TOGGLE:
        return RECEIVE_NONE
    return RECEIVE_LISTED if flags & F_LISTED else RECEIVE_ALL


cdef bint receives_from(Centre *c, uint32_t a, uint32_t queue) noexcept nogil:
    """Rule 2 for one queue."""
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
    cdef AgentRow *row = agent_at(c, a)
    return signed_in(c, a) and row.pending < 0 and (c.statuses[row.receiver].direct_mask >> channel) & 1


cdef bint is_busy(Centre *c, uint32_t a) noexcept nogil:
    """Handles an interaction or is in wrap-up."""
    cdef AgentRow *row = agent_at(c, a)
    return row.handling_count != 0 or row.wrap_count != 0


cdef bint has_capability(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    return channel_at(c, a, c.capability[channel]).capacity != 0


cdef bint has_device(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    cdef uint32_t capability = c.capability[channel]
    return not c.needs_device[capability] or channel_at(c, a, capability).device


cdef bint has_room(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    """Rule 6: capacity left, not blocked by a channel that holds something, units left."""
    cdef AgentRow *row = agent_at(c, a)
    cdef ChannelRow *on = channel_at(c, a, c.capability[channel])
    if on.load >= on.capacity or row.held_mask & c.blocked_by[channel]:
        return False
    return has_units(c, a, channel)


cdef bint has_units(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    """Units left for one more, where units are configured; what the channel may interrupt does not count."""
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


cdef uint32_t room(Centre *c, uint32_t a) noexcept nogil:
    """The channels for which `has_room` holds, from the agent's masks."""
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t mask = row.spare_mask, channel
    if mask == 0 or (row.held_mask == 0 and row.units_capacity < 0):
        return mask
    for channel in range(c.channel_count):
        if (mask >> channel) & 1 and (row.held_mask & c.blocked_by[channel] or not has_units(c, a, channel)):
            mask &= ~(<uint32_t> 1 << channel)
    return mask


cdef uint32_t not_in_wrap_up(Centre *c, uint32_t a) noexcept nogil:
    """The channels that no wrap-up of the agent blocks."""
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t mask = 0, channel
    if row.wrap_mask == 0:
        return 0xFFFF
    for channel in range(c.channel_count):
        if not row.wrap_mask & c.wrap_blocked_by[channel]:
            mask |= <uint32_t> 1 << channel
    return mask


cdef int capability_of(uint32_t fit_mask, uint32_t room_mask, uint32_t channel) noexcept nogil:
    """Absent, available or full."""
    if not (fit_mask >> channel) & 1:
        return C_ABSENT
    return C_AVAILABLE if (room_mask >> channel) & 1 else C_FULL


cdef void touch(Centre *c, uint32_t a) noexcept nogil:
    """Remembers what the agent showed before this step, once. Call it before the first change."""
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t k
    cdef TouchedRow *t
    if row.flags & A_TOUCHED:
        return
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


cdef void act(Centre *c, uint32_t a) noexcept nogil:
    """The step acts on the agent: it is refreshed before matching, and may have gained. Call it before the
    change."""
    cdef AgentRow *row
    touch(c, a)
    row = agent_at(c, a)
    if not row.flags & A_ACTED:
        row.flags |= A_ACTED
        push_u32(&c.acted, a)
