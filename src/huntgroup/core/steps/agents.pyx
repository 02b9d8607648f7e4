"""Load, work and status of one agent (docs/SEMANTICS.md, sections 2 and 3). Callers have called `act` on
the agent."""

from libc.stdint cimport int16_t, int32_t, int64_t, uint16_t, uint32_t

from huntgroup.core.state.centre cimport (
    Centre, agent_at, channel_at, idle_key, interaction_at, queue_at, table_give, table_take, wrap_at)
from huntgroup.core.state.codes cimport EV_WRAP_UP_STARTED
from huntgroup.core.state.events cimport emit
from huntgroup.core.readiness.members cimport join_queue_group
from huntgroup.core.state.native cimport HG_NONE
from huntgroup.core.state.rows cimport (
    AGENT_BITS, A_PENDING_CHOSEN, A_STOP_NEW, AgentRow, ChannelRow, InteractionRow, QueueRow, RECENT,
    StatusRow, TIMER_STATUS, TIMER_WRAP_UP, WrapRow)
from huntgroup.core.readiness.status cimport is_busy
from huntgroup.core.state.timers cimport arm, disarm


cdef void load_up(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    """One more offered or dialled: the load of the capability, the blocking of the channel, the units."""
    # IDLE-3.
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t capability = c.capability[channel]
    cdef ChannelRow *on = channel_at(c, a, capability)
    on.load += 1
    on.load_key = idle_key(c, a)
    channel_at(c, a, channel).held += 1
    row.held_mask |= <uint32_t> 1 << channel
    row.moved_mask |= c.sharers[capability]
    if on.load == on.capacity:
        row.spare_mask &= <uint16_t> ~c.sharers[capability]
    row.units_used += c.units[channel]


cdef void load_down(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    """One less. The idle time starts anew; a withdrawal puts the key back afterwards."""
    # IDLE-5, STATE-11.
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t capability = c.capability[channel]
    cdef ChannelRow *on = channel_at(c, a, capability)
    on.load -= 1
    on.load_key = idle_key(c, a)
    if on.load < on.capacity:
        row.spare_mask |= <uint16_t> c.sharers[capability]
    on = channel_at(c, a, channel)
    on.held -= 1
    if on.held == 0:
        row.held_mask &= ~(<uint32_t> 1 << channel)
    row.moved_mask |= c.sharers[capability]
    row.units_used -= c.units[channel]


cdef void begin_handling(Centre *c, uint32_t a, uint32_t i) noexcept nogil:
    """The agent handles the interaction from now; its load was raised before."""
    cdef AgentRow *row = agent_at(c, a)
    cdef InteractionRow *it = interaction_at(c, i)
    it.agent = <int32_t> a
    it.began_ns = c.now_ns
    it.held_prev = HG_NONE
    it.held_next = row.held_head
    if it.held_next != HG_NONE:
        interaction_at(c, it.held_next).held_prev = i
    row.held_head = i
    row.handling_count += 1
    if (c.policy.stop_new_channels >> it.channel) & 1:
        row.stop_new_count += 1


cdef void stop_handling(Centre *c, uint32_t a, uint32_t i) noexcept nogil:
    """The reverse; the caller lowers the load, unless another takes it over."""
    cdef AgentRow *row = agent_at(c, a)
    cdef InteractionRow *it = interaction_at(c, i)
    if it.held_prev != HG_NONE:
        interaction_at(c, it.held_prev).held_next = it.held_next
    else:
        row.held_head = it.held_next
    if it.held_next != HG_NONE:
        interaction_at(c, it.held_next).held_prev = it.held_prev
    row.handling_count -= 1
    if (c.policy.stop_new_channels >> it.channel) & 1:
        row.stop_new_count -= 1


cdef void work_ended(Centre *c, uint32_t a) noexcept nogil:
    """After something held or a wrap-up ended: Stop New ends with the last interaction, a pending status
    begins with the last of all work."""
    # STATUS-16.
    cdef AgentRow *row = agent_at(c, a)
    cdef int32_t status = row.pending
    if row.handling_count == 0:
        row.flags &= ~<uint32_t> A_STOP_NEW
    if status >= 0 and not is_busy(c, a):
        row.pending = -1
        enter_status(c, a, status, (row.flags & A_PENDING_CHOSEN) != 0)


cdef void enter_status(Centre *c, uint32_t a, int32_t status, bint chosen) noexcept nogil:
    """The status begins: `chosen` by a person, or set by the engine."""
    # STATUS-1, STATUS-12.
    cdef AgentRow *row = agent_at(c, a)
    cdef StatusRow *rule = c.statuses + status
    row.base = <int16_t> status
    if chosen:
        row.selected = <int16_t> status
    disarm(c, &row.timer)
    if rule.duration_ns > 0:
        row.timer = arm(c, TIMER_STATUS, c.now_ns + rule.duration_ns, a, a)
    if chosen and rule.queue_group != -1:
        join_queue_group(c, a, rule.queue_group)


cdef void choose_status(Centre *c, uint32_t a, int32_t status) noexcept nogil:
    """A choice that was judged: waits for held work where the status says so, begins at once otherwise."""
    # STATUS-9, STATUS-10, STATUS-11, STATUS-13.
    cdef AgentRow *row = agent_at(c, a)
    if c.statuses[status].waits_for >= 0:
        status = c.statuses[status].waits_for
    if status == row.base:
        row.pending = -1
        enter_status(c, a, status, True)
    elif c.statuses[status].waits_as >= 0 and is_busy(c, a):
        row.pending = <int16_t> status
        row.flags |= A_PENDING_CHOSEN
    else:
        row.pending = -1
        enter_status(c, a, status, True)


cdef void engine_status(Centre *c, uint32_t a, int32_t status) noexcept nogil:
    """A status that the engine sets (No Answer and the like): waits for held work to end; an earlier wait
    stands."""
    # STATUS-14, STATUS-15.
    cdef AgentRow *row = agent_at(c, a)
    if status < 0:
        return
    if not is_busy(c, a):
        row.pending = -1
        enter_status(c, a, status, False)
    elif row.pending < 0:
        row.pending = <int16_t> status
        row.flags &= ~<uint32_t> A_PENDING_CHOSEN


cdef int start_wrap_up(Centre *c, uint32_t a, uint32_t i, int32_t q, bint owns) noexcept nogil:
    """Wrap-up by the queue's time, 0 if there is none. `owns`: the interaction itself is in Wrap Up until
    then."""
    # CMD-45.
    cdef InteractionRow *it = interaction_at(c, i)
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t w
    cdef WrapRow *wrap
    if q < 0 or queue_at(c, <uint32_t> q).wrap_up_ns <= 0:
        return 0
    w = row.wrap_head
    while w != HG_NONE:
        # The same interaction came back and went again: one wrap-up is enough.
        if wrap_at(c, w).interaction_id == it.node.id:
            remove_wrap_up(c, w)
            break
        w = wrap_at(c, w).next
    w = table_take(&c.wraps)
    if w == HG_NONE:
        c.failed = True
        return 0
    wrap = wrap_at(c, w)
    wrap.interaction_id = it.node.id
    wrap.began_ns = it.began_ns
    wrap.interaction = i if owns else HG_NONE
    wrap.agent = a
    wrap.queue = q
    wrap.channel = it.channel
    wrap.prev = HG_NONE
    wrap.next = row.wrap_head
    if wrap.next != HG_NONE:
        wrap_at(c, wrap.next).prev = w
    row.wrap_head = w
    row.wrap_count += 1
    channel_at(c, a, wrap.channel).wraps += 1
    row.wrap_mask |= <uint16_t> (1 << wrap.channel)
    wrap.timer = arm(c, TIMER_WRAP_UP, c.now_ns + queue_at(c, <uint32_t> q).wrap_up_ns,
                     (wrap.interaction_id << AGENT_BITS) | a, w)
    emit(c, EV_WRAP_UP_STARTED, <int32_t> a, it.node.id, q, -1)
    return 1


cdef void drop_wrap_up(Centre *c, uint32_t w) noexcept nogil:
    """Ends a wrap-up on its agent; telling so and completing the interaction are the caller's."""
    record_handling(c, wrap_at(c, w).queue, wrap_at(c, w).began_ns)
    remove_wrap_up(c, w)


cdef void remove_wrap_up(Centre *c, uint32_t w) noexcept nogil:
    cdef WrapRow *wrap = wrap_at(c, w)
    cdef AgentRow *row = agent_at(c, wrap.agent)
    cdef ChannelRow *on = channel_at(c, wrap.agent, wrap.channel)
    disarm(c, &wrap.timer)
    if wrap.prev != HG_NONE:
        wrap_at(c, wrap.prev).next = wrap.next
    else:
        row.wrap_head = wrap.next
    if wrap.next != HG_NONE:
        wrap_at(c, wrap.next).prev = wrap.prev
    row.wrap_count -= 1
    on.wraps -= 1
    if on.wraps == 0:
        row.wrap_mask &= <uint16_t> ~(1 << wrap.channel)
    table_give(&c.wraps, w)


cdef void record_handling(Centre *c, int32_t q, int64_t began_ns) noexcept nogil:
    """One more handling time, wrap-up included, for the queue's estimated wait and mean."""
    cdef QueueRow *queue
    cdef int64_t *slot
    cdef int64_t took = c.now_ns - began_ns
    if q < 0:
        return
    queue = queue_at(c, <uint32_t> q)
    slot = <int64_t *> (c.recent.rows + <size_t> q * c.recent.size) + queue.recent_count % RECENT
    if queue.recent_count >= RECENT:
        queue.recent_ns -= slot[0]
    slot[0] = took
    queue.recent_ns += took
    queue.recent_count += 1
    queue.handled += 1
    queue.handled_ns += took


cdef void note_status_time(Centre *c, uint32_t a) noexcept nogil:
    """Adds the time since the shown status began to its account, and starts the next stretch."""
    cdef AgentRow *row = agent_at(c, a)
    c.status_time[<size_t> a * c.status_width + <uint32_t> row.shown] += c.now_ns - row.since_ns
    row.since_ns = c.now_ns
