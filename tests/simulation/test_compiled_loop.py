"""The compiled loop leaves what the long way leaves, to the nanosecond."""

from __future__ import annotations

import heapq
import random
from typing import Any

import numpy as np
import pytest
from scenes import agent, exponential

import huntgroup as hg
from huntgroup.sim import Scenario
from huntgroup.sim.run.draws import Draws, nanoseconds
from huntgroup.sim.run.fast import fits, replicate_fast
from huntgroup.sim.run.loop import replicate
from huntgroup.sim.run.prepared import Prepared


def scenario(seed: int) -> Scenario:
    """A scenario of the kind that the compiled loop knows, drawn at random."""
    chance = random.Random(seed)
    queues = [f"q{number}" for number in range(chance.randint(1, 3))]
    strategies = ["longest_idle", "linear", "round_robin", "random", "ring_all", "least_occupied"]
    laws: list[Any] = [exponential(20), 15, {"law": "gamma", "mean": 25, "sd": 20}, 0]

    def queue(name: str) -> dict[str, Any]:
        limits = chance.choice([{}, {"max_wait": 40}, {"max_waiting": 3}, {"max_wait": 0}])
        return {
            "name": name,
            "strategy": chance.choice(strategies),
            "wrap_up": chance.choice([0, 7]),
            **limits,
        }

    def skilled(number: int) -> dict[str, Any]:
        mine = chance.sample(queues, chance.randint(1, len(queues)))
        return agent(f"a{number}", *mine, skills={"french": chance.randint(0, 3)})

    return Scenario(
        centre={
            "skills": ["french"],
            "queue": [queue(name) for name in queues],
            "agent": list(map(skilled, range(4))),
        },
        run={
            "duration": 3000,
            "warm_up": chance.choice([0, 300]),
            "drain": chance.choice(["serve", "drop"]),
        },
        arrivals=[
            {
                "queue": name,
                "rate": chance.uniform(0.02, 0.1),
                "priority": chance.randint(0, 2),
                "mix": [{"share": 0.8}, {"share": 0.2, "requires": "french >= 2"}],
            }
            for name in queues
        ],
        service=[
            {"talk": chance.choice(laws)},
            {"queue": "q0", "wrap_up": chance.choice([5, exponential(9)])},
            {"agent": "a1", "talk": chance.choice(laws)},
            {"agent": "a2", "speed": 1.7},
        ],
        patience=[{"time": chance.choice([exponential(50), 30])}, {"queue": "q0", "balk": 0.2}],
        **({"trunks": {"lines": 4}} if chance.random() < 0.5 else {}),
    )


@pytest.mark.parametrize("seed", range(12))
def test_both_loops_leave_the_same(seed: int) -> None:
    prepared = Prepared(scenario(seed))
    assert fits(prepared)
    for replication in range(2):
        engine = prepared.engine(hg.Engine, seed, replication)
        mine = replicate_fast(prepared, engine, seed, replication)
        engine.verify()
        theirs = replicate(prepared, hg.Engine, seed, replication)
        assert len(mine.visits.queue) > 50
        for name in ("queue", "source", "arrived_ns", "left_ns", "outcome"):
            assert np.array_equal(getattr(mine.visits, name), getattr(theirs.visits, name)), name
        assert np.array_equal(mine.busy_ns, theirs.busy_ns)
        assert np.array_equal(mine.on_shift_ns, theirs.on_shift_ns)


def test_one_queue_answers_each_caller_at_the_nanosecond_of_a_bare_loop() -> None:
    scenario = Scenario(
        centre={"queue": [{"name": "q"}], "agent": [agent(f"a{number}", "q") for number in range(20)]},
        run={"duration": 500},
        arrivals=[{"queue": "q", "rate": 18}],
        service=[{"talk": exponential(1)}],
    )
    prepared = Prepared(scenario)
    outcome = replicate_fast(prepared, prepared.engine(hg.Engine, 3, 0), 3, 0)
    callers = prepared.callers(3, 0)
    draws = Draws(3, 0, prepared.sources, callers.source, callers.number)
    talk = nanoseconds(prepared.handling[0][0].talk, draws.keys("talk"), 1.0).tolist()
    free, answered = [0] * 20, []
    for at, lasts in zip(callers.at_ns.tolist(), talk, strict=True):
        begins = max(at, free[0])
        answered.append(begins)
        heapq.heapreplace(free, begins + lasts)
    assert outcome.visits.left_ns.tolist() == answered


@pytest.mark.parametrize(
    "more",
    [
        {"shift": [{"agents": ["a"], "from": "08:00", "to": "09:00"}]},
        {"outbound": [{"agents": ["a"], "rate": 1}]},
        {"transfer": [{"queue": "q", "share": 1, "target": "q"}]},
        {"callback": [{"queue": "q", "share": 1}]},
        {"patience": [{"time": 1, "redial": {"share": 1, "delay": 1}}]},
        {"patience": [{"time": 1, "announced": True}]},
        {"service": [{"ring": 1}]},
        {"service": [{"hold": 1}]},
        {"service": [{"missed": 0.1}]},
    ],
)
def test_what_the_compiled_loop_does_not_know_goes_the_long_way(more: dict[str, Any]) -> None:
    centre = {"queue": [{"name": "q"}], "agent": [agent("a", "q")]}
    assert fits(Prepared(Scenario(centre=centre, run={"duration": 9})))
    assert not fits(Prepared(Scenario(centre=centre, run={"duration": 9}, **more)))
