"""Nothing is lost at power loss while a snapshot is written, while older log is trimmed, and while a journal
is opened from a snapshot: each state that the disk may be left in is opened, and is the state as it was."""

from __future__ import annotations

import logging
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

import huntgroup as hg
from huntgroup.journal import Snapshot, SqliteStore

power = pytest.importorskip("power")

IMAGES = 20_000 if os.environ.get("CI") else 400
SOAK_IMAGES = 200_000
PHASES = ("written", "trimmed", "restored")


class TrimsFirst(SqliteStore):
    """The negative control: the log goes before there is a snapshot instead of it."""

    def put_snapshot(self, snapshot: Snapshot) -> None:
        with self._turn:
            self._run("DELETE FROM log WHERE seq + count <= ?", (snapshot.seq,))
        super().put_snapshot(snapshot)


class Cuts:
    """Cuts the power again and again; `lost` were opened with another state, `refused` not at all."""

    def __init__(self, seed: int, base: Path, images: int, kind: type[SqliteStore] = SqliteStore) -> None:
        self.random, self.base, self.images, self.kind = Random(seed), base, images, kind
        self.tried: Counter[str] = Counter()
        self.lost = self.refused = 0
        self.why = ""
        self.phase: str | None = None
        self.digest = ""
        self.kept = 0

    def __str__(self) -> str:
        tried, phases = self.tried.total(), ", ".join(f"{name} {self.tried[name]:,}" for name in PHASES)
        return (
            f"power loss with snapshots: tried {tried:,} ({phases}), survived"
            f" {tried - self.lost - self.refused:,}, lost {self.lost:,}, refused {self.refused:,}"
        )

    @property
    def over(self) -> bool:
        return bool(self.lost or self.refused) or self.tried.total() >= self.images

    def run(self) -> None:
        while not self.over:
            self._one_engine()

    def _one_engine(self) -> None:
        live = self.base / "live"
        shutil.rmtree(live, ignore_errors=True)
        disk = power.Disk(live, self._before)
        store: Any = self.kind(
            live, connect=disk.connect, checkpoint_bytes=self.random.choice((30_000, 10**9))
        )
        self.disk = disk
        proper = store.trim

        def trim(before_seq: int) -> int:
            self.phase = "trimmed" if self.phase else None
            return int(proper(before_seq))

        store.trim = trim
        engine = hg.Engine.open(store)
        engine.add_queue("sales", offer_timeout=20)
        engine.add_agent("alice", queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
        self.kept = 0
        for turn in range(4):
            for k in range(self.random.randrange(1, 30)):
                engine.enqueue("sales", ref=f"{turn}.{k}")
            self.digest, self.phase = engine.digest(), "written"
            engine.snapshot()
            self.phase = None
            self.kept += 1
            if self.over:
                break
            self._restored()
        engine.close()

    def _before(self, what: str, _: int) -> None:
        # The disk is seen as it is before the call, by a thread that the engine waits for.
        if self.phase and what != "read" and not self.over and self.random.random() < 0.3:
            self._look(self.disk, self.phase)

    def _restored(self) -> None:
        """The power goes again while what it left is opened."""
        folder = self._folder("again")
        self.disk.put(folder, lambda platter: bytes(platter.left(self.random)))

        def before(what: str, _: int) -> None:
            if what != "read" and not self.over:
                self._look(disk, "restored")

        disk = power.Disk(folder, before)
        with hg.Engine.open(SqliteStore(folder, connect=disk.connect)) as engine:
            engine.enqueue("sales", ref="after")
            self.digest, had = engine.digest(), self.digest
        self.digest = had

    def _folder(self, name: str) -> Path:
        folder = self.base / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def _look(self, disk: Any, phase: str) -> None:
        self.tried[phase] += 1
        folder = self._folder("image")
        disk.put(folder, lambda platter: bytes(platter.left(self.random)))
        try:
            with hg.Engine.open(SqliteStore(folder, driver="sqlite3")) as engine:
                journal: Any = engine._journal
                snapshots = len(journal.store.snapshots())
                # Of what is appended after it is restored, nobody is told before it is there.
                same = engine.digest() == self.digest or (phase == "restored" and bool(engine.find("after")))
        except hg.CorruptJournal as error:
            self.refused += 1
            self.why = f"{phase}: {error}"
            return
        if not same or snapshots < min(self.kept, 2):
            self.lost += 1
            self.why = f"{phase}: {snapshots} snapshots of {self.kept}"


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where files cost least; snapshots are written in many pieces."""
    monkeypatch.setattr("huntgroup.journal.sqlite.PIECE_BYTES", 9_000)
    shared = Path("/dev/shm")
    folder = shared / f"huntgroup-{os.getpid()}-{tmp_path.name}" if shared.is_dir() else tmp_path / "disks"
    folder.mkdir()
    logging.disable(logging.CRITICAL)
    yield folder
    logging.disable(logging.NOTSET)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("part", range(2))
def test_a_power_cut_around_a_snapshot_loses_nothing(base: Path, part: int) -> None:
    cuts = Cuts(part, base, IMAGES // 2)
    cuts.run()
    print(cuts)
    assert (cuts.lost, cuts.refused) == (0, 0), cuts.why
    assert all(cuts.tried[phase] for phase in PHASES), str(cuts)


def test_a_store_that_trims_before_the_snapshot_is_there_shows_losses(base: Path) -> None:
    """The negative control."""
    cuts = Cuts(0, base, IMAGES, TrimsFirst)
    cuts.run()
    assert cuts.lost + cuts.refused > 0


@pytest.mark.soak
@pytest.mark.parametrize("part", range(10, 20))
def test_a_power_cut_around_a_snapshot_loses_nothing_in_many_images(base: Path, part: int) -> None:
    cuts = Cuts(part, base, SOAK_IMAGES // 10)
    cuts.run()
    assert (cuts.lost, cuts.refused) == (0, 0), cuts.why
