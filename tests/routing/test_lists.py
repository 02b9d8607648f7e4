"""Lists of agents, members and waiting interactions: filtered, in pages, each thing as plain values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import EngineMaker
from driven import SECOND, Driven

import huntgroup as hg


@pytest.fixture
def play(make_engine: EngineMaker) -> Driven:
    return centre(make_engine("agent_modes"))


def centre(engine: Driven) -> Driven:
    engine.add_queue("sales")
    engine.add_queue("letters", channel="email")
    engine.here("Ann", "sales", skills={"spanish": 4})
    engine.here("Bernd", "sales", "letters", skills={"spanish": 1}, capacity={"voice": 1, "email": 2})
    engine.add_agent("Joanna", queues=["letters"], capacity={"email": 1}, signed_in=True, status="Break")
    return engine


def names(rows: Any) -> list[str]:
    return [row.agent for row in rows]


@pytest.mark.spec("B2")
def test_the_directory_is_searched_by_name_skill_status_and_capability(play: Driven) -> None:
    assert names(play.directory()) == ["Ann", "Bernd", "Joanna"]
    assert names(play.directory(search="ANN")) == ["Ann", "Joanna"]
    assert names(play.directory(skill="spanish")) == ["Ann", "Bernd"]
    assert names(play.directory(skill="spanish >= 3")) == ["Ann"]
    assert names(play.directory(status="Break")) == ["Joanna"]
    assert names(play.directory(capability="email")) == ["Bernd", "Joanna"]
    assert names(play.directory(search="n", status="Ready", capability="voice")) == ["Ann", "Bernd"]
    assert names(play.directory(search="nobody")) == []


def test_a_list_comes_in_pages(play: Driven) -> None:
    assert names(play.directory(limit=2)) == ["Ann", "Bernd"]
    assert names(play.directory(limit=2, after="Bernd")) == ["Joanna"]
    assert names(play.directory(after="Joanna")) == []
    assert names(play.directory(search="n", limit=1, after="Ann")) == ["Bernd"]
    assert names(play.monitor(limit=1, after="Ann")) == ["Bernd"]


def test_the_monitor_is_filtered_by_team(play: Driven) -> None:
    for name, team in (("Ann", "north"), ("Joanna", "north"), ("Bernd", "south")):
        play.update_agent(name, team=team)
    assert names(play.monitor(team="north")) == ["Ann", "Joanna"]
    assert names(play.monitor(team="north", status="Break")) == ["Joanna"]
    assert names(play.monitor(team="north", limit=1, after="Ann")) == ["Joanna"]
    play.update_agent("Ann", team=None)
    assert names(play.monitor(team="north")) == ["Joanna"]
    assert names(play.monitor(team="nobody's")) == []
    with pytest.raises(hg.ConfigError, match="team: 7 is not allowed; allowed: the name of a team"):
        play.monitor(team=7)


def test_the_monitor_is_filtered_by_queue_and_status(play: Driven) -> None:
    assert names(play.monitor(queue="letters")) == ["Bernd", "Joanna"]
    assert names(play.monitor(queue="letters", status="Ready")) == ["Bernd"]
    call = play.enqueue("sales")
    row = play.monitor()[0]
    assert (row.profile, row.interactions, row.ready_toggle, row.external_presence) == (
        "Ready",
        (call,),
        None,
        None,
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"search": 3}, hg.ConfigError),
        ({"limit": 0}, hg.ConfigError),
        ({"limit": True}, hg.ConfigError),
        ({"after": "Zoe"}, hg.UnknownAgent),
        ({"skill": "juggling"}, hg.UnknownSkill),
        ({"skill": "spanish >"}, hg.ConfigError),
        ({"status": "Asleep"}, hg.UnknownStatus),
        ({"capability": "fax"}, hg.UnknownChannel),
    ],
)
def test_a_filter_that_names_nothing_is_refused(
    play: Driven, arguments: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        play.directory(**arguments)


@pytest.mark.spec("C6")
def test_the_members_of_a_queue_are_told_with_what_they_do_there(play: Driven) -> None:
    play.join("Joanna", "sales", tier=2, rank=7, delay=30)
    play.queue_logout("Joanna", "sales")
    play.take("sales", "Ann")
    ann, bernd, joanna = play.members("sales")
    assert (ann.agent, ann.status, ann.logged_in, ann.ready, ann.load) == ("Ann", "Busy", True, False, 1)
    assert (bernd.ready, bernd.load) == (True, 0)
    assert (joanna.logged_in, joanna.tier, joanna.rank, joanna.delay) == (False, 2, 7, 30.0)
    assert names(play.members("letters")) == ["Bernd", "Joanna"]
    with pytest.raises(hg.UnknownQueue):
        play.members("nowhere")


def test_who_waits_is_told_in_order_and_in_pages(play: Driven) -> None:
    play.set_status("Bernd", "Break")
    play.take("sales", "Ann")
    first, second, urgent = play.enqueue("sales"), play.enqueue("sales"), play.enqueue("sales", priority=9)
    assert [view.id for view in play.waiting("sales")] == [urgent, first, second]
    assert [view.position for view in play.waiting("sales")] == [1, 2, 3]
    assert [view.id for view in play.waiting("sales", limit=2)] == [urgent, first]
    assert [view.id for view in play.waiting("sales", after=first)] == [second]
    play.abandon(first)
    assert [view.id for view in play.waiting("sales", after=first)] == [second], "its place is still known"
    with pytest.raises(hg.UnknownInteraction):
        play.waiting("sales", after=999)
    assert play.waiting("letters") == []


def test_queues_and_skills_are_listed(play: Driven) -> None:
    assert [view.name for view in play.queues()] == ["sales", "letters"]
    play.remove_agent("Bernd")
    play.remove_agent("Joanna")
    play.remove_queue("letters")
    assert [view.name for view in play.queues()] == ["sales"]
    assert play.skills() == ["spanish"]


def test_instants_stand_beside_durations(play: Driven) -> None:
    play.set_status("Bernd", "Break")
    play.take("sales", "Ann")
    play.after(5)
    call = play.enqueue("sales")
    play.after(2)
    assert play.queue("sales").oldest_at == 5 * SECOND
    assert play.interaction(call).queued_at == 5 * SECOND
    play.abandon(call)
    assert play.queue("sales").oldest_at is None


@pytest.mark.spec("B3")
def test_when_a_timed_status_ends_is_shown(make_engine: EngineMaker) -> None:
    engine = make_engine("presence_profiles")
    engine.add_agent("ben", devices=["voice"], signed_in=True)
    engine.after(10)
    engine.set_status("ben", "Lunch")
    assert engine.agent("ben").status_until == (10 + 1800) * SECOND
    engine.set_status("ben", "Away")
    assert engine.agent("ben").status_until is None


def test_when_the_wrap_up_ends_is_shown(play: Driven) -> None:
    play.update_queue("sales", wrap_up=30)
    call = play.take("sales", "Ann")
    play.after(4)
    play.end(call)
    assert play.agent("Ann").wrap_up_until == 34 * SECOND
    play.after(30)
    assert play.agent("Ann").wrap_up_until is None


@pytest.mark.spec("D5", "D7")
def test_whether_stop_new_and_sign_out_are_allowed_is_shown(make_engine: EngineMaker) -> None:
    engine = make_engine("console_status")
    engine.add_queue("chats", channel="chat")
    engine.add_agent("dora", capacity={"chat": 2}, queues=["chats"], signed_in=True)
    assert engine.agent("dora").may_sign_out
    engine.set_status("dora", "Available")
    assert not engine.agent("dora").may_sign_out
    assert not engine.agent("dora").can_stop_new
    engine.take("chats", "dora")
    assert engine.agent("dora").can_stop_new
    engine.stop_new("dora")
    assert not engine.agent("dora").can_stop_new


def test_everything_shown_becomes_plain_json() -> None:
    play = centre(Driven(hg.Engine("agent_modes")))
    call = play.take("sales", "Ann")
    shown = [
        *(play.agent("Ann"), play.queue("sales"), play.interaction(call), play.explain(call)["decision"]),
        *(*play.directory(), *play.monitor(), *play.members("sales"), *play.waiting("sales")),
        *play.why_not("Joanna", call),
    ]
    for thing in shown:
        told = json.loads(json.dumps(thing.to_dict()))
        assert told
        assert all(isinstance(key, str) for key in told)
    assert play.agent("Ann").to_dict()["time_in_status"] == {}
    assert play.queue("sales").to_dict()["metrics"]["offered"] == 1
    assert play.explain(call)["decision"].to_dict()["winner"] == "Ann"
