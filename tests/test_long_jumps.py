"""The clock jumps by years while a call rings one agent after the other: nobody else waits for that, it needs
no memory, and it ends where many small steps end."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from meanwhile import others_run, ticking

import huntgroup as hg
from huntgroup.journal import MemoryStore

DAY = 86_400
KEPT = 500


def unanswered(engine: Any) -> Any:
    """A call rings a member every twenty seconds."""
    engine.add_queue("all", offer_timeout=20, ask_again_after=1)
    for name in ("ann", "ben"):
        engine.add_agent(name, queues=["all"], devices=["voice"], signed_in=True, status="Online")
    engine.enqueue("all", at=0)
    return engine


def in_memory() -> Any:
    return unanswered(hg.Engine("queue_login", keep_events=KEPT))


JUMPS: dict[str, Callable[[Any, int], object]] = {
    "by a duration": lambda engine, seconds: engine.advance(by=seconds),
    "to an instant": lambda engine, seconds: engine.advance(engine.now_ns + seconds * 10**9),
    "by a command": lambda engine, seconds: engine.set_status(
        "ann", "Online", at=engine.now_ns + seconds * 10**9
    ),
    "by a change": lambda engine, seconds: engine.update_queue(
        "all", wrap_up=5, at=engine.now_ns + seconds * 10**9
    ),
}


@pytest.mark.parametrize("jump", JUMPS)
def test_others_run_while_the_clock_jumps(jump: str) -> None:
    engine = in_memory()
    with ticking() as ticker:
        assert others_run(ticker, lambda: JUMPS[jump](engine, 5 * DAY), 20)


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_keeps_no_more_events_than_an_engine_keeps(jump: str) -> None:
    engine = in_memory()
    JUMPS[jump](engine, 30 * DAY)
    made = engine._next_seq()
    assert made > 100_000
    # Twice what is kept, and those of some hundred steps.
    assert engine._table_sizes()["events"][1] < 2 * KEPT + 512 * 8
    with pytest.raises(hg.Lagged):
        engine.poll()
    assert engine.poll()[-1].seq == made - 1


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_ends_where_many_small_steps_end(jump: str) -> None:
    one, many = in_memory(), in_memory()
    JUMPS[jump](one, 2 * DAY)
    for _ in range(2 * DAY // 600 - 1):
        many.advance(by=600)
    JUMPS[jump](many, 600)
    # The number of a step counts commands too.
    assert [str(e) for e in last_events(one)] == [str(e) for e in last_events(many)]
    assert str(one.interaction(1)) == str(many.interaction(1))
    one.verify()


def last_events(engine: Any) -> list[Any]:
    with pytest.raises(hg.Lagged):
        engine.poll()
    return list(itertools.islice(reversed(engine.poll()), 400))


@pytest.mark.parametrize("jump", JUMPS)
def test_a_durable_jump_is_durable_piece_by_piece_and_comes_back(jump: str) -> None:
    store = MemoryStore()
    engine = unanswered(hg.Engine.open(store, model="queue_login", keep_events=KEPT))
    before = store.next_seq
    JUMPS[jump](engine, 5 * DAY)
    assert store.next_seq > before + 10
    digest, now_ns = engine.digest(), engine.now_ns
    second = hg.Engine.open(store, keep_events=KEPT)
    assert (second.digest(), second.now_ns) == (digest, now_ns)
    assert now_ns == 5 * DAY * 10**9


def test_others_run_while_a_clock_jumps() -> None:
    now = [0]
    engine = unanswered(hg.Engine("queue_login", clock=lambda: now[0], keep_events=KEPT))

    def wake_up() -> None:
        now[0] += 5 * DAY * 10**9
        engine.set_status("ann", "Online")

    with ticking() as ticker:
        assert others_run(ticker, wake_up, 20)
    assert engine.now_ns == now[0]


def test_a_late_command_that_is_wrong_in_itself_lets_no_time_pass() -> None:
    engine = in_memory()
    with pytest.raises(hg.ConfigError):
        engine.set_status("ann", ("Online",), at=10 * DAY * 10**9)
    assert engine.now_ns == 0
    engine.set_status("ann", "Online", at=10**9)
    assert engine.now_ns == 10**9


def test_an_event_of_a_late_command_is_the_last_one() -> None:
    engine = in_memory()
    call = engine.enqueue("all", at=9 * DAY * 10**9)
    assert [e.interaction for e in last_events(engine) if e.kind == "queued"] == [call]


def test_a_jump_beyond_the_last_instant_is_refused_and_no_time_passes() -> None:
    engine = in_memory()
    with pytest.raises((hg.ConfigError, hg.Refused)):
        engine.advance(by=10**10)
    assert engine.now_ns == 0
