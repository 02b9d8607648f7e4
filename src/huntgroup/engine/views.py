"""Makes what the engine shows of agents, queues and interactions, when it is asked for."""

from __future__ import annotations

from typing import Any

from huntgroup.core.python.lists import devices_of, ends_of, may_of, statuses_in
from huntgroup.core.python.raw_reads import RawReads
from huntgroup.layouts import CAPABILITIES, INTERACTION_STATES, PRESENCES
from huntgroup.limits import RECENT
from huntgroup.settings.actors import ROLES
from huntgroup.settings.durations import SECOND_NS
from huntgroup.shown.views import AgentView, DirectoryRow, InteractionView, MonitorRow, QueueView

# Flags of what is shown, as the core has them.
_FEATURES, _LOCKED = 8, 64
# The codes of Dialing to In Conference: the states in which an agent works on an interaction.
_HANDLED = range(2, 7)
# Those of Queued and Offered.
_WAITS = range(2)


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
