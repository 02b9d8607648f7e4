"""How a journal is opened: the state from the newest good snapshot, or from the first record, and the log
from there on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

from huntgroup.engine.journal import Journal, Told, beginning_of
from huntgroup.engine.snapshots import Reader, restored
from huntgroup.errors import CorruptJournal, HuntgroupError
from huntgroup.journal.ahead import read_ahead
from huntgroup.journal.numbering import Numbering
from huntgroup.journal.store import LogStore
from huntgroup.models import PresenceModel
from huntgroup.scorers.scorer import Scorer

if TYPE_CHECKING:
    from huntgroup.engine.engine import Engine


def starting(
    kind: type[Engine],
    store: LogStore,
    scorers: Mapping[str, Scorer],
    where: str,
    told: Told | None = None,
    keep_events: int = 1_000_000,
    below: int | None = None,
    in_haste: bool = False,
) -> tuple[Journal, int, int | None]:
    """(the journal of an engine at its start, the record from which to play, the `seq` of the snapshot
    used). `below`: only snapshots of before that record. Who is `told` hears all that the log still has: it
    is played from its beginning, or else from the oldest snapshot. A snapshot that is damaged is passed
    over, and the store's `found` says so. `in_haste`: see `restored`. Raises CorruptJournal, ConfigError.
    O(state)."""
    damaged = False
    if told is not None:
        below = _earliest(store)
    while (snapshot := store.get_snapshot(below)) is not None:
        try:
            journal = _from_snapshot(kind, store, scorers, where, told, keep_events, snapshot.data, in_haste)
            return journal, snapshot.seq, snapshot.seq
        except CorruptJournal as error:
            damaged = True
            store.found.dropped_bytes += len(snapshot.data)
            store.found.reasons.append(str(error))
            below = snapshot.seq
    first = next(iter(store.read(1)))
    if first.seq != 1:
        what = "no snapshot is whole" if damaged else "there is no snapshot"
        raise CorruptJournal(where, None, f"{what}, and the log does not begin at 1")
    begin = beginning_of(first, where)
    try:
        model, kept = PresenceModel.from_dict(begin["model"], where), begin["keep_finished"]
        engine = kind(
            model, seed=begin["seed"], start=begin["start"], keep_finished=kept, keep_events=keep_events
        )
    except (HuntgroupError, LookupError, TypeError, ValueError, MemoryError) as error:
        raise CorruptJournal(where, None, f"the first record does not say how it began: {error}") from error
    journal = Journal(engine, store, scorers, where, kept, told)
    journal.numbering = Numbering.told_by(begin, where)
    journal.begun = {"fingerprint": model.fingerprint}
    return journal, 1, None


def _earliest(store: LogStore) -> int | None:
    """Below which record the snapshot is from which most of the log can be played; None where the oldest
    one is damaged."""
    if next(iter(store.read(1))).seq == 1:
        return 1
    oldest = min(store.snapshots(), default=0)
    try:
        return None if store.get_snapshot(oldest + 1) is None else oldest + 1
    except CorruptJournal:
        return None


def _from_snapshot(
    kind: type[Engine],
    store: LogStore,
    scorers: Mapping[str, Scorer],
    where: str,
    told: Told | None,
    keep_events: int,
    data: Any,
    in_haste: bool,
) -> Journal:
    reader = Reader(data, where)
    engine = restored(kind, reader, lambda name: Journal.found_scorer(scorers, name), keep_events, in_haste)
    journal = Journal(engine, store, scorers, where, engine._keep_finished or 0, told)
    try:
        journal.numbering = Numbering.told_by(reader.about["numbering"], where)
        journal.begun = {"fingerprint": str(reader.about["begun"]["fingerprint"])}
    except (LookupError, TypeError) as error:
        raise CorruptJournal(
            where, None, f"the snapshot does not say how the journal began: {error}"
        ) from error
    return journal


def replayed(journal: Journal, seq: int) -> Engine:
    """A second engine with the state before record `seq`, by the log from the snapshot before or from the
    beginning. Raises CorruptJournal. O(state + records)."""
    kind = type(journal.engine)
    second, start, _ = starting(kind, journal.store, journal.scorers, journal.where, below=seq)
    with closing(read_ahead(second.taken(journal.store.read(start)))) as groups:
        for group in groups:
            if group.entry.seq >= seq:
                break
            second.play_taken(group, 1 if group.entry.seq == 1 else 0)
    return second.engine
