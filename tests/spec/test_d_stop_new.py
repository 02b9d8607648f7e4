"""D5: Stop New. An agent who chats finishes the running chats and gets nothing more until Resume."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg


def centre(make_engine: Any, wrap_up: float = 0) -> Any:
    play = make_engine("console_status")
    play.add_queue("calls", channel="voice", wrap_up=wrap_up)
    play.add_queue("chats", channel="chat", wrap_up=wrap_up)
    play.add_queue("mails", channel="email", wrap_up=wrap_up)
    play.add_agent(
        "dan",
        queues=["calls", "chats", "mails"],
        devices=["voice"],
        capacity={"voice": 1, "chat": 3, "email": 2},
        signed_in=True,
        status="Available",
    )
    play.events()
    return play


@pytest.mark.spec("D5")
def test_d5_without_stop_new_chats_come_up_to_the_limit(make_engine: Any) -> None:
    play = centre(make_engine)
    chats = [play.take("chats", "dan") for _ in range(3)]
    fourth = play.enqueue("chats")
    assert play.state(fourth) == "Queued"
    assert play.rules("dan", fourth) == ["capacity"]
    assert (play.status("dan"), play.held("dan")) == ("Busy", chats)
    play.end(chats[1])
    assert play.offered_to(fourth) == "dan"


@pytest.mark.spec("D5")
@pytest.mark.parametrize("queue", ["calls", "mails"])
def test_d5_and_nothing_of_another_channel(make_engine: Any, queue: str) -> None:
    play = centre(make_engine)
    chat = play.take("chats", "dan")
    other = play.enqueue(queue)
    assert play.state(other) == "Queued"
    assert play.rules("dan", other) == ["blocked"]
    play.end(chat)
    assert play.offered_to(other) == "dan"


@pytest.mark.spec("D5")
def test_d5_stop_new_blocks_every_queued_interaction(make_engine: Any) -> None:
    play = centre(make_engine)
    chat = play.take("chats", "dan")
    play.stop_new("dan")
    assert play.status("dan") == "Busy (Stop New)"
    waiting = [play.enqueue(queue) for queue in ("chats", "calls", "mails")]
    assert [play.state(call) for call in waiting] == ["Queued"] * 3
    for call in waiting:
        assert "stop_new" in play.rules("dan", call)
    assert play.rules("dan", waiting[0]) == ["stop_new"]
    assert play.state(chat) == "Handling"
    assert play.queue("chats").ready == 0


@pytest.mark.spec("D5")
@pytest.mark.rule("CMD-49")
def test_d5_a_chat_being_offered_goes_back(make_engine: Any) -> None:
    play = centre(make_engine)
    held = play.take("chats", "dan")
    offered = play.enqueue("chats")
    play.events()
    play.stop_new("dan")
    assert (play.state(held), play.state(offered)) == ("Handling", "Queued")
    assert [(event.interaction, event.reason) for event in play.events("withdrawn")] == [
        (offered, "stop_new")
    ]


@pytest.mark.spec("D5")
def test_d5_no_status_until_resume_and_resume_receives_again(make_engine: Any) -> None:
    play = centre(make_engine)
    play.take("chats", "dan")
    play.stop_new("dan")
    more = play.enqueue("chats")
    for status in ("Available", "Working Offline", "On Break"):
        with play.refused(hg.NotSelectable, status):
            play.set_status("dan", status)
    play.resume_new("dan")
    assert play.offered_to(more) == "dan"
    assert play.status("dan") == "Busy"


@pytest.mark.spec("D5")
@pytest.mark.parametrize("doing", ["nothing", "ringing", "a call", "a mail", "on break"])
@pytest.mark.rule("CMD-11")
def test_d5_offered_only_to_who_handles_a_chat(make_engine: Any, doing: str) -> None:
    play = centre(make_engine)
    if doing == "ringing":
        play.enqueue("chats")
    elif doing == "a call":
        play.take("calls", "dan")
    elif doing == "a mail":
        play.take("mails", "dan")
    elif doing == "on break":
        play.set_status("dan", "On Break")
    with play.refused(hg.NotSelectable, "dan"):
        play.stop_new("dan")


@pytest.mark.spec("D5")
def test_d5_stop_new_ends_with_the_last_chat(make_engine: Any) -> None:
    play = centre(make_engine, wrap_up=30)
    first, second = play.take("chats", "dan"), play.take("chats", "dan")
    play.stop_new("dan")
    play.end(first)
    assert play.status("dan") == "Busy (Stop New)"
    waiting = play.enqueue("chats")
    play.end(second)
    assert play.status("dan") == "Post Processing"
    play.after(30)
    assert play.offered_to(waiting) == "dan"
    play.accept(waiting)
    assert play.status("dan") == "Busy"


@pytest.mark.spec("D5")
def test_d5_a_call_lets_no_chat_through(make_engine: Any) -> None:
    play = centre(make_engine)
    play.take("calls", "dan")
    chat = play.enqueue("chats")
    assert play.state(chat) == "Queued"
    assert play.rules("dan", chat)[0] == "status"


@pytest.mark.spec("D5")
@pytest.mark.parametrize("model", ["duty_profiles", "presence_profiles", "queue_login", "agent_modes"])
@pytest.mark.rule("CMD-12")
def test_d5_the_other_systems_have_no_such_button(make_engine: Any, model: str) -> None:
    play = make_engine(model)
    play.add_agent("eve", capacity={"chat": 2}, signed_in=True)
    for button in (play.stop_new, play.resume_new):
        with play.refused(hg.NotSelectable):
            button("eve")
