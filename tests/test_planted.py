"""Faults planted in the reference engine: the generator finds each, so a comparison that finds none has
looked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import huntgroup
from huntgroup.testing.planted import FAULTS, Fault, found_in
from huntgroup.testing.reference import ReferenceEngine

Engine: Any = huntgroup.Engine

ROOT = Path(__file__).resolve().parent.parent
KNOWN: dict[str, dict[str, Any]] = json.loads(
    (ROOT / "tests" / "planted_seeds.json").read_text(encoding="utf-8")
)
"""Where each was found when `make planted` was last run."""

MORE_SEEDS = range(20, 80)
"""Where the generator has changed since, these are played too, until one finds it."""

FOUND = [fault for fault in FAULTS if fault.name in KNOWN]
EVERYDAY = [fault for fault in FOUND if KNOWN[fault.name]["command"] < 120]


@pytest.mark.parametrize(
    "fault", FOUND if os.environ.get("CI") else EVERYDAY[:6], ids=lambda fault: fault.name.replace(" ", "_")
)
def test_the_generator_finds_it(fault: Fault) -> None:
    seeds = [KNOWN[fault.name]["seed"], *MORE_SEEDS]
    finding = next(filter(None, (found_in(seed, Engine, fault) for seed in seeds)), None)
    assert finding is not None, f"not found in {len(seeds)} seeds: draw more often what it needs"
    # It was the fault: without it the same commands show nothing.
    assert found_in(finding.seed, Engine, None, finding.command) is None


def test_each_has_a_name_of_its_own_and_says_what_is_wrong() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(set(names)) == len(names)
    assert set(KNOWN) <= set(names)
    assert all(fault.wrong.endswith(".") and fault.rules for fault in FAULTS)


def test_a_fault_is_gone_with_its_context() -> None:
    for fault in FAULTS:
        owner, name = fault.place
        right = getattr(owner, name)
        with fault.planted():
            assert getattr(owner, name) is not right
        assert getattr(owner, name) is right


def test_the_table_is_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "tools" / "planted_faults.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_reference_alone_shows_a_planted_fault() -> None:
    fault = next(fault for fault in FAULTS if fault.name == "max wait before looking")

    def state_of_the_first() -> str:
        engine = ReferenceEngine()
        engine.add_queue("sales", max_wait=0)
        engine.add_agent("ann", queues=["sales"], signed_in=True, status="Ready", devices=["voice"])
        return str(engine.interaction(engine.enqueue("sales")).state)

    assert state_of_the_first() == "Offered"
    with fault.planted():
        assert state_of_the_first() == "Abandoned"
