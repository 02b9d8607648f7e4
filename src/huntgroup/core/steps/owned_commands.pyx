"""Work that is owned: parked and resumed, put aside when its agent goes home; and how long wrap-up lasts.

Each function judges its command in the order of the result codes; where `judge_only` is set it stops there.
"""

from libc.stdint cimport uint16_t, uint32_t
from libc.string cimport memcpy

from huntgroup.core.matching.decisions cimport would_match
from huntgroup.core.readiness.awaiting cimport queue_full
from huntgroup.core.readiness.status cimport act
from huntgroup.core.readiness.waiting cimport forget_visits
from huntgroup.core.state.centre cimport Centre, enter_state, interaction_at, queue_at
from huntgroup.core.state.codes cimport (
    EV_RESUMED, R_ILLEGAL_TRANSITION, R_NOT_REACHABLE, R_OK, R_QUEUE_CLOSED, R_QUEUE_FULL)
from huntgroup.core.state.events cimport emit
from huntgroup.core.state.native cimport HG_NONE
from huntgroup.core.state.rows cimport (
    CommandRow, I_ACCEPT_COUNTED, I_ANSWER_COUNTED, I_ENTERED, I_ENTRY_OPEN, I_LEG, InteractionRow, Q_OPEN,
    QueueRow, S_HANDLING, S_ON_HOLD, S_PARKED)
from huntgroup.core.steps.agents cimport begin_handling, load_up, park_for, unpark, work_ended
from huntgroup.core.steps.consult_commands cimport start_wait
from huntgroup.core.steps.interaction_commands cimport live_row, reachable
from huntgroup.core.steps.offers cimport send_back
from huntgroup.core.steps.telling cimport tell_queued


cdef int park(Centre *c, CommandRow *cmd) noexcept nogil:
    """CMD-50, OWN-1: the conversation is silent; it keeps its owner and holds nothing."""
    cdef int result
    cdef uint32_t i = live_row(c, cmd.interaction, &result), a
    cdef InteractionRow *row
    if i == HG_NONE:
        return result
    row = interaction_at(c, i)
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
    cdef InteractionRow *row
    cdef QueueRow *queue
    cdef bint at_once
    if i == HG_NONE:
        return result
    row = interaction_at(c, i)
    if row.state != S_PARKED:
        return R_ILLEGAL_TRANSITION
    at_once = row.agent >= 0 and reachable(c, <uint32_t> row.agent, row.channel, False) == R_OK
    if not at_once:
        if row.queue < 0:
            return R_NOT_REACHABLE
        queue = queue_at(c, <uint32_t> row.queue)
        if not queue.flags & Q_OPEN:
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
