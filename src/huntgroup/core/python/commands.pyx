# cython: embedsignature.format=clinic
"""The commands of an engine, compiled, because they run once an interaction: each resolves names, fills one
row and executes it. `apply` runs many rows through the same door.

Every command takes `at=` (a datetime with a zone, integer nanoseconds, or left out for the engine's clock)
and raises a subclass of `huntgroup.Refused` with nothing changed but the passing of time when a rule
forbids it.
"""

from libc.stdint cimport int16_t, int32_t, int64_t, uint32_t

from huntgroup.core.steps.permission cimport judge_by
from huntgroup.core.python.store cimport agent_given, index_in, instant_given, look_up, queue_given
from huntgroup.core.state.codes cimport (
    CMD_ACCEPT, CMD_ADVANCE, CMD_ANSWERED, CMD_CONFERENCE, CMD_CONSULT, CMD_DIAL, CMD_DIRECT,
    CMD_END_CONSULT, CMD_ENQUEUE, CMD_FINISH_WRAP_UP, CMD_HOLD, CMD_JOIN, CMD_LEAVE, CMD_QUEUE_LOGIN,
    CMD_QUEUE_LOGOUT, CMD_REJECT, CMD_REMOVE_AGENT, CMD_REQUEST_CALLBACK, CMD_RESUME_NEW, CMD_RETRIEVE,
    CMD_SET_CAPACITY, CMD_SET_EXTERNAL_PRESENCE, CMD_SET_QUEUE_LOGINS, CMD_SET_READY, CMD_SET_SKILL,
    CMD_SET_STATUS, CMD_SET_STATUS_MANY, CMD_SET_USER, CMD_SIGN_IN, CMD_STOP_NEW, CMD_TRANSFER,
    EV_TIME_BEGAN, R_OK, R_UNKNOWN_QUEUE)
from huntgroup.core.state.centre cimport (
    Centre, FINISHED_BIT, HG_LAST_INSTANT_NS, agent_at, interaction_at, queue_at)
from huntgroup.core.state.native cimport HG_NONE, hg_ids_get, hg_timer, hg_wheel_next
from huntgroup.core.python.arrivals cimport arrival_arg, ids_with_ref, ref_arg
from huntgroup.core.python.row_fields cimport bounded, index_of, interaction_arg, offer_arg, priority_arg
from huntgroup.core.state.blank cimport blank
from huntgroup.core.state.masks cimport GIVEN_ONCE
from huntgroup.core.state.rows cimport A_ALIVE, CommandRow, EventRow, Q_ALIVE

from collections.abc import Mapping

import numpy as np

from huntgroup.settings.arguments import flag, indices32, user_number, user_numbers
from huntgroup.settings.arguments import name as name_of
from huntgroup.settings.durations import duration_ns
from huntgroup.errors import ConfigError, Result, refusal
from huntgroup.layouts import PRESENCES as PRESENCE_NAMES

cdef tuple PRESENCES = PRESENCE_NAMES


cdef class Commands(Administration):
    """The commands, one method each. Not for use by itself."""

    # --- agents and presence ----------------------------------------------------------------------------

    cdef int agent_command(self, int code, object agent, object by, object at, str name) except -1:
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, code, instant_given(self, at))
        cmd.agent = agent_given(self, agent)
        cmd.by = self.by_arg(by)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, (name, ("agent", agent), ("by", by)))
        return 0

    def sign_in(self, agent, *, by=None, at=None):
        """Signs the agent in: the model's default status, unless it keeps the status. O(memberships)."""
        self.agent_command(CMD_SIGN_IN, agent, by, at, "sign_in")

    def stop_new(self, agent, *, by=None, at=None):
        """No further interactions while the running ones are finished. Raises NotSelectable unless the model
        offers it and the agent handles one of its channels. O(memberships)."""
        self.agent_command(CMD_STOP_NEW, agent, by, at, "stop_new")

    def resume_new(self, agent, *, by=None, at=None):
        """Takes further interactions again after `stop_new`. O(memberships)."""
        self.agent_command(CMD_RESUME_NEW, agent, by, at, "resume_new")

    def set_status(self, agent, status, by=None, *, at=None):
        """Chooses a status, for oneself or (`by`) as a supervisor. Raises NotSelectable, NoDevice,
        NotPermitted. O(memberships)."""
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, CMD_SET_STATUS, instant_given(self, at))
        cmd.agent = agent_given(self, agent)
        cmd.status = <int16_t> self.status_arg(status)
        cmd.by = self.by_arg(by)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, ("set_status", ("agent", agent), ("status", status), ("by", by)))

    def set_status_many(self, agents, status, by=None, *, at=None):
        """Chooses a status for many agents (names or indices) at once: all or none, with no routing in
        between.

        O(agents x memberships), then one matching pass.
        """
        cdef CommandRow cmd
        blank(&cmd, CMD_SET_STATUS_MANY, instant_given(self, at))
        cmd.status = <int16_t> self.status_arg(status)
        cmd.by = self.by_arg(by)
        self.run_with_list(&cmd, self._agent_indices(agents),
                           ("set_status_many", ("agents", agents), ("status", status), ("by", by)))

    def _agent_indices(self, agents):
        """int32 indices of agents given as an integer array or as an iterable of names and indices."""
        if isinstance(agents, np.ndarray) and agents.dtype.kind in "iu":
            # What is no index of 32 bits is nobody's.
            return indices32("agents", agents, wrong=-2)
        if isinstance(agents, str) or not hasattr(agents, "__iter__"):
            raise ConfigError("agents", agents, "several names or indices")
        return np.array([agent_given(self, agent) for agent in agents], dtype=np.int32)

    cdef int attempt_with_user(self, CommandRow *cmd, object values) except -1:
        """Executes one command that carries numbers of the caller's own; returns its result code."""
        cdef const double[::1] view = values
        self.at_rest()
        self.c.user_in = &view[0]
        self.c.user_count = <uint32_t> view.shape[0]
        try:
            return self.attempt(cmd)
        finally:
            self.c.user_in = NULL
            self.c.user_count = 0

    cdef int run_with_list(self, CommandRow *cmd, object values, tuple names) except -1:
        cdef const int32_t[::1] view = values
        self.at_rest()
        self.c.list = &view[0] if view.shape[0] else NULL
        self.c.list_count = <uint32_t> view.shape[0]
        self.c.refused_agent = -1
        try:
            return self.run(cmd, names)
        finally:
            self.c.list = NULL
            self.c.list_count = 0

    def set_ready(self, agent, ready=True, *, by=None, at=None):
        """The Ready / Not Ready toggle. Raises NotSelectable where the model has none or the agent is signed
        out. O(memberships)."""
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, CMD_SET_READY, instant_given(self, at))
        cmd.agent = agent_given(self, agent)
        cmd.flag = 1 if ready else 0
        cmd.by = self.by_arg(by)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, ("set_ready", ("agent", agent), ("by", by)))

    def set_external_presence(self, agent, presence, *, by=None, at=None):
        """The agent's own messenger presence. Raises NotSelectable where the model has none or does not know
        the value. O(memberships)."""
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, CMD_SET_EXTERNAL_PRESENCE, instant_given(self, at))
        cmd.agent = agent_given(self, agent)
        cmd.status = <int16_t> index_of(presence, self._external_index)
        cmd.by = self.by_arg(by)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, ("set_external_presence", ("agent", agent), ("presence", presence),
                                 ("by", by)))

    def queue_login(self, agent, queue, by=None, *, at=None):
        """Logs the agent in to a queue it is a member of. Raises NotMember, NotPermitted. O(memberships)."""
        self.login_command(CMD_QUEUE_LOGIN, agent, queue, by, at, "queue_login")

    def queue_logout(self, agent, queue, by=None, *, at=None):
        """Logs the agent out of one queue; it stays available for the others. O(memberships)."""
        self.login_command(CMD_QUEUE_LOGOUT, agent, queue, by, at, "queue_logout")

    cdef int login_command(self, int code, object agent, object queue, object by, object at,
                           str name) except -1:
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, code, instant_given(self, at))
        cmd.agent = agent_given(self, agent)
        cmd.queue = queue_given(self, queue)
        cmd.by = self.by_arg(by)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, (name, ("agent", agent), ("queue", queue), ("by", by)))
        return 0

    def set_queue_logins(self, agent, logins, by=None, *, at=None):
        """Several logins in one save: {queue: True or False}. O(memberships + logins)."""
        cdef CommandRow cmd
        blank(&cmd, CMD_SET_QUEUE_LOGINS, instant_given(self, at))
        if not isinstance(logins, Mapping):
            raise ConfigError("logins", logins, "a mapping from queues to True or False")
        cmd.agent = agent_given(self, agent)
        cmd.by = self.by_arg(by)
        pairs = sorted((queue_given(self, queue), 1 if flag("logins", value) else 0)
                       for queue, value in logins.items())
        self.run_with_list(&cmd, np.array(pairs, dtype=np.int32).reshape(-1),
                           ("set_queue_logins", ("agent", agent), ("queues", list(logins)), ("by", by)))

    def set_skill(self, agent, skill, proficiency, *, by=None, at=None):
        """Sets a proficiency, 0 to 10; 0 takes the skill away. A new name makes a skill. O(comparisons +
        memberships)."""
        cdef CommandRow cmd
        cdef int result
        cdef int64_t held
        blank(&cmd, CMD_SET_SKILL, instant_given(self, at))
        held = bounded("proficiency", proficiency, 0, 10)
        cmd.agent = agent_given(self, agent)
        if isinstance(skill, str) and name_of("skill", skill) not in self._skill_index:
            # A refused command mentions nothing: only what will be carried out makes a skill.
            cmd.by = self.by_arg(by)
            if cmd.agent >= 0 and agent_at(&self.c, <uint32_t> cmd.agent).flags & A_ALIVE and (
                    cmd.at_ns == -1 or cmd.at_ns >= self.c.now_ns) and (
                        cmd.by == -1 or judge_by(&self.c, &cmd) == R_OK):
                self._skill(skill)
        cmd.status = <int16_t> self.skill_arg(skill)
        cmd.flag = <int16_t> held
        cmd.by = self.by_arg(by)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, ("set_skill", ("agent", agent), ("skill", skill), ("by", by)))

    def set_user(self, agent, column, value, *, by=None, at=None):
        """Sets one of the eight numbers of the caller's own on an agent, which scorers read. Offers that are
        out stay as they are. Raises UnknownAgent. O(1), the first time O(agents)."""
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, CMD_SET_USER, instant_given(self, at))
        cmd.flag = <int16_t> bounded("column", column, 0, 7)
        values = user_number("value", value)
        cmd.agent = agent_given(self, agent)
        cmd.by = self.by_arg(by)
        result = self.attempt_with_user(&cmd, values)
        if result != R_OK:
            self.refuse(result, ("set_user", ("agent", agent), ("by", by)))

    def join(self, agent, queue, tier=1, rank=1, delay=0, limit=None, *, by=None, at=None):
        """Makes the agent a member of the queue, logged in; for a member, changes tier, rank, delay and
        limit: how many of this queue's interactions the agent may hold or be offered at once, None for as
        many as its capacity lets it.

        Raises LimitExceeded beyond 1,024 memberships. O(memberships), and O(waiting) where the delay changes.
        """
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, CMD_JOIN, instant_given(self, at))
        cmd.agent = agent_given(self, agent)
        cmd.queue = queue_given(self, queue)
        cmd.tier = <int16_t> bounded("tier", tier, 0, 255)
        cmd.rank = <int32_t> bounded("rank", rank, 0, 65535)
        cmd.value = duration_ns("delay", delay)
        if limit is not None:
            cmd.limit = <int32_t> bounded("limit", limit, 0, 65535)
        cmd.by = self.by_arg(by)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, ("join", ("agent", agent), ("queue", queue), ("by", by)))

    def leave(self, agent, queue, *, by=None, at=None):
        """Ends a membership. Raises NotMember. O(memberships)."""
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, CMD_LEAVE, instant_given(self, at))
        cmd.agent = agent_given(self, agent)
        cmd.queue = queue_given(self, queue)
        cmd.by = self.by_arg(by)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, ("leave", ("agent", agent), ("queue", queue), ("by", by)))

    def set_capacity(self, agent, channel, capacity, *, by=None, at=None):
        """How many interactions of the channel the agent may hold. Below what it holds now nothing new comes
        until that has fallen, and offers beyond it are withdrawn. O(memberships)."""
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, CMD_SET_CAPACITY, instant_given(self, at))
        cmd.agent = agent_given(self, agent)
        cmd.channel = <int16_t> self.channel_arg(channel)
        cmd.priority = <int32_t> bounded("capacity", capacity, 0, 65535)
        cmd.by = self.by_arg(by)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, ("set_capacity", ("agent", agent), ("channel", channel), ("by", by)))

    def remove_agent(self, agent, *, by=None, at=None):
        """Removes an agent. Raises IllegalTransition while it handles an interaction. Its index is not used
        again. O(memberships)."""
        cdef int32_t a = agent_given(self, agent)
        try:
            self.agent_command(CMD_REMOVE_AGENT, agent, by, at, "remove_agent")
        finally:
            # Whatever interrupted the step, it is complete.
            if a >= 0 and not agent_at(&self.c, <uint32_t> a).flags & A_ALIVE:
                self._agent_index.pop(self._agent_ids[a], None)

    # --- interactions -----------------------------------------------------------------------------------

    def enqueue(self, queue, priority=0, requires=None, relax=None, preferred=None, ref=None, user=None,
                arrived_at=None, once=False, *, at=None):
        """An interaction arrives at a queue; returns its id. Raises QueueClosed, QueueFull, UnknownQueue,
        UnknownSkill.

        `requires`: an expression or a handle of `requirement`; `relax`: steps [(after, requires), ...];
        `preferred`: an agent to wait for; `user`: up to eight numbers for a scorer; `arrived_at`: the instant
        from which the wait counts; `once`: where one with this `ref` is live, its id. Amortised O(1) for
        longest idle and a requirement seen before; a first search is O(ready members); other strategies are
        O(ready members).
        """
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, CMD_ENQUEUE, instant_given(self, at))
        cmd.queue = queue_given(self, queue)
        if priority is not 0:
            cmd.priority = priority_arg(priority)
        if requires is not None:
            cmd.requires = index_in(requires, self.c.requirements.count)
            if cmd.requires < 0:
                cmd.requires = self.requirement_arg(requires)
        if relax is not None:
            cmd.relax, cmd.list_count = self._relax_steps(relax)
            if cmd.list_count < 0:
                cmd.list_count = -2
        if preferred is not None:
            cmd.preferred = self.agent_arg(preferred)
        if ref is not None:
            ref_arg(self, &cmd, ref)
        if once:
            if ref is None:
                raise ConfigError("once", once, "True only with a ref")
            cmd.mask |= GIVEN_ONCE
        if arrived_at is not None:
            cmd.value = arrival_arg(arrived_at, max(cmd.at_ns, self.c.now_ns))
        if user is not None:
            result = self.attempt_with_user(&cmd, user_numbers("user", user))
        else:
            result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse_new(result, ref, ("enqueue", ("queue", queue), ("preferred", preferred),
                                          ("requires", requires), ("priority", priority)))
        if ref is None:
            return self.c.out_interaction
        if once and isinstance(ref, str) and self._refs.get(self.c.out_interaction, ref) != ref:
            # Another text with the same hash. One chance in 2**64, and still not this interaction.
            found = ids_with_ref(self, ref)
            return found[0] if found else self.enqueue(
                queue, priority, requires, relax, preferred, ref, user, arrived_at, at=at)
        return self._made(ref)

    def direct(self, agent, channel="voice", ref=None, *, at=None):
        """Offers a direct interaction to the agent, past every queue; returns its id. Raises
        CapabilityMissing, NotReachable. O(memberships)."""
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, CMD_DIRECT, instant_given(self, at))
        cmd.agent = agent_given(self, agent)
        cmd.channel = <int16_t> self.channel_arg(channel)
        ref_arg(self, &cmd, ref)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse_new(result, ref, ("direct", ("agent", agent), ("channel", channel)))
        return self._made(ref)

    def dial(self, agent, channel="voice", queue=None, ref=None, *, at=None):
        """The agent dials out, for a queue or for none; returns the interaction's id. Raises
        CapabilityMissing, FeaturesOff, AtCapacity. O(memberships)."""
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, CMD_DIAL, instant_given(self, at))
        cmd.agent = agent_given(self, agent)
        cmd.channel = <int16_t> self.channel_arg(channel)
        cmd.queue = queue_given(self, queue)
        ref_arg(self, &cmd, ref)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse_new(result, ref, ("dial", ("agent", agent), ("channel", channel), ("queue", queue)))
        return self._made(ref)

    cdef int refuse_new(self, int result, object ref, tuple names) except -1:
        """`refuse` for a command that makes an interaction: one that was made has its reference, whatever
        is raised."""
        if self.c.out_interaction > 0:
            self._made(ref)
        return self.refuse(result, names)

    cdef object _made(self, object ref):
        """The id that the command gave; a text reference is remembered for as long as the interaction can
        be read, or an event that nobody has polled speaks of it."""
        cdef Centre *c = &self.c
        cdef EventRow *events = <EventRow *> c.events.rows
        if isinstance(ref, str):
            self._refs[c.out_interaction] = ref
            if len(self._refs) > 2 * (c.interactions.count + c.keep_finished + c.events.count):
                told = {events[k].interaction for k in range(c.events.count)}
                for id in [id for id in self._refs if hg_ids_get(&c.ids, id) == HG_NONE]:
                    if id not in told:
                        del self._refs[id]
        return c.out_interaction

    cdef int interaction_command(self, int code, object interaction, object agent, object offer, object at,
                                 str name) except -1:
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, code, instant_given(self, at))
        cmd.interaction = interaction_arg(interaction)
        if agent is not None:
            cmd.agent = agent_given(self, agent)
        if offer is not None:
            cmd.offer = offer_arg(offer)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, (name, ("interaction", interaction), ("agent", agent), ("offer", offer)))
        return 0

    def answered(self, interaction, *, at=None):
        """The far end of a dialled interaction picked up. Raises IllegalTransition unless it is Dialing.
        O(memberships)."""
        self.interaction_command(CMD_ANSWERED, interaction, None, None, at, "answered")

    def accept(self, interaction, agent=None, offer=None, *, at=None):
        """The agent accepts the offer. Raises StaleOffer if it is not open (any more). O(offers of the
        interaction)."""
        self.interaction_command(CMD_ACCEPT, interaction, agent, offer, at, "accept")

    def reject(self, interaction, agent=None, offer=None, *, at=None):
        """The agent rejects the offer; the interaction goes on to the next. Raises StaleOffer.
        O(memberships), then a decision as in `enqueue`."""
        self.interaction_command(CMD_REJECT, interaction, agent, offer, at, "reject")

    def hold(self, interaction, *, at=None):
        """Handling to On Hold. Raises IllegalTransition. O(memberships)."""
        self.interaction_command(CMD_HOLD, interaction, None, None, at, "hold")

    def retrieve(self, interaction, *, at=None):
        """On Hold to Handling. Raises IllegalTransition. O(memberships)."""
        self.interaction_command(CMD_RETRIEVE, interaction, None, None, at, "retrieve")

    def consult(self, interaction, agent=None, *, at=None):
        """Consults an agent, by a direct interaction of its own whose id is returned, or an external party
        (None; returns None).

        Raises IllegalTransition, CapabilityMissing, NotReachable. O(memberships).
        """
        self.interaction_command(CMD_CONSULT, interaction, agent, None, at, "consult")
        return None if agent is None else self.c.out_interaction

    def conference(self, interaction, *, at=None):
        """All three talk. Raises IllegalTransition unless the consulted party is on the line.
        O(memberships)."""
        self.interaction_command(CMD_CONFERENCE, interaction, None, None, at, "conference")

    def end_consult(self, interaction, *, at=None):
        """Ends the consultation or conference; the agent handles on. O(memberships)."""
        self.interaction_command(CMD_END_CONSULT, interaction, None, None, at, "end_consult")

    def transfer(self, interaction, queue=None, agent=None, *, at=None):
        """To a queue, to an agent, or (neither) to the party consulted or in conference.

        Raises QueueClosed, QueueFull, IllegalTransition, NotReachable, CapabilityMissing. O(memberships); to
        a queue also that of `enqueue`.
        """
        cdef CommandRow cmd
        cdef int result
        if queue is not None and agent is not None:
            raise ConfigError("transfer", (queue, agent), "a queue or an agent, not both")
        blank(&cmd, CMD_TRANSFER, instant_given(self, at))
        cmd.interaction = interaction_arg(interaction)
        cmd.queue = queue_given(self, queue)
        cmd.agent = agent_given(self, agent)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, ("transfer", ("interaction", interaction), ("agent", agent),
                                 ("queue", queue)))

    def finish_wrap_up(self, interaction, agent=None, *, at=None):
        """Ends the wrap-up early. `agent` names the one who transferred it. Raises IllegalTransition,
        WrapUpFixed. O(memberships)."""
        self.interaction_command(CMD_FINISH_WRAP_UP, interaction, agent, None, at, "finish_wrap_up")

    def request_callback(self, interaction, first="agent", *, at=None):
        """The waiting caller hangs up and keeps the place in the queue: it is dialled when its turn comes, by
        the agent who accepts it, or, with `first="customer"`, before any agent is asked: then it is Dialing
        without an agent, and `answered` puts it back to Queued. O(log waiting + memberships)."""
        if not isinstance(first, str) or first not in ("agent", "customer"):
            raise ConfigError("first", first, "agent or customer")
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, CMD_REQUEST_CALLBACK, instant_given(self, at))
        cmd.interaction = interaction_arg(interaction)
        cmd.flag = first == "customer"
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, ("request_callback", ("interaction", interaction)))

    # --- time, batch ------------------------------------------------------------------------------------

    def advance(self, to=None, *, by=None):
        """Time passes to an instant, by a duration, or (neither, on a clock) to the clock's present: timers
        fire in order. Raises TimeWentBack, never for what the clock itself says.

        A call that nobody answers for ten years is offered again and again all that time. Other threads run
        meanwhile, as they do while a command with a late `at=` lets time pass, and both need memory only for
        the events that are kept (`keep_events`), a quarter more, and those of 512 steps. O(timers due), each
        a step of its own.
        """
        cdef CommandRow cmd
        cdef int result
        cdef uint32_t first
        if to is not None and by is not None or (to is None and by is None and self._clock is None):
            raise ConfigError("advance", (to, by), "either an instant or by=a duration; neither on a clock")
        if by is None:
            blank(&cmd, CMD_ADVANCE, self.at_ns(to))
        else:
            blank(&cmd, CMD_ADVANCE, self.c.now_ns + <int64_t> duration_ns("by", by))
            self.at_rest()
            if self._recorder is not None:
                self._recorder.usable(&self.c)
            # TOLD-9: agents who are there already stay as old as they are.
            if not self.c.begun and self.c.next_interaction == 1 and self._agent_index:
                first = self.c.events.count
                self._tell(EV_TIME_BEGAN, None)
                if self._recorder is not None:
                    self._recorder.note_beginning(&self.c, first)
            self.c.begun = True         # STEP-15: a duration passes from the start, wherever that is
        if self.c.begun and self.c.now_ns < cmd.at_ns <= HG_LAST_INSTANT_NS:
            self.pass_in_pieces(cmd.at_ns, &cmd)
        else:
            result = self.attempt(&cmd)
            if result != R_OK:
                self.refuse(result, ("advance",))

    @property
    def next_deadline(self):
        """When the next timer is due, in integer nanoseconds, or None. O(1), or O(timers of one bucket)
        after a change."""
        look_up(self)
        cdef int64_t at_ns = hg_wheel_next(&self.c.wheel, <hg_timer *> self.c.timers.rows)
        return None if at_ns == 0x7FFFFFFFFFFFFFFF else at_ns

    @property
    def now_ns(self):
        """The engine's present. O(1)."""
        self._check_made()
        return self.c.now_ns

    def agent_of(self, interaction):
        """The index of the interaction's agent, -1 for none: no view is built. O(1)."""
        look_up(self)
        cdef int64_t id = interaction_arg(interaction)
        cdef uint32_t row = hg_ids_get(&self.c.ids, id) if id > 0 else HG_NONE
        if row == HG_NONE:
            raise refusal(Result.UNKNOWN_INTERACTION, f"agent_of: no interaction {id}")
        if row & <uint32_t> FINISHED_BIT:
            return self.c.finished[row & ~<uint32_t> FINISHED_BIT].agent
        return interaction_at(&self.c, row).agent

    def presence_of(self, queue):
        """The outward presence of one queue: available, busy, absent or closed. No view is built. Raises
        UnknownQueue. O(1)."""
        look_up(self)
        cdef int32_t q = queue_given(self, queue)
        if q < 0 or not queue_at(&self.c, <uint32_t> q).flags & Q_ALIVE:
            self.refuse(R_UNKNOWN_QUEUE, ("presence_of", ("queue", queue)))
        return PRESENCES[queue_at(&self.c, <uint32_t> q).presence]
