"""The event loop of simulations in which callers arrive, wait, are served and wrapped up, and nothing else
happens.

It drives the core by `execute`, as `apply` does, without an object for each call and without the GIL. What
happens at one instant happens in the order of `huntgroup.sim.run.loop`, which carries out everything that a
scenario can say; the tests hold that both leave the same. O(events log events) beside the engine's own work.
"""

from cpython.exc cimport PyErr_CheckSignals
from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint32_t
from libc.stdlib cimport free, malloc, realloc

from huntgroup.core.state.blank cimport blank
from huntgroup.core.python.store cimport Store
from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.codes cimport (
    CMD_ABANDON, CMD_ACCEPT, CMD_ADVANCE, CMD_END, CMD_ENQUEUE, CMD_FINISH_WRAP_UP, EV_ABANDONED, EV_ACCEPTED,
    EV_ENDED, EV_EXPIRED, EV_OFFERED, EV_REJECTED, EV_TIMED_OUT, EV_WITHDRAWN, EV_WRAP_UP_ENDED,
    EV_WRAP_UP_STARTED, R_OK, R_QUEUE_FULL)
from huntgroup.core.state.native cimport hg_timer, hg_wheel_next
from huntgroup.core.state.rows cimport CommandRow, EventRow
from huntgroup.core.steps.execute cimport execute

cdef enum:
    SLICE = 1 << 18                 # so many events between two looks at signals
    NOBODY = -1

cdef int64_t NEVER = 0x7FFFFFFFFFFFFFFF

# What became of a caller; the numbers are those of huntgroup.sim.run.visits.
cdef enum Fate:
    WAITING
    ANSWERED
    ABANDONED
    TIMED_OUT
    OVERFLOWED
    REFUSED
    BLOCKED

# In the order in which things of one instant happen; the numbers are those of huntgroup.sim.run.loop.
cdef enum Kind:
    K_WRAP_UP = 0
    K_END = 1
    K_ARRIVAL = 4
    K_PATIENCE = 8

ctypedef struct Entry:
    int64_t at                      # ns after the start
    int64_t order                   # kind and number: of one instant, which is first
    int64_t call
    int32_t agent

ctypedef struct Agent:
    int64_t since
    int64_t busy
    int32_t load

# One for each (class of agents, queue).
ctypedef struct Rule:
    int64_t talk                    # row of the matrix of draws
    int64_t wrap_up                 # the same; -1: the engine's own
    double speed

ctypedef struct Loop:
    Centre *c
    int64_t start
    int64_t warm
    int64_t end
    int64_t now
    int64_t planned
    int64_t first                   # the id of the first interaction of this run
    int64_t free_lines
    int64_t live
    int64_t n
    int64_t position
    int64_t after
    uint32_t queues
    bint drop
    bint failed
    const int64_t *at
    const int32_t *queue
    const int32_t *priority
    const int32_t *requires
    const int32_t *preferred
    const int64_t *patience
    const uint8_t *balks
    const int64_t *draws
    const int32_t *agent_class
    const uint8_t *needs_line
    const Rule *rules
    int8_t *outcome
    int64_t *left
    int32_t *caller_of              # by interaction, from `first` on
    int64_t made
    Agent *agents
    Entry *heap
    uint32_t count
    uint32_t capacity
    int64_t refused


# --- the agenda -----------------------------------------------------------------------------------------

cdef inline bint before(const Entry *one, const Entry *other) noexcept nogil:
    return one.at < other.at or (one.at == other.at and one.order < other.order)


cdef void plan(Loop *s, int64_t at, int64_t kind, int64_t call, int32_t agent) noexcept nogil:
    cdef uint32_t place = s.count, parent
    cdef Entry *grown
    cdef Entry entry
    if s.count == s.capacity:
        grown = <Entry *> realloc(s.heap, 2 * <size_t> s.capacity * sizeof(Entry))
        if grown == NULL:
            s.failed = True
            return
        s.heap = grown
        s.capacity *= 2
    s.planned += 1
    entry.at = at
    entry.order = (kind << 56) | s.planned
    entry.call = call
    entry.agent = agent
    s.count += 1
    while place > 0:
        parent = (place - 1) >> 2
        if not before(&entry, s.heap + parent):
            break
        s.heap[place] = s.heap[parent]
        place = parent
    s.heap[place] = entry


cdef Entry take(Loop *s) noexcept nogil:
    """The first entry, which is taken off. Four children each: fewer levels, one cache line a level."""
    cdef Entry first = s.heap[0], last
    cdef uint32_t place = 0, child, best, end
    s.count -= 1
    last = s.heap[s.count]
    while True:
        child = 4 * place + 1
        if child >= s.count:
            break
        best = child
        end = child + 4 if child + 4 < s.count else s.count
        child += 1
        while child < end:
            if before(s.heap + child, s.heap + best):
                best = child
            child += 1
        if not before(s.heap + best, &last):
            break
        s.heap[place] = s.heap[best]
        place = best
    s.heap[place] = last
    return first


# --- agents ---------------------------------------------------------------------------------------------

cdef inline void add_busy(Loop *s, Agent *agent, int64_t until) noexcept nogil:
    cdef int64_t begins = agent.since if agent.since > s.warm else s.warm
    cdef int64_t ends = until if until < s.end else s.end
    if begins < ends:
        agent.busy += ends - begins


cdef inline void more(Loop *s, int32_t a) noexcept nogil:
    cdef Agent *agent = s.agents + a
    if agent.load == 0:
        agent.since = s.now
    agent.load += 1


cdef inline void less(Loop *s, int32_t a) noexcept nogil:
    cdef Agent *agent = s.agents + a
    agent.load -= 1
    if agent.load == 0:
        add_busy(s, agent, s.now)


# --- callers --------------------------------------------------------------------------------------------

cdef inline int64_t caller_at(Loop *s, int64_t call) noexcept nogil:
    return s.caller_of[call - s.first]


cdef inline int64_t lasts(Loop *s, int64_t row, int64_t caller, double speed) noexcept nogil:
    return <int64_t> (<double> s.draws[row * s.n + caller] / speed)


cdef inline void leave(Loop *s, int64_t caller) noexcept nogil:
    s.free_lines += s.needs_line[s.queue[caller]]
    s.live -= 1


cdef void arrive(Loop *s) noexcept nogil:
    cdef CommandRow cmd
    cdef int64_t caller = s.position, call
    cdef int32_t queue = s.queue[caller]
    cdef int result
    s.position += 1
    if s.needs_line[queue] and s.free_lines <= 0:
        s.outcome[caller] = BLOCKED
        s.left[caller] = s.now
        return
    blank(&cmd, CMD_ENQUEUE, s.start + s.now)
    cmd.queue = queue
    cmd.priority = s.priority[caller]
    cmd.requires = s.requires[caller]
    cmd.preferred = s.preferred[caller]
    result = execute(s.c, &cmd)
    if result != R_OK:
        s.outcome[caller] = BLOCKED if result == R_QUEUE_FULL else REFUSED
        s.left[caller] = s.now
        s.refused += result != R_QUEUE_FULL
        react(s)
        return
    call = s.c.out_interaction
    if s.made == 0:
        s.first = call
    s.caller_of[call - s.first] = <int32_t> caller
    s.made += 1
    s.free_lines -= s.needs_line[queue]
    s.live += 1
    react(s)
    if s.outcome[caller] != WAITING:
        return
    if s.balks[caller]:
        blank(&cmd, CMD_ABANDON, s.start + s.now)
        cmd.interaction = call
        execute(s.c, &cmd)
        react(s)
    elif s.patience[caller] >= 0:
        plan(s, s.now + s.patience[caller], K_PATIENCE, call, NOBODY)


cdef void happen(Loop *s) noexcept nogil:
    cdef Entry entry = take(s)
    cdef CommandRow cmd
    cdef int64_t kind = entry.order >> 56
    if kind == K_PATIENCE:
        if s.outcome[caller_at(s, entry.call)] != WAITING:
            return
        blank(&cmd, CMD_ABANDON, s.start + s.now)
    elif kind == K_END:
        blank(&cmd, CMD_END, s.start + s.now)
    else:
        blank(&cmd, CMD_FINISH_WRAP_UP, s.start + s.now)
        cmd.agent = entry.agent
    cmd.interaction = entry.call
    if execute(s.c, &cmd) != R_OK:
        s.refused += 1
    react(s)


cdef void react(Loop *s) noexcept nogil:
    """Reacts to the events, and to those that the reactions cause, in their order."""
    cdef CommandRow cmd
    cdef EventRow e
    cdef const Rule *rule
    cdef int64_t caller
    cdef uint32_t place = 0
    while place < s.c.events.count:
        e = (<EventRow *> s.c.events.rows)[place]
        place += 1
        if e.kind == EV_OFFERED:
            more(s, e.agent)
            blank(&cmd, CMD_ACCEPT, s.start + s.now)
            cmd.interaction = e.interaction
            cmd.agent = e.agent
            cmd.offer = e.offer
            execute(s.c, &cmd)
        elif e.kind == EV_ACCEPTED:
            caller = caller_at(s, e.interaction)
            s.outcome[caller] = ANSWERED
            s.left[caller] = s.now
            rule = s.rules + s.agent_class[e.agent] * s.queues + e.queue
            plan(s, s.now + lasts(s, rule.talk, caller, rule.speed), K_END, e.interaction, NOBODY)
        elif e.kind == EV_ENDED:
            less(s, e.agent)
            leave(s, caller_at(s, e.interaction))
        elif e.kind == EV_WRAP_UP_STARTED:
            more(s, e.agent)
            rule = s.rules + s.agent_class[e.agent] * s.queues + e.queue
            if rule.wrap_up >= 0:
                caller = caller_at(s, e.interaction)
                plan(s, s.now + lasts(s, rule.wrap_up, caller, rule.speed), K_WRAP_UP, e.interaction,
                     e.agent)
        elif e.kind == EV_WRAP_UP_ENDED or e.kind == EV_REJECTED or e.kind == EV_EXPIRED or (
                e.kind == EV_WITHDRAWN):
            less(s, e.agent)
        elif e.kind == EV_ABANDONED or e.kind == EV_TIMED_OUT:
            caller = caller_at(s, e.interaction)
            s.outcome[caller] = ABANDONED if e.kind == EV_ABANDONED else TIMED_OUT
            s.left[caller] = s.now
            leave(s, caller)
    s.c.events.count = 0


cdef bint over(Loop *s, int64_t now) noexcept nogil:
    """Is there nothing more to see at this instant?"""
    if now < s.end:
        return False
    return s.drop or (s.position == s.n and s.live == 0) or now > s.end + s.after


cdef bint run_slice(Loop *s) noexcept nogil:
    """Plays some events; returns whether there may be more."""
    cdef CommandRow cmd
    cdef int64_t deadline, now
    cdef bint arrival
    cdef int _
    for _ in range(SLICE):
        now = NEVER
        arrival = False
        if s.count:
            now = s.heap[0].at
        if s.position < s.n and (s.at[s.position] < now or (
                s.at[s.position] == now and (s.heap[0].order >> 56) >= K_ARRIVAL)):
            now = s.at[s.position]
            arrival = True
        deadline = hg_wheel_next(&s.c.wheel, <hg_timer *> s.c.timers.rows)
        if deadline != NEVER and deadline - s.start <= now:
            if over(s, deadline - s.start):
                return False
            blank(&cmd, CMD_ADVANCE, deadline)
            execute(s.c, &cmd)
            s.now = deadline - s.start
            react(s)
            continue
        if now == NEVER or over(s, now):
            return False
        s.now = now
        if arrival:
            arrive(s)
        else:
            happen(s)
        if s.failed or s.c.failed:
            return False
    return True


def run_loop(Store engine, int64_t start, int64_t warm, int64_t end, int64_t after, bint drop, int64_t lines,
             const int64_t[::1] at, const int32_t[::1] queue, const int32_t[::1] priority,
             const int32_t[::1] requires, const int32_t[::1] preferred, const int64_t[::1] patience,
             const uint8_t[::1] balks, const int64_t[:, ::1] draws, const int32_t[::1] agent_class,
             const uint8_t[::1] needs_line, const int64_t[:, :, ::1] rules, const double[:, ::1] speeds,
             int8_t[::1] outcome, int64_t[::1] left, int64_t[::1] busy):
    """Plays one replication on an engine that keeps events, has told them all, and has no clock.

    Instants are ns after `start`. Columns of callers have shape (n,), in order of time: `requires` is a
    handle or 0, `preferred` an agent or -1, `patience` ns or -1. `draws` (laws, n) are durations, `rules`
    (classes, queues, 2) the rows of it for talk and wrap-up (-1: the engine's own), `speeds` (classes,
    queues). Fills `outcome` and `left` (n,) and `busy` (agents,); returns (last instant, how often the
    engine refused). The GIL is not held.
    """
    cdef Loop s
    cdef Py_ssize_t k, q
    cdef Rule *table
    cdef bint more_to_come = True
    cdef Py_ssize_t classes = rules.shape[0], queues = rules.shape[1], agents = busy.shape[0]
    s.c = &engine.c
    s.start, s.warm, s.end, s.after, s.drop = start, warm, end, after, drop
    s.now, s.planned, s.first, s.made, s.live, s.position, s.refused = 0, 0, 0, 0, 0, 0, 0
    s.n, s.queues, s.free_lines, s.failed = at.shape[0], <uint32_t> queues, lines, False
    s.count, s.capacity = 0, 1024
    s.heap = <Entry *> malloc(s.capacity * sizeof(Entry))
    s.agents = <Agent *> malloc((agents + 1) * sizeof(Agent))
    s.caller_of = <int32_t *> malloc((s.n + 1) * sizeof(int32_t))
    table = <Rule *> malloc((classes * queues + 1) * sizeof(Rule))
    engine.enter()
    try:
        if s.heap == NULL or s.agents == NULL or s.caller_of == NULL or table == NULL:
            raise MemoryError("no memory for a simulation")
        for k in range(classes):
            for q in range(queues):
                table[k * queues + q].talk = rules[k, q, 0]
                table[k * queues + q].wrap_up = rules[k, q, 1]
                table[k * queues + q].speed = speeds[k, q]
        for k in range(agents):
            s.agents[k].since = s.agents[k].busy = 0
            s.agents[k].load = 0
        s.rules = table
        if s.n:
            s.at, s.queue, s.priority, s.requires = &at[0], &queue[0], &priority[0], &requires[0]
            s.preferred, s.patience, s.balks, s.draws = &preferred[0], &patience[0], &balks[0], &draws[0, 0]
            s.outcome, s.left = &outcome[0], &left[0]
        if agents:
            s.agent_class = &agent_class[0]
        if queues:
            s.needs_line = &needs_line[0]
        while more_to_come:
            with nogil:
                more_to_come = run_slice(&s)
            PyErr_CheckSignals()
        if s.failed or s.c.failed:
            raise MemoryError("no memory for a simulation")
        if s.now < end:
            s.now = end
        for k in range(agents):
            if s.agents[k].load > 0:
                add_busy(&s, s.agents + k, s.now)
            busy[k] = s.agents[k].busy
        for k in range(s.n):
            if outcome[k] == WAITING:
                left[k] = s.now
        return s.now, s.refused
    finally:
        engine.running = False
        free(s.heap)
        free(s.agents)
        free(s.caller_of)
        free(table)
