"""Shared by the programs: timing, the command line, and the results as a table or as JSON."""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter_ns
from typing import Any

import numpy as np

OPERATIONS = 400
REPEATS = 5


class WrongAnswer(AssertionError):
    """A measured structure gave another answer than the independent computation."""


@dataclass(frozen=True)
class Timing:
    """Nanoseconds an operation: the median and the 99th percentile over everything timed, and the spread of
    the repeats: (slowest median - fastest median) / median."""

    median_ns: float
    p99_ns: float
    spread: float
    operations: int


@dataclass
class Row:
    """One line of a result: what was measured, how long it took, which bound it must keep, and further
    figures."""

    what: dict[str, Any]
    timing: Timing | None = None
    target_ns: float | None = None
    figures: dict[str, Any] = field(default_factory=dict)


def summary(repeats: Sequence[Sequence[float]]) -> Timing:
    """The timing of samples (ns an operation), one sequence for each repeat."""
    everything = np.concatenate([np.asarray(samples, np.float64) for samples in repeats])
    medians = [float(np.median(samples)) for samples in repeats]
    median = float(np.median(everything))
    spread = (max(medians) - min(medians)) / median if median else 0.0
    return Timing(median, float(np.percentile(everything, 99)), spread, len(everything))


def measure(
    operation: Callable[[int], object],
    *,
    operations: int = OPERATIONS,
    repeats: int = REPEATS,
    warm_up: int | None = None,
) -> Timing:
    """Times `operation(k)` for k = 0, 1, ... one by one. The cost of reading the clock, some 40 ns, is in
    every sample. Garbage collection is off meanwhile."""
    k = 0
    for _ in range(operations // 4 if warm_up is None else warm_up):
        operation(k)
        k += 1
    samples: list[list[int]] = []
    gc.disable()
    try:
        for _ in range(repeats):
            taken = []
            for _ in range(operations):
                start = perf_counter_ns()
                operation(k)
                taken.append(perf_counter_ns() - start)
                k += 1
            samples.append(taken)
    finally:
        gc.enable()
    return summary(samples)


def measure_batches(
    run: Callable[[int], object], units: int, *, batches: int = 8, repeats: int = REPEATS
) -> Timing:
    """Times `run(k)`, each call of which does `units` operations; `batches` calls a repeat. The very first
    call is not timed."""
    run(0)
    samples: list[list[float]] = []
    k = 1
    gc.disable()
    try:
        for _ in range(repeats):
            taken = []
            for _ in range(batches):
                start = perf_counter_ns()
                run(k)
                taken.append((perf_counter_ns() - start) / units)
                k += 1
            samples.append(taken)
    finally:
        gc.enable()
    timing = summary(samples)
    return Timing(timing.median_ns, timing.p99_ns, timing.spread, units * batches * repeats)


def measure_side_by_side(
    runs: Mapping[str, Callable[[int], Any]],
    units: int,
    *,
    batches: int = 8,
    repeats: int = REPEATS,
    after: Callable[[str, Any], object] = lambda name, result: None,
) -> dict[str, list[list[float]]]:
    """ns a unit of each structure, `repeats` lists of `batches`. In every repeat all structures take their
    turn, so that a machine which is fast for one second and slow for the next is so for all of them.
    `runs[name](k)`, k from 0 on, does `units` operations; the first of each is not timed. `after` gets what
    it returned and is not timed either."""
    samples: dict[str, list[list[float]]] = {name: [] for name in runs}
    for name, run in runs.items():
        after(name, run(0))
    gc.disable()
    try:
        for repeat in range(repeats):
            for name, run in runs.items():
                taken = []
                for k in range(1 + repeat * batches, 1 + (repeat + 1) * batches):
                    start = perf_counter_ns()
                    result = run(k)
                    taken.append((perf_counter_ns() - start) / units)
                    after(name, result)
                    del result
                samples[name].append(taken)
    finally:
        gc.enable()
    return samples


def ratio(ours: Sequence[Sequence[float]], theirs: Sequence[Sequence[float]]) -> float:
    """How many times as long ours took as theirs: the median over the repeats of the ratio of medians."""
    return float(np.median([np.median(a) / np.median(b) for a, b in zip(ours, theirs, strict=True)]))


def check(condition: bool, what: str) -> None:
    """Raises WrongAnswer unless the condition holds; not an `assert`, which -O would take away."""
    if not condition:
        raise WrongAnswer(what)


# --- the command line -------------------------------------------------------------------------------------


def parser(description: str | None) -> argparse.ArgumentParser:
    """A parser with the options that every program takes: --small, --json, --operations, --repeats,
    --seed."""
    made = argparse.ArgumentParser(
        description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    made.add_argument(
        "--small", action="store_true", help="sizes for a quick look, as `make bench` runs them"
    )
    made.add_argument("--json", action="store_true", help="the result as JSON instead of a table")
    made.add_argument("--operations", type=int, default=OPERATIONS, help="operations timed a repeat")
    made.add_argument("--repeats", type=int, default=REPEATS)
    made.add_argument("--seed", type=int, default=1)
    return made


def machine() -> dict[str, Any]:
    """The machine and how busy it is: figures from a loaded machine are good for ratios in one run only."""
    model = platform.processor()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def report(name: str, rows: Sequence[Row], as_json: bool) -> None:
    """Prints the rows, as one JSON object or as a table with the machine below it."""
    where = machine()
    if as_json:
        json.dump({"benchmark": name, "machine": where, "rows": [plain(row) for row in rows]}, sys.stdout)
        print()
        return
    keys = list(dict.fromkeys(key for row in rows for key in row.what))
    more = list(dict.fromkeys(key for row in rows for key in row.figures))
    timed = any(row.timing is not None for row in rows)
    bounded = any(row.target_ns is not None for row in rows)
    head = keys + (["median", "p99", "spread"] if timed else []) + (["target"] if bounded else []) + more
    table = [[*map(str, cells(row, keys, timed, bounded)), *figures(row, more)] for row in rows]
    print_table(f"{name}: time an operation" if timed else name, head, table)
    print(", ".join(f"{key} {value}" for key, value in where.items()))


def plain(row: Row) -> dict[str, Any]:
    """The row as it stands in JSON; times in ns."""
    timing = row.timing
    times = {} if timing is None else {**timing.__dict__}
    return {**row.what, **times, **({"target_ns": row.target_ns} if row.target_ns else {}), **row.figures}


def cells(row: Row, keys: Sequence[str], timed: bool, bounded: bool) -> list[str]:
    out = [shown(row.what.get(key, "")) for key in keys]
    if timed and row.timing is None:
        out += ["", "", ""]
    elif timed and row.timing is not None:
        out += [span(row.timing.median_ns), span(row.timing.p99_ns), f"{row.timing.spread:.0%}"]
    if bounded:
        out.append("" if row.target_ns is None else span(row.target_ns))
    return out


def figures(row: Row, keys: Sequence[str]) -> list[str]:
    return [shown(row.figures.get(key, "")) for key in keys]


def shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def span(ns: float) -> str:
    """A duration in the unit that leaves one to four digits before the point."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
        if ns >= size:
            return f"{ns / size:.3g} {unit}" if ns < 1000 * size else f"{ns / size:,.0f} {unit}"
    return f"{ns:.0f} ns"


def print_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """By rich if it is installed, else in plain columns."""
    try:
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table
    except ImportError:
        widths = [max(len(str(line[k])) for line in [head, *rows]) for k in range(len(head))]
        print(title)
        for line in [head, *rows]:
            print("  ".join(str(cell).rjust(width) for cell, width in zip(line, widths, strict=True)))
        return
    table = Table(title=title, title_justify="left")
    for column in head:
        table.add_column(column, justify="right", no_wrap=True)
    for line in rows:
        table.add_row(*map(escape, line))
    # A result that is piped into a file must not be cut to the width of a terminal.
    Console(width=None if sys.stdout.isatty() else 160).print(table)
