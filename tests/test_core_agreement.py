"""The compiled core against the reference: the same commands, the same events, results and views."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import huntgroup
from huntgroup.testing.machine import pair_machine
from huntgroup.testing.pair import run_pair
from huntgroup.testing.play import play
from huntgroup.testing.workload import Workload

Engine: Any = huntgroup.Engine


@pytest.mark.parametrize("seed", range(20))
def test_core_and_reference_agree(seed: int) -> None:
    run_pair(seed, 250, Engine)


@pytest.mark.release
@pytest.mark.parametrize("seed", range(20, 800))
def test_core_and_reference_agree_on_200_000_commands(seed: int) -> None:
    run_pair(seed, 250, Engine)


@pytest.mark.parametrize("seed", range(5))
def test_the_same_commands_give_the_same_digest_twice(seed: int) -> None:
    digests = []
    for _ in range(2):
        workload = Workload(seed)
        engine = Engine(**workload.settings)
        for _ in range(400):
            command = workload.next()
            play(workload.reference, command)
            play(engine, command)
        digests.append(engine.digest())
    assert digests[0] == digests[1]


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
