"""SQLite's log is read before SQLite reads it: what a power cut leaves is dropped, damage is refused."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from huntgroup import CorruptJournal
from huntgroup.journal import Batch, SqliteStore
from huntgroup.journal.wal import check_wal

FRAME = 24 + 4096
SECTOR = 512
EACH = 1 if os.environ.get("CI") else 17


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """A folder as a kill leaves it: everything in SQLite's log, nothing carried over. Ten groups."""
    store = SqliteStore(tmp_path / "live", driver="sqlite3")
    for k in range(10):
        store.append(store.next_seq, Batch(1, k, bytes([k + 1]) * 200))
    shutil.copytree(tmp_path / "live", tmp_path / "killed")
    store.close()
    return tmp_path / "killed"


def groups(folder: Path) -> int:
    store = SqliteStore(folder, driver="sqlite3")
    found = len(list(store.read(1)))
    store.close()
    return found


def test_a_whole_log_is_read_to_its_end(killed: Path) -> None:
    wal = killed / "journal.db-wal"
    report = check_wal(killed / "journal.db", wal)
    assert report.frames * FRAME + 32 == wal.stat().st_size
    assert not report.dropped_bytes
    assert groups(killed) == 10


def test_sqlite_alone_loses_acknowledged_groups_to_one_flipped_bit_and_says_nothing(killed: Path) -> None:
    """What this module is for."""
    wal = killed / "journal.db-wal"
    data = bytearray(wal.read_bytes())
    data[32 + 3 * FRAME + 2000] ^= 1
    wal.write_bytes(data)
    with pytest.raises(CorruptJournal, match="whole groups stand behind it") as error:
        groups(killed)
    assert error.value.file == str(wal)
    assert error.value.offset == 32 + 3 * FRAME
    db = sqlite3.connect(killed / "journal.db")
    assert db.execute("SELECT count(*) FROM log").fetchone()[0] < 10
    db.close()


@pytest.mark.parametrize("byte", [*range(24), 24, 25, 100, 1000, 2044, 4000, FRAME - 1])
def test_a_flipped_byte_in_any_frame_is_found_in_the_last_one_too(killed: Path, byte: int) -> None:
    wal = killed / "journal.db-wal"
    whole = wal.read_bytes()
    frames = (len(whole) - 32) // FRAME
    for frame in range(frames):
        data = bytearray(whole)
        data[32 + frame * FRAME + byte] ^= 0x41
        wal.write_bytes(data)
        with pytest.raises(CorruptJournal) as error:
            check_wal(killed / "journal.db", wal)
        assert error.value.offset is not None
        assert 0 <= 32 + frame * FRAME + byte - error.value.offset < FRAME


def test_a_damaged_header_is_refused_where_groups_behind_it_would_be_lost(killed: Path) -> None:
    wal = killed / "journal.db-wal"
    whole = wal.read_bytes()
    for byte in range(32):
        data = bytearray(whole)
        data[byte] ^= 0x10
        wal.write_bytes(data)
        with pytest.raises(CorruptJournal, match="header"):
            check_wal(killed / "journal.db", wal)


def test_a_damaged_header_loses_nothing_where_everything_is_in_the_database(killed: Path) -> None:
    db = sqlite3.connect(killed / "journal.db")
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    shutil.copytree(killed, killed.parent / "copy")
    db.close()
    wal = killed.parent / "copy" / "journal.db-wal"
    data = bytearray(wal.read_bytes())
    data[0] ^= 1
    wal.write_bytes(data)
    assert check_wal(killed.parent / "copy" / "journal.db", wal).dropped_bytes == len(data)
    assert groups(killed.parent / "copy") == 10


@pytest.mark.parametrize("lost", ["half", "sector of zeros", "sector of garbage", "header of the frame"])
def test_a_last_group_that_was_not_written_to_its_end_is_dropped_and_said(killed: Path, lost: str) -> None:
    wal = killed / "journal.db-wal"
    data = bytearray(wal.read_bytes())
    last = len(data) - FRAME
    if lost == "half":
        del data[last + 1000 :]
    elif lost == "header of the frame":
        data[last : last + 24] = bytes(24)
    else:
        start = last // 512 * 512 + 512
        end = len(data) if lost == "sector of zeros" else start + 512
        data[start:end] = bytes(end - start) if lost == "sector of zeros" else bytes(range(256)) * 2
    wal.write_bytes(data)
    store = SqliteStore(killed, driver="sqlite3")
    assert len(list(store.read(1))) == 9
    assert store.found.dropped_bytes >= len(data) - last
    assert "not written to its end" in store.found.reasons[0]
    store.close()


def test_a_log_cut_at_any_byte_gives_a_prefix(killed: Path) -> None:
    wal = killed / "journal.db-wal"
    whole = wal.read_bytes()
    before = 0
    for size in sorted({*range(0, len(whole), 997), *range(32, len(whole), FRAME), len(whole)}):
        folder = killed.parent / f"cut{size}"
        shutil.copytree(killed, folder)
        (folder / wal.name).write_bytes(whole[:size])
        found = groups(folder)
        assert before <= found <= 10
        before = found
    assert before == 10


def test_frames_of_the_generation_before_are_no_damage(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "live", driver="sqlite3", checkpoint_bytes=100_000)
    for k in range(60):
        store.append(store.next_seq, Batch(1, k, bytes([k]) * 2000))
        shutil.copytree(tmp_path / "live", tmp_path / "killed")
        again = SqliteStore(tmp_path / "killed", driver="sqlite3")
        assert again.next_seq == k + 2
        assert not again.found.dropped_bytes
        again.close()
        shutil.rmtree(tmp_path / "killed")
    store.close()


def parts(start: int, end: int) -> Iterator[tuple[int, int]]:
    """What the two writes of each frame put into each sector."""
    for frame in range(start, end, FRAME):
        for begin, stop in ((frame, frame + 24), (frame + 24, frame + FRAME)):
            while begin < stop:
                until = min(stop, (begin // SECTOR + 1) * SECTOR)
                yield begin, until
                begin = until


def group_data(kind: str, random: Random) -> bytes:
    size = random.choice((20, 200, 3000, 9000))
    if kind == "random":
        return random.randbytes(size)
    if kind == "one word again and again":
        return random.choice((b"\1\0\0\0", b"\0\0\0\2", b"abcd")) * (size // 4)
    return b"".join(random.randrange(4).to_bytes(4, "big") for _ in range(size // 4))


@pytest.mark.parametrize("kind", ["random", "one word again and again", "small numbers"])
def test_a_last_group_cut_off_in_any_sector_is_never_taken_for_damage(tmp_path: Path, kind: str) -> None:
    """Parts of each write at lengths of all kinds, the rest whole: a frame's header reaches every place in a
    sector, that one too where only the number of the page and the size of the database are before the end."""
    random, tried, refused = Random(3), 0, []
    store = SqliteStore(tmp_path / "live", driver="sqlite3")
    live, wal = tmp_path / "live" / "journal.db-wal", tmp_path / "wal"
    while store.next_seq <= 40:
        before = live.read_bytes() if live.exists() else b""
        store.append(store.next_seq, Batch(1, store.next_seq, group_data(kind, random)))
        after, whole = live.read_bytes(), max(0, len(before) - 32) // FRAME
        for start, end in parts(max(32, len(before)), len(after)):
            for cut in range(start, end):
                if after[cut] and random.randrange(EACH * 25 if end - start > 24 else 1) == 0:
                    data = bytearray(after)
                    data[cut:end] = bytes(end - cut)
                    wal.write_bytes(data)
                    tried += 1
                    try:
                        assert check_wal(tmp_path / "live" / "journal.db", wal).frames == whole
                    except CorruptJournal as error:
                        refused.append((start, cut, end, str(error)))
    store.close()
    assert tried > 300
    assert not refused


@pytest.mark.parametrize("groups_before", [0, 1, 5])
def test_what_was_not_finished_is_not_there_when_the_log_goes_on(tmp_path: Path, groups_before: int) -> None:
    """Written over in part by the next group, it could look like a damaged one after another power cut."""
    store = SqliteStore(tmp_path / "live", driver="sqlite3")
    wal = tmp_path / "live" / "journal.db-wal"
    whole = 32
    for k in range(groups_before + 1):
        whole = wal.stat().st_size if wal.exists() else whole
        store.append(store.next_seq, Batch(1, k, bytes([k + 1]) * 200))
    shutil.copytree(tmp_path / "live", tmp_path / "cut")
    store.close()
    wal = tmp_path / "cut" / "journal.db-wal"
    wal.write_bytes(wal.read_bytes()[: max(32, whole) + 3000])
    again = SqliteStore(tmp_path / "cut", driver="sqlite3")
    assert again.found.dropped_bytes
    assert again.next_seq == groups_before + 1
    assert wal.stat().st_size == 0
    again.append(again.next_seq, Batch(1, 0, b"next"))
    again.close()
    assert groups(tmp_path / "cut") == groups_before + 1
