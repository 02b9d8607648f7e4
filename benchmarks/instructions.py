"""Instructions of one lifecycle through `apply` and of one whole round of `decide`, counted by callgrind.

Counts do not depend on how busy the machine is, so a slow-down of a few per cent shows in the change that
causes it; they depend on compiler and Python. Each workload runs twice, with few and with more operations;
the difference is theirs alone. Needs valgrind; takes two minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import lifecycle
from benchmarks.common import check
from benchmarks.decide_engine import centre, rounds
from benchmarks.population import population

FEW, MORE = 1_000, 3_000
AGENTS = 500
ALLOWED = 0.05


def run_lifecycle(operations: int) -> None:
    """The centre fills, then so many cycles run. The plan is of the longest run, so that building is the
    same."""
    made = lifecycle.plan(AGENTS, AGENTS // 20, 10, 0.6, MORE, 1)
    engine = lifecycle.centre(made, events=False)
    lifecycle.fill(engine, made)
    rows = lifecycle.rows(made, made.filling, made.cycles)
    _, results = engine.apply(rows[: 3 * operations])
    check(not results.any(), "a command was refused")


def run_decide(operations: int) -> None:
    """So many typical requests."""
    people = population(AGENTS, aged=False, seed=1)
    one = rounds(centre(people), people)["typical"]
    for k in range(operations):
        one(k)


WORKLOADS: dict[str, Callable[[int], None]] = {"lifecycle": run_lifecycle, "decide": run_decide}


def counted(workload: str, operations: int) -> int:
    """Instructions of a whole process that does so many operations."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable]
    command += ["-m", "benchmarks.instructions", "--inner", workload, str(operations)]
    # Hash seeds and threads of libraries would make counts differ from run to run.
    environment = {**os.environ, "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    run = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if found is None:
        raise RuntimeError(f"callgrind printed no count: {run.stderr[-300:]}")
    return int(found[1])


def main(arguments: Sequence[str] | None = None) -> int:
    """0; 1 where a count is more than 5 % above the recorded one."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--inner", nargs=2, metavar=("WORKLOAD", "OPERATIONS"), help=argparse.SUPPRESS)
    options.add_argument("--record", type=Path, help="write the counts to this JSON file")
    options.add_argument("--compare", type=Path, help="fail if more than 5 % above the counts in this file")
    given = options.parse_args(arguments)
    if given.inner:
        WORKLOADS[given.inner[0]](int(given.inner[1]))
        return 0
    if shutil.which("valgrind") is None:
        print("valgrind is not installed: nothing counted", file=sys.stderr)
        return 2
    counts = {
        name: round((counted(name, MORE) - counted(name, FEW)) / (MORE - FEW)) for name in sorted(WORKLOADS)
    }
    print(json.dumps(counts))
    if given.record:
        given.record.write_text(json.dumps(counts) + "\n", encoding="utf-8")
    before = json.loads(given.compare.read_text(encoding="utf-8")) if given.compare else counts
    slower = [name for name in counts if counts[name] > before[name] * (1 + ALLOWED)]
    for name in slower:
        print(f"{name}: {counts[name]} instructions, recorded {before[name]}", file=sys.stderr)
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
