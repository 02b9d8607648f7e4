"""Load, work and status of one agent (docs/SEMANTICS.md, sections 2 and 3). Callers have called `act` on
the agent."""

from libc.stdint cimport int16_t, int32_t, int64_t, uint16_t, uint32_t

from huntgroup.core.state.centre cimport (
    Centre, add_up, agent_at, channel_at, device_at, enter_state, idle_key, interaction_at, queue_at,
    table_give, table_take, wrap_at)
from huntgroup.core.state.codes cimport EV_CONNECTION_CHANGED, EV_PARKED, EV_WRAP_UP_STARTED
from huntgroup.core.state.events cimport emit, emit_change
from huntgroup.core.readiness.members cimport join_queue_group, log_in_everywhere
from huntgroup.core.state.native cimport HG_NONE, hg_links_push, hg_timer
from huntgroup.core.state.rows cimport (
    AGENT_BITS, A_AFTER_ACCEPT, A_CONNECTION_LOST, A_PENDING_CHOSEN, A_PROFILE, AgentRow,
    ChannelRow, EventRow, F_LOGGED_IN, HOLDS_CHANNEL, HOLDS_SLOT, I_LEG, InteractionRow, MOVED_ALL,
    ProfileRow, QueueRow, RECENT, S_PARKED, StatusRow, TIMER_STATUS, TIMER_WRAP_UP, WrapRow)
from huntgroup.core.readiness.status cimport is_busy
from huntgroup.core.readiness.waiting cimport forget_decline
from huntgroup.core.state.timers cimport arm, disarm


cdef inline void lower_load(Centre *c, uint32_t a, ChannelRow *own, uint32_t channel) noexcept nogil:
    """One interaction less counts as held: the load falls and the idle time starts anew. `own`: the agent's
    channel 0."""
    # IDLE-5, STATE-11.
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t capability = c.capability[channel], sharers = c.sharers[capability]
    cdef ChannelRow *on = own + capability
    on.load -= 1
    on.load_key = idle_key(c, a)
    row.moved_mask |= sharers
    if on.load <= on.capacity:
        on.lowered = False
        if on.load < on.capacity:
            row.spare_mask |= <uint16_t> sharers


cdef inline void let_off(Centre *c, uint32_t a, ChannelRow *own, uint32_t channel) noexcept nogil:
    """One interaction less is held: its blocking and its units end. A wrap-up may keep its load."""
    cdef AgentRow *row = agent_at(c, a)
    own[channel].held -= 1
    if own[channel].held == 0:
        row.held_mask &= ~(<uint32_t> 1 << channel)
    row.units_used -= c.units[channel]


cdef void load_down(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    """One less. A withdrawal puts the idle key back afterwards."""
    cdef ChannelRow *own = channel_at(c, a, 0)
    lower_load(c, a, own, channel)
    let_off(c, a, own, channel)


cdef void park_for(Centre *c, uint32_t a, uint32_t i) noexcept nogil:
    """The agent no longer handles the interaction and owns it from now: no load, no wrap-up; the handling
    time is recorded. The caller ends the interaction's consultation before this, and calls `work_ended` after
    it."""
    cdef AgentRow *row = agent_at(c, a)
    cdef InteractionRow *it = interaction_at(c, i)
    stop_handling(c, a, i)
    load_down(c, a, it.channel)
    record_handling(c, it.queue, it.began_ns)
    # OWN-2, OWN-3: who owns it has not declined it, whatever was before.
    forget_decline(c, i, a)
    hg_links_push(&row.parked_head, &interaction_at(c, 0).held, sizeof(InteractionRow), i)
    enter_state(c, it, S_PARKED)
    emit(c, EV_PARKED, it.agent, it.node.id, it.queue, -1)


cdef void unpark(Centre *c, uint32_t i) noexcept nogil:
    """Takes the interaction off its owner's list of parked ones, if it has an owner; `agent` still names the
    owner."""
    cdef InteractionRow *it = interaction_at(c, i)
    if it.agent >= 0:
        unlink_held(c, &agent_at(c, <uint32_t> it.agent).parked_head, i)


cdef void forget_parked(Centre *c, uint32_t a) noexcept nogil:
    """OWN-9: what the agent owned has no owner any more."""
    cdef uint32_t i = agent_at(c, a).parked_head
    while i != HG_NONE:
        interaction_at(c, i).agent = -1
        i = interaction_at(c, i).held.next
    agent_at(c, a).parked_head = HG_NONE


cdef void begin_pending(Centre *c, uint32_t a) noexcept nogil:
    """The status that waits for the end of all work begins, if the agent has none any more."""
    # STATUS-16.
    cdef AgentRow *row = agent_at(c, a)
    cdef int32_t status = row.pending
    if not is_busy(c, a):
        row.pending = -1
        enter_status(c, a, status, CHOSEN if row.flags & A_PENDING_CHOSEN else SET)


cdef int64_t status_until(Centre *c, AgentRow *row) noexcept nogil:
    """When the status in force ends by its duration; -1 if it has none, or if that is now."""
    cdef int64_t at_ns
    if row.timer == HG_NONE:
        return -1
    at_ns = (<hg_timer *> c.timers.rows)[row.timer].at_ns
    return at_ns if at_ns > c.now_ns else -1


cdef void note_profile(Centre *c, uint32_t a) noexcept nogil:
    """Notes what the agent has chosen and what is in force, before it changes: the end of the step compares
    with it."""
    cdef AgentRow *row = agent_at(c, a)
    cdef ProfileRow *before
    cdef uint32_t k
    if row.flags & A_PROFILE or not c.keep_events:
        return
    if c.profiles_step != c.step:
        c.profiles_step = c.step
        c.profiles.count = 0
        c.next_profile = 0
    k = table_take(&c.profiles)
    if k == HG_NONE:
        c.failed = True
        return
    row.flags |= A_PROFILE
    before = <ProfileRow *> c.profiles.rows + k
    before.agent = a
    before.base = row.base
    before.selected = row.selected
    before.until_ns = status_until(c, row)


cdef void enter_status(Centre *c, uint32_t a, int32_t status, int how) noexcept nogil:
    """The status begins. Where it was chosen its queue group is joined, or its logins are set."""
    # STATUS-1, STATUS-12, STATUS-25.
    cdef AgentRow *row = agent_at(c, a)
    cdef StatusRow *rule = c.statuses + status
    note_profile(c, a)
    row.base = <int16_t> status
    row.flags &= ~<uint32_t> A_AFTER_ACCEPT
    if how != SET:
        row.selected = <int16_t> status
    disarm(c, &row.timer)
    if rule.duration_ns > 0:
        row.timer = arm(c, TIMER_STATUS, c.now_ns + rule.duration_ns, a, a)
    if how == SET:
        return
    if rule.queue_group != -1:
        join_queue_group(c, a, rule.queue_group)
    elif c.policy.status_sets_logins and how == CHOSEN and rule.flags & F_LOGGED_IN:
        log_in_everywhere(c, a)


cdef void choose_status(Centre *c, uint32_t a, int32_t status, int how) noexcept nogil:
    """A choice that was judged: waits for held work where the status says so, begins at once otherwise."""
    # STATUS-9, STATUS-10, STATUS-11, STATUS-13.
    cdef AgentRow *row = agent_at(c, a)
    if c.statuses[status].waits_for >= 0:
        status = c.statuses[status].waits_for
    if status == row.base:
        row.pending = -1
        enter_status(c, a, status, how)
    elif c.statuses[status].waits_as >= 0 and is_busy(c, a):
        row.pending = <int16_t> status
        row.flags |= A_PENDING_CHOSEN
    else:
        row.pending = -1
        enter_status(c, a, status, how)


cdef void engine_status(Centre *c, uint32_t a, int32_t status) noexcept nogil:
    """A status that the engine sets (No Answer and the like): waits for held work to end; an earlier wait
    stands."""
    # STATUS-14, STATUS-15.
    cdef AgentRow *row = agent_at(c, a)
    if status < 0:
        return
    if not is_busy(c, a):
        row.pending = -1
        enter_status(c, a, status, SET)
    elif row.pending < 0:
        row.pending = <int16_t> status
        row.flags &= ~<uint32_t> A_PENDING_CHOSEN


cdef int64_t wrap_up_length(Centre *c, uint32_t a, uint32_t i) noexcept nogil:
    """How long the agent wraps up after this interaction; 0: no wrap-up. The agent's own length counts first,
    then the queue's, then the channel's. A consultation has no wrap-up."""
    # WRAP-1, WRAP-3.
    cdef InteractionRow *it = interaction_at(c, i)
    if it.flags & I_LEG:
        return 0
    if agent_at(c, a).wrap_up_ns >= 0:
        return agent_at(c, a).wrap_up_ns
    if it.queue >= 0:
        return queue_at(c, <uint32_t> it.queue).wrap_up_ns
    return c.channel_wrap_up_ns[it.channel]


cdef bint release(Centre *c, uint32_t a, uint32_t i, bint owns, bint unanswered) noexcept nogil:
    """The agent no longer handles the interaction: the load falls unless a wrap-up keeps it. If no wrap-up
    starts, the handling time is recorded. `owns`: the interaction itself is in Wrap Up meanwhile.
    `unanswered`: it was dialled and nobody answered; only some channels have a wrap-up then, and no time is
    recorded. Returns whether a wrap-up runs."""
    # WRAP-2, WRAP-4, WRAP-5.
    cdef InteractionRow *it = interaction_at(c, i)
    cdef int64_t length = wrap_up_length(c, a, i)
    cdef WrapRow *wrap
    cdef ChannelRow *own
    cdef uint32_t channel
    if unanswered and not c.wrap_up_unanswered[it.channel]:
        length = 0
    stop_handling(c, a, i)
    if length == 0:
        load_down(c, a, it.channel)
        if not unanswered:
            record_handling(c, it.queue, it.began_ns)
        return False
    wrap = start_wrap_up(c, a, i, length, owns)
    if wrap == NULL:
        return False
    wrap.unanswered = unanswered
    own = channel_at(c, a, 0)
    channel = it.channel
    if wrap.holds != HOLDS_SLOT:
        lower_load(c, a, own, channel)
    else:
        own[c.capability[channel]].slots += 1
    let_off(c, a, own, channel)
    return True


cdef WrapRow *start_wrap_up(Centre *c, uint32_t a, uint32_t i, int64_t length, bint owns) noexcept nogil:
    """The row of a wrap-up that ends after `length`; what it holds beside the channel is the caller's."""
    # CMD-45.
    cdef InteractionRow *it = interaction_at(c, i)
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t w
    cdef WrapRow *wrap
    cdef EventRow *e
    w = row.wrap_head
    while w != HG_NONE:
        # The agent had this interaction before and still wraps it up: it keeps one wrap-up for it.
        if wrap_at(c, w).interaction_id == it.node.id:
            remove_wrap_up(c, w)
            break
        w = wrap_at(c, w).next
    w = table_take(&c.wraps)
    if w == HG_NONE:
        c.failed = True
        return NULL
    wrap = wrap_at(c, w)
    wrap.interaction_id = it.node.id
    wrap.began_ns = it.began_ns
    wrap.interaction = i if owns else HG_NONE
    wrap.agent = a
    wrap.queue = it.queue
    wrap.channel = it.channel
    wrap.holds = HOLDS_CHANNEL if it.queue < 0 else queue_at(c, <uint32_t> it.queue).wrap_up_holds
    wrap.prev = HG_NONE
    wrap.next = row.wrap_head
    if wrap.next != HG_NONE:
        wrap_at(c, wrap.next).prev = w
    row.wrap_head = w
    row.wrap_count += 1
    if wrap.holds == HOLDS_CHANNEL:
        channel_at(c, a, wrap.channel).wraps += 1
        row.wrap_mask |= <uint16_t> (1 << wrap.channel)
    wrap.timer = arm(c, TIMER_WRAP_UP, c.now_ns + length, (wrap.interaction_id << AGENT_BITS) | a, w)
    e = emit(c, EV_WRAP_UP_STARTED, <int32_t> a, it.node.id, it.queue, -1)
    if e != NULL:
        e.value = c.now_ns + length
    return wrap


cdef void drop_wrap_up(Centre *c, uint32_t w) noexcept nogil:
    """Ends a wrap-up on its agent. The caller emits the event and completes the interaction."""
    if not wrap_at(c, w).unanswered:
        record_handling(c, wrap_at(c, w).queue, wrap_at(c, w).began_ns)
    remove_wrap_up(c, w)


cdef void remove_wrap_up(Centre *c, uint32_t w) noexcept nogil:
    cdef WrapRow *wrap = wrap_at(c, w)
    cdef AgentRow *row = agent_at(c, wrap.agent)
    cdef ChannelRow *on = channel_at(c, wrap.agent, wrap.channel)
    cdef uint32_t a = wrap.agent, channel = wrap.channel
    cdef int holds = wrap.holds
    disarm(c, &wrap.timer)
    if wrap.prev != HG_NONE:
        wrap_at(c, wrap.prev).next = wrap.next
    else:
        row.wrap_head = wrap.next
    if wrap.next != HG_NONE:
        wrap_at(c, wrap.next).prev = wrap.prev
    row.wrap_count -= 1
    table_give(&c.wraps, w)
    if holds == HOLDS_CHANNEL:
        on.wraps -= 1
        if on.wraps == 0:
            row.wrap_mask &= <uint16_t> ~(1 << channel)
    elif holds == HOLDS_SLOT:
        channel_at(c, a, c.capability[channel]).slots -= 1
        lower_load(c, a, channel_at(c, a, 0), channel)


cdef void record_handling(Centre *c, int32_t q, int64_t began_ns) noexcept nogil:
    """One more handling time, wrap-up included, for the queue's estimated wait and mean."""
    cdef QueueRow *queue
    cdef int64_t *slot
    cdef int64_t took = c.now_ns - began_ns
    if q < 0:
        return
    queue = queue_at(c, <uint32_t> q)
    slot = <int64_t *> (c.recent.rows + <size_t> q * c.recent.size) + queue.recent_count % RECENT
    slot[0] = took
    queue.recent_count += 1
    queue.handled += 1
    add_up(&queue.handled_ns, &queue.handled_over, took)


cdef void drop_device(Centre *c, uint32_t a, uint32_t d) noexcept nogil:
    cdef uint32_t *link = &agent_at(c, a).device_head
    while link[0] != d:
        link = &device_at(c, link[0]).next
    link[0] = device_at(c, d).next
    table_give(&c.devices, d)


cdef void forget_devices(Centre *c, uint32_t a) noexcept nogil:
    """Nothing is connected any more. O(channels + its devices)."""
    cdef uint32_t channel
    while agent_at(c, a).device_head != HG_NONE:
        drop_device(c, a, agent_at(c, a).device_head)
    for channel in range(c.channel_count):
        channel_at(c, a, channel).device = 0


cdef void tell_connection(Centre *c, uint32_t a, bint connected) noexcept nogil:
    emit_change(c, EV_CONNECTION_CHANGED, <int32_t> a, -1, -1, -1, -1, connected)


cdef void restore_connection(Centre *c, uint32_t a) noexcept nogil:
    """The connection is no longer lost; the caller acts on the agent."""
    # CONN-3.
    if agent_at(c, a).flags & A_CONNECTION_LOST:
        agent_at(c, a).flags &= ~<uint32_t> A_CONNECTION_LOST
        agent_at(c, a).moved_mask |= MOVED_ALL
        tell_connection(c, a, True)
