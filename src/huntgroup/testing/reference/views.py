"""Makes the views of agents, queues and interactions: read at once, kept by nobody."""

from __future__ import annotations

from huntgroup.shown import AgentView, DirectoryRow, InteractionView, MonitorRow, QueueView
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


def agent_view(centre: Centre, agent: Agent) -> AgentView:
    """The agent as it is now."""
    memberships = [agent.memberships[index] for index in sorted(agent.memberships)]
    now = presence.standing(centre, agent)
    ready = [
        centre.channels[centre.queues[queue].channel].name
        for queue in eligibility.shown_ready(centre, agent, now)
    ]
    return AgentView(
        name=agent.name,
        index=agent.index,
        status=now.shown.name,
        profile=agent.selected,
        colour=presence.colour(now),
        selectable=tuple(
            row.name for row in centre.model.statuses if presence.selectable(centre, agent, row, now)
        ),
        pending=agent.pending,
        features_enabled=presence.features_enabled(now),
        signed_in=agent.signed_in,
        capabilities={
            channel.name: channels.capability_shown(centre, agent, channel) for channel in centre.channels
        },
        queues={centre.queues[membership.queue].name: membership.logged_in for membership in memberships},
        skills={centre.skills[index]: value for index, value in agent.skills.items() if value},
        reported_as=presence.reported_as(now),
        interactions=tuple(sorted(agent.held)),
        wrap_ups=tuple(sorted(agent.wrap_ups)),
        since_ns=agent.status_since_ns,
        ready_channels=frozenset(ready),
        seconds_in_status={name: spent / SECOND for name, spent in agent.status_ns.items() if spent},
        user=tuple(agent.user),
        ready_toggle=None if centre.model.toggle is None else agent.toggle,
        external_presence=None if centre.model.external_presence is None else agent.external,
        can_stop_new=can_stop_new(centre, agent),
        may_sign_out=may_sign_out(centre, agent, now),
        status_until=agent.duration_due_ns,
        # WRAP-7.
        wrap_up_until=max((wrap.due_ns for wrap in agent.wrap_ups.values()), default=None),
        parked=tuple(
            sorted(i.id for i in centre.live.values() if i.state == PARKED and i.agent == agent.index)
        ),
        role=agent.role,
        team=agent.team,
        units=agent.units,
        queue_status={centre.queues[m.queue].name: presence.status_in(centre, now, m) for m in memberships},
        devices={
            centre.channels[index].name: tuple(sorted(names, key=lambda name: (name is not None, name or "")))
            for index, names in sorted(agent.devices.items())
        },
        connected=agent.connected,
    )


def can_stop_new(centre: Centre, agent: Agent) -> bool:
    """Would `stop_new` change anything now?"""
    rule = centre.model.stop_new
    handled = [channel.name for channel in presence.handled_channels(centre, agent)]
    return rule is not None and not agent.stop_new and not set(handled).isdisjoint(rule.channels)


def may_sign_out(centre: Centre, agent: Agent, now: presence.Standing) -> bool:
    """Would `sign_out` change anything now?"""
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
        name=queue.name,
        index=queue.index,
        channel=centre.channels[queue.channel].name,
        group=queue.group,
        presence=counts.presence,
        logged_in=counts.logged_in,
        ready=counts.ready,
        serving=serving.serving_count(centre, queue),
        waiting=counts.waiting,
        oldest_wait=counts.oldest_ns / SECOND,
        estimated_wait=estimated_wait(centre, queue, None),
        members=sum(1 for agent in centre.present_agents() if queue.index in agent.memberships),
        figures=figures,
        oldest_at=centre.now_ns - counts.oldest_ns if counts.waiting else None,
    )


def estimated_wait(centre: Centre, queue: Queue, position: int | None) -> float | None:
    """In seconds, of a position in the queue; without one, of the next arrival."""
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
        id=interaction.id,
        state=interaction.state,
        channel=centre.channels[interaction.channel].name,
        queue=None if queue is None else queue.name,
        agent=None if interaction.agent is None else centre.agents[interaction.agent].name,
        waited=waited_ns / SECOND,
        ref=interaction.ref,
        priority=interaction.priority,
        preferred=None
        if finished or interaction.preferred is None
        else centre.agents[interaction.preferred].name,
        position=place,
        estimated_wait=None if queue is None or place is None else estimated_wait(centre, queue, place),
        offers=tuple(interaction.offers),
        leg=None if finished else linked,
        callback=interaction.callback,
        user=interaction.user,
        queued_at=interaction.queued_at_ns,
        since=interaction.since_ns,
        handled=handled_ns / SECOND,
        held=on_hold_ns / SECOND,
        offer_until=min((centre.offers[number].due_ns for number in interaction.offers), default=None),
        reason=interaction.reason,
    )


def position(centre: Centre, interaction: Interaction) -> int | None:
    """Its place among those who wait in its queue, from 1; None unless it waits. O(waiting)."""
    queue = centre.queue_of(interaction)
    if queue is None or interaction.state != QUEUED:
        return None
    in_order = sorted(centre.waiting(queue), key=lambda i: waiting.order_key(centre, i))
    return 1 + [i.id for i in in_order].index(interaction.id)


def directory_row(view: AgentView) -> DirectoryRow:
    """The agent as colleagues see it."""
    return DirectoryRow(
        agent=view.name, status=view.status, colour=view.colour, capabilities=view.capabilities
    )


def monitor_row(view: AgentView) -> MonitorRow:
    """The agent as supervisors see it."""
    idle = "Available" if view.ready_channels else "Not Available"
    return MonitorRow(
        agent=view.name,
        status=view.status,
        colour=view.colour,
        capabilities=view.capabilities,
        queues=view.queues,
        mode_pending=view.mode_pending,
        availability="Mode Pending" if view.mode_pending else idle,
        since=view.since_ns,
        profile=view.profile,
        interactions=view.interactions,
        ready_toggle=view.ready_toggle,
        external_presence=view.external_presence,
        queue_status=view.queue_status,
        devices=view.devices,
    )
