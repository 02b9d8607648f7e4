"""The same commands played three ways: into the reference and into one engine call by call, and into another
engine as batches of rows. Results, events and, after every batch, the digests of the two engines must be the
same."""

from __future__ import annotations

from random import Random
from typing import Any

import huntgroup
from huntgroup.testing.compare import Different, assert_same, assert_same_events
from huntgroup.testing.pair import EngineFactory
from huntgroup.testing.play import Command, play
from huntgroup.testing.reference import ReferenceEngine
from huntgroup.testing.rows import RowWriter, result_code
from huntgroup.testing.workload import Workload

LARGEST = 40
"""The most rows of a batch."""


class Batches:
    """One workload, played both ways. `rows` counts the commands that went through `apply`, `refused` those
    of them that were refused, `referring` those that named an interaction made in the same batch."""

    referring: int
    rows: int
    refused: int

    def __init__(self, seed: int, factory: EngineFactory) -> None:
        self.workload: Workload = Workload(seed)
        self.reference: ReferenceEngine = self.workload.reference
        self.by_calls: Any = factory(**self.workload.settings)
        self.by_rows: Any = factory(**self.workload.settings)
        self.writer: RowWriter = RowWriter(self.by_rows, self.reference.centre)
        self.random: Random = Random(seed)
        self.size: int = 1
        self.expected: list[int] = []
        self.events: list[Any] = []
        self.rows = self.refused = self.referring = 0

    def run(self, commands: int) -> None:
        """Play so many commands. Raises Different where the two ways differ, and CorruptState from
        `verify`."""
        for _ in range(commands):
            self.play_next()
        self.flush()
        assert_same(self.reference, self.by_rows, range(1, self.reference.centre.last_interaction + 1))

    def play_next(self) -> None:
        """The next command: into the reference and by call at once, as a row with the next batch."""
        command = self.workload.next()
        for text in (command.kwargs.get(name) for name in ("reason", "device")):
            # A row needs the handle of the text, even if the command is refused.
            for engine in (self.by_rows, self.by_calls):
                if text is not None:
                    engine.text(text)
        outcome = play(self.reference, command)
        told = self.reference.poll()
        if not self.writer.says(command, outcome):
            self.flush()
            self._call(self.by_rows, command, outcome, told)
        self._call(self.by_calls, command, outcome, told)
        if len(self.writer.rows) > len(self.expected):
            self.events += told
            self.expected.append(result_code(outcome))
            self.referring += self.writer.rows[-1].get("interaction", 0) < -1
            if self.random.random() < 0.02:
                self.writer.add_nonsense(self.random.choice((999, 2**16 - 1)))
                self.expected.append(int(huntgroup.Result.INVALID_COMMAND))
            if len(self.expected) >= self.size:
                self.flush()

    def _call(self, engine: Any, command: Command, outcome: tuple[str, Any], told: list[Any]) -> None:
        got = play(engine, command)
        if outcome != got:
            raise Different(f"result: {command}: reference {outcome!r}, other {got!r}")
        assert_same_events(told, engine.poll())

    def flush(self) -> None:
        """Run the rows that have been collected and compare what comes of them."""
        if self.expected:
            rows, values, numbers = self.writer.batch()
            events, results = self.by_rows.apply(rows, values, user=numbers)
            if results.tolist() != self.expected:
                raise Different(f"result: reference {self.expected}, rows {results.tolist()}")
            assert_same_events(self.events, self.by_rows.named(events))
            if self.by_rows.poll():
                raise Different("event: what apply returned was there to be polled again")
        self.by_rows.verify()
        if self.by_rows.digest() != self.by_calls.digest():
            raise Different("digest: by calls and by rows")
        self.rows += len(self.expected)
        self.refused += sum(code != 0 for code in self.expected)
        self.expected, self.events = [], []
        self.writer.clear()
        self.size = self.random.randint(1, LARGEST)
