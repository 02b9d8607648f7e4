"""Readiness. `refresh` compares what an agent could take before with what it can take now. Only if that
differs does it walk the agent's memberships, so a change costs O(memberships of that agent)."""

from libc.stdint cimport int16_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from huntgroup.core.state.centre cimport (
    Centre, agent_at, channel_at, idle_key, membership_at, queue_at, ring_at,
    slot_fields, spare_ring, table_take)
from huntgroup.core.state.fetch cimport fetch_memberships, fetch_slots, is_large
from huntgroup.core.state.native cimport (
    HG_NONE, hg_gcd, hg_lowest_bit, hg_ring_drop, hg_ring_drop_hidden, hg_ring_hide_live,
    hg_ring_init, hg_ring_is_last, hg_ring_place, hg_ring_reopen, hg_ring_reserve,
    hg_ring_reserve_marks, hg_ring_return, hg_ring_show)
from huntgroup.core.readiness.counting cimport (
    count_for_watches, count_in, count_out, count_total, fit_count, is_counted_apart)
from huntgroup.core.readiness.presence cimport (
    count_groups, count_logged_in, count_ready, count_ready_agent, mark_dirty)
from huntgroup.core.readiness.serving cimport count_tier, settle_limits_of, turn_serving
from huntgroup.core.state.policy cimport OutcomeRow
from huntgroup.core.state.requirement cimport meets
from huntgroup.core.state.rows cimport (
    A_BUSY_TIME, A_COUNTED_READY, A_HELD_BACK, A_IN_SERVICE, A_READY_TIME, A_SERVES, A_STOP_NEW,
    AgentRow, ChannelRow, F_LOGGED_IN, MAX_CHANNELS, MOVED_ALL, M_ALIVE, M_AT_LIMIT, M_COUNTED,
    M_LOGGED_IN, M_MEETS, M_READY, M_RECEIVES, M_SERVES, MembershipRow, QueueRow, RECEIVE_ALL,
    RECEIVE_LISTED, RECEIVE_NONE, RingRow, SERVES_SHIFT)
from huntgroup.core.state.signatures cimport write_signature
from huntgroup.core.readiness.status cimport (
    act, external_lets_in, held_back, not_in_wrap_up, outcome_of, receives_from, room, show,
    signed_in)

cdef extern from *:
    bint likely(bint is_so) noexcept nogil


cdef inline uint32_t ratio_of(uint32_t load, uint32_t capacity) noexcept nogil:
    """A load ratio as one number, so that two are compared by one comparison."""
    return load | capacity << 16


cdef inline uint32_t load_ratio(ChannelRow *on) noexcept nogil:
    """The channel's load ratio, in lowest terms, as those of the rings are."""
    cdef uint32_t divisor
    if on.load == 0:
        return ratio_of(0, 1)
    divisor = hg_gcd(on.load, on.capacity)
    return ratio_of(on.load // divisor, on.capacity // divisor)


cdef bint ring_before(RingRow *ring, uint32_t tier, uint32_t load, uint32_t capacity) noexcept nogil:
    """Whether the ring comes before (tier, load ratio)."""
    if ring.tier != tier:
        return ring.tier < tier
    return <uint64_t> ring.load * capacity < <uint64_t> load * ring.capacity


cdef uint32_t ring_for(Centre *c, uint32_t q, uint32_t tier, uint32_t load, uint32_t capacity) noexcept nogil:
    """The queue's ring of this tier and load ratio, made if it is new. HG_NONE when memory is out. O(rings of
    the queue)."""
    cdef QueueRow *queue = queue_at(c, q)
    cdef uint32_t r = queue.first_ring, before = HG_NONE, divisor
    cdef RingRow *ring
    while r != HG_NONE:
        ring = ring_at(c, r)
        if ring.tier == tier and <uint64_t> ring.load * capacity == <uint64_t> load * ring.capacity:
            return r
        if not ring_before(ring, tier, load, capacity):
            break
        before = r
        r = ring.next
    r = spare_ring(c, queue)
    if r == HG_NONE:
        r = table_take(&c.rings)
        if r == HG_NONE or hg_ring_init(&ring_at(c, r).ring, 16) != 0:
            c.failed = True
            return HG_NONE
    elif before == r:
        before = ring_at(c, r).next     # where the one before it is noted, see `spare_ring`
    divisor = hg_gcd(load, capacity)
    ring = ring_at(c, r)
    ring.queue = q
    ring.tier = <uint8_t> tier
    ring.load = <uint16_t> (load // divisor)
    ring.capacity = <uint16_t> (capacity // divisor)
    if hg_ring_reserve_marks(&ring.ring, queue.group_count) != 0:
        c.failed = True
    if before == HG_NONE:
        ring.next = queue.first_ring
        queue.first_ring = r
    else:
        ring.next = ring_at(c, before).next
        ring_at(c, before).next = r
    return r


cdef void place(Centre *c, uint32_t m, uint32_t r, uint64_t key) noexcept nogil:
    """Makes the membership live in the ring: at its old slot if its key is the old one."""
    # IDLE-1.
    cdef MembershipRow *row = membership_at(c, m)
    cdef RingRow *ring = ring_at(c, r)
    if row.ring != HG_NONE:
        # A key above all others is new, so the old slot need not be asked.
        if row.ring == r and not hg_ring_is_last(&ring.ring, key) and (
                hg_ring_show(&ring.ring, row.slot, key, m)):
            return
        if row.flags & M_READY:
            hg_ring_drop(&ring_at(c, row.ring).ring, row.slot)
        else:
            hg_ring_drop_hidden(&ring_at(c, row.ring).ring, row.slot)
    row.ring = r
    if hg_ring_place(&ring.ring, key, m, slot_fields(c), sizeof(MembershipRow)) == HG_NONE:
        if hg_ring_reserve(&ring.ring, slot_fields(c), sizeof(MembershipRow)) != 0:
            c.failed = True
            row.ring = HG_NONE
            return
        hg_ring_place(&ring.ring, key, m, slot_fields(c), sizeof(MembershipRow))
    if ring.carries:
        write_signature(c, ring, row.slot, row.agent)


cdef inline bint belongs(RingRow *ring, MembershipRow *row, uint32_t ratio) noexcept nogil:
    """Whether the ring is the one for the membership's tier at this load ratio."""
    return ratio_of(ring.load, ring.capacity) == ratio and ring.tier == row.tier


cdef inline bint belongs_bare(RingRow *ring, MembershipRow *row, uint32_t ratio) noexcept nogil:
    """The same, and that the ring carries no signatures: two comparisons in all."""
    return ratio_of(ring.load, ring.capacity) == ratio and (
        (<uint32_t> ring.tier | <uint32_t> ring.carries << 8) == row.tier)


cdef inline bint returns_last(RingRow *rings, MembershipRow *row, uint32_t m, uint32_t ratio,
                              uint64_t key) noexcept nogil:
    """The common case of becoming ready: the membership goes to the end of the ring in which it was.
    False, with nothing changed, in any other case; then call `enter`. `rings`: ring 0."""
    # IDLE-1.
    cdef RingRow *ring
    cdef uint32_t slot
    if row.ring == HG_NONE:
        return False
    ring = rings + row.ring
    slot = ring.ring.tail
    if not belongs_bare(ring, row, ratio) or not hg_ring_return(
            &ring.ring, row.own_key if row.own_key > key else key, m, row.slot):
        return False
    row.slot = slot
    return True


cdef void enter(Centre *c, AgentRow *agent, MembershipRow *row, uint32_t m, QueueRow *queue, uint32_t ratio,
                uint64_t key) noexcept nogil:
    """The membership is ready, or stays ready with another key or load: into the ring where it belongs.
    `ratio`: of the queue's channel, see `load_ratio`; `key`: the latest that is not the membership's own."""
    # IDLE-1.
    cdef uint32_t held = row.ring, r = held if held != HG_NONE else queue.first_ring
    cdef RingRow *ring = ring_at(c, r)
    if r == HG_NONE or not belongs(ring, row, ratio):
        r = ring_for(c, row.queue, row.tier, ratio & 0xFFFF, ratio >> 16)
        if r == HG_NONE:
            return
    place(c, m, r, row.own_key if row.own_key > key else key)
    if not row.flags & M_READY:
        count_in(c, agent, row, queue, is_counted_apart(c))


cdef inline void withdraw_member(Centre *c, AgentRow *agent, MembershipRow *row, QueueRow *queue,
                                 bint apart) noexcept nogil:
    """The membership is not ready any more. Its slot is hidden, not given up: if it becomes ready again with
    the old key (a withdrawn offer, a block that ends), it has its old place."""
    hg_ring_hide_live(&ring_at(c, row.ring).ring, row.slot)
    count_out(c, agent, row, queue, apart)


cdef inline void give_up(Centre *c, MembershipRow *row) noexcept nogil:
    """Gives up the hidden slot of a membership that will become ready with another key: its agent logged out
    or cannot receive. A ring without such slots is packed less often."""
    if row.ring != HG_NONE:
        hg_ring_drop_hidden(&ring_at(c, row.ring).ring, row.slot)
        row.ring = HG_NONE


cdef inline uint64_t channel_key(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    """The later of the channel's own key and its load's; a membership's key is the latest of this and its own
    (docs/SEMANTICS.md, section 2)."""
    cdef uint64_t able_key = channel_at(c, a, channel).able_key
    cdef uint64_t load_key = channel_at(c, a, c.capability[channel]).load_key
    return load_key if load_key > able_key else able_key


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


cdef void put_in_apart(Centre *c, AgentRow *agent, uint32_t came) noexcept nogil:
    """`put_in` where something is kept that `count_apart` counts."""
    cdef uint32_t m, start = agent.membership_start, channel = MAX_CHANNELS
    cdef uint32_t ratio = 0, fit = fit_count(agent)
    cdef MembershipRow *row
    cdef QueueRow *queue
    cdef uint64_t key = 0
    for m in range(start, start + agent.membership_count):
        row = membership_at(c, m)
        queue = queue_at(c, row.queue)
        if row.flags & (M_LOGGED_IN | M_AT_LIMIT) != M_LOGGED_IN or not (came >> queue.channel) & 1:
            continue
        if queue.channel != channel:
            channel = queue.channel
            key = channel_key(c, row.agent, channel)
            ratio = load_ratio(channel_at(c, row.agent, c.capability[channel]))
        if not row.flags & M_READY and returns_last(ring_at(c, 0), row, m, ratio, key):
            count_in(c, agent, row, queue, True)
        else:
            enter(c, agent, row, m, queue, ratio, key)
    count_total(c, agent, fit)


cdef void put_in(Centre *c, AgentRow *agent, uint32_t came) noexcept nogil:
    """The agent's memberships on the channels `came` become ready or change their place. Its status receives
    from every queue. The agent's own counts are brought up to date once for all. O(memberships)."""
    cdef uint32_t m = agent.membership_start, channel = MAX_CHANNELS, flags
    cdef uint32_t ratio = 0, fit = fit_count(agent), ready = 0, unfit = 0
    cdef MembershipRow *row = membership_at(c, m)
    cdef MembershipRow *end = row + agent.membership_count
    cdef QueueRow *queues = queue_at(c, 0)
    cdef RingRow *rings = ring_at(c, 0)
    cdef QueueRow *queue
    cdef uint64_t key = 0
    if is_counted_apart(c):
        put_in_apart(c, agent, came)
        return
    while row < end:
        flags = row.flags
        queue = queues + row.queue
        # Nearly always all of its queues are of one channel.
        if likely((flags & (M_LOGGED_IN | M_AT_LIMIT | M_READY)) == M_LOGGED_IN
                  and queue.channel == channel and returns_last(rings, row, m, ratio, key)):
            row.flags = <uint8_t> (flags | M_READY)
            ready += 1
            if likely(flags & M_MEETS):
                queue.ready_count += 1
                if not likely(queue.ready_count != 1):
                    mark_dirty(c, row.queue)
            else:
                unfit += 1
        elif flags & (M_LOGGED_IN | M_AT_LIMIT) == M_LOGGED_IN and (came >> queue.channel) & 1:
            if queue.channel != channel:
                channel = queue.channel
                key = channel_key(c, row.agent, channel)
                ratio = load_ratio(channel_at(c, row.agent, c.capability[channel]))
                continue
            enter(c, agent, row, m, queue, ratio, key)
            rings = ring_at(c, 0)       # one more may have come
        row += 1
        m += 1
    agent.ready_count += ready
    agent.unfit_count += unfit
    count_total(c, agent, fit)


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


cdef void take_some_out(Centre *c, AgentRow *agent, uint32_t gone) noexcept nogil:
    """The agent's memberships on the channels `gone` are not ready any more. O(memberships)."""
    cdef MembershipRow *row = membership_at(c, agent.membership_start)
    cdef MembershipRow *end = row + agent.membership_count
    cdef QueueRow *queue
    cdef bint apart = is_counted_apart(c)
    cdef uint32_t fit = fit_count(agent)
    while row < end:
        queue = queue_at(c, row.queue)
        if row.flags & M_READY and (gone >> queue.channel) & 1:
            withdraw_member(c, agent, row, queue, apart)
        row += 1
    count_total(c, agent, fit)


cdef void take_all_out(Centre *c, AgentRow *agent) noexcept nogil:
    """The agent is not ready anywhere any more, and nothing is kept that `count_apart` counts.
    O(memberships)."""
    cdef MembershipRow *row = membership_at(c, agent.membership_start)
    cdef MembershipRow *end = row + agent.membership_count
    cdef QueueRow *queues = queue_at(c, 0)
    cdef RingRow *rings = ring_at(c, 0)
    cdef QueueRow *queue
    cdef uint32_t flags
    c.total.ready -= fit_count(agent)
    agent.ready_count = 0
    agent.unfit_count = 0
    while row < end:
        flags = row.flags
        if likely(flags & M_READY):
            hg_ring_hide_live(&rings[row.ring].ring, row.slot)
            row.flags = <uint8_t> (flags & ~<uint32_t> M_READY)
            if likely(flags & M_MEETS):
                queue = queues + row.queue
                queue.ready_count -= 1
                if not likely(queue.ready_count != 0):
                    mark_dirty(c, row.queue)
        row += 1


cdef inline void take_out(Centre *c, AgentRow *agent, uint32_t was, uint32_t now) noexcept nogil:
    """Of the channels for which it was ready, it is so for `now` only."""
    if was & now or is_counted_apart(c):
        take_some_out(c, agent, was & ~now)
    else:
        take_all_out(c, agent)


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


cdef void refresh(Centre *c, uint32_t a) noexcept nogil:
    """Derives status and readiness anew. O(channels), and O(memberships) where readiness differs."""
    cdef AgentRow *row = agent_at(c, a)
    cdef const OutcomeRow *outcome
    cdef uint32_t able = 0, free, was, now, moved, where, changed
    cdef int before, mode
    cdef bint all_of_them
    if is_large(c):
        fetch_memberships(c, a)
    outcome = outcome_of(c, a)
    show(c, a, outcome)
    mode = outcome.receive_mode
    if c.policy.has_external and not external_lets_in(c, row):
        mode = RECEIVE_NONE
    where = serves_where(row, mode)
    if mode != RECEIVE_NONE and row.pending < 0 and not row.flags & A_STOP_NEW:
        able = row.fit_mask & not_in_wrap_up(c, a)
        if able & ~<uint32_t> row.able_mask:
            begin_able(c, a, able & ~<uint32_t> row.able_mask)
    before = row.receive_mode
    moved = row.moved_mask
    all_of_them = moved & MOVED_ALL or mode == RECEIVE_LISTED or (
        before == RECEIVE_LISTED and mode == RECEIVE_ALL)
    if row.limit_head != HG_NONE and settle_limits_of(c, a):
        all_of_them = True
    where <<= SERVES_SHIFT
    if row.effective & F_LOGGED_IN:
        where |= A_IN_SERVICE
    changed = (row.flags ^ where) & (A_IN_SERVICE | A_SERVES)
    if changed:
        row.flags ^= changed
        if changed & A_IN_SERVICE:
            all_of_them = True
        elif not all_of_them:
            serve_elsewhere(c, row, where >> SERVES_SHIFT)
    free = room(c, a)
    was = row.able_mask & row.room_mask
    now = able & free
    if row.offer_count or row.flags & A_HELD_BACK:
        now = held_back_from(c, a, &was, now)
    row.able_mask = <uint16_t> able
    row.room_mask = <uint16_t> free
    row.receive_mode = <uint8_t> mode
    row.moved_mask = 0
    if all_of_them or c.queue_groups.count:
        settle_all(c, a, was & ~now, now & (moved | ~was), all_of_them, before)
    else:
        if was & ~now:
            take_out(c, row, was, now)
        if now & (moved | ~was):
            if is_large(c):
                fetch_slots(c, a)
            put_in(c, row, now & (moved | ~was))
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
