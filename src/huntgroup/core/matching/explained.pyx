"""What is kept of a decision: one row of 64 bytes per interaction, for its latest decision. It is written
after the decision and before the offer changes anything (docs/SEMANTICS.md, section 11).

Only what is known by then is written: counts that the queue keeps, and fields of rows that the offer is about
to touch. Who would have been second is not kept: that would need a look at everybody (EXPL-3).
"""

from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.string cimport memcpy

from huntgroup.core.state.centre cimport (
    Centre, agent_at, channel_at, decision_at, interaction_at, membership_at, queue_at, ring_at,
    table_give, table_take)
from huntgroup.core.matching.decisions cimport occupancy
from huntgroup.core.state.native cimport HG_NONE
from huntgroup.core.state.rows cimport (
    ChannelRow, D_BY_AGENT, D_DECLINED, D_PREFERRED, DecisionRow, FinishedRow, InteractionRow,
    MembershipRow, QueueRow, T_FEWEST_INTERACTIONS, T_HIGHEST_PROFICIENCY, T_LEAST_OCCUPIED, T_LINEAR,
    T_LONGEST_IDLE, T_ROUND_ROBIN)
from huntgroup.core.matching.scoring cimport proficiency
from huntgroup.core.readiness.waiting cimport declined_at


cdef int64_t own_value(Centre *c, uint32_t i, uint32_t m, int strategy) noexcept nogil:
    """What the strategy ordered by, beside load ratio and idle key: a count, a position or a sum; for
    least_occupied the share of busy time, as the bits of a double."""
    # EXPL-6.
    cdef MembershipRow *row = membership_at(c, m)
    cdef uint64_t busy, whole
    cdef double share
    cdef int64_t value = -1
    if strategy == T_FEWEST_INTERACTIONS:
        return agent_at(c, row.agent).accepted_count
    if strategy == T_LINEAR or strategy == T_ROUND_ROBIN:
        return row.position
    if strategy == T_HIGHEST_PROFICIENCY:
        return proficiency(c, i, row.agent)
    if strategy == T_LEAST_OCCUPIED:
        occupancy(c, row.agent, &busy, &whole)
        share = <double> busy / <double> whole
        memcpy(&value, &share, sizeof(int64_t))
    return value


cdef void note_decision(Centre *c, uint32_t i, uint32_t m, bint by_agent) noexcept nogil:
    """Writes down that member `m` gets interaction `i`. Called before the offer, while `candidates` is as the
    decision left it; the interaction has left the waiting ones. `by_agent`: it was `select_interaction`.
    O(1), or O(skills that the requirements name) for highest_proficiency."""
    # EXPL-1, EXPL-2, EXPL-4, EXPL-5, EXPL-7.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef MembershipRow *member = membership_at(c, m)
    cdef QueueRow *queue = queue_at(c, member.queue)
    cdef ChannelRow *on = channel_at(c, member.agent, c.capability[row.channel])
    cdef DecisionRow *d
    if row.decision == HG_NONE:
        row.decision = table_take(&c.decisions)
        if row.decision == HG_NONE:
            c.failed = True
            return
    d = decision_at(c, row.decision)
    d.at_ns = c.now_ns
    d.idle_key = ring_at(c, member.ring).ring.key[member.slot]
    d.offer = c.next_offer
    d.queue_requirement = row.queue_requirement
    d.own_requirement = row.own_requirement
    d.logged_in = queue.logged_in_count
    d.ready = queue.ready_count
    d.waiting = queue.waiting_count
    d.eligible = 0
    d.queue = member.queue
    d.load = on.load
    d.capacity = on.capacity
    d.tier = member.tier
    d.flags = queue.strategy
    if <int64_t> row.preferred == <int64_t> member.agent:
        d.flags |= D_PREFERRED
    if row.decline_head != HG_NONE and declined_at(c, i, member.agent) >= 0:
        d.flags |= D_DECLINED
    if by_agent:
        d.flags |= D_BY_AGENT
        d.value = row.node.key
        d.eligible = member.rank
    elif not d.flags & D_PREFERRED and queue.strategy != T_LONGEST_IDLE:
        d.value = own_value(c, i, m, queue.strategy)
        d.eligible = c.candidates.count


cdef void drop_decision(Centre *c, uint32_t i) noexcept nogil:
    """The interaction is forgotten, and the record with it."""
    cdef uint32_t row = interaction_at(c, i).decision
    if row != HG_NONE:
        table_give(&c.decisions, row)


cdef void pass_on_decision(Centre *c, uint32_t i, FinishedRow *done) noexcept nogil:
    """Takes the record along when the interaction finishes; the row is free again."""
    cdef uint32_t row = interaction_at(c, i).decision
    if row == HG_NONE:
        done.decision.at_ns = -1
        return
    done.decision = decision_at(c, row)[0]
    table_give(&c.decisions, row)
