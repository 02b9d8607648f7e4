"""The tables of docs/VALIDATION.md: published results (expected, measured, interval), a month of real calls.

python tools/validation.py                    measure at full size (minutes) and write
python tools/validation.py --february         the month of real calls only, where its log is there
python tools/validation.py --size 0.1 --print a tenth of it, printed only
"""

from __future__ import annotations

import argparse
import importlib
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
            missed += not one.passes
            lines.append(
                f"| {case.number} | {case.title} | {one.figure.name} | {one.figure.expected:.6g} "
                f"| {estimate.mean:.6g}{'' if one.passes else ' (out of reach)'} "
                f"| {estimate.low:.6g} to {estimate.high:.6g} | {case.source} |"
            )
    return lines, missed


def february() -> tuple[list[str], int]:
    """The table of the month of real calls, and how many figures are farther from it than they may be."""
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
    given = parser.parse_args()
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
