"""Damage is never silent: every byte of a small journal flipped, and the journal cut at every byte. What is
opened then is the state as it was, or an earlier one with a report; anything else is a clear error."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from random import Random

import pytest

import huntgroup as hg
from huntgroup.journal import SqliteStore

SHARE = 1 if os.environ.get("CI") else 149


WAYS = ("closed", "killed", "with snapshots")
# A journal with two snapshots is ten times as large.
STEPS = {"closed": SHARE, "killed": SHARE, "with snapshots": 41 if SHARE == 1 else 1_499}


class Damage:
    """A journal of a few groups, and what became of its damaged copies. With snapshots there are two, one in
    the database and one in SQLite's log."""

    def __init__(self, base: Path, way: str) -> None:
        live = base / "live"
        self.folder, self.copy = base / "whole", base / "copy"
        closed, snapshots = way == "closed", way == "with snapshots"
        engine = hg.Engine.open(SqliteStore(live, driver="sqlite3"))
        self.states = [engine.digest()]
        engine.add_queue("sales", offer_timeout=20)
        self.states.append(engine.digest())
        for name in ("alice", "bob"):
            engine.add_agent(name, queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
            self.states.append(engine.digest())
        for k in range(6):
            if snapshots and k in (1, 4):
                engine.snapshot()
            engine.enqueue("sales", ref=f"call-{k}", at=k * 10**9)
            self.states.append(engine.digest())
        if closed:
            engine.close()
        shutil.copytree(live, self.folder)
        if not closed:
            engine.close()
        self.tried = self.same = self.shorter = self.refused = self.unplaced = 0

    def look(self, name: str, data: bytes) -> None:
        """Opens a copy in which this file is other. Raises AssertionError where the state is a wrong one."""
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.folder, self.copy)
        (self.copy / name).write_bytes(data)
        self.tried += 1
        try:
            with hg.Engine.open(SqliteStore(self.copy, driver="sqlite3")) as engine:
                digest, recovery = engine.digest(), engine.recovery
        except hg.CorruptJournal as error:
            self.refused += 1
            self.unplaced += not error.file.startswith(str(self.copy))
            return
        if digest == self.states[-1]:
            self.same += 1
            return
        assert digest in self.states, "a state that never was"
        assert recovery is not None
        assert recovery.dropped_bytes > 0 or len(data) < (self.folder / name).stat().st_size, "silent"
        self.shorter += 1

    def __str__(self) -> str:
        told = f"refused {self.refused:,}, shorter and said so {self.shorter:,}"
        return f"damage: tried {self.tried:,}, survived {self.same:,}, {told}, silent 0"


@pytest.mark.parametrize("way", WAYS)
def test_every_byte_flipped_is_harmless_or_a_clear_error(tmp_path: Path, way: str) -> None:
    damage, random, step = Damage(tmp_path, way), Random(7), STEPS[way]
    for file in sorted(damage.folder.glob("journal.db*")):
        whole = file.read_bytes()
        for k in range(0, len(whole), step):
            data = bytearray(whole)
            place = min(k + random.randrange(step), len(whole) - 1)
            data[place] ^= random.randrange(1, 256)
            before = damage.shorter
            damage.look(file.name, bytes(data))
            if damage.shorter > before:
                # A write that was cut off may look the same.
                assert file.name.endswith("-wal")
    print(damage)
    assert damage.refused > damage.tried // 20
    assert damage.unplaced == 0
    # SQLite's log has started again behind a snapshot: its last group is told from a power cut no more.
    most = damage.tried // (10 if way == "with snapshots" else 25)
    assert damage.shorter <= most, "one flipped byte is told from a power cut"


@pytest.mark.parametrize("way", WAYS)
def test_a_journal_cut_at_every_byte_is_a_prefix_or_a_clear_error(tmp_path: Path, way: str) -> None:
    damage = Damage(tmp_path, way)
    for file in sorted(damage.folder.glob("journal.db*")):
        whole = file.read_bytes()
        for size in range(0, len(whole), STEPS[way] * 7):
            damage.look(file.name, whole[:size])
    print(damage)
    assert damage.refused > 0


def test_a_wrong_state_would_be_found(tmp_path: Path) -> None:
    """The negative control: a journal that has a group which was never written."""
    damage = Damage(tmp_path, "closed")
    with hg.Engine.open(SqliteStore(damage.folder, driver="sqlite3")) as engine:
        engine.enqueue("sales", ref="call-x", at=10**11)
    with pytest.raises(AssertionError, match="a state that never was"):
        damage.look("lock", b"")
