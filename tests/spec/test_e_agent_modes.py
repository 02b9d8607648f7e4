"""E: agent modes. A mode chosen while busy waits for the work to end; nothing new arrives meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg

MODES = ("Break", "BackOffice - Administrative", "Handling - Outgoing Interactions", "Offline")


def centre(make_engine: Any, wrap_up: float = 0, **gil: Any) -> Any:
    """A voice and a chat service; gil takes one call or two chats and is Ready unless told otherwise."""
    play = make_engine("agent_modes")
    play.add_queue("calls", channel="voice", wrap_up=wrap_up)
    play.add_queue("chats", channel="chat", wrap_up=wrap_up)
    given: dict[str, Any] = {
        "queues": ["calls", "chats"],
        "devices": ["voice"],
        "capacity": {"voice": 1, "chat": 2},
        "signed_in": True,
        "status": "Ready",
    }
    play.add_agent("gil", **{**given, **gil})
    play.events()
    return play


def monitor_row(play: Any, agent: str = "gil") -> Any:
    return next(row for row in play.monitor() if row.agent == agent)


# --- E1 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("E1")
@pytest.mark.parametrize("status", ["Ready", *MODES])
def test_e1_what_an_idle_agent_may_select(make_engine: Any, status: str) -> None:
    play = centre(make_engine)
    play.set_status("gil", status)
    assert (play.status("gil"), play.agent("gil").pending) == (status, None)
    assert set(play.agent("gil").selectable) | {status} == {"Ready", *MODES}


@pytest.mark.spec("E1")
@pytest.mark.parametrize("status", ["Busy", "No Answer", "Offered"])
@pytest.mark.parametrize("busy", [False, True])
def test_e1_what_is_always_derived(make_engine: Any, status: str, busy: bool) -> None:
    play = centre(make_engine)
    if busy:
        play.take("calls", "gil")
    with play.refused(hg.NotSelectable, status):
        play.set_status("gil", status)
    assert status not in play.agent("gil").selectable


@pytest.mark.spec("E1")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.rule("STATUS-9")
def test_e1_the_waiting_statuses_can_be_selected_while_busy_and_only_then(
    make_engine: Any, mode: str
) -> None:
    play = centre(make_engine)
    waiting = f"Waiting for {mode}"
    with play.refused(hg.NotSelectable, waiting):
        play.set_status("gil", waiting)
    call = play.take("calls", "gil")
    assert waiting in play.agent("gil").selectable
    play.set_status("gil", waiting)
    assert play.status("gil") == waiting
    play.end(call)
    assert play.status("gil") == mode


@pytest.mark.spec("E1")
def test_e1_sign_in_starts_offline(make_engine: Any) -> None:
    play = centre(make_engine, signed_in=False, status=None)
    play.sign_in("gil")
    assert play.status("gil") == "Offline"
    assert (play.queue("calls").logged_in, play.queue("calls").presence) == (0, "absent")
    play.set_status("gil", "Ready")
    play.sign_out("gil")
    play.sign_in("gil")
    assert (play.status("gil"), play.agent("gil").profile) == ("Offline", "Offline")
    assert play.state(play.enqueue("calls")) == "Queued"


# --- E2 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("E2")
def test_e2_ready_receives(make_engine: Any) -> None:
    play = centre(make_engine, status="Offline")
    call = play.enqueue("calls")
    play.set_status("gil", "Ready")
    assert play.offered_to(call) == "gil"


@pytest.mark.spec("E2")
@pytest.mark.parametrize("mode", MODES)
def test_e2_the_others_get_no_queued_interaction(make_engine: Any, mode: str) -> None:
    play = centre(make_engine, status=mode)
    call, chat = play.enqueue("calls"), play.enqueue("chats")
    assert (play.state(call), play.state(chat)) == ("Queued", "Queued")
    assert play.rules("gil", call) == ["status"]
    assert play.queue("calls").presence == ("absent" if mode == "Offline" else "busy")


@pytest.mark.spec("E2")
@pytest.mark.parametrize(
    ("mode", "reachable"),
    [
        ("Ready", True),
        ("Handling - Outgoing Interactions", True),
        ("Break", False),
        ("BackOffice - Administrative", False),
        ("Offline", False),
    ],
)
def test_e2_direct_interactions(make_engine: Any, mode: str, reachable: bool) -> None:
    play = centre(make_engine, status=mode)
    if reachable:
        assert play.offered_to(play.direct("gil", "voice")) == "gil"
    else:
        with play.refused(hg.NotReachable, "gil"):
            play.direct("gil", "voice")


@pytest.mark.spec("E2")
def test_e2_handling_outgoing_works_on_outbound_interactions(make_engine: Any) -> None:
    play = centre(make_engine, status="Handling - Outgoing Interactions")
    call = play.dial("gil", "voice")
    assert (play.state(call), play.status("gil")) == ("Dialing", "Busy")
    play.answered(call)
    assert play.state(call) == "Handling"
    queued = play.enqueue("calls")
    play.end(call)
    assert play.status("gil") == "Handling - Outgoing Interactions"
    assert play.state(queued) == "Queued"


# --- E3 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("E3")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.rule("STATUS-11")
def test_e3_a_mode_chosen_while_busy_waits_for_the_call_and_its_wrap_up(make_engine: Any, mode: str) -> None:
    play = centre(make_engine, wrap_up=30)
    call = play.take("calls", "gil")
    waiting = play.enqueue("calls")
    play.set_status("gil", mode)
    agent = play.agent("gil")
    assert (agent.status, agent.pending, agent.mode_pending) == (f"Waiting for {mode}", mode, True)
    assert (agent.reported_as, play.queue("calls").logged_in) == ("logged in", 1)
    assert play.state(call) == "Handling"
    play.end(call)
    assert (play.status("gil"), play.state(call)) == (f"Waiting for {mode}", "Wrap Up")
    play.after(30)
    agent = play.agent("gil")
    assert (agent.status, agent.pending, agent.mode_pending) == (mode, None, False)
    assert play.state(call) == "Completed"
    assert play.state(waiting) == "Queued"


@pytest.mark.spec("E3")
def test_e3_nothing_new_arrives_while_a_mode_waits(make_engine: Any) -> None:
    play = centre(make_engine)
    held = play.take("chats", "gil")
    offered = play.enqueue("chats")
    play.events()
    play.set_status("gil", "Break")
    assert play.state(offered) == "Queued"
    assert [event.reason for event in play.events("withdrawn")] == ["pending"]
    assert "pending" in play.rules("gil", offered)
    with play.refused(hg.NotReachable, "gil"):
        play.direct("gil", "chat")
    assert play.held("gil") == [held]
    assert play.queue("chats").ready == 0


@pytest.mark.spec("E3")
@pytest.mark.rule("STATUS-3")
def test_e3_the_monitor_reads_mode_pending(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.take("calls", "gil")
    assert monitor_row(play).availability != "Mode Pending"
    assert monitor_row(play).mode_pending is False
    play.set_status("gil", "Break")
    assert monitor_row(play).availability == "Mode Pending"
    assert monitor_row(play).mode_pending is True
    assert monitor_row(play).status == "Waiting for Break"
    play.end(call)
    assert monitor_row(play).availability != "Mode Pending"
    assert monitor_row(play).mode_pending is False


@pytest.mark.spec("E3")
@pytest.mark.rule("STATUS-10")
def test_e3_choosing_ready_again_withdraws_the_wait(make_engine: Any) -> None:
    play = centre(make_engine)
    first = play.take("chats", "gil")
    play.set_status("gil", "Break")
    second = play.enqueue("chats")
    assert play.state(second) == "Queued"
    play.events()
    play.set_status("gil", "Ready")
    assert (play.status("gil"), play.agent("gil").pending) == ("Busy", None)
    assert play.offered_to(second) == "gil"
    changes = [(event.status_from, event.status_to) for event in play.events("pending_changed")]
    assert changes == [("Break", None)]
    play.abandon(second)
    play.end(first)
    assert play.status("gil") == "Ready"


@pytest.mark.spec("E3")
def test_e3_the_last_choice_counts(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.take("calls", "gil")
    play.set_status("gil", "Break")
    play.set_status("gil", "Waiting for Offline")
    assert play.status("gil") == "Waiting for Offline"
    play.end(call)
    assert play.status("gil") == "Offline"


@pytest.mark.spec("E3")
@pytest.mark.rule("STATUS-16")
def test_e3_it_waits_for_all_that_is_held(make_engine: Any) -> None:
    play = centre(make_engine, wrap_up=10)
    first, second = play.take("chats", "gil"), play.take("chats", "gil")
    play.set_status("gil", "Offline")
    play.end(first)
    play.after(60)
    assert play.status("gil") == "Waiting for Offline"
    play.end(second)
    play.after(9)
    assert play.status("gil") == "Waiting for Offline"
    play.after(1)
    assert play.status("gil") == "Offline"


@pytest.mark.spec("E3")
def test_e3_a_mode_can_be_chosen_during_wrap_up_too(make_engine: Any) -> None:
    play = centre(make_engine, wrap_up=30)
    call = play.take("calls", "gil")
    play.end(call)
    assert play.status("gil") == "Busy"
    play.set_status("gil", "Break")
    assert play.status("gil") == "Waiting for Break"
    play.finish_wrap_up(call)
    assert play.status("gil") == "Break"


@pytest.mark.spec("E3")
@pytest.mark.rule("STATUS-4")
def test_e3_an_offer_is_no_work_yet(make_engine: Any) -> None:
    """Only who handles or wraps up is busy: from a ringing offer the mode is entered at once."""
    play = centre(make_engine)
    call = play.enqueue("calls")
    play.set_status("gil", "Break")
    assert (play.status("gil"), play.agent("gil").pending) == ("Break", None)
    assert play.state(call) == "Queued"


# --- E4 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("E4")
def test_e4_offered_until_accepted(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("calls")
    assert (play.status("gil"), play.state(call)) == ("Offered", "Offered")
    play.accept(call)
    assert (play.status("gil"), play.state(call)) == ("Busy", "Handling")


@pytest.mark.spec("E4")
@pytest.mark.parametrize("way", ["queued", "direct"])
@pytest.mark.rule("MISS-3")
def test_e4_a_missed_interaction_gives_no_answer(make_engine: Any, way: str) -> None:
    play = centre(make_engine)
    call = play.enqueue("calls") if way == "queued" else play.direct("gil", "voice")
    play.after(20)
    assert play.status("gil") == "No Answer"
    assert play.state(call) == ("Queued" if way == "queued" else "Abandoned")
    assert (play.agent("gil").reported_as, play.queue("calls").logged_in) == ("logged in", 1)
    play.after(3600)
    assert play.status("gil") == "No Answer"
    waiting = play.enqueue("calls")
    assert play.state(waiting) == "Queued"
    assert play.rules("gil", waiting) == ["status"]
    with play.refused(hg.NotReachable, "gil"):
        play.direct("gil", "voice")


@pytest.mark.spec("E4")
@pytest.mark.parametrize("status", ["Ready", *MODES])
@pytest.mark.rule("STATUS-13")
def test_e4_no_answer_is_left_by_choosing_a_status(make_engine: Any, status: str) -> None:
    play = centre(make_engine)
    call = play.enqueue("calls")
    play.after(20)
    play.after(60)
    assert set(play.agent("gil").selectable) >= {"Ready", *MODES}
    play.set_status("gil", status)
    assert play.status("gil") == ("Offered" if status == "Ready" else status)
    assert play.state(call) == ("Offered" if status == "Ready" else "Queued")


@pytest.mark.spec("E4")
def test_e4_a_rejected_interaction_is_not_a_missed_one(make_engine: Any) -> None:
    play = centre(make_engine)
    play.reject(play.enqueue("calls"))
    assert play.status("gil") == "Ready"


@pytest.mark.spec("E4")
def test_e4_a_chat_missed_during_another_waits_for_that_one(make_engine: Any) -> None:
    play = centre(make_engine)
    held = play.take("chats", "gil")
    missed = play.enqueue("chats")
    play.after(20)
    assert play.state(missed) == "Queued"
    assert play.agent("gil").pending == "No Answer"
    assert play.rules("gil", missed)[0] == "pending"
    play.end(held)
    assert play.status("gil") == "No Answer"
    assert play.state(missed) == "Queued"
