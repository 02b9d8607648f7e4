"""One call's life: enqueue, offer, accept, end, wrap-up over, ready again; through `apply`, random queues.

In the same run, in turns, the floor in C (benchmarks/floor/floor.c) plays the same calls with the same
agents: a ring of bits per queue and nothing else. It shares no code with the package. The ratio of the two is
the figure to look at.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import huntgroup as hg
from benchmarks.common import Row, check, measure_side_by_side, parser, ratio, report, summary
from benchmarks.floor.structure import Floor, compiled
from benchmarks.lifecycle import CYCLE_NS, Plan, centre, fill, plan, rows
from huntgroup.testing.reference import ReferenceEngine

RATIO = {10_000: 7.0, 100_000: 3.5, 1_000_000: 2.2}
"""By number of agents: at most so many times the floor."""
BATCHES = 8
ENGINE, FLOOR = "engine", "floor"
STRUCTURES = {ENGINE: True, "engine, no events": False}
"""Whether each variant keeps events."""


def check_plan(seed: int, library: ctypes.CDLL | None) -> None:
    """In a small centre the reference, the engine and the floor give every call to the same
    agent."""
    made = plan(agents=40, queues=8, memberships=3, load=0.4, cycles=60, seed=seed)
    theirs = reference_takers(made)
    engine = centre(made, events=True)
    events = [engine.apply(rows(made, *part))[0] for part in ((0, made.filling), (made.filling, made.cycles))]
    everything = np.concatenate(events)
    ours = everything["agent"][everything["kind"] == hg.EventKind.ACCEPTED]
    check(np.array_equal(ours, theirs), "the engine and the reference give the calls to different agents")
    engine.verify()
    if library is not None:
        floor = Floor(library, made.queues, made.members, made.cycles)
        floor.run(made.queue, made.returns())
        check(np.array_equal(floor.taken, theirs), "the floor and the reference differ")
        floor.close()


def reference_takers(made: Plan) -> list[int]:
    """Who takes each call, by the reference engine."""
    engine = ReferenceEngine("agent_modes", events=False)
    for k in range(made.queues):
        engine.add_queue(f"queue{k}", wrap_up=made.wrap_up * CYCLE_NS / 1e9)
    for k, queues in enumerate(made.members):
        names = [f"queue{q}" for q in queues]
        engine.add_agent(f"agent{k}", queues=names, devices=["voice"], signed_in=True, status="Ready")
    takers = []
    for row in np.concatenate([rows(made, 0, made.filling), rows(made, made.filling, made.cycles)]):
        at = int(row["at_ns"])
        command = hg.Command(int(row["command"]))
        if command == hg.Command.ENQUEUE:
            takers.append(engine.agent_of(engine.enqueue(int(row["queue"]), at=at)))
        elif command == hg.Command.ACCEPT:
            engine.accept(int(row["interaction"]), at=at)
        else:
            engine.end(int(row["interaction"]), at=at)
    return takers


def size(
    agents: int,
    queues: int,
    memberships: int,
    load: float,
    batch: int,
    repeats: int,
    seed: int,
    library: ctypes.CDLL | None,
) -> list[Row]:
    """The engine with events, without them, and the floor in turns, at one size."""
    # As many cycles before the measurement as there are agents, so that idle order has nothing to do with
    # the indices any more.
    warm = (agents // batch + 1) * batch
    made = plan(agents, queues, memberships, load, warm + batch * (BATCHES * repeats + 1), seed)
    start = made.filling + warm
    batches = [rows(made, k, k + batch) for k in range(start, made.cycles, batch)]
    warming = range(made.filling, start, 100_000)
    what = {"agents": agents, "queues": queues, "memberships": memberships}
    engines = {name: centre(made, events=events) for name, events in STRUCTURES.items()}
    for engine in engines.values():
        fill(engine, made)
        engine.poll_array()
        for first in warming:
            _, results = engine.apply(rows(made, first, min(first + 100_000, start)))
            check(not results.any(), "a command of the warm-up was refused")
    runs: dict[str, Callable[[int], Any]] = {
        name: lambda k, engine=engine: engine.apply(batches[k]) for name, engine in engines.items()
    }
    floor = None if library is None else Floor(library, made.queues, made.members, made.cycles)
    if floor is not None:
        returns = made.returns()
        floor.run(made.queue[:start], returns[:start])
        parts = [
            (made.queue[k : k + batch], returns[k : k + batch]) for k in range(start, made.cycles, batch)
        ]
        runs[FLOOR] = lambda k: floor.run(*parts[k])
    takers: list[Any] = []

    def after(name: str, result: Any) -> None:
        if name in engines:
            check(not result[1].any(), f"{name}: a command was refused")
        if name == ENGINE:
            takers.append(result[0]["agent"][result[0]["kind"] == hg.EventKind.ACCEPTED])

    samples = measure_side_by_side(runs, batch, batches=BATCHES, repeats=repeats, after=after)
    out = [Row({**what, "structure": name}, summary(taken)) for name, taken in samples.items()]
    if floor is not None:
        check(np.array_equal(np.concatenate(takers), floor.taken[start:]), "engine and floor differ")
        floor.close()
        for row, taken in zip(out, samples.values(), strict=True):
            row.figures["ratio"] = ratio(taken, samples[FLOOR])
        assert out[-1].timing is not None
        if agents in RATIO:
            out[0].target_ns = RATIO[agents] * out[-1].timing.median_ns
    return out


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--agents", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options.add_argument("--queues", type=int, default=1_000)
    options.add_argument("--memberships", type=int, default=10)
    options.add_argument("--load", type=float, default=0.8, help="share of the agents that is busy")
    options.add_argument("--batch", type=int, default=5_000, help="cycles in one call of apply")
    given = options.parse_args(arguments)
    sizes = [1_000, 10_000] if given.small else given.agents
    library = compiled()
    check_plan(given.seed, library)
    out = []
    for agents in sizes:
        queues = min(given.queues, max(1, agents // 10))
        out += size(
            agents, queues, given.memberships, given.load, given.batch, given.repeats, given.seed, library
        )
    report("lifecycle", out, given.json)
    return out


if __name__ == "__main__":
    main()
