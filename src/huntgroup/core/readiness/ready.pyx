"""Readiness. `refresh` compares what an agent could take before with what it can take now. Only if that
differs does it walk the agent's memberships, so a change costs O(memberships of that agent)."""

from libc.stdint cimport int16_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from huntgroup.core.readiness.counting cimport (
    count_for_watches, count_total, fit_count, is_counted_apart)
from huntgroup.core.readiness.places cimport (
    channel_key, enter, give_up, load_ratio, put_in, take_out, take_some_out, withdraw_member)
from huntgroup.core.readiness.presence cimport (
    count_groups, count_logged_in, count_ready, count_ready_agent)
from huntgroup.core.readiness.serving cimport count_tier, settle_limits_of, turn_serving
from huntgroup.core.readiness.status cimport (
    act, external_lets_in, held_back, not_in_wrap_up, outcome_of, receives_from, room, show, signed_in)
from huntgroup.core.state.centre cimport (
    Centre, agent_at, channel_at, idle_key, membership_at, queue_at, ring_at)
from huntgroup.core.state.fetch cimport fetch_memberships, fetch_slots, is_large
from huntgroup.core.state.native cimport HG_NONE, hg_lowest_bit, hg_ring_reopen
from huntgroup.core.state.policy cimport OutcomeRow
from huntgroup.core.state.requirement cimport meets
from huntgroup.core.state.rows cimport (
    A_BUSY_TIME, A_COUNTED_READY, A_HELD_BACK, A_IN_SERVICE, A_READY_TIME, A_SERVES, A_STOP_NEW, AgentRow,
    F_LOGGED_IN, F_OPEN_FEATURES, F_OPEN_LOGGED_IN, MOVED_ALL, M_ALIVE, M_AT_LIMIT, M_COUNTED, M_LOGGED_IN,
    M_MEETS, M_READY, M_RECEIVES, M_SERVES, MembershipRow, QueueRow, RECEIVE_ALL, RECEIVE_LISTED,
    RECEIVE_NONE, SERVES_SHIFT)
from huntgroup.core.state.signatures cimport write_signature

cdef enum:
    IN_SERVICE_SHIFT = 7            # from F_LOGGED_IN to A_IN_SERVICE

cdef extern from *:
    bint unlikely(bint is_so) noexcept nogil


cdef void count_member(Centre *c, AgentRow *agent, MembershipRow *row, QueueRow *queue) noexcept nogil:
    """The membership begins or ceases to count as logged in for the service."""
    # PRES-1.
    cdef int by = -1 if row.flags & M_COUNTED else 1
    row.flags ^= M_COUNTED
    count_logged_in(c, agent, queue, row.queue, by)
    if c.watches.count:
        count_for_watches(c, row, 0, by)


cdef inline uint32_t serves_where(AgentRow *row, int mode) noexcept nogil:
    """PRES-9: where an agent in service (PRES-8) serves, a ReceiveMode. `mode`: what its status lets in."""
    if row.pending >= 0:
        return RECEIVE_NONE
    if mode == RECEIVE_ALL or row.offer_count | row.handling_count | row.wrap_count:
        return RECEIVE_ALL
    return <uint32_t> mode


cdef inline void settle_serving(Centre *c, MembershipRow *row, QueueRow *queue,
                                uint32_t where) noexcept nogil:
    """Counts the membership among those who serve, or not any more; then what was kept for the agent there
    is matched again."""
    cdef bint now = row.flags & M_COUNTED and (
        where == RECEIVE_ALL or (where == RECEIVE_LISTED and row.flags & M_RECEIVES))
    if now != ((row.flags & M_SERVES) != 0):
        turn_serving(c, row, queue, now)


cdef void serve_elsewhere(Centre *c, AgentRow *agent, uint32_t where) noexcept nogil:
    """The agent serves in other queues than before, its logins and lists being the same. O(memberships)."""
    cdef MembershipRow *row = membership_at(c, agent.membership_start)
    cdef MembershipRow *end = row + agent.membership_count
    while row < end:
        settle_serving(c, row, queue_at(c, row.queue), where)
        row += 1


cdef bint is_let_in(Centre *c, uint32_t a, MembershipRow *row, int before) noexcept nogil:
    """ELIG-2 for the membership's queue, if the status now or before receives from listed queues only.
    `before`: the mode as of the last refresh. If the queue is received from now and was not before, its idle
    time starts here."""
    # ELIG-14.
    cdef AgentRow *agent = agent_at(c, a)
    cdef bint was = before != RECEIVE_LISTED or (row.flags & M_RECEIVES) != 0
    cdef bint now = agent.receive_mode == RECEIVE_ALL
    if agent.receive_mode == RECEIVE_LISTED:
        now = receives_from(c, a, row.queue)
        row.flags = row.flags | M_RECEIVES if now else row.flags & <uint8_t> ~M_RECEIVES
    if now and not was:
        row.own_key = idle_key(c, a)
    return now


cdef void settle_members(Centre *c, uint32_t a, uint32_t first, uint32_t count, int before) noexcept nogil:
    """Brings memberships in step with their agent, whatever changed: counts, ring, slot. `before`: the mode
    of receiving as of the last refresh. O(count)."""
    cdef AgentRow *agent = agent_at(c, a)
    cdef uint32_t able = agent.able_mask, m, channel
    cdef uint32_t now = 0 if agent.flags & A_HELD_BACK else able & agent.room_mask
    cdef bint in_service = signed_in(c, a) and (agent.effective & F_LOGGED_IN) != 0
    cdef uint32_t where = (agent.flags & A_SERVES) >> SERVES_SHIFT
    cdef bint lists = before == RECEIVE_LISTED or agent.receive_mode == RECEIVE_LISTED
    cdef bint logged_in
    cdef MembershipRow *row
    cdef QueueRow *queue
    cdef uint32_t fit = fit_count(agent)
    for m in range(first, first + count):
        row = membership_at(c, m)
        queue = queue_at(c, row.queue)
        channel = queue.channel
        logged_in = (row.flags & M_LOGGED_IN) != 0
        if (in_service and logged_in) != ((row.flags & M_COUNTED) != 0):
            count_member(c, agent, row, queue)
        if lists and not is_let_in(c, a, row, before):
            logged_in = False
        settle_serving(c, row, queue, where)
        if logged_in and (now >> channel) & 1 and not row.flags & M_AT_LIMIT:
            enter(c, agent, row, m, queue,
                  load_ratio(channel_at(c, a, c.capability[channel])), channel_key(c, a, channel))
            continue
        if row.flags & M_READY:
            withdraw_member(c, agent, row, queue, is_counted_apart(c))
        if not logged_in or not (able >> channel) & 1:
            give_up(c, row)
    count_total(c, agent, fit)


cdef void settle_one(Centre *c, uint32_t m) noexcept nogil:
    """The same for one membership within a step."""
    cdef uint32_t a = membership_at(c, m).agent
    count_groups(c, a, -1)
    settle_members(c, a, m, 1, agent_at(c, a).receive_mode)
    count_ready_agent(c, agent_at(c, a))
    count_groups(c, a, 1)


cdef void drop_membership(Centre *c, uint32_t m) noexcept nogil:
    """Takes a membership out of every count and ring, for leaving."""
    cdef MembershipRow *row = membership_at(c, m)
    row.flags &= <uint8_t> ~M_LOGGED_IN
    settle_one(c, m)


cdef void move_tier(Centre *c, uint32_t m, unsigned char tier) noexcept nogil:
    """Another tier, the idle time kept: the membership goes to its ordered place in another ring."""
    cdef MembershipRow *row = membership_at(c, m)
    cdef QueueRow *queue = queue_at(c, row.queue)
    if queue.tiers != HG_NONE and row.flags & M_SERVES:
        count_tier(c, queue, row.tier, -1)
        count_tier(c, queue, tier, 1)
    row.tier = tier
    settle_one(c, m)


cdef inline void run_clocks(Centre *c, AgentRow *row) noexcept nogil:
    """Busy time: something handled. Ready time: nothing handled and ready somewhere. And whether it is ready
    where it meets the queue's requirement, for the centre's total (PRES-11)."""
    cdef uint32_t flags = row.flags, now = 0
    cdef int64_t took = c.now_ns - row.clock_ns
    row.clock_ns = c.now_ns
    if flags & A_BUSY_TIME:
        row.busy_ns += took
    elif flags & A_READY_TIME:
        row.ready_ns += took
    if row.handling_count:
        now = A_BUSY_TIME
    elif row.ready_count:
        now = A_READY_TIME
    if row.ready_count != row.unfit_count:
        now |= A_COUNTED_READY
    now |= flags & ~<uint32_t> (A_BUSY_TIME | A_READY_TIME | A_COUNTED_READY)
    row.flags = now
    if (flags ^ now) & A_COUNTED_READY:
        c.total.agents_ready += 1 if now & A_COUNTED_READY else -1


cdef void begin_able(Centre *c, uint32_t a, uint32_t channels) noexcept nogil:
    """The idle time of these channels starts here."""
    # IDLE-2.
    cdef uint64_t key = idle_key(c, a)
    while channels:
        channel_at(c, a, hg_lowest_bit(channels)).able_key = key
        channels &= channels - 1


cdef void settle_all(Centre *c, uint32_t a, uint32_t gone, uint32_t came, bint all_of_them,
                     int before) noexcept nogil:
    """The memberships of an agent where groups of queues count agents too, or where more of them changes than
    who is ready (`all_of_them`)."""
    cdef AgentRow *row = agent_at(c, a)
    count_groups(c, a, -1)
    if all_of_them:
        settle_members(c, a, row.membership_start, row.membership_count, before)
    else:
        if is_large(c):
            fetch_slots(c, a)
        take_some_out(c, row, gone)
        put_in(c, row, came)
    count_groups(c, a, 1)


cdef uint32_t held_back_from(Centre *c, uint32_t a, uint32_t *was, uint32_t now) noexcept nogil:
    """Which of the channels `now` remain for an agent who has offers, or was held back by one; and which of
    `was`, for which the agent was ready before."""
    cdef AgentRow *row = agent_at(c, a)
    if row.flags & A_HELD_BACK:
        was[0] = 0
        row.flags &= ~<uint32_t> A_HELD_BACK
    if held_back(c, a):
        row.flags |= A_HELD_BACK
        return 0
    return now


cdef inline uint32_t take_outcome(Centre *c, uint32_t a, AgentRow *row, int *mode,
                                  uint32_t *where) noexcept nogil:
    """Shows what the agent's status and conditions come to. Returns the channels for which ELIG-1 to ELIG-5
    hold now. `mode`: which queues the status lets in; `where`: see `serves_where`."""
    cdef const OutcomeRow *outcome = outcome_of(c, a)
    mode[0] = outcome.receive_mode
    if unlikely((outcome.effective & (F_OPEN_FEATURES | F_OPEN_LOGGED_IN)) | c.policy.has_external) or (
            unlikely(row.pending >= 0)):
        show(c, a, outcome)
        if c.policy.has_external and not external_lets_in(c, row):
            mode[0] = RECEIVE_NONE
        where[0] = serves_where(row, mode[0])
        if row.pending >= 0:
            return 0
    else:
        row.shown = outcome.shown
        row.receiver = outcome.receiver
        row.effective = outcome.effective
        where[0] = <uint32_t> mode[0]
        if row.offer_count | row.handling_count | row.wrap_count:
            where[0] = RECEIVE_ALL
    if mode[0] == RECEIVE_NONE or row.flags & A_STOP_NEW:
        return 0
    return row.fit_mask & not_in_wrap_up(c, row)


cdef void refresh(Centre *c, uint32_t a) noexcept nogil:
    """Derives status and readiness anew. O(channels), and O(memberships) where readiness differs."""
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t able, free, was, now, moved, where, changed
    cdef int before, mode
    cdef bint all_of_them
    if unlikely(is_large(c)):
        fetch_memberships(c, a)
    able = take_outcome(c, a, row, &mode, &where)
    if able & ~<uint32_t> row.able_mask:
        begin_able(c, a, able & ~<uint32_t> row.able_mask)
    before = row.receive_mode
    moved = row.moved_mask
    # One of them is RECEIVE_LISTED.
    all_of_them = moved & MOVED_ALL or (unlikely((before | mode) > RECEIVE_ALL) and (
        mode == RECEIVE_LISTED or mode == RECEIVE_ALL))
    if unlikely(row.limit_head != HG_NONE) and settle_limits_of(c, a):
        all_of_them = True
    where = where << SERVES_SHIFT | (row.effective & F_LOGGED_IN) << IN_SERVICE_SHIFT
    changed = (row.flags ^ where) & (A_IN_SERVICE | A_SERVES)
    if changed:
        row.flags ^= changed
        if changed & A_IN_SERVICE:
            all_of_them = True
        elif not all_of_them:
            serve_elsewhere(c, row, (where & A_SERVES) >> SERVES_SHIFT)
    free = room(c, a, row)
    was = row.able_mask & row.room_mask
    now = able & free
    if row.offer_count or row.flags & A_HELD_BACK:
        now = held_back_from(c, a, &was, now)
    row.able_mask = <uint16_t> able
    row.room_mask = <uint16_t> free
    row.receive_mode = <uint8_t> mode
    row.moved_mask = 0
    if unlikely(all_of_them | c.queue_groups.count):
        settle_all(c, a, was & ~now, now & (moved | ~was), all_of_them, before)
    else:
        if was & ~now:
            take_out(c, row, was, now)
        now &= moved | ~was
        if now:
            if unlikely(is_large(c)):
                fetch_slots(c, a)
            put_in(c, row, now)
    run_clocks(c, row)


cdef void refresh_taker(Centre *c, uint32_t a, int16_t receiver) noexcept nogil:
    """Refreshes an agent who takes an interaction over or gets an assigned offer. The agent has gained only
    if the status that is shown now decides anew what is received (MATCH-27)."""
    refresh(c, a)
    if agent_at(c, a).receiver != receiver:
        act(c, a)


cdef void recheck_skills(Centre *c, uint32_t a) noexcept nogil:
    """After an edit of skills: counts by requirement, and slots that searches must look at again.
    O(memberships)."""
    # IDLE-6.
    cdef AgentRow *agent = agent_at(c, a)
    cdef MembershipRow *row
    cdef uint32_t m
    cdef bint now
    count_groups(c, a, -1)
    for m in range(agent.membership_start, agent.membership_start + agent.membership_count):
        row = membership_at(c, m)
        now = meets(c, queue_at(c, row.queue).requirement, a)
        if now != ((row.flags & M_MEETS) != 0):
            row.flags ^= M_MEETS
            if row.flags & M_READY:
                count_ready(c, queue_at(c, row.queue), row.queue, 1 if now else -1)
                agent.unfit_count += <uint32_t> (-1 if now else 1)
        if row.ring != HG_NONE and ring_at(c, row.ring).carries:
            write_signature(c, ring_at(c, row.ring), row.slot, a)
        if row.flags & M_READY:
            hg_ring_reopen(&ring_at(c, row.ring).ring, row.slot)
    count_ready_agent(c, agent)
    count_groups(c, a, 1)


cdef void recheck_queue(Centre *c, uint32_t q) noexcept nogil:
    """After a change of the queue's own requirement: who of its members meets it. O(all memberships)."""
    # PRES-2.
    cdef MembershipRow *row
    cdef uint32_t m
    cdef bint now
    for m in range(c.memberships.count):
        row = membership_at(c, m)
        if not row.flags & M_ALIVE or row.queue != q:
            continue
        now = meets(c, queue_at(c, q).requirement, row.agent)
        if now != ((row.flags & M_MEETS) != 0):
            count_groups(c, row.agent, -1)
            row.flags ^= M_MEETS
            if row.flags & M_READY:
                count_ready(c, queue_at(c, q), q, 1 if now else -1)
                agent_at(c, row.agent).unfit_count += <uint32_t> (-1 if now else 1)
                count_ready_agent(c, agent_at(c, row.agent))
            count_groups(c, row.agent, 1)
