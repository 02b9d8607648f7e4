"""Instructions of one lifecycle through `apply` and of one whole round of `decide`, counted by callgrind.

Counts do not depend on how busy the machine is, so a slow-down of a few per cent shows in the change that
causes it. They do depend on compiler and Python, so each pair of these has a file of its own in
benchmarks/baselines, which `--check` compares with and `--record` writes. Only the operations are counted,
after a warm-up: the program tells callgrind when they start and end. Needs valgrind with its headers and a C
compiler, and takes half a minute.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import lifecycle
from benchmarks.common import check
from benchmarks.decide_engine import centre, rounds
from benchmarks.population import population

AGENTS = 500
OPERATIONS = 1_000
WARM_UP = 500
ALLOWED = 0.05
BASELINES = Path(__file__).with_name("baselines")

Counting = Callable[[str, Callable[[], object]], None]
Workload = Callable[[Counting], None]


class CannotCount(Exception):
    """Says what is missing on this machine."""


# --- the workloads, in the process that callgrind watches -------------------------------------------------


def run_lifecycle(counting: Counting) -> None:
    """So many cycles in one call of `apply`, in a centre that is full."""
    made = lifecycle.plan(AGENTS, AGENTS // 20, 10, 0.6, WARM_UP + OPERATIONS, 1)
    engine = lifecycle.centre(made, events=False)
    lifecycle.fill(engine, made)
    start = made.filling + WARM_UP
    _, results = engine.apply(lifecycle.rows(made, made.filling, start))
    check(not results.any(), "a command of the warm-up was refused")
    batch = lifecycle.rows(made, start, made.cycles)
    answers: list[Any] = []
    counting("lifecycle", lambda: answers.extend(engine.apply(batch)))
    check(not answers[1].any(), "a command was refused")


def run_decide(counting: Counting) -> None:
    """So many typical requests by single calls."""
    people = population(AGENTS, aged=False, seed=1)
    one = rounds(centre(people), people)["typical"]
    for k in range(WARM_UP):
        one(k)
    answers: list[int] = []
    counting("decide", lambda: answers.extend(map(one, range(OPERATIONS))))
    check(len(answers) == OPERATIONS and min(answers) >= 0, "a request found nobody")


WORKLOADS = (run_lifecycle, run_decide)


def watched(library: str, workloads: Sequence[Workload]) -> None:
    """All workloads, each between marks."""
    marks = ctypes.CDLL(library)
    # The first calls look the functions up, which is not to be counted.
    start, end = marks.marks_start, marks.marks_end

    def counting(name: str, work: Callable[[], object]) -> None:
        gc.collect()
        gc.disable()
        start()
        work()
        end(name.encode())
        gc.enable()

    counting("nothing", lambda: None)
    for workload in workloads:
        workload(counting)


# --- counting ---------------------------------------------------------------------------------------------


def compiler() -> str:
    """The C compiler, or CannotCount."""
    found = os.environ.get("CC") or shutil.which("cc")
    if not found:
        raise CannotCount("there is no C compiler")
    return found


def environment_name() -> str:
    """The name of the environment on which counts depend: gcc12-py313."""
    macros = subprocess.run(
        [compiler(), "-dM", "-E", "-x", "c", os.devnull], capture_output=True, text=True, check=True
    ).stdout
    version = {}
    for name, macro in (("clang", "__clang_major__"), ("gcc", "__GNUC__")):
        found = re.search(rf"^#define {macro} (\d+)$", macros, re.MULTILINE)
        if found:
            version[name] = found[1]
    name = "clang" if "clang" in version else "gcc"
    return f"{name}{version.get(name, '')}-py{sys.version_info.major}{sys.version_info.minor}"


def marks_library(folder: Path) -> Path:
    """marks.c, compiled; CannotCount if a part is missing."""
    if shutil.which("valgrind") is None:
        raise CannotCount("valgrind is not installed")
    made = folder / "marks.so"
    source = Path(__file__).with_name("marks.c")
    run = subprocess.run(
        [compiler(), "-O2", "-shared", "-fPIC", str(source), "-o", str(made)], capture_output=True, text=True
    )
    if run.returncode != 0:
        raise CannotCount(f"marks.c does not compile; are valgrind's headers there? {run.stderr.strip()}")
    return made


def counts() -> dict[str, int]:
    """Instructions of one operation of each workload. CannotCount says what is missing."""
    found = totals("benchmarks.instructions")
    return {workload: round(total / OPERATIONS) for workload, total in found.items()}


def totals(module: str) -> dict[str, int]:
    """Instructions of each workload of `python -m MODULE --inside LIBRARY`. CannotCount as `counts`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        library = marks_library(folder)
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no"]
        command += [f"--callgrind-out-file={folder / 'counted'}", sys.executable]
        command += ["-m", module, "--inside", str(library)]
        # Seeds of hashes and threads of libraries would make counts differ from run to run.
        environment = {**os.environ, "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        run = subprocess.run(command, capture_output=True, text=True, env=environment)
        if run.returncode != 0:
            raise RuntimeError(f"counting failed: {run.stderr[-2_000:]}")
        found = dict(map(dumped, sorted(folder.glob("counted.*"))))
    marks = found.pop("nothing")
    return {workload: total - marks for workload, total in sorted(found.items())}


def dumped(path: Path) -> tuple[str, int]:
    """The name of a mark and the instructions up to it, from one of callgrind's files."""
    text = path.read_text(encoding="utf-8")
    name = re.search(r"^desc: Trigger: Client Request: (\w+)$", text, re.MULTILINE)
    total = re.search(r"^(?:totals|summary): (\d+)$", text, re.MULTILINE)
    if name is None or total is None:
        raise RuntimeError(f"callgrind wrote no count to {path.name}: {text[:500]}")
    return name[1], int(total[1])


def slower(now: Mapping[str, int], before: Mapping[str, int]) -> list[str]:
    """A line for each count that is more than 5 % above the recorded one, or was not recorded."""
    out = []
    for name in now:
        if name not in before:
            out.append(f"{name}: {now[name]:,} instructions, none recorded")
        elif now[name] > before[name] * (1 + ALLOWED):
            more = now[name] / before[name] - 1
            out.append(f"{name}: {now[name]:,} instructions, recorded {before[name]:,}: {more:.1%} more")
    return out


# --- the command line -------------------------------------------------------------------------------------


def checked(now: Mapping[str, int], path: Path) -> int:
    """0, or 1 if a count is too high; without a record there is nothing to compare it with."""
    if not path.exists():
        print(f"instructions: skipped, nothing is recorded in {path.name}")
        return 0
    lines = slower(now, json.loads(path.read_text(encoding="utf-8"))["instructions"])
    for line in lines:
        print(line, file=sys.stderr)
    if lines:
        print("if that is meant: make instructions-record, and say in the commit why", file=sys.stderr)
    return 1 if lines else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """0, even if nothing can be counted; 1 if a count is more than 5 % above the recorded one."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--inside", metavar="LIBRARY", help=argparse.SUPPRESS)
    options.add_argument("--record", action="store_true", help="write the counts to this pair's file")
    options.add_argument("--check", action="store_true", help="fail if one is more than 5 %% above the file")
    options.add_argument("--file", type=Path, help="that file; benchmarks/baselines/instructions-*.json")
    given = options.parse_args(arguments)
    if given.inside:
        watched(given.inside, WORKLOADS)
        return 0
    try:
        path = given.file or BASELINES / f"instructions-{environment_name()}.json"
        now = counts()
    except CannotCount as missing:
        print(f"instructions: skipped, {missing}")
        return 0
    print(json.dumps(now))
    if given.record:
        record = {"instructions": now, "python": platform.python_version(), "agents": AGENTS}
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        print(f"recorded in {path}")
    return checked(now, path) if given.check else 0


if __name__ == "__main__":
    sys.exit(main())
