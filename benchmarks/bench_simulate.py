"""Calls a second of the simulator: every call through the real engine, with draws, figures and all.

M/M/100 at 90 % of its capacity, beside simpy, Ciw and a bare loop in C (benchmarks/floor/simulation.c: a
heap of agents and nothing else) over callers drawn beforehand, whom all three must answer at the same
instants; and six types of callers with 90 agents of two skills each, beside simpy. All must find that as
many wait as Erlang's formula or the others say. One core. That the simulator answers each caller at the
nanosecond at which such a loop does is a test (tests/simulation/test_compiled_loop.py). simpy and Ciw are
left out where they are not installed (extra `bench`).
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import others
from benchmarks.common import Row, Timing, check, parser, report
from benchmarks.floor.structure import built
from huntgroup.sim import Scenario, simulate

TARGET_NS = 1000.0
"""A million calls a second."""

FEW = 50_000
"""So many calls are enough to time what is written in Python."""

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


def drawn(seed: int, calls: int, rate: float) -> tuple[Any, Any]:
    """Instants of arrivals and lengths of talks, ns; shapes (calls,)."""
    generator = np.random.default_rng(seed)
    at = np.cumsum(generator.exponential(1e9 / rate, calls)).astype(np.int64)
    return at, generator.exponential(1e9, calls).astype(np.int64)


def bare(at: Any, talk: Any, library: ctypes.CDLL) -> tuple[Any, float]:
    """When each caller is answered in the bare loop, and its ns a call."""
    calls = len(at)
    answered = np.zeros(calls, np.int64)
    pointers = [column.ctypes.data_as(ctypes.POINTER(ctypes.c_int64)) for column in (at, talk, answered)]
    began = time.process_time_ns()
    failed = library.simulate(ctypes.c_int64(calls), ctypes.c_int64(100), *pointers)
    spent = time.process_time_ns() - began
    check(failed == 0, "the bare loop had no memory")
    return answered, spent / calls


def beside(seed: int, calls: int, library: ctypes.CDLL | None) -> dict[str, float]:
    """ns a call of the others on M/M/100; simpy and Ciw on its first callers. All answer alike."""
    at, talk = drawn(seed, calls, 90.0)
    found = {}
    expected = None
    if library is not None:
        expected, found["bare loop in C"] = bare(at, talk, library)
        if calls >= 1_000_000:
            check(abs(float((expected > at).mean()) - WAITED) < 0.05, "the bare loop is wrong")
    few = min(calls, FEW)
    for name, package, play in (
        ("simpy", "simpy", others.simpy_one_queue),
        ("Ciw", "ciw", others.ciw_one_queue),
    ):
        if others.there(package):
            answered, found[name] = play(at[:few], talk[:few], 100)
            if expected is not None:
                # Ciw counts in seconds: a microsecond is what is left of a float.
                check(bool(np.abs(answered - expected[:few]).max() < 1000), f"{name} answers otherwise")
    return found


def beside_skills(seed: int, calls: int) -> dict[str, float]:
    """ns a call of simpy on the six types, and that as many wait as in the simulator."""
    if not others.there("simpy"):
        return {}
    few = min(calls, FEW)
    at, talk = drawn(seed, few, 81.0)
    kind = np.random.default_rng(seed + 1).integers(0, 6, few)
    skills = [(number % 6, (number + 1) % 6) for number in range(90)]
    answered, spent = others.simpy_skills(at, talk, kind, skills)
    ours = simulate(six_types(few), 8, seed).total.waited_share
    told = f"simpy lets {float((answered > at).mean()):.3f} wait, the simulator {ours.mean:.3f}"
    check(abs(float((answered > at).mean()) - ours.mean) < 0.1, told)
    return {"simpy": spent}


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
        samples: dict[str, list[float]] = {"huntgroup": []}
        for repeat in range(given.repeats):
            seed = given.seed + repeat
            result, spent = simulated(scenario, seed, calls)
            samples["huntgroup"].append(spent)
            if of is one_queue:
                if calls >= 1_000_000:
                    check(abs(result.total.waited_share.mean - WAITED) < 0.05, "the simulator is wrong")
                more = beside(seed, calls, library)
            else:
                more = beside_skills(seed, calls)
            for name, spent in more.items():
                samples.setdefault(name, []).append(spent)
        for name, found in samples.items():
            rows.append(_row(title, name, found, calls, TARGET_NS if name == "huntgroup" else None))
    report("simulate", rows, given.json)
    return rows


def _row(model: str, structure: str, samples: list[float], calls: int, target: float | None) -> Row:
    a_second = f"{1e9 / float(np.median(samples)):,.0f}"
    what = {"model": model, "structure": structure}
    return Row(what, timing(samples, calls), target, {"calls a second": a_second})


if __name__ == "__main__":
    main()
