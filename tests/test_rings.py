"""The rings in which the core keeps the members of a queue by tier and load ratio: there are few, however
large capacities are, and what is decided with them is what the reference decides."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

import huntgroup as hg
from huntgroup.testing.reference import ReferenceEngine

SPARE = 8
"""So many that hold nobody may stay, in each queue."""


def centre(factory: Any, queues: int, **agents: int) -> Any:
    """Agents with these capacities of chat, in all of the queues."""
    engine = factory("agent_modes")
    for number in range(queues):
        engine.add_queue(f"q{number}", channel="chat")
    names = [f"q{number}" for number in range(queues)]
    for name, capacity in agents.items():
        skills = {"spanish": len(name) % 3}
        engine.add_agent(
            name, queues=names, capacity={"chat": capacity}, skills=skills, signed_in=True, status="Ready"
        )
    return engine


def rings(engine: hg.Engine) -> int:
    return int(engine._table_sizes()["rings"][0])


def test_an_agent_of_a_large_capacity_leaves_few_rings() -> None:
    engine = centre(hg.Engine, 12, bot=300)
    for _ in range(2):
        calls = [engine.enqueue("q0") for _ in range(300)]
        for call in calls:
            engine.accept(call)
        engine.verify()
        for call in calls:
            engine.end(call)
    engine.verify()
    # One that holds the agent, one to which it goes, and the spare ones.
    assert rings(engine) <= 12 * (SPARE + 2)


def test_as_many_rings_as_ratios_are_held_at_one_time() -> None:
    engine = centre(hg.Engine, 1, **{f"bot{number}": 100 for number in range(20)})
    # Each has another load.
    for number in range(20):
        for _ in range(number):
            call = engine.enqueue("q0", preferred=f"bot{number}")
            engine.accept(call)
            assert engine.interaction(call).agent == f"bot{number}"
    engine.verify()
    assert rings(engine) <= 20 + SPARE + 1
    call = engine.enqueue("q0")
    assert engine.interaction(call).agent == "bot0"


@pytest.mark.parametrize("seed", range(4))
def test_decisions_with_rings_used_again_are_those_of_the_reference(seed: int) -> None:
    random = Random(seed)
    capacities = {f"a{'x' * number}": random.choice((1, 7, 30, 60)) for number in range(4)}
    both = [centre(factory, 2, **capacities) for factory in (hg.Engine, ReferenceEngine)]
    live: list[int] = []
    for step in range(400):
        rising = step % 200 < 120
        if not live or random.random() < (0.8 if rising else 0.1):
            queue, needs = random.choice(("q0", "q1")), random.choice((None, "spanish", "not spanish"))
            calls = {engine.enqueue(queue, requires=needs) for engine in both}
            assert len(calls) == 1
            live += calls
            agents = [engine.interaction(live[-1]).agent for engine in both]
            assert agents[0] == agents[1]
            if agents[0] is None:
                for engine in both:
                    engine.abandon(live[-1])
                live.pop()
            else:
                for engine in both:
                    engine.accept(live[-1])
        else:
            call = live.pop(random.randrange(len(live)))
            for engine in both:
                engine.end(call)
        if step % 20 == 0:
            both[0].verify()
            again = both[0].fork()
            again.verify()
