"""B, continued: what lets an agent take a channel, how that is shown, and what a transfer needs."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg


def centre(make_engine: Any, **ben: Any) -> Any:
    play = make_engine("presence_profiles")
    play.add_channel("task", capability="email")
    play.add_channel("action_item", capability="email")
    for name, channel in (("sales", "voice"), ("web", "chat"), ("mail", "email"), ("tasks", "task")):
        play.add_queue(name, channel=channel)
    play.add_queue("actions", channel="action_item")
    given: dict[str, Any] = {
        "queues": ["sales", "web", "mail", "tasks", "actions"],
        "devices": ["voice"],
        "capacity": {"voice": 1, "chat": 2, "email": 2},
        "signed_in": True,
    }
    play.add_agent("ben", **{**given, **ben})
    play.set_ready("ben", True)
    play.events()
    return play


# --- B5 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("B5")
def test_b5_without_an_audio_device_no_phone_call_but_everything_else(make_engine: Any) -> None:
    play = centre(make_engine, devices=[])
    call, chat = play.enqueue("sales"), play.enqueue("web")
    assert play.state(call) == "Queued"
    assert play.rules("ben", call) == ["device"]
    assert play.offered_to(chat) == "ben"
    play.accept(chat)
    play.end(chat)
    with play.refused(hg.CapabilityMissing, "voice"):
        play.direct("ben", "voice")
    with play.refused(hg.CapabilityMissing, "voice"):
        play.dial("ben", "voice")
    play.connect("ben", "voice")
    assert play.offered_to(call) == "ben"


@pytest.mark.spec("B5")
@pytest.mark.parametrize(("channel", "queue"), [("voice", "sales"), ("chat", "web"), ("email", "mail")])
def test_b5_without_the_right_nothing_of_that_channel(make_engine: Any, channel: str, queue: str) -> None:
    capacity = {"voice": 1, "chat": 2, "email": 2}
    play = centre(make_engine, capacity={**capacity, channel: 0})
    call = play.enqueue(queue)
    assert play.state(call) == "Queued"
    assert play.rules("ben", call) == ["capability"]
    with play.refused(hg.CapabilityMissing, channel):
        play.direct("ben", channel)
    play.set_capacity("ben", channel, 1)
    assert play.offered_to(call) == "ben"


@pytest.mark.spec("B5")
@pytest.mark.parametrize("queue", ["mail", "tasks", "actions"])
def test_b5_email_covers_the_item_types_that_name_it(make_engine: Any, queue: str) -> None:
    play = centre(make_engine, capacity={"voice": 1, "chat": 2, "email": 0})
    item = play.enqueue(queue)
    assert play.rules("ben", item) == ["capability"]
    play.set_capacity("ben", "email", 1)
    assert play.offered_to(item) == "ben"


@pytest.mark.spec("B5")
def test_b5_items_that_share_a_capability_share_its_capacity(make_engine: Any) -> None:
    play = centre(make_engine)
    mail, task = play.take("mail", "ben"), play.take("tasks", "ben")
    action = play.enqueue("actions")
    assert play.state(action) == "Queued"
    assert play.rules("ben", action) == ["capacity"]
    assert play.agent("ben").capabilities["email"] == "full"
    play.end(mail)
    assert play.offered_to(action) == "ben"
    assert play.held("ben") == [task, action]


# --- B6 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("B6")
@pytest.mark.parametrize(
    ("queue", "channel", "cora"),
    [
        ("web", "chat", {"capacity": {"voice": 1}}),
        ("mail", "email", {"capacity": {"voice": 1, "chat": 1}}),
        ("sales", "voice", {"capacity": {"voice": 1}, "devices": []}),
    ],
)
def test_b6_a_transfer_needs_the_capability(
    make_engine: Any, queue: str, channel: str, cora: dict[str, Any]
) -> None:
    play = centre(make_engine)
    play.add_agent("cora", **{"devices": ["voice"], "signed_in": True, **cora})
    item = play.take(queue, "ben")
    with play.refused(hg.CapabilityMissing, channel, "cora"):
        play.transfer(item, agent="cora")
    view = play.interaction(item)
    assert (view.state, view.agent) == ("Handling", "ben")
    assert play.held("cora") == []
    play.set_capacity("cora", channel, 1)
    if channel == "voice":
        play.connect("cora", "voice")
    play.transfer(item, agent="cora")
    assert play.offered_to(item) == "cora"
    assert play.held("ben") == []


@pytest.mark.spec("B6")
def test_b6_a_held_conversation_stays_on_hold_when_the_transfer_is_refused(make_engine: Any) -> None:
    play = centre(make_engine)
    play.add_agent("cora", signed_in=True)
    call = play.take("sales", "ben")
    play.hold(call)
    with play.refused(hg.CapabilityMissing, "voice"):
        play.transfer(call, agent="cora")
    with play.refused(hg.CapabilityMissing, "voice"):
        play.consult(call, "cora")
    assert play.state(call) == "On Hold"


@pytest.mark.spec("B6")
@pytest.mark.rule("CMD-48")
def test_b6_the_error_differs_where_the_capability_is_there(make_engine: Any) -> None:
    play = centre(make_engine)
    play.add_agent("cora", devices=["voice"], signed_in=True, status="Conference")
    call = play.take("sales", "ben")
    with play.refused(hg.NotReachable, "cora"):
        play.transfer(call, agent="cora")
    play.set_status("cora", "Available")
    play.accept(play.direct("cora", "voice"))
    with play.refused(hg.NotReachable, "cora"):
        play.transfer(call, agent="cora")
    assert play.state(call) == "Handling"


# --- B7 ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("B7")
def test_b7_absent_available_full(make_engine: Any) -> None:
    play = centre(make_engine, capacity={"voice": 1, "chat": 2, "email": 0}, devices=[])
    shown = play.agent("ben").capabilities
    assert {name: shown[name] for name in ("voice", "chat", "email")} == {
        "voice": "absent",
        "chat": "available",
        "email": "absent",
    }
    play.connect("ben", "voice")
    play.set_capacity("ben", "email", 3)
    shown = play.agent("ben").capabilities
    assert {shown[name] for name in ("voice", "chat", "email")} == {"available"}


@pytest.mark.spec("B7")
def test_b7_greyed_out_only_when_no_more_of_that_type_fits(make_engine: Any) -> None:
    play = centre(make_engine)
    first = play.take("web", "ben")
    assert play.agent("ben").capabilities["chat"] == "available"
    second = play.enqueue("web")
    assert play.agent("ben").capabilities["chat"] == "full"  # an open offer counts as held
    play.accept(second)
    assert play.agent("ben").capabilities["chat"] == "full"
    assert play.agent("ben").capabilities["email"] == "available"
    play.end(first)
    assert play.agent("ben").capabilities["chat"] == "available"


@pytest.mark.spec("B7")
def test_b7_a_call_that_blocks_the_others_greys_them_out(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.take("sales", "ben")
    assert {play.agent("ben").capabilities[name] for name in ("voice", "chat", "email")} == {"full"}
    play.end(call)
    assert {play.agent("ben").capabilities[name] for name in ("voice", "chat", "email")} == {"available"}


@pytest.mark.spec("B7")
def test_b7_directory_and_events_show_each_change_once(make_engine: Any) -> None:
    play = centre(make_engine, capacity={"voice": 0, "chat": 1, "email": 0})
    chat = play.enqueue("web")
    play.accept(chat)
    row = next(row for row in play.directory() if row.agent == "ben")
    assert row.capabilities["chat"] == "full"
    play.end(chat)
    changes = [(event.status_from, event.status_to) for event in play.events("capability_changed")]
    assert changes == [("available", "full"), ("full", "available")]
