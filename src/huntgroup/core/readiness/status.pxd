"""What an agent's status means: from the tables compiled from the presence model, never from a name.

The functions here are inline because each step calls them for each agent that it acts on.
"""

from libc.stdint cimport int16_t, int32_t, uint16_t, uint32_t

from huntgroup.core.state.centre cimport Centre, agent_at, push_u32
from huntgroup.core.state.native cimport HG_NONE, hg_lowest_bit
from huntgroup.core.state.policy cimport OutcomeRow
from huntgroup.core.state.rows cimport (
    A_ACTED, A_AFTER_ACCEPT, A_CONNECTION_LOST, A_NO_GAIN, A_PROFILE, A_SIGNED_IN, A_STOP_NEW, A_TOGGLE,
    A_TOUCHED, AgentRow, COND_AFTER_ACCEPT, COND_CONNECTED, COND_HANDLING, COND_OFFERED, COND_ONLY_STOP_NEW,
    COND_SIGNED_IN, COND_STOP_NEW, COND_TOGGLE, COND_WRAP_UP, C_ABSENT, C_AVAILABLE, C_FULL, F_FEATURES,
    F_LISTED, F_LOGGED_IN, F_NEEDS_TOGGLE, F_ONE_OFFER, F_OPEN_FEATURES, F_OPEN_LOGGED_IN, F_RECEIVES,
    RECEIVE_ALL, RECEIVE_LISTED, RECEIVE_NONE)


cdef bint external_lets_in(Centre *c, AgentRow *row) noexcept nogil
cdef bint receives_from(Centre *c, uint32_t a, uint32_t queue) noexcept nogil
cdef bint receives_direct(Centre *c, uint32_t a, uint32_t channel) noexcept nogil
cdef bint is_busy(Centre *c, uint32_t a) noexcept nogil
cdef bint has_units(Centre *c, uint32_t a, uint32_t channel) noexcept nogil
cdef uint32_t with_units(Centre *c, uint32_t a, uint32_t mask) noexcept nogil
cdef bint has_room(Centre *c, uint32_t a, uint32_t channel) noexcept nogil
cdef bint has_room_but_one(Centre *c, uint32_t a, uint32_t channel) noexcept nogil
cdef bint has_capability(Centre *c, uint32_t a, uint32_t channel) noexcept nogil
cdef bint has_device(Centre *c, uint32_t a, uint32_t channel) noexcept nogil
cdef int16_t receiver_unasked(Centre *c, uint32_t a) noexcept nogil
cdef bint has_queued_offer(Centre *c, uint32_t a) noexcept nogil
cdef uint32_t asked_conditions(Centre *c, uint32_t a) noexcept nogil
cdef bint counts_as_in(Centre *c, uint32_t a) noexcept nogil
cdef int32_t status_in(Centre *c, uint32_t a, uint32_t m) noexcept nogil
cdef void measure(Centre *c, uint32_t a) noexcept nogil
cdef void note_shown(Centre *c, uint32_t a) noexcept nogil
cdef void begin_acting(Centre *c, uint32_t a) noexcept nogil


cdef inline bint signed_in(Centre *c, uint32_t a) noexcept nogil:
    """ELIG-1: signed in and connected, where the model needs agents signed in."""
    return not c.policy.sign_in_required or (
        agent_at(c, a).flags & (A_SIGNED_IN | A_CONNECTION_LOST)) == A_SIGNED_IN


cdef inline uint32_t conditions(Centre *c, uint32_t a) noexcept nogil:
    """The condition bits that choose the derived row."""
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t bits, flags = row.flags
    # These bits stand in the order of the condition bits, shifted: each group by its own number of places.
    bits = (flags & (A_SIGNED_IN | A_TOGGLE)) >> 1 | (flags & A_STOP_NEW) << 2 | (
        (flags & A_AFTER_ACCEPT) >> 6 | (~flags & A_CONNECTION_LOST) >> 8)
    if row.handling_count:
        bits |= COND_HANDLING
        if row.stop_new_count == row.handling_count:
            bits |= COND_ONLY_STOP_NEW
    if row.offer_head != HG_NONE:
        bits |= COND_OFFERED
    if row.wrap_count:              # WRAP-6
        bits |= COND_WRAP_UP
    if c.policy.asked_count:
        bits |= asked_conditions(c, a)
    return bits


cdef inline uint32_t filled(uint32_t flags, uint32_t source) noexcept nogil:
    """Flags of a status, with what it leaves open taken from another (STATUS-30)."""
    if flags & F_OPEN_FEATURES:
        flags = (flags & ~<uint32_t> (F_FEATURES | F_OPEN_FEATURES)) | source & (F_FEATURES | F_OPEN_FEATURES)
    if flags & F_OPEN_LOGGED_IN:
        flags = (flags & ~<uint32_t> (F_LOGGED_IN | F_OPEN_LOGGED_IN)) | (
            source & (F_LOGGED_IN | F_OPEN_LOGGED_IN))
    return flags


cdef inline OutcomeRow *outcome_of(Centre *c, uint32_t a) noexcept nogil:
    """What the agent's base status and conditions come to."""
    return c.outcomes + (<uint32_t> agent_at(c, a).base * c.conditions + conditions(c, a))


cdef inline void derive(Centre *c, uint32_t a) noexcept nogil:
    """Sets what is shown, whose row decides what is received, and the flags in effect. O(1)."""
    show(c, a, outcome_of(c, a))


cdef inline void show(Centre *c, uint32_t a, const OutcomeRow *outcome) noexcept nogil:
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t flags = outcome.effective
    cdef int32_t waiting
    row.shown = outcome.shown
    row.receiver = outcome.receiver
    if row.pending >= 0 and signed_in(c, a):
        waiting = c.statuses[row.pending].waits_as
        if waiting >= 0:
            row.shown = <int16_t> waiting
            flags = filled(c.statuses[waiting].flags, c.statuses[row.base].flags)
    if flags & (F_OPEN_FEATURES | F_OPEN_LOGGED_IN):
        flags = filled(flags, c.statuses[row.selected].flags)
    row.effective = <uint16_t> flags


cdef inline int receive_mode(Centre *c, uint32_t a) noexcept nogil:
    """ELIG-2, the agent's part of it: what the status lets in."""
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t flags = c.statuses[row.receiver].flags
    if not flags & (F_RECEIVES | F_LISTED) or not signed_in(c, a) or (
            c.policy.has_external and not external_lets_in(c, row)):
        return RECEIVE_NONE
    if flags & F_NEEDS_TOGGLE and not row.flags & A_TOGGLE:
        return RECEIVE_NONE
    return RECEIVE_LISTED if flags & F_LISTED else RECEIVE_ALL


cdef inline bint held_back(Centre *c, uint32_t a) noexcept nogil:
    """ELIG-6: in a status that takes one offer at a time, with a queued one open."""
    cdef AgentRow *row = agent_at(c, a)
    return row.offer_count and c.statuses[row.receiver].flags & F_ONE_OFFER and has_queued_offer(c, a)


cdef inline uint32_t room(Centre *c, uint32_t a, AgentRow *row) noexcept nogil:
    """The channels for which `has_room` holds, from the agent's masks."""
    cdef uint32_t mask = row.spare_mask, held = row.held_mask
    if mask == 0:
        return mask
    while held:
        mask &= ~c.blocking[hg_lowest_bit(held)]
        held &= held - 1
    return mask if row.units_capacity < 0 else with_units(c, a, mask)


cdef inline uint32_t not_in_wrap_up(Centre *c, AgentRow *row) noexcept nogil:
    """The channels that no wrap-up of the agent blocks."""
    cdef uint32_t mask = 0xFFFF, wraps = row.wrap_mask
    while wraps:
        mask &= ~c.wrap_blocking[hg_lowest_bit(wraps)]
        wraps &= wraps - 1
    return mask


cdef inline int capability_of(uint32_t fit_mask, uint32_t room_mask, uint32_t channel) noexcept nogil:
    """Absent, available or full."""
    if not (fit_mask >> channel) & 1:
        return C_ABSENT
    return C_AVAILABLE if (room_mask >> channel) & 1 else C_FULL


cdef inline uint32_t own_bits(AgentRow *row) noexcept nogil:
    """What an agent set beside its status, to be compared at once: messenger, toggle, Stop New, and that its
    choice may have changed."""
    return <uint32_t> row.external << 24 | row.flags & (A_TOGGLE | A_STOP_NEW | A_PROFILE)


cdef inline void touch(Centre *c, uint32_t a) noexcept nogil:
    """Remembers what the agent showed before this step, once. Call it before the first change."""
    if not agent_at(c, a).flags & A_TOUCHED:
        note_shown(c, a)


cdef inline void act(Centre *c, uint32_t a) noexcept nogil:
    """The step acts on the agent: it is refreshed before matching, and may have gained. Call it before the
    change."""
    if not agent_at(c, a).flags & A_ACTED:
        begin_acting(c, a)
    else:                           # and so it is touched
        agent_at(c, a).flags &= ~<uint32_t> A_NO_GAIN
