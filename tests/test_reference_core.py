"""The compiled core against the reference: the same commands, the same events, results and views."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import huntgroup
from huntgroup.testing.machine import pair_machine
from huntgroup.testing.pair import run_pair

Engine: Any = getattr(huntgroup, "Engine", None)
pytestmark = pytest.mark.skipif(Engine is None, reason="the compiled core is not built")


@pytest.mark.parametrize("seed", range(60))
def test_core_and_reference_agree(seed: int) -> None:
    run_pair(seed, 250, Engine)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 1400))
def test_core_and_reference_agree_for_long(seed: int) -> None:
    run_pair(seed, 2500, Engine)


class CorePair(pair_machine(Engine)):  # type: ignore[misc]
    """Hypothesis chooses the commands, and shortens what it finds."""


TestCorePair = CorePair.TestCase
TestCorePair.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
