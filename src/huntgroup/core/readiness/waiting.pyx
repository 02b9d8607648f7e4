"""The order of the waiting interactions (docs/SEMANTICS.md, section 5), and the timers of a wait."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memset

from huntgroup.core.state.centre cimport (
    Centre, Table, agent_at, block_resized, decline_at, group_at, interaction_at, membership_at, push_u32,
    queue_at, relax_at, ring_at, table_give, table_reserve, table_take)
from huntgroup.core.state.native cimport (
    HG_NEVER, HG_NONE, hg_free, hg_links_push, hg_links_remove, hg_ring_reserve_marks, hg_splitmix64,
    hg_wait_insert, hg_wait_less, hg_wait_rank, hg_wait_remove)
from huntgroup.core.readiness.awaiting cimport await_no_more, await_target
from huntgroup.core.readiness.presence cimport count_waiting
from huntgroup.core.readiness.staffing cimport unstaffed_due
from huntgroup.core.state.rows cimport (
    A_ALIVE, AgentRow, APART_FIRST, APART_SHUT, CUSTOMER_FIRST, DeclineRow, GroupRow, I_CALLBACK, I_KEPT,
    I_LISTED, I_SHUT, I_STUCK, InteractionRow, M_SERVES, MembershipRow, Q_DELAYS, Q_MIXED, Q_OPEN,
    QueueDelayRow, QueueRow, TIMER_DELAY, TIMER_MAX_WAIT, TIMER_OVERFLOW, TIMER_RELAX, TIMER_REVISIT,
    TIMER_UNSTAFFED, VisitRow, WAIT_TIMERS, W_DELAY, W_MAX_WAIT, W_OVERFLOW, W_RELAX, W_REVISIT,
    W_UNSTAFFED)
from huntgroup.core.state.timers cimport arm, disarm


cdef uint32_t bucket_of(Centre *c, uint32_t q, int32_t queue_requirement,
                        int32_t own_requirement) noexcept nogil:
    cdef uint64_t mixed = hg_splitmix64((<uint64_t> q << 40) ^ (<uint64_t> <uint32_t> queue_requirement << 20)
                                        ^ <uint32_t> own_requirement)
    return <uint32_t> (mixed & (c.group_bucket_count - 1))


cdef void spread_buckets(Centre *c) noexcept nogil:
    """Doubles the hash of groups; without memory it stays as it is, only slower."""
    cdef uint32_t count = c.group_bucket_count * 2, g, bucket
    cdef uint32_t *buckets = <uint32_t *> block_resized(NULL, 0, <size_t> count * sizeof(uint32_t))
    cdef GroupRow *row
    if buckets == NULL:
        return
    memset(buckets, 0xFF, <size_t> count * sizeof(uint32_t))
    hg_free(c.group_buckets)
    c.group_buckets = buckets
    c.group_bucket_count = count
    for g in range(c.groups.count):
        row = group_at(c, g)
        bucket = bucket_of(c, row.queue, row.queue_requirement, row.own_requirement)
        row.hash_next = buckets[bucket]
        buckets[bucket] = g


cdef uint32_t find_group(Centre *c, uint32_t q, int32_t queue_requirement,
                         int32_t own_requirement, uint32_t apart) noexcept nogil:
    """The group of this queue and pair of requirements, made if it is new. Interactions that wait for the
    opening, or whose customer is to be dialled first, have groups of their own, so that a search that may
    take none of them need not pass them. Expected O(1)."""
    cdef QueueRow *queue = queue_at(c, q)
    cdef uint32_t g = queue.plain_group, bucket, r
    cdef GroupRow *row
    if g != HG_NONE and not apart:
        row = group_at(c, g)
        if row.queue_requirement == queue_requirement and row.own_requirement == own_requirement:
            return g
    bucket = bucket_of(c, q, queue_requirement, own_requirement)
    g = c.group_buckets[bucket]
    while g != HG_NONE:
        row = group_at(c, g)
        if row.queue == q and row.queue_requirement == queue_requirement and (
                row.own_requirement == own_requirement and row.apart == apart):
            return g
        g = row.hash_next
    g = table_take(&c.groups)
    if g == HG_NONE:
        c.failed = True
        return g
    row = group_at(c, g)
    row.root = HG_NONE
    row.queue = q
    row.mark = queue.group_count
    row.queue_requirement = queue_requirement
    row.own_requirement = own_requirement
    row.apart = apart
    row.hash_next = c.group_buckets[bucket]
    c.group_buckets[bucket] = g
    queue.group_count += 1
    r = queue.first_ring
    while r != HG_NONE:
        if hg_ring_reserve_marks(&ring_at(c, r).ring, queue.group_count) != 0:
            c.failed = True
        r = ring_at(c, r).next
    if c.groups.count > c.group_bucket_count:
        spread_buckets(c)
    return g


cdef void set_credit(Centre *c, uint32_t i) noexcept nogil:
    """The key of the order of waiting. It is fixed, as all waits grow at the same pace. Both factors are
    bounded, so the product cannot overflow."""
    # WAIT-1.
    cdef InteractionRow *row = interaction_at(c, i)
    row.node.key = row.node.queued_at_ns - row.priority * queue_at(c, <uint32_t> row.queue).credit_ns


cdef uint32_t stands_apart(InteractionRow *row) noexcept nogil:
    if row.flags & I_SHUT:
        return APART_SHUT
    return APART_FIRST if row.customer == CUSTOMER_FIRST else 0


cdef void enlist(Centre *c, uint32_t i) noexcept nogil:
    """Puts an interaction, brought up to date, among those that wait. O(log waiting)."""
    # PRES-3.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t q = <uint32_t> row.queue
    cdef QueueRow *queue = queue_at(c, q)
    cdef GroupRow *group
    set_credit(c, i)
    if row.priority != 0:
        queue.flags |= Q_MIXED
    row.group = find_group(c, q, row.queue_requirement, row.own_requirement, stands_apart(row))
    if row.group == HG_NONE:
        return
    group = group_at(c, row.group)
    if group.root == HG_NONE:
        hg_links_push(&queue.first_group, &group_at(c, 0).links, sizeof(GroupRow), row.group)
    hg_wait_insert(&group.root, c.interactions.rows, sizeof(InteractionRow), i)
    count_waiting(c, queue, 1)
    if row.preferred >= 0 and not row.flags & I_KEPT:
        if agent_at(c, <uint32_t> row.preferred).flags & A_ALIVE:
            keep_for_preferred(c, i)
        else:
            # Removed while the interaction was being offered to somebody else.
            row.preferred = -1


cdef void delist(Centre *c, uint32_t i) noexcept nogil:
    """Takes it out again."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t q
    cdef QueueRow *queue
    cdef GroupRow *group
    if row.group == HG_NONE:
        return
    group = group_at(c, row.group)
    q = group.queue
    queue = queue_at(c, q)
    hg_wait_remove(&group.root, c.interactions.rows, sizeof(InteractionRow), i)
    if group.root == HG_NONE:
        hg_links_remove(&queue.first_group, &group_at(c, 0).links, sizeof(GroupRow), row.group)
    row.group = HG_NONE
    count_waiting(c, queue, -1)
    if queue.waiting_count == 0:
        queue.flags &= <uint8_t> ~Q_MIXED
    if row.flags & I_KEPT:
        unkeep(c, i)


cdef void note_doors(Centre *c, uint32_t i) noexcept nogil:
    """The interaction has entered its queue: while that is closed it waits for the opening (HOURS-4)."""
    cdef InteractionRow *row = interaction_at(c, i)
    if queue_at(c, <uint32_t> row.queue).flags & Q_OPEN:
        row.flags &= <unsigned short> ~I_SHUT
    else:
        row.flags |= I_SHUT


cdef void let_in(Centre *c, uint32_t i) noexcept nogil:
    """Its queue opened: from now on it can be matched (HOURS-4). O(log waiting)."""
    delist(c, i)
    interaction_at(c, i).flags &= <unsigned short> ~I_SHUT
    enlist(c, i)


cdef void let_call_first(Centre *c, uint32_t i) noexcept nogil:
    """The customer is to be dialled before an agent is asked (CALL-6). O(log waiting)."""
    delist(c, i)
    interaction_at(c, i).customer = CUSTOMER_FIRST
    enlist(c, i)


cdef void keep_for_preferred(Centre *c, uint32_t i) noexcept nogil:
    """Links the interaction into its preferred agent's list, so that it is found when that agent ceases to
    serve."""
    cdef InteractionRow *row = interaction_at(c, i)
    row.flags |= I_KEPT
    hg_links_push(&agent_at(c, <uint32_t> row.preferred).kept_head, &interaction_at(c, 0).kept,
                  sizeof(InteractionRow), i)


cdef void unkeep(Centre *c, uint32_t i) noexcept nogil:
    cdef InteractionRow *row = interaction_at(c, i)
    row.flags &= ~<unsigned short> I_KEPT
    hg_links_remove(&agent_at(c, <uint32_t> row.preferred).kept_head, &interaction_at(c, 0).kept,
                    sizeof(InteractionRow), i)


cdef void free_preferred(Centre *c, uint32_t a, uint32_t q) noexcept nogil:
    """The agent no longer serves there: interactions kept for it in this queue are matched again (MATCH-4).
    O(interactions that prefer the agent)."""
    cdef uint32_t i = agent_at(c, a).kept_head
    cdef InteractionRow *row
    while i != HG_NONE:
        row = interaction_at(c, i)
        if row.queue == <int32_t> q and not row.flags & I_LISTED:
            row.flags |= I_LISTED
            push_u32(&c.affected, i)
            c.freed = 1
            c.unsettled = 1
        i = row.kept.next


cdef int32_t in_force(Centre *c, uint32_t start, uint32_t count, int32_t given,
                      int64_t waited) noexcept nogil:
    """The requirement of the last step whose time has passed, or the one given."""
    # WAIT-5.
    cdef int32_t requirement = given
    cdef uint32_t k
    for k in range(count):
        if relax_at(c, start + k).after_ns > waited:
            break
        requirement = relax_at(c, start + k).requirement
    return requirement


cdef bint relax_in_force(Centre *c, uint32_t i) noexcept nogil:
    """`bring_in_force` where there are steps of relaxation."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef QueueRow *queue = queue_at(c, <uint32_t> row.queue)
    cdef int64_t waited = 0
    cdef int32_t of_queue = queue.requirement
    cdef int32_t own = row.requirement
    cdef bint changed
    if queue.relax_count or row.relax_count:
        waited = waited_ns(c, row)
    if queue.relax_count:
        of_queue = in_force(c, queue.relax_start, queue.relax_count, of_queue, waited)
    if row.relax_count:
        own = in_force(c, row.relax_start, row.relax_count, own, waited)
    changed = of_queue != row.queue_requirement or own != row.own_requirement
    row.queue_requirement = of_queue
    row.own_requirement = own
    return changed


cdef void bring_own_in_force(Centre *c, uint32_t i) noexcept nogil:
    """The interaction's own requirement as far as the wait allows, of one that has no queue."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef int64_t waited = c.now_ns - row.node.queued_at_ns
    row.own_requirement = in_force(c, row.relax_start, row.relax_count, row.requirement, waited)


cdef void begin_queue_requirement(Centre *c, uint32_t i) noexcept nogil:
    """What the queue asks for from the start: no relaxation."""
    # WAIT-4.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef QueueRow *queue = queue_at(c, <uint32_t> row.queue)
    row.queue_requirement = in_force(c, queue.relax_start, queue.relax_count, queue.requirement, 0)


cdef int64_t next_step(Centre *c, uint32_t start, uint32_t count, int64_t waited) noexcept nogil:
    cdef uint32_t k
    for k in range(count):
        if relax_at(c, start + k).after_ns > waited:
            return relax_at(c, start + k).after_ns
    return -1


cdef void arm_relax(Centre *c, uint32_t i) noexcept nogil:
    cdef InteractionRow *row = interaction_at(c, i)
    cdef QueueRow *queue = queue_at(c, <uint32_t> row.queue)
    cdef int64_t waited = waited_ns(c, row)
    cdef int64_t first = next_step(c, queue.relax_start, queue.relax_count, waited)
    cdef int64_t own = next_step(c, row.relax_start, row.relax_count, waited)
    disarm(c, &row.timer[W_RELAX])
    if own >= 0 and (first < 0 or own < first):
        first = own
    if first >= 0:
        first = due_ns(c, row, first)
        if first != HG_NEVER:
            row.timer[W_RELAX] = arm(c, TIMER_RELAX, first, row.node.id, i)


cdef void arm_delay(Centre *c, uint32_t i) noexcept nogil:
    """Arms the timer for the next membership delay that this wait has not reached."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t d = queue_at(c, <uint32_t> row.queue).first_delay
    cdef QueueDelayRow *delay
    disarm(c, &row.timer[W_DELAY])
    while d != HG_NONE:
        delay = <QueueDelayRow *> c.queue_delays.rows + d
        if row.entered_ns + delay.delay_ns > c.now_ns:
            row.timer[W_DELAY] = arm(c, TIMER_DELAY, row.entered_ns + delay.delay_ns, row.node.id, i)
            return
        d = delay.next


cdef void arm_revisit(Centre *c, uint32_t i) noexcept nogil:
    """Arms the timer for the next instant at which a rule about this interaction may change: the end of the
    wait for the preferred agent, `ask_again_after`, the next attempt of a callback."""
    # STEP-5.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef QueueRow *queue = queue_at(c, <uint32_t> row.queue)
    cdef int64_t at = -1, when
    cdef uint32_t d = row.decline_head
    disarm(c, &row.timer[W_REVISIT])
    if row.preferred >= 0:
        when = due_ns(c, row, queue.preferred_wait_ns)
        if when > c.now_ns and when != HG_NEVER:
            at = when
    if row.not_before_ns > c.now_ns and (at < 0 or row.not_before_ns < at):
        at = row.not_before_ns
    while d != HG_NONE:
        when = decline_at(c, d).at_ns + queue.ask_again_ns
        if when > c.now_ns and (at < 0 or when < at):
            at = when
        d = decline_at(c, d).next
    if at >= 0:
        row.timer[W_REVISIT] = arm(c, TIMER_REVISIT, at, row.node.id, i)


cdef void note_overdue(Centre *c, uint32_t i) noexcept nogil:
    """A limit of the wait had passed when the interaction entered: it acts after matching (WAIT-20)."""
    push_u32(&c.overdue, i)
    c.unsettled = 1


cdef void arm_waits(Centre *c, uint32_t i) noexcept nogil:
    """Arms all timers of a wait that begins or goes on. If the interaction entered its queue in this step
    with a limit that has passed, it is put on a list instead: the end of the step applies the limit
    (WAIT-20)."""
    # WAIT-3.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef QueueRow *queue = queue_at(c, <uint32_t> row.queue)
    cdef int64_t due
    if queue.flags & Q_DELAYS:
        arm_delay(c, i)
    if queue.relax_count or row.relax_count:
        arm_relax(c, i)
    if row.preferred >= 0 or row.decline_head != HG_NONE or row.not_before_ns > c.now_ns:
        arm_revisit(c, i)
    if queue.overflow_queue != -1:
        if row.flags & I_STUCK:
            await_target(c, i)
        else:
            due = due_ns(c, row, queue.overflow_after_ns)
            if due <= c.now_ns:
                note_overdue(c, i)
                return
            if due != HG_NEVER:
                row.timer[W_OVERFLOW] = arm(c, TIMER_OVERFLOW, due, row.node.id, i)
    if queue.max_wait_unstaffed_ns >= 0:
        due = unstaffed_due(row, queue)
        if due <= c.now_ns:
            note_overdue(c, i)
            return
        if due != HG_NEVER:
            row.timer[W_UNSTAFFED] = arm(c, TIMER_UNSTAFFED, due, row.node.id, i)
    if queue.max_wait_ns >= 0 and not row.flags & I_CALLBACK and row.customer < 0:
        due = due_ns(c, row, queue.max_wait_ns)
        if due <= c.now_ns:
            note_overdue(c, i)
        elif due != HG_NEVER:
            row.timer[W_MAX_WAIT] = arm(c, TIMER_MAX_WAIT, due, row.node.id, i)


cdef void disarm_waits(Centre *c, uint32_t i) noexcept nogil:
    cdef InteractionRow *row = interaction_at(c, i)
    cdef int k
    for k in range(WAIT_TIMERS):
        if row.timer[k] != HG_NONE:
            disarm(c, &row.timer[k])
    if row.flags & I_STUCK and row.awaiting != HG_NONE:
        await_no_more(c, i)


cdef bint is_kept(Centre *c, uint32_t i) noexcept nogil:
    """ELIG-13: kept for its preferred agent, who serves in the queue and has not declined it, for a while."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t m
    if row.preferred < 0:
        return False
    if waited_ns(c, row) >= queue_at(c, <uint32_t> row.queue).preferred_wait_ns:
        return False
    m = membership_of(c, <uint32_t> row.preferred, <uint32_t> row.queue)
    if m == HG_NONE or not membership_at(c, m).flags & M_SERVES:
        return False
    return declined_at(c, i, <uint32_t> row.preferred) < 0


cdef uint32_t *bucket_of_decline(Centre *c, uint32_t i, uint32_t a) noexcept nogil:
    return <uint32_t *> c.decline_buckets.rows + (
        hg_splitmix64((<uint64_t> i << 32) | a) & (c.decline_buckets.count - 1))


cdef uint32_t decline_of(Centre *c, uint32_t i, uint32_t a) noexcept nogil:
    """The row that says that agent `a` declined or was asked in vain (OFFER-12, OFFER-16), or HG_NONE.
    Expected O(1), however many agents were asked."""
    cdef uint32_t d
    if interaction_at(c, i).decline_head == HG_NONE:
        return HG_NONE
    d = bucket_of_decline(c, i, a)[0]
    while d != HG_NONE and (decline_at(c, d).agent != a or decline_at(c, d).interaction != i):
        d = decline_at(c, d).hash_next
    return d


cdef void link_decline(Centre *c, uint32_t d) noexcept nogil:
    cdef uint32_t *head = bucket_of_decline(c, decline_at(c, d).interaction, decline_at(c, d).agent)
    decline_at(c, d).hash_next = head[0]
    head[0] = d


cdef bint spread_declines(Centre *c) noexcept nogil:
    """Doubles the buckets and fills them anew. Without memory they stay as they are, only slower; False where
    there are none at all."""
    cdef Table *t = &c.decline_buckets
    cdef uint32_t count = 2 * t.count if t.count else <uint32_t> 64, d
    if table_reserve(t, count) != 0:
        return t.count != 0
    t.count = count
    memset(t.rows, 0xFF, <size_t> count * sizeof(uint32_t))
    for d in range(c.declines.count):
        if decline_at(c, d).interaction != HG_NONE:
            link_decline(c, d)
    return True


cdef void drop_decline(Centre *c, uint32_t d) noexcept nogil:
    """Gives up a row that is on no interaction's list any more. Expected O(1)."""
    cdef uint32_t *link = bucket_of_decline(c, decline_at(c, d).interaction, decline_at(c, d).agent)
    while link[0] != d:
        link = &decline_at(c, link[0]).hash_next
    link[0] = decline_at(c, d).hash_next
    decline_at(c, d).interaction = HG_NONE
    c.decline_count -= 1
    table_give(&c.declines, d)


cdef int64_t declined_at(Centre *c, uint32_t i, uint32_t a) noexcept nogil:
    """When agent `a`, who declined interaction `i`, was last asked, or -1: it did not decline."""
    cdef uint32_t d = decline_of(c, i, a)
    return decline_at(c, d).at_ns if d != HG_NONE and decline_at(c, d).declined else -1


cdef int64_t asked_at(Centre *c, uint32_t i, uint32_t a) noexcept nogil:
    """When agent `a` last declined interaction `i` or was asked in vain, or -1."""
    cdef uint32_t d = decline_of(c, i, a)
    return decline_at(c, d).at_ns if d != HG_NONE else -1


cdef bint stands_back(Centre *c, uint32_t i, uint32_t a) noexcept nogil:
    """Whether the agent is asked after others: it declined, or was asked in vain and may not be asked again
    yet."""
    cdef uint32_t d = decline_of(c, i, a)
    if d == HG_NONE:
        return False
    return decline_at(c, d).declined or (
        c.now_ns - decline_at(c, d).at_ns < queue_at(c, <uint32_t> interaction_at(c, i).queue).ask_again_ns)


cdef void note(Centre *c, uint32_t i, uint32_t a, bint declined) noexcept nogil:
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t d = decline_of(c, i, a)
    cdef DeclineRow *decline
    if d == HG_NONE:
        if c.decline_count >= c.decline_buckets.count and not spread_declines(c):
            c.failed = True
            return
        d = table_take(&c.declines)
        if d == HG_NONE:
            c.failed = True
            return
        decline = decline_at(c, d)
        decline.agent = a
        decline.interaction = i
        link_decline(c, d)
        c.decline_count += 1
        decline.declined = False
        decline.next = row.decline_head
        row.decline_head = d
    decline = decline_at(c, d)
    decline.at_ns = c.now_ns
    if declined:
        decline.declined = True


cdef void note_decline(Centre *c, uint32_t i, uint32_t a) noexcept nogil:
    # OFFER-12.
    note(c, i, a, True)


cdef void note_asked(Centre *c, uint32_t i, uint32_t a) noexcept nogil:
    """It was asked in vain, and did not decline (OFFER-16)."""
    note(c, i, a, False)


cdef void forget_decline(Centre *c, uint32_t i, uint32_t a) noexcept nogil:
    """Forgets that agent `a` declined or was asked. O(agents who declined it)."""
    cdef uint32_t *link = &interaction_at(c, i).decline_head
    cdef uint32_t d
    while link[0] != HG_NONE:
        d = link[0]
        if decline_at(c, d).agent == a:
            link[0] = decline_at(c, d).next
            drop_decline(c, d)
            return
        link = &decline_at(c, d).next


cdef void forget_declines(Centre *c, uint32_t i) noexcept nogil:
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t d = row.decline_head
    while d != HG_NONE:
        drop_decline(c, d)
        d = decline_at(c, d).next
    row.decline_head = HG_NONE


cdef void forget_visits(Centre *c, uint32_t i) noexcept nogil:
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t v = row.visit_head
    while v != HG_NONE:
        table_give(&c.visits, v)
        v = (<VisitRow *> c.visits.rows + v).next
    row.visit_head = HG_NONE


cdef uint32_t membership_of(Centre *c, uint32_t a, uint32_t q) noexcept nogil:
    """The agent's membership in the queue, or HG_NONE. O(memberships)."""
    cdef AgentRow *agent = agent_at(c, a)
    cdef MembershipRow *row
    cdef uint32_t m
    for m in range(agent.membership_start, agent.membership_start + agent.membership_count):
        row = membership_at(c, m)
        if row.queue == q:
            return m
    return HG_NONE


cdef uint32_t ahead_of(Centre *c, uint32_t i) noexcept nogil:
    """How many interactions of its queue are before it in the order of waiting. O(groups x log waiting)."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef char *nodes = c.interactions.rows
    cdef size_t stride = sizeof(InteractionRow)
    cdef uint32_t g = queue_at(c, <uint32_t> row.queue).first_group
    cdef uint32_t ahead = 0, at, k
    while g != HG_NONE:
        if g == row.group:
            ahead += hg_wait_rank(nodes, stride, i)
        else:
            # Descend by order: everything left of where `i` would stand is ahead of it.
            at = group_at(c, g).root
            while at != HG_NONE:
                if hg_wait_less(nodes, stride, at, i):
                    k = interaction_at(c, at).node.left
                    ahead += 1 + (interaction_at(c, k).node.size if k != HG_NONE else 0)
                    at = interaction_at(c, at).node.right
                else:
                    at = interaction_at(c, at).node.left
        g = group_at(c, g).links.next
    return ahead
