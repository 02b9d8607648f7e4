"""D: console status. Work sets Busy and Post Processing by itself, and nobody leaves them early."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg

CHOICES = ("Available", "Working Offline", "On Break")


def centre(make_engine: Any, model: Any = "console_status", wrap_up: float = 0, **dan: Any) -> Any:
    """A voice and a chat service; dan takes one call or three chats; Available unless told otherwise."""
    play = make_engine(model)
    play.add_queue("calls", channel="voice", wrap_up=wrap_up)
    play.add_queue("chats", channel="chat", wrap_up=wrap_up)
    given: dict[str, Any] = {
        "queues": ["calls", "chats"],
        "devices": ["voice"],
        "capacity": {"voice": 1, "chat": 3},
        "signed_in": True,
        "status": "Available",
    }
    play.add_agent("dan", **{**given, **dan})
    play.events()
    return play


def refuses_every_choice(play: Any) -> None:
    """No status can be chosen, and there is no way out by the door."""
    for status in CHOICES:
        with play.refused(hg.NotSelectable, status):
            play.set_status("dan", status)
    with play.refused(hg.NotSelectable, "dan"):
        play.sign_out("dan")
    assert list(play.agent("dan").selectable) == []


# --- D1 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("D1")
def test_d1_available_receives(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("calls")
    assert (play.offered_to(call), play.status("dan")) == ("dan", "Offered")


@pytest.mark.spec("D1")
@pytest.mark.parametrize("to", ["Working Offline", "On Break"])
def test_d1_from_available_to_working_offline_or_on_break(make_engine: Any, to: str) -> None:
    play = centre(make_engine)
    play.set_status("dan", to)
    assert play.status("dan") == to
    assert play.state(play.enqueue("calls")) == "Queued"


@pytest.mark.spec("D1")
def test_d1_and_nothing_else(make_engine: Any) -> None:
    play = centre(make_engine)
    assert set(play.agent("dan").selectable) - {"Available"} == {"Working Offline", "On Break"}
    for status in ("Busy", "Busy (Stop New)", "Post Processing", "Offered", "Logged Out"):
        with play.refused(hg.NotSelectable, status):
            play.set_status("dan", status)
    with play.refused(hg.NotSelectable, "dan"):
        play.sign_out("dan")
    assert play.status("dan") == "Available"


@pytest.mark.spec("D1")
def test_d1_a_status_of_another_model_is_unknown(make_engine: Any) -> None:
    play = centre(make_engine)
    with play.refused(hg.UnknownStatus, "Lunch"):
        play.set_status("dan", "Lunch")


@pytest.mark.spec("D1")
def test_d1_sign_in_starts_in_working_offline(make_engine: Any) -> None:
    play = centre(make_engine, signed_in=False, status=None)
    assert play.status("dan") == "Logged Out"
    call = play.enqueue("calls")
    play.sign_in("dan")
    assert play.status("dan") == "Working Offline"
    assert play.state(call) == "Queued"
    play.set_status("dan", "Available")
    assert play.offered_to(call) == "dan"


# --- D2 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("D2")
@pytest.mark.parametrize("queue", ["calls", "chats"])
def test_d2_accepting_sets_busy_by_itself(make_engine: Any, queue: str) -> None:
    play = centre(make_engine)
    call = play.enqueue(queue)
    assert play.status("dan") == "Offered"
    play.accept(call)
    assert play.status("dan") == "Busy"
    refuses_every_choice(play)
    play.end(call)
    assert play.status("dan") == "Available"
    play.set_status("dan", "On Break")
    assert play.status("dan") == "On Break"


@pytest.mark.spec("D2")
def test_d2_a_busy_agent_receives_no_queued_interaction(make_engine: Any) -> None:
    play = centre(make_engine, capacity={"voice": 2, "chat": 3})
    call = play.take("calls", "dan")
    second, chat = play.enqueue("calls"), play.enqueue("chats")
    assert (play.state(second), play.state(chat)) == ("Queued", "Queued")
    assert play.rules("dan", second) == ["status"]
    assert (play.queue("calls").ready, play.queue("calls").presence) == (0, "busy")
    play.end(call)
    assert play.offered_to(second) == "dan"


@pytest.mark.spec("D2")
@pytest.mark.parametrize("step", ["hold", "consult", "conference"])
def test_d2_busy_lasts_through_every_state_of_the_transaction(make_engine: Any, step: str) -> None:
    play = centre(make_engine)
    play.add_agent("ellen", devices=["voice"], signed_in=True, status="Available")
    call = play.take("calls", "dan")
    if step == "hold":
        play.hold(call)
    else:
        play.accept(play.consult(call, "ellen"))
        if step == "conference":
            play.conference(call)
    assert play.status("dan") == "Busy"
    refuses_every_choice(play)


@pytest.mark.spec("D2", "D3")
def test_d2_no_direct_call_during_the_transaction_and_its_post_processing(make_engine: Any) -> None:
    play = centre(make_engine, wrap_up=30, capacity={"voice": 2})
    call = play.take("calls", "dan")
    with play.refused(hg.NotReachable, "dan"):
        play.direct("dan", "voice")
    play.end(call)
    assert play.status("dan") == "Post Processing"
    with play.refused(hg.NotReachable, "dan"):
        play.direct("dan", "voice")
    play.after(30)
    assert play.offered_to(play.direct("dan", "voice")) == "dan"


# --- D3 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("D3")
def test_d3_post_processing_by_itself_and_then_available(make_engine: Any) -> None:
    play = centre(make_engine, wrap_up=45)
    call = play.take("calls", "dan")
    waiting = play.enqueue("calls")
    play.end(call)
    assert (play.status("dan"), play.state(call)) == ("Post Processing", "Wrap Up")
    refuses_every_choice(play)
    assert "wrap_up" in play.rules("dan", waiting)
    play.after(44.999999999)
    assert play.status("dan") == "Post Processing"
    assert play.state(waiting) == "Queued"
    play.after(0.000000001)
    assert play.state(call) == "Completed"
    assert play.offered_to(waiting) == "dan"
    play.abandon(waiting)
    assert play.status("dan") == "Available"


@pytest.mark.spec("D3")
@pytest.mark.rule("CMD-32")
def test_d3_it_cannot_be_cut_short(make_engine: Any) -> None:
    play = centre(make_engine, wrap_up=45)
    call = play.take("calls", "dan")
    play.end(call)
    with play.refused(hg.WrapUpFixed):
        play.finish_wrap_up(call)
    assert play.status("dan") == "Post Processing"
    assert play.state(call) == "Wrap Up"


@pytest.mark.spec("D3")
def test_d3_the_administrator_sets_the_time(make_engine: Any) -> None:
    play = centre(make_engine, wrap_up=45)
    play.update_queue("calls", wrap_up=5)
    play.end(play.take("calls", "dan"))
    play.after(5)
    assert play.status("dan") == "Available"
    play.update_queue("calls", wrap_up=0)
    play.end(play.take("calls", "dan"))
    assert play.status("dan") == "Available"


@pytest.mark.spec("D3")
def test_d3_it_starts_when_the_last_held_interaction_has_ended(make_engine: Any) -> None:
    play = centre(make_engine, wrap_up=30)
    first, second = play.take("chats", "dan"), play.take("chats", "dan")
    play.end(first)
    assert play.status("dan") == "Busy"
    play.after(10)
    play.end(second)
    assert play.status("dan") == "Post Processing"
    play.after(29)
    assert play.status("dan") == "Post Processing"
    play.after(1)
    assert play.status("dan") == "Available"


@pytest.mark.spec("D3")
@pytest.mark.parametrize("status", ["Available", "Working Offline"])
def test_d3_after_a_direct_or_dialled_call_the_earlier_status_returns(make_engine: Any, status: str) -> None:
    play = centre(make_engine, wrap_up=30, status=status)
    if status == "Available":
        direct = play.direct("dan", "voice")
        play.accept(direct)
        assert play.status("dan") == "Busy"
        play.end(direct)
        assert play.status("dan") == status
    dialled = play.dial("dan", "voice")
    play.answered(dialled)
    assert play.status("dan") == "Busy"
    play.end(dialled)
    assert play.status("dan") == status
    dialled = play.dial("dan", "voice", queue="calls")
    play.answered(dialled)
    play.end(dialled)
    assert play.status("dan") == "Post Processing"
    refuses_every_choice(play)
    play.after(30)
    assert play.status("dan") == status


# --- D4 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("D4")
def test_d4_working_offline_receives_none_and_all_features_work(make_engine: Any) -> None:
    play = centre(make_engine, status="Working Offline")
    call, chat = play.enqueue("calls"), play.enqueue("chats")
    assert (play.state(call), play.state(chat)) == ("Queued", "Queued")
    assert play.rules("dan", call) == ["status"]
    assert play.agent("dan").features_enabled is True
    assert play.state(play.dial("dan", "voice")) == "Dialing"


@pytest.mark.spec("D4")
def test_d4_working_offline_receives_no_direct_consulted_or_transferred_call(make_engine: Any) -> None:
    play = centre(make_engine, status="Working Offline")
    play.add_agent("ellen", devices=["voice"], signed_in=True, status="Available", queues=["calls"])
    with play.refused(hg.NotReachable, "dan"):
        play.direct("dan", "voice")
    call = play.take("calls", "ellen")
    with play.refused(hg.NotReachable, "dan"):
        play.consult(call, "dan")
    with play.refused(hg.NotReachable, "dan"):
        play.transfer(call, agent="dan")
    play.set_status("dan", "Available")
    play.consult(call, "dan")


@pytest.mark.spec("D4")
@pytest.mark.parametrize("to", ["Available", "On Break"])
@pytest.mark.rule("STATUS-6")
def test_d4_where_it_may_go(make_engine: Any, to: str) -> None:
    play = centre(make_engine, status="Working Offline")
    assert set(play.agent("dan").selectable) - {"Working Offline"} == {"Available", "On Break"}
    play.set_status("dan", to)
    assert play.status("dan") == to


# --- D6 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("D6")
@pytest.mark.rule("CMD-21")
def test_d6_on_break_receives_nothing_and_the_features_are_off(make_engine: Any) -> None:
    play = centre(make_engine, status="On Break")
    call = play.enqueue("calls")
    assert play.rules("dan", call) == ["status"]
    assert play.agent("dan").features_enabled is False
    with play.refused(hg.FeaturesOff, "dan"):
        play.dial("dan", "voice")
    with play.refused(hg.NotReachable, "dan"):
        play.direct("dan", "voice")
    assert play.held("dan") == []


@pytest.mark.spec("D6")
@pytest.mark.parametrize("to", ["Available", "Working Offline"])
def test_d6_where_it_may_go(make_engine: Any, to: str) -> None:
    play = centre(make_engine, status="On Break")
    assert set(play.agent("dan").selectable) - {"On Break"} == {"Available", "Working Offline"}
    play.set_status("dan", to)
    assert play.status("dan") == to
    assert play.agent("dan").features_enabled is True


@pytest.mark.spec("D6")
@pytest.mark.parametrize("queue", ["calls", "chats"])
def test_d6_rejecting_a_queued_interaction_puts_the_agent_on_break(make_engine: Any, queue: str) -> None:
    play = centre(make_engine)
    call = play.enqueue(queue)
    play.reject(call)
    assert play.status("dan") == "On Break"
    assert play.state(call) == "Queued"
    play.after(60)
    assert play.state(call) == "Queued"
    play.set_status("dan", "Available")
    assert play.offered_to(call) == "dan"


@pytest.mark.spec("D6")
def test_d6_rejecting_a_direct_one_or_missing_one_does_not(make_engine: Any) -> None:
    play = centre(make_engine)
    direct = play.direct("dan", "voice")
    play.reject(direct)
    assert (play.status("dan"), play.state(direct)) == ("Available", "Abandoned")
    call = play.enqueue("calls")
    play.after(20)
    assert (play.status("dan"), play.state(call)) == ("Available", "Queued")


@pytest.mark.spec("D6")
@pytest.mark.rule("STATUS-14")
def test_d6_rejecting_one_chat_of_several_waits_for_the_others(make_engine: Any) -> None:
    play = centre(make_engine)
    held = play.take("chats", "dan")
    rejected = play.enqueue("chats")
    play.reject(rejected)
    assert play.status("dan") == "Busy"
    assert play.agent("dan").pending == "On Break"
    more = play.enqueue("chats")
    assert play.rules("dan", more) == ["pending"]
    play.end(held)
    assert play.status("dan") == "On Break"
    assert (play.state(rejected), play.state(more)) == ("Queued", "Queued")


# --- D7 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("D7")
@pytest.mark.parametrize("status", ["Working Offline", "On Break"])
def test_d7_log_out_from_working_offline_and_on_break(make_engine: Any, status: str) -> None:
    play = centre(make_engine, status=status)
    play.sign_out("dan")
    assert (play.status("dan"), play.agent("dan").signed_in) == ("Logged Out", False)
    assert play.queue("calls").logged_in == 0
    play.sign_in("dan")
    assert play.status("dan") == "Working Offline"


@pytest.mark.spec("D7")
@pytest.mark.parametrize("shown", ["Available", "Offered", "Busy", "Busy (Stop New)", "Post Processing"])
@pytest.mark.rule("CMD-6")
def test_d7_from_elsewhere_it_is_refused(make_engine: Any, shown: str) -> None:
    play = centre(make_engine, wrap_up=30)
    if shown != "Available":
        chat = play.enqueue("chats")
        if shown != "Offered":
            play.accept(chat)
        if shown == "Busy (Stop New)":
            play.stop_new("dan")
        if shown == "Post Processing":
            play.end(chat)
    assert play.status("dan") == shown
    with play.refused(hg.NotSelectable, "dan"):
        play.sign_out("dan")
    assert (play.status("dan"), play.agent("dan").signed_in) == (shown, True)
