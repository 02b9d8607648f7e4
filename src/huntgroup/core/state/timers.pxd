"""Timers: who owns which, and arming and cancelling them. When they are due, clock.pyx acts."""

from libc.stdint cimport int64_t, uint32_t

from huntgroup.core.state.centre cimport Centre, table_give, table_take
from huntgroup.core.state.native cimport HG_NONE, hg_timer, hg_wheel_arm, hg_wheel_cancel


cdef inline uint32_t arm(Centre *c, int kind, int64_t at_ns, int64_t id, uint32_t owner) noexcept nogil:
    """A timer of `kind` for the row `owner`; `id` orders timers of one kind and instant."""
    cdef uint32_t t = table_take(&c.timers)
    cdef hg_timer *timer
    if t == HG_NONE:
        c.failed = True
        return HG_NONE
    timer = <hg_timer *> c.timers.rows + t
    timer.at_ns = at_ns
    timer.id = id
    timer.owner = owner
    timer.kind = <unsigned char> kind
    timer.state = 0
    hg_wheel_arm(&c.wheel, <hg_timer *> c.timers.rows, t)
    return t


cdef inline void disarm(Centre *c, uint32_t *timer) noexcept nogil:
    """Cancels the timer that `timer` names, if any."""
    if timer[0] != HG_NONE:
        hg_wheel_cancel(&c.wheel, <hg_timer *> c.timers.rows, timer[0])
        table_give(&c.timers, timer[0])
        timer[0] = HG_NONE
