"""Many agents changed at once: whole or not at all, with no routing in between."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg


def crowd(make_engine: Any, count: int, status: str = "Ready") -> tuple[Any, list[str]]:
    play = make_engine()
    play.add_queue("calls")
    names = [f"agent {number:02}" for number in range(count)]
    play.add_agents(names, queues=[["calls"]] * count, devices=["voice"], signed_in=True, status=status)
    return play, names


@pytest.mark.rule("STEP-7", "OFFER-7")
def test_all_to_break_withdraws_every_offer_and_makes_none_in_between(make_engine: Any) -> None:
    play, names = crowd(make_engine, 12)
    calls = [play.enqueue("calls") for _ in range(5)]
    play.events()
    play.set_status_many(names, "Break")
    events = play.events()
    assert [event.kind for event in events].count("withdrawn") == 5
    assert not [event for event in events if event.kind == "offered"]
    assert play.states(calls) == ["Queued"] * 5
    assert play.queue("calls").ready == 0


@pytest.mark.rule("STEP-9", "MATCH-6")
def test_all_to_ready_serves_the_waiting_in_their_order_by_index(make_engine: Any) -> None:
    play, names = crowd(make_engine, 4, "Break")
    low, normal, high = (play.enqueue("calls", priority=priority) for priority in (-5, 0, 5))
    play.events()
    play.set_status_many(list(reversed(names)), "Ready")
    offers = [(event.interaction, event.agent) for event in play.events("offered")]
    assert offers == [(high, names[0]), (normal, names[1]), (low, names[2])]


@pytest.mark.rule("STEP-13")
def test_the_order_of_its_rows_changes_nothing(make_engine: Any) -> None:
    digests = set()
    for turn in (1, -1):
        play, names = crowd(make_engine, 6, "Break")
        for _ in range(3):
            play.enqueue("calls")
        play.set_status_many(names[::turn], "Ready")
        digests.add(play.digest())
    assert len(digests) == 1


@pytest.mark.rule("CMD-13")
def test_one_refused_agent_refuses_all(make_engine: Any) -> None:
    play, names = crowd(make_engine, 3, "Break")
    play.enqueue("calls")
    play.sign_out(names[1])
    play.events()
    before = play.digest()
    with pytest.raises(hg.NotSelectable, match=names[1]):
        play.set_status_many(names, "Ready")
    with pytest.raises(hg.UnknownAgent, match="nobody"):
        play.set_status_many([names[0], "nobody"], "Ready")
    assert play.digest() == before
    assert play.events() == []


def test_added_agents_are_matched_in_one_pass(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls")
    calls = [play.enqueue("calls") for _ in range(3)]
    play.events()
    both = {"queues": [["calls"]] * 2, "devices": ["voice"], "signed_in": True, "status": "Ready"}
    play.add_agents(["anna", "ben"], **both)
    assert [play.offered_to(call) for call in calls] == ["anna", "ben", None]


def test_logins_of_one_save_take_effect_together(make_engine: Any) -> None:
    play = make_engine()
    for queue in ("east", "west"):
        play.add_queue(queue)
    play.here("anna", "east", "west")
    play.queue_logout("anna", "west")
    call = play.enqueue("east")
    waiting = play.enqueue("west")
    play.events()
    play.set_queue_logins("anna", {"east": False, "west": True})
    assert play.state(call) == "Queued"
    assert play.offered_to(waiting) == "anna"
    changed = [(event.queue, event.status_to) for event in play.events("queue_login_changed")]
    assert changed == [("east", 0), ("west", 1)]


@pytest.mark.parametrize(
    "logins", ["ab", ["east"], 3, None, [("east", True)], {"east": 1}, {"east": "no"}, {"east": None}]
)
def test_logins_that_are_no_mapping_to_true_or_false_are_refused(make_engine: Any, logins: Any) -> None:
    play = make_engine()
    play.add_queue("east")
    play.here("anna", "east")
    with pytest.raises(hg.ConfigError, match="logins"):
        play.set_queue_logins("anna", logins)
    assert play.agent("anna").queues == {"east": True}


def test_a_queue_group_is_joined_whole_before_anything_is_routed(make_engine: Any) -> None:
    ready = hg.PresenceModel.load("agent_modes").with_status(
        "Night", like="Ready", queue_group="night", colour="green", reported_as="logged in"
    )
    play = make_engine(ready)
    play.add_queue("day")
    play.add_queue("owls", group="night")
    play.add_queue("bats", group="night")
    play.here("anna", "day", "owls", "bats")
    play.set_queue_logins("anna", {"owls": False, "bats": False})
    by_day = play.enqueue("day")
    owl = play.enqueue("owls", priority=1)
    play.enqueue("bats")
    play.set_status("anna", "Night")
    assert play.agent("anna").queues == {"day": False, "owls": True, "bats": True}
    assert play.state(by_day) == "Queued"
    assert play.offered_to(owl) == "anna"
