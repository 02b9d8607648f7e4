"""The interface of a journal's store. The engine uses nothing else of it, so that a store need not be a file:
it may be a replicated log."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Batch:
    """The unit of a commit: `count` records, the engine's time after them, and the records as bytes
    (docs/JOURNAL_FORMAT.md). A store does not interpret the bytes."""

    count: int
    at_ns: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """A batch as it is read back: `seq` is the number of its first record."""

    seq: int
    count: int
    at_ns: int
    data: bytes

    @property
    def next_seq(self) -> int:
        """The number of the record that follows. O(1)."""
        return self.seq + self.count


class Snapshot(NamedTuple):
    """The state after the record `seq - 1`, as bytes."""

    seq: int
    at_ns: int
    data: bytes | memoryview


class Fenced(NamedTuple):
    """The answer to an append whose `expected_seq` is not the log's next one: another writer has appended."""

    expected_seq: int
    found_seq: int


@dataclass
class Found:
    """Damage that a store found and passed over: how many bytes were dropped, and why."""

    dropped_bytes: int = 0
    reasons: list[str] = field(default_factory=list)


class LogStore(ABC):
    """A log of batches with two snapshots. Record numbers begin at 1 and have no holes.

    Every method raises `JournalFailed` after the first error of the disk, and never tries anything twice.
    While one thread appends, another may read and put snapshots.
    """

    found: Found

    @property
    @abstractmethod
    def next_seq(self) -> int:
        """The number that the next record gets. O(1)."""

    @abstractmethod
    def append(self, expected_seq: int, batch: Batch) -> int | Fenced:
        """Makes a batch durable, if its first record gets the number `expected_seq`. Returns the number of
        the record that follows, or `Fenced` with nothing changed. Raises JournalFailed. O(bytes)."""

    @abstractmethod
    def read(self, from_seq: int) -> Iterator[Entry]:
        """The batches in order, beginning with the one that holds the record `from_seq`; each is checked
        first. Raises CorruptJournal. O(bytes)."""

    @abstractmethod
    def put_snapshot(self, snapshot: Snapshot) -> None:
        """Stores a snapshot. Keeps it, the one before it, and the log from that one on; deletes what is
        older. Its `seq` must be the end of a batch. Raises ConfigError, JournalFailed. O(bytes)."""

    @abstractmethod
    def get_snapshot(self, below: int | None = None) -> Snapshot | None:
        """The latest snapshot (with a `seq` less than `below`, if given), checked. A damaged one is skipped
        and noted in `found`. None if there is none. Raises CorruptJournal if all are damaged and the log does
        not begin at 1. O(bytes)."""

    @abstractmethod
    def snapshots(self) -> list[int]:
        """The `seq` of each snapshot, ascending, unchecked. O(1)."""

    @abstractmethod
    def trim(self, before_seq: int) -> int:
        """Deletes the batches whose records are all below `before_seq`, but none after the older snapshot.
        Returns the number of the first record kept. Raises JournalFailed. O(batches)."""

    @abstractmethod
    def close(self) -> None:
        """Closes the store and releases everything that it holds. O(1) after a failure; otherwise what the
        store has to finish."""
