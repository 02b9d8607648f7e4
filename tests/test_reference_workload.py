"""The workload on the reference alone, and the comparer against an engine that is wrong on purpose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from huntgroup.testing.compare import Different
from huntgroup.testing.machine import pair_machine
from huntgroup.testing.pair import Pair, run_pair
from huntgroup.testing.play import play
from huntgroup.testing.reference import ReferenceEngine
from huntgroup.testing.workload import WEIGHTS, Workload


@pytest.mark.parametrize("seed", range(12))
def test_every_invariant_holds_after_every_command(seed: int) -> None:
    workload = Workload(seed)
    for _ in range(120):
        play(workload.reference, workload.next())
        workload.reference.verify()


@pytest.mark.rule("STEP-3")
def test_a_refused_command_leaves_the_passing_of_time_and_nothing_else() -> None:
    workload = Workload(3)
    engine = workload.reference
    refused = 0
    for _ in range(250):
        command = workload.next()
        waited = engine.fork()
        outcome, why = play(engine, command)
        # An entry that the queue refuses is told and counted (WAIT-25).
        entry = command.method == "enqueue" and why in ("QueueClosed", "QueueFull")
        if outcome == "refused" and not entry:
            if engine.centre.begun:
                waited.advance(engine.now_ns)
            assert waited.digest() == engine.digest(), command
            refused += 1
    assert refused > 20


def test_one_seed_is_one_stream() -> None:
    streams = []
    for _ in range(2):
        workload = Workload(7)
        commands = []
        for _ in range(100):
            command = workload.next()
            play(workload.reference, command)
            commands.append(command)
        streams.append((commands, workload.reference.digest()))
    assert streams[0] == streams[1]


def test_the_workload_reaches_every_command_and_both_outcomes() -> None:
    accepted: set[str] = set()
    refused: set[str] = set()
    for seed in range(40):
        workload = Workload(seed)
        for _ in range(120):
            command = workload.next()
            (accepted if play(workload.reference, command)[0] == "ok" else refused).add(command.method)
        if accepted >= set(WEIGHTS) and len(refused) > 25:
            return
    raise AssertionError(f"never accepted: {sorted(set(WEIGHTS) - accepted)}; refused: {sorted(refused)}")


def test_the_reference_agrees_with_itself() -> None:
    assert run_pair(6, 150, ReferenceEngine) > 100


class Forgetful(ReferenceEngine):
    """After an end, the agent is taken for one who never held anything: a wrong place in the idle order."""

    def end(self, interaction: int, **how: Any) -> None:
        super().end(interaction, **how)
        for agent in self.centre.agents:
            if not agent.held:
                agent.load_step.clear()


class Deaf(ReferenceEngine):
    """Does not hear `hold`."""

    def hold(self, interaction: int, *, at: Any = None) -> None:
        self.advance(self.now_ns if at is None else at)


def differences(factory: Any, *, shrink: bool, seeds: Iterable[int] = range(40)) -> Iterator[str]:
    """What the comparison says of each seed that parts."""
    for seed in seeds:
        try:
            run_pair(seed, 120, factory, shrink=shrink)
        except AssertionError as error:
            yield str(error)


def test_a_wrong_idle_order_is_found() -> None:
    assert any("kind='offered'" in message for message in differences(Forgetful, shrink=False))


def early_holds() -> Iterator[int]:
    """Seeds that hold one of the first interactions: ids are dense, so those before it cannot be left out."""
    for seed in range(400):
        workload = Workload(seed)
        pair = Pair(workload.reference, Deaf(**workload.settings), look_every=1_000)
        for _ in range(60):
            command = workload.next()
            try:
                pair.play(command)
            except Different:
                if command.args[0] <= 3:
                    yield seed
                break


def test_what_is_found_is_shortened() -> None:
    shortest = 1_000
    for message in differences(Deaf, shrink=True, seeds=islice(early_holds(), 3)):
        assert re.match(r"seed \d+, command \d+: ", message)
        commands = [line for line in message.splitlines() if line.startswith("    ")]
        assert commands[-1].startswith("    hold(")
        shortest = min(shortest, len(commands))
    assert shortest < 12


ReferencePair = pair_machine(ReferenceEngine).TestCase
ReferencePair.settings = settings(
    max_examples=10,
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
