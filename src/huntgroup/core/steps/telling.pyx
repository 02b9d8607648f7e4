"""The events of the administration of agents: skills, capacities, numbers of the caller's own, settings
(PERM-10)."""

from libc.stdint cimport int16_t, int32_t, uint32_t
from libc.string cimport memcpy

from huntgroup.core.state.centre cimport Centre, agent_at, channel_at
from huntgroup.core.state.codes cimport (
    EV_AGENT_UPDATED, EV_ARRIVAL_NOTED, EV_CAPACITY_CHANGED, EV_SKILL_CHANGED, EV_USER_CHANGED)
from huntgroup.core.state.events cimport emit
from huntgroup.core.state.rows cimport (
    A_BUSY_SELECTABLE, AgentRow, EventRow, I_REF, I_TEXT_REF, InteractionRow, SET_BUSY_SELECTABLE, SET_ROLE,
    SET_UNITS, SET_WRAP_UP)
from huntgroup.core.state.user_rows cimport GivenRow
from huntgroup.core.state.user_values cimport agent_user_at, given_with


cdef void tell_skill(Centre *c, uint32_t a, uint32_t skill) noexcept nogil:
    cdef EventRow *e = emit(c, EV_SKILL_CHANGED, <int32_t> a, -1, -1, -1)
    if e != NULL:
        e.status_from = <int16_t> skill
        e.value = c.skills[<size_t> a * c.skill_width + skill]


cdef void tell_capacity(Centre *c, uint32_t a, uint32_t capability) noexcept nogil:
    cdef EventRow *e = emit(c, EV_CAPACITY_CHANGED, <int32_t> a, -1, -1, -1)
    if e != NULL:
        e.channel = <int16_t> capability
        e.value = channel_at(c, a, capability).capacity


cdef void tell_user(Centre *c, uint32_t a, uint32_t column) noexcept nogil:
    cdef EventRow *e = emit(c, EV_USER_CHANGED, <int32_t> a, -1, -1, -1)
    if e != NULL:
        e.status_to = <int16_t> column
        memcpy(&e.value, &agent_user_at(c, a).value[column], sizeof(double))


cdef void tell_arrival(Centre *c, InteractionRow *row) noexcept nogil:
    """Emits what came with an arrival beside queue and priority: its reference, the instant since which it
    waits, the caller's own numbers."""
    # TOLD-7.
    cdef EventRow *e
    cdef GivenRow *given
    cdef uint32_t k
    if row.flags & I_REF or row.node.queued_at_ns != c.now_ns:
        e = emit(c, EV_ARRIVAL_NOTED, -1, row.node.id, -1, -1)
        if e != NULL:
            e.other = row.node.queued_at_ns
            e.status_to = 0
            if row.flags & I_REF:
                e.status_to = 2 if row.flags & I_TEXT_REF else 1
                e.value = row.ref
    given = given_with(c, row.node.id)
    if given != NULL:
        for k in range(given.count):
            e = emit(c, EV_USER_CHANGED, -1, row.node.id, -1, -1)
            if e != NULL:
                e.status_to = <int16_t> k
                memcpy(&e.value, &given.value[k], sizeof(double))


cdef void tell_setting(Centre *c, uint32_t a, int setting) noexcept nogil:
    """One of AGENT_SETTINGS, as it is now."""
    cdef AgentRow *row = agent_at(c, a)
    cdef EventRow *e = emit(c, EV_AGENT_UPDATED, <int32_t> a, -1, -1, -1)
    if e == NULL:
        return
    e.status_from = <int16_t> setting
    if setting == SET_ROLE:
        e.text = row.role           # the roles are the first texts
    elif setting == SET_UNITS:
        e.value = row.units_capacity
    elif setting == SET_BUSY_SELECTABLE:
        e.value = (row.flags & A_BUSY_SELECTABLE) != 0
    elif setting == SET_WRAP_UP:
        e.value = row.wrap_up_ns
    else:
        e.text = row.team
