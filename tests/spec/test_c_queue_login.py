"""C: queue login. One status for all queues of an agent, and a login of its own for each queue."""

# What the model's keys do: STATUS-25, STATUS-26 and STATUS-27 for logins, STATUS-29 for On a Call.

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg

GREEN = ("Online", "Single Call")
GREY = ("Offline", "End Shift", "Lunch", "Break", "Meeting", "Other")


def centre(make_engine: Any, model: Any = "queue_login", **carl: Any) -> Any:
    """Two services; carl serves both with a registered desk phone and is Online unless told otherwise."""
    play = make_engine(model)
    play.add_queue("sales", channel="voice")
    play.add_queue("care", channel="voice")
    given: dict[str, Any] = {"queues": ["sales", "care"], "devices": ["voice"], "status": "Online"}
    play.add_agent("carl", **{**given, **carl})
    play.events()
    return play


# --- C1 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("C1")
def test_c1_logged_out_of_one_queue_and_available_for_the_other(make_engine: Any) -> None:
    play = centre(make_engine)
    play.queue_logout("carl", "sales")
    sales, care = play.enqueue("sales"), play.enqueue("care")
    assert play.state(sales) == "Queued"
    assert play.rules("carl", sales)[0] == "not_logged_in"
    assert play.offered_to(care) == "carl"
    assert play.agent("carl").queues == {"sales": False, "care": True}
    assert play.status("carl") == "Online"
    play.accept(care)
    play.end(care)
    assert play.state(sales) == "Queued"
    play.queue_login("carl", "sales")
    assert play.offered_to(sales) == "carl"


@pytest.mark.spec("C1")
def test_c1_the_status_acts_on_all_queues(make_engine: Any) -> None:
    play = centre(make_engine)
    play.set_status("carl", "Break")
    calls = [play.enqueue("sales"), play.enqueue("care")]
    assert [play.state(call) for call in calls] == ["Queued", "Queued"]
    assert play.agent("carl").queues == {"sales": True, "care": True}
    for name in ("sales", "care"):
        assert (play.queue(name).logged_in, play.queue(name).presence) == (0, "absent")
    play.set_status("carl", "Online")
    assert play.offered_to(calls[0]) == "carl"


@pytest.mark.spec("C1")
@pytest.mark.parametrize("status", GREEN)
def test_c1_a_green_status_logs_in_to_each_queue_whatever_was_logged_out(
    make_engine: Any, status: str
) -> None:
    play = centre(make_engine)
    play.queue_logout("carl", "sales")
    for grey in ("Lunch", "End Shift"):
        play.set_status("carl", grey)
        assert play.agent("carl").queues == {"sales": False, "care": True}
    play.events()
    play.set_status("carl", status)
    assert play.agent("carl").queues == {"sales": True, "care": True}
    assert [event.queue for event in play.events("queue_login_changed")] == ["sales"]
    assert play.offered_to(play.enqueue("sales")) == "carl"


@pytest.mark.spec("C1")
def test_c1_the_same_green_status_chosen_again_logs_in_to_each_queue(make_engine: Any) -> None:
    play = centre(make_engine)
    play.queue_logout("carl", "sales")
    play.set_status("carl", "Online")
    assert play.agent("carl").queues == {"sales": True, "care": True}


@pytest.mark.spec("C1")
@pytest.mark.parametrize("status", GREEN)
def test_c1_logging_out_of_the_last_queue_sets_offline(make_engine: Any, status: str) -> None:
    play = centre(make_engine, status=status)
    play.queue_logout("carl", "sales")
    assert play.status("carl") == status
    play.queue_logout("carl", "care")
    assert (play.status("carl"), play.agent("carl").profile) == ("Offline", "Offline")


@pytest.mark.spec("C1", "C6")
def test_c1_several_logins_in_one_save_set_the_status_once(make_engine: Any) -> None:
    play = centre(make_engine)
    play.set_queue_logins("carl", {"sales": False, "care": False})
    changes = [(event.status_from, event.status_to) for event in play.events("status_changed")]
    assert changes == [("Online", "Offline")]
    play.set_queue_logins("carl", {"sales": True, "care": False})
    assert play.status("carl") == "Online"
    assert play.agent("carl").queues == {"sales": True, "care": False}


@pytest.mark.spec("C1")
@pytest.mark.parametrize("grey", GREY)
def test_c1_logging_in_to_one_queue_while_grey_sets_online_for_that_queue_alone(
    make_engine: Any, grey: str
) -> None:
    play = centre(make_engine)
    play.set_status("carl", grey)
    play.queue_login("carl", "care")
    assert play.status("carl") == "Online"
    assert play.agent("carl").queues == {"sales": False, "care": True}
    assert play.state(play.enqueue("sales")) == "Queued"
    assert play.offered_to(play.enqueue("care")) == "carl"


@pytest.mark.spec("C1", "C7")
def test_c1_logging_in_while_grey_needs_the_device_as_online_does(make_engine: Any) -> None:
    play = centre(make_engine, status="Break", devices=[])
    with play.refused(hg.NoDevice, "carl", "Online"):
        play.queue_login("carl", "sales")
    with play.refused(hg.NoDevice, "carl"):
        play.set_queue_logins("carl", {"sales": True})
    play.queue_logout("carl", "sales")
    assert play.status("carl") == "Break"


@pytest.mark.spec("C1")
def test_c1_a_logout_while_grey_keeps_the_grey_status(make_engine: Any) -> None:
    play = centre(make_engine, status="Break")
    play.set_queue_logins("carl", {"sales": False, "care": False})
    assert play.status("carl") == "Break"


@pytest.mark.spec("C1")
def test_c1_logging_out_takes_back_that_queues_offer_only(make_engine: Any) -> None:
    play = centre(make_engine, capacity={"voice": 2})
    sales, care = play.enqueue("sales"), play.enqueue("care")
    play.events()
    play.queue_logout("carl", "sales")
    assert (play.state(sales), play.offered_to(care)) == ("Queued", "carl")
    assert [(event.queue, event.status_to) for event in play.events("queue_login_changed")] == [("sales", 0)]


@pytest.mark.spec("C1")
@pytest.mark.rule("STEP-12")
def test_c1_logging_in_twice_changes_and_says_nothing(make_engine: Any) -> None:
    play = centre(make_engine)
    play.queue_login("carl", "sales")
    assert play.events() == []


@pytest.mark.spec("C1")
def test_c1_only_a_members_login_can_be_set(make_engine: Any) -> None:
    play = centre(make_engine, queues=["sales"])
    with play.refused(hg.NotMember, "carl", "care"):
        play.queue_login("carl", "care")
    with play.refused(hg.UnknownQueue, "nowhere"):
        play.queue_login("carl", "nowhere")


# --- C2 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("C2")
@pytest.mark.parametrize("status", GREEN + GREY)
def test_c2_statuses_by_colour(make_engine: Any, status: str) -> None:
    play = centre(make_engine)
    play.set_status("carl", status)
    assert play.status("carl") == status
    assert play.agent("carl").colour == ("green" if status in GREEN else "grey")
    assert set(play.agent("carl").selectable) | {status} == {*GREEN, *GREY}


@pytest.mark.spec("C2")
def test_c2_on_a_call_is_red_derived_and_never_chosen(make_engine: Any) -> None:
    play = centre(make_engine)
    with play.refused(hg.NotSelectable, "On a Call"):
        play.set_status("carl", "On a Call")
    call = play.enqueue("sales")
    assert play.status("carl") == "Online"  # ringing is not yet a call
    play.accept(call)
    assert (play.status("carl"), play.agent("carl").colour) == ("On a Call", "red")
    assert play.agent("carl").profile == "Online"
    assert "On a Call" not in play.agent("carl").selectable
    play.end(call)
    assert (play.status("carl"), play.agent("carl").colour) == ("Online", "green")


@pytest.mark.spec("C2")
def test_c2_only_an_online_agent_shows_on_a_call(make_engine: Any) -> None:
    play = centre(make_engine, status="Break")
    call = play.direct("carl", "voice")
    play.accept(call)
    assert (play.status("carl"), play.agent("carl").colour) == ("Break", "grey")
    play.set_status("carl", "Online")
    assert play.status("carl") == "On a Call"


@pytest.mark.spec("C2")
def test_c2_a_managers_custom_status_is_an_offline_one(make_engine: Any) -> None:
    model = hg.PresenceModel.load("queue_login").with_status("Training", like="Meeting")
    play = centre(make_engine, model)
    play.set_status("carl", "Training")
    assert (play.agent("carl").colour, play.agent("carl").reported_as) == ("grey", "logged out: Training")
    assert play.state(play.enqueue("sales")) == "Queued"
    assert play.offered_to(play.direct("carl", "voice")) == "carl"


@pytest.mark.spec("C2")
@pytest.mark.parametrize("like", ["Online", "Single Call", "On a Call"])
def test_c2_a_custom_status_cannot_be_an_online_one(like: str) -> None:
    with pytest.raises(hg.ConfigError) as caught:
        hg.PresenceModel.load("queue_login").with_status("Super", like=like)
    assert like in str(caught.value)


# --- C3 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("C3")
@pytest.mark.rule("STATUS-17")
def test_c3_single_call_takes_one_call_and_is_offline_from_then_on(make_engine: Any) -> None:
    play = centre(make_engine, status="Single Call")
    first, second = play.enqueue("sales"), play.enqueue("sales")
    assert play.offered_to(first) == "carl"
    assert play.status("carl") == "Single Call"  # offered is not yet received
    play.accept(first)
    assert (play.status("carl"), play.agent("carl").colour) == ("On a Call", "red")
    assert (play.agent("carl").reported_as, play.queue("sales").logged_in) == ("logged in", 1)
    assert play.agent("carl").profile == "Offline"
    assert play.state(first) == "Handling"
    play.end(first)
    assert (play.status("carl"), play.queue("sales").logged_in) == ("Offline", 0)
    assert play.state(second) == "Queued"
    assert play.rules("carl", second) == ["status"]


@pytest.mark.spec("C3")
@pytest.mark.parametrize("how", ["reject", "expire"])
def test_c3_a_call_not_taken_does_not_use_it_up(make_engine: Any, how: str) -> None:
    play = centre(make_engine, status="Single Call")
    call = play.enqueue("sales")
    if how == "reject":
        play.reject(call)
    else:
        play.after(20)
    assert play.status("carl") == "Single Call"
    play.after(10)
    assert play.offered_to(call) == "carl"


@pytest.mark.spec("C3")
def test_c3_a_direct_call_does_not_use_it_up(make_engine: Any) -> None:
    play = centre(make_engine, status="Single Call")
    direct = play.direct("carl", "voice")
    play.accept(direct)
    assert play.status("carl") == "On a Call"
    play.end(direct)
    assert play.status("carl") == "Single Call"
    assert play.offered_to(play.enqueue("sales")) == "carl"


@pytest.mark.spec("C3")
def test_c3_one_call_is_offered_whatever_the_capacity(make_engine: Any) -> None:
    play = centre(make_engine, status="Single Call", capacity={"voice": 2})
    first, second = play.enqueue("sales"), play.enqueue("care")
    assert (play.offered_to(first), play.state(second)) == ("carl", "Queued")
    assert play.rules("carl", second) == ["capacity"]
    assert (play.queue("care").ready, play.agent("carl").ready("voice")) == (0, False)
    assert play.agent("carl").capabilities["voice"] == "available"  # a direct call may come
    play.accept(first)
    assert (play.state(first), play.state(second)) == ("Handling", "Queued")
    assert play.held("carl") == [first]


@pytest.mark.spec("C3")
def test_c3_the_next_call_is_offered_once_the_first_is_not(make_engine: Any) -> None:
    play = centre(make_engine, status="Single Call", capacity={"voice": 2})
    first, second = play.enqueue("sales"), play.enqueue("care")
    play.reject(first)
    assert (play.state(first), play.offered_to(second)) == ("Queued", "carl")
    play.abandon(second)
    play.after(10)
    assert play.offered_to(first) == "carl"


@pytest.mark.spec("C3")
def test_c3_on_a_call_ends_with_the_choice_of_another_status(make_engine: Any) -> None:
    play = centre(make_engine, status="Single Call")
    play.take("sales", "carl")
    play.set_status("carl", "Break")
    assert (play.status("carl"), play.agent("carl").reported_as) == ("Break", "logged out: Break")


@pytest.mark.spec("C3")
def test_c3_a_direct_call_that_comes_after_it_shows_offline(make_engine: Any) -> None:
    play = centre(make_engine, status="Single Call")
    play.end(play.take("sales", "carl"))
    play.accept(play.direct("carl", "voice"))
    assert play.status("carl") == "Offline"


# --- C4 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("C4")
@pytest.mark.parametrize("status", GREY)
def test_c4_offline_gets_direct_calls_and_no_queued_ones(make_engine: Any, status: str) -> None:
    play = centre(make_engine, status=status)
    queued = play.enqueue("sales")
    assert play.state(queued) == "Queued"
    assert play.rules("carl", queued) == ["status"]
    direct = play.direct("carl", "voice")
    assert play.offered_to(direct) == "carl"
    play.accept(direct)
    assert play.status("carl") == status
    play.end(direct)
    assert play.state(queued) == "Queued"


@pytest.mark.spec("C4")
@pytest.mark.parametrize("status", GREEN)
def test_c4_online_gets_both(make_engine: Any, status: str) -> None:
    play = centre(make_engine, status=status, capacity={"voice": 2})
    assert play.offered_to(play.enqueue("sales")) == "carl"
    assert play.offered_to(play.direct("carl", "voice")) == "carl"


# --- C5 ---------------------------------------------------------------------------------------------------

REPORTED = {
    "Online": "logged in",
    "Single Call": "logged in",
    "Offline": "logged out",
    "End Shift": "logged out",
    "Lunch": "logged out: Lunch",
    "Break": "logged out: Break",
    "Meeting": "logged out: Meeting",
    "Other": "logged out: Other",
}


@pytest.mark.spec("C5")
@pytest.mark.parametrize("status", REPORTED)
def test_c5_what_each_status_counts_as(make_engine: Any, status: str) -> None:
    play = centre(make_engine)
    play.set_status("carl", status)
    assert play.agent("carl").reported_as == REPORTED[status]
    assert play.queue("sales").logged_in == (1 if status in GREEN else 0)


@pytest.mark.spec("C5")
def test_c5_on_a_call_counts_as_logged_in(make_engine: Any) -> None:
    play = centre(make_engine)
    play.take("sales", "carl")
    assert (play.status("carl"), play.agent("carl").reported_as) == ("On a Call", "logged in")


@pytest.mark.spec("C5")
@pytest.mark.parametrize("status", ["Online", "Lunch", "Offline"])
def test_c5_the_portal_changes_neither_status_nor_report(make_engine: Any, status: str) -> None:
    play = centre(make_engine, status=status)
    for portal in (play.sign_in, play.sign_out, play.sign_in):
        portal("carl")
        assert (play.status("carl"), play.agent("carl").reported_as) == (status, REPORTED[status])
    assert play.events("status_changed", "presence_changed", "queue_login_changed") == []


@pytest.mark.spec("C5")
def test_c5_calls_come_without_the_portal_but_not_without_the_device(make_engine: Any) -> None:
    play = centre(make_engine)
    assert play.agent("carl").signed_in is False
    call = play.take("sales", "carl")
    play.sign_in("carl")
    play.sign_out("carl")  # the call goes on: the portal is not the phone
    assert play.state(call) == "Handling"
    play.end(call)
    play.disconnect("carl", "voice")
    waiting = play.enqueue("sales")
    assert play.rules("carl", waiting) == ["device"]


@pytest.mark.spec("C5")
def test_c5_signing_in_to_the_portal_zeroes_nothing(make_engine: Any) -> None:
    play = centre(make_engine)
    play.after(100)
    play.end(play.take("sales", "carl"))
    play.after(50)
    before, since = play.agent("carl").time_in_status(), play.agent("carl").since_ns
    play.sign_in("carl")
    assert play.agent("carl").time_in_status() == before == {"Online": 150}
    assert play.agent("carl").since_ns == since
    play.after(50)
    assert play.agent("carl").time_in_status() == {"Online": 200}


@pytest.mark.spec("C5")
def test_c5_the_time_in_each_status_is_kept(make_engine: Any) -> None:
    play = centre(make_engine)
    for status, seconds in (("Lunch", 1800), ("Online", 600), ("Break", 300), ("Lunch", 60)):
        play.set_status("carl", status)
        play.after(seconds)
    times = play.agent("carl").time_in_status()
    assert {name: times[name] for name in ("Lunch", "Online", "Break")} == {
        "Lunch": 1860,
        "Online": 600,
        "Break": 300,
    }
    assert not times.get("Meeting")


# --- C7 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("C7")
@pytest.mark.parametrize("status", GREEN)
@pytest.mark.rule("STATUS-7")
def test_c7_online_needs_a_registered_device(make_engine: Any, status: str) -> None:
    play = centre(make_engine, status="Lunch", devices=[])
    with play.refused(hg.NoDevice, "carl", status):
        play.set_status("carl", status)
    assert play.status("carl") == "Lunch"
    assert play.agent("carl").colour == "grey"
    play.connect("carl", "voice")
    play.set_status("carl", status)
    assert play.status("carl") == status


@pytest.mark.spec("C7")
def test_c7_whoever_sets_it(make_engine: Any) -> None:
    play = centre(make_engine, status="Offline", devices=[])
    play.add_agent("sam", role="supervisor")
    with play.refused(hg.NoDevice, "carl"):
        play.set_status("carl", "Online", by="sam")
    assert play.status("carl") == "Offline"


@pytest.mark.spec("C7")
@pytest.mark.parametrize("status", GREY)
def test_c7_an_offline_status_needs_none(make_engine: Any, status: str) -> None:
    play = centre(make_engine, devices=[], status="Offline")
    play.set_status("carl", status)
    assert play.status("carl") == status


@pytest.mark.spec("C7")
def test_c7_a_device_lost_keeps_online_and_blocks(make_engine: Any) -> None:
    play = centre(make_engine)
    play.disconnect("carl", "voice")
    assert play.status("carl") == "Online"
    call = play.enqueue("sales")
    assert play.rules("carl", call) == ["device"]
    assert (play.queue("sales").presence, play.queue("sales").logged_in) == ("busy", 1)
    play.connect("carl", "voice")
    assert play.offered_to(call) == "carl"
