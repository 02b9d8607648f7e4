"""Coming into a queue's ring and leaving it: the walks over an agent's memberships when it becomes ready or
ceases to be. What nearly always happens has walks of its own that call nothing, so that all that they need
stays in registers; what may be so besides costs a call."""

from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t

from huntgroup.core.readiness.counting cimport count_in, count_total, fit_count, is_counted_apart
from huntgroup.core.state.centre cimport (
    Centre, channel_at, idle_key, membership_at, queue_at, ring_at, slot_fields, spare_ring, table_take)
from huntgroup.core.state.native cimport (
    HG_NONE, hg_gcd, hg_ring_drop, hg_ring_drop_hidden, hg_ring_hide_simply, hg_ring_init, hg_ring_is_last,
    hg_ring_place, hg_ring_reserve, hg_ring_reserve_marks, hg_ring_return, hg_ring_return_simply,
    hg_ring_show)
from huntgroup.core.state.rows cimport (
    AgentRow, MAX_CHANNELS, M_AT_LIMIT, M_LOGGED_IN, M_MEETS, M_READY, MembershipRow, QueueRow, RingRow)
from huntgroup.core.state.signatures cimport write_signature

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


cdef inline void note_entered(Centre *c, uint32_t a) noexcept nogil:
    """A membership of this agent comes into a ring; no key that it may have is above that of this step."""
    cdef uint64_t newest = idle_key(c, a)
    if newest > c.entered_key:
        c.entered_key = newest


cdef void enter(Centre *c, AgentRow *agent, MembershipRow *row, uint32_t m, QueueRow *queue, uint32_t ratio,
                uint64_t key) noexcept nogil:
    """The membership is ready, or stays ready with another key or load: into the ring where it belongs.
    `ratio`: of the queue's channel, see `load_ratio`; `key`: the latest that is not the membership's own."""
    # IDLE-1.
    cdef uint32_t held = row.ring, r = held if held != HG_NONE else queue.first_ring
    cdef RingRow *ring = ring_at(c, r)
    note_entered(c, row.agent)
    if r == HG_NONE or not belongs(ring, row, ratio):
        r = ring_for(c, row.queue, row.tier, ratio & 0xFFFF, ratio >> 16)
        if r == HG_NONE:
            return
    place(c, m, r, row.own_key if row.own_key > key else key)
    if not row.flags & M_READY:
        count_in(c, agent, row, queue, is_counted_apart(c))


cdef inline QueueRow *queue_from(char *queues, uint32_t q, size_t size) noexcept nogil:
    """`queue_at` for a walk over many: by a multiplication, as the compiler does not know the size."""
    return <QueueRow *> (queues + q * size)


cdef MembershipRow *put_in_simple(Centre *c, MembershipRow *row, MembershipRow *end, uint32_t channel,
                                  uint32_t ratio, uint64_t key) noexcept nogil:
    """Puts memberships of queues of this channel in as long as that is as simple as it nearly always is: the
    membership goes to the end of the ring in which it was, where others are, and it is not the first one
    ready in its queue. `key` is above all others. The agent's own counts are the caller's. Returns where it
    stopped."""
    # IDLE-1. It calls nothing, so all that it needs stays in registers.
    cdef uint32_t m = <uint32_t> (row - membership_at(c, 0)), slot
    cdef char *queues = c.queues.rows
    cdef size_t size = c.queues.size
    cdef RingRow *rings = ring_at(c, 0)
    cdef RingRow *ring
    cdef QueueRow *queue
    while row < end:
        queue = queue_from(queues, row.queue, size)
        if row.flags & (M_LOGGED_IN | M_AT_LIMIT | M_READY | M_MEETS) != M_LOGGED_IN | M_MEETS or (
                queue.channel != channel or queue.ready_count == 0 or row.ring == HG_NONE):
            break
        ring = rings + row.ring
        slot = ring.ring.tail
        if not belongs_bare(ring, row, ratio) or not hg_ring_return_simply(&ring.ring, key, m, row.slot):
            break
        queue.ready_count += 1
        row.slot = slot
        row.flags |= M_READY
        row += 1
        m += 1
    return row


cdef MembershipRow *take_out_simple(Centre *c, MembershipRow *row, MembershipRow *end) noexcept nogil:
    """Takes memberships out as long as that is simple, like `put_in_simple`: another one is ready in the
    queue."""
    cdef char *queues = c.queues.rows
    cdef size_t size = c.queues.size
    cdef RingRow *rings = ring_at(c, 0)
    cdef QueueRow *queue
    while row < end:
        queue = queue_from(queues, row.queue, size)
        if row.flags & (M_READY | M_MEETS) != M_READY | M_MEETS or queue.ready_count == 1 or (
                not hg_ring_hide_simply(&rings[row.ring].ring, row.slot)):
            break
        queue.ready_count -= 1
        row.flags &= <uint8_t> ~M_READY
        row += 1
    return row


cdef void put_in_rest(Centre *c, AgentRow *agent, uint32_t came, MembershipRow *row,
                      bint simple) noexcept nogil:
    """`put_in` from this membership on. `simple`: others behind it may be as `put_in_simple` takes them."""
    cdef uint32_t m, channel = MAX_CHANNELS, ratio = 0, fit = fit_count(agent)
    cdef MembershipRow *end = membership_at(c, agent.membership_start) + agent.membership_count
    cdef MembershipRow *stop
    cdef QueueRow *queue
    cdef uint64_t key = 0, newest = idle_key(c, row.agent)
    cdef bint apart = is_counted_apart(c)
    while row < end:
        queue = queue_at(c, row.queue)
        if row.flags & (M_LOGGED_IN | M_AT_LIMIT) == M_LOGGED_IN and (came >> queue.channel) & 1:
            if queue.channel != channel:
                channel = queue.channel
                key = channel_key(c, row.agent, channel)
                ratio = load_ratio(channel_at(c, row.agent, c.capability[channel]))
            m = <uint32_t> (row - membership_at(c, 0))
            if not row.flags & M_READY and returns_last(ring_at(c, 0), row, m, ratio, key):
                count_in(c, agent, row, queue, apart)
            else:
                enter(c, agent, row, m, queue, ratio, key)
            if simple and key == newest:
                row += 1
                stop = put_in_simple(c, row, end, channel, ratio, key)
                agent.ready_count += <uint32_t> (stop - row)
                row = stop
                continue
        row += 1
    count_total(c, agent, fit)


cdef void put_in(Centre *c, AgentRow *agent, uint32_t came) noexcept nogil:
    """The agent's memberships on the channels `came` become ready or change their place. Its status receives
    from every queue. The agent's own counts are brought up to date once for all. O(memberships)."""
    cdef MembershipRow *row = membership_at(c, agent.membership_start)
    cdef MembershipRow *end = row + agent.membership_count
    cdef MembershipRow *stop = row
    cdef uint32_t channel
    cdef uint64_t newest, key
    cdef bint simple
    if row == end:
        return
    newest = idle_key(c, row.agent)
    # A key of this step is above all others if no such one has come into any ring.
    simple = newest > c.entered_key and not is_counted_apart(c)
    note_entered(c, row.agent)
    # Nearly always all of its queues are of one channel.
    channel = queue_at(c, row.queue).channel
    if simple and (came >> channel) & 1:
        key = channel_key(c, row.agent, channel)
        if key == newest:
            stop = put_in_simple(c, row, end, channel,
                                 load_ratio(channel_at(c, row.agent, c.capability[channel])), key)
            agent.ready_count += <uint32_t> (stop - row)
            c.total.ready += stop - row
    if stop != end:
        put_in_rest(c, agent, came, stop, simple)


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
    cdef uint32_t fit = fit_count(agent)
    c.total.ready -= fit
    row = take_out_simple(c, row, end)
    while row < end:
        if row.flags & M_READY:
            withdraw_member(c, agent, row, queue_at(c, row.queue), False)
        row = take_out_simple(c, row + 1, end)
    agent.ready_count = 0
    agent.unfit_count = 0
