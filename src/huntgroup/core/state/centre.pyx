"""Making, growing, copying and freeing the tables of a centre."""

from libc.stdlib cimport qsort
from libc.string cimport memcpy, memset

from huntgroup.core.state.native cimport (
    HG_NONE, hg_calloc_aligned64, hg_free, hg_hours, hg_ids_copy, hg_ids_free, hg_ids_init, hg_ring_clear,
    hg_ring_copy, hg_ring_free, hg_wait_entry, hg_wheel_copy, hg_wheel_free, hg_wheel_init)
from huntgroup.core.state.rows cimport (
    ActorRow, AgentRow, AtomRow, ChannelRow, DecisionRow, DeclineRow, DelayRow, DeviceRow, EventRow,
    FinishedRow, GroupRow, InteractionRow, LimitRow, MembershipRow, OfferRow, P_ABSENT, ProfileRow, Q_DIRTY,
    QueueDelayRow, QueueGroupRow, QueueRow, RECENT, RelaxRow, RequirementRow, RingRow, S_IN_CONFERENCE,
    S_OFFERED, TiersRow, TouchedRow, VisitRow, WatchRow, WrapRow)
from huntgroup.core.state.user_rows cimport GivenRow, ScorerRow, ScratchRow, UserRow


cdef enum:
    SPARE_RINGS = 8                 # a queue keeps up to this many rings that hold nobody


cdef void *block_resized(void *old, size_t old_bytes, size_t new_bytes) noexcept nogil:
    """A new zeroed block with the old one's content, or NULL with the old one untouched. The old one is not
    freed."""
    cdef void *block = hg_calloc_aligned64(new_bytes if new_bytes else 64)
    if block != NULL and old != NULL and old_bytes:
        memcpy(block, old, old_bytes if old_bytes < new_bytes else new_bytes)
    return block


cdef int table_init(Table *t, uint32_t size, bint recycles) noexcept nogil:
    memset(t, 0, sizeof(Table))
    t.size = size
    t.recycles = recycles
    return 0


cdef void table_free(Table *t) noexcept nogil:
    cdef uint32_t k
    if t.rows != NULL:
        hg_free(t.rows)
    if t.free_rows != NULL:
        hg_free(t.free_rows)
    for k in range(t.retired_count):
        hg_free(t.retired[k])
    if t.retired != NULL:
        hg_free(t.retired)
    memset(t, 0, sizeof(Table))


cdef int retire(Table *t) noexcept nogil:
    """Keeps the present block, at which numpy looks, until the centre is freed."""
    cdef char **more = <char **> block_resized(
        t.retired, t.retired_count * sizeof(char *), (t.retired_count + 1) * sizeof(char *))
    if more == NULL:
        return -1
    if t.retired != NULL:
        hg_free(t.retired)
    t.retired = more
    t.retired[t.retired_count] = t.rows
    t.retired_count += 1
    t.exported = False
    return 0


cdef int table_reserve(Table *t, uint32_t capacity) noexcept nogil:
    """Room for `capacity` rows in all. 0, or -1 with nothing changed."""
    cdef char *rows
    cdef uint32_t *free_rows = NULL
    if capacity <= t.capacity:
        return 0
    if t.recycles:
        free_rows = <uint32_t *> block_resized(
            t.free_rows, <size_t> t.free_count * sizeof(uint32_t), <size_t> capacity * sizeof(uint32_t))
        if free_rows == NULL:
            return -1
    rows = <char *> block_resized(t.rows, <size_t> t.count * t.size, <size_t> capacity * t.size)
    if rows == NULL or (t.exported and retire(t) != 0):
        if rows != NULL:
            hg_free(rows)
        if free_rows != NULL:
            hg_free(free_rows)
        return -1
    if t.rows != NULL and (t.retired_count == 0 or t.retired[t.retired_count - 1] != t.rows):
        hg_free(t.rows)
    if t.recycles:
        if t.free_rows != NULL:
            hg_free(t.free_rows)
        t.free_rows = free_rows
    t.rows = rows
    t.capacity = capacity
    return 0


cdef int table_doubled(Table *t) noexcept nogil:
    if t.capacity >= 0x7FFFFFFF:
        return -1
    return table_reserve(t, t.capacity * 2 if t.capacity else 16)


cdef int table_grow(Table *t) noexcept nogil:
    """Called when a row is needed and there is no memory for it: the centre has failed."""
    if table_doubled(t) == 0:
        return 0
    if t.failed != NULL:
        t.failed[0] |= FAILED_MEMORY
    return -1


cdef int table_reserve_one(Table *t) noexcept nogil:
    """Room for one more row, so that `table_take` cannot fail. 0, or -1 with nothing changed."""
    return 0 if t.free_count or t.count < t.capacity else table_doubled(t)


cdef int by_index(const void *a, const void *b) noexcept nogil:
    """Rows that begin with a uint32 index, ascending."""
    cdef uint32_t x = (<const uint32_t *> a)[0]
    cdef uint32_t y = (<const uint32_t *> b)[0]
    return (x > y) - (x < y)


cdef void sort_by_index(Table *t) noexcept nogil:
    """Sorts rows that begin with a uint32 index; those of a bulk change are in order already."""
    cdef char *row = t.rows
    cdef char *last
    if t.count < 2:
        return
    last = t.rows + <size_t> (t.count - 1) * t.size
    while row < last:
        if by_index(row, row + t.size) > 0:
            qsort(t.rows, t.count, t.size, by_index)
            return
        row += t.size


cdef int table_copy(Table *to, const Table *source) noexcept nogil:
    table_init(to, source.size, source.recycles)
    if source.capacity == 0:
        return 0
    if table_reserve(to, source.capacity) != 0:
        return -1
    memcpy(to.rows, source.rows, <size_t> source.count * source.size)
    to.count = source.count
    if source.recycles:
        memcpy(to.free_rows, source.free_rows, <size_t> source.free_count * sizeof(uint32_t))
        to.free_count = source.free_count
    return 0


cdef int widen(void **column, uint32_t agents, uint32_t capacity, size_t old_width,
               size_t new_width) noexcept nogil:
    """A column of `new_width` bytes for each of `capacity` agents, the old rows copied in."""
    cdef char *block
    cdef uint32_t a
    cdef size_t width = old_width if old_width < new_width else new_width
    block = <char *> hg_calloc_aligned64(<size_t> capacity * new_width + 64)
    if block == NULL:
        return -1
    if column[0] != NULL:
        if old_width == new_width:
            memcpy(block, column[0], <size_t> agents * old_width)
        else:
            for a in range(agents):
                memcpy(block + a * new_width, <char *> column[0] + a * old_width, width)
        hg_free(column[0])
    column[0] = block
    return 0


cdef int widen_agents(Centre *c, uint32_t channels, uint32_t skills, uint32_t words,
                      uint32_t statuses) noexcept nogil:
    """Widens the columns that hold several values an agent. 0, or -1 (what was widened stays good)."""
    cdef uint32_t n = c.agents.count
    cdef uint32_t capacity = c.agent_capacity
    if channels > c.channel_width:
        if widen(<void **> &c.agent_channels, n, capacity, c.channel_width * sizeof(ChannelRow),
                 channels * sizeof(ChannelRow)) != 0:
            return -1
        c.channel_width = channels
    if skills > c.skill_width:
        if widen(<void **> &c.skills, n, capacity, c.skill_width, skills) != 0:
            return -1
        c.skill_width = skills
    if words > c.signature_words:
        if widen(<void **> &c.signatures, n, capacity, c.signature_words * sizeof(uint64_t),
                 words * sizeof(uint64_t)) != 0:
            return -1
        c.signature_words = words
    if statuses > c.status_width:
        if widen(<void **> &c.status_time, n, capacity, c.status_width * sizeof(int64_t),
                 statuses * sizeof(int64_t)) != 0:
            return -1
        c.status_width = statuses
    return 0


cdef int agents_reserve(Centre *c, uint32_t capacity) noexcept nogil:
    """Room for `capacity` agents in every agent column."""
    cdef uint32_t n = c.agents.count
    if capacity <= c.agent_capacity:
        return 0
    if table_reserve(&c.agents, capacity) != 0:
        return -1
    if widen(<void **> &c.agent_channels, n, capacity, c.channel_width * sizeof(ChannelRow),
             c.channel_width * sizeof(ChannelRow)) != 0:
        return -1
    if widen(<void **> &c.skills, n, capacity, c.skill_width, c.skill_width) != 0:
        return -1
    if widen(<void **> &c.signatures, n, capacity, c.signature_words * sizeof(uint64_t),
             c.signature_words * sizeof(uint64_t)) != 0:
        return -1
    if widen(<void **> &c.status_time, n, capacity, c.status_width * sizeof(int64_t),
             c.status_width * sizeof(int64_t)) != 0:
        return -1
    if c.agent_users.count and table_reserve(&c.agent_users, capacity) != 0:
        return -1
    c.agent_capacity = capacity
    return 0


cdef int each_table(Centre *c, Table **tables) noexcept nogil:
    """Every table that belongs to the state, in one order for making, copying and freeing."""
    cdef Table *all_tables[49]
    cdef int k
    all_tables[:] = [
        &c.agents, &c.memberships, &c.queues, &c.queue_groups, &c.rings, &c.groups, &c.interactions,
        &c.offers,
        &c.wraps, &c.declines, &c.visits, &c.delays, &c.queue_delays, &c.relaxations, &c.requirements,
        &c.programs, &c.atoms, &c.timers, &c.watches, &c.recent, &c.touched, &c.profiles, &c.acted,
        &c.regained,
        &c.dirty, &c.affected, &c.visited_queues, &c.heap, &c.pairs, &c.candidates, &c.events,
        &c.agent_users, &c.given, &c.scorers, &c.scratch, &c.candidate_agents, &c.decisions, &c.actors,
        &c.awaiting, &c.overdue, &c.targets, &c.ref_buckets, &c.hours, &c.limits, &c.tiers, &c.lifted,
        &c.devices, &c.turned, &c.decline_buckets]
    for k in range(49):
        tables[k] = all_tables[k]
    return 49


cdef int centre_init(Centre *c, uint32_t keep_finished) noexcept nogil:
    memset(c, 0, sizeof(Centre))
    table_init(&c.agents, sizeof(AgentRow), False)
    table_init(&c.memberships, sizeof(MembershipRow), False)
    table_init(&c.queues, sizeof(QueueRow), False)
    table_init(&c.queue_groups, sizeof(QueueGroupRow), False)
    table_init(&c.rings, sizeof(RingRow), False)
    table_init(&c.groups, sizeof(GroupRow), False)
    table_init(&c.interactions, sizeof(InteractionRow), True)
    table_init(&c.offers, sizeof(OfferRow), True)
    table_init(&c.wraps, sizeof(WrapRow), True)
    table_init(&c.devices, sizeof(DeviceRow), True)
    table_init(&c.declines, sizeof(DeclineRow), True)
    table_init(&c.decline_buckets, sizeof(uint32_t), False)
    table_init(&c.visits, sizeof(VisitRow), True)
    table_init(&c.delays, sizeof(DelayRow), False)
    table_init(&c.queue_delays, sizeof(QueueDelayRow), True)
    table_init(&c.relaxations, sizeof(RelaxRow), False)
    table_init(&c.requirements, sizeof(RequirementRow), False)
    table_init(&c.programs, sizeof(int32_t), False)
    table_init(&c.atoms, sizeof(AtomRow), False)
    table_init(&c.timers, sizeof(hg_timer), True)
    table_init(&c.watches, sizeof(WatchRow), False)
    table_init(&c.hours, sizeof(hg_hours), False)
    table_init(&c.limits, sizeof(LimitRow), True)
    table_init(&c.tiers, sizeof(TiersRow), True)
    table_init(&c.lifted, sizeof(uint32_t), False)
    table_init(&c.turned, sizeof(uint32_t), False)
    table_init(&c.recent, RECENT * sizeof(int64_t), False)
    table_init(&c.decisions, sizeof(DecisionRow), True)
    table_init(&c.awaiting, sizeof(AwaitingRow), True)
    table_init(&c.touched, sizeof(TouchedRow), False)
    table_init(&c.profiles, sizeof(ProfileRow), False)
    table_init(&c.acted, sizeof(uint32_t), False)
    table_init(&c.regained, sizeof(uint32_t), False)
    table_init(&c.dirty, sizeof(uint32_t), False)
    table_init(&c.affected, sizeof(uint32_t), False)
    table_init(&c.visited_queues, sizeof(uint32_t), False)
    table_init(&c.overdue, sizeof(uint32_t), False)
    table_init(&c.targets, sizeof(uint32_t), False)
    table_init(&c.heap, sizeof(hg_wait_entry), False)
    table_init(&c.pairs, sizeof(uint64_t), False)
    table_init(&c.candidates, sizeof(uint32_t), False)
    table_init(&c.candidate_agents, sizeof(int32_t), False)
    table_init(&c.events, sizeof(EventRow), False)
    table_init(&c.agent_users, sizeof(UserRow), False)
    table_init(&c.given, sizeof(GivenRow), True)
    table_init(&c.scorers, sizeof(ScorerRow), False)
    table_init(&c.actors, sizeof(ActorRow), False)
    table_init(&c.scratch, sizeof(ScratchRow), False)
    table_init(&c.ref_buckets, sizeof(uint32_t), False)
    c.keep_finished = keep_finished
    c.finished = <FinishedRow *> hg_calloc_aligned64(<size_t> c.keep_finished * sizeof(FinishedRow))
    c.group_bucket_count = 1024
    c.group_buckets = <uint32_t *> hg_calloc_aligned64(1024 * sizeof(uint32_t))
    if c.finished == NULL or c.group_buckets == NULL:
        return -1
    memset(c.group_buckets, 0xFF, 1024 * sizeof(uint32_t))
    if hg_ids_init(&c.ids, 1024) != 0 or hg_wheel_init(&c.wheel, 0) != 0:
        return -1
    c.next_interaction = 1
    c.next_offer = 1
    c.next_seq = 1
    c.by = -1
    c.keep_events = True
    c.carry_after = 256
    c.total.presence = P_ABSENT
    tell_failures(c)
    table_take(&c.delays)
    return 0


cdef void tell_failures(Centre *c) noexcept nogil:
    """Each table tells this centre where it cannot grow."""
    cdef Table *tables[64]
    cdef int n = each_table(c, tables), k
    for k in range(n):
        tables[k].failed = &c.failed


cdef void centre_free(Centre *c) noexcept nogil:
    cdef Table *tables[64]
    cdef int n, k
    cdef uint32_t r
    for r in range(c.rings.count):
        hg_ring_free(&(<RingRow *> c.rings.rows)[r].ring)
    n = each_table(c, tables)
    for k in range(n):
        table_free(tables[k])
    hg_free(c.finished)
    hg_free(c.group_buckets)
    hg_free(c.agent_channels)
    hg_free(c.skills)
    hg_free(c.signatures)
    hg_free(c.status_time)
    hg_free(c.statuses)
    hg_free(c.outcomes)
    hg_free(c.goes_to)
    hg_free(c.listed)
    hg_ids_free(&c.ids)
    hg_ids_free(&c.given_ids)
    hg_wheel_free(&c.wheel)
    memset(c, 0, sizeof(Centre))


cdef void *block_copy(const void *block, size_t bytes) noexcept nogil:
    cdef void *fresh
    if block == NULL:
        return NULL
    fresh = hg_calloc_aligned64(bytes + 64)
    if fresh != NULL:
        memcpy(fresh, block, bytes)
    return fresh


cdef int centre_copy(Centre *to, const Centre *source) noexcept nogil:
    """An independent copy, O(state). -1 when memory is out; `to` may then be freed.

    The compiled presence model is not copied: the owner compiles it again.
    """
    cdef Table *ours[64]
    cdef Table *theirs[64]
    cdef int n, k
    cdef uint32_t r
    cdef size_t capacity = source.agent_capacity
    memcpy(to, source, sizeof(Centre))
    n = each_table(to, ours)
    each_table(<Centre *> source, theirs)
    for k in range(n):
        memset(ours[k], 0, sizeof(Table))
    to.finished = NULL
    to.group_buckets = NULL
    to.agent_channels = NULL
    to.skills = NULL
    to.signatures = NULL
    to.status_time = NULL
    to.statuses = NULL
    to.outcomes = NULL
    to.goes_to = NULL
    to.listed = NULL
    memset(&to.ids, 0, sizeof(hg_ids))
    memset(&to.given_ids, 0, sizeof(hg_ids))
    memset(&to.wheel, 0, sizeof(hg_wheel))
    for k in range(n):
        if theirs[k] == &(<Centre *> source).rings:
            continue
        if table_copy(ours[k], theirs[k]) != 0:
            return -1
    table_init(&to.rings, sizeof(RingRow), False)
    for r in range(source.rings.count):
        if table_take(&to.rings) == HG_NONE:
            return -1
        memcpy(ring_at(to, r), (<RingRow *> source.rings.rows) + r, sizeof(RingRow))
        memset(&ring_at(to, r).ring, 0, sizeof(hg_ring))
        if hg_ring_copy(&ring_at(to, r).ring, &((<RingRow *> source.rings.rows) + r).ring) != 0:
            return -1
    to.finished = <FinishedRow *> block_copy(source.finished,
                                             <size_t> source.keep_finished * sizeof(FinishedRow))
    to.group_buckets = <uint32_t *> block_copy(source.group_buckets,
                                               source.group_bucket_count * sizeof(uint32_t))
    to.agent_channels = <ChannelRow *> block_copy(
        source.agent_channels, capacity * source.channel_width * sizeof(ChannelRow))
    to.skills = <uint8_t *> block_copy(source.skills, capacity * source.skill_width)
    to.signatures = <uint64_t *> block_copy(
        source.signatures, capacity * source.signature_words * sizeof(uint64_t))
    to.status_time = <int64_t *> block_copy(source.status_time,
                                            capacity * source.status_width * sizeof(int64_t))
    if hg_ids_copy(&to.ids, &source.ids) != 0 or hg_wheel_copy(&to.wheel, &source.wheel) != 0:
        return -1
    if hg_ids_copy(&to.given_ids, &source.given_ids) != 0:
        return -1
    tell_failures(to)
    return 0


cdef uint32_t spare_ring(Centre *c, QueueRow *queue) noexcept nogil:
    """If the queue has SPARE_RINGS rings that hold nobody: unlinks the last of them, empties it and returns
    it, its `next` naming the ring that was before it. Otherwise HG_NONE. This bounds the rings of a queue by
    SPARE_RINGS plus the number of different load ratios at one time, however large capacities are. O(rings of
    the queue)."""
    cdef uint32_t r = queue.first_ring, before = HG_NONE, found = HG_NONE, behind = HG_NONE, empty = 0
    while r != HG_NONE:
        if ring_at(c, r).ring.held_count == 0:
            empty += 1
            found = r
            behind = before
        before = r
        r = ring_at(c, r).next
    if empty < SPARE_RINGS:
        return HG_NONE
    if behind == HG_NONE:
        queue.first_ring = ring_at(c, found).next
    else:
        ring_at(c, behind).next = ring_at(c, found).next
    hg_ring_clear(&ring_at(c, found).ring)
    ring_at(c, found).next = behind
    return found


cdef void note_lift(Centre *c, QueueRow *queue) noexcept nogil:
    """Something that kept the queue's interactions from its agents is about to change: notes the present
    values, which matching compares."""
    # MATCH-4, and, where a tier ceases to serve by an offer, MATCH-28.
    if queue.listed_lifted:
        return
    queue.listed_lifted = 1
    if queue.tiers != HG_NONE:
        c.freed = 1
        c.unsettled = 1
    queue.at_most_before = queue.at_most
    queue.lowest_before = queue.lowest_tier
    push_u32(&c.lifted, <uint32_t> (queue - queue_at(c, 0)))


cdef void count_hand(Centre *c, QueueRow *queue, int by) noexcept nogil:
    """One more or less of the queue's is offered or handled (0: its max_handled changed)."""
    # ELIG-6, PRES-12.
    cdef bint at_most
    queue.in_hand += <uint32_t> by
    at_most = queue.max_handled >= 0 and queue.in_hand >= <uint32_t> queue.max_handled
    if at_most == queue.at_most:
        return
    note_lift(c, queue)
    queue.at_most = at_most
    if not queue.flags & Q_DIRTY:
        queue.flags |= Q_DIRTY
        push_u32(&c.dirty, <uint32_t> (queue - queue_at(c, 0)))


cdef void note_hand(Centre *c, InteractionRow *row, int state) noexcept nogil:
    """The interaction enters this state: its queue counts it while it is offered or handled."""
    cdef int32_t now = row.queue if S_OFFERED <= state <= S_IN_CONFERENCE else -1
    cdef int32_t before = row.hand_of
    if now == before:
        return
    row.hand_of = now
    if before >= 0:
        count_hand(c, queue_at(c, <uint32_t> before), -1)
    if now >= 0:
        count_hand(c, queue_at(c, <uint32_t> now), 1)


cdef void set_max_handled(Centre *c, uint32_t q, int32_t most) noexcept nogil:
    """Sets how many of the queue's interactions may be offered or handled at once, -1: any number. Counting
    begins with the first such limit of the centre. O(interactions + queues) then."""
    cdef uint32_t k
    cdef QueueRow *row = queue_at(c, q)
    cdef InteractionRow *it
    cdef bint counts = c.hand_limits != 0
    c.hand_limits += <uint32_t> ((most >= 0) - (row.max_handled >= 0))
    row.max_handled = most
    if c.hand_limits and not counts:
        for k in range(c.queues.count):
            queue_at(c, k).in_hand = 0
        for k in range(c.interactions.count):
            it = interaction_at(c, k)
            it.hand_of = -1
            if it.node.id:
                note_hand(c, it, it.state)
    count_hand(c, row, 0)
