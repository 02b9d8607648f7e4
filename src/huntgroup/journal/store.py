"""What a journal needs of the place where it is kept. The engine knows this and nothing of any store: one
over a replicated log has no file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Batch:
    """What is committed at once: `count` records, the engine's time after them, and the records as bytes
    (docs/JOURNAL_FORMAT.md). A store does not look inside."""

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
    """The answer to an append that was not meant for this log: another writer has been here."""

    expected_seq: int
    found_seq: int


@dataclass
class Found:
    """What a store found when it was opened."""

    dropped_bytes: int = 0
    reasons: list[str] = field(default_factory=list)


class LogStore(ABC):
    """A log of batches with two snapshots. Record numbers begin at 1 and have no holes.

    Every method raises `JournalFailed` after the first error of the disk, and never tries anything twice.
    Another thread than the one that appends may read and put snapshots.
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
        """The batches from the one on that holds the record `from_seq`, in order, each checked before it is
        given. Raises CorruptJournal. O(bytes)."""

    @abstractmethod
    def put_snapshot(self, snapshot: Snapshot) -> None:
        """Keeps a snapshot, the one before it and the log from that one on; what is older goes. Its `seq`
        must be that of a batch's end. Raises ConfigError, JournalFailed. O(bytes)."""

    @abstractmethod
    def get_snapshot(self, below: int | None = None) -> Snapshot | None:
        """The latest snapshot (whose `seq` is below the one given), checked; a damaged one is passed over,
        and `found` says so. None where there is none. Raises CorruptJournal where all are damaged and the
        log does not begin at 1. O(bytes)."""

    @abstractmethod
    def snapshots(self) -> list[int]:
        """The `seq` of each snapshot that there is, ascending, unchecked. O(1)."""

    @abstractmethod
    def trim(self, before_seq: int) -> int:
        """Forgets the batches all of whose records are below `before_seq`, but none that follow the older
        snapshot. Returns the first record kept. Raises JournalFailed. O(batches)."""

    @abstractmethod
    def close(self) -> None:
        """Lets go of everything. O(1) after a failure; else what the store has to tidy up."""
