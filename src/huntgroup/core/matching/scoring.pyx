"""What an agent is worth for an interaction: by proficiency, or by a scorer of the user's own.

A scorer is called through the C ABI of native/include/huntgroup/scorer.h, once per decision, with columns
that are filled here for all candidates. Only the columns that it reads are filled: with ten thousand
candidates, filling them is most of the cost of a decision. A scorer written in Python takes the GIL itself.
"""

from libc.math cimport NAN
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t
from libc.string cimport memset

from huntgroup.core.state.codes cimport WHY_NONE, WHY_SCORER_RAISED, WHY_SCORE_MISSING
from huntgroup.core.state.centre cimport (
    SCORER_INTERRUPTED, Centre, agent_at, channel_at, interaction_at, queue_at, scorer_at, table_reserve)
from huntgroup.core.state.rows cimport (
    InteractionRow, I_REF, I_TEXT_REF, MAX_SKILLS, MembershipRow, RequirementRow)
from huntgroup.core.state.user_rows cimport GivenRow, ScorerRow, UserRow
from huntgroup.core.state.user_values cimport given_with

cdef extern from *:
    """
    #include <stdint.h>
    #include "huntgroup/scorer.h"
    """
    struct hg_score_agents:
        int64_t count
        const int32_t *index
        const int32_t *tier
        const int32_t *load
        const int32_t *capacity
        const int32_t *proficiency
        const int64_t *accepted
        const double *user0
        const double *user1
        const double *user2
        const double *user3
        const double *user4
        const double *user5
        const double *user6
        const double *user7
    struct hg_score_interaction:
        int64_t id
        int64_t ref
        int64_t waited_ns
        int32_t queue
        int32_t priority
        double user0
        double user1
        double user2
        double user3
        double user4
        double user5
        double user6
        double user7
    ctypedef int32_t (*hg_score_function)(const hg_score_agents *, const hg_score_interaction *,
                                          double *) noexcept nogil

# The bits of ScorerRow.columns: the columns of hg_score_agents in their order, `count` left out.
cdef enum:
    READS_TIER = 1 << 1
    READS_LOAD = 1 << 2
    READS_CAPACITY = 1 << 3
    READS_PROFICIENCY = 1 << 4
    READS_ACCEPTED = 1 << 5
    FIRST_USER = 6

cdef enum:
    SCORE_INTERRUPTED = 3           # huntgroup.scorers.abi.INTERRUPTED


cdef bint names_skill(Centre *c, int32_t requirement, int32_t skill) noexcept nogil:
    cdef RequirementRow *r
    cdef uint32_t k
    if requirement <= 0:
        return False
    r = <RequirementRow *> c.requirements.rows + requirement
    for k in range(r.scored_count):
        if (<int32_t *> c.programs.rows)[r.scored_start + k] == skill:
            return True
    return False


cdef int proficiency(Centre *c, uint32_t i, uint32_t a) noexcept nogil:
    """Sum over the skills that the two requirements in force name, each skill once."""
    # MATCH-19.
    cdef int32_t skills[MAX_SKILLS]
    return held_sum(c, a, skills, scored_skills(c, i, skills))


cdef int held_sum(Centre *c, uint32_t a, const int32_t *skills, uint32_t count) noexcept nogil:
    """How proficient the agent is in these skills, in all."""
    cdef const uint8_t *held = c.skills + <size_t> a * c.skill_width
    cdef uint32_t k
    cdef int total = 0
    for k in range(count):
        total += held[skills[k]]
    return total


cdef uint32_t scored_skills(Centre *c, uint32_t i, int32_t *skills) noexcept nogil:
    """The skills that the two requirements in force name, each once, into room for MAX_SKILLS; returns how
    many."""
    # MATCH-19.
    cdef InteractionRow *row = interaction_at(c, i)
    cdef int32_t sources[2]
    cdef RequirementRow *r
    cdef uint32_t k, s, count = 0
    cdef int32_t skill
    sources[0] = row.queue_requirement
    sources[1] = row.own_requirement
    for s in range(2):
        if sources[s] <= 0:
            continue
        r = <RequirementRow *> c.requirements.rows + sources[s]
        for k in range(r.scored_count):
            skill = (<int32_t *> c.programs.rows)[r.scored_start + k]
            if s == 0 or not names_skill(c, sources[0], skill):
                skills[count] = skill
                count += 1
    return count


# --- a scorer of the user's own -------------------------------------------------------------------------

cdef void fill_agents(Centre *c, uint32_t i, uint32_t columns, uint32_t room,
                      hg_score_agents *agents) noexcept nogil:
    """Fills the columns that are read, for the candidates in their order; the others stay NULL."""
    cdef uint32_t n = c.candidates.count, k, j, named
    cdef int32_t skills[MAX_SKILLS]
    cdef const uint32_t *member = <uint32_t *> c.candidates.rows
    cdef const MembershipRow *memberships = <MembershipRow *> c.memberships.rows
    cdef uint32_t channel = c.capability[interaction_at(c, i).channel]
    cdef double *wide = <double *> c.scratch.rows + room
    cdef int64_t *accepted = <int64_t *> (<double *> c.scratch.rows + 9 * <size_t> room)
    cdef const int32_t *index = <const int32_t *> c.candidate_agents.rows
    cdef int32_t *rest = <int32_t *> (<double *> c.scratch.rows + 10 * <size_t> room)
    cdef int32_t *narrow
    cdef const double *user[8]
    agents.count = n
    agents.index = index
    if columns & READS_TIER:
        narrow = rest
        for k in range(n):
            narrow[k] = memberships[member[k]].tier
        agents.tier = narrow
    if columns & READS_LOAD:
        narrow = rest + room
        for k in range(n):
            narrow[k] = channel_at(c, <uint32_t> index[k], channel).load
        agents.load = narrow
    if columns & READS_CAPACITY:
        narrow = rest + 2 * <size_t> room
        for k in range(n):
            narrow[k] = channel_at(c, <uint32_t> index[k], channel).capacity
        agents.capacity = narrow
    if columns & READS_PROFICIENCY:
        narrow = rest + 3 * <size_t> room
        named = scored_skills(c, i, skills)
        for k in range(n):
            narrow[k] = held_sum(c, <uint32_t> index[k], skills, named)
        agents.proficiency = narrow
    if columns & READS_ACCEPTED:
        for k in range(n):
            accepted[k] = agent_at(c, <uint32_t> index[k]).accepted_count
        agents.accepted = accepted
    columns >>= FIRST_USER
    for j in range(8):
        user[j] = wide + j * <size_t> room if columns >> j & 1 else NULL
    if columns and c.agent_users.count:
        copy_users(<const UserRow *> c.agent_users.rows, index, n, columns, wide, room)
    elif columns:
        memset(wide, 0, 8 * <size_t> room * sizeof(double))
    agents.user0, agents.user1, agents.user2, agents.user3 = user[0], user[1], user[2], user[3]
    agents.user4, agents.user5, agents.user6, agents.user7 = user[4], user[5], user[6], user[7]


cdef void copy_users(const UserRow *users, const int32_t *index, uint32_t n, uint32_t columns, double *wide,
                     size_t room) noexcept nogil:
    """The numbers of each candidate, from rows to columns. A row is one cache line: where several of its
    numbers are read, it is fetched once and copied whole."""
    cdef uint32_t k, j = 0
    cdef const double *value
    if columns & (columns - 1):
        for k in range(n):
            value = &users[index[k]].value[0]
            for j in range(8):
                wide[j * room + k] = value[j]
        return
    while not columns >> j & 1:
        j += 1
    wide += j * room
    for k in range(n):
        wide[k] = users[index[k]].value[j]


cdef void fill_interaction(Centre *c, uint32_t i, hg_score_interaction *out) noexcept nogil:
    cdef InteractionRow *row = interaction_at(c, i)
    cdef GivenRow *given = given_with(c, row.node.id)
    cdef double none[8]
    cdef double *value = none
    cdef int k
    if given != NULL:
        value = given.value
    else:
        for k in range(8):
            none[k] = 0
    out.id = row.node.id
    # For a text reference the row holds a hash, which a scorer could not use.
    out.ref = row.ref if row.flags & I_REF and not row.flags & I_TEXT_REF else -1
    out.waited_ns = c.now_ns - row.node.queued_at_ns
    out.queue = row.queue
    out.priority = row.priority
    out.user0, out.user1, out.user2, out.user3 = value[0], value[1], value[2], value[3]
    out.user4, out.user5, out.user6, out.user7 = value[4], value[5], value[6], value[7]


cdef bint highest_of(const double *scores, uint32_t n, double *highest) noexcept nogil:
    """The highest of one score or more; False if one is NaN. Four at a time, as each comparison would wait
    for the one before."""
    # MATCH-21.
    cdef double a = scores[0], b = scores[0], d = scores[0], e = scores[0]
    cdef uint32_t k = 0
    cdef int64_t missing = 0
    for k in range(n):
        missing += scores[k] != scores[k]
    k = 0
    while k + 4 <= n:
        a = scores[k] if scores[k] > a else a
        b = scores[k + 1] if scores[k + 1] > b else b
        d = scores[k + 2] if scores[k + 2] > d else d
        e = scores[k + 3] if scores[k + 3] > e else e
        k += 4
    while k < n:
        a = scores[k] if scores[k] > a else a
        k += 1
    a = a if a > b else b
    d = d if d > e else e
    highest[0] = a if a > d else d
    return missing == 0


cdef const double *scores_of_candidates(Centre *c, uint32_t i, double *highest, int *fault) noexcept nogil:
    """Asks the scorer of the interaction's queue. One score for each of `candidates`, good until the next
    decision, and the highest of them; NULL with the reason in `fault` where it did not say that it succeeded,
    or left a NaN. O(candidates), and whatever the scorer does."""
    cdef ScorerRow *scorer = scorer_at(
        c, <uint32_t> queue_at(c, <uint32_t> interaction_at(c, i).queue).scorer)
    cdef hg_score_agents agents
    cdef hg_score_interaction interaction
    cdef uint32_t n = c.candidates.count, room, k
    cdef double *scores
    cdef int32_t answer
    fault[0] = WHY_SCORER_RAISED
    # Whole cache lines for each column, and doubled, so that a growing queue does not make room every time.
    if n > c.scratch.capacity and table_reserve(&c.scratch, (2 * n + 63) & ~<uint32_t> 63) != 0:
        c.failed = True
        return NULL
    room = c.scratch.capacity
    scores = <double *> c.scratch.rows
    agents.tier = agents.load = agents.capacity = agents.proficiency = NULL
    agents.accepted = NULL
    fill_agents(c, i, scorer.columns, room, &agents)
    fill_interaction(c, i, &interaction)
    for k in range(n):
        scores[k] = NAN
    answer = (<hg_score_function> scorer.function)(&agents, &interaction, scores)
    if answer != 1:
        if answer == SCORE_INTERRUPTED:
            c.failed |= SCORER_INTERRUPTED
        return NULL
    fault[0] = WHY_SCORE_MISSING
    if not highest_of(scores, n, highest):
        return NULL
    fault[0] = WHY_NONE
    return scores
