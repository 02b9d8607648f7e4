"""What an agent's status shows and receives (docs/SEMANTICS.md, section 3): the rules one by one, for uses
that are not in every step. What every step needs is in status.pxd. (STATUS-2, STATUS-3)"""

from libc.stdint cimport int16_t, int32_t, uint8_t, uint16_t, uint32_t

from huntgroup.core.state.centre cimport (
    Centre, agent_at, channel_at, interaction_at, membership_at, offer_at, push_u32, table_grow)
from huntgroup.core.state.fetch cimport fetch_agent, is_large
from huntgroup.core.state.native cimport HG_NONE
from huntgroup.core.state.rows cimport (
    A_ACTED, A_BUSY_SELECTABLE, A_NO_GAIN, A_TOUCHED, AgentRow, COND_ASKED, COND_OFFERED, ChannelRow,
    F_LOGGED_IN, M_LOGGED_IN,
    RECEIVE_ALL, RECEIVE_LISTED, StatusRow, TouchedRow)


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


cdef bint has_room_but_one(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    """The same with one interaction less on this channel: the one that the command in hand ends."""
    cdef AgentRow *row = agent_at(c, a)
    cdef ChannelRow *on = channel_at(c, a, c.capability[channel])
    cdef uint32_t bit = <uint32_t> 1 << channel, held_mask = row.held_mask
    cdef bint fits
    if channel_at(c, a, channel).held == 1:
        row.held_mask &= ~bit
    on.load -= 1
    channel_at(c, a, channel).held -= 1
    row.units_used -= c.units[channel]
    fits = has_room(c, a, channel)
    row.held_mask = held_mask
    on.load += 1
    channel_at(c, a, channel).held += 1
    row.units_used += c.units[channel]
    return fits


cdef bint has_units(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    """Are there units for one more, if units are configured? Channels that this one may interrupt do not
    count."""
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


cdef uint32_t with_units(Centre *c, uint32_t a, uint32_t mask) noexcept nogil:
    """Those of the channels for which units are left."""
    cdef uint32_t channel
    for channel in range(c.channel_count):
        if (mask >> channel) & 1 and not has_units(c, a, channel):
            mask &= ~(<uint32_t> 1 << channel)
    return mask


cdef int16_t receiver_unasked(Centre *c, uint32_t a) noexcept nogil:
    """The status whose row would decide what is received if no offer were open."""
    return c.outcomes[<uint32_t> agent_at(c, a).base * c.conditions
                      + (conditions(c, a) & ~<uint32_t> COND_OFFERED)].receiver


cdef bint has_queued_offer(Centre *c, uint32_t a) noexcept nogil:
    """Is one of its open offers from a queue? O(open offers)."""
    cdef uint32_t o = agent_at(c, a).offer_head
    while o != HG_NONE:
        if offer_at(c, o).queue >= 0:
            return True
        o = offer_at(c, o).agent_next
    return False


cdef uint32_t asked_conditions(Centre *c, uint32_t a) noexcept nogil:
    """The condition bits that the model asks of single channels. O(asked x (handled + channels))."""
    # STATUS-29.
    cdef uint32_t k, i, x, bits = 0
    for k in range(c.policy.asked_count):
        i = agent_at(c, a).held_head
        while i != HG_NONE:
            if (c.policy.asked_handled[k] >> interaction_at(c, i).channel) & 1:
                bits |= <uint32_t> COND_ASKED << k
            i = interaction_at(c, i).held.next
        for x in range(c.channel_count):
            if (c.policy.asked_device[k] >> x) & 1 and channel_at(c, a, c.capability[x]).device:
                bits |= <uint32_t> COND_ASKED << k
    return bits


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


cdef inline bint note_touched(Centre *c, uint32_t a, AgentRow *row) noexcept nogil:
    """Remembers what the agent shows before this step changes it. The flag that says so is the caller's to
    set. False when memory is out."""
    cdef TouchedRow *t
    cdef uint32_t k = c.touched.count
    if is_large(c):
        fetch_agent(c, a)
    if k == c.touched.capacity and table_grow(&c.touched) != 0:
        c.failed = True
        return False
    t = <TouchedRow *> c.touched.rows + k
    c.touched.count = k + 1
    t.agent = a
    t.pending = row.pending
    t.shown = row.shown
    t.fit_mask = row.fit_mask
    t.room_mask = row.room_mask
    t.own = own_bits(row)
    return True


cdef void note_shown(Centre *c, uint32_t a) noexcept nogil:
    cdef AgentRow *row = agent_at(c, a)
    if note_touched(c, a, row):
        row.flags |= A_TOUCHED


cdef void begin_acting(Centre *c, uint32_t a) noexcept nogil:
    """`act` for an agent who is not on the list yet."""
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t flags = row.flags
    if not flags & A_TOUCHED and not note_touched(c, a, row):
        return
    row.flags = (flags | A_TOUCHED | A_ACTED) & ~<uint32_t> A_NO_GAIN
    push_u32(&c.acted, a)


cdef bint counts_as_in(Centre *c, uint32_t a) noexcept nogil:
    """Does the base status count as logged in?"""
    cdef AgentRow *row = agent_at(c, a)
    return (filled(c.statuses[row.base].flags, c.statuses[row.selected].flags) & F_LOGGED_IN) != 0


cdef int32_t status_in(Centre *c, uint32_t a, uint32_t m) noexcept nogil:
    """What is shown of the agent in the queue of one of its memberships, -1: nothing."""
    # STATUS-32.
    cdef AgentRow *row = agent_at(c, a)
    if not signed_in(c, a):
        return row.shown
    if not counts_as_in(c, a):
        return row.base
    if membership_at(c, m).flags & M_LOGGED_IN:
        return c.policy.login_sets if c.policy.login_sets >= 0 else row.shown
    return c.policy.last_logout_sets if c.policy.last_logout_sets >= 0 else c.policy.signed_out_shows
