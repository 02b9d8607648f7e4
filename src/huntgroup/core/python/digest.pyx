"""Canonical numbers of agents, queues and interactions. The place of a row, spare room, slots, marks and free
lists are left out: two centres that behave alike from now on give the same stream."""

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.string cimport memcpy

from huntgroup.core.state.centre cimport (
    Centre, Table, agent_at, channel_at, decline_at, interaction_at, membership_at, offer_at, queue_at,
    relax_at, table_take, wrap_at)
from huntgroup.core.readiness.members cimport limit_of
from huntgroup.core.state.native cimport HG_NONE, hg_timer
from huntgroup.core.state.rows cimport (
    AgentRow, A_ACTED, A_NO_GAIN, A_TOUCHED, ChannelRow, DelayRow, FinishedRow, InteractionRow,
    I_KEPT, I_LISTED, MembershipRow, M_LOGGED_IN, QueueRow, Q_ALIVE, Q_HOURS, Q_OPEN, RECENT, RequirementRow,
    VisitRow)
from huntgroup.core.state.user_rows cimport GivenRow
from huntgroup.core.state.user_values cimport agent_user_at, given_with


cdef void put(Centre *c, Table *out, int64_t value) noexcept nogil:
    cdef uint32_t at = table_take(out)
    if at != HG_NONE:
        (<int64_t *> out.rows)[at] = value


cdef int64_t content(Centre *c, int32_t requirement) noexcept nogil:
    """A requirement by what it says: its row depends on the order in which texts were first seen."""
    return 0 if requirement <= 0 else (<RequirementRow *> c.requirements.rows)[requirement].content


cdef int64_t due(Centre *c, uint32_t timer) noexcept nogil:
    return -1 if timer == HG_NONE else (<hg_timer *> c.timers.rows)[timer].at_ns


cdef uint32_t following_queue(Centre *c, AgentRow *row, int64_t after) noexcept nogil:
    """The agent's membership with the lowest queue above `after`; memberships stand in no order that
    counts."""
    cdef uint32_t m, best = HG_NONE
    for m in range(row.membership_start, row.membership_start + row.membership_count):
        if membership_at(c, m).queue > after and (
                best == HG_NONE or membership_at(c, m).queue < membership_at(c, best).queue):
            best = m
    return best


cdef void put_agent(Centre *c, Table *out, uint32_t a) noexcept nogil:
    cdef AgentRow *row = agent_at(c, a)
    cdef ChannelRow *on
    cdef MembershipRow *member
    cdef uint32_t k, m, _
    cdef int64_t after = -1
    put(c, out, row.flags & ~<uint32_t> (A_TOUCHED | A_ACTED | A_NO_GAIN))
    put(c, out, row.base)
    put(c, out, row.selected)
    put(c, out, row.pending)
    put(c, out, row.shown)
    put(c, out, row.external)
    put(c, out, row.misses)
    put(c, out, row.rejects)
    put(c, out, row.accepted_count)
    put(c, out, row.units_capacity)
    put(c, out, row.since_ns)
    put(c, out, row.clock_ns)
    put(c, out, row.busy_ns)
    put(c, out, row.ready_ns)
    put(c, out, row.signed_in_ns)
    put(c, out, row.wrap_up_ns)
    put(c, out, row.role)
    put(c, out, due(c, row.timer))
    put_agent_users(c, out, a)
    for k in range(c.channel_count):
        on = channel_at(c, a, k)
        put(c, out, <int64_t> on.load_key)
        put(c, out, <int64_t> on.able_key)
        put(c, out, on.capacity)
        put(c, out, on.load)
        put(c, out, on.device)
    for k in range(c.skill_count):
        put(c, out, c.skills[<size_t> a * c.skill_width + k])
    for k in range(c.status_count):
        put(c, out, c.status_time[<size_t> a * c.status_width + k])
    for _ in range(row.membership_count):
        m = following_queue(c, row, after)
        member = membership_at(c, m)
        after = member.queue
        put(c, out, member.queue)
        put(c, out, <int64_t> member.own_key)
        put(c, out, member.position)
        put(c, out, member.tier)
        put(c, out, member.rank)
        put(c, out, (<DelayRow *> c.delays.rows)[member.delay].delay_ns)
        put(c, out, (member.flags & M_LOGGED_IN) != 0)
        if row.limit_head != HG_NONE:
            put(c, out, limit_of(c, a, member.queue))
    put_wraps(c, out, row)


cdef void put_number(Centre *c, Table *out, double value) noexcept nogil:
    """Its bits: floats that are equal have equal ones, as no number of the caller's is NaN or -0.0."""
    cdef int64_t bits
    memcpy(&bits, &value, sizeof(double))
    put(c, out, bits)


cdef void put_agent_users(Centre *c, Table *out, uint32_t a) noexcept nogil:
    """Which of the caller's numbers are not 0, and those: one never given is like one given as 0."""
    cdef uint32_t k
    cdef int64_t mask = 0
    for k in range(8):
        if c.agent_users.count and agent_user_at(c, a).value[k] != 0:
            mask |= 1 << k
    put(c, out, mask)
    for k in range(8):
        if mask >> k & 1:
            put_number(c, out, agent_user_at(c, a).value[k])


cdef void put_wraps(Centre *c, Table *out, AgentRow *row) noexcept nogil:
    """The agent's wrap-ups, by interaction id."""
    cdef int64_t after = 0
    cdef uint32_t w, best, _
    for _ in range(row.wrap_count):
        best = HG_NONE
        w = row.wrap_head
        while w != HG_NONE:
            if wrap_at(c, w).interaction_id > after and (
                    best == HG_NONE or wrap_at(c, w).interaction_id < wrap_at(c, best).interaction_id):
                best = w
            w = wrap_at(c, w).next
        if best == HG_NONE:
            # A number that is there twice, or not at all, can only come from a forged snapshot.
            break
        after = wrap_at(c, best).interaction_id
        put(c, out, after)
        put(c, out, wrap_at(c, best).began_ns)
        put(c, out, wrap_at(c, best).queue)
        put(c, out, wrap_at(c, best).holds)
        put(c, out, wrap_at(c, best).unanswered)
        put(c, out, due(c, wrap_at(c, best).timer))


cdef void put_queue(Centre *c, Table *out, uint32_t q) noexcept nogil:
    cdef QueueRow *row = queue_at(c, q)
    cdef int64_t *recent = <int64_t *> (c.recent.rows + <size_t> q * c.recent.size)
    cdef uint32_t k
    put(c, out, row.flags & <uint32_t> (Q_ALIVE | Q_HOURS | Q_OPEN))
    put(c, out, row.presence)
    put(c, out, row.channel)
    put(c, out, row.strategy)
    put(c, out, content(c, row.requirement))
    put(c, out, row.queue_group)
    put(c, out, row.next_position)
    put(c, out, row.round_robin)
    put(c, out, row.overflow_queue)
    put(c, out, row.max_waiting)
    put(c, out, row.max_misses)
    put(c, out, row.offer_timeout_ns)
    put(c, out, row.wrap_up_ns)
    put(c, out, row.wrap_up_holds)
    put(c, out, row.ask_again_ns)
    put(c, out, row.preferred_wait_ns)
    put(c, out, row.max_wait_ns)
    put(c, out, row.overflow_after_ns)
    put(c, out, row.callback_retry_ns)
    put(c, out, row.callback_attempts)
    put(c, out, row.credit_ns)
    put(c, out, <int64_t> row.entered)
    put(c, out, <int64_t> row.answered)
    put(c, out, <int64_t> row.answered_in_target)
    put(c, out, <int64_t> row.abandoned)
    put(c, out, <int64_t> row.timed_out)
    put(c, out, <int64_t> row.overflowed)
    put(c, out, <int64_t> row.short_abandons)
    put(c, out, <int64_t> row.moved)
    put(c, out, <int64_t> row.callback_failed)
    put(c, out, row.short_abandon_ns)
    put(c, out, row.max_rejects)
    for k in range(3):
        put(c, out, <int64_t> row.refused[k])
    put(c, out, row.accepts_closed)
    put(c, out, row.only_staffed)
    put(c, out, row.limits_open)
    put(c, out, row.max_handled)
    put(c, out, row.while_staffed)
    put(c, out, row.max_wait_unstaffed_ns)
    put(c, out, 0 if row.serving_count else row.unstaffed_since_ns)
    put(c, out, row.answered_wait_ns)
    put(c, out, <int64_t> row.handled)
    put(c, out, row.handled_ns)
    if row.waits_over | row.handled_over:
        put(c, out, row.waits_over)
        put(c, out, row.handled_over)
    put_relaxations(c, out, row.relax_start, row.relax_count)
    put(c, out, row.target_ns)
    put_number(c, out, row.target_share)
    put(c, out, <int64_t> row.recent_count)
    put(c, out, due(c, row.timer))
    for k in range(RECENT if row.recent_count > RECENT else <uint32_t> row.recent_count):
        put(c, out, recent[k])


cdef void put_relaxations(Centre *c, Table *out, uint32_t start, uint32_t count) noexcept nogil:
    """The steps of a queue or an interaction, by what they say."""
    cdef uint32_t k
    put(c, out, count)
    for k in range(start, start + count):
        put(c, out, relax_at(c, k).after_ns)
        put(c, out, content(c, relax_at(c, k).requirement))


cdef void put_finished(Centre *c, Table *out, uint64_t number) noexcept nogil:
    """The finished interaction of this number, which can be read still. Its decision tells what was."""
    cdef FinishedRow *row = c.finished + number % c.keep_finished
    put(c, out, row.id)
    put(c, out, row.queued_at_ns)
    put(c, out, row.accepted_ns)
    put(c, out, row.ended_ns)
    put(c, out, row.ref)
    put(c, out, row.queue)
    put(c, out, row.agent)
    put(c, out, row.priority)
    put(c, out, row.channel)
    put(c, out, row.state)
    put(c, out, row.flags & ~<uint32_t> (I_LISTED | I_KEPT))
    put(c, out, row.since_ns)
    put(c, out, row.on_hold_ns)
    put(c, out, row.handled_ns)
    put(c, out, row.text)


cdef void put_interaction(Centre *c, Table *out, uint32_t i) noexcept nogil:
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t o = row.offer_head, d = row.decline_head, v = row.visit_head
    cdef uint32_t k
    cdef uint64_t declines = 0
    cdef GivenRow *given = given_with(c, row.node.id)
    put(c, out, row.node.id)
    put(c, out, row.node.queued_at_ns)
    put(c, out, row.queue)
    put(c, out, row.agent)
    put(c, out, row.preferred)
    put(c, out, row.priority)
    put(c, out, row.channel)
    put(c, out, row.state)
    put(c, out, row.flags & ~<uint32_t> (I_LISTED | I_KEPT))
    put(c, out, row.recall)
    put(c, out, content(c, row.requirement))
    put_relaxations(c, out, row.relax_start, row.relax_count)
    put(c, out, row.offers_made)
    put(c, out, content(c, row.queue_requirement) if row.queue >= 0 else 0)
    put(c, out, content(c, row.own_requirement))
    put(c, out, row.attempts)
    put(c, out, row.entered_ns)
    put(c, out, row.accepted_ns)
    put(c, out, row.began_ns)
    put(c, out, row.since_ns)
    put(c, out, row.on_hold_ns)
    put(c, out, row.handled_ns)
    put(c, out, row.text)
    put(c, out, row.not_before_ns)
    put(c, out, row.ref)
    put(c, out, interaction_at(c, row.linked).node.id if row.linked != HG_NONE else -1)
    put(c, out, 0 if given == NULL else given.count)
    if given != NULL:
        for k in range(given.count):
            put_number(c, out, given.value[k])
    while o != HG_NONE:
        put(c, out, offer_at(c, o).id)
        put(c, out, offer_at(c, o).agent)
        put(c, out, offer_at(c, o).queue)
        put(c, out, <int64_t> offer_at(c, o).key)
        put(c, out, <int64_t> offer_at(c, o).displaced)
        put(c, out, due(c, offer_at(c, o).timer))
        o = offer_at(c, o).interaction_next
    # Declines and queues left are sets: a sum of mixed values does not depend on their order.
    while d != HG_NONE:
        declines += mixed(2 * <int64_t> decline_at(c, d).agent + decline_at(c, d).declined,
                          decline_at(c, d).at_ns)
        d = decline_at(c, d).next
    while v != HG_NONE:
        declines += mixed((<VisitRow *> c.visits.rows + v).queue, -1)
        v = (<VisitRow *> c.visits.rows + v).next
    put(c, out, <int64_t> declines)


cdef uint64_t mixed(int64_t x, int64_t y) noexcept nogil:
    cdef uint64_t z = <uint64_t> x * <uint64_t> 0x9E3779B97F4A7C15 + <uint64_t> y
    z = (z ^ (z >> 30)) * <uint64_t> 0xBF58476D1CE4E5B9
    return z ^ (z >> 27)


cdef void put_centre(Centre *c, Table *out) noexcept nogil:
    cdef uint32_t k
    put(c, out, c.now_ns)
    put(c, out, c.begun or c.next_interaction != 1)
    put(c, out, <int64_t> c.step)
    put(c, out, <int64_t> c.seed)
    put(c, out, c.next_interaction)
    put(c, out, c.next_offer)
    put(c, out, c.agents.count)
    put(c, out, c.queues.count)
    put(c, out, <int64_t> c.finished_count)
    put(c, out, c.keep_finished)
    for k in range(c.channel_count):
        put(c, out, c.channel_wrap_up_ns[k])
        put(c, out, c.wrap_up_unanswered[k])
