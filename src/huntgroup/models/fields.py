"""The fields of a presence model: a frozen value that the checks, the edits and the tables read.
`model.PresenceModel` adds loading and copying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from huntgroup.errors import ConfigError
from huntgroup.models.parts import (
    BUILT_IN_CHANNELS,
    CONDITIONS,
    ChannelRule,
    Custom,
    Derived,
    ExternalPresence,
    On,
    Queues,
    SignIn,
    Status,
    StopNew,
    Supervisor,
    Toggle,
    WrapUp,
)


@dataclass(frozen=True)
class ModelFields:
    """The fields of a presence model; the index of a status is its place. Nothing here is checked."""

    name: str
    title: str
    default: str
    no_answer: str | None
    supervisor_needs_sign_in: bool
    sign_in: SignIn
    toggle: Toggle | None
    external_presence: ExternalPresence | None
    statuses: tuple[Status, ...]
    derived: tuple[Derived, ...]
    on: On
    queues: Queues
    wrap_up: WrapUp
    stop_new: StopNew | None
    supervisor: Supervisor
    custom: Custom
    channels: tuple[ChannelRule, ...]

    @cached_property
    def indices(self) -> Mapping[str, int]:
        """The index of each status by its name. Not to be changed."""
        return {status.name: index for index, status in enumerate(self.statuses)}

    @cached_property
    def spellings(self) -> Mapping[str, int]:
        """The index of each status by its name and by its aliases. Not to be changed."""
        aliases = {alias: index for index, status in enumerate(self.statuses) for alias in status.aliases}
        return {**aliases, **self.indices}

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The conditions that the derived rules place on a channel or a device, each once, in the order in
        which they first occur: the condition bits after those of `CONDITIONS`."""
        names = (name.removeprefix("not ") for rule in self.derived for name in rule.when)
        return tuple(dict.fromkeys(name for name in names if name not in CONDITIONS))

    @cached_property
    def channel_names(self) -> tuple[str, ...]:
        """The channels that the model may name: those of every engine, and those it has a table for."""
        return tuple(dict.fromkeys((*BUILT_IN_CHANNELS, *(rule.name for rule in self.channels))))

    def status(self, which: str | int) -> Status:
        """The status of this name, alias or index. Raises ConfigError where there is none. O(1)."""
        index = self.spellings.get(which, -1) if isinstance(which, str) else which
        if not 0 <= index < len(self.statuses):
            raise ConfigError("status", which, f"a status of {self.name}: {', '.join(self.indices)}")
        return self.statuses[index]

    def colour(self, base: str | int, shown: str | int, selected: str | int | None = None) -> str:
        """The colour that people see: that of the status shown, else of the base status, else of the
        selected."""
        named = (shown, base, base if selected is None else selected)
        return next((colour for which in named if (colour := self.status(which).colour) is not None), "")

    def reported_as(self, base: str | int, shown: str | int, selected: str | int | None = None) -> str:
        """How reports count it: by the first of shown, base and selected status that has the key."""
        for status in map(self.status, (shown, base, base if selected is None else selected)):
            if status.reported_as is not None:
                return status.reported_as.replace("{name}", status.name)
        return ""

    def blocks(self, channel: str) -> str | tuple[str, ...] | None:
        """What the channel blocks in this model: "others", "none", names; None: what the channel's own
        setting says."""
        return next((rule.blocks for rule in self.channels if rule.name == channel), None)
