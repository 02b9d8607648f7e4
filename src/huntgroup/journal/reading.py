"""Opens a journal for reading only: a copy of it, because SQLite writes even when it reads. Reports its
progress."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from huntgroup.errors import ConfigError, JournalFailed
from huntgroup.journal.lock import FolderLock
from huntgroup.journal.sqlite import DATABASE, SqliteStore
from huntgroup.journal.store import Entry

Tell = Callable[[int, int], None]


class WatchedStore(SqliteStore):
    """A store that reports how far it is read: `tell` is called with the number of records read and of all
    records."""

    def __init__(self, folder: str | os.PathLike[str], tell: Tell | None = None) -> None:
        self._tell = tell
        super().__init__(folder)

    def read(self, from_seq: int) -> Iterator[Entry]:
        for entry in super().read(from_seq):
            if self._tell is not None:
                self._tell(entry.next_seq - 1, self.next_seq - 1)
            yield entry


@contextmanager
def copied(folder: Path, tell: Tell | None = None) -> Iterator[SqliteStore]:
    """Opens a copy of the journal. Raises ConfigError if there is no journal, JournalLocked, CorruptJournal,
    JournalFailed. O(bytes)."""
    if not (folder / DATABASE).is_file():
        raise ConfigError("folder", str(folder), f"a folder with a {DATABASE}")
    with TemporaryDirectory(prefix="huntgroup-") as made:
        try:
            lock = FolderLock(folder, create=False)
            try:
                for file in folder.glob(DATABASE + "*"):
                    shutil.copy(file, made)
            finally:
                lock.release()
        except OSError as error:
            raise JournalFailed(f"{folder}: {error}") from error
        store = WatchedStore(made, tell)
        store.path = folder / DATABASE
        try:
            yield store
        finally:
            store.close()


def changed_at(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of change of each file of the journal. If they differ, somebody has written
    since."""
    found = []
    for file in sorted(folder.glob(DATABASE + "*")):
        try:
            about = file.stat()
        except FileNotFoundError:  # the log of SQLite comes and goes
            continue
        found.append((file.name, about.st_size, about.st_mtime_ns))
    return tuple(found)
