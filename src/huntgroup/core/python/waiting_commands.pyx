# cython: embedsignature.format=clinic
"""The commands that change what waits (docs/SEMANTICS.md, section 15), and finding it by its reference."""

from huntgroup.core.python.arrivals cimport ids_with_ref
from huntgroup.core.python.row_fields cimport interaction_arg, priority_arg
from huntgroup.core.python.store cimport agent_given, instant_given, queue_given
from huntgroup.core.state.blank cimport blank
from huntgroup.core.state.codes cimport (
    CMD_ASSIGN, CMD_MOVE, CMD_PUT_BACK, CMD_UPDATE_INTERACTION, CMD_WITHDRAW, R_OK)
from huntgroup.core.state.masks cimport (
    GIVEN_PREFERRED, GIVEN_PRIORITY, GIVEN_RELAX, GIVEN_REQUIRES)
from huntgroup.core.state.rows cimport CommandRow


cdef class WaitingCommands(Commands):
    """What the host or a supervisor does about an interaction that waits. Not for use by itself."""

    def update_interaction(self, interaction, *, priority=..., requires=..., relax=..., preferred=...,
                           by=None, at=None):
        """Changes what a Queued or Offered interaction asks for, and its priority; an argument that is left
        out keeps what was, None clears it. An open offer stands. Raises NotPermitted, IllegalTransition,
        LimitExceeded, UnknownSkill. O(log waiting + memberships), then a decision as in `enqueue`."""
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, CMD_UPDATE_INTERACTION, instant_given(self, at))
        cmd.interaction = interaction_arg(interaction)
        cmd.by = self.by_arg(by)
        if priority is not ...:
            cmd.mask |= GIVEN_PRIORITY
            cmd.priority = 0 if priority is None else priority_arg(priority)
        if requires is not ...:
            cmd.mask |= GIVEN_REQUIRES
            cmd.requires = self.requirement_arg(requires)
        if relax is not ...:
            cmd.mask |= GIVEN_RELAX
            if relax is not None:
                cmd.relax, cmd.list_count = self._relax_steps(relax)
                if cmd.list_count < 0:
                    cmd.list_count = -2
        if preferred is not ...:
            cmd.mask |= GIVEN_PREFERRED
            cmd.preferred = self.agent_arg(preferred)
        result = self.attempt(&cmd)
        if result != R_OK:
            given = [("interaction", interaction), ("by", by)]
            given += [(name, value) for name, value in (
                ("priority", priority), ("requires", requires), ("preferred", preferred)) if value is not ...]
            self.refuse(result, ("update_interaction", *given))

    def move(self, interaction, queue, by=None, *, at=None):
        """Puts a Queued or Offered interaction into another queue of its channel, with its arrival and
        priority; open offers are withdrawn. Raises NotPermitted, QueueClosed, QueueFull, IllegalTransition,
        NotReachable. O(log waiting + memberships), then a decision as in `enqueue`."""
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, CMD_MOVE, instant_given(self, at))
        cmd.interaction = interaction_arg(interaction)
        cmd.queue = queue_given(self, queue)
        cmd.by = self.by_arg(by)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, ("move", ("interaction", interaction), ("queue", queue), ("by", by)))

    def assign(self, interaction, agent, by=None, *, at=None):
        """Offers a Queued or Offered interaction to this agent, whatever order, strategy, skills and
        membership say; other offers are withdrawn. Unanswered it has its old place. Raises NotPermitted,
        CapabilityMissing, IllegalTransition, NotReachable. O(offers of the interaction + memberships)."""
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, CMD_ASSIGN, instant_given(self, at))
        cmd.interaction = interaction_arg(interaction)
        cmd.agent = agent_given(self, agent)
        cmd.by = self.by_arg(by)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, ("assign", ("interaction", interaction), ("agent", agent), ("by", by)))

    def withdraw(self, interaction, agent=None, by=None, *, at=None):
        """Takes an open offer back, as when the phone cannot be rung: no miss and no decline, but the agent
        is not asked again within the queue's `ask_again_after`. `agent` says which where several ring. Raises
        NotPermitted, StaleOffer. O(memberships), then a decision as in `enqueue`."""
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, CMD_WITHDRAW, instant_given(self, at))
        cmd.interaction = interaction_arg(interaction)
        cmd.agent = agent_given(self, agent)
        cmd.by = self.by_arg(by)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, ("withdraw", ("interaction", interaction), ("agent", agent), ("by", by)))

    def put_back(self, interaction, by=None, *, at=None):
        """The connection failed after the accept: back to its old place with its old arrival, as if it had
        not been accepted; the agent is free without wrap-up. One without a queue is Abandoned. Raises
        NotPermitted, IllegalTransition. O(memberships), then a decision as in `enqueue`."""
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, CMD_PUT_BACK, instant_given(self, at))
        cmd.interaction = interaction_arg(interaction)
        cmd.by = self.by_arg(by)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, ("put_back", ("interaction", interaction), ("by", by)))

    def find(self, ref):
        """The ids of the live interactions with this reference, ascending; [] where there is none. Raises
        ConfigError. O(1) and those found."""
        self.at_rest()
        return ids_with_ref(self, ref)
