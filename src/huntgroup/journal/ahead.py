"""Reads and checks a log in one thread while another thread plays the entries that were read before."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from queue import Full, Queue
from threading import Event, Thread

from huntgroup.journal.store import Entry

MOST = 16
"""Entries that are read ahead."""
PATIENCE = 0.05
"""Seconds after which a reader with a full queue checks whether the entries are still wanted."""


def read_ahead(entries: Iterator[Entry]) -> Generator[Entry, None, None]:
    """Gives the same entries, and raises what reading them raises, in the same order. The first `MOST` are
    read by the caller's own thread: many logs have no more. The caller must close the generator. O(bytes)."""
    for _ in range(MOST):
        entry = next(entries, None)
        if entry is None:
            return
        yield entry
    found: Queue[Entry | BaseException | None] = Queue(MOST)
    given_up = Event()
    reader = Thread(target=_read, args=(entries, found, given_up), name="huntgroup-reader", daemon=True)
    reader.start()
    try:
        while (one := found.get()) is not None:
            if isinstance(one, BaseException):
                raise one
            yield one
    finally:
        given_up.set()
        reader.join()


def _read(entries: Iterator[Entry], found: Queue[Entry | BaseException | None], given_up: Event) -> None:
    try:
        for entry in entries:
            if not _put(found, entry, given_up):
                return
        _put(found, None, given_up)
    except BaseException as error:
        _put(found, error, given_up)


def _put(
    found: Queue[Entry | BaseException | None], one: Entry | BaseException | None, given_up: Event
) -> bool:
    """Puts `one` into the queue; False if the consumer has given up."""
    while not given_up.is_set():
        try:
            found.put(one, timeout=PATIENCE)
            return True
        except Full:
            continue
    return False
