"""Calls a second of the simulator: every call through the real engine, with draws, figures and all.

M/M/100 at 90 % of its capacity, beside a bare loop in C (benchmarks/floor/simulation.c: a heap of agents and
nothing else) over callers drawn beforehand; and six types of callers with 90 agents of two skills each. Both
must find that as many wait as Erlang's formula says. One core. That the simulator answers each caller at the
nanosecond at which such a loop does is a test (tests/simulation/test_compiled_loop.py).
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import Row, Timing, check, parser, report
from benchmarks.floor.structure import built
from huntgroup.sim import Scenario, simulate

TARGET_NS = 1000.0
"""A million calls a second."""

WAITED = 0.216940
"""Erlang C for 100 agents and 90 callers."""

SOURCE = Path(__file__).parent / "floor" / "simulation.c"


def agent(number: int, *queues: str) -> dict[str, Any]:
    working = {"devices": ["voice"], "signed_in": True, "status": "Ready"}
    return {"name": f"a{number}", "queues": list(queues), **working}


def one_queue(calls: int) -> Scenario:
    """M/M/100 with 90 callers a second."""
    return Scenario(
        centre={"queue": [{"name": "q"}], "agent": [agent(number, "q") for number in range(100)]},
        run={"duration": calls / 90.0},
        arrivals=[{"queue": "q", "rate": 90}],
        service=[{"talk": {"law": "exponential", "mean": 1}}],
    )


def six_types(calls: int) -> Scenario:
    """Six types, 90 agents of two neighbouring skills each, nine tenths busy."""
    names = [f"q{number}" for number in range(6)]
    return Scenario(
        centre={
            "queue": [{"name": name} for name in names],
            "agent": [agent(number, names[number % 6], names[(number + 1) % 6]) for number in range(90)],
        },
        run={"duration": calls / 81.0},
        arrivals=[{"queue": name, "rate": 13.5} for name in names],
        service=[{"talk": {"law": "exponential", "mean": 1}}],
    )


def simulated(scenario: Scenario, seed: int, calls: int) -> tuple[Any, float]:
    """The result of one replication, and ns a call: building, drawing, playing and adding up."""
    began = time.process_time_ns()
    result = simulate(scenario, 1, seed)
    spent = time.process_time_ns() - began
    offered = result.total.offered.mean
    check(offered == result.total.answered.mean, "not everybody was answered")
    check(abs(offered - calls) < 6 * calls**0.5, "not as many came as were meant to")
    return result, spent / offered


def bare(seed: int, calls: int, library: ctypes.CDLL) -> tuple[float, float]:
    """The share of callers who wait in the bare loop, and its ns a call; drawing them is not timed."""
    generator = np.random.default_rng(seed)
    at = np.cumsum(generator.exponential(1e9 / 90, calls)).astype(np.int64)
    talk = generator.exponential(1e9, calls).astype(np.int64)
    answered = np.zeros(calls, np.int64)
    pointers = [column.ctypes.data_as(ctypes.POINTER(ctypes.c_int64)) for column in (at, talk, answered)]
    began = time.process_time_ns()
    failed = library.simulate(ctypes.c_int64(calls), ctypes.c_int64(100), *pointers)
    spent = time.process_time_ns() - began
    check(failed == 0, "the bare loop had no memory")
    return float((answered > at).mean()), spent / calls


def timing(samples: list[float], calls: int) -> Timing:
    spread = (max(samples) - min(samples)) / float(np.median(samples))
    return Timing(float(np.median(samples)), max(samples), spread, calls)


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    made = parser(__doc__)
    made.add_argument("--calls", type=int, default=1_000_000, help="calls a replication")
    given = made.parse_args(arguments)
    calls = min(given.calls, 20_000) if given.small else given.calls
    library = built(SOURCE)
    rows = []
    for title, of in (("M/M/100, 90 %", one_queue), ("6 types, 90 agents of 2 skills", six_types)):
        scenario = of(calls)
        ours, floor = [], []
        for repeat in range(given.repeats):
            result, spent = simulated(scenario, given.seed + repeat, calls)
            ours.append(spent)
            if of is one_queue and library is not None:
                waited, spent = bare(given.seed + repeat, calls, library)
                floor.append(spent)
                if calls >= 1_000_000:
                    check(abs(waited - WAITED) < 0.05, "the bare loop is wrong")
                    check(abs(result.total.waited_share.mean - WAITED) < 0.05, "the simulator is wrong")
        rows.append(_row(title, "huntgroup", ours, calls, TARGET_NS))
        if floor:
            rows.append(_row(title, "bare loop in C", floor, calls, None))
    report("simulate", rows, given.json)
    return rows


def _row(model: str, structure: str, samples: list[float], calls: int, target: float | None) -> Row:
    a_second = f"{1e9 / float(np.median(samples)):,.0f}"
    what = {"model": model, "structure": structure}
    return Row(what, timing(samples, calls), target, {"calls a second": a_second})


if __name__ == "__main__":
    main()
