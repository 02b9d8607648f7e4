"""Clients of the simulated system: each numbers its requests, loses answers, repeats a request until it has
the answer, and now and then repeats one that was answered."""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple

import huntgroup as hg
from huntgroup.engine.sessions import Answer

AGENTS = ("anna", "ben", "carl", "dora")
OUTSTANDING = 8


class Request(NamedTuple):
    """One request: its number in the client's session, and the command, which stays the same."""

    number: int
    command: tuple[str, tuple[Any, ...]]


class Client:
    """`wants`: the number of requests in all; `known`: the answers, by the number of the request."""

    def __init__(self, name: str, random: Random) -> None:
        self.name, self.random, self.wants = name, random, 0
        self.requests: list[Request] = []
        self.open: dict[int, Request] = {}
        self.known: dict[int, tuple[Any, ...]] = {}
        self.calls: list[int] = []
        self._lines: list[tuple[Request, list[Answer]]] = []

    @property
    def done(self) -> bool:
        return len(self.known) == self.wants

    def asks(self, most: int) -> list[Request]:
        """The requests that it sends now: some without an answer, new ones, one that was answered long
        ago."""
        random = self.random
        sent = random.sample(sorted(self.open.values()), min(len(self.open), random.randint(0, most)))
        room = max(OUTSTANDING, most) - len(self.open)
        for _ in range(random.randint(0, max(0, min(most, room, self.wants - len(self.requests))))):
            request = Request(len(self.requests) + 1, self._command(len(self.requests) + 1))
            self.requests.append(request)
            self.open[request.number] = request
            sent.append(request)
        if self.known and random.random() < 0.2:
            sent.append(self.requests[random.choice(sorted(self.known)) - 1])
        return sent

    def _command(self, number: int) -> tuple[str, tuple[Any, ...]]:
        random = self.random
        call = random.choice(self.calls) if self.calls else 1
        kind = random.choices(
            (
                "enqueue",
                "accept",
                "end",
                "finish_wrap_up",
                "abandon",
                "set_status",
                "device",
                "reject",
                "text",
            ),
            (8, 6, 5, 3, 1, 2, 1, 1, 1),
        )[0]
        if kind == "enqueue":
            return "enqueue", (random.choice(("sales", "sales", "sales", "nowhere")),)
        if kind == "set_status":
            return "set_status", (random.choice(AGENTS), random.choice(("Ready", "Break")))
        if kind == "device":
            return random.choice(("connect", "disconnect")), (random.choice(AGENTS),)
        if kind == "text":
            return "text", (f"{self.name}: {number}",)
        return kind, (call,)

    def line(self, request: Request) -> list[Answer]:
        """The place to which the answer to a request is sent."""
        answers: list[Answer] = []
        self._lines.append((request, answers))
        return answers

    def process_died(self) -> None:
        """All requests and answers under way are lost."""
        self._lines = []

    def reads_answers(self, auditor: Any) -> None:
        """The answers that have arrived, without those lost on their way."""
        for request, answers in self._lines:
            if not answers or self.random.random() < 0.1:
                continue
            answer = answers[0]
            if isinstance(answer.error, hg.JournalFailed):
                continue
            told = (type(answer.error).__name__, str(answer.error or answer.value), *answer[2:])
            auditor.is_answered(self, request, self.known.get(request.number), told)
            self.known[request.number] = told
            self.open.pop(request.number, None)
            if request.command[0] == "enqueue" and answer.error is None:
                self.calls.append(int(answer.value))
        self._lines = []
