"""Administration while the centre runs: what somebody is, apart from skills, memberships and capacities."""

from libc.stdint cimport int64_t, uint8_t, uint32_t

from huntgroup.core.readiness.status cimport act
from huntgroup.core.state.centre cimport HG_LONGEST_NS, Centre, agent_at
from huntgroup.core.state.codes cimport R_INVALID_COMMAND, R_OK, R_UNKNOWN_AGENT
from huntgroup.core.state.masks cimport (
    GIVEN_BUSY_SELECTABLE, GIVEN_ROLE, GIVEN_TEAM, GIVEN_UNITS, GIVEN_WRAP_UP)
from huntgroup.core.state.rows cimport (
    A_BUSY_SELECTABLE, AgentRow, CommandRow, MOVED_ALL, ROLE_CONNECTOR,
    SET_BUSY_SELECTABLE, SET_ROLE, SET_TEAM, SET_UNITS, SET_WRAP_UP)
from huntgroup.core.steps.agent_commands cimport known_agent
from huntgroup.core.steps.telling cimport tell_setting


cdef int update_agent(Centre *c, CommandRow *cmd) noexcept nogil:
    """`mask` says which count: `status` is the role, `priority` the units (-1: none), `flag` whether busy is
    selectable, `value` the length of its wrap-up in ns (-1: none of its own), `text` the team (-1: none)."""
    # PERM-9.
    cdef AgentRow *row
    cdef uint32_t a
    cdef bint changed
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    if (cmd.mask & GIVEN_ROLE and not 0 <= cmd.status <= <int> ROLE_CONNECTOR) or (
            cmd.mask & GIVEN_UNITS and cmd.priority < -1) or (
            cmd.mask & GIVEN_WRAP_UP and not -1 <= cmd.value <= HG_LONGEST_NS) or (
            cmd.mask & GIVEN_TEAM and not -1 <= cmd.text < <int64_t> c.text_count):
        return R_INVALID_COMMAND
    if c.judge_only:
        return R_OK
    a = <uint32_t> cmd.agent
    act(c, a)
    row = agent_at(c, a)
    if cmd.mask & GIVEN_ROLE and row.role != cmd.status:
        row.role = <uint8_t> cmd.status
        tell_setting(c, a, SET_ROLE)
    if cmd.mask & GIVEN_UNITS and row.units_capacity != cmd.priority:
        row.units_capacity = cmd.priority
        row.moved_mask |= MOVED_ALL
        tell_setting(c, a, SET_UNITS)
    changed = (cmd.flag != 0) != ((row.flags & A_BUSY_SELECTABLE) != 0)
    if cmd.mask & GIVEN_BUSY_SELECTABLE and changed:
        row.flags ^= A_BUSY_SELECTABLE
        row.moved_mask |= MOVED_ALL
        tell_setting(c, a, SET_BUSY_SELECTABLE)
    if cmd.mask & GIVEN_WRAP_UP and row.wrap_up_ns != cmd.value:
        row.wrap_up_ns = cmd.value
        tell_setting(c, a, SET_WRAP_UP)
    if cmd.mask & GIVEN_TEAM and row.team != cmd.text:
        row.team = cmd.text
        tell_setting(c, a, SET_TEAM)
    return R_OK
