"""Lists of agents, members and waiting interactions, by plain loops over everything."""

from __future__ import annotations

from huntgroup.shown import AgentView, MemberRow
from huntgroup.testing.reference import channels, eligibility, presence, views, waiting
from huntgroup.testing.reference.requirement import Requirement
from huntgroup.testing.reference.state import SECOND, Agent, Centre, Channel, Interaction, Queue


def agents(
    centre: Centre,
    after: Agent | None,
    limit: int | None,
    search: str | None,
    skill: Requirement | None,
    status: str | None,
    capability: Channel | None,
    queue: Queue | None,
    team: str | None,
) -> list[AgentView]:
    """The agents who meet all conditions given, by index."""
    found = []
    for agent in centre.present_agents():
        if after is not None and agent.index <= after.index:
            continue
        if search is not None and search.casefold() not in agent.name.casefold():
            continue
        if skill is not None and not eligibility.meets(centre, agent, [skill]):
            continue
        if status is not None and presence.standing(centre, agent).shown.name != status:
            continue
        if capability is not None and channels.capability_shown(centre, agent, capability) == "absent":
            continue
        if queue is not None and queue.index not in agent.memberships:
            continue
        if team is not None and agent.team != team:
            continue
        found.append(views.agent_view(centre, agent))
    return found if limit is None else found[:limit]


def members(centre: Centre, queue: Queue) -> list[MemberRow]:
    """The queue's members, by index."""
    rows = []
    for agent in centre.present_agents():
        membership = agent.memberships.get(queue.index)
        if membership is None:
            continue
        now = presence.standing(centre, agent)
        held = [centre.live[number] for number in agent.held]
        rows.append(
            MemberRow(
                agent.name,
                now.shown.name,
                presence.status_in(centre, now, membership),
                membership.logged_in,
                queue.index in eligibility.shown_ready(centre, agent, now),
                membership.tier,
                membership.rank,
                membership.delay_ns / SECOND,
                membership.limit,
                sum(interaction.queue == queue.index for interaction in held),
            )
        )
    return rows


def in_order(centre: Centre, queue: Queue, limit: int | None, after: Interaction | None) -> list[int]:
    """The ids of the waiting interactions behind `after`, which itself may wait or not."""
    keys = sorted((waiting.order_key(centre, i), i.id) for i in centre.waiting(queue))
    if after is not None:
        credit_ns = after.priority * queue.credit_ns
        place = (after.queued_at_ns - credit_ns, after.queued_at_ns, after.id)
        keys = [key for key in keys if key[0] > place]
    ids = [number for _, number in keys]
    return ids if limit is None else ids[:limit]
