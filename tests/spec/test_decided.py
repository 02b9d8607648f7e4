"""What the texts of the five systems leave open, as it was decided once for all of them."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg

RECEIVING = {
    "duty_profiles": "On Duty",
    "presence_profiles": "Available",
    "queue_login": "Online",
    "console_status": "Available",
    "agent_modes": "Ready",
}
MODELS = tuple(RECEIVING)


def add(play: Any, model: str, name: str, **settings: Any) -> None:
    """An agent who receives: signed in, with a phone, in the status for it, Ready where that counts."""
    given: dict[str, Any] = {"devices": ["voice"], "signed_in": True, "status": RECEIVING[model]}
    play.add_agent(name, **{**given, **settings})
    if hg.PresenceModel.load(model).toggle is not None:
        play.set_ready(name, True)


def centre(make_engine: Any, model: str) -> Any:
    play = make_engine(model)
    play.add_queue("calls", channel="voice")
    play.add_queue("chats", channel="chat")
    play.add_queue("mails", channel="email")
    return play


@pytest.mark.spec("A5", "B2", "C4", "D5", "E2")
@pytest.mark.parametrize("model", MODELS)
def test_while_chats_are_held_more_come_up_to_the_capacity(make_engine: Any, model: str) -> None:
    play = centre(make_engine, model)
    add(play, model, "anna", queues=["calls", "chats"], capacity={"voice": 1, "chat": 3})
    chats = [play.take("chats", "anna") for _ in range(3)]
    fourth = play.enqueue("chats")
    assert play.rules("anna", fourth) == ["capacity"]
    assert play.held("anna") == chats


@pytest.mark.spec("A5", "B7", "C4", "D2", "E2")
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.rule("ELIG-18")
def test_a_voice_call_blocks_every_other_channel(make_engine: Any, model: str) -> None:
    play = centre(make_engine, model)
    add(play, model, "anna", queues=["calls", "chats", "mails"], capacity={"voice": 1, "chat": 3, "email": 3})
    call = play.take("calls", "anna")
    chat, mail = play.enqueue("chats"), play.enqueue("mails")
    assert (play.state(chat), play.state(mail)) == ("Queued", "Queued")
    assert "blocked" in play.rules("anna", chat)
    assert {play.agent("anna").capabilities[name] for name in ("voice", "chat", "email")} == {"full"}
    play.end(call)
    assert play.offered_to(chat) == "anna"


CALL_DURING_CHAT = {"console_status": "Queued"}


@pytest.mark.spec("A5", "B2", "C4", "D5", "E2")
@pytest.mark.parametrize("model", MODELS)
def test_a_chat_blocks_a_call_only_where_the_model_says_so(make_engine: Any, model: str) -> None:
    play = centre(make_engine, model)
    add(play, model, "anna", queues=["calls", "chats"], capacity={"voice": 1, "chat": 3})
    play.take("chats", "anna")
    call = play.enqueue("calls")
    assert play.state(call) == CALL_DURING_CHAT.get(model, "Offered")


@pytest.mark.spec("A1", "B5", "C7", "D1", "E2")
@pytest.mark.parametrize("model", MODELS)
def test_voice_needs_a_device_and_chat_needs_the_right(make_engine: Any, model: str) -> None:
    play = centre(make_engine, model)
    add(play, model, "anna", queues=["calls", "chats"], capacity={"voice": 1, "chat": 0})
    play.disconnect("anna", "voice")
    call, chat = play.enqueue("calls"), play.enqueue("chats")
    assert play.rules("anna", call) == ["device"]
    assert play.rules("anna", chat) == ["capability"]
    for channel in ("voice", "chat"):
        with play.refused(hg.CapabilityMissing, channel):
            play.direct("anna", channel)


# What the status becomes: it stays, but for where a system says something else.
AFTER_REJECT = {"console_status": "On Break"}
AFTER_MISS = {"duty_profiles": "Absent", "agent_modes": "No Answer"}
IDLE = {**RECEIVING, "presence_profiles": "Ready"}


@pytest.mark.spec("A5", "B1", "C3", "D6", "E4")
@pytest.mark.parametrize("how", ["reject", "miss"])
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.rule("OFFER-8")
def test_an_interaction_not_taken_goes_to_the_next_eligible_agent(
    make_engine: Any, model: str, how: str
) -> None:
    play = centre(make_engine, model)
    add(play, model, "anna", queues=["calls"])
    add(play, model, "bert", queues=["calls"])
    call = play.enqueue("calls")
    assert play.offered_to(call) == "anna"
    if how == "reject":
        play.reject(call)
    else:
        play.after(20)
    assert play.offered_to(call) == "bert"
    expected = (AFTER_REJECT if how == "reject" else AFTER_MISS).get(model, IDLE[model])
    assert play.status("anna") == expected
    assert [event.interaction for event in play.events("queued")] == [call]


NO_ANSWER = {
    "duty_profiles": "Absent",
    "presence_profiles": "Away",
    "queue_login": "Offline",
    "console_status": "On Break",
    "agent_modes": "No Answer",
}


@pytest.mark.spec("A5", "B2", "C4", "D6", "E4")
@pytest.mark.parametrize("model", MODELS)
def test_misses_in_a_row_set_the_models_status(make_engine: Any, model: str) -> None:
    play = centre(make_engine, model)
    play.update_queue("calls", max_misses=1)
    add(play, model, "anna", queues=["calls"])
    call = play.enqueue("calls")
    play.after(20)
    assert (play.status("anna"), play.state(call)) == (NO_ANSWER[model], "Queued")
    play.after(3600)
    assert play.state(call) == "Queued"


@pytest.mark.spec("B2", "C4")
@pytest.mark.parametrize("model", ["presence_profiles", "queue_login", "console_status"])
def test_an_accept_in_between_starts_the_count_anew(make_engine: Any, model: str) -> None:
    play = centre(make_engine, model)
    play.update_queue("calls", max_misses=2)
    add(play, model, "anna", queues=["calls"])
    for _ in range(3):
        call = play.enqueue("calls")
        play.after(20)  # missed once
        play.after(10)  # asked again
        assert play.offered_to(call) == "anna"
        play.accept(call)
        play.end(call)
    assert play.status("anna") == IDLE[model]


LOGGED_IN = {
    "duty_profiles": {"On Duty": True, "Off Duty": False},
    "presence_profiles": {
        "Available": True,
        "Away": True,
        "Tentative": True,
        "Conference": True,
        "Lunch": True,
        "Logged Off": False,
    },
    "queue_login": {"Online": True, "Single Call": True, "Offline": False, "Break": False, "Other": False},
    "console_status": {"Available": True, "Working Offline": True, "On Break": True},
    "agent_modes": {
        "Ready": True,
        "Break": True,
        "BackOffice - Administrative": True,
        "Handling - Outgoing Interactions": True,
        "Offline": False,
    },
}


@pytest.mark.spec("A6", "B2", "C5", "D7", "E1")
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.rule("PRES-1")
def test_who_counts_as_logged_in_for_the_service(make_engine: Any, model: str) -> None:
    play = centre(make_engine, model)
    add(play, model, "anna", queues=["calls"])
    for status, counts in LOGGED_IN[model].items():
        if play.agent("anna").profile != status:
            play.set_status("anna", status)
        view = play.queue("calls")
        assert (view.logged_in, view.presence == "absent") == (int(counts), not counts), status
        play.queue_logout("anna", "calls")
        assert play.queue("calls").logged_in == 0
        play.queue_login("anna", "calls")
