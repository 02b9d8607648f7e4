"""The lifecycle in a small centre, by pytest-benchmark: to be compared from one change to the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.lifecycle import Plan, centre, fill, plan, rows

BATCH = 500
ROUNDS = 40


@pytest.fixture(params=[1_000, 10_000])
def made(request: pytest.FixtureRequest) -> Plan:
    agents: int = request.param
    return plan(agents, agents // 10, 10, 0.8, agents + BATCH * (ROUNDS + 1), seed=1)


def test_lifecycle(benchmark: Any, made: Plan) -> None:
    """One round is 500 cycles through `apply`."""
    engine = centre(made, events=True)
    fill(engine, made)
    start = made.cycles - BATCH * (ROUNDS + 1)
    engine.apply(rows(made, made.filling, start))
    batches: Iterator[Any] = iter([rows(made, k, k + BATCH) for k in range(start, made.cycles, BATCH)])
    seen = []

    def run(batch: Any) -> None:
        seen.append(engine.apply(batch)[1].any())

    benchmark.pedantic(run, setup=lambda: ((next(batches),), {}), rounds=ROUNDS, warmup_rounds=1)
    assert not any(seen)
    engine.verify()


def test_presence_of_every_queue(benchmark: Any, made: Plan) -> None:
    engine = centre(made, events=False)
    rows_of_queues = benchmark(engine.presence)
    assert int(rows_of_queues["ready"].sum()) == made.members.size
