"""Time passes only here. Timers fire in the order (instant, kind, id); each acts, and ends like a command
does."""

from libc.stdint cimport int64_t, uint8_t, uint32_t

from huntgroup.core.steps.agents cimport CHOSEN, choose_status
from huntgroup.core.state.codes cimport EV_REQUIREMENT_RELAXED
from huntgroup.core.state.centre cimport (
    Centre, agent_at, group_at, interaction_at, offer_at, queue_at, table_give, wrap_at)
from huntgroup.core.state.hours cimport hours_at
from huntgroup.core.state.events cimport emit
from huntgroup.core.steps.interaction_commands cimport expire
from huntgroup.core.steps.wrap_up_commands cimport wrap_up_over
from huntgroup.core.state.native cimport (
    HG_NEVER, HG_NONE, hg_hours_is_open, hg_hours_next_change, hg_timer, hg_wait_first,
    hg_wheel_pop)
from huntgroup.core.readiness.awaiting cimport await_target
from huntgroup.core.steps.limits cimport may_overflow
from huntgroup.core.steps.offers cimport list_affected
from huntgroup.core.readiness.presence cimport mark_dirty, note_room
from huntgroup.core.state.rows cimport (
    AgentRow, InteractionRow, Q_HOURS, Q_OPEN, QueueRow, TIMER_DELAY, TIMER_HOURS, TIMER_OFFER,
    TIMER_OVERFLOW, TIMER_RELAX, TIMER_REVISIT, TIMER_STATUS, TIMER_WRAP_UP, APART_SHUT)
from huntgroup.core.steps.end_of_step cimport begin_step, end_step
from huntgroup.core.readiness.status cimport act
from huntgroup.core.state.timers cimport arm, disarm
from huntgroup.core.readiness.waiting cimport (
    arm_delay, arm_relax, arm_revisit, bring_in_force, delist, disarm_waits, enlist, let_in)


cdef void set_open(Centre *c, uint32_t q, bint opened) noexcept nogil:
    cdef QueueRow *queue = queue_at(c, q)
    queue.flags = queue.flags | Q_OPEN if opened else queue.flags & <uint8_t> ~Q_OPEN
    mark_dirty(c, q)
    note_room(c, q)


cdef void open_doors(Centre *c, uint32_t q) noexcept nogil:
    """Interactions that entered while the queue was closed can be matched from now on. O(log waiting) for
    each."""
    cdef uint32_t g = queue_at(c, q).first_group, following, i
    while g != HG_NONE:
        following = group_at(c, g).links.next
        while group_at(c, g).apart == APART_SHUT and group_at(c, g).root != HG_NONE:
            i = hg_wait_first(group_at(c, g).root, c.interactions.rows, sizeof(InteractionRow))
            let_in(c, i)
            list_affected(c, i)
        g = following


cdef void turn_hours(Centre *c, uint32_t q) noexcept nogil:
    """A queue opens or closes (HOURS-3)."""
    cdef bint opened = hg_hours_is_open(hours_at(c, q), c.now_ns)
    set_open(c, q, opened)
    if opened:
        open_doors(c, q)
    arm_hours(c, q)


cdef void arm_hours(Centre *c, uint32_t q) noexcept nogil:
    """A timer for the next opening or closing of a queue that has none, if there is to be one."""
    cdef int64_t following
    if queue_at(c, q).flags & Q_HOURS:
        following = hg_hours_next_change(hours_at(c, q), c.now_ns)
        if following != HG_NEVER:
            queue_at(c, q).timer = arm(c, TIMER_HOURS, following, q, q)


cdef void begin_time(Centre *c, int64_t start_ns) noexcept nogil:
    """The first instant that an engine in manual time is given (STEP-15): what has been built so far was
    built then, and the queues stand as their hours say (STEP-16). O(agents + queues), once."""
    cdef int64_t shift = start_ns - c.now_ns, due
    cdef AgentRow *agent
    cdef QueueRow *queue
    cdef uint32_t k
    c.begun = True
    if c.next_interaction != 1 or shift <= 0:
        return
    c.now_ns = start_ns
    for k in range(c.agents.count):
        agent = agent_at(c, k)
        agent.since_ns += shift
        agent.clock_ns += shift
        agent.signed_in_ns += shift
        if agent.timer != HG_NONE:
            due = (<hg_timer *> c.timers.rows)[agent.timer].at_ns + shift
            disarm(c, &agent.timer)
            agent.timer = arm(c, TIMER_STATUS, due, k, k)
    begin_step(c)
    for k in range(c.queues.count):
        queue = queue_at(c, k)
        queue.unstaffed_since_ns += shift
        if queue.flags & Q_HOURS:
            disarm(c, &queue.timer)
            turn_hours(c, k)
    end_step(c)


cdef void relax(Centre *c, uint32_t i) noexcept nogil:
    """The requirement in force changes: the interaction goes to another group of those who wait."""
    # MATCH-2.
    cdef InteractionRow *row = interaction_at(c, i)
    delist(c, i)
    if bring_in_force(c, i):
        emit(c, EV_REQUIREMENT_RELAXED, -1, row.node.id, row.queue, -1)
        list_affected(c, i)
    enlist(c, i)
    arm_relax(c, i)


cdef void leave_and_return(Centre *c, uint32_t i) noexcept nogil:
    """Overflow or max_wait is due: the end of the step brings the interaction up to date, which does it."""
    # WAIT-15, CMD-35.
    delist(c, i)
    disarm_waits(c, i)
    list_affected(c, i)


cdef inline void fire(Centre *c, int kind, uint32_t owner) noexcept nogil:
    # STEP-4, STATUS-18.
    if kind == TIMER_WRAP_UP:
        wrap_at(c, owner).timer = HG_NONE
        wrap_up_over(c, owner)
    elif kind == TIMER_STATUS:
        act(c, owner)
        agent_at(c, owner).timer = HG_NONE
        choose_status(c, owner, c.policy.default_status, CHOSEN)
    elif kind == TIMER_OFFER:
        offer_at(c, owner).timer = HG_NONE
        expire(c, owner)
    elif kind == TIMER_HOURS:
        queue_at(c, owner).timer = HG_NONE
        turn_hours(c, owner)
    else:
        interaction_at(c, owner).timer[kind - TIMER_DELAY] = HG_NONE
        if kind == TIMER_DELAY:
            arm_delay(c, owner)
            list_affected(c, owner)
        elif kind == TIMER_RELAX:
            relax(c, owner)
        elif kind == TIMER_REVISIT:
            arm_revisit(c, owner)
            list_affected(c, owner)
        elif kind != TIMER_OVERFLOW or may_overflow(c, owner):
            leave_and_return(c, owner)
        else:
            await_target(c, owner)


cdef inline void fire_timer(Centre *c, uint32_t t) noexcept nogil:
    """One that is due acts, at its instant."""
    cdef hg_timer *timer = <hg_timer *> c.timers.rows + t
    cdef uint32_t owner = timer.owner
    cdef int kind = timer.kind
    if timer.at_ns > c.now_ns:
        c.now_ns = timer.at_ns
    table_give(&c.timers, t)
    begin_step(c)
    fire(c, kind, owner)
    end_step(c)


cdef void fire_due(Centre *c, int64_t until_ns) noexcept nogil:
    """Fires every timer due at or before `until_ns`, in order."""
    cdef uint32_t t = hg_wheel_pop(&c.wheel, <hg_timer *> c.timers.rows, until_ns)
    while t != HG_NONE:
        fire_timer(c, t)
        t = hg_wheel_pop(&c.wheel, <hg_timer *> c.timers.rows, until_ns)


cdef bint pass_some(Centre *c, int64_t until_ns, uint32_t most) noexcept nogil:
    """Time passes as by `pass_time`, but no further than the instant at which so many timers have fired:
    whether it is `until_ns` then. Every timer of the present has fired in either case. O(timers fired)."""
    cdef int64_t last = until_ns
    cdef uint32_t t = HG_NONE
    if until_ns >= c.wheel.earliest_ns:
        t = hg_wheel_pop(&c.wheel, <hg_timer *> c.timers.rows, last)
    while t != HG_NONE:
        fire_timer(c, t)
        if most:
            most -= 1
            if most == 0:
                last = c.now_ns
        t = hg_wheel_pop(&c.wheel, <hg_timer *> c.timers.rows, last)
    if most and until_ns > c.now_ns:
        c.now_ns = until_ns
    return most != 0 or until_ns <= c.now_ns
