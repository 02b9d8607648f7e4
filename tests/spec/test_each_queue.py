"""The status in each queue, the devices of an agent and its connection, as the five systems tell them."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest

import huntgroup as hg


@pytest.mark.spec("C1", "C6")
def test_c1_the_status_in_each_queue_can_be_read(make_engine: Any) -> None:
    play = make_engine("queue_login")
    play.add_queue("sales")
    play.add_queue("care")
    play.add_agent("carl", devices=["voice"], queues=["sales", "care"], status="Online")
    play.add_agent("eve", devices=["voice"], queues=["sales"], status="Lunch")
    assert play.agent("carl").queue_status == {"sales": "Online", "care": "Online"}
    play.queue_logout("carl", "sales")
    assert play.agent("carl").queue_status == {"sales": "Offline", "care": "Online"}
    members = [(row.agent, row.status, row.queue_status) for row in play.members("sales")]
    assert members == [("carl", "Online", "Offline"), ("eve", "Lunch", "Lunch")]
    play.set_status("carl", "Single Call")
    assert play.agent("carl").queue_status == {"sales": "Online", "care": "Online"}
    play.set_status("carl", "Break")
    assert play.agent("carl").queue_status == {"sales": "Break", "care": "Break"}
    assert [row.queue_status for row in play.monitor(queue="care")] == [{"sales": "Break", "care": "Break"}]
    play.queue_login("carl", "care")
    assert play.agent("carl").queue_status == {"sales": "Offline", "care": "Online"}


@pytest.mark.spec("C5", "C7")
def test_c5_the_last_of_several_registered_devices_matters(make_engine: Any) -> None:
    play = make_engine("queue_login")
    play.add_queue("sales")
    play.add_agent("carl", queues=["sales"])
    with play.refused(hg.NoDevice):
        play.set_status("carl", "Online")
    for device in ("desk phone", "web phone", "mobile app"):
        play.connect("carl", "voice", device=device)
    play.set_status("carl", "Online")
    assert play.agent("carl").devices == {"voice": ("desk phone", "mobile app", "web phone")}
    play.disconnect("carl", "voice", device="desk phone")
    play.disconnect("carl", "voice", device="mobile app")
    call = play.enqueue("sales")
    assert play.offered_to(call) == "carl"
    play.disconnect("carl", "voice", device="web phone")
    assert (play.state(call), play.status("carl")) == ("Queued", "Online")
    assert play.rules("carl", call) == ["device"]


@pytest.mark.spec("C5")
def test_c5_the_portals_connection_says_nothing_of_the_phone(make_engine: Any) -> None:
    play = make_engine("queue_login")
    play.add_queue("sales")
    play.add_agent("carl", devices=["voice"], queues=["sales"], status="Online", signed_in=True)
    play.connection_lost("carl")
    assert play.status("carl") == "Online"
    assert play.offered_to(play.enqueue("sales")) == "carl"


@pytest.mark.spec("A7")
def test_a7_a_connection_lost_in_mid_call_shows_not_connected_and_the_call_goes_on(make_engine: Any) -> None:
    play = make_engine("duty_profiles")
    play.add_queue("service")
    play.add_queue("talks", channel="chat")
    play.add_agent(
        "ann",
        devices=["voice"],
        capacity={"voice": 1, "chat": 1},
        queues=["service", "talks"],
        signed_in=True,
        status="On Duty",
    )
    call = play.take("service", "ann")
    play.connection_lost("ann")
    assert (play.status("ann"), play.state(call)) == ("Not Connected", "Handling")
    assert play.agent("ann").profile == "On Duty"
    with play.refused(hg.NotReachable):
        play.direct("ann", "chat")
    play.connection_restored("ann")
    assert play.status("ann") == "In a Call"
    play.connection_lost("ann")
    play.end(call)
    waiting = play.enqueue("service")
    assert play.state(waiting) == "Queued"
    play.sign_in("ann")
    assert play.offered_to(waiting) == "ann"
    assert play.agent("ann").profile == "On Duty"


@pytest.mark.spec("A7")
def test_a7_absent_keeps_the_profiles_colour(make_engine: Any) -> None:
    play = make_engine("duty_profiles")
    play.add_queue("service", offer_timeout=10)
    play.add_agent("ann", devices=["voice"], queues=["service"], signed_in=True, status="On Duty")
    play.enqueue("service")
    play.after(10)
    assert (play.status("ann"), play.agent("ann").colour) == ("Absent", "green")


@pytest.mark.spec("B4")
def test_b4_a_queue_that_is_added_to_the_group_later_is_joined(make_engine: Any) -> None:
    model = hg.PresenceModel.load("presence_profiles").with_status(
        "Sales desk", like="Available", queue_group="sales"
    )
    play = make_engine(model)
    play.add_queue("first", group="sales")
    play.add_queue("other")
    play.add_agent("ann", devices=["voice"], queues=["other"], signed_in=True, ready=True)
    play.set_status("ann", "Sales desk")
    play.add_queue("second", group="sales")
    assert play.agent("ann").queues == {"first": True, "other": False, "second": True}
    assert play.offered_to(play.enqueue("second")) == "ann"


@pytest.mark.spec("A0")
def test_a0_skills_memberships_limits_and_roles_are_given_by_others(make_engine: Any) -> None:
    play = make_engine("duty_profiles")
    play.add_queue("service")
    play.add_agent("ann", devices=["voice"], signed_in=True)
    play.add_agent("sue", role="supervisor")
    changes: dict[str, tuple[Any, ...]] = {
        "set_skill": ("ann", "spanish", 7),
        "set_capacity": ("ann", "voice", 2),
        "set_user": ("ann", 0, 1.5),
        "leave": ("ann", "service"),
    }
    for by in ("ann", "sue", None):
        with pytest.raises(hg.NotPermitted) if by == "ann" else nullcontext():
            play.join("ann", "service", tier=2, by=by)
        with pytest.raises(hg.NotPermitted) if by == "ann" else nullcontext():
            play.update_agent("ann", wrap_up=10, by=by)
        for method, args in changes.items():
            with pytest.raises(hg.NotPermitted) if by == "ann" else nullcontext():
                getattr(play, method)(*args, by=by)
    assert play.agent("ann").skills == {"spanish": 7}
