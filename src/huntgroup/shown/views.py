"""Views of agents, queues and interactions at one moment. An engine makes them of its tables
(`engine.views`), a mirror of the events it was told (`mirror.views`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from huntgroup.errors import ConfigError
from huntgroup.shown.plain import Plain, plain


@dataclass(frozen=True, slots=True)
class AgentView(Plain):
    """An agent at one moment.

    `status` is what people see, `profile` what was chosen last, `colour` and `reported_as` those of the
    status (None where the model has none), `selectable` the statuses that may be chosen now, `pending` the
    status that waits for held work to end. `capabilities` maps each channel to absent, available or full;
    `queues` each membership to its login; `skills` each skill held to its proficiency. `interactions` are
    the ids of those held or offered, `wrap_ups` of those whose wrap-up runs. `since_ns` is when the shown
    status began. `user` are the eight numbers of the caller's own. `ready_toggle` and `external_presence` are
    None in a model without them. `can_stop_new` and `may_sign_out` say whether these commands would do
    something now. `status_until` and `wrap_up_until` (ns) are when a timed status and the last wrap-up end,
    None where none runs. `parked` are the ids of those it has parked, which it owns and does not hold.
    `units` is None where none are configured.
    `queue_status` maps each membership to what is shown of the agent in that queue, None where the model has
    no word for it. `devices` maps a channel to the names of the devices connected for it, None being the one
    without a name; channels without one are left out. `connected` is False while the connection is lost.
    """

    name: str
    index: int
    status: str
    profile: str
    colour: str | None
    reported_as: str | None
    selectable: tuple[str, ...]
    pending: str | None
    features_enabled: bool
    signed_in: bool
    capabilities: dict[str, str]
    queues: dict[str, bool]
    skills: dict[str, int]
    interactions: tuple[int, ...]
    wrap_ups: tuple[int, ...]
    ready_channels: frozenset[str]
    since_ns: int
    seconds_in_status: dict[str, float]
    user: tuple[float, ...]
    ready_toggle: bool | None
    external_presence: str | None
    can_stop_new: bool
    may_sign_out: bool
    status_until: int | None
    wrap_up_until: int | None
    parked: tuple[int, ...]
    role: str
    team: str | None
    units: int | None
    queue_status: dict[str, str | None]
    devices: dict[str, tuple[str | None, ...]]
    connected: bool

    @property
    def mode_pending(self) -> bool:
        """Does a chosen status wait for held work to end?"""
        return self.pending is not None

    def ready(self, channel: str) -> bool:
        """Can it be offered a queued interaction of this channel right now? Raises ConfigError for an unknown
        channel."""
        if channel not in self.capabilities:
            raise ConfigError("channel", channel, "one of " + ", ".join(self.capabilities))
        return channel in self.ready_channels

    def time_in_status(self) -> dict[str, float]:
        """Seconds in each status shown since sign-in; statuses without any are left out."""
        return dict(self.seconds_in_status)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values, which `json.dumps` takes; `time_in_status` in seconds. O(size)."""
        shown = Plain.to_dict(self)
        shown["time_in_status"] = shown.pop("seconds_in_status")
        return {**shown, "mode_pending": self.mode_pending}


@dataclass(frozen=True, slots=True)
class QueueView(Plain):
    """A queue at one moment. `presence` is available, busy, absent or closed; waits are in seconds.

    `serving` is how many members serve: in service, and not on a break or about to leave. `oldest_wait` is
    the wait of the interaction that waits longest, 0 if none waits; `oldest_at` (ns) is its arrival, None if
    none waits. `estimated_wait` is for the next arrival, None if nobody serves or nothing was handled yet.
    """

    name: str
    index: int
    channel: str
    group: str | None
    presence: str
    logged_in: int
    ready: int
    serving: int
    waiting: int
    oldest_wait: float
    estimated_wait: float | None
    members: int
    figures: dict[str, int | float | None]
    oldest_at: int | None

    def metrics(self) -> dict[str, int | float | None]:
        """Its figures since the start. Counts: entered (also as offered), answered, abandoned, timed_out,
        overflowed, moved, callback_failed, which add up to entered with those still there; short_abandons
        are among the abandoned. mean_wait of the answered and mean_handling in seconds, service_level from 0
        to 1; a mean or share of nothing is None."""
        return dict(self.figures)

    def to_dict(self) -> dict[str, Any]:
        """Everything it says as plain values, which `json.dumps` takes. O(size)."""
        shown = Plain.to_dict(self)
        shown["metrics"] = shown.pop("figures")
        return shown


@dataclass(frozen=True, slots=True)
class InteractionView(Plain):
    """An interaction at one moment, or as it was when it finished.

    `state` is a name of `huntgroup.layouts.INTERACTION_STATES`. `agent` is set from the offer on, None while
    a whole queue rings. `waited`, in seconds, ends with the accept, or with the end where nobody was reached.
    `position` counts from 1 among those who wait in its queue, in their order; `estimated_wait`, in seconds,
    is that of this position, None where nobody serves there or nothing was handled yet. Both are None unless
    it waits. `leg` is the interaction linked by a consultation, `offers` the ids of the open offers, `user`
    the numbers given with it. Of a finished one `preferred` and `leg` are None. `queued_at` (ns) is the
    instant from which its wait counts, `since` (ns) when its state began. `handled` is how many seconds
    agents have worked on it in all, `held` how many of these it was on hold, `offer_until` (ns) when its open
    offer expires. While it is parked `agent` is its owner. `reason` is what `end` or `abandon` was told, None
    for nothing.
    """

    id: int
    state: str
    channel: str
    queue: str | None
    agent: str | None
    waited: float
    ref: int | str | None
    priority: int
    preferred: str | None
    position: int | None
    estimated_wait: float | None
    offers: tuple[int, ...]
    leg: int | None
    callback: bool
    user: tuple[float, ...] | None
    queued_at: int
    since: int
    handled: float
    held: float
    offer_until: int | None
    reason: str | None


class DirectoryRow(NamedTuple):
    """An agent as colleagues see it."""

    agent: str
    status: str
    colour: str | None
    capabilities: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """As plain values, which `json.dumps` takes."""
        return {name: plain(value) for name, value in self._asdict().items()}


class MonitorRow(NamedTuple):
    """An agent as supervisors see it. `availability` is Mode Pending, Available or Not Available; `since`
    (ns) is when the shown status began; the other members are those of the agent's view."""

    agent: str
    status: str
    colour: str | None
    capabilities: dict[str, str]
    queues: dict[str, bool]
    mode_pending: bool
    availability: str
    since: int
    profile: str
    interactions: tuple[int, ...]
    ready_toggle: bool | None
    external_presence: str | None
    queue_status: dict[str, str | None]
    devices: dict[str, tuple[str | None, ...]]

    def to_dict(self) -> dict[str, Any]:
        """As plain values, which `json.dumps` takes."""
        return {name: plain(value) for name, value in self._asdict().items()}


class MemberRow(NamedTuple):
    """An agent in one queue. `queue_status` is what is shown there, `logged_in` the login there, `ready`
    whether it could be offered something of the queue now, `delay` is in seconds, `limit` how many of the
    queue's interactions it may hold (None: no limit), `load` how many of them it holds or is offered."""

    agent: str
    status: str
    queue_status: str | None
    logged_in: bool
    ready: bool
    tier: int
    rank: int
    delay: float
    limit: int | None
    load: int

    def to_dict(self) -> dict[str, Any]:
        """As plain values, which `json.dumps` takes."""
        return self._asdict()


class FailedRule(NamedTuple):
    """A rule that keeps an agent from an interaction. `when` (ns): when time may change it, else None."""

    rule: str
    when: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain values, which `json.dumps` takes."""
        return self._asdict()
