"""A made-up centre of 60 agents in which customers arrive and leave, and agents answer, pause and miss calls.
Everything random is drawn from the seed; the events happen in real time."""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import NamedTuple

from huntgroup.engine.engine import Engine
from huntgroup.errors import HuntgroupError, Lagged, Refused, RouterClosed
from huntgroup.live.router import Router
from huntgroup.models import PresenceModel
from huntgroup.models.model import built_in_names
from huntgroup.service.centres import Beside
from huntgroup.shown import Event

MODEL = "agent_modes"
"""The presence model of the first centre."""
WARM = 30
"""How many interactions arrive at the start."""


class _Queue(NamedTuple):
    name: str
    channel: str
    group: str
    weight: float
    handling_s: float
    patience_s: float | None
    wrap_up: int
    requires: tuple[str | None, ...]


_QUEUES = (
    _Queue("sales", "voice", "phone", 0.26, 170, 150, 15, (None, None, "spanish >= 3")),
    _Queue("support", "voice", "phone", 0.24, 230, 240, 20, (None, "network >= 4")),
    _Queue("billing", "voice", "phone", 0.14, 140, 120, 15, (None, "spanish >= 3")),
    _Queue("web chat", "chat", "written", 0.22, 300, 180, 10, (None,)),
    _Queue("mail", "email", "written", 0.14, 260, None, 10, (None, "german >= 3")),
)
_BETWEEN_S = 3.4
"""Mean seconds between two arrivals."""

_FIRST = (
    *("Ada", "Ben", "Carla", "Deniz", "Emil", "Farida", "Goran", "Hanna", "Ivo", "Jana"),
    *("Kofi", "Lena", "Milan", "Nora", "Omar", "Paula", "Quirin", "Rosa", "Samir", "Tilda"),
)
_LAST = ("Adler", "Brandt", "Castro")


def names() -> list[str]:
    """The names of the 60 agents."""
    return [f"{first} {last}" for last in _LAST for first in _FIRST]


VISITOR = names()[-1]
"""The agent that the program does not drive: a visitor may act as it. It is signed in and on a pause until
the visitor chooses another status."""


class Words(NamedTuple):
    """The statuses that the agents of a model use: `ready` for work, `pause` for pauses, `left` those that
    the model sets after a missed or rejected interaction; `toggle`: whether the model has Ready / Not
    Ready."""

    ready: str
    pause: tuple[str, ...]
    left: tuple[str, ...]
    toggle: bool

    @classmethod
    def of(cls, model: PresenceModel) -> Words:
        """Reads them from a model: `ready` is the first selectable status that receives queued interactions,
        `pause` are the selectable ones that do not."""
        chosen = [status for status in model.statuses if status.selectable and status.waits_for is None]
        ready = next(status.name for status in chosen if status.receives_queued)
        pause = tuple(status.name for status in chosen if not status.receives_queued)
        on = (model.on.missed_queued, model.on.missed_direct, model.on.rejected_queued)
        left = tuple(name for name in on if name is not None)
        return cls(ready, pause, left, model.toggle is not None)


def centre(clock: Callable[[], int] = time.time_ns, seed: int = 0, model: str = MODEL) -> Engine:
    """The centre at its start: five queues and sixty agents, most of them ready, the visitor's agent on a
    pause."""
    draw = random.Random(seed)
    engine = Engine(model=model, seed=seed, clock=clock)
    words = Words.of(engine.model)
    for queue in _QUEUES:
        engine.add_queue(
            queue.name,
            channel=queue.channel,
            group=queue.group,
            wrap_up=queue.wrap_up,
            offer_timeout=20,
            service_level=(20 if queue.channel == "voice" else 120, 0.8),
        )
    for place, name in enumerate(names()):
        phone = place % 3 != 2
        queues = draw.sample(["sales", "support", "billing"], 2) if phone else ["web chat", "mail"]
        here = place % 12 != 11 or name == VISITOR
        status = words.ready if name != VISITOR else words.pause[0]
        skills = {"english": 5, draw.choice(["spanish", "german", "network"]): draw.randint(2, 5)}
        engine.add_agent(
            name,
            queues=[*queues, *(["web chat"] if place % 6 == 0 else [])],
            skills=skills,
            capacity={"voice": 1, "chat": 3, "email": 2},
            devices=["voice"],
            signed_in=here,
            status=status if here else None,
        )
        if words.toggle and here and name != VISITOR:
            engine.set_ready(name)
    return engine


def others(clock: Callable[[], int], speed: float) -> Iterator[Beside]:
    """The same centre with each of the other built-in presence models."""
    for seed, name in enumerate(built_in_names(), 1):
        if name != MODEL:
            engine = centre(clock, seed, name)
            life = partial(_lives, seed, speed)
            yield Beside(f"/as/{name}", engine.model.title, engine, life)


def _lives(seed: int, speed: float, router: Router) -> AbstractAsyncContextManager[None]:
    return Life(router, seed, speed)()


def faster(speed: float) -> Callable[[], int]:
    """A clock that starts at the present and runs `speed` times as fast as real time."""
    start, monotonic = time.time_ns(), time.monotonic_ns()
    return lambda: start + round((time.monotonic_ns() - monotonic) * speed)


class Life:
    """Customers and agents of the centre, who give their commands through a router."""

    def __init__(self, router: Router, seed: int = 0, speed: float = 1.0) -> None:
        self._router = router
        self._draw = random.Random(seed)
        self._speed = speed
        self._tasks: set[asyncio.Task[None]] = set()
        self._away: set[str] = set()
        self._number = 0
        self._words = Words("", (), (), False)

    @contextlib.asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        self._words = await self._router.read(lambda engine: Words.of(engine.model))
        offers = self._router.events(kinds=["offered"])
        for _ in range(WARM):
            await self._arrival()
        for work in (self._customers(), self._answering(offers), self._shift()):
            self._begin(work)
        try:
            yield
        finally:
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)

    # --- customers ------------------------------------------------------------------------------------------

    async def _customers(self) -> None:
        while True:
            # Quieter and busier minutes, so that queues fill and empty.
            busy = 1 + 0.5 * math.sin(self._number / 40)
            await self._sleep(self._draw.expovariate(busy / _BETWEEN_S))
            await self._arrival()

    async def _arrival(self) -> None:
        draw = self._draw
        queue = draw.choices(_QUEUES, [one.weight for one in _QUEUES])[0]
        self._number += 1
        call = await self._router.enqueue(
            queue.name,
            ref=f"demo-{self._number}",
            requires=draw.choice(queue.requires),
            priority=int(draw.random() < 0.08),
        )
        if queue.patience_s is not None:
            self._begin(self._hang_up(call, draw.expovariate(1 / queue.patience_s)))

    async def _hang_up(self, call: int, patience_s: float) -> None:
        await self._sleep(patience_s)
        state = await self._router.read(lambda engine: engine.interaction(call).state)
        if state in ("Queued", "Offered"):
            await self._router.abandon(call)

    # --- agents ---------------------------------------------------------------------------------------------

    async def _answering(self, offers: AsyncIterator[Event]) -> None:
        while True:
            try:
                event = await anext(offers)
            except Lagged:
                continue
            except StopAsyncIteration:
                return
            if event.interaction is not None and event.agent not in (None, VISITOR):
                assert event.agent is not None
                self._begin(self._conversation(event.interaction, event.agent, event.queue))

    async def _conversation(self, call: int, agent: str, queue: str | None) -> None:
        draw = self._draw
        await self._sleep(draw.uniform(1.5, 7))
        chance = draw.random()
        if chance < 0.02:
            return
        if chance < 0.05:
            await self._router.reject(call, agent=agent)
            return
        await self._router.accept(call, agent=agent)
        mean = next((one.handling_s for one in _QUEUES if one.name == queue), 180)
        seconds = draw.lognormvariate(math.log(mean) - 0.18, 0.6)
        await self._sleep(seconds / 2)
        if chance > 0.85:
            await self._router.hold(call)
            await self._sleep(draw.uniform(5, 40))
            await self._router.retrieve(call)
        await self._sleep(seconds / 2)
        if chance > 0.96 and queue in ("sales", "billing"):
            await self._router.transfer(call, queue="support")
        else:
            await self._router.end(call)

    async def _shift(self) -> None:
        """Sends agents on pauses, and sets them ready again after a missed call has changed their status."""
        while True:
            await self._sleep(self._draw.uniform(8, 25))
            agent = self._draw.choice(names()[:-1])
            if not await self._router.read(partial(_is_there, agent)):
                await self._router.sign_in(agent)
                await self._back(agent)
            elif agent not in self._away:
                self._begin(self._pause(agent))
            for row in await self._router.read(lambda engine: engine.monitor()):
                if row.agent in self._away or row.interactions or row.agent == VISITOR:
                    continue
                if row.profile != self._words.ready or row.status in self._words.left:
                    await self._back(row.agent)

    async def _back(self, agent: str) -> None:
        with contextlib.suppress(Refused):
            await self._router.set_status(agent, self._words.ready)
            if self._words.toggle:
                await self._router.set_ready(agent)

    async def _pause(self, agent: str) -> None:
        self._away.add(agent)
        try:
            await self._router.set_status(agent, self._draw.choice(self._words.pause))
            await self._sleep(self._draw.uniform(60, 400))
        finally:
            self._away.discard(agent)
        await self._back(agent)


def _is_there(agent: str, engine: Engine) -> bool:
    return engine.agent(agent).signed_in


async def _quietly(work: Coroutine[None, None, None]) -> None:
    """Ignores refusals: a simulated customer or agent may act too late, as a real one may."""
    with contextlib.suppress(Refused, RouterClosed, HuntgroupError):
        await work
