"""A scorer of the user's own over N candidates: one decision, from `enqueue` to the offer.

one number read     the scorer of the guide, compiled by Numba: the distance between two numbers
every column read   the same, but all that a scorer may read is put before it
in Python           the same function run by Python instead
longest_idle        what the same command takes where no candidate has to be looked at
loop in Numba       the loop and the choice of the best, over columns that stand ready: no engine
loop in numpy       the same by numpy

What stands first includes the whole command; the last two are what is left of it without an engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter_ns
from typing import Any

import numpy as np

import huntgroup as hg
from benchmarks.common import Row, Timing, check, measure, parser, report, summary

TARGET_NS = 50_000
TARGET_CANDIDATES = 10_000


def closest(agents: Any, interaction: Any, scores: Any) -> None:
    """The score of the nearest agent is the highest."""
    for k in range(agents.count):
        scores[k] = -abs(agents.user0[k] - interaction.user0)


def centre(strategy: hg.Scorer | str, places: Any) -> hg.Engine:
    """Every agent ready in one queue, in an order of idleness that differs from the order of indices."""
    engine = hg.Engine("agent_modes", events=False)
    engine.add_queue("field", strategy=strategy)
    names = [f"agent{k}" for k in range(len(places))]
    place = {"queues": ["field"], "devices": ["voice"], "signed_in": True, "status": "Ready"}
    engine.add_agents(names, user=places[:, None], **place)
    return engine


def decisions(
    engine: hg.Engine, scored: bool, callers: Any, places: Any, operations: int, repeats: int
) -> Timing:
    """Each caller is offered to an agent and hangs up, which is not timed; a scorer's choice is checked."""
    samples: list[list[int]] = []
    for repeat in range(repeats + 1):
        taken = []
        for k in range(operations):
            caller = callers[(repeat * operations + k) % len(callers)]
            numbers = (float(caller),)
            start = perf_counter_ns()
            call = engine.enqueue(0, user=numbers)
            taken.append(perf_counter_ns() - start)
            got = engine.agent_of(call)
            expected = int(np.argmin(np.abs(places - caller))) if scored else 0
            check(got == expected, f"agent {got}, expected {expected}")
            engine.abandon(call)
        samples.append(taken)
    return summary(samples[1:])


def bare_loops(places: Any, callers: Any) -> dict[str, Callable[[int], int]]:
    """The same choice without an engine."""
    import numba

    @numba.njit
    def chosen(places, caller, scores):  # type: ignore[no-untyped-def]
        for k in range(len(places)):
            scores[k] = -abs(places[k] - caller)
        best = 0
        for k in range(1, len(places)):
            if scores[k] > scores[best]:
                best = k
        return best

    scores = np.empty(len(places))
    return {
        "loop in Numba": lambda k: chosen(places, callers[k % len(callers)], scores),
        "loop in numpy": lambda k: int(np.argmin(np.abs(places - callers[k % len(callers)]))),
    }


def cases(candidates: int, operations: int, repeats: int, seed: int) -> list[tuple[str, Timing]]:
    """Every way to decide among so many candidates."""
    random = np.random.default_rng(seed)
    places, callers = random.random(candidates), random.random(1000)
    compiled = hg.scorer(closest)
    everything = hg.scorer_from_pointer(compiled.address, name="every column", keep=compiled)
    strategies: dict[str, hg.Scorer | str] = {
        "one number read": compiled,
        "every column read": everything,
        "in Python": compiled.python(),
        "longest_idle": "longest_idle",
    }
    out = []
    for name, strategy in strategies.items():
        few = max(2, operations // 50) if name == "in Python" else operations
        engine = centre(strategy, places)
        out.append((name, decisions(engine, strategy != "longest_idle", callers, places, few, repeats)))
        engine.verify()
    for name, loop in bare_loops(places, callers).items():
        expected = [int(np.argmin(np.abs(places - caller))) for caller in callers[:20]]
        check([loop(k) for k in range(20)] == expected, f"{name} chose another agent")
        out.append((name, measure(loop, operations=operations, repeats=repeats)))
    return out


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument(
        "--candidates", type=int, nargs="+", default=[100, 1_000, TARGET_CANDIDATES, 100_000]
    )
    given = options.parse_args(arguments)
    sizes = [100, 1_000] if given.small else given.candidates
    out = []
    for candidates in sizes:
        for name, timing in cases(candidates, given.operations, given.repeats, given.seed):
            asked = name == "one number read" and candidates == TARGET_CANDIDATES
            row = Row({"case": name, "candidates": candidates}, timing, TARGET_NS if asked else None)
            out.append(row)
    report("scorers", out, given.json)
    return out


if __name__ == "__main__":
    main()
