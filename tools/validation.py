"""The tables of docs/VALIDATION.md: published results (expected, measured, interval), a month of real calls.

python tools/validation.py                    measure at full size (minutes) and write
python tools/validation.py --february         the month of real calls only, where its log is there
python tools/validation.py --size 0.1 --print a tenth of it, printed only
python tools/validation.py --seeds 1,2,3      how far off each figure is on these seeds, in standard errors
python tools/validation.py --seeds 1 --only 11    ... of the cases whose number begins with 11
python tools/validation.py --seeds 1,2 --minutes 25   ... of as many seeds as fit into so many minutes
"""

from __future__ import annotations

import argparse
import importlib
import math
import sys
import time
from typing import Any

import page_blocks

PAGE = page_blocks.ROOT / "docs" / "VALIDATION.md"
SEED = 20260105

sys.path.insert(0, str(page_blocks.ROOT / "tests" / "validation"))


def table(size: float, seed: int, processes: int) -> tuple[list[str], int]:
    """The lines of the table, and how many figures are out of reach."""
    cases = importlib.import_module("published").CASES
    lines = [
        "| # | Case | Figure | Expected | Measured | 95 % interval | Source |",
        "|---|---|---|---|---|---|---|",
    ]
    missed = 0
    for case in cases:
        began = time.perf_counter()
        found: list[Any] = case.measure(seed, size=size, processes=processes)
        print(f"{case.number}: {time.perf_counter() - began:.1f} s", file=sys.stderr, flush=True)
        for one in found:
            estimate = one.estimate
            missed += is_missed(one, size)
            lines.append(
                f"| {case.number} | {case.title} | {one.figure.name} | {one.figure.expected:.6g} "
                f"| {estimate.mean:.6g}{'' if one.passes else ' (out of reach)'} "
                f"| {estimate.low:.6g} to {estimate.high:.6g} | {case.source} |"
            )
    return lines, missed


def is_missed(one: Any, size: float) -> bool:
    """Is the expected value out of reach, or at full size the reach too wide to tell?"""
    return not one.passes or (size >= 1.0 and one.is_too_wide)


def together(found: list[Any]) -> float:
    """How far the mean over seeds, or the figure of one seed alone, is off: in standard errors, of ours and
    of the source, whose error is the same for all of them."""
    mean = sum(one.estimate.mean for one in found) / len(found)
    own = math.sqrt(sum(one.own**2 for one in found)) / len(found)
    return float((mean - found[0].figure.expected) / math.hypot(own, found[0].figure.error))


def seeds_table(
    size: float, seeds: list[int], processes: int, only: str, seconds: float = math.inf
) -> tuple[list[str], int]:
    """A line for each figure: its distance on each seed, and that of the mean over all of them. No seed is
    begun that would not end within so many `seconds`, judged by the seeds before."""
    began, measured = time.perf_counter(), list[int]()
    cases = [case for case in importlib.import_module("published").CASES if case.number.startswith(only)]
    rows: dict[tuple[str, str], list[Any]] = {}
    for seed in seeds:
        spent = time.perf_counter() - began
        if measured and spent * (len(measured) + 1) / len(measured) > seconds:
            print(f"seed {seed} and those after it do not fit any more", file=sys.stderr, flush=True)
            break
        for case in cases:
            for one in case.measure(seed, size=size, processes=processes):
                rows.setdefault((case.number, one.figure.name), []).append(one)
        measured.append(seed)
        print(f"seed {seed}: {time.perf_counter() - began - spent:.0f} s", file=sys.stderr, flush=True)
    lines = [
        f"| # | Figure | {' | '.join(str(seed) for seed in measured)} | all |",
        "|---|---|" + "--:|" * (len(measured) + 1),
    ]
    for (number, name), found in rows.items():
        each = " | ".join(f"{together([one]):+.1f}" for one in found)
        lines.append(f"| {number} | {name} | {each} | {together(found):+.1f} |")
    return lines, sum(is_missed(one, size) for found in rows.values() for one in found)


def february() -> tuple[list[str], int]:
    """The table of the month of real calls, and how many figures are farther off than they may be."""
    month = importlib.import_module("february")
    if not month.LOG.is_file():
        print(f"the table of February stays as it is: {month.ABSENT}", file=sys.stderr)
        return [], 0
    titles = month.february().mapping.titles
    lines = [
        "| Calls | Figure | Log | Replay | 95 % interval | May differ by |",
        "|---|---|---|---|---|---|",
    ]
    missed = 0
    for one in month.compare():
        missed += not one.near
        found = one.replayed
        lines.append(
            f"| {one.kind} {titles.get(one.kind, '')}".rstrip()
            + f" | {one.figure} | {one.log:.4g} | {found.mean:.4g}{'' if one.near else ' (too far)'} "
            f"| {found.low:.4g} to {found.high:.4g} | {'-' if one.within is None else f'{one.within:g}'} |"
        )
    return lines, missed


def main() -> int:
    """Measure, write or print; 1 if a figure is out of reach."""
    parser = argparse.ArgumentParser(description="Measures the published results.")
    parser.add_argument("--size", type=float, default=1.0, help="a share of the full size")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--print", action="store_true", help="print the table instead of writing it")
    parser.add_argument("--february", action="store_true", help="the month of real calls only")
    parser.add_argument("--seeds", default="", help="fresh seeds, with commas: the table of distances")
    parser.add_argument("--only", default="", help="with --seeds: how the numbers of the cases begin")
    parser.add_argument("--minutes", type=float, default=math.inf, help="with --seeds: as many as fit")
    given = parser.parse_args()
    if given.seeds:
        seeds = [int(seed) for seed in given.seeds.split(",")]
        lasts = given.minutes * 60
        found = {"seeds": seeds_table(given.size, seeds, given.processes, given.only, lasts)}
    else:
        found = {"february": february()}
        if not given.february:
            found["published"] = table(given.size, given.seed, given.processes)
    page = PAGE.read_text(encoding="utf-8")
    for name, (lines, _) in found.items():
        if given.print:
            print("\n".join(lines))
        elif lines:
            page = page_blocks.replaced(page, name, "\n".join(lines))
    if not given.print:
        PAGE.write_text(page, encoding="utf-8")
        print(f"written: {PAGE}")
    return int(any(missed for _, missed in found.values()))


if __name__ == "__main__":
    sys.exit(main())
