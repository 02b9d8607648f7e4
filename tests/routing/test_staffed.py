"""Who serves, and what depends on it: what is kept for a preferred agent, and the estimated wait."""

from __future__ import annotations

from typing import Any

import pytest


def centre(make_engine: Any, model: str = "agent_modes", **settings: Any) -> Any:
    play = make_engine(model)
    play.add_queue("calls", preferred_wait=30, **settings)
    return play


def serving(play: Any, queue: str = "calls") -> int:
    return int(play.queue(queue).serving)


@pytest.mark.rule("PRES-9", "PRES-10")
def test_who_is_ready_rings_talks_or_wraps_up_serves(make_engine: Any) -> None:
    play = centre(make_engine, wrap_up=20)
    assert serving(play) == 0
    play.here("anna", "calls")
    assert serving(play) == 1
    call = play.enqueue("calls")
    assert (play.offered_to(call), serving(play)) == ("anna", 1)
    play.accept(call)
    assert serving(play) == 1
    play.end(call)
    assert (play.agent("anna").wrap_ups, serving(play)) == ((call,), 1)
    play.after(20)
    assert serving(play) == 1


@pytest.mark.rule("PRES-9")
def test_who_is_on_a_break_signed_out_or_logged_out_serves_nowhere(make_engine: Any) -> None:
    play = centre(make_engine)
    play.here("anna", "calls")
    play.set_status("anna", "Break")
    assert serving(play) == 0
    play.set_status("anna", "Ready")
    play.queue_logout("anna", "calls")
    assert serving(play) == 0
    play.queue_login("anna", "calls")
    assert serving(play) == 1
    play.set_status("anna", "Offline")
    assert serving(play) == 0
    play.remove_agent("anna")
    assert serving(play) == 0


@pytest.mark.rule("PRES-9")
def test_who_is_about_to_leave_serves_no_more(make_engine: Any) -> None:
    play = make_engine("duty_profiles")
    play.add_queue("calls")
    play.here("anna", "calls", status="On Duty")
    play.take("calls", "anna")
    assert serving(play) == 1
    play.set_status("anna", "Off Duty")
    if play.agent("anna").pending is not None:
        assert serving(play) == 0


@pytest.mark.rule("PRES-8", "PRES-9")
def test_on_a_break_in_service_is_counted_and_serves_not(make_engine: Any) -> None:
    play = make_engine("queue_login")
    play.add_queue("calls")
    play.here("anna", "calls", status="Online")
    assert (play.queue("calls").logged_in, serving(play)) == (1, 1)


@pytest.mark.rule("ELIG-13")
@pytest.mark.parametrize("away", ["Break", "Offline"])
def test_nobody_waits_for_a_preferred_agent_who_does_not_serve(make_engine: Any, away: str) -> None:
    play = centre(make_engine)
    play.here("anna", "calls")
    play.here("ben", "calls")
    play.set_status("anna", away)
    call = play.enqueue("calls", preferred="anna")
    assert play.offered_to(call) == "ben"


@pytest.mark.rule("ELIG-13")
def test_nobody_waits_for_a_preferred_agent_who_signed_out(make_engine: Any) -> None:
    play = centre(make_engine, "duty_profiles")
    play.here("anna", "calls", status="On Duty")
    play.here("ben", "calls", status="On Duty")
    play.sign_out("anna")
    call = play.enqueue("calls", preferred="anna")
    assert play.offered_to(call) == "ben"


@pytest.mark.rule("ELIG-13")
def test_a_preferred_agent_who_is_busy_is_waited_for(make_engine: Any) -> None:
    play = centre(make_engine)
    play.here("anna", "calls")
    play.take("calls", "anna")
    play.here("ben", "calls")
    call = play.enqueue("calls", preferred="anna")
    assert play.reasons("ben", call) == [("preferred", 30.0)]
    play.after(30)
    assert play.offered_to(call) == "ben"


@pytest.mark.rule("MATCH-4", "ELIG-13")
def test_when_the_preferred_agent_ceases_to_serve_others_are_asked_at_once(make_engine: Any) -> None:
    play = centre(make_engine)
    play.here("anna", "calls")
    talk = play.take("calls", "anna")
    play.here("ben", "calls")
    call = play.enqueue("calls", preferred="anna")
    assert play.state(call) == "Queued"
    play.set_status("anna", "Break")
    play.end(talk)
    assert play.offered_to(call) == "ben"


@pytest.mark.rule("NUM-1")
def test_the_estimated_wait_counts_those_who_serve_not_those_on_a_break(make_engine: Any) -> None:
    play = centre(make_engine)
    for name in ("anna", "ben", "cleo"):
        play.here(name, "calls")
    call = play.take("calls", "anna")
    play.after(60)
    play.end(call)
    assert play.estimated_wait("calls") == 20.0
    play.set_status("cleo", "Break")
    assert play.estimated_wait("calls") == 30.0
    play.set_status("ben", "Break")
    assert play.estimated_wait("calls") == 60.0
    play.set_status("anna", "Break")
    assert play.estimated_wait("calls") is None


@pytest.mark.rule("PRES-11")
def test_rows_of_sums_count_each_agent_once(make_engine: Any) -> None:
    play = make_engine()
    for queue, group in (("a", "emea"), ("b", "emea"), ("c", "apac"), ("d", None)):
        play.add_queue(queue, group=group, requires="spanish" if queue == "b" else None)
    play.here("anna", "a", "b", "c", "d")
    play.here("ben", "b", "c", skills={"spanish": 1})
    play.here("cleo", "d")

    def row(**which: Any) -> tuple[int, ...]:
        (found,) = play.presence(**which)
        return tuple(int(found[name]) for name in ("logged_in", "ready", "agents_logged_in", "agents_ready"))

    assert row(total=True) == (7, 6, 3, 3)
    assert row(group="emea") == (3, 2, 2, 2)
    assert row(group="apac") == (2, 2, 2, 2)
    play.take("d", "anna")
    assert row(group="emea") == (3, 1, 2, 1)
    assert row(total=True) == (7, 3, 3, 2)
    play.set_skill("ben", "spanish", 0)
    assert row(group="emea") == (3, 0, 2, 0)
    play.update_queue("c", group="emea")
    assert row(group="emea") == (5, 1, 2, 1)
    play.remove_agent("ben")
    assert row(group="emea") == (3, 0, 1, 0)
    each = play.presence()
    assert each["agents_logged_in"].tolist() == each["logged_in"].tolist()
    assert each["agents_ready"].tolist() == each["ready"].tolist()


@pytest.mark.rule("MATCH-12")
def test_a_burst_of_chats_spreads_over_everybody_before_anyone_gets_a_second(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("chats", channel="chat", strategy="least_occupied")
    for name in ("anna", "ben", "cleo"):
        play.here(name, "chats", capacity={"chat": 4})
    # Whoever worked before is more occupied, which must not heap the others.
    for seconds in (30, 60):
        call = play.enqueue("chats")
        play.accept(call)
        play.after(seconds)
        play.end(call)
    offered = [play.offered_to(play.enqueue("chats")) for _ in range(6)]
    assert sorted(str(name) for name in offered[:3]) == ["anna", "ben", "cleo"]
    assert sorted(str(name) for name in offered[3:]) == ["anna", "ben", "cleo"]
