"""The embedded store: one SQLite database in a folder, one connection, one row for each batch.

The database has checks that SQLite itself does not make: each row has a CRC32C of its own and the hash of the
row before it, and at every checkpoint the row `head` notes how far the log goes, so that missing rows are
noticed.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from threading import Event, RLock
from typing import Any

import numpy as np

from huntgroup.core.python.checksums import crc32c
from huntgroup.errors import ConfigError, CorruptJournal, JournalFailed, JournalLocked
from huntgroup.journal import aside, drivers
from huntgroup.journal.drivers import Connection, DriverError
from huntgroup.journal.lock import FolderLock
from huntgroup.journal.store import Batch, Entry, Fenced, Found, LogStore, Snapshot
from huntgroup.journal.wal import check_wal

DATABASE = "journal.db"
APPLICATION_ID = int.from_bytes(b"HGRP", "big")
FORMAT = 1
CHECKPOINT_BYTES = 16 * 2**20
CHECKPOINT_OF_PIECES = 4 * 2**20
LARGEST_BATCH = 900_000_000
LARGEST_SNAPSHOT = 64 * 2**30
PIECE_BYTES = 2**18
READ_AT_ONCE, READ_BYTES = 32, 2**20
FORGET_AT_ONCE, PIECES_AT_ONCE = 1_000, 4
FIRST_CHAIN = bytes(16)

_SCHEMA = (
    "CREATE TABLE log (seq INTEGER PRIMARY KEY, count INTEGER NOT NULL, at_ns INTEGER NOT NULL,"
    " crc INTEGER NOT NULL, previous BLOB NOT NULL, data BLOB NOT NULL)",
    "CREATE TABLE snapshots (seq INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, crc INTEGER NOT NULL,"
    " chain BLOB NOT NULL, size INTEGER NOT NULL)",
    "CREATE TABLE pieces (id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, data BLOB NOT NULL)",
    "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, chain BLOB NOT NULL)",
)


def row_crc(seq: int, count: int, at_ns: int, linked: bytes, data: bytes | memoryview) -> int:
    """The CRC32C of a row, over its numbers as little-endian int64, the hash that it has of the row before,
    and its bytes. O(bytes)."""
    return crc32c(data, crc32c(struct.pack("<qqq", seq, count, at_ns) + linked))


def row_hash(seq: int, count: int, at_ns: int, previous: bytes, data: bytes) -> bytes:
    """The hash that the next row has as `previous`: BLAKE2b of 16 bytes over the same. O(bytes)."""
    chain = blake2b(struct.pack("<qqq", seq, count, at_ns) + previous, digest_size=16)
    chain.update(data)
    return chain.digest()


class SqliteStore(LogStore):
    """Opens the journal in a folder, or makes one.

    `driver`: `apsw`, `sqlite3`, or None for apsw where the extra `durable` is installed. `read_only`: nothing
    is appended, and a missing lock file is not made; SQLite may still change its own log, so give it a copy.
    `connect` is for tests: the function that opens the database. Raises JournalLocked, CorruptJournal,
    JournalFailed. O(bytes of SQLite's log).
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        driver: str | None = None,
        read_only: bool = False,
        checkpoint_bytes: int = CHECKPOINT_BYTES,
        connect: Callable[[str], Connection] | None = None,
    ) -> None:
        if driver not in (None, "apsw", "sqlite3"):
            raise ConfigError("driver", driver, "apsw, sqlite3 or None")
        self.folder: Path = Path(folder)
        self.path: Path = self.folder / DATABASE
        self.found: Found = Found()
        self._connect = connect or (lambda path: drivers.connect(path, driver))
        self._checkpoint_bytes = checkpoint_bytes
        self._checkpoint_of_pieces = min(checkpoint_bytes, CHECKPOINT_OF_PIECES)
        self._since_checkpoint = 0
        self._next_seq, self._chain = 1, FIRST_CHAIN
        self._head_seq, self._head_chain = 1, FIRST_CHAIN
        self._failure: str | None = None
        self._db: Connection | None = None
        self._pid = os.getpid()
        # The thread that writes a snapshot is not the one that appends; each holds this lock for a
        # transaction. A lock is not fair: the snapshot's thread, writing piece after piece, would get it
        # again before a waiting append wakes up. So it also waits for `_no_append`.
        self._turn = RLock()
        self._no_append = Event()
        self._no_append.set()
        try:
            if not read_only:
                self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = FolderLock(self.folder, create=not read_only)
        except OSError as error:
            raise JournalFailed(f"{self.folder}: {error}") from error
        try:
            self._open(read_only)
        except BaseException:
            self._abandon()
            self._lock.release()
            raise

    # --- opening ------------------------------------------------------------------------------------------

    def _open(self, read_only: bool) -> None:
        try:
            if not self.path.exists():
                if read_only:
                    raise ConfigError("folder", str(self.folder), f"a folder with a {DATABASE}")
                self._make()
            report = check_wal(self.path, self.path.with_name(DATABASE + "-wal"))
            self._check_header(report.first_page)
        except OSError as error:
            raise JournalFailed(f"{self.folder}: {error}") from error
        if report.dropped_bytes:
            self._report(report.dropped_bytes, report.reason)
        with _translated(self):
            self._db = self._connected(self.path)
            tables = {name for (name,) in self._run("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            lacking = {"log", "snapshots", "pieces", "head"} - tables
            if lacking:
                raise CorruptJournal(str(self.path), None, f"it has no table {min(lacking)}")
            self._find_end()
            if read_only:
                return
            if report.dropped_bytes:
                # The unfinished frames are removed, not overwritten: another power cut could leave a mixture
                # of both.
                self._run("PRAGMA wal_checkpoint(TRUNCATE)")
            elif report.frames:
                self._checkpoint()

    def _make(self) -> None:
        """Makes a new journal, under another name first, so that a journal under its final name is always
        complete."""
        fresh = self.path.with_name(DATABASE + ".new")
        for leftover in (fresh, fresh.with_name(fresh.name + "-wal"), fresh.with_name(fresh.name + "-shm")):
            leftover.unlink(missing_ok=True)
        self.path.with_name(DATABASE + "-wal").unlink(missing_ok=True)
        with _translated(self):
            db = self._connected(fresh)
            for statement in ("BEGIN IMMEDIATE", *_SCHEMA):
                db.run(statement)
            db.run("INSERT INTO head VALUES (1, 1, ?)", (FIRST_CHAIN,))
            db.run(f"PRAGMA application_id = {APPLICATION_ID}")
            db.run(f"PRAGMA user_version = {FORMAT}")
            db.run("COMMIT")
            db.run("PRAGMA wal_checkpoint(TRUNCATE)")
            db.close()
        os.replace(fresh, self.path)
        _sync_folder(self.folder)
        _sync_folder(self.folder.resolve().parent)

    def _connected(self, path: Path) -> Connection:
        db = self._connect(str(path))
        try:
            self._prepare(db, path)
        except BaseException:
            _let_go(db)
            raise
        return db

    def _prepare(self, db: Connection, path: Path) -> None:
        # Exclusive before the log is first read: then SQLite makes no index in shared memory and allows no
        # second connection.
        db.run("PRAGMA locking_mode = EXCLUSIVE")
        ((mode,),) = db.run("PRAGMA journal_mode = WAL")
        if mode != "wal":
            raise CorruptJournal(str(path), 18, f"its journal mode is {mode}, not wal")
        db.run("PRAGMA synchronous = FULL")
        db.run("PRAGMA wal_autocheckpoint = 0")

    def _check_header(self, first_page: bytes) -> None:
        """Checks the database's header: application and format. If the log has page 1, that page is checked
        instead, because the one in the database may be half written."""
        with open(self.path, "rb") as file:
            head = first_page[:100] or file.read(100)
        path = str(self.path)
        if len(head) < 100:
            raise CorruptJournal(path, len(head), "it is cut off within its header")
        if head[:16] != b"SQLite format 3\0":
            raise CorruptJournal(path, 0, "it is no SQLite database")
        if head[18:20] != b"\2\2":
            raise CorruptJournal(path, 18, "its header does not ask for a write-ahead log")
        (version,) = struct.unpack_from(">i", head, 60)
        (owner,) = struct.unpack_from(">i", head, 68)
        if owner != APPLICATION_ID:
            raise CorruptJournal(
                path, 68, f"its application_id is {owner:#x}, not {APPLICATION_ID:#x} (HGRP)"
            )
        if version != FORMAT:
            raise CorruptJournal(path, 60, f"its format is {version}; this version reads format {FORMAT}")

    def _find_end(self) -> None:
        """Finds the end of the log. Raises CorruptJournal if it ends before the place noted at the last
        checkpoint."""
        head = self._run("SELECT seq, chain FROM head")
        if len(head) != 1:
            raise CorruptJournal(str(self.path), None, "it does not say how far its log went")
        self._head_seq, self._head_chain = head[0]
        self._are_numbers(self._head_seq)
        last = self._run("SELECT seq, count, at_ns, previous, data, crc FROM log ORDER BY seq DESC LIMIT 1")
        kept = self._run("SELECT seq, chain FROM snapshots ORDER BY seq DESC LIMIT 1")
        self._next_seq, self._chain = kept[0] if kept else (1, FIRST_CHAIN)
        self._are_numbers(self._next_seq)
        if last:
            entry = self._checked(*last[0])
            if entry.next_seq >= self._next_seq:
                self._next_seq, self._chain = entry.next_seq, row_hash(*last[0][:5])
        if self._next_seq < self._head_seq or (
            self._next_seq == self._head_seq and self._chain != self._head_chain
        ):
            message = f"its log ends before record {self._next_seq}, but went to {self._head_seq}"
            raise CorruptJournal(str(self.path), None, message)

    # --- the log ------------------------------------------------------------------------------------------

    @property
    def next_seq(self) -> int:
        return self._next_seq

    def append(self, expected_seq: int, batch: Batch) -> int | Fenced:
        self._usable()
        if expected_seq != self._next_seq:
            return Fenced(expected_seq, self._next_seq)
        if len(batch.data) > LARGEST_BATCH or batch.count < 1:
            raise ConfigError("batch", len(batch.data), f"1 record or more, at most {LARGEST_BATCH:,} bytes")
        crc = row_crc(expected_seq, batch.count, batch.at_ns, self._chain, batch.data)
        values = (expected_seq, batch.count, batch.at_ns, crc, self._chain, batch.data)
        self._no_append.clear()
        try:
            with self._turn:
                self._usable()
                self._run("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)", values)
                self._chain = row_hash(expected_seq, batch.count, batch.at_ns, self._chain, batch.data)
                self._next_seq += batch.count
                self._written(len(batch.data), self._checkpoint_bytes)
        finally:
            self._no_append.set()
        return self._next_seq

    @contextmanager
    def _behind_the_log(self) -> Iterator[None]:
        """Holds the lock for work that can wait: a waiting append goes first."""
        self._no_append.wait()
        with self._turn:
            yield

    def _written(self, size: int, most: int) -> None:
        """Counts `size` more bytes in SQLite's log; makes a checkpoint after more than `most`."""
        self._since_checkpoint += size + 8192
        if self._since_checkpoint > most:
            self._checkpoint()

    def read(self, from_seq: int) -> Iterator[Entry]:
        ((start,),) = self._run("SELECT coalesce(max(seq), 0) FROM log WHERE seq <= ?", (from_seq,))
        following, chain = 0, b""
        until, head_seq, head_chain = self._next_seq, self._head_seq, self._head_chain
        for row in self._rows(start, until):
            with _translated(self):
                entry = self._checked(*row)
                if not following:
                    following, chain = self._anchor(entry, row[3])
                if entry.seq != following or row[3] != chain:
                    message = f"after record {following - 1} it does not go on with {following}"
                    raise CorruptJournal(str(self.path), self._place(row[4]), message)
                following, chain = entry.next_seq, row_hash(*row[:5])
                if entry.seq < head_seq <= entry.next_seq and (
                    entry.next_seq != head_seq or chain != head_chain
                ):
                    message = f"record {head_seq - 1} is not the one that was there at the checkpoint"
                    raise CorruptJournal(str(self.path), None, message)
            if entry.next_seq > from_seq:
                yield entry
        if (following or from_seq) < until:
            with _translated(self):
                message = f"the log ends after record {(following or from_seq) - 1} of {until - 1}"
                raise CorruptJournal(str(self.path), None, message)

    def _rows(self, start: int, until: int) -> Iterator[tuple[Any, ...]]:
        """The rows of the log from `start` on, a few at a time, so that another thread may write in
        between."""
        sql = "SELECT seq, count, at_ns, previous, data, crc FROM log WHERE seq >= ? AND seq < ? ORDER BY seq"
        at_once = 1
        while True:
            with self._behind_the_log():
                rows = self._run(f"{sql} LIMIT {at_once}", (start, until))
            for row in rows:
                yield row
                self._are_numbers(row[0])
                start = row[0] + 1
            if len(rows) < at_once:
                return
            at_once = min(READ_AT_ONCE, READ_BYTES // max(1, len(rows[-1][4])) + 1)

    def _anchor(self, entry: Entry, previous: bytes) -> tuple[int, bytes]:
        """The seq and `previous` that the first row read must have. They are known if a snapshot or the log
        begins here; otherwise the row's own are taken."""
        known = self._run("SELECT chain FROM snapshots WHERE seq = ?", (entry.seq,))
        if known:
            return entry.seq, known[0][0]
        return entry.seq, FIRST_CHAIN if entry.seq == 1 else previous

    def _checked(self, seq: Any, count: Any, at_ns: Any, previous: Any, data: Any, crc: Any) -> Entry:
        """The row as an entry, after checking its CRC32C. Raises CorruptJournal."""
        self._are_numbers(seq, count, at_ns, crc)
        if type(previous) is not bytes or type(data) is not bytes or not 1 <= count < 2**40:
            raise CorruptJournal(str(self.path), None, f"the row of record {seq} is none of a journal")
        if row_crc(seq, count, at_ns, previous, data) != crc:
            message = f"the group of record {seq} does not have its CRC32C"
            raise CorruptJournal(str(self.path), self._place(data), message)
        return Entry(seq, count, at_ns, data)

    def _are_numbers(self, *values: Any) -> None:
        if not all(type(value) is int for value in values):
            raise CorruptJournal(str(self.path), None, "a row has something else where a number belongs")

    def _place(self, data: bytes) -> int | None:
        """The offset of these bytes in the database's file, None if they are not found. O(file)."""
        found = self.path.read_bytes().find(data[:64]) if data else -1
        return None if found < 0 else found

    # --- snapshots ----------------------------------------------------------------------------------------

    def put_snapshot(self, snapshot: Snapshot) -> None:
        """Writes the bytes piece by piece, one transaction for each, so that appends never wait long. The row
        that makes the pieces a snapshot is written last. Older data is deleted in steps afterwards."""
        self._usable()
        chain = self._chain_at(snapshot.seq)
        with self._turn:
            self._run("DELETE FROM snapshots WHERE seq = ?", (snapshot.seq,))
        self._forget_by_steps("pieces", "seq NOT IN (SELECT seq FROM snapshots)", PIECES_AT_ONCE)
        data = memoryview(snapshot.data)
        for start in range(0, len(data), PIECE_BYTES):
            piece = bytes(data[start : start + PIECE_BYTES])
            with self._behind_the_log():
                self._usable()
                self._run("INSERT INTO pieces (seq, data) VALUES (?, ?)", (snapshot.seq, piece))
                self._written(len(piece), self._checkpoint_of_pieces)
        crc = row_crc(snapshot.seq, 0, snapshot.at_ns, chain, snapshot.data)
        with self._turn:
            self._usable()
            self._run("BEGIN IMMEDIATE")
            values = (snapshot.seq, snapshot.at_ns, crc, chain, len(data))
            self._run("INSERT INTO snapshots VALUES (?, ?, ?, ?, ?)", values)
            self._run(
                "DELETE FROM snapshots WHERE seq NOT IN (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT 2)"
            )
            self._run("COMMIT")
            self._checkpoint()
        self.trim(snapshot.seq)

    def _chain_at(self, seq: int) -> bytes:
        """The row hash of the row before record `seq`, which begins a row or ends the log."""
        with self._turn:
            if seq == self._next_seq:
                return self._chain
            found = self._run("SELECT previous FROM log WHERE seq = ?", (seq,))
        if not found:
            raise ConfigError("seq", seq, "the end of a batch")
        return bytes(found[0][0])

    def get_snapshot(self, below: int | None = None) -> Snapshot | None:
        sql = "SELECT seq, at_ns, chain, size, crc FROM snapshots WHERE seq < ? ORDER BY seq DESC"
        damaged = 0
        for seq, at_ns, chain, size, crc in self._run(sql, (2**62 if below is None else below,)):
            self._are_numbers(seq, at_ns, size, crc)
            data = self._pieces(seq, size)
            if type(chain) is bytes and data is not None and row_crc(seq, 0, at_ns, chain, data) == crc:
                return Snapshot(seq, at_ns, data)
            damaged += 1
            self._report(max(size, 0), f"the snapshot before record {seq} does not have its CRC32C")
        first = self._run("SELECT min(seq) FROM log")[0][0]
        if damaged and first != 1:
            raise CorruptJournal(
                str(self.path), None, "no snapshot is whole, and the log does not begin at 1"
            )
        return None

    def snapshots(self) -> list[int]:
        return [int(seq) for (seq,) in self._run("SELECT seq FROM snapshots ORDER BY seq")]

    def _pieces(self, seq: int, size: int) -> memoryview | None:
        """The bytes of a snapshot, None if there are more or fewer than `size`."""
        (there,) = self._run("SELECT coalesce(sum(length(data)), 0) FROM pieces WHERE seq = ?", (seq,))[0]
        ((room,),) = self._run("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        if there != size or not 0 <= size <= min(room, LARGEST_SNAPSHOT):
            return None
        # One block for all of them: numpy asks for large pages. To get memory takes longer than to read what
        # goes there, so another thread gets most of it.
        found, end, first = np.empty(size, np.uint8).data, 0, size // 4
        with aside.Aside(lambda: aside.touch(found[first:]), size >= aside.LARGE) as touching:
            for (number,) in self._run("SELECT id FROM pieces WHERE seq = ? ORDER BY id", (seq,)):
                with self._behind_the_log():
                    pieces = self._run("SELECT data FROM pieces WHERE id = ?", (number,))
                for (piece,) in pieces:
                    if type(piece) is not bytes or end + len(piece) > size:
                        return None
                    if end + len(piece) > first:
                        touching.wait()
                    found[end : end + len(piece)] = piece
                    end += len(piece)
        return found if end == size else None

    def trim(self, before_seq: int) -> int:
        self._usable()
        kept = self._run("SELECT seq FROM snapshots ORDER BY seq DESC LIMIT 2")
        limit = min(before_seq, kept[1][0] if len(kept) == 2 else 1)
        self._forget_by_steps("log", "seq + count <= ?", FORGET_AT_ONCE, limit)
        self._forget_by_steps("pieces", "seq < ?", PIECES_AT_ONCE, min((seq for (seq,) in kept), default=0))
        first = self._run("SELECT min(seq) FROM log")[0][0]
        return self._next_seq if first is None else int(first)

    def _forget_by_steps(self, table: str, which: str, at_once: int, *limit: int) -> None:
        """Deletes rows a few at a time, so that appends never wait long."""
        key = "seq" if table == "log" else "id"
        while True:
            with self._behind_the_log():
                self._usable()
                rows = self._run(
                    f"SELECT {key} FROM {table} WHERE {which} ORDER BY {key} LIMIT {at_once}", limit
                )
                if rows:
                    self._run(f"DELETE FROM {table} WHERE {key} <= ? AND {which}", (rows[-1][0], *limit))
                    self._written(0, self._checkpoint_bytes)
            if len(rows) < at_once:
                return

    # --- the database -------------------------------------------------------------------------------------

    def _checkpoint(self) -> None:
        """Notes in `head` how far the log goes, and moves SQLite's write-ahead log into the database."""
        with self._turn:
            self._run("UPDATE head SET seq = ?, chain = ?", (self._next_seq, self._chain))
            self._head_seq, self._head_chain = self._next_seq, self._chain
            self._run("PRAGMA wal_checkpoint(PASSIVE)")
            self._since_checkpoint = 0

    def close(self) -> None:
        if self._db is None:
            return
        if self._failure is not None or os.getpid() != self._pid:
            self._abandon()
        else:
            if self._since_checkpoint:
                self._checkpoint()
            db, self._db = self._db, None
            with _translated(self):
                db.close()
        self._lock.release()

    def _abandon(self) -> None:
        if self._db is not None:
            db, self._db = self._db, None
            if os.getpid() == self._pid:
                _let_go(db)

    def _run(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self._turn:
            if self._db is None:
                raise JournalFailed(self._failure or f"{self.folder}: the journal is closed")
            with _translated(self):
                return self._db.run(sql, values)

    def _usable(self) -> None:
        if self._failure is not None:
            raise JournalFailed(self._failure)
        if os.getpid() != self._pid:
            raise JournalFailed(f"{self.folder}: the journal belongs to process {self._pid}, which opened it")

    def _report(self, dropped: int, reason: str) -> None:
        self.found.dropped_bytes += dropped
        self.found.reasons.append(reason)


class _translated:
    """Turns errors of SQLite into those of the journal, and remembers that the store has failed."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, CorruptJournal):
            self._store._failure = str(error)  # a damaged database is not written to any more
        if not isinstance(error, DriverError):
            return
        path = str(self._store.path)
        if error.code in (drivers.CORRUPT, drivers.NOT_A_DATABASE, drivers.SCHEMA_ERROR):
            self._store._failure = f"{path}: {error}"
            raise CorruptJournal(path, None, str(error)) from error
        if error.code in (drivers.BUSY, drivers.LOCKED):
            raise JournalLocked(f"{path}: another program has the database open ({error})") from error
        self._store._failure = f"{path}: {error}"
        raise JournalFailed(self._store._failure) from error


def _let_go(db: Connection) -> None:
    """Closes without writing. Errors are ignored: the first one was raised before."""
    with suppress(DriverError):
        db.abandon()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
