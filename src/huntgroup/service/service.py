"""What all endpoints of the service share: the router, the tokens, the bounds for each client, and the way a
command is carried out."""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, Union

import msgspec

from huntgroup.engine.engine import Engine
from huntgroup.engine.sessions import Answer
from huntgroup.errors import HuntgroupError, Lagged
from huntgroup.history import Ledger
from huntgroup.live.router import Router
from huntgroup.service import lists
from huntgroup.service.answers import Failure, Reply, encode, failed, failure_of, wrong_body
from huntgroup.service.bounds import MAX_BATCH, Buckets, Look, Pace, Patience, check_depth
from huntgroup.service.figures import Figures
from huntgroup.service.hub import Hub, sight, texts
from huntgroup.service.pages import Surroundings
from huntgroup.service.people import Person, Tokens
from huntgroup.service.rights import authorise, queues_of, team_agents
from huntgroup.service.signatures import body_of, signatures
from huntgroup.settings.service_table import ServiceSettings
from huntgroup.shown import Event

if TYPE_CHECKING:
    from huntgroup.service.reload import Reload

T = TypeVar("T")

SIGNATURES = signatures()
BODIES: dict[str, type[msgspec.Struct]] = {name: body_of(one) for name, one in SIGNATURES.items()}
_DECODER = msgspec.json.Decoder(Union[tuple(BODIES.values())])  # noqa: UP007
_INSTANTS = {
    name: tuple(parameter.name for parameter in one.parameters if parameter.instant)
    for name, one in SIGNATURES.items()
}
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

    def check_open(self) -> None:
        if self.stopping:
            raise Failure(503, "the service is stopping", {"Retry-After": "5"})

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
            if look is None:
                check_depth(body)
            try:
                command = _DECODER.decode(body)
            except msgspec.DecodeError as error:
                raise wrong_body(error) from None
            except RecursionError:
                raise Failure(400, "JSON nested too deep") from None
            name = type(command).__name__
            reply = await self._done(person, name, _given(name, command), session, request, alone)
        except (Failure, HuntgroupError) as error:
            reply = failed(failure_of(error))
        took = time.perf_counter() - started
        self.outcomes[name, str(reply.status)] += 1
        self.seconds.add(took)
        if self.spans is not None:
            self.spans.command(name, reply.status, person.role, took)
        if look is not None and reply.status != 200:
            self.pace.note(person.subject, look.spent + took)
        return reply

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
        name: str,
        given: dict[str, Any],
        session: str | None,
        request: int | None,
        alone: bool,
    ) -> Reply:
        check = authorise(person, SIGNATURES[name], given, self.hub.was_offered)
        key = None if session is None else (person.subject, session)
        answer = await self.router.command(name, given, key, request, check, alone)
        if answer.error is not None:
            raise _own(answer.error)
        value = list(answer.value) if isinstance(answer.value, range) else answer.value
        events = self._told(person, given, answer)
        return Reply(200, b'{"result":%b,"events":[%b]}' % (encode(value), events), {})

    def _told(self, person: Person, given: dict[str, Any], answer: Answer) -> bytes:
        """The events of a command that its answer tells, as JSON with commas between them; none if they are
        no longer kept."""
        count = answer.end_seq - answer.first_seq
        if count <= 0:
            return b""
        try:
            rows = self.router.rows(answer.first_seq, count)
        except Lagged:
            return b""
        found = texts(self.router, rows)
        if person.role == "agent" or (person.role == "supervisor" and person.team is not None):
            known = (None, person.subject, given.get("agent"))
            events = self.router.named(rows)
            found = [text for text, event in zip(found, events, strict=True) if event.agent in known]
        return b",".join(found)

    async def batch(
        self, person: Person, body: bytes, session: str | None, request: int | None
    ) -> list[Reply]:
        """The answers to the lines of a batch, in their order. In a session the lines have the numbers from
        `request` on. Raises Failure if there are too many lines, or more commands than the subject's rate
        allows."""
        self.check_open()
        lines = [line for line in body.split(b"\n") if line.strip()]
        if len(lines) > MAX_BATCH:
            raise Failure(413, f"{len(lines)} lines: a batch has at most {MAX_BATCH}")
        self.buckets.take(person.subject, len(lines))
        answers: list[Reply] = []
        for start in range(0, len(lines), AT_ONCE):
            part = lines[start : start + AT_ONCE]
            numbers = [None if request is None else request + start + k for k in range(len(part))]
            answers += await asyncio.gather(
                *(
                    self.carry_out(person, line, session, number, alone=False)
                    for line, number in zip(part, numbers, strict=True)
                )
            )
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

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.sum += seconds


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


def _own(error: BaseException) -> BaseException:
    """An error that a command raised, as its client gets it. A TypeError, ValueError or OverflowError of
    Python means wrong arguments: Failure 422."""
    if isinstance(error, TypeError | ValueError | OverflowError) and not isinstance(error, HuntgroupError):
        return Failure(422, str(error), None, field="body")
    return error


def _given(name: str, command: msgspec.Struct) -> dict[str, Any]:
    """The arguments of the method, without those that the client left out."""
    given = {
        member: value
        for member, value in msgspec.structs.asdict(command).items()
        if value is not msgspec.UNSET
    }
    for member in _INSTANTS[name]:
        if isinstance(given.get(member), str):
            given[member] = lists.instant(member, given[member])
    return given
