"""The engine: names, units and views around the compiled core. The commands themselves are in the core;
what stands here is not hot: building a centre, reading it, copying it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from functools import partial
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from huntgroup.core.python.store import LAST_INSTANT, LAST_INSTANT_NS, instant_ns
from huntgroup.engine import centre_file
from huntgroup.engine.building import Building
from huntgroup.engine.events import Event, named_events
from huntgroup.engine.reading import Reading
from huntgroup.errors import ConfigError, CorruptState
from huntgroup.layouts import EVENT_DTYPE
from huntgroup.models import PresenceModel
from huntgroup.settings import arguments, config_file
from huntgroup.settings.durations import Instant
from huntgroup.settings.mistakes import Mistakes

BUILT_IN_CHANNELS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("voice", {"blocks": "others", "needs_device": True}),
    ("chat", {}),
    ("email", {}),
)


class Engine(Building, Reading):
    """A contact centre in memory: a deterministic state machine. One engine serves one thread at a time.

    `model` is the name of a built-in presence model, a path to a TOML file, or a `PresenceModel`; `seed`
    (an integer of 64 bits) decides for the strategy `random`; `clock` (a callable that gives integer ns)
    makes every command without `at=` happen now and every reading show the present; without it time passes by
    `advance` and `at=` only. It starts at `start`, an instant; without one, what is built is built at the
    first instant that is given, however late, or at 0 where an interaction or a duration comes first.
    `events=False` keeps no events, otherwise the latest `keep_events` that nobody has polled are kept (`poll`
    says when some were dropped); the latest `keep_finished` finished interactions stay readable. The channels
    voice, chat and email exist from the start. Raises ConfigError.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] | PresenceModel = "agent_modes",
        *,
        seed: int = 0,
        clock: Callable[[], int] | None = None,
        start: Instant = None,
        events: bool = True,
        keep_finished: int = 100_000,
        keep_events: int = 1_000_000,
    ) -> None:
        if clock is not None and not callable(clock):
            raise ConfigError("clock", clock, "a callable that gives integer nanoseconds, or None")
        seed = arguments.integer("seed", seed, -(2**63), 2**64 - 1) % 2**64
        kept = arguments.integer("keep_finished", keep_finished, 0, 2**31 - 1)
        unread = arguments.integer("keep_events", keep_events, 1, 2**30)
        start_ns = None if start is None else instant_ns("start", start)
        if start_ns is not None and (clock is not None or not 0 <= start_ns <= LAST_INSTANT_NS):
            allowed = "nothing beside clock=" if clock is not None else LAST_INSTANT
            raise ConfigError("start", start, allowed)
        told = arguments.flag("events", events)
        self._create(PresenceModel.load(model), clock, start_ns, seed, told, kept, unread)
        for name, keys in BUILT_IN_CHANNELS:
            self.add_channel(name, **keys)

    @classmethod
    def from_config(
        cls,
        path: str | os.PathLike[str],
        *,
        clock: Callable[[], int] | None = None,
        start: Instant = None,
        events: bool = True,
    ) -> Self:
        """The centre that a TOML file describes (see `settings.config_file`): channels, skills,
        queues, groups, agents and model. Raises CentreError with every mistake of the file, each with its
        line and entry. O(entries)."""

        make = partial(cls._of_plan, clock, start, events)
        mistakes = Mistakes()
        plan = config_file.read_all(path, mistakes)
        if mistakes.places:
            centre_file.find_all(make, plan, mistakes)
            mistakes.raise_any(plan.source, plan.lines())
        return centre_file.build(make, plan)

    @classmethod
    def _of_plan(
        cls, clock: Callable[[], int] | None, start: Instant, events: bool, plan: config_file.Plan
    ) -> Self:
        """An engine of the plan's model, without any queue or agent."""
        return cls(
            plan.model,
            seed=plan.seed,
            clock=clock,
            start=start,
            events=events,
            keep_finished=plan.keep_finished,
        )

    # --- events -------------------------------------------------------------------------------------------

    def poll(self) -> list[Event]:
        """The events since the last poll, with names. `poll_array` gives the same as an array. Raises Lagged,
        once, where events were dropped. O(events)."""
        rows = self._events()
        named = self.named(rows)
        # All of them are made before they count as polled.
        self._forget_events(rows)
        return named

    def named(self, events: NDArray[np.void]) -> list[Event]:
        """The rows that `poll_array` or `apply` gave as events with names. Raises ConfigError for another
        array. O(rows)."""
        self._check_made()
        if getattr(events, "dtype", None) != EVENT_DTYPE or events.ndim != 1:
            raise ConfigError("events", getattr(events, "dtype", type(events)), "an array of EVENT_DTYPE")
        return named_events(events, self)

    # --- the whole ----------------------------------------------------------------------------------------

    def verify(self) -> None:
        """Raises CorruptState with what does not hold, if an invariant is broken. O(state)."""
        fault = self._verify()
        if fault is not None:
            raise CorruptState(fault)

    def fork(self) -> Self:
        """An independent copy in manual time, to ask what if. O(state)."""
        copy = type(self).__new__(type(self))
        copy._copy_from(self)
        return copy

    def digest(self) -> str:
        """A SHA-256 of the whole state, as 64 hex digits: equal states, equal digests, on every machine.
        Events not yet polled do not count. O(state)."""
        self._check_made()
        digest = hashlib.sha256()
        named = {
            "model": self.model.fingerprint,
            "agents": self._agent_ids,
            "alive": sorted(self._agent_index.items()),
            "queues": sorted(self._queue_index.items()),
            "skills": self._skill_names,
            "channels": [channel.plain() for channel in self._channels],
            "groups": self._group_names,
            "hours": sorted((queue, hours.to_dict()) for queue, hours in self._hours.items()),
            "overflow": sorted(self._overflow_names.items()),
            "refs": sorted(self._refs.items()),
            "scorers": self._scorers_in_use(),
            "teams": self._teams(),
            "devices": self._named_devices(),
        }
        digest.update(json.dumps(named, ensure_ascii=True, sort_keys=True).encode())
        self._feed_digest(digest.update)
        return digest.hexdigest()

    def _scorers_in_use(self) -> list[tuple[int, str]]:
        """(queue, name of its scorer) for each that has one: an address tells nothing."""
        rows = [(queue, self._queue_state(queue)["scorer"]) for queue in sorted(self._queue_index.values())]
        return [(queue, self._scorers[row].name) for queue, row in rows if row >= 0]

    def close(self) -> None:
        """Nothing is held open by an engine in memory; here so that programs need not ask which kind they
        have. O(1)."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
