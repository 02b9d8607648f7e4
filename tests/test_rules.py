"""Every rule of docs/SEMANTICS.md is named by the core, the reference engine and a test that carry it out."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parent.parent / "tools" / "coverage_of_rules.py"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coverage_of_rules", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


coverage = load()
FOUND = coverage.namings()


@pytest.mark.parametrize("rule", coverage.rules())
def test_a_rule_is_named_by_core_reference_and_tests(rule: str) -> None:
    missing = [place for place in coverage.PLACES if not FOUND[place][rule]]
    assert not missing, f"{rule} of docs/SEMANTICS.md is not named in: {', '.join(missing)}"


def test_a_range_names_every_rule_in_it() -> None:
    text = "OFFER-3, then ELIG-1 to\n# ELIG-3; not ELIG-x, not NO-1"
    assert coverage.named_in(text, {"OFFER", "ELIG"}) == {"OFFER-3", "ELIG-1", "ELIG-2", "ELIG-3"}


def test_a_rule_that_nobody_names_and_one_that_is_not_there_are_faults() -> None:
    nothing: dict[str, set[str]] = {"A-1": set(), "A-2": set()}
    found = {"core": {**nothing, "A-1": {"x"}}, "reference": {**nothing, "A-3": {"y"}, "A-1": {"y"}}}
    found["tests"] = {**nothing, "A-1": {"z"}, "A-2": {"z"}}
    told = coverage.faults(["A-1", "A-2"], found)
    assert told == [
        "A-2: core does not name it",
        "A-2: reference does not name it",
        "A-3: not on the page, but in ['y']",
    ]
