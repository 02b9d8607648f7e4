"""A store in memory only, for tests and for logs that need no disk."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from huntgroup.errors import ConfigError
from huntgroup.journal.store import Batch, Entry, Fenced, Found, LogStore, Snapshot


class MemoryStore(LogStore):
    """Keeps everything in lists."""

    def __init__(self) -> None:
        self.found: Found = Found()
        self._entries: list[Entry] = []
        self._snapshots: list[Snapshot] = []
        self._next_seq = 1

    @property
    def next_seq(self) -> int:
        return self._next_seq

    def append(self, expected_seq: int, batch: Batch) -> int | Fenced:
        if expected_seq != self._next_seq:
            return Fenced(expected_seq, self._next_seq)
        self._entries.append(Entry(expected_seq, batch.count, batch.at_ns, bytes(batch.data)))
        self._next_seq += batch.count
        return self._next_seq

    def read(self, from_seq: int) -> Iterator[Entry]:
        start = bisect_right(self._entries, from_seq, key=lambda entry: entry.seq) - 1
        entries = self._entries[max(start, 0) :]
        yield from (entry for entry in entries if entry.next_seq > from_seq)

    def put_snapshot(self, snapshot: Snapshot) -> None:
        ends = {entry.next_seq for entry in self._entries} | {kept.seq for kept in self._snapshots} | {1}
        if snapshot.seq not in ends:
            raise ConfigError("seq", snapshot.seq, "the end of a batch")
        kept = [before for before in self._snapshots if before.seq != snapshot.seq]
        self._snapshots = [*kept[-1:], Snapshot(snapshot.seq, snapshot.at_ns, bytes(snapshot.data))]
        if len(self._snapshots) == 2:
            self.trim(self._snapshots[0].seq)

    def get_snapshot(self, below: int | None = None) -> Snapshot | None:
        fitting = [kept for kept in self._snapshots if below is None or kept.seq < below]
        return fitting[-1] if fitting else None

    def snapshots(self) -> list[int]:
        return [kept.seq for kept in self._snapshots]

    def trim(self, before_seq: int) -> int:
        limit = min(before_seq, self._snapshots[0].seq if self._snapshots else 1)
        self._entries = [entry for entry in self._entries if entry.next_seq > limit]
        return self._entries[0].seq if self._entries else self._next_seq

    def close(self) -> None:
        pass
