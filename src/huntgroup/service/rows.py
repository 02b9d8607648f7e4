"""Rows for pages. A socket with `rows=true` gets rows of the agents, queues and interactions that its person
may see: all of them first, then the present state of each one that an event changed. A page that keeps the
latest row of each thing has the same content as the readings."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from huntgroup.engine.engine import Engine
from huntgroup.engine.views import monitor_row
from huntgroup.errors import Refused
from huntgroup.service import lists, rights
from huntgroup.service.people import Person
from huntgroup.shown import AgentView, Event, InteractionView

CHUNK = 500
"""How many agents one of the first messages has at most."""
SHOWN_WAITING = 50
"""How many waiting interactions of a queue are shown, from the front."""
PAUSE = 0.05
"""Seconds between two messages with rows: changes in the meantime are sent together."""
_BULKY = ("user", "time_in_status", "skills", "ready_channels", "seconds_in_status")
_AWAY = ("Completed", "Abandoned")
_OTHER_CALL = frozenset(("consulting",))
_OTHER_QUEUE = frozenset(("moved", "overflowed"))

Message = dict[str, Any]


def agent_row(engine: Engine, view: AgentView, whole: bool) -> dict[str, Any]:
    """The view of an agent, with the monitor's `availability` and `since`. `whole`: with every member and
    `stop_new`; otherwise without the long members that a list does not need (`_BULKY`)."""
    shown = view.to_dict()
    if whole:
        shown["stop_new"] = engine._agent_state(view.index)["stop_new"]
    else:
        for name in _BULKY:
            shown.pop(name, None)
    monitored = monitor_row(view)
    return {**shown, "availability": monitored.availability, "since": monitored.since}


class Rows:
    """The rows of one socket. `focus`: the name of the one agent to show, with its interactions and its
    queues; None for all."""

    def __init__(self, person: Person, focus: str | None) -> None:
        self.person = person
        self.focus: str | None = person.subject if person.role == "agent" else focus
        self._agents: set[str] = set()
        self._queues: set[str] = set()
        self._calls: set[int] = set()
        self._raw: list[tuple[str, int]] = []
        self._own_queues: frozenset[str] = frozenset()
        self._own_calls: set[int] = set()
        self._seen_queues: frozenset[str] | None = None
        self._known: tuple[set[str], set[str]] = (set(), set())
        self._todo: list[str] | None = None
        self._started = False
        self._next = 0.0

    # --- what was touched -----------------------------------------------------------------------------------

    def touch(self, event: Event) -> bool:
        """Notes what this event changes; whether any of it may be shown here. O(1)."""
        agent, queue, call = event.agent, event.queue, event.interaction
        if self.focus is not None:
            if agent != self.focus and queue not in self._own_queues and call not in self._own_calls:
                return False
            self._agents.add(self.focus)
        elif agent is not None:
            self._agents.add(agent)
        if queue is not None:
            self._queues.add(queue)
        if call is not None:
            self._calls.add(call)
        if event.other is not None:
            self._raw.append((event.kind, event.other))
        return True

    def due_in(self) -> float | None:
        """Seconds until the next message is due; None if nothing has changed."""
        if not self._started or self._todo:
            return 0.0
        if not (self._agents or self._queues or self._calls):
            return None
        return max(0.0, self._next - time.monotonic())

    # --- messages -------------------------------------------------------------------------------------------

    def message(self, engine: Engine, seq: int) -> Message:
        """The next message. `begin` marks the first one, at which a page discards what it has; `complete`
        marks the one after which it has everything."""
        self._next = time.monotonic() + PAUSE
        made: Message = {"seq": seq, "now_ns": engine.now_ns}
        if not self._started:
            self._started = True
            made["begin"] = True
            self._seen_queues = rights.queues_of(self.person, engine)
            self._todo = self._everybody(engine)
            self._known = set(engine._agent_index), set(engine._queue_index)
            self._queues.update(engine._queue_index)
            if not self._todo:
                made["complete"] = True
        if self._todo:
            self._agents.update(self._todo[:CHUNK])
            self._todo = self._todo[CHUNK:] or None
            if self._todo is None:
                made["complete"] = True
        self._newcomers(engine)
        agents, self._agents = self._agents, set()
        gone: list[str] = []
        no_queues: list[str] = []
        over: list[int] = []
        made["agents"] = self._agent_rows(engine, agents, gone)
        self._others(engine)
        queues, self._queues = self._queues, set()
        made["queues"], made["waiting"] = self._queue_rows(engine, queues, no_queues)
        calls, self._calls = self._calls, set()
        made["interactions"] = self._call_rows(engine, calls, over)
        made["gone"] = {"agents": gone, "queues": no_queues, "interactions": over}
        return made

    def _everybody(self, engine: Engine) -> list[str] | None:
        if self.focus is not None:
            return [self.focus]
        if self.person.role not in ("supervisor", "administrator"):
            return None
        return list(engine._agent_index)

    def _newcomers(self, engine: Engine) -> None:
        """Notes the agents and queues that were added or removed since the last message. O(1) if there are
        none."""
        if self.focus is not None:
            return
        for now, known, touched in (
            (engine._agent_index, self._known[0], self._agents),
            (engine._queue_index, self._known[1], self._queues),
        ):
            if len(now) != len(known):
                touched |= known ^ set(now)
                known ^= known ^ set(now)

    def _others(self, engine: Engine) -> None:
        """Notes the interactions and queues that events name by `other`, an id or an index."""
        raw, self._raw = self._raw, []
        for kind, other in raw:
            if kind in _OTHER_CALL:
                self._calls.add(other)
            elif kind in _OTHER_QUEUE:
                self._queues.add(engine._queue_names[other])

    def _agent_rows(self, engine: Engine, names: Iterable[str], gone: list[str]) -> list[dict[str, Any]]:
        found = []
        person = self.person
        for name in names:
            try:
                view = engine.agent(name)
            except Refused:
                gone.append(name)
                continue
            # A change of an agent may change the counts of its queues.
            self._queues.update(view.queues)
            if person.role in ("wall", "connector"):
                continue
            if not rights.sees_agent(person, view):
                gone.append(name)
                continue
            self._calls.update(view.interactions, view.wrap_ups, view.parked)
            if self.focus is not None:
                self._own_queues = frozenset(view.queues)
                self._own_calls = {*view.interactions, *view.wrap_ups, *view.parked}
            found.append(agent_row(engine, view, self.focus is not None))
        return found

    def _queue_rows(
        self, engine: Engine, names: Iterable[str], gone: list[str]
    ) -> tuple[list[dict[str, Any]], dict[str, list[int]]]:
        found, waiting = [], {}
        for name in names:
            if self._seen_queues is not None and name not in self._seen_queues | self._own_queues:
                continue
            if self.focus is not None and name not in self._own_queues:
                continue
            try:
                view = engine.queue(name)
            except Refused:
                gone.append(name)
                continue
            found.append(lists.queue_shown(self.person, view))
            if self.focus is None and self.person.role in ("supervisor", "administrator"):
                views = engine.waiting(name, limit=SHOWN_WAITING)
                waiting[name] = [one.id for one in views]
                self._calls.update(waiting[name])
        return found, waiting

    def _call_rows(self, engine: Engine, calls: Iterable[int], over: list[int]) -> list[dict[str, Any]]:
        if self.person.role in ("wall", "connector"):
            return []
        found = []
        for call in calls:
            try:
                view = engine.interaction(call)
            except Refused:
                over.append(call)
                continue
            if view.state in _AWAY or not self._sees(engine, view):
                over.append(call)
            else:
                found.append(lists.interaction_shown(view.to_dict()))
        return found

    def _sees(self, engine: Engine, view: InteractionView) -> bool:
        if self.focus is not None:
            return view.id in self._own_calls or (view.agent == self.focus)
        if self._seen_queues is None or view.queue in self._seen_queues:
            return True
        return view.agent is not None and rights.sees_agent(self.person, engine.agent(view.agent))
