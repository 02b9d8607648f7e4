"""The life of an offer and of an interaction outside any one command (docs/SEMANTICS.md, sections 4 and
5)."""

from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memset

from huntgroup.core.steps.agents cimport load_down, load_up
from huntgroup.core.state.codes cimport (
    EV_ABANDONED, EV_COMPLETED, EV_CONSULT_ENDED, EV_OFFERED, EV_WITHDRAWN, WHY_ASSIGNED)
from huntgroup.core.state.centre cimport (
    FINISHED_BIT, Centre, agent_at, channel_at, enter_state, idle_key, interaction_at, offer_at, queue_at,
    table_give, table_take)
from huntgroup.core.state.events cimport emit
from huntgroup.core.matching.explained cimport drop_decision, pass_on_decision
from huntgroup.core.state.native cimport HG_NONE, hg_ids_put, hg_ids_remove, hg_ids_reserve
from huntgroup.core.state.references cimport unlink_ref
from huntgroup.core.state.rows cimport (
    AgentRow, ChannelRow, EventRow, FinishedRow, InteractionRow, I_ASSIGNED, I_LEG, I_LISTED, I_REF,
    OfferRow, S_ABANDONED, S_COMPLETED, S_HANDLING, S_OFFERED, S_QUEUED, TIMER_OFFER, T_RING_ALL)
from huntgroup.core.readiness.status cimport act
from huntgroup.core.state.timers cimport arm, disarm
from huntgroup.core.state.user_values cimport forget_given
from huntgroup.core.readiness.waiting cimport forget_declines, forget_visits

cdef int64_t DEFAULT_OFFER_TIMEOUT_NS = 20000000000


cdef uint32_t new_interaction(Centre *c, int32_t q, uint32_t channel) noexcept nogil:
    """A row with the next id, state Queued and not yet waiting. HG_NONE when memory is out."""
    cdef uint32_t i = table_take(&c.interactions)
    cdef InteractionRow *row
    if i == HG_NONE:
        return i
    if c.interactions.count + c.keep_finished >= c.ids.capacity >> 1 and (
            hg_ids_reserve(&c.ids, c.interactions.count + c.keep_finished + 1) != 0):
        table_give(&c.interactions, i)
        return HG_NONE
    row = interaction_at(c, i)
    memset(row, 0xFF, sizeof(InteractionRow))
    row.node.id = c.next_interaction
    row.node.queued_at_ns = c.now_ns
    row.queue = q
    row.channel = <uint8_t> channel
    row.state = S_QUEUED
    row.flags = 0
    row.priority = 0
    row.requirement = 0
    row.own_requirement = 0
    row.queue_requirement = 0
    row.relax_count = 0
    row.offer_count = 0
    row.offers_made = 0
    row.attempts = 0
    row.entered_ns = c.now_ns
    row.not_before_ns = 0
    row.since_ns = c.now_ns
    row.on_hold_ns = 0
    row.handled_ns = 0
    hg_ids_put(&c.ids, c.next_interaction, i)
    c.next_interaction += 1
    if q >= 0:
        queue_at(c, <uint32_t> q).live_count += 1
    return i


cdef void keep_readable(Centre *c, uint32_t i, int state) noexcept nogil:
    """Keeps the finished interaction readable; it takes the place of the oldest one kept."""
    # NUM-9.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t at = <uint32_t> (c.finished_count % c.keep_finished)
    cdef FinishedRow *done = c.finished + at
    if c.finished_count >= c.keep_finished:
        hg_ids_remove(&c.ids, done.id)
        if c.given.count:
            forget_given(c, done.id)
    done.id = row.node.id
    done.queued_at_ns = row.node.queued_at_ns
    done.accepted_ns = row.accepted_ns
    done.ended_ns = row.ended_ns if row.ended_ns >= 0 else c.now_ns
    done.ref = row.ref
    done.queue = row.queue
    done.agent = -1 if state == S_ABANDONED else row.agent
    done.priority = row.priority
    done.channel = row.channel
    done.state = <uint8_t> state
    done.flags = row.flags
    done.since_ns = row.since_ns
    done.on_hold_ns = row.on_hold_ns
    done.handled_ns = row.handled_ns
    done.text = row.text
    pass_on_decision(c, i, done)
    hg_ids_put(&c.ids, row.node.id, at | <uint32_t> FINISHED_BIT)


cdef void finish(Centre *c, uint32_t i, int state, bint tell) noexcept nogil:
    """Completed or Abandoned; the row goes to the latest finished. `tell`: by `completed` or `abandoned`."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef EventRow *e
    enter_state(c, row, state)
    if c.keep_finished:
        keep_readable(c, i, state)
    else:
        hg_ids_remove(&c.ids, row.node.id)
        drop_decision(c, i)
        if c.given.count:
            forget_given(c, row.node.id)
    c.finished_count += 1
    if row.flags & I_REF:
        unlink_ref(c, i)
    if row.decline_head != HG_NONE:
        forget_declines(c, i)
    if row.visit_head != HG_NONE:
        forget_visits(c, i)
    if row.queue >= 0:
        queue_at(c, <uint32_t> row.queue).live_count -= 1
    if tell and state == S_COMPLETED:
        emit(c, EV_COMPLETED, row.agent, row.node.id, row.queue, -1)
    elif tell:
        e = emit(c, EV_ABANDONED, -1, row.node.id, row.queue, -1)
        if e != NULL:
            e.text = row.text
    if row.flags & I_LISTED:
        # The step still has this row on its list; id 0 says that there is no interaction in it any more.
        row.group = HG_NONE
    row.node.id = 0
    table_give(&c.interactions, i)


cdef void make_offer(Centre *c, uint32_t i, uint32_t a, int32_t q, int reason) noexcept nogil:
    """Offers the interaction to the agent, from queue `q` or directly (-1). `reason`: that somebody assigned
    it or that it is recalled, WHY_NONE otherwise. The caller refreshes the agent."""
    # OFFER-1, OFFER-11, OFFER-13, WAIT-7, STATE-1.
    cdef InteractionRow *it = interaction_at(c, i)
    cdef AgentRow *agent = agent_at(c, a)
    cdef uint32_t o = table_take(&c.offers)
    cdef OfferRow *offer
    cdef int64_t timeout = DEFAULT_OFFER_TIMEOUT_NS
    cdef EventRow *e
    if o == HG_NONE:
        c.failed = True
        return
    offer = offer_at(c, o)
    offer.id = c.next_offer
    c.next_offer += 1
    offer.made_ns = c.now_ns
    offer.interaction = i
    offer.agent = a
    offer.queue = q
    offer.displaced = channel_at(c, a, c.capability[it.channel]).load_key
    load_up(c, a, it.channel)
    offer.key = idle_key(c, a)
    offer.agent_next = HG_NONE
    offer.agent_prev = agent.offer_tail
    if agent.offer_tail != HG_NONE:
        offer_at(c, agent.offer_tail).agent_next = o
    else:
        agent.offer_head = o
    agent.offer_tail = o
    agent.offer_count += 1
    offer.interaction_prev = HG_NONE
    offer.interaction_next = it.offer_head
    if it.offer_head != HG_NONE:
        offer_at(c, it.offer_head).interaction_prev = o
    it.offer_head = o
    it.offer_count += 1
    it.offers_made += 1
    enter_state(c, it, S_OFFERED)
    it.agent = <int32_t> a
    if reason == WHY_ASSIGNED:
        it.flags |= I_ASSIGNED
    else:
        it.flags &= ~<uint16_t> I_ASSIGNED
        if q >= 0 and queue_at(c, <uint32_t> q).strategy == T_RING_ALL:
            it.agent = -1
    if it.queue >= 0:
        timeout = queue_at(c, <uint32_t> it.queue).offer_timeout_ns
    offer.timer = arm(c, TIMER_OFFER, c.now_ns + timeout, offer.id, o)
    e = emit(c, EV_OFFERED, <int32_t> a, it.node.id, q, offer.id)
    if e != NULL:
        e.reason = <uint16_t> reason
        # TOLD-8.
        e.value = c.now_ns + timeout
        if it.queue < 0:
            e.channel = <int16_t> it.channel


cdef void close_offer(Centre *c, uint32_t o, bint withdrawn) noexcept nogil:
    """Takes the offer off its agent and interaction and lowers the load; a withdrawal gives the old place
    back."""
    # IDLE-4.
    cdef OfferRow *offer = offer_at(c, o)
    cdef InteractionRow *it = interaction_at(c, offer.interaction)
    cdef uint32_t capability = c.capability[it.channel]
    cdef ChannelRow *on = channel_at(c, offer.agent, capability)
    cdef uint64_t before = on.load_key
    cdef uint32_t later = offer.agent_next
    cdef bint inherited = False
    disarm(c, &offer.timer)
    load_down(c, offer.agent, it.channel)
    if withdrawn:
        while later != HG_NONE and not inherited:
            if offer_at(c, later).displaced == offer.key and (
                    c.capability[interaction_at(c, offer_at(c, later).interaction).channel] == capability):
                offer_at(c, later).displaced = offer.displaced
                inherited = True
            later = offer_at(c, later).agent_next
        on.load_key = before if inherited or before != offer.key else offer.displaced
    unlink_offer(c, o)
    table_give(&c.offers, o)


cdef void take_offer(Centre *c, uint32_t o) noexcept nogil:
    """Ends an offer by its acceptance: the load stays, now as handling."""
    disarm(c, &offer_at(c, o).timer)
    unlink_offer(c, o)
    table_give(&c.offers, o)


cdef void unlink_offer(Centre *c, uint32_t o) noexcept nogil:
    cdef OfferRow *offer = offer_at(c, o)
    cdef AgentRow *agent = agent_at(c, offer.agent)
    cdef InteractionRow *it = interaction_at(c, offer.interaction)
    if offer.agent_prev != HG_NONE:
        offer_at(c, offer.agent_prev).agent_next = offer.agent_next
    else:
        agent.offer_head = offer.agent_next
    if offer.agent_next != HG_NONE:
        offer_at(c, offer.agent_next).agent_prev = offer.agent_prev
    else:
        agent.offer_tail = offer.agent_prev
    if offer.interaction_prev != HG_NONE:
        offer_at(c, offer.interaction_prev).interaction_next = offer.interaction_next
    else:
        it.offer_head = offer.interaction_next
    if offer.interaction_next != HG_NONE:
        offer_at(c, offer.interaction_next).interaction_prev = offer.interaction_prev
    agent.offer_count -= 1
    it.offer_count -= 1


cdef void withdraw(Centre *c, uint32_t o, int reason) noexcept nogil:
    """Withdraws one offer and tells why. The caller decides what becomes of the interaction."""
    # CMD-1.
    cdef OfferRow *offer = offer_at(c, o)
    cdef EventRow *e
    act(c, offer.agent)
    e = emit(c, EV_WITHDRAWN, <int32_t> offer.agent, interaction_at(c, offer.interaction).node.id,
             offer.queue,
             offer.id)
    if e != NULL:
        e.reason = <uint16_t> reason
    close_offer(c, o, True)


cdef void withdraw_all(Centre *c, uint32_t i, int reason) noexcept nogil:
    """Withdraws every open offer of the interaction, by ascending id (the list is by descending id)."""
    cdef uint32_t o = interaction_at(c, i).offer_head, before
    while o != HG_NONE and offer_at(c, o).interaction_next != HG_NONE:
        o = offer_at(c, o).interaction_next
    while o != HG_NONE:
        before = offer_at(c, o).interaction_prev
        withdraw(c, o, reason)
        o = before


cdef void send_back(Centre *c, uint32_t i) noexcept nogil:
    """Lets the interaction wait (again) in its queue, at its place."""
    # WAIT-16.
    cdef InteractionRow *row = interaction_at(c, i)
    enter_state(c, row, S_QUEUED)
    row.agent = -1
    row.group = HG_NONE
    list_affected(c, i)


cdef void leg_gone(Centre *c, uint32_t leg) noexcept nogil:
    """The leg of a consultation ended by itself: the consulting interaction is Handling again."""
    # CMD-38.
    cdef InteractionRow *row = interaction_at(c, leg)
    cdef uint32_t i = row.linked
    cdef InteractionRow *it
    if i == HG_NONE:
        return
    it = interaction_at(c, i)
    it.linked = HG_NONE
    enter_state(c, it, S_HANDLING)
    row.linked = HG_NONE


cdef void offer_lost(Centre *c, uint32_t i) noexcept nogil:
    """An offer ended without being accepted: back to the queue, or, without one, Abandoned."""
    # OFFER-8, OFFER-9, OFFER-10, STATE-2.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t of = HG_NONE
    if row.offer_count:
        return
    if row.queue >= 0 or row.recall >= 0:
        send_back(c, i)
        return
    if row.flags & I_LEG:
        of = row.linked
        leg_gone(c, i)
    finish(c, i, S_ABANDONED, True)
    if of != HG_NONE:
        emit(c, EV_CONSULT_ENDED, interaction_at(c, of).agent, interaction_at(c, of).node.id,
             interaction_at(c, of).queue, -1)
