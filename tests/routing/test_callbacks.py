"""A waiting caller hangs up, keeps the place, and is dialled when it comes up."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg


def centre(make_engine: Any, **settings: Any) -> Any:
    play = make_engine()
    play.add_queue("calls", callback_attempts=2, callback_retry=300, ask_again_after=0, **settings)
    play.here("anna", "calls", status="Break", skills={"spanish": 5})
    return play


def test_a_callback_keeps_its_place_priority_and_requirement(make_engine: Any) -> None:
    play = centre(make_engine)
    first = play.enqueue("calls", priority=1, requires="spanish >= 4")
    play.after(10)
    second = play.enqueue("calls", priority=1)
    play.request_callback(first)
    view = play.interaction(first)
    assert (view.state, view.priority, view.waited) == ("Queued", 1, 10.0)
    play.set_status("anna", "Ready")
    assert play.offered_to(first) == "anna"
    assert play.state(second) == "Queued"


@pytest.mark.rule("CALL-3")
def test_accepted_it_is_dialled_then_answered(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("calls")
    play.request_callback(call)
    play.set_status("anna", "Ready")
    play.events()
    play.accept(call)
    assert play.kinds(call) == ["accepted", "dialing"]
    assert play.state(call) == "Dialing"
    play.answered(call)
    assert play.state(call) == "Handling"
    play.end(call)
    assert play.state(call) == "Completed"


@pytest.mark.rule("ELIG-10", "CALL-4", "CALL-5")
def test_nobody_there_is_tried_again_after_a_while_and_not_for_ever(make_engine: Any) -> None:
    play = centre(make_engine, wrap_up=30)
    call = play.enqueue("calls")
    play.request_callback(call)
    play.set_status("anna", "Ready")
    play.accept(call)
    play.events()
    play.end(call)
    assert "callback_retry" in play.kinds(call)
    assert play.state(call) == "Queued"
    assert play.agent("anna").ready("voice")  # free at once, no wrap-up
    other = play.enqueue("calls")
    assert play.offered_to(other) == "anna"  # one that has to wait holds nobody back
    play.abandon(other)
    play.after(299)
    assert play.state(call) == "Queued"
    play.after(1)
    assert play.offered_to(call) == "anna"
    play.accept(call)
    play.end(call)
    assert play.state(call) == "Completed"


@pytest.mark.rule("CALL-1")
def test_max_wait_does_not_end_a_callback(make_engine: Any) -> None:
    play = centre(make_engine, max_wait=60)
    call, caller = play.enqueue("calls"), play.enqueue("calls")
    play.request_callback(call)
    play.after(120)
    assert play.states([call, caller]) == ["Queued", "Abandoned"]


def test_a_rejected_callback_keeps_its_place_and_costs_no_attempt(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("calls")
    play.request_callback(call)
    play.set_status("anna", "Ready")
    for _ in range(3):
        play.reject(call)
    assert play.offered_to(call) == "anna"


@pytest.mark.rule("CMD-34", "CALL-2")
def test_only_one_who_waits_can_ask_for_it(make_engine: Any) -> None:
    play = centre(make_engine)
    play.set_status("anna", "Ready")
    call = play.enqueue("calls")
    with pytest.raises(hg.IllegalTransition):
        play.request_callback(call)
    play.accept(call)
    with pytest.raises(hg.IllegalTransition):
        play.request_callback(call)
    with pytest.raises(hg.UnknownInteraction):
        play.request_callback(99)


def test_a_callback_can_be_called_off(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("calls")
    play.request_callback(call)
    play.abandon(call)
    assert play.state(call) == "Abandoned"


@pytest.mark.rule("CALL-5", "CHANGE-22")
def test_a_callback_that_failed_counts_once_even_while_its_wrap_up_runs(make_engine: Any) -> None:
    play = make_engine()
    play.add_channel("task", wrap_up=60, wrap_up_unanswered=True)
    play.add_queue("tasks", channel="task", callback_attempts=1, wrap_up=60)
    play.here("anna", "tasks", status="Break", capacity={"task": 1})
    call = play.enqueue("tasks")
    play.request_callback(call)
    play.set_status("anna", "Ready")
    play.accept(call)
    play.end(call)
    assert play.state(call) == "Wrap Up"
    metrics = play.queue("tasks").metrics()
    assert (metrics["offered"], metrics["answered"], metrics["callback_failed"]) == (1, 0, 1)
    play.after(60)
    assert play.state(call) == "Completed"


def test_the_wrap_up_of_a_callback_that_reached_nobody_is_no_waiting(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", callback_attempts=1, wrap_up=30)
    play.here("anna", "calls", status="Break")
    call = play.enqueue("calls")
    play.request_callback(call)
    play.after(10)
    play.set_status("anna", "Ready")
    play.accept(call)
    play.after(5)
    play.end(call)
    assert play.interaction(call).waited == 15.0
    play.after(7)
    assert play.interaction(call).waited == 15.0
    play.after(60)
    assert (play.state(call), play.interaction(call).waited) == ("Completed", 15.0)
