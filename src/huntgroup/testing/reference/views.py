"""What the engine shows of agents, queues and interactions: read at once, kept by nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from huntgroup.testing.reference import channels, eligibility, presence, service, serving, waiting
from huntgroup.testing.reference.state import (
    PARKED,
    QUEUED,
    SECOND,
    Agent,
    Centre,
    Interaction,
    Queue,
    times_spent,
)


@dataclass(frozen=True)
class AgentView:
    """An agent at one moment. `interactions` are those that count as load, by id, `wrap_ups` those whose
    wrap-up runs. `since_ns`: when the status shown began."""

    name: str
    index: int
    status: str
    profile: str
    colour: str | None
    selectable: tuple[str, ...]
    pending: str | None
    mode_pending: bool
    features_enabled: bool
    signed_in: bool
    capabilities: dict[str, str]
    queues: dict[str, bool]
    skills: dict[str, int]
    reported_as: str | None
    interactions: tuple[int, ...]
    wrap_ups: tuple[int, ...]
    since_ns: int
    ready_channels: frozenset[str]
    status_seconds: dict[str, float]
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

    def ready(self, channel: str) -> bool:
        """Ready in a queue of this channel?"""
        return channel in self.ready_channels

    def time_in_status(self) -> dict[str, float]:
        """Seconds in each status shown since sign-in; statuses with none are left out."""
        return dict(self.status_seconds)


@dataclass(frozen=True)
class QueueView:
    """A queue at one moment. Waits in seconds."""

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
    figures: dict[str, Any]
    oldest_at: int | None

    def metrics(self) -> dict[str, Any]:
        """The queue's figures since the start; a mean or share of nothing is None."""
        return dict(self.figures)


@dataclass(frozen=True)
class InteractionView:
    """An interaction at one moment. `waited` in seconds, `position` from 1 among those who wait in its queue,
    `leg` the interaction linked by a consultation; a finished one has no preferred agent and no leg."""

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


@dataclass(frozen=True)
class DirectoryRow:
    """What colleagues see of an agent."""

    agent: str
    status: str
    colour: str | None
    capabilities: dict[str, str]


@dataclass(frozen=True)
class MonitorRow(DirectoryRow):
    """What supervisors see besides. `since` (ns): when the status shown began."""

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


@dataclass(frozen=True)
class MemberRow:
    """An agent in one queue. `delay` in seconds, `load`: what it holds or is offered of this queue."""

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


def agent_view(centre: Centre, agent: Agent) -> AgentView:
    """The agent as it is now."""
    memberships = [agent.memberships[index] for index in sorted(agent.memberships)]
    now = presence.standing(centre, agent)
    ready = [
        centre.channels[centre.queues[queue].channel].name
        for queue in eligibility.shown_ready(centre, agent, now)
    ]
    return AgentView(
        agent.name,
        agent.index,
        now.shown.name,
        agent.selected,
        presence.colour(now),
        tuple(row.name for row in centre.model.statuses if presence.selectable(centre, agent, row, now)),
        agent.pending,
        agent.pending is not None,
        presence.features_enabled(now),
        agent.signed_in,
        {channel.name: channels.capability_shown(centre, agent, channel) for channel in centre.channels},
        {centre.queues[membership.queue].name: membership.logged_in for membership in memberships},
        {centre.skills[index]: value for index, value in agent.skills.items() if value},
        presence.reported_as(now),
        tuple(sorted(agent.held)),
        tuple(sorted(agent.wrap_ups)),
        agent.status_since_ns,
        frozenset(ready),
        {name: spent / SECOND for name, spent in agent.status_ns.items() if spent},
        tuple(agent.user),
        None if centre.model.toggle is None else agent.toggle,
        None if centre.model.external_presence is None else agent.external,
        can_stop_new(centre, agent),
        may_sign_out(centre, agent, now),
        agent.duration_due_ns,
        # WRAP-7.
        max((wrap.due_ns for wrap in agent.wrap_ups.values()), default=None),
        tuple(sorted(i.id for i in centre.live.values() if i.state == PARKED and i.agent == agent.index)),
        agent.role,
        agent.team,
        agent.units,
        {centre.queues[m.queue].name: presence.status_in(centre, now, m) for m in memberships},
        {
            centre.channels[index].name: tuple(sorted(names, key=lambda name: (name is not None, name or "")))
            for index, names in sorted(agent.devices.items())
        },
        agent.connected,
    )


def can_stop_new(centre: Centre, agent: Agent) -> bool:
    """Would `stop_new` do something now?"""
    rule = centre.model.stop_new
    handled = [channel.name for channel in presence.handled_channels(centre, agent)]
    return rule is not None and not agent.stop_new and not set(handled).isdisjoint(rule.channels)


def may_sign_out(centre: Centre, agent: Agent, now: presence.Standing) -> bool:
    """Would `sign_out` do something now?"""
    if not agent.signed_in or not now.shown.may_sign_out:
        return False
    if not centre.model.sign_in.required:
        return True
    fixed = centre.model.wrap_up.fixed and bool(agent.wrap_ups)
    return not fixed and not presence.is_handling(centre, agent)


def queue_view(centre: Centre, queue: Queue) -> QueueView:
    """The queue as it is now."""
    # NUM-4.
    counts = service.queue_counts(centre, queue, service.staff(centre))
    judged = queue.answered + queue.abandoned - queue.short_abandons + queue.timed_out
    figures = {
        "entered": queue.entered,
        "offered": queue.entered,
        "answered": queue.answered,
        "abandoned": queue.abandoned,
        "short_abandons": queue.short_abandons,
        "timed_out": queue.timed_out,
        "overflowed": queue.overflowed,
        "moved": queue.moved,
        "callback_failed": queue.callback_failed,
        "refused_closed": queue.refused["closed"],
        "refused_full": queue.refused["full"],
        "refused_unstaffed": queue.refused["unstaffed"],
        "mean_wait": queue.answered_wait_ns / queue.answered / SECOND if queue.answered else None,
        "service_level": queue.answered_in_target / judged if judged else None,
        "mean_handling": queue.handling_ns / queue.handling_count / SECOND if queue.handling_count else None,
    }
    return QueueView(
        queue.name,
        queue.index,
        centre.channels[queue.channel].name,
        queue.group,
        counts.presence,
        counts.logged_in,
        counts.ready,
        serving.serving_count(centre, queue),
        counts.waiting,
        counts.oldest_ns / SECOND,
        estimated_wait(centre, queue, None),
        sum(1 for agent in centre.present_agents() if queue.index in agent.memberships),
        figures,
        centre.now_ns - counts.oldest_ns if counts.waiting else None,
    )


def estimated_wait(centre: Centre, queue: Queue, position: int | None) -> float | None:
    """In seconds, of a position in the queue; of the next to come without one."""
    estimated_ns = service.estimated_wait_ns(centre, queue, position)
    return None if estimated_ns is None else estimated_ns / SECOND


def interaction_view(centre: Centre, interaction: Interaction) -> InteractionView:
    """The interaction as it is now."""
    queue = centre.queue_of(interaction)
    waited_ns = interaction.waited_ns
    if waited_ns is None:
        waited_ns = centre.now_ns - interaction.queued_at_ns
    finished = interaction.id in centre.finished
    linked = interaction.parent if interaction.leg is None else interaction.leg
    place = position(centre, interaction)
    handled_ns, on_hold_ns = times_spent(centre, interaction)
    return InteractionView(
        interaction.id,
        interaction.state,
        centre.channels[interaction.channel].name,
        None if queue is None else queue.name,
        None if interaction.agent is None else centre.agents[interaction.agent].name,
        waited_ns / SECOND,
        interaction.ref,
        interaction.priority,
        None if finished or interaction.preferred is None else centre.agents[interaction.preferred].name,
        place,
        None if queue is None or place is None else estimated_wait(centre, queue, place),
        tuple(interaction.offers),
        None if finished else linked,
        interaction.callback,
        interaction.user,
        interaction.queued_at_ns,
        interaction.since_ns,
        handled_ns / SECOND,
        on_hold_ns / SECOND,
        min((centre.offers[number].due_ns for number in interaction.offers), default=None),
        interaction.reason,
    )


def position(centre: Centre, interaction: Interaction) -> int | None:
    """Its place among those who wait in its queue, from 1; None unless it waits. O(waiting)."""
    queue = centre.queue_of(interaction)
    if queue is None or interaction.state != QUEUED:
        return None
    in_order = sorted(centre.waiting(queue), key=lambda i: waiting.order_key(centre, i))
    return 1 + [i.id for i in in_order].index(interaction.id)


def directory_row(view: AgentView) -> DirectoryRow:
    """What colleagues see."""
    return DirectoryRow(view.name, view.status, view.colour, view.capabilities)


def monitor_row(view: AgentView) -> MonitorRow:
    """What supervisors see besides."""
    idle = "Available" if view.ready_channels else "Not Available"
    return MonitorRow(
        view.name,
        view.status,
        view.colour,
        view.capabilities,
        view.queues,
        view.mode_pending,
        "Mode Pending" if view.mode_pending else idle,
        view.since_ns,
        view.profile,
        view.interactions,
        view.ready_toggle,
        view.external_presence,
        view.queue_status,
        view.devices,
    )
