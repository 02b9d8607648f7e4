"""Plays seeds of the generator until a planted fault is found."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass

from huntgroup.errors import CorruptState
from huntgroup.testing.compare import Different
from huntgroup.testing.pair import EngineFactory, Pair
from huntgroup.testing.planted.fault import Fault
from huntgroup.testing.workload import Workload

COMMANDS = 700
"""Of each seed so many are played: a fault is found sooner in the beginnings of several centres."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Where the engines part: the seed, the number of the command, and the first line of what differs."""

    seed: int
    command: int
    shows: str


def found_in(
    seed: int, factory: EngineFactory, fault: Fault | None, commands: int = COMMANDS
) -> Finding | None:
    """The first difference that the fault makes in so many commands of the seed, None where it makes none.
    With `fault` None nothing is planted.

    `factory` makes the engine that has no fault. What the reference finds wrong with itself (CorruptState)
    is a difference too; any other error is none, and is raised. O(commands).
    """
    with nullcontext() if fault is None else fault.planted():
        workload = Workload(seed)
        pair = Pair(workload.reference, factory(**workload.settings), verify_every=commands + 1)
        for number in range(1, commands + 1):
            try:
                pair.play(workload.next())
            except (Different, CorruptState) as error:
                lines = [line.strip() for line in str(error).splitlines() if line.strip()]
                shown = [line for line in lines if not line.startswith(("event", "same:"))] or lines
                return Finding(seed, number, shown[0])
    return None
