"""The live engine simulated forward: who is there goes on, who comes is like those who came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import huntgroup as hg

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
