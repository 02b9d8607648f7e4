"""Who may enter a queue: what is taken at night, and what is refused, which is counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import huntgroup as hg

NINE = 9 * 3600
HOURS = hg.Hours({"thu": ("09:00", "17:00"), "fri": ("09:00", "17:00")}, tz="UTC")
"""The clock of a manual engine starts on a Thursday at midnight."""


def mail(make_engine: Any, **settings: Any) -> Any:
    play = make_engine()
    play.add_queue("mail", channel="email", hours=HOURS, when_closed="accept", **settings)
    play.here("anna", "mail", capacity={"email": 1})
    return play


# --- outside the opening hours ----------------------------------------------------------------------------


@pytest.mark.rule("ELIG-21", "HOURS-4")
def test_mail_at_night_is_taken_in_and_waits_for_the_opening(make_engine: Any) -> None:
    play = mail(make_engine)
    first, second = play.enqueue("mail"), play.enqueue("mail", priority=1)
    assert play.states([first, second]) == ["Queued", "Queued"]
    assert play.queue("mail").waiting == 2
    (rule,) = play.why_not("anna", first)
    assert (rule.rule, rule.when) == ("closed", NINE * 10**9)
    play.after(NINE - 1)
    assert play.states([first, second]) == ["Queued", "Queued"]
    play.after(1)
    assert play.states([first, second]) == ["Queued", "Offered"]
    assert play.why_not("anna", first)[0].rule != "closed"


def test_who_entered_in_time_is_served_after_closing_and_who_came_later_is_not(make_engine: Any) -> None:
    play = mail(make_engine)
    play.set_status("anna", "Break")
    play.after(17 * 3600 - 1)
    in_time = play.enqueue("mail")
    play.after(1)
    late = play.enqueue("mail", priority=1000)
    play.set_status("anna", "Ready")
    assert play.states([in_time, late]) == ["Offered", "Queued"]
    play.accept(in_time)
    play.end(in_time)
    assert play.state(late) == "Queued"
    play.after(16 * 3600)
    assert play.state(late) == "Offered"


def test_a_change_of_the_hours_that_opens_the_queue_serves_who_waited_for_it(make_engine: Any) -> None:
    play = mail(make_engine)
    letter = play.enqueue("mail")
    play.update_queue("mail", hours=None)
    assert play.offered_to(letter) == "anna"


def test_a_transfer_into_a_closed_queue_that_accepts_waits_there(make_engine: Any) -> None:
    play = mail(make_engine)
    play.add_queue("front", channel="email")
    play.here("ben", "front", capacity={"email": 1})
    letter = play.take("front", "ben")
    play.transfer(letter, queue="mail")
    assert (play.state(letter), play.rules("anna", letter)) == ("Queued", ["closed"])
    play.after(NINE)
    assert play.offered_to(letter) == "anna"


def test_limits_run_at_night_and_a_full_queue_refuses_then_too(make_engine: Any) -> None:
    play = mail(make_engine, max_wait=60, max_waiting=1)
    letter = play.enqueue("mail")
    with pytest.raises(hg.QueueFull):
        play.enqueue("mail")
    play.after(60)
    assert play.state(letter) == "Abandoned"


@pytest.mark.rule("HOURS-2")
def test_by_default_a_closed_queue_refuses(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", hours=HOURS)
    with pytest.raises(hg.QueueClosed):
        play.enqueue("calls")


@pytest.mark.rule("HOURS-2", "CMD-51")
def test_a_conversation_resumed_at_night_waits_for_the_opening_of_its_queue(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("mail", channel="email", hours=HOURS, when_closed="accept")
    play.here("anna", "mail", capacity={"email": 1})
    play.after(NINE)
    letter = play.take("mail", "anna")
    play.park(letter)
    play.sign_out("anna")
    play.after(9 * 3600)
    play.resume(letter)
    assert play.state(letter) == "Queued"
    play.sign_in("anna")
    play.set_status("anna", "Ready")
    assert play.rules("anna", letter) == ["closed"]
    play.after(15 * 3600)
    assert play.offered_to(letter) == "anna"


@pytest.mark.rule("HOURS-2", "HOURS-4", "CHANGE-2")
def test_what_is_moved_into_a_closed_queue_that_accepts_waits_for_its_opening(make_engine: Any) -> None:
    play = mail(make_engine)
    play.add_queue("front", channel="email")
    play.add_queue("shut", channel="email", hours=HOURS)
    letter = play.enqueue("front")
    with pytest.raises(hg.QueueClosed):
        play.move(letter, "shut")
    play.move(letter, "mail")
    assert (play.state(letter), play.rules("anna", letter)) == ("Queued", ["closed"])
    play.move(letter, "front")
    play.move(letter, "mail")
    play.after(NINE)
    assert play.offered_to(letter) == "anna"


@pytest.mark.rule("HOURS-4")
def test_mail_that_somebody_was_given_at_night_comes_back_as_the_queue_stands_then(make_engine: Any) -> None:
    play = mail(make_engine)
    letter = play.enqueue("mail")
    play.assign(letter, "anna")
    assert play.offered_to(letter) == "anna"
    play.reject(letter)
    assert play.state(letter) == "Queued"
    assert "closed" in play.rules("anna", letter)
    play.assign(letter, "anna")
    play.accept(letter)
    play.after(NINE)
    play.put_back(letter)
    assert play.rules("anna", letter) == ["asked"]


# --- refused entries --------------------------------------------------------------------------------------


@pytest.mark.rule("WAIT-25")
def test_refused_entries_are_told_and_counted(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("shut", hours=HOURS)
    play.add_queue("tight", max_waiting=0)
    play.events()
    for queue, refusal in (("shut", hg.QueueClosed), ("tight", hg.QueueFull), ("tight", hg.QueueFull)):
        with pytest.raises(refusal):
            play.enqueue(queue)
    told = [(event.kind, event.queue, event.reason, event.interaction) for event in play.events()]
    assert told == [
        ("entry_refused", "shut", "closed", None),
        ("entry_refused", "tight", "full", None),
        ("entry_refused", "tight", "full", None),
    ]
    shut, tight = play.queue("shut").metrics(), play.queue("tight").metrics()
    assert (shut["refused_closed"], shut["refused_full"], shut["offered"]) == (1, 0, 0)
    assert (tight["refused_closed"], tight["refused_full"], tight["offered"]) == (0, 2, 0)


def test_an_entry_that_is_refused_for_another_reason_leaves_no_trace(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("tight", max_waiting=0)
    play.after(10)
    play.events()
    with pytest.raises(hg.UnknownAgent):
        play.enqueue("tight", preferred="nobody")
    with pytest.raises(hg.QueueFull):
        play.enqueue("tight", at=5)
    assert play.events() == []
    assert play.queue("tight").metrics()["refused_full"] == 0


@pytest.mark.rule("WAIT-25")
def test_refused_entries_of_a_batch_are_counted_row_by_row() -> None:
    engine = hg.Engine()
    engine.add_queue("shut", hours=HOURS)
    engine.add_queue("tight", max_waiting=0)
    batch = np.zeros(6, hg.COMMAND_DTYPE)
    for name in batch.dtype.names or ():
        if name not in ("command", "priority", "flag"):
            batch[name] = -1
    batch["command"] = hg.Command.ENQUEUE
    batch["queue"] = [0, 1, 0, 1, 1, 7]
    events, results = engine.apply(batch)
    closed, full = hg.Result.QUEUE_CLOSED, hg.Result.QUEUE_FULL
    assert results.tolist() == [closed, full, closed, full, full, hg.Result.UNKNOWN_QUEUE]
    assert engine.queue("shut").metrics()["refused_closed"] == 2
    assert engine.queue("tight").metrics()["refused_full"] == 3
    assert (events["kind"] == hg.EventKind.ENTRY_REFUSED).sum() == 5


# --- limits that count open time --------------------------------------------------------------------------


def night_desk(make_engine: Any, **settings: Any) -> Any:
    """A queue that opens at nine, whose limits run while it is open; nobody is there."""
    play = make_engine()
    play.add_queue("later", channel="email")
    play.add_queue("mail", channel="email", hours=HOURS, when_closed="accept", limits_run="open", **settings)
    return play


@pytest.mark.rule("WAIT-26")
def test_limits_run_in_opening_hours(make_engine: Any) -> None:
    play = night_desk(make_engine, max_wait=3600, overflow=(1800, "later"))
    letter = play.enqueue("mail")
    play.after(NINE + 1799)
    assert (play.state(letter), play.interaction(letter).queue) == ("Queued", "mail")
    play.after(1)
    assert play.interaction(letter).queue == "later"


@pytest.mark.rule("WAIT-26")
def test_a_limit_that_has_not_passed_by_the_evening_goes_on_in_the_morning(make_engine: Any) -> None:
    play = night_desk(make_engine, max_wait=3600)
    play.after(17 * 3600 - 1200)
    letter = play.enqueue("mail")
    play.after(1200 + 16 * 3600 + 2399)
    assert play.state(letter) == "Queued"
    play.after(1)
    assert play.state(letter) == "Abandoned"


@pytest.mark.rule("WAIT-26")
def test_what_is_asked_for_relaxes_in_open_time_only(make_engine: Any) -> None:
    play = night_desk(make_engine, requires="law >= 3", relax=[(600, None)])
    play.here("anna", "mail", capacity={"email": 1})
    letter = play.enqueue("mail", requires="law >= 2", relax=[(60, None)])
    assert play.reasons("anna", letter) == [("skills", NINE + 60.0), ("closed", float(NINE))]
    play.after(NINE + 599)
    assert play.reasons("anna", letter) == [("skills", NINE + 600.0)]
    play.after(1)
    assert play.offered_to(letter) == "anna"


@pytest.mark.rule("WAIT-26")
def test_a_preferred_agent_is_waited_for_in_open_time_only(make_engine: Any) -> None:
    play = night_desk(make_engine, preferred_wait=60)
    play.add_queue("calls")
    play.here("anna", "mail", "calls", capacity={"voice": 1, "email": 1})
    play.here("ben", "mail", capacity={"email": 1})
    play.take("calls", "anna")
    letter = play.enqueue("mail", preferred="anna")
    assert play.reasons("ben", letter) == [("preferred", NINE + 60.0), ("closed", float(NINE))]
    play.after(NINE + 59)
    assert play.state(letter) == "Queued"
    play.after(1)
    assert play.offered_to(letter) == "ben"


@pytest.mark.rule("WAIT-26")
def test_a_limit_that_no_open_time_is_left_for_never_acts(make_engine: Any) -> None:
    play = make_engine()
    once = hg.Hours({}, tz="UTC", exceptions={"1970-01-02": ("09:00", "09:30")})
    play.add_queue(
        "mail", channel="email", hours=once, when_closed="accept", limits_run="open", max_wait=3600
    )
    letter = play.enqueue("mail")
    play.after(30 * 86_400)
    assert play.state(letter) == "Queued"
    play.update_queue("mail", limits_run="always")
    assert play.state(letter) == "Abandoned"
