"""What somebody who waits may do: hang up, or ask to be called back (docs/SEMANTICS.md, section 7).

Each function judges its command in the order of the result codes; where `judge_only` is set it stops there.
"""

from libc.stdint cimport int32_t, uint32_t

from huntgroup.core.readiness.waiting cimport delist, disarm_waits, let_call_first
from huntgroup.core.state.centre cimport Centre, interaction_at, queue_at
from huntgroup.core.state.codes cimport (
    EV_CALLBACK_REQUESTED, EV_CONSULT_ENDED, R_ILLEGAL_TRANSITION, R_INVALID_COMMAND, R_NOT_PERMITTED, R_OK,
    WHY_ABANDONED)
from huntgroup.core.state.events cimport emit
from huntgroup.core.state.native cimport HG_NONE, hg_ids_get
from huntgroup.core.state.rows cimport (
    CommandRow, EventRow, I_CALLBACK, I_ENTRY_OPEN, I_LEG, InteractionRow, QueueRow,
    S_ABANDONED, S_OFFERED, S_PARKED, S_QUEUED, W_MAX_WAIT, W_UNSTAFFED)
from huntgroup.core.state.timers cimport disarm
from huntgroup.core.steps.agents cimport unpark
from huntgroup.core.steps.interaction_commands cimport live_in, live_row, whose
from huntgroup.core.steps.offers cimport finish, leg_gone, withdraw_all
from huntgroup.core.steps.permission cimport may_change


cdef void count_abandoned(Centre *c, InteractionRow *row) noexcept nogil:
    """The caller left; within `short_abandon` it is no failure of the queue's (NUM-5)."""
    cdef QueueRow *queue = queue_at(c, <uint32_t> row.queue)
    queue.abandoned += 1
    if queue.short_abandon_ns and c.now_ns - row.node.queued_at_ns <= queue.short_abandon_ns:
        queue.short_abandons += 1


cdef int abandon(Centre *c, CommandRow *cmd) noexcept nogil:
    """The caller hangs up while waiting or being offered."""
    # IDLE-7, CMD-33, WRAP-9.
    cdef int result
    cdef uint32_t i = live_row(c, cmd.interaction, &result), parent = HG_NONE
    cdef InteractionRow *row = interaction_at(c, i) if i != HG_NONE else NULL
    if not may_change(c, cmd.by, whose(row)):
        return R_NOT_PERMITTED
    if row == NULL:
        return result
    if row.state != S_QUEUED and row.state != S_OFFERED and row.state != S_PARKED:
        return R_ILLEGAL_TRANSITION
    if not -1 <= cmd.text < <int32_t> c.text_count:
        return R_INVALID_COMMAND
    if c.judge_only:
        return R_OK
    row.text = cmd.text
    if row.state == S_PARKED:
        # OWN-8: it was answered, and counts as that.
        unpark(c, i)
        finish(c, i, S_ABANDONED, True)
        return R_OK
    if row.state == S_QUEUED:
        delist(c, i)
        disarm_waits(c, i)
    else:
        withdraw_all(c, i, WHY_ABANDONED)
    if row.flags & I_ENTRY_OPEN:
        count_abandoned(c, row)
    if row.flags & I_LEG:
        parent = row.linked
        leg_gone(c, i)
    finish(c, i, S_ABANDONED, True)
    if parent != HG_NONE:
        row = interaction_at(c, parent)
        emit(c, EV_CONSULT_ENDED, row.agent, row.node.id, row.queue, -1)
    return R_OK


cdef int request_callback(Centre *c, CommandRow *cmd) noexcept nogil:
    """A waiting caller hangs up and keeps the place. `flag` 1: the customer is dialled first."""
    # CMD-34, CALL-1, CALL-2, CALL-6.
    cdef int result
    cdef EventRow *e
    cdef InteractionRow *row = live_in(c, cmd.interaction, 1 << S_QUEUED, &result)
    if row == NULL:
        return result
    if row.flags & I_CALLBACK or row.customer >= 0:
        return R_ILLEGAL_TRANSITION
    if cmd.flag > 1:
        return R_INVALID_COMMAND
    if c.judge_only:
        return R_OK
    row.flags |= I_CALLBACK
    if cmd.flag:
        let_call_first(c, hg_ids_get(&c.ids, row.node.id))
    disarm(c, &row.timer[W_MAX_WAIT])
    disarm(c, &row.timer[W_UNSTAFFED])
    e = emit(c, EV_CALLBACK_REQUESTED, -1, row.node.id, row.queue, -1)
    if e != NULL and cmd.flag:
        e.value = 1
    return R_OK
