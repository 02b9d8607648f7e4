"""Distributes events to many streams: each event is read once, encoded once, and given to each stream that
wants it and may see it."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from huntgroup.core.state.codes import EVENT_KINDS
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
_OFFERED = EVENT_KINDS.index("offered")
_OVER = frozenset(("completed", "abandoned", "transferred"))


def on_the_wire(event: Event) -> Any:
    """An object that is encoded as `Event.to_dict` would be, without making the dictionary. O(1)."""
    return _Wire(event.seq, iso_instant(event.at_ns), *event[1:])


def texts(router: Router, rows: NDArray[np.void]) -> list[bytes]:
    """The rows of events as JSON with the members of `Event.to_dict`. O(rows)."""
    found = router.texts(rows)
    return [
        encode(on_the_wire(router.named(rows[place : place + 1])[0])) if text is None else text
        for place, text in enumerate(found)
    ]


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
        self._kinds: tuple[bool, list[int]] | None = None
        self._offers: OrderedDict[tuple[int, str], None] = OrderedDict()
        self._counted = [0] * len(EVENT_KINDS)
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
            rows = self._router.rows(self._next_seq, CAUGHT_UP)
        except Lagged as lagged:
            self._next_seq = lagged.first_seq
            for feed in list(self._feeds):
                feed.end("lagged")
            rows = self._router.rows(lagged.first_seq, 0)
        self._note(rows)
        if self._feeds or self._by_agent:
            self._hand_out(rows)
        self._next_seq += len(rows)
        self._more = self._next_seq < self._router.next_seq
        if self._more:
            asyncio.get_running_loop().call_soon(self._helping)

    def _note(self, rows: NDArray[np.void]) -> None:
        """Counts the events, and remembers to whom something was offered."""
        kinds = rows["kind"].tolist()
        for kind in kinds:
            self._counted[kind] += 1
        if _OFFERED in kinds:
            for event in self._router.named(rows[rows["kind"] == _OFFERED]):
                assert event.interaction is not None
                assert event.agent is not None
                self._offers[event.interaction, event.agent] = None
            while len(self._offers) > REMEMBERED_OFFERS:
                self._offers.popitem(last=False)

    @property
    def counts(self) -> Counter[str]:
        """How many events there were of each kind that there was. O(kinds)."""
        return Counter({EVENT_KINDS[kind]: count for kind, count in enumerate(self._counted) if count})

    def _hand_out(self, rows: NDArray[np.void]) -> None:
        wanted = self._wanted_kinds()
        if wanted is not None:
            rows = rows[np.isin(rows["kind"], wanted)]
            if not len(rows):
                return
        bodies: list[bytes] | None = None
        for place, event in enumerate(self._router.named(rows)):
            for feed in self._feeds:
                feed.touch(event)
                if feed.wanted.wants(event) and feed.sees(event):
                    bodies = texts(self._router, rows) if bodies is None else bodies
                    feed.give(event.seq, self._body(feed, event, bodies[place]))
            if event.agent is not None:
                for feed in self._by_agent.get(event.agent, ()):
                    if feed.wanted.wants(event) and feed.sees(event):
                        bodies = texts(self._router, rows) if bodies is None else bodies
                        feed.give(event.seq, self._body(feed, event, bodies[place]))

    def _wanted_kinds(self) -> list[int] | None:
        """The kinds of events that any feed wants, as numbers; None for all."""
        if self._kinds is None:
            feeds = [*self._feeds, *(one for own in self._by_agent.values() for one in own)]
            every = any(feed.wanted.kinds is None or feed.rows is not None for feed in feeds)
            named = set() if every else {kind for feed in feeds for kind in feed.wanted.kinds or ()}
            self._kinds = (every, [EVENT_KINDS.index(kind) for kind in named])
        every, kinds = self._kinds
        return None if every else kinds

    def _body(self, feed: Feed, event: Event, body: bytes) -> bytes:
        """The encoded event for this feed. A wall gets no names: without `by`."""
        if feed.nameless and event.by is not None:
            return encode(on_the_wire(event._replace(by=None)))
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
        self._kinds = None
        return feed

    def _catch_up(self, feed: Feed, from_seq: int) -> None:
        """Adds the kept events from `from_seq` up to the hub's place, so that the feed misses none and gets
        none twice."""
        while from_seq < self._next_seq:
            rows = self._router.rows(from_seq, min(CAUGHT_UP, self._next_seq - from_seq))
            bodies = texts(self._router, rows)
            for event, body in zip(self._router.named(rows), bodies, strict=True):
                if feed.wanted.wants(event) and feed.sees(event):
                    feed.ready.append((event.seq, self._body(feed, event, body)))
            from_seq += len(rows)

    def close(self, feed: Feed) -> None:
        self._kinds = None
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
