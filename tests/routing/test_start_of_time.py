"""When an engine in manual time begins: STEP-15 and STEP-16."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

import huntgroup as hg

DAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = hg.Hours(dict.fromkeys(DAYS, ("09:00", "17:00")), tz="Europe/Berlin")
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
MONDAY_NS = round(MONDAY.timestamp()) * 10**9
SECOND = 10**9


def test_the_first_instant_plays_no_opening_since_1970(make_engine: Any) -> None:
    engine = make_engine()
    engine.add_queue("sales", hours=OFFICE)
    engine.here("ann", "sales")
    engine.events()
    call = engine.enqueue("sales", at=MONDAY)
    assert engine.offered_to(call) == "ann"
    told = engine.events("presence_changed")
    assert [(event.at_ns, event.status_to) for event in told] == [
        (MONDAY_NS, "available"),
        (MONDAY_NS, "busy"),
    ]
    assert engine.next_deadline == MONDAY_NS + 20 * SECOND


def test_what_was_built_before_was_built_then(make_engine: Any) -> None:
    engine = make_engine()
    engine.add_queue("sales")
    engine.here("ann", "sales")
    engine.advance(MONDAY)
    view = engine.agent("ann")
    assert view.since_ns == MONDAY_NS
    assert view.time_in_status() == {}
    engine.after(5)
    assert engine.agent("ann").time_in_status() == {"Ready": 5.0}


def test_a_duration_of_a_status_counts_from_the_start(make_engine: Any) -> None:
    model = hg.PresenceModel.load("agent_modes").with_status("Coffee", like="Break", duration=60)
    engine = make_engine(model)
    engine.add_agent("ann", signed_in=True, status="Coffee")
    engine.set_ready("ann", at=MONDAY) if model.toggle else engine.advance(MONDAY)
    assert engine.agent("ann").status == "Coffee"
    assert engine.next_deadline == MONDAY_NS + 60 * SECOND


@pytest.mark.parametrize("refused", [False, True])
def test_refused_or_not_the_instant_is_the_start(make_engine: Any, refused: bool) -> None:
    engine = make_engine()
    engine.add_queue("sales", hours=OFFICE)
    engine.events()
    if refused:
        with pytest.raises(hg.UnknownAgent):
            engine.sign_in("nobody", at=MONDAY)
    else:
        engine.add_queue("support", at=MONDAY)
    assert engine.now_ns == MONDAY_NS
    assert [event.at_ns for event in engine.events("presence_changed")] == [MONDAY_NS]


def test_after_an_interaction_time_passes_from_0(make_engine: Any) -> None:
    engine = make_engine()
    engine.add_queue("sales", max_wait=60)
    call = engine.enqueue("sales")
    engine.advance(100 * SECOND)
    assert engine.state(call) == "Abandoned"


def test_after_a_duration_time_passes_from_0(make_engine: Any) -> None:
    engine = make_engine()
    engine.add_queue("sales")
    engine.here("ann", "sales")
    engine.after(0)
    engine.advance(100 * SECOND)
    assert engine.agent("ann").time_in_status() == {"Ready": 100.0}


def test_a_given_start_is_the_start(make_engine: Any) -> None:
    engine = make_engine(start=MONDAY)
    engine.add_queue("sales", hours=OFFICE)
    assert engine.now_ns == MONDAY_NS
    assert engine.presence_of("sales") != "closed"
    engine.here("ann", "sales")
    engine.advance(MONDAY_NS + 10 * SECOND)
    assert engine.agent("ann").time_in_status() == {"Ready": 10.0}
    with pytest.raises(hg.TimeWentBack):
        engine.enqueue("sales", at=MONDAY_NS)


@pytest.mark.parametrize("start", [-1, 5 * 10**18 + 1, 2**70, "now", 1.5, True, datetime(2026, 3, 2)])
def test_a_start_that_is_no_instant_is_refused(make_engine: Any, start: Any) -> None:
    with pytest.raises(hg.ConfigError, match="start"):
        make_engine(start=start)


def test_a_clock_needs_no_start(make_engine: Any) -> None:
    with pytest.raises(hg.ConfigError, match="start"):
        make_engine(start=0, clock=lambda: 5)


@pytest.mark.parametrize("said", [-1, 2**63, 5 * 10**18 + 1, 1.5, None, "now", True])
def test_a_clock_says_instants(make_engine: Any, said: Any) -> None:
    with pytest.raises(hg.ConfigError, match="clock"):
        make_engine(clock=lambda: said)


def test_an_instant_before_0_is_refused_and_begins_nothing(make_engine: Any) -> None:
    engine = make_engine()
    engine.add_queue("sales", hours=OFFICE)
    with pytest.raises(hg.TimeWentBack):
        engine.advance(-5)
    engine.advance(MONDAY)
    assert len(engine.events("presence_changed")) == 1


# Python keeps integers in pieces of 30 bits.
@pytest.mark.parametrize("at", [1, 2**30 - 1, 2**30, 2**60 - 1, 2**60, 2**60 + 2**30 + 1, 5 * 10**18])
def test_an_instant_is_taken_as_it_is_said(make_engine: Any, at: int) -> None:
    engine = make_engine()
    engine.advance(at)
    assert engine.now_ns == at
    with pytest.raises(hg.TimeWentBack):
        engine.advance(at - 1)


@pytest.mark.parametrize("far", [5 * 10**18 + 1, 2**63 - 1, 2**63, 2**64 + 1, 2**90, 2**90 + 1, 2**120])
def test_an_instant_beyond_the_last_is_refused(far: int) -> None:
    engine = hg.Engine("agent_modes")
    with pytest.raises(hg.ConfigError, match="at"):
        engine.advance(far)
    with pytest.raises(hg.TimeWentBack):
        engine.advance(-far)
    assert engine.now_ns == 0


def test_a_fork_may_begin_elsewhere(make_engine: Any) -> None:
    engine = make_engine()
    engine.add_queue("sales", hours=OFFICE)
    copy = engine.fork()
    copy.advance(MONDAY)
    assert (engine.now_ns, copy.now_ns) == (0, MONDAY_NS)
    engine.after(1)
    copy.verify()
