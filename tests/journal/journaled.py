"""The generator's centres with a journal: shared by the tests of durable engines."""

from __future__ import annotations

from random import Random
from typing import Any

import huntgroup as hg
from huntgroup.journal import LogStore
from huntgroup.testing.play import Command, play
from huntgroup.testing.rows import RowWriter
from huntgroup.testing.scorers import scorers
from huntgroup.testing.workload import Workload


def opened(store: Any, settings: dict[str, Any] | None = None, **more: Any) -> hg.Engine:
    """A durable engine over a store, with the generator's scorers at hand."""
    return hg.Engine.open(store, scorers={made.name: made for made in scorers()}, **(settings or {}), **more)


def play_all(seed: int, store: LogStore, commands: int, **more: Any) -> tuple[hg.Engine, hg.Engine]:
    """Plays one seed of the generator into a durable engine and into one in memory, by single commands,
    groups and batches; returns both. Their digests are equal at the end of every group, and they answer and
    tell the same."""
    workload = Workload(seed)
    random = Random(seed)
    durable, plain = opened(store, workload.settings, **more), hg.Engine(**workload.settings)
    writer = RowWriter(durable, workload.reference.centre)
    played = 0
    while played < commands:
        if random.random() < 0.2:
            hidden: list[str] = []
            with durable.group():
                for _ in range(random.randint(1, 8)):
                    command = workload.next()
                    outcome = play(workload.reference, command)
                    in_rows = random.random() < 0.4
                    hidden += one(durable, plain, writer, command, outcome, in_rows=in_rows)
                    played += 1
                assert not durable.poll()
        else:
            command = workload.next()
            outcome = play(workload.reference, command)
            hidden = one(durable, plain, writer, command, outcome, in_rows=random.random() < 0.4)
            played += 1
        assert [str(event) for event in durable.poll()] == hidden
    return durable, plain


def one(
    durable: hg.Engine,
    plain: hg.Engine,
    writer: RowWriter,
    command: Command,
    outcome: tuple[str, Any],
    *,
    in_rows: bool,
) -> list[str]:
    """One command into both engines, into the durable one as a row of `apply` where that can be: the events
    that `poll` has yet to tell."""
    if not in_rows or not writer.says(command, outcome):
        writer.clear()
        both(durable, plain, command, outcome)
        return [str(event) for event in plain.poll()]
    rows, values, numbers = writer.batch()
    events, _ = durable.apply(rows, values, user=numbers)
    play(plain, command)
    assert [str(event) for event in durable.named(events)] == [str(event) for event in plain.poll()]
    writer.clear()
    return []


def both(durable: hg.Engine, plain: hg.Engine, command: Command, expected: tuple[str, Any]) -> None:
    """The command into both engines; each must do with it what the reference did."""
    assert play(plain, command) == expected, command
    assert play(durable, command) == expected, command
