"""In a large centre a command waits for memory longer than it computes: its interaction, its agent and the
agent's memberships lie anywhere in hundreds of megabytes. A batch says which commands come next, so those
lines are prefetched some rows before: first the row of the interaction and the first of its queue, then the
agent, then the agent's memberships. This is only a hint: no state is changed, and a wrong guess only costs
time.
"""

from libc.stdint cimport int64_t, uint32_t

from huntgroup.core.state.codes cimport CMD_ENQUEUE
from huntgroup.core.state.centre cimport (
    FINISHED_BIT, Centre, interaction_at, queue_at, ring_at)
from huntgroup.core.state.fetch cimport FIRST, SECOND, THIRD, fetch, fetch_agent, fetch_memberships
from huntgroup.core.state.native cimport HG_NONE, hg_ids_get, hg_ring_agent
from huntgroup.core.state.rows cimport CommandRow, InteractionRow, RingRow


cdef uint32_t row_of(Centre *c, const CommandRow *cmd) noexcept nogil:
    """The row of the interaction that the command names, HG_NONE if there is none that is not finished."""
    cdef uint32_t i = hg_ids_get(&c.ids, cmd.interaction)
    return HG_NONE if i & <uint32_t> FINISHED_BIT else i


cdef int64_t agent_of(Centre *c, const CommandRow *cmd) noexcept nogil:
    """The agent whom the command will probably act on, -1 if nobody can be guessed: the one who handles the
    interaction, or the longest idle of the queue it comes to."""
    cdef RingRow *ring
    cdef uint32_t i, r
    if cmd.command == CMD_ENQUEUE:
        if not 0 <= cmd.queue < <int64_t> c.queues.count:
            return -1
        r = queue_at(c, <uint32_t> cmd.queue).first_ring
        if r == HG_NONE:
            return -1
        ring = ring_at(c, r)
        if ring.ring.head >= ring.ring.tail:
            return -1
        return hg_ring_agent(&ring.ring, ring.ring.head)
    i = row_of(c, cmd)
    return -1 if i == HG_NONE else interaction_at(c, i).agent


cdef void look_ahead(Centre *c, const CommandRow *rows, Py_ssize_t k, Py_ssize_t n) noexcept nogil:
    """Asks for what the rows after `k` will read. O(1)."""
    cdef uint32_t i
    cdef int64_t a
    if k + FIRST < n and rows[k + FIRST].interaction > 0:
        i = row_of(c, rows + k + FIRST)
        if i != HG_NONE:
            fetch(<const char *> interaction_at(c, i), sizeof(InteractionRow))
    if k + SECOND < n:
        a = agent_of(c, rows + k + SECOND)
        if 0 <= a < <int64_t> c.agents.count:
            fetch_agent(c, <uint32_t> a)
    if k + THIRD < n and rows[k + THIRD].command == CMD_ENQUEUE:
        a = agent_of(c, rows + k + THIRD)
        if 0 <= a < <int64_t> c.agents.count:
            fetch_memberships(c, <uint32_t> a)
