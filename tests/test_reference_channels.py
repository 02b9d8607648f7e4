"""Both engines on several channels: capacity, blocking, units, shared capabilities, wrap-up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import huntgroup as hg
from huntgroup.errors import AtCapacity, CapabilityMissing, FeaturesOff, NotReachable, QueueClosed
from huntgroup.settings.hours import Hours
from huntgroup.testing.reference import ReferenceEngine

SECOND = 1_000_000_000
MAKERS: list[Any] = []


@pytest.fixture(params=[ReferenceEngine, hg.Engine], ids=["reference", "core"], autouse=True)
def engine_class(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test is asked of both engines."""
    MAKERS.append(request.param)
    yield
    MAKERS.pop()


def centre(**agent: Any) -> Any:
    """One agent, ann, with a call and three chats at most, ready in a queue of each channel."""
    engine = MAKERS[-1]("agent_modes")
    for channel in ("video", "task"):
        settings: dict[str, Any] = {"blocks": "all"} if channel == "video" else {"capability": "email"}
        engine.add_channel(
            channel, units=30, interruptible_by=["chat"] if channel == "task" else [], **settings
        )
    for channel in ("voice", "chat", "email", "video", "task"):
        engine.add_queue(channel, channel=channel)
    rights = {"voice": 1, "chat": 3, "email": 2, "video": 2}
    arguments = {"capacity": rights, "devices": ["voice"], "signed_in": True, "status": "Ready", **agent}
    engine.add_agent("ann", queues=["voice", "chat", "email", "video", "task"], **arguments)
    engine.poll()
    return engine


def held(engine: Any, *queues: str) -> list[str]:
    """The queues whose next interaction the agent is offered, one after the other."""
    return [queue for queue in queues if engine.interaction(engine.enqueue(queue)).state == "Offered"]


def test_a_call_blocks_every_other_channel_and_a_chat_blocks_none() -> None:
    assert held(centre(), "chat", "email", "voice") == ["chat", "email", "voice"]
    engine = centre()
    assert held(engine, "voice", "chat", "email") == ["voice"]
    assert {rule.rule for rule in engine.why_not("ann", 2)} == {"blocked"}
    engine.accept(1)
    engine.end(1)
    assert engine.interaction(2).state == engine.interaction(3).state == "Offered"


def test_what_blocks_all_blocks_its_own_channel_too() -> None:
    assert held(centre(), "video", "video") == ["video"]


def test_a_shared_capability_shares_capacity_and_load() -> None:
    engine = centre()
    assert held(engine, "task", "email", "task") == ["task", "email"]
    assert engine.agent("ann").capabilities["email"] == engine.agent("ann").capabilities["task"] == "full"
    assert [rule.rule for rule in engine.why_not("ann", 3)] == ["capacity"]


def test_units_are_used_up_across_channels_save_by_what_may_be_interrupted() -> None:
    engine = centre(units=50)
    assert held(engine, "task", "task") == ["task"]
    assert [rule.rule for rule in engine.why_not("ann", 2)] == ["units"]
    assert held(engine, "chat") == ["chat"]


def test_a_wrap_up_blocks_what_its_channel_blocks() -> None:
    engine = centre()
    for queue in ("voice", "chat"):
        engine.update_queue(queue, wrap_up=30)
    chat = engine.enqueue("chat")
    engine.accept(chat)
    engine.end(chat)
    # A chat blocks nothing, so its wrap-up keeps nothing away, not even the next chat.
    assert held(engine, "chat", "voice") == ["chat", "voice"]
    engine.accept(2)
    engine.accept(3)
    engine.end(3)
    waiting = engine.enqueue("chat")
    (failed,) = engine.why_not("ann", waiting)
    assert (failed.rule, failed.when) == ("wrap_up", 30 * SECOND)
    engine.advance(by=30)
    assert engine.interaction(waiting).state == "Offered"


@pytest.mark.rule("ELIG-11")
def test_rules_that_presuppose_a_failed_one_are_left_out() -> None:
    engine = centre()
    engine.disconnect("ann", "voice")
    call = engine.enqueue("voice")
    assert [rule.rule for rule in engine.why_not("ann", call)] == ["device"]
    engine.set_capacity("ann", "voice", 0)
    assert [rule.rule for rule in engine.why_not("ann", call)] == ["capability"]
    engine.leave("ann", "voice")
    engine.sign_out("ann")
    assert [rule.rule for rule in engine.why_not("ann", call)] == ["signed_out", "not_member", "capability"]


@pytest.mark.rule("CMD-20")
def test_a_direct_interaction_and_a_dialled_one_need_room() -> None:
    engine = centre()
    engine.direct("ann", "voice")
    with pytest.raises(NotReachable):
        engine.direct("ann", "chat")
    with pytest.raises(AtCapacity):
        engine.dial("ann", "voice")
    with pytest.raises(CapabilityMissing):
        centre(devices=[]).direct("ann", "voice")
    engine = centre()
    engine.sign_out("ann")
    with pytest.raises(FeaturesOff):
        engine.dial("ann", "chat")


@pytest.mark.rule("CMD-16")
def test_a_capacity_may_fall_below_the_load() -> None:
    engine = centre()
    assert held(engine, "chat", "chat") == ["chat", "chat"]
    engine.set_capacity("ann", "chat", 1)
    engine.verify()
    engine.set_capacity("ann", "chat", 2)
    assert engine.agent("ann").capabilities["chat"] == "full"


def test_groups_and_the_centre_show_the_best_of_their_queues() -> None:
    engine = MAKERS[-1]("agent_modes")
    engine.add_queue("sales", group="emea", hours=Hours({"fri": ("09:00", "17:00")}, tz="UTC"))
    engine.add_queue("care", group="emea")
    engine.add_queue("help")
    engine.poll()
    with pytest.raises(QueueClosed):
        engine.enqueue("sales")
    assert [event.kind for event in engine.poll()] == ["entry_refused"]
    engine.add_agent("ann", devices=["voice"], queues=["sales", "care"], signed_in=True, status="Ready")
    changes = [(event.kind, event.queue, event.group, event.status_to) for event in engine.poll()]
    assert [kind for kind, *_ in changes[:2]] == ["model_set", "agent_added"]
    assert changes[2:] == [
        ("presence_changed", "care", None, "available"),
        ("group_presence_changed", None, "emea", "available"),
        ("centre_presence_changed", None, None, "available"),
    ]
    (row,) = engine.presence(group="emea")
    assert (row["presence"], row["logged_in"], row["ready"]) == (0, 2, 2)


@pytest.mark.rule("NUM-5")
def test_estimated_wait_and_figures_of_a_queue() -> None:
    engine = MAKERS[-1]("agent_modes")
    engine.add_queue("sales", wrap_up=10, service_level=(5, 0.8))
    engine.add_agent("ann", devices=["voice"], queues=["sales"], signed_in=True, status="Ready")
    assert engine.queue("sales").estimated_wait is None
    first, second = engine.enqueue("sales"), engine.enqueue("sales")
    engine.advance(by=2)
    engine.accept(first)
    engine.advance(by=30)
    engine.end(first)
    engine.advance(by=10)
    assert engine.queue("sales").estimated_wait == 40.0
    engine.accept(second)
    assert engine.queue("sales").metrics() == {
        "entered": 2,
        "offered": 2,
        "answered": 2,
        "abandoned": 0,
        "timed_out": 0,
        "refused_closed": 0,
        "refused_full": 0,
        "refused_unstaffed": 0,
        "overflowed": 0,
        "moved": 0,
        "callback_failed": 0,
        "short_abandons": 0,
        "mean_wait": 22.0,
        "service_level": 0.5,
        "mean_handling": 40.0,
    }
