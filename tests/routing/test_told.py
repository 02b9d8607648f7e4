"""What is added, and what comes with an arrival, is told (docs/SEMANTICS.md, section 19)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

import huntgroup as hg

SECOND = 10**9


def told(play: Any, kind: str) -> Any:
    """The one new event of this kind."""
    (event,) = play.events(kind)
    return event


@pytest.mark.rule("TOLD-1")
def test_channels_and_queues_that_are_added_are_told(make_engine: Any) -> None:
    play = make_engine()
    assert play.events() == []
    play.add_channel("task", capability="email", interruptible_by=["voice"], units=5, wrap_up=7)
    event = told(play, "channel_added")
    assert event.channel == "task"
    assert json.loads(event.text) == {
        "blocks": "none",
        "capability": "email",
        "interruptible_by": ["voice"],
        "needs_device": False,
        "units": 5,
        "wrap_up": 7.0,
        "wrap_up_unanswered": False,
    }
    play.add_agent("anna", skills={"spanish": 1})
    handle = play.requirement("spanish >= 3")
    play.events()
    play.add_queue("sales", requires=handle, relax=[(30, None)], wrap_up=timedelta(seconds=1.5))
    play.add_queue("night", hours=hg.Hours({}, tz="Europe/Berlin"))
    first, second = play.events("queue_added")
    assert (first.queue, first.value, first.status_to) == ("sales", 0, "absent")
    assert json.loads(first.text) == {"relax": [[30, None]], "requires": "spanish >= 3", "wrap_up": 1.5}
    assert (second.queue, second.value, second.status_to) == ("night", 1, "closed")
    assert json.loads(second.text)["hours"]["tz"] == "Europe/Berlin"


@pytest.mark.rule("TOLD-2")
def test_update_channel_changes_the_wrap_up_of_what_has_no_queue(make_engine: Any) -> None:
    play = make_engine()
    play.here("anna")
    call = play.direct("anna", "voice")
    play.accept(call)
    play.events()
    play.update_channel("voice", wrap_up=30, by=hg.Actor("root", "administrator"))
    event = told(play, "channel_updated")
    assert (event.channel, event.text, event.by) == ("voice", '{"wrap_up":30}', "root")
    play.end(call)
    assert play.state(call) == "Wrap Up"
    play.update_channel("voice", wrap_up=0)
    assert play.state(call) == "Wrap Up"
    play.events()
    play.update_channel("voice", wrap_up=0, wrap_up_unanswered=False)
    play.update_channel("voice")
    assert play.events() == []


@pytest.mark.parametrize(
    ("channel", "settings", "error"),
    [
        ("voice", {"wrap_up": -1}, hg.ConfigError),
        ("voice", {"wrap_up_unanswered": 1}, hg.ConfigError),
        ("voice", {"units": 5}, hg.ConfigError),
        ("fax", {"wrap_up": 5}, hg.UnknownChannel),
        ("voice", {"wrap_up": 5, "by": hg.Actor("Kim", "supervisor")}, hg.NotPermitted),
    ],
)
def test_a_wrong_update_of_a_channel_changes_nothing(
    make_engine: Any, channel: str, settings: dict[str, Any], error: type[Exception]
) -> None:
    play = make_engine()
    with pytest.raises(error):
        play.update_channel(channel, **settings)
    assert play.events() == []


@pytest.mark.rule("TOLD-3")
@pytest.mark.rule("TOLD-4")
def test_agents_that_are_added_are_one_event_and_the_first_one_brings_the_model(make_engine: Any) -> None:
    play = make_engine("presence_profiles")
    play.add_queue("sales")
    play.add_queue("backup")
    play.events()
    play.add_agent(
        "anna",
        skills={"spanish": 10, "billing": 0},
        queues=["backup", "sales"],
        devices=["voice"],
        signed_in=True,
        status="Tentative",
        ready=True,
        team="north",
        user=[1.5],
    )
    model, one = play.events("model_set", "agent_added")
    assert hg.PresenceModel.from_dict(json.loads(model.text)) == hg.PresenceModel.load("presence_profiles")
    assert (one.agent, one.value, one.other) == ("anna", 0, 1)
    assert json.loads(one.text) == {
        "names": ["anna"],
        "busy_selectable": True,
        "capacity": {"voice": 1},
        "devices": ["voice"],
        "queues": [0, 1],
        "ready": True,
        "role": "agent",
        "signed_in": True,
        "skills": {"spanish": 10},
        "status": "Tentative",
        "team": "north",
        "units": None,
        "user": [1.5],
        "wrap_up": None,
    }
    play.add_agents(
        ["ben", "cleo", "dora"],
        skills=np.array([[0, 1], [3, 1], [10, 1]], np.uint8),
        skill_names=["spanish", "french"],
        queues=np.array([[1, -1], [0, 1], [-1, -1]], np.int32),
        capacity={"voice": 1, "chat": [1, 2, 3]},
    )
    (many,) = play.events("model_set", "agent_added")
    assert (many.agent, many.value, many.other) == ("ben", 1, 3)
    said = json.loads(many.text)
    assert said["names"] == ["ben", "cleo", "dora"]
    assert said["skills"] == {"french": 1, "spanish": "03A"}
    assert said["queues"] == [[1], [0, 1], []]
    assert said["capacity"] == {"chat": [1, 2, 3], "voice": 1}
    assert (said["status"], said["ready"]) == ("Available", False)


@pytest.mark.rule("TOLD-5")
def test_a_choice_is_told_with_its_end_though_nothing_else_is_shown(make_engine: Any) -> None:
    play = make_engine("presence_profiles")
    play.here("anna", status="Available", ready=True)
    play.events()
    play.set_status("anna", "Lunch", by="anna")
    event = told(play, "profile_changed")
    assert (event.status_from, event.status_to, event.text) == ("Available", "Lunch", "Lunch")
    assert (event.value, event.by) == (1800 * SECOND, "anna")
    play.after(60)
    play.set_status("anna", "Lunch")
    assert told(play, "profile_changed").value == 1860 * SECOND
    play.after(1800)
    event = told(play, "profile_changed")
    assert (event.status_from, event.status_to, event.value) == ("Lunch", "Available", None)
    play.set_status("anna", "Available")
    assert play.events() == []


@pytest.mark.rule("TOLD-5")
def test_what_the_engine_sets_is_in_force_beside_the_choice(make_engine: Any) -> None:
    play = make_engine("agent_modes")
    play.add_queue("sales")
    play.here("anna", "sales")
    play.enqueue("sales")
    play.events()
    play.after(20)
    event = told(play, "profile_changed")
    assert (event.status_from, event.status_to, event.text) == ("Ready", "Ready", "No Answer")


@pytest.mark.rule("TOLD-6")
@pytest.mark.rule("TOLD-7")
def test_an_arrival_tells_all_that_came_with_it(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("sales")
    play.add_agent("anna")
    play.after(100)
    play.events()
    call = play.enqueue(
        "sales", priority=7, preferred="anna", ref="case 7", user=(1.5, -2), arrived_at=60 * SECOND
    )
    events = [event for event in play.events() if event.interaction == call]
    assert [event.kind for event in events] == ["queued", "arrival_noted", "user_changed", "user_changed"]
    assert (events[0].value, events[0].other) == (7, 0)
    noted = events[1]
    assert (noted.text, noted.value, noted.status_to, noted.other) == ("case 7", None, 2, 60 * SECOND)
    assert [(event.status_to, event.value) for event in events[2:]] == [(0, 1.5), (1, -2.0)]
    call = play.enqueue("sales", ref=-1)
    noted = told(play, "arrival_noted")
    assert (noted.interaction, noted.value, noted.status_to) == (call, None, 1)
    play.enqueue("sales")
    assert [event.kind for event in play.events()] == ["queued"]


@pytest.mark.rule("TOLD-7")
@pytest.mark.rule("TOLD-8")
def test_direct_and_dialled_ones_tell_their_channel_and_reference(make_engine: Any) -> None:
    play = make_engine()
    play.here("anna", capacity={"voice": 1, "chat": 1})
    play.events()
    play.direct("anna", "chat", ref=5)
    offered, noted = play.events("offered", "arrival_noted")
    assert (offered.channel, offered.value, offered.queue) == ("chat", 20 * SECOND, None)
    assert (noted.value, noted.status_to) == (5, 1)
    play.dial("anna", "voice", ref="out")
    dialing, noted = play.events("dialing", "arrival_noted")
    assert (dialing.channel, noted.text) == ("voice", "out")


@pytest.mark.rule("TOLD-8")
def test_offers_and_wrap_ups_tell_when_they_end(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("sales", offer_timeout=15, wrap_up=30)
    play.here("anna", "sales")
    play.after(10)
    play.events()
    call = play.enqueue("sales")
    offered = told(play, "offered")
    assert (offered.value, offered.channel) == (25 * SECOND, None)
    play.accept(call)
    play.end(call)
    assert told(play, "wrap_up_started").value == 40 * SECOND


@pytest.mark.rule("TOLD-9")
def test_that_time_begins_by_a_duration_is_told_where_agents_are_there(make_engine: Any) -> None:
    play = make_engine()
    play.add_agent("anna")
    assert told(play, "model_set").status_to == 0
    play.after(100)
    assert [event.kind for event in play.events()] == ["time_began"]
    play.after(100)
    assert play.events() == []
    later = make_engine()
    later.advance(100 * SECOND)
    later.add_agent("anna")
    assert told(later, "model_set").status_to == 1
    later.after(100)
    assert later.events() == []
    sudden = make_engine()
    sudden.add_agent("anna")
    sudden.events()
    sudden.advance(100 * SECOND)
    assert sudden.events() == []


@pytest.mark.rule("TOLD-7")
def test_a_reference_is_told_however_late_the_events_are_polled(make_engine: Any) -> None:
    play = make_engine(keep_finished=0)
    play.add_queue("sales", max_wait=0)
    play.events()
    for k in range(40):
        play.enqueue("sales", ref=f"case {k}")  # nobody is there: it leaves at once
    noted = [event.text for event in play.events("arrival_noted")]
    assert noted == [f"case {k}" for k in range(40)]
