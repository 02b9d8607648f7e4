"""An interaction from arrival to end of wrap-up (docs/SEMANTICS.md, section 7). Consulting, conferences and
transfers have a file of their own.

Each function judges its command in the order of the result codes; where `judge_only` is set it stops there.
"""

from libc.stdint cimport int16_t, int32_t, int64_t, uint16_t, uint32_t

from huntgroup.core.steps.agent_commands cimport known_agent, known_queue
from huntgroup.core.steps.agents cimport (
    CHOSEN, begin_handling, engine_status, enter_status, load_down, load_up, release, stop_handling,
    unpark, work_ended)
from huntgroup.core.state.codes cimport (
    EV_ACCEPTED, EV_ANSWERED, EV_CALLBACK_RETRY, EV_CONSULT_ENDED, EV_DIALING, EV_ENDED, EV_EXPIRED,
    EV_HELD, EV_REJECTED, EV_RETRIEVED, R_AT_CAPACITY, R_CAPABILITY_MISSING, R_FEATURES_OFF,
    R_ILLEGAL_TRANSITION, R_INVALID_COMMAND, R_LIMIT_EXCEEDED, R_NOTHING_TO_DO, R_NOT_PERMITTED,
    R_NOT_REACHABLE, R_OK, R_QUEUE_CLOSED, R_QUEUE_FULL, R_QUEUE_UNSTAFFED, R_STALE_OFFER, R_UNKNOWN_AGENT,
    R_UNKNOWN_CHANNEL, R_UNKNOWN_INTERACTION, R_UNKNOWN_QUEUE, R_UNKNOWN_SKILL, WHY_ACCEPTED_ELSEWHERE,
    WHY_CONSULT_ENDED, WHY_NONE)
from huntgroup.core.state.centre cimport (
    FINISHED_BIT, Centre, add_up, agent_at, enter_state, interaction_at, offer_at, queue_at, table_give,
    )
from huntgroup.core.state.events cimport emit
from huntgroup.core.matching.decisions cimport would_match
from huntgroup.core.state.native cimport HG_NONE, hg_ids_get, hg_ids_remove
from huntgroup.core.steps.offers cimport (
    close_offer, finish, leg_gone, list_affected, make_offer, new_interaction, offer_lost, send_back,
    take_offer, withdraw_all)
from huntgroup.core.steps.permission cimport may_change
from huntgroup.core.state.references cimport link_ref, lowest_with_ref
from huntgroup.core.state.masks cimport GIVEN_ONCE, GIVEN_REF, GIVEN_TEXT_REF
from huntgroup.core.state.rows cimport (
    A_AFTER_ACCEPT, A_ALIVE, A_DIALLED_FOR, A_HELD_BACK, A_NO_GAIN, AgentRow, CommandRow, CUSTOMER_THERE,
    EventRow, F_FEATURES, I_ACCEPT_COUNTED, I_ANSWER_COUNTED, I_CALLBACK, I_DIALLED, I_ENTERED,
    I_ENTRY_OPEN, I_EXTERNAL, I_IN_TARGET, I_LEG, I_REF, I_SHUT, InteractionRow, MAX_PRIORITY, Q_OPEN,
    QueueRow, S_ABANDONED, S_COMPLETED, S_DIALING, S_HANDLING, S_OFFERED, S_ON_HOLD, S_PARKED, S_WRAP_UP)
from huntgroup.core.readiness.status cimport (
    act, derive, has_capability, has_device, has_room, has_room_but_one, receives_direct, signed_in)
from huntgroup.core.steps.telling cimport tell_arrival, tell_queued
from huntgroup.core.state.user_values cimport keep_interaction_user
from huntgroup.core.readiness.awaiting cimport queue_full, unstaffed
from huntgroup.core.readiness.waiting cimport bring_in_force, note_decline


cdef uint32_t live_row(Centre *c, int64_t id, int *result) noexcept nogil:
    """The row of an interaction that is not finished. HG_NONE with R_ILLEGAL_TRANSITION for a finished one,
    with R_UNKNOWN_INTERACTION for an id that was never given or whose interaction is no longer kept."""
    cdef uint32_t row = hg_ids_get(&c.ids, id) if id > 0 else HG_NONE
    if row == HG_NONE:
        result[0] = R_UNKNOWN_INTERACTION
        return HG_NONE
    if row & <uint32_t> FINISHED_BIT:
        result[0] = R_ILLEGAL_TRANSITION
        return HG_NONE
    result[0] = R_OK
    return row


cdef InteractionRow *live_in(Centre *c, int64_t id, uint32_t states, int *result) noexcept nogil:
    """The row of an interaction in one of these states, a bit each; NULL with what `live_row` says, or with
    R_ILLEGAL_TRANSITION for another state."""
    cdef uint32_t i = live_row(c, id, result)
    if i == HG_NONE:
        return NULL
    if (states >> interaction_at(c, i).state) & 1:
        return interaction_at(c, i)
    result[0] = R_ILLEGAL_TRANSITION
    return NULL


cdef bint completes_row(uint32_t *in_a_row, int32_t most) noexcept nogil:
    """Counts one more miss or reject in a row. True if the queue has a limit and it is reached; the count
    then begins anew."""
    in_a_row[0] += 1
    if most <= 0 or in_a_row[0] < <uint32_t> most:
        return False
    in_a_row[0] = 0
    return True


# --- arrivals -------------------------------------------------------------------------------------------

cdef void forget_interaction(Centre *c, uint32_t i) noexcept nogil:
    """Undoes new_interaction: a refused arrival takes no id."""
    cdef InteractionRow *row = interaction_at(c, i)
    c.next_interaction -= 1
    hg_ids_remove(&c.ids, row.node.id)
    if row.queue >= 0:
        queue_at(c, <uint32_t> row.queue).live_count -= 1
    row.node.id = 0
    table_give(&c.interactions, i)


cdef inline void take_ref(Centre *c, uint32_t i, CommandRow *cmd) noexcept nogil:
    """The new interaction has the reference of the command, if there is one."""
    if cmd.ref != -1 or (cmd.mask > 0 and cmd.mask & GIVEN_REF):
        link_ref(c, i, cmd.ref, cmd.mask > 0 and (cmd.mask & GIVEN_TEXT_REF) != 0)


cdef int enqueue(Centre *c, CommandRow *cmd) noexcept nogil:
    """Arrival at a queue. Amortised O(1) where somebody is ready and the requirement was seen before."""
    # WAIT-13, WAIT-14, WAIT-27, HOURS-2, CMD-19.
    cdef QueueRow *queue
    cdef InteractionRow *row
    cdef uint32_t i
    cdef bint full
    cdef int result
    if cmd.mask > 0 and cmd.mask & GIVEN_ONCE:
        c.out_interaction = lowest_with_ref(c, cmd.ref, (cmd.mask & GIVEN_TEXT_REF) != 0)
        if c.out_interaction > 0:
            return R_NOTHING_TO_DO
    if cmd.value != -1 and not 0 <= cmd.value <= c.now_ns:
        return R_INVALID_COMMAND
    if cmd.preferred != -1 and not known_agent(c, cmd.preferred):
        return R_UNKNOWN_AGENT
    if not known_queue(c, cmd.queue):
        return R_LIMIT_EXCEEDED if not -MAX_PRIORITY <= cmd.priority <= MAX_PRIORITY else R_UNKNOWN_QUEUE
    queue = queue_at(c, <uint32_t> cmd.queue)
    if not queue.flags & Q_OPEN and not queue.accepts_closed:
        return R_QUEUE_CLOSED
    if cmd.list_count > 0 and (cmd.relax < 0 or <int64_t> cmd.relax + cmd.list_count > c.relaxations.count):
        return R_INVALID_COMMAND
    full = queue_full(c, <uint32_t> cmd.queue)
    if not full:
        if unstaffed(c, <uint32_t> cmd.queue):
            return R_QUEUE_UNSTAFFED
        if not -MAX_PRIORITY <= cmd.priority <= MAX_PRIORITY:
            return R_LIMIT_EXCEEDED
        if queue.overflow_queue == -2:
            return R_UNKNOWN_QUEUE
        if not -1 <= cmd.requires < <int32_t> c.requirements.count or cmd.list_count < -1:
            return R_UNKNOWN_SKILL
        if c.judge_only:
            return R_OK
    elif cmd.requires < -1 or cmd.requires >= <int32_t> c.requirements.count:
        return R_QUEUE_FULL
    i = new_interaction(c, cmd.queue, queue.channel)
    if i == HG_NONE:
        return R_LIMIT_EXCEEDED
    row = interaction_at(c, i)
    row.requirement = cmd.requires if cmd.requires >= 0 else 0
    if cmd.list_count > 0:
        row.relax_start = <uint32_t> cmd.relax
        row.relax_count = <uint32_t> cmd.list_count
    row.preferred = cmd.preferred
    if cmd.value != -1:
        row.node.queued_at_ns = cmd.value
    row.priority = cmd.priority
    if not queue.flags & Q_OPEN:
        row.flags |= I_SHUT
    bring_in_force(c, i)
    if full and not would_match(c, i):
        forget_interaction(c, i)
        return R_QUEUE_FULL
    if full:
        result = R_OK
        if unstaffed(c, <uint32_t> cmd.queue):
            result = R_QUEUE_UNSTAFFED
        elif not -MAX_PRIORITY <= cmd.priority <= MAX_PRIORITY:
            result = R_LIMIT_EXCEEDED
        elif queue.overflow_queue == -2:
            result = R_UNKNOWN_QUEUE
        elif cmd.list_count < -1:
            result = R_UNKNOWN_SKILL
        if result != R_OK or c.judge_only:
            forget_interaction(c, i)
            return result
    if c.user_count:
        keep_interaction_user(c, row.node.id, c.user_in, c.user_count)
    c.out_interaction = row.node.id
    take_ref(c, i, cmd)
    row.flags |= I_ENTRY_OPEN
    queue.entered += 1
    if c.keep_events:
        tell_queued(c, row)
        if row.flags & I_REF or cmd.value != -1 or c.user_count:
            tell_arrival(c, row)
    row.group = HG_NONE
    row.flags |= I_ENTERED
    list_affected(c, i)
    return R_OK


cdef int reachable(Centre *c, uint32_t a, uint32_t channel, bint frees_one) noexcept nogil:
    """May a direct interaction be offered to the agent (CMD-48)? `frees_one`: the same command ends an offer
    on this channel that the agent has (CMD-43, CHANGE-13)."""
    # CMD-48.
    if not has_capability(c, a, channel) or not has_device(c, a, channel):
        return R_CAPABILITY_MISSING
    if not receives_direct(c, a, channel):
        return R_NOT_REACHABLE
    if has_room_but_one(c, a, channel) if frees_one else has_room(c, a, channel):
        return R_OK
    return R_NOT_REACHABLE


cdef int direct(Centre *c, CommandRow *cmd) noexcept nogil:
    # CMD-20.
    cdef uint32_t i
    cdef int result
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    if not 0 <= cmd.channel < <int> c.channel_count:
        return R_UNKNOWN_CHANNEL
    result = reachable(c, <uint32_t> cmd.agent, <uint32_t> cmd.channel, False)
    if result != R_OK or c.judge_only:
        return result
    i = new_interaction(c, -1, <uint32_t> cmd.channel)
    if i == HG_NONE:
        return R_LIMIT_EXCEEDED
    take_ref(c, i, cmd)
    c.out_interaction = interaction_at(c, i).node.id
    act(c, <uint32_t> cmd.agent)
    make_offer(c, i, <uint32_t> cmd.agent, -1, WHY_NONE)
    if interaction_at(c, i).flags & I_REF:
        tell_arrival(c, interaction_at(c, i))
    return R_OK


cdef int dial(Centre *c, CommandRow *cmd) noexcept nogil:
    # CMD-21.
    cdef uint32_t a, i
    cdef InteractionRow *row
    cdef EventRow *e
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    if not 0 <= cmd.channel < <int> c.channel_count:
        return R_UNKNOWN_QUEUE if cmd.queue != -1 and not known_queue(c, cmd.queue) else R_UNKNOWN_CHANNEL
    a = <uint32_t> cmd.agent
    if not has_capability(c, a, <uint32_t> cmd.channel) or not has_device(c, a, <uint32_t> cmd.channel):
        return R_CAPABILITY_MISSING
    if cmd.queue >= 0 and known_queue(c, cmd.queue) and queue_at(c,
                                                                 <uint32_t> cmd.queue).channel != cmd.channel:
        return R_NOT_REACHABLE
    if not agent_at(c, a).effective & F_FEATURES or not signed_in(c, a):
        return R_FEATURES_OFF
    if cmd.queue != -1 and not known_queue(c, cmd.queue):
        return R_UNKNOWN_QUEUE
    if not has_room(c, a, <uint32_t> cmd.channel):
        return R_AT_CAPACITY
    if c.judge_only:
        return R_OK
    i = new_interaction(c, cmd.queue, <uint32_t> cmd.channel)
    if i == HG_NONE:
        return R_LIMIT_EXCEEDED
    take_ref(c, i, cmd)
    row = interaction_at(c, i)
    if cmd.queue >= 0:
        bring_in_force(c, i)
    row.flags |= I_DIALLED
    row.accepted_ns = c.now_ns
    enter_state(c, row, S_DIALING)
    row.group = HG_NONE
    c.out_interaction = row.node.id
    act(c, a)
    load_up(c, a, row.channel)
    begin_handling(c, a, i)
    e = emit(c, EV_DIALING, cmd.agent, row.node.id, cmd.queue, -1)
    if e != NULL:
        e.channel = <int16_t> row.channel
    if row.flags & I_REF:
        tell_arrival(c, row)
    return R_OK


cdef void count_answer(Centre *c, InteractionRow *row) noexcept nogil:
    """The first answer of an interaction that waited, for the service level of its queue."""
    # NUM-5.
    cdef QueueRow *queue
    cdef int64_t waited = c.now_ns - row.node.queued_at_ns
    if not row.flags & I_ENTRY_OPEN:    # CHANGE-23
        return
    row.flags = (row.flags & ~<uint16_t> I_ENTRY_OPEN) | I_ANSWER_COUNTED
    queue = queue_at(c, <uint32_t> row.queue)
    queue.answered += 1
    add_up(&queue.answered_wait_ns, &queue.waits_over, waited)
    if waited <= queue.target_ns:
        queue.answered_in_target += 1
        row.flags |= I_IN_TARGET


cdef void dialled_for_no_more(Centre *c, InteractionRow *row) noexcept nogil:
    """A customer is no longer being dialled without an agent: another one may be dialled for the same
    agent."""
    # CALL-7.
    cdef uint32_t a = <uint32_t> row.recall
    row.recall = -1
    if agent_at(c, a).flags & A_ALIVE:
        act(c, a)
        agent_at(c, a).flags &= ~<uint32_t> A_DIALLED_FOR


cdef int answered(Centre *c, CommandRow *cmd) noexcept nogil:
    """The far end of a dialled interaction picked up."""
    # CMD-22, STATE-3.
    cdef int result
    cdef InteractionRow *row = live_in(c, cmd.interaction, 1 << S_DIALING, &result)
    if row == NULL:
        return result
    if c.judge_only:
        return R_OK
    if row.agent < 0:
        # CALL-7: the customer who was called back waits for an agent now.
        emit(c, EV_ANSWERED, -1, row.node.id, row.queue, -1)
        dialled_for_no_more(c, row)
        row.flags &= ~<uint16_t> I_CALLBACK
        row.customer = CUSTOMER_THERE
        send_back(c, hg_ids_get(&c.ids, row.node.id))
        return R_OK
    act(c, <uint32_t> row.agent)
    enter_state(c, row, S_HANDLING)
    if row.flags & I_CALLBACK:
        row.accepted_ns = c.now_ns
        count_answer(c, row)
    emit(c, EV_ANSWERED, row.agent, row.node.id, row.queue, -1)
    return R_OK


# --- the offer ------------------------------------------------------------------------------------------

cdef uint32_t named_offer(Centre *c, CommandRow *cmd, int *result) noexcept nogil:
    """The open offer that `accept` or `reject` names; HG_NONE, and the result code, if there is none."""
    # CMD-47.
    cdef uint32_t i = live_row(c, cmd.interaction, result), o, found = HG_NONE
    if cmd.agent != -1 and not known_agent(c, cmd.agent):
        result[0] = R_UNKNOWN_AGENT
        return HG_NONE
    if i == HG_NONE:
        if 0 < cmd.interaction < c.next_interaction:
            result[0] = R_STALE_OFFER
        return HG_NONE
    result[0] = R_STALE_OFFER
    o = interaction_at(c, i).offer_head
    while o != HG_NONE:
        if (cmd.agent < 0 or offer_at(c, o).agent == <uint32_t> cmd.agent) and (
                cmd.offer == -1 or offer_at(c, o).id == cmd.offer):
            if found != HG_NONE:
                return HG_NONE
            found = o
        o = offer_at(c, o).interaction_next
    return found


cdef int accept(Centre *c, CommandRow *cmd) noexcept nogil:
    """The agent accepts the offer; the other offers of the interaction are withdrawn in the same step."""
    # STATUS-17, OFFER-14, ELIG-19, CMD-23, CALL-3.
    cdef int result
    cdef uint32_t o = named_offer(c, cmd, &result), i, a
    cdef int32_t q
    cdef InteractionRow *row
    cdef int16_t receiver
    cdef AgentRow *agent
    if o == HG_NONE:
        return result
    if c.judge_only:
        return R_OK
    i = offer_at(c, o).interaction
    a = offer_at(c, o).agent
    q = offer_at(c, o).queue
    row = interaction_at(c, i)
    act(c, a)
    agent = agent_at(c, a)
    receiver = agent.receiver
    agent.flags |= A_NO_GAIN        # the load stays as it was; only the withdrawal of another offer is a gain
    emit(c, EV_ACCEPTED, <int32_t> a, row.node.id, q, offer_at(c, o).id)
    take_offer(c, o)
    if row.offer_count:
        withdraw_all(c, i, WHY_ACCEPTED_ELSEWHERE)
    begin_handling(c, a, i)
    agent.misses = 0
    agent.rejects = 0
    row.flags &= ~<uint16_t> (I_ACCEPT_COUNTED | I_ANSWER_COUNTED | I_IN_TARGET)
    if q >= 0:
        agent.accepted_count += 1
        row.flags |= I_ACCEPT_COUNTED
    else:
        row.recall = -1
    if row.flags & I_CALLBACK:
        enter_state(c, row, S_DIALING)
        row.not_before_ns = 0           # an assigned one may be dialled before its time
        emit(c, EV_DIALING, <int32_t> a, row.node.id, row.queue, -1)
    else:
        enter_state(c, row, S_HANDLING)
        if q >= 0:
            count_answer(c, row)
        row.accepted_ns = c.now_ns
    if q >= 0 and c.statuses[agent.base].after_accept >= 0:
        agent.pending = -1
        enter_status(c, a, c.statuses[agent.base].after_accept, CHOSEN)
        agent.flags |= A_AFTER_ACCEPT
    # The status shown while handling may receive what the one while offered did not (MATCH-27): a gain.
    if c.policy.work_decides or agent.flags & (A_AFTER_ACCEPT | A_HELD_BACK):
        derive(c, a)
        if agent.receiver != receiver or agent.flags & A_HELD_BACK:
            agent.flags &= ~<uint32_t> A_NO_GAIN
    return R_OK


cdef int reject(Centre *c, CommandRow *cmd) noexcept nogil:
    # CMD-24.
    cdef int result
    cdef uint32_t o = named_offer(c, cmd, &result), i, a
    cdef int32_t q
    if o == HG_NONE:
        return result
    if c.judge_only:
        return R_OK
    i = offer_at(c, o).interaction
    a = offer_at(c, o).agent
    q = offer_at(c, o).queue
    act(c, a)
    emit(c, EV_REJECTED, <int32_t> a, interaction_at(c, i).node.id, q, offer_at(c, o).id)
    note_decline(c, i, a)
    close_offer(c, o, False)
    if q >= 0:
        engine_status(c, a, c.policy.on_rejected_queued)
        # MISS-5.
        if completes_row(&agent_at(c, a).rejects, queue_at(c, <uint32_t> q).max_rejects):
            engine_status(c, a, c.policy.no_answer)
    offer_lost(c, i)
    return R_OK


cdef void expire(Centre *c, uint32_t o) noexcept nogil:
    """Nobody answered in time (RONA): the timer of the offer fired."""
    # CMD-25, MISS-1, MISS-2, MISS-3.
    cdef uint32_t i = offer_at(c, o).interaction, a = offer_at(c, o).agent
    cdef int32_t q = offer_at(c, o).queue
    act(c, a)
    emit(c, EV_EXPIRED, <int32_t> a, interaction_at(c, i).node.id, q, offer_at(c, o).id)
    note_decline(c, i, a)
    close_offer(c, o, False)
    engine_status(c, a, c.policy.on_missed_queued if q >= 0 else c.policy.on_missed_direct)
    if q >= 0 and completes_row(&agent_at(c, a).misses, queue_at(c, <uint32_t> q).max_misses):
        engine_status(c, a, c.policy.no_answer)
    offer_lost(c, i)


# --- handling -------------------------------------------------------------------------------------------

cdef int hold(Centre *c, CommandRow *cmd) noexcept nogil:
    # CMD-26, STATE-4.
    cdef int result
    cdef InteractionRow *row = live_in(c, cmd.interaction, 1 << S_HANDLING, &result)
    if row == NULL:
        return result
    if not c.judge_only:
        enter_state(c, row, S_ON_HOLD)
        emit(c, EV_HELD, row.agent, row.node.id, row.queue, -1)
    return R_OK


cdef int retrieve(Centre *c, CommandRow *cmd) noexcept nogil:
    # STATE-5.
    cdef int result
    cdef InteractionRow *row = live_in(c, cmd.interaction, 1 << S_ON_HOLD, &result)
    if row == NULL:
        return result
    if not c.judge_only:
        enter_state(c, row, S_HANDLING)
        emit(c, EV_RETRIEVED, row.agent, row.node.id, row.queue, -1)
    return R_OK


cdef void end_leg(Centre *c, uint32_t i, int reason) noexcept nogil:
    """Ends the consultation's leg, if there is one, because the consulting side ended the consultation."""
    # CMD-37.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef InteractionRow *leg
    cdef uint32_t party = row.linked
    cdef uint32_t a
    row.flags &= ~<uint16_t> I_EXTERNAL
    if party == HG_NONE:
        return
    row.linked = HG_NONE
    leg = interaction_at(c, party)
    leg.linked = HG_NONE
    if leg.state == S_OFFERED:
        withdraw_all(c, party, reason)
        finish(c, party, S_ABANDONED, True)
        return
    a = <uint32_t> leg.agent
    act(c, a)
    stop_handling(c, a, party)
    load_down(c, a, leg.channel)
    emit(c, EV_ENDED, leg.agent, leg.node.id, leg.queue, -1)
    finish(c, party, S_COMPLETED, True)
    work_ended(c, a)


cdef void end_for(Centre *c, uint32_t a, uint32_t i) noexcept nogil:
    """The agent's handling is over: wrap-up, or Completed where there is none. The caller has emitted `ended`
    or `transferred`."""
    cdef InteractionRow *row = interaction_at(c, i)
    row.ended_ns = c.now_ns
    if release(c, a, i, True, row.state == S_DIALING):
        enter_state(c, row, S_WRAP_UP)
    else:
        finish(c, i, S_COMPLETED, True)
    work_ended(c, a)


cdef bint retry_callback(Centre *c, int32_t agent, uint32_t i) noexcept nogil:
    """A callback that nobody picked up goes back to its place while attempts are left. `agent` -1: the
    customer was dialled first."""
    # CALL-4, CALL-5, CALL-7.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t a = <uint32_t> agent
    row.attempts += 1
    if row.attempts >= <uint32_t> queue_at(c, <uint32_t> row.queue).callback_attempts:
        return False
    row.not_before_ns = c.now_ns + queue_at(c, <uint32_t> row.queue).callback_retry_ns
    emit(c, EV_CALLBACK_RETRY, agent, row.node.id, row.queue, -1)
    if agent < 0:
        dialled_for_no_more(c, row)
        send_back(c, i)
        return True
    stop_handling(c, a, i)
    load_down(c, a, row.channel)
    send_back(c, i)
    work_ended(c, a)
    return True


cdef void end_handled(Centre *c, uint32_t i, int32_t text) noexcept nogil:
    """Ends an interaction that an agent works on. The reason, or -1, is kept in the event and on the
    interaction."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t a = <uint32_t> row.agent, parent = HG_NONE
    if row.flags & I_LEG:
        parent = row.linked
        leg_gone(c, i)
    elif row.linked != HG_NONE or row.flags & I_EXTERNAL:
        end_leg(c, i, WHY_CONSULT_ENDED)
    tell_end(c, row, text)
    end_for(c, a, i)
    if parent != HG_NONE:
        row = interaction_at(c, parent)
        emit(c, EV_CONSULT_ENDED, row.agent, row.node.id, row.queue, -1)


cdef void tell_end(Centre *c, InteractionRow *row, int32_t text) noexcept nogil:
    cdef EventRow *e = emit(c, EV_ENDED, row.agent, row.node.id, row.queue, -1)
    row.text = text
    if e != NULL:
        e.text = text


cdef void end_alone(Centre *c, uint32_t i, int32_t text) noexcept nogil:
    """Ends an interaction that no agent works on: there is no wrap-up."""
    tell_end(c, interaction_at(c, i), text)
    interaction_at(c, i).ended_ns = c.now_ns
    finish(c, i, S_COMPLETED, True)


cdef int32_t whose(InteractionRow *row) noexcept nogil:
    """The agent who works on it or has parked it, -1 for nobody: whom a command on it concerns."""
    return row.agent if row != NULL and S_DIALING <= row.state <= S_PARKED else -1


cdef int end(Centre *c, CommandRow *cmd) noexcept nogil:
    """CMD-31, STATE-9, WRAP-9. `text` is the reason, for instance who hung up."""
    cdef int result
    cdef uint32_t i = live_row(c, cmd.interaction, &result)
    cdef InteractionRow *row = interaction_at(c, i) if i != HG_NONE else NULL
    if cmd.by != -1 and not may_change(c, cmd.by, whose(row)):
        return R_NOT_PERMITTED
    if row == NULL:
        return result
    if row.state < S_DIALING or row.state > S_PARKED:
        return R_ILLEGAL_TRANSITION
    if not -1 <= cmd.text < <int32_t> c.text_count:
        return R_INVALID_COMMAND
    if c.judge_only:
        return R_OK
    if row.state == S_PARKED:
        unpark(c, i)
        end_alone(c, i, cmd.text)
        return R_OK
    if row.agent >= 0:
        act(c, <uint32_t> row.agent)
    if row.state == S_DIALING and row.flags & I_CALLBACK:
        if retry_callback(c, row.agent, i):
            return R_OK
        if row.flags & I_ENTRY_OPEN:
            # It may still be in Wrap Up, but its entry into the queue is counted as something now.
            row.flags &= ~<uint16_t> I_ENTRY_OPEN
            queue_at(c, <uint32_t> row.queue).callback_failed += 1
        if row.agent < 0:
            dialled_for_no_more(c, row)
            end_alone(c, i, cmd.text)
            return R_OK
    if row.flags & (I_LEG | I_EXTERNAL) or row.linked != HG_NONE:
        end_handled(c, i, cmd.text)
    else:
        tell_end(c, row, cmd.text)
        end_for(c, <uint32_t> row.agent, i)
    return R_OK
