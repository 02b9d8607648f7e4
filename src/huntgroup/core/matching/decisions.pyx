"""The two decisions. Both are exact over the whole pool: no window, no sample.

longest_idle searches the rings (search.pyx). The other strategies walk the ready members of the lowest tier.
A scorer of the user's own gets those members in the order of longest idle; if the scorer fails, the first of
them is chosen.
"""

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memset

from huntgroup.core.state.codes cimport EV_SCORER_FAILED
from huntgroup.core.state.centre cimport (
    Centre, agent_at, decline_at, group_at, interaction_at, membership_at, push_u32, queue_at, ring_at,
    table_reserve)
from huntgroup.core.state.events cimport emit
from huntgroup.core.state.fetch cimport hg_prefetch
from huntgroup.core.state.native cimport (
    HG_NONE, hg_lowest_bit, hg_order_select, hg_order_sort, hg_ring_agent, hg_ring_next, hg_splitmix64,
    hg_wait_first, hg_wait_less, hg_wait_next, hg_wide_less)
from huntgroup.core.state.requirement cimport meets
from huntgroup.core.state.rows cimport (
    A_BUSY_TIME, A_DIALLED_FOR, A_READY_TIME, AgentRow, APART_FIRST, APART_SHUT, CUSTOMER_FIRST, EventRow,
    GroupRow, I_SHUT, InteractionRow, MAX_SKILLS, M_READY, MembershipRow, Q_DELAYS, QueueRow, RingRow,
    T_FEWEST_INTERACTIONS, T_HIGHEST_PROFICIENCY, T_LEAST_OCCUPIED, T_LINEAR, T_LONGEST_IDLE, T_RANDOM,
    T_RING_ALL, T_ROUND_ROBIN, T_SCORER)
from huntgroup.core.matching.scoring cimport (
    held_sum, proficiency, scored_skills, scores_of_candidates)
from huntgroup.core.matching.search cimport (
    PASSED_TOO_EARLY, delay_passed, group_meets, longest_idle, passed_over, too_early)
from huntgroup.core.readiness.waiting cimport asked_at, is_kept, membership_of, stands_back

cdef extern from "huntgroup/bit_order.h" nogil:
    uint32_t hg_bit_order_words(const uint32_t *numbers, uint32_t count, uint32_t *lowest) noexcept
    uint32_t hg_bit_order_find(const uint32_t *numbers, uint32_t count, uint32_t k, uint32_t lowest,
                               uint64_t *bits) noexcept


cdef enum:
    AHEAD = 8                       # candidates: so far before one is compared its row is asked for


cdef bint may_ask_again(Centre *c, uint32_t i, int64_t declined_ns) noexcept nogil:
    """ELIG-7: the queue's `ask_again_after` has passed since the agent declined."""
    return c.now_ns - declined_ns >= queue_at(c, <uint32_t> interaction_at(c, i).queue).ask_again_ns


cdef inline bint dialled_for_already(Centre *c, InteractionRow *row, uint32_t a) noexcept nogil:
    """ELIG-10: the customer is to be dialled first, and another customer is being dialled for this agent."""
    return row.customer == CUSTOMER_FIRST and agent_at(c, a).flags & A_DIALLED_FOR


cdef bint takes(Centre *c, uint32_t i, uint32_t m, bint kept) noexcept nogil:
    """The rules that depend on this interaction (the delay of ELIG-4, ELIG-7, ELIG-9, ELIG-10), for a ready
    member whose skills fit."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t a = membership_at(c, m).agent
    cdef int64_t asked
    if kept and <int32_t> a != row.preferred:
        return False
    if row.not_before_ns > c.now_ns or not delay_passed(c, i, m) or dialled_for_already(c, row, a):
        return False
    if row.decline_head != HG_NONE:
        asked = asked_at(c, i, a)
        return asked < 0 or may_ask_again(c, i, asked)
    return True


cdef bint eligible(Centre *c, uint32_t i, uint32_t m) noexcept nogil:
    """All rules, ELIG-1 to ELIG-10, for a member of the interaction's queue."""
    if interaction_at(c, i).flags & I_SHUT:
        return False
    if not membership_at(c, m).flags & M_READY or queue_at(c, membership_at(c, m).queue).at_most:
        return False
    return group_meets(c, i, membership_at(c, m).agent) and takes(c, i, m, is_kept(c, i))


cdef uint64_t idle_key_of(Centre *c, uint32_t m) noexcept nogil:
    """A ready member's idle key, from its slot."""
    cdef MembershipRow *row = membership_at(c, m)
    return ring_at(c, row.ring).ring.key[row.slot]


# --- the other strategies -------------------------------------------------------------------------------

cdef void occupancy(Centre *c, uint32_t a, uint64_t *busy, uint64_t *whole) noexcept nogil:
    """Busy time, and busy plus ready time, up to now; (0, 1) for an agent who has neither yet."""
    cdef AgentRow *row = agent_at(c, a)
    cdef int64_t since = c.now_ns - row.clock_ns
    busy[0] = <uint64_t> (row.busy_ns + (since if row.flags & A_BUSY_TIME else 0))
    whole[0] = busy[0] + <uint64_t> (row.ready_ns + (since if row.flags & A_READY_TIME else 0))
    if whole[0] == 0:
        whole[0] = 1


cdef int by_idle(Centre *c, uint32_t x, uint32_t y) noexcept nogil:
    cdef uint64_t p = idle_key_of(c, x)
    cdef uint64_t q = idle_key_of(c, y)
    return (p > q) - (p < q)


cdef int by_load(Centre *c, uint32_t x, uint32_t y) noexcept nogil:
    # MATCH-10.
    cdef RingRow *p = ring_at(c, membership_at(c, x).ring)
    cdef RingRow *q = ring_at(c, membership_at(c, y).ring)
    cdef uint64_t left = <uint64_t> p.load * q.capacity
    cdef uint64_t right = <uint64_t> q.load * p.capacity
    return (left > right) - (left < right)


cdef int by_occupancy(Centre *c, uint32_t x, uint32_t y) noexcept nogil:
    # MATCH-12.
    cdef uint64_t busy_x, whole_x, busy_y, whole_y
    occupancy(c, membership_at(c, x).agent, &busy_x, &whole_x)
    occupancy(c, membership_at(c, y).agent, &busy_y, &whole_y)
    if hg_wide_less(busy_x, whole_y, busy_y, whole_x):
        return -1
    return 1 if hg_wide_less(busy_y, whole_x, busy_x, whole_y) else 0


cdef int compare(Centre *c, uint32_t i, uint32_t x, uint32_t y) noexcept nogil:
    """Orders two ready members of one queue for this interaction by the queue's strategy: below zero, x
    comes first."""
    # MATCH-13, MATCH-14, MATCH-15.
    cdef QueueRow *queue = queue_at(c, <uint32_t> interaction_at(c, i).queue)
    cdef MembershipRow *p = membership_at(c, x)
    cdef MembershipRow *q = membership_at(c, y)
    cdef uint32_t start
    cdef int order = 0
    if p.tier != q.tier:
        return -1 if p.tier < q.tier else 1
    if queue.strategy == T_LONGEST_IDLE:
        order = by_load(c, x, y)
    elif queue.strategy == T_LEAST_OCCUPIED:
        order = by_load(c, x, y)
        if order == 0:
            order = by_occupancy(c, x, y)
    elif queue.strategy == T_FEWEST_INTERACTIONS:
        order = <int> (agent_at(c, p.agent).accepted_count > agent_at(c, q.agent).accepted_count) - (
            agent_at(c, p.agent).accepted_count < agent_at(c, q.agent).accepted_count)
    elif queue.strategy == T_ROUND_ROBIN:
        # Positions after the pointer come first; unsigned wrap-around puts the others behind them.
        start = queue.round_robin + 1
        return -1 if p.position - start < q.position - start else 1
    elif queue.strategy == T_LINEAR:
        return -1 if p.position < q.position else 1
    elif queue.strategy == T_HIGHEST_PROFICIENCY:
        order = proficiency(c, i, q.agent) - proficiency(c, i, p.agent)
    elif queue.strategy == T_RANDOM or queue.strategy == T_RING_ALL:
        return -1 if p.agent < q.agent else 1
    return order if order else by_idle(c, x, y)


cdef void offer_candidate(Centre *c, uint32_t m) noexcept nogil:
    """Adds a member to the candidates, of which only those of the lowest tier stay."""
    cdef uint32_t *list = <uint32_t *> c.candidates.rows
    if c.candidates.count:
        if membership_at(c, m).tier > membership_at(c, list[0]).tier:
            return
        if membership_at(c, m).tier < membership_at(c, list[0]).tier:
            c.candidates.count = 0
    push_u32(&c.candidates, m)


cdef bint make_room(Centre *c, uint32_t count) noexcept nogil:
    """Room for so many candidates and their agents; False when memory is out. Doubled, as queues grow."""
    if count > c.candidate_agents.capacity and (table_reserve(&c.candidates, 2 * count) != 0
                                                or table_reserve(&c.candidate_agents, 2 * count) != 0):
        c.failed = True
        return False
    return True


cdef uint32_t gather(Centre *c, uint32_t i, bint declined_ones) noexcept nogil:
    """Puts the eligible members of the lowest tier into `candidates`: those who have not declined, in the
    order of longest idle, as the rings have it; or those who declined and may be asked again, unordered.
    Returns how many of them have the lowest load ratio, the first ones; 0 where they are unordered."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t q = <uint32_t> row.queue, r = queue_at(c, q).first_ring, slot, d, m, a
    cdef uint32_t tier = 0, count, leading = 0
    cdef int passed
    cdef uint32_t *list
    cdef uint32_t *agents
    cdef uint64_t bits
    cdef bint delays = (queue_at(c, q).flags & Q_DELAYS) != 0, asked = row.decline_head != HG_NONE
    cdef bint first = row.customer == CUSTOMER_FIRST
    cdef bint picky = asked or delays or first or row.queue_requirement > 0 or row.own_requirement > 0
    cdef RingRow *ring
    c.candidates.count = 0
    if declined_ones:
        d = row.decline_head
        while d != HG_NONE:
            m = membership_of(c, decline_at(c, d).agent, q) if decline_at(c, d).declined else HG_NONE
            if m != HG_NONE and membership_at(c, m).flags & M_READY and group_meets(c, i, decline_at(c,
                                                                                    d).agent):
                if may_ask_again(c, i, decline_at(c, d).at_ns) and delay_passed(c, i, m) and (
                        not dialled_for_already(c, row, decline_at(c, d).agent)):
                    offer_candidate(c, m)
            d = decline_at(c, d).next
        return 0
    while r != HG_NONE:
        ring = ring_at(c, r)
        # The rings stand in the order of their tiers.
        if c.candidates.count and ring.tier > tier:
            return leading
        tier = ring.tier
        count = c.candidates.count
        if not make_room(c, count + ring.ring.live_count):
            return 0
        list = <uint32_t *> c.candidates.rows
        agents = <uint32_t *> c.candidate_agents.rows
        slot = hg_ring_next(&ring.ring, 0)
        while slot != HG_NONE:
            # A word of live bits at a time: ready members often stand next to each other.
            bits = ring.ring.live[slot >> 6] & (<uint64_t> -1 << (slot & 63))
            while bits:
                slot = (slot & ~<uint32_t> 63) | hg_lowest_bit(bits)
                bits &= bits - 1
                m = ring.ring.member[slot]
                a = hg_ring_agent(&ring.ring, slot)
                if picky:
                    if not group_meets(c, i, a) or (first and dialled_for_already(c, row, a)):
                        continue
                    passed = passed_over(c, &ring.ring, slot, i)
                    if passed:
                        c.nobody &= passed == PASSED_TOO_EARLY
                        continue
                list[count] = m
                agents[count] = a
                count += 1
            slot = hg_ring_next(&ring.ring, (slot | 63) + 1)
        c.candidates.count = count
        c.candidate_agents.count = count
        if not leading:
            leading = count
        r = ring.next
    return leading


cdef uint32_t pick_random(Centre *c, uint32_t i, bint noted) noexcept nogil:
    """The k-th candidate by agent index, k drawn from the seed, the interaction and the offers made for it
    so far. `noted`: `candidate_agents` has their agents. Expected O(candidates)."""
    # MATCH-17, MATCH-18.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t *list = <uint32_t *> c.candidates.rows
    cdef uint32_t *agents = <uint32_t *> c.candidate_agents.rows
    cdef uint32_t count = c.candidates.count, words, lowest = 0
    cdef uint64_t draw = hg_splitmix64(hg_splitmix64(c.seed ^ hg_splitmix64(<uint64_t> row.node.id))
                                       ^ row.offers_made)
    cdef uint32_t k = <uint32_t> (draw % count)
    if noted:
        words = hg_bit_order_words(agents, count, &lowest)
        if words <= count and table_reserve(&c.pairs, words) == 0:
            memset(c.pairs.rows, 0, words * sizeof(uint64_t))
            return list[hg_bit_order_find(agents, count, k, lowest, <uint64_t *> c.pairs.rows)]
    return hg_order_select(list, count, k, &membership_at(c, 0).agent, sizeof(MembershipRow))


cdef int by_longest_idle(void *centre, uint32_t x, uint32_t y) noexcept nogil:
    # MATCH-11.
    cdef int order = by_load(<Centre *> centre, x, y)
    return order if order else by_idle(<Centre *> centre, x, y)


cdef void sort_candidates(Centre *c) noexcept nogil:
    """Sorts the candidates into the order of longest idle and notes the agent of each. O(n log n)."""
    # MATCH-23.
    cdef uint32_t at
    hg_order_sort(<uint32_t *> c.candidates.rows, c.candidates.count, by_longest_idle, c)
    if make_room(c, c.candidates.count):
        for at in range(c.candidates.count):
            (<uint32_t *> c.candidate_agents.rows)[at] = membership_at(
                c, (<uint32_t *> c.candidates.rows)[at]).agent


cdef uint32_t pick_scored(Centre *c, uint32_t i) noexcept nogil:
    """The candidate with the highest score, then longest idle; the first in the order of longest idle where
    the scorer failed."""
    # MATCH-22, MATCH-24.
    cdef uint32_t *list = <uint32_t *> c.candidates.rows
    cdef uint32_t best, k, count = c.candidates.count
    cdef int fault = 0
    cdef double highest = 0
    cdef const double *scores = scores_of_candidates(c, i, &highest, &fault)
    cdef EventRow *e
    if scores == NULL:
        e = emit(c, EV_SCORER_FAILED, -1, interaction_at(c, i).node.id, interaction_at(c, i).queue, -1)
        if e != NULL:
            e.reason = <uint16_t> fault
        return list[0]
    best = HG_NONE
    k = 0
    while k < count:
        # Eight scores at a time until the highest is among them: a branch per score would take longer.
        if k + 8 <= count and not (
                (scores[k] == highest) | (scores[k + 1] == highest) | (scores[k + 2] == highest)
                | (scores[k + 3] == highest) | (scores[k + 4] == highest) | (scores[k + 5] == highest)
                | (scores[k + 6] == highest) | (scores[k + 7] == highest)):
            k += 8
            continue
        if scores[k] == highest and (best == HG_NONE or by_idle(c, list[k], best) < 0):
            best = list[k]
        k += 1
    return best


# Each looks at every candidate once, and keeps of the best so far what the next one is compared with. Whose
# they are stands beside them, in the order of longest idle: of equals in one ring the first comes first.

cdef uint32_t first_from(Centre *c, uint32_t start) noexcept nogil:
    """The one whose position is the first from `start` on; unsigned wrap-around puts those before it behind
    the others."""
    # MATCH-14, MATCH-15.
    cdef uint32_t *list = <uint32_t *> c.candidates.rows
    cdef uint32_t k, place, count = c.candidates.count, least = 0xFFFFFFFF, best = list[0]
    for k in range(count):
        hg_prefetch(membership_at(c, list[k + AHEAD if k + AHEAD < count else k]))
        place = membership_at(c, list[k]).position - start
        if place < least:
            least = place
            best = list[k]
    return best


cdef uint32_t fewest_accepted(Centre *c) noexcept nogil:
    # MATCH-13.
    cdef uint32_t *list = <uint32_t *> c.candidates.rows
    cdef uint32_t *agents = <uint32_t *> c.candidate_agents.rows
    cdef uint32_t k, accepted, count = c.candidates.count, best = list[0]
    cdef uint32_t least = agent_at(c, agents[0]).accepted_count
    for k in range(1, count):
        hg_prefetch(&agent_at(c, agents[k + AHEAD if k + AHEAD < count else k]).accepted_count)
        accepted = agent_at(c, agents[k]).accepted_count
        if accepted < least or (accepted == least and by_idle(c, list[k], best) < 0):
            least = accepted
            best = list[k]
    return best


cdef uint32_t most_proficient(Centre *c, uint32_t i) noexcept nogil:
    """O(candidates x skills named)."""
    # MATCH-19.
    cdef uint32_t *list = <uint32_t *> c.candidates.rows
    cdef uint32_t *agents = <uint32_t *> c.candidate_agents.rows
    cdef uint32_t k, best = list[0]
    cdef int32_t skills[MAX_SKILLS]
    cdef uint32_t named = scored_skills(c, i, skills)
    cdef int total, most = -1
    for k in range(c.candidates.count):
        total = held_sum(c, agents[k], skills, named)
        if total > most or (total == most and by_idle(c, list[k], best) < 0):
            most = total
            best = list[k]
    return best


cdef uint32_t least_occupied(Centre *c, uint32_t leading) noexcept nogil:
    """`leading`: those of the lowest load ratio, the first ones."""
    # MATCH-12.
    cdef uint32_t *agents = <uint32_t *> c.candidate_agents.rows
    cdef uint32_t k, best = 0
    cdef uint64_t busy, whole, least, of
    occupancy(c, agents[0], &least, &of)
    for k in range(1, leading):
        hg_prefetch(agent_at(c, agents[k + AHEAD if k + AHEAD < leading else k]))
        occupancy(c, agents[k], &busy, &whole)
        if hg_wide_less(busy, of, least, whole):
            least = busy
            of = whole
            best = k
    return (<uint32_t *> c.candidates.rows)[best]


cdef uint32_t pick(Centre *c, uint32_t i, uint32_t leading, bint for_real) noexcept nogil:
    """The best candidate by the queue's strategy; HG_NONE if there is none. `leading`: see `gather`."""
    cdef uint32_t *list = <uint32_t *> c.candidates.rows
    cdef uint32_t k, best
    cdef QueueRow *queue = queue_at(c, <uint32_t> interaction_at(c, i).queue)
    if c.candidates.count == 0:
        return HG_NONE
    if queue.strategy == T_RANDOM:
        return pick_random(c, i, leading != 0)
    if queue.strategy == T_SCORER:
        return pick_scored(c, i) if for_real else list[0]
    if queue.strategy == T_LINEAR or queue.strategy == T_ROUND_ROBIN:
        return first_from(c, queue.round_robin + 1 if queue.strategy == T_ROUND_ROBIN else 0)
    if leading:
        if queue.strategy == T_FEWEST_INTERACTIONS:
            return fewest_accepted(c)
        if queue.strategy == T_HIGHEST_PROFICIENCY:
            return most_proficient(c, i)
        if queue.strategy == T_LEAST_OCCUPIED:
            return least_occupied(c, leading)
    best = list[0]
    for k in range(1, c.candidates.count):
        if compare(c, i, list[k], best) < 0:
            best = list[k]
    return best


# --- the decisions --------------------------------------------------------------------------------------

cdef uint32_t preferred_member(Centre *c, uint32_t i) noexcept nogil:
    """The preferred agent's membership if it is eligible and has not declined; HG_NONE otherwise."""
    # MATCH-9.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t m = membership_of(c, <uint32_t> row.preferred, <uint32_t> row.queue)
    if m == HG_NONE or not membership_at(c, m).flags & M_READY or stands_back(c, i,
                                                                              <uint32_t> row.preferred):
        return HG_NONE
    if dialled_for_already(c, row, <uint32_t> row.preferred):
        return HG_NONE
    return m if group_meets(c, i, <uint32_t> row.preferred) and delay_passed(c, i, m) else HG_NONE


cdef uint32_t select_agent(Centre *c, uint32_t i) noexcept nogil:
    """The membership that gets the interaction, HG_NONE if nobody is eligible. A scorer that failed is
    told by an event.

    Afterwards `candidates` holds all members whom ring_all would ring. Sets `nobody` if no ready member of
    the queue meets the requirement: interactions with the same requirement need not search then. Amortised
    O(1) for longest_idle with a requirement seen before, a first search O(ready); O(ready) for the other
    strategies, and where the customer is to be dialled first.
    """
    # MATCH-8.
    return decide(c, i, True)


cdef bint would_match(Centre *c, uint32_t i) noexcept nogil:
    """Whether `select_agent` would find anybody. No scorer is asked."""
    return decide(c, i, False) != HG_NONE


cdef uint32_t decide(Centre *c, uint32_t i, bint for_real) noexcept nogil:
    """`for_real`: the decision will be carried out. Otherwise only whether somebody is eligible counts, and
    no scorer is asked."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef QueueRow *queue = queue_at(c, <uint32_t> row.queue)
    cdef uint32_t m
    cdef bint skipped = False
    c.nobody = False
    c.candidates.count = 0
    if row.not_before_ns > c.now_ns or row.flags & I_SHUT:
        return HG_NONE
    if queue.at_most:
        c.nobody = True
        return HG_NONE
    if row.preferred >= 0:
        m = preferred_member(c, i)
        if m != HG_NONE:
            push_u32(&c.candidates, m)
            return m
        if is_kept(c, i):
            return HG_NONE
    if queue.strategy == T_LONGEST_IDLE and row.customer != CUSTOMER_FIRST:
        m = longest_idle(c, i, &skipped)
        if m != HG_NONE:
            push_u32(&c.candidates, m)
            return m
        c.nobody = not skipped
    else:
        c.nobody = True
        m = pick(c, i, gather(c, i, False), for_real)
        if m != HG_NONE:
            c.nobody = False
            return m
    if row.decline_head == HG_NONE:
        return HG_NONE
    if row.preferred >= 0:
        # Among agents who declined and may be asked again, the preferred agent still comes first.
        m = membership_of(c, <uint32_t> row.preferred, <uint32_t> row.queue)
        if m != HG_NONE and eligible(c, i, m):
            c.nobody = False
            c.candidates.count = 0
            push_u32(&c.candidates, m)
            return m
    gather(c, i, True)
    if c.candidates.count:
        c.nobody = False
    if queue.strategy == T_SCORER:
        sort_candidates(c)
    return pick(c, i, 0, for_real)


cdef uint32_t first_takeable(Centre *c, uint32_t g, uint32_t m) noexcept nogil:
    """The first interaction of the group that this member may take. O(interactions passed over). Where
    nobody has a priority, the search ends at the first one that has not waited out the member's delay."""
    cdef char *nodes = c.interactions.rows
    cdef uint32_t i = hg_wait_first(group_at(c, g).root, nodes, sizeof(InteractionRow))
    cdef bint waits = membership_at(c, m).delay != 0
    if group_at(c, g).apart == APART_FIRST and agent_at(c, membership_at(c, m).agent).flags & A_DIALLED_FOR:
        return HG_NONE
    while i != HG_NONE:
        if takes(c, i, m, is_kept(c, i)):
            return i
        if waits and too_early(c, i, m) and not delay_passed(c, i, m):
            return HG_NONE
        i = hg_wait_next(nodes, sizeof(InteractionRow), i)
    return HG_NONE


cdef uint32_t select_interaction(Centre *c, uint32_t a) noexcept nogil:
    """The waiting interaction that the agent gets, HG_NONE if it may take none: lowest membership rank,
    then the longest credited wait. `candidates[0]` is the membership through which. O(memberships + groups
    waiting there)."""
    # MATCH-7.
    cdef AgentRow *agent = agent_at(c, a)
    cdef char *nodes = c.interactions.rows
    cdef size_t stride = sizeof(InteractionRow)
    cdef uint32_t best = HG_NONE, best_member = HG_NONE, m, g, i
    cdef MembershipRow *row
    cdef GroupRow *group
    cdef QueueRow *queue
    c.candidates.count = 0
    for m in range(agent.membership_start, agent.membership_start + agent.membership_count):
        row = membership_at(c, m)
        if not row.flags & M_READY:
            continue
        queue = queue_at(c, row.queue)
        if queue.waiting_count == 0 or queue.at_most or (
                best != HG_NONE and row.rank > membership_at(c, best_member).rank):
            continue
        g = queue.first_group
        while g != HG_NONE:
            group = group_at(c, g)
            i = hg_wait_first(group.root, nodes, stride)
            if group.apart != APART_SHUT and (
                    best == HG_NONE or row.rank < membership_at(c, best_member).rank or (
                        hg_wait_less(nodes, stride, i, best))):
                if meets(c, group.queue_requirement, a) and meets(c, group.own_requirement, a):
                    i = first_takeable(c, g, m)
                    if i != HG_NONE and (best == HG_NONE or row.rank < membership_at(c, best_member).rank or (
                            hg_wait_less(nodes, stride, i, best))):
                        best = i
                        best_member = m
            g = group.links.next
    if best != HG_NONE:
        push_u32(&c.candidates, best_member)
    return best
