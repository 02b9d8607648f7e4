"""longest_idle reads the rings, which are in idle order, and takes the first member whose skills fit.

A requirement remembers in each ring how far its search came without finding anybody: its mark. Members leave
old slots and join at the tail, so nobody before the mark fits, except in the few slots noted as reopened,
which are looked at first. A ring in which a search had to look at many members carries their signatures in
slot order from then on (state/signatures.pyx). The search then reads that column, not each member's row.
"""

from libc.stdint cimport int32_t, uint32_t, uint64_t

from huntgroup.core.state.centre cimport (
    Centre, group_at, interaction_at, membership_at, queue_at, ring_at)
from huntgroup.core.state.fetch cimport LINE, fetch
from huntgroup.core.state.slot_search cimport first_match, first_match_two
from huntgroup.core.state.native cimport (
    HG_NONE, hg_ring, hg_ring_agent, hg_ring_carried, hg_ring_mark, hg_ring_next, hg_ring_set_mark)
from huntgroup.core.state.rows cimport (
    DelayRow, InteractionRow, MembershipRow, Q_DELAYS, Q_MIXED, QueueRow, RequirementRow, RingRow)
from huntgroup.core.state.signatures cimport carry_signatures
from huntgroup.core.readiness.waiting cimport find_group, stands_back

cdef enum:
    STRETCH = 4096                  # slots searched at once before the levels above the live words are asked


# What a search tests in a signature: masks over at most two words; `rest`: two words are not enough.
ctypedef struct Question:
    uint32_t words
    uint32_t word[2]
    uint64_t mask[2]
    uint64_t want[2]
    bint rest
    bint never


cdef bint delay_passed(Centre *c, uint32_t i, uint32_t m) noexcept nogil:
    """ELIG-4: the interaction has waited in this queue for as long as the membership asks, or, where delays
    hold only while a lower tier serves, none does (ELIG-22)."""
    cdef MembershipRow *row = membership_at(c, m)
    cdef QueueRow *queue
    if row.delay == 0:
        return True
    if c.now_ns - interaction_at(c, i).entered_ns >= (<DelayRow *> c.delays.rows)[row.delay].delay_ns:
        return True
    queue = queue_at(c, row.queue)
    return queue.while_staffed and row.tier <= queue.lowest_tier


cdef void ask(Centre *c, Question *question, int32_t requirement) noexcept nogil:
    """Adds a requirement to what the search tests."""
    cdef RequirementRow *r
    cdef uint32_t k = question.words
    if requirement <= 0:
        return
    r = <RequirementRow *> c.requirements.rows + requirement
    if r.word < 0:
        question.rest = True
        return
    if k == 1 and question.word[0] == <uint32_t> r.word:
        if (question.want[0] ^ r.want) & question.mask[0] & r.mask:
            question.never = True
        question.mask[0] |= r.mask
        question.want[0] |= r.want
        return
    question.word[k] = <uint32_t> r.word
    question.mask[k] = r.mask
    question.want[k] = r.want
    question.words = k + 1


cdef int passed_over(Centre *c, hg_ring *ring, uint32_t slot, uint32_t i) noexcept nogil:
    """Why a member whose skills fit is passed over, 0 if it is not: PASSED_FOR_NOW if the agent declined this
    interaction or the delay has not passed; PASSED_TOO_EARLY if the delay has not passed for any interaction
    behind this one either."""
    cdef InteractionRow *row = interaction_at(c, i)
    if row.decline_head != HG_NONE and stands_back(c, i, hg_ring_agent(ring, slot)):
        return PASSED_FOR_NOW
    if not queue_at(c, <uint32_t> row.queue).flags & Q_DELAYS or delay_passed(c, i, ring.member[slot]):
        return 0
    return PASSED_TOO_EARLY if too_early(c, i, ring.member[slot]) else PASSED_FOR_NOW


cdef bint too_early(Centre *c, uint32_t i, uint32_t m) noexcept nogil:
    """The delay of this member has not passed for the interaction, nor for any behind it: without priorities,
    those behind it arrived later."""
    cdef InteractionRow *row = interaction_at(c, i)
    if queue_at(c, <uint32_t> row.queue).flags & Q_MIXED:
        return False
    return c.now_ns - row.node.queued_at_ns < (
        (<DelayRow *> c.delays.rows)[membership_at(c, m).delay].delay_ns)


cdef uint32_t stream(Centre *c, hg_ring *ring, uint32_t slot, uint32_t i) noexcept nogil:
    """The first live slot from `slot`, which is live, whose member fits, by the signatures carried."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef Question question
    cdef uint32_t to, found
    question.words = 0
    question.rest = False
    question.never = False
    ask(c, &question, row.queue_requirement)
    ask(c, &question, row.own_requirement)
    if question.never:
        return HG_NONE
    while slot != HG_NONE:
        to = slot + STRETCH if ring.tail - slot > STRETCH else ring.tail
        if question.words == 2:
            found = first_match_two(ring.live, hg_ring_carried(ring, question.word[0]), question.mask[0],
                                    question.want[0], hg_ring_carried(ring, question.word[1]),
                                    question.mask[1], question.want[1], slot, to)
        else:
            found = first_match(ring.live, hg_ring_carried(ring, question.word[0]), question.mask[0],
                                question.want[0], slot, to)
        if found < to and (not question.rest or group_meets(c, i, hg_ring_agent(ring, found))):
            # The next search for the same requirement goes on from here.
            fetch(<const char *> (hg_ring_carried(ring, question.word[0]) + found + 8), 4 * LINE)
            return found
        slot = hg_ring_next(ring, found + 1 if found < to else to)
    return HG_NONE


cdef bint can_stream(Centre *c, InteractionRow *row) noexcept nogil:
    """Whether the requirements in force can be tested, at least in part, by masks over words."""
    cdef RequirementRow *rows = <RequirementRow *> c.requirements.rows
    return (row.queue_requirement > 0 and rows[row.queue_requirement].word >= 0) or (
        row.own_requirement > 0 and rows[row.own_requirement].word >= 0)


cdef uint32_t next_fit(Centre *c, RingRow *ring, uint32_t slot, uint32_t i) noexcept nogil:
    """The first live slot from `slot` on whose member's skills fit, HG_NONE if there is none."""
    cdef uint32_t looked = 0
    slot = hg_ring_next(&ring.ring, slot)
    if slot != HG_NONE and ring.carries and can_stream(c, interaction_at(c, i)):
        return stream(c, &ring.ring, slot, i)
    while slot != HG_NONE and not group_meets(c, i, hg_ring_agent(&ring.ring, slot)):
        looked += 1
        slot = hg_ring_next(&ring.ring, slot + 1)
        if slot != HG_NONE and looked == c.carry_after and (
                can_stream(c, interaction_at(c, i)) and carry_signatures(c, ring)):
            return stream(c, &ring.ring, slot, i)
    return slot


cdef uint32_t first_reopened(Centre *c, hg_ring *ring, uint32_t mark, uint32_t i,
                             bint *skipped) noexcept nogil:
    """The first of the reopened slots below the mark whose member takes the interaction."""
    cdef uint32_t k, slot
    cdef int passed
    for k in range(ring.reopened_count):
        slot = ring.reopened[k]
        if slot >= mark:
            break
        if (ring.live[slot >> 6] >> (slot & 63)) & 1 and group_meets(c, i, hg_ring_agent(ring, slot)):
            passed = passed_over(c, ring, slot, i)
            if not passed:
                return slot
            skipped[0] |= passed == PASSED_FOR_NOW
    return HG_NONE


cdef uint32_t search_ring(Centre *c, RingRow *ring, uint32_t mark_id, uint32_t i,
                          bint *skipped) noexcept nogil:
    """The first live slot whose member may take the interaction and has not declined it; HG_NONE if there
    is none. Sets `skipped` if a member was passed over who may take another interaction; the mark stays
    before such members."""
    cdef uint32_t mark = hg_ring_mark(&ring.ring, mark_id), stop = HG_NONE, slot
    cdef int passed
    slot = first_reopened(c, &ring.ring, mark, i, skipped)
    if slot != HG_NONE:
        return slot
    slot = next_fit(c, ring, mark, i)
    while slot != HG_NONE:
        passed = passed_over(c, &ring.ring, slot, i)
        if not passed:
            break
        skipped[0] |= passed == PASSED_FOR_NOW
        if stop == HG_NONE:
            stop = slot
        slot = next_fit(c, ring, slot + 1, i)
    if stop == HG_NONE:
        stop = slot if slot != HG_NONE else ring.ring.tail
    if stop > mark:
        hg_ring_set_mark(&ring.ring, mark_id, stop)
    return slot


cdef uint32_t search_plain(Centre *c, hg_ring *ring, uint32_t i, bint *skipped) noexcept nogil:
    """The same where nothing is required, but somebody may be passed over. No mark is kept: every member
    fits."""
    cdef uint32_t slot = hg_ring_next(ring, 0)
    cdef int passed
    while slot != HG_NONE:
        passed = passed_over(c, ring, slot, i)
        if not passed:
            break
        skipped[0] |= passed == PASSED_FOR_NOW
        slot = hg_ring_next(ring, slot + 1)
    return slot


cdef uint32_t mark_of(Centre *c, InteractionRow *row) noexcept nogil:
    """Which mark the interaction's requirements have in each ring of its queue; HG_NONE: memory is out."""
    cdef uint32_t g = row.group
    if g == HG_NONE:
        g = find_group(c, <uint32_t> row.queue, row.queue_requirement, row.own_requirement, False)
    return g if g == HG_NONE else group_at(c, g).mark


cdef uint32_t longest_idle_asked(Centre *c, uint32_t i, bint *skipped) noexcept nogil:
    """`longest_idle` where a member may not fit, or may have to be passed over."""
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t r = queue_at(c, <uint32_t> row.queue).first_ring
    cdef bint plain = row.queue_requirement <= 0 and row.own_requirement <= 0
    cdef uint32_t mark_id = HG_NONE, slot
    cdef RingRow *ring
    if not plain:
        mark_id = mark_of(c, row)
        if mark_id == HG_NONE:
            return HG_NONE
    while r != HG_NONE:
        ring = ring_at(c, r)
        if ring.ring.live_count:
            slot = search_plain(c, &ring.ring, i, skipped) if plain else (
                search_ring(c, ring, mark_id, i, skipped))
            if slot != HG_NONE:
                return found_at(c, ring, slot)
        r = ring.next
    return HG_NONE
