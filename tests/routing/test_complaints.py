"""What hurts the users of other systems, each complaint with what is guaranteed here instead."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import huntgroup as hg


def simple(make_engine: Any, *agents: str, **settings: Any) -> Any:
    play = make_engine()
    play.add_queue("calls", **settings)
    for name in agents:
        play.here(name, "calls")
    play.events()
    return play


def blank_rows(count: int) -> Any:
    """Rows of COMMAND_DTYPE in which nothing is said."""
    rows = np.zeros(count, hg.COMMAND_DTYPE)
    for field in hg.COMMAND_DTYPE.names or ():
        rows[field] = 0 if field in ("command", "priority", "flag", "list_count") else -1
    return rows


# --- 1: agents stuck Reserved when a ring-all rival wins --------------------------------------------------


def test_agents_stuck_reserved_when_a_ring_all_rival_wins(make_engine: Any) -> None:
    play = simple(make_engine, "anna", "ben", "carl", strategy="ring_all")
    call = play.enqueue("calls")
    assert play.interaction(call).agent is None
    play.events()
    play.accept(call, agent="ben")
    events = play.events("accepted", "withdrawn")
    assert [(event.kind, event.agent, event.reason) for event in events] == [
        ("accepted", "ben", None),
        ("withdrawn", "anna", "accepted_elsewhere"),
        ("withdrawn", "carl", "accepted_elsewhere"),
    ]
    assert [play.agent(name).status for name in ("anna", "carl")] == ["Ready", "Ready"]
    assert play.queue("calls").ready == 2


def test_every_reservation_is_an_expiring_lease(make_engine: Any) -> None:
    play = simple(make_engine, "anna", "ben", strategy="ring_all", offer_timeout=20)
    call = play.enqueue("calls")
    assert play.next_deadline == 20 * 10**9
    play.after(20)
    assert len(play.events("expired")) == 2
    assert play.state(call) == "Queued"
    assert play.agent("anna").interactions == play.agent("ben").interactions == ()


# --- 2: the dispatcher dies; agent Receiving, caller Trying, until reload ---------------------------------


def test_the_dispatcher_dies_and_agent_and_caller_hang(make_engine: Any) -> None:
    play = simple(make_engine, "anna", "ben", offer_timeout=20, ask_again_after=30)
    call = play.enqueue("calls")
    play.after(20)
    play.after(20)
    # Nobody but the passing of time had to do anything: every offer ended, and whoever hung is named.
    assert [event.agent for event in play.events("expired")] == ["anna", "ben"]
    play.verify()
    play.set_status("anna", "Ready")
    play.after(10)
    assert play.offered_to(call) == "anna"


def test_a_refused_command_leaves_nothing_half_done(make_engine: Any) -> None:
    play = simple(make_engine, "anna")
    call = play.enqueue("calls")
    before = play.digest()
    for refused in (
        lambda: play.hold(call),
        lambda: play.accept(call, offer=99),
        lambda: play.transfer(call, queue="calls"),
        lambda: play.enqueue("calls", requires="klingon"),
        lambda: play.set_status("anna", "Busy"),
    ):
        with pytest.raises(hg.Refused):
            refused()
        assert play.digest() == before


# --- 3: overload near 20 calls a second, and more processors do not help -----------------------------------


def test_overload_near_twenty_calls_a_second() -> None:
    """Twenty thousand calls in a second to as many agents: each is placed the instant it comes."""
    engine = hg.Engine()
    engine.add_queue("calls")
    names = [f"agent {number}" for number in range(20_000)]
    engine.add_agents(names, queues=[["calls"]] * 20_000, devices=["voice"], signed_in=True, status="Ready")
    rows = blank_rows(20_000)
    rows["command"], rows["queue"] = hg.Command.ENQUEUE, 0
    rows["at_ns"] = np.arange(20_000) * 50_000
    events, results = engine.apply(rows)
    assert set(results.tolist()) == {hg.Result.OK}
    offered = [event for event in engine.named(events) if event.kind == "offered"]
    assert [event.at_ns for event in offered] == rows["at_ns"].tolist()
    assert len({event.agent for event in offered}) == 20_000
    assert engine.queue("calls").waiting == 0
    engine.verify()


def test_how_many_decisions_per_second_is_published() -> None:
    """With the command that measures it, which tests/test_benchmarks.py runs."""
    page = (Path(__file__).parents[2] / "docs" / "PERFORMANCE.md").read_text(encoding="utf-8")
    published = re.search(r"([\d,]+)\s+decisions\s+per\s+second\s+on\s+one\s+core", page)
    assert published is not None
    assert int(published[1].replace(",", "")) > 20
    assert "`python -m benchmarks.bench_decide`" in page


# --- 4: a status change in the middle of an offer causes a loop of calling and hanging up -----------------


@pytest.mark.parametrize("away", ["status", "device", "logout", "leave", "sign_out"])
@pytest.mark.rule("OFFER-3")
def test_a_status_change_mid_offer_causes_a_loop(make_engine: Any, away: str) -> None:
    play = simple(make_engine, "anna")
    call = play.enqueue("calls")
    younger = play.enqueue("calls")
    play.events()
    if away == "status":
        play.set_status("anna", "Break")
    elif away == "device":
        play.disconnect("anna", "voice")
    elif away == "logout":
        play.queue_logout("anna", "calls")
    elif away == "leave":
        play.leave("anna", "calls")
    else:
        play.sign_out("anna")
    assert [event.kind for event in play.events() if event.interaction == call] == ["withdrawn"]
    assert play.states([call, younger]) == ["Queued", "Queued"]
    play.after(300)
    assert play.events("offered", "withdrawn") == []
    play.here("ben", "calls")
    assert play.offered_to(call) == "ben"  # at its old place


# --- 5: a zombie call after the caller hung up ------------------------------------------------------------


@pytest.mark.rule("IDLE-7", "CMD-33")
def test_a_zombie_call_after_the_caller_hung_up(make_engine: Any) -> None:
    play = simple(make_engine, "anna")
    call = play.enqueue("calls")
    (offer,) = {event.offer for event in play.events("offered")}
    play.abandon(call)
    for late in (
        lambda: play.accept(call),
        lambda: play.accept(call, offer=offer),
        lambda: play.accept(call, agent="anna", offer=offer),
        lambda: play.reject(call, offer=offer),
    ):
        with pytest.raises(hg.StaleOffer):
            late()
    assert play.state(call) == "Abandoned"
    assert play.agent("anna").status == "Ready"


def test_the_offer_of_before_does_not_answer_for_that_of_now(make_engine: Any) -> None:
    play = simple(make_engine, "anna", ask_again_after=0)
    call = play.enqueue("calls")
    (first,) = [event.offer for event in play.events("offered")]
    play.reject(call)
    (second,) = [event.offer for event in play.events("offered")]
    assert second > first
    with pytest.raises(hg.StaleOffer):
        play.accept(call, agent="anna", offer=first)
    play.accept(call, agent="anna", offer=second)


# --- 6: one answered call, two agents acknowledged --------------------------------------------------------


@pytest.mark.rule("ELIG-19")
def test_one_answered_call_two_agents_acknowledged(make_engine: Any) -> None:
    play = simple(make_engine, "anna", "ben", "carl", strategy="ring_all")
    call = play.enqueue("calls")
    play.accept(call, agent="carl")
    for loser in ("anna", "ben", "carl"):
        with pytest.raises(hg.StaleOffer):
            play.accept(call, agent=loser)
    assert len(play.events("accepted")) == 1
    assert play.interaction(call).agent == "carl"


def test_of_accepts_in_one_batch_exactly_one_wins() -> None:
    engine = hg.Engine()
    engine.add_queue("calls", strategy="ring_all")
    names = [f"agent {number}" for number in range(50)]
    engine.add_agents(names, queues=[["calls"]] * 50, devices=["voice"], signed_in=True, status="Ready")
    call = engine.enqueue("calls")
    rows = blank_rows(50)
    rows["command"], rows["interaction"] = hg.Command.ACCEPT, call
    rows["agent"] = np.random.default_rng(1).permutation(50)
    _, results = engine.apply(rows)
    assert [int(code) for code in results] == [hg.Result.OK] + [hg.Result.STALE_OFFER] * 49
    assert engine.agent_of(call) == rows["agent"][0]
    engine.verify()


# --- 7: an unavailable last agent halts top-down ----------------------------------------------------------


@pytest.mark.parametrize("strategy", ["linear", "round_robin"])
@pytest.mark.parametrize("why", ["status", "busy", "skills", "signed_out"])
def test_an_unavailable_last_agent_halts_top_down(make_engine: Any, strategy: str, why: str) -> None:
    play = simple(make_engine, "anna", "ben", "carl", strategy=strategy)
    play.add_queue("other")
    play.set_skill("anna", "spanish", 1)
    play.set_skill("ben", "spanish", 1)
    if why == "status":
        play.set_status("carl", "Break")
    elif why == "busy":
        play.join("carl", "other")
        play.take("other", "carl")
    elif why == "signed_out":
        play.sign_out("carl")
    served = []
    for _ in range(4):
        call = play.enqueue("calls", requires="spanish" if why == "skills" else None)
        served.append(play.offered_to(call))
        play.accept(call)
        play.end(call)
    assert served == (["anna"] * 4 if strategy == "linear" else ["anna", "ben", "anna", "ben"])


# --- 8: the 8th caller is served first --------------------------------------------------------------------


def test_the_eighth_caller_is_served_first(make_engine: Any) -> None:
    play = simple(make_engine)
    calls = []
    for _ in range(8):
        calls.append(play.enqueue("calls"))
        play.after(1)
    play.here("anna", "calls")
    served = []
    for _ in calls:
        (call,) = play.agent("anna").interactions
        served.append(call)
        play.accept(call)
        play.end(call)
    assert served == calls


def test_who_is_served_first_can_be_explained(make_engine: Any) -> None:
    play = simple(make_engine, "anna")
    play.set_skill("anna", "spanish", 2)
    first = play.enqueue("calls", requires="spanish >= 3")
    second = play.enqueue("calls")
    assert play.offered_to(second) == "anna"
    assert play.rules("anna", first)[-1] == "skills"
    assert play.explain(first)["candidates"]["anna"] is not None


# --- 9: a higher-weight queue blocks an agent who is not eligible for it ----------------------------------


def test_a_higher_weight_queue_blocks_an_agent_who_is_not_eligible_for_it(make_engine: Any) -> None:
    play = simple(make_engine)
    play.add_queue("gold", requires="spanish")
    play.add_queue("platinum")
    play.here("anna", "calls", "gold", "platinum", status="Break")
    play.join("anna", "gold", rank=0)
    play.join("anna", "platinum", rank=0)
    play.queue_logout("anna", "platinum")
    for queue in ("gold", "platinum"):
        for _ in range(3):
            play.enqueue(queue, priority=1000)
    plain = play.enqueue("calls", priority=-1000)
    play.set_status("anna", "Ready")
    assert play.agent("anna").interactions == (plain,)


# --- 10: no fairness across queues ------------------------------------------------------------------------


def test_no_fairness_across_queues(make_engine: Any) -> None:
    play = make_engine()
    queues = [f"queue {number}" for number in range(5)]
    for queue in queues:
        play.add_queue(queue)
    calls = []
    for number in range(20):
        calls.append(play.enqueue(queues[number * 3 % 5]))
        play.after(1)
    play.here("anna", *reversed(queues))
    play.here("ben", *queues)
    served = []
    while len(served) < 20:
        for agent in ("anna", "ben"):
            (call,) = play.agent(agent).interactions
            served.append(call)
            play.accept(call)
            play.end(call)
    assert served == calls


# --- 11: calls counted twice, wrap-up ended early or reset by a transfer ----------------------------------


@pytest.mark.rule("CMD-45")
def test_calls_counted_twice_and_wrap_up_ended_by_a_transfer(make_engine: Any) -> None:
    play = simple(make_engine, "anna", wrap_up=30)
    play.add_queue("second", wrap_up=10)
    play.here("ben", "second")
    call = play.take("calls", "anna")
    play.transfer(call, queue="second")
    assert play.rules("anna", play.enqueue("calls"))[0] == "wrap_up"
    play.accept(call)
    play.after(15)
    play.end(call)  # ben's own wrap-up begins; anna's goes on as it was
    play.after(10)
    assert play.state(call) == "Completed"
    ended = play.events("wrap_up_ended")
    assert [(event.agent, event.interaction) for event in ended] == [("ben", call)]
    play.after(4)
    assert play.rules("anna", 2)[0] == "wrap_up"
    play.after(1)
    assert play.offered_to(2) == "anna"
    metrics = [play.queue(queue).metrics() for queue in ("calls", "second")]
    assert [(figures["offered"], figures["answered"]) for figures in metrics] == [(2, 1), (1, 1)]


# --- 12: every device event scans queues and members ------------------------------------------------------


def test_every_device_event_scans_all_queues() -> None:
    """What an event touches is what belongs to the agent: no other queue or agent is told of it."""
    engine = hg.Engine()
    for number in range(200):
        engine.add_queue(f"queue {number}")
    for number in range(200):
        engine.add_agent(
            f"agent {number}", queues=[number, (number + 1) % 200], signed_in=True, status="Ready"
        )
    engine.poll()
    engine.connect("agent 7", "voice")
    events = engine.poll()
    assert {event.queue for event in events if event.queue is not None} == {"queue 7", "queue 8"}
    assert {event.agent for event in events if event.agent is not None} == {"agent 7"}
    engine.verify()


def test_reading_waits_for_nothing() -> None:
    """What is read is kept: the columns are the engine's own memory, and see a change without being asked."""
    engine = hg.Engine()
    engine.add_queue("calls")
    ready = engine.columns["queues.ready"]
    assert ready.tolist() == [0]
    engine.add_agent("anna", queues=["calls"], devices=["voice"], signed_in=True, status="Ready")
    assert ready.tolist() == [1]
    assert not ready.flags.owndata
    assert not ready.flags.writeable


# --- 13: agents locked in a call; wrap-up freed in the wrong order; the first agent always chosen ---------


def test_wrap_up_is_freed_in_the_wrong_order(make_engine: Any) -> None:
    play = simple(make_engine)
    play.add_queue("long", wrap_up=50)
    play.add_queue("short", wrap_up=20)
    play.here("anna", "calls", "long")
    play.here("ben", "calls", "short")
    play.end(play.take("long", "anna"))
    play.after(10)
    play.end(play.take("short", "ben"))
    waiting = [play.enqueue("calls"), play.enqueue("calls")]
    play.after(20)
    assert [play.offered_to(call) for call in waiting] == ["ben", None]
    play.after(20)
    assert [play.interaction(call).agent for call in waiting][1] == "anna"


def test_the_first_agent_is_always_chosen(make_engine: Any) -> None:
    play = simple(make_engine, "anna", "ben", "carl")
    served = []
    for _ in range(9):
        call = play.enqueue("calls")
        served.append(play.offered_to(call))
        play.accept(call)
        play.after(1)
        play.end(call)
    assert served == ["anna", "ben", "carl"] * 3


def test_agents_are_locked_in_a_call(make_engine: Any) -> None:
    play = simple(make_engine, "anna")
    call = play.take("calls", "anna")
    with pytest.raises(hg.IllegalTransition):
        play.sign_out("anna")
    play.end(call)  # whoever finds that the call is gone ends it; the agent is free in that step
    assert play.agent("anna").status == "Ready"
    play.sign_out("anna")


# --- 14: the next status cannot be unset ------------------------------------------------------------------


def test_the_next_status_cannot_be_unset(make_engine: Any) -> None:
    play = simple(make_engine, "anna")
    call = play.take("calls", "anna")
    play.events()
    play.set_status("anna", "Break")
    assert play.agent("anna").pending == "Break"
    assert len(play.events("pending_changed")) == 1
    play.set_status("anna", "Ready")
    assert play.agent("anna").pending is None
    assert len(play.events("pending_changed")) == 1
    play.end(call)
    assert play.agent("anna").status == "Ready"
    assert play.offered_to(play.enqueue("calls")) == "anna"


def test_a_client_that_is_gone_stays_available_for_ever(make_engine: Any) -> None:
    """Without its device, or with an offer unanswered, an agent is offered nothing more."""
    play = simple(make_engine, "anna", "ben", offer_timeout=20)
    play.disconnect("anna", "voice")
    call = play.enqueue("calls")
    assert play.offered_to(call) == "ben"
    play.after(20)
    assert play.agent("ben").status == "No Answer"
    assert [play.rules(name, call)[0] for name in ("anna", "ben")] == ["device", "status"]
    play.after(10_000)
    assert play.state(call) == "Queued"


# --- 15: freed capacity does not drain the waiting; bursts all pick one agent; the cap overshoots ---------


@pytest.mark.rule("MATCH-5")
def test_freed_capacity_does_not_drain_the_waiting(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("chats", channel="chat")
    play.here("anna", "chats", capacity={"chat": 3})
    chats = [play.enqueue("chats") for _ in range(9)]
    for chat in chats[:3]:
        play.accept(chat)
    for number, chat in enumerate(chats[:3]):
        play.end(chat)
        assert play.offered_to(chats[3 + number]) == "anna"
    play.set_capacity("anna", "chat", 6)
    assert play.states(chats[3:]) == ["Offered"] * 6


def test_a_burst_picks_one_agent_for_all(make_engine: Any) -> None:
    play = simple(make_engine, *(f"agent {number}" for number in range(6)))
    calls = [play.enqueue("calls") for _ in range(6)]
    assert len({play.offered_to(call) for call in calls}) == 6


@pytest.mark.rule("CMD-42")
def test_the_cap_of_a_queue_overshoots_in_a_burst() -> None:
    engine = hg.Engine()
    engine.add_queue("calls", max_waiting=10)
    rows = blank_rows(50)
    rows["command"], rows["queue"] = hg.Command.ENQUEUE, 0
    _, results = engine.apply(rows)
    assert [int(code) for code in results] == [hg.Result.OK] * 10 + [hg.Result.QUEUE_FULL] * 40
    assert engine.queue("calls").waiting == 10


# --- also asked for: callbacks, see test_callbacks.py -----------------------------------------------------
