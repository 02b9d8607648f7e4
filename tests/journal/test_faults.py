"""An I/O fault surfaces: an error, a full disk, a torn write or a failing sync at each call in turn, while
the journal is written and while it is recovered; nothing acknowledged is lost, nothing is tried twice."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import huntgroup as hg
from huntgroup.journal import SqliteStore

apsw = pytest.importorskip("apsw")
power = pytest.importorskip("power")

STEP = 1 if os.environ.get("CI") else 13


class Fault:
    """Raises at one call of a disk, and counts what is tried after it."""

    def __init__(self, kind: str, at: int) -> None:
        self.kind, self.at = kind, at
        self.happened = False
        self.syncs_after = 0
        self.after: list[str] = []

    def __call__(self, what: str, number: int) -> None:
        if self.happened:
            self.syncs_after += what == "sync"
            self.after.append(what)
        if number < self.at or self.happened:
            return
        wanted = {"full": ("write", "truncate"), "torn": ("write",), "sync": ("sync",)}.get(self.kind)
        if wanted is not None and what not in wanted:
            return
        self.happened = True
        self.what = what
        raise (apsw.FullError if self.kind == "full" else apsw.IOError)(f"{self.kind} at call {number}")


def work(folder: Path, fault: Fault, acknowledged: list[int]) -> None:
    """An engine's morning, with the fault in it; what returned is acknowledged."""
    disk = power.Disk(folder, fault)
    disk.tears = fault.kind == "torn"
    store = engine = None
    try:
        store = SqliteStore(folder, connect=disk.connect, checkpoint_bytes=40_000)
        engine = hg.Engine.open(store)
        if not engine.queues():
            engine.add_queue("sales")
        acknowledged.extend(engine.enqueue("sales") for _ in range(6))
        with engine.group():
            inside = [engine.enqueue("sales") for _ in range(50)]
        acknowledged += inside
        engine.snapshot()
        acknowledged.append(engine.enqueue("sales"))
        engine.snapshot()
        engine.close()
    finally:
        if store is not None:
            store.close()
        shutil.rmtree(folder / "after", ignore_errors=True)
        (folder / "after").mkdir()
        disk.put(folder / "after", lambda platter: bytes(platter.current))


@pytest.mark.parametrize("kind", ["error", "full", "torn", "sync"])
@pytest.mark.parametrize("recovering", [False, True], ids=["writing", "recovering"])
def test_a_fault_surfaces_at_each_call_and_loses_nothing(tmp_path: Path, kind: str, recovering: bool) -> None:
    tried = surfaced = 0
    for at in range(1, 10_000, STEP):
        folder = tmp_path / "centre"
        shutil.rmtree(folder, ignore_errors=True)
        acknowledged: list[int] = []
        if recovering:
            prepared(folder, acknowledged)
        fault = Fault(kind, at)
        try:
            work(folder, fault, acknowledged)
        except (hg.JournalFailed, hg.CorruptJournal):
            surfaced += 1
        else:
            assert not fault.happened, f"{kind} at call {at} was passed over"
        if not fault.happened:
            break
        tried += 1
        assert not fault.syncs_after, f"a sync after {fault.what} number {at} failed: {fault.after}"
        with hg.Engine.open(SqliteStore(folder / "after", driver="sqlite3")) as engine:
            engine.verify()
            for call in acknowledged:
                assert engine.interaction(call).state == "Queued"
    print(f"I/O faults, {kind}: tried {tried}, survived {surfaced}, lost 0")
    assert tried == surfaced > 0


def prepared(folder: Path, acknowledged: list[int]) -> None:
    """A folder as a kill leaves it."""
    live = folder.with_name("live")
    shutil.rmtree(live, ignore_errors=True)
    engine = hg.Engine.open(live)
    engine.add_queue("sales")
    acknowledged += [engine.enqueue("sales") for _ in range(5)]
    shutil.copytree(live, folder)
    engine.close()


def test_a_store_that_passes_over_a_failed_sync_would_be_found() -> None:
    """The negative control: with a fault that nobody hears of, the assertion above is what fails."""
    fault = Fault("sync", 1)
    heard: Callable[[str, int], None] = fault
    with pytest.raises(apsw.IOError):
        heard("sync", 1)
    heard("sync", 2)
    assert fault.syncs_after == 1


def test_a_full_disk_under_the_standard_library_s_sqlite(tmp_path: Path) -> None:
    program = """
import resource, signal, sys
import huntgroup as hg
from huntgroup.journal import SqliteStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
engine = hg.Engine.open(SqliteStore(sys.argv[1], driver="sqlite3"))
engine.add_queue("sales")
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
told = 0
try:
    while True:
        told = engine.enqueue("sales")
except hg.JournalFailed:
    pass
try:
    engine.enqueue("sales")
except hg.JournalFailed:
    print(told, flush=True)
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    with hg.Engine.open(tmp_path) as engine:
        assert engine.interaction(int(done.stdout)).state == "Queued"
