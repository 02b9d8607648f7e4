"""What every store promises, and what the embedded one adds: order, fencing, snapshots, one opener."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from huntgroup import ConfigError, CorruptJournal, JournalFailed, JournalLocked
from huntgroup.core.python.checksums import crc32c, crc32c_by_tables
from huntgroup.journal import Batch, Entry, Fenced, LogStore, MemoryStore, Snapshot, SqliteStore
from huntgroup.journal.ahead import read_ahead

Opener = Callable[[], LogStore]


@pytest.fixture(params=["memory", "sqlite3", "apsw"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LogStore]:
    if request.param == "memory":
        made: LogStore = MemoryStore()
    else:
        made = SqliteStore(tmp_path / "centre", driver=request.param)
    yield made
    made.close()


@pytest.fixture(params=["sqlite3", "apsw"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    return lambda: SqliteStore(tmp_path / "centre", driver=request.param)


def filled(store: LogStore, batches: int, size: int = 100) -> list[Entry]:
    """Batches of one, two, three, one, two, three ... records."""
    entries = []
    for k in range(batches):
        batch = Batch(1 + k % 3, 1000 * k, bytes([k % 256]) * size)
        seq = store.next_seq
        assert store.append(seq, batch) == seq + batch.count
        entries.append(Entry(seq, batch.count, batch.at_ns, batch.data))
    return entries


def test_crc32c_is_castagnoli_s() -> None:
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(b"") == 0
    assert crc32c(b"456789", crc32c(b"123")) == 0xE3069283
    assert crc32c_by_tables(b"123456789") == 0xE3069283
    assert crc32c_by_tables(b"", 5) == crc32c(b"", 5) == 5


def test_crc32c_is_the_same_with_and_without_the_processor_s_instructions() -> None:
    data = np.random.default_rng(1).integers(0, 256, 9_000, np.uint8)
    for size in (*range(40), *range(41, 9_000, 97)):
        assert crc32c(data[size % 8 : size], size) == crc32c_by_tables(data[size % 8 : size], size)


def test_what_is_appended_is_read_back_in_order_from_any_record(store: LogStore) -> None:
    entries = filled(store, 10)
    assert list(store.read(1)) == entries
    for seq in range(1, store.next_seq):
        assert list(store.read(seq)) == [entry for entry in entries if entry.next_seq > seq]
    assert list(store.read(store.next_seq)) == []


def test_an_append_for_another_place_is_fenced_and_changes_nothing(store: LogStore) -> None:
    entries = filled(store, 3)
    assert store.append(1, Batch(1, 0, b"x")) == Fenced(1, store.next_seq)
    assert store.append(store.next_seq + 1, Batch(1, 0, b"x")) == Fenced(store.next_seq + 1, store.next_seq)
    assert list(store.read(1)) == entries


def test_two_snapshots_are_kept_and_the_log_from_the_older_one_on(store: LogStore) -> None:
    assert store.get_snapshot() is None
    kept = []
    for k in range(4):
        filled(store, 3)
        kept.append(Snapshot(store.next_seq, 5 * k, bytes([k]) * 50))
        store.put_snapshot(kept[-1])
    assert store.get_snapshot() == kept[3]
    assert store.get_snapshot(below=kept[3].seq) == kept[2]
    assert store.get_snapshot(below=kept[2].seq) is None
    assert next(iter(store.read(kept[2].seq))).seq == kept[2].seq
    assert next(iter(store.read(1))).seq == kept[2].seq
    assert store.trim(store.next_seq) == kept[2].seq, "the older snapshot's log stays"


def test_a_journal_comes_back_as_it_was_closed_and_as_it_was_killed(opener: Opener, tmp_path: Path) -> None:
    store = opener()
    entries = filled(store, 5)
    store.close()
    again = opener()
    assert (again.next_seq, list(again.read(1))) == (10, entries)
    entries += filled(again, 5)
    again.put_snapshot(Snapshot(again.next_seq, 7, b"state"))
    entries += filled(again, 5)
    again.close()
    last = opener()
    assert list(last.read(1)) == entries, "one snapshot alone trims nothing"
    assert last.get_snapshot() == Snapshot(19, 7, b"state")
    assert not last.found.reasons
    last.close()


def test_a_journal_is_opened_once_in_a_process_and_once_on_a_machine(opener: Opener, tmp_path: Path) -> None:
    store = opener()
    filled(store, 2)
    with pytest.raises(JournalLocked, match=f"open already by process {os.getpid()}"):
        opener()
    code = (
        "import sys, huntgroup\nfrom huntgroup.journal import SqliteStore\n"
        "try: SqliteStore(sys.argv[1])\nexcept huntgroup.JournalLocked: sys.exit(7)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "centre")]
    assert subprocess.run(command, check=False).returncode == 7
    filled(store, 2)
    store.close()
    assert subprocess.run(command, check=False).returncode == 0
    opener().close()


def test_a_dead_process_s_lock_does_not_block(opener: Opener, tmp_path: Path) -> None:
    code = (
        "import os, sys, signal\nfrom huntgroup.journal import Batch, SqliteStore\n"
        "store = SqliteStore(sys.argv[1])\nstore.append(1, Batch(1, 0, b'one'))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "centre")], check=False)
    assert done.returncode == -9
    store = opener()
    assert [entry.data for entry in store.read(1)] == [b"one"]
    store.close()


def test_a_child_made_by_fork_does_not_write_into_its_parent_s_journal(opener: Opener) -> None:
    store = opener()
    filled(store, 1)
    child = os.fork()
    if not child:
        try:
            store.append(store.next_seq, Batch(1, 0, b"child"))
        except JournalFailed:
            os._exit(3)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    filled(store, 1)
    store.close()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("PRAGMA user_version = 2", "its format is 2; this version reads format 1"),
        ("PRAGMA application_id = 7", "application_id is 0x7"),
        ("PRAGMA journal_mode = DELETE", "write-ahead log"),
        ("DROP TABLE snapshots", "no table snapshots"),
        ("UPDATE log SET data = x'00' WHERE seq = 4", "does not have its CRC32C"),
        ("UPDATE log SET seq = 400 WHERE seq = 7", "CRC32C"),
        ("DELETE FROM log WHERE seq = 4", "does not go on"),
        ("DELETE FROM log WHERE seq = 7", "went to"),
        ("DELETE FROM head", "how far"),
        ("UPDATE head SET seq = 'x'", "where a number belongs"),
    ],
)
def test_a_journal_that_was_tampered_with_is_refused(
    opener: Opener, tmp_path: Path, change: str, message: str
) -> None:
    store = opener()
    filled(store, 4)
    store.close()
    path = tmp_path / "centre" / "journal.db"
    db = sqlite3.connect(path, isolation_level=None)
    db.execute(change)
    db.close()
    before = path.read_bytes()
    with pytest.raises(CorruptJournal, match=message) as error, closing(opener()) as damaged:
        list(damaged.read(1))
    assert error.value.file == str(path)
    assert path.read_bytes() == before


def test_a_damaged_snapshot_is_passed_over_and_said(opener: Opener, tmp_path: Path) -> None:
    store = opener()
    for k in range(2):
        filled(store, 2)
        store.put_snapshot(Snapshot(store.next_seq, k, bytes([k]) * 9))
    filled(store, 2)
    store.close()
    db = sqlite3.connect(tmp_path / "centre" / "journal.db", isolation_level=None)
    db.execute("UPDATE pieces SET data = x'00' WHERE id = 2")
    again = None
    db.close()
    again = opener()
    assert again.get_snapshot() == Snapshot(4, 0, bytes(9))
    assert again.found.dropped_bytes == 9
    assert "snapshot before record" in again.found.reasons[0]
    again.close()


def test_bad_arguments_are_refused_before_anything_changes(opener: Opener, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="driver"):
        SqliteStore(tmp_path, driver="other")
    with pytest.raises(ConfigError, match=r"journal\.db"):
        SqliteStore(tmp_path, read_only=True)
    assert not list(tmp_path.iterdir())
    store = opener()
    with pytest.raises(ConfigError, match="batch"):
        store.append(1, Batch(0, 0, b""))
    with pytest.raises(ConfigError, match="seq"):
        store.put_snapshot(Snapshot(5, 0, b""))
    assert store.append(1, Batch(1, 0, b"")) == 2
    store.close()


def test_a_file_where_the_folder_should_be_is_a_clear_error(opener: Opener, tmp_path: Path) -> None:
    (tmp_path / "centre").write_text("here already")
    with pytest.raises(JournalFailed, match="centre"):
        opener()


def test_a_log_that_is_read_ahead_is_the_same_and_so_is_what_is_wrong_with_it() -> None:
    entries = [Entry(k + 1, 1, k, bytes([k])) for k in range(100)]

    def broken() -> Iterator[Entry]:
        yield from entries[:70]
        raise CorruptJournal("here", None, "damaged")

    for count in (0, 1, 16, 17, 100):
        assert list(read_ahead(iter(entries[:count]))) == entries[:count]
    read = read_ahead(broken())
    assert [next(read) for _ in range(70)] == entries[:70]
    with pytest.raises(CorruptJournal, match="damaged"):
        next(read)


def test_who_reads_ahead_ends_with_whoever_asked() -> None:
    before = set(threading.enumerate())
    with closing(read_ahead(Entry(k + 1, 1, k, b"") for k in range(10**9))) as entries:
        for entry in entries:
            if entry.seq == 50:
                break
    assert set(threading.enumerate()) <= before
