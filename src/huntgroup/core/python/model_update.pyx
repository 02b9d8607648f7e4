"""A running centre takes a changed copy of its presence model: agents keep their statuses by name."""

from libc.stdint cimport int16_t, int64_t, uint32_t
from libc.string cimport memcpy, memset

from huntgroup.core.python.store cimport Store
from huntgroup.core.readiness.status cimport act
from huntgroup.core.state.centre cimport Centre, agent_at, widen_agents
from huntgroup.core.state.codes cimport (
    EV_MODEL_UPDATED, EV_PENDING_CHANGED, EV_PROFILE_CHANGED, EV_STATUS_CHANGED)
from huntgroup.core.state.events cimport emit
from huntgroup.core.state.native cimport HG_NONE
from huntgroup.core.state.rows cimport A_ALIVE, AgentRow, EventRow, MOVED_ALL
from huntgroup.core.state.timers cimport disarm
from huntgroup.core.steps.agents cimport note_profile
from huntgroup.core.steps.end_of_step cimport begin_step, end_step

from huntgroup.models.tables import compile_tables


cdef inline int16_t moved(const int16_t *to, int16_t status) noexcept nogil:
    return to[status] if status >= 0 else status


def who_has(Store engine, lost):
    """The lowest index of an agent that has, shows or waits for one of these statuses, and that status; None
    if nobody does. O(agents)."""
    # MODEL-2, CMD-61.
    engine.at_rest()
    cdef AgentRow *row
    cdef uint32_t a
    for a in range(engine.c.agents.count):
        row = agent_at(&engine.c, a)
        if row.flags & A_ALIVE:
            for status in (row.base, row.selected, row.pending, row.shown):
                if status in lost:
                    return a, status
    return None


def take_model(Store engine, model, list places, list told, list told_names, int text):
    """The statuses of the running model stand at `places` of the new one; one at -1 is gone, and nobody has
    it. Unread events name statuses by their places in `told_names`, the old ones by those in `told`; `text`
    is what the event tells. O(agents x (statuses + memberships) + unread events)."""
    # MODEL-1, MODEL-3, MODEL-4.
    cdef Centre *c = &engine.c
    cdef uint32_t a, k, old = c.status_count, count = len(model.statuses)
    cdef int16_t to[256]
    cdef int64_t spent[256]
    cdef int64_t *times
    cdef EventRow *event
    # A model that cannot be compiled, or has no room, is refused before anything has changed.
    tables = compile_tables(model, engine._channel_names, engine._group_index, engine._queue_index)
    names = [status.name for status in model.statuses]
    index = dict(model.spellings)
    if c.events.count == 0:         # statuses that are gone are in no event after this
        told_names = list(names)
    for k in range(old):
        to[k] = places[k]
    if widen_agents(c, 0, 0, 0, count) != 0:
        raise MemoryError("no memory for another presence model")
    engine.begin_change()
    for k in range(c.events.count):
        event = <EventRow *> c.events.rows + k
        if event.kind == EV_PROFILE_CHANGED:
            event.other = told[event.other]
        if (event.kind == EV_STATUS_CHANGED or event.kind == EV_PENDING_CHANGED
                or event.kind == EV_PROFILE_CHANGED):
            event.status_from = told[event.status_from] if event.status_from >= 0 else -1
            event.status_to = told[event.status_to] if event.status_to >= 0 else -1
    engine._told_statuses = told_names
    engine._status_names, engine._status_index, engine.model = names, index, model
    c.status_count = count
    engine._use_model(tables)
    for a in range(c.agents.count):
        rename(c, agent_at(c, a), to)
        times = c.status_time + <size_t> a * c.status_width
        memcpy(spent, times, old * sizeof(int64_t))
        memset(times, 0, c.status_width * sizeof(int64_t))
        for k in range(old):
            if to[k] >= 0:
                times[to[k]] += spent[k]
    begin_step(c)
    event = emit(c, EV_MODEL_UPDATED, -1, -1, -1, -1)
    if event != NULL:
        event.text = text
    for a in range(c.agents.count):
        if agent_at(c, a).flags & A_ALIVE:
            act(c, a)
            agent_at(c, a).moved_mask |= MOVED_ALL
            if agent_at(c, a).timer != HG_NONE and c.statuses[agent_at(c, a).base].duration_ns <= 0:
                note_profile(c, a)
                disarm(c, &agent_at(c, a).timer)
    end_step(c)


cdef void rename(Centre *c, AgentRow *row, const int16_t *to) noexcept nogil:
    """The agent's statuses as the new model counts them; one that is gone may be the receiver still, or that
    of an agent who is gone."""
    row.base = moved(to, row.base)
    row.selected = moved(to, row.selected)
    row.pending = moved(to, row.pending)
    row.shown = moved(to, row.shown)
    row.receiver = moved(to, row.receiver)
    if not row.flags & A_ALIVE:
        row.base = row.selected = row.shown = <int16_t> c.policy.default_status
        row.pending = -1
    if row.receiver < 0 or not row.flags & A_ALIVE:
        row.receiver = row.base
    if not row.flags & A_ALIVE and row.timer != HG_NONE:
        disarm(c, &row.timer)
