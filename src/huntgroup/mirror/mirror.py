"""The mirror itself: events in, views out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any, Self

from huntgroup.errors import ConfigError, Result, refusal
from huntgroup.mirror import agents, building, saved, views, work
from huntgroup.mirror.state import State
from huntgroup.shown import AgentView, InteractionView, QueueView

HANDLERS: dict[str, Callable[[State, Any], None]] = {
    **{
        name: getattr(building, name)
        for name in (
            "model_set",
            "model_updated",
            "channel_added",
            "queue_added",
            "queue_updated",
            "queue_removed",
            "agent_added",
        )
    },
    **{
        name: getattr(agents, name)
        for name in (
            *(
                "agent_removed",
                "agent_updated",
                "signed_in",
                "signed_out",
                "status_changed",
                "pending_changed",
            ),
            *("profile_changed", "ready_changed", "external_presence_changed", "stop_new_changed"),
            *(
                "device_changed",
                "skill_changed",
                "capacity_changed",
                "membership_changed",
                "membership_ended",
            ),
            *("queue_login_changed", "user_changed", "presence_changed", "time_began", "connection_changed"),
        )
    },
    **{
        name: getattr(work, name)
        for name in (
            *("queued", "arrival_noted", "interaction_updated", "callback_requested", "overflowed", "moved"),
            *("offered", "accepted", "dialing", "answered", "held", "retrieved", "consulting", "conferenced"),
            *("consult_ended", "callback_retry", "put_back", "transferred", "parked", "resumed", "ended"),
            *("wrap_up_started", "wrap_up_ended", "completed", "abandoned", "timed_out"),
            *("entry_refused", "wrap_up_extended"),
        )
    },
    **dict.fromkeys(("rejected", "expired", "withdrawn"), work.offer_ended),
}
"""The handler of each kind of event. Kinds that are not listed change nothing that a view shows."""

FIRST_STEP = frozenset(("offered", "scorer_failed", "overflowed", "timed_out"))
"""Kinds of events that may follow in the step that adds agents."""


class Mirror:
    """A centre rebuilt from its events. `Mirror(events)`, then `feed` what follows.

    Events are `huntgroup.Event` or the dictionaries of its `to_dict`, from the first one on, in their order.
    Raises ConfigError where one is missing. The views are the same as the engine's. The latest
    `keep_finished` finished interactions remain readable, as in the engine.
    """

    def __init__(self, events: Iterable[Any] = (), *, keep_finished: int = 100_000) -> None:
        self._state = State(keep_finished=keep_finished)
        building.start(self._state)
        self.feed(events)

    @property
    def now_ns(self) -> int:
        """The instant of the latest event or of the latest `advance`, whichever is later."""
        return self._state.now_ns

    def feed(self, events: Iterable[Any]) -> None:
        """Applies more events. O(1) each; for removals and new agents O(what they concern)."""
        state = self._state
        for given in events:
            event = SimpleNamespace(**given) if isinstance(given, Mapping) else given
            if event.seq != state.last_seq + 1:
                raise ConfigError("events", event.seq, f"the event after {state.last_seq}")
            state.last_seq = event.seq
            if event.at_ns > state.now_ns:
                agents.pass_time(state, event.at_ns)
            work.settle(state, event)
            if state.newcomers and event.kind not in FIRST_STEP:
                state.newcomers.clear()
            handler = HANDLERS.get(event.kind)
            if handler is not None:
                handler(state, event)

    def advance(self, at_ns: int) -> None:
        """Lets time pass without an event. Raises TimeWentBack."""
        if at_ns < self._state.now_ns:
            raise refusal(Result.TIME_WENT_BACK, f"advance: the mirror is at {self._state.now_ns} ns")
        if at_ns > self._state.now_ns:
            agents.pass_time(self._state, at_ns)

    @property
    def state(self) -> State:
        """The rebuilt state. Read-only: callers must not change it."""
        return self._state

    def settle(self) -> None:
        """Call when no more events follow at this instant. O(1)."""
        work.settle(self._state, None)

    def _settled(self) -> State:
        self.settle()
        return self._state

    def agents(self) -> list[str]:
        """The names of the agents, by index."""
        return sorted(self._state.agents, key=lambda name: self._state.agents[name].index)

    def queues(self) -> list[QueueView]:
        """Every queue, by index."""
        state = self._settled()
        return [
            views.queue_view(state, queue) for queue in sorted(state.queues.values(), key=lambda q: q.index)
        ]

    def agent(self, name: str) -> AgentView:
        """One agent. Raises UnknownAgent."""
        if name not in self._state.agents:
            raise refusal(Result.UNKNOWN_AGENT, f"agent: no agent {name!r}")
        return views.agent_view(self._settled(), self._state.agents[name])

    def queue(self, name: str) -> QueueView:
        """One queue. Raises UnknownQueue."""
        if name not in self._state.queues:
            raise refusal(Result.UNKNOWN_QUEUE, f"queue: no queue {name!r}")
        return views.queue_view(self._settled(), self._state.queues[name])

    def interaction(self, number: int) -> InteractionView:
        """One interaction, over or not. Raises UnknownInteraction."""
        if number not in self._state.interactions:
            raise refusal(Result.UNKNOWN_INTERACTION, f"interaction: no interaction {number}")
        return views.interaction_view(self._settled(), self._state.interactions[number])

    def waiting(self, queue: str) -> list[InteractionView]:
        """The interactions that wait in a queue, in queue order. Raises UnknownQueue."""
        if queue not in self._state.queues:
            raise refusal(Result.UNKNOWN_QUEUE, f"waiting: no queue {queue!r}")
        state = self._settled()
        return [views.interaction_view(state, one) for one in views.waiting(state, queue)]

    def presence(self) -> dict[str, str]:
        """The outward presence of every queue, by index."""
        return {view.name: view.presence for view in self.queues()}

    def snapshot(self) -> bytes:
        """The whole state as JSON, for `restore`. O(state)."""
        return saved.dumps(self._settled())

    @classmethod
    def restore(cls, snapshot: bytes) -> Self:
        """Rebuilds the mirror from its snapshot. Raises ConfigError if this is not one. O(state)."""
        mirror = cls()
        mirror._state = saved.loads(snapshot)
        return mirror
