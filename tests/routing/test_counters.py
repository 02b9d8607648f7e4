"""What a queue counts of those who come to it adds up."""

from __future__ import annotations

from typing import Any

import pytest
from driven import SECOND

ENDS = ("answered", "abandoned", "timed_out", "overflowed", "moved", "callback_failed")


def centre(make_engine: Any, **settings: Any) -> Any:
    play = make_engine()
    play.add_queue("calls", ask_again_after=0, **settings)
    play.here("anna", "calls")
    return play


def counted(play: Any, queue: str = "calls") -> dict[str, Any]:
    """The counters that are not 0."""
    figures = play.queue(queue).metrics()
    return {name: figures[name] for name in ("entered", *ENDS, "short_abandons") if figures[name]}


@pytest.mark.rule("NUM-4")
def test_entered_is_called_offered_as_well(make_engine: Any) -> None:
    play = centre(make_engine)
    play.take("calls", "anna")
    figures = play.queue("calls").metrics()
    assert (figures["entered"], figures["offered"]) == (1, 1)


@pytest.mark.rule("CHANGE-22")
def test_a_callback_that_used_up_its_attempts_is_counted_as_failed(make_engine: Any) -> None:
    play = centre(make_engine, callback_attempts=2, callback_retry=10)
    play.set_status("anna", "Break")
    call = play.enqueue("calls")
    play.request_callback(call)
    play.set_status("anna", "Ready")
    play.accept(call)
    play.end(call)
    assert counted(play) == {"entered": 1}
    play.after(10)
    play.accept(call)
    play.end(call)
    assert play.state(call) == "Completed"
    assert counted(play) == {"entered": 1, "callback_failed": 1}


@pytest.mark.rule("CHANGE-23")
def test_of_one_entry_only_one_answer_counts(make_engine: Any) -> None:
    play = centre(make_engine)
    play.here("ben")
    call = play.take("calls", "anna")
    play.transfer(call, agent="ben")
    play.reject(call)
    play.after(10)
    assert play.offered_to(call) == "anna"
    play.accept(call)
    assert counted(play) == {"entered": 1, "answered": 1}
    play.transfer(call, agent="ben")
    play.abandon(call)
    assert counted(play) == {"entered": 1, "answered": 1}


@pytest.mark.rule("CHANGE-22")
def test_a_transfer_to_the_same_queue_enters_it_again(make_engine: Any) -> None:
    play = centre(make_engine)
    play.here("ben", "calls")
    call = play.take("calls", "anna")
    play.transfer(call, queue="calls")
    assert play.offered_to(call) == "ben"
    assert counted(play) == {"entered": 2, "answered": 1}
    play.accept(call)
    assert counted(play) == {"entered": 2, "answered": 2}


@pytest.mark.rule("CHANGE-22")
def test_one_that_was_dialled_out_is_no_entry(make_engine: Any) -> None:
    play = centre(make_engine)
    play.here("ben")
    call = play.dial("anna", "voice", "calls")
    play.answered(call)
    play.transfer(call, agent="ben")
    play.reject(call)
    assert play.state(call) in ("Queued", "Offered")
    play.abandon(call)
    assert counted(play) == {}


@pytest.mark.rule("NUM-5")
def test_hang_ups_of_two_seconds_are_no_failures(make_engine: Any) -> None:
    play = centre(make_engine, short_abandon=2)
    play.take("calls", "anna")
    short, long = play.enqueue("calls"), play.enqueue("calls")
    play.after(2)
    play.abandon(short)
    assert counted(play) == {"entered": 3, "answered": 1, "abandoned": 1, "short_abandons": 1}
    assert play.queue("calls").metrics()["service_level"] == 1.0
    play.after(1e-9)
    play.abandon(long)
    assert counted(play)["short_abandons"] == 1
    assert play.queue("calls").metrics()["service_level"] == 0.5


@pytest.mark.rule("NUM-5")
def test_without_a_setting_no_hang_up_is_short(make_engine: Any) -> None:
    play = centre(make_engine)
    play.abandon(play.enqueue("calls"))
    assert counted(play) == {"entered": 1, "abandoned": 1}
    assert play.queue("calls").metrics()["service_level"] == 0.0


@pytest.mark.rule("NUM-4")
def test_means_are_right_however_long_all_waited_together(make_engine: Any) -> None:
    """The sum of these waits is beyond 64 bits: each is 158 years, and so is each handling."""
    late = 4_900_000_000_000_000_000
    play = make_engine(start=0)
    play.add_queue("calls")
    play.here("anna", "calls", capacity={"voice": 5})
    handled = [play.take("calls", "anna") for _ in range(5)]
    play.advance(to=late)
    for call in handled:
        play.end(call)
    for _ in range(5):
        play.end(play.take("calls", "anna", arrived_at=0))
    figures = play.queue("calls").metrics()
    assert figures["mean_wait"] == pytest.approx(late / 2 / SECOND)
    assert figures["mean_handling"] == pytest.approx(late / 2 / SECOND)
    back = play.take("calls", "anna", arrived_at=0)
    before = play.digest()
    assert play.queue("calls").metrics()["mean_wait"] == pytest.approx(late * 6 / 11 / SECOND)
    play.put_back(back)
    assert play.digest() != before
    assert play.queue("calls").metrics()["mean_wait"] == pytest.approx(late / 2 / SECOND)
    assert play.estimated_wait("calls") == pytest.approx(2 * late / 2 / SECOND)
