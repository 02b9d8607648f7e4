"""Work that another thread does meanwhile: most of what a large state needs runs without the interpreter's
lock, so that two processors share it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from types import TracebackType

import numpy as np

LARGE = 64 * 2**20
"""Bytes from which on a thread is worth its while."""


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


def touch(block: memoryview) -> None:
    """Writes to each page of a block that is not in use yet, so that the system gives it now. O(bytes)."""
    np.frombuffer(block, np.uint8)[::4096] = 0
