"""Memberships. The rows of one agent are contiguous, so that a change of the agent reads them in one
sweep."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memcpy

from huntgroup.core.state.codes cimport EV_MEMBERSHIP_CHANGED, EV_MEMBERSHIP_ENDED, EV_QUEUE_LOGIN_CHANGED
from huntgroup.core.state.centre cimport (
    Centre, agent_at, idle_key, interaction_at, membership_at, queue_at, ring_at, table_give, table_reserve,
    table_take)
from huntgroup.core.state.events cimport emit, emit_change
from huntgroup.core.state.native cimport HG_NONE
from huntgroup.core.readiness.ready cimport drop_membership
from huntgroup.core.readiness.status cimport act
from huntgroup.core.state.requirement cimport meets
from huntgroup.core.state.rows cimport (
    A_ALIVE, A_NO_GAIN, AgentRow, DelayRow, EventRow, InteractionRow, LimitRow, MAX_DELAYS, MAX_MEMBERSHIPS,
    MOVED_ALL, M_ALIVE, M_AT_LIMIT, M_LOGGED_IN, M_MEETS, MembershipRow, Q_ALIVE, Q_DELAYS, QueueDelayRow,
    QueueRow)
from huntgroup.core.readiness.waiting cimport arm_delay, membership_of


cdef int reserve_memberships(Centre *c, uint32_t a, uint32_t count) noexcept nogil:
    """Room for `count` memberships of the agent in all, moving its rows if they cannot grow in place."""
    cdef AgentRow *agent = agent_at(c, a)
    cdef uint32_t start, k
    cdef MembershipRow *row
    if count <= agent.membership_capacity:
        return 0
    if c.memberships.count + count > c.memberships.capacity and table_reserve(
            &c.memberships, 2 * c.memberships.capacity + count) != 0:
        return -1
    start = c.memberships.count
    c.memberships.count += count
    for k in range(agent.membership_count):
        row = membership_at(c, agent.membership_start + k)
        memcpy(membership_at(c, start + k), row, sizeof(MembershipRow))
        row.flags = 0
        row.ring = HG_NONE
        row = membership_at(c, start + k)
        if row.ring != HG_NONE:
            ring_at(c, row.ring).ring.member[row.slot] = start + k
    for k in range(agent.membership_count, count):
        membership_at(c, start + k).flags = 0
        membership_at(c, start + k).ring = HG_NONE
    c.memberships_wasted += agent.membership_capacity
    agent.membership_start = start
    agent.membership_capacity = count
    return 0


cdef bint room_for_delay(Centre *c, int64_t delay_ns) noexcept nogil:
    """Whether the table of delays has this one, or room for it."""
    cdef uint32_t k
    for k in range(c.delays.count):
        if (<DelayRow *> c.delays.rows)[k].delay_ns == delay_ns:
            return True
    return c.delays.count < MAX_DELAYS


cdef int delay_row(Centre *c, int64_t delay_ns) noexcept nogil:
    """The row of the delays table for a duration, made if new; -1 when there is no memory or all 65,536 rows
    are in use."""
    cdef uint32_t k
    for k in range(c.delays.count):
        if (<DelayRow *> c.delays.rows)[k].delay_ns == delay_ns:
            return <int> k
    if c.delays.count == MAX_DELAYS:
        return -1
    k = table_take(&c.delays)
    if k == HG_NONE:
        return -1
    (<DelayRow *> c.delays.rows)[k].delay_ns = delay_ns
    return <int> k


cdef void count_delay(Centre *c, uint32_t q, int64_t delay_ns, int by) noexcept nogil:
    """Keeps the queue's distinct delays, ascending, with how many memberships ask for each."""
    cdef QueueRow *queue = queue_at(c, q)
    cdef uint32_t d = queue.first_delay, before = HG_NONE, fresh
    cdef QueueDelayRow *row
    if delay_ns == 0:
        return
    while d != HG_NONE and (<QueueDelayRow *> c.queue_delays.rows)[d].delay_ns < delay_ns:
        before = d
        d = (<QueueDelayRow *> c.queue_delays.rows)[d].next
    if d != HG_NONE and (<QueueDelayRow *> c.queue_delays.rows)[d].delay_ns == delay_ns:
        row = <QueueDelayRow *> c.queue_delays.rows + d
        row.memberships += <uint32_t> by
        if row.memberships == 0:
            if before == HG_NONE:
                queue.first_delay = row.next
            else:
                (<QueueDelayRow *> c.queue_delays.rows)[before].next = row.next
            table_give(&c.queue_delays, d)
    elif by > 0:
        fresh = table_take(&c.queue_delays)
        if fresh == HG_NONE:
            c.failed = True
            return
        row = <QueueDelayRow *> c.queue_delays.rows + fresh
        row.delay_ns = delay_ns
        row.memberships = 1
        row.next = d
        if before == HG_NONE:
            queue.first_delay = fresh
        else:
            (<QueueDelayRow *> c.queue_delays.rows)[before].next = fresh
    queue.flags &= <uint8_t> ~Q_DELAYS
    if queue.first_delay != HG_NONE:
        queue.flags |= Q_DELAYS


cdef void rearm_delays(Centre *c, uint32_t q) noexcept nogil:
    """The queue's delays changed: the timers of the waiting interactions are set anew. O(waiting)."""
    cdef uint32_t i
    cdef InteractionRow *row
    for i in range(c.interactions.count):
        row = interaction_at(c, i)
        if row.node.id and row.queue == <int32_t> q and row.group != HG_NONE:
            arm_delay(c, i)


cdef int set_delay(Centre *c, uint32_t m, int64_t delay_ns) noexcept nogil:
    """Another delay for a membership. 0, or -1 when there is no room for one more distinct delay."""
    cdef MembershipRow *row = membership_at(c, m)
    cdef int k = delay_row(c, delay_ns)
    cdef int64_t before = (<DelayRow *> c.delays.rows)[row.delay].delay_ns
    if k < 0:
        return -1
    if before == delay_ns:
        return 0
    count_delay(c, row.queue, before, -1)
    count_delay(c, row.queue, delay_ns, 1)
    row.delay = <uint16_t> k
    rearm_delays(c, row.queue)
    return 0


cdef uint32_t join(Centre *c, uint32_t a, uint32_t q, uint32_t tier, uint32_t rank,
                   int64_t delay_ns) noexcept nogil:
    """A new membership, logged in, at the end of the membership order. HG_NONE when memory is out."""
    # MATCH-16.
    cdef AgentRow *agent = agent_at(c, a)
    cdef QueueRow *queue = queue_at(c, q)
    cdef MembershipRow *row
    cdef uint32_t m
    if agent.membership_count == agent.membership_capacity and reserve_memberships(
            c, a, 2 * agent.membership_capacity if agent.membership_capacity else 4) != 0:
        c.failed = True
        return HG_NONE
    m = agent.membership_start + agent.membership_count
    agent.membership_count += 1
    row = membership_at(c, m)
    row.own_key = idle_key(c, a)
    row.agent = a
    row.slot = 0
    row.ring = HG_NONE
    row.position = queue.next_position
    row.queue = <uint16_t> q
    row.rank = <uint16_t> rank
    row.delay = 0
    row.tier = <uint8_t> tier
    row.flags = M_ALIVE | M_LOGGED_IN
    if meets(c, queue.requirement, a):
        row.flags |= M_MEETS
    queue.next_position += 1
    queue.member_count += 1
    if delay_ns:
        set_delay(c, m, delay_ns)
    note_logins(agent)
    tell_membership(c, m)
    emit_change(c, EV_QUEUE_LOGIN_CHANGED, <int32_t> a, <int32_t> q, -1, -1, -1, 1)
    return m


cdef int64_t membership_delay(Centre *c, uint32_t m) noexcept nogil:
    return (<DelayRow *> c.delays.rows)[membership_at(c, m).delay].delay_ns


cdef void tell_membership(Centre *c, uint32_t m) noexcept nogil:
    """Emits the event of a new or changed membership."""
    cdef MembershipRow *row = membership_at(c, m)
    cdef EventRow *e = emit(c, EV_MEMBERSHIP_CHANGED, <int32_t> row.agent, -1, row.queue, -1)
    if e != NULL:
        e.status_to = row.tier
        e.other = row.rank
        e.value = membership_delay(c, m)
        e.offer = limit_of(c, row.agent, row.queue)


cdef uint32_t *limit_link(Centre *c, uint32_t a, uint32_t q) noexcept nogil:
    """Where the agent's list of limits names the one of this queue, or ends. O(limits of the agent)."""
    cdef uint32_t *link = &agent_at(c, a).limit_head
    while link[0] != HG_NONE and (<LimitRow *> c.limits.rows)[link[0]].queue != q:
        link = &(<LimitRow *> c.limits.rows)[link[0]].next
    return link


cdef int32_t limit_of(Centre *c, uint32_t a, uint32_t q) noexcept nogil:
    """How many of the queue's interactions the agent may hold, -1: no limit."""
    cdef uint32_t k = limit_link(c, a, q)[0]
    return -1 if k == HG_NONE else <int32_t> (<LimitRow *> c.limits.rows)[k].limit


cdef void set_limit(Centre *c, uint32_t a, uint32_t q, int32_t limit) noexcept nogil:
    """Another limit for a membership (-1: none). The refresh of the agent settles what follows from it; no
    offer is withdrawn (ELIG-23)."""
    cdef uint32_t *link = limit_link(c, a, q)
    cdef uint32_t k = link[0], m
    cdef LimitRow *row
    if limit >= 0:
        if k == HG_NONE:
            k = table_take(&c.limits)
            if k == HG_NONE:
                c.failed = True
                return
            row = <LimitRow *> c.limits.rows + k
            row.queue = q
            row.next = agent_at(c, a).limit_head
            agent_at(c, a).limit_head = k
        (<LimitRow *> c.limits.rows)[k].limit = <uint32_t> limit
        return
    if k == HG_NONE:
        return
    link[0] = (<LimitRow *> c.limits.rows)[k].next
    table_give(&c.limits, k)
    m = membership_of(c, a, q)
    membership_at(c, m).flags &= <uint8_t> ~M_AT_LIMIT
    agent_at(c, a).moved_mask |= MOVED_ALL


cdef void note_logins(AgentRow *agent) noexcept nogil:
    """The agent's logins changed: every membership is refreshed, and the agent may have gained, whatever else
    the step did (MATCH-27)."""
    agent.moved_mask |= MOVED_ALL
    agent.flags &= ~<uint32_t> A_NO_GAIN


cdef bint set_login(Centre *c, uint32_t m, bint logged_in) noexcept nogil:
    """Logs in or out; whether that was a change."""
    cdef MembershipRow *row = membership_at(c, m)
    if logged_in == ((row.flags & M_LOGGED_IN) != 0):
        return False
    row.flags ^= M_LOGGED_IN
    if logged_in:
        row.own_key = idle_key(c, row.agent)
    note_logins(agent_at(c, row.agent))
    emit_change(c, EV_QUEUE_LOGIN_CHANGED, <int32_t> row.agent, row.queue, -1, -1, -1, logged_in)
    return True


cdef void leave(Centre *c, uint32_t a, uint32_t q) noexcept nogil:
    """Ends a membership; the agent's last one takes its row."""
    cdef AgentRow *agent = agent_at(c, a)
    cdef uint32_t m = membership_of(c, a, q)
    cdef uint32_t last = agent.membership_start + agent.membership_count - 1
    cdef MembershipRow *row
    if membership_at(c, m).flags & M_LOGGED_IN:
        set_login(c, m, False)
    emit(c, EV_MEMBERSHIP_ENDED, <int32_t> a, -1, <int32_t> q, -1)
    set_delay(c, m, 0)
    set_limit(c, a, q, -1)
    drop_membership(c, m)
    queue_at(c, q).member_count -= 1
    if m != last:
        memcpy(membership_at(c, m), membership_at(c, last), sizeof(MembershipRow))
        row = membership_at(c, m)
        if row.ring != HG_NONE:
            ring_at(c, row.ring).ring.member[row.slot] = m
    row = membership_at(c, last)
    row.flags = 0
    row.ring = HG_NONE
    agent.membership_count -= 1


cdef void log_in_everywhere(Centre *c, uint32_t a) noexcept nogil:
    """Logs in to every queue that the agent is a member of, by queue index (STATUS-25). O(memberships**2)."""
    log_in_to(c, a, NULL, 0)


cdef uint32_t log_in_to(Centre *c, uint32_t a, const int32_t *logins, uint32_t count) noexcept nogil:
    """Logs in to all of the agent's queues, or, with pairs (queue, 1 or 0), to those with a 1 and out of
    every other; by queue index. Returns how many it is logged in to. O(memberships**2)."""
    cdef uint32_t _, m, best, k, inside = 0
    cdef int32_t after = -1, q
    cdef bint logged_in
    for _ in range(agent_at(c, a).membership_count):
        best = HG_NONE
        for m in range(agent_at(c, a).membership_start,
                       agent_at(c, a).membership_start + agent_at(c, a).membership_count):
            q = membership_at(c, m).queue
            if q > after and (best == HG_NONE or q < <int32_t> membership_at(c, best).queue):
                best = m
        after = membership_at(c, best).queue
        logged_in = logins == NULL
        for k in range(0, count, 2):
            if logins[k] == after:
                logged_in = logins[k + 1] != 0
        inside += logged_in
        set_login(c, best, logged_in)
    return inside


cdef void join_tied(Centre *c, uint32_t q) noexcept nogil:
    """The queue came to its group: the agents whose status is tied to that join it, by agent. O(agents)."""
    # STATUS-31.
    cdef int32_t group = queue_at(c, q).queue_group
    cdef AgentRow *row
    cdef uint32_t a, m
    if group < 0:
        return
    for a in range(c.agents.count):
        row = agent_at(c, a)
        if not row.flags & A_ALIVE or row.base != row.selected or c.statuses[row.base].queue_group != group:
            continue
        m = membership_of(c, a, q)
        if m != HG_NONE and not membership_at(c, m).flags & M_LOGGED_IN:
            act(c, a)
            set_login(c, m, True)
        elif m == HG_NONE and row.membership_count < MAX_MEMBERSHIPS:
            act(c, a)
            join(c, a, q, 1, 1, 0)


cdef void join_queue_group(Centre *c, uint32_t a, int32_t group) noexcept nogil:
    """Logs in to every queue of the group, joining where it must, and out of every other. O(queues)."""
    cdef uint32_t q, m
    cdef bint inside
    for q in range(c.queues.count):
        if not queue_at(c, q).flags & Q_ALIVE:
            continue
        inside = group >= 0 and queue_at(c, q).queue_group == group
        m = membership_of(c, a, q)
        if m != HG_NONE:
            set_login(c, m, inside)
        elif inside and agent_at(c, a).membership_count < MAX_MEMBERSHIPS:
            join(c, a, q, 1, 1, 0)
