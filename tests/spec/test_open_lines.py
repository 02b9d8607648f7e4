"""The lines of "What the texts leave open", X1 to X9 in their order, by what an agent sees."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg

EVERYTHING: dict[str, Any] = {
    "devices": ["voice"],
    "capacity": {"voice": 1, "chat": 3, "email": 2},
    "signed_in": True,
}


def centre(make_engine: Any, model: Any, status: str, **agent: Any) -> Any:
    play = make_engine(model)
    play.add_queue("calls", channel="voice")
    play.add_queue("chats", channel="chat")
    play.add_agent("ann", **{**EVERYTHING, "queues": ["calls", "chats"], "status": status, **agent})
    return play


def reached(play: Any, channel: str) -> bool:
    """Can ann be offered a direct interaction of the channel now?"""
    try:
        call = play.direct("ann", channel)
    except hg.NotReachable:
        return False
    play.abandon(call)
    return True


@pytest.mark.spec("X1")
@pytest.mark.parametrize(
    ("model", "status", "channels"),
    [
        ("duty_profiles", "On Duty", {"voice", "chat"}),
        ("duty_profiles", "Off Duty", {"voice", "chat"}),
        ("presence_profiles", "Available", {"voice", "chat"}),
        ("presence_profiles", "Tentative", {"voice", "chat"}),
        ("presence_profiles", "Away", {"chat"}),
        ("presence_profiles", "Lunch", {"chat"}),
        ("presence_profiles", "Conference", set()),
        ("presence_profiles", "Logged Off", set()),
        ("queue_login", "Online", {"voice", "chat"}),
        ("queue_login", "Break", {"voice", "chat"}),
        ("console_status", "Available", {"voice", "chat"}),
        ("console_status", "Working Offline", set()),
        ("console_status", "On Break", set()),
        ("agent_modes", "Ready", {"voice", "chat"}),
        ("agent_modes", "Handling - Outgoing Interactions", {"voice", "chat"}),
        ("agent_modes", "Break", set()),
        ("agent_modes", "BackOffice - Administrative", set()),
    ],
)
def test_x1_who_receives_direct_interactions(
    make_engine: Any, model: str, status: str, channels: set[str]
) -> None:
    play = centre(make_engine, model, status)
    assert {channel for channel in ("voice", "chat") if reached(play, channel)} == channels


@pytest.mark.spec("X2", "B2")
def test_x2_away_cannot_dial(make_engine: Any) -> None:
    play = centre(make_engine, "presence_profiles", "Away")
    with play.refused(hg.FeaturesOff):
        play.dial("ann", "voice")
    play.set_status("ann", "Available")
    assert play.dial("ann", "voice")


@pytest.mark.spec("X3")
@pytest.mark.parametrize(
    ("model", "status", "takes"),
    [
        ("duty_profiles", "On Duty", True),
        ("presence_profiles", "Available", True),
        ("queue_login", "Online", True),
        ("agent_modes", "Ready", True),
        ("console_status", "Available", False),
    ],
)
def test_x3_while_an_email_is_held_the_selected_status_decides(
    make_engine: Any, model: str, status: str, takes: bool
) -> None:
    play = centre(make_engine, model, status, **({"ready": True} if model == "presence_profiles" else {}))
    play.add_queue("mails", channel="email")
    play.join("ann", "mails")
    play.take("mails", "ann")
    assert (play.offered_to(play.enqueue("mails")) == "ann") is takes


@pytest.mark.spec("X4", "D5")
def test_x4_a_busy_chat_agent_is_blocked_for_another_channel(make_engine: Any) -> None:
    play = centre(make_engine, "console_status", "Available")
    play.take("chats", "ann")
    call = play.enqueue("calls")
    assert "blocked" in play.rules("ann", call)
    assert play.offered_to(play.enqueue("chats")) == "ann"


@pytest.mark.spec("X5", "D3", "D5")
def test_x5_post_processing_starts_with_the_last_end_and_stop_new_is_over_then(make_engine: Any) -> None:
    play = centre(make_engine, "console_status", "Available")
    play.update_queue("chats", wrap_up=30)
    one, two = play.take("chats", "ann"), play.take("chats", "ann")
    play.stop_new("ann")
    assert play.status("ann") == "Busy (Stop New)"
    play.end(one)
    assert play.status("ann") == "Busy (Stop New)"
    play.end(two)
    assert (play.status("ann"), play.agent("ann").can_stop_new) == ("Post Processing", False)
    play.after(30)
    assert play.status("ann") == "Available"
    assert play.offered_to(play.enqueue("chats")) == "ann"


@pytest.mark.spec("X6", "A5", "C2")
@pytest.mark.parametrize(
    ("model", "status", "in_a_call"),
    [("duty_profiles", "On Duty", "In a Call"), ("queue_login", "Online", "On a Call")],
)
def test_x6_in_a_call_is_a_word_for_voice(make_engine: Any, model: str, status: str, in_a_call: str) -> None:
    play = centre(make_engine, model, status)
    chat = play.take("chats", "ann")
    assert play.status("ann") == status
    play.end(chat)
    play.take("calls", "ann")
    assert play.status("ann") == in_a_call


@pytest.mark.spec("X6", "A5")
def test_x6_in_a_call_receives_no_second_service_call_whatever_the_capacity(make_engine: Any) -> None:
    play = centre(make_engine, "duty_profiles", "On Duty", capacity={"voice": 3})
    play.take("calls", "ann")
    second = play.enqueue("calls")
    assert (play.state(second), play.rules("ann", second)) == ("Queued", ["status"])
    assert reached(play, "voice")


@pytest.mark.spec("X7", "D4")
def test_x7_working_offline_is_not_selectable_during_an_interaction(make_engine: Any) -> None:
    play = centre(make_engine, "console_status", "Available")
    play.take("calls", "ann")
    assert play.agent("ann").selectable == ()
    with play.refused(hg.NotSelectable):
        play.set_status("ann", "Working Offline")


@pytest.mark.spec("X8", "C5", "C7")
def test_x8_what_queue_login_reports(make_engine: Any) -> None:
    model = hg.PresenceModel.load("queue_login").with_status("Training", like="Meeting")
    play = centre(make_engine, model, "Online")
    call = play.take("calls", "ann")
    assert (play.status("ann"), play.agent("ann").reported_as) == ("On a Call", "logged in")
    play.end(call)
    play.disconnect("ann", "voice")
    waiting = play.enqueue("calls")
    assert (play.status("ann"), play.rules("ann", waiting)) == ("Online", ["device"])
    play.set_status("ann", "Training")
    assert play.agent("ann").reported_as == "logged out: Training"


@pytest.mark.spec("X9", "E3")
def test_x9_the_monitor_reads_mode_pending_while_a_mode_waits(make_engine: Any) -> None:
    play = centre(make_engine, "agent_modes", "Ready")
    assert play.monitor()[0].availability == "Available"
    call = play.take("calls", "ann")
    play.set_status("ann", "Break")
    assert play.monitor()[0].availability == "Mode Pending"
    play.end(call)
    assert play.monitor()[0].availability == "Not Available"
