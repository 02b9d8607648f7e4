"""After-contact work: how long it is, and what it keeps meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg

SECOND = 10**9


@pytest.mark.rule("WRAP-5", "WRAP-7")
def test_wrap_up_on_chats_keeps_the_slot_and_nothing_else(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("chats", channel="chat", wrap_up=30, wrap_up_holds="slot")
    play.add_queue("calls")
    play.here("ann", "chats", "calls", capacity={"chat": 2, "voice": 1})
    first, second = play.take("chats", "ann"), play.take("chats", "ann")
    play.end(first)
    third = play.enqueue("chats")
    assert play.rules("ann", third) == ["capacity"]
    play.end(second)
    assert play.state(third) == "Queued"
    assert play.agent("ann").wrap_up_until == 30 * SECOND
    call = play.take("calls", "ann")
    play.after(30)
    assert play.rules("ann", third) == ["blocked"]
    play.end(call)
    assert play.offered_to(third) == "ann"


def test_a_slot_kept_by_wrap_up_is_free_when_it_is_over(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("chats", channel="chat", wrap_up=30, wrap_up_holds="slot")
    play.here("ann", "chats", capacity={"chat": 1})
    play.end(play.take("chats", "ann"))
    waiting = play.enqueue("chats")
    play.after(29)
    assert play.state(waiting) == "Queued"
    play.after(1)
    assert play.offered_to(waiting) == "ann"


def test_a_wrap_up_that_keeps_its_slot_counts_as_load(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("chats", channel="chat", wrap_up=30, wrap_up_holds="slot")
    for name in ("ann", "ben"):
        play.here(name, "chats", capacity={"chat": 4})
    play.end(play.take("chats", "ann"))
    assert [play.take("chats", name) for name in ("ben",)]
    # One each: ann's is only a wrap-up, and ben's is the later one.
    assert play.offered_to(play.enqueue("chats")) == "ann"


@pytest.mark.rule("WRAP-6")
def test_wrap_up_may_keep_nothing(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", wrap_up=30, wrap_up_holds="nothing")
    play.here("ann", "calls")
    call = play.take("calls", "ann")
    play.end(call)
    assert play.state(call) == "Wrap Up"
    assert play.offered_to(play.enqueue("calls")) == "ann"


@pytest.mark.rule("WRAP-4")
def test_what_a_wrap_up_keeps_is_as_the_queue_said_when_it_began(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", wrap_up=30, wrap_up_holds="slot")
    play.here("ann", "calls")
    play.end(play.take("calls", "ann"))
    play.update_queue("calls", wrap_up_holds="nothing")
    waiting = play.enqueue("calls")
    assert play.rules("ann", waiting) == ["capacity"]
    play.after(30)
    assert play.offered_to(waiting) == "ann"


def test_signing_out_gives_the_slots_of_wrap_ups_back(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("chats", channel="chat", wrap_up=30, wrap_up_holds="slot")
    play.here("ann", "chats", capacity={"chat": 1})
    play.end(play.take("chats", "ann"))
    play.sign_out("ann")
    play.sign_in("ann")
    play.set_status("ann", "Ready")
    assert play.offered_to(play.enqueue("chats")) == "ann"


@pytest.mark.rule("WRAP-1")
def test_an_agent_may_have_a_wrap_up_of_its_own(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", wrap_up=30)
    play.here("ann", "calls", wrap_up=5)
    play.here("ben", "calls", wrap_up=0)
    first, second = play.take("calls", "ann"), play.take("calls", "ben")
    play.end(first)
    play.end(second)
    assert play.states([first, second]) == ["Wrap Up", "Completed"]
    assert play.agent("ann").wrap_up_until == 5 * SECOND
    play.after(5)
    assert play.state(first) == "Completed"


def test_direct_and_dialled_ones_wrap_up_as_the_channel_says(make_engine: Any) -> None:
    play = make_engine()
    play.add_channel("line", needs_device=False, wrap_up=20)
    play.add_queue("out", channel="line", wrap_up=7)
    play.here("ann", "out", capacity={"line": 1})
    direct = play.direct("ann", "line")
    play.accept(direct)
    play.end(direct)
    assert play.agent("ann").wrap_up_until == 20 * SECOND
    assert (play.state(direct), play.interaction(direct).queue) == ("Wrap Up", None)
    play.finish_wrap_up(direct)
    for queue, length in ((None, 20), ("out", 7)):
        call = play.dial("ann", "line", queue=queue)
        play.answered(call)
        play.end(call)
        assert play.agent("ann").wrap_up_until == length * SECOND
        play.finish_wrap_up(call)


@pytest.mark.rule("WRAP-2")
@pytest.mark.parametrize("said", [False, True])
def test_a_failed_outbound_call_is_wrapped_up_where_the_channel_says_so(make_engine: Any, said: bool) -> None:
    play = make_engine()
    play.add_channel("line", wrap_up=20, wrap_up_unanswered=said)
    play.add_queue("out", channel="line", wrap_up=7)
    play.here("ann", "out", capacity={"line": 1})
    for queue, length in ((None, 20), ("out", 7)):
        call = play.dial("ann", "line", queue=queue)
        play.end(call)
        assert play.state(call) == ("Wrap Up" if said else "Completed")
        if said:
            assert play.agent("ann").wrap_up_until == play.now_ns + length * SECOND
            play.after(length)
    assert play.queue("out").metrics()["mean_handling"] is None


@pytest.mark.rule("WRAP-3")
def test_a_consultation_is_not_wrapped_up(make_engine: Any) -> None:
    play = make_engine()
    play.add_channel("line", wrap_up=20)
    for name in ("ann", "ben"):
        play.here(name, capacity={"line": 1}, wrap_up=9)
    call = play.direct("ann", "line")
    play.accept(call)
    leg = play.consult(call, "ben")
    play.accept(leg)
    play.end(leg)
    assert (play.state(leg), play.state(call)) == ("Completed", "Handling")
    assert play.agent("ben").wrap_ups == ()


def test_what_a_wrap_up_may_keep_is_checked(make_engine: Any) -> None:
    play = make_engine()
    with pytest.raises(hg.ConfigError, match="wrap_up_holds"):
        play.add_queue("calls", wrap_up_holds="everything")
    with pytest.raises(hg.ConfigError, match="wrap_up"):
        play.add_agent("ann", wrap_up=-1)
    with pytest.raises(hg.ConfigError, match="wrap_up_unanswered"):
        play.add_channel("line", wrap_up_unanswered=1)


@pytest.mark.rule("WRAP-5")
def test_a_wrap_up_that_holds_nothing_is_no_reason_and_has_no_end_to_wait_for(
    make_engine: Any,
) -> None:
    engine = make_engine()
    engine.add_queue("calls", wrap_up=10)
    engine.add_queue("later", wrap_up=60, wrap_up_holds="nothing")
    engine.here("ann", "calls", "later")
    engine.end(engine.take("later", "ann"))
    engine.end(engine.take("calls", "ann"))
    waiting = engine.enqueue("calls")
    assert engine.reasons("ann", waiting) == [("wrap_up", 10.0)], "not 60: only the one of calls blocks"
    engine.after(10)
    assert engine.offered_to(waiting) == "ann"


@pytest.mark.rule("CMD-52", "WRAP-8")
def test_wrap_up_is_longer_on_demand(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", wrap_up=30)
    play.here("ann", "calls")
    call = play.take("calls", "ann")
    with pytest.raises(hg.IllegalTransition):
        play.extend_wrap_up(call, 60)
    play.end(call)
    play.after(10)
    play.events()
    play.extend_wrap_up(call, 60)
    assert play.agent("ann").wrap_up_until == 90 * SECOND
    (told,) = play.events("wrap_up_extended")
    assert (told.agent, told.queue, told.value) == ("ann", "calls", 90 * SECOND)
    with pytest.raises(hg.ConfigError, match="seconds"):
        play.extend_wrap_up(call, 0)
    with pytest.raises(hg.LimitExceeded):
        play.extend_wrap_up(call, 3_162_240_000)
    play.after(79)
    assert play.state(call) == "Wrap Up"
    play.after(1)
    assert play.state(call) == "Completed"


def test_a_fixed_wrap_up_is_not_extended(make_engine: Any) -> None:
    play = make_engine("console_status")
    play.add_queue("calls", wrap_up=30)
    play.here("ann", "calls", status="Available")
    call = play.take("calls", "ann")
    play.end(call)
    with pytest.raises(hg.WrapUpFixed):
        play.extend_wrap_up(call, 60)
