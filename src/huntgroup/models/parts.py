"""The parts of a presence model: a frozen dataclass for each table of the file, with the file's own keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CONDITIONS = (
    "signed_in",
    "toggle",
    "handling",
    "offered",
    "wrap_up",
    "stop_new",
    "only_stop_new_channels",
    "connected",
    "after_accept",
)
"""The conditions of derived rules, in the order of the condition bits of `ModelTables.derived`."""

ASKED_OF: tuple[str, ...] = ("handling", "device")
"""The conditions on one channel: "handling voice", "device voice"."""

BUILT_IN_CHANNELS = ("voice", "chat", "email")
"""The channels that every engine has from the start."""

LISTED: Literal["listed"] = "listed"
"""`receives_queued` of a status that receives from the queues in its list only."""


@dataclass(frozen=True, slots=True)
class Status:
    """One status: what it means for routing, reports and people. None where the file leaves a key out."""

    name: str
    kind: str
    colour: str | None = None
    selectable: bool = False
    receives_queued: bool | Literal["listed"] = False
    queues: tuple[str, ...] = ()
    receives_direct: bool | tuple[str, ...] = False
    features: bool | None = None
    logged_in: bool | None = None
    reported_as: str | None = None
    goes_to: tuple[str, ...] | None = None
    may_sign_out: bool = True
    locked: bool = False
    needs_device: str | None = None
    needs_toggle: bool = False
    waits_as: str | None = None
    waits_for: str | None = None
    duration: int | float | None = None
    queue_group: str | None = None
    after_accept: str | None = None
    one_offer: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def duration_ns(self) -> int:
        """The duration in nanoseconds, 0 where there is none."""
        if self.duration is None:
            return 0
        if isinstance(self.duration, int):
            return self.duration * 1_000_000_000
        return round(self.duration * 1_000_000_000)

    def takes_direct(self, channel: str) -> bool:
        """Does this row receive direct interactions of the channel?"""
        if isinstance(self.receives_direct, bool):
            return self.receives_direct
        return channel in self.receives_direct

    def takes_queued(self, queue: str) -> bool:
        """Does this row receive queued interactions of the queue? Toggle and external presence are not looked
        at."""
        if self.receives_queued == LISTED:
            return queue in self.queues
        return bool(self.receives_queued)


@dataclass(frozen=True, slots=True)
class Derived:
    """One rule that says which status is shown. `when` holds conditions, negated ones as "not NAME"."""

    when: tuple[str, ...]
    show: str
    kinds: tuple[str, ...] | None = None
    receives: Literal["base", "own"] = "base"

    def fits(self, kind: str, conditions: frozenset[str]) -> bool:
        """Does the rule hold for a base status of this kind while exactly these conditions hold?"""
        if self.kinds is not None and kind not in self.kinds:
            return False
        for name in self.when:
            if (name[4:] in conditions) if name.startswith("not ") else (name not in conditions):
                return False
        return True


@dataclass(frozen=True, slots=True)
class SignIn:
    """Whether signing in matters, and what it does."""

    required: bool = True
    sets_default: bool = True
    signed_out_shows: str | None = None


@dataclass(frozen=True, slots=True)
class Toggle:
    """Ready / Not Ready beside the status: its value after each sign-in."""

    default: bool = False


@dataclass(frozen=True, slots=True)
class ExternalPresence:
    """The agent's messenger presence. `values` holds (value, answer) pairs: "yes", "no" or "setting"."""

    default: str
    values: tuple[tuple[str, str], ...]
    clears: tuple[str, ...] = ()

    def answer(self, value: str) -> str | None:
        """Does an agent of this presence receive? "yes", "no" or "setting"; None for an unknown value."""
        return dict(self.values).get(value)


@dataclass(frozen=True, slots=True)
class On:
    """The statuses that the engine sets by itself."""

    missed_queued: str | None = None
    missed_direct: str | None = None
    rejected_queued: str | None = None


@dataclass(frozen=True, slots=True)
class Queues:
    """How statuses and the logins to single queues act on each other."""

    status_sets_logins: bool = False
    login_sets: str | None = None
    last_logout_sets: str | None = None


@dataclass(frozen=True, slots=True)
class WrapUp:
    """Whether a wrap-up may be cut short."""

    fixed: bool = False


@dataclass(frozen=True, slots=True)
class StopNew:
    """Stop New is allowed while handling an interaction of one of these channels."""

    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Supervisor:
    """The statuses that a supervisor may set for others; None: all that the agent may choose."""

    sets: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Custom:
    """Which kinds an administrator may copy, and how copies are reported; None: any kind, and as the
    original."""

    kinds: tuple[str, ...] | None = None
    reported_as: str | None = None


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """What an interaction of the channel blocks in this model: "others", "none", or a tuple of channels;
    None: what the channel's own setting says."""

    name: str
    blocks: Literal["others", "none"] | tuple[str, ...] | None = None
