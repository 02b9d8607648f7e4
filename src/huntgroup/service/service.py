"""What all endpoints of the service share: the router, the tokens, the bounds for each client, and the way a
command is carried out."""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from huntgroup.engine.engine import Engine
from huntgroup.errors import HuntgroupError
from huntgroup.history import Ledger
from huntgroup.live.router import Router
from huntgroup.service.answers import Failure, Reply, failed, failure_of
from huntgroup.service.bounds import MAX_BATCH, Buckets, Look, Pace, Patience
from huntgroup.service.figures import Figures
from huntgroup.service.hub import Hub, sight
from huntgroup.service.pages import Surroundings
from huntgroup.service.people import Person, Tokens
from huntgroup.service.rights import authorise, queues_of, team_agents
from huntgroup.service.together import (
    SIGNATURES,
    answered,
    arguments,
    carried_out,
    decoded,
    own,
    read,
    read_all,
)
from huntgroup.settings.service_table import ServiceSettings
from huntgroup.shown import Event

if TYPE_CHECKING:
    from huntgroup.service.reload import Reload

T = TypeVar("T")

AT_ONCE = 1_000
"""How many lines of a batch are carried out at a time."""


class Spans(Protocol):
    """Receives each command, if commands are traced (`telemetry`)."""

    def command(self, name: str, status: int, role: str, seconds: float) -> None: ...

    def under(self, headers: Iterable[tuple[bytes, bytes]]) -> None: ...


class Service:
    """The service of one centre. `tokens` None: everybody is the administrator, which is allowed on the
    loopback address only."""

    def __init__(
        self,
        router: Router,
        settings: ServiceSettings,
        tokens: Tokens | None,
        around: Surroundings = Surroundings(),  # noqa: B008
        ledger: Ledger | None = None,
    ) -> None:
        self.router = router
        self.around = around
        self.settings: ServiceSettings = settings
        self.tokens = tokens
        self.buckets: Buckets = Buckets(settings.rate, settings.burst)
        self.patience: Patience = Patience()
        self.pace: Pace = Pace()
        self.reload: Reload | None = None
        self.takes: list[Callable[[ServiceSettings], None]] = []
        self.hub: Hub = Hub(router)
        self.figures: Figures = Figures(router, ledger)
        self.stopping: bool = False
        self.sockets: Counter[str] = Counter()
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.seconds: Histogram = Histogram()
        self.waits: Waits = Waits(self.figures)
        self.spans: Spans | None = None

    def start(self) -> None:
        """Starts the hub and the figures. Called in the event loop of the router."""
        self.hub.start()
        self.figures.start()

    async def stop(self) -> None:
        """Takes no new commands from now on, and ends every stream."""
        self.stopping = True
        await self.figures.stop()
        await self.hub.stop()

    def take(self, settings: ServiceSettings) -> None:
        """Applies new settings; open connections keep their time-outs."""
        self.settings = settings
        self.buckets.grant(settings.rate, settings.burst)
        for taken in self.takes:
            taken(settings)

    @staticmethod
    def closed() -> Failure:
        """The answer of a service that is stopping."""
        return Failure(503, "the service is stopping", {"Retry-After": "5"})

    def check_open(self) -> None:
        if self.stopping:
            raise self.closed()

    # --- commands -------------------------------------------------------------------------------------------

    async def refused(self, person: Person, error: Failure | HuntgroupError) -> Failure:
        """The answer for an error; answers of status 429 above a rate are delayed."""
        failure = failure_of(error)
        if failure.status == 429:
            await self.patience.wait(person.subject)
        return failure

    async def carry_out(
        self,
        person: Person,
        body: bytes,
        session: str | None = None,
        request: int | None = None,
        alone: bool = True,
        look: Look | None = None,
    ) -> Reply:
        """Carries out one command, given as its body; returns the answer. `alone`: it is not part of a batch;
        `look`: the check of a large body, which was made before. Errors that are a client's fault become
        answers; none is raised."""
        started = time.perf_counter()
        name = "?"
        try:
            self.check_open()
            command = read(body) if look is None else decoded(body)
            name = type(command).__name__
            reply = await self._done(person, command, session, request, alone)
        except (Failure, HuntgroupError) as error:
            reply = failed(failure_of(error))
        took = time.perf_counter() - started
        self.count({(name, reply.status): 1}, took, person)
        if look is not None and reply.status != 200:
            self.pace.note(person.subject, look.spent + took)
        return reply

    def count(self, outcomes: Mapping[tuple[str, int], int], seconds: float, person: Person) -> None:
        """Counts commands that were answered, by name and status; each took `seconds`."""
        for (name, status), count in outcomes.items():
            self.outcomes[name, str(status)] += count
            self.seconds.add(seconds, count)
            if self.spans is not None:
                for _ in range(count):
                    self.spans.command(name, status, person.role, seconds)

    async def looked_at(
        self, person: Person, bring: Callable[[Look], Awaitable[bytes]]
    ) -> tuple[bytes, Look]:
        """Reads a large body through `bring`, which checks it part by part; returns the body and the check.
        Raises Failure, and what `bring` raises."""
        await self.pace.wait(person.subject)
        look = Look()
        try:
            return await bring(look), look
        except Failure:
            self.pace.note(person.subject, look.spent)
            raise

    async def _done(
        self,
        person: Person,
        command: msgspec.Struct,
        session: str | None,
        request: int | None,
        alone: bool,
    ) -> Reply:
        name, given = arguments(command)
        check = authorise(person, SIGNATURES[name], given, self.hub.was_offered)
        key = None if session is None else (person.subject, session)
        answer = await self.router.command(name, given, key, request, check, alone)
        if answer.error is not None:
            raise own(answer.error)
        return Reply(200, answered(self, person, given, answer), {})

    async def batch(
        self, person: Person, body: bytes, session: str | None, request: int | None
    ) -> list[bytes]:
        """The answers to the lines of a batch, in their order. In a session the lines have the numbers from
        `request` on. Raises Failure if there are too many lines, or more commands than the subject's rate
        allows."""
        self.check_open()
        lines = [line for line in body.split(b"\n") if line.strip()]
        if len(lines) > MAX_BATCH:
            raise Failure(413, f"{len(lines)} lines: a batch has at most {MAX_BATCH}")
        self.buckets.take(person.subject, len(lines))
        answers: list[bytes] = []
        for start in range(0, len(lines), AT_ONCE):
            commands = read_all(lines[start : start + AT_ONCE])
            number = None if request is None else request + start
            answers += await carried_out(self, person, commands, session, number)
        return answers

    # --- readings -------------------------------------------------------------------------------------------

    async def read(self, reading: Callable[[Engine], T]) -> T:
        """The result of a reading. Raises Failure instead of every HuntgroupError."""
        try:
            return await self.router.read(reading)
        except HuntgroupError as error:
            raise failure_of(error) from error

    async def sight(self, person: Person) -> Callable[[Event], bool]:
        """Which events this person may see, by its present team and queues."""
        if person.role in ("wall", "administrator", "connector"):
            return sight(person, None, None)
        queues = await self.read(lambda engine: queues_of(person, engine))
        team = person.team
        agents = None if team is None else await self.read(lambda engine: team_agents(engine, team))
        return sight(person, queues, agents)


COMMAND_BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Histogram:
    """Durations in seconds, counted in buckets with upper bounds, as in Prometheus."""

    def __init__(self, bounds: tuple[float, ...] = COMMAND_BOUNDS) -> None:
        self.bounds: tuple[float, ...] = bounds
        self.counts: list[int] = [0] * (len(bounds) + 1)
        self.sum: float = 0.0

    def add(self, seconds: float, count: int = 1) -> None:
        """Counts `count` durations of this many seconds each."""
        self.counts[bisect_left(self.bounds, seconds)] += count
        self.sum += seconds * count


WAIT_BOUNDS = (1.0, 2.5, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0, 1800.0)


class Waits:
    """The waits of the interactions answered since the service started, by queue, for one reader."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self._since_ns: int | None = None
        self._alone = asyncio.Lock()
        self.by_queue: defaultdict[str, Histogram] = defaultdict(lambda: Histogram(WAIT_BOUNDS))

    async def fresh(self) -> dict[str, list[float]]:
        """The waits, in seconds, since this reader's last call, by queue; empty if the history has a gap.
        O(answers since the last call)."""
        async with self._alone:
            try:
                found, self._since_ns = await self._figures.waits(self._since_ns)
            except Failure:
                return {}
            for queue, waits in found.items():
                for seconds in waits:
                    self.by_queue[queue].add(seconds)
            return found
