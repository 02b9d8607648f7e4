"""Nothing acknowledged is lost at power loss: the store writes to a disk that keeps any subset of the sectors
that were not synced, torn or garbage; every image is opened as any journal is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest

from huntgroup import CorruptJournal
from huntgroup.journal import Batch, Snapshot, SqliteStore

power = pytest.importorskip("power")

IMAGES = 60_000 if os.environ.get("CI") else 1_000
SOAK_IMAGES = 1_000_000
GROUPS = 40


class Result:
    """What became of the images: `lost` did not have all that was acknowledged, `refused` were not opened."""

    def __init__(self) -> None:
        self.tried = self.lost = self.refused = 0
        self.why = ""

    def __str__(self) -> str:
        kept = self.tried - self.lost - self.refused
        lost = f"lost {self.lost:,}, refused {self.refused:,}"
        return f"power loss: tried {self.tried:,}, survived {kept:,}, {lost}"


def image_folders(base: Path) -> Iterator[Path]:
    for number in count():
        folder = base / f"image{number % 2}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        yield folder


def cut(seed: int, images: int, base: Path, synchronous: str = "FULL") -> Result:
    """Plays stores on such a disk, cuts the power at random moments, and opens what is left. Stops at the
    first image of a seed that lost something, so that a bad store does not take for ever."""
    result, random, folders = Result(), Random(seed), image_folders(base)
    while result.tried < images:
        _one_store(random, images, base, synchronous, result, folders)
        if result.lost or result.refused:
            break
    return result


def _one_store(
    random: Random, images: int, base: Path, synchronous: str, result: Result, folders: Iterator[Path]
) -> None:
    acknowledged: list[bytes] = []
    each = max(1, images // 60)
    state = {"begun": False, "left": min(200, each)}

    def before(what: str, _: int) -> None:
        if not state["begun"] or what == "read" or result.lost or result.refused:
            return
        for _image in range(random.choice((0, 0, 1, 4))):
            if result.tried < images and not (result.lost or result.refused):
                _look(next(folders), disk, list(acknowledged), random, result)

    live = base / "live"
    shutil.rmtree(live, ignore_errors=True)
    disk = power.Disk(live, before)
    store = SqliteStore(
        live,
        connect=lambda path: disk.connect(path, synchronous),
        checkpoint_bytes=random.choice((30_000, 100_000, 10**9)),
    )
    state["begun"] = True
    for k in range(GROUPS):
        data = random.randbytes(random.choice((20, 200, 3000, 20_000)))
        store.append(store.next_seq, Batch(1, k, data))
        acknowledged.append(data)
        if random.random() < 0.05:
            store.put_snapshot(Snapshot(store.next_seq, k, random.randbytes(5000)))
    state["begun"] = False
    store.close()


def _look(folder: Path, disk: Any, acknowledged: list[bytes], random: Random, result: Result) -> None:
    disk.put(folder, lambda platter: bytes(platter.left(random)))
    result.tried += 1
    try:
        store = SqliteStore(folder, driver="sqlite3")
        entries = list(store.read(1))
        store.close()
    except CorruptJournal as error:
        result.why = str(error)
        result.refused += 1
        return
    first = entries[0].seq if entries else store.next_seq
    found = [entry.data for entry in entries]
    wanted = acknowledged[first - 1 :]
    # One group more may be there: it was being written.
    whole = found[: len(wanted)] == wanted and len(found) <= len(wanted) + 1
    if not whole or (first > 1 and not store_has_snapshot(folder)):
        result.lost += 1


def store_has_snapshot(folder: Path) -> bool:
    store = SqliteStore(folder, driver="sqlite3")
    there = store.get_snapshot() is not None
    store.close()
    return there


def ram(tmp_path: Path) -> Path:
    """Where files cost least: the images are thrown away at once."""
    shared = Path("/dev/shm")
    if not shared.is_dir():
        return tmp_path
    base = shared / f"huntgroup-{os.getpid()}-{tmp_path.name}"
    base.mkdir(exist_ok=True)
    return base


@pytest.mark.parametrize("part", range(4))
def test_nothing_acknowledged_is_lost_at_power_loss(tmp_path: Path, part: int) -> None:
    base = ram(tmp_path)
    try:
        result = cut(part, IMAGES // 4, base)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    print(result)
    assert result.tried == IMAGES // 4, f"{result}: {result.why}"
    assert (result.lost, result.refused) == (0, 0), f"{result}: {result.why}"


def test_with_synchronous_off_the_same_images_show_losses(tmp_path: Path) -> None:
    """The negative control: the test can fail."""
    base = ram(tmp_path)
    try:
        result = cut(0, IMAGES, base, synchronous="OFF")
    finally:
        shutil.rmtree(base, ignore_errors=True)
    assert result.lost + result.refused > 0


@pytest.mark.soak
@pytest.mark.parametrize("part", range(100, 140))
def test_nothing_acknowledged_is_lost_in_a_million_images(tmp_path: Path, part: int) -> None:
    base = ram(tmp_path)
    try:
        result = cut(part, SOAK_IMAGES // 40, base)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    assert (result.lost, result.refused) == (0, 0), f"{result}: {result.why}"
