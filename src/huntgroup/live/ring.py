"""The latest events, for any number of readers: one ring, in which each reader has its own place."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huntgroup.core.state.codes import EVENT_KINDS
from huntgroup.errors import ConfigError, Lagged
from huntgroup.layouts import EVENT_DTYPE
from huntgroup.shown import Event

ROW = EVENT_DTYPE.itemsize
NAMED = 16_384
"""How many of the latest events are also kept as objects, which readers that are up to date share."""


class EventRing:
    """The latest `keep` events as rows, found by their seq, which has no gaps. Any thread may read it.

    `named` turns rows into events with names. Memory grows with the events that are kept, up to `keep` rows.
    """

    def __init__(self, keep: int, named: Callable[[NDArray[np.void]], list[Event]]) -> None:
        self._keep = keep
        self._named = named
        self._lock = threading.Lock()
        # The rows as bytes: numpy takes microseconds to copy even one structured row.
        self._size = min(keep, 1024)
        self._bytes = memoryview(bytearray(self._size * ROW))
        self._objects: list[Event] = []
        self.first_seq: int = 1
        """The seq of the oldest event that is kept, or of the next event if none is kept."""
        self.next_seq: int = 1
        """The seq that the next event will have."""

    def append(self, rows: NDArray[np.void], share: bool) -> None:
        """Adds events in the order of their seq. `share`: there are subscribers, so the events are made into
        objects now. If their seq does not follow the last one, the events kept before are dropped.
        O(rows)."""
        count = len(rows)
        if not count:
            return
        with self._lock:
            start: int = rows["seq"].item(0)
            if start != self.next_seq:
                self.first_seq = self.next_seq = start
                self._objects = []
            if share:
                self._objects += self._named(rows)
                if len(self._objects) > 2 * NAMED:
                    del self._objects[:-NAMED]
            else:
                self._objects = []
            end = start + count
            if count > self._keep:
                rows, start, count = rows[-self._keep :], end - self._keep, self._keep
            first = max(self.first_seq, end - self._keep)
            self._make_room(first, end - first)
            self._put(start, rows.tobytes())
            self.first_seq, self.next_seq = first, end

    def _put(self, seq: int, rows: bytes) -> None:
        """Puts rows from this seq on into their places."""
        place = seq % self._size * ROW
        head = min(len(rows), self._size * ROW - place)
        self._bytes[place : place + head] = rows[:head]
        self._bytes[: len(rows) - head] = rows[head:]

    def _taken(self, seq: int, count: int) -> bytes:
        """So many rows from this seq on."""
        place, size = seq % self._size * ROW, count * ROW
        head = bytes(self._bytes[place : place + size])
        return head if len(head) == size else head + bytes(self._bytes[: size - len(head)])

    def _make_room(self, first: int, count: int) -> None:
        """Grows the ring until `count` rows fit; those from `first` on keep their place by seq."""
        if count <= self._size:
            return
        kept = self._taken(first, max(0, self.next_seq - first))
        while self._size < count:
            self._size = min(2 * self._size, self._keep)
        self._bytes = memoryview(bytearray(self._size * ROW))
        self._put(first, kept)

    def rows(self, from_seq: int, most: int) -> NDArray[np.void]:
        """As `read`, but as rows of EVENT_DTYPE, which are contiguous and cannot be written. Raises Lagged.
        O(events read)."""
        with self._lock:
            if from_seq < self.first_seq:
                raise Lagged(self.first_seq)
            count = max(0, min(most, self.next_seq - from_seq))
            return np.frombuffer(self._taken(from_seq, count), EVENT_DTYPE)

    def read(self, from_seq: int, most: int) -> list[Event]:
        """At most `most` events from this seq on; [] if that event has not happened yet. Raises Lagged if it
        was dropped. O(events read)."""
        with self._lock:
            if from_seq < self.first_seq:
                raise Lagged(self.first_seq)
            count = min(most, self.next_seq - from_seq)
            if count <= 0:
                return []
            shared_from = self.next_seq - len(self._objects)
            if from_seq >= shared_from:
                place = from_seq - shared_from
                return self._objects[place : place + count]
            return self._named(np.frombuffer(self._taken(from_seq, count), EVENT_DTYPE))


class Wanted:
    """Which events a reader wants: all filters that are given must match. A name alone is a list of one."""

    def __init__(
        self,
        queues: Iterable[str] | None = None,
        agents: Iterable[str] | None = None,
        kinds: Iterable[str] | None = None,
    ) -> None:
        self._queues = _names("queues", queues)
        self._agents = _names("agents", agents)
        self.kinds: frozenset[str] | None = _names("kinds", kinds)
        """The kinds that are wanted, None for all."""
        self._everything = self._queues is None and self._agents is None and self.kinds is None
        for kind in sorted(self.kinds or ()):
            if kind not in EVENT_KINDS:
                raise ConfigError("kinds", kind, "kinds of events: " + ", ".join(EVENT_KINDS))

    def of(self, events: list[Event]) -> list[Event]:
        """Those of the events that are wanted, in their order."""
        if self._everything:
            return events
        return [event for event in events if self.wants(event)]

    def wants(self, event: Event) -> bool:
        """Is this event wanted? O(1)."""
        return (
            (self.kinds is None or event.kind in self.kinds)
            and (self._queues is None or event.queue in self._queues)
            and (self._agents is None or event.agent in self._agents)
        )


def _names(field: str, given: Any) -> frozenset[str] | None:
    if given is None:
        return None
    names = [given] if isinstance(given, str) else list(given)
    for name in names:
        if not isinstance(name, str):
            raise ConfigError(field, name, "names")
    return frozenset(names)


class Place:
    """Where one reader is in a ring, and what it wants of it."""

    def __init__(self, ring: EventRing, from_seq: int | None, wanted: Wanted) -> None:
        if from_seq is not None and (type(from_seq) is not int or from_seq < 1):
            raise ConfigError("from_seq", from_seq, "the seq of an event, from 1 on")
        self._ring = ring
        self._wanted = wanted
        self.next_seq: int = ring.next_seq if from_seq is None else from_seq

    def is_behind(self) -> bool:
        """Are there events that were not read yet?"""
        return self.next_seq < self._ring.next_seq

    def read(self, most: int) -> list[Event]:
        """The wanted ones among the next `most` events. Raises Lagged, once, if some were dropped; the next
        call goes on with the first event that is still kept. O(events examined)."""
        try:
            events = self._ring.read(self.next_seq, most)
        except Lagged as lagged:
            self.next_seq = lagged.first_seq
            raise
        self.next_seq += len(events)
        return self._wanted.of(events)
