"""One step from start to end: the command's changes, then what follows from them, then the net events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from huntgroup import Actor
from huntgroup.testing.reference import (
    channels,
    eligibility,
    limits,
    matching,
    offers,
    presence,
    service,
    serving,
    status,
    waiting,
)
from huntgroup.testing.reference.state import QUEUED, Agent, Centre, Profile, Shown, Step, emit


@contextmanager
def step(centre: Centre, by: Agent | Actor | None = None) -> Iterator[Step]:
    """Within this context a command or a timer makes its own changes and events; at its end everything else
    follows. All events of the step tell who gave the command."""
    # STEP-1, STEP-6, STEP-14.
    centre.step_number += 1
    centre.step = Step()
    centre.by = None if by is None else by.name
    yield centre.step
    settle(centre)
    centre.by = None


def settle(centre: Centre) -> None:
    """Sections 1.2 to 1.5 of docs/SEMANTICS.md. O(everything)."""
    # STEP-7, STEP-8, STEP-9, WAIT-11.
    for agent in centre.present_agents():
        status.work_may_have_ended(centre, agent)
    offers.withdraw_fallen(centre)
    for agent in centre.present_agents():
        agent.lowered = {index for index in agent.lowered if channels.is_drained(centre, agent, index)}
    for number in centre.step.put_back:
        interaction = centre.live.get(number)
        if interaction is not None and interaction.state == QUEUED:
            if interaction.queue is None:
                offers.recall(centre, interaction)
                continue
            waiting.bring_up_to_date(centre, interaction)
            # An interaction that left by a limit was not put back.
            if interaction.state == QUEUED:
                centre.step.affected.add(number)
    serving.note_changes(centre)
    note_able(centre)
    # An agent for whom another status than before decides what is received has gained (MATCH-27).
    note_deciding(centre, centre.step.gained)
    matching.match(centre)
    serve_regained(centre)
    limits.settle_limits(centre)
    while serve_regained(centre):
        limits.settle_limits(centre)
    emit_net_events(centre)
    forget_finished(centre)


def serve_regained(centre: Centre) -> bool:
    """MATCH-28: being asked may be a status of its own, so agents may have lost or gained the ability to
    receive, and may have ceased to serve. False if that let nobody in."""
    any_gained = False
    while True:
        note_able(centre)
        centre.step.gained, centre.step.affected = set(), set()
        note_deciding(centre, centre.step.gained)
        serving.note_changes(centre)
        if not centre.step.gained and not centre.step.affected:
            return any_gained
        any_gained = True
        matching.match(centre)


def note_able(centre: Centre) -> None:
    """A membership that became able starts its idle time in this step."""
    # IDLE-2.
    for agent in centre.present_agents():
        able = eligibility.able_queues(centre, agent, presence.standing(centre, agent))
        for membership in agent.memberships.values():
            is_able = membership.queue in able
            if is_able and not membership.was_able:
                membership.able_step = centre.step_number
            membership.was_able = is_able


def note_deciding(centre: Centre, gained: set[int]) -> None:
    """Adds the agents for whom another status than before decides what is received."""
    for agent in centre.present_agents():
        deciding = presence.standing(centre, agent).deciding.name
        if deciding != agent.deciding:
            agent.deciding = deciding
            gained.add(agent.index)


def forget_finished(centre: Centre) -> None:
    """Only the latest finished interactions stay readable."""
    # NUM-9.
    while len(centre.finished) > centre.keep_finished:
        del centre.finished[next(iter(centre.finished))]


# --- net events -----------------------------------------------------------------------------------------


def look(centre: Centre) -> Shown:
    """The state as seen from outside now."""
    shown = Shown()
    staff = service.staff(centre)
    for one in staff:
        agent = one.agent
        capabilities = tuple(channels.capability_shown(centre, agent, channel) for channel in centre.channels)
        shown.agents[agent.index] = (
            one.shown_status,
            agent.pending,
            capabilities,
            (agent.toggle, agent.external, agent.stop_new),
            (agent.selected, agent.base, agent.duration_due_ns),
        )
        if one.is_ready:
            shown.ready.add(agent.index)
    shown.staffing = serving.staffing(centre)
    queues = centre.present_queues()
    for queue in queues:
        shown.queues[queue.index] = service.queue_counts(centre, queue, staff).presence
    for group in centre.groups:
        members = [shown.queues[queue.index] for queue in queues if queue.group == group]
        if members:
            shown.groups[group] = min(members, key=service.PRESENCES.index)
    if shown.queues:
        shown.centre = min(shown.queues.values(), key=service.PRESENCES.index)
    return shown


def emit_net_events(centre: Centre) -> None:
    """Compare the end of the step with the end of the one before. Anything new, or gone, has not changed."""
    # STEP-10, STEP-11, PRES-5, PRES-7.
    serving.note_unstaffed(centre)
    before, now = centre.shown, look(centre)
    centre.shown = now
    for agent in centre.present_agents():
        old = before.agents.get(agent.index)
        new = now.agents[agent.index]
        if old is None:
            agent.status_since_ns = centre.now_ns
            continue
        if old[0] != new[0]:
            agent.status_since_ns = centre.now_ns
            emit(centre, "status_changed", agent=agent, status_from=old[0], status_to=new[0])
        if old[1] != new[1]:
            emit(centre, "pending_changed", agent=agent, status_from=old[1], status_to=new[1])
        # PERM-11.
        (toggle, external, stopped), (was_toggle, was_external, was_stopped) = new[3], old[3]
        if toggle != was_toggle:
            emit(centre, "ready_changed", agent=agent, status_to=int(toggle))
        if external != was_external:
            emit(centre, "external_presence_changed", agent=agent, text=external)
        if stopped != was_stopped:
            emit(centre, "stop_new_changed", agent=agent, status_to=int(stopped))
        # TOLD-5. A duration that ends now has ended.
        had, has = (_running(profile, centre.now_ns) for profile in (old[4], new[4]))
        if had != has:
            emit(
                centre,
                "profile_changed",
                agent=agent,
                status_from=had[0],
                status_to=has[0],
                text=has[1],
                value=has[2],
            )
        # A channel added in between has no state to have changed from.
        for channel, was, is_now in zip(centre.channels, old[2], new[2], strict=False):
            if was != is_now:
                emit(
                    centre,
                    "capability_changed",
                    agent=agent,
                    channel=channel,
                    status_from=was,
                    status_to=is_now,
                )
    if not centre.step.emits_presence:
        return
    for queue in centre.present_queues():
        was_queue, is_queue = before.queues.get(queue.index), now.queues[queue.index]
        if was_queue is not None and was_queue != is_queue:
            emit(centre, "presence_changed", queue=queue, status_from=was_queue, status_to=is_queue)
    for group in centre.groups:
        was_group, is_group = before.groups.get(group), now.groups.get(group)
        if was_group is not None and is_group is not None and was_group != is_group:
            emit(centre, "group_presence_changed", group=group, status_from=was_group, status_to=is_group)
    if before.centre is not None and now.centre is not None and before.centre != now.centre:
        emit(centre, "centre_presence_changed", status_from=before.centre, status_to=now.centre)


def _running(profile: Profile, now_ns: int) -> Profile:
    """An end that is now counts as none."""
    selected, base, due_ns = profile
    return selected, base, None if due_ns is None or due_ns <= now_ns else due_ns
