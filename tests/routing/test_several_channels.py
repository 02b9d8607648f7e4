"""Several channels at once: capacity, what blocks what, units, load, Stop New, interruptible channels."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg


def busy_centre(make_engine: Any, **capacity: int) -> Any:
    """anna alone serves a queue of voice, of chat and of email."""
    play = make_engine()
    for channel in ("voice", "chat", "email"):
        play.add_queue(channel, channel=channel)
    play.here("anna", "voice", "chat", "email", capacity=capacity or {"voice": 1, "chat": 2, "email": 3})
    return play


# --- capacity ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("capacity", [1, 2, 5])
@pytest.mark.rule("OFFER-1")
def test_capacity_counts_for_each_channel_and_open_offers_are_held(make_engine: Any, capacity: int) -> None:
    play = busy_centre(make_engine, chat=capacity, email=1)
    chats = [play.enqueue("chat") for _ in range(capacity + 2)]
    assert play.states(chats) == ["Offered"] * capacity + ["Queued"] * 2
    assert play.rules("anna", chats[-1]) == ["capacity"]
    assert play.offered_to(play.enqueue("email")) == "anna"
    play.accept(chats[0])
    assert play.states(chats)[capacity:] == ["Queued"] * 2
    play.end(chats[0])
    assert play.offered_to(chats[capacity]) == "anna"


def test_a_capacity_of_zero_is_no_capability(make_engine: Any) -> None:
    play = busy_centre(make_engine, voice=1, chat=0)
    assert play.rules("anna", play.enqueue("chat")) == ["capability"]
    assert play.agent("anna").capabilities["chat"] == "absent"


def test_more_capacity_is_filled_at_once_and_less_than_held_is_taken_back(make_engine: Any) -> None:
    play = busy_centre(make_engine, chat=1)
    chats = [play.enqueue("chat") for _ in range(3)]
    play.set_capacity("anna", "chat", 3)
    assert play.states(chats) == ["Offered"] * 3
    play.set_capacity("anna", "chat", 2)
    assert play.states(chats) == ["Offered", "Offered", "Queued"]
    play.abandon(chats[2])
    assert play.rules("anna", play.enqueue("chat")) == ["capacity"]


@pytest.mark.rule("STATE-11")
def test_wrap_up_holds_no_capacity(make_engine: Any) -> None:
    play = busy_centre(make_engine, chat=1)
    play.update_queue("chat", wrap_up=30)
    chat = play.take("chat", "anna")
    play.end(chat)
    assert play.state(chat) == "Wrap Up"
    assert play.offered_to(play.enqueue("chat")) == "anna"  # chat blocks nothing


# --- what blocks what -------------------------------------------------------------------------------------


@pytest.mark.parametrize("held", ["voice", "chat", "email"])
@pytest.mark.parametrize("wanted", ["voice", "chat", "email"])
def test_only_a_call_blocks_and_it_blocks_the_others(make_engine: Any, held: str, wanted: str) -> None:
    play = busy_centre(make_engine, voice=2, chat=2, email=2)
    play.take(held, "anna")
    call = play.enqueue(wanted)
    blocked = held == "voice" and wanted != "voice"
    assert play.state(call) == ("Queued" if blocked else "Offered")
    if blocked:
        assert play.rules("anna", call) == ["blocked"]


BLOCKS: list[tuple[Any, list[str]]] = [
    ("all", ["voice", "chat", "email", "video"]),
    ("others", ["voice", "chat", "email"]),
    ("none", []),
    (["chat"], ["chat"]),
    (["chat", "video"], ["chat", "video"]),
]


@pytest.mark.parametrize(("blocks", "expected"), BLOCKS)
def test_a_channel_blocks_what_it_says(make_engine: Any, blocks: Any, expected: list[str]) -> None:
    play = make_engine()
    play.add_channel("video", blocks=blocks)
    channels = ("voice", "chat", "email", "video")
    for channel in channels:
        play.add_queue(channel, channel=channel)
    play.here("anna", *channels, capacity=dict.fromkeys(channels, 2))
    play.take("video", "anna")
    waiting = []
    for channel in channels:
        trial = play.fork()
        if trial.state(trial.enqueue(channel)) == "Queued":
            waiting.append(channel)
    assert waiting == expected


def test_an_open_offer_blocks_as_a_held_interaction_does(make_engine: Any) -> None:
    play = busy_centre(make_engine)
    call = play.enqueue("voice")
    chat = play.enqueue("chat")
    assert play.rules("anna", chat) == ["blocked"]
    play.abandon(call)
    assert play.offered_to(chat) == "anna"


@pytest.mark.rule("ELIG-15")
def test_a_wrap_up_blocks_what_its_channel_blocks_and_itself(make_engine: Any) -> None:
    play = busy_centre(make_engine, voice=2, chat=2)
    play.update_queue("voice", wrap_up=30)
    play.end(play.take("voice", "anna"))
    call, chat = play.enqueue("voice"), play.enqueue("chat")
    assert play.reasons("anna", call) == [("wrap_up", 30.0)]
    assert play.reasons("anna", chat) == [("wrap_up", 30.0)]
    play.after(30)
    assert play.offered_to(call) == "anna"


@pytest.mark.rule("OFFER-6", "ELIG-16")
def test_an_interruptible_email_lets_a_call_in_but_a_blocked_one_does_not_come_back(make_engine: Any) -> None:
    play = make_engine()
    play.add_channel("letter", blocks="others", interruptible_by=["voice"])
    play.add_queue("letters", channel="letter")
    play.add_queue("calls")
    play.add_queue("chats", channel="chat")
    play.here("anna", "letters", "calls", "chats", capacity={"letter": 1, "voice": 1, "chat": 1})
    play.take("letters", "anna")
    assert play.rules("anna", play.enqueue("chats")) == ["blocked"]
    call = play.take("calls", "anna")
    assert sorted(play.agent("anna").interactions) == [1, call]


# --- a capability that channels share ---------------------------------------------------------------------


@pytest.mark.rule("ELIG-17")
def test_channels_that_share_a_capability_share_capacity_and_load(make_engine: Any) -> None:
    play = make_engine()
    play.add_channel("task", capability="email")
    play.add_queue("tasks", channel="task")
    play.add_queue("mails", channel="email")
    play.here("anna", "tasks", "mails", capacity={"email": 2})
    play.take("tasks", "anna")
    mail = play.take("mails", "anna")
    task = play.enqueue("tasks")
    assert play.rules("anna", task) == ["capacity"]
    assert play.agent("anna").capabilities["task"] == play.agent("anna").capabilities["email"] == "full"
    play.end(mail)
    assert play.offered_to(task) == "anna"


def test_blocking_goes_by_the_channel_itself_not_by_what_it_shares(make_engine: Any) -> None:
    play = make_engine()
    play.add_channel("callback", capability="voice", blocks=["email"])
    for channel in ("callback", "chat", "email"):
        play.add_queue(channel, channel=channel)
    play.here("anna", "callback", "chat", "email", capacity={"voice": 1, "chat": 1, "email": 1})
    play.take("callback", "anna")
    assert play.rules("anna", play.enqueue("email")) == ["blocked"]
    assert play.offered_to(play.enqueue("chat")) == "anna"
    play.disconnect("anna", "voice")
    assert play.rules("anna", play.enqueue("callback")) == ["device", "capacity"]


# --- units ------------------------------------------------------------------------------------------------


def test_each_interaction_costs_units_and_offers_cost_them_too(make_engine: Any) -> None:
    play = make_engine()
    play.add_channel("video", units=50)
    play.add_channel("note", units=20)
    play.add_queue("videos", channel="video")
    play.add_queue("notes", channel="note")
    play.here("anna", "videos", "notes", capacity={"video": 9, "note": 9}, units=100)
    video = play.enqueue("videos")
    notes = [play.enqueue("notes") for _ in range(3)]
    assert play.states([video, *notes]) == ["Offered", "Offered", "Offered", "Queued"]
    assert play.rules("anna", notes[2]) == ["units"]
    play.accept(video)
    assert play.rules("anna", notes[2]) == ["units"]
    play.end(video)
    assert play.offered_to(notes[2]) == "anna"


def test_without_units_of_an_agent_nothing_is_counted(make_engine: Any) -> None:
    play = make_engine()
    play.add_channel("video", units=50)
    play.add_queue("videos", channel="video")
    play.here("anna", "videos", capacity={"video": 3})
    assert play.states([play.enqueue("videos") for _ in range(3)]) == ["Offered"] * 3


def test_the_capability_that_is_missing_is_named_where_another_channel_has_it(make_engine: Any) -> None:
    play = make_engine()
    play.add_channel("task", capability="email")
    play.here("anna", capacity={"voice": 1})
    with pytest.raises(hg.CapabilityMissing, match=r"no capability for '?email'?, which '?task'? needs"):
        play.direct("anna", channel="task")
    with pytest.raises(hg.CapabilityMissing, match=r"no capability for '?chat'?$"):
        play.direct("anna", channel="chat")


# --- load first, Stop New ---------------------------------------------------------------------------------


def test_the_load_ratio_of_the_channel_counts_not_that_of_others(make_engine: Any) -> None:
    play = busy_centre(make_engine, chat=2, email=3)
    play.here("ben", "chat", capacity={"chat": 2})
    for _ in range(2):
        play.take("email", "anna")
    assert play.offered_to(play.enqueue("chat")) == "anna"
    assert play.offered_to(play.enqueue("chat")) == "ben"


def test_stop_new_keeps_new_work_away_and_withdraws_what_is_offered(make_engine: Any) -> None:
    play = make_engine("console_status")
    play.add_queue("chats", channel="chat")
    play.here("anna", "chats", capacity={"voice": 1, "chat": 3}, status="Available")
    with pytest.raises(hg.NotSelectable):
        play.stop_new("anna")
    first = play.take("chats", "anna")
    second = play.enqueue("chats")
    play.events()
    play.stop_new("anna")
    withdrawn = play.events("withdrawn")
    assert [(event.interaction, event.reason) for event in withdrawn] == [(second, "stop_new")]
    assert "stop_new" in play.rules("anna", second)
    assert play.state(first) == "Handling"
    play.resume_new("anna")
    assert play.offered_to(second) == "anna"
