"""What an agent's load leaves room for: capability, capacity, blocking and units (rules 5 and 6)."""

from __future__ import annotations

from huntgroup.testing.reference.state import CHANNEL, SLOT, Agent, Centre, Channel, WrapUp


def capacity(centre: Centre, agent: Agent, channel: Channel) -> int:
    """How many interactions of the channel's capability the agent may hold."""
    # ELIG-17.
    return agent.capacity.get(channel.capability, 0)


def load(centre: Centre, agent: Agent, channel: Channel) -> int:
    """How many interactions of the channel's capability the agent holds, open offers and wrap-ups that keep
    their slot counted."""
    held = [*held_channels(centre, agent), *kept_channels(centre, agent)]
    return sum(1 for one in held if one.capability == channel.capability)


def is_drained(centre: Centre, agent: Agent, index: int) -> bool:
    """Does the agent hold more of this capability than its capacity allows?"""
    channel = centre.channels[index]
    return load(centre, agent, channel) > capacity(centre, agent, channel)


def held_channels(centre: Centre, agent: Agent) -> list[Channel]:
    """The channels of the interactions that count as load."""
    return [centre.channels[centre.live[number].channel] for number in agent.held]


def kept_channels(centre: Centre, agent: Agent) -> list[Channel]:
    """The channels of the wrap-ups that keep their slot."""
    return [centre.channels[w.channel] for w in agent.wrap_ups.values() if w.holds == SLOT]


def has_device(centre: Centre, agent: Agent, channel: Channel) -> bool:
    """Is the device of the channel's capability connected, where it needs one?"""
    capability = centre.channels[channel.capability]
    return not capability.needs_device or capability.index in agent.devices


def blocks(centre: Centre, held: Channel, other: Channel) -> bool:
    """Does an interaction of the channel `held` keep one of the channel `other` away? The presence model's
    table goes before the channel's setting; a channel that the other one may interrupt does not block it."""
    # ELIG-16.
    rule = next((rule.blocks for rule in centre.model.channels if rule.name == held.name), held.blocks)
    if other.name in held.interruptible_by:
        return False
    if isinstance(rule, tuple):
        return other.name in rule
    return rule == "all" or (rule == "others" and held.index != other.index)


def is_blocked(centre: Centre, agent: Agent, channel: Channel) -> bool:
    """Does a held interaction keep one of this channel away?"""
    return any(blocks(centre, held, channel) for held in held_channels(centre, agent))


def blocking_wrap_ups(centre: Centre, agent: Agent, channel: Channel) -> list[WrapUp]:
    """The running wrap-ups that keep a queued interaction of this channel away (ELIG-3)."""
    return [
        wrap_up
        for wrap_up in agent.wrap_ups.values()
        if wrap_up.holds == CHANNEL
        and wrap_up_channel_blocks(centre, centre.channels[wrap_up.channel], channel)
    ]


def wrap_up_channel_blocks(centre: Centre, wrapped: Channel, channel: Channel) -> bool:
    """A wrap-up on a channel that blocks anything blocks its own channel and those that it blocks."""
    # ELIG-15.
    if not any(blocks(centre, wrapped, other) for other in centre.channels):
        return False
    return wrapped.index == channel.index or blocks(centre, wrapped, channel)


def has_units(centre: Centre, agent: Agent, channel: Channel) -> bool:
    """Are units left for one more? Interactions that the channel may interrupt are not counted."""
    if agent.units is None:
        return True
    used = sum(
        held.units for held in held_channels(centre, agent) if channel.name not in held.interruptible_by
    )
    return used + channel.units <= agent.units


def has_room(centre: Centre, agent: Agent, channel: Channel) -> bool:
    """ELIG-6: capacity, blocking and units."""
    return (
        load(centre, agent, channel) < capacity(centre, agent, channel)
        and not is_blocked(centre, agent, channel)
        and has_units(centre, agent, channel)
    )


def capability_shown(centre: Centre, agent: Agent, channel: Channel) -> str:
    """How the directory shows the capability: absent, available, or full."""
    if capacity(centre, agent, channel) == 0 or not has_device(centre, agent, channel):
        return "absent"
    return "available" if has_room(centre, agent, channel) else "full"
