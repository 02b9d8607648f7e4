"""The invariants (docs/ARCHITECTURE.md, "What always holds"). Slow and plain: every count that is kept is
counted again, every link is followed, and every waiting interaction is asked whether somebody could take it.
O(agents + memberships + waiting x members)."""

from libc.stdint cimport int32_t, int64_t, uint32_t
from libc.string cimport memset

from huntgroup.core.state.awaiting_rows cimport AwaitingRow
from huntgroup.core.state.centre cimport (
    agent_at, awaiting_at, Centre, channel_at, device_at, group_at, interaction_at, membership_at, offer_at,
    queue_at, queue_group_at, ring_at, slot_fields, table_reserve, wrap_at)
from huntgroup.core.state.hours cimport hours_at
from huntgroup.core.state.native cimport (
    hg_hours_is_open, hg_hours_next_change, HG_NEVER, HG_NONE, hg_ring_carried, hg_ring_validate, hg_timer,
    hg_wait_first, hg_wait_next, hg_wait_validate, hg_wheel_validate)
from huntgroup.core.readiness.awaiting cimport takes_overflow
from huntgroup.core.readiness.members cimport limit_of
from huntgroup.core.readiness.presence cimport best, outward
from huntgroup.core.readiness.serving cimport held_of
from huntgroup.core.state.references cimport all_found
from huntgroup.core.state.requirement cimport meets
from huntgroup.core.state.rows cimport (
    A_ALIVE, A_STOP_NEW, AgentRow, APART_SHUT, ChannelRow, F_LOGGED_IN, HOLDS_CHANNEL, HOLDS_SLOT,
    I_ENTRY_OPEN, I_REF, InteractionRow, M_ALIVE, M_AT_LIMIT, M_COUNTED, M_LOGGED_IN, M_MEETS,
    M_READY, M_SERVES, MembershipRow, NAMELESS_DEVICE, NO_TIER, Q_ALIVE, Q_AWAITED, Q_HOURS, Q_OPEN,
    QueueGroupRow, QueueRow, RingRow, S_CONSULTING, S_DIALING, S_HANDLING, S_IN_CONFERENCE, S_OFFERED,
    S_ON_HOLD, S_PARKED, S_QUEUED, WatchRow)
from huntgroup.core.readiness.status cimport (
    has_capability, has_device, has_room, held_back, receives_from, signed_in)
from huntgroup.core.readiness.waiting cimport stands_apart
from huntgroup.core.python.verify_interactions cimport (
    check_conservation, check_decisions, check_dialled, check_interaction)


cdef bint at_limit_by_rules(Centre *c, uint32_t m) noexcept nogil:
    """ELIG-6: the agent holds as many of the queue's interactions as the membership lets it."""
    cdef MembershipRow *row = membership_at(c, m)
    cdef int32_t limit = limit_of(c, row.agent, row.queue)
    return limit >= 0 and held_of(c, row.agent, row.queue) >= <uint32_t> limit


cdef uint32_t named_devices(Centre *c, AgentRow *row, uint32_t channel) noexcept nogil:
    cdef uint32_t d = row.device_head, count = 0
    while d != HG_NONE:
        count += device_at(c, d).channel == channel
        d = device_at(c, d).next
    return count


cdef bint ready_by_rules(Centre *c, uint32_t m) noexcept nogil:
    """ELIG-1 to ELIG-6 without the delay, asked one by one."""
    cdef MembershipRow *row = membership_at(c, m)
    cdef AgentRow *agent = agent_at(c, row.agent)
    cdef uint32_t channel = queue_at(c, row.queue).channel
    if not signed_in(c, row.agent) or not receives_from(c, row.agent, row.queue) or agent.pending >= 0:
        return False
    if agent.flags & A_STOP_NEW or agent.wrap_mask & c.wrap_blocked_by[channel]:
        return False
    if not row.flags & M_LOGGED_IN or at_limit_by_rules(c, m):
        return False
    return (has_capability(c, row.agent, channel) and has_device(c, row.agent, channel)
            and has_room(c, row.agent, channel) and not held_back(c, row.agent))


cdef bint carries_signature(Centre *c, RingRow *ring, uint32_t slot, uint32_t a) noexcept nogil:
    cdef uint32_t k
    for k in range(c.signature_words):
        if hg_ring_carried(&ring.ring, k)[slot] != c.signatures[<size_t> a * c.signature_words + k]:
            return False
    return True


cdef bint serves_by_rules(Centre *c, uint32_t m) noexcept nogil:
    """PRES-9, asked rule by rule."""
    cdef MembershipRow *row = membership_at(c, m)
    cdef AgentRow *agent = agent_at(c, row.agent)
    if not row.flags & M_LOGGED_IN or not signed_in(c, row.agent) or not agent.effective & F_LOGGED_IN:
        return False
    if agent.pending >= 0:
        return False
    if agent.offer_count or agent.handling_count or agent.wrap_count:
        return True
    return receives_from(c, row.agent, row.queue)


cdef const char *check_membership(Centre *c, uint32_t m, uint32_t a) noexcept nogil:
    cdef MembershipRow *row = membership_at(c, m)
    cdef RingRow *ring
    cdef ChannelRow *on
    cdef bint live, is_ready = (row.flags & M_READY) != 0
    cdef bint does_meet = (row.flags & M_MEETS) != 0, is_counted = (row.flags & M_COUNTED) != 0
    cdef bint counts = row.flags & M_LOGGED_IN and signed_in(c, a) and agent_at(c, a).effective & F_LOGGED_IN
    if row.agent != a or not row.flags & M_ALIVE or not queue_at(c, row.queue).flags & Q_ALIVE:
        return "a membership belongs to another agent or to a queue that is gone"
    if is_ready != ready_by_rules(c, m):
        return "a membership is counted as ready against the rules"
    if does_meet != meets(c, queue_at(c, row.queue).requirement, a):
        return "a membership's note of meeting the queue's requirement is wrong"
    if is_counted != counts:
        return "a membership is counted as logged in against the rules"
    if ((row.flags & M_AT_LIMIT) != 0) != at_limit_by_rules(c, m):
        return "a membership's note of its limit is wrong"
    if ((row.flags & M_SERVES) != 0) != serves_by_rules(c, m):
        return "a membership is counted as serving against the rules"
    live = False
    if row.ring != HG_NONE:
        ring = ring_at(c, row.ring)
        if row.slot >= ring.ring.tail or ring.ring.member[row.slot] != m:
            return "a membership's slot holds another"
        live = (ring.ring.live[row.slot >> 6] >> (row.slot & 63)) & 1
        if ring.carries and not carries_signature(c, ring, row.slot, a):
            return "a slot carries another signature than its agent's"
        if live:
            on = channel_at(c, a, c.capability[queue_at(c, row.queue).channel])
            if ring.queue != row.queue or ring.tier != row.tier or (
                    <uint32_t> ring.load * on.capacity != <uint32_t> on.load * ring.capacity):
                return "a membership is live in the wrong ring"
    if live != is_ready:
        return "a live bit and the readiness of its member differ"
    return NULL


cdef const char *check_agent(Centre *c, uint32_t a) noexcept nogil:
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t m, ready = 0, unfit = 0, counted = 0, count, o, i, w, channel, load, capability
    cdef int32_t units = 0
    cdef bint fits
    cdef const char *fault
    cdef uint32_t held[16]
    cdef uint32_t wraps[16]
    cdef uint32_t slots[16]
    cdef uint32_t offered[16]
    for channel in range(16):
        held[channel] = 0
        wraps[channel] = 0
        slots[channel] = 0
        offered[channel] = 0
    for m in range(row.membership_start, row.membership_start + row.membership_count):
        fault = check_membership(c, m, a)
        if fault != NULL:
            return fault
        ready += (membership_at(c, m).flags & M_READY) != 0
        unfit += (membership_at(c, m).flags & (M_READY | M_MEETS)) == M_READY
        counted += (membership_at(c, m).flags & M_COUNTED) != 0
    if ready != row.ready_count or unfit != row.unfit_count or counted != row.counted_count:
        return "an agent's count of ready memberships is wrong"
    count = 0
    o = row.offer_head
    while o != HG_NONE:
        i = offer_at(c, o).interaction
        if offer_at(c, o).agent != a or interaction_at(c, i).state != S_OFFERED or (
                offer_at(c, o).timer == HG_NONE):
            return "an open offer is of another agent, of an interaction not offered, or without a timer"
        held[interaction_at(c, i).channel] += 1
        offered[c.capability[interaction_at(c, i).channel]] += 1
        count += 1
        o = offer_at(c, o).agent_next
    if count != row.offer_count:
        return "an agent's count of open offers is wrong"
    count = 0
    i = row.held_head
    while i != HG_NONE:
        if interaction_at(c, i).agent != <int32_t> a or interaction_at(c, i).state not in (
                S_DIALING, S_HANDLING, S_ON_HOLD, S_CONSULTING, S_IN_CONFERENCE):
            return "an agent handles an interaction that is not its own"
        held[interaction_at(c, i).channel] += 1
        count += 1
        i = interaction_at(c, i).held.next
    if count != row.handling_count:
        return "an agent's count of interactions handled is wrong"
    count = 0
    w = row.wrap_head
    while w != HG_NONE:
        if wrap_at(c, w).agent != a or wrap_at(c, w).timer == HG_NONE:
            return "a wrap-up is of another agent or without a timer"
        channel = wrap_at(c, w).channel
        wraps[channel] += wrap_at(c, w).holds == HOLDS_CHANNEL
        slots[c.capability[channel]] += wrap_at(c, w).holds == HOLDS_SLOT
        count += 1
        w = wrap_at(c, w).next
    if count != row.wrap_count:
        return "an agent's count of wrap-ups is wrong"
    for channel in range(c.channel_count):
        if channel_at(c, a, channel).held != held[channel] or channel_at(c, a,
                                                                         channel).wraps != wraps[channel]:
            return "an agent's count of interactions on a channel is wrong"
        if ((row.held_mask >> channel) & 1) != (held[channel] != 0) or (
                (row.wrap_mask >> channel) & 1) != (wraps[channel] != 0):
            return "an agent's mask of channels is wrong"
        units += <int32_t> held[channel] * c.units[channel]
        if c.capability[channel] == channel:
            load = 0
            for capability in range(c.channel_count):
                if c.capability[capability] == channel:
                    load += held[capability]
            if slots[channel] != channel_at(c, a, channel).slots:
                return "an agent's count of wrap-ups that keep a slot is wrong"
            if load + slots[channel] != channel_at(c, a, channel).load:
                return "an agent's load is not what it holds"
            if (channel_at(c, a, channel).load > channel_at(c, a, channel).capacity) != channel_at(
                    c, a, channel).lowered:
                return "an agent's load exceeds a capacity that was not lowered under it, or the reverse"
            if offered[channel] and channel_at(c, a, channel).lowered:
                return "an agent is offered something beyond its capacity"
        if channel_at(c, a, channel).device & (NAMELESS_DEVICE - 1) != named_devices(c, row, channel):
            return "an agent's count of devices is wrong"
        fits = has_capability(c, a, channel) and has_device(c, a, channel)
        if ((row.fit_mask >> channel) & 1) != fits or (
                (row.room_mask >> channel) & 1) != has_room(c, a, channel):
            return "an agent's mask of capabilities is wrong"
    if units != row.units_used:
        return "an agent's units are not those of what it holds"
    i = row.parked_head
    while i != HG_NONE:
        if interaction_at(c, i).agent != <int32_t> a or interaction_at(c, i).state != S_PARKED:
            return "an agent's list of parked interactions holds another"
        i = interaction_at(c, i).held.next
    return NULL


cdef const char *check_queue(Centre *c, uint32_t q) noexcept nogil:
    """Rings and groups of one queue; the counts are compared by `check_counts`."""
    cdef QueueRow *row = queue_at(c, q)
    cdef uint32_t r = row.first_ring, g, i, waiting = 0
    cdef RingRow *ring
    cdef const char *reason = NULL
    while r != HG_NONE:
        ring = ring_at(c, r)
        if not hg_ring_validate(&ring.ring, slot_fields(c), sizeof(MembershipRow), &reason):
            return reason
        if ring.ring.tail and ring.ring.key[ring.ring.tail - 1] > c.entered_key:
            return "a key is above the highest one"
        r = ring.next
    g = row.first_group
    while g != HG_NONE:
        if not hg_wait_validate(group_at(c, g).root, c.interactions.rows, sizeof(InteractionRow), &reason):
            return reason
        i = hg_wait_first(group_at(c, g).root, c.interactions.rows, sizeof(InteractionRow))
        while i != HG_NONE:
            if interaction_at(c, i).state != S_QUEUED or interaction_at(c, i).queue != <int32_t> q or (
                    interaction_at(c, i).group != g):
                return "an interaction waits where it does not belong"
            if group_at(c, g).apart != stands_apart(interaction_at(c, i)) or (
                    group_at(c, g).apart == APART_SHUT and row.flags & Q_OPEN):
                return "an interaction waits apart, or does not, against the rules"
            waiting += 1
            i = hg_wait_next(c.interactions.rows, sizeof(InteractionRow), i)
        g = group_at(c, g).links.next
    if waiting != row.waiting_count:
        return "a queue's count of waiting interactions is wrong"
    if row.presence != outward(row):
        return "a queue's outward presence is wrong"
    return check_hours(c, q)


cdef const char *check_hours(Centre *c, uint32_t q) noexcept nogil:
    """Open as its hours say of now, with a timer for the next change; without hours always open."""
    cdef QueueRow *row = queue_at(c, q)
    cdef int64_t change, armed = HG_NEVER
    if not row.flags & Q_ALIVE:
        if row.timer != HG_NONE:
            return "a queue that is gone has a timer"
        return NULL
    if row.timer != HG_NONE:
        armed = (<hg_timer *> c.timers.rows)[row.timer].at_ns
    if not row.flags & Q_HOURS:
        if not row.flags & Q_OPEN or armed != HG_NEVER:
            return "a queue without hours is not just open"
        return NULL
    change = hg_hours_next_change(hours_at(c, q), c.now_ns)
    if (row.flags & Q_OPEN != 0) != hg_hours_is_open(hours_at(c, q), c.now_ns) or armed != change:
        return "a queue is not open as its hours say"
    return NULL


cdef const char *check_awaiting(Centre *c, uint32_t q) noexcept nogil:
    """Interactions that wait in other queues for this one to open or to have room (WAIT-21)."""
    cdef QueueRow *row = queue_at(c, q)
    cdef uint32_t at
    cdef AwaitingRow *place
    cdef const char *reason = NULL
    if (row.flags & Q_AWAITED != 0) != (row.awaiting_root != HG_NONE) or row.returning or row.listed_target:
        return "what a queue notes of those who wait to overflow into it is wrong"
    if row.awaiting_root == HG_NONE:
        return NULL
    if not hg_wait_validate(row.awaiting_root, c.awaiting.rows, sizeof(AwaitingRow), &reason):
        return reason
    if takes_overflow(c, q):
        return "an overflow was passed over whose target takes it"
    at = hg_wait_first(row.awaiting_root, c.awaiting.rows, sizeof(AwaitingRow))
    while at != HG_NONE:
        place = awaiting_at(c, at)
        if place.target != q or interaction_at(c, place.interaction).awaiting != at or (
                interaction_at(c, place.interaction).node.id != place.node.id):
            return "a place among those who wait to overflow is somebody else's"
        at = hg_wait_next(c.awaiting.rows, sizeof(AwaitingRow), at)
    return NULL


cdef const char *check_group(Centre *c, uint32_t g) noexcept nogil:
    """The totals of one group of queues. O(queues + memberships)."""
    cdef QueueGroupRow *group = queue_group_at(c, g)
    cdef int64_t ready = 0, logged_in = 0, waiting = 0
    cdef uint32_t q, a
    cdef QueueRow *queue
    for q in range(c.queues.count):
        queue = queue_at(c, q)
        if queue.flags & Q_ALIVE and queue.queue_group == <int32_t> g:
            ready += queue.ready_count
            logged_in += queue.logged_in_count
            waiting += queue.waiting_count
    if group.ready != ready or group.logged_in != logged_in or group.waiting != waiting or (
            group.presence != best(group.by_presence)):
        return "a group's totals are not those of its queues"
    ready = 0
    logged_in = 0
    for a in range(c.agents.count):
        ready += has_one(c, a, <int32_t> g, M_READY | M_MEETS)
        logged_in += has_one(c, a, <int32_t> g, M_COUNTED)
    if group.agents_ready != ready or group.agents_logged_in != logged_in:
        return "a group's counts of agents are wrong"
    return NULL


cdef bint has_one(Centre *c, uint32_t a, int32_t group, uint32_t flags) noexcept nogil:
    """Whether the agent has a membership with these flags in a queue of the group (-1: in any)."""
    cdef AgentRow *agent = agent_at(c, a)
    cdef uint32_t m
    if not agent.flags & A_ALIVE:
        return False
    for m in range(agent.membership_start, agent.membership_start + agent.membership_count):
        if (membership_at(c, m).flags & flags) == flags and (
                group < 0 or queue_at(c, membership_at(c, m).queue).queue_group == group):
            return True
    return False


cdef uint32_t in_hand_by_scan(Centre *c, uint32_t q) noexcept nogil:
    """How many of the queue's interactions are offered or handled. O(interactions)."""
    cdef uint32_t i, count = 0
    cdef InteractionRow *row
    for i in range(c.interactions.count):
        row = interaction_at(c, i)
        if row.node.id and row.queue == <int32_t> q and S_OFFERED <= row.state <= S_IN_CONFERENCE:
            count += 1
    return count


cdef const char *check_counts(Centre *c, uint32_t *which) noexcept nogil:
    """Ready and logged-in counts of every queue, by one pass over the memberships; the totals by one over
    the queues."""
    cdef uint32_t q, m
    cdef int64_t ready = 0, logged_in = 0, waiting = 0
    cdef MembershipRow *row
    cdef QueueRow *queue
    cdef const char *fault
    cdef uint32_t *counted
    # Two more, so that there is a block even without a queue.
    if table_reserve(&c.candidates, 3 * c.queues.count + 2) != 0:
        return "there is no memory to count in"
    counted = <uint32_t *> c.candidates.rows
    memset(counted, 0, 3 * c.queues.count * sizeof(uint32_t))
    for m in range(c.memberships.count):
        row = membership_at(c, m)
        if row.flags & M_ALIVE:
            counted[3 * row.queue] += (row.flags & (M_READY | M_MEETS)) == (M_READY | M_MEETS)
            counted[3 * row.queue + 1] += (row.flags & M_COUNTED) != 0
            counted[3 * row.queue + 2] += (row.flags & M_SERVES) != 0
            if row.flags & M_SERVES and queue_at(c, row.queue).lowest_tier > row.tier and (
                    queue_at(c, row.queue).while_staffed):
                which[0] = row.queue
                return "a member serves in a tier below the lowest that is noted"
    for q in range(c.queues.count):
        queue = queue_at(c, q)
        if not queue.flags & Q_ALIVE:
            continue
        which[0] = q
        if counted[3 * q] != queue.ready_count:
            return "a queue's count of ready members is wrong"
        if counted[3 * q + 1] != queue.logged_in_count:
            return "a queue's count of logged-in members is wrong"
        if counted[3 * q + 2] != queue.serving_count:
            return "a queue's count of serving members is wrong"
        if queue.while_staffed != (queue.tiers != HG_NONE) or queue.while_staffed and (
                (queue.lowest_tier == NO_TIER) != (queue.serving_count == 0)):
            return "what a queue notes of the tiers that serve is wrong"
        if queue.at_most != (
                queue.max_handled >= 0 and in_hand_by_scan(c, q) >= <uint32_t> queue.max_handled):
            return "a queue's note of max_handled is wrong"
        ready += queue.ready_count
        logged_in += queue.logged_in_count
        waiting += queue.waiting_count
    for q in range(c.queue_groups.count):
        fault = check_group(c, q)
        if fault != NULL:
            which[0] = q
            return fault
    if c.total.ready != ready or c.total.logged_in != logged_in or c.total.waiting != waiting or (
            c.total.presence != best(c.total.by_presence)):
        return "the centre's totals are not those of its queues"
    ready = 0
    logged_in = 0
    for q in range(c.agents.count):
        ready += has_one(c, q, -1, M_READY | M_MEETS)
        logged_in += has_one(c, q, -1, M_COUNTED)
    if c.total.agents_ready != ready or c.total.agents_logged_in != logged_in:
        return "the centre's counts of agents are wrong"
    return NULL


cdef const char *check_entries(Centre *c, uint32_t *which) noexcept nogil:
    """Every entry into a queue is counted once, as something, or is still open (CHANGE-22). `candidates`
    holds the open entries by queue; references are counted on the way."""
    cdef uint32_t q, i, refs = 0
    cdef uint32_t *there
    cdef QueueRow *queue
    cdef InteractionRow *row
    if table_reserve(&c.candidates, c.queues.count + 1) != 0:
        return "there is no memory to count in"
    there = <uint32_t *> c.candidates.rows
    memset(there, 0, c.queues.count * sizeof(uint32_t))
    for i in range(c.interactions.count):
        row = interaction_at(c, i)
        which[0] = i
        if not row.node.id:
            continue
        if row.flags & I_ENTRY_OPEN:
            if row.queue < 0:
                return "an interaction without a queue has an entry that is not counted yet"
            there[row.queue] += 1
        refs += row.flags & I_REF != 0
    if refs != c.ref_count:
        return "the count of interactions with a reference is wrong"
    if not all_found(c):
        return "an interaction is not found by its reference"
    for q in range(c.queues.count):
        queue = queue_at(c, q)
        which[0] = q
        if queue.flags & Q_ALIVE and queue.entered != (
                queue.answered + queue.abandoned + queue.timed_out + queue.overflowed + queue.moved
                + queue.callback_failed + there[q]):
            return "a queue's counters do not add up"
        if queue.short_abandons > queue.abandoned:
            return "more hung up at once in a queue than hung up"
    return NULL


cdef const char *check_watches(Centre *c, uint32_t *which) noexcept nogil:
    """Every kept count of `Engine.count`, counted again."""
    cdef uint32_t k, a, m
    cdef int64_t ready, logged_in
    cdef bint is_ready, is_counted
    cdef WatchRow *watch
    cdef AgentRow *agent
    for k in range(c.watches.count):
        watch = <WatchRow *> c.watches.rows + k
        which[0] = k
        ready = 0
        logged_in = 0
        for a in range(c.agents.count):
            agent = agent_at(c, a)
            if not agent.flags & A_ALIVE or not meets(c, watch.requirement, a):
                continue
            is_ready = False
            is_counted = False
            for m in range(agent.membership_start, agent.membership_start + agent.membership_count):
                if watch.queue < 0 or membership_at(c, m).queue == watch.queue:
                    is_ready = is_ready or membership_at(c, m).flags & M_READY
                    is_counted = is_counted or membership_at(c, m).flags & M_COUNTED
            ready += is_ready
            logged_in += is_counted
        if ready != watch.ready or logged_in != watch.logged_in:
            return "a kept count of agents by requirement is wrong"
    return NULL


cdef const char *find_fault(Centre *c, unsigned int *which) noexcept nogil:
    """The first thing that does not hold, in static text, and the row it is about; NULL when all holds."""
    cdef const char *fault = NULL
    cdef uint32_t k
    if not hg_wheel_validate(&c.wheel, <hg_timer *> c.timers.rows, &fault):
        return fault
    for k in range(c.agents.count):
        which[0] = k
        if agent_at(c, k).flags & A_ALIVE:
            fault = check_agent(c, k)
            if fault != NULL:
                return fault
    for k in range(c.queues.count):
        which[0] = k
        if queue_at(c, k).flags & Q_ALIVE:
            fault = check_queue(c, k)
            if fault == NULL:
                fault = check_awaiting(c, k)
            if fault != NULL:
                return fault
    fault = check_counts(c, which)
    if fault == NULL:
        fault = check_entries(c, which)
    if fault == NULL:
        fault = check_watches(c, which)
    if fault == NULL:
        fault = check_decisions(c, which)
    if fault == NULL:
        fault = check_dialled(c, which)
    if fault != NULL:
        return fault
    for k in range(c.interactions.count):
        which[0] = k
        if interaction_at(c, k).node.id:
            fault = check_interaction(c, k)
            if fault == NULL and interaction_at(c, k).state == S_QUEUED:
                fault = check_conservation(c, k)
            if fault != NULL:
                return fault
    return NULL
