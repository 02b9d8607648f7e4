"""The end of a step (docs/SEMANTICS.md, section 1): offers that may no longer stand are withdrawn, matching
runs and what it leads to is settled, and the net events are told. Every command and every timer ends here and
nowhere else, which is why no gain can be missed."""

from libc.stdint cimport int16_t, int32_t, uint32_t

from huntgroup.core.steps.agents cimport note_time_in, status_until
from huntgroup.core.state.codes cimport (
    EV_CAPABILITY_CHANGED, EV_EXTERNAL_PRESENCE_CHANGED, EV_PENDING_CHANGED, EV_PROFILE_CHANGED,
    EV_READY_CHANGED, EV_STATUS_CHANGED, EV_STOP_NEW_CHANGED, WHY_CAPABILITY, WHY_CAPACITY, WHY_LEFT,
    WHY_LOGGED_OUT, WHY_NONE, WHY_PENDING, WHY_SIGNED_OUT, WHY_STATUS, WHY_STOP_NEW)
from huntgroup.core.state.centre cimport (
    agent_at, Centre, channel_at, interaction_at, membership_at, offer_at, sort_by_index)
from huntgroup.core.state.events cimport emit, emit_change
from huntgroup.core.state.fetch cimport FEW, look_ahead_agent, look_ahead_members
from huntgroup.core.state.native cimport HG_NONE, hg_lowest_bit
from huntgroup.core.steps.offers cimport offer_lost, withdraw
from huntgroup.core.readiness.presence cimport tell_presence
from huntgroup.core.readiness.ready cimport refresh
from huntgroup.core.state.rows cimport (
    A_ACTED, A_ALIVE, A_PROFILE, A_STOP_NEW, A_TOGGLE, A_TOUCHED, AgentRow, EventRow, I_ASSIGNED,
    M_LOGGED_IN, OfferRow, ProfileRow, TouchedRow)
from huntgroup.core.readiness.status cimport (
    capability_of, derive, has_capability, has_device, own_bits, receiver_unasked, receives_direct,
    receives_from, signed_in)
from huntgroup.core.readiness.waiting cimport membership_of
from huntgroup.core.steps.matching_round cimport run_matching
from huntgroup.core.steps.settling cimport settle_what_follows


# --- offers that may not stand --------------------------------------------------------------------------

cdef bint is_received(Centre *c, OfferRow *offer, uint32_t channel) noexcept nogil:
    """Does the agent's status receive the offer? A pending status is judged elsewhere. An assigned
    interaction is judged as a direct one."""
    if offer.queue >= 0 and not interaction_at(c, offer.interaction).flags & I_ASSIGNED:
        return receives_from(c, offer.agent, <uint32_t> offer.queue)
    return agent_at(c, offer.agent).pending >= 0 or receives_direct(c, offer.agent, channel)


cdef bint would_be_received(Centre *c, OfferRow *offer, uint32_t channel) noexcept nogil:
    """Would the status receive it if no offer were open? The offer itself may change the status shown; that
    never withdraws it (OFFER-18)."""
    cdef int16_t receiver = agent_at(c, offer.agent).receiver
    cdef bint is_in
    agent_at(c, offer.agent).receiver = receiver_unasked(c, offer.agent)
    is_in = is_received(c, offer, channel)
    agent_at(c, offer.agent).receiver = receiver
    return is_in


cdef int reason_to_withdraw(Centre *c, OfferRow *offer) noexcept nogil:
    """Why an open offer may no longer stand, WHY_NONE if it may; the first that applies (SEMANTICS.md,
    sections 4, 7)."""
    # OFFER-4, OFFER-5, OFFER-6, CMD-49.
    cdef AgentRow *agent = agent_at(c, offer.agent)
    cdef uint32_t channel = interaction_at(c, offer.interaction).channel
    cdef uint32_t m
    # An assigned offer is not bound to the rules of the queue, neither when it is made nor while it is open.
    cdef bint by_rules = offer.queue >= 0 and not interaction_at(c, offer.interaction).flags & I_ASSIGNED
    if not signed_in(c, offer.agent):
        return WHY_SIGNED_OUT
    if not is_received(c, offer, channel) and not would_be_received(c, offer, channel):
        return WHY_STATUS
    if agent.pending >= 0:
        return WHY_PENDING
    if by_rules:
        if agent.flags & A_STOP_NEW:
            return WHY_STOP_NEW
        m = membership_of(c, offer.agent, <uint32_t> offer.queue)
        if m == HG_NONE:
            return WHY_LEFT
        if not membership_at(c, m).flags & M_LOGGED_IN:
            return WHY_LOGGED_OUT
    if not has_capability(c, offer.agent, channel) or not has_device(c, offer.agent, channel):
        return WHY_CAPABILITY
    return WHY_NONE


cdef void review_offers(Centre *c, uint32_t a) noexcept nogil:
    """Withdraws the agent's offers that may no longer stand, by ascending id; then, latest first, those
    beyond a capacity that was set below the load (OFFER-15)."""
    # STEP-7, OFFER-3, OFFER-7.
    cdef uint32_t o = agent_at(c, a).offer_head, following, i
    cdef int reason
    if o == HG_NONE:
        return
    derive(c, a)
    while o != HG_NONE:
        following = offer_at(c, o).agent_next
        reason = reason_to_withdraw(c, offer_at(c, o))
        if reason != WHY_NONE:
            i = offer_at(c, o).interaction
            withdraw(c, o, reason)
            offer_lost(c, i)
        o = following
    o = agent_at(c, a).offer_tail
    while o != HG_NONE:
        following = offer_at(c, o).agent_prev
        i = offer_at(c, o).interaction
        if channel_at(c, a, c.capability[interaction_at(c, i).channel]).lowered:
            withdraw(c, o, WHY_CAPACITY)
            offer_lost(c, i)
        o = following


cdef inline void bring_up(Centre *c, uint32_t a) noexcept nogil:
    agent_at(c, a).flags &= ~<uint32_t> A_ACTED
    if agent_at(c, a).flags & A_ALIVE:
        refresh(c, a)


cdef void refresh_acted(Centre *c) noexcept nogil:
    """Reviews the offers of every agent acted on and brings it up to date, by ascending index."""
    cdef uint32_t k
    sort_by_index(&c.acted)
    for k in range(c.acted.count):
        if c.acted.count > FEW:
            look_ahead_agent(c, <const int32_t *> c.acted.rows, k, c.acted.count)
        review_offers(c, (<uint32_t *> c.acted.rows)[k])
    for k in range(c.acted.count):
        if c.acted.count > FEW:
            look_ahead_members(c, <const uint32_t *> c.acted.rows, k, c.acted.count)
        bring_up(c, (<uint32_t *> c.acted.rows)[k])


# --- net events -----------------------------------------------------------------------------------------

cdef void tell_own(Centre *c, TouchedRow *before) noexcept nogil:
    """What the agent set beside its status: the toggle, the messenger presence, Stop New (PERM-11)."""
    cdef AgentRow *row = agent_at(c, before.agent)
    cdef int32_t a = <int32_t> before.agent
    cdef uint32_t bits = own_bits(row), changed = bits ^ before.own
    cdef EventRow *e
    if changed & A_TOGGLE:
        emit_change(c, EV_READY_CHANGED, a, -1, -1, -1, -1, (bits & A_TOGGLE) != 0)
    if changed >> 24:
        e = emit(c, EV_EXTERNAL_PRESENCE_CHANGED, a, -1, -1, -1)
        if e != NULL:
            e.value = row.external
    if changed & A_STOP_NEW:
        emit_change(c, EV_STOP_NEW_CHANGED, a, -1, -1, -1, -1, (bits & A_STOP_NEW) != 0)
    if changed & A_PROFILE:
        tell_profile(c, before.agent)


cdef void tell_profile(Centre *c, uint32_t a) noexcept nogil:
    """What it has chosen and what is in force, where that differs from before the step (TOLD-5). Agents
    ascend. O(1), amortised."""
    cdef AgentRow *row = agent_at(c, a)
    cdef ProfileRow *before
    cdef EventRow *e
    if c.next_profile == 0:
        sort_by_index(&c.profiles)
    before = <ProfileRow *> c.profiles.rows + c.next_profile
    row.flags &= ~<uint32_t> A_PROFILE
    while before.agent != a:
        before += 1
        c.next_profile += 1
    c.next_profile += 1
    if row.base == before.base and row.selected == before.selected and (
            status_until(c, row) == before.until_ns):
        return
    e = emit(c, EV_PROFILE_CHANGED, <int32_t> a, -1, -1, -1)
    if e != NULL:
        e.status_from = before.selected
        e.status_to = row.selected
        e.other = row.base
        e.value = status_until(c, row)


cdef inline void close_agent(Centre *c, TouchedRow *before) noexcept nogil:
    """Ends the step for an agent: the time in its status is accounted for, and net changes are emitted as
    events if events are kept."""
    cdef AgentRow *agent = agent_at(c, before.agent)
    cdef uint32_t flags = agent.flags
    # Before anything is written: the compiler need not read it anew then.
    if agent.shown != before.shown and flags & A_ALIVE:
        note_time_in(c, before.agent, before.shown)
    agent.flags = flags & ~<uint32_t> A_TOUCHED
    # Taken off the list also if events are not kept now.
    if (c.keep_events or flags & A_PROFILE) and flags & A_ALIVE:
        tell_agent(c, before)


cdef void close_touched(Centre *c) noexcept nogil:
    """Ends the step for several agents, by ascending index."""
    cdef uint32_t k
    sort_by_index(&c.touched)
    for k in range(c.touched.count):
        close_agent(c, (<TouchedRow *> c.touched.rows) + k)


cdef void tell_agent(Centre *c, TouchedRow *before) noexcept nogil:
    # STEP-11.
    cdef uint32_t a = before.agent, channel, changed
    cdef int x, y
    cdef AgentRow *agent = agent_at(c, a)
    if agent.shown != before.shown:
        emit_change(c, EV_STATUS_CHANGED, <int32_t> a, -1, -1, -1, before.shown, agent.shown)
    if agent.pending != before.pending:
        emit_change(c, EV_PENDING_CHANGED, <int32_t> a, -1, -1, -1, before.pending, agent.pending)
    if own_bits(agent) != before.own:
        tell_own(c, before)
    changed = (agent.fit_mask ^ before.fit_mask) | (agent.room_mask ^ before.room_mask)
    while changed:
        channel = hg_lowest_bit(changed)
        changed &= changed - 1
        x = capability_of(before.fit_mask, before.room_mask, channel)
        y = capability_of(agent.fit_mask, agent.room_mask, channel)
        if x != y:
            emit_change(c, EV_CAPABILITY_CHANGED, <int32_t> a, -1, -1, <int> channel, x, y)


# --- the end --------------------------------------------------------------------------------------------

cdef void end_step(Centre *c) noexcept nogil:
    """All that follows a command's own changes."""
    # STEP-6, STEP-10.
    cdef uint32_t count = c.acted.count
    if count == 1 and agent_at(c, (<uint32_t *> c.acted.rows)[0]).offer_head == HG_NONE:
        bring_up(c, (<uint32_t *> c.acted.rows)[0])
    elif count:
        refresh_acted(c)
    if c.affected.count | c.lifted.count | c.total.waiting:
        run_matching(c)             # nobody waits: no gain to match
    while c.unsettled:
        settle_what_follows(c)
    if c.touched.count == 1:
        close_agent(c, <TouchedRow *> c.touched.rows)
    elif c.touched.count:
        close_touched(c)
    tell_presence(c)
