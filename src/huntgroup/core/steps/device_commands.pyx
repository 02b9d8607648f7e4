"""Devices by name, and the connection of an agent's program (docs/SEMANTICS.md, sections 3 and 7).

Each function judges its command in the order of the result codes and returns the first rule broken; where
`judge_only` is set it stops there.
"""

from libc.stdint cimport int32_t, uint8_t, uint32_t

from huntgroup.core.state.centre cimport Centre, agent_at, channel_at, device_at, table_take
from huntgroup.core.state.codes cimport (
    EV_DEVICE_CHANGED, R_CAPABILITY_MISSING, R_INVALID_COMMAND, R_LIMIT_EXCEEDED, R_OK, R_UNKNOWN_AGENT,
    R_UNKNOWN_CHANNEL)
from huntgroup.core.state.events cimport emit
from huntgroup.core.state.native cimport HG_NONE
from huntgroup.core.state.rows cimport (
    A_CONNECTION_LOST, A_SIGNED_IN, ChannelRow, CommandRow, DeviceRow, EventRow, MAX_DEVICES, MOVED_ALL,
    NAMELESS_DEVICE)
from huntgroup.core.readiness.status cimport act, measure
from huntgroup.core.steps.agent_commands cimport known_agent
from huntgroup.core.steps.agents cimport drop_device, restore_connection, tell_connection


cdef uint32_t device_of(Centre *c, uint32_t a, uint32_t channel, int32_t name) noexcept nogil:
    """The row of a connected device with a name. O(its devices)."""
    cdef uint32_t d = agent_at(c, a).device_head
    while d != HG_NONE and (device_at(c, d).name != name or device_at(c, d).channel != channel):
        d = device_at(c, d).next
    return d


cdef void add_device(Centre *c, uint32_t a, uint32_t channel, int32_t name) noexcept nogil:
    cdef uint32_t d = table_take(&c.devices)
    cdef DeviceRow *row
    if d == HG_NONE:
        c.failed = True
        return
    row = device_at(c, d)
    row.name = name
    row.channel = channel
    row.next = agent_at(c, a).device_head
    agent_at(c, a).device_head = d


cdef int connect(Centre *c, CommandRow *cmd, bint connected) noexcept nogil:
    """A device came or went; `text` is its name, -1: none. O(its devices + memberships)."""
    # STEP-12, CMD-2, CMD-7, DEVICE-1, DEVICE-2.
    cdef uint32_t capability, a, d = HG_NONE
    cdef ChannelRow *on
    cdef bint there
    cdef EventRow *e
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    if not 0 <= cmd.channel < <int> c.channel_count:
        return R_UNKNOWN_CHANNEL
    if cmd.text < -1 or cmd.text >= <int32_t> c.text_count:
        return R_INVALID_COMMAND
    a = <uint32_t> cmd.agent
    capability = c.capability[cmd.channel]
    if not c.needs_device[capability]:
        return R_CAPABILITY_MISSING
    on = channel_at(c, a, capability)
    if cmd.text == -1:
        there = (on.device & NAMELESS_DEVICE) != 0
    else:
        d = device_of(c, a, capability, cmd.text)
        there = d != HG_NONE
    if there == connected:
        return R_OK
    if connected and (on.device & (NAMELESS_DEVICE - 1)) + (on.device // NAMELESS_DEVICE) >= MAX_DEVICES:
        return R_LIMIT_EXCEEDED
    if c.judge_only:
        return R_OK
    act(c, a)
    if cmd.text == -1:
        on.device ^= NAMELESS_DEVICE
    elif connected:
        add_device(c, a, capability, cmd.text)
        on.device = <uint8_t> (on.device + 1)
    else:
        drop_device(c, a, d)
        on.device = <uint8_t> (on.device - 1)
    measure(c, a)
    e = emit(c, EV_DEVICE_CHANGED, cmd.agent, -1, -1, -1)
    if e != NULL:
        e.channel = <short> capability
        e.status_to = connected
        e.text = cmd.text
    return R_OK


cdef int change_connection(Centre *c, CommandRow *cmd, bint connected) noexcept nogil:
    """The connection of the agent's program is lost or restored; held work goes on. O(memberships + open
    offers)."""
    # CONN-1, CONN-2, CMD-60.
    cdef uint32_t a
    cdef bint lost
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    a = <uint32_t> cmd.agent
    lost = (agent_at(c, a).flags & A_CONNECTION_LOST) != 0
    if c.judge_only or not agent_at(c, a).flags & A_SIGNED_IN or lost == (not connected):
        return R_OK
    act(c, a)
    if connected:
        restore_connection(c, a)
        return R_OK
    agent_at(c, a).flags |= A_CONNECTION_LOST
    agent_at(c, a).moved_mask |= MOVED_ALL
    tell_connection(c, a, False)
    return R_OK
