"""The planted faults, and where the generator finds each: the table in docs/TESTING.md.

python tools/planted_faults.py --play         play seeds from 20 on until each is found, then write the table
python tools/planted_faults.py --play accept  the same, only for those with this in their name
python tools/planted_faults.py                write the table anew from the seeds that are known
python tools/planted_faults.py --check        write nothing; exit 1 if the table is out of date
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import page_blocks

import huntgroup
from huntgroup.testing.planted import FAULTS, Finding, found_in

PAGE = page_blocks.ROOT / "docs" / "TESTING.md"
SEEDS = page_blocks.ROOT / "tests" / "planted_seeds.json"
FIRST_SEED = 20
MOST_SEEDS = 300
LONGEST_LINE = 90
"""So many characters of a difference are shown."""


def known() -> dict[str, Finding]:
    """Where each fault was found when seeds were last played, by its name."""
    return {name: Finding(**row) for name, row in json.loads(SEEDS.read_text(encoding="utf-8")).items()}


def play(part: str) -> int:
    """Play seeds for every fault with this in its name, and note where each is found. Returns how many are
    not found."""
    found = known() if SEEDS.exists() else {}
    missed = 0
    for fault in FAULTS:
        if part not in fault.name:
            continue
        # It is most often found where it was found before.
        before = [found[fault.name].seed] if fault.name in found else []
        seeds = (*before, *range(FIRST_SEED, FIRST_SEED + MOST_SEEDS))
        finding = next(filter(None, (found_in(seed, huntgroup.Engine, fault) for seed in seeds)), None)
        found.pop(fault.name, None)
        alike = finding and found_in(finding.seed, huntgroup.Engine, None, finding.command) is None
        if finding is not None and not alike:
            raise SystemExit(f"seed {finding.seed} differs without any fault: {finding.shows}")
        if finding is None:
            missed += 1
            print(f"{fault.name}: not found in {MOST_SEEDS} seeds", flush=True)
            continue
        found[fault.name] = finding
        print(f"{fault.name}: seed {finding.seed}, command {finding.command}: {finding.shows}", flush=True)
    rows = {fault.name: asdict(found[fault.name]) for fault in FAULTS if fault.name in found}
    SEEDS.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return missed


def filled(page: str) -> str:
    """The page with the table of the known seeds."""
    found = known()
    rows = []
    for fault in FAULTS:
        seen = found.get(fault.name)
        where = ("-", "-", "no seed known yet")
        if seen is not None:
            where = (str(seen.seed), str(seen.command), f"`{seen.shows[:LONGEST_LINE]}`")
        rows.append((fault.wrong, ", ".join(fault.rules), *where))
    head = ("What is wrong, and what should be", "Rules", "Seed", "Command", "What shows it")
    return page_blocks.replaced(page, "planted", page_blocks.table(head, rows))


def main() -> int:
    """Play if asked to, then write or check the page; 1 if a fault is not found or the page is out of
    date."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--play"]:
        missed = play(" ".join(arguments[1:]))
        if missed:
            return 1
        sys.argv[1:] = []
    pages: list[tuple[Path, object]] = [(PAGE, filled)]
    return page_blocks.refresh("The table of planted faults.", pages)  # type: ignore[arg-type]


if __name__ == "__main__":
    sys.exit(main())
