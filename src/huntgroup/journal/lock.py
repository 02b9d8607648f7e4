"""The lock of a folder. It belongs to an open file, not to a process: a second opening in the same process is
refused too. The system releases it when the process ends, in whatever way."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from huntgroup.errors import JournalLocked

NAME = "lock"


class FolderLock:
    """Locks the folder until `release`. Raises JournalLocked if it is locked already. `create=False` writes
    nothing: if there is no lock file, the folder was never opened or is a copy, and nothing is locked."""

    def __init__(self, folder: Path, create: bool = True) -> None:
        self._handle = -1
        flags = os.O_RDWR | os.O_CREAT if create else os.O_RDONLY
        try:
            handle = os.open(folder / NAME, flags | os.O_CLOEXEC, 0o644)
        except FileNotFoundError:
            if create:
                raise
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
            os.close(handle)
            by = f" by process {holder}" if holder else ""
            raise JournalLocked(f"{folder}: the journal is open already{by}") from None
        if create:
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle

    def release(self) -> None:
        """Releases the lock. O(1)."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
