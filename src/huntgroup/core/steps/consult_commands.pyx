"""A second party: consulting it, conferring with it, handing the interaction over (docs/SEMANTICS.md,
section 7)."""

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t
from libc.string cimport memcpy

from huntgroup.core.steps.agent_commands cimport known_agent, known_queue
from huntgroup.core.steps.agents cimport (
    begin_handling, load_down, record_handling, start_wrap_up, stop_handling, work_ended)
from huntgroup.core.state.codes cimport (
    EV_CONFERENCED, EV_CONSULT_ENDED, EV_CONSULTING, EV_QUEUED, EV_TRANSFERRED, R_CAPABILITY_MISSING,
    R_ILLEGAL_TRANSITION, R_LIMIT_EXCEEDED, R_NOT_REACHABLE, R_OK, R_QUEUE_CLOSED, R_QUEUE_FULL,
    R_UNKNOWN_AGENT, R_UNKNOWN_INTERACTION, R_UNKNOWN_QUEUE, WHY_CONSULT_ENDED, WHY_TRANSFERRED)
from huntgroup.core.state.centre cimport (
    FINISHED_BIT, Centre, decline_at, interaction_at, queue_at, table_give)
from huntgroup.core.state.events cimport emit
from huntgroup.core.steps.interaction_commands cimport end_for, end_leg, live_row, reachable
from huntgroup.core.matching.decisions cimport would_match
from huntgroup.core.state.native cimport HG_NONE, hg_ids_get
from huntgroup.core.steps.offers cimport (
    begin_entry, finish, make_offer, new_interaction, queue_full, send_back)
from huntgroup.core.readiness.ready cimport refresh
from huntgroup.core.state.rows cimport (
    CommandRow, EventRow, I_CALLBACK, I_EXTERNAL, I_LEG, I_STUCK, InteractionRow, Q_OPEN, QueueRow,
    S_COMPLETED, S_CONSULTING, S_HANDLING, S_IN_CONFERENCE, S_OFFERED, S_ON_HOLD)
from huntgroup.core.readiness.status cimport act, touch
from huntgroup.core.readiness.waiting cimport bring_in_force, declined_at, forget_visits, note_decline


cdef int judge_for_finished(Centre *c, CommandRow *cmd, int result) noexcept nogil:
    """The first rule broken by a consultation or transfer of an interaction that is finished or unknown
    (`result`): what is wrong with the target may come before."""
    cdef uint32_t row = hg_ids_get(&c.ids, cmd.interaction) if cmd.interaction > 0 else HG_NONE
    if result == R_ILLEGAL_TRANSITION and row != HG_NONE:
        row &= ~<uint32_t> FINISHED_BIT
        if cmd.agent >= 0 and (
                reachable(c, <uint32_t> cmd.agent, c.finished[row].channel, False) == R_CAPABILITY_MISSING):
            return R_CAPABILITY_MISSING
        if cmd.queue >= 0 and known_queue(c, cmd.queue) and not (
                queue_at(c, <uint32_t> cmd.queue).flags & Q_OPEN):
            return R_QUEUE_CLOSED
    elif result == R_UNKNOWN_INTERACTION and cmd.queue != -1 and not known_queue(c, cmd.queue):
        return R_UNKNOWN_QUEUE
    return result


cdef int consult(Centre *c, CommandRow *cmd) noexcept nogil:
    """Agent -1: an external party, no leg."""
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
    row.state = S_CONSULTING
    if cmd.agent < 0:
        row.flags |= I_EXTERNAL
        emit(c, EV_CONSULTING, row.agent, row.node.id, row.queue, -1)
        return R_OK
    leg = new_interaction(c, -1, row.channel)
    row = interaction_at(c, i)
    if leg == HG_NONE:
        row.state = S_HANDLING
        return R_LIMIT_EXCEEDED
    interaction_at(c, leg).flags |= I_LEG
    interaction_at(c, leg).linked = i
    row.linked = leg
    c.out_interaction = interaction_at(c, leg).node.id
    e = emit(c, EV_CONSULTING, row.agent, row.node.id, row.queue, -1)
    if e != NULL:
        e.other = c.out_interaction
    act(c, <uint32_t> cmd.agent)
    make_offer(c, leg, <uint32_t> cmd.agent, -1)
    return R_OK


cdef bint party_is_there(Centre *c, InteractionRow *row) noexcept nogil:
    """Whether the consulted party is on the line: external, or an agent who accepted the leg."""
    if row.flags & I_EXTERNAL:
        return True
    return row.linked != HG_NONE and not row.flags & I_LEG and interaction_at(c,
                                                                              row.linked).state != S_OFFERED


cdef int conference(Centre *c, CommandRow *cmd) noexcept nogil:
    cdef int result
    cdef uint32_t i = live_row(c, cmd.interaction, &result)
    cdef InteractionRow *row
    if i == HG_NONE:
        return result
    row = interaction_at(c, i)
    if row.state != S_CONSULTING or not party_is_there(c, row):
        return R_ILLEGAL_TRANSITION
    if not c.judge_only:
        row.state = S_IN_CONFERENCE
        emit(c, EV_CONFERENCED, row.agent, row.node.id, row.queue, -1)
    return R_OK


cdef int end_consult(Centre *c, CommandRow *cmd) noexcept nogil:
    cdef int result
    cdef uint32_t i = live_row(c, cmd.interaction, &result)
    cdef InteractionRow *row
    if i == HG_NONE:
        return result
    row = interaction_at(c, i)
    if row.state != S_CONSULTING and row.state != S_IN_CONFERENCE:
        return R_ILLEGAL_TRANSITION
    if c.judge_only:
        return R_OK
    row.state = S_HANDLING
    emit(c, EV_CONSULT_ENDED, row.agent, row.node.id, row.queue, -1)
    end_leg(c, i, WHY_CONSULT_ENDED)
    return R_OK


# --- transfers ------------------------------------------------------------------------------------------

cdef bint someone_else_takes(Centre *c, uint32_t i, int32_t q) noexcept nogil:
    """Whether the interaction, transferred to this full queue, would be offered at once. Leaves everything
    as it was."""
    cdef InteractionRow saved
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t head = row.decline_head, d
    cdef int64_t before = -1
    cdef bint found
    memcpy(&saved, row, sizeof(InteractionRow))
    if row.agent >= 0:
        before = declined_at(c, i, <uint32_t> row.agent)
        note_decline(c, i, <uint32_t> row.agent)
    start_wait(c, i, q)
    found = would_match(c, i)
    if row.decline_head != head:
        table_give(&c.declines, row.decline_head)
    elif before >= 0:
        d = head
        while d != HG_NONE:
            if decline_at(c, d).agent == <uint32_t> row.agent:
                decline_at(c, d).at_ns = before
            d = decline_at(c, d).next
    memcpy(row, &saved, sizeof(InteractionRow))
    return found


cdef void start_wait(Centre *c, uint32_t i, int32_t q) noexcept nogil:
    """A new wait from now in queue `q` (-1: the last one, for an agent who is rung)."""
    cdef InteractionRow *row = interaction_at(c, i)
    if q >= 0:
        row.queue = q
    row.node.queued_at_ns = c.now_ns
    row.accepted_ns = -1
    row.entered_ns = c.now_ns
    row.not_before_ns = 0
    row.preferred = -1
    row.flags &= ~<uint16_t> (I_STUCK | I_CALLBACK)
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
    cdef QueueRow *queue = queue_at(c, <uint32_t> q)
    cdef bint same_channel = queue.channel == interaction_at(c, i).channel
    if not queue.flags & Q_OPEN:
        return R_QUEUE_CLOSED
    if queue_full(c, <uint32_t> q) and not (same_channel and someone_else_takes(c, i, q)):
        return R_QUEUE_FULL
    return R_OK if same_channel else R_NOT_REACHABLE


cdef int judge_agent(Centre *c, uint32_t i, int32_t a) noexcept nogil:
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
    cdef bint may = row.state in (S_HANDLING, S_ON_HOLD, S_CONSULTING,
                                  S_IN_CONFERENCE) and not row.flags & I_LEG
    if q != -1 and not known_queue(c, q):
        return R_UNKNOWN_QUEUE if may else R_ILLEGAL_TRANSITION
    if q >= 0:
        result = judge_queue(c, i, q)
    elif a >= 0:
        result = judge_agent(c, i, a)
    elif may and (row.state == S_HANDLING or row.state == S_ON_HOLD or not party_is_there(c, row)):
        may = False
    if not may and (result == R_OK or result > R_ILLEGAL_TRANSITION):
        return R_ILLEGAL_TRANSITION
    return result


cdef void tell_transfer(Centre *c, uint32_t i, int32_t a, int32_t q, int64_t other) noexcept nogil:
    cdef EventRow *e = emit(c, EV_TRANSFERRED, a, interaction_at(c, i).node.id, q, -1)
    if e != NULL:
        e.other = other


cdef void let_go(Centre *c, uint32_t a, uint32_t i) noexcept nogil:
    """The transferring agent is done with it: its wrap-up, if any, stays on the agent."""
    cdef InteractionRow *row = interaction_at(c, i)
    stop_handling(c, a, i)
    load_down(c, a, row.channel)
    if not start_wrap_up(c, a, i, row.queue, False):
        record_handling(c, row.queue, row.began_ns)


cdef void hand_over(Centre *c, uint32_t i) noexcept nogil:
    """To the consulted agent, at once: the leg becomes the interaction."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t leg = row.linked, a = <uint32_t> row.agent
    cdef uint32_t to = <uint32_t> interaction_at(c, leg).agent
    touch(c, to)
    tell_transfer(c, i, <int32_t> a, -1, to)
    let_go(c, a, i)
    note_decline(c, i, a)
    row.linked = HG_NONE
    interaction_at(c, leg).linked = HG_NONE
    stop_handling(c, to, leg)
    finish(c, leg, S_COMPLETED, True)
    begin_handling(c, to, i)
    row.state = S_HANDLING
    # What the consulted agent holds is the same as before: nothing is gained.
    refresh(c, to)
    work_ended(c, a)


cdef int transfer(Centre *c, CommandRow *cmd) noexcept nogil:
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
    a = <uint32_t> row.agent
    act(c, a)
    if cmd.queue < 0 and row.flags & I_EXTERNAL and cmd.agent < 0:
        tell_transfer(c, i, <int32_t> a, -1, -1)
        row.flags &= ~<uint16_t> I_EXTERNAL
        end_for(c, a, i)
        return R_OK
    if cmd.queue < 0 and row.linked != HG_NONE and interaction_at(c, row.linked).state != S_OFFERED and (
            cmd.agent < 0 or interaction_at(c, row.linked).agent == cmd.agent):
        hand_over(c, i)
        return R_OK
    tell_transfer(c, i, <int32_t> a, cmd.queue, cmd.agent)
    let_go(c, a, i)
    end_leg(c, i, WHY_TRANSFERRED)
    forget_visits(c, i)
    note_decline(c, i, a)
    if cmd.queue >= 0 and row.queue != cmd.queue:
        if row.queue >= 0:
            queue_at(c, <uint32_t> row.queue).live_count -= 1
        queue_at(c, <uint32_t> cmd.queue).live_count += 1
    start_wait(c, i, cmd.queue)
    if cmd.queue >= 0:
        begin_entry(row, queue_at(c, <uint32_t> cmd.queue))
        emit(c, EV_QUEUED, -1, row.node.id, cmd.queue, -1)
        send_back(c, i)
    else:
        # Who receives it has gained nothing: brought up to date at once, it is not among those acted on.
        touch(c, <uint32_t> cmd.agent)
        make_offer(c, i, <uint32_t> cmd.agent, -1)
        refresh(c, <uint32_t> cmd.agent)
    work_ended(c, a)
    return R_OK
