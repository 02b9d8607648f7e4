"""The rules of eligibility (ELIG-1 to ELIG-10), one after the other, for one agent and one waiting
interaction.

Matching does not use this file: it answers the same questions for whole sets of agents. `verify` checks that
both agree.
"""

from libc.stdint cimport int32_t, int64_t, uint32_t

from huntgroup.core.state.centre cimport (
    Centre, agent_at, channel_at, interaction_at, membership_at, queue_at, relax_at, wrap_at)
from huntgroup.core.matching.search cimport delay_passed, group_meets
from huntgroup.core.state.native cimport HG_NEVER, HG_NONE, hg_timer
from huntgroup.core.state.rows cimport (
    A_DIALLED_FOR, A_STOP_NEW, AgentRow, ChannelRow, CUSTOMER_FIRST, DelayRow, HOLDS_CHANNEL, I_SHUT,
    InteractionRow, M_AT_LIMIT, M_LOGGED_IN, QueueRow)
from huntgroup.core.readiness.status cimport (
    has_capability, has_device, has_units, held_back, receives_from, signed_in)
from huntgroup.core.readiness.waiting cimport asked_at, due_ns, is_kept, membership_of, waited_ns

RULES = tuple(rule.name[5:].lower() for rule in Rule)


cdef int64_t wrap_up_over_ns(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    """When the last wrap-up that blocks the channel ends."""
    cdef uint32_t w = agent_at(c, a).wrap_head
    cdef int64_t last = -1, at
    while w != HG_NONE:
        if wrap_at(c, w).holds == HOLDS_CHANNEL and (
                c.wrap_blocked_by[channel] >> wrap_at(c, w).channel) & 1:
            at = (<hg_timer *> c.timers.rows)[wrap_at(c, w).timer].at_ns
            last = at if at > last else last
        w = wrap_at(c, w).next
    return last


cdef int64_t instant(int64_t at) noexcept nogil:
    """The instant as `why_not` tells it: -1 for never."""
    return -1 if at == HG_NEVER else at


cdef int64_t relaxes_ns(Centre *c, InteractionRow *row) noexcept nogil:
    """The next relaxation step after now, of the queue or of the interaction."""
    # ELIG-12.
    cdef QueueRow *queue = queue_at(c, <uint32_t> row.queue)
    cdef int64_t waited = waited_ns(c, row), first = -1, after
    cdef uint32_t k
    for k in range(queue.relax_count):
        after = relax_at(c, queue.relax_start + k).after_ns
        if after > waited:
            first = after
            break
    for k in range(row.relax_count):
        after = relax_at(c, row.relax_start + k).after_ns
        if after > waited:
            if first < 0 or after < first:
                first = after
            break
    return -1 if first < 0 else instant(due_ns(c, row, first))


cdef int failed_rules(Centre *c, uint32_t a, uint32_t i, Failed *out) noexcept nogil:
    """Writes the failed rules in order to `out` (room for 20) and returns how many. O(memberships +
    declines)."""
    # ELIG-11.
    cdef AgentRow *agent = agent_at(c, a)
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t q = <uint32_t> row.queue, channel = row.channel, m
    cdef ChannelRow *on = channel_at(c, a, c.capability[channel])
    cdef QueueRow *queue = queue_at(c, q)
    cdef int64_t at
    cdef int n = 0
    if not signed_in(c, a):
        n = put(out, n, RULE_SIGNED_OUT, -1)
    else:
        if not receives_from(c, a, q):
            at = -1
            if agent.timer != HG_NONE:
                at = (<hg_timer *> c.timers.rows)[agent.timer].at_ns
            n = put(out, n, RULE_STATUS, at)
        if agent.pending >= 0:
            n = put(out, n, RULE_PENDING, -1)
        if agent.flags & A_STOP_NEW:
            n = put(out, n, RULE_STOP_NEW, -1)
        if agent.wrap_mask & c.wrap_blocked_by[channel]:
            n = put(out, n, RULE_WRAP_UP, wrap_up_over_ns(c, a, channel))
    m = membership_of(c, a, q)
    if m == HG_NONE:
        n = put(out, n, RULE_NOT_MEMBER, -1)
    else:
        if not membership_at(c, m).flags & M_LOGGED_IN:
            n = put(out, n, RULE_NOT_LOGGED_IN, -1)
        if not delay_passed(c, i, m):
            n = put(out, n, RULE_DELAY,
                    row.entered_ns + (<DelayRow *> c.delays.rows)[membership_at(c, m).delay].delay_ns)
    if not has_capability(c, a, channel):
        n = put(out, n, RULE_CAPABILITY, -1)
    else:
        if not has_device(c, a, channel):
            n = put(out, n, RULE_DEVICE, -1)
        if on.load >= on.capacity or held_back(c, a):
            n = put(out, n, RULE_CAPACITY, -1)
    if agent.held_mask & c.blocked_by[channel]:
        n = put(out, n, RULE_BLOCKED, -1)
    if not has_units(c, a, channel):
        n = put(out, n, RULE_UNITS, -1)
    if m != HG_NONE and membership_at(c, m).flags & M_AT_LIMIT:
        n = put(out, n, RULE_LIMIT, -1)
    if queue.at_most:
        n = put(out, n, RULE_MAX_HANDLED, -1)
    at = asked_at(c, i, a)
    if at >= 0 and c.now_ns - at < queue.ask_again_ns:
        n = put(out, n, RULE_ASKED, at + queue.ask_again_ns)
    if not group_meets(c, i, a):
        n = put(out, n, RULE_SKILLS, relaxes_ns(c, row))
    if row.preferred != <int32_t> a and is_kept(c, i):
        n = put(out, n, RULE_PREFERRED, instant(due_ns(c, row, queue.preferred_wait_ns)))
    # ELIG-21
    if row.flags & I_SHUT:
        at = -1
        if queue.timer != HG_NONE:
            at = (<hg_timer *> c.timers.rows)[queue.timer].at_ns
        n = put(out, n, RULE_CLOSED, at)
    if row.not_before_ns > c.now_ns:
        n = put(out, n, RULE_CALLBACK, row.not_before_ns)
    elif row.customer == CUSTOMER_FIRST and agent_at(c, a).flags & A_DIALLED_FOR:
        n = put(out, n, RULE_CALLBACK, -1)
    return n


cdef int put(Failed *out, int n, int rule, int64_t when_ns) noexcept nogil:
    out[n].rule = rule
    out[n].when_ns = when_ns
    return n + 1
