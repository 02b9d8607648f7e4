"""Decide, single calls and a lifecycle when the caches hold something else, beside the same when they do not.

An engine inside a program is called between other work. Here the structures take turns, one operation each,
and before each operation 128 MiB are written, so that nothing of it is in a cache. An empty Python call is
evicted alike and stands beside them: that much of a cold figure is the interpreter's and the clock's. The
column "hot" is the same operation again and again. Every answer is compared between the structures.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter_ns
from typing import Any

import numpy as np

from benchmarks.common import Row, Timing, check, measure, parser, report, span, summary
from benchmarks.decide_engine import centre, rounds
from benchmarks.floor.structure import Floor, compiled
from benchmarks.lifecycle import CYCLE_NS, fill, plan, rows
from benchmarks.lifecycle import centre as lifecycle_centre
from benchmarks.peers.bitmaps import IdleOrder, Roaring
from benchmarks.peers.common import peer_rounds
from benchmarks.population import KINDS, population

EVICTED_BYTES = 128 * 2**20
HUNTGROUP, EMPTY, FLOOR = "huntgroup", "empty call", "floor"
Run = Callable[[int], Any]


def empty(k: int) -> int:
    """A Python function around a compiled one that does nothing."""
    os.getppid()
    return -2


def measure_cold(
    runs: Mapping[str, Run], operations: int, repeats: int, start: int, agree: bool
) -> dict[str, Timing]:
    """Times `run(k)` for k from `start` on, the structures in turns, each with cold caches. `agree`: all
    return the same, except for the empty call."""
    block = np.zeros(EVICTED_BYTES, np.uint8)
    samples: dict[str, list[list[int]]] = {name: [] for name in runs}
    k = start
    gc.disable()
    try:
        for _ in range(repeats):
            for taken in samples.values():
                taken.append([])
            for _ in range(operations):
                answers = set()
                for name, run in runs.items():
                    np.add(block, 1, out=block)
                    begun = perf_counter_ns()
                    answer = run(k)
                    samples[name][-1].append(perf_counter_ns() - begun)
                    if agree and name != EMPTY:
                        answers.add(answer)
                check(not agree or len(answers) == 1, f"operation {k}: {answers}")
                k += 1
    finally:
        gc.enable()
    return {name: summary(taken) for name, taken in samples.items()}


def sections(
    what: dict[str, Any], runs: Mapping[str, Run], operations: int, repeats: int, agree: bool = True
) -> list[Row]:
    """Hot, then cold: a row for each structure."""
    hot = {name: measure(run, operations=operations, repeats=2) for name, run in runs.items()}
    start = operations // 4 + 2 * operations
    cold = measure_cold(runs, operations, repeats, start, agree)
    return [
        Row({**what, "structure": name}, timing, figures={"hot": span(hot[name].median_ns)})
        for name, timing in cold.items()
    ]


def decide(agents: int, operations: int, repeats: int, seed: int) -> list[Row]:
    """The aged centre, whose idle order has nothing to do with the indices."""
    people = population(agents, aged=True, seed=seed)
    made = {HUNTGROUP: rounds(centre(people), people)}
    for kind in (IdleOrder, Roaring):
        try:
            made[kind.name] = peer_rounds(kind(people), people)
        except ImportError as missing:
            print(f"left out: {kind.name}: {missing.name} is not installed", file=sys.stderr)
    out = []
    for request in KINDS:
        runs = {name: one[request] for name, one in made.items()}
        what = {"agents": agents, "workload": f"decide {request}"}
        out += sections(what, {**runs, EMPTY: empty}, operations, repeats)
    return out


def cycles(agents: int, operations: int, repeats: int, seed: int) -> list[Row]:
    """One cycle of the lifecycle, by three single calls and by one `apply`, beside the floor."""
    warm = agents // 4
    timed = operations // 4 + operations * (2 + repeats)
    made = plan(agents, max(1, min(1_000, agents // 10)), 10, 0.8, warm + timed, seed)
    first = made.filling + warm
    engines = [lifecycle_centre(made, events=False) for _ in range(2)]
    for engine in engines:
        fill(engine, made)
        engine.apply(rows(made, made.filling, first))
    queue, ends = made.queue.tolist(), (made.ends.astype(int) + 1).tolist()
    enqueue, accept, end = engines[0].enqueue, engines[0].accept, engines[0].end
    agent_of = engines[0].agent_of

    def calls(k: int) -> int:
        at = (first + k + 1) * CYCLE_NS
        call = enqueue(queue[first + k], at=at)
        agent: int = agent_of(call)
        accept(call, at=at)
        end(ends[first + k], at=at)
        return agent

    batches = [rows(made, k, k + 1) for k in range(first, made.cycles)]
    runs: dict[str, Run] = {"calls": calls, "apply": lambda k: engines[1].apply(batches[k])}
    library = compiled()
    if library is not None:
        floor = Floor(library, made.queues, made.members, made.cycles)
        returns = made.returns()
        floor.run(made.queue[:first], returns[:first])
        parts = [(made.queue[k : k + 1], returns[k : k + 1]) for k in range(first, made.cycles)]
        runs[FLOOR] = lambda k: floor.run(*parts[k])
    out = sections(
        {"agents": agents, "workload": "lifecycle"}, {**runs, EMPTY: empty}, operations, repeats, agree=False
    )
    check(engines[0].digest() == engines[1].digest(), "single calls and apply lead to different states")
    return out


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--agents", type=int, nargs="+", default=[1_000_000])
    options.set_defaults(operations=40)
    given = options.parse_args(arguments)
    repeats, operations = (2, 8) if given.small else (given.repeats, given.operations)
    out = []
    for agents in [2_000] if given.small else given.agents:
        out += decide(agents, operations, repeats, given.seed)
        out += cycles(agents, operations, repeats, given.seed)
    report("cold", out, given.json)
    return out


if __name__ == "__main__":
    main()
