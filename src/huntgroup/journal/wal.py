"""Checks SQLite's write-ahead log before SQLite reads it.

SQLite stops at the first frame with a wrong checksum and reports nothing, so that one flipped bit would
silently lose every group after it. A power cut can damage less: only the frames of the last transaction,
which was not confirmed to anybody. Everything else is damage, and is reported.

A frame is a header of 24 bytes and a page. Its checksum continues that of the frame before. Its salts are
those of the log's header; the next generation of the log, which overwrites this one, has other salts.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from huntgroup.core.python.checksums import wal_checksum
from huntgroup.errors import CorruptJournal
from huntgroup.journal.unfinished import SECTOR, WORD, change_of, may_be_unfinished, word_weights

HEADER_BYTES, FRAME_HEADER_BYTES = 32, 24
MAGIC = 0x377F0682  # with the lowest bit set, checksums are over big-endian words
WAL_VERSION = 3007000


@dataclass
class WalReport:
    """The content of the log: `frames` is how many frames SQLite will read, `dropped_bytes` and `reason` what
    it will not read and why. `first_page` is page 1 of the database as the log has it, b"" if it has none."""

    frames: int = 0
    dropped_bytes: int = 0
    reason: str = ""
    first_page: bytes = b""


@dataclass
class _Log:
    path: Path
    data: bytes
    page_size: int
    big_endian: bool
    salts: bytes

    @property
    def generation(self) -> int:
        """How often the log has started again from its beginning. In the first generation a sector that was
        not written is zero; later it may hold an earlier sector that is nearly the same."""
        return int.from_bytes(self.data[12:16], "big")

    @property
    def frame_bytes(self) -> int:
        return FRAME_HEADER_BYTES + self.page_size

    def offset(self, k: int) -> int:
        return HEADER_BYTES + k * self.frame_bytes

    @property
    def whole_frames(self) -> int:
        return (len(self.data) - HEADER_BYTES) // self.frame_bytes

    def salts_of(self, k: int) -> bytes:
        at = self.offset(k)
        return self.data[at + 8 : at + 16]

    def stored(self, k: int) -> tuple[int, int]:
        first, second = struct.unpack_from(">II", self.data, self.offset(k) + 16)
        return first, second

    def computed(self, k: int, before: tuple[int, int]) -> tuple[int, int]:
        at = self.offset(k)
        sums = wal_checksum(self.data[at : at + 8], self.big_endian, *before)
        page = memoryview(self.data)[at + FRAME_HEADER_BYTES : at + self.frame_bytes]
        return wal_checksum(page, self.big_endian, *sums)

    def page_of(self, k: int) -> tuple[int, int]:
        """(number of the page, pages of the database after the commit or 0)."""
        number, size = struct.unpack_from(">II", self.data, self.offset(k))
        return number, size

    def page(self, k: int) -> bytes:
        start = self.offset(k) + FRAME_HEADER_BYTES
        return self.data[start : start + self.page_size]


def check_wal(database: Path, wal: Path) -> WalReport:
    """Reads the log's frames as SQLite will. Raises CorruptJournal if something that was durable is damaged.
    O(bytes of the log)."""
    data = wal.read_bytes() if wal.exists() else b""
    if not data:
        return WalReport()
    log = _header(wal, data)
    if log is None:
        _nothing_lost_without(database, wal, data)
        return WalReport(0, len(data), "the header of the write-ahead log was never finished")
    sums = struct.unpack_from(">II", data, 24)
    read = committed = 0
    first_page, written = b"", b""
    while read < log.whole_frames and log.salts_of(read) == log.salts:
        if log.computed(read, sums) != log.stored(read):
            break
        sums = log.stored(read)
        read += 1
        number, commit = log.page_of(read - 1)
        if number == 1:
            written = log.page(read - 1)
        if commit:
            committed, first_page = read, written or first_page
    rest = len(data) - log.offset(committed)
    if read < log.whole_frames:
        _nothing_durable_behind(log, read, sums)
        if committed == read and _is_older(log, read):
            return WalReport(committed, first_page=first_page)
    elif not rest:
        return WalReport(committed, first_page=first_page)
    return WalReport(committed, rest, "the last group was not written to its end", first_page)


def _header(wal: Path, data: bytes) -> _Log | None:
    """The log, or None if its header is damaged or incomplete."""
    if len(data) < HEADER_BYTES:
        return None
    magic, version, page_size = struct.unpack_from(">III", data)
    big_endian = bool(magic & 1)
    if magic & ~1 != MAGIC or version != WAL_VERSION:
        return None
    if wal_checksum(data[:24], big_endian, 0, 0) != struct.unpack_from(">II", data, 24):
        return None
    if page_size < 512 or page_size > 65536 or page_size & (page_size - 1):
        return None
    return _Log(wal, data, page_size, big_endian, data[16:24])


def _is_older(log: _Log, k: int) -> bool:
    """Is this frame of an earlier generation? The first salt grows by one with each generation."""
    (ours,), (theirs,) = struct.unpack(">I", log.salts[:4]), struct.unpack(">I", log.salts_of(k)[:4])
    return bool(0 < (ours - theirs) % WORD < 2**20)


def _nothing_durable_behind(log: _Log, bad: int, sums: tuple[int, int]) -> None:
    """Raises CorruptJournal unless the bad frame may belong to a transaction that was never finished."""
    at = log.offset(bad)
    path = str(log.path)
    if log.computed(bad, sums) == log.stored(bad) and not _salts_may_be_unfinished(log, at):
        # Only the salts are wrong: the checksum of a frame of another generation could not continue these
        # sums.
        raise CorruptJournal(path, at + 8, "a frame of the write-ahead log has damaged salts")
    previous, commit = -1, False
    for k in range(bad, log.whole_frames):
        if log.salts_of(k) != log.salts:
            continue
        if commit:
            message = "a frame of the write-ahead log is damaged, and whole groups stand behind it"
            raise CorruptJournal(path, at, message)
        follows = previous == k - 1 and log.computed(k, log.stored(previous)) == log.stored(k)
        commit = follows and log.page_of(k)[1] != 0
        previous = k
    if log.salts_of(bad) == log.salts and log.generation == 0:
        word = _damaged_word(log, bad, sums)
        if word is not None:
            message = "a frame of the write-ahead log has one damaged word; its last group may be lost"
            raise CorruptJournal(path, word, message)


def _salts_may_be_unfinished(log: _Log, at: int) -> bool:
    """Can a write that was cut off leave a frame in which only the salts are wrong? Yes, if the salts end a
    sector: then the sums are in the next one. After the cut there are zeros, or older bytes if the log has
    started again."""
    if (at + 16) % SECTOR:
        return False
    there = log.data[at + 8 : at + 16]
    same = next(k for k in range(8) if there[k] != log.salts[k])
    return log.generation > 0 or not any(there[same:])


def _damaged_word(log: _Log, bad: int, sums: tuple[int, int]) -> int | None:
    """The offset of the one word whose change would explain the frame's checksum, or of the frame if several
    words would do. None if a write that was cut off may explain it, or if no single word does."""
    at = log.offset(bad)
    stored, computed = log.stored(bad), log.computed(bad, sums)
    off = ((stored[0] - computed[0]) % WORD, (stored[1] - computed[1]) % WORD)
    if may_be_unfinished(log.data, at, log.page_size, off, log.big_endian):
        return None
    if not off[0] or not off[1]:
        return at + 16 + 4 * (0 if off[0] else 1)
    places = []
    for offset, weights in word_weights(at, log.page_size):
        # A sector of zeros is one that was never written.
        if change_of(weights, off) is not None and any(_sector(log, offset)):
            places.append(offset)
    return None if not places else places[0] if len(places) == 1 else at


def _sector(log: _Log, offset: int) -> bytes:
    start = offset // SECTOR * SECTOR
    return log.data[start : start + SECTOR]


def _nothing_lost_without(database: Path, wal: Path, data: bytes) -> None:
    """Checks that nothing is lost with a damaged header. A power cut while the log starts again from its
    beginning can damage the header; then all its pages are in the database already. Raises CorruptJournal if
    they are not."""
    kept = database.read_bytes()
    page_size = struct.unpack_from(">H", kept, 16)[0] if len(kept) >= 100 else 0
    page_size = 65536 if page_size == 1 else page_size
    if page_size < 512 or len(data) < HEADER_BYTES + FRAME_HEADER_BYTES + page_size:
        return
    for number, page in _latest_pages(data, page_size).items():
        start = (number - 1) * page_size
        if kept[start : start + page_size] != page:
            message = "the header of the write-ahead log is damaged, and groups behind it would be lost"
            raise CorruptJournal(str(wal), 0, message)


def _latest_pages(data: bytes, page_size: int) -> dict[int, bytes]:
    """The latest content of each page, by number, in the committed frames behind a damaged header: frames
    with the same salts, in which each checksum continues the one before."""
    best: list[int] = []
    logs = [
        _Log(Path(), data, page_size, big, data[HEADER_BYTES + 8 : HEADER_BYTES + 16])
        for big in (False, True)
    ]
    for log in logs:
        run = [0]
        while run[-1] + 1 < log.whole_frames and log.salts_of(run[-1] + 1) == log.salts:
            if log.computed(run[-1] + 1, log.stored(run[-1])) != log.stored(run[-1] + 1):
                break
            run.append(run[-1] + 1)
        best = max(best, run, key=len)
    log = logs[0]
    commits = [k for k in best if log.page_of(k)[1]]
    found: dict[int, bytes] = {}
    for k in range(commits[-1] + 1 if commits else 0):
        found[log.page_of(k)[0]] = log.page(k)
    return found
