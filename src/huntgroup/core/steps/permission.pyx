"""Who may do what, judged before anything else of a command that somebody is named for (docs/SEMANTICS.md,
section 18). A command without `by` is the host's own doing and never comes here."""

from libc.stdint cimport int32_t, int64_t, uint32_t

from huntgroup.core.state.centre cimport Centre, agent_at
from huntgroup.core.state.codes cimport (
    CMD_CONNECT, CMD_CONNECTION_LOST, CMD_CONNECTION_RESTORED, CMD_DISCONNECT, CMD_JOIN, CMD_LEAVE,
    CMD_QUEUE_LOGIN, CMD_QUEUE_LOGOUT, CMD_REMOVE_AGENT, CMD_RESUME_NEW, CMD_SET_CAPACITY,
    CMD_SET_EXTERNAL_PRESENCE, CMD_SET_QUEUE_LOGINS, CMD_SET_READY, CMD_SET_SKILL, CMD_SET_STATUS,
    CMD_SET_USER, CMD_SIGN_IN, CMD_SIGN_OUT, CMD_STOP_NEW, CMD_UPDATE_AGENT, R_NOT_PERMITTED, R_OK,
    R_UNKNOWN_AGENT)
from huntgroup.core.state.rows cimport (
    A_ALIVE, A_SIGNED_IN, ActorRow, ROLE_ADMINISTRATOR, ROLE_AGENT, ROLE_CONNECTOR, ROLE_SUPERVISOR)


cdef bint exists(Centre *c, int32_t a) noexcept nogil:
    return 0 <= a < <int32_t> c.agents.count and agent_at(c, <uint32_t> a).flags & A_ALIVE


cdef bint known(Centre *c, int32_t by) noexcept nogil:
    """A code of who commands is valid: -1 (nobody named), an agent, or -2-k (actor k)."""
    return by == -1 or exists(c, by) or (by < -1 and -2 - <int64_t> by < c.actors.count)


# PERM-1: whoever is named has a role, and perhaps a team.
cdef int role_of(Centre *c, int32_t by) noexcept nogil:
    # PERM-12: where the model asks for it, an agent has its role while it is signed in.
    if by < -1:
        return (<ActorRow *> c.actors.rows)[-2 - by].role
    if c.policy.supervisor_needs_sign_in and not agent_at(c, <uint32_t> by).flags & A_SIGNED_IN:
        return ROLE_AGENT
    return agent_at(c, <uint32_t> by).role


cdef int32_t team_of(Centre *c, int32_t by) noexcept nogil:
    return (<ActorRow *> c.actors.rows)[-2 - by].team if by < -1 else agent_at(c, <uint32_t> by).team


cdef bint may_command(Centre *c, int32_t by, int32_t a) noexcept nogil:
    """STATUS-8, PERM-3, PERM-4: an administrator commands everybody, a supervisor the agents of its team."""
    cdef int role
    if by == -1:
        return True
    role = role_of(c, by)
    if role == ROLE_SUPERVISOR:
        return team_of(c, by) == -1 or team_of(c, by) == agent_at(c, <uint32_t> a).team
    return role == ROLE_ADMINISTRATOR


cdef bint may_act_for(Centre *c, int32_t by, int32_t a) noexcept nogil:
    """PERM-5: an agent may act for itself."""
    return by == a or may_command(c, by, a)


cdef bint may_change(Centre *c, int32_t by, int32_t a) noexcept nogil:
    """CHANGE-6: a supervisor changes what waits; so does the agent (-1: none) whom it is about."""
    return by == -1 or by == a or role_of(c, by) == ROLE_SUPERVISOR or role_of(c, by) == ROLE_ADMINISTRATOR


cdef int judge_configuring(Centre *c, int32_t by) noexcept nogil:
    """PERM-8: the centre itself is changed by administrators."""
    if not known(c, by):
        return R_UNKNOWN_AGENT
    return R_OK if by == -1 or role_of(c, by) == ROLE_ADMINISTRATOR else R_NOT_PERMITTED


cdef int judge_by(Centre *c, CommandRow *cmd) noexcept nogil:
    """Whether who is named exists and may do this to the agent of the command. Commands on interactions, and
    those on many agents, judge their agents themselves."""
    # PERM-2, PERM-6, PERM-7.
    cdef int code = cmd.command
    if not known(c, cmd.by):
        return R_UNKNOWN_AGENT
    if code in (CMD_SET_SKILL, CMD_JOIN, CMD_LEAVE, CMD_SET_CAPACITY, CMD_REMOVE_AGENT, CMD_SET_USER,
                CMD_UPDATE_AGENT):
        if not exists(c, cmd.agent):
            return R_UNKNOWN_AGENT
        return R_OK if may_command(c, cmd.by, cmd.agent) else R_NOT_PERMITTED
    if code in (CMD_CONNECT, CMD_DISCONNECT, CMD_CONNECTION_LOST, CMD_CONNECTION_RESTORED,
                CMD_SET_EXTERNAL_PRESENCE):
        if not exists(c, cmd.agent):
            return R_UNKNOWN_AGENT
        if role_of(c, cmd.by) == ROLE_CONNECTOR:
            return R_OK
        return R_OK if may_act_for(c, cmd.by, cmd.agent) else R_NOT_PERMITTED
    if code in (CMD_SIGN_IN, CMD_SIGN_OUT, CMD_SET_STATUS, CMD_SET_READY, CMD_QUEUE_LOGIN, CMD_QUEUE_LOGOUT,
                CMD_SET_QUEUE_LOGINS, CMD_STOP_NEW, CMD_RESUME_NEW):
        if not exists(c, cmd.agent):
            return R_UNKNOWN_AGENT
        return R_OK if may_act_for(c, cmd.by, cmd.agent) else R_NOT_PERMITTED
    return R_OK
