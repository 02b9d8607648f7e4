"""The journal of one engine: what it records, when that is committed, and how it is played again."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from huntgroup.core.python.decided import CHECKED_BY, DIGESTED_BY
from huntgroup.core.python.digesting import feed
from huntgroup.core.python.playing import (
    changed,
    drained,
    instant_of,
    next_event,
    number_events_from,
    play_rows,
    seed_of,
)
from huntgroup.core.python.recording import NUMBERED, RULES, Recorder
from huntgroup.engine.events import named_events
from huntgroup.engine.recorded import RECORDED
from huntgroup.engine.sessions import Answer
from huntgroup.errors import ConfigError, CorruptJournal, HuntgroupError, JournalFailed, Result
from huntgroup.journal.ahead import read_ahead
from huntgroup.journal.answers import restored_answer
from huntgroup.journal.documents import packed, restored
from huntgroup.journal.numbering import Numbering
from huntgroup.journal.records import Records, first_document, is_numbered, taken_apart
from huntgroup.journal.store import Batch, Entry, Fenced, LogStore
from huntgroup.layouts import EVENT_DTYPE
from huntgroup.scorers.scorer import Scorer
from huntgroup.settings import arguments
from huntgroup.settings.actors import Actor
from huntgroup.shown.event import Event
from huntgroup.shown.plain import Plain

if TYPE_CHECKING:
    from huntgroup.engine.engine import Engine

log: logging.Logger = logging.getLogger("huntgroup")

Told = Callable[[list[Event]], object]
"""Hears of the events of each group that is played."""

FORMAT = 1
"""The number of the format of records and documents."""
_OTHER_RULES = (
    "it was decided by rules {}; this version decides by rules {}, and never guesses: let the version that"
    " wrote it take a snapshot"
)

DIGEST_EVERY = 1_000
"""The digest of the state is recorded after this many groups, if there are enough records since the last one
(`DIGEST_ROWS`)."""
DIGEST_ROWS = 4
"""Records between two digests, for each row that a digest reads: a replay then spends at most a tenth of its
time on digests."""


_NOT_A_GROUP = (HuntgroupError, ValueError, TypeError, LookupError, AttributeError, OverflowError)
_NO_ROWS = np.zeros(0, np.uint8)


class Taken(NamedTuple):
    """An entry taken apart: its records and their rows as bytes, or what is wrong with it."""

    entry: Entry
    records: Records | None
    rows: NDArray[np.uint8]
    wrong: Exception | None


@dataclass(frozen=True, slots=True)
class Recovery(Plain):
    """What opening a journal found: groups and commands played, how long that took, the first record after
    the snapshot that was used (None: none was), bytes that were dropped, and why."""

    groups: int
    commands: int
    seconds: float
    snapshot: int | None
    dropped_bytes: int
    reasons: tuple[str, ...]


def beginning(engine: Engine, keep_finished: int, start_ns: int | None) -> dict[str, Any]:
    """The first document of a journal: what the engine was made with, and what numbers in records mean."""
    return {
        "begin": {
            "format": FORMAT,
            "rules": RULES,
            "model": engine.model.to_dict(),
            "seed": seed_of(engine),
            "start": start_ns,
            "keep_finished": keep_finished,
            **Numbering.of_today().plain(),
        }
    }


class Journal:
    """Stands between an engine and its store."""

    told: Told | None
    heard: list[bytes] | None
    engine: Engine
    store: LogStore
    where: str
    groups: int
    commands: int

    def __init__(
        self,
        engine: Engine,
        store: LogStore,
        scorers: Mapping[str, Scorer],
        where: str,
        keep_finished: int,
        told: Told | None = None,
    ) -> None:
        self.told, self.heard = told, None if told is None else list[bytes]()
        self.engine, self.store, self.where = engine, store, where
        self.keep_finished = keep_finished
        self.recorder: Recorder = Recorder(self._define, self._commit, self._between)
        self.numbering: Numbering = Numbering.of_today()
        self.groups = self.commands = 0
        self._undigested_groups = self._undigested = 0
        self.scorers = scorers
        self.begun: dict[str, Any] = {}
        # The snapshots are another's to take (huntgroup.engine.keeping).
        self.count_group: Callable[[], bool] | None = None
        self.take_snapshot: Callable[[], None] | None = None
        self.wait_for_snapshot: Callable[[], None] | None = None
        self._digest_due = self._snapshot_due = False
        self._tables: dict[str, Any] = {
            "skills": engine._skill_names,
            "requirements": engine._requirement_texts,
            "relaxations": engine._relaxations,
            "texts": engine._texts,
            "actors": engine._actors,
        }
        self._known: dict[str, int] = {}
        self._note_known()

    # --- recording ----------------------------------------------------------------------------------------

    def begin(self, document: dict[str, Any]) -> None:
        """The first record of a new journal."""
        self.recorder.note_document(packed(document, []), instant_of(self.engine))
        self._commit(NUMBERED)

    def number_anew(self) -> None:
        """Where another version wrote the journal so far, a record says what numbers mean from here on."""
        today = Numbering.of_today()
        if self.numbering != today:
            self.numbering = today
            self.recorder.note_document(packed({"numbering": today.plain()}, []), instant_of(self.engine))
            self._commit(NUMBERED)

    def change(self, document: dict[str, Any], arrays: list[bytes], work: Callable[[], Any]) -> Any:
        """Does the work of a change of the configuration, and records it."""
        if self.recorder.failure is not None:
            raise JournalFailed(self.recorder.failure)
        self._define(0)
        self.recorder.changing = True
        try:
            result = work()
            self.recorder.note_document(packed(document, arrays), instant_of(self.engine))
            self._note_known()
        finally:
            changed(self.engine)
        return result

    def note(self, document: dict[str, Any], arrays: list[bytes]) -> None:
        """Records a document beside the commands."""
        if self.recorder.failure is not None:
            raise JournalFailed(self.recorder.failure)
        self._define(0)
        self.recorder.note_document(packed(document, arrays), instant_of(self.engine))
        changed(self.engine)

    def _note_known(self) -> None:
        self._known = {name: len(table) for name, table in self._tables.items()}

    def _define(self, _: int) -> None:
        """Records the names that were made since the last record: rows refer to them by number."""
        fresh: dict[str, Any] = {}
        for name, table in self._tables.items():
            if len(table) != self._known[name]:
                fresh[name] = _listed(name, list(table)[self._known[name] :])
                self._known[name] = len(table)
        if fresh:
            self.recorder.note_document(packed({"define": fresh}, []), instant_of(self.engine))

    def _commit(self, flags: int = 0) -> None:
        """Makes what was recorded durable. After an error nothing is recorded any more."""
        self._count_group()
        count, data = self.recorder.take(flags)
        try:
            answer = self.store.append(self.store.next_seq, Batch(count, self.engine.now_ns, data))
        except BaseException as error:
            # Also what interrupts it: whether the group is durable is not known then.
            self.recorder.failure = str(error) or f"interrupted: {type(error).__name__}"
            log.error("the journal failed: %s", self.recorder.failure)
            raise
        if isinstance(answer, Fenced):
            self.recorder.failure = f"{self.where}: another writer has been here: {answer}"
            raise JournalFailed(self.recorder.failure)

    def _count_group(self) -> None:
        """Counts a group, and notes when a digest or a snapshot is due. The digest of the state is recorded
        from time to time, so that a replay that differs is noticed near the place where it begins to differ.
        Amortised O(1) per record: a digest costs O(state)."""
        self._undigested_groups += 1
        self._undigested += self.recorder.count
        if self._undigested_groups >= DIGEST_EVERY and self._undigested >= DIGEST_ROWS * self._size():
            self._undigested_groups = self._undigested = 0
            self.recorder.digest_due = self._digest_due = True
        if self.count_group is not None and self.count_group():
            self.recorder.digest_due = self._snapshot_due = True

    def _between(self) -> None:
        """Called between two commands, when the one before is complete: takes a snapshot and records a digest
        if they are due."""
        if self._snapshot_due and not self.recorder.grouped:
            self._snapshot_due = False
            self.sync()
            assert self.take_snapshot is not None
            self.take_snapshot()
        if self._digest_due:
            self._digest_due = False
            self._note_digest()
        self.recorder.digest_due = self._snapshot_due

    def _note_digest(self) -> None:
        self._define(0)
        document = packed({"digest": decided_digest(self.engine), "by": DIGESTED_BY}, [])
        self.recorder.note_document(document, instant_of(self.engine))

    def _size(self) -> int:
        """About how many rows a digest looks at. O(1)."""
        return len(self.engine._agent_ids) + min(self.store.next_seq, self.keep_finished)

    def sync(self) -> None:
        """Commits what waits."""
        if self.recorder.failure is not None:
            raise JournalFailed(self.recorder.failure)
        self._define(0)
        if self.recorder.count:
            self._commit()

    def close(self) -> None:
        """Commits what waits and lets the store go; a snapshot that is being written is finished."""
        try:
            if self.wait_for_snapshot is not None:
                self.wait_for_snapshot()
            if self.recorder.failure is None:
                self.sync()
        finally:
            self.recorder.failure = self.recorder.failure or f"{self.where}: the journal is closed"
            self.store.close()

    # --- playing ------------------------------------------------------------------------------------------

    def taken(self, entries: Iterable[Entry]) -> Iterator[Taken]:
        """The entries taken apart, with what is wrong with them. The engine is not looked at, so another
        thread may do it ahead. O(bytes)."""
        for entry in entries:
            yield self._taken(entry)

    def _taken(self, entry: Entry) -> Taken:
        try:
            if is_numbered(entry.data):
                told = first_document(entry.data)
                self.numbering = Numbering.told_by(told.get("begin") or told["numbering"], self.where)
            records = taken_apart(entry.data, self.numbering)
            if records.rules != RULES:
                raise ValueError(_OTHER_RULES.format(records.rules, RULES))
        except _NOT_A_GROUP as error:
            return Taken(entry, None, _NO_ROWS, error)
        return Taken(entry, records, records.rows.view(np.uint8), None)

    def play(self, entry: Entry, skip: int = 0) -> None:
        """Carries out a group without its first `skip` records. Raises CorruptJournal if it is not a group,
        or if this engine comes to another result."""
        self.play_taken(self._taken(entry), skip)

    def play_taken(self, group: Taken, skip: int = 0) -> None:
        """The same of a group that is taken apart."""
        engine, crc, row, first_event = self.engine, 0, skip, next_event(self.engine)
        entry, records, rows, wrong = group
        try:
            if wrong is not None or records is None:
                raise wrong or ValueError("it is no group")
            count = len(records.rows)
            while row < count:
                row, result, crc = play_rows(
                    engine, rows, records.numbers, records.values, records.texts, row, crc, self.heard
                )
                if result:
                    raise ValueError(f"it is refused: {Result(result).name}")
                if row < count:
                    self._carry_out(records, row)
                    crc = drained(engine, crc, self.heard)
                    row += 1
        except _NOT_A_GROUP as error:
            if isinstance(error, ConfigError) and error.field == "scorers":
                raise
            message = f"record {entry.seq + row} cannot be played: {error}"
            raise CorruptJournal(self.where, None, message) from error
        if count != entry.count:
            message = f"the group of record {entry.seq} has {count} records, not {entry.count}"
            raise CorruptJournal(self.where, None, message)
        number_events_from(engine, first_event + records.events)
        same_check = records.checked_by == CHECKED_BY
        if engine.now_ns != entry.at_ns or (same_check and crc != records.decided_crc):
            message = f"the group of record {entry.seq} ends otherwise than when it was written"
            raise CorruptJournal(self.where, None, message)
        self.groups += 1
        self.commands += entry.count
        if self.told is not None and self.heard:
            events = np.frombuffer(b"".join(self.heard), EVENT_DTYPE)
            self.heard.clear()
            self.told(named_events(events, engine))

    def _carry_out(self, records: Records, row: int) -> None:
        """A record that is a document."""
        engine = self.engine
        at_ns = int(records.rows["at_ns"][row])
        if at_ns >= 0:
            engine.advance(at_ns)
        document, side = records.document(row)
        if "call" in document:
            call = RECORDED[document["call"]]
            args = restored(document["args"], side, self.scorer)
            call(engine, *args, **restored(document["keywords"], side, self.scorer))
        elif "define" in document:
            self._make(document["define"])
        elif "answer" in document:
            subject, name, request, told, first, end = document["answer"]
            answer = Answer(*restored_answer(told, side, self.scorer), first, end)
            engine._sessions.get(subject, name).record(request, answer)
        elif "session" in document:
            engine._sessions.get(*document["session"])
        elif "digest" in document:
            # One of another definition cannot be compared; the checksums of the groups are.
            if document["by"] == DIGESTED_BY and document["digest"] != decided_digest(engine):
                raise ValueError("the state is another one than when it was written")
        elif "numbering" not in document:
            raise ValueError(f"no document that this version knows: {sorted(document)}")
        self._note_known()

    def _make(self, names: Mapping[str, list[Any]]) -> None:
        engine = self.engine
        for skill in names.get("skills", ()):
            engine._skill(arguments.name("skills", skill))
        for text in names.get("requirements", ()):
            engine._known_requirement("requirements", text)
        for steps in names.get("relaxations", ()):
            table = len(engine._requirement_texts)
            made = tuple((arguments.integer("relax", after, 0, 2**62), row) for after, row in steps)
            if any(type(row) is not int or not 0 <= row < table for _, row in made):
                raise ValueError(f"a relaxation to a requirement that there is not: {steps}")
            engine._relaxations[made] = engine._relaxation(made)
        for text in names.get("texts", ()):
            if not isinstance(text, str):
                raise ValueError(f"{text!r} is no text")
            engine._keep_text(text)
        for actor in names.get("actors", ()):
            engine._actor_row(Actor(*actor))

    def scorer(self, name: str) -> Scorer:
        """The scorer of this name. Raises ConfigError."""
        return self.found_scorer(self.scorers, name)

    @staticmethod
    def found_scorer(scorers: Mapping[str, Scorer], name: str) -> Scorer:
        """The scorer of this name. Raises ConfigError."""
        found = scorers.get(name)
        if found is None:
            raise ConfigError("scorers", sorted(scorers), f"the scorer {name!r} that a queue has")
        return found


def _listed(name: str, fresh: list[Any]) -> list[Any]:
    if name == "actors":
        return [[actor.name, actor.role, actor.team] for actor in fresh]
    return fresh


def decided_digest(engine: Engine) -> str:
    """A SHA-256 of what the commands decided (docs/JOURNAL_FORMAT.md), as 64 hex digits: not of the whole
    state, which later versions keep more of. O(state)."""
    digest = hashlib.sha256()
    feed(engine, digest.update, decided=True)
    return digest.hexdigest()


def beginning_of(entry: Entry, where: str) -> dict[str, Any]:
    """What the journal was begun with. Raises CorruptJournal."""
    try:
        begin = first_document(entry.data)["begin"]
        if begin["format"] > FORMAT:
            raise ValueError(f"its records have format {begin['format']}; this version reads {FORMAT}")
        if not isinstance(begin["model"], dict):
            raise ValueError("its model is none")
        return dict(begin)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise CorruptJournal(where, None, f"the first record does not say how it began: {error}") from error


def recovered(journal: Journal, from_seq: int, snapshot: int | None) -> Recovery:
    """Plays the log from a record on. Raises CorruptJournal. O(records)."""
    began = perf_counter()
    with closing(read_ahead(journal.taken(journal.store.read(from_seq)))) as groups:
        for group in groups:
            journal.play_taken(group, 1 if group.entry.seq == 1 else 0)
    found = journal.store.found
    if found.dropped_bytes:
        reasons = "; ".join(found.reasons)
        log.warning("%s: %s bytes were dropped: %s", journal.where, found.dropped_bytes, reasons)
    return Recovery(
        journal.groups,
        journal.commands,
        perf_counter() - began,
        snapshot,
        found.dropped_bytes,
        tuple(found.reasons),
    )
