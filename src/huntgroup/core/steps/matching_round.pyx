"""The matching of a step (docs/SEMANTICS.md, sections 5 and 6). Interactions that were put back wait again.
Then, if exactly one agent gained and nothing was put back, that agent looks for work (select_interaction);
otherwise the affected interactions look for agents (select_agent), in the order of waiting."""

from libc.stdint cimport int16_t, int32_t, uint16_t, uint32_t, uint64_t, uint8_t
from libc.stdlib cimport qsort

from huntgroup.core.state.codes cimport EV_DIALING, R_OK, WHY_NONE, WHY_RECALLED
from huntgroup.core.state.centre cimport (
    agent_at, Centre, enter_state, group_at, interaction_at, membership_at, push_u32, queue_at, table_take)
from huntgroup.core.state.events cimport emit
from huntgroup.core.matching.explained cimport note_decision
from huntgroup.core.matching.decisions cimport select_agent, select_interaction
from huntgroup.core.state.native cimport (
    HG_NONE, hg_wait_entry, hg_wait_first, hg_wait_heap_pop, hg_wait_heap_push, hg_wait_next)
from huntgroup.core.steps.limits cimport bring_up_to_date
from huntgroup.core.steps.interaction_commands cimport reachable
from huntgroup.core.steps.offers cimport finish, make_offer
from huntgroup.core.readiness.ready cimport refresh
from huntgroup.core.state.rows cimport (
    A_ALIVE, A_DIALLED_FOR, A_NO_GAIN, AgentRow, APART_SHUT, CUSTOMER_FIRST, I_ENTERED, I_LISTED,
    InteractionRow, M_LOGGED_IN, MembershipRow, Q_VISIT, QueueRow, S_ABANDONED, S_DIALING, S_QUEUED,
    T_RING_ALL)
from huntgroup.core.readiness.status cimport touch
from huntgroup.core.readiness.waiting cimport arm_waits, delist, disarm_waits, enlist


cdef void forget_lifted(Centre *c) noexcept nogil:
    cdef uint32_t k
    for k in range(c.lifted.count):
        queue_at(c, (<uint32_t *> c.lifted.rows)[k]).listed_lifted = 0
    c.lifted.count = 0


cdef void visit_lifted(Centre *c) noexcept nogil:
    """Visits the queues that came below their `max_handled`, and those with delays "while_staffed" of which a
    tier ceased to serve: the interactions that wait there are affected."""
    # MATCH-4.
    cdef QueueRow *queue
    cdef uint32_t k
    for k in range(c.lifted.count):
        queue = queue_at(c, (<uint32_t *> c.lifted.rows)[k])
        if (queue.at_most_before and not queue.at_most) or queue.lowest_tier > queue.lowest_before:
            visit_queue(c, (<uint32_t *> c.lifted.rows)[k])
    forget_lifted(c)


cdef void visit_queue(Centre *c, uint32_t q) noexcept nogil:
    """All interactions that wait in the queue are affected by this step."""
    cdef QueueRow *queue = queue_at(c, q)
    if not queue.flags & Q_VISIT and queue.waiting_count:
        queue.flags |= Q_VISIT
        push_u32(&c.visited_queues, q)


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
        c.unsettled = 1


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


cdef void dial_customer(Centre *c, uint32_t i, uint32_t m) noexcept nogil:
    """The customer is dialled in place of an offer to the agent. The agent may get other offers meanwhile,
    but no second customer is dialled for it."""
    # CALL-6.
    cdef InteractionRow *row = interaction_at(c, i)
    enter_state(c, row, S_DIALING)
    row.not_before_ns = 0
    row.recall = <int32_t> membership_at(c, m).agent
    agent_at(c, membership_at(c, m).agent).flags |= A_DIALLED_FOR
    emit(c, EV_DIALING, -1, row.node.id, row.queue, -1)


cdef bint match(Centre *c, uint32_t i) noexcept nogil:
    """Looks for an agent for a waiting interaction and makes the offer."""
    cdef uint32_t m = select_agent(c, i)
    if m == HG_NONE:
        return False
    if interaction_at(c, i).group != HG_NONE:
        delist(c, i)
        disarm_waits(c, i)
    if interaction_at(c, i).customer == CUSTOMER_FIRST:
        dial_customer(c, i, m)
        return True
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
    """Counts an interaction that was put back but is not enlisted yet: it takes up room in its queue
    (WAIT-22)."""
    # WAIT-22.
    cdef InteractionRow *row = interaction_at(c, i)
    if row.state == S_QUEUED and row.node.id != 0 and row.group == HG_NONE and row.queue >= 0:
        queue_at(c, <uint32_t> row.queue).returning += by


cdef void gained_late(Centre *c, uint32_t a) noexcept nogil:
    """Adds an agent to those who gained, after the agents acted on were refreshed (MATCH-27). O(acted on)."""
    cdef uint32_t k
    agent_at(c, a).flags &= ~<uint32_t> A_NO_GAIN
    for k in range(c.acted.count):
        if (<uint32_t *> c.acted.rows)[k] == a:
            return
    push_u32(&c.acted, a)


cdef void recall(Centre *c, uint32_t i) noexcept nogil:
    """Nobody answered the transfer: the interaction rings the agent who made it, if that agent can take it
    (OFFER-17)."""
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
    cdef uint32_t k, i, kept = 0, count = c.affected.count, end = count
    cdef InteractionRow *row
    if count > 1:
        for k in range(count):
            count_returning(c, (<uint32_t *> c.affected.rows)[k], 1)
    k = 0
    while k < end:
        i = (<uint32_t *> c.affected.rows)[k]
        k += 1
        row = interaction_at(c, i)
        row.flags &= <uint16_t> ~I_LISTED
        if row.state != S_QUEUED or row.node.id == 0:
            continue
        if row.queue < 0:
            recall(c, i)
            end = c.affected.count  # an offer to the preferred agent may end the waiting for it
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
        if interaction_at(c, i).customer == CUSTOMER_FIRST:
            dial_customer(c, i, m)
            continue
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
            if group_at(c, g).apart != APART_SHUT:
                heap_push(c, hg_wait_first(group_at(c, g).root, nodes, sizeof(InteractionRow)), g)
            g = group_at(c, g).links.next
    for k in range(c.affected.count):
        i = (<uint32_t *> c.affected.rows)[k]
        if not queue_at(c, <uint32_t> interaction_at(c, i).queue).flags & Q_VISIT:
            heap_push(c, i, HG_NONE)


cdef void serve_affected(Centre *c) noexcept nogil:
    """Each affected interaction looks for an agent, in the order of waiting. If nobody meets a requirement,
    the rest of its group is passed over."""
    # MATCH-6.
    cdef char *nodes = c.interactions.rows
    cdef uint32_t following
    cdef hg_wait_entry entry
    collect_affected(c)
    while c.heap.count:
        entry = heap_pop(c)
        if interaction_at(c, entry.row).group == HG_NONE:
            continue                # affected in two ways, and served already
        following = HG_NONE
        if entry.tag != HG_NONE:
            following = hg_wait_next(nodes, sizeof(InteractionRow), entry.row)
        if not match(c, entry.row) and c.nobody:
            following = HG_NONE
        if following != HG_NONE:
            heap_push(c, following, entry.tag)


cdef void leave_visits(Centre *c) noexcept nogil:
    cdef uint32_t *list = <uint32_t *> c.visited_queues.rows
    cdef uint32_t k
    for k in range(c.visited_queues.count):
        queue_at(c, list[k]).flags &= <uint8_t> ~Q_VISIT
    c.visited_queues.count = 0


cdef void run_matching(Centre *c) noexcept nogil:
    """Section 6: one agent gained and nothing was put back, or else the affected in their order."""
    # STEP-9.
    cdef uint32_t i
    cdef InteractionRow *row
    if c.affected.count == 1 and not c.acted.count | c.lifted.count | c.visited_queues.count:
        i = (<uint32_t *> c.affected.rows)[0]
        row = interaction_at(c, i)
        if row.flags & I_ENTERED and row.state == S_QUEUED and row.group == HG_NONE and row.node.id:
            # Nothing but one arrival, as in most steps with anything to match.
            row.flags &= <uint16_t> ~(I_LISTED | I_ENTERED)
            if not match(c, i) and interaction_at(c, i).group == HG_NONE:
                wait_again(c, i)
            return
    match_all(c)


cdef void match_all(Centre *c) noexcept nogil:
    cdef uint32_t k, a = 0, i, gained
    if c.affected.count:
        requeue_affected(c)
    if c.lifted.count:
        visit_lifted(c)
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
