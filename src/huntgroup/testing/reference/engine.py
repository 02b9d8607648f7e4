"""The reference engine: every command and reader of the public face, in plain Python."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields, is_dataclass
from typing import Any

from huntgroup.errors import ConfigError
from huntgroup.models import PresenceModel
from huntgroup.testing.reference import arguments, audit
from huntgroup.testing.reference.agent_commands import AgentCommands
from huntgroup.testing.reference.base import Base
from huntgroup.testing.reference.building import Building
from huntgroup.testing.reference.owned_commands import OwnedCommands
from huntgroup.testing.reference.reading import Reading
from huntgroup.testing.reference.staffing import Staffing
from huntgroup.testing.reference.state import Centre, Channel, emit
from huntgroup.testing.reference.succession import Succession
from huntgroup.testing.reference.transfer_commands import TransferCommands
from huntgroup.testing.reference.waiting_commands import WaitingCommands


class ReferenceEngine(
    Building, Succession, Staffing, AgentCommands, WaitingCommands, TransferCommands, OwnedCommands, Reading
):
    """The same commands, events and views as `huntgroup.Engine`, for comparison; no bulk arrays, no journal.

    Every answer is found by looking at everything, so a command costs O(agents x queues + interactions).
    """

    def __init__(
        self,
        model: Any = "agent_modes",
        *,
        seed: int = 0,
        clock: Callable[[], int] | None = None,
        start: Any = None,
        events: bool = True,
        keep_finished: int = 100_000,
    ) -> None:
        # ELIG-18.
        kept = arguments.number(keep_finished, "keep_finished", 0, 2**31 - 1)
        seed = arguments.number(seed, "seed", -(2**63), 2**64 - 1)
        super().__init__(Centre(PresenceModel.load(model), seed, kept, events), clock)
        for name, blocks, needs_device in (
            ("voice", "others", True),
            ("chat", "none", False),
            ("email", "none", False),
        ):
            index = len(self.centre.channels)
            self.centre.channels.append(Channel(index, name, blocks, needs_device, 0, index, ()))
        if start is not None:
            start = arguments.instant(start, "start")
            if clock is not None or not 0 <= start <= arguments.LAST_INSTANT_NS:
                raise ConfigError("start", start, "an instant from 0 on, and no clock beside it")
        self.centre.begun = clock is not None or start is not None
        self.centre.now_ns = self._clock_ns() if clock is not None else start or 0

    def advance(self, to: Any = None, *, by: Any = None) -> None:
        """Let time pass, to an instant, by a duration, or to the clock's present. TimeWentBack for an instant
        that has passed."""
        neither = to is None and by is None
        if (to is not None and by is not None) or (neither and self._clock is None):
            raise ConfigError("to", to, "either an instant as `to` or a duration as `by`; neither on a clock")
        if by is not None:
            to = self.centre.now_ns + arguments.duration(by, "by")
            # TOLD-9.
            if not self.centre.begun and not self.centre.last_interaction and self.centre.present_agents():
                emit(self.centre, "time_began")
            self.centre.begun = True
        self._begin(to).verdict()

    def verify(self) -> None:
        """Raise CorruptState with everything that does not hold."""
        audit.audit(self.centre)

    def fork(self) -> ReferenceEngine:
        """An independent copy."""
        copy = object.__new__(type(self))
        Base.__init__(copy, deepcopy(self.centre), self._clock)
        return copy

    def digest(self) -> str:
        """A hash of the whole state; events not yet polled do not count."""
        state = {part.name: getattr(self.centre, part.name) for part in fields(self.centre)}
        for name in ("events", "last_event", "keeps_events"):
            del state[name]
        return hashlib.sha256(canonical(state).encode()).hexdigest()

    def close(self) -> None:
        """Nothing is held open; the method exists because `huntgroup.Engine` has it."""

    def __enter__(self) -> ReferenceEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def canonical(value: Any) -> str:
    """A text that is equal for equal states: members of sets and keys of dicts in sorted order. O(state)."""
    if isinstance(value, dict):
        return "{" + ",".join(sorted(f"{canonical(k)}:{canonical(v)}" for k, v in value.items())) + "}"
    if isinstance(value, set):
        return "{" + ",".join(sorted(canonical(member) for member in value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(canonical(member) for member in value) + "]"
    if is_dataclass(value) and not isinstance(value, type):
        parts = (canonical(getattr(value, part.name)) for part in fields(value) if part.repr)
        return type(value).__name__ + "(" + ",".join(parts) + ")"
    return repr(value)
