"""The live engine simulated forward: who is there goes on, who comes is like those who came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import huntgroup as hg
from huntgroup.sim import forecast_wait

SECOND = 10**9
START = 1_767_571_200 * SECOND


def an_hour(agents: int = 1, every: int = 100, talk: int = 50) -> hg.Engine:
    """An engine in which somebody came every so many seconds and was handled for so long."""
    engine = hg.Engine()
    engine.advance(START)
    engine.add_queue("q", service_level=(20, 0.8))
    for number in range(agents):
        engine.add_agent(f"a{number}", queues=["q"], devices=["voice"], signed_in=True, status="Ready")
    for at in range(0, 3600, every):
        now = START + at * SECOND
        call = engine.enqueue("q", at=now)
        engine.accept(call, at=now)
        engine.end(call, at=now + talk * SECOND)
    engine.advance(START + 3600 * SECOND)
    return engine


def test_the_next_hour_is_like_the_last() -> None:
    engine = an_hour()
    before = engine.digest()
    result = engine.forecast(3600, replications=60, seed=3)
    assert engine.digest() == before
    assert result.queues["q"].offered.mean == pytest.approx(36, abs=2.5)
    assert result.agents["a0"].occupancy.mean == pytest.approx(0.5, abs=0.05)
    # M/D/1 at half of its capacity: half of a service.
    assert result.queues["q"].mean_wait.mean == pytest.approx(25, abs=8)
    assert result.intervals(minutes=30)["start_ns"][0] == START + 3600 * SECOND


def test_a_forecast_is_the_same_for_the_same_seed() -> None:
    engine = an_hour()
    one, other = (engine.forecast(600, replications=3, seed=1).to_dict() for _ in range(2))
    assert one == other
    assert one != engine.forecast(600, replications=3, seed=2).to_dict()


def test_who_waits_already_makes_those_to_come_wait() -> None:
    quiet, crowded = an_hour(), an_hour()
    now = crowded.now_ns
    for _ in range(20):
        crowded.enqueue("q", at=now)
    waits = [engine.forecast(900, replications=20).queues["q"].mean_wait.mean for engine in (quiet, crowded)]
    assert waits[1] > waits[0] + 300


def test_who_talks_goes_on_talking() -> None:
    engine = an_hour()
    now = engine.now_ns
    engine.accept(engine.enqueue("q", at=now), at=now)
    engine.enqueue("q", at=now + 1)
    engine.advance(now + 30 * SECOND)
    fork = engine.fork()
    result = engine.forecast(60, replications=20)
    # The one who waits is answered in 20 s, when the talk of 50 s is over, and keeps the agent until 70 s.
    assert result.agents["a0"].busy_s.mean == 60
    assert engine.digest() == fork.digest()


def test_patience_is_fitted_to_who_hung_up() -> None:
    engine = an_hour(every=60)
    now = engine.now_ns
    for _ in range(20):
        engine.enqueue("q", at=now)
    for call in [view.id for view in engine.waiting("q")][-10:]:
        engine.abandon(call, at=now + 30 * SECOND)
    result = engine.forecast(1800, replications=10)
    assert result.queues["q"].abandoned.mean > 1


def test_a_history_may_be_given() -> None:
    engine = an_hour()
    until = datetime.fromtimestamp(engine.now_ns / 1e9, UTC)

    def row(minute: int) -> dict[str, Any]:
        arrived = until - timedelta(minutes=minute)
        return {"queues": ["q"], "arrived": arrived, "waits": [5.0], "handled": 6.0, "outcome": "completed"}

    result = engine.forecast(3600, 30, history={"interactions": [row(minute) for minute in range(1, 60)]})
    assert result.queues["q"].offered.mean == pytest.approx(60, abs=5)
    assert result.agents["a0"].occupancy.mean == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("horizon", [0, -5, "an hour", True, timedelta(days=400)])
def test_a_horizon_that_is_none_is_refused(horizon: Any) -> None:
    with pytest.raises(hg.ConfigError):
        an_hour().forecast(horizon)


def test_nothing_can_be_told_where_nothing_has_happened() -> None:
    engine = hg.Engine()
    engine.add_queue("q")
    with pytest.raises(hg.ConfigError, match="history"):
        engine.forecast(60)
    with pytest.raises(hg.ConfigError, match="history"):
        engine.forecast(60, history=[])


# --- one who waits ----------------------------------------------------------------------------------------


def test_the_wait_of_one_caller_counts_the_others_before_it_and_the_talk_under_way() -> None:
    engine = an_hour()
    now = engine.now_ns
    engine.accept(engine.enqueue("q", at=now), at=now)
    calls = [engine.enqueue("q", at=now + 1) for _ in range(3)]
    engine.advance(now + 30 * SECOND)
    before = engine.digest()
    found = [forecast_wait(engine, call, replications=10) for call in calls]
    assert engine.digest() == before
    # Talks take 50 s each: the first is over after 20 s more, then the next and the next.
    assert [round(one.mean) for one in found] == [50, 100, 150]
    assert found[0].n == 10


def test_the_wait_of_one_caller_goes_by_rank_and_by_who_comes_with_more_of_it() -> None:
    engine = an_hour(every=60)
    now = engine.now_ns
    engine.accept(engine.enqueue("q", at=now), at=now)
    later = engine.enqueue("q", at=now + SECOND)
    first = engine.enqueue("q", at=now + 2 * SECOND, priority=5)
    waits = [forecast_wait(engine, call, replications=10).mean for call in (later, first)]
    assert waits[0] == pytest.approx(waits[1] + 50, abs=2)


def test_wrap_ups_of_a_history_are_ended_as_they_were() -> None:
    engine = an_hour()
    engine.update_queue("q", wrap_up=3600)
    now = engine.now_ns
    talking = engine.enqueue("q", at=now)
    engine.accept(talking, at=now)
    call = engine.enqueue("q", at=now)
    row = {"queues": ["q"], "waits": [], "handled": 50.0, "outcome": "completed", "wrap_up": 10.0}
    arrived = datetime.fromtimestamp(now / 1e9, UTC)
    history = {"interactions": [{**row, "arrived": arrived - timedelta(minutes=one)} for one in range(1, 30)]}
    assert forecast_wait(engine, call, 5, history=history).mean == pytest.approx(60)
    engine.end(talking, at=now + 70 * SECOND)
    engine.advance(now + 74 * SECOND)
    # The wrap-up has lasted 4 of its 10 seconds, and the engine would go on for an hour.
    assert forecast_wait(engine, call, 5, history=history).mean == pytest.approx(80)


def test_the_wait_of_one_who_does_not_wait_is_refused() -> None:
    engine = an_hour()
    with pytest.raises(hg.ConfigError, match="one that waits"):
        forecast_wait(engine, 1)
