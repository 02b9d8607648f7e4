"""What two threads do where a state is large: the same as one, and the same errors."""

from __future__ import annotations

import hashlib
import struct
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import huntgroup as hg
from huntgroup.core.python.checksums import crc32c
from huntgroup.engine.snapshots import Reader, restored, taken
from huntgroup.journal import Batch, Snapshot, SqliteStore
from huntgroup.journal.aside import Aside, Hashing, read_file, touch
from huntgroup.testing.play import play
from huntgroup.testing.workload import Workload


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huntgroup.journal.aside.LARGE", 0)
    monkeypatch.setattr("huntgroup.journal.aside.MANY", 0)


def a_centre(seed: int, commands: int = 250) -> hg.Engine:
    workload = Workload(seed)
    engine = hg.Engine(**workload.settings)
    for _ in range(commands):
        play(engine, workload.next())
    return engine


def bytes_of(engine: hg.Engine) -> bytes:
    return taken(engine.fork(), {"seq": 1, "at_ns": 0, "numbering": {}, "begun": {}}).tobytes()


def in_haste(data: bytes, scorers: dict[str, Any]) -> hg.Engine:
    return restored(hg.Engine, Reader(data, "it"), scorers.__getitem__, in_haste=True)


@pytest.mark.parametrize("seed", range(60, 70))
def test_two_threads_make_the_engine_that_one_makes(seed: int) -> None:
    engine = a_centre(seed)
    known = {made.name: made for made in engine._scorers}
    data = bytes_of(engine)
    again = in_haste(data, known)
    assert again.digest() == engine.digest()
    again.verify()
    for one in (again, engine):
        one.advance(by=3_600)
    assert again.digest() == engine.digest()


def test_what_one_thread_finds_wrong_two_find_wrong_and_no_thread_is_left() -> None:
    data = bytes_of(a_centre(3, 60))
    before = set(threading.enumerate())
    refused = 0
    for k in range(32, len(data), 211):
        wrong = bytearray(data)
        wrong[k] ^= 0xFF
        wrong[12:16] = struct.pack("<I", crc32c(wrong[16:]))
        outcomes = []
        for haste in (False, True):
            try:
                reader = Reader(bytes(wrong), "it")
                outcomes.append(restored(hg.Engine, reader, {}.__getitem__, in_haste=haste).digest())
            except hg.HuntgroupError as error:
                outcomes.append(type(error).__name__)
                refused += 1
        assert outcomes[0] == outcomes[1]
    assert refused > 100
    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize("driver", ["sqlite3", "apsw"])
def test_a_snapshot_is_read_while_another_thread_gets_the_memory(tmp_path: Path, driver: str) -> None:
    data = np.random.default_rng(2).integers(1, 256, 3 * 2**20 + 17, np.uint8).tobytes()
    store = SqliteStore(tmp_path, driver=driver)
    store.append(1, Batch(1, 0, b"one"))
    store.put_snapshot(Snapshot(2, 0, data))
    found = store.get_snapshot()
    assert found is not None
    assert bytes(found.data) == data
    store.close()


def test_a_file_of_a_snapshot_is_read_by_two_threads(tmp_path: Path) -> None:
    engine = hg.Engine("agent_modes", start=0)
    engine.add_queue("sales")
    engine.add_agent("ann", queues=["sales"], devices=["voice"])
    engine.snapshot(tmp_path / "state")
    assert hg.Engine.restore(tmp_path / "state").digest() == engine.digest()


@pytest.mark.parametrize("size", [0, 1, 4_099, 2**16])
def test_a_file_is_read_whole_while_another_thread_gets_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("huntgroup.journal.aside.AT_ONCE", 1_000)
    data = np.random.default_rng(3).integers(1, 256, size, np.uint8).tobytes()
    (tmp_path / "file").write_bytes(data)
    assert read_file(tmp_path / "file").tobytes() == data


def test_a_digest_by_two_threads_is_the_one_by_one() -> None:
    engine = a_centre(5)
    before = set(threading.enumerate())
    assert engine.digest() == engine._digest(in_haste=True) == engine._digest(in_haste=False)
    given = [bytes([k]) * 10_000 for k in range(100)]
    with Hashing(much=True) as digest:
        for piece in given:
            digest.update(piece)
    assert digest.hexdigest() == hashlib.sha256(b"".join(given)).hexdigest()
    with pytest.raises(KeyError), Hashing(much=True):
        raise KeyError
    assert set(threading.enumerate()) <= before


def test_work_aside_is_waited_for_and_its_error_is_raised() -> None:
    done = []
    with Aside(lambda: done.append(1), worth=True):
        pass
    assert done == [1]
    with pytest.raises(MemoryError), Aside(lambda: (_ for _ in ()).throw(MemoryError), worth=True):
        done.append(2)
    with pytest.raises(KeyError), Aside(lambda: (_ for _ in ()).throw(MemoryError), worth=True):
        raise KeyError
    assert done == [1, 2]


def test_pages_are_touched_and_nothing_else() -> None:
    block = bytearray(b"\1" * 10_000)
    touch(memoryview(block))
    assert [k for k, byte in enumerate(block) if byte == 0] == [0, 4096, 8192]
