"""Tells an agent's day: what somebody does at what time, and what the engine makes of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import huntgroup as hg

ZONE = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 9, tzinfo=ZONE)

# One sentence for each kind of event that a reader wants to hear of.
SENTENCES: dict[str, str] = tomllib.loads(
    Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8")
)


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
