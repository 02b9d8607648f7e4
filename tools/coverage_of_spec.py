"""Lists which test proves which behaviour of the five presence systems, from a JUnit report of pytest.

Prints one line for each id with the outcomes of its tests. Exits with 1 if an id has no test that passed, or
one that failed; with 2 if the report cannot be read.
"""

from __future__ import annotations

import argparse
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

SYSTEMS = {
    "A": ("Duty profiles", 0, 7),
    "B": ("Presence profiles", 1, 7),
    "C": ("Queue login", 1, 7),
    "D": ("Console status", 1, 7),
    "E": ("Agent modes", 1, 6),
    "X": ("What the texts leave open", 1, 9),
}
"""The title of each, and the first and last number of its ids."""
IDS = [f"{letter}{k}" for letter, (_, first, last) in SYSTEMS.items() for k in range(first, last + 1)]
OUTCOMES = ("passed", "skipped", "failed")


@dataclass(frozen=True, slots=True)
class Proof:
    """One run of one test that carries an id."""

    test: str
    outcome: str


def outcome_of(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def read(report: Path) -> dict[str, list[Proof]]:
    """The proofs of each id that occurs in a JUnit file."""
    proofs: dict[str, list[Proof]] = defaultdict(list)
    for case in ElementTree.parse(report).iter("testcase"):
        proof = Proof(f"{case.get('classname')}::{case.get('name')}", outcome_of(case))
        # A test that fails in its body and again in its teardown is two cases; both count.
        for item in case.iter("property"):
            if item.get("name") == "spec":
                proofs[str(item.get("value"))].append(proof)
    return proofs


def table(proofs: dict[str, list[Proof]], with_tests: bool) -> list[str]:
    lines = []
    for name in IDS:
        if name == f"{name[0]}{SYSTEMS[name[0]][1]}":
            lines.append(f"{name[0]}. {SYSTEMS[name[0]][0]}")
        counts = Counter(proof.outcome for proof in proofs.get(name, []))
        told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome])
        lines.append(f"  {name}  {told or 'no test'}")
        if with_tests:
            lines += [f"        {proof.outcome:8}{proof.test}" for proof in proofs.get(name, [])]
    return lines


def faults(proofs: dict[str, list[Proof]]) -> list[str]:
    found = [f"{name} is not an id of the five presence systems" for name in sorted(set(proofs) - set(IDS))]
    for name in IDS:
        outcomes = {proof.outcome for proof in proofs.get(name, [])}
        if "failed" in outcomes:
            found.append(f"{name} has a test that failed")
        elif "passed" not in outcomes:
            found.append(f"{name} has no test that passed")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--report", type=Path, required=True, help="the file that pytest --junitxml wrote")
    parser.add_argument("--tests", action="store_true", help="name every test below its id")
    options = parser.parse_args()
    try:
        proofs = read(options.report)
    except (OSError, ElementTree.ParseError) as error:
        print(f"coverage_of_spec.py: {options.report}: {error}", file=sys.stderr)
        return 2
    print("\n".join(table(proofs, options.tests)))
    wrong = faults(proofs)
    print("\n".join(["", *wrong]) if wrong else f"\nall {len(IDS)} behaviours are proved")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
