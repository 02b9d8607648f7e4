"""What waits is changed by the host, or by a person (docs/SEMANTICS.md, section 15).

Each function judges its command in the order of the result codes; where `judge_only` is set it stops there.
"""

from libc.stdint cimport int16_t, int32_t, int64_t, uint16_t, uint32_t
from libc.string cimport memcpy

from huntgroup.core.matching.decisions cimport would_match
from huntgroup.core.readiness.awaiting cimport queue_full, shut_out, unstaffed
from huntgroup.core.readiness.ready cimport refresh_taker
from huntgroup.core.readiness.status cimport act, touch
from huntgroup.core.readiness.waiting cimport (
    arm_waits, begin_queue_requirement, bring_in_force, bring_own_in_force, delist, disarm_waits, enlist,
    note_asked, note_doors)
from huntgroup.core.state.centre cimport (
    FINISHED_BIT, Centre, agent_at, interaction_at, offer_at, queue_at, relax_at, take_off)
from huntgroup.core.state.codes cimport (
    EV_CONSULT_ENDED, EV_INTERACTION_UPDATED, EV_MOVED, EV_PUT_BACK, R_CAPABILITY_MISSING,
    R_ILLEGAL_TRANSITION, R_INVALID_COMMAND, R_LIMIT_EXCEEDED, R_NOT_PERMITTED, R_NOT_REACHABLE, R_OK,
    R_QUEUE_CLOSED, R_QUEUE_FULL, R_QUEUE_UNSTAFFED, R_UNKNOWN_AGENT, R_UNKNOWN_INTERACTION,
    R_UNKNOWN_QUEUE, R_UNKNOWN_SKILL, WHY_ASSIGNED, WHY_HOST, WHY_MOVED)
from huntgroup.core.state.events cimport emit
from huntgroup.core.state.native cimport HG_NONE, hg_ids_get
from huntgroup.core.state.masks cimport GIVEN_PREFERRED, GIVEN_PRIORITY, GIVEN_RELAX, GIVEN_REQUIRES
from huntgroup.core.state.rows cimport (
    A_ALIVE, CommandRow, EventRow, I_ACCEPT_COUNTED, I_ANSWER_COUNTED, I_CALLBACK, I_ENTERED, I_ENTRY_OPEN,
    I_IN_TARGET, I_LEG, I_STUCK, InteractionRow, MAX_PRIORITY, QueueRow, S_ABANDONED, S_DIALING,
    S_HANDLING, S_IN_CONFERENCE, S_OFFERED, S_ON_HOLD, S_QUEUED)
from huntgroup.core.steps.agent_commands cimport known_agent, known_queue
from huntgroup.core.steps.agents cimport load_down, stop_handling, work_ended
from huntgroup.core.steps.interaction_commands cimport live_row, named_offer, reachable
from huntgroup.core.steps.limits cimport note_left, relax_by_now
from huntgroup.core.steps.permission cimport known, may_act_for, may_change
from huntgroup.core.steps.offers cimport (
    finish, leg_gone, list_affected, make_offer, offer_lost, send_back, withdraw,
    withdraw_all)


cdef bint waits(InteractionRow *row) noexcept nogil:
    """Queued or Offered, and no leg: those belong to their consultation."""
    return (row.state == S_QUEUED or row.state == S_OFFERED) and not row.flags & I_LEG


cdef void take_from_place(Centre *c, uint32_t i, int reason) noexcept nogil:
    """Takes the interaction out of the order of waiting, or withdraws its offers."""
    if interaction_at(c, i).state == S_QUEUED:
        delist(c, i)
        disarm_waits(c, i)
    else:
        withdraw_all(c, i, reason)


# --- update_interaction -------------------------------------------------------------------------------

cdef bint same_steps(Centre *c, InteractionRow *row, uint32_t start, uint32_t count) noexcept nogil:
    """Whether these relaxation steps say what the interaction's own do."""
    cdef uint32_t k
    if row.relax_count != count:
        return False
    for k in range(count):
        if relax_at(c, row.relax_start + k).after_ns != relax_at(c, start + k).after_ns or (
                relax_at(c, row.relax_start + k).requirement != relax_at(c, start + k).requirement):
            return False
    return True


cdef int judge_update(Centre *c, CommandRow *cmd, int mask) noexcept nogil:
    """What is wrong with the new values (CHANGE-1), UnknownInteraction left to the caller."""
    if mask & GIVEN_PRIORITY and not -MAX_PRIORITY <= cmd.priority <= MAX_PRIORITY:
        return R_LIMIT_EXCEEDED
    if mask & GIVEN_REQUIRES and not -1 <= cmd.requires < <int32_t> c.requirements.count:
        return R_UNKNOWN_SKILL
    if mask & GIVEN_RELAX and cmd.list_count < -1:
        return R_UNKNOWN_SKILL
    if mask & GIVEN_RELAX and cmd.list_count > 0 and (
            cmd.relax < 0 or <int64_t> cmd.relax + cmd.list_count > c.relaxations.count):
        return R_INVALID_COMMAND
    return R_OK


cdef int update_interaction(Centre *c, CommandRow *cmd) noexcept nogil:
    """The fields that the mask names are changed. O(log waiting), then a decision as in `enqueue`."""
    # CHANGE-6, CHANGE-7.
    cdef int result, wrong, mask = cmd.mask if cmd.mask > 0 else 0
    cdef uint32_t i
    cdef uint32_t relax_start = 0, relax_count = 0
    cdef int32_t requirement, preferred, priority
    cdef InteractionRow *row
    if (mask & GIVEN_PREFERRED and cmd.preferred != -1 and not known_agent(c, cmd.preferred)) or (
            not known(c, cmd.by)):
        return R_UNKNOWN_AGENT
    if not may_change(c, cmd.by, -1):
        return R_NOT_PERMITTED
    i = live_row(c, cmd.interaction, &result)
    if result == R_ILLEGAL_TRANSITION or (i != HG_NONE and not waits(interaction_at(c, i))):
        return R_ILLEGAL_TRANSITION
    wrong = judge_update(c, cmd, mask)
    if wrong != R_OK and (result == R_OK or wrong < result):
        return wrong
    if result != R_OK or c.judge_only:
        return result
    row = interaction_at(c, i)
    priority = cmd.priority if mask & GIVEN_PRIORITY else row.priority
    requirement = row.requirement
    if mask & GIVEN_REQUIRES:
        requirement = cmd.requires if cmd.requires >= 0 else 0
    if row.preferred >= 0 and not agent_at(c, <uint32_t> row.preferred).flags & A_ALIVE:
        row.preferred = -1          # removed while it was being offered to somebody else
    preferred = cmd.preferred if mask & GIVEN_PREFERRED else row.preferred
    if not mask & GIVEN_RELAX:
        relax_start = row.relax_start
        relax_count = row.relax_count
    elif cmd.list_count > 0:
        relax_start = <uint32_t> cmd.relax
        relax_count = <uint32_t> cmd.list_count
    if priority == row.priority and requirement == row.requirement and preferred == row.preferred and (
            same_steps(c, row, relax_start, relax_count)):
        return R_OK
    change_wishes(c, i, priority, requirement, preferred, relax_start, relax_count)
    return R_OK


cdef void change_wishes(Centre *c, uint32_t i, int32_t priority, int32_t requirement, int32_t preferred,
                        uint32_t relax_start, uint32_t relax_count) noexcept nogil:
    cdef InteractionRow *row = interaction_at(c, i)
    cdef bint queued = row.state == S_QUEUED    # CHANGE-8
    cdef EventRow *e
    if queued:
        delist(c, i)
        disarm_waits(c, i)
    row.priority = priority
    row.requirement = requirement
    row.preferred = preferred
    row.relax_start = relax_start
    row.relax_count = relax_count
    if row.queue >= 0:
        bring_in_force(c, i)
    else:
        bring_own_in_force(c, i)
    e = emit(c, EV_INTERACTION_UPDATED, -1, row.node.id, row.queue, -1)
    if e != NULL:
        e.value = priority
        e.other = preferred
    if queued:
        enlist(c, i)
        arm_waits(c, i)
        list_affected(c, i)


# --- move ---------------------------------------------------------------------------------------------

cdef void enter_by_move(Centre *c, uint32_t i, int32_t q) noexcept nogil:
    """In queue `q` from now, with the wait so far (CHANGE-9)."""
    cdef InteractionRow *row = interaction_at(c, i)
    row.queue = q
    row.entered_ns = c.now_ns
    row.recall = -1
    row.flags &= ~<uint16_t> I_STUCK
    note_doors(c, i)
    begin_queue_requirement(c, i)


cdef bint would_wait(Centre *c, uint32_t i, int32_t q) noexcept nogil:
    """Whether the interaction, moved to this queue, would find nobody, as things stand (CHANGE-11). Leaves
    everything as it was."""
    cdef InteractionRow saved
    cdef InteractionRow *row = interaction_at(c, i)
    cdef bint found
    memcpy(&saved, row, sizeof(InteractionRow))
    # Its group is one of the queue in which it waits.
    row.group = HG_NONE
    enter_by_move(c, i, q)
    bring_in_force(c, i)
    found = would_match(c, i)
    memcpy(interaction_at(c, i), &saved, sizeof(InteractionRow))
    return not found


cdef int judge_move(Centre *c, uint32_t i, int32_t q) noexcept nogil:
    cdef InteractionRow *row = interaction_at(c, i)
    cdef bint may = waits(row), fits
    if not known_queue(c, q):
        return R_UNKNOWN_QUEUE if may else R_ILLEGAL_TRANSITION
    if shut_out(c, <uint32_t> q):
        return R_QUEUE_CLOSED
    fits = queue_at(c, <uint32_t> q).channel == row.channel
    if may and fits and row.queue != q and queue_full(c, <uint32_t> q) and would_wait(c, i, q):
        return R_QUEUE_FULL
    if unstaffed(c, <uint32_t> q):
        return R_QUEUE_UNSTAFFED
    if not may or row.queue == q:
        return R_ILLEGAL_TRANSITION
    return R_OK if fits else R_NOT_REACHABLE


cdef int move(Centre *c, CommandRow *cmd) noexcept nogil:
    """To another queue, with arrival and priority (CHANGE-2). O(log waiting), then a decision as in
    `enqueue`."""
    cdef int result
    cdef uint32_t i
    cdef InteractionRow *row
    cdef int32_t left                   # -1: it had no queue (CHANGE-12)
    cdef EventRow *e
    if not known(c, cmd.by):
        return R_UNKNOWN_AGENT
    if not may_change(c, cmd.by, -1):
        return R_NOT_PERMITTED
    i = live_row(c, cmd.interaction, &result)
    if i == HG_NONE:
        if not known_queue(c, cmd.queue):
            return R_UNKNOWN_QUEUE if result == R_UNKNOWN_INTERACTION else result
        if result == R_ILLEGAL_TRANSITION and shut_out(c, <uint32_t> cmd.queue):
            return R_QUEUE_CLOSED
        if result == R_ILLEGAL_TRANSITION and unstaffed(c, <uint32_t> cmd.queue):
            return R_QUEUE_UNSTAFFED
        return result
    result = judge_move(c, i, cmd.queue)
    if result != R_OK or c.judge_only:
        return result
    take_from_place(c, i, WHY_MOVED)
    row = interaction_at(c, i)
    left = row.queue
    note_left(c, i)
    if left >= 0:
        queue_at(c, <uint32_t> left).live_count -= 1
        if row.flags & I_ENTRY_OPEN:
            queue_at(c, <uint32_t> left).moved += 1
    enter_by_move(c, i, cmd.queue)
    queue_at(c, <uint32_t> cmd.queue).live_count += 1
    queue_at(c, <uint32_t> cmd.queue).entered += 1
    row.flags |= I_ENTRY_OPEN
    row.flags |= I_ENTERED
    e = emit(c, EV_MOVED, -1, row.node.id, cmd.queue, -1)
    if e != NULL:
        e.other = left
    relax_by_now(c, i)
    send_back(c, i)
    return R_OK


# --- assign -------------------------------------------------------------------------------------------

cdef bint rings_at(Centre *c, uint32_t i, uint32_t a) noexcept nogil:
    cdef uint32_t o = interaction_at(c, i).offer_head
    while o != HG_NONE and offer_at(c, o).agent != a:
        o = offer_at(c, o).interaction_next
    return o != HG_NONE


cdef int assign(Centre *c, CommandRow *cmd) noexcept nogil:
    """Offered to this agent, whatever order, strategy, skills and membership say (CHANGE-3). O(offers of the
    interaction + memberships)."""
    cdef int result, reach
    cdef int16_t receiver
    cdef uint32_t i, a, row_of
    if not known_agent(c, cmd.agent) or not known(c, cmd.by):
        return R_UNKNOWN_AGENT
    if not may_act_for(c, cmd.by, cmd.agent):
        return R_NOT_PERMITTED
    a = <uint32_t> cmd.agent
    i = live_row(c, cmd.interaction, &result)
    if i == HG_NONE:
        row_of = hg_ids_get(&c.ids, cmd.interaction) if result == R_ILLEGAL_TRANSITION else HG_NONE
        if row_of != HG_NONE and R_CAPABILITY_MISSING == reachable(
                c, a, c.finished[row_of & ~<uint32_t> FINISHED_BIT].channel, False):
            return R_CAPABILITY_MISSING
        return result
    reach = reachable(c, a, interaction_at(c, i).channel, rings_at(c, i, a))
    if reach == R_CAPABILITY_MISSING:
        return reach
    if not waits(interaction_at(c, i)):
        return R_ILLEGAL_TRANSITION
    if reach != R_OK or c.judge_only:
        return reach
    take_from_place(c, i, WHY_ASSIGNED)
    # The agent who receives it has gained nothing: it is refreshed at once, not with those acted on.
    touch(c, a)
    receiver = agent_at(c, a).receiver
    make_offer(c, i, a, interaction_at(c, i).queue, WHY_ASSIGNED)
    refresh_taker(c, a, receiver)
    return R_OK


# --- withdraw -----------------------------------------------------------------------------------------

cdef int withdraw_offer(Centre *c, CommandRow *cmd) noexcept nogil:
    """The host takes an open offer back (CHANGE-4, CHANGE-15). O(memberships), then a decision as in
    `enqueue`."""
    cdef int result
    cdef uint32_t o = named_offer(c, cmd, &result), i, a
    cdef int32_t concerned = cmd.agent
    if result == R_UNKNOWN_AGENT or not known(c, cmd.by):
        return R_UNKNOWN_AGENT
    if concerned < 0 and o != HG_NONE:
        concerned = <int32_t> offer_at(c, o).agent
    if not may_change(c, cmd.by, concerned):
        return R_NOT_PERMITTED
    if o == HG_NONE:
        return result
    if c.judge_only:
        return R_OK
    i = offer_at(c, o).interaction
    a = offer_at(c, o).agent
    withdraw(c, o, WHY_HOST)
    note_asked(c, i, a)
    offer_lost(c, i)
    return R_OK


# --- put_back -----------------------------------------------------------------------------------------

cdef void take_back_figures(Centre *c, uint32_t a, InteractionRow *row) noexcept nogil:
    """As if it had not been accepted: what this handling counted is counted no more (CHANGE-17)."""
    cdef QueueRow *queue
    if row.flags & I_ACCEPT_COUNTED:
        agent_at(c, a).accepted_count -= 1
    if row.flags & I_ANSWER_COUNTED:
        queue = queue_at(c, <uint32_t> row.queue)
        queue.answered -= 1
        take_off(&queue.answered_wait_ns, &queue.waits_over, row.accepted_ns - row.node.queued_at_ns)
        if row.flags & I_IN_TARGET:
            queue.answered_in_target -= 1
        row.flags |= I_ENTRY_OPEN
    row.flags &= ~<uint16_t> (I_ACCEPT_COUNTED | I_ANSWER_COUNTED | I_IN_TARGET)


cdef int put_back(Centre *c, CommandRow *cmd) noexcept nogil:
    """The connection failed after the accept: it waits again where it waited (CHANGE-5, CHANGE-16).
    O(memberships), then a decision as in `enqueue`."""
    cdef int result
    cdef uint32_t i
    cdef InteractionRow *row
    cdef int32_t concerned = -1
    if not known(c, cmd.by):
        return R_UNKNOWN_AGENT
    i = live_row(c, cmd.interaction, &result)
    row = interaction_at(c, i) if i != HG_NONE else NULL
    if row != NULL and row.state >= S_DIALING and row.state <= S_IN_CONFERENCE:
        concerned = row.agent
    if not may_change(c, cmd.by, concerned):
        return R_NOT_PERMITTED
    if row == NULL:
        return result
    if row.state != S_HANDLING and row.state != S_ON_HOLD and not (
            row.state == S_DIALING and row.flags & I_CALLBACK and row.agent >= 0):
        return R_ILLEGAL_TRANSITION
    if not c.judge_only:
        act(c, <uint32_t> concerned)
        put_back_for(c, <uint32_t> concerned, i)
    return R_OK


cdef void put_back_for(Centre *c, uint32_t a, uint32_t i) noexcept nogil:
    """What this agent handles waits again; without a queue it is Abandoned. The caller has acted on `a`."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t parent = HG_NONE
    take_back_figures(c, a, row)
    stop_handling(c, a, i)
    load_down(c, a, row.channel)
    note_asked(c, i, a)
    row.accepted_ns = -1
    emit(c, EV_PUT_BACK, <int32_t> a, row.node.id, row.queue, -1)
    if row.queue >= 0:
        send_back(c, i)
    else:
        # CHANGE-18.
        if row.flags & I_LEG:
            parent = row.linked
            leg_gone(c, i)
        finish(c, i, S_ABANDONED, True)
        if parent != HG_NONE:
            row = interaction_at(c, parent)
            emit(c, EV_CONSULT_ENDED, row.agent, row.node.id, row.queue, -1)
    work_ended(c, a)
