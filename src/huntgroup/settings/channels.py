"""Channels, the kinds of interactions: how each was declared, and which of them block which others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from huntgroup.errors import ConfigError, meant
from huntgroup.limits import MAX_COUNT
from huntgroup.settings.arguments import flag, integer, new_name
from huntgroup.settings.durations import Duration, duration_ns


class ChannelSettings(TypedDict, total=False):
    """What `Engine.update_channel` changes. wrap_up: after-contact time after direct and dialled
    interactions without a queue; wrap_up_unanswered: also after dialled ones that nobody answered."""

    wrap_up: Duration
    wrap_up_unanswered: bool


CHANNEL_CHANGES = tuple(ChannelSettings.__annotations__)

BUILT_IN: Mapping[str, Mapping[str, Any]] = {
    "voice": {"blocks": "others", "needs_device": True},
    "chat": {},
    "email": {},
}
"""The channels that every engine has from the start, with the arguments of `add_channel`."""

WORDS = ("all", "others", "none")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as declared. `capability` is the index of the channel whose device, capacity and load count
    for it.

    `blocks` is kept as it was said, as all and others grow with every channel that is added.
    """

    index: int
    name: str
    blocks: Literal["all", "others", "none"] | tuple[str, ...]
    needs_device: bool
    units: int
    capability: int
    interruptible_by: tuple[str, ...]
    wrap_up_ns: int = 0
    wrap_up_unanswered: bool = False

    def blocked(self, other: Channel) -> bool:
        """Does holding one of this channel keep interactions of the other one away?"""
        if other.name in self.interruptible_by:
            return False
        if isinstance(self.blocks, tuple):
            return other.name in self.blocks
        return self.blocks == "all" or (self.blocks == "others" and other.index != self.index)

    def plain(self) -> list[Any]:
        """Its content as plain values."""
        return [
            self.name,
            self.blocks if isinstance(self.blocks, str) else list(self.blocks),
            self.needs_device,
            self.units,
            self.capability,
            list(self.interruptible_by),
            self.wrap_up_ns,
            self.wrap_up_unanswered,
        ]


def new_channel(
    name: Any,
    blocks: Any,
    needs_device: Any,
    units: Any,
    capability: Any,
    interruptible_by: Any,
    wrap_up: Any,
    wrap_up_unanswered: Any,
    existing: Sequence[Channel],
    index: Mapping[str, int],
) -> Channel:
    """The channel of these arguments of `Engine.add_channel`, checked. Raises ConfigError."""
    new_name("name", name, index)
    names = (*index, name)
    shared, device = len(existing), flag("needs_device", needs_device)
    if capability is not None:
        if not isinstance(capability, str) or capability not in index:
            raise ConfigError("capability", capability, "one of the channels " + ", ".join(index))
        shared = existing[index[capability]].capability
        if device and not existing[shared].needs_device:
            raise ConfigError("needs_device", True, f"False: it shares {capability}, which needs no device")
        device = existing[shared].needs_device
    return Channel(
        len(existing),
        name,
        _blocks(blocks, names),
        device,
        integer("units", units, 0, MAX_COUNT),
        shared,
        _listed("interruptible_by", interruptible_by, names),
        duration_ns("wrap_up", wrap_up),
        flag("wrap_up_unanswered", wrap_up_unanswered),
    )


def checked_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The given settings of a channel, checked, by the fields of `Channel`. Raises ConfigError."""
    checked: dict[str, Any] = {}
    for setting, value in settings.items():
        if setting == "wrap_up":
            checked["wrap_up_ns"] = duration_ns(setting, value)
        elif setting == "wrap_up_unanswered":
            checked[setting] = flag(setting, value)
        else:
            known = ChannelSettings.__annotations__
            raise ConfigError(
                setting, value, "one of the settings " + ", ".join(known) + meant(setting, known)
            )
    return checked


def blocking_masks(channels: Sequence[Channel]) -> list[tuple[int, int, int]]:
    """(index, mask of the channels that it blocks, mask of those that may interrupt it) for each channel."""
    return [
        (
            channel.index,
            sum(1 << other.index for other in channels if channel.blocked(other)),
            sum(1 << other.index for other in channels if other.name in channel.interruptible_by),
        )
        for channel in channels
    ]


def _blocks(value: Any, names: Sequence[str]) -> Any:
    if value is None:
        return "none"
    if isinstance(value, str):
        if value not in WORDS:
            raise ConfigError("blocks", value, "all, others, none, or a list of channels")
        return value
    return _listed("blocks", value, names)


def _listed(field: str, value: Any, names: Sequence[str]) -> tuple[str, ...]:
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise ConfigError(field, value, "a list of channels")
    listed = tuple(value)
    for channel in listed:
        if channel not in names:
            raise ConfigError(field, channel, "channels among " + ", ".join(names))
    return listed
