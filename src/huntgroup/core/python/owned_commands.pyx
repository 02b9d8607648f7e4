# cython: embedsignature.format=clinic
"""The commands of work that is owned, that ends, or is wrapped up (docs/SEMANTICS.md, sections 15 to 17)."""

from libc.stdint cimport int16_t, int32_t

from huntgroup.core.python.waiting_commands cimport WaitingCommands
from huntgroup.core.python.row_fields cimport interaction_arg
from huntgroup.core.python.store cimport agent_given, instant_given
from huntgroup.core.state.blank cimport blank
from huntgroup.core.state.codes cimport (
    CMD_ABANDON, CMD_END, CMD_EXTEND_WRAP_UP, CMD_PARK, CMD_RESUME, CMD_SIGN_OUT, R_OK)
from huntgroup.core.state.rows cimport CommandRow

from huntgroup.errors import ConfigError
from huntgroup.settings.arguments import short_text
from huntgroup.settings.agents import WORK
from huntgroup.settings.durations import duration_ns


cdef class OwnedCommands(WaitingCommands):
    """What becomes of work: parked, resumed, ended, wrapped up, left behind. Not for use by itself."""

    def sign_out(self, agent, work="refuse", by=None, *, at=None):
        """Signs the agent out. `work` says what becomes of what it handles: "refuse", "put_back" to the
        queues it came from, or "park" with the agent as owner. Raises NotPermitted, NotSelectable where the
        status forbids it to the agent itself, IllegalTransition where held work forbids it, WrapUpFixed
        during a wrap-up that cannot be cut short. O(memberships + what it holds)."""
        cdef CommandRow cmd
        cdef int result
        if not isinstance(work, str) or work not in WORK:
            raise ConfigError("work", work, "one of " + ", ".join(WORK))
        blank(&cmd, CMD_SIGN_OUT, instant_given(self, at))
        cmd.agent = agent_given(self, agent)
        cmd.flag = <int16_t> WORK.index(work)
        cmd.by = self.by_arg(by)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, ("sign_out", ("agent", agent), ("by", by)))

    cdef int attempt_with_text(self, CommandRow *cmd, object text, str field) except -1:
        """Executes a command that carries a text; its result code. A new text is kept only if the command is
        carried out."""
        cdef int result
        known = self._text_handles.get(short_text(field, text))
        cmd.text = <int32_t> (self._room_for_text(text) if known is None else known)
        self.at_rest()
        if known is None:
            self.c.text_count = <unsigned int> cmd.text + 1
            self.ref_text = text        # a journal names it before the command
        try:
            result = self.attempt(cmd)
        finally:
            self.c.text_count = len(self._texts)
        if result & 0xFFFF == R_OK and known is None:      # interrupted or not
            self._keep_text(text)
        return result

    cdef int owned_command(self, int code, object interaction, object text, object by, object at,
                           str name) except -1:
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, code, instant_given(self, at))
        cmd.interaction = interaction_arg(interaction)
        if by is not None:
            cmd.by = self.by_arg(by)
        result = self.attempt(&cmd) if text is None else self.attempt_with_text(&cmd, text, "reason")
        if result != R_OK:
            self.refuse(result, (name, ("interaction", interaction), ("by", by)))
        return 0

    def park(self, interaction, by=None, *, at=None):
        """Handling or On Hold to Parked: it is silent, holds no capacity and keeps its agent as owner. Raises
        NotPermitted, IllegalTransition. O(memberships)."""
        self.owned_command(CMD_PARK, interaction, None, by, at, "park")

    def resume(self, interaction, by=None, *, at=None):
        """A parked one goes on: its owner handles it at once where that is possible, else it waits in its
        queue, for the owner first. Raises NotPermitted, QueueClosed, QueueFull, IllegalTransition,
        NotReachable. O(memberships), then a decision as in `enqueue`."""
        self.owned_command(CMD_RESUME, interaction, None, by, at, "resume")

    def end(self, interaction, reason=None, by=None, *, at=None):
        """The conversation is over: wrap-up begins, or it is Completed. `reason`, at most 64 bytes, is told
        by the event and kept: who hung up, a disposition. Raises NotPermitted, IllegalTransition.
        O(memberships)."""
        self.owned_command(CMD_END, interaction, reason, by, at, "end")

    def abandon(self, interaction, reason=None, by=None, *, at=None):
        """The caller hangs up while waiting or ringing, or is gone for good from what was parked. `reason` as
        for `end`. Raises NotPermitted, IllegalTransition. O(log waiting + memberships)."""
        self.owned_command(CMD_ABANDON, interaction, reason, by, at, "abandon")

    def extend_wrap_up(self, interaction, seconds, agent=None, by=None, *, at=None):
        """The wrap-up ends so many seconds later than it would have. `agent` names the one who
        transferred the interaction. Raises NotPermitted, IllegalTransition where none runs, WrapUpFixed,
        LimitExceeded beyond 100 years from now. O(1)."""
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, CMD_EXTEND_WRAP_UP, instant_given(self, at))
        cmd.interaction = interaction_arg(interaction)
        cmd.value = duration_ns("seconds", seconds, least_ns=1)
        cmd.agent = agent_given(self, agent)
        cmd.by = self.by_arg(by)
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, ("extend_wrap_up", ("interaction", interaction), ("agent", agent),
                                 ("by", by), ("seconds", seconds)))
