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
"""So many commands are played of each seed: the beginnings of several centres show a fault sooner than one
long run."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The first difference between the engines: the seed, the number of the command, and the first line of
    the difference."""

    seed: int
    command: int
    shows: str


def found_in(
    seed: int, factory: EngineFactory, fault: Fault | None, commands: int = COMMANDS
) -> Finding | None:
    """The first difference that the fault makes within so many commands of the seed, None if it makes none.
    With `fault` None nothing is planted. `factory` makes the engine without the fault. A fault that the
    reference finds in itself (CorruptState) is a difference too; any other error is raised. O(commands)."""
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
