"""The auditor of the simulated system. It knows what clients and readers of events see, and the engine's
public readings, but nothing of journals."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import huntgroup as hg


class Broken(AssertionError):
    """A promise was broken."""


class Auditor:
    """No acknowledged command is lost, none is done twice, and everything that anybody ever saw belongs to
    one history."""

    def __init__(self) -> None:
        self.seen: dict[int, hg.Event] = {}
        self._next = 1

    def sees(self, ring: Any) -> None:
        """Reads the events that were published since the last time."""
        start = max(self._next, ring.first_seq)
        while events := ring.read(start, 1_000):
            for event in events:
                self._takes(event)
            start = events[-1].seq + 1
        self._next = ring.next_seq

    def hears_again(self, events: list[hg.Event]) -> None:
        """The events of before that a newly started process tells."""
        for event in events:
            self._takes(event)
        newest = max(self.seen, default=0)
        if events and events[-1].seq < newest:
            raise Broken(f"event {newest} was published, and the log ends with {events[-1].seq}")
        # Events that were committed and never published are known from the log alone.
        self._next = max(self._next, newest + 1)

    def _takes(self, event: hg.Event) -> None:
        known = self.seen.setdefault(event.seq, event)
        if known != event:
            raise Broken(f"event {event.seq} was {known}, and is {event}")
        before = self.seen.get(event.seq - 1)
        if before is not None and before.at_ns > event.at_ns:
            raise Broken(f"event {event.seq} is earlier than the one before")

    def is_answered(
        self, client: Any, request: Any, known: tuple[Any, ...] | None, told: tuple[Any, ...]
    ) -> None:
        """An answer has arrived."""
        if known is not None and known != told:
            raise Broken(f"{client.name}, {request}: answered {known} at first, then {told}")
        for seq in range(told[2], told[3]):
            if seq not in self.seen:
                raise Broken(f"{client.name}, {request}: its event {seq} was not published")

    def looks_at(self, engine: Any, clients: list[Any]) -> None:
        """The end: every acknowledged call is there, once, and no call that nobody asked for; the numbers of
        the events have no gap."""
        calls: dict[int, tuple[str, int]] = {}
        for client in clients:
            for request in client.requests:
                kind, value, first, end = client.known[request.number]
                if request.command[0] != "enqueue" or kind != "NoneType":
                    continue
                number = int(value)
                if number in calls:
                    raise Broken(f"call {number} was given to two requests")
                calls[number] = (client.name, request.number)
                engine.interaction(number)
                told = [self.seen[seq] for seq in range(first, end)]
                if not any(event.interaction == number for event in told):
                    raise Broken(f"no event of its enqueue tells of call {number}")
        if sorted(calls) != list(range(1, len(calls) + 1)):
            raise Broken(f"{len(calls)} calls were acknowledged, and the last is number {max(calls)}")
        try:
            engine.interaction(len(calls) + 1)
        except hg.UnknownInteraction:
            pass
        else:
            raise Broken(f"call {len(calls) + 1} is there, and nobody asked for it")
        if self.seen and sorted(self.seen) != list(range(min(self.seen), max(self.seen) + 1)):
            raise Broken("the numbers of the events have a gap")

    def digest(self, clients: list[Any]) -> str:
        """A digest of everything that was seen."""
        digest = blake2b(digest_size=8)
        for seq in sorted(self.seen):
            digest.update(repr(self.seen[seq]).encode())
        for client in clients:
            digest.update(repr(sorted(client.known.items())).encode())
        return digest.hexdigest()
