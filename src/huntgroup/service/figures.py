"""Figures by interval of a running centre. A history reads the router's events with some delay and uses only
a share of the time, because commands come first. A request for figures makes it catch up first."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from huntgroup.errors import ConfigError, Lagged, Refused, Result, refusal
from huntgroup.history import Ledger, calendar, figures
from huntgroup.history.ledger import first_at
from huntgroup.history.slots import Slots
from huntgroup.live.router import Router
from huntgroup.service import rights
from huntgroup.service.answers import Failure
from huntgroup.service.lists import Limit, denied, instant
from huntgroup.service.people import Person
from huntgroup.settings.durations import iso_instant
from huntgroup.settings.instants import instant_ns
from huntgroup.shown import Event

T = TypeVar("T")

log: logging.Logger = logging.getLogger("huntgroup.service")

KEPT_NS = 2 * 86_400 * 10**9
"""How far back figures reach, in ns. For older ones, `huntgroup history` reads the journal."""
DAY_NS = 86_400 * 10**9
MOST_INTERVALS = 1_000
SLICE = 250
"""Events per step while a request waits; a step of this size runs in a thread."""
HELPING = 32
"""Events per step while no request waits; a step of this size runs in the event loop itself, because handing
it to a thread would delay the loop for longer."""
SHARE = 0.05
"""The share of the time that reading events takes, unless it is more than `BEHIND` events behind."""
BEHIND = 100_000
"""If it is more events behind than this, it reads without pauses, before the ring drops them."""
IDLE = 0.25
UNHURRIED = 0.02
_COUNTS = (
    *("queue", "from", "to", "offered", "answered", "abandoned", "short_abandons", "timed_out"),
    *("overflowed", "refused"),
)
"""The columns that agents see of their queues' figures."""


class IntervalsQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which figures: of queues or agents, one of them or all, in intervals of so many minutes of a zone, from
    `since` to `until` (ISO 8601; the last 24 hours); by when things happened, or when the interaction
    arrived."""

    minutes: Literal[15, 30, 60, 1440] = 15
    per: Literal["queue", "agent"] = "queue"
    queue: str | None = None
    agent: str | None = None
    by: Literal["event", "arrival"] = "event"
    tz: Annotated[str, Meta(max_length=64)] = "UTC"
    since: str | None = None
    until: str | None = None
    limit: Limit = 1000
    after: str | None = None


class Figures:
    """The history of one router's engine. `ledger`: the history read from the journal when it was opened."""

    def __init__(self, router: Router, ledger: Ledger | None = None) -> None:
        self._router = router
        self._ledger = Ledger() if ledger is None else ledger
        self._next_seq = self._ledger.mirror.state.last_seq + 1
        self._lost: Failure | None = None
        self._alone = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(), name="huntgroup figures")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        forgotten_ns = 0
        with contextlib.suppress(Failure):
            while True:
                began = time.perf_counter()
                if not await self._follow(self._router.next_seq, HELPING):
                    await asyncio.sleep(IDLE)
                    continue
                now_ns = self._ledger.mirror.now_ns
                if now_ns - forgotten_ns > KEPT_NS // 48:
                    forgotten_ns = now_ns
                    async with self._alone:
                        await _finished(self._ledger.forget, now_ns - KEPT_NS)
                behind = self._router.next_seq - self._next_seq
                rest = 0 if behind > BEHIND else (time.perf_counter() - began) * (1 / SHARE - 1)
                await asyncio.sleep(rest if behind >= HELPING else max(rest, UNHURRIED))

    async def _follow(self, to_seq: int, most: int = SLICE) -> bool:
        """Reads at most `most` of the events before number `to_seq`; whether there were any. Raises Failure
        410 if some were dropped before they were read: no figure would be right without them."""
        async with self._alone:
            if self._lost is not None:
                raise self._lost
            try:
                events = self._router.kept(self._next_seq, min(most, to_seq - self._next_seq))
            except Lagged as lagged:
                log.warning("no figures by interval: the events before number %d are lost", lagged.first_seq)
                message = f"the figures need events that are kept no more: {lagged}"
                self._lost = Failure(410, message, None, first_seq=lagged.first_seq)
                raise self._lost from None
            self._next_seq += len(events)
            if len(events) > HELPING:
                await _finished(self._ledger.feed, events)
            else:
                self._ledger.feed(events)
            return bool(events)

    async def waits(self, since_ns: int | None) -> tuple[dict[str, list[float]], int]:
        """The waits, in seconds, of the interactions answered after `since_ns` (None: of all that are known),
        by queue, and the instant up to which they are complete. Raises Failure. O(events since)."""
        now_ns, next_seq = await self._router.read(lambda engine: (engine.now_ns, engine._next_seq()))
        while await self._follow(next_seq):
            pass
        async with self._alone:
            after_ns = 0 if since_ns is None else since_ns + 1
            found = {
                queue: [answer.wait_ns / 1e9 for answer in answers[first_at(answers, after_ns) :]]
                for queue, answers in self._ledger.answers.items()
            }
        return {queue: waits for queue, waits in found.items() if waits}, now_ns

    async def shown(self, person: Person, query: IntervalsQuery) -> dict[str, Any]:
        """The figures that this person may see. Raises Failure, HuntgroupError. O(events since the last
        request)."""
        read = self._router.read
        only, per = self._asked(person, query), query.per
        sees = _agents_of if per == "agent" else rights.queues_of
        names, now_ns, next_seq = await read(
            lambda engine: (sees(person, engine), engine.now_ns, engine._next_seq())
        )
        if only is not None and names is not None and only not in names:
            raise _unknown(per, only)
        while await self._follow(next_seq):
            pass
        wanted = names if only is None else (only,)
        async with self._alone:
            self._ledger.finish(max(now_ns, self._ledger.mirror.now_ns))
            slots = self._slots(query, now_ns)
            if slots is None:
                return {"items": [], "next": None, "seq": next_seq - 1}
            found = await _finished(figures.tallies, self._ledger, slots, per, query.by, wanted)
        if only is not None and not found:
            await read(lambda engine: engine.agent(only) if per == "agent" else engine.queue(only))
        if query.after is not None:
            name, _, begin = query.after.rpartition("|")
            if not begin.isascii() or not begin.isdigit() or len(begin) > 19:
                raise ConfigError("after", query.after, "what `next` of the page before says")
            found = [one for one in found if (one[0], slots.ends[one[1]]) > (name, int(begin))]
        rows = [figures.row(per, slots, *one) for one in found[: query.limit]]
        if person.role == "agent" and per == "queue":
            rows = [{name: row[name] for name in _COUNTS} for row in rows]
        items = [_told(row) for row in rows]
        more = len(found) > query.limit
        following = f"{items[-1][per]}|{items[-1]['from_ns']}" if more else None
        return {"items": items, "next": following, "seq": next_seq - 1}

    @staticmethod
    def _asked(person: Person, query: IntervalsQuery) -> str | None:
        """The queue or agent that the query names, None for all. Raises Failure, ConfigError."""
        if query.per == "agent":
            denied(person, "read figures of agents", "agent", "supervisor", "administrator")
            if query.queue is not None:
                raise ConfigError("queue", query.queue, "nothing: figures of agents are not told by queue")
            return query.agent
        if query.agent is not None:
            raise ConfigError("agent", query.agent, "nothing, but with per=agent")
        return query.queue

    def _slots(self, query: IntervalsQuery, now_ns: int) -> Slots | None:
        """The intervals that the query asks for; None if nothing is known in that time. Raises
        ConfigError."""
        calendar.zone(query.tz)
        until_ns = now_ns if query.until is None else _instant("until", query.until)
        since_ns = until_ns - DAY_NS if query.since is None else _instant("since", query.since)
        if since_ns > until_ns:
            raise ConfigError("since", query.since, "an instant before the end")
        if (until_ns - since_ns) // (query.minutes * 60 * 10**9) > MOST_INTERVALS:
            raise ConfigError("since", query.since, f"at most {MOST_INTERVALS} intervals before the end")
        known_ns = self._ledger.since_ns
        if known_ns is None or until_ns < known_ns or since_ns > now_ns:
            return None
        if query.since is None:
            since_ns = calendar.boundaries(since_ns, until_ns, query.minutes, calendar.zone(query.tz))[0]
        return Slots(max(since_ns, known_ns), min(until_ns, now_ns), query.minutes, query.tz)


async def _finished(work: Callable[..., T], *given: Any) -> T:
    """Runs `work` in a thread and returns its result. If the caller is cancelled, this still waits until the
    work is done: nobody else may use the ledger before."""
    future = asyncio.get_running_loop().run_in_executor(None, work, *given)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        await asyncio.wait([future])
        raise


def _agents_of(person: Person, engine: Any) -> tuple[str, ...] | None:
    if person.role == "agent":
        return (person.subject,)
    if person.role == "supervisor" and person.team is not None:
        return tuple(rights.team_agents(engine, person.team))
    return None


def _unknown(per: str, name: str) -> Refused:
    """The refusal for a name that this person may not see: the same as for one that does not exist."""
    code = Result.UNKNOWN_AGENT if per == "agent" else Result.UNKNOWN_QUEUE
    return refusal(code, f"{per}: no {per} {name!r}")


def hearing(ledger: Ledger) -> Callable[[list[Event]], None]:
    """A function that feeds the events of a journal, while it is played, into the ledger, and forgets what is
    older than `KEPT_NS`. If the first events are missing because the journal begins with a snapshot, it
    ignores the events: figures need a history without gaps."""
    forgotten_ns = 0

    def hear(events: list[Event]) -> None:
        nonlocal forgotten_ns
        if events and events[0].seq != ledger.mirror.state.last_seq + 1:
            return
        ledger.feed(events)
        now_ns = ledger.mirror.now_ns
        if now_ns - forgotten_ns > KEPT_NS:
            forgotten_ns = now_ns
            ledger.forget(now_ns - KEPT_NS)

    return hear


def _told(row: dict[str, Any]) -> dict[str, Any]:
    begin_ns, end_ns = row["from"], row["to"]
    return {
        **row,
        "from": iso_instant(begin_ns),
        "from_ns": begin_ns,
        "to": iso_instant(end_ns),
        "to_ns": end_ns,
    }


def _instant(field: str, text: str) -> int:
    """An instant in a parameter. Raises ConfigError."""
    found = instant_ns(field, instant(field, text))
    if not 0 <= found < 2**62:
        raise ConfigError(field, text, "an instant from 1970 on")
    return found
