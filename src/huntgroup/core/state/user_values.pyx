"""The caller's own numbers on agents and interactions, eight float64 each; what was never given reads as 0.

Nobody pays for them who does not use them: the column of agents is made when the first number is given to
one, and an interaction without any has no row. They decide nothing by themselves: only a scorer reads them.
"""

from libc.stdint cimport int64_t, uint32_t

from libc.string cimport memset

from huntgroup.core.state.centre cimport Centre, table_give, table_reserve, table_take
from huntgroup.core.state.native cimport HG_NONE, hg_ids_get, hg_ids_put, hg_ids_remove, hg_ids_reserve
from huntgroup.core.state.user_rows cimport GivenRow


cdef bint keep_agent_users(Centre *c) noexcept nogil:
    """From now on every agent has its numbers, 0 to begin with. False when memory is out. O(agents) once."""
    if table_reserve(&c.agent_users, c.agent_capacity) != 0:
        return False
    c.agent_users.count = c.agents.count
    return True


cdef void set_agent_user(Centre *c, uint32_t a, uint32_t column, double value) noexcept nogil:
    """Sets one number of an agent. O(1), the first time O(agents)."""
    # MATCH-25.
    if c.agent_users.count == 0:
        if value == 0:
            return
        if not keep_agent_users(c):
            c.failed = True
            return
    # Adding 0 makes -0.0 one with 0.0, which is what was never given reads as.
    agent_user_at(c, a).value[column] = value + 0.0


cdef void keep_interaction_user(Centre *c, int64_t id, const double *values, uint32_t count) noexcept nogil:
    """Gives a new interaction its numbers. O(1) amortised."""
    cdef uint32_t row, k
    row = table_take(&c.given)
    if row == HG_NONE or hg_ids_reserve(&c.given_ids, c.given.count) != 0:
        c.failed = True
        return
    memset(<GivenRow *> c.given.rows + row, 0, sizeof(GivenRow))
    (<GivenRow *> c.given.rows + row).count = count
    for k in range(count):
        (<GivenRow *> c.given.rows + row).value[k] = values[k] + 0.0
    hg_ids_put(&c.given_ids, id, row)


cdef GivenRow *given_with(Centre *c, int64_t id) noexcept nogil:
    """What was given with the interaction, NULL for nothing. Good until the next one is given. O(1)."""
    cdef uint32_t row = hg_ids_get(&c.given_ids, id)
    return NULL if row == HG_NONE else <GivenRow *> c.given.rows + row


cdef void forget_given(Centre *c, int64_t id) noexcept nogil:
    """The interaction can be read no more: neither can its numbers. O(1)."""
    cdef uint32_t row = hg_ids_get(&c.given_ids, id)
    if row != HG_NONE:
        hg_ids_remove(&c.given_ids, id)
        table_give(&c.given, row)
