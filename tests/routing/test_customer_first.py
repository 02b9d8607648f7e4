"""Callbacks for which the customer is dialled before any agent is asked."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg


def desk(make_engine: Any, **settings: Any) -> Any:
    """Anna is busy, and one who waits has asked to be called back first."""
    play = make_engine()
    play.add_queue("desk", callback_attempts=2, callback_retry=60, ask_again_after=0, **settings)
    play.here("anna", "desk")
    play.busy = play.take("desk", "anna")
    play.call = play.enqueue("desk")
    play.request_callback(play.call, first="customer")
    return play


@pytest.mark.rule("CALL-6", "STATE-3", "EXPL-1")
def test_the_customer_is_dialled_when_an_agent_could_be_asked(make_engine: Any) -> None:
    play = desk(make_engine)
    assert play.state(play.call) == "Queued"
    play.poll()
    play.end(play.busy)
    view = play.interaction(play.call)
    assert (view.state, view.agent) == ("Dialing", None)
    told = [event for event in play.poll() if event.interaction == play.call]
    assert [(event.kind, event.agent, event.queue) for event in told] == [("dialing", None, "desk")]
    assert play.agent("anna").interactions == ()
    assert play.queue("desk").ready == 1
    assert play.explain(play.call)["decision"] is None


@pytest.mark.rule("CALL-7")
def test_who_answers_waits_at_the_old_place_and_comes_next(make_engine: Any) -> None:
    play = desk(make_engine)
    play.end(play.busy)
    play.after(10)
    other = play.enqueue("desk")
    assert play.offered_to(other) == "anna"
    play.accept(other)
    third = play.enqueue("desk")
    play.answered(play.call)
    assert play.states([play.call, third]) == ["Queued", "Queued"]
    play.end(other)
    assert play.offered_to(play.call) == "anna"
    play.accept(play.call)
    assert play.state(play.call) == "Handling"
    assert play.queue("desk").metrics()["answered"] == 3


@pytest.mark.rule("CALL-7", "CALL-4", "CALL-5", "CHANGE-22")
def test_who_does_not_answer_is_dialled_as_often_as_the_queue_says(make_engine: Any) -> None:
    play = desk(make_engine)
    play.end(play.busy)
    play.poll()
    play.end(play.call)
    assert [event.kind for event in play.poll()] == ["callback_retry"]
    assert play.reasons("anna", play.call) == [("callback", play.now_ns / 10**9 + 60)]
    play.after(60)
    assert play.state(play.call) == "Dialing"
    play.end(play.call, reason="no answer")
    assert play.state(play.call) == "Completed"
    figures = play.queue("desk").metrics()
    assert (figures["entered"], figures["answered"], figures["callback_failed"]) == (2, 1, 1)


@pytest.mark.rule("CALL-7", "CALL-2")
def test_a_dialled_customer_can_be_neither_put_back_nor_abandoned_nor_called_back_twice(
    make_engine: Any,
) -> None:
    play = desk(make_engine)
    play.end(play.busy)
    for command in (play.put_back, play.abandon, play.hold, play.request_callback):
        with pytest.raises(hg.IllegalTransition):
            command(play.call)
    busy = play.take("desk", "anna")
    play.answered(play.call)
    with pytest.raises(hg.IllegalTransition):
        play.request_callback(play.call)
    play.abandon(play.call)
    play.end(busy)
    assert play.queue("desk").metrics()["abandoned"] == 1


@pytest.mark.rule("CALL-7", "CALL-1")
def test_max_wait_does_not_send_away_whom_we_called(make_engine: Any) -> None:
    play = desk(make_engine, max_wait=30)
    play.end(play.busy)
    play.after(100)
    busy = play.take("desk", "anna")
    play.answered(play.call)
    play.after(100)
    assert play.state(play.call) == "Queued"
    play.end(busy)
    assert play.offered_to(play.call) == "anna"


@pytest.mark.rule("CALL-6", "ELIG-6")
def test_max_handled_limits_how_many_customers_are_dialled_at_once(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("desk", max_handled=2)
    calls = three_to_be_dialled(play)
    for name in ("anna", "ben", "carl"):
        play.here(name, "desk")
    assert play.states(calls) == ["Dialing", "Dialing", "Queued"]
    play.end(calls[0])
    assert play.states(calls) == ["Queued", "Dialing", "Dialing"]


def three_to_be_dialled(play: Any, queue: str = "desk") -> list[int]:
    calls = [play.enqueue(queue) for _ in range(3)]
    for call in calls:
        play.request_callback(call, first="customer")
    assert play.states(calls) == ["Queued"] * 3
    return calls


STRATEGIES = ("longest_idle", "linear", "random", "ring_all", "least_occupied", "round_robin")


@pytest.mark.rule("CALL-6", "ELIG-10")
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_one_customer_is_dialled_for_each_agent_who_is_free(make_engine: Any, strategy: str) -> None:
    play = make_engine()
    play.add_queue("desk", strategy=strategy)
    calls = three_to_be_dialled(play)
    play.here("anna", "desk")
    assert play.states(calls) == ["Dialing", "Queued", "Queued"]
    assert play.reasons("anna", calls[1]) == [("callback", None)]
    play.here("ben", "desk")
    assert play.states(calls) == ["Dialing", "Dialing", "Queued"]
    ordinary = play.enqueue("desk")
    assert play.state(ordinary) == "Offered"


@pytest.mark.rule("CALL-6", "CALL-7", "ELIG-10")
def test_an_agent_of_many_queues_has_one_customer_dialled_in_all_of_them(make_engine: Any) -> None:
    play = make_engine()
    queues = ("one", "two", "three")
    for queue in queues:
        play.add_queue(queue, callback_retry=60)
    calls = [three_to_be_dialled(play, queue)[0] for queue in queues]
    play.here("anna", *queues)
    assert play.states(calls) == ["Dialing", "Queued", "Queued"]
    # The dialling is over: the next one is dialled for the agent.
    play.end(calls[0])
    assert play.states(calls) == ["Queued", "Queued", "Queued"]
    assert play.state(calls[0] + 1) == "Dialing"
    play.answered(calls[0] + 1)
    assert play.offered_to(calls[0] + 1) == "anna"


@pytest.mark.rule("CALL-6", "CALL-7")
def test_who_is_dialled_for_takes_other_work_and_may_go(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("desk")
    first, second, third = three_to_be_dialled(play)
    play.here("anna", "desk")
    other = play.enqueue("desk")
    assert play.offered_to(other) == "anna"
    play.accept(other)
    play.end(other)
    # Free again, and still one is dialled for her.
    assert play.states([first, second]) == ["Dialing", "Queued"]
    play.remove_agent("anna")
    play.answered(first)
    assert play.states([first, second]) == ["Queued", "Queued"]
    play.here("ben", "desk")
    assert play.offered_to(first) == "ben"
    play.reject(first)
    assert play.states([second, third]) == ["Dialing", "Queued"]


@pytest.mark.rule("CALL-6", "MATCH-9")
def test_the_customer_is_dialled_for_the_preferred_agent_alone(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("desk", preferred_wait=100)
    play.here("anna", "desk")
    play.here("ben", "desk")
    held = [play.take("desk", "anna"), play.take("desk", "ben")]
    calls = [play.enqueue("desk", preferred="ben") for _ in range(2)]
    for call in calls:
        play.request_callback(call, first="customer")
    play.end(held[0])
    assert play.states(calls) == ["Queued", "Queued"]
    play.end(held[1])
    assert play.states(calls) == ["Dialing", "Queued"]
    assert play.reasons("anna", calls[1])[0][0] == "preferred"
    # Kept for ben no more, it is dialled for anna.
    play.after(100)
    assert play.states(calls) == ["Dialing", "Dialing"]


@pytest.mark.rule("CALL-6", "CHANGE-3")
def test_one_that_is_assigned_is_dialled_by_its_agent(make_engine: Any) -> None:
    play = desk(make_engine)
    play.here("ben")
    play.assign(play.call, "ben")
    play.accept(play.call)
    view = play.interaction(play.call)
    assert (view.state, view.agent) == ("Dialing", "ben")
    play.answered(play.call)
    assert play.state(play.call) == "Handling"


@pytest.mark.rule("CALL-6")
def test_first_is_the_agent_or_the_customer(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("desk")
    call = play.enqueue("desk")
    for wrong in ("both", None, 1):
        with pytest.raises(hg.ConfigError, match="first"):
            play.request_callback(call, first=wrong)
