"""A made-up centre of 60 agents that lives: customers come and go, agents answer, pause and miss calls.
Everything is drawn from the seed; the timing is that of the clock."""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from typing import NamedTuple

from huntgroup.engine.engine import Engine
from huntgroup.engine.events import Event
from huntgroup.errors import HuntgroupError, Lagged, Refused, RouterClosed
from huntgroup.live.router import Router

READY, BREAK = "Ready", "Break"
WARM = 30
"""How many interactions are there when the doors open."""


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
"""Seconds between two arrivals, on the average."""

_FIRST = (
    *("Ada", "Ben", "Carla", "Deniz", "Emil", "Farida", "Goran", "Hanna", "Ivo", "Jana"),
    *("Kofi", "Lena", "Milan", "Nora", "Omar", "Paula", "Quirin", "Rosa", "Samir", "Tilda"),
)
_LAST = ("Adler", "Brandt", "Castro")


def names() -> list[str]:
    """The 60 agents."""
    return [f"{first} {last}" for last in _LAST for first in _FIRST]


def centre(clock: Callable[[], int] = time.time_ns, seed: int = 0) -> Engine:
    """The centre before its day begins: five queues, sixty agents, most of them ready."""
    draw = random.Random(seed)
    engine = Engine(model="agent_modes", seed=seed, clock=clock)
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
        skills = {"english": 5, draw.choice(["spanish", "german", "network"]): draw.randint(2, 5)}
        engine.add_agent(
            name,
            queues=[*queues, *(["web chat"] if place % 6 == 0 else [])],
            skills=skills,
            capacity={"voice": 1, "chat": 3, "email": 2},
            devices=["voice"],
            signed_in=place % 12 != 11,
            status=READY if place % 12 != 11 else None,
        )
    return engine


def faster(speed: float) -> Callable[[], int]:
    """A clock that begins now and runs so many times as fast."""
    start, monotonic = time.time_ns(), time.monotonic_ns()
    return lambda: start + round((time.monotonic_ns() - monotonic) * speed)


class Life:
    """What goes on in the centre, driven through a router."""

    def __init__(self, router: Router, seed: int = 0, speed: float = 1.0) -> None:
        self._router = router
        self._draw = random.Random(seed)
        self._speed = speed
        self._tasks: set[asyncio.Task[None]] = set()
        self._away: set[str] = set()
        self._number = 0

    @contextlib.asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
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
            if event.interaction is not None and event.agent is not None:
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
        """Pauses, and coming back from what a missed call has made of one's status."""
        while True:
            await self._sleep(self._draw.uniform(8, 25))
            agent = self._draw.choice(names())
            if not await self._router.read(partial(_is_there, agent)):
                await self._router.sign_in(agent)
                await self._router.set_status(agent, READY)
            elif agent not in self._away:
                self._begin(self._pause(agent))
            for row in await self._router.read(lambda engine: engine.monitor()):
                if row.agent not in self._away and row.status not in (READY, BREAK) and not row.interactions:
                    with contextlib.suppress(Refused):
                        await self._router.set_status(row.agent, READY)

    async def _pause(self, agent: str) -> None:
        self._away.add(agent)
        try:
            await self._router.set_status(agent, BREAK)
            await self._sleep(self._draw.uniform(60, 400))
        finally:
            self._away.discard(agent)
        await self._router.set_status(agent, READY)


def _is_there(agent: str, engine: Engine) -> bool:
    return engine.agent(agent).signed_in


async def _quietly(work: Coroutine[None, None, None]) -> None:
    """Whoever lives here is refused now and then, like everybody."""
    with contextlib.suppress(Refused, RouterClosed, HuntgroupError):
        await work
