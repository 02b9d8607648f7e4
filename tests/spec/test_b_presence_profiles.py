"""B: presence profiles. A Ready toggle, a profile of one of five kinds and the work load give the status."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg

HALF_HOUR = 1800


def centre(make_engine: Any, model: Any = "presence_profiles", **ben: Any) -> Any:
    """Two voice services and a chat; ben serves them all, Available and Ready unless told otherwise."""
    play = make_engine(model)
    play.add_queue("sales", channel="voice", group="trade")
    play.add_queue("vip", channel="voice", group="trade")
    play.add_queue("care", channel="voice", group="service")
    play.add_queue("web", channel="chat", group="service")
    given: dict[str, Any] = {
        "queues": ["sales", "vip", "care", "web"],
        "devices": ["voice"],
        "capacity": {"voice": 1, "chat": 2},
        "signed_in": True,
        "status": "Available",
    }
    play.add_agent("ben", **{**given, **ben})
    if given.get("signed_in") and ben.get("signed_in", True):
        play.set_ready("ben", True)
    play.events()
    return play


def row_of(rows: Any, agent: str) -> Any:
    return next(row for row in rows if row.agent == agent)


# --- B1 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("B1")
def test_b1_after_sign_in_available_but_not_ready(make_engine: Any) -> None:
    play = centre(make_engine, signed_in=False, status=None)
    play.sign_in("ben")
    assert play.agent("ben").profile == "Available"
    assert play.status("ben") == "Not Ready"
    call = play.enqueue("sales")
    assert play.state(call) == "Queued"
    assert play.rules("ben", call) == ["status"]


@pytest.mark.spec("B1")
def test_b1_the_toggle_brings_calls_and_stops_them(make_engine: Any) -> None:
    play = centre(make_engine)
    assert play.status("ben") == "Ready"
    play.set_ready("ben", False)
    assert play.status("ben") == "Not Ready"
    call = play.enqueue("sales")
    assert play.state(call) == "Queued"
    play.set_ready("ben", True)
    assert play.offered_to(call) == "ben"
    play.set_ready("ben", False)
    assert play.state(call) == "Queued"
    assert [event.reason for event in play.events("withdrawn")] == ["status"]


@pytest.mark.spec("B1")
@pytest.mark.rule("STATUS-2")
def test_b1_the_status_follows_toggle_profile_and_load(make_engine: Any) -> None:
    play = centre(make_engine)
    play.update_queue("sales", wrap_up=30)
    seen = [play.status("ben")]
    call = play.enqueue("sales")
    seen.append(play.status("ben"))
    play.accept(call)
    seen.append(play.status("ben"))
    play.end(call)
    seen.append(play.status("ben"))
    play.after(30)
    seen.append(play.status("ben"))
    assert seen == ["Ready", "Offered", "Busy", "Wrap Up", "Ready"]
    assert {play.agent("ben").profile} == {"Available"}


@pytest.mark.spec("B1")
def test_b1_not_ready_during_a_call_shows_when_the_call_is_over(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.take("sales", "ben")
    waiting = play.enqueue("sales")
    play.set_ready("ben", False)
    assert play.status("ben") == "Busy"
    assert play.state(call) == "Handling"
    play.end(call)
    assert play.status("ben") == "Not Ready"
    assert play.state(waiting) == "Queued"


@pytest.mark.spec("B1")
def test_b1_directory_and_dashboard_show_the_derived_status(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("sales")
    for expected, step in (("Offered", play.accept), ("Busy", play.end), ("Ready", None)):
        assert row_of(play.directory(), "ben").status == expected
        assert row_of(play.monitor(), "ben").status == expected
        if step:
            step(call)


@pytest.mark.spec("B1")
@pytest.mark.rule("CMD-8")
def test_b1_the_toggle_starts_anew_with_each_sign_in_and_needs_one(make_engine: Any) -> None:
    play = centre(make_engine)
    play.sign_out("ben")
    with play.refused(hg.NotSelectable, "ben"):
        play.set_ready("ben", True)
    play.sign_in("ben")
    assert play.status("ben") == "Not Ready"
    assert play.state(play.enqueue("sales")) == "Queued"


@pytest.mark.spec("B1")
def test_b1_every_sign_in_sets_the_default_profile(make_engine: Any) -> None:
    play = centre(make_engine)
    play.set_status("ben", "Away")
    play.sign_out("ben")
    assert play.status("ben") == "Logged Off"
    play.sign_in("ben")
    assert (play.agent("ben").profile, play.status("ben")) == ("Available", "Not Ready")


@pytest.mark.spec("B1")
def test_b1_work_load_and_toggle_show_only_under_an_available_profile(make_engine: Any) -> None:
    model = hg.PresenceModel.load("presence_profiles").with_status(
        "Helping out", like="Tentative", queues=["vip"]
    )
    play = centre(make_engine, model)
    play.update_queue("vip", wrap_up=30)
    play.set_status("ben", "Helping out")
    call = play.enqueue("vip")
    seen = {play.status("ben")}
    for step in (play.accept, play.end):
        step(call)
        seen.add(play.status("ben"))
    assert play.state(call) == "Wrap Up"
    play.set_ready("ben", False)
    seen.add(play.status("ben"))
    assert seen == {"Helping out"}
    play.set_status("ben", "Available")
    assert play.status("ben") == "Wrap Up"


# --- B2 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("B2")
def test_b2_each_kind_has_a_colour_of_its_own(make_engine: Any) -> None:
    play = centre(make_engine)
    colours = {}
    for profile in ("Available", "Away", "Tentative", "Conference", "Logged Off"):
        play.set_status("ben", profile)
        colours[profile] = row_of(play.directory(), "ben").colour
    assert all(colours.values())
    assert len(set(colours.values())) == len(colours)


@pytest.mark.spec("B2")
@pytest.mark.parametrize("profile", ["Away", "Tentative", "Conference", "Lunch", "Logged Off"])
def test_b2_only_available_receives_from_any_queue(make_engine: Any, profile: str) -> None:
    play = centre(make_engine)
    play.set_status("ben", profile)
    call, chat = play.enqueue("sales"), play.enqueue("web")
    assert (play.state(call), play.state(chat)) == ("Queued", "Queued")
    assert play.rules("ben", call) == ["status"]
    play.set_status("ben", "Available")
    assert play.offered_to(call) == "ben"


@pytest.mark.spec("B2")
@pytest.mark.parametrize("profile", ["Away", "Lunch"])
@pytest.mark.rule("STATUS-24")
def test_b2_away_takes_direct_chats_but_no_direct_calls_and_no_dialling(
    make_engine: Any, profile: str
) -> None:
    play = centre(make_engine)
    play.set_status("ben", profile)
    with play.refused(hg.NotReachable, "ben"):
        play.direct("ben", "voice")
    with play.refused(hg.FeaturesOff, "ben"):
        play.dial("ben", "voice")
    chat = play.direct("ben", "chat")
    assert play.offered_to(chat) == "ben"
    play.accept(chat)
    assert play.state(chat) == "Handling"
    assert play.agent("ben").features_enabled is False
    play.end(chat)
    play.set_status("ben", "Available")
    assert play.state(play.dial("ben", "voice")) == "Dialing"


@pytest.mark.spec("B2")
@pytest.mark.rule("STATUS-23")
def test_b2_tentative_receives_from_the_listed_queues_alone(make_engine: Any) -> None:
    model = hg.PresenceModel.load("presence_profiles").with_status(
        "Helping out", like="Tentative", queues=["vip"]
    )
    play = centre(make_engine, model)
    play.set_ready("ben", False)
    play.set_status("ben", "Helping out")
    sales, vip = play.enqueue("sales"), play.enqueue("vip")
    assert play.state(sales) == "Queued"
    assert play.rules("ben", sales)[0] == "status"
    assert play.offered_to(vip) == "ben"
    assert (play.queue("sales").ready, play.queue("sales").presence) == (0, "busy")
    play.accept(vip)
    play.end(vip)
    assert play.state(sales) == "Queued"


@pytest.mark.spec("B2")
@pytest.mark.parametrize("profile", ["Available", "Tentative"])
@pytest.mark.parametrize("channel", ["voice", "chat"])
def test_b2_available_and_tentative_take_every_direct_interaction(
    make_engine: Any, profile: str, channel: str
) -> None:
    play = centre(make_engine)
    play.set_ready("ben", False)
    play.set_status("ben", profile)
    call = play.direct("ben", channel)
    assert play.offered_to(call) == "ben"


@pytest.mark.spec("B2")
@pytest.mark.parametrize("profile", ["Conference", "Logged Off"])
@pytest.mark.parametrize("channel", ["voice", "chat"])
def test_b2_in_a_large_conference_or_logged_off_nothing_arrives(
    make_engine: Any, profile: str, channel: str
) -> None:
    play = centre(make_engine)
    play.set_status("ben", profile)
    with play.refused(hg.NotReachable, "ben"):
        play.direct("ben", channel)


@pytest.mark.spec("B2")
def test_b2_a_three_way_conference_does_not_set_the_conference_profile(make_engine: Any) -> None:
    play = centre(make_engine)
    play.add_agent("cora", devices=["voice"], signed_in=True, status="Available")
    call = play.take("sales", "ben")
    play.accept(play.consult(call, "cora"))
    play.conference(call)
    assert play.state(call) == "In Conference"
    for agent in ("ben", "cora"):
        assert (play.agent(agent).profile, play.status(agent)) == ("Available", "Busy")
    play.end(call)
    assert (play.agent("ben").profile, play.status("ben")) == ("Available", "Ready")
    assert not [event for event in play.events("status_changed") if "Conference" in (event.status_to,)]


@pytest.mark.spec("B2")
def test_b2_logged_off_is_shown_in_the_directory_and_counts_nowhere(make_engine: Any) -> None:
    play = centre(make_engine)
    play.add_agent("cora", queues=["sales"], devices=["voice"])  # never signed in
    play.set_status("ben", "Logged Off")
    for agent in ("ben", "cora"):
        assert row_of(play.directory(), agent).status == "Logged Off"
    assert (play.queue("sales").logged_in, play.queue("sales").presence) == (0, "absent")
    play.set_status("ben", "Away")
    assert (play.queue("sales").logged_in, play.queue("sales").presence) == (1, "busy")


# --- B3 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("B3")
def test_b3_lunch_ends_by_itself_after_thirty_minutes(make_engine: Any) -> None:
    play = centre(make_engine)
    play.set_status("ben", "Lunch")
    call = play.enqueue("sales")
    play.after(HALF_HOUR - 1e-9)
    assert play.status("ben") == "Lunch"
    assert play.state(call) == "Queued"
    play.after(1e-9)
    assert play.agent("ben").profile == "Available"
    assert play.offered_to(call) == "ben"


@pytest.mark.spec("B3")
def test_b3_another_profile_before_then_cancels_it(make_engine: Any) -> None:
    play = centre(make_engine)
    play.set_status("ben", "Lunch")
    play.after(600)
    play.set_status("ben", "Away")
    assert play.next_deadline is None
    play.after(10 * HALF_HOUR)
    assert play.agent("ben").profile == "Away"


@pytest.mark.spec("B3")
def test_b3_choosing_it_again_starts_it_again(make_engine: Any) -> None:
    play = centre(make_engine)
    play.set_status("ben", "Lunch")
    play.after(HALF_HOUR - 1)
    play.set_status("ben", "Lunch")
    play.after(HALF_HOUR - 1)
    assert play.agent("ben").profile == "Lunch"
    play.after(1)
    assert play.agent("ben").profile == "Available"


@pytest.mark.spec("B3")
@pytest.mark.rule("STATUS-18")
def test_b3_the_profile_that_returns_is_the_default_not_the_last_one(make_engine: Any) -> None:
    play = centre(make_engine)
    play.set_status("ben", "Tentative")
    play.set_status("ben", "Lunch")
    play.after(HALF_HOUR)
    assert play.agent("ben").profile == "Available"


@pytest.mark.spec("B3")
def test_b3_the_administrator_gives_a_profile_a_duration(make_engine: Any) -> None:
    model = hg.PresenceModel.load("presence_profiles").with_status("Nap", like="Away", duration=900)
    play = centre(make_engine, model.with_default("Tentative"))
    play.set_status("ben", "Nap")
    play.after(899)
    assert play.status("ben") == "Nap"
    play.after(1)
    assert play.status("ben") == "Tentative"


@pytest.mark.spec("B3")
def test_b3_a_profile_without_a_duration_stays(make_engine: Any) -> None:
    play = centre(make_engine)
    play.set_status("ben", "Away")
    play.after(30 * 86400)
    assert play.status("ben") == "Away"


@pytest.mark.spec("B3")
@pytest.mark.rule("STATUS-22")
def test_b3_signing_out_ends_the_duration(make_engine: Any) -> None:
    play = centre(make_engine)
    play.set_status("ben", "Lunch")
    play.after(60)
    play.sign_out("ben")
    assert play.next_deadline is None


# --- B4 ---------------------------------------------------------------------------------------------------


def sales_desk() -> Any:
    return hg.PresenceModel.load("presence_profiles").with_status(
        "Sales desk", like="Available", queue_group="trade"
    )


@pytest.mark.spec("B4")
@pytest.mark.rule("STATUS-12")
def test_b4_the_profile_joins_its_group_and_leaves_every_other_queue(make_engine: Any) -> None:
    play = centre(make_engine, sales_desk(), queues=["sales", "care", "web"])
    play.set_status("ben", "Sales desk")
    assert play.agent("ben").queues == {"sales": True, "vip": True, "care": False, "web": False}
    care, vip = play.enqueue("care"), play.enqueue("vip")
    assert play.state(care) == "Queued"
    assert play.rules("ben", care)[0] == "not_logged_in"
    assert play.offered_to(vip) == "ben"


@pytest.mark.spec("B4")
def test_b4_the_change_is_one_step_and_says_what_it_did(make_engine: Any) -> None:
    play = centre(make_engine, sales_desk(), queues=["sales", "care"])
    call = play.enqueue("care")
    assert play.offered_to(call) == "ben"
    play.events()
    play.set_status("ben", "Sales desk")
    events = play.events()
    logins = [(event.queue, event.status_to) for event in events if event.kind == "queue_login_changed"]
    assert sorted(logins) == [("care", 0), ("vip", 1)]
    assert [event.reason for event in events if event.kind == "withdrawn"] == ["logged_out"]
    assert play.state(call) == "Queued"
    assert play.status("ben") == "Ready"


@pytest.mark.spec("B4")
def test_b4_other_profiles_touch_no_login(make_engine: Any) -> None:
    play = centre(make_engine, sales_desk(), queues=["sales", "care"])
    play.set_status("ben", "Sales desk")
    joined = play.agent("ben").queues
    play.events()
    for profile in ("Away", "Tentative", "Available", "Lunch"):
        play.set_status("ben", profile)
        assert play.agent("ben").queues == joined
    assert play.events("queue_login_changed") == []


@pytest.mark.spec("B4")
def test_b4_choosing_it_again_joins_again(make_engine: Any) -> None:
    play = centre(make_engine, sales_desk(), queues=["sales", "care"])
    play.set_status("ben", "Sales desk")
    play.queue_logout("ben", "vip")
    play.queue_login("ben", "care")
    play.set_status("ben", "Sales desk")
    assert play.agent("ben").queues == {"sales": True, "vip": True, "care": False}
