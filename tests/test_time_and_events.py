"""An engine on a clock, and events that nobody polls."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg
from huntgroup.testing.reference import ReferenceEngine

SECOND = 10**9


class Clock:
    """A clock that the test sets."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


@pytest.fixture(params=["reference", "core"])
def live(request: pytest.FixtureRequest) -> tuple[Any, Clock]:
    clock = Clock(1_000 * SECOND)
    kind: Any = ReferenceEngine if request.param == "reference" else hg.Engine
    engine = kind("agent_modes", clock=clock)
    engine.add_queue("sales", offer_timeout=20)
    engine.add_agent("ann", queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
    return engine, clock


def test_reading_shows_the_clocks_present(live: tuple[Any, Clock]) -> None:
    engine, clock = live
    engine.set_status("ann", "Break")
    call = engine.enqueue("sales")
    clock.now += 300 * SECOND
    assert engine.interaction(call).waited == 300.0
    assert engine.queue("sales").oldest_wait == 300.0
    assert engine.agent("ann").time_in_status()["Break"] == 300.0
    clock.now += 10 * SECOND
    assert int(engine.presence()["oldest_wait_ns"][0]) == 310 * SECOND
    assert [view.waited for view in engine.waiting("sales")] == [310.0]


def test_what_was_due_has_happened_when_somebody_looks(live: tuple[Any, Clock]) -> None:
    engine, clock = live
    call = engine.enqueue("sales")
    clock.now += 21 * SECOND
    assert engine.interaction(call).state == "Queued", "the offer has expired"
    clock.now += 60 * SECOND
    assert engine.presence_of("sales") in ("available", "busy")
    assert "expired" in [event.kind for event in engine.poll()]


def test_polling_lets_time_pass_too(live: tuple[Any, Clock]) -> None:
    engine, clock = live
    engine.enqueue("sales")
    engine.poll()
    clock.now += 21 * SECOND
    assert "expired" in [event.kind for event in engine.poll()]


def test_advance_without_arguments_means_the_clocks_now(live: tuple[Any, Clock]) -> None:
    engine, clock = live
    clock.now += 5 * SECOND
    engine.advance()
    assert engine.now_ns == clock.now
    with pytest.raises(hg.ConfigError):
        type(engine)("agent_modes").advance()


def test_a_clock_that_steps_back_never_raises(live: tuple[Any, Clock]) -> None:
    engine, clock = live
    present = engine.now_ns
    clock.now -= 30 * SECOND
    engine.advance()
    engine.advance(to=clock())
    engine.enqueue("sales", at=clock())
    assert engine.agent("ann").status == "Offered"
    assert engine.now_ns == present
    engine.verify()


def test_another_instant_of_the_past_is_refused_on_a_clock_too(live: tuple[Any, Clock]) -> None:
    engine, clock = live
    with pytest.raises(hg.TimeWentBack):
        engine.advance(to=clock() - 40 * SECOND)
    clock.now -= 30 * SECOND
    with pytest.raises(hg.TimeWentBack):
        engine.enqueue("sales", at=clock() - 20 * SECOND)


# --- events that nobody polls -----------------------------------------------------------------------------


def small(keep: int) -> hg.Engine:
    engine = hg.Engine("agent_modes", keep_events=keep)
    engine.add_queue("sales", offer_timeout=1)
    engine.poll_array()
    return engine


def test_events_that_nobody_polls_do_not_grow_without_end() -> None:
    engine = small(100)
    for _ in range(5_000):
        engine.abandon(engine.enqueue("sales"))
    assert engine._table_sizes()["events"][0] <= 100 + 100 // 4 + 64


def test_who_fell_behind_is_told_once_where_to_go_on() -> None:
    engine = small(100)
    for _ in range(500):
        engine.abandon(engine.enqueue("sales"))
    with pytest.raises(hg.Lagged) as lagged:
        engine.poll()
    events = engine.poll()
    assert len(events) == 100
    assert events[0].seq == lagged.value.first_seq
    assert [event.seq for event in events] == list(range(events[0].seq, events[0].seq + 100))
    assert str(events[0].seq) in str(lagged.value)
    assert engine.poll() == []


def test_who_polls_in_time_misses_nothing() -> None:
    engine = small(100)
    seen: list[int] = []
    for _ in range(200):
        engine.abandon(engine.enqueue("sales"))
        seen += [event.seq for event in engine.poll()]
    assert seen == list(range(seen[0], seen[0] + len(seen)))


def test_a_batch_returns_all_its_events_however_many() -> None:
    import numpy as np

    engine = small(10)
    rows = np.frombuffer(bytearray(b"\xff" * hg.COMMAND_DTYPE.itemsize * 1_000), hg.COMMAND_DTYPE)
    for name in ("priority", "flag", "requires", "list_count", "mask"):
        rows[name] = 0
    rows["command"], rows["queue"] = hg.Command.ENQUEUE, engine.queue_index("sales")
    events, results = engine.apply(rows)
    assert (results == hg.Result.OK).all()
    assert int((events["kind"] == hg.EventKind.QUEUED).sum()) == 1_000
    assert engine.poll() == []


def test_the_number_of_events_kept_is_checked() -> None:
    with pytest.raises(hg.ConfigError, match="keep_events"):
        hg.Engine("agent_modes", keep_events=0)
