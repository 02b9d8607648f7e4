"""Work that has an owner: parked, resumed, or given up when its agent signs out.

Each function judges its command in the order of the result codes; where `judge_only` is set it stops there.
"""

from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport qsort
from libc.string cimport memcpy

from huntgroup.core.matching.decisions cimport would_match
from huntgroup.core.readiness.awaiting cimport queue_full, shut_out
from huntgroup.core.readiness.status cimport act
from huntgroup.core.readiness.waiting cimport forget_visits
from huntgroup.core.state.centre cimport (
    Centre, agent_at, enter_state, interaction_at, offer_at, queue_at, table_take)
from huntgroup.core.state.codes cimport (
    EV_CONSULT_ENDED, EV_RESUMED, EV_SIGNED_OUT, R_ILLEGAL_TRANSITION, R_INVALID_COMMAND,
    R_NOT_PERMITTED, R_NOT_REACHABLE, R_NOT_SELECTABLE, R_OK, R_QUEUE_CLOSED, R_QUEUE_FULL, R_UNKNOWN_AGENT,
    R_WRAP_UP_FIXED, WHY_CONSULT_ENDED, WHY_SIGNED_OUT)
from huntgroup.core.state.events cimport emit
from huntgroup.core.state.native cimport HG_NONE, hg_ids_get
from huntgroup.core.state.rows cimport (
    A_SIGNED_IN, A_STOP_NEW, AgentRow, CommandRow, F_MAY_SIGN_OUT, I_ACCEPT_COUNTED, I_ANSWER_COUNTED,
    I_ENTERED, I_ENTRY_OPEN, I_LEG, InteractionRow, MOVED_ALL, S_CONSULTING, S_DIALING, S_HANDLING,
    S_IN_CONFERENCE, S_ON_HOLD, S_PARKED, WORK_PARK, WORK_PUT_BACK, WORK_REFUSE)
from huntgroup.core.state.timers cimport disarm
from huntgroup.core.steps.agent_commands cimport end_wrap_ups, known_agent
from huntgroup.core.steps.agents cimport (
    begin_handling, load_up, note_profile, park_for, restore_connection, unpark, work_ended, wrap_up_length)
from huntgroup.core.steps.consult_commands cimport hand_on, start_wait
from huntgroup.core.steps.interaction_commands cimport end_handled, end_leg, live_row, reachable, whose
from huntgroup.core.steps.offers cimport offer_lost, send_back, withdraw
from huntgroup.core.steps.permission cimport may_change
from huntgroup.core.steps.telling cimport tell_queued
from huntgroup.core.steps.waiting_commands cimport put_back_for


cdef int park(Centre *c, CommandRow *cmd) noexcept nogil:
    """CMD-50, OWN-1: the conversation is silent; it keeps its owner and holds nothing."""
    cdef int result
    cdef uint32_t i = live_row(c, cmd.interaction, &result), a
    cdef InteractionRow *row = interaction_at(c, i) if i != HG_NONE else NULL
    if not may_change(c, cmd.by, whose(row)):
        return R_NOT_PERMITTED
    if row == NULL:
        return result
    if (row.state != S_HANDLING and row.state != S_ON_HOLD) or row.flags & I_LEG:
        return R_ILLEGAL_TRANSITION
    if c.judge_only:
        return R_OK
    a = <uint32_t> row.agent
    act(c, a)
    park_for(c, a, i)
    work_ended(c, a)
    return R_OK


cdef void wait_for_owner(Centre *c, uint32_t i) noexcept nogil:
    """OWN-5: a new wait in its queue, with the owner preferred."""
    cdef InteractionRow *row = interaction_at(c, i)
    start_wait(c, i, row.queue)
    row.preferred = row.agent


cdef bint would_be_taken(Centre *c, uint32_t i) noexcept nogil:
    """Whether the interaction, resumed into its full queue, would be offered at once. Leaves everything as it
    was."""
    cdef InteractionRow saved
    cdef InteractionRow *row = interaction_at(c, i)
    cdef bint found
    memcpy(&saved, row, sizeof(InteractionRow))
    wait_for_owner(c, i)
    found = would_match(c, i)
    memcpy(row, &saved, sizeof(InteractionRow))
    return found


cdef int resume(Centre *c, CommandRow *cmd) noexcept nogil:
    """CMD-51, STATE-12, OWN-4 to OWN-6: the owner handles on where that is possible now, else it waits."""
    cdef int result
    cdef uint32_t i = live_row(c, cmd.interaction, &result), a
    cdef InteractionRow *row = interaction_at(c, i) if i != HG_NONE else NULL
    cdef bint at_once
    if not may_change(c, cmd.by, whose(row)):
        return R_NOT_PERMITTED
    if row == NULL:
        return result
    if row.state != S_PARKED:
        return R_ILLEGAL_TRANSITION
    at_once = row.agent >= 0 and reachable(c, <uint32_t> row.agent, row.channel, False) == R_OK
    if not at_once:
        if row.queue < 0:
            return R_NOT_REACHABLE
        if shut_out(c, <uint32_t> row.queue):
            return R_QUEUE_CLOSED
        if queue_full(c, <uint32_t> row.queue) and not would_be_taken(c, i):
            return R_QUEUE_FULL
    if c.judge_only:
        return R_OK
    unpark(c, i)
    if at_once:
        a = <uint32_t> row.agent
        act(c, a)
        load_up(c, a, row.channel)
        begin_handling(c, a, i)
        # No accept: putting it back takes nothing away (CHANGE-17).
        row.flags &= ~<uint16_t> (I_ACCEPT_COUNTED | I_ANSWER_COUNTED)
        enter_state(c, row, S_HANDLING)
        emit(c, EV_RESUMED, row.agent, row.node.id, row.queue, -1)
        return R_OK
    emit(c, EV_RESUMED, -1, row.node.id, row.queue, -1)
    forget_visits(c, i)
    wait_for_owner(c, i)
    queue_at(c, <uint32_t> row.queue).entered += 1
    row.flags |= I_ENTRY_OPEN
    tell_queued(c, row)
    row.flags |= I_ENTERED
    send_back(c, i)
    return R_OK


# --- going home -----------------------------------------------------------------------------------------

cdef int judge_held_work(Centre *c, uint32_t a, int work) noexcept nogil:
    """OWN-12: may everything that the agent works on be dealt with so? O(interactions handled)."""
    cdef AgentRow *agent = agent_at(c, a)
    cdef uint32_t i = agent.held_head
    cdef InteractionRow *row
    cdef bint fixed = c.policy.sign_in_required and c.policy.wrap_up_fixed
    cdef bint would_wrap_up = agent.wrap_count != 0
    if work == WORK_REFUSE and agent.handling_count and c.policy.sign_in_required:
        return R_ILLEGAL_TRANSITION
    while i != HG_NONE and work != WORK_REFUSE:
        row = interaction_at(c, i)
        if work == WORK_PARK and row.state == S_DIALING:
            return R_ILLEGAL_TRANSITION
        if work == WORK_PUT_BACK and (
                row.queue < 0 or (row.state != S_HANDLING and row.state != S_ON_HOLD)):
            return R_ILLEGAL_TRANSITION
        if row.state == S_IN_CONFERENCE and wrap_up_length(c, a, i) > 0:
            would_wrap_up = True
        i = row.held.next
    return R_WRAP_UP_FIXED if fixed and would_wrap_up else R_OK


cdef void set_aside(Centre *c, uint32_t a, uint32_t i, int work) noexcept nogil:
    """One that the agent handles is put back or parked; a consultation ends, a conference goes on without the
    agent."""
    cdef InteractionRow *row = interaction_at(c, i)
    if work == WORK_PUT_BACK:
        put_back_for(c, a, i)
        return
    if row.flags & I_LEG:
        end_handled(c, i, -1)
        return
    if row.state == S_IN_CONFERENCE:
        hand_on(c, i)
        return
    if row.state == S_CONSULTING:
        enter_state(c, row, S_HANDLING)
        emit(c, EV_CONSULT_ENDED, row.agent, row.node.id, row.queue, -1)
        end_leg(c, i, WHY_CONSULT_ENDED)
    park_for(c, a, i)
    work_ended(c, a)


cdef int by_id(const void *x, const void *y) noexcept nogil:
    cdef uint64_t a = (<const uint64_t *> x)[0]
    cdef uint64_t b = (<const uint64_t *> y)[0]
    return (a > b) - (a < b)


cdef void set_all_aside(Centre *c, uint32_t a, int work) noexcept nogil:
    """OWN-13: first the agent's offers are withdrawn, then each that it handles is dealt with, by id."""
    cdef uint32_t o, i, k
    while agent_at(c, a).offer_head != HG_NONE:
        o = agent_at(c, a).offer_head
        i = offer_at(c, o).interaction
        withdraw(c, o, WHY_SIGNED_OUT)
        offer_lost(c, i)
    c.pairs.count = 0
    i = agent_at(c, a).held_head
    while i != HG_NONE:
        k = table_take(&c.pairs)
        if k == HG_NONE:
            c.failed = True
            return
        (<uint64_t *> c.pairs.rows)[k] = <uint64_t> interaction_at(c, i).node.id
        i = interaction_at(c, i).held.next
    if c.pairs.count > 1:
        qsort(c.pairs.rows, c.pairs.count, sizeof(uint64_t), by_id)
    for k in range(c.pairs.count):
        set_aside(c, a, hg_ids_get(&c.ids, <int64_t> (<uint64_t *> c.pairs.rows)[k]), work)


cdef int sign_out(Centre *c, CommandRow *cmd) noexcept nogil:
    """`flag` says what becomes of held work. O(memberships + what it holds)."""
    # CMD-6, STATUS-22, OWN-14.
    cdef AgentRow *row
    cdef uint32_t a
    cdef int result
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    a = <uint32_t> cmd.agent
    row = agent_at(c, a)
    if row.flags & A_SIGNED_IN:
        if not row.effective & F_MAY_SIGN_OUT and (cmd.by == -1 or cmd.by == cmd.agent):
            return R_NOT_SELECTABLE
        result = judge_held_work(c, a, cmd.flag)
        if result != R_OK:
            return result
    if not 0 <= cmd.flag <= <int> WORK_PARK:
        return R_INVALID_COMMAND
    if c.judge_only or not row.flags & A_SIGNED_IN:
        return R_OK
    act(c, a)
    if cmd.flag != WORK_REFUSE:
        set_all_aside(c, a, cmd.flag)
    row = agent_at(c, a)
    row.flags &= ~<uint32_t> A_SIGNED_IN
    row.moved_mask |= MOVED_ALL
    emit(c, EV_SIGNED_OUT, cmd.agent, -1, -1, -1)
    restore_connection(c, a)
    if c.policy.sign_in_required:
        row.flags &= ~<uint32_t> A_STOP_NEW
        row.pending = -1
        note_profile(c, a)
        disarm(c, &row.timer)
        end_wrap_ups(c, a)
    return R_OK
