"""A: duty profiles. An agent receives while profile, device, skills and service agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import huntgroup as hg

MONDAY_TEN = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)  # 10:00 in Berlin, winter time
WEEKDAYS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00", "17:00"))


def berlin_hours() -> Any:
    return hg.Hours(WEEKDAYS, tz="Europe/Berlin")


def centre(make_engine: Any, model: Any = "duty_profiles", **anna: Any) -> Any:
    """One service with hours and a skill; anna has all that its calls ask for, unless told otherwise."""
    play = make_engine(model)
    play.advance(MONDAY_TEN)
    play.add_queue("sales", channel="voice", requires="spanish >= 3", hours=berlin_hours())
    everything = {"skills": {"spanish": 4}, "queues": ["sales"], "devices": ["voice"]}
    signed_in = {"signed_in": True, "status": "On Duty"}
    play.add_agent("anna", **{**everything, **signed_in, **anna})
    play.events()
    return play


# --- A1 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("A1")
def test_a1_everything_together_lets_a_call_through(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("sales")
    assert play.offered_to(call) == "anna"
    play.accept(call)
    assert play.state(call) == "Handling"


@pytest.mark.spec("A1")
def test_a1_outside_opening_hours_alone_blocks(make_engine: Any) -> None:
    play = centre(make_engine)
    play.advance(MONDAY_TEN + timedelta(hours=7))  # 17:00: the interval is half open
    with play.refused(hg.QueueClosed, "sales"):
        play.enqueue("sales")
    assert play.held("anna") == []


# What is missing, the rule that says so, and what an administrator or the agent does about it.
MISSING = {
    "sign-in": (
        {"signed_in": False, "status": None},
        "signed_out",
        [("sign_in", "anna"), ("set_status", "anna", "On Duty")],
    ),
    "profile": ({"status": "Off Duty"}, "status", [("set_status", "anna", "On Duty")]),
    "responsibility": ({"queues": []}, "not_member", [("join", "anna", "sales")]),
    "skill": ({"skills": {}}, "skills", [("set_skill", "anna", "spanish", 3)]),
    "proficiency": ({"skills": {"spanish": 2}}, "skills", [("set_skill", "anna", "spanish", 3)]),
    "device": ({"devices": []}, "device", [("connect", "anna", "voice")]),
}


@pytest.mark.spec("A1")
@pytest.mark.parametrize("missing", MISSING)
def test_a1_each_condition_missing_alone_blocks_alone(make_engine: Any, missing: str) -> None:
    given, rule, remedy = MISSING[missing]
    play = centre(make_engine, **given)
    call = play.enqueue("sales")
    assert play.state(call) == "Queued"
    assert play.interaction(call).agent is None
    assert play.rules("anna", call) == [rule]
    assert play.held("anna") == []
    for method, *args in remedy:
        assert play.state(call) == "Queued"  # until the last of it nothing comes
        getattr(play, method)(*args)
    assert play.offered_to(call) == "anna"


@pytest.mark.spec("A1")
def test_a1_a_supervisor_gives_skill_and_responsibility_while_the_call_waits(make_engine: Any) -> None:
    play = centre(make_engine, skills={}, queues=[])
    call = play.enqueue("sales")
    assert play.rules("anna", call) == ["not_member", "skills"]
    play.join("anna", "sales")
    assert play.rules("anna", call) == ["skills"]
    assert play.state(call) == "Queued"
    play.set_skill("anna", "spanish", 10)
    assert play.offered_to(call) == "anna"


@pytest.mark.spec("A1")
@pytest.mark.rule("OFFER-4")
def test_a1_a_device_lost_during_the_offer_puts_the_call_back(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("sales")
    play.events()
    play.disconnect("anna", "voice")
    assert play.state(call) == "Queued"
    withdrawn = play.events("withdrawn")
    assert [(event.interaction, event.agent, event.reason) for event in withdrawn] == [
        (call, "anna", "capability")
    ]
    play.connect("anna", "voice")
    assert play.offered_to(call) == "anna"


# --- A2 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("A2")
@pytest.mark.rule("HOURS-2")
def test_a2_who_arrived_in_time_is_served_after_closing(make_engine: Any) -> None:
    play = centre(make_engine, status="Off Duty")
    play.advance(MONDAY_TEN + timedelta(hours=7, seconds=-1))
    call = play.enqueue("sales")
    play.after(600)
    assert play.queue("sales").presence == "closed"
    assert play.state(call) == "Queued"
    play.set_status("anna", "On Duty")
    assert play.offered_to(call) == "anna"
    play.accept(call)
    play.end(call)
    assert play.state(call) == "Completed"


@pytest.mark.spec("A2")
def test_a2_who_comes_after_closing_is_refused_though_another_still_waits(make_engine: Any) -> None:
    play = centre(make_engine, status="Off Duty")
    play.advance(MONDAY_TEN + timedelta(hours=7, seconds=-1))
    early = play.enqueue("sales")
    play.after(1)
    with play.refused(hg.QueueClosed, "sales"):
        play.enqueue("sales")
    play.set_status("anna", "On Duty")
    assert play.held("anna") == [early]


@pytest.mark.spec("A2")
def test_a2_a_rejected_offer_keeps_its_place_after_closing(make_engine: Any) -> None:
    play = centre(make_engine)
    play.advance(MONDAY_TEN + timedelta(hours=7, seconds=-1))
    call = play.enqueue("sales")
    play.after(5)
    play.reject(call)
    assert play.state(call) == "Queued"
    assert play.rules("anna", call) == ["asked"]
    play.after(10)
    assert play.offered_to(call) == "anna"


# --- A3 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("A3")
@pytest.mark.rule("CMD-5")
def test_a3_sign_in_sets_off_duty(make_engine: Any) -> None:
    play = centre(make_engine, signed_in=False, status=None)
    call = play.enqueue("sales")
    play.sign_in("anna")
    assert play.agent("anna").profile == "Off Duty"
    assert play.status("anna") == "Off Duty"
    assert play.state(call) == "Queued"


@pytest.mark.spec("A3")
def test_a3_every_sign_in_sets_the_default_again(make_engine: Any) -> None:
    play = centre(make_engine)
    play.sign_out("anna")
    play.sign_in("anna")
    assert play.agent("anna").profile == "Off Duty"
    assert play.queue("sales").ready == 0


@pytest.mark.spec("A3")
def test_a3_the_administrator_may_make_an_on_duty_profile_the_default(make_engine: Any) -> None:
    model = hg.PresenceModel.load("duty_profiles").with_default("On Duty")
    play = centre(make_engine, model, signed_in=False, status=None)
    call = play.enqueue("sales")
    assert play.state(call) == "Queued"
    play.sign_in("anna")
    assert play.agent("anna").profile == "On Duty"
    assert play.offered_to(call) == "anna"


@pytest.mark.spec("A3")
def test_a3_a_default_that_is_no_profile_is_refused(make_engine: Any) -> None:
    model = hg.PresenceModel.load("duty_profiles")
    for name in ("Absent", "In a Call", "Siesta"):
        with pytest.raises(hg.ConfigError) as caught:
            model.with_default(name)
        assert name in str(caught.value)
    assert model == hg.PresenceModel.load("duty_profiles")


@pytest.mark.spec("A3")
@pytest.mark.parametrize(("like", "receives"), [("On Duty", True), ("Off Duty", False)])
def test_a3_profiles_that_the_administrator_defines_are_of_one_of_two_types(
    make_engine: Any, like: str, receives: bool
) -> None:
    model = hg.PresenceModel.load("duty_profiles").with_status("Second line", like=like)
    play = centre(make_engine, model, status="Off Duty")
    call = play.enqueue("sales")
    play.set_status("anna", "Second line")
    assert play.status("anna") == ("Offered" if receives else "Second line")
    assert play.agent("anna").profile == "Second line"
    assert (play.offered_to(call) == "anna") is receives
    assert play.agent("anna").colour == ("green" if receives else "yellow")


# --- A4 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("A4")
def test_a4_going_on_duty_turns_yellow_to_green_and_calls_begin(make_engine: Any) -> None:
    play = centre(make_engine, status="Off Duty")
    call = play.enqueue("sales")
    assert play.agent("anna").colour == "yellow"
    assert play.state(call) == "Queued"
    play.set_status("anna", "On Duty")
    assert play.agent("anna").colour == "green"
    assert play.offered_to(call) == "anna"


@pytest.mark.spec("A4")
def test_a4_going_off_duty_turns_green_to_yellow_and_calls_stop(make_engine: Any) -> None:
    play = centre(make_engine)
    ringing = play.enqueue("sales")
    assert play.offered_to(ringing) == "anna"
    play.events()
    play.set_status("anna", "Off Duty")
    assert play.agent("anna").colour == "yellow"
    assert play.state(ringing) == "Queued"
    assert [event.reason for event in play.events("withdrawn")] == ["status"]
    assert play.state(play.enqueue("sales")) == "Queued"
    assert play.held("anna") == []


@pytest.mark.spec("A4")
def test_a4_off_duty_gets_no_tasks_and_on_duty_does(make_engine: Any) -> None:
    play = make_engine("duty_profiles")
    play.add_channel("task", capability="email")
    play.add_queue("tasks", channel="task")
    play.add_queue("mail", channel="email")
    play.add_agent("anna", capacity={"voice": 1, "email": 2}, queues=["tasks", "mail"], signed_in=True)
    task, mail = play.enqueue("tasks"), play.enqueue("mail")
    assert (play.state(task), play.state(mail)) == ("Queued", "Queued")
    assert play.rules("anna", task) == ["status"]
    play.set_status("anna", "On Duty")
    assert (play.offered_to(task), play.offered_to(mail)) == ("anna", "anna")


@pytest.mark.spec("A4")
@pytest.mark.parametrize("profile", ["Off Duty", "On Duty"])
def test_a4_direct_calls_arrive_on_and_off_duty(make_engine: Any, profile: str) -> None:
    play = centre(make_engine, status=profile)
    call = play.direct("anna", "voice")
    assert play.offered_to(call) == "anna"
    play.accept(call)
    assert play.state(call) == "Handling"
    play.end(call)
    assert play.status("anna") == profile


@pytest.mark.spec("A4")
def test_a4_an_internal_direct_call_arrives_off_duty(make_engine: Any) -> None:
    play = centre(make_engine, status="Off Duty")
    play.add_agent(
        "bert", skills={"spanish": 5}, queues=["sales"], devices=["voice"], signed_in=True, status="On Duty"
    )
    call = play.take("sales", "bert")
    leg = play.consult(call, "anna")
    assert play.offered_to(leg) == "anna"


@pytest.mark.spec("A4")
@pytest.mark.rule("OFFER-5")
def test_a4_a_direct_call_needs_the_connection(make_engine: Any) -> None:
    play = centre(make_engine, signed_in=False, status=None)
    with play.refused(hg.NotReachable, "anna"):
        play.direct("anna", "voice")
