"""Lists for each rule of docs/SEMANTICS.md the modules and tests that name its id: core, reference, tests.

Prints one line for each id. Exits with 1 if one of the three does not name it, or names one that the page
does not have.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "SEMANTICS.md"
# Some rules concern the Python face alone: arguments are judged before the core sees them.
PLACES = {
    "core": ("src/huntgroup/core/**/*.p[yx]*", "src/huntgroup/settings/*.py", "src/huntgroup/engine/*.py"),
    "reference": ("src/huntgroup/testing/reference/*.py",),
    "tests": ("tests/**/*.py",),
}
SUFFIXES = {".py", ".pyx", ".pxd"}
FOLDERS = re.compile(r"^(src/huntgroup/(core/|testing/reference/)?|tests/)")
BEGINS = re.compile(r"^(?:- |\| )\*\*([A-Z]+-\d+)\*\*", re.MULTILINE)


def rules(page: Path = PAGE) -> list[str]:
    """The ids in the order of the page."""
    return BEGINS.findall(page.read_text(encoding="utf-8"))


def named_in(text: str, words: set[str]) -> set[str]:
    """The ids that a text names, one by one or as `ELIG-1 to ELIG-6`."""
    one = rf"\b({'|'.join(sorted(words))})-(\d+)\b"
    found = {f"{word}-{number}" for word, number in re.findall(one, text)}
    for word, first, last in re.findall(rf"{one}\s+(?:#\s*)?to\s+(?:#\s*)?\1-(\d+)\b", text):
        found |= {f"{word}-{number}" for number in range(int(first), int(last) + 1)}
    return found


def namings(root: Path = ROOT) -> dict[str, dict[str, set[str]]]:
    """For each place and rule the files that name it."""
    words = {rule.partition("-")[0] for rule in rules()}
    found: dict[str, dict[str, set[str]]] = {}
    for place, patterns in PLACES.items():
        by_rule: dict[str, set[str]] = defaultdict(set)
        for path in sorted(path for pattern in patterns for path in root.glob(pattern)):
            if path.suffix in SUFFIXES and path.name != "test_rules.py":
                for rule in named_in(path.read_text(encoding="utf-8"), words):
                    by_rule[rule].add(path.relative_to(root).as_posix())
        found[place] = by_rule
    return found


def faults(known: list[str], found: dict[str, dict[str, set[str]]]) -> list[str]:
    """The faults, a line each."""
    lines = [
        f"{rule}: {place} does not name it" for rule in known for place in PLACES if not found[place][rule]
    ]
    for by_rule in found.values():
        lines += [
            f"{rule}: not on the page, but in {sorted(by_rule[rule])}" for rule in set(by_rule) - set(known)
        ]
    return lines


def main() -> int:
    known, found = rules(), namings()
    for rule in known:
        told = []
        for place in PLACES:
            short = [FOLDERS.sub("", name) for name in sorted(found[place][rule])]
            told.append(f"{place}: {', '.join(short) or '-'}")
        print(f"{rule:10}{'; '.join(told)}")
    wrong = faults(known, found)
    summary = "\n".join(wrong) or f"all {len(known)} rules are named by core, reference and tests"
    print(f"\n{summary}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
