"""Reads and checks a log in one thread while another thread plays what was read before."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from queue import Full, Queue
from threading import Event, Thread
from typing import TypeVar

One = TypeVar("One")

MOST = 16
"""Groups that wait to be played."""
AT_ONCE = 8
"""Groups that are handed over at once, where there are so many: to wake another thread up costs as much as to
play a dozen commands."""
PATIENCE = 0.05
"""Seconds after which a reader with a full queue checks whether the groups are still wanted."""


def read_ahead(groups: Iterator[One]) -> Generator[One, None, None]:
    """Gives the same groups, and raises what reading them raises, in the same order. The first `MOST` are
    read by the caller's own thread: many logs have no more. The caller must close the generator. O(bytes)."""
    for _ in range(MOST):
        try:
            group = next(groups)
        except StopIteration:
            return
        yield group
    found: Queue[list[One] | BaseException | None] = Queue(MOST // AT_ONCE)
    given_up = Event()
    reader = Thread(target=_read, args=(groups, found, given_up), name="huntgroup-reader", daemon=True)
    reader.start()
    try:
        while (some := found.get()) is not None:
            if isinstance(some, BaseException):
                raise some
            yield from some
    finally:
        given_up.set()
        reader.join()


def _read(groups: Iterator[One], found: Queue[list[One] | BaseException | None], given_up: Event) -> None:
    gathered: list[One] = []
    try:
        for group in groups:
            gathered.append(group)
            # Whoever waits gets what there is.
            if len(gathered) == AT_ONCE or found.empty():
                if not _put(found, gathered, given_up):
                    return
                gathered = []
        _put(found, gathered, given_up)
        _put(found, None, given_up)
    except BaseException as error:
        _put(found, gathered, given_up)
        _put(found, error, given_up)


def _put(
    found: Queue[list[One] | BaseException | None], one: list[One] | BaseException | None, given_up: Event
) -> bool:
    """Puts `one` into the queue; False if the consumer has given up."""
    while not given_up.is_set():
        try:
            found.put(one, timeout=PATIENCE)
            return True
        except Full:
            continue
    return False
