"""Readiness. `refresh` compares what an agent could take before with what it can take now, and only where
that differs does it walk the agent's memberships; so a change costs that agent's memberships and nothing
else."""

from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t

from huntgroup.core.columns cimport (
    Centre, agent_at, channel_at, idle_key, membership_at, queue_at, ring_at, slot_fields, table_take)
from huntgroup.core.native cimport (
    HG_NONE, hg_ring_drop, hg_ring_hide, hg_ring_init, hg_ring_place, hg_ring_reopen, hg_ring_reserve,
    hg_ring_reserve_marks, hg_ring_show)
from huntgroup.core.presence cimport count_watches, mark_dirty
from huntgroup.core.requirement cimport meets
from huntgroup.core.rows cimport (
    A_BUSY_TIME, A_IN_SERVICE, A_READY_TIME, A_STOP_NEW, AgentRow, ChannelRow, F_LOGGED_IN, MOVED_ALL,
    M_ALIVE,
    M_COUNTED, M_LOGGED_IN, M_MEETS, M_READY, M_RECEIVES, MembershipRow, QueueRow, RECEIVE_ALL,
    RECEIVE_LISTED, RECEIVE_NONE, RingRow)
from huntgroup.core.status cimport (
    derive, has_capability, has_device, has_room, receive_mode, receives_from, signed_in)


cdef uint32_t greatest_divisor(uint32_t a, uint32_t b) noexcept nogil:
    cdef uint32_t rest
    while b:
        rest = a % b
        a = b
        b = rest
    return a


cdef bint ring_before(RingRow *ring, uint32_t tier, uint32_t load, uint32_t capacity) noexcept nogil:
    """Whether the ring comes before (tier, load ratio)."""
    if ring.tier != tier:
        return ring.tier < tier
    return <uint64_t> ring.load * capacity < <uint64_t> load * ring.capacity


cdef uint32_t ring_for(Centre *c, uint32_t q, uint32_t tier, uint32_t load, uint32_t capacity) noexcept nogil:
    """The queue's ring of this tier and load ratio, made if it is new. HG_NONE when memory is out."""
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
    r = table_take(&c.rings)
    if r == HG_NONE:
        c.failed = True
        return r
    divisor = greatest_divisor(load, capacity)
    ring = ring_at(c, r)
    ring.queue = q
    ring.tier = <uint8_t> tier
    ring.load = <uint16_t> (load // divisor)
    ring.capacity = <uint16_t> (capacity // divisor)
    if hg_ring_init(&ring.ring, 16) != 0 or hg_ring_reserve_marks(&ring.ring, queue.group_count) != 0:
        c.failed = True
    if before == HG_NONE:
        ring.next = queue.first_ring
        queue.first_ring = r
    else:
        ring.next = ring_at(c, before).next
        ring_at(c, before).next = r
    return r


cdef uint64_t key_of(Centre *c, MembershipRow *m, ChannelRow *on, uint32_t channel) noexcept nogil:
    """The latest of the membership's own key, the channel's and the load's (docs/SEMANTICS.md, section 2)."""
    cdef uint64_t able_key = channel_at(c, m.agent, channel).able_key
    cdef uint64_t key = on.load_key if on.load_key > able_key else able_key
    return m.own_key if m.own_key > key else key


cdef void place(Centre *c, uint32_t m, uint32_t r, uint64_t key) noexcept nogil:
    """Makes the membership live in the ring, at its old slot if it comes back with its old key."""
    cdef MembershipRow *row = membership_at(c, m)
    cdef uint32_t slot
    if row.ring != HG_NONE:
        if row.ring == r and hg_ring_show(&ring_at(c, r).ring, row.slot, key, m):
            return
        hg_ring_drop(&ring_at(c, row.ring).ring, row.slot)
    row.ring = r
    slot = hg_ring_place(&ring_at(c, r).ring, key, m, slot_fields(c), sizeof(MembershipRow))
    if slot == HG_NONE:
        if hg_ring_reserve(&ring_at(c, r).ring, slot_fields(c), sizeof(MembershipRow)) != 0:
            c.failed = True
            row.ring = HG_NONE
            return
        hg_ring_place(&ring_at(c, r).ring, key, m, slot_fields(c), sizeof(MembershipRow))


cdef void set_ready(Centre *c, uint32_t m, bint ready) noexcept nogil:
    """Counts the membership in or out of the ready ones."""
    cdef MembershipRow *row = membership_at(c, m)
    cdef QueueRow *queue
    row.flags = row.flags | M_READY if ready else row.flags & <uint8_t> ~M_READY
    agent_at(c, row.agent).ready_count += 1 if ready else <uint32_t> -1
    if row.flags & M_MEETS:
        queue = queue_at(c, row.queue)
        queue.ready_count += 1 if ready else <uint32_t> -1
        mark_dirty(c, row.queue)
    if c.watches.count:
        count_watches(c, row.agent, row.queue, 1 if ready else -1, 0)
        if agent_at(c, row.agent).ready_count == (1 if ready else 0):
            count_watches(c, row.agent, -1, 1 if ready else -1, 0)


cdef void set_counted(Centre *c, uint32_t m, bint counted) noexcept nogil:
    """Counts the membership in or out of those logged in for the service."""
    cdef MembershipRow *row = membership_at(c, m)
    row.flags = row.flags | M_COUNTED if counted else row.flags & <uint8_t> ~M_COUNTED
    agent_at(c, row.agent).counted_count += 1 if counted else <uint32_t> -1
    queue_at(c, row.queue).logged_in_count += 1 if counted else <uint32_t> -1
    mark_dirty(c, row.queue)
    if c.watches.count:
        count_watches(c, row.agent, row.queue, 0, 1 if counted else -1)
        if agent_at(c, row.agent).counted_count == (1 if counted else 0):
            count_watches(c, row.agent, -1, 0, 1 if counted else -1)


cdef void settle_membership(Centre *c, uint32_t m) noexcept nogil:
    """Brings one membership in step with its agent: counts, ring, slot."""
    cdef MembershipRow *row = membership_at(c, m)
    cdef AgentRow *agent = agent_at(c, row.agent)
    cdef QueueRow *queue = queue_at(c, row.queue)
    cdef uint32_t channel = queue.channel
    cdef bint logged_in = (row.flags & M_LOGGED_IN) != 0
    cdef bint receives = agent.receive_mode == RECEIVE_ALL or (
        agent.receive_mode == RECEIVE_LISTED and receives_from(c, row.agent, row.queue))
    cdef bint able, ready, counted
    cdef ChannelRow *on
    cdef uint32_t r
    if receives != ((row.flags & M_RECEIVES) != 0):
        if receives:
            row.own_key = idle_key(c, row.agent)
        row.flags ^= M_RECEIVES
    counted = logged_in and signed_in(c, row.agent) and (agent.effective & F_LOGGED_IN) != 0
    if counted != ((row.flags & M_COUNTED) != 0):
        set_counted(c, m, counted)
    able = receives and logged_in and (agent.able_mask >> channel) & 1
    ready = able and (agent.room_mask >> channel) & 1
    if ready:
        on = channel_at(c, row.agent, c.capability[channel])
        r = row.ring
        if r == HG_NONE or ring_at(c, r).tier != row.tier or (
                <uint32_t> ring_at(c, r).load * on.capacity != <uint32_t> on.load * ring_at(c, r).capacity):
            r = ring_for(c, row.queue, row.tier, on.load, on.capacity)
            if r == HG_NONE:
                return
        place(c, m, r, key_of(c, row, on, channel))
        if not row.flags & M_READY:
            set_ready(c, m, True)
    elif row.flags & M_READY:
        # One who stays able may come back to its place (a withdrawal, a block that ends); one who
        # does not cannot.
        if able:
            hg_ring_hide(&ring_at(c, row.ring).ring, row.slot)
        else:
            hg_ring_drop(&ring_at(c, row.ring).ring, row.slot)
            row.ring = HG_NONE
        set_ready(c, m, False)
    elif not able and row.ring != HG_NONE:
        hg_ring_drop(&ring_at(c, row.ring).ring, row.slot)
        row.ring = HG_NONE


cdef void drop_membership(Centre *c, uint32_t m) noexcept nogil:
    """Takes a membership out of every count and ring, for leaving."""
    cdef MembershipRow *row = membership_at(c, m)
    row.flags &= <uint8_t> ~M_LOGGED_IN
    settle_membership(c, m)
    if row.ring != HG_NONE:
        hg_ring_drop(&ring_at(c, row.ring).ring, row.slot)
        row.ring = HG_NONE


cdef void move_tier(Centre *c, uint32_t m, unsigned char tier) noexcept nogil:
    """Another tier, the idle time kept: the membership goes to its ordered place in another ring."""
    membership_at(c, m).tier = tier
    settle_membership(c, m)


cdef void run_clocks(Centre *c, AgentRow *row) noexcept nogil:
    """Busy time: something handled. Ready time: nothing handled and ready somewhere."""
    cdef bint busy = row.handling_count != 0
    cdef bint ready = not busy and row.ready_count != 0
    if row.flags & A_BUSY_TIME:
        row.busy_ns += c.now_ns - row.clock_ns
    if row.flags & A_READY_TIME:
        row.ready_ns += c.now_ns - row.clock_ns
    row.clock_ns = c.now_ns
    row.flags &= ~<uint32_t> (A_BUSY_TIME | A_READY_TIME)
    if busy:
        row.flags |= A_BUSY_TIME
    elif ready:
        row.flags |= A_READY_TIME


cdef void refresh(Centre *c, uint32_t a) noexcept nogil:
    """Derives status and readiness anew. O(channels), and O(memberships) where readiness differs."""
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t able = 0, room = 0, channel, bit, m
    cdef int mode
    cdef bint open_minded, walk
    cdef bint was_in_service = (row.flags & A_IN_SERVICE) != 0
    derive(c, a)
    mode = receive_mode(c, a)
    open_minded = mode != RECEIVE_NONE and row.pending < 0 and not row.flags & A_STOP_NEW
    for channel in range(c.channel_count):
        bit = <uint32_t> 1 << channel
        if has_room(c, a, channel):
            room |= bit
        if open_minded and has_capability(c, a, channel) and has_device(c, a, channel) and not (
                row.wrap_mask & c.wrap_blocked_by[channel]):
            able |= bit
            if not row.able_mask & bit:
                channel_at(c, a, channel).able_key = idle_key(c, a)
    walk = ((row.effective & F_LOGGED_IN) != 0) != was_in_service
    if walk:
        row.flags ^= A_IN_SERVICE
    if mode != row.receive_mode or mode == RECEIVE_LISTED:
        walk = True
    if row.moved_mask & (able & room | MOVED_ALL) or (row.able_mask & row.room_mask) != (able & room):
        walk = True
    row.able_mask = able
    row.room_mask = room
    row.receive_mode = <uint8_t> mode
    row.moved_mask = 0
    if walk:
        for m in range(row.membership_start, row.membership_start + row.membership_count):
            settle_membership(c, m)
    run_clocks(c, row)


cdef void recheck_skills(Centre *c, uint32_t a) noexcept nogil:
    """After an edit of skills: counts by requirement, and slots that searches must look at again.
    O(memberships)."""
    cdef AgentRow *agent = agent_at(c, a)
    cdef MembershipRow *row
    cdef uint32_t m
    cdef bint now
    for m in range(agent.membership_start, agent.membership_start + agent.membership_count):
        row = membership_at(c, m)
        now = meets(c, queue_at(c, row.queue).requirement, a)
        if now != ((row.flags & M_MEETS) != 0):
            row.flags ^= M_MEETS
            if row.flags & M_READY:
                queue_at(c, row.queue).ready_count += 1 if now else <uint32_t> -1
                mark_dirty(c, row.queue)
        if row.flags & M_READY:
            hg_ring_reopen(&ring_at(c, row.ring).ring, row.slot)


cdef void recheck_queue(Centre *c, uint32_t q) noexcept nogil:
    """After a change of the queue's own requirement: who of its members meets it. O(all memberships)."""
    cdef MembershipRow *row
    cdef uint32_t m
    cdef bint now
    for m in range(c.memberships.count):
        row = membership_at(c, m)
        if not row.flags & M_ALIVE or row.queue != q:
            continue
        now = meets(c, queue_at(c, q).requirement, row.agent)
        if now != ((row.flags & M_MEETS) != 0):
            row.flags ^= M_MEETS
            if row.flags & M_READY:
                queue_at(c, q).ready_count += 1 if now else <uint32_t> -1
    mark_dirty(c, q)
