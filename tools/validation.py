"""The table of published results in docs/VALIDATION.md: expected, measured, interval.

python tools/validation.py                    measure at full size (minutes) and write
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


def main() -> int:
    """Measure, write or print; 1 if a figure is out of reach."""
    parser = argparse.ArgumentParser(description="Measures the published results.")
    parser.add_argument("--size", type=float, default=1.0, help="a share of the full size")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--print", action="store_true", help="print the table instead of writing it")
    given = parser.parse_args()
    lines, missed = table(given.size, given.seed, given.processes)
    if given.print:
        print("\n".join(lines))
    else:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(page_blocks.replaced(page, "published", "\n".join(lines)), encoding="utf-8")
        print(f"written: {PAGE}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
