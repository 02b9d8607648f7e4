"""Who idles longest, what touches that and what does not; and that every gain is matched in its own step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

# --- the idle order ---------------------------------------------------------------------------------------


def pair(make_engine: Any, **settings: Any) -> Any:
    """anna idles longer than ben."""
    play = make_engine()
    play.add_queue("calls", **settings)
    play.add_queue("other")
    play.here("anna", "calls", "other")
    play.after(1)
    play.here("ben", "calls", "other")
    play.after(1)
    return play


def test_an_offer_withdrawn_gives_the_old_place_back(make_engine: Any) -> None:
    play = pair(make_engine)
    for _ in range(3):
        call = play.enqueue("calls")
        assert play.offered_to(call) == "anna"
        play.after(5)
        play.abandon(call)


@pytest.mark.rule("IDLE-4")
def test_a_withdrawal_among_several_offers_leaves_the_others_in_place(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("chats", channel="chat", offer_timeout=100)
    for name in ("anna", "ben"):
        play.here(name, "chats", capacity={"chat": 2})
        play.after(1)
    first, second = play.enqueue("chats"), play.enqueue("chats")
    assert [play.offered_to(first), play.offered_to(second)] == ["anna", "ben"]
    third = play.enqueue("chats")
    assert play.offered_to(third) == "anna"
    play.abandon(first)
    play.abandon(third)
    play.abandon(second)
    assert play.offered_to(play.enqueue("chats")) == "anna"


@pytest.mark.parametrize("failed", ["reject", "expiry"])
@pytest.mark.rule("IDLE-5")
def test_a_reject_or_expiry_starts_the_idle_time_anew(make_engine: Any, failed: str) -> None:
    play = make_engine("queue_login")  # a missed offer changes no status there
    play.add_queue("calls", offer_timeout=5)
    for name in ("anna", "ben"):
        play.add_agent(name, queues=["calls"], devices=["voice"], status="Online")
        play.after(1)
    call = play.enqueue("calls")
    assert play.offered_to(call) == "anna"
    if failed == "reject":
        play.reject(call)
    else:
        play.after(5)
    assert play.offered_to(call) == "ben"
    play.abandon(call)
    assert play.offered_to(play.enqueue("calls")) == "ben"


UNTOUCHED: dict[str, Callable[[Any], None]] = {
    "skill": lambda play: play.set_skill("anna", "spanish", 5),
    "tier": lambda play: play.join("anna", "calls", tier=1, rank=4),
    "delay": lambda play: (play.join("anna", "calls", delay=5), play.join("anna", "calls", delay=0)),
    "another queue": lambda play: play.queue_logout("anna", "other"),
    "the same status": lambda play: play.set_status("anna", "Ready"),
    "the same device": lambda play: play.connect("anna", "voice"),
    "more capacity": lambda play: play.set_capacity("anna", "chat", 2),
}


@pytest.mark.parametrize("edit", UNTOUCHED)
@pytest.mark.rule("IDLE-6")
def test_what_does_not_touch_the_idle_time(make_engine: Any, edit: str) -> None:
    play = pair(make_engine)
    UNTOUCHED[edit](play)
    play.verify()
    assert play.offered_to(play.enqueue("calls")) == "anna"


TOUCHED: dict[str, Callable[[Any], None]] = {
    "status": lambda play: (play.set_status("anna", "Break"), play.set_status("anna", "Ready")),
    "device": lambda play: (play.disconnect("anna", "voice"), play.connect("anna", "voice")),
    "login": lambda play: (play.queue_logout("anna", "calls"), play.queue_login("anna", "calls")),
    "joining": lambda play: (play.leave("anna", "calls"), play.join("anna", "calls")),
    "capacity": lambda play: (play.set_capacity("anna", "voice", 0), play.set_capacity("anna", "voice", 1)),
    "work elsewhere": lambda play: play.end(play.take("other", "anna")),
}


@pytest.mark.parametrize("change", TOUCHED)
@pytest.mark.rule("IDLE-2", "IDLE-3")
def test_what_starts_the_idle_time_anew(make_engine: Any, change: str) -> None:
    play = pair(make_engine)
    TOUCHED[change](play)
    assert play.offered_to(play.enqueue("calls")) == "ben"


@pytest.mark.rule("IDLE-1")
def test_idle_time_runs_for_each_membership(make_engine: Any) -> None:
    play = pair(make_engine)
    play.queue_logout("anna", "other")
    play.queue_login("anna", "other")
    assert play.offered_to(play.enqueue("other")) == "ben"
    assert play.offered_to(play.enqueue("calls")) == "anna"


def test_being_blocked_by_another_channel_does_not_touch_it(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls")
    play.add_queue("chats", channel="chat")
    for name in ("anna", "ben"):
        play.here(name, "chats", capacity={"voice": 1, "chat": 1})
        play.after(1)
    play.join("anna", "calls")
    play.end(play.take("calls", "anna"))
    assert play.offered_to(play.enqueue("chats")) == "anna"


# --- work is conserved ------------------------------------------------------------------------------------

GAINS: dict[str, tuple[Callable[[Any], None], Callable[[Any], None]]] = {
    "status": (
        lambda play: play.set_status("anna", "Break"),
        lambda play: play.set_status("anna", "Ready"),
    ),
    "device": (
        lambda play: play.disconnect("anna", "voice"),
        lambda play: play.connect("anna", "voice"),
    ),
    "login": (
        lambda play: play.queue_logout("anna", "calls"),
        lambda play: play.queue_login("anna", "calls"),
    ),
    "joining": (lambda play: play.leave("anna", "calls"), lambda play: play.join("anna", "calls")),
    "skill": (
        lambda play: play.set_skill("anna", "spanish", 2),
        lambda play: play.set_skill("anna", "spanish", 3),
    ),
    "capacity": (
        lambda play: play.set_capacity("anna", "voice", 0),
        lambda play: play.set_capacity("anna", "voice", 1),
    ),
    "sign in": (
        lambda play: play.sign_out("anna"),
        lambda play: (play.sign_in("anna"), play.set_status("anna", "Ready")),
    ),
    "the end of a call": (lambda play: play.take("other", "anna"), lambda play: play.end(1)),
    "a shorter delay": (
        lambda play: play.join("anna", "calls", delay=500),
        lambda play: play.join("anna", "calls", delay=0),
    ),
    "a requirement of the queue": (
        lambda play: play.update_queue("calls", requires="spanish >= 9"),
        lambda play: play.update_queue("calls", requires="spanish >= 2"),
    ),
    "a new agent": (lambda play: play.remove_agent("anna"), lambda play: play.here("eve", "calls")),
}


@pytest.mark.parametrize("gain", GAINS)
@pytest.mark.rule("MATCH-1")
def test_every_gain_triggers_the_matching_that_it_makes_possible(make_engine: Any, gain: str) -> None:
    play = make_engine()
    play.add_queue("calls", requires=None if gain == "a new agent" else "spanish >= 3")
    play.add_queue("other")
    play.here("anna", "calls", "other", skills={"spanish": 3})
    lose, win = GAINS[gain]
    lose(play)
    call = play.enqueue("calls")
    assert play.state(call) == "Queued"
    play.events()
    win(play)
    assert play.state(call) == "Offered"
    assert [event.interaction for event in play.events("offered")] == [call]


@pytest.mark.rule("MATCH-3")
def test_what_is_not_a_gain_offers_nothing(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls")
    play.here("anna", "calls", skills={"spanish": 1})
    call = play.enqueue("calls", requires="spanish >= 5")
    play.events()
    play.set_skill("anna", "spanish", 4)
    play.set_skill("anna", "billing", 9)
    play.connect("anna", "voice")
    play.after(1000)
    assert play.state(call) == "Queued"
    assert {event.kind for event in play.events()} == {"skill_changed"}


# --- ring_all ---------------------------------------------------------------------------------------------


def test_who_becomes_ready_later_is_not_added_to_those_who_ring(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", strategy="ring_all")
    play.here("anna", "calls")
    play.here("ben", "calls", status="Break")
    call = play.enqueue("calls")
    play.events()
    play.set_status("ben", "Ready")
    assert play.events("offered") == []
    play.reject(call, agent="anna")
    assert [event.agent for event in play.events("offered")] == ["ben"]


def test_the_last_ringing_agent_who_leaves_puts_the_interaction_back(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", strategy="ring_all")
    for name in ("anna", "ben"):
        play.here(name, "calls")
    call = play.enqueue("calls")
    play.set_status("anna", "Break")
    assert play.state(call) == "Offered"
    play.disconnect("ben", "voice")
    assert play.state(call) == "Queued"
    play.set_status("anna", "Ready")
    assert play.state(call) == "Offered"
    play.accept(call, agent="anna")


# --- timers of one instant --------------------------------------------------------------------------------


@pytest.mark.rule("STEP-4")
def test_timers_of_one_instant_fire_in_their_fixed_order(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("backup")
    play.add_queue("wrapped", wrap_up=10)
    play.add_queue("relaxed", requires="spanish", relax=[(10, None)])
    play.add_queue("moved", overflow=(10, "backup"))
    play.add_queue("left", max_wait=10)
    play.add_queue("offered", offer_timeout=10)
    play.here("anna", "wrapped")
    play.here("ben", "offered")
    limited = play.enqueue("left")
    moved = play.enqueue("moved")
    relaxed = play.enqueue("relaxed")
    expiring = play.enqueue("offered")
    wrapped = play.take("wrapped", "anna")
    play.end(wrapped)
    play.events()
    play.after(10)
    order = {"wrap_up_ended", "expired", "requirement_relaxed", "overflowed", "timed_out"}
    assert [(event.kind, event.interaction) for event in play.events() if event.kind in order] == [
        ("wrap_up_ended", wrapped),
        ("expired", expiring),
        ("requirement_relaxed", relaxed),
        ("overflowed", moved),
        ("timed_out", limited),
    ]


def test_who_receives_a_transfer_has_gained_nothing(make_engine: Any) -> None:
    """anna alone is freed, so she looks for an interaction, and her ranks decide."""
    play = make_engine()
    for name in ("early", "late", "held", "far"):
        play.add_queue(name)
    play.here("anna", "held")
    play.here("ben", "far", capacity={"voice": 2}, busy_selectable=True)
    call = play.take("held", "anna")
    play.join("anna", "early", rank=2)
    play.join("anna", "late", rank=1)
    first = play.enqueue("early")
    play.after(1)
    second = play.enqueue("late")
    play.transfer(call, agent="ben")
    assert [play.offered_to(call), play.offered_to(second), play.state(first)] == ["ben", "anna", "Queued"]
    assert play.explain(second)["decision"].looked == "agent"


def ranked(make_engine: Any, agent: str, *queues: str) -> Any:
    """Nobody is free; `agent`, once free, would take a later interaction by rank before an earlier one."""
    play = make_engine()
    for name in ("early", "late", "calls", *queues):
        play.add_queue(name, strategy="ring_all" if name == "calls" else "longest_idle")
    play.here(agent, "calls")
    play.join(agent, "early", rank=2)
    play.join(agent, "late", rank=1)
    return play


def test_who_accepts_has_gained_nothing(make_engine: Any) -> None:
    """ben alone is freed by anna's accept, so he looks for an interaction, and his ranks decide."""
    play = ranked(make_engine, "ben")
    play.here("anna", "calls", capacity={"voice": 2}, busy_selectable=True)
    call = play.enqueue("calls")
    first = play.enqueue("early")
    play.after(1)
    second = play.enqueue("late")
    play.accept(call, agent="anna")
    assert [play.offered_to(second), play.state(first)] == ["ben", "Queued"]
    assert play.explain(second)["decision"].looked == "agent"


def test_who_is_handed_a_call_has_gained_nothing(make_engine: Any) -> None:
    """anna alone is freed when she hands the call over to carl, whom she consulted."""
    play = ranked(make_engine, "anna", "far")
    play.here("carl", "far", capacity={"voice": 3}, busy_selectable=True)
    play.join("anna", "far", rank=3)
    play.set_status("carl", "Break")
    call = play.take("far", "anna")
    play.set_status("carl", "Ready")
    leg = play.consult(call, "carl")
    play.accept(leg)
    first = play.enqueue("early")
    play.after(1)
    second = play.enqueue("late")
    play.transfer(call, agent="carl")
    assert [play.interaction(call).agent, play.offered_to(second), play.state(first)] == [
        "carl",
        "anna",
        "Queued",
    ]
    assert play.explain(second)["decision"].looked == "agent"
