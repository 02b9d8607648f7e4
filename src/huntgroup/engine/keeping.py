"""Snapshots of a durable engine: taken between two commands, written and checked by a thread of their own,
which keeps the interpreter from the commands for no longer than a piece of work lasts (`pieces`)."""

from __future__ import annotations

import logging
from threading import Thread
from typing import TYPE_CHECKING, Any

from huntgroup.engine.opening import replayed
from huntgroup.engine.pieces import let_go
from huntgroup.engine.snapshots import Reader, restored, taken
from huntgroup.errors import CorruptJournal, HuntgroupError, JournalFailed
from huntgroup.journal.numbering import Numbering
from huntgroup.journal.store import Snapshot

if TYPE_CHECKING:
    from huntgroup.engine.engine import Engine
    from huntgroup.engine.journal import Journal

log: logging.Logger = logging.getLogger("huntgroup")


class Keeper:
    """Takes the snapshots of one journal. `every`: after so many groups, None: when asked."""

    journal: Journal
    every: int | None

    def __init__(self, journal: Journal, every: int | None) -> None:
        self.journal, self.every = journal, every
        self.error: Exception | None = None
        self._since = 0
        self._writer: Thread | None = None
        journal.count_group, journal.take_snapshot = self.count_group, self.begin
        journal.wait_for_snapshot = self.wait

    def count_group(self) -> bool:
        """One group more; whether a snapshot is due before the next command. O(1)."""
        self._since += 1
        return self.every is not None and self._since >= self.every and not self.busy

    @property
    def busy(self) -> bool:
        """Whether one is being written. O(1)."""
        return self._writer is not None and self._writer.is_alive()

    def begin(self) -> None:
        """Everything before it is committed. Copies the state and begins to write it; one that is being
        written is waited for. O(state)."""
        self.wait()
        self._since, self.error = 0, None
        journal = self.journal
        fork, seq = journal.engine.fork(), journal.store.next_seq
        about = {
            "seq": seq,
            "at_ns": fork.now_ns,
            "numbering": Numbering.of_today().plain(),
            "begun": journal.begun,
        }
        self._writer = Thread(
            target=self._write, args=(fork, seq, about), name="huntgroup-snapshot", daemon=True
        )
        self._writer.start()

    def wait(self) -> None:
        """Until the one that is being written is on disk, or has failed."""
        if self._writer is not None:
            self._writer.join()
            self._writer = None

    def _write(self, fork: Engine, seq: int, about: dict[str, Any]) -> None:
        try:
            at_ns = fork.now_ns
            data = taken(fork, about)
            kind = type(fork)
            let_go(fork)
            del fork
            self._verify(kind, data, seq)
            self.journal.store.put_snapshot(Snapshot(seq, at_ns, data.data))
        except Exception as error:
            # The engine goes on with the log as it is; a store that failed says so to each command.
            self.error = error
            log.error("%s: the snapshot before record %s was not kept: %s", self.journal.where, seq, error)

    def _verify(self, kind: type[Engine], data: Any, seq: int) -> None:
        """Checks a new snapshot: an engine restored from it must have its digest, and so must a second engine
        that plays the log up to it, from the snapshot before or from the beginning. Raises CorruptJournal.
        O(state + records)."""
        journal = self.journal
        reader = Reader(data, journal.where)
        digest = reader.about["digest"]
        if _digest_of(restored(kind, reader, journal.scorer)) != digest:
            raise CorruptJournal(journal.where, None, f"the snapshot before record {seq} is another state")
        if _digest_of(replayed(journal, seq)) != digest:
            message = f"the log does not come to the state of the snapshot before record {seq}"
            raise CorruptJournal(journal.where, None, message)

    def finished(self) -> None:
        """Waits, and raises what went wrong."""
        self.wait()
        if self.error is not None:
            if isinstance(self.error, HuntgroupError):
                raise self.error
            raise JournalFailed(str(self.error)) from self.error


def _digest_of(second: Engine) -> str:
    """The digest of an engine that is of no use afterwards. O(state)."""
    digest = second._digest(in_haste=False)
    let_go(second)
    return digest


def verify_snapshots(engine: Engine) -> int:
    """Whether each snapshot of the engine's journal is the state that it says, and the log goes from each to
    the next and to the engine's; how many there are. Raises CorruptJournal. O(state + records)."""
    journal = engine._journal
    if journal is None:
        return 0
    seqs = journal.store.snapshots()
    for seq in seqs:
        snapshot = journal.store.get_snapshot(seq + 1)
        if snapshot is None or snapshot.seq != seq:
            raise CorruptJournal(journal.where, None, f"the snapshot before record {seq} is damaged")
        reader = Reader(snapshot.data, journal.where)
        digest = reader.about["digest"]
        if _digest_of(restored(type(engine), reader, journal.scorer)) != digest:
            raise CorruptJournal(journal.where, None, f"the snapshot before record {seq} is another state")
        if seq != seqs[0] and _digest_of(replayed(journal, seq)) != digest:
            message = f"the log does not come to the state of the snapshot before record {seq}"
            raise CorruptJournal(journal.where, None, message)
    return len(seqs)
