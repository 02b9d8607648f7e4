"""The views of a mirror: the same as an engine's, made from the state that the events gave."""

from __future__ import annotations

from huntgroup.mirror import standing
from huntgroup.mirror.state import HANDLED, OVER, Agent, Interaction, Queue, State
from huntgroup.settings.durations import SECOND_NS, duration_ns
from huntgroup.shown import AgentView, InteractionView, QueueView


def agent_view(state: State, agent: Agent) -> AgentView:
    """The agent at the mirror's current instant. O(statuses + memberships x interactions held)."""
    model, now = state.model, standing.standing(state, agent)
    assert model is not None
    ready = standing.ready_in(state, agent, now)
    spent = dict(agent.status_ns)
    since_count = state.now_ns - agent.counted_to_ns
    if since_count:
        spent[agent.shown] = spent.get(agent.shown, 0) + since_count
    selectable = now.signed_in and not now.shown.locked
    goes_to = now.base.goes_to
    memberships = sorted(agent.memberships, key=lambda queue: state.queues[queue].index)
    rule = model.stop_new
    may_sign_out = agent.signed_in and now.shown.may_sign_out
    if may_sign_out and model.sign_in.required:
        may_sign_out = not now.handled and not (model.wrap_up.fixed and agent.wrap_ups)
    return AgentView(
        name=agent.name,
        index=agent.index,
        status=agent.shown,
        profile=agent.profile,
        colour=now.first("colour"),
        reported_as=now.first("reported_as"),
        selectable=tuple(
            row.name
            for row in model.statuses
            if selectable
            and row.selectable
            and (row.waits_for is None or standing.is_busy(agent, now))
            and (goes_to is None or (row.waits_for or row.name) in goes_to)
        ),
        pending=agent.pending,
        features_enabled=now.signed_in and now.says("features"),
        signed_in=agent.signed_in,
        capabilities={name: standing.capability(state, agent, one) for name, one in state.channels.items()},
        queues={queue: agent.memberships[queue].logged_in for queue in memberships},
        skills={skill: level for skill, level in agent.skills.items() if level},
        interactions=tuple(sorted(agent.held)),
        wrap_ups=tuple(sorted(agent.wrap_ups)),
        ready_channels=frozenset(state.queues[queue].channel for queue in ready),
        since_ns=agent.since_ns,
        seconds_in_status={name: ns / SECOND_NS for name, ns in spent.items() if ns},
        user=tuple(agent.user),
        ready_toggle=None if model.toggle is None else agent.toggle,
        external_presence=None if model.external_presence is None else agent.external,
        can_stop_new=rule is not None and not agent.stop_new and bool({*now.handled} & {*rule.channels}),
        may_sign_out=may_sign_out,
        status_until=agent.until_ns if agent.until_ns is None or agent.until_ns > state.now_ns else None,
        wrap_up_until=max((wrap.until_ns for wrap in agent.wrap_ups.values()), default=None),
        parked=tuple(sorted(agent.parked)),
        role=agent.role,
        team=agent.team,
        units=agent.units,
        queue_status={
            queue: standing.status_in(state, now, agent.memberships[queue]) for queue in memberships
        },
        devices={
            channel: tuple(sorted(names, key=lambda name: (name is not None, name or "")))
            for channel, names in agent.devices.items()
        },
        connected=agent.connected,
    )


def waiting(state: State, queue: str) -> list[Interaction]:
    """The interactions that wait in the queue, in queue order. O(interactions log interactions)."""
    credit_ns = duration_ns("seconds_per_priority", state.queues[queue].settings["seconds_per_priority"])
    found = [one for one in state.interactions.values() if one.queue == queue and one.state == "Queued"]
    return sorted(
        found, key=lambda one: (one.queued_at_ns - one.priority * credit_ns, one.queued_at_ns, one.id)
    )


def queue_view(state: State, queue: Queue) -> QueueView:
    """The queue at the mirror's current instant. O(agents x memberships + interactions)."""
    logged_in = ready = serving = members = 0
    for agent in state.agents.values():
        member = agent.memberships.get(queue.name)
        if member is None:
            continue
        members += 1
        now = standing.standing(state, agent)
        logged_in += member.logged_in and standing.in_service(now)
        serving += standing.serves(state, agent, queue.name, now)
        ready += queue.name in standing.ready_in(state, agent, now) and queue.requirement.evaluate(
            agent.skills
        )
    waits = waiting(state, queue.name)
    oldest_at = min((one.queued_at_ns for one in waits), default=None)
    counts = queue.counts
    judged = counts["answered"] + counts["abandoned"] - counts["short_abandons"] + counts["timed_out"]
    figures = {name: count for name, count in counts.items() if name != "in_target"}
    return QueueView(
        name=queue.name,
        index=queue.index,
        channel=queue.channel,
        group=queue.settings["group"],
        presence=queue.presence,
        logged_in=logged_in,
        ready=ready,
        serving=serving,
        waiting=len(waits),
        oldest_wait=0.0 if oldest_at is None else (state.now_ns - oldest_at) / SECOND_NS,
        estimated_wait=_estimated(queue, len(waits) + 1, serving),
        members=members,
        figures={
            **figures,
            "offered": counts["entered"],
            "mean_wait": queue.answered_wait_ns / counts["answered"] / SECOND_NS
            if counts["answered"]
            else None,
            "service_level": counts["in_target"] / judged if judged else None,
            "mean_handling": queue.handling_ns / queue.handled / SECOND_NS if queue.handled else None,
        },
        oldest_at=oldest_at,
    )


def _estimated(queue: Queue, position: int, serving: int) -> float | None:
    if not queue.recent_ns or not serving:
        return None
    return position * sum(queue.recent_ns) / len(queue.recent_ns) / serving / SECOND_NS


def interaction_view(state: State, one: Interaction) -> InteractionView:
    """The interaction at the mirror's current instant. O(1); for a waiting one, the cost of its queue's
    view."""
    position = estimated = None
    if one.state == "Queued" and one.queue is not None:
        position = 1 + [other.id for other in waiting(state, one.queue)].index(one.id)
        serving = queue_view(state, state.queues[one.queue]).serving
        estimated = _estimated(state.queues[one.queue], position, serving)
    waited_ns = state.now_ns - one.queued_at_ns if one.waited_ns is None else one.waited_ns
    spent_ns = state.now_ns - one.since_ns
    return InteractionView(
        id=one.id,
        state=one.state,
        channel=one.channel,
        queue=one.queue,
        agent=one.agent,
        waited=waited_ns / SECOND_NS,
        ref=one.ref,
        priority=one.priority,
        preferred=None if one.state in OVER else one.preferred,
        position=position,
        estimated_wait=estimated,
        offers=tuple(sorted(one.offers)),
        leg=one.linked,
        callback=one.callback,
        user=None if one.user is None else tuple(one.user),
        queued_at=one.queued_at_ns,
        since=one.since_ns,
        handled=(one.handled_ns + (spent_ns if one.state in HANDLED else 0)) / SECOND_NS,
        held=(one.on_hold_ns + (spent_ns if one.state == "On Hold" else 0)) / SECOND_NS,
        offer_until=min((due for _, _, due in one.offers.values()), default=None),
        reason=one.reason,
    )
