"""Prefetching: asks the memory for lines before they are read, so that the waits for them overlap."""

from libc.stdint cimport int32_t, int64_t, uint32_t

from huntgroup.core.state.centre cimport Centre, agent_at, channel_at, membership_at, queue_at, ring_at
from huntgroup.core.state.native cimport HG_NONE, hg_ring
from huntgroup.core.state.rows cimport AgentRow, M_READY, MembershipRow

cdef extern from *:
    """
    /* The empty statement in assembler keeps the compiler from taking a function that only asks for memory
     * for one without any effect, whose calls it may leave out. */
    static inline void hg_prefetch(const void *address)
    {
    #if defined(__GNUC__) || defined(__clang__)
        __builtin_prefetch(address, 1, 3);
        __asm__ volatile("");
    #else
        (void)address;
    #endif
    }
    """
    void hg_prefetch(const void *address) noexcept nogil

cdef enum:
    LINE = 64
    MOST = 64                       # memberships
    NEAR = 8192                     # agents
    FEW = 16                        # agents acted on by one step
    # Where many take their turn: how many places before it each part of what one of them needs is asked for.
    # Each needs the part before it.
    FIRST = 9
    SECOND = 6
    THIRD = 3
    LAST = 1


cdef inline bint is_large(Centre *c) noexcept nogil:
    """So few agents stay in the caches: looking ahead would cost more than it gives."""
    return c.agents.count > NEAR


cdef inline void fetch(const char *block, size_t bytes) noexcept nogil:
    """Asks for every line of the block."""
    cdef const char *end = block + bytes
    while block < end:
        hg_prefetch(block)
        block += LINE


cdef inline void fetch_agent(Centre *c, uint32_t a) noexcept nogil:
    """Asks for what every step on an agent reads and writes."""
    fetch(<const char *> agent_at(c, a), sizeof(AgentRow))
    hg_prefetch(channel_at(c, a, 0))
    fetch(<const char *> (c.status_time + <size_t> a * c.status_width), c.status_width * sizeof(int64_t))


cdef inline uint32_t few(AgentRow *agent) noexcept nogil:
    """How many of its memberships are asked for: of very many the first would be gone again."""
    return agent.membership_count if agent.membership_count < MOST else MOST


cdef inline void fetch_memberships(Centre *c, uint32_t a) noexcept nogil:
    cdef AgentRow *agent = agent_at(c, a)
    fetch(<const char *> membership_at(c, agent.membership_start), few(agent) * sizeof(MembershipRow))


cdef inline void fetch_queues(Centre *c, uint32_t a) noexcept nogil:
    """The queues and rings of the agent's memberships, which came before."""
    cdef AgentRow *agent = agent_at(c, a)
    cdef MembershipRow *row = membership_at(c, agent.membership_start)
    cdef MembershipRow *end = row + few(agent)
    while row < end:
        hg_prefetch(queue_at(c, row.queue))
        if row.ring != HG_NONE:
            hg_prefetch(ring_at(c, row.ring))
        row += 1


cdef inline void fetch_slots(Centre *c, uint32_t a) noexcept nogil:
    """Of a member who is ready, and probably will not be, its slot's bit; else its slot, if it has one, and
    the next one of the ring where it probably belongs."""
    cdef AgentRow *agent = agent_at(c, a)
    cdef MembershipRow *row = membership_at(c, agent.membership_start)
    cdef MembershipRow *end = row + few(agent)
    cdef hg_ring *ring
    cdef uint32_t r
    while row < end:
        r = row.ring if row.ring != HG_NONE else queue_at(c, row.queue).first_ring
        if r != HG_NONE:
            ring = &ring_at(c, r).ring
            if row.flags & M_READY:
                hg_prefetch(ring.live + (row.slot >> 6))
            else:
                if row.ring != HG_NONE:
                    hg_prefetch(ring.member + row.slot)
                hg_prefetch(ring.member + ring.tail)
                hg_prefetch(ring.key + ring.tail)
        row += 1


cdef inline void look_ahead_agent(Centre *c, const int32_t *agents, uint32_t k, uint32_t n) noexcept nogil:
    """Asks for an agent some places further on. The indices need not be those of agents. O(1)."""
    if k + FIRST < n and 0 <= agents[k + FIRST] < <int64_t> c.agents.count:
        fetch_agent(c, <uint32_t> agents[k + FIRST])


cdef inline void look_ahead_members(Centre *c, const uint32_t *agents, uint32_t k, uint32_t n) noexcept nogil:
    """Asks for the agents after place `k`, their memberships, and what those stand for. O(memberships)."""
    if k + FIRST < n:
        fetch_agent(c, agents[k + FIRST])
    if k + SECOND < n:
        fetch_memberships(c, agents[k + SECOND])
    if k + THIRD < n:
        fetch_queues(c, agents[k + THIRD])
    if k + LAST < n:
        fetch_slots(c, agents[k + LAST])
