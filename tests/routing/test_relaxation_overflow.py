"""Relaxation on queues and interactions, overflow, max_waiting, max_wait, and the preferred agent."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg

RINGS = [(30, "spanish >= 3"), (60, "spanish >= 1"), (90, None)]


def spanish_centre(make_engine: Any, **settings: Any) -> Any:
    """Four agents who speak Spanish ever less well: 5, 3, 1 and not at all."""
    play = make_engine()
    play.add_queue("sales", offer_timeout=3600, ask_again_after=3600, **settings)
    for name, level in (("anna", 5), ("ben", 3), ("carl", 1), ("dora", 0)):
        play.here(name, "sales", skills={"spanish": level})
    return play


# --- relaxation -------------------------------------------------------------------------------------------


def test_the_rings_of_a_queue_open_one_after_the_other(make_engine: Any) -> None:
    play = spanish_centre(make_engine, requires="spanish >= 5", relax=RINGS)
    calls = [play.enqueue("sales") for _ in range(4)]
    taken = []
    for _ in range(4):
        taken.append([play.offered_to(call) for call in calls])
        play.after(30)
    assert taken == [
        ["anna", None, None, None],
        ["anna", "ben", None, None],
        ["anna", "ben", "carl", None],
        ["anna", "ben", "carl", "dora"],
    ]


def test_the_rings_of_an_interaction_open_for_it_alone(make_engine: Any) -> None:
    play = spanish_centre(make_engine)
    play.set_status_many(["anna", "ben", "dora"], "Break")
    strict = play.enqueue("sales", requires="spanish >= 5")
    call = play.enqueue("sales", requires="spanish >= 5", relax=[(10, "spanish >= 1")])
    assert play.reasons("carl", call) == [("skills", 10.0)]
    assert play.reasons("carl", strict) == [("skills", None)]
    play.after(10)
    assert play.offered_to(call) == "carl"
    assert play.state(strict) == "Queued"


@pytest.mark.rule("WAIT-5")
def test_both_requirements_must_hold_and_each_relaxes_by_its_own_steps(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("sales", requires="spanish", relax=[(20, None)])
    play.here("anna", "sales", skills={"spanish": 0, "billing": 0})
    call = play.enqueue("sales", requires="billing", relax=[(10, None)])
    assert play.reasons("anna", call) == [("skills", 10.0)]
    play.after(10)
    assert play.reasons("anna", call) == [("skills", 20.0)]
    play.events()
    play.after(10)
    assert play.kinds(call) == ["requirement_relaxed", "offered"]


@pytest.mark.rule("STEP-8", "WAIT-6")
def test_an_interaction_put_back_is_brought_up_to_date_in_the_same_step(make_engine: Any) -> None:
    play = spanish_centre(make_engine, requires="spanish >= 5", relax=RINGS)
    call = play.enqueue("sales")
    play.after(65)  # the offer rings over two steps
    play.events()
    play.reject(call)
    assert play.kinds(call) == ["rejected", "requirement_relaxed", "offered"]
    assert play.offered_to(call) == "ben"


@pytest.mark.rule("WAIT-4")
def test_a_requirement_may_become_stricter_too(make_engine: Any) -> None:
    play = spanish_centre(make_engine, relax=[(5, "spanish >= 5")])
    play.set_status_many(["anna", "ben", "carl", "dora"], "Break")
    call = play.enqueue("sales")
    play.after(6)
    play.set_status("dora", "Ready")
    assert play.rules("dora", call) == ["skills"]
    play.set_status("anna", "Ready")
    assert play.offered_to(call) == "anna"


# --- overflow ---------------------------------------------------------------------------------------------


def overflowing(make_engine: Any, **backup: Any) -> Any:
    play = make_engine()
    play.add_queue("calls", overflow=(60, "backup"))
    play.add_queue("backup", **backup)
    return play


@pytest.mark.rule("WAIT-2", "NUM-6")
def test_an_overflow_keeps_the_time_of_arrival(make_engine: Any) -> None:
    play = overflowing(make_engine)
    old = play.enqueue("calls")
    play.after(30)
    young = play.enqueue("backup")
    play.after(30)
    assert [play.interaction(call).queue for call in (old, young)] == ["backup", "backup"]
    assert play.interaction(old).waited == 60.0
    play.here("anna", "backup")
    assert play.offered_to(old) == "anna"


@pytest.mark.rule("WAIT-9")
def test_overflow_moves_along_a_chain_but_never_back(make_engine: Any) -> None:
    play = overflowing(make_engine, overflow=(90, "calls"))
    call = play.enqueue("calls")
    play.after(60)
    assert play.interaction(call).queue == "backup"
    play.after(600)
    assert play.interaction(call).queue == "backup"
    assert [event.queue for event in play.events("overflowed")] == ["backup"]


def test_overflow_passes_over_a_target_that_is_full(make_engine: Any) -> None:
    play = overflowing(make_engine, max_waiting=1)
    play.enqueue("backup")
    call = play.enqueue("calls")
    play.after(60)
    assert play.interaction(call).queue == "calls"
    play.after(600)
    assert play.interaction(call).queue == "calls"


@pytest.mark.rule("WAIT-8")
def test_overflow_passes_over_a_target_that_is_closed(make_engine: Any) -> None:
    hours = hg.Hours({"mon": ("09:00", "17:00")}, tz="Europe/Berlin")
    play = overflowing(make_engine, hours=hours)
    call = play.enqueue("calls")  # a Thursday: the first of January 1970
    play.after(60)
    assert play.interaction(call).queue == "calls"


def test_overflow_waits_for_an_open_offer_and_acts_when_it_fails(make_engine: Any) -> None:
    play = overflowing(make_engine)
    play.update_queue("calls", offer_timeout=100)
    play.here("anna", "calls")
    call = play.enqueue("calls")
    play.after(70)
    assert play.interaction(call).queue == "calls"
    play.events()
    play.reject(call)
    assert play.kinds(call) == ["rejected", "overflowed"]
    assert play.interaction(call).queue == "backup"


def test_the_target_of_an_overflow_may_be_defined_later(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", overflow=(5, "later"))
    play.add_queue("later")
    call = play.enqueue("calls")
    play.after(5)
    assert play.interaction(call).queue == "later"


def test_an_overflow_whose_target_does_not_exist_is_passed_over(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls")
    call = play.enqueue("calls")
    play.update_queue("calls", overflow=(5, "never"))
    with pytest.raises(hg.UnknownQueue):
        play.enqueue("calls")
    play.events()
    play.after(10)
    assert (play.interaction(call).queue, play.kinds(call)) == ("calls", [])
    play.here("anna", "calls")
    assert play.offered_to(call) == "anna"


def test_an_overflow_whose_target_was_removed_is_passed_over(make_engine: Any) -> None:
    play = overflowing(make_engine)
    call = play.enqueue("calls")
    play.remove_queue("backup")
    play.after(600)
    assert (play.interaction(call).queue, play.state(call)) == ("calls", "Queued")


@pytest.mark.parametrize("limit", [{"max_wait": 0}, {"overflow": (0, "backup")}])
@pytest.mark.rule("WAIT-20")
def test_a_limit_of_nothing_takes_what_somebody_free_can_serve_at_once(
    make_engine: Any, limit: dict[str, Any]
) -> None:
    play = make_engine()
    play.add_queue("backup")
    play.add_queue("calls", **limit)
    play.here("anna", "calls")
    call = play.enqueue("calls")
    assert (play.kinds(call), play.offered_to(call)) == (["queued", "offered"], "anna")


def test_a_max_wait_of_nothing_lets_go_of_whom_nobody_takes_at_once(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", max_wait=0)
    call = play.enqueue("calls")
    assert (play.kinds(call), play.state(call)) == (["queued", "timed_out"], "Abandoned")
    assert play.queue("calls").metrics()["timed_out"] == 1


@pytest.mark.rule("WAIT-21")
def test_an_overflow_after_nothing_looks_for_an_agent_in_each_queue_in_turn(make_engine: Any) -> None:
    play = make_engine()
    for name, target in (("first", "second"), ("second", "third"), ("third", "first")):
        play.add_queue(name, overflow=(0, target), max_wait=0)
    play.here("anna", "second")
    call = play.enqueue("first")
    assert (play.kinds(call), play.offered_to(call)) == (["queued", "overflowed", "offered"], "anna")
    other = play.enqueue("first")
    assert play.kinds(other) == ["queued", "overflowed", "overflowed", "timed_out"]


def test_who_overflows_into_a_queue_whose_limit_has_passed_is_served_there_if_somebody_is_free(
    make_engine: Any,
) -> None:
    play = overflowing(make_engine, max_wait=30)
    call = play.enqueue("calls")
    play.here("anna", "backup")
    play.after(60)
    assert play.offered_to(call) == "anna"
    late = play.enqueue("calls")
    play.events()
    play.after(60)
    assert play.kinds(late) == ["overflowed", "timed_out"]


@pytest.mark.parametrize("limit", [{"max_wait": 0}, {"overflow": (0, "backup")}])
@pytest.mark.rule("WAIT-10")
def test_a_transfer_into_a_limit_of_nothing_looks_for_an_agent_first(
    make_engine: Any, limit: dict[str, Any]
) -> None:
    play = make_engine()
    play.add_queue("backup")
    play.add_queue("calls", **limit)
    play.add_queue("front")
    play.here("anna", "front")
    play.here("ben", "calls")
    call = play.take("front", "anna")
    play.transfer(call, queue="calls")
    assert play.offered_to(call) == "ben"


def test_an_overflow_that_was_passed_over_goes_on_when_its_target_has_room(make_engine: Any) -> None:
    play = overflowing(make_engine, max_waiting=1)
    blocking = play.enqueue("backup")
    older, younger = play.enqueue("calls"), play.enqueue("calls")
    play.after(60)
    play.abandon(blocking)
    assert [play.interaction(call).queue for call in (older, younger)] == ["backup", "calls"]
    play.here("anna", "backup")
    assert play.offered_to(older) == "anna"
    assert play.interaction(younger).queue == "backup"


def test_an_overflow_that_was_passed_over_goes_on_when_its_target_opens(make_engine: Any) -> None:
    hours = hg.Hours({"thu": ("09:00", "17:00")}, tz="UTC")  # the clock starts on a Thursday at midnight
    play = overflowing(make_engine, hours=hours)
    play.here("anna", "backup")
    call = play.enqueue("calls")
    play.after(9 * 3600 - 1)
    assert play.interaction(call).queue == "calls"
    play.after(1)
    assert play.offered_to(call) == "anna"


@pytest.mark.rule("WAIT-6", "WAIT-21")
def test_a_step_that_is_due_when_the_target_opens_comes_before_the_overflow(make_engine: Any) -> None:
    play = make_engine()
    hours = hg.Hours({"thu": ("09:00", "17:00")}, tz="UTC")
    play.add_queue("night", hours=hours)
    play.add_queue("calls", overflow=(0, "night"), requires="spanish", relax=[(30, None)])
    play.after(9 * 3600 - 30)  # the first of January 1970 was a Thursday
    call = play.enqueue("calls")
    assert play.state(call) == "Queued"
    play.poll()
    play.after(30)
    told = [event.kind for event in play.poll() if event.interaction == call]
    assert told == ["requirement_relaxed", "overflowed"]
    play.verify()


@pytest.mark.rule("WAIT-12")
def test_an_overflow_that_was_passed_over_goes_on_when_its_target_may_hold_more(make_engine: Any) -> None:
    play = overflowing(make_engine, max_waiting=0)
    call = play.enqueue("calls")
    play.after(60)
    assert play.interaction(call).queue == "calls"
    play.update_queue("backup", max_waiting=1)
    assert play.interaction(call).queue == "backup"


@pytest.mark.rule("WAIT-22")
def test_who_is_put_back_takes_up_room_before_anyone_overflows_in_the_same_step(make_engine: Any) -> None:
    play = make_engine("agent_modes")
    play.add_queue("calls", overflow=(5, "backup"))
    play.add_queue("backup", max_waiting=1)
    play.here("anna", "calls", capacity={"voice": 2})
    play.here("ben", "backup")
    first, second = play.enqueue("calls"), play.enqueue("calls")
    third = play.enqueue("backup")
    assert play.states([first, second, third]) == ["Offered"] * 3
    play.after(10)
    play.set_status_many(["anna", "ben"], "Break")
    queues = [play.interaction(call).queue for call in (first, second, third)]
    assert queues == ["calls", "calls", "backup"]


@pytest.mark.rule("WAIT-24")
def test_a_target_removed_and_added_again_is_found_by_its_name(make_engine: Any) -> None:
    play = overflowing(make_engine)
    call = play.enqueue("calls")
    play.remove_queue("backup")
    with pytest.raises(hg.UnknownQueue):
        play.enqueue("calls")
    play.after(60)
    assert play.interaction(call).queue == "calls"
    play.add_queue("backup")
    assert play.interaction(call).queue == "backup"
    late = play.enqueue("calls")
    play.after(60)
    assert play.interaction(late).queue == "backup"


@pytest.mark.rule("WAIT-23")
def test_one_wait_overflows_at_most_sixty_four_times(make_engine: Any) -> None:
    play = make_engine()
    for number in range(70):
        play.add_queue(f"q{number}", overflow=(0, f"q{(number + 1) % 70}"))
    call = play.enqueue("q0")
    assert len(play.events("overflowed")) == 64
    assert play.interaction(call).queue == "q64"


@pytest.mark.rule("WAIT-13")
def test_a_missing_target_of_an_overflow_is_named_beside_the_queue(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("sales", overflow=(60, "bakcup"))
    with pytest.raises(hg.UnknownQueue, match=r"'bakcup'.*sales"):
        play.enqueue("sales")


# --- max_waiting, max_wait --------------------------------------------------------------------------------


@pytest.mark.rule("WAIT-14")
def test_one_more_than_max_waiting_is_refused_and_only_those_who_wait_count(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", max_waiting=2)
    play.here("anna", "calls")
    play.enqueue("calls")  # is offered, does not wait
    play.enqueue("calls")
    play.enqueue("calls")
    play.events()
    with pytest.raises(hg.QueueFull, match="calls"):
        play.enqueue("calls")
    assert [event.kind for event in play.events()] == ["entry_refused"]
    assert play.queue("calls").waiting == 2


@pytest.mark.rule("CMD-19")
def test_a_max_waiting_of_zero_takes_only_what_is_offered_at_once(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", max_waiting=0)
    with pytest.raises(hg.QueueFull):
        play.enqueue("calls")
    play.here("anna", "calls")
    assert play.offered_to(play.enqueue("calls")) == "anna"
    with pytest.raises(hg.QueueFull):
        play.enqueue("calls")


@pytest.mark.parametrize(
    "requires", ["spanish >= 9", "spanish < 8", "billing", "spanish and billing", "not spanish"]
)
def test_a_full_queue_takes_none_that_those_who_are_ready_cannot_take(
    make_engine: Any, requires: str
) -> None:
    play = make_engine()
    play.add_queue("calls", max_waiting=0)
    play.add_agent("away", skills={"billing": 5})
    play.here("anna", "calls", skills={"spanish": 8})
    with pytest.raises(hg.QueueFull):
        play.enqueue("calls", requires=requires)
    assert play.offered_to(play.enqueue("calls", requires="spanish >= 8")) == "anna"


@pytest.mark.rule("WAIT-15", "CMD-35")
def test_max_wait_ends_the_waiting(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", max_wait=60)
    call = play.enqueue("calls")
    play.after(59)
    assert play.state(call) == "Queued"
    play.events()
    play.after(1)
    assert (play.state(call), play.kinds(call)) == ("Abandoned", ["timed_out"])
    assert play.queue("calls").metrics()["timed_out"] == 1


@pytest.mark.rule("WAIT-7")
def test_max_wait_does_not_interrupt_an_offer_but_acts_when_it_fails(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", max_wait=10, offer_timeout=20)
    play.here("anna", "calls")
    play.here("ben", "calls")
    call, kept = play.enqueue("calls"), play.enqueue("calls")
    play.after(15)
    assert play.states([call, kept]) == ["Offered", "Offered"]
    play.accept(kept)
    play.events()
    play.reject(call)
    assert play.kinds(call) == ["rejected", "timed_out"]
    assert play.states([call, kept]) == ["Abandoned", "Handling"]


# --- the preferred agent ----------------------------------------------------------------------------------


def preferring(make_engine: Any) -> Any:
    """anna is preferred and busy with another call; ben is free."""
    play = make_engine()
    play.add_queue("calls", preferred_wait=30)
    play.add_queue("other")
    play.here("anna", "calls", "other")
    play.here("ben", "calls")
    play.take("other", "anna")
    return play


@pytest.mark.rule("ELIG-9")
def test_a_preferred_agent_is_waited_for_before_anyone_else_is_asked(make_engine: Any) -> None:
    play = preferring(make_engine)
    call = play.enqueue("calls", preferred="anna")
    assert play.reasons("ben", call) == [("preferred", 30.0)]
    play.after(29)
    assert play.state(call) == "Queued"
    play.end(1)
    assert play.offered_to(call) == "anna"


def test_after_the_preferred_wait_everyone_may(make_engine: Any) -> None:
    play = preferring(make_engine)
    call = play.enqueue("calls", preferred="anna")
    other = play.enqueue("calls")
    assert play.offered_to(other) == "ben"  # the kept one holds back no other
    play.abandon(other)
    play.after(30)
    assert play.offered_to(call) == "ben"


@pytest.mark.parametrize("leaves", ["queue_logout", "leave"])
@pytest.mark.rule("ELIG-13", "MATCH-4")
def test_it_is_kept_only_while_the_preferred_agent_is_logged_in_to_the_queue(
    make_engine: Any, leaves: str
) -> None:
    play = preferring(make_engine)
    call = play.enqueue("calls", preferred="anna")
    getattr(play, leaves)("anna", "calls")
    assert play.offered_to(call) == "ben"


def test_one_that_the_preferred_agent_declined_goes_to_the_others(make_engine: Any) -> None:
    play = preferring(make_engine)
    play.end(1)
    call = play.enqueue("calls", preferred="anna")
    assert play.offered_to(call) == "anna"
    play.reject(call)
    assert play.offered_to(call) == "ben"


def test_a_preferred_agent_who_is_no_member_is_not_waited_for(make_engine: Any) -> None:
    play = preferring(make_engine)
    play.here("guest")
    assert play.offered_to(play.enqueue("calls", preferred="guest")) == "ben"
