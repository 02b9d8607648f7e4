"""Events about interactions: from arrival to the end of the last wrap-up."""

from __future__ import annotations

from typing import Any

from huntgroup.limits import RECENT
from huntgroup.mirror import building
from huntgroup.mirror.state import HANDLED, OVER, TALKING, Agent, Interaction, State, WrapUp
from huntgroup.settings.durations import duration_ns


def enter(state: State, one: Interaction, name: str) -> None:
    """Puts the interaction into this state from now on."""
    spent = state.now_ns - one.since_ns
    one.handled_ns += spent if one.state in HANDLED else 0
    one.on_hold_ns += spent if one.state == "On Hold" else 0
    one.state, one.since_ns = name, state.now_ns


def person(state: State, name: str) -> Agent:
    """The agent of this name, also one who was just removed."""
    return state.agents[name] if name in state.agents else state.leaving[name]


def _new(state: State, event: Any, name: str) -> Interaction:
    one = Interaction(event.interaction, event.channel, name, event.at_ns, event.at_ns, queue=event.queue)
    if event.channel is None:
        one.channel = state.queues[event.queue].channel
    if event.interaction in state.legs:
        parent = state.interactions[state.legs.pop(event.interaction)]
        parent.linked, one.linked, one.is_leg = one.id, parent.id, True
    state.interactions[one.id] = one
    state.begun = True
    return one


def _count(state: State, queue: str | None, name: str, by: int = 1) -> None:
    if queue is not None and queue in state.queues:
        state.queues[queue].counts[name] += by


def _enters(state: State, one: Interaction, queue: str) -> None:
    one.queue, one.entry_is_open, one.recall = queue, True, False
    _count(state, queue, "entered")


def _closes(one: Interaction) -> bool:
    was_open, one.entry_is_open = one.entry_is_open, False
    return was_open


def _new_wait(state: State, one: Interaction) -> None:
    one.queued_at_ns, one.waited_ns, one.agent = state.now_ns, None, None


# --- waiting ----------------------------------------------------------------------------------------------


def queued(state: State, event: Any) -> None:
    one = state.interactions.get(event.interaction)
    if one is None:
        one = _new(state, event, "Queued")
    else:
        _new_wait(state, one)
        enter(state, one, "Queued")
    one.priority = -1 if event.value is None else event.value
    one.preferred = None if event.other is None else state.agent_names[event.other]
    _enters(state, one, event.queue)


def arrival_noted(state: State, event: Any) -> None:
    one = state.interactions[event.interaction]
    one.queued_at_ns = event.other
    if event.status_to == 1:
        one.ref = -1 if event.value is None else event.value
    elif event.status_to == 2:
        one.ref = event.text


def interaction_updated(state: State, event: Any) -> None:
    one = state.interactions[event.interaction]
    one.priority = -1 if event.value is None else event.value
    one.preferred = None if event.other is None else state.agent_names[event.other]


def callback_requested(state: State, event: Any) -> None:
    state.interactions[event.interaction].callback = True


def overflowed(state: State, event: Any) -> None:
    one = state.interactions[event.interaction]
    _count(state, one.queue, "overflowed", int(_closes(one)))
    _enters(state, one, event.queue)


def moved(state: State, event: Any) -> None:
    one = state.interactions[event.interaction]
    _count(state, one.queue, "moved", int(_closes(one)))
    one.agent = None
    enter(state, one, "Queued")
    _enters(state, one, event.queue)


def entry_refused(state: State, event: Any) -> None:
    _count(state, event.queue, f"refused_{event.reason}")


# --- offers -----------------------------------------------------------------------------------------------


def offered(state: State, event: Any) -> None:
    one = state.interactions.get(event.interaction)
    if one is None:
        one = _new(state, event, "Offered")
    enter(state, one, "Offered")
    rings_all = (
        event.queue is not None
        and event.reason is None
        and (state.queues[event.queue].settings["strategy"] == "ring_all")
    )
    one.agent = None if rings_all else event.agent
    one.offers[event.offer] = (event.agent, event.queue, event.value)
    agent = person(state, event.agent)
    agent.held.add(one.id)
    if agent.name in state.newcomers:
        # The step that adds an agent has no status_changed event for it.
        agent.shown = building.first_shown(state, agent)


def offer_ended(state: State, event: Any) -> None:
    """An offer was rejected, expired or was withdrawn. Other agents may still ring; else the interaction
    waits again, or the event that follows ends it."""
    one = state.interactions[event.interaction]
    del one.offers[event.offer]
    person(state, event.agent).held.discard(one.id)
    if one.state == "Offered" and not one.offers:
        one.agent = None
        if one.queue is not None or one.recall:
            one.recall = False
            enter(state, one, "Queued")


def accepted(state: State, event: Any) -> None:
    one, agent = state.interactions[event.interaction], state.agents[event.agent]
    del one.offers[event.offer]
    one.agent, one.recall, one.handled_since_ns = agent.name, False, event.at_ns
    one.answer_counted = False
    if one.callback:
        enter(state, one, "Dialing")
    else:
        enter(state, one, "Handling")
        one.waited_ns = event.at_ns - one.queued_at_ns
        if event.queue is not None:
            _count_answer(state, one)
    if event.queue is not None and state.model is not None:
        agent.accept_sets = state.model.status(agent.base).after_accept


def _count_answer(state: State, one: Interaction) -> None:
    if one.queue is None or one.waited_ns is None or not _closes(one):
        return
    queue = state.queues[one.queue]
    one.answer_counted = True
    one.in_target = one.waited_ns <= duration_ns("service_level", queue.settings["service_level"][0])
    queue.counts["answered"] += 1
    queue.counts["in_target"] += one.in_target
    queue.answered_wait_ns += one.waited_ns


def dialing(state: State, event: Any) -> None:
    """A new interaction is dialled, or a callback that an agent accepted, or one that dials its customer
    first."""
    if event.interaction in state.interactions:
        if event.agent is None:
            enter(state, state.interactions[event.interaction], "Dialing")
        return
    one = _new(state, event, "Dialing")
    one.agent, one.waited_ns, one.handled_since_ns = event.agent, 0, event.at_ns
    state.agents[event.agent].held.add(one.id)


def answered(state: State, event: Any) -> None:
    one = state.interactions[event.interaction]
    if one.agent is None:
        # The customer was dialled first and answered: the interaction waits for an agent now.
        one.callback = False
        enter(state, one, "Queued")
        return
    enter(state, one, "Handling")
    if one.callback:
        one.waited_ns = event.at_ns - one.queued_at_ns
        _count_answer(state, one)


# --- while it is handled ----------------------------------------------------------------------------------


def held(state: State, event: Any) -> None:
    enter(state, state.interactions[event.interaction], "On Hold")


def retrieved(state: State, event: Any) -> None:
    enter(state, state.interactions[event.interaction], "Handling")


def consulting(state: State, event: Any) -> None:
    enter(state, state.interactions[event.interaction], "Consulting")
    if event.other is not None:
        state.legs[event.other] = event.interaction


def conferenced(state: State, event: Any) -> None:
    enter(state, state.interactions[event.interaction], "In Conference")


def consult_ended(state: State, event: Any) -> None:
    one = state.interactions[event.interaction]
    _unlink(state, one)
    if one.state in HANDLED:
        enter(state, one, "Handling")


def _unlink(state: State, one: Interaction) -> None:
    if one.linked is not None:
        other = state.interactions.get(one.linked)
        one.linked = None
        if other is not None:
            other.linked = None


def callback_retry(state: State, event: Any) -> None:
    one = state.interactions[event.interaction]
    if event.agent is not None:
        state.agents[event.agent].held.discard(one.id)
    one.agent = one.waited_ns = one.handled_since_ns = None
    enter(state, one, "Queued")


def put_back(state: State, event: Any) -> None:
    one = state.interactions[event.interaction]
    state.agents[event.agent].held.discard(one.id)
    if one.answer_counted and one.queue is not None and one.waited_ns is not None:
        queue = state.queues[one.queue]
        queue.counts["answered"] -= 1
        queue.counts["in_target"] -= one.in_target
        queue.answered_wait_ns -= one.waited_ns
        one.entry_is_open = True
    one.answer_counted = False
    one.agent = one.waited_ns = one.handled_since_ns = None
    if event.queue is not None:
        enter(state, one, "Queued")


def transferred(state: State, event: Any) -> None:
    one = state.interactions[event.interaction]
    leg = None if one.linked is None else state.interactions[one.linked]
    receiver = None if event.other is None else state.agent_names[event.other]
    if one.state == "Parked":
        if event.agent is not None:
            state.agents[event.agent].parked.discard(one.id)
    else:
        _let_go(state, one, event.agent)
    if event.queue is None and receiver is None:
        one.ending = True
        return
    if leg is not None and leg.state in TALKING and leg.agent == receiver and receiver is not None:
        _take_over(state, one, leg, state.agents[receiver])
        return
    _unlink(state, one)
    one.callback, one.preferred = False, None
    one.recall = event.queue is None and one.queue is None and event.agent is not None
    _new_wait(state, one)


def _take_over(state: State, one: Interaction, leg: Interaction, agent: Agent) -> None:
    agent.held.discard(leg.id)
    agent.held.add(one.id)
    _unlink(state, one)
    one.agent, one.handled_since_ns, one.answer_counted = agent.name, state.now_ns, False
    enter(state, one, "Handling")


def _let_go(state: State, one: Interaction, name: str) -> None:
    """The agent no longer holds the interaction. The next event tells whether a wrap-up adds to the handling
    time."""
    person(state, name).held.discard(one.id)
    if one.handled_since_ns is not None:
        unanswered = one.state == "Dialing"
        state.letting_go = (one.id, None if unanswered else one.queue, state.now_ns - one.handled_since_ns)
        state.let_go_unanswered = unanswered
    one.handled_since_ns = None


def settle(state: State, event: Any) -> None:
    """Completes the handling time of the interaction that was just let go, unless this event starts its
    wrap-up. The time of a dialled interaction that nobody answered is not recorded."""
    if state.letting_go is None:
        return
    number, queue, elapsed_ns = state.letting_go
    if event is not None and event.kind == "wrap_up_started" and event.interaction == number:
        return
    state.letting_go = None
    if not state.let_go_unanswered:
        record(state, queue, elapsed_ns)


def record(state: State, name: str | None, elapsed_ns: int) -> None:
    """Records a complete handling time, wrap-up included."""
    if name is not None and name in state.queues:
        queue = state.queues[name]
        queue.handling_ns += elapsed_ns
        queue.handled += 1
        queue.recent_ns.append(elapsed_ns)
        if len(queue.recent_ns) > RECENT:
            queue.recent_ns.popleft()


def parked(state: State, event: Any) -> None:
    one, agent = state.interactions[event.interaction], state.agents[event.agent]
    agent.held.discard(one.id)
    agent.parked.add(one.id)
    if one.handled_since_ns is not None:
        record(state, one.queue, event.at_ns - one.handled_since_ns)
    one.handled_since_ns = None
    enter(state, one, "Parked")


def resumed(state: State, event: Any) -> None:
    one = state.interactions[event.interaction]
    owner = None if one.agent is None else state.agents.get(one.agent)
    if owner is not None:
        owner.parked.discard(one.id)
    if event.agent is None:
        one.callback = False
        return
    state.agents[event.agent].held.add(one.id)
    one.handled_since_ns, one.answer_counted = event.at_ns, False
    enter(state, one, "Handling")


def ended(state: State, event: Any) -> None:
    one = state.interactions[event.interaction]
    one.reason = event.text
    if one.state == "Parked":
        if event.agent is not None:
            state.agents[event.agent].parked.discard(one.id)
        return
    if one.state == "Dialing" and one.callback:
        _count(state, one.queue, "callback_failed", int(_closes(one)))
    _unlink(state, one)
    if event.agent is not None:
        _let_go(state, one, event.agent)
    if one.is_leg:
        state.letting_go = None
    one.ending = True


# --- afterwards -------------------------------------------------------------------------------------------


def wrap_up_started(state: State, event: Any) -> None:
    one = state.interactions[event.interaction]
    handled_ns = None
    if state.letting_go is not None and not state.let_go_unanswered:
        handled_ns = state.letting_go[2]
    state.letting_go = None
    queue = None if event.queue is None else state.queues[event.queue]
    person(state, event.agent).wrap_ups[one.id] = WrapUp(
        one.channel,
        event.queue,
        event.at_ns,
        event.value,
        "channel" if queue is None else queue.settings["wrap_up_holds"],
        handled_ns,
    )
    if one.ending:
        one.ending = False
        enter(state, one, "Wrap Up")


def wrap_up_extended(state: State, event: Any) -> None:
    person(state, event.agent).wrap_ups[event.interaction].until_ns = event.value


def wrap_up_ended(state: State, event: Any) -> None:
    wrap = person(state, event.agent).wrap_ups.pop(event.interaction)
    if wrap.handled_ns is not None:
        record(state, wrap.queue, wrap.handled_ns + event.at_ns - wrap.began_ns)


def completed(state: State, event: Any) -> None:
    _finish(state, state.interactions[event.interaction], "Completed")


def abandoned(state: State, event: Any) -> None:
    one = state.interactions[event.interaction]
    if one.agent is not None and one.agent in state.agents:
        state.agents[one.agent].parked.discard(one.id)
    one.agent, one.reason = None, event.text
    if one.queue is not None and _closes(one):
        _count(state, one.queue, "abandoned")
        short_ns = duration_ns("short_abandon", state.queues[one.queue].settings.get("short_abandon", 0))
        _count(
            state,
            one.queue,
            "short_abandons",
            int(short_ns > 0 and event.at_ns - one.queued_at_ns <= short_ns),
        )
    _finish(state, one, "Abandoned")


def timed_out(state: State, event: Any) -> None:
    one = state.interactions[event.interaction]
    _count(state, one.queue, "timed_out", int(_closes(one)))
    _finish(state, one, "Abandoned")


def _finish(state: State, one: Interaction, name: str) -> None:
    assert name in OVER
    if one.waited_ns is None:
        one.waited_ns = state.now_ns - one.queued_at_ns
    _unlink(state, one)
    one.preferred = None
    enter(state, one, name)
    state.finished.append(one.id)
    while len(state.finished) > state.keep_finished:
        del state.interactions[state.finished.popleft()]
