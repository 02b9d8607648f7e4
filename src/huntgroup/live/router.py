"""The router for asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from huntgroup.engine.events import answer_texts, event_texts
from huntgroup.engine.sessions import Answer, checked_request
from huntgroup.errors import ConfigError, HuntgroupError, Lagged, RouterClosed
from huntgroup.live.face import LOOKED_AT, Face, nobody
from huntgroup.live.owner import READS, Job, Jobs
from huntgroup.live.ring import Place, Wanted
from huntgroup.shown import Event

if TYPE_CHECKING:
    from huntgroup.engine.engine import Engine

T = TypeVar("T")
MOST_ROWS = 1_000_000
"""How many rows of events are looked at to answer commands together."""


class Router(Face):
    """One task owns an engine; any task of the same event loop may command it and listen to it.

    Every command of the engine is a coroutine of the same name here, with the same arguments and refusals. It
    raises Overloaded where the inbox is full and RouterClosed before the start and after the end; in both
    cases it was not taken. A caller that is cancelled while it waits does not take its command back.
    """

    def __init__(self, engine: Engine, inbox: int = 10_000, keep_events: int = 1_000_000) -> None:
        super().__init__(engine, inbox, keep_events)
        self._task: asyncio.Task[None] | None = None
        self._knock: asyncio.Event = asyncio.Event()
        self._news: list[asyncio.Future[None]] = []
        self._heard: Callable[[], None] | None = None
        self._methods: dict[str, Callable[..., Any]] = {}

    # --- life -----------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        if self._task is not None:
            raise HuntgroupError("a router is started once: make another one for the same engine")
        self._owner.start()
        self._task = asyncio.get_running_loop().create_task(self._run(), name="huntgroup router")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Accepts no more commands, finishes those that were accepted, and ends every subscription after its
        last event. The engine stays open. Calling it twice does no harm."""
        self._owner.shut()
        self._knock.set()
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        owner, loop = self._owner, asyncio.get_running_loop()
        try:
            while owner.is_open or owner.waiting:
                pause = owner.pause()
                if pause:
                    timer = loop.call_later(pause, self._knock.set)
                    await self._knock.wait()
                    timer.cancel()
                elif pause is None:
                    await self._knock.wait()
                self._knock.clear()
                if owner.turn():
                    self._tell()
                # Lets the callers that were answered run before the next group is gathered.
                await asyncio.sleep(0)
        finally:
            # Also if the task was cancelled: accepted commands are finished.
            owner.shut()
            while owner.waiting:
                owner.turn()
            owner.stop()
            self._tell()

    def _tell(self) -> None:
        """Wakes every waiting subscription, and calls the function that `hear` was given."""
        if self._heard is not None:
            self._heard()
        news, self._news = self._news, []
        for waiter in news:
            if not waiter.done():
                waiter.set_result(None)

    # --- commands and readings ------------------------------------------------------------------------------

    def _command(self, name: str, session: tuple[str, str] | None) -> Callable[..., Any]:
        """The command of this name as a coroutine function."""
        method = getattr(self._owner.engine, name)
        if session is None:

            async def command(*args: Any, **kwargs: Any) -> Any:
                return _value(await self._answer(Job(name, method, args, kwargs, nobody)))
        else:

            async def command(*args: Any, **kwargs: Any) -> Any:
                request = checked_request(kwargs.pop("request", None))
                return _value(await self._answer(Job(name, method, args, kwargs, nobody, session, request)))

        return self._named(command, name)

    async def _answer(self, job: Job | Jobs) -> Answer:
        """Gives a job to the owner and waits for its answer."""
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        job.reply = partial(_reply, answered)
        self._owner.submit(job)
        self._knock.set()
        return await answered

    async def command(
        self,
        name: str,
        kwargs: dict[str, Any],
        session: tuple[str, str] | None = None,
        request: int | None = None,
        check: Callable[[Engine], None] | None = None,
        alone: bool = False,
    ) -> Answer:
        """Carries out the command of this name with arguments by name; returns an `Answer`, which also says
        which events are the command's. Errors of the command are in the answer; only Overloaded, RouterClosed
        and a wrong `request` are raised. `session` is a subject and a name. `check` is called with the engine
        right before the command, and may raise. `alone`: no other commands come with it, so that it is
        carried out at once if a group would gain nothing."""
        method = self._method(name)
        if check is not None:
            method = _checked(check, self._owner.engine, method)
        job = Job(name, method, (), kwargs, nobody, session, checked_request(request))
        if alone and self._answers_at_once and not self.waiting:
            return self._at_once(job)
        return await self._answer(job)

    async def commands(
        self,
        rows: Sequence[tuple[str, dict[str, Any], int | None, Callable[[Engine], None] | None]],
        session: tuple[str, str] | None = None,
        alone: bool = False,
    ) -> list[Answer]:
        """Carries out commands that came together, one after the other in one group: of each its name, its
        arguments by name, its `request` and its `check`, as `command` has them. One answer for each. Raises
        as `command` does: then none was taken."""
        methods = {name: self._method(name) for name in {row[0] for row in rows}}
        engine = self._owner.engine
        jobs = Jobs(
            [
                (
                    name,
                    methods[name] if check is None else _checked(check, engine, methods[name]),
                    kwargs,
                    None if request is None else checked_request(request),
                )
                for name, kwargs, request, check in rows
            ],
            nobody,
            session,
        )
        at_once = alone and self._answers_at_once and not self.waiting
        answer = self._at_once(jobs) if at_once else await self._answer(jobs)
        return [answer] * jobs.count if answer.error is not None else answer.value

    def _method(self, name: str) -> Callable[..., Any]:
        """The command of this name. Raises ConfigError."""
        method = self._methods.get(name)
        if method is None:
            if name not in self._owner.commands:
                raise ConfigError("command", name, "one of " + ", ".join(sorted(self._owner.commands)))
            method = self._methods[name] = getattr(self._owner.engine, name)
        return method

    def _at_once(self, job: Job | Jobs) -> Answer:
        """Carries out this job alone, in the caller's task. The owner's own task is asleep at this time."""
        owner = self._owner
        answers: list[Answer] = []
        job.reply = answers.append
        owner.check_open()
        before = owner.deadline_ns
        if owner.turn(job):
            self._tell()
        due = owner.deadline_ns
        if due is not None and (before is None or due < before):
            self._knock.set()
        return answers[0]

    @property
    def _answers_at_once(self) -> bool:
        """Is a command that is `alone` carried out at once, because the engine waits for no disk? O(1)."""
        return not self._owner.waits_for_disk

    async def read(self, reading: Callable[[Engine], T]) -> T:
        """Calls `reading` with the engine between two commands, after time has passed; returns its result.
        `reading` must change nothing and must not keep a reference to anything of the engine. Raises what it
        raises, Overloaded, RouterClosed."""
        value: T = _value(await self._answer(Job(READS, reading, (self._owner.engine,), {}, nobody)))
        return value

    @property
    def next_seq(self) -> int:
        """The seq that the next event to be published will have. O(1)."""
        return self._owner.ring.next_seq

    def kept(self, from_seq: int, most: int) -> list[Event]:
        """At most `most` of the kept events from this seq on; [] if that event has not happened yet. Raises
        Lagged if it was dropped. O(events read)."""
        return self._owner.ring.read(from_seq, most)

    def rows(self, from_seq: int, most: int) -> NDArray[np.void]:
        """As `kept`, but as rows of EVENT_DTYPE. Raises Lagged. O(events read)."""
        return self._owner.ring.rows(from_seq, most)

    def named(self, rows: NDArray[np.void]) -> list[Event]:
        """Rows as events with names. O(rows)."""
        found: list[Event] = self._owner.engine.named(rows)
        return found

    def texts(self, rows: NDArray[np.void]) -> list[bytes | None]:
        """Rows as JSON with the members of `Event.to_dict`; None for a kind whose text has to be made from
        the event with its names. O(rows)."""
        return event_texts(rows, self._owner.engine)

    def answer_texts(self, answers: list[Answer]) -> list[bytes | None]:
        """Answers of `commands`, in the order of their events, as JSON: `{"result": ..., "events": [...]}`
        with the members of `Event.to_dict`; None for an error, and where the text has to be made otherwise,
        as for events that are no longer kept. O(answers and their events)."""
        first = next((answer.first_seq for answer in answers if answer.error is None), 0)
        last = next((answer.end_seq for answer in reversed(answers) if answer.error is None), 0)
        if not first <= last <= first + MOST_ROWS:
            return [None] * len(answers)
        try:
            rows = self.rows(first, last - first)
        except Lagged:
            return [None] * len(answers)
        return answer_texts(rows, self._owner.engine, first, answers)

    # --- events ---------------------------------------------------------------------------------------------

    def hear(self, told: Callable[[], None] | None) -> None:
        """Calls `told`, in the event loop, whenever events were published; None ends that. `told` must not
        raise, and should not take long: commands wait for it."""
        self._heard = told

    def events(
        self,
        from_seq: int | None = None,
        queues: Iterable[str] | None = None,
        agents: Iterable[str] | None = None,
        kinds: Iterable[str] | None = None,
    ) -> Subscription:
        """The events from number `from_seq` on, or from now on, as an asynchronous iterator; all filters that
        are given must match. A reader that falls too far behind gets Lagged once, and goes on with the first
        event that is still kept. Ends with the router. Raises ConfigError."""
        return Subscription(self, Place(self._owner.ring, from_seq, Wanted(queues, agents, kinds)))

    def __aiter__(self) -> AsyncIterator[Event]:
        return self.events()


class Subscription:
    """A reader of a router's events: `async for event in router.events(): ...`."""

    def __init__(self, router: Router, place: Place) -> None:
        self._router = router
        self._place = place
        self._ready: list[Event] = []
        self._open = True
        router._owner.subscribers += 1

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        if not self._ready:
            self._ready = (await self.batch())[::-1]
            if not self._ready:
                raise StopAsyncIteration
        return self._ready.pop()

    async def batch(self, most: int = LOOKED_AT) -> list[Event]:
        """The wanted ones among the next events, examining `most` at a time; waits until there is one. [] at
        the end. Raises Lagged."""
        while self._open:
            found = self._place.read(most)
            if found:
                return found
            if self._place.is_behind():
                await asyncio.sleep(0)
            elif self._router._task is not None and self._router._task.done():
                await self.aclose()
            else:
                await self._news()
        return []

    async def _news(self) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._router._news.append(waiter)
        await waiter

    @property
    def next_seq(self) -> int:
        """The seq of the first event that was not examined yet. O(1)."""
        return self._place.next_seq

    async def aclose(self) -> None:
        """Ends the subscription. Calling it twice does no harm."""
        if self._open:
            self._open = False
            self._router._owner.subscribers -= 1


def _checked(
    check: Callable[[Engine], None], engine: Engine, method: Callable[..., Any]
) -> Callable[..., Any]:
    def checked(**kwargs: Any) -> Any:
        check(engine)
        return method(**kwargs)

    return checked


def _reply(answered: asyncio.Future[Answer], answer: Answer) -> None:
    # The caller may have been cancelled; the command was carried out all the same.
    if not answered.done():
        answered.set_result(answer)


def _value(answer: Answer) -> Any:
    if answer.error is not None:
        raise answer.error
    return answer.value


__all__ = ["Router", "RouterClosed", "Subscription"]
