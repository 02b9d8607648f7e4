"""A second party: consulting it, conferring with it, handing the interaction over (docs/SEMANTICS.md,
section 7)."""

from libc.stdint cimport int16_t, int32_t, int64_t, uint16_t, uint32_t
from libc.string cimport memcpy

from huntgroup.core.steps.agent_commands cimport known_agent, known_queue
from huntgroup.core.steps.agents cimport (
    begin_handling, release, stop_handling, unpark, work_ended)
from huntgroup.core.state.codes cimport (
    EV_CONFERENCED, EV_CONSULT_ENDED, EV_CONSULTING, EV_TRANSFERRED, R_CAPABILITY_MISSING,
    R_ILLEGAL_TRANSITION, R_LIMIT_EXCEEDED, R_NOT_REACHABLE, R_OK, R_QUEUE_CLOSED, R_QUEUE_FULL,
    R_QUEUE_UNSTAFFED, R_UNKNOWN_AGENT, R_UNKNOWN_INTERACTION, R_UNKNOWN_QUEUE, WHY_CONSULT_ENDED, WHY_NONE,
    WHY_TRANSFERRED)
from huntgroup.core.state.centre cimport (
    FINISHED_BIT, Centre, agent_at, decline_at, enter_state, interaction_at, queue_at)
from huntgroup.core.state.events cimport emit
from huntgroup.core.steps.interaction_commands cimport end_for, end_leg, live_in, live_row, reachable
from huntgroup.core.matching.decisions cimport would_match
from huntgroup.core.state.native cimport HG_NONE, hg_ids_get
from huntgroup.core.steps.telling cimport tell_queued
from huntgroup.core.steps.offers cimport finish, make_offer, new_interaction, send_back
from huntgroup.core.readiness.ready cimport refresh_taker
from huntgroup.core.state.rows cimport (
    CommandRow, DeclineRow, EventRow, InteractionRow, I_ACCEPT_COUNTED, I_ANSWER_COUNTED, I_CALLBACK,
    I_ENTERED, I_ENTRY_OPEN, I_EXTERNAL, I_LEG, I_SHUT, I_STUCK, QueueRow, S_COMPLETED, S_CONSULTING,
    S_HANDLING, S_IN_CONFERENCE, S_OFFERED, S_ON_HOLD, S_PARKED)
from huntgroup.core.readiness.awaiting cimport queue_full, shut_out, unstaffed
from huntgroup.core.readiness.status cimport act, touch
from huntgroup.core.readiness.waiting cimport (
    bring_in_force, decline_of, drop_decline, forget_visits, note_decline, note_doors)


cdef int judge_for_finished(Centre *c, CommandRow *cmd, int result) noexcept nogil:
    """The first rule broken by a consultation or transfer of an interaction that is finished or unknown
    (`result`): what is wrong with the target may come before."""
    cdef uint32_t row = hg_ids_get(&c.ids, cmd.interaction) if cmd.interaction > 0 else HG_NONE
    if result == R_ILLEGAL_TRANSITION and row != HG_NONE:
        row &= ~<uint32_t> FINISHED_BIT
        if cmd.agent >= 0 and (
                reachable(c, <uint32_t> cmd.agent, c.finished[row].channel, False) == R_CAPABILITY_MISSING):
            return R_CAPABILITY_MISSING
        if cmd.queue >= 0 and known_queue(c, cmd.queue) and shut_out(c, <uint32_t> cmd.queue):
            return R_QUEUE_CLOSED
        if cmd.queue >= 0 and known_queue(c, cmd.queue) and unstaffed(c, <uint32_t> cmd.queue):
            return R_QUEUE_UNSTAFFED
    elif result == R_UNKNOWN_INTERACTION and cmd.queue != -1 and not known_queue(c, cmd.queue):
        return R_UNKNOWN_QUEUE
    return result


cdef int consult(Centre *c, CommandRow *cmd) noexcept nogil:
    """Agent -1: an external party, no leg."""
    # CMD-27, CMD-36.
    cdef int result, reach = R_OK
    cdef uint32_t i, leg
    cdef InteractionRow *row
    cdef EventRow *e
    if cmd.agent != -1 and not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    i = live_row(c, cmd.interaction, &result)
    if i == HG_NONE:
        return judge_for_finished(c, cmd, result)
    row = interaction_at(c, i)
    if cmd.agent >= 0:
        reach = reachable(c, <uint32_t> cmd.agent, row.channel, False)
        if reach == R_OK and cmd.agent == row.agent:
            reach = R_NOT_REACHABLE
    if reach == R_CAPABILITY_MISSING:
        return reach
    if (row.state != S_HANDLING and row.state != S_ON_HOLD) or row.flags & I_LEG:
        return R_ILLEGAL_TRANSITION
    if reach != R_OK or c.judge_only:
        return reach
    enter_state(c, row, S_CONSULTING)
    if cmd.agent < 0:
        row.flags |= I_EXTERNAL
        emit(c, EV_CONSULTING, row.agent, row.node.id, row.queue, -1)
        return R_OK
    leg = new_interaction(c, -1, row.channel)
    row = interaction_at(c, i)
    if leg == HG_NONE:
        enter_state(c, row, S_HANDLING)
        return R_LIMIT_EXCEEDED
    interaction_at(c, leg).flags |= I_LEG
    interaction_at(c, leg).linked = i
    row.linked = leg
    c.out_interaction = interaction_at(c, leg).node.id
    e = emit(c, EV_CONSULTING, row.agent, row.node.id, row.queue, -1)
    if e != NULL:
        e.other = c.out_interaction
    act(c, <uint32_t> cmd.agent)
    make_offer(c, leg, <uint32_t> cmd.agent, -1, WHY_NONE)
    return R_OK


cdef bint party_is_there(Centre *c, InteractionRow *row) noexcept nogil:
    """Whether the consulted party is on the line: external, or an agent who accepted the leg."""
    if row.flags & I_EXTERNAL:
        return True
    return row.linked != HG_NONE and not row.flags & I_LEG and interaction_at(c,
                                                                              row.linked).state != S_OFFERED


cdef int conference(Centre *c, CommandRow *cmd) noexcept nogil:
    # CMD-28.
    cdef int result
    cdef InteractionRow *row = live_in(c, cmd.interaction, 1 << S_CONSULTING, &result)
    if row == NULL:
        return result
    if not party_is_there(c, row):
        return R_ILLEGAL_TRANSITION
    if not c.judge_only:
        enter_state(c, row, S_IN_CONFERENCE)
        emit(c, EV_CONFERENCED, row.agent, row.node.id, row.queue, -1)
    return R_OK


cdef int end_consult(Centre *c, CommandRow *cmd) noexcept nogil:
    # CMD-29, STATE-6, STATE-7.
    cdef int result
    cdef InteractionRow *row = live_in(c, cmd.interaction, 1 << S_CONSULTING | 1 << S_IN_CONFERENCE, &result)
    if row == NULL:
        return result
    if c.judge_only:
        return R_OK
    enter_state(c, row, S_HANDLING)
    emit(c, EV_CONSULT_ENDED, row.agent, row.node.id, row.queue, -1)
    end_leg(c, <uint32_t> (row - interaction_at(c, 0)), WHY_CONSULT_ENDED)
    return R_OK


# --- transfers ------------------------------------------------------------------------------------------

cdef bint someone_else_takes(Centre *c, uint32_t i, int32_t q) noexcept nogil:
    """Whether the interaction, transferred to this full queue, would be offered at once. Leaves everything
    as it was."""
    # CMD-42.
    cdef InteractionRow saved
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t d = HG_NONE
    cdef DeclineRow before
    cdef bint found
    memcpy(&saved, row, sizeof(InteractionRow))
    if row.agent >= 0:
        d = decline_of(c, i, <uint32_t> row.agent)
        if d != HG_NONE:
            before = decline_at(c, d)[0]
        note_decline(c, i, <uint32_t> row.agent)
    start_wait(c, i, q)
    found = would_match(c, i)
    if row.decline_head != saved.decline_head:
        drop_decline(c, row.decline_head)
    elif d != HG_NONE:
        decline_at(c, d)[0] = before
    memcpy(row, &saved, sizeof(InteractionRow))
    return found


cdef void start_wait(Centre *c, uint32_t i, int32_t q) noexcept nogil:
    """A new wait from now in queue `q` (-1: the last one, for an agent who is rung)."""
    # WAIT-2, WAIT-10.
    cdef InteractionRow *row = interaction_at(c, i)
    if q >= 0:
        row.queue = q
    row.node.queued_at_ns = c.now_ns
    row.accepted_ns = -1
    row.recall = -1
    row.entered_ns = c.now_ns
    row.not_before_ns = 0
    row.preferred = -1
    row.flags &= ~<uint16_t> (I_STUCK | I_CALLBACK | I_SHUT)
    row.customer = -1
    if q >= 0:
        note_doors(c, i)
    if row.queue >= 0:
        row.queue_requirement = queue_at(c, <uint32_t> row.queue).requirement
        row.own_requirement = row.requirement
        bring_in_force(c, i)


cdef int judge_queue(Centre *c, uint32_t i, int32_t q) noexcept nogil:
    """May the interaction be transferred to this queue? Its state is judged by the caller, between these
    codes.

    Whether it would have to wait in a full queue is judged as things stand: what the transfer frees does
    not count.
    """
    # CMD-41.
    cdef QueueRow *queue = queue_at(c, <uint32_t> q)
    cdef bint same_channel = queue.channel == interaction_at(c, i).channel
    if shut_out(c, <uint32_t> q):
        return R_QUEUE_CLOSED
    if queue_full(c, <uint32_t> q) and not (same_channel and someone_else_takes(c, i, q)):
        return R_QUEUE_FULL
    if unstaffed(c, <uint32_t> q):
        return R_QUEUE_UNSTAFFED
    return R_OK if same_channel else R_NOT_REACHABLE


cdef int judge_agent(Centre *c, uint32_t i, int32_t a) noexcept nogil:
    # CMD-43.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef bint is_party = row.linked != HG_NONE and not row.flags & I_LEG and (
        interaction_at(c, row.linked).agent == a)
    if a == row.agent:
        if reachable(c, <uint32_t> a, row.channel, True) == R_CAPABILITY_MISSING:
            return R_CAPABILITY_MISSING
        return R_NOT_REACHABLE
    if is_party and interaction_at(c, row.linked).state != S_OFFERED:
        return R_OK
    return reachable(c, <uint32_t> a, row.channel, is_party)


cdef int judge_transfer(Centre *c, uint32_t i, int32_t q, int32_t a) noexcept nogil:
    cdef InteractionRow *row = interaction_at(c, i)
    cdef int result = R_OK
    cdef bint may = row.state in (S_HANDLING, S_ON_HOLD, S_CONSULTING, S_IN_CONFERENCE,
                                  S_PARKED) and not row.flags & I_LEG
    if q != -1 and not known_queue(c, q):
        return R_UNKNOWN_QUEUE if may else R_ILLEGAL_TRANSITION
    if q >= 0:
        result = judge_queue(c, i, q)
    elif a >= 0:
        result = judge_agent(c, i, a)
    elif may and (row.state in (S_HANDLING, S_ON_HOLD, S_PARKED) or not party_is_there(c, row)):
        may = False
    if not may and (result == R_OK or result > R_ILLEGAL_TRANSITION):
        return R_ILLEGAL_TRANSITION
    return result


cdef void tell_transfer(Centre *c, uint32_t i, int32_t a, int32_t q, int64_t other) noexcept nogil:
    cdef EventRow *e = emit(c, EV_TRANSFERRED, a, interaction_at(c, i).node.id, q, -1)
    if e != NULL:
        e.other = other


cdef void let_go(Centre *c, uint32_t a, uint32_t i) noexcept nogil:
    """The transferring agent no longer handles it; a wrap-up, if there is one, runs on that agent."""
    # STATE-10.
    release(c, a, i, False, False)


cdef void hand_over(Centre *c, uint32_t i) noexcept nogil:
    """To the consulted agent, at once: the leg becomes the interaction."""
    # CMD-39, CMD-40.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t leg = row.linked, a = <uint32_t> row.agent
    cdef uint32_t to = <uint32_t> interaction_at(c, leg).agent
    cdef int16_t receiver = agent_at(c, to).receiver
    touch(c, to)
    tell_transfer(c, i, <int32_t> a, -1, to)
    let_go(c, a, i)
    note_decline(c, i, a)
    row.linked = HG_NONE
    interaction_at(c, leg).linked = HG_NONE
    stop_handling(c, to, leg)
    finish(c, leg, S_COMPLETED, True)
    begin_handling(c, to, i)
    enter_state(c, row, S_HANDLING)
    # The agent who transfers it keeps the count: `put_back` by the new one must not count down.
    row.flags &= ~<uint16_t> (I_ACCEPT_COUNTED | I_ANSWER_COUNTED)
    # What the consulted agent holds is the same as before: nothing is gained.
    refresh_taker(c, to, receiver)
    work_ended(c, a)


cdef void hand_on(Centre *c, uint32_t i) noexcept nogil:
    """Transfers to the other party, which is on the line: an agent goes on handling; with an external party
    the interaction ends here."""
    cdef InteractionRow *row = interaction_at(c, i)
    if not row.flags & I_EXTERNAL:
        hand_over(c, i)
        return
    tell_transfer(c, i, row.agent, -1, -1)
    row.flags &= ~<uint16_t> I_EXTERNAL
    end_for(c, <uint32_t> row.agent, i)


cdef void pass_on(Centre *c, uint32_t i, int32_t q, int32_t to) noexcept nogil:
    """A new wait in queue `q`, or ringing agent `to` where that is -1."""
    cdef int16_t receiver
    cdef InteractionRow *row = interaction_at(c, i)
    cdef int32_t sender = row.agent
    forget_visits(c, i)
    if q >= 0 and row.queue != q:
        if row.queue >= 0:
            queue_at(c, <uint32_t> row.queue).live_count -= 1
        queue_at(c, <uint32_t> q).live_count += 1
    start_wait(c, i, q)
    if q >= 0:
        queue_at(c, <uint32_t> q).entered += 1
        row.flags |= I_ENTRY_OPEN
        tell_queued(c, row)
        row.flags |= I_ENTERED
        send_back(c, i)
    else:
        # The agent who receives it has gained nothing: it is refreshed at once, not with those acted on.
        if row.queue < 0:
            row.recall = sender
        touch(c, <uint32_t> to)
        receiver = agent_at(c, <uint32_t> to).receiver
        make_offer(c, i, <uint32_t> to, -1, WHY_NONE)
        refresh_taker(c, <uint32_t> to, receiver)


cdef int transfer(Centre *c, CommandRow *cmd) noexcept nogil:
    # CMD-30, CMD-44.
    cdef int result
    cdef uint32_t i, a
    cdef InteractionRow *row
    if cmd.agent != -1 and not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    i = live_row(c, cmd.interaction, &result)
    if i == HG_NONE:
        return judge_for_finished(c, cmd, result)
    result = judge_transfer(c, i, cmd.queue, cmd.agent)
    if result != R_OK or c.judge_only:
        return result
    row = interaction_at(c, i)
    if row.state == S_PARKED:
        # OWN-7: a parked interaction takes no load of its owner.
        unpark(c, i)
        tell_transfer(c, i, row.agent, cmd.queue, cmd.agent)
        if row.agent >= 0:
            note_decline(c, i, <uint32_t> row.agent)
        pass_on(c, i, cmd.queue, cmd.agent)
        return R_OK
    a = <uint32_t> row.agent
    act(c, a)
    if cmd.queue < 0 and row.flags & I_EXTERNAL and cmd.agent < 0:
        hand_on(c, i)
        return R_OK
    if cmd.queue < 0 and row.linked != HG_NONE and interaction_at(c, row.linked).state != S_OFFERED and (
            cmd.agent < 0 or interaction_at(c, row.linked).agent == cmd.agent):
        hand_over(c, i)
        return R_OK
    tell_transfer(c, i, <int32_t> a, cmd.queue, cmd.agent)
    let_go(c, a, i)
    end_leg(c, i, WHY_TRANSFERRED)
    note_decline(c, i, a)
    pass_on(c, i, cmd.queue, cmd.agent)
    work_ended(c, a)
    return R_OK
