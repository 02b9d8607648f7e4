"""Calls a second of the simulator: every call through the real engine, with draws, figures and all.

M/M/100 at 90 % of its capacity, beside a bare loop in C over the same callers (benchmarks/floor/simulation.c:
a heap of agents, nothing else), which must answer each caller at the same nanosecond; and six types of
callers with 90 agents of two skills each, checked by `engine.verify()`. One core.
"""

from __future__ import annotations

import ctypes
import time
from pathlib import Path
from typing import Any

import numpy as np

import huntgroup as hg
from benchmarks.common import Row, Timing, check, parser, report
from benchmarks.floor.structure import built
from huntgroup.sim import Scenario
from huntgroup.sim.run.draws import Draws, nanoseconds
from huntgroup.sim.run.fast import replicate_fast
from huntgroup.sim.run.prepared import Prepared
from huntgroup.sim.run.tallies import tally

TARGET_NS = 1000.0
"""A million calls a second."""

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


def replication(prepared: Prepared, seed: int) -> tuple[Any, float]:
    """The outcome, and ns a call: building, drawing, playing and adding up."""
    began = time.process_time_ns()
    engine = prepared.engine(hg.Engine, seed, 0)
    outcome = replicate_fast(prepared, engine, seed, 0)
    tally(prepared, outcome)
    spent = time.process_time_ns() - began
    engine.verify()
    return outcome, spent / len(outcome.visits.queue)


def bare(prepared: Prepared, seed: int, library: ctypes.CDLL, wanted: Any) -> float:
    """ns a call of the bare loop on the same callers, drawn beforehand; it must answer them alike."""
    callers = prepared.callers(seed, 0)
    draws = Draws(seed, 0, prepared.sources, callers.source, callers.number)
    talk = nanoseconds(prepared.handling[0][0].talk, draws.keys("talk"), prepared.unit_s)
    answered = np.zeros(len(talk), np.int64)
    columns = (callers.at_ns, talk, answered)
    pointers = [column.ctypes.data_as(ctypes.POINTER(ctypes.c_int64)) for column in columns]
    sizes = (ctypes.c_int64(len(talk)), ctypes.c_int64(len(prepared.agents)))
    began = time.process_time_ns()
    failed = library.simulate(*sizes, *pointers)
    spent = time.process_time_ns() - began
    check(failed == 0, "the bare loop had no memory")
    check(np.array_equal(answered, wanted.visits.left_ns), "the bare loop answers callers at other instants")
    return spent / len(talk)


def timing(samples: list[float], calls: int) -> Timing:
    spread = (max(samples) - min(samples)) / float(np.median(samples))
    return Timing(float(np.median(samples)), max(samples), spread, calls)


def main() -> None:
    made = parser(__doc__)
    made.add_argument("--calls", type=int, default=1_000_000, help="calls a replication")
    given = made.parse_args()
    calls = 20_000 if given.small else given.calls
    library = built(SOURCE)
    rows = []
    for title, of in (("M/M/100, 90 %", one_queue), ("6 types, 90 agents of 2 skills", six_types)):
        prepared = Prepared(of(calls))
        ours, floor = [], []
        for repeat in range(given.repeats):
            outcome, spent = replication(prepared, given.seed + repeat)
            ours.append(spent)
            if of is one_queue and library is not None:
                floor.append(bare(prepared, given.seed + repeat, library, outcome))
        rows.append(_row(title, "huntgroup", ours, calls, TARGET_NS))
        if floor:
            rows.append(_row(title, "bare loop in C", floor, calls, None))
    report("simulate", rows, given.json)


def _row(model: str, structure: str, samples: list[float], calls: int, target: float | None) -> Row:
    a_second = f"{1e9 / float(np.median(samples)):,.0f}"
    what = {"model": model, "structure": structure}
    return Row(what, timing(samples, calls), target, {"calls a second": a_second})


if __name__ == "__main__":
    main()
