"""How long a wrap-up lasts, and its end, by command or by its time (docs/SEMANTICS.md, sections 7 and 16)."""

from libc.stdint cimport int32_t, int64_t, uint32_t

from huntgroup.core.readiness.status cimport act
from huntgroup.core.state.centre cimport HG_LONGEST_NS, Centre, agent_at, interaction_at, wrap_at
from huntgroup.core.state.codes cimport (
    EV_WRAP_UP_ENDED, EV_WRAP_UP_EXTENDED, R_ILLEGAL_TRANSITION, R_LIMIT_EXCEEDED, R_NOT_PERMITTED, R_OK,
    R_UNKNOWN_AGENT, R_UNKNOWN_INTERACTION, R_WRAP_UP_FIXED)
from huntgroup.core.state.events cimport emit
from huntgroup.core.state.native cimport HG_NONE, hg_timer
from huntgroup.core.state.rows cimport (
    AGENT_BITS, CommandRow, EventRow, S_COMPLETED, S_WRAP_UP, TIMER_WRAP_UP, WrapRow)
from huntgroup.core.state.timers cimport arm, disarm
from huntgroup.core.steps.agent_commands cimport known_agent
from huntgroup.core.steps.agents cimport drop_wrap_up, work_ended
from huntgroup.core.steps.interaction_commands cimport live_row
from huntgroup.core.steps.offers cimport finish
from huntgroup.core.steps.permission cimport may_change


cdef uint32_t running_wrap_up(Centre *c, int64_t id, int32_t a) noexcept nogil:
    """The wrap-up of this interaction on this agent, or on whichever agent has the only one (-1:
    O(wrap-ups))."""
    # CMD-46.
    cdef uint32_t w, found = HG_NONE
    if a >= 0:
        w = agent_at(c, <uint32_t> a).wrap_head
        while w != HG_NONE:
            if wrap_at(c, w).interaction_id == id:
                return w
            w = wrap_at(c, w).next
        return HG_NONE
    for w in range(c.wraps.count):
        if wrap_at(c, w).timer != HG_NONE and wrap_at(c, w).interaction_id == id:
            if found != HG_NONE:
                return HG_NONE
            found = w
    return found


cdef int finish_wrap_up(Centre *c, CommandRow *cmd) noexcept nogil:
    # CMD-32.
    cdef int result
    cdef uint32_t i, w = HG_NONE
    cdef int32_t of = cmd.agent
    if cmd.agent != -1 and not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    i = live_row(c, cmd.interaction, &result)
    if result == R_UNKNOWN_INTERACTION:
        return result
    if of < 0 and i != HG_NONE and interaction_at(c, i).state == S_WRAP_UP:
        of = interaction_at(c, i).agent
    w = running_wrap_up(c, cmd.interaction, of)
    if w == HG_NONE:
        return R_ILLEGAL_TRANSITION
    if c.policy.wrap_up_fixed:
        return R_WRAP_UP_FIXED
    if not c.judge_only:
        wrap_up_over(c, w)
    return R_OK


cdef int extend_wrap_up(Centre *c, CommandRow *cmd) noexcept nogil:
    """CMD-52, WRAP-8: `value` nanoseconds later than it would have ended."""
    cdef int result
    cdef uint32_t i, w
    cdef int32_t of = cmd.agent
    cdef int64_t until = 0
    cdef WrapRow *wrap
    cdef EventRow *e
    if cmd.agent != -1 and not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    i = live_row(c, cmd.interaction, &result)
    if of < 0 and i != HG_NONE and interaction_at(c, i).state == S_WRAP_UP:
        of = interaction_at(c, i).agent
    w = running_wrap_up(c, cmd.interaction, of) if result != R_UNKNOWN_INTERACTION else HG_NONE
    if w != HG_NONE:
        until = (<hg_timer *> c.timers.rows)[wrap_at(c, w).timer].at_ns
        of = <int32_t> wrap_at(c, w).agent
    if not may_change(c, cmd.by, of):
        return R_NOT_PERMITTED
    if result != R_UNKNOWN_INTERACTION:
        if w == HG_NONE:
            return R_ILLEGAL_TRANSITION
        if c.policy.wrap_up_fixed:
            return R_WRAP_UP_FIXED
    if not 1 <= cmd.value <= HG_LONGEST_NS or until - c.now_ns > HG_LONGEST_NS - cmd.value:
        return R_LIMIT_EXCEEDED
    if result == R_UNKNOWN_INTERACTION or c.judge_only:
        return result if result == R_UNKNOWN_INTERACTION else R_OK
    wrap = wrap_at(c, w)
    disarm(c, &wrap.timer)
    wrap.timer = arm(c, TIMER_WRAP_UP, until + cmd.value, (wrap.interaction_id << AGENT_BITS) | wrap.agent, w)
    e = emit(c, EV_WRAP_UP_EXTENDED, <int32_t> wrap.agent, wrap.interaction_id, wrap.queue, -1)
    if e != NULL:
        e.value = until + cmd.value
    return R_OK


cdef void wrap_up_over(Centre *c, uint32_t w) noexcept nogil:
    """A wrap-up ends, by command or by its time."""
    # STATE-8.
    cdef WrapRow *wrap = wrap_at(c, w)
    cdef uint32_t a = wrap.agent, i = wrap.interaction
    act(c, a)
    emit(c, EV_WRAP_UP_ENDED, <int32_t> a, wrap.interaction_id, wrap.queue, -1)
    drop_wrap_up(c, w)
    if i != HG_NONE:
        finish(c, i, S_COMPLETED, True)
    work_ended(c, a)
