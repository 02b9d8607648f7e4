"""Devices by name, the connection of an agent's program, what is shown in each queue, and queues that join a
group later."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg
from huntgroup.testing.reference import ReferenceEngine


@pytest.fixture(params=["reference", "core"])
def make(request: pytest.FixtureRequest) -> Any:
    engine: Any = ReferenceEngine if request.param == "reference" else hg.Engine
    return lambda model: engine(model=model)


def centre(make: Any, model: Any = "agent_modes", **agent: Any) -> Any:
    engine = make(model)
    engine.add_queue("sales")
    engine.add_queue("care")
    engine.add_agent("ann", **{"signed_in": True, "status": "Ready", "queues": ["sales", "care"], **agent})
    engine.poll()
    return engine


def told(engine: Any, kind: str) -> list[tuple[Any, ...]]:
    return [(e.agent, e.channel, e.status_to, e.text) for e in engine.poll() if e.kind == kind]


# --- devices ------------------------------------------------------------------------------------------------


@pytest.mark.rule("DEVICE-1")
def test_the_first_device_and_the_last_one_matter(make: Any) -> None:
    engine = centre(make)
    engine.connect("ann", "voice", device="desk phone")
    engine.connect("ann", "voice", device="web phone")
    engine.connect("ann", "voice")
    assert engine.agent("ann").devices == {"voice": (None, "desk phone", "web phone")}
    assert told(engine, "device_changed") == [
        ("ann", "voice", 1, "desk phone"),
        ("ann", "voice", 1, "web phone"),
        ("ann", "voice", 1, None),
    ]
    call = engine.enqueue("sales")
    engine.disconnect("ann", "voice", device="desk phone")
    engine.disconnect("ann", "voice")
    assert engine.interaction(call).state == "Offered"
    engine.poll()
    engine.disconnect("ann", "voice", device="web phone")
    assert (engine.interaction(call).state, engine.agent("ann").devices) == ("Queued", {})
    assert [e.kind for e in engine.poll()][:2] == ["device_changed", "withdrawn"]
    engine.connect("ann", "voice", device="mobile app")
    assert engine.interaction(call).state == "Offered"
    assert engine.monitor()[0].devices == {"voice": ("mobile app",)}
    engine.verify()


@pytest.mark.rule("DEVICE-1")
def test_a_ninth_device_is_one_too_many(make: Any) -> None:
    engine = centre(make, devices=["voice"])
    for number in range(7):
        engine.connect("ann", "voice", device=f"phone {number}")
    with pytest.raises(hg.LimitExceeded, match="8 devices"):
        engine.connect("ann", "voice", device="phone 7")
    engine.connect("ann", "voice", device="phone 6")
    engine.disconnect("ann", "voice")
    engine.connect("ann", "voice", device="phone 7")
    with pytest.raises(hg.LimitExceeded):
        engine.connect("ann", "voice")
    assert engine.agent("ann").devices["voice"] == tuple(f"phone {number}" for number in range(8))
    engine.remove_agent("ann")
    engine.verify()


@pytest.mark.rule("DEVICE-2")
def test_connecting_twice_and_disconnecting_what_is_not_there_changes_nothing(make: Any) -> None:
    engine = centre(make)
    engine.connect("ann", "voice", device="desk phone")
    engine.poll()
    engine.connect("ann", "voice", device="desk phone")
    engine.disconnect("ann", "voice", device="web phone")
    engine.disconnect("ann", "voice")
    assert engine.poll() == []
    assert engine.agent("ann").devices == {"voice": ("desk phone",)}


def test_a_devices_name_is_a_short_text(make: Any) -> None:
    engine = centre(make)
    for name in (3, "x" * 65, "a\nb"):
        with pytest.raises(hg.ConfigError) as caught:
            engine.connect("ann", "voice", device=name)
        assert caught.value.field == "device"


def test_devices_are_copied_by_a_fork_and_in_the_digest() -> None:
    engine = centre(lambda model: hg.Engine(model=model))
    before = engine.digest()
    engine.connect("ann", "voice", device="desk phone")
    engine.connect("ann", "voice", device="web phone")
    fork = engine.fork()
    engine.disconnect("ann", "voice", device="desk phone")
    one = engine.digest()
    assert one not in (before, fork.digest())
    assert fork.agent("ann").devices == {"voice": ("desk phone", "web phone")}
    fork.disconnect("ann", "voice", device="web phone")
    assert fork.digest() != one
    fork.verify()


# --- the connection -----------------------------------------------------------------------------------------


@pytest.mark.rule("CONN-1", "CONN-2", "CMD-60")
def test_a_lost_connection_receives_nothing_and_the_call_goes_on(make: Any) -> None:
    engine = centre(make, devices=["voice"], capacity={"voice": 2})
    call, ringing = engine.enqueue("sales"), engine.enqueue("sales")
    engine.accept(call)
    engine.poll()
    engine.connection_lost("ann")
    kinds = [(e.kind, e.status_to) for e in engine.poll()]
    assert kinds[0] == ("connection_changed", 0)
    assert ("status_changed", "Offline") in kinds
    view = engine.agent("ann")
    assert (view.status, view.connected, view.signed_in) == ("Offline", False, True)
    assert [engine.interaction(number).state for number in (call, ringing)] == ["Handling", "Queued"]
    assert engine.why_not("ann", ringing)[0].rule == "signed_out"
    engine.hold(call)
    engine.retrieve(call)
    with pytest.raises(hg.NotSelectable):
        engine.set_status("ann", "Break")
    engine.connection_lost("ann")
    engine.verify()
    engine.poll()
    engine.connection_restored("ann")
    assert engine.agent("ann").connected
    assert engine.interaction(ringing).state == "Offered"
    engine.end(call)
    engine.verify()


@pytest.mark.rule("CONN-3")
def test_signing_in_restores_and_signing_out_ends_the_loss(make: Any) -> None:
    engine = centre(make, devices=["voice"])
    engine.set_status("ann", "Break")
    engine.connection_lost("ann")
    engine.poll()
    engine.sign_in("ann")
    assert [(e.kind, e.status_to) for e in engine.poll()][:2] == [
        ("connection_changed", 1),
        ("status_changed", "Break"),
    ]
    engine.connection_lost("ann")
    engine.poll()
    engine.sign_out("ann")
    assert [e.kind for e in engine.poll()][:2] == ["signed_out", "connection_changed"]
    engine.connection_lost("ann")
    assert (engine.poll(), engine.agent("ann").connected) == ([], True)
    engine.sign_in("ann")
    assert engine.agent("ann").status == "Offline"


# --- the status in each queue -------------------------------------------------------------------------------


@pytest.mark.rule("STATUS-32")
def test_what_is_shown_in_each_queue(make: Any) -> None:
    engine = centre(make, devices=["voice"])
    engine.queue_logout("ann", "care")
    assert engine.agent("ann").queue_status == {"sales": "Ready", "care": "Offline"}
    assert [row.queue_status for row in engine.members("care")] == ["Offline"]
    engine.set_status("ann", "Break")
    assert engine.agent("ann").queue_status == {"sales": "Break", "care": "Offline"}
    engine.set_status("ann", "Offline")
    assert engine.monitor()[0].queue_status == {"sales": "Offline", "care": "Offline"}
    engine.sign_out("ann")
    assert engine.agent("ann").queue_status == {"sales": "Offline", "care": "Offline"}


# --- a queue that comes to a group later --------------------------------------------------------------------


@pytest.mark.rule("STATUS-31")
def test_a_queue_added_to_a_group_is_joined_by_those_whose_status_is_tied_to_it(make: Any) -> None:
    plain = hg.PresenceModel.load("queue_login").to_dict()
    next(row for row in plain["status"] if row["name"] == "Online")["queue_group"] = "day"
    engine = make(hg.PresenceModel.from_dict(plain))
    engine.add_queue("sales", group="day")
    engine.add_queue("care")
    for name in ("ann", "bob"):
        engine.add_agent(name, devices=["voice"], queues=["care"])
    engine.set_status("ann", "Online")
    engine.poll()
    engine.add_queue("help", group="day")
    assert [(e.kind, e.agent, e.queue) for e in engine.poll()][:2] == [
        ("queue_added", None, "help"),
        ("membership_changed", "ann", "help"),
    ]
    assert engine.agent("ann").queues == {"sales": True, "care": False, "help": True}
    assert engine.agent("bob").queues == {"care": True}
    call = engine.enqueue("care")
    engine.update_queue("care", group="day")
    assert engine.interaction(call).agent == "ann"
    engine.queue_logout("ann", "help")
    engine.update_queue("help", group="day")
    assert engine.agent("ann").queues == {"sales": True, "care": True, "help": False}
    engine.set_status("ann", "Break")
    engine.add_queue("late", group="day")
    assert "late" not in engine.agent("ann").queues
    engine.verify()
