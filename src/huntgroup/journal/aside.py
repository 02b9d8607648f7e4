"""Work that another thread does meanwhile: most of what a large state needs runs without the interpreter's
lock, so that two processors share it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from threading import Thread
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

LARGE = 64 * 2**20
"""Bytes from which on a thread is worth its while."""
MANY = 50_000
"""Agents from which on it is."""
AT_ONCE = 2**24
"""Bytes of a file that are read at once."""
BEHIND = 8
"""Pieces that wait to be hashed."""


class Aside:
    """Does `work` in a thread of its own where that is `worth` it, else at once. As a context manager it
    waits at the end, whatever happened, and raises what the work raised unless there is another error."""

    def __init__(self, work: Callable[[], object], worth: bool) -> None:
        self._work = work
        self._error: BaseException | None = None
        self._thread: Thread | None = None
        if worth:
            self._thread = Thread(target=self._run, name="huntgroup-aside", daemon=True)
            self._thread.start()
        else:
            work()

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:
            self._error = error

    def wait(self) -> None:
        """Until it is done. Raises what the work raised."""
        if self._thread is not None:
            self._thread.join()
        if self._error is not None:
            raise self._error

    def __enter__(self) -> Aside:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread is not None:
            self._thread.join()
        if error is None:
            self.wait()


class Hashing:
    """A SHA-256 of what it is given. Of `much`, another thread hashes while more is gathered. As a context
    manager it leaves no thread behind."""

    def __init__(self, much: bool) -> None:
        self._hash = hashlib.sha256()
        self._given: Queue[bytes | None] = Queue(BEHIND)
        self._aside: Aside | None = Aside(self._take, True) if much else None
        self.update: Callable[[bytes], None] = self._given.put if much else self._hash.update

    def _take(self) -> None:
        while (data := self._given.get()) is not None:
            self._hash.update(data)

    def hexdigest(self) -> str:
        """The digest of all that it was given, as 64 hex digits; nothing more may come. O(what waits)."""
        if self._aside is not None:
            waiting, self._aside = self._aside, None
            self._given.put(None)
            waiting.wait()
        return self._hash.hexdigest()

    def __enter__(self) -> Hashing:
        return self

    def __exit__(self, *_: object) -> None:
        self.hexdigest()


def read_file(path: Path) -> NDArray[np.uint8]:
    """A file's bytes. To get the memory for a large one takes longer than to read it, so another thread gets
    most of it. Raises OSError. O(bytes)."""
    with open(path, "rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        block = np.empty(size, np.uint8)
        end, first = 0, size // 4
        with Aside(lambda: touch(block.data[first:]), size >= LARGE) as touching:
            while end < size:
                if end + AT_ONCE > first:
                    touching.wait()
                read = file.readinto(block.data[end : end + AT_ONCE])
                if not read:
                    break
                end += read
    return block[:end]


def touch(block: memoryview) -> None:
    """Writes to each page of a block that is not in use yet, so that the system gives it now. O(bytes)."""
    np.frombuffer(block, np.uint8)[::4096] = 0
