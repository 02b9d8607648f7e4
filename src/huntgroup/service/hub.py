"""Distributes events to many streams: each event is read once, encoded once, and given to each stream that
wants it and may see it."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from huntgroup.errors import Lagged
from huntgroup.live.ring import Wanted
from huntgroup.live.router import Router
from huntgroup.service.answers import encode
from huntgroup.service.people import Person
from huntgroup.service.rows import Rows
from huntgroup.settings.durations import iso_instant
from huntgroup.shown import Event

MOST_BEHIND = 20_000
"""How many unread events a stream may have; with more it is closed as slow."""
CAUGHT_UP = 1_000
REMEMBERED_OFFERS = 100_000
_Wire = msgspec.defstruct("_Wire", ["seq", "at", *Event._fields[1:]], gc=False)
"""The members of `Event.to_dict`, in its order."""
PRESENCES = frozenset(("presence_changed", "group_presence_changed", "centre_presence_changed"))
_OVER = frozenset(("completed", "abandoned", "transferred"))


def on_the_wire(event: Event) -> Any:
    """An object that is encoded as `Event.to_dict` would be, without making the dictionary. O(1)."""
    return _Wire(event.seq, iso_instant(event.at_ns), *event[1:])


class Feed:
    """The encoded events of one stream: the hub adds them, the stream sends them. `ended` says why no more
    come: closed, slow or lagged."""

    wanted: Wanted
    sees: Callable[[Event], bool]
    nameless: bool

    def __init__(self, wanted: Wanted, sees: Callable[[Event], bool], nameless: bool) -> None:
        self.wanted, self.sees, self.nameless = wanted, sees, nameless
        self.only: str | None = None
        self.rows: Rows | None = None
        self.ready: deque[tuple[int, bytes]] = deque()
        self.ended: str | None = None
        self._news: asyncio.Event = asyncio.Event()

    def give(self, seq: int, body: bytes) -> None:
        if len(self.ready) >= MOST_BEHIND:
            self.end("slow")
        elif self.ended is None:
            self.ready.append((seq, body))
            self._news.set()

    def end(self, why: str) -> None:
        if self.ended is None:
            self.ended = why
        self._news.set()

    def wake(self) -> None:
        """Wakes the stream, because there is something other than events to send."""
        self._news.set()

    def touch(self, event: Event) -> None:
        """Passes an event to the rows, whether the event itself is wanted or not."""
        if self.rows is not None and self.rows.touch(event):
            self._news.set()

    async def pause(self, seconds: float) -> None:
        """Waits for this many seconds, or until there is an event to send or the feed ends."""
        self._news.clear()
        await self.wait(seconds)

    async def wait(self, seconds: float) -> None:
        """Waits until there is something to send, at most this many seconds."""
        if self.ready or self.ended:
            return
        self._news.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()


class Hub:
    """Reads the router's events as they are published, and gives them to the feeds."""

    def __init__(self, router: Router) -> None:
        self._router = router
        self._feeds: set[Feed] = set()
        self._by_agent: dict[str, set[Feed]] = {}
        self._encoded: OrderedDict[int, bytes] = OrderedDict()
        self._offers: OrderedDict[tuple[int, str], None] = OrderedDict()
        self.counts: Counter[str] = Counter()
        self._next_seq = router.next_seq
        self._more = False

    def start(self) -> None:
        self._router.hear(self._hear)

    async def stop(self) -> None:
        """Ends every stream."""
        for feed in list(self._feeds):
            feed.end("closed")
        self._router.hear(None)

    def _hear(self) -> None:
        """Gives out the new events in batches. Between two batches the streams run and send, so that they do
        not exceed `MOST_BEHIND`."""
        if not self._more:
            self._helping()

    def _helping(self) -> None:
        try:
            batch = self._router.kept(self._next_seq, CAUGHT_UP)
        except Lagged as lagged:
            self._next_seq = lagged.first_seq
            for feed in list(self._feeds):
                feed.end("lagged")
            batch = []
        for event in batch:
            self._hand_out(event)
        self._next_seq += len(batch)
        self._more = self._next_seq < self._router.next_seq
        if self._more:
            asyncio.get_running_loop().call_soon(self._helping)

    def _hand_out(self, event: Event) -> None:
        self.counts[event.kind] += 1
        agent = event.agent
        if event.kind == "offered" and agent is not None and event.interaction is not None:
            self._offers[event.interaction, agent] = None
            if len(self._offers) > REMEMBERED_OFFERS:
                self._offers.popitem(last=False)
        for feed in self._feeds:
            feed.touch(event)
            if feed.wanted.wants(event) and feed.sees(event):
                feed.give(event.seq, self._body(feed, event))
        if agent is not None:
            for feed in self._by_agent.get(agent, ()):
                if feed.wanted.wants(event) and feed.sees(event):
                    feed.give(event.seq, self._body(feed, event))

    def _body(self, feed: Feed, event: Event) -> bytes:
        """The encoded event for this feed. A wall gets no names: without `by`."""
        if feed.nameless and event.by is not None:
            return encode(on_the_wire(event._replace(by=None)))
        return self.encoded(event)

    def encoded(self, event: Event) -> bytes:
        """The event as JSON; the latest ones are encoded only once."""
        body = self._encoded.get(event.seq)
        if body is None:
            body = self._encoded[event.seq] = encode(on_the_wire(event))
            if len(self._encoded) > MOST_BEHIND:
                self._encoded.popitem(last=False)
        return body

    def was_offered(self, interaction: int, agent: str) -> bool:
        """Was this interaction offered to this agent, among the latest `REMEMBERED_OFFERS` offers?"""
        return (interaction, agent) in self._offers

    def open(
        self,
        person: Person,
        sees: Callable[[Event], bool],
        from_seq: int | None,
        filters: dict[str, list[str] | None],
        rows: bool = False,
    ) -> Feed:
        """A feed from the event `from_seq` on, or from now on; with `rows`, also the rows of what events
        change. Raises Lagged, ConfigError."""
        wanted = Wanted(filters["queues"], filters["agents"], filters["kinds"])
        feed = Feed(wanted, sees, person.role == "wall")
        if from_seq is not None:
            self._catch_up(feed, from_seq)
        only = filters["agents"]
        single = only[0] if only is not None and len(only) == 1 else None
        if rows:
            feed.rows = Rows(person, single)
        else:
            feed.only = single
        if feed.only is None:
            self._feeds.add(feed)
        else:
            self._by_agent.setdefault(feed.only, set()).add(feed)
        return feed

    def _catch_up(self, feed: Feed, from_seq: int) -> None:
        """Adds the kept events from `from_seq` up to the hub's place, so that the feed misses none and gets
        none twice."""
        while from_seq < self._next_seq:
            events = self._router.kept(from_seq, min(CAUGHT_UP, self._next_seq - from_seq))
            for event in feed.wanted.of(events):
                if feed.sees(event):
                    feed.ready.append((event.seq, self._body(feed, event)))
            from_seq += len(events)

    def close(self, feed: Feed) -> None:
        self._feeds.discard(feed)
        if feed.only is not None:
            feeds = self._by_agent.get(feed.only, set())
            feeds.discard(feed)
            if not feeds:
                self._by_agent.pop(feed.only, None)
        feed.end("closed")


def sight(
    person: Person, queues: Iterable[str] | None, agents: Iterable[str] | None
) -> Callable[[Event], bool]:
    """Which events this person may see. `queues` and `agents` are those that the person may see, None for
    all."""
    role = person.role
    if role == "wall":
        return lambda event: event.kind in PRESENCES
    if role == "agent":
        return _own_sight(person.subject, frozenset(queues or ()))
    if agents is None or queues is None:
        return lambda _: True
    of_team, served = frozenset(agents), frozenset(queues)

    def of_the_team(event: Event) -> bool:
        if event.agent is not None:
            return event.agent in of_team
        return event.queue in served or event.kind in PRESENCES

    return of_the_team


def _own_sight(agent: str, queues: frozenset[str]) -> Callable[[Event], bool]:
    """What an agent sees: its own events, the events of an interaction while the agent has it, and the
    presence of its queues."""
    own: set[int] = set()

    def sees(event: Event) -> bool:
        if event.agent == agent:
            if event.interaction is not None:
                (own.discard if event.kind in _OVER else own.add)(event.interaction)
            return True
        if event.interaction in own:
            if event.agent is not None or event.kind in _OVER:
                own.discard(event.interaction)
            return event.agent is None
        return event.kind in PRESENCES and event.queue in queues

    return sees
