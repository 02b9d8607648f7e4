"""No command without a record: what changes an engine is found by looking at the engine, not in a list."""

from __future__ import annotations

import inspect
from collections import Counter
from typing import Any

import pytest
from journaled import opened, play_all

import huntgroup as hg
from huntgroup.core.python.recording import TEXT_CODE
from huntgroup.engine.enums import Command
from huntgroup.engine.recorded import RECORDED
from huntgroup.journal import MemoryStore
from huntgroup.journal.records import taken_apart

SEEDS = 24
NOT_A_COMMAND = {"apply", "reconcile"}  # many commands, each with a record of its own


def public_commands() -> set[str]:
    """The methods of an engine that happen at an instant, and the passing of time."""
    found = {"advance"}
    for name, method in inspect.getmembers(hg.Engine, callable):
        if not name.startswith("_") and "at" in inspect.signature(method).parameters:
            found.add(name)
    return found - NOT_A_COMMAND


def kinds(store: MemoryStore) -> Counter[str]:
    """How many records of each kind a journal has: a row by its code, a call by the method's name."""
    count: Counter[str] = Counter()
    for entry in store.read(1):
        records = taken_apart(entry.data)
        for code in records.rows["command"].tolist():
            if code != TEXT_CODE:
                count[Command(code).name.lower()] += 1
        count.update(document.get("call", "") for _, document in records.documents())
    return count


def test_every_public_command_leaves_a_record_that_is_played() -> None:
    count: Counter[str] = Counter()
    for seed in range(1_000, 1_000 + SEEDS):
        store = MemoryStore()
        durable, _ = play_all(seed, store, 400)
        durable.sync()
        assert opened(store).digest() == durable.digest(), seed
        count += kinds(store)
    lacking = public_commands() - set(count)
    assert not lacking, f"no record of these in {SEEDS} seeds of the generator: {sorted(lacking)}"


def test_every_command_of_a_row_is_a_public_one() -> None:
    names = {command.name.lower() for command in Command}
    assert names | set(RECORDED) == public_commands()
    assert not names & set(RECORDED), "one command, one kind of record"


def test_a_change_of_the_configuration_that_no_record_knows_is_refused_before_it_happens() -> None:
    engine = opened(MemoryStore())
    unrecorded: Any = inspect.unwrap(hg.Engine.add_queue)
    digest = engine.digest()
    with pytest.raises(hg.HuntgroupError, match="cannot be journaled"):
        unrecorded(engine, "sales")
    assert engine.digest() == digest
