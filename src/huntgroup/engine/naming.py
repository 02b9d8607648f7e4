"""Looks up names and indices: arrays have indices, events and views have names, and the caller may use
either."""

from __future__ import annotations

from typing import Any

from huntgroup.core.python.raw_reads import RawReads
from huntgroup.core.python.refusals import find_index
from huntgroup.errors import ConfigError, Refused, Result, TimeWentBack, meant, refusal, shown
from huntgroup.settings import arguments
from huntgroup.settings.actors import Actor
from huntgroup.settings.durations import Instant
from huntgroup.settings.requirements import unknown_skill


class Lookup(RawReads):
    """What building and reading have in common: finding what is named, letting time pass. Not for use by
    itself."""

    # What a durable engine records through (huntgroup.engine.journal.Journal); None in memory.
    _journal: Any = None
    # How many finished interactions it was told to keep; None where that is not known.
    _keep_finished: int | None = None

    # --- names and indices --------------------------------------------------------------------------------

    def agent_index(self, name: str | int) -> int:
        """The agent's index. Raises UnknownAgent. O(1)."""
        return self._find_agent(name)

    def agent_id(self, index: int) -> str:
        """The agent's name, also of one removed. Raises UnknownAgent. O(1)."""
        return self._name("agent", index, self._agent_ids)

    def queue_index(self, name: str | int) -> int:
        """The queue's index. Raises UnknownQueue. O(1)."""
        return self._find_queue(name)

    def queue_id(self, index: int) -> str:
        """The queue's name, also of one removed. Raises UnknownQueue. O(1)."""
        return self._name("queue", index, self._queue_names)

    def skill_index(self, name: str | int) -> int:
        """The skill's index, in the order of first mention. Raises UnknownSkill. O(1)."""
        return self._find("skill", name, self._skill_index, self._skill_names)

    def skill_id(self, index: int) -> str:
        """The skill's name. Raises UnknownSkill. O(1)."""
        return self._name("skill", index, self._skill_names)

    def channel_index(self, name: str | int) -> int:
        """The channel's index. Raises UnknownChannel. O(1)."""
        return self._find("channel", name, self._channel_index, self._channel_names)

    def channel_id(self, index: int) -> str:
        """The channel's name. Raises UnknownChannel. O(1)."""
        return self._name("channel", index, self._channel_names)

    def status_index(self, name: str | int) -> int:
        """The status's index in the presence model. Raises UnknownStatus. O(1)."""
        return self._find("status", name, self._status_index, self._status_names)

    def status_id(self, index: int) -> str:
        """The status's name. Raises UnknownStatus. O(1)."""
        return self._name("status", index, self._status_names)

    def group_index(self, name: str | int) -> int:
        """The index of a group of queues. Raises ConfigError. O(1)."""
        self._check_made()
        found = find_index(name, self._group_index, self._group_names)
        if found is None:
            allowed = "one of the groups " + ", ".join(self._group_names) + meant(name, self._group_names)
            raise ConfigError("group", name, allowed)
        return found

    def group_id(self, index: int) -> str:
        """The name of a group of queues. Raises ConfigError. O(1)."""
        return self._group_names[self.group_index(index)]

    def _find_agent(self, agent: str | int) -> int:
        return self._find("agent", agent, self._agent_index, self._agent_ids)

    def _find_queue(self, queue: str | int) -> int:
        return self._find("queue", queue, self._queue_index, self._queue_names)

    def _find(self, what: str, value: str | int, index: dict[str, int], names: list[str]) -> int:
        found = find_index(value, index, names)
        if found is None:
            self._check_made()
            raise self._unknown(what, value)
        return found

    def _name(self, what: str, index: int, names: list[str]) -> str:
        if isinstance(index, bool) or not hasattr(index, "__index__") or not 0 <= index < len(names):
            self._check_made()
            raise self._unknown(what, index)
        return names[index]

    def _find_interaction(self, interaction: int) -> dict[str, Any]:
        number = arguments.interaction_id(interaction)
        state = self._interaction_state(number) if 0 < number < 2**63 else None
        if state is None:
            message = f"no interaction {shown(interaction)}, or it finished too long ago"
            raise refusal(Result.UNKNOWN_INTERACTION, message)
        return state

    @staticmethod
    def _unknown(what: str, value: Any) -> Refused:
        return refusal(_UNKNOWN[what], f"no {what} {shown(value)}")

    # --- texts, and who commands --------------------------------------------------------------------------

    def text(self, text: str) -> int:
        """The handle of a text, good in the field `text` of a row; the engine keeps it from now on.

        At most 64 bytes of UTF-8 without control characters. Raises ConfigError, LimitExceeded beyond
        1,000,000 different ones. O(1)."""
        self._check_made()
        return int(self._keep_text(arguments.short_text("text", text)))

    def text_of(self, handle: int) -> str:
        """The text of a handle, as `text` gave it or the field `text` of an event. Raises ConfigError.
        O(1)."""
        self._check_made()
        return self._texts[arguments.integer("text", handle, 0, len(self._texts) - 1)]

    def actor(self, actor: Actor) -> int:
        """What stands for an actor in the field `by` of a row and of an event: -2-k for the k-th that this
        engine has met. Raises ConfigError, LimitExceeded beyond 1,000,000. O(1)."""
        self._check_made()
        if not isinstance(actor, Actor):
            raise ConfigError("actor", actor, "a huntgroup.Actor")
        return -2 - int(self._actor_row(actor))

    # --- requirements -------------------------------------------------------------------------------------

    def requirement(self, text: str | None) -> int:
        """Compiles an expression over skills once; the handle is good as `requires=` and in rows of
        `apply`. Raises RequirementError, which points at the column, and UnknownSkill. O(agents) for each
        comparison not seen before."""
        return self._known_requirement("requirement", text)

    def _known_requirement(self, field: str, value: str | int | None) -> int:
        """The row of a requirement that names known skills only. Raises UnknownSkill."""
        self._check_made()
        self._checker().requirement(field, value)
        if not isinstance(value, str):
            return value or 0
        row = int(self._compile(value, False))
        if row < 0:
            raise refusal(Result.UNKNOWN_SKILL, f"{field}: {unknown_skill((value,), self._skill_index)}")
        return row

    # --- time ---------------------------------------------------------------------------------------------

    def _pass_time(self, at: Instant) -> TimeWentBack | None:
        """Lets time pass to `at`, or to the clock's present; what is wrong with an instant that has
        passed."""
        if at is None:
            self._catch_up()
            return None
        try:
            self.advance(at)
        except TimeWentBack as late:
            return late
        return None

    def _let_time_pass(self, at: Instant) -> None:
        """Lets time pass; TimeWentBack is raised."""
        late = self._pass_time(at)
        if late is not None:
            raise late


_UNKNOWN = {
    "agent": Result.UNKNOWN_AGENT,
    "queue": Result.UNKNOWN_QUEUE,
    "skill": Result.UNKNOWN_SKILL,
    "channel": Result.UNKNOWN_CHANNEL,
    "status": Result.UNKNOWN_STATUS,
}
