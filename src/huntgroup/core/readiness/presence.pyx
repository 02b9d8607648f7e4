"""Service presence. Commands change counts, each together with those of the queue's group and of the centre
(presence.pxd); at the end of a step each queue whose presence may have changed is compared with what it
showed before, so a flicker within a step is no change."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

from huntgroup.core.state.codes cimport (
    EV_CENTRE_PRESENCE_CHANGED, EV_GROUP_PRESENCE_CHANGED, EV_PRESENCE_CHANGED)
from huntgroup.core.state.centre cimport (
    Centre, agent_at, membership_at, queue_at, queue_group_at, sort_by_index)
from huntgroup.core.state.events cimport emit_change
from huntgroup.core.state.requirement cimport meets
from huntgroup.core.state.rows cimport (
    A_ALIVE, AgentRow, G_CHANGED, G_NEW, M_ALIVE, M_COUNTED, M_MEETS, M_READY, MembershipRow, P_ABSENT,
    P_AVAILABLE, P_BUSY, P_CLOSED, Q_ALIVE, Q_DIRTY, Q_OPEN, QueueGroupRow, QueueRow, WatchRow)


cdef int outward(QueueRow *row) noexcept nogil:
    """Available, busy, absent or closed."""
    # PRES-4.
    if not row.flags & Q_OPEN:
        return P_CLOSED
    if shown_ready(row):
        return P_AVAILABLE
    return P_BUSY if row.logged_in_count else P_ABSENT


cdef void account(QueueGroupRow *total, int before, int after) noexcept nogil:
    total.by_presence[before] -= 1
    total.by_presence[after] += 1


cdef void tell_changes(Centre *c) noexcept nogil:
    """Emits what changed outwardly, in the order of docs/SEMANTICS.md, section 1."""
    # PRES-5, PRES-7.
    cdef uint32_t k, g, q
    cdef QueueRow *row
    cdef QueueGroupRow *group
    cdef int before, after
    cdef bint told
    sort_by_index(&c.dirty)
    for k in range(c.dirty.count):
        q = (<uint32_t *> c.dirty.rows)[k]
        row = queue_at(c, q)
        row.flags &= <uint8_t> ~Q_DIRTY
        if not row.flags & Q_ALIVE:
            continue
        before = row.presence
        after = outward(row)
        if before == after:
            continue
        account(&c.total, before, after)
        if row.queue_group >= 0:
            group = queue_group_at(c, <uint32_t> row.queue_group)
            account(group, before, after)
            group.dirty |= G_CHANGED
            c.groups_dirty = True
        row.presence = <uint8_t> after
        emit_change(c, EV_PRESENCE_CHANGED, -1, <int32_t> q, -1, -1, before, after)
    c.dirty.count = 0
    if c.groups_dirty:
        c.groups_dirty = False
        for g in range(c.queue_groups.count):
            group = queue_group_at(c, g)
            if group.dirty:
                before = group.presence
                after = best(group.by_presence)
                group.presence = <uint8_t> after
                told = group.dirty & G_NEW == 0
                group.dirty = 0
                if before != after and told:
                    emit_change(c, EV_GROUP_PRESENCE_CHANGED, -1, -1, <int32_t> g, -1, before, after)
    before = c.total.presence
    after = best(c.total.by_presence)
    if before != after:
        c.total.presence = <uint8_t> after
        # When the last queue is removed, the centre has no presence any more; no event tells of that.
        if c.total.by_presence[after]:
            emit_change(c, EV_CENTRE_PRESENCE_CHANGED, -1, -1, -1, -1, before, after)


cdef void count_watches(Centre *c, uint32_t a, int32_t queue, int ready, int logged_in) noexcept nogil:
    """Adds to the kept counts of `Engine.count`. `queue` -1: the agent as a whole."""
    cdef WatchRow *watch
    cdef uint32_t k
    for k in range(c.watches.count):
        watch = <WatchRow *> c.watches.rows + k
        if watch.queue == queue and meets(c, watch.requirement, a):
            watch.ready += ready
            watch.logged_in += logged_in


cdef void count_in_groups(Centre *c, uint32_t a, int by) noexcept nogil:
    """Counts the agent once per group: a stamp on the group shows that it was counted (PRES-11).
    O(memberships)."""
    cdef AgentRow *agent = agent_at(c, a)
    cdef MembershipRow *row
    cdef QueueGroupRow *group
    cdef int32_t g
    cdef uint32_t m
    c.group_stamp += 1
    for m in range(agent.membership_start, agent.membership_start + agent.membership_count):
        row = membership_at(c, m)
        if not row.flags & (M_COUNTED | M_READY):
            continue
        g = queue_at(c, row.queue).queue_group
        if g < 0:
            continue
        group = queue_group_at(c, <uint32_t> g)
        if row.flags & M_COUNTED and group.seen_logged_in != c.group_stamp:
            group.seen_logged_in = c.group_stamp
            group.agents_logged_in += by
        if row.flags & (M_READY | M_MEETS) == M_READY | M_MEETS and group.seen_ready != c.group_stamp:
            group.seen_ready = c.group_stamp
            group.agents_ready += by


cdef bint ready_somewhere(Centre *c, uint32_t a, int32_t group, uint32_t flags) noexcept nogil:
    """Does the agent have a membership with these flags in a queue of the group (-1: of any) that is below
    its `max_handled`? O(memberships)."""
    cdef AgentRow *agent = agent_at(c, a)
    cdef MembershipRow *row
    cdef uint32_t m
    for m in range(agent.membership_start, agent.membership_start + agent.membership_count):
        row = membership_at(c, m)
        if row.flags & flags == flags and not queue_at(c, row.queue).at_most and (
                group < 0 or queue_at(c, row.queue).queue_group == group):
            return True
    return False


cdef void kept_back(Centre *c, int32_t group, int64_t *ready, int64_t *agents) noexcept nogil:
    """Subtracts from the sums of a group (-1: of the centre) the ready members of queues at their
    `max_handled`. O(queues) if a queue has a `max_handled`, O(memberships of the centre) if one is at it."""
    # PRES-12.
    cdef uint32_t q, a
    cdef bint some = False
    cdef QueueRow *row
    for q in range(c.queues.count if c.hand_limits else 0):
        row = queue_at(c, q)
        if row.flags & Q_ALIVE and row.at_most and (group < 0 or row.queue_group == group):
            ready[0] -= row.ready_count
            some = some or row.ready_count != 0
    if not some:
        return
    agents[0] = 0
    for a in range(c.agents.count):
        if agent_at(c, a).flags & A_ALIVE and ready_somewhere(c, a, group, M_READY | M_MEETS):
            agents[0] += 1


cdef void regroup_members(Centre *c, uint32_t q, int32_t group) noexcept nogil:
    """The queue is of another group now: its members are counted there. O(all memberships)."""
    cdef int32_t before = queue_at(c, q).queue_group
    cdef MembershipRow *row
    cdef uint32_t m
    for m in range(c.memberships.count):
        row = membership_at(c, m)
        if row.flags & M_ALIVE and row.queue == q:
            queue_at(c, q).queue_group = before
            count_groups(c, row.agent, -1)
            queue_at(c, q).queue_group = group
            count_groups(c, row.agent, 1)
    queue_at(c, q).queue_group = group


cdef void recount(Centre *c, uint32_t a, int by) noexcept nogil:
    """Takes the agent out of (-1), or puts it back into (1), every kept count: around an edit of its
    skills."""
    cdef AgentRow *agent = agent_at(c, a)
    cdef MembershipRow *row
    cdef uint32_t m
    cdef bint counted = False
    for m in range(agent.membership_start, agent.membership_start + agent.membership_count):
        row = membership_at(c, m)
        counted = counted or row.flags & M_COUNTED
        count_watches(c, a, row.queue, by if row.flags & M_READY else 0, by if row.flags & M_COUNTED else 0)
    count_watches(c, a, -1, by if agent.ready_count else 0, by if counted else 0)
