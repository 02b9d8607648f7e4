"""A, continued: the messenger presence, the service's outward presence and the agent's indicator."""

# Absent has the colour of the profile (STATUS-30).

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg


def centre(make_engine: Any, queues: tuple[str, ...] = ("sales",), **anna: Any) -> Any:
    play = make_engine("duty_profiles")
    for queue in queues:
        play.add_queue(queue, channel="voice", offer_timeout=20)
    given: dict[str, Any] = {
        "queues": list(queues),
        "devices": ["voice"],
        "signed_in": True,
        "status": "On Duty",
    }
    play.add_agent("anna", **{**given, **anna})
    play.events()
    return play


def presences(play: Any) -> list[tuple[str, str, str]]:
    return [(event.queue, event.status_from, event.status_to) for event in play.events("presence_changed")]


# --- A5 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("A5")
@pytest.mark.parametrize(
    ("presence", "receives"),
    [
        ("available", True),
        ("busy", True),
        ("in_a_call", False),
        ("do_not_disturb", False),
        ("absent", False),
        ("offline", False),
    ],
)
def test_a5_the_messenger_presence_matters_as_well(make_engine: Any, presence: str, receives: bool) -> None:
    play = centre(make_engine)
    play.set_external_presence("anna", presence)
    call = play.enqueue("sales")
    assert play.state(call) == ("Offered" if receives else "Queued")
    if not receives:
        assert play.rules("anna", call) == ["status"]
        assert play.queue("sales").ready == 0
        play.set_external_presence("anna", "available")
        assert play.offered_to(call) == "anna"


@pytest.mark.spec("A5")
@pytest.mark.parametrize("selectable", [True, False])
def test_a5_busy_receives_where_the_installation_says_so_for_this_agent(
    make_engine: Any, selectable: bool
) -> None:
    play = centre(make_engine, busy_selectable=selectable)
    play.set_external_presence("anna", "busy")
    call = play.enqueue("sales")
    assert play.state(call) == ("Offered" if selectable else "Queued")


@pytest.mark.spec("A5")
def test_a5_busy_selectable_is_each_agents_own(make_engine: Any) -> None:
    play = centre(make_engine, busy_selectable=False)
    bert = {"queues": ["sales"], "devices": ["voice"], "signed_in": True, "status": "On Duty"}
    play.add_agent("bert", **bert, busy_selectable=True)
    for agent in ("anna", "bert"):
        play.set_external_presence(agent, "busy")
    first, second = play.enqueue("sales"), play.enqueue("sales")
    assert play.offered_to(first) == "bert"
    assert play.state(second) == "Queued"


@pytest.mark.spec("A5")
def test_a5_busy_not_selectable_changes_nothing_for_the_other_presences(make_engine: Any) -> None:
    play = centre(make_engine, busy_selectable=False)
    assert play.offered_to(play.enqueue("sales")) == "anna"


@pytest.mark.spec("A5")
def test_a5_a_presence_that_blocks_takes_back_the_open_offer(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("sales")
    play.events()
    play.set_external_presence("anna", "do_not_disturb")
    assert play.state(call) == "Queued"
    assert [event.reason for event in play.events("withdrawn")] == ["status"]


@pytest.mark.spec("A5")
def test_a5_direct_calls_arrive_whatever_the_messenger_says(make_engine: Any) -> None:
    play = centre(make_engine)
    for presence in ("busy", "in_a_call", "do_not_disturb", "absent", "available"):
        play.set_external_presence("anna", presence)
        call = play.direct("anna", "voice")
        assert play.offered_to(call) == "anna"
        play.abandon(call)


@pytest.mark.spec("A5")
def test_a5_an_offer_that_rings_out_sets_the_agent_absent(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("sales")
    play.after(19.999999999)
    assert play.status("anna") == "Offered"
    play.after(0.000000001)
    assert play.status("anna") == "Absent"
    assert (play.agent("anna").colour, play.agent("anna").reported_as) == ("green", "logged in")
    assert play.state(call) == "Queued"
    play.after(3600)
    assert play.status("anna") == "Absent"
    assert play.state(call) == "Queued"
    assert "status" in play.rules("anna", call)


@pytest.mark.spec("A5", "A7")
def test_a5_a_missed_direct_call_changes_no_status(make_engine: Any) -> None:
    play = centre(make_engine, status="Off Duty")
    play.direct("anna", "voice")
    play.events()
    play.after(20)
    assert (play.status("anna"), play.agent("anna").reported_as) == ("Off Duty", "logged out")
    assert play.queue("sales").logged_in == 0
    assert presences(play) == []


@pytest.mark.spec("A5")
def test_a5_absent_is_left_by_selecting_a_profile_even_the_same(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("sales")
    play.after(3600)
    play.set_status("anna", "On Duty")
    assert play.offered_to(call) == "anna"
    play.accept(call)
    assert play.status("anna") == "In a Call"


@pytest.mark.spec("A5")
@pytest.mark.rule("STATUS-19")
def test_a5_absent_is_left_when_the_messenger_changes_to_available_and_not_before(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("sales")
    play.after(3600)
    play.set_external_presence("anna", "available")  # it was available already: no change
    assert play.status("anna") == "Absent"
    play.set_external_presence("anna", "busy")
    assert play.status("anna") == "Absent"
    assert play.state(call) == "Queued"
    play.set_external_presence("anna", "available")
    assert play.offered_to(call) == "anna"
    play.accept(call)
    play.end(call)
    assert play.status("anna") == "On Duty"


@pytest.mark.spec("A5")
def test_a5_a_rejected_offer_does_not_set_absent(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("sales")
    play.reject(call)
    assert play.status("anna") == "On Duty"
    assert play.offered_to(play.enqueue("sales")) == "anna"


@pytest.mark.spec("A5")
def test_a5_absent_cannot_be_chosen_and_still_gets_direct_calls(make_engine: Any) -> None:
    play = centre(make_engine)
    with play.refused(hg.NotSelectable, "Absent"):
        play.set_status("anna", "Absent")
    waiting = play.enqueue("sales")
    play.after(20)
    assert play.status("anna") == "Absent"
    call = play.direct("anna", "voice")
    assert play.offered_to(call) == "anna"
    assert play.state(waiting) == "Queued"


@pytest.mark.spec("A5")
def test_a5_an_unknown_presence_is_refused(make_engine: Any) -> None:
    play = centre(make_engine)
    with play.refused(hg.NotSelectable, "lunch"):
        play.set_external_presence("anna", "lunch")


# --- A6 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("A6")
def test_a6_available_busy_absent(make_engine: Any) -> None:
    play = centre(make_engine, signed_in=False, status=None)
    queue = play.queue
    assert (queue("sales").presence, queue("sales").logged_in, queue("sales").ready) == ("absent", 0, 0)
    play.sign_in("anna")  # Off Duty does not count as logged in
    assert (queue("sales").presence, queue("sales").logged_in, queue("sales").ready) == ("absent", 0, 0)
    assert presences(play) == []
    play.set_status("anna", "On Duty")
    assert (queue("sales").presence, queue("sales").logged_in, queue("sales").ready) == ("available", 1, 1)
    call = play.enqueue("sales")
    assert (queue("sales").presence, queue("sales").logged_in, queue("sales").ready) == ("busy", 1, 0)
    play.accept(call)
    assert queue("sales").presence == "busy"
    play.end(call)
    assert queue("sales").presence == "available"
    play.sign_out("anna")
    assert (queue("sales").presence, queue("sales").logged_in) == ("absent", 0)
    assert presences(play) == [
        ("sales", "absent", "available"),
        ("sales", "available", "busy"),
        ("sales", "busy", "available"),
        ("sales", "available", "absent"),
    ]


@pytest.mark.spec("A6")
@pytest.mark.parametrize("why", ["messenger", "rona", "device", "skill"])
def test_a6_logged_in_but_not_immediately_available_is_busy(make_engine: Any, why: str) -> None:
    play = centre(make_engine)
    if why == "messenger":
        play.set_external_presence("anna", "in_a_call")
    elif why == "rona":
        play.enqueue("sales")
        play.after(20)
    elif why == "device":
        play.disconnect("anna", "voice")
    else:
        play.update_queue("sales", requires="spanish")
    view = play.queue("sales")
    assert (view.presence, view.logged_in, view.ready) == ("busy", 1, 0)


@pytest.mark.spec("A6")
def test_a6_one_free_agent_among_busy_ones_is_enough(make_engine: Any) -> None:
    play = centre(make_engine)
    play.add_agent("bert", queues=["sales"], devices=["voice"], signed_in=True, status="On Duty")
    play.take("sales", "anna")
    assert play.queue("sales").presence == "available"
    play.take("sales", "bert")
    assert play.queue("sales").presence == "busy"


@pytest.mark.spec("A6")
def test_a6_an_agent_counts_in_each_of_its_services(make_engine: Any) -> None:
    play = centre(make_engine, queues=("sales", "billing", "care"))
    play.add_queue("other", channel="voice")
    for name in ("sales", "billing", "care"):
        view = play.queue(name)
        assert (view.presence, view.logged_in, view.ready) == ("available", 1, 1)
    assert play.queue("other").presence == "absent"
    play.events()
    play.enqueue("billing")
    assert presences(play) == [(name, "available", "busy") for name in ("sales", "billing", "care")]


@pytest.mark.spec("A6")
def test_a6_outside_opening_hours_it_is_closed_whoever_is_there(make_engine: Any) -> None:
    play = make_engine("duty_profiles")
    play.add_queue("sales", hours=hg.Hours({"thu": ("09:00", "17:00")}, tz="UTC"))
    anna = {"queues": ["sales"], "devices": ["voice"], "signed_in": True, "status": "On Duty"}
    play.add_agent("anna", **anna)
    view = play.queue("sales")  # the clock starts on a Thursday, 00:00 UTC
    assert (view.presence, view.logged_in, view.ready) == ("closed", 1, 1)
    play.events()
    play.after(9 * 3600)
    assert play.queue("sales").presence == "available"
    play.after(8 * 3600)
    assert play.queue("sales").presence == "closed"
    assert presences(play) == [("sales", "closed", "available"), ("sales", "available", "closed")]


# --- A7 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("A7")
def test_a7_the_indicator_shows_profile_and_connection_together(make_engine: Any) -> None:
    play = centre(make_engine, signed_in=False, status=None)
    seen = [(play.status("anna"), play.agent("anna").colour)]
    play.sign_in("anna")
    seen.append((play.status("anna"), play.agent("anna").colour))
    play.set_status("anna", "On Duty")
    seen.append((play.status("anna"), play.agent("anna").colour))
    play.sign_out("anna")
    seen.append((play.status("anna"), play.agent("anna").colour))
    assert [status for status, _ in seen] == ["Not Connected", "Off Duty", "On Duty", "Not Connected"]
    assert [colour for _, colour in seen[1:3]] == ["yellow", "green"]
    assert seen[0][1] == seen[3][1]
    assert seen[0][1] not in ("yellow", "green")


@pytest.mark.spec("A7")
def test_a7_the_indicator_keeps_the_profiles_colour_during_work(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("sales")
    assert (play.status("anna"), play.agent("anna").colour) == ("Offered", "green")
    play.accept(call)
    assert (play.status("anna"), play.agent("anna").colour) == ("In a Call", "green")
    play.set_status("anna", "Off Duty")
    assert (play.agent("anna").profile, play.agent("anna").colour) == ("Off Duty", "yellow")
    play.end(call)
    assert (play.status("anna"), play.agent("anna").colour) == ("Off Duty", "yellow")


@pytest.mark.spec("A7")
@pytest.mark.parametrize("status", ["Offered", "In a Call", "Not Connected"])
def test_a7_what_the_engine_derives_cannot_be_chosen(make_engine: Any, status: str) -> None:
    play = centre(make_engine)
    with play.refused(hg.NotSelectable, status):
        play.set_status("anna", status)
