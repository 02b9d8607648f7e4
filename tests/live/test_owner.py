"""One turn of the owner, with clocks that are moved by hand: time, groups, answers, and what is published."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from live.centres import SECOND_NS, START_NS, Clock, centre

import huntgroup as hg
from huntgroup.engine.sessions import Answer
from huntgroup.live.owner import GROUP, LONGEST_PAUSE, READS, Job, Owner


class Driven:
    """An owner that a test drives by hand."""

    def __init__(self, inbox: int = 10_000, keep_events: int = 1_000_000, **given: Any) -> None:
        self.clock = Clock()
        self.engine = centre(self.clock.wall, **given)
        self.owner = Owner(self.engine, inbox, keep_events, self.clock.monotonic)
        self.owner.start()

    def submit(self, name: str, *args: Any, **kwargs: Any) -> list[Answer]:
        answers: list[Answer] = []
        session, request = kwargs.pop("session", None), kwargs.pop("request", None)
        method = getattr(self.engine, name)
        self.owner.submit(Job(name, method, args, kwargs, answers.append, session, request))
        return answers

    def ask(self, name: str, *args: Any, **kwargs: Any) -> Any:
        answers = self.submit(name, *args, **kwargs)
        self.owner.turn()
        if answers[0].error is not None:
            raise answers[0].error
        return answers[0].value

    def read(self, reading: Any) -> Any:
        answers: list[Answer] = []
        self.owner.submit(Job(READS, reading, (self.engine,), {}, answers.append))
        self.owner.turn()
        return answers[0].value

    def kinds(self, from_seq: int = 1) -> list[str]:
        return [event.kind for event in self.owner.ring.read(from_seq, 10_000)]


def test_nothing_happens_in_a_turn_without_work() -> None:
    driven = Driven()
    assert driven.owner.pause() is None
    assert driven.owner.turn() is False


def test_what_waits_is_applied_in_its_order_as_one_group_at_one_instant() -> None:
    driven = Driven()
    first, second, third = (driven.submit("enqueue", "sales") for _ in range(3))
    driven.owner.turn()
    assert [one[0].value for one in (first, second, third)] == [1, 2, 3]
    assert {event.at_ns for event in driven.owner.ring.read(1, 1000)[-3:]} == {START_NS}


def test_a_turn_takes_a_bounded_group_and_the_next_one_the_rest() -> None:
    driven = Driven()
    answers = [driven.submit("enqueue", "sales") for _ in range(GROUP + 5)]
    driven.owner.turn()
    assert [len(one) for one in answers] == [1] * GROUP + [0] * 5
    assert driven.owner.pause() == 0
    driven.owner.turn()
    assert all(answers)


def test_a_refusal_is_answered_and_what_comes_after_it_is_carried_out() -> None:
    driven = Driven()
    wrong, right = driven.submit("accept", 77), driven.submit("enqueue", "sales")
    driven.owner.turn()
    assert isinstance(wrong[0].error, hg.UnknownInteraction)
    assert right[0].value == 1


def test_wrong_arguments_are_answered_as_the_engine_answers_them() -> None:
    driven = Driven()
    with pytest.raises(hg.ConfigError) as refused:
        driven.ask("enqueue", 3.5)
    with pytest.raises(hg.ConfigError) as by_engine:
        driven.engine.enqueue(3.5)  # type: ignore[arg-type]
    assert str(refused.value) == str(by_engine.value)


def test_nothing_is_answered_or_published_before_the_group_is_left() -> None:
    driven = Driven()
    seen: list[str] = []

    @contextmanager
    def group() -> Any:
        seen.append("entered")
        yield
        seen.append("left")

    driven.owner._group = group
    for _ in range(2):
        method = driven.engine.enqueue
        driven.owner.submit(Job("enqueue", method, ("sales",), {}, lambda _: seen.append("answered")))
    before = driven.owner.ring.next_seq
    driven.owner.ring.append = (  # type: ignore[method-assign]
        lambda rows, share: seen.append("published")
    )
    driven.owner.turn()
    assert seen == ["entered", "left", "published", "answered", "answered"]
    assert before == driven.owner.ring.next_seq


def test_a_group_that_cannot_be_made_durable_is_answered_with_the_failure_and_published_to_nobody() -> None:
    driven = Driven()

    @contextmanager
    def group() -> Any:
        yield
        raise OSError("disk full")

    before = driven.owner.ring.next_seq
    answers = driven.submit("enqueue", "sales", session=("", "crm"), request=1)
    driven.owner._group = group
    assert driven.owner.turn() is False
    assert isinstance(answers[0].error, OSError)
    assert driven.owner.ring.next_seq == before
    assert driven.owner.sessions.get("", "crm").answers == {}


def test_it_sleeps_until_the_next_deadline_and_then_the_timer_fires() -> None:
    driven = Driven(offer_timeout=0.05)
    call = driven.ask("enqueue", "sales")
    driven.ask("set_status", "ben", "Break")
    assert driven.owner.pause() == pytest.approx(0.05)
    driven.clock.passes(0.05)
    assert driven.owner.pause() == 0
    assert driven.owner.turn() is True
    assert driven.read(lambda engine: engine.interaction(call).state) == "Queued"
    assert "expired" in driven.kinds()


def test_with_a_far_deadline_the_clock_is_looked_at_now_and_then() -> None:
    driven = Driven(offer_timeout=3600)
    driven.ask("enqueue", "sales")
    assert driven.owner.pause() == LONGEST_PAUSE
    driven.clock.steps(3600)
    assert driven.owner.pause() == 0


def test_timers_that_are_due_by_a_jump_fire_in_their_order_at_their_own_instants() -> None:
    driven = Driven(offer_timeout=20)
    driven.ask("enqueue", "sales")
    driven.clock.passes(5)
    driven.ask("enqueue", "sales")
    driven.clock.steps(7200)
    driven.owner.turn()
    expired = [event for event in driven.owner.ring.read(1, 1000) if event.kind == "expired"]
    assert [event.interaction for event in expired] == [1, 2]
    assert [event.at_ns - START_NS for event in expired] == [20 * SECOND_NS, 25 * SECOND_NS]


def levels(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Of what the router said; an engine of another test may still write a snapshot behind it."""
    return [record.levelname for record in caplog.records if record.name == "huntgroup.live"]


def test_time_never_goes_back_when_the_clock_does_and_the_log_says_so_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    driven = Driven(offer_timeout=20)
    driven.clock.passes(100)
    driven.ask("enqueue", "sales")
    with caplog.at_level(logging.INFO, "huntgroup.live"):
        driven.clock.steps(-3600)
        for _ in range(4):
            driven.clock.passes(5)
            driven.ask("enqueue", "backup")
            assert driven.owner._clock is not None
            assert driven.owner._clock() == driven.engine.now_ns
    assert driven.engine.now_ns == START_NS + 120 * SECOND_NS
    assert "expired" in driven.kinds(), "the timer fired after 20 s of real time, whatever the wall said"
    instants = [event.at_ns for event in driven.owner.ring.read(1, 1000)]
    assert instants == sorted(instants)
    assert levels(caplog) == ["WARNING"]
    assert "stepped back by 3600" in caplog.text


def test_a_jump_ahead_is_followed_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    driven = Driven()
    with caplog.at_level(logging.INFO, "huntgroup.live"):
        driven.clock.steps(600)
        driven.ask("enqueue", "sales")
        driven.clock.passes(1)
        driven.ask("enqueue", "sales")
    assert driven.engine.now_ns == START_NS + 601 * SECOND_NS
    assert levels(caplog) == ["INFO"]


def test_after_a_step_back_the_wall_clock_is_followed_again_once_it_is_ahead() -> None:
    driven = Driven()
    driven.clock.steps(-10)
    driven.ask("enqueue", "sales")
    assert driven.engine.now_ns == START_NS
    driven.clock.steps(+30)
    driven.ask("enqueue", "sales")
    assert driven.engine.now_ns == START_NS + 20 * SECOND_NS


def test_a_reading_sees_the_time_passed() -> None:
    driven = Driven(offer_timeout=20)
    driven.ask("enqueue", "sales")
    driven.clock.passes(30)
    # Expired with anna after 20 s, and offered to ben for the last 10.
    assert driven.read(lambda engine: (engine.now_ns, engine.interaction(1).agent)) == (
        START_NS + 30 * SECOND_NS,
        "ben",
    )


def test_beyond_the_inbox_it_is_overloaded_at_once_and_nothing_is_half_done() -> None:
    driven = Driven(inbox=2)
    taken = [driven.submit("enqueue", "sales") for _ in range(2)]
    with pytest.raises(hg.Overloaded):
        driven.submit("enqueue", "sales")
    driven.owner.turn()
    assert [one[0].value for one in taken] == [1, 2]
    assert driven.ask("enqueue", "sales") == 3


def test_after_the_end_nothing_is_taken() -> None:
    driven = Driven()
    taken = driven.submit("enqueue", "sales")
    driven.owner.shut()
    driven.owner.shut()
    with pytest.raises(hg.RouterClosed):
        driven.submit("enqueue", "sales")
    driven.owner.turn()
    assert taken[0].value == 1
    driven.owner.stop()
    assert driven.engine.enqueue("sales") == 2, "the engine stays open, on its own clock"


def test_an_engine_without_a_clock_is_not_taken() -> None:
    with pytest.raises(hg.ConfigError, match="clock"):
        hg.live(hg.Engine())


@pytest.mark.parametrize("inbox", [0, -1, 1.5, True, "many"])
def test_a_wrong_inbox_is_named(inbox: Any) -> None:
    with pytest.raises(hg.ConfigError, match="inbox"):
        hg.live(centre(), inbox=inbox)


def test_events_of_before_the_start_are_the_first_ones() -> None:
    clock = Clock()
    engine = centre(clock.wall)
    engine.enqueue("sales")
    owner = Owner(engine, 10, 100, clock.monotonic)
    owner.start()
    assert "offered" in [event.kind for event in owner.ring.read(1, 100)]
    assert engine.poll() == []


def test_after_events_that_were_polled_before_the_start_counting_goes_on() -> None:
    clock = Clock()
    engine = centre(clock.wall)
    engine.enqueue("sales")
    last = engine.poll()[-1].seq
    owner = Owner(engine, 10, 100, clock.monotonic)
    owner.start()
    assert (owner.ring.first_seq, owner.ring.next_seq) == (last + 1, last + 1)


def test_a_batch_is_published_in_its_place_among_single_commands() -> None:
    driven = Driven()
    rows = np.zeros(2, hg.COMMAND_DTYPE)
    for name in hg.COMMAND_DTYPE.names or ():
        if np.issubdtype(hg.COMMAND_DTYPE[name], np.signedinteger):
            rows[name] = -1
    rows["command"], rows["queue"], rows["flag"], rows["list_count"] = hg.Command.ENQUEUE, 1, 0, 0
    rows["at_ns"] = START_NS
    first = driven.owner.ring.next_seq
    driven.submit("enqueue", "backup")
    batch = driven.submit("apply", rows)
    driven.submit("enqueue", "backup")
    driven.owner.turn()
    events, results = batch[0].value
    assert results.tolist() == [0, 0]
    assert len(events) == 2
    published = driven.owner.ring.read(first, 100)
    assert [event.interaction for event in published if event.kind == "queued"] == [1, 2, 3, 4]
    assert [event.seq for event in published] == list(range(first, driven.owner.ring.next_seq))


def test_an_answer_names_the_events_of_its_own_command() -> None:
    driven = Driven()
    one, other = driven.submit("enqueue", "sales"), driven.submit("enqueue", "backup")
    driven.owner.turn()
    told = [
        [(event.kind, event.interaction) for event in driven.owner.ring.read(first, end - first)]
        for (_, _, first, end) in (one[0], other[0])
    ]
    assert ("offered", 1) in told[0]
    assert told[1][0] == ("queued", 2)
    assert all(call in (None, 1) for _, call in told[0])


def test_an_engine_whose_events_were_dropped_goes_on_with_those_that_are_left(
    caplog: pytest.LogCaptureFixture,
) -> None:
    driven = Driven(keep_events=10)
    driven.engine = centre(driven.clock.wall, keep_events=4)
    driven.owner = Owner(driven.engine, 1000, 10, driven.clock.monotonic)
    driven.owner.start()
    for _ in range(100):
        driven.submit("enqueue", "backup")
    driven.owner.turn()
    assert driven.owner.ring.next_seq - driven.owner.ring.first_seq == 4
    assert "were dropped" in caplog.text
