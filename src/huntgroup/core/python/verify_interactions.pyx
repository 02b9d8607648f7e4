"""What is always true of interactions: found by scanning (docs/ARCHITECTURE.md, "What always holds")."""

from libc.stdint cimport int64_t, uint32_t

from huntgroup.core.state.centre cimport agent_at, Centre, interaction_at, queue_at, ring_at
from huntgroup.core.matching.decisions cimport eligible
from huntgroup.core.state.native cimport hg_ids_get, HG_NEVER, HG_NONE, hg_timer
from huntgroup.core.readiness.awaiting cimport possible_target
from huntgroup.core.readiness.staffing cimport unstaffed_due
from huntgroup.core.state.rows cimport (
    A_ALIVE, A_DIALLED_FOR, AgentRow, CUSTOMER_FIRST, I_STUCK, InteractionRow, RingRow, S_DIALING,
    S_OFFERED, S_PARKED, S_QUEUED, TIMER_DELAY, W_UNSTAFFED, WAIT_TIMERS)


cdef const char *check_decisions(Centre *c, uint32_t *which) noexcept nogil:
    """Each kept decision has its interaction, and no other has."""
    cdef uint32_t i, used = 0
    for i in range(c.interactions.count):
        if interaction_at(c, i).node.id and interaction_at(c, i).decision != HG_NONE:
            which[0] = i
            if interaction_at(c, i).decision >= c.decisions.count:
                return "an interaction's decision is not kept"
            used += 1
    if used != c.decisions.count - c.decisions.free_count:
        return "a decision is kept without its interaction"
    return NULL


cdef bint is_listed(Centre *c, uint32_t i) noexcept nogil:
    """Whether an interaction that is handled, or parked with an owner, is on its agent's list of such."""
    cdef AgentRow *agent = agent_at(c, <uint32_t> interaction_at(c, i).agent)
    cdef uint32_t k = agent.parked_head if interaction_at(c, i).state == S_PARKED else agent.held_head
    while k != HG_NONE and k != i:
        k = interaction_at(c, k).held.next
    return k == i and agent.flags & A_ALIVE


cdef const char *check_interaction(Centre *c, uint32_t i) noexcept nogil:
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t k
    cdef bint stuck = False
    cdef int64_t due
    if S_DIALING <= row.state <= S_PARKED and (row.state != S_PARKED or row.agent >= 0) and (
            not (row.state == S_DIALING and row.customer == CUSTOMER_FIRST and row.agent < 0)) and (
            not is_listed(c, i)):
        return "an interaction that is handled or parked is unknown to its agent"
    if row.since_ns > c.now_ns or row.on_hold_ns > row.handled_ns:
        return "the times of an interaction cannot be"
    if hg_ids_get(&c.ids, row.node.id) != i:
        return "an interaction is not found by its id"
    if (row.state == S_QUEUED) != (row.group != HG_NONE):
        return "an interaction is queued and does not wait, or the reverse"
    if (row.state == S_OFFERED) != (row.offer_count != 0):
        return "an interaction is offered without an offer, or the reverse"
    if row.state == S_QUEUED and row.flags & I_STUCK:
        stuck = possible_target(c, i) >= 0
    if (row.awaiting != HG_NONE) != stuck:
        return "an interaction waits for the target of an overflow, or does not, against the rules"
    if row.state != S_QUEUED:
        for k in range(WAIT_TIMERS):
            if row.timer[k] != HG_NONE:
                return "an interaction that does not wait has a timer of waiting"
    for k in range(WAIT_TIMERS):
        if row.timer[k] != HG_NONE and ((<hg_timer *> c.timers.rows)[row.timer[k]].owner != i or (
                (<hg_timer *> c.timers.rows)[row.timer[k]].kind != k + TIMER_DELAY)):
            return "a timer of waiting has another owner"
    if row.state == S_QUEUED:
        due = unstaffed_due(row, queue_at(c, <uint32_t> row.queue))
        if row.timer[W_UNSTAFFED] == HG_NONE:
            if due != HG_NEVER:
                return "an interaction does not wait for the limit of an unstaffed queue"
        elif (<hg_timer *> c.timers.rows)[row.timer[W_UNSTAFFED]].at_ns != due:
            return "the limit of an unstaffed queue is due at another time"
    return NULL


cdef const char *check_dialled(Centre *c, unsigned int *which) noexcept nogil:
    """Each customer dialled without an agent is dialled for one agent, and for each agent at most one is; the
    flag of the agent agrees."""
    # CALL-6.
    cdef InteractionRow *row
    cdef uint32_t k
    cdef int64_t flagged = 0
    for k in range(c.agents.count):
        flagged += agent_at(c, k).flags & (A_ALIVE | A_DIALLED_FOR) == A_ALIVE | A_DIALLED_FOR
    for k in range(c.interactions.count):
        row = interaction_at(c, k)
        which[0] = k
        if row.node.id and row.state == S_DIALING and row.agent < 0:
            if row.customer != CUSTOMER_FIRST or row.recall < 0:
                return "an interaction is dialled by nobody for nobody"
            if agent_at(c, <uint32_t> row.recall).flags & A_ALIVE:
                flagged -= 1
                if not agent_at(c, <uint32_t> row.recall).flags & A_DIALLED_FOR:
                    return "a customer is dialled for an agent who does not know it"
    if flagged:
        return "customers dialled first and agents for whom they are differ in number"
    return NULL


cdef const char *check_conservation(Centre *c, uint32_t i) noexcept nogil:
    """No member of its queue could take a waiting interaction."""
    # MATCH-1.
    cdef uint32_t r = queue_at(c, <uint32_t> interaction_at(c, i).queue).first_ring, slot
    cdef RingRow *ring
    while r != HG_NONE:
        ring = ring_at(c, r)
        for slot in range(ring.ring.tail):
            if (ring.ring.live[slot >> 6] >> (slot & 63)) & 1 and eligible(c, i, ring.ring.member[slot]):
                return "an eligible agent and a waiting interaction are left unmatched"
        r = ring.next
    return NULL
