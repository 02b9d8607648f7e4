"""The compiled core against the reference: the same commands, the same events, results and views."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import huntgroup
from huntgroup.testing.batches import Batches
from huntgroup.testing.forks import run_forks
from huntgroup.testing.machine import pair_machine
from huntgroup.testing.pair import run_pair
from huntgroup.testing.play import play
from huntgroup.testing.tally import Tally
from huntgroup.testing.workload import Workload

Engine: Any = huntgroup.Engine

RELEASE_SEEDS = range(20, 820 if os.environ.get("CI") else 180)
RELEASE_COMMANDS = 1250
"""In CI one million commands in all, elsewhere a fifth of them."""

SOAK_SEEDS = range(1000, 3000)
SOAK_COMMANDS = 5000
"""Ten million, of seeds that nothing else plays."""


def sampled(seed: int) -> int:
    """How often invariants are checked: in every eighth centre after each command, else now and then (and
    always after every thousandth)."""
    return 1 if seed % 8 == 0 else 25


@pytest.mark.parametrize("seed", range(20))
def test_core_and_reference_agree(seed: int) -> None:
    run_pair(seed, 250, Engine)


@pytest.mark.release
@pytest.mark.parametrize("seed", RELEASE_SEEDS)
def test_core_and_reference_agree_on_a_million_commands(seed: int) -> None:
    run_pair(seed, RELEASE_COMMANDS, Engine, verify_every=sampled(seed))


@pytest.mark.soak
@pytest.mark.parametrize("seed", SOAK_SEEDS)
def test_core_and_reference_agree_on_ten_million_commands(seed: int) -> None:
    run_pair(seed, SOAK_COMMANDS, Engine, verify_every=sampled(seed))


@pytest.mark.parametrize("seed", range(24))
def test_batches_of_rows_do_what_the_same_calls_do(seed: int) -> None:
    ways = Batches(seed, Engine)
    ways.run(500)
    assert ways.rows > 200
    assert ways.refused > 20
    assert ways.referring > 0


@pytest.mark.parametrize("seed", range(24))
def test_a_fork_goes_the_way_of_its_original_and_leaves_it_alone(seed: int) -> None:
    assert run_forks(seed, 400, Engine) > 4


@pytest.mark.release
def test_these_commands_reach_everything() -> None:
    tally = Tally()
    tally.run(RELEASE_SEEDS[:100], RELEASE_COMMANDS)
    assert tally.missing(5) == [], tally.table()


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


class CorePair(pair_machine(Engine)):  # type: ignore[misc]
    """Hypothesis chooses the commands, and shortens what it finds. 20,000 steps, always the same ones."""


TestCorePair = CorePair.TestCase
TestCorePair.settings = settings(
    max_examples=200,
    stateful_step_count=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
