# cython: embedsignature.format=clinic
"""Lists of an engine's agents, members and waiting interactions, by index: the selection is made here, and
views are built only for what was selected."""

from libc.stdint cimport int32_t, int64_t, uint32_t
from libc.string cimport memset

from huntgroup.core.python.store cimport Store
from huntgroup.core.readiness.members cimport limit_of
from huntgroup.core.readiness.serving cimport held_of
from huntgroup.core.readiness.status cimport capability_of, status_in
from huntgroup.core.readiness.waiting cimport membership_of
from huntgroup.core.state.centre cimport (
    Centre, agent_at, channel_at, device_at, group_at, interaction_at, membership_at, queue_at, wrap_at)
from huntgroup.core.state.codes cimport R_OK
from huntgroup.core.state.native cimport HG_NONE, hg_timer, hg_wait_first, hg_wait_next
from huntgroup.core.state.requirement cimport meets
from huntgroup.core.state.rows cimport (
    A_ALIVE, A_SIGNED_IN, A_STOP_NEW, AgentRow, C_ABSENT, CommandRow, DelayRow, InteractionRow, M_ALIVE,
    M_LOGGED_IN, M_READY, MembershipRow, NAMELESS_DEVICE)
from huntgroup.core.steps.agent_commands cimport stop_new
from huntgroup.core.steps.owned_commands cimport sign_out


def matching_agents(Store engine, int32_t after, int32_t shown, int32_t requirement, int32_t channel,
                    int32_t queue, team):
    """Indices of the agents above `after` that show a status, meet a requirement, have the capability for a
    channel, are members of a queue and belong to a team, ascending; -1 asks nothing (a requirement: 0, a
    team: None). O(agents)."""
    engine.at_rest()
    # A text that the engine does not know is no agent's team.
    cdef int32_t of_team = -1 if team is None else <int32_t> engine._text_handles.get(team, -2)
    cdef Centre *c = &engine.c
    cdef AgentRow *row
    cdef uint32_t a
    found = []
    for a in range(<uint32_t> (after + 1), c.agents.count):
        row = agent_at(c, a)
        if not row.flags & A_ALIVE or (shown >= 0 and row.shown != shown):
            continue
        if of_team != -1 and row.team != of_team:
            continue
        if channel >= 0 and capability_of(row.fit_mask, row.room_mask, <uint32_t> channel) == C_ABSENT:
            continue
        if queue >= 0 and membership_of(c, a, <uint32_t> queue) == HG_NONE:
            continue
        if requirement > 0 and not meets(c, requirement, a):
            continue
        found.append(a)
    return found


def members_of(Store engine, uint32_t queue):
    """(agent, tier, rank, delay_ns, limit or -1, logged in, ready, load, status) of each membership of a
    queue, by agent; load: this queue's interactions that the agent holds or is offered; status: the one shown
    there, -1: none. O(memberships of the centre)."""
    engine.at_rest()
    cdef Centre *c = &engine.c
    cdef MembershipRow *m
    cdef uint32_t k
    found = []
    for k in range(c.memberships.count):
        m = membership_at(c, k)
        if m.flags & M_ALIVE and m.queue == queue:
            found.append((m.agent, m.tier, m.rank, (<DelayRow *> c.delays.rows)[m.delay].delay_ns,
                          limit_of(c, m.agent, queue), bool(m.flags & M_LOGGED_IN),
                          bool(m.flags & M_READY) and not queue_at(c, queue).at_most,
                          held_of(c, m.agent, queue), status_in(c, m.agent, k)))
    found.sort()
    return found


def memberships_of(Store engine, uint32_t agent):
    """(queue, tier, rank, delay_ns, limit or -1) of each membership of an agent, by queue. O(memberships)."""
    engine.at_rest()
    cdef Centre *c = &engine.c
    cdef AgentRow *row = agent_at(c, agent)
    cdef MembershipRow *m
    cdef uint32_t k
    found = []
    for k in range(row.membership_start, row.membership_start + row.membership_count):
        m = membership_at(c, k)
        found.append((m.queue, m.tier, m.rank, (<DelayRow *> c.delays.rows)[m.delay].delay_ns,
                      limit_of(c, agent, m.queue)))
    found.sort()
    return found


def waiting_of(Store engine, uint32_t queue):
    """(place, arrival in ns, id) of those who wait in a queue, in the order of waiting. O(waiting log
    waiting)."""
    engine.at_rest()
    cdef Centre *c = &engine.c
    cdef uint32_t g = queue_at(c, queue).first_group, i
    cdef InteractionRow *row
    found = []
    while g != HG_NONE:
        i = hg_wait_first(group_at(c, g).root, c.interactions.rows, sizeof(InteractionRow))
        while i != HG_NONE:
            row = interaction_at(c, i)
            found.append((row.node.key, row.node.queued_at_ns, row.node.id))
            i = hg_wait_next(c.interactions.rows, sizeof(InteractionRow), i)
        g = group_at(c, g).links.next
    found.sort()
    return found


def statuses_in(Store engine, uint32_t agent):
    """(queue, the status shown there or -1) of each membership, by queue. O(memberships)."""
    engine.at_rest()
    cdef Centre *c = &engine.c
    cdef AgentRow *row = agent_at(c, agent)
    cdef uint32_t m
    found = [(membership_at(c, m).queue, status_in(c, agent, m))
             for m in range(row.membership_start, row.membership_start + row.membership_count)]
    found.sort()
    return found


def devices_of(Store engine, uint32_t agent):
    """(channel, handle of the name or -1) of each connected device, by channel. O(channels + devices)."""
    # DEVICE-1.
    engine.at_rest()
    cdef Centre *c = &engine.c
    cdef uint32_t d = agent_at(c, agent).device_head, channel
    found = [(channel, -1) for channel in range(c.channel_count)
             if channel_at(c, agent, channel).device & NAMELESS_DEVICE]
    while d != HG_NONE:
        found.append((device_at(c, d).channel, device_at(c, d).name))
        d = device_at(c, d).next
    found.sort()
    return found


def may_of(Store engine, uint32_t agent):
    """(may sign out, can stop new) as these commands would be judged now. O(memberships)."""
    engine.at_rest()
    cdef Centre *c = &engine.c
    cdef CommandRow cmd
    cdef bint leave, stop
    memset(&cmd, 0xFF, sizeof(CommandRow))
    cmd.agent = <int32_t> agent
    cmd.flag = 0
    cmd.list_count = 0
    c.judge_only = True
    leave = sign_out(c, &cmd) == R_OK and agent_at(c, agent).flags & A_SIGNED_IN
    stop = stop_new(c, &cmd) == R_OK and not agent_at(c, agent).flags & A_STOP_NEW
    c.judge_only = False
    return bool(leave), bool(stop)


def ends_of(Store engine, uint32_t agent):
    """(when the timed status ends, when the last wrap-up ends) in ns, -1 where none runs. O(wrap-ups)."""
    engine.at_rest()
    cdef Centre *c = &engine.c
    cdef hg_timer *timers = <hg_timer *> c.timers.rows
    cdef uint32_t t = agent_at(c, agent).timer, w = agent_at(c, agent).wrap_head
    cdef int64_t status_ns = -1, wrap_ns = -1
    if t != HG_NONE:
        status_ns = timers[t].at_ns
    while w != HG_NONE:
        t = wrap_at(c, w).timer
        if t != HG_NONE and timers[t].at_ns > wrap_ns:
            wrap_ns = timers[t].at_ns
        w = wrap_at(c, w).next
    return status_ns, wrap_ns
