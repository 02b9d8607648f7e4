"""What the engine shows of agents, queues and interactions: a snapshot of the moment, made when it is asked
for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from huntgroup.core.python.lists import devices_of, ends_of, may_of, statuses_in
from huntgroup.core.python.raw_reads import RawReads
from huntgroup.engine.plain import Plain, plain
from huntgroup.errors import ConfigError
from huntgroup.layouts import CAPABILITIES, INTERACTION_STATES, PRESENCES
from huntgroup.limits import RECENT
from huntgroup.settings.actors import ROLES
from huntgroup.settings.durations import SECOND_NS

# Flags of what is shown, as the core has them.
_FEATURES, _LOCKED = 8, 64
# The codes of Dialing to In Conference: the states in which an agent works on an interaction.
_HANDLED = range(2, 7)
# Those of Queued and Offered.
_WAITS = range(2)


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
        """Can it be offered a queued interaction of this channel right now? Raises ConfigError for no
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

    `serving` are the members of whom something may be hoped for: in service, and not on a break or about to
    leave. `oldest_wait` is 0 where nobody waits, `oldest_at` (ns) the arrival of the one who waits longest,
    None without one; `estimated_wait` is that of the next to come, None where nobody serves or nothing was
    handled yet.
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
    """What colleagues see of an agent."""

    agent: str
    status: str
    colour: str | None
    capabilities: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """As plain values, which `json.dumps` takes."""
        return {name: plain(value) for name, value in self._asdict().items()}


class MonitorRow(NamedTuple):
    """What supervisors see of an agent. `availability` is Mode Pending, Available or Not Available; `since`
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
    when: int | None

    def to_dict(self) -> dict[str, Any]:
        """As plain values, which `json.dumps` takes."""
        return self._asdict()


# --- making them ------------------------------------------------------------------------------------------


def agent_view(reads: RawReads, index: int) -> AgentView:
    """The agent as it is now. O(statuses + memberships + interactions held)."""
    state = reads._agent_state(index)
    model, channels, queues = reads.model, reads._channel_names, reads._queue_names
    counts_as_signed_in = (state["signed_in"] and state["connected"]) or not model.sign_in.required
    may_sign_out, can_stop_new = may_of(reads, index)
    # WRAP-7.
    status_until, wrap_up_until = (None if at_ns < 0 else at_ns for at_ns in ends_of(reads, index))
    return AgentView(
        reads._agent_ids[index],
        index,
        reads._status_names[state["shown"]],
        reads._status_names[state["selected"]],
        model.colour(state["base"], state["shown"], state["selected"]) or None,
        model.reported_as(state["base"], state["shown"], state["selected"]) or None,
        _selectable(reads, state, counts_as_signed_in),
        None if state["pending"] < 0 else reads._status_names[state["pending"]],
        counts_as_signed_in and bool(state["effective"] & _FEATURES),
        state["signed_in"],
        {name: CAPABILITIES[code] for name, code in zip(channels, state["capabilities"], strict=True)},
        {queues[membership[0]]: membership[4] for membership in state["memberships"]},
        {reads._skill_names[skill]: proficiency for skill, proficiency in state["skills"].items()},
        tuple(state["interactions"]),
        tuple(state["wrap_ups"]),
        frozenset(name for name, ready in zip(channels, state["ready_channels"], strict=True) if ready),
        state["since_ns"],
        {
            name: spent / SECOND_NS
            for name, spent in zip(reads._status_names, state["status_time_ns"], strict=True)
            if spent
        },
        state["user"],
        state["toggle"] if model.toggle is not None else None,
        _external(reads, state["external"]),
        can_stop_new,
        may_sign_out,
        status_until,
        wrap_up_until,
        tuple(state["parked"]),
        ROLES[state["role"]],
        None if state["team"] < 0 else reads._texts[state["team"]],
        None if state["units"] < 0 else state["units"],
        {queues[queue]: status_name(reads, code) for queue, code in statuses_in(reads, index)},
        _devices(reads, index),
        state["connected"],
    )


def status_name(reads: RawReads, code: int) -> str | None:
    """The name of a status, None for -1."""
    return None if code < 0 else reads._status_names[code]


def _devices(reads: RawReads, index: int) -> dict[str, tuple[str | None, ...]]:
    """The names by channel, in order, that without a name first."""
    found: dict[str, list[str | None]] = {}
    for channel, name in devices_of(reads, index):
        found.setdefault(reads._channel_names[channel], []).append(None if name < 0 else reads._texts[name])
    return {
        channel: tuple(sorted(names, key=lambda name: (name is not None, name or "")))
        for channel, names in found.items()
    }


def _external(reads: RawReads, code: int) -> str | None:
    presence = reads.model.external_presence
    return None if presence is None else presence.values[code][0]


def _selectable(reads: RawReads, state: dict[str, Any], counts_as_signed_in: bool) -> tuple[str, ...]:
    """The statuses that may be chosen now, a missing device apart."""
    if not counts_as_signed_in or state["effective"] & _LOCKED:
        return ()
    model = reads.model
    goes_to = model.statuses[state["base"]].goes_to
    held = (reads._interaction_state(number) for number in state["interactions"])
    busy = bool(state["wrap_ups"]) or any(one is not None and one["state"] in _HANDLED for one in held)
    return tuple(
        row.name
        for row in model.statuses
        if row.selectable
        and (row.waits_for is None or busy)
        and (goes_to is None or (row.waits_for or row.name) in goes_to)
    )


def queue_view(reads: RawReads, index: int) -> QueueView:
    """The queue as it is now. O(waiting where priorities differ)."""
    state = reads._queue_state(index)
    oldest_ns = state["oldest_queued_at_ns"]
    return QueueView(
        reads._queue_names[index],
        index,
        reads._channel_names[state["channel"]],
        None if state["group"] < 0 else reads._group_names[state["group"]],
        PRESENCES[state["presence"]],
        state["logged_in"],
        state["ready"],
        state["serving"],
        state["waiting"],
        (reads.now_ns - oldest_ns) / SECOND_NS if state["waiting"] else 0.0,
        estimated_wait(state, None),
        state["members"],
        _figures(state),
        oldest_ns if state["waiting"] else None,
    )


def estimated_wait(state: dict[str, Any], position: int | None) -> float | None:
    """Seconds for a position in the queue of this raw state, from 1; None: that of the next to come. O(1)."""
    recent = min(state["recent_count"], RECENT)
    if not recent or not state["serving"]:
        return None
    mean = state["recent_ns"] / recent / SECOND_NS
    place = state["waiting"] + 1 if position is None else position
    return float(place * mean / state["serving"])


def _figures(state: dict[str, Any]) -> dict[str, int | float | None]:
    # Who hung up within `short_abandon` tells nothing of the service (NUM-5).
    judged = state["answered"] + state["abandoned"] - state["short_abandons"] + state["timed_out"]
    answered, handled = state["answered"], state["handled"]
    return {
        "entered": state["entered"],
        "offered": state["entered"],
        "answered": answered,
        "abandoned": state["abandoned"],
        "timed_out": state["timed_out"],
        "overflowed": state["overflowed"],
        "moved": state["moved"],
        "callback_failed": state["callback_failed"],
        "short_abandons": state["short_abandons"],
        "refused_closed": state["refused"][0],
        "refused_full": state["refused"][1],
        "refused_unstaffed": state["refused"][2],
        "mean_wait": state["answered_wait_ns"] / answered / SECOND_NS if answered else None,
        "service_level": state["answered_in_target"] / judged if judged else None,
        "mean_handling": state["handled_ns"] / handled / SECOND_NS if handled else None,
    }


def interaction_view(reads: RawReads, state: dict[str, Any]) -> InteractionView:
    """The interaction of this raw state. O(1), for one that waits what `_interaction_state` costs."""
    ref = reads._refs.get(state["id"], state["ref"])
    position = None if state["position"] < 0 else state["position"] + 1
    return InteractionView(
        state["id"],
        INTERACTION_STATES[state["state"]],
        reads._channel_names[state["channel"]],
        None if state["queue"] < 0 else reads._queue_names[state["queue"]],
        None if state["agent"] < 0 else reads._agent_ids[state["agent"]],
        (_wait_over_ns(reads, state) - state["queued_at_ns"]) / SECOND_NS,
        ref,
        state["priority"],
        _preferred(reads, state["preferred"]),
        position,
        None if position is None else estimated_wait(reads._expected(state["queue"]), position),
        tuple(offer[0] for offer in state["offers"]),
        None if state["linked"] < 0 else state["linked"],
        state["callback"],
        state["user"],
        state["queued_at_ns"],
        state["since_ns"],
        state["handled_ns"] / SECOND_NS,
        state["on_hold_ns"] / SECOND_NS,
        None if state["offer_until_ns"] < 0 else state["offer_until_ns"],
        None if state["text"] < 0 else reads._texts[state["text"]],
    )


def _preferred(reads: RawReads, index: int) -> str | None:
    """The preferred agent's name, None for nobody, or for one who was removed."""
    name = None if index < 0 else reads._agent_ids[index]
    return name if name is not None and reads._agent_index.get(name) == index else None


def _wait_over_ns(reads: RawReads, state: dict[str, Any]) -> int:
    """When the wait was over: now, while it lasts; the end, where nobody was reached. An interaction that is
    transferred to a queue waits anew."""
    if state["state"] in _WAITS:
        return reads.now_ns
    if state["accepted_ns"] >= state["queued_at_ns"]:
        return int(state["accepted_ns"])
    return int(state["ended_ns"]) if state["ended_ns"] >= 0 else reads.now_ns


def directory_row(view: AgentView) -> DirectoryRow:
    """What colleagues see of this agent."""
    return DirectoryRow(view.name, view.status, view.colour, view.capabilities)


def monitor_row(view: AgentView) -> MonitorRow:
    """What supervisors see of this agent."""
    receives = "Available" if view.ready_channels else "Not Available"
    return MonitorRow(
        view.name,
        view.status,
        view.colour,
        view.capabilities,
        view.queues,
        view.mode_pending,
        "Mode Pending" if view.mode_pending else receives,
        view.since_ns,
        view.profile,
        view.interactions,
        view.ready_toggle,
        view.external_presence,
        view.queue_status,
        view.devices,
    )
