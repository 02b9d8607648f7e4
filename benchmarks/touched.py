"""Cache lines and pages that one round touches when nothing of it is in a cache, counted by callgrind.

An engine inside a program is called between other work, and then waits for each line it touches. `bench_cold`
measures this wait; this program counts, which does not depend on the machine. Simulated caches are emptied
before each round, so that each line, or page, is missed once: those of data, with the interpreter's and the
program's own, and those of code. Beside it the same for a round of empty Python calls.

Needs valgrind, as `benchmarks.instructions` does.
"""

from __future__ import annotations

import ctypes
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import lifecycle
from benchmarks.common import Row, parser, report
from benchmarks.decide_engine import centre, rounds
from benchmarks.instructions import CannotCount, marks_library
from benchmarks.population import KINDS, population

ROUNDS = 21
SIZES = {"lines": 64, "pages": 4_096}
EMPTY = "empty calls"

Counting = Callable[[str, Callable[[int], object]], None]


# --- in the process that callgrind watches ----------------------------------------------------------------


def run_empty(counting: Counting) -> None:
    """As many Python calls as a round of `decide` makes, with nothing behind them."""
    counting(EMPTY, empty_round)


def empty_round(k: int) -> int:
    """Four calls of a compiled function that does nothing."""
    for _ in range(4):
        os.getppid()
    return k


def run_decide(counting: Counting, agents: int) -> None:
    people = population(agents, aged=True, seed=1)
    made = rounds(centre(people), people)
    for kind in KINDS:
        for k in range(64):
            made[kind](k)
        counting(f"decide {kind}", made[kind])


def run_lifecycle(counting: Counting, agents: int) -> None:
    """`enqueue`, `accept` and `end` of one cycle, through single calls."""
    warm = agents // 4
    made = lifecycle.plan(agents, max(1, min(1_000, agents // 10)), 10, 0.8, warm + ROUNDS, 1)
    engine = lifecycle.centre(made, events=False)
    lifecycle.fill(engine, made)
    first = made.filling + warm
    engine.apply(lifecycle.rows(made, made.filling, first))
    queue, ends = made.queue.tolist(), (made.ends.astype(int) + 1).tolist()

    def one(k: int) -> None:
        at = (first + k + 1) * lifecycle.CYCLE_NS
        call = engine.enqueue(queue[first + k], at=at)
        engine.accept(call, at=at)
        engine.end(ends[first + k], at=at)

    counting("lifecycle", one)


def run_inside(library: str, agents: int) -> None:
    marks = ctypes.CDLL(library)
    start, end = marks.marks_start, marks.marks_end

    def counting(name: str, one: Callable[[int], object]) -> None:
        for k in range(ROUNDS):
            start()
            one(k)
            end(name.encode())

    counting("nothing", lambda k: None)
    run_empty(counting)
    run_decide(counting, agents)
    run_lifecycle(counting, agents)


# --- counting ---------------------------------------------------------------------------------------------


def counted(agents: int, size: int) -> dict[str, tuple[int, int]]:
    """For each kind of round the blocks of `size` bytes it touches, of data and of code: the median."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        library = marks_library(folder)
        caches = [f"--{cache}=4194304,16,{size}" for cache in ("I1", "D1", "LL")]
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--cache-sim=yes", *caches]
        command += [f"--callgrind-out-file={folder / 'counted'}", sys.executable]
        command += ["-m", "benchmarks.touched", "--inside", str(library), "--agents", str(agents)]
        environment = {**os.environ, "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        run = subprocess.run(command, capture_output=True, text=True, env=environment)
        if run.returncode != 0:
            raise RuntimeError(f"counting failed: {run.stderr[-2_000:]}")
        found: dict[str, list[tuple[int, int]]] = {}
        for path in folder.glob("counted.*"):
            kind, data, code = dumped(path)
            found.setdefault(kind, []).append((data, code))
    least = {kind: (median(pairs, 0), median(pairs, 1)) for kind, pairs in found.items()}
    nothing = least.pop("nothing")
    return {kind: (data - nothing[0], code - nothing[1]) for kind, (data, code) in least.items()}


def median(pairs: Sequence[tuple[int, int]], place: int) -> int:
    return round(statistics.median(pair[place] for pair in pairs))


def dumped(path: Path) -> tuple[str, int, int]:
    """The name of a round, and its misses of data and of code, from one of callgrind's files."""
    text = path.read_text(encoding="utf-8")
    name = re.search(r"^desc: Trigger: Client Request: ([\w ]+)$", text, re.MULTILINE)
    events = re.search(r"^events: (.+)$", text, re.MULTILINE)
    total = re.search(r"^(?:totals|summary): (.+)$", text, re.MULTILINE)
    if name is None or events is None or total is None:
        raise RuntimeError(f"callgrind wrote no count to {path.name}: {text[:500]}")
    values = dict(zip(events[1].split(), map(int, total[1].split()), strict=False))
    return name[1], values.get("DLmr", 0) + values.get("DLmw", 0), values.get("ILmr", 0)


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--agents", type=int, default=100_000)
    options.add_argument("--inside", metavar="LIBRARY", help="for the program's own use")
    given = options.parse_args(arguments)
    agents = 2_000 if given.small else given.agents
    if given.inside:
        run_inside(given.inside, agents)
        return []
    rows: dict[str, Row] = {}
    try:
        for unit, size in SIZES.items():
            for kind, (data, code) in counted(agents, size).items():
                figures: dict[str, Any] = rows.setdefault(kind, Row({"round": kind})).figures
                figures.update({f"{unit} of data": data, f"{unit} of code": code})
    except CannotCount as missing:
        print(f"touched: skipped, {missing}")
        return []
    report(f"what a round touches, {agents:,} agents", list(rows.values()), given.json)
    return list(rows.values())


if __name__ == "__main__":
    main()
