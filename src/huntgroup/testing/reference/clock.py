"""The passing of time: which timer is next, and what each does. Every timer is found anew by a scan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from huntgroup.testing.reference import offers, open_time, status, waiting
from huntgroup.testing.reference.eligibility import next_relaxation_ns
from huntgroup.testing.reference.state import (
    HANDLED,
    QUEUED,
    Agent,
    Centre,
    Interaction,
    Queue,
)
from huntgroup.testing.reference.step import step

# Timers due at one instant fire in this order, within a kind by id.
WRAP_UP, DURATION, EXPIRY, HOURS, DELAY, RELAXATION, ASKING, OVERFLOW, MAX_WAIT, UNSTAFFED = range(10)


@dataclass(frozen=True, order=True, slots=True)
class Timer:
    """A timer: when it is due, its kind, the id that orders it within the kind, and one more where needed."""

    due_ns: int
    kind: int
    id: int
    second: int = 0


def timers(centre: Centre) -> Iterator[Timer]:
    """Every timer that runs. O(everything)."""
    # STEP-4.
    for agent in centre.present_agents():
        for wrap_up in agent.wrap_ups.values():
            yield Timer(wrap_up.due_ns, WRAP_UP, wrap_up.interaction, agent.index)
        if agent.duration_due_ns is not None:
            yield Timer(agent.duration_due_ns, DURATION, agent.index)
    for offer in centre.offers.values():
        yield Timer(offer.due_ns, EXPIRY, offer.id)
    for queue in centre.present_queues():
        if queue.hours_due_ns is not None:
            yield Timer(queue.hours_due_ns, HOURS, queue.index)
    for interaction in centre.waiting():
        yield from _waiting_timers(centre, interaction)


def _waiting_timers(centre: Centre, interaction: Interaction) -> Iterator[Timer]:
    # WAIT-7.
    queue = centre.queue_of(interaction)
    assert queue is not None
    delays = [
        interaction.entered_at_ns + agent.memberships[queue.index].delay_ns
        for agent in centre.present_agents()
        if queue.index in agent.memberships
    ]
    asking = [asked_at + queue.ask_again_ns for asked_at in interaction.last_asked().values()]
    if interaction.preferred is not None:
        kept_until = open_time.due_ns(queue, interaction.queued_at_ns, queue.preferred_wait_ns)
        if kept_until is not None:
            asking.append(kept_until)
    if interaction.callback_not_before_ns is not None:
        asking.append(interaction.callback_not_before_ns)
    delays = [due for due in delays if due > interaction.delays_done_ns]
    asking = [due for due in asking if due > interaction.waits_done_ns]
    due_by_kind = (
        (DELAY, min(delays, default=None)),
        (RELAXATION, next_relaxation_ns(interaction, queue)),
        (ASKING, min(asking, default=None)),
        (OVERFLOW, waiting.overflow_due_ns(centre, interaction)),
        (MAX_WAIT, waiting.max_wait_due_ns(centre, interaction)),
        (UNSTAFFED, waiting.unstaffed_due_ns(centre, interaction)),
    )
    for kind, due_ns in due_by_kind:
        if due_ns is not None:
            yield Timer(due_ns, kind, interaction.id)


def begin_time(centre: Centre, start_ns: int) -> None:
    """The first instant given is the start (STEP-15): everything so far was built at it, and the queues are
    open or closed as their hours say of it (STEP-16)."""
    if centre.begun:
        return
    centre.begun = True
    if centre.last_interaction or start_ns == centre.now_ns:
        return
    later = start_ns - centre.now_ns
    centre.now_ns = start_ns
    for agent in centre.agents:
        agent.status_since_ns += later
        if agent.duration_due_ns is not None:
            agent.duration_due_ns += later
        # TOLD-9: the events so far move by as much, so no event is needed.
        if agent.index in centre.shown.agents:
            status, pending, capabilities, switches, _ = centre.shown.agents[agent.index]
            profile = (agent.selected, agent.base, agent.duration_due_ns)
            centre.shown.agents[agent.index] = (status, pending, capabilities, switches, profile)
    for queue in centre.queues:
        queue.unstaffed_since_ns += later
    with step(centre):
        for queue in centre.present_queues():
            look_at_hours(centre, queue)


def pass_time(centre: Centre, to_ns: int) -> None:
    """Fire every timer due by then, each a step of its own, and let the clock stand at `to_ns`."""
    while True:
        timer = min(timers(centre), default=None)
        if timer is None or timer.due_ns > to_ns:
            break
        move_clock(centre, max(timer.due_ns, centre.now_ns))
        with step(centre):
            fire(centre, timer)
    move_clock(centre, to_ns)


def move_clock(centre: Centre, to_ns: int) -> None:
    """The clock moves and nothing else happens: each agent's time is added to what the agent spent it on."""
    elapsed_ns = to_ns - centre.now_ns
    if elapsed_ns:
        for agent in centre.present_agents():
            spend(centre, agent, elapsed_ns)
    centre.now_ns = to_ns


def spend(centre: Centre, agent: Agent, elapsed_ns: int) -> None:
    """So much time has passed for the agent in its present state."""
    shown = centre.shown.agents[agent.index][0]
    agent.status_ns[shown] = agent.status_ns.get(shown, 0) + elapsed_ns
    held = [centre.live[number] for number in agent.held]
    if any(i.state in HANDLED and i.agent == agent.index for i in held):
        agent.busy_ns += elapsed_ns
    elif agent.index in centre.shown.ready:
        agent.ready_ns += elapsed_ns


def fire(centre: Centre, timer: Timer) -> None:
    """What the timer does, within its step."""
    if timer.kind == WRAP_UP:
        agent = centre.agents[timer.second]
        status.end_wrap_up(centre, agent, agent.wrap_ups[timer.id])
    elif timer.kind == DURATION:
        status.duration_ran_out(centre, centre.agents[timer.id])
    elif timer.kind == EXPIRY:
        _expire(centre, timer.id)
    elif timer.kind == HOURS:
        look_at_hours(centre, centre.queues[timer.id])
    else:
        _fire_waiting(centre, timer.kind, centre.live[timer.id])


def _expire(centre: Centre, offer_id: int) -> None:
    # CMD-25.
    offer = centre.offers[offer_id]
    offers.decline(centre, offer, "expired")
    status.missed(centre, centre.agents[offer.agent], offers.offer_queue(centre, offer))


def look_at_hours(centre: Centre, queue: Queue) -> None:
    """Is the queue open now, and when will that change?"""
    # HOURS-1, HOURS-3.
    if queue.hours is None:
        queue.is_open, queue.hours_due_ns = True, None
    else:
        queue.is_open = queue.hours.is_open(centre.now_ns)
        queue.hours_due_ns = queue.hours.next_change(centre.now_ns)
    if queue.is_open:
        # Interactions that entered while it was closed are looked at from now on (HOURS-4).
        for interaction in centre.waiting(queue):
            if interaction.shut:
                interaction.shut = False
                centre.step.affected.add(interaction.id)


def _fire_waiting(centre: Centre, kind: int, interaction: Interaction) -> None:
    # MATCH-2.
    assert interaction.state == QUEUED
    if kind == DELAY:
        interaction.delays_done_ns = centre.now_ns
    elif kind == RELAXATION:
        if not waiting.relax(centre, interaction):
            return
    elif kind == ASKING:
        interaction.waits_done_ns = centre.now_ns
    elif kind in (MAX_WAIT, UNSTAFFED):
        waiting.time_out(centre, interaction)
    elif not waiting.overflow(centre, interaction):
        return
    centre.step.affected.add(interaction.id)
