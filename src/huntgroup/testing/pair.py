"""Plays one workload into the reference and another engine, and shows the shortest way to where they part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from huntgroup.testing.compare import Different, assert_same, assert_same_events
from huntgroup.testing.play import Command, play
from huntgroup.testing.reference import ReferenceEngine
from huntgroup.testing.workload import Workload

EngineFactory = Callable[..., Any]
"""Called with `model=` and `seed=`; gives an engine in memory with manual time."""


class Pair:
    """The two engines, and how to play one command into both."""

    def __init__(self, reference: ReferenceEngine, other: Any, *, look_every: int = 50) -> None:
        self.reference = reference
        self.other = other
        self.look_every = look_every
        self.played = 0

    def play(self, command: Command) -> None:
        """Play it into both. Raises Different where they part, CorruptState from `verify`."""
        expected, got = play(self.reference, command), play(self.other, command)
        if expected != got:
            raise Different(f"result: reference {expected!r}, other {got!r}")
        assert_same_events(self.reference.poll(), self.other.poll())
        self.other.verify()
        self.played += 1
        if self.played % self.look_every == 0:
            self.look()

    def look(self) -> None:
        """Compare everything that both show, and let the reference, which is slow at it, check itself."""
        self.reference.verify()
        assert_same(self.reference, self.other, range(1, self.reference.centre.last_interaction + 1))


def run_pair(seed: int, commands: int, factory: EngineFactory, *, shrink: bool = True) -> int:
    """Play so many commands of this seed into both engines; the number of events compared.

    Where they part, or one fails, AssertionError tells the seed, the number of the command, what differs,
    and a shortened list of commands that still leads there.
    """
    workload = Workload(seed)
    pair = Pair(workload.reference, factory(model=workload.model, seed=workload.engine_seed))
    done: list[Command] = []
    try:
        for _ in range(commands):
            command = workload.next()
            done.append(command)
            pair.play(command)
        pair.look()
    except Exception as error:
        if not shrink:
            raise

        # Looking at everything is slow: only at the end, unless it was looking that found it.
        by_looking = isinstance(error, Different) and not str(error).startswith(("result", "event"))
        look_every = 1 if by_looking else len(done) + 1

        def make() -> Pair:
            reference = ReferenceEngine(workload.model, seed=workload.engine_seed)
            other = factory(model=workload.model, seed=workload.engine_seed)
            return Pair(reference, other, look_every=look_every)

        few, message = shortest(done, make, described(error))
        listing = "\n".join(f"    {command}" for command in few)
        raise AssertionError(
            f"seed {seed}, command {len(done)}: {error}\n"
            f"model {workload.model.name}, {len(few)} commands suffice, and end in\n{message}\n{listing}"
        ) from error
    return workload.reference.centre.last_event


def failure(commands: Sequence[Command], make: Callable[[], Pair]) -> str | None:
    """What goes wrong when these commands are played, None if nothing does."""
    pair = make()
    try:
        for command in commands:
            pair.play(command)
        pair.look()
    except Exception as error:
        return described(error)
    return None


def described(error: Exception) -> str:
    """The error with its class; its first two words tell one way to fail from another."""
    return f"{type(error).__name__}: {error}"


def shortest(
    commands: Sequence[Command], make: Callable[[], Pair], message: str
) -> tuple[list[Command], str]:
    """Leave out ever smaller runs of commands while the same kind of thing goes wrong. O(n log n) plays."""
    kept = list(commands)
    size = max(1, len(kept) // 2)
    while True:
        start, left_out = 0, False
        while start < len(kept):
            fewer = kept[:start] + kept[start + size :]
            still = failure(fewer, make)
            if still is None or still.split()[:2] != message.split()[:2]:
                start += size
            else:
                kept, message, left_out = fewer, still, True
        if size > 1:
            size //= 2
        elif not left_out:
            return kept, message
