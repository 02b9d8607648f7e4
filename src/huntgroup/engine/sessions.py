"""Sessions: a client numbers its requests, and a repeated number gets the first answer instead of being done
twice. They are part of the engine's state: of its journal, its digest and its forks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, NamedTuple

from huntgroup.errors import ConfigError, StaleSession

ANSWERS = 1_000
"""How many of its latest answers a session keeps."""
SESSIONS_OF_ONE = 100
"""How many sessions a subject may have."""
SESSIONS = 10_000
"""How many there are in all."""


class Answer(NamedTuple):
    """What became of a command: its value, or the error that it raised, and its events: from `first_seq` up
    to, not including, `end_seq`."""

    value: Any = None
    error: BaseException | None = None
    first_seq: int = 0
    end_seq: int = 0


class Session:
    """The latest answers of one client by the number of the request."""

    __slots__ = ("answers", "highest")

    def __init__(self) -> None:
        self.answers: dict[int, Answer] = {}
        self.highest: int = 0

    def copy(self) -> Session:
        """An independent copy. O(answers)."""
        made = Session()
        made.answers, made.highest = dict(self.answers), self.highest
        return made

    def plain(self) -> list[Any]:
        """What a digest takes of the answers. O(answers)."""
        return [
            [
                *(request, answer.first_seq, answer.end_seq, type(answer.error or answer.value).__name__),
                answer.value if type(answer.value) is int else None,
            ]
            for request, answer in sorted(self.answers.items())
        ]

    def number(self, request: int | None) -> int:
        """The number of a request: the one given, or the next. Raises StaleSession."""
        if request is None:
            return self.highest + 1
        if request <= self.highest - ANSWERS:
            kept = self.highest - ANSWERS + 1
            raise StaleSession(f"request {request}: the answers before request {kept} are kept no more")
        return request

    def record(self, request: int, answer: Answer) -> None:
        """Keeps the answer, and drops those that are now too old. O(1) for the next number, else O(answers
        kept)."""
        self.answers[request] = answer
        if request == self.highest + 1:
            self.highest = request
            self.answers.pop(request - ANSWERS, None)
        elif request > self.highest:
            self.highest = request
            oldest = request - ANSWERS
            self.answers = {number: kept for number, kept in self.answers.items() if number > oldest}


class Sessions:
    """All sessions by subject and name, bounded: of a subject that has too many the least recently used one
    goes."""

    def __init__(self) -> None:
        self._subjects: OrderedDict[str, OrderedDict[str, Session]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def find(self, subject: str, name: str) -> Session | None:
        """The session, None if there is none. Finding it does not count as using it. O(1)."""
        own = self._subjects.get(subject)
        return None if own is None else own.get(name)

    def is_latest(self, subject: str, name: str) -> bool:
        """Whether none was used after this one. O(1)."""
        if not self._count or next(reversed(self._subjects)) != subject:
            return False
        return next(reversed(self._subjects[subject])) == name

    def copy(self) -> Sessions:
        """An independent copy. O(answers)."""
        made = Sessions()
        made._count = self._count
        for subject, own in self._subjects.items():
            made._subjects[subject] = OrderedDict((name, one.copy()) for name, one in own.items())
        return made

    def plain(self) -> Iterator[list[Any]]:
        """What a digest takes of them, a list for each subject, in the order of their use: the least recent
        one first. O(answers)."""
        for subject, own in self._subjects.items():
            yield [subject, [[name, one.highest, one.plain()] for name, one in own.items()]]

    def all(self) -> Iterator[tuple[str, str, Session]]:
        """(subject, name, session) of each, in the order of their use: the least recent one first."""
        for subject, own in self._subjects.items():
            for name, session in own.items():
                yield subject, name, session

    def get(self, subject: str, name: str) -> Session:
        """The session, made where there is none; it is now the most recently used one. O(1)."""
        own = self._subjects.setdefault(subject, OrderedDict())
        self._subjects.move_to_end(subject)
        session = own.get(name)
        if session is not None:
            own.move_to_end(name)
            return session
        if len(own) >= SESSIONS_OF_ONE:
            own.popitem(last=False)
            self._count -= 1
        elif self._count >= SESSIONS:
            self._drop_one(own)
        session = own[name] = Session()
        self._count += 1
        return session

    def _drop_one(self, own: OrderedDict[str, Session]) -> None:
        """Makes room for one: of the same subject where it has any, else of the one unused for longest."""
        if own:
            own.popitem(last=False)
        else:
            subject, oldest = next(iter(self._subjects.items()))
            oldest.popitem(last=False)
            if not oldest:
                del self._subjects[subject]
        self._count -= 1


def checked_request(request: object) -> int | None:
    """The number of a request, None for the next one. Raises ConfigError."""
    if request is None or (type(request) is int and 1 <= request < 2**63):
        return request
    raise ConfigError("request", request, "an integer from 1 on")
