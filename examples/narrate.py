"""Tells an agent's day: what somebody does at what time, and what the engine makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import huntgroup as hg

ZONE = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 9, tzinfo=ZONE)

# One sentence for each kind of event that a reader wants to hear of; the others go without saying.
SENTENCES = {
    "status_changed": "{agent} shows {status_to}",
    "queue_login_changed": "{agent} in {queue}: {login}",
    "queued": "{interaction} waits in {queue}",
    "offered": "{interaction} is offered to {agent}",
    "accepted": "{agent} has {interaction}",
    "rejected": "{agent} did not want {interaction}",
    "expired": "{agent} did not answer {interaction}",
    "withdrawn": "{interaction} is taken back from {agent} ({reason})",
    "dialing": "{agent} dials: {interaction}",
    "answered": "the other side picks up {interaction}",
    "held": "{interaction} is on hold",
    "consulting": "{agent} consults about {interaction}",
    "conferenced": "{interaction} is a conference now",
    "consult_ended": "the consultation about {interaction} is over",
    "transferred": "{agent} hands {interaction} over",
    "parked": "{interaction} is parked, and stays {agent}'s",
    "resumed": "{interaction} goes on",
    "put_back": "{agent} gives {interaction} back",
    "wrap_up_started": "{agent} wraps {interaction} up",
    "wrap_up_extended": "{agent} takes longer for {interaction}",
    "wrap_up_ended": "the wrap-up of {interaction} is over",
    "completed": "{interaction} is done",
    "abandoned": "{interaction} is given up",
    "moved": "{interaction} moves to {queue}",
    "entry_refused": "{queue} takes nobody: {reason}",
    "presence_changed": "{queue} looks {status_to} from outside",
}


class Narrator:
    """Moves the clock of an engine through one Monday and prints what happens, line by line."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.events: list[Any] = []

    def opens(self, clock: str) -> None:
        """The day begins: nothing before this time is told."""
        self.engine.advance(self._instant(clock))
        self._poll()

    @contextmanager
    def at(self, clock: str, what: str) -> Iterator[None]:
        """At this time somebody does `what`, which is what the block does. A refusal is told, not raised."""
        self.engine.advance(self._instant(clock))
        self._tell_events(with_time=True)
        print(f"{clock}     {what}")
        try:
            yield
        except hg.Refused as refusal:
            self.notes(f"refused: {type(refusal).__name__}")
        self._tell_events(with_time=False)

    def notes(self, text: str) -> None:
        """Says something in the words of the story, after what has happened so far."""
        self._tell_events(with_time=False)
        print(f"          {text}")

    def _poll(self) -> list[Any]:
        """What has happened since the last call; all of it stays in `events`."""
        new = list(self.engine.poll())
        self.events += new
        return new

    def _tell_events(self, *, with_time: bool) -> None:
        for event in self._poll():
            sentence = SENTENCES.get(event.kind)
            if sentence is None:
                continue
            words = {name: getattr(event, name) for name in ("agent", "queue", "status_to", "reason")}
            words["interaction"] = f"#{event.interaction}"
            words["login"] = "logged in" if event.status_to else "logged out"
            instant = MONDAY + timedelta(
                microseconds=event.at_ns // 1000 - int(MONDAY.timestamp()) * 1_000_000
            )
            time = f"{instant:%H:%M:%S}  " if with_time else " " * 10
            print(time + sentence.format(**words))

    def _instant(self, clock: str) -> datetime:
        hour, minute = clock.split(":")
        return MONDAY.replace(hour=int(hour), minute=int(minute))
