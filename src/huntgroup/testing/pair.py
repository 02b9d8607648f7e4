"""Plays one workload into the reference and another engine, and finds a short list of commands after which
they differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from huntgroup.testing.compare import Different, assert_same, assert_same_events, differences, reasons
from huntgroup.testing.play import Command, play
from huntgroup.testing.reference import ReferenceEngine
from huntgroup.testing.workload import Workload

EngineFactory = Callable[..., Any]
"""Called with the `settings` of a workload; gives an engine in memory with manual time."""

ALWAYS_EVERY = 1000
"""After each command whose number is a multiple of this, invariants are checked, however seldom they are
checked otherwise."""


class Pair:
    """The two engines, and how one command is played into both. Results and events are compared after every
    command. Everything that both show is compared every `look_every` commands, and the other engine checks
    its invariants every `verify_every` and every `ALWAYS_EVERY` commands."""

    def __init__(
        self, reference: ReferenceEngine, other: Any, *, look_every: int = 50, verify_every: int = 1
    ) -> None:
        self.reference = reference
        self.other = other
        self.look_every = look_every
        self.verify_every = verify_every
        self.played: int = 0
        self._live: set[int] = set()
        self._known = 0

    def play(self, command: Command, events: list[Any] | None = None) -> tuple[str, Any]:
        """Play it into both; returns the outcome and puts the events into `events`. Raises Different if the
        engines differ, CorruptState from `verify`."""
        expected, got = play(self.reference, command), play(self.other, command)
        if expected != got:
            raise Different(f"result: reference {expected!r}, other {got!r}")
        told = self.reference.poll()
        assert_same_events(told, self.other.poll())
        if events is not None:
            events += told
        self._check()
        return expected

    def _check(self) -> None:
        """One more command was played: run the checks that are due."""
        self.played += 1
        if self.played % self.verify_every == 0 or self.played % ALWAYS_EVERY == 0:
            self.other.verify()
        if self.played % self.look_every == 0:
            self.look()

    def look(self, *, at_all: bool = False) -> None:
        """Compare everything that both show, and let the reference check itself, which is slow. Of the
        interactions only those are compared that are live or were live since the last look; with `at_all` all
        of them."""
        centre = self.reference.centre
        self.reference.verify()
        live, last = set(centre.live), centre.last_interaction
        numbers = set(range(1 if at_all else self._known + 1, last + 1)) | self._live | live
        self._live, self._known = live, last
        assert_same(self.reference, self.other, sorted(numbers))
        asked = [*sorted(live)[:2], *sorted(live)[-1:]]
        texts = [f"{skill} >= 3" for skill in centre.skills[:2]]
        found = differences(reasons(self.reference, asked, texts), reasons(self.other, asked, texts))
        if found:
            raise Different("\n".join(found[:20]))


def run_pair(
    seed: int, commands: int, factory: EngineFactory, *, shrink: bool = True, verify_every: int = 1
) -> int:
    """Play so many commands of this seed into both engines; returns the number of events compared. If they
    differ or one fails, AssertionError tells the seed, the number of the command, the difference, and a
    shortened list of commands with the same outcome."""
    workload = Workload(seed)
    other = factory(**workload.settings)
    pair = Pair(workload.reference, other, verify_every=verify_every)
    done: list[Command] = []
    try:
        for _ in range(commands):
            command = workload.next()
            done.append(command)
            pair.play(command)
        pair.other.verify()
        pair.look(at_all=True)
    except Exception as error:
        if not shrink:
            raise

        # Comparing everything is slow: it is done only at the end, unless the difference was found by it.
        by_looking = isinstance(error, Different) and not str(error).startswith(("result", "event"))
        look_every = 1 if by_looking else len(done) + 1

        def make() -> Pair:
            return Pair(
                ReferenceEngine(**workload.settings), factory(**workload.settings), look_every=look_every
            )

        few, message = shortest(done, make, described(error))
        listing = "\n".join(f"    {command}" for command in few)
        raise AssertionError(
            f"seed {seed}, command {len(done)}: {error}\n"
            f"model {workload.model.name}, {len(few)} commands suffice, and end in\n{message}\n{listing}"
        ) from error
    return workload.reference.centre.last_event


def failure(commands: Sequence[Command], make: Callable[[], Pair]) -> str | None:
    """The failure that playing these commands leads to, None if there is none."""
    pair = make()
    try:
        for command in commands:
            pair.play(command)
        pair.look(at_all=True)
    except Exception as error:
        return described(error)
    return None


def described(error: Exception) -> str:
    """The error with its class; its first two words tell one kind of failure from another."""
    return f"{type(error).__name__}: {error}"


def shortest(
    commands: Sequence[Command], make: Callable[[], Pair], message: str
) -> tuple[list[Command], str]:
    """Leave out ever smaller runs of commands as long as the same kind of failure occurs. O(n log n)
    plays."""
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
