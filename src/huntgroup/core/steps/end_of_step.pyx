"""The end of a step (docs/SEMANTICS.md, section 1): offers that may no longer stand are withdrawn, who was
put back waits again, matching runs, and the net events are told. Every command and every timer ends here
and nowhere else, which is why no gain can be missed."""

from libc.stdint cimport int16_t, int32_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport qsort

from huntgroup.core.steps.agents cimport note_status_time, status_until
from huntgroup.core.state.codes cimport (
    EV_CAPABILITY_CHANGED, EV_EXTERNAL_PRESENCE_CHANGED, EV_PENDING_CHANGED, EV_PROFILE_CHANGED,
    EV_READY_CHANGED, EV_STATUS_CHANGED, EV_STOP_NEW_CHANGED, R_OK, WHY_CAPABILITY, WHY_CAPACITY, WHY_LEFT,
    WHY_LOGGED_OUT, WHY_NONE, WHY_PENDING, WHY_RECALLED, WHY_SIGNED_OUT, WHY_STATUS, WHY_STOP_NEW)
from huntgroup.core.state.centre cimport (
    Centre, agent_at, channel_at, group_at, interaction_at, membership_at, offer_at, push_u32, queue_at,
    sort_by_index, table_take)
from huntgroup.core.state.events cimport emit, emit_change
from huntgroup.core.matching.explained cimport note_decision
from huntgroup.core.state.fetch cimport FEW, look_ahead_agent, look_ahead_members
from huntgroup.core.matching.decisions cimport select_agent, select_interaction
from huntgroup.core.state.native cimport (
    HG_NONE, hg_lowest_bit, hg_wait_entry, hg_wait_first, hg_wait_heap_pop, hg_wait_heap_push, hg_wait_less,
    hg_wait_next)
from huntgroup.core.readiness.awaiting cimport first_awaiting
from huntgroup.core.steps.limits cimport bring_up_to_date
from huntgroup.core.steps.interaction_commands cimport reachable
from huntgroup.core.steps.offers cimport finish, make_offer, offer_lost, withdraw
from huntgroup.core.readiness.presence cimport tell_presence
from huntgroup.core.readiness.ready cimport refresh
from huntgroup.core.state.rows cimport (
    AgentRow, A_ACTED, A_ALIVE, A_NO_GAIN, A_PROFILE, A_STOP_NEW, A_TOGGLE, A_TOUCHED, EventRow,
    InteractionRow, I_ASSIGNED, I_ENTERED, I_LISTED, MembershipRow, M_LOGGED_IN, OfferRow, ProfileRow,
    QueueRow, Q_VISIT, S_ABANDONED, S_QUEUED, TouchedRow, T_RING_ALL)
from huntgroup.core.readiness.status cimport (
    capability_of, derive, has_capability, has_device, own_bits, receiver_unasked, receives_direct,
    receives_from, signed_in, touch)
from huntgroup.core.readiness.waiting cimport arm_waits, delist, disarm_waits, enlist, membership_of


cdef void forget_lifted(Centre *c) noexcept nogil:
    cdef uint32_t k
    for k in range(c.lifted.count):
        queue_at(c, (<uint32_t *> c.lifted.rows)[k]).listed_lifted = 0
    c.lifted.count = 0


cdef void visit_lifted(Centre *c) noexcept nogil:
    """Who waits is affected where room came under `max_handled`, or where delays hold only while a lower tier
    serves and a tier ceased to."""
    # MATCH-4.
    cdef QueueRow *queue
    cdef uint32_t k
    for k in range(c.lifted.count):
        queue = queue_at(c, (<uint32_t *> c.lifted.rows)[k])
        if (queue.at_most_before and not queue.at_most) or queue.lowest_tier > queue.lowest_before:
            visit_queue(c, (<uint32_t *> c.lifted.rows)[k])
    forget_lifted(c)


cdef void visit_queue(Centre *c, uint32_t q) noexcept nogil:
    """All who wait in the queue are affected by this step."""
    cdef QueueRow *queue = queue_at(c, q)
    if not queue.flags & Q_VISIT and queue.waiting_count:
        queue.flags |= Q_VISIT
        push_u32(&c.visited_queues, q)


# --- offers that may not stand --------------------------------------------------------------------------

cdef bint is_received(Centre *c, OfferRow *offer, uint32_t channel) noexcept nogil:
    """Does the agent's status receive it? What waits for a pending status is another question. What somebody
    assigned is judged as a direct one."""
    if offer.queue >= 0 and not interaction_at(c, offer.interaction).flags & I_ASSIGNED:
        return receives_from(c, offer.agent, <uint32_t> offer.queue)
    return agent_at(c, offer.agent).pending >= 0 or receives_direct(c, offer.agent, channel)


cdef bint would_be_received(Centre *c, OfferRow *offer, uint32_t channel) noexcept nogil:
    """Would it if no offer were open? Being asked is never what takes an offer back (OFFER-18)."""
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
    # What somebody assigned asks no rule of the queue, neither when it is made nor for as long as it is open.
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
    """Withdraws the agent's offers that may no longer stand, by ascending id; then, the latest first, those
    that are beyond a capacity set below the load (OFFER-15)."""
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


# --- matching -------------------------------------------------------------------------------------------

cdef int by_agent(const void *x, const void *y) noexcept nogil:
    """Pairs (agent, membership) packed into 64 bits."""
    cdef uint64_t a = (<const uint64_t *> x)[0]
    cdef uint64_t b = (<const uint64_t *> y)[0]
    return (a > b) - (a < b)


cdef void offer_to(Centre *c, uint32_t i, uint32_t m) noexcept nogil:
    cdef MembershipRow *row = membership_at(c, m)
    cdef uint32_t a = row.agent
    cdef int16_t receiver = agent_at(c, a).receiver
    touch(c, a)
    queue_at(c, row.queue).round_robin = row.position
    make_offer(c, i, a, row.queue, WHY_NONE)
    refresh(c, a)
    if agent_at(c, a).receiver != receiver:
        push_u32(&c.regained, a)


cdef void ring_everyone(Centre *c, uint32_t i) noexcept nogil:
    """Offers to all candidates, by agent index."""
    # OFFER-2, MATCH-20.
    cdef uint32_t count = c.candidates.count, k, m
    cdef uint64_t *pairs
    c.pairs.count = 0
    for k in range(count):
        if table_take(&c.pairs) == HG_NONE:
            c.failed = True
            return
        m = (<uint32_t *> c.candidates.rows)[k]
        (<uint64_t *> c.pairs.rows)[k] = ((<uint64_t> membership_at(c, m).agent) << 32) | m
    pairs = <uint64_t *> c.pairs.rows
    qsort(pairs, count, sizeof(uint64_t), by_agent)
    for k in range(count):
        offer_to(c, i, <uint32_t> pairs[k])


cdef bint match(Centre *c, uint32_t i) noexcept nogil:
    """Looks for an agent for a waiting interaction and makes the offer."""
    cdef uint32_t m = select_agent(c, i)
    if m == HG_NONE:
        return False
    if interaction_at(c, i).group != HG_NONE:
        delist(c, i)
        disarm_waits(c, i)
    note_decision(c, i, m, False)
    if queue_at(c, <uint32_t> interaction_at(c, i).queue).strategy == T_RING_ALL and c.candidates.count > 1:
        ring_everyone(c, i)
    else:
        offer_to(c, i, m)
    return True


cdef void wait_again(Centre *c, uint32_t i) noexcept nogil:
    enlist(c, i)
    arm_waits(c, i)


cdef void count_returning(Centre *c, uint32_t i, uint32_t by) noexcept nogil:
    """Who waits again, and is not among those who wait yet, takes up room in its queue (WAIT-22)."""
    # WAIT-22.
    cdef InteractionRow *row = interaction_at(c, i)
    if row.state == S_QUEUED and row.node.id != 0 and row.group == HG_NONE and row.queue >= 0:
        queue_at(c, <uint32_t> row.queue).returning += by


cdef void gained_late(Centre *c, uint32_t a) noexcept nogil:
    """Among those who gained, after those acted on were brought up to date (MATCH-27). O(acted on)."""
    cdef uint32_t k
    agent_at(c, a).flags &= ~<uint32_t> A_NO_GAIN
    for k in range(c.acted.count):
        if (<uint32_t *> c.acted.rows)[k] == a:
            return
    push_u32(&c.acted, a)


cdef void recall(Centre *c, uint32_t i) noexcept nogil:
    """Nobody answered the transfer: back to who made it, if that agent can take it (OFFER-17)."""
    cdef int16_t receiver
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t a = <uint32_t> row.recall
    row.recall = -1
    if not agent_at(c, a).flags & A_ALIVE or reachable(c, a, row.channel, False) != R_OK:
        finish(c, i, S_ABANDONED, True)
        return
    touch(c, a)
    receiver = agent_at(c, a).receiver
    make_offer(c, i, a, -1, WHY_RECALLED)
    refresh(c, a)
    if agent_at(c, a).receiver != receiver:
        gained_late(c, a)


cdef void requeue_affected(Centre *c) noexcept nogil:
    """Brings everyone put back up to date and lets them wait, in the order in which they were put back.
    Compacts the list to those who are still there."""
    # STEP-8, WAIT-11.
    cdef uint32_t *list
    cdef uint32_t k, i, kept = 0, count = c.affected.count
    cdef InteractionRow *row
    if count > 1:
        for k in range(count):
            count_returning(c, (<uint32_t *> c.affected.rows)[k], 1)
    for k in range(count):
        i = (<uint32_t *> c.affected.rows)[k]
        row = interaction_at(c, i)
        row.flags &= <uint16_t> ~I_LISTED
        if row.state != S_QUEUED or row.node.id == 0:
            continue
        if row.queue < 0:
            recall(c, i)
            continue
        if row.group == HG_NONE:
            if count > 1:
                count_returning(c, i, <uint32_t> -1)
            if row.flags & I_ENTERED:
                row.flags &= <uint16_t> ~I_ENTERED
            elif not bring_up_to_date(c, i):
                continue
            if count > 1:
                wait_again(c, i)
        list = <uint32_t *> c.affected.rows
        list[kept] = i
        kept += 1
    c.affected.count = kept


cdef bint gained_in(Centre *c, uint32_t a) noexcept nogil:
    """Whether an agent acted on may have gained in this step, and is ready somewhere."""
    return agent_at(c, a).ready_count != 0 and not agent_at(c, a).flags & A_NO_GAIN


cdef uint32_t count_gained(Centre *c, uint32_t *which) noexcept nogil:
    """How many of the agents acted on are ready somewhere; the last of them in `which`."""
    # MATCH-3.
    cdef uint32_t k, a, count = 0
    for k in range(c.acted.count):
        a = (<uint32_t *> c.acted.rows)[k]
        if gained_in(c, a):
            which[0] = a
            count += 1
    return count


cdef void serve_agent(Centre *c, uint32_t a) noexcept nogil:
    """One agent gained and nothing was put back: it takes what it may, until nothing fits."""
    # MATCH-5.
    cdef uint32_t i, m
    while agent_at(c, a).ready_count:
        i = select_interaction(c, a)
        if i == HG_NONE:
            return
        m = (<uint32_t *> c.candidates.rows)[0]
        if queue_at(c, membership_at(c, m).queue).strategy == T_RING_ALL:
            match(c, i)
            continue
        delist(c, i)
        disarm_waits(c, i)
        note_decision(c, i, m, True)
        offer_to(c, i, m)


cdef void visit_queues_of(Centre *c, uint32_t a) noexcept nogil:
    cdef AgentRow *agent = agent_at(c, a)
    cdef uint32_t m
    for m in range(agent.membership_start, agent.membership_start + agent.membership_count):
        if membership_at(c, m).flags & M_LOGGED_IN:
            visit_queue(c, membership_at(c, m).queue)


cdef void heap_push(Centre *c, uint32_t i, uint32_t g) noexcept nogil:
    """Adds (interaction, group to go on with or HG_NONE) to the heap ordered by the order of waiting."""
    cdef hg_wait_entry entry
    cdef uint32_t at = table_take(&c.heap)
    if at == HG_NONE:
        c.failed = True
        return
    entry.row = i
    entry.tag = g
    hg_wait_heap_push(<hg_wait_entry *> c.heap.rows, at, c.interactions.rows, sizeof(InteractionRow), entry)


cdef hg_wait_entry heap_pop(Centre *c) noexcept nogil:
    cdef hg_wait_entry first = hg_wait_heap_pop(
        <hg_wait_entry *> c.heap.rows, c.heap.count, c.interactions.rows, sizeof(InteractionRow))
    c.heap.count -= 1
    return first


cdef void collect_affected(Centre *c) noexcept nogil:
    """Fills the heap: the head of each group of each queue visited, and the affected of other queues."""
    # MATCH-4.
    cdef char *nodes = c.interactions.rows
    cdef uint32_t k, g, i
    c.heap.count = 0
    for k in range(c.visited_queues.count):
        g = queue_at(c, (<uint32_t *> c.visited_queues.rows)[k]).first_group
        while g != HG_NONE:
            if not group_at(c, g).shut:
                heap_push(c, hg_wait_first(group_at(c, g).root, nodes, sizeof(InteractionRow)), g)
            g = group_at(c, g).links.next
    for k in range(c.affected.count):
        i = (<uint32_t *> c.affected.rows)[k]
        if not queue_at(c, <uint32_t> interaction_at(c, i).queue).flags & Q_VISIT:
            heap_push(c, i, HG_NONE)


cdef void serve_affected(Centre *c) noexcept nogil:
    """The affected interactions in their order, each looking for an agent. Where nobody meets a requirement
    at all, the rest of that group is passed over."""
    # MATCH-6.
    cdef char *nodes = c.interactions.rows
    cdef uint32_t following
    cdef hg_wait_entry entry
    collect_affected(c)
    while c.heap.count:
        entry = heap_pop(c)
        following = HG_NONE
        if entry.tag != HG_NONE:
            following = hg_wait_next(nodes, sizeof(InteractionRow), entry.row)
        if not match(c, entry.row) and c.nobody:
            following = HG_NONE
        if following != HG_NONE:
            heap_push(c, following, entry.tag)


cdef void serve_regained(Centre *c) noexcept nogil:
    """MATCH-28: being asked changed what somebody receives, so those agents look, round by round, as gained
    ones do, until a round offers nothing to anybody whom that lets in more."""
    cdef uint32_t k, a, count, ready
    cdef uint32_t last = 0
    while c.regained.count:
        count = c.regained.count
        sort_by_index(&c.regained)
        ready = 0
        for k in range(count):
            a = (<uint32_t *> c.regained.rows)[k]
            if agent_at(c, a).ready_count and (k == 0 or a != (<uint32_t *> c.regained.rows)[k - 1]):
                ready += 1
                last = a
                visit_queues_of(c, a)
        c.regained.count = 0
        if ready == 1:
            leave_visits(c)
            serve_agent(c, last)
        elif ready:
            c.affected.count = 0
            serve_affected(c)
            leave_visits(c)


cdef void forget_freed(Centre *c) noexcept nogil:
    """Who is affected is settled before matching (MATCH-4): whoever an offer of the matching has listed since
    is not of this step, and can be listed in the next. O(affected)."""
    cdef uint32_t k
    if c.freed:
        for k in range(c.affected.count):
            interaction_at(c, (<uint32_t *> c.affected.rows)[k]).flags &= <uint16_t> ~I_LISTED
        c.freed = 0


cdef void leave_visits(Centre *c) noexcept nogil:
    cdef uint32_t *list = <uint32_t *> c.visited_queues.rows
    cdef uint32_t k
    for k in range(c.visited_queues.count):
        queue_at(c, list[k]).flags &= <uint8_t> ~Q_VISIT
    c.visited_queues.count = 0


cdef void run_matching(Centre *c) noexcept nogil:
    """Section 6: one agent gained and nothing was put back, or else the affected in their order."""
    # STEP-9.
    cdef uint32_t k, a = 0, i, gained
    if c.affected.count:
        requeue_affected(c)
    if c.lifted.count:
        visit_lifted(c)
    if c.affected.count == 0 and c.visited_queues.count == 0 and c.total.waiting == 0:
        return                      # nobody waits: a gain is nobody's
    gained = count_gained(c, &a)
    if gained == 0 and c.visited_queues.count == 0 and c.affected.count == 1:
        i = (<uint32_t *> c.affected.rows)[0]
        if not match(c, i) and interaction_at(c, i).group == HG_NONE:
            wait_again(c, i)
        return
    for k in range(c.affected.count):
        i = (<uint32_t *> c.affected.rows)[k]
        if interaction_at(c, i).group == HG_NONE:
            wait_again(c, i)
    if gained == 1 and c.visited_queues.count == 0 and c.affected.count == 0:
        serve_agent(c, a)
    elif gained or c.visited_queues.count or c.affected.count:
        for k in range(c.acted.count):
            if gained_in(c, (<uint32_t *> c.acted.rows)[k]):
                visit_queues_of(c, (<uint32_t *> c.acted.rows)[k])
        serve_affected(c)
        leave_visits(c)


cdef void settle_limits(Centre *c) noexcept nogil:
    """WAIT-21, after matching: overflows that were passed over go on where their target takes them now, and
    the limits act on who entered a queue in this step, found nobody and has waited that long; one after the
    other, always the first in the order of waiting. Whoever moves looks for an agent at once.
    O(log waiting + targets) for each, and each moves MAX_OVERFLOWS times at most."""
    # WAIT-20, WAIT-21.
    cdef char *nodes
    cdef InteractionRow *row
    cdef uint32_t i, k
    cdef int32_t before
    c.heap.count = 0
    while True:
        for k in range(c.overdue.count):
            heap_push(c, (<uint32_t *> c.overdue.rows)[k], HG_NONE)
        c.overdue.count = 0
        nodes = c.interactions.rows
        i = first_awaiting(c)
        if c.heap.count and (i == HG_NONE or hg_wait_less(nodes, sizeof(InteractionRow),
                                                          (<hg_wait_entry *> c.heap.rows).row, i)):
            i = heap_pop(c).row
        if i == HG_NONE:
            break
        row = interaction_at(c, i)
        if row.state != S_QUEUED or row.node.id == 0 or row.group == HG_NONE:
            continue
        before = row.queue
        delist(c, i)
        disarm_waits(c, i)
        if bring_up_to_date(c, i) and (row.queue == before or not match(c, i)):
            wait_again(c, i)
    for k in range(c.targets.count):
        queue_at(c, (<uint32_t *> c.targets.rows)[k]).listed_target = 0
    c.targets.count = 0


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


cdef void tell_agent(Centre *c, TouchedRow *before) noexcept nogil:
    # STEP-11.
    cdef uint32_t a = before.agent, channel, changed
    cdef int x, y
    cdef AgentRow *agent = agent_at(c, a)
    cdef int16_t shown = agent.shown
    agent.flags &= ~<uint32_t> A_TOUCHED
    if not agent.flags & A_ALIVE:
        return
    if shown != before.shown:
        agent.shown = before.shown
        note_status_time(c, a)
        agent.shown = shown
        emit_change(c, EV_STATUS_CHANGED, <int32_t> a, -1, -1, -1, before.shown, shown)
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


cdef void end_step(Centre *c) noexcept nogil:
    """All that follows a command's own changes."""
    # STEP-6, STEP-10.
    cdef uint32_t k
    if c.acted.count == 1 and agent_at(c, (<uint32_t *> c.acted.rows)[0]).offer_head == HG_NONE:
        bring_up(c, (<uint32_t *> c.acted.rows)[0])
    elif c.acted.count:
        refresh_acted(c)
    run_matching(c)
    while c.regained.count | c.overdue.count | c.targets.count | c.freed:
        forget_freed(c)
        serve_regained(c)
        settle_limits(c)
    if c.touched.count > 1:
        sort_by_index(&c.touched)
    for k in range(c.touched.count):
        tell_agent(c, (<TouchedRow *> c.touched.rows) + k)
    tell_presence(c)
