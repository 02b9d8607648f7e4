"""Faults that are planted into the simulated system, to check that they are found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import huntgroup as hg
from huntgroup.journal import Batch, Entry
from huntgroup.live.owner import Job

OFTEN = 7


class Bug:
    """No fault; each fault is derived from this class. `store` is called with each life's store, `process`
    with its engine and its owner, before anything is asked of them."""

    synchronous = "FULL"

    def store(self, store: Any) -> None:
        pass

    def process(self, engine: Any, owner: Any) -> None:
        pass


class NoSync(Bug):
    """A command is acknowledged before it is on the disk."""

    synchronous = "OFF"


class AnsweredEarly(Bug):
    """A command is answered before its group is committed."""

    def process(self, engine: Any, owner: Any) -> None:
        proper = owner._answer

        def answer(job: Job, now_ns: int, recorded: list[Any]) -> Any:
            made = proper(job, now_ns, recorded)
            job.reply(made)
            return made

        owner._answer = answer


class AnswerNotKept(Bug):
    """Some answers of a session are not in the journal."""

    def process(self, engine: Any, owner: Any) -> None:
        proper, noted = engine._note_answer, 0

        def note(key: tuple[str, str], request: int, answer: Any) -> Any:
            nonlocal noted
            noted += 1
            if noted % OFTEN:
                return proper(key, request, answer)
            session = engine._sessions.get(*key)
            session.record(request, answer)
            return session

        engine._note_answer = note


class DoneAgain(Bug):
    """Some repeated requests are carried out again."""

    def process(self, engine: Any, owner: Any) -> None:
        sessions, looked = engine._sessions, 0
        proper = sessions.find

        def find(subject: str, name: str) -> Any:
            nonlocal looked
            looked += 1
            return proper(subject, name) if looked % OFTEN else None

        sessions.find = find


class ReadLate(Bug):
    """If there is a snapshot, the log is played from one group too late."""

    def store(self, store: Any) -> None:
        proper = store.read

        def read(from_seq: int) -> Iterator[Entry]:
            entries = iter(proper(from_seq))
            if from_seq > 1:
                next(entries, None)
            yield from entries

        store.read = read


class ErrorPassedOver(Bug):
    """A disk error while a group is written is ignored."""

    def store(self, store: Any) -> None:
        proper = store.append

        def append(expected_seq: int, batch: Batch) -> Any:
            try:
                return proper(expected_seq, batch)
            except hg.JournalFailed:
                store._failure = None
                store._next_seq = expected_seq + batch.count
                return store._next_seq

        store.append = append


BUGS = {
    bug.__name__: bug for bug in (NoSync, AnsweredEarly, AnswerNotKept, DoneAgain, ReadLate, ErrorPassedOver)
}
