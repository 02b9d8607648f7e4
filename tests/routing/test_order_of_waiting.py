"""Tier, rank and delay; which interaction an agent gets next; one order over all queues."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg


def two_queues(make_engine: Any, **settings: Any) -> Any:
    """anna serves east and west, and is on a break so that interactions may gather."""
    play = make_engine()
    play.add_queue("east", **settings)
    play.add_queue("west", **settings)
    play.here("anna", "east", "west", status="Break")
    return play


def served(play: Any, agent: str, count: int) -> list[int]:
    """The interactions that the agent is offered one after the other, ending each."""
    order = []
    for _ in range(count):
        (call,) = play.agent(agent).interactions
        order.append(call)
        play.accept(call)
        play.end(call)
    return order


# --- interaction selection --------------------------------------------------------------------------------


@pytest.mark.rule("WAIT-16")
def test_one_order_over_all_queues_the_longest_wait_first(make_engine: Any) -> None:
    play = two_queues(make_engine)
    calls = []
    for queue in ("east", "west", "west", "east", "west"):
        calls.append(play.enqueue(queue))
        play.after(1)
    play.set_status("anna", "Ready")
    assert served(play, "anna", 5) == calls


@pytest.mark.rule("MATCH-7")
def test_the_membership_rank_comes_first(make_engine: Any) -> None:
    play = two_queues(make_engine)
    play.join("anna", "east", rank=2)
    play.join("anna", "west", rank=1)
    east = play.enqueue("east", priority=1000)
    play.after(60)
    west = [play.enqueue("west"), play.enqueue("west")]
    play.set_status("anna", "Ready")
    assert served(play, "anna", 3) == [*west, east]


def test_a_priority_is_worth_so_many_seconds_of_waiting(make_engine: Any) -> None:
    play = two_queues(make_engine, seconds_per_priority=10)
    first = play.enqueue("east")
    play.after(19)
    second = play.enqueue("west", priority=2)  # worth 20 s: ahead
    third = play.enqueue("west", priority=1)  # worth 10 s: behind
    low = play.enqueue("east", priority=-1)
    plain = play.enqueue("east")
    play.set_status("anna", "Ready")
    assert served(play, "anna", 5) == [second, first, third, plain, low]


@pytest.mark.rule("WAIT-1")
def test_at_equal_worth_the_oldest_comes_first_and_then_the_lowest_id(make_engine: Any) -> None:
    play = two_queues(make_engine, seconds_per_priority=10)
    older = play.enqueue("east")
    play.after(10)
    newer = play.enqueue("west", priority=1)
    twin = play.enqueue("east", priority=1)
    play.set_status("anna", "Ready")
    assert served(play, "anna", 3) == [older, newer, twin]


def test_within_a_rank_nobody_starves(make_engine: Any) -> None:
    play = two_queues(make_engine, seconds_per_priority=60)
    patient = play.enqueue("east")
    play.after(1)
    for _ in range(4):
        play.enqueue("west", priority=3)
    play.set_status("anna", "Ready")
    finished = 0
    # Every minute two more with priority arrive, but what is worth three minutes is soon not enough.
    while play.state(patient) == "Queued" and finished < 100:
        (call,) = play.agent("anna").interactions
        play.accept(call)
        play.after(60)
        play.enqueue("west", priority=3)
        play.enqueue("west", priority=3)
        play.end(call)
        finished += 1
    assert play.offered_to(patient) == "anna"
    assert finished <= 4 + 2 * 3


def test_what_this_agent_cannot_take_never_holds_back_what_it_can(make_engine: Any) -> None:
    play = two_queues(make_engine)
    play.add_queue("video", channel="chat")
    play.set_skill("anna", "spanish", 2)
    play.add_agent("expert", skills={"french": 9})
    play.join("anna", "east", rank=1)
    play.join("anna", "west", rank=5)
    play.join("anna", "video", rank=0)
    play.enqueue("east", requires="french", priority=1_000_000)
    play.enqueue("east", requires="spanish >= 3")
    play.enqueue("video")
    fits = play.enqueue("west", requires="spanish >= 2")
    play.set_status("anna", "Ready")
    assert play.agent("anna").interactions == (fits,)


def test_an_interaction_of_another_queue_with_more_priority_takes_nobody_who_is_not_its_member(
    make_engine: Any,
) -> None:
    play = make_engine()
    play.add_queue("gold")
    play.add_queue("plain")
    gold = [play.enqueue("gold", priority=1000) for _ in range(3)]
    play.here("anna", "plain")
    assert play.offered_to(play.enqueue("plain")) == "anna"
    assert play.states(gold) == ["Queued"] * 3


# --- tier and delay ---------------------------------------------------------------------------------------


def test_a_later_tier_is_asked_only_when_the_earlier_has_nobody(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls")
    play.here("ben")
    play.here("anna")
    play.join("ben", "calls", tier=2)
    play.join("anna", "calls", tier=1)
    assert play.offered_to(play.enqueue("calls")) == "anna"
    assert play.offered_to(play.enqueue("calls")) == "ben"


def test_a_delay_keeps_a_member_from_interactions_that_are_too_young(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls")
    play.here("anna")
    play.join("anna", "calls", delay=15)
    call = play.enqueue("calls")
    assert play.reasons("anna", call) == [("delay", 15.0)]
    assert play.queue("calls").ready == 1  # ready, for one that has waited long enough
    play.after(14.999)
    assert play.state(call) == "Queued"
    play.after(0.001)
    assert play.offered_to(call) == "anna"


def test_each_member_has_its_own_delay_and_an_edit_of_it_acts_at_once(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls")
    for name, delay in (("anna", 30), ("ben", 20)):
        play.here(name)
        play.join(name, "calls", delay=delay)
    first, second, third = (play.enqueue("calls") for _ in range(3))
    play.after(20)
    assert [play.offered_to(call) for call in (first, second, third)] == ["ben", None, None]
    play.join("anna", "calls", delay=20)
    assert play.offered_to(second) == "anna"


@pytest.mark.rule("WAIT-3")
def test_an_overflow_starts_the_delay_anew(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("backup")
    play.add_queue("calls", overflow=(10, "backup"))
    play.here("anna")
    play.join("anna", "backup", delay=15)
    call = play.enqueue("calls")
    play.after(10)
    assert play.interaction(call).queue == "backup"
    assert play.reasons("anna", call) == [("delay", 25.0)]
    play.after(15)
    assert play.offered_to(call) == "anna"


# --- priority bounds --------------------------------------------------------------------------------------


def test_a_refused_priority_takes_no_id(make_engine: Any) -> None:
    play = two_queues(make_engine)
    with pytest.raises(hg.LimitExceeded):
        play.enqueue("east", priority=1_000_001)
    assert play.enqueue("east", priority=1_000_000) == 1
