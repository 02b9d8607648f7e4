"""Owns the tables, resolves names, reads the clock, and turns a result code into the exception that says
what was wrong."""

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.string cimport memmove, memset

from huntgroup.core.python.model_in_use cimport use_tables
from huntgroup.core.steps.permission cimport judge_configuring
from huntgroup.core.steps.timers_due cimport pass_some
from huntgroup.core.state.codes cimport R_OK, R_TIME_WENT_BACK
from huntgroup.core.state.centre cimport (
    FAILED_CHANGE, FAILED_MEMORY, HG_LAST_INSTANT_NS, Centre, centre_copy, centre_free, centre_init,
    table_take, widen_agents)
from huntgroup.core.steps.execute cimport execute
from huntgroup.core.state.native cimport HG_NONE
from huntgroup.core.state.requirement cimport add_atom, add_requirement
from huntgroup.core.state.rows cimport (
    ActorRow, CommandRow, EventRow, MAX_SKILLS, RequirementRow)

from zlib import crc32

from huntgroup.errors import (
    ConfigError, CorruptState, EngineBusy, HuntgroupError, RequirementError, Result, limit_exceeded, refusal)
from huntgroup.models.tables import compile_tables
from huntgroup.core.python.refusals import refused
from huntgroup.settings.instants import instant_ns
from huntgroup.settings.actors import ROLES, Actor
from huntgroup.settings.requirements import parse

cdef enum:
    NOBODY = -2147483647 - 1        # in the field `by`: who does not exist
    INTERRUPTED = 0x10000           # beside a result code: a scorer was interrupted, the step is complete
    FEW = 512                       # timers that fire before others get a turn

MAX_TEXTS = 1_000_000
MAX_ACTORS = 1_000_000
LAST_INSTANT_NS = HG_LAST_INSTANT_NS
LAST_INSTANT = "an instant from 0 to 5,000,000,000,000,000,000 ns (June 2128)"


cdef class Store:
    """Names, indices and the tables. Not for direct use: use `huntgroup.Engine`."""

    def __cinit__(self, *args, **kwargs):
        memset(&self.c, 0, sizeof(Centre))
        self.running = UNMADE
        self._clock = self._unmade
        self._no_names()

    def __dealloc__(self):
        # A large centre is gigabytes, and others need not wait for the system to take them back.
        with nogil:
            centre_free(&self.c)

    def _unmade(self):
        """Raises the error of every method of an engine whose `__init__` has not run."""
        raise HuntgroupError(
            f"{type(self).__name__} is not made yet: its __init__ must call super().__init__() first")

    def _check_made(self):
        """Raises unless the engine is made."""
        if self.running & UNMADE:
            self._unmade()

    def _no_names(self):
        """Nothing has a name yet."""
        self._agent_index, self._agent_ids = {}, []
        self._queue_index, self._queue_names = {}, []
        self._skill_index, self._skill_names = {}, []
        self._channel_index, self._channel_names = {}, []
        self._group_index, self._group_names = {}, []
        self._status_index, self._status_names = {}, []
        self._external_index = {}
        self._requirement_rows, self._requirement_texts = {"": 0}, [""]
        self._hours, self._open_hours, self._overflow_names, self._refs = {}, {}, {}, {}
        self._scorers, self._channels, self._relaxations = [], [], {}
        self._text_handles, self._texts = {}, []
        self._actor_rows, self._actors = {}, []

    def _create(self, model, clock, start_ns, seed, events, keep_finished, keep_events):
        if centre_init(&self.c, keep_finished) != 0:
            raise MemoryError("no memory for a centre")
        self.c.seed = seed
        self.c.keep_events = events
        self.event_limit = keep_events
        self.c.live = clock is not None
        self.c.begun = clock is not None or start_ns is not None
        self.c.now_ns = 0 if start_ns is None else start_ns
        self._clock = clock
        self.model = model
        self._no_names()
        self._status_names = [status.name for status in model.statuses]
        self._told_statuses = list(self._status_names)
        self._status_index = dict(model.spellings)
        # The roles come first, so that a role's code is the handle of its name.
        for role in ROLES:
            self._keep_text(role)
        table_take(&self.c.requirements)
        if clock is not None:
            self.c.now_ns = self.clock_ns()
        self.c.status_count = len(self._status_names)
        if widen_agents(&self.c, 1, 8, 1, self.c.status_count) != 0:
            raise MemoryError("no memory for a centre")
        self.running = AT_REST

    def _copy_from(self, Store other):
        """Becomes an independent copy of `other`, O(state), without the GIL but for the names."""
        cdef int failed
        other.at_rest()
        other.running = RUNNING
        try:
            with nogil:
                failed = centre_copy(&self.c, &other.c)
            if failed:
                raise MemoryError("no memory for a copy of the centre")
            self._copy_names(other)
        finally:
            other.running = AT_REST
        self.running = AT_REST

    def _copy_names(self, Store other):
        self.acting = -1
        self.c.live = False
        self._clock = None
        self.event_limit, self.first_kept = other.event_limit, other.first_kept
        self.model = other.model
        for name in ("_agent_index", "_queue_index", "_skill_index", "_channel_index", "_group_index",
                     "_status_index", "_external_index", "_requirement_rows", "_hours", "_overflow_names",
                     "_refs", "_text_handles", "_actor_rows", "_relaxations"):
            setattr(self, name, dict(getattr(other, name)))
        self._open_hours = dict(other._open_hours)
        for name in ("_agent_ids", "_queue_names", "_skill_names", "_channel_names", "_group_names",
                     "_status_names", "_told_statuses", "_requirement_texts", "_scorers", "_texts", "_actors",
                     "_channels"):
            setattr(self, name, list(getattr(other, name)))
        self._use_model(self._model_tables())

    # --- the model's tables -----------------------------------------------------------------------------

    def _model_tables(self, channel=None, group=None, queue=None):
        """The presence model compiled for the channels, groups and queues there are, and for one more of
        each that is named."""
        channels, groups, queues = self._channel_names, self._group_index, self._queue_index
        if channel is not None:
            channels = [*channels, channel]
        if group is not None:
            groups = {**groups, group: self.c.queue_groups.count}
        if queue is not None:
            queues = {**queues, queue: self.c.queues.count}
        return compile_tables(self.model, channels, groups, queues)

    def _use_model(self, tables):
        """Makes these the core's tables."""
        self._external_index = {name: k for k, name in enumerate(tables.external_names)}
        use_tables(&self.c, tables)

    # --- names ------------------------------------------------------------------------------------------

    cdef int32_t agent_arg(self, object agent) except? -3:
        """The index for a name or index; -1 for None, -2 for one that does not exist."""
        return index_arg("agent", agent, self._agent_index, self.c.agents.count)

    cdef int32_t by_arg(self, object by) except? -3:
        """Who gives the command: an agent's index, -2-k for actor k, -1 for None; NOBODY for an unknown
        agent."""
        cdef int32_t index
        if by is None:
            return -1
        if type(by) is Actor:
            return -2 - <int32_t> self._actor_row(by)
        index = self.agent_arg(by)
        return NOBODY if index < 0 else index

    def _actor_row(self, actor):
        """The row of an actor, met now or before."""
        cdef uint32_t row
        known = self._actor_rows.get(actor)
        if known is None:
            if len(self._actors) >= MAX_ACTORS:
                raise limit_exceeded("by", actor, f"at most {MAX_ACTORS:,} different actors")
            self.at_rest()
            row = table_take(&self.c.actors)
            if row == HG_NONE:
                raise MemoryError("no memory for another actor")
            (<ActorRow *> self.c.actors.rows)[row].role = ROLES.index(actor.role)
            (<ActorRow *> self.c.actors.rows)[row].team = (
                -1 if actor.team is None else self._keep_text(actor.team))
            self._actor_rows[actor] = known = row
            self._actors.append(actor)
        return known

    def _room_for_text(self, text):
        """The handle that a new text would have."""
        if len(self._texts) >= MAX_TEXTS:
            raise limit_exceeded("text", text, f"at most {MAX_TEXTS:,} different texts")
        return len(self._texts)

    def _keep_text(self, text):
        """The handle of a text that is kept from now on; the caller has checked it."""
        handle = self._text_handles.get(text)
        if handle is None:
            handle = self._text_handles[text] = self._room_for_text(text)
            self._texts.append(text)
            self.c.text_count = handle + 1
        return handle

    cdef int32_t queue_arg(self, object queue) except? -3:
        return index_arg("queue", queue, self._queue_index, self.c.queues.count)

    cdef int32_t channel_arg(self, object channel) except? -3:
        return index_arg("channel", channel, self._channel_index, self.c.channel_count)

    cdef int32_t status_arg(self, object status) except? -3:
        return index_arg("status", status, self._status_index, self.c.status_count)

    cdef int32_t skill_arg(self, object skill) except? -3:
        return index_arg("skill", skill, self._skill_index, self.c.skill_count)

    cdef int32_t requirement_arg(self, object requires) except? -3:
        """The row of a requirement: None is anyone, a text is compiled once, an int is a handle. -2: an
        unknown skill."""
        if requires is None:
            return 0
        if isinstance(requires, str):
            row = self._requirement_rows.get(requires)
            if row is not None:
                return row
            try:
                return self._compile(requires, False)
            except RequirementError as error:
                raise error.of("requires") from None
        return index_arg("requires", requires, self._requirement_rows, self.c.requirements.count)

    def _skill(self, name):
        """The index of a skill, made at its first mention in the configuration."""
        # NUM-10.
        self.at_rest()
        cdef uint32_t width
        index = self._skill_index.get(name)
        if index is None:
            index = len(self._skill_names)
            if index >= MAX_SKILLS:
                raise limit_exceeded("skill", name, f"at most {MAX_SKILLS:,} skills")
            if index >= self.c.skill_width:
                width = min(2 * self.c.skill_width, MAX_SKILLS)
                if widen_agents(&self.c, 0, width, 0, 0) != 0:
                    raise MemoryError("no memory for another skill")
            self._skill_index[name] = index
            self._skill_names.append(name)
            self.c.skill_count = index + 1
        return index

    def _room_for_skills(self, names):
        """Raises LimitExceeded unless all of these skills may exist at once: then none is made."""
        fresh = [name for name in dict.fromkeys(names) if name not in self._skill_index]
        room = MAX_SKILLS - len(self._skill_names)
        if len(fresh) > room:
            raise limit_exceeded("skill", fresh[room], f"at most {MAX_SKILLS:,} skills")

    def _compile(self, text, create):
        """The row of the requirement `text`; unknown skills are made (`create`) or answered with -2.

        Raises RequirementError, which points at the column. O(agents) for each comparison not seen before.
        """
        cdef int32_t program[2048]
        cdef int32_t scored[1024]
        cdef int row
        parsed = parse(text)
        known = self._requirement_rows.get(parsed.text)
        if known is None:
            if not create and any(skill not in self._skill_index for skill in parsed.skills):
                return -2
            self._room_for_skills(parsed.skills)
            for skill in parsed.skills:
                self._skill(skill)
            code = parsed.program(self._atom)
            if len(code) > 2048:
                raise ConfigError("requires", text, "at most 2,048 operations")
            for k, op in enumerate(code):
                program[k] = op
            for k, skill in enumerate(parsed.scored_skills):
                scored[k] = self._skill_index[skill]
            if not code:
                known = 0
            else:
                self.at_rest()
                row = add_requirement(&self.c, program, len(code), scored, len(parsed.scored_skills))
                if row < 0:
                    raise MemoryError("no memory for a requirement")
                known = row
                (<RequirementRow *> self.c.requirements.rows)[row].content = crc32(parsed.text.encode())
                self._requirement_texts.append(parsed.text)
            self._requirement_rows[parsed.text] = known
        if len(self._requirement_rows) < 1_000_000:
            self._requirement_rows[text] = known
        return known

    def _atom(self, skill, proficiency):
        self.at_rest()
        atom = add_atom(&self.c, self._skill_index[skill], proficiency)
        if atom < 0:
            raise MemoryError("no memory for a comparison of skills")
        return atom

    # --- running ----------------------------------------------------------------------------------------

    cdef int64_t at_ns(self, object at) except? -2:
        """The instant of a command: given, or the clock's, or -1 for the engine's present."""
        cdef int64_t now
        if at is None:
            if self._clock is None:
                return -1
            now = self.clock_ns()
            if now < self.c.now_ns:
                return self.c.now_ns
            self.note_jump(now)
            return now
        # -1 means "absent" in a row: every instant before the epoch is in the past, so this loses nothing.
        given = at if type(at) is int else instant_ns("at", at)
        now = whole(given, -9)
        if (now == -9 and given > 0) or now > HG_LAST_INSTANT_NS:
            raise ConfigError("at", at, LAST_INSTANT)
        if now < self.c.now_ns and self._clock is not None and self.clock_stepped_back(now):
            return self.c.now_ns
        self.note_jump(now)
        return now if now != -1 else -3

    cdef void note_jump(self, int64_t at_ns) noexcept:
        """Notes a long jump, so that the command's attempt lets time pass in pieces first."""
        if at_ns > self.c.now_ns and (at_ns - self.c.now_ns) >> SOON_BITS:
            self.running |= LATE

    cdef int64_t clock_ns(self) except -1:
        """The instant that the clock gives. Raises ConfigError if it is not an instant."""
        cdef int64_t now = -1
        said = self._clock()
        if type(said) is int or (hasattr(said, "__index__") and not isinstance(said, bool)):
            now = whole(said, -1)
        if not 0 <= now <= HG_LAST_INSTANT_NS:
            raise ConfigError("clock", said, "a callable that gives " + LAST_INSTANT)
        return now

    cdef bint clock_stepped_back(self, int64_t given) except -1:
        """Whether `given` is a reading of the clock itself, at most a second old, and the clock has stepped
        back behind the engine's present. Then the present is meant."""
        cdef int64_t says = self.clock_ns()
        return given == says or (says < self.c.now_ns and says - 1_000_000_000 <= given <= says)

    cdef void bound_events(self) noexcept:
        """Drops the oldest events where many more than are kept have gathered. Amortised O(1) an event."""
        if self.c.events.count > self.event_limit + self.event_limit // 4 + 64:
            self.drop_events(self.c.events.count - self.event_limit)

    cdef void drop_events(self, uint32_t count) noexcept:
        """Drops the oldest ones, and remembers it for `poll`."""
        cdef EventRow *rows = <EventRow *> self.c.events.rows
        self.c.events.count -= count
        memmove(rows, rows + count, self.c.events.count * sizeof(EventRow))
        self.first_kept = rows[0].seq

    cdef int catch_up(self) except -1:
        """Before something is read: where there is a clock, time passes up to its present, so that what is
        shown is as of now. O(timers due)."""
        if self._clock is not None and (self._recorder is None or self._recorder.failure is None):
            self.pass_to(None)
        return 0

    cdef int at_rest(self) except -1:
        """One engine is one thread's at a time: a second one is told so instead of corrupting the state, or
        reading tables that grow under its hands; and so is a scorer that turns to the engine that asks it."""
        if self.running & ~LATE:
            self._check_made()
            raise EngineBusy("another thread is using this engine: one engine, one thread at a time"
                             " (or a scorer turned to the engine that was asking it)")
        return 0

    cdef int enter(self) except -1:
        """Before a command, or before time passes: nothing else is under way."""
        self.at_rest()
        if self.c.failed:
            self.settled()
        self.running = RUNNING
        return 0

    cdef int settled(self) except -1:
        """After something that may have failed. An engine in which a change stopped halfway says so for ever;
        what interrupted a scorer is raised once, now that the step is complete."""
        if self.c.failed & FAILED_MEMORY:
            raise CorruptState("memory ran out within a command: the engine must not be used further")
        if self.c.failed & FAILED_CHANGE:
            raise CorruptState("a change of the configuration stopped halfway: the engine must not be used"
                               " further")
        if self.c.failed:
            self.c.failed = 0
            for scorer in self._scorers:
                interruption = scorer.interruption
                if interruption is not None:
                    scorer.interruption = None
                    raise interruption
        return 0

    cdef int begin_change(self) except -1:
        """From here on the configuration changes, all arguments judged and everything prepared: no Python
        code runs until it is complete, so no signal is raised within."""
        self.applying = True
        return 0

    def _exclusively(self, change, *given):
        """Makes a change of the configuration, during which nobody else may turn to the engine: it ends in a
        step, which may ask a scorer."""
        cdef uint32_t first = self.c.events.count
        if self._recorder is not None and not self._recorder.changing:
            raise HuntgroupError("this change of the configuration cannot be journaled")
        self.enter()
        self.c.by = self.acting
        try:
            made = change(*given)
            self.applying = False
        finally:
            self.c.by = -1
            self.acting = -1
            if self.applying:
                self.applying = False
                self.c.failed |= FAILED_CHANGE
            self.running = AT_REST
            if self._recorder is not None:
                self._recorder.note_events(&self.c, first)
            self.bound_events()
        if self.c.failed:
            self.settled()
        return made

    def _acting(self, by, method):
        """Who makes the change of the configuration that follows, and may: administrators do."""
        cdef int32_t who = self.by_arg(by)
        cdef int result = judge_configuring(&self.c, who)
        self.acting = -1
        if result != R_OK:
            self.refuse(result, (method, ("by", by)))
        self.acting = who

    cdef int run(self, CommandRow *cmd, tuple names) except -1:
        """Executes one command; raises the refusal that its result code names."""
        cdef int result = self.attempt(cmd)
        if result != R_OK:
            self.refuse(result, names)
        return 0

    cdef int refuse(self, int result, tuple names) except -1:
        """Raises the refusal of a result code; `names`: the method, and (field, value) of what it was
        given. Of a step that is complete, what interrupted it."""
        if result & INTERRUPTED:
            self.settled()
            if result == INTERRUPTED | R_OK:
                return 0
            result &= ~INTERRUPTED
        raise refused(self, Result(result), names)

    cdef int attempt(self, CommandRow *cmd) except -1:
        """Executes one command and returns its result code."""
        cdef int result
        if self._recorder is not None:
            return self.attempt_recorded(cmd)
        if self.running | self.c.failed:
            self.before_command(cmd)
        self.running = RUNNING
        # A command is shorter than giving up the GIL and taking it back; `apply` and a long jump give it up.
        result = execute(&self.c, cmd)
        self.running = AT_REST
        if self.c.events.count > self.event_limit:
            self.bound_events()
        if self.c.failed:
            return self.after_failure(result)
        return result

    cdef int before_command(self, CommandRow *cmd) except -1:
        """Before a command that cannot be executed at once: a long jump, or an engine not to be used."""
        self.at_rest()
        self.jump_before(cmd)
        return self.enter()

    cdef int jump_before(self, CommandRow *cmd) except -1:
        """Before a command that is a long jump of the clock time passes in pieces."""
        self.running &= ~LATE
        if (self.c.begun and self.c.now_ns < cmd.at_ns <= HG_LAST_INSTANT_NS
                and (cmd.at_ns - self.c.now_ns) >> SOON_BITS):
            return self.pass_in_pieces(cmd.at_ns, NULL)
        return 0

    cdef int after_failure(self, int result) except -1:
        """The result code with INTERRUPTED beside it; MemoryError where memory ran out."""
        if self.c.failed & FAILED_MEMORY:
            raise MemoryError("memory ran out within a command: the engine must not be used further")
        return result | INTERRUPTED

    cdef int attempt_recorded(self, CommandRow *cmd) except -1:
        """The same for a durable engine: what was accepted is a record, and durable on return."""
        cdef int result
        cdef uint32_t first
        cdef int64_t now_ns, seq
        cdef uint64_t step
        cdef bint begun
        self.jump_before(cmd)
        first, now_ns, seq = self.c.events.count, self.c.now_ns, self.c.next_seq
        step, begun = self.c.step, self.c.begun
        self._recorder.usable(&self.c)
        self.enter()
        # Whatever is raised from here on, by a handler of signals say, leaves no command without its record.
        self._recorder.failure = "a command was interrupted before it was recorded"
        result = execute(&self.c, cmd)
        self.running = AT_REST
        if self.c.failed:
            return self.after_failure(result)
        self._recorder.note_events(&self.c, first)
        if result == R_OK:
            if self.c.text_count > <uint32_t> len(self._texts):
                self._keep_text(self.ref_text)
            self._recorder.note(&self.c, cmd, result, self.ref_text)
        elif (self.c.step != step or self.c.next_seq != seq) and self.c.text_count <= <uint32_t> len(
                self._texts):
            # A refusal may be told and counted; with it timers fire, as they will again.
            self._recorder.note(&self.c, cmd, result, self.ref_text)
        elif self.c.now_ns != now_ns or self.c.begun != begun:
            self._recorder.note_time(&self.c, self.c.step != step or self.c.begun != begun)
        self._recorder.failure = None
        self.bound_events()
        self._recorder.done(&self.c)
        return result

    cdef int pass_in_pieces(self, int64_t at_ns, CommandRow *cmd) except -1:
        """Time passes to an instant not before the present, for the command `cmd` or, without one, before
        something else. It does so by FEW timers, between which others get the GIL, what is durable becomes
        so, and of the events no more are kept than an engine keeps: so decades cost what they cost, but
        nobody else waits for them, and they need no memory."""
        cdef uint32_t first
        cdef uint64_t step
        cdef int64_t now_ns
        cdef bint there = False, passed
        while not there:
            if self._recorder is not None:
                self._recorder.usable(&self.c)
            self.enter()
            first, step, now_ns = self.c.events.count, self.c.step, self.c.now_ns
            if self._recorder is not None:
                self._recorder.failure = "time passed and was not recorded"
            try:
                with nogil:
                    there = pass_some(&self.c, at_ns, FEW)
            finally:
                self.running = AT_REST
            if self.c.failed & FAILED_MEMORY:
                self.after_failure(R_OK)
            passed = self.c.now_ns != now_ns
            if self._recorder is not None:
                if passed or cmd != NULL:
                    self._recorder.note_events(&self.c, first)
                if there and cmd != NULL:
                    self._recorder.note(&self.c, cmd, R_OK, None)
                elif passed:
                    self._recorder.note_time(&self.c, self.c.step != step)
                self._recorder.failure = None
            self.bound_events()
            if self._recorder is not None and (passed or cmd != NULL):
                self._recorder.done(&self.c)
        if self.c.failed:
            self.settled()
        return 0

    cdef int pass_to(self, object at) except -1:
        """Time passes up to `at`, before something is configured."""
        cdef int64_t at_ns = self.at_ns(at)
        if at_ns == -1:
            at_ns = self.c.now_ns
        if at_ns < self.c.now_ns:
            raise refusal(R_TIME_WENT_BACK, f"at {at_ns} ns: the engine's time is {self.c.now_ns} ns already")
        return self.pass_in_pieces(at_ns, NULL)

    def _catch_up(self):
        """See `catch_up`."""
        self.at_rest()
        self.catch_up()


cdef int32_t index_arg(str field, object value, dict index, uint32_t count) except? -3:
    cdef int64_t number
    if value is None:
        return -1
    if isinstance(value, str):
        found = index.get(value)
        return -2 if found is None else found
    if type(value) is int:
        number = whole(value, -2)
        return <int32_t> number if 0 <= number < count else -2
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise ConfigError(field, value, "a name or an index")
    number = whole(value, -2)
    return <int32_t> number if 0 <= number < count else -2
