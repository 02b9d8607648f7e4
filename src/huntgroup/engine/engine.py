"""The engine: names, units and views around the compiled core. The commands themselves are in the core. This
part need not be fast: building a centre, reading it, copying it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Self, cast

import numpy as np
from numpy.typing import NDArray

from huntgroup.core.python.digesting import feed
from huntgroup.core.python.playing import changed, run_on, seed_of
from huntgroup.core.python.store import LAST_INSTANT, LAST_INSTANT_NS, instant_ns
from huntgroup.engine import centre_file, reconfiguring
from huntgroup.engine.building import Building
from huntgroup.engine.difference import Difference, Wanted
from huntgroup.engine.events import named_events
from huntgroup.engine.journal import Journal, Told, beginning, recovered
from huntgroup.engine.journaled import Journaled
from huntgroup.engine.keeping import Keeper
from huntgroup.engine.opening import starting
from huntgroup.engine.pieces import PIECE, give_way, in_order, json_pieces, pieces
from huntgroup.engine.reading import Reading
from huntgroup.engine.sessions import Sessions
from huntgroup.engine.snapshots import Reader, restored
from huntgroup.errors import ConfigError, CorruptState, ReconfigureError
from huntgroup.journal import LogStore, SqliteStore, aside
from huntgroup.layouts import EVENT_DTYPE
from huntgroup.models import PresenceModel
from huntgroup.scorers.scorer import Scorer
from huntgroup.settings import arguments, config_file
from huntgroup.settings.actors import By
from huntgroup.settings.channels import BUILT_IN
from huntgroup.settings.durations import Duration, Instant
from huntgroup.settings.mistakes import Mistakes
from huntgroup.shown import Event


class Engine(Building, Reading, Journaled):
    """A contact centre in memory: a deterministic state machine. One engine serves one thread at a time.

    `model` is the name of a built-in presence model, a path to a TOML file, or a `PresenceModel`; `seed` (an
    integer of 64 bits) feeds the strategy `random`. With a `clock` (a callable that gives integer ns) a
    command without `at=` happens now, and reading shows the present. Without one, time passes by `advance`
    and `at=` only. It begins at `start`, an instant. If no `start` is given, it begins at the first instant
    that a command is given, or at 0 if an interaction or a duration comes before that. With `events=False` no
    events are kept; otherwise the latest `keep_events` that were not polled yet (`poll` raises Lagged if some
    were dropped). The latest `keep_finished` finished interactions stay readable. The channels voice, chat
    and email exist from the start. Raises ConfigError.
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
        self._sessions, self._keep_finished = Sessions(), kept
        for name, keys in BUILT_IN.items():
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

        return cls._planned(path, clock, start, events)[1]

    @classmethod
    def _planned(
        cls,
        path: str | os.PathLike[str],
        clock: Callable[[], int] | None = None,
        start: Instant = None,
        events: bool = False,
    ) -> tuple[config_file.Plan, Self]:
        """What the file says, and the engine made from it."""
        make = partial(cls._of_plan, clock, start, events)
        mistakes = Mistakes()
        plan = config_file.read_all(path, mistakes)
        if not mistakes.empty:
            centre_file.find_all(make, plan, mistakes)
            mistakes.raise_any(plan.source, plan.lines())
        return plan, centre_file.build(make, plan)

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

    @classmethod
    def open(
        cls,
        folder: str | os.PathLike[str] | LogStore,
        model: str | os.PathLike[str] | PresenceModel | None = None,
        clock: Callable[[], int] | None = None,
        seed: int = 0,
        *,
        start: Instant = None,
        keep_finished: int | None = None,
        keep_events: int = 1_000_000,
        scorers: Mapping[str, Scorer] | None = None,
        config: str | os.PathLike[str] | None = None,
        told: Told | None = None,
        snapshot_every: int | None = None,
    ) -> Self:
        """A durable engine: as the journal in `folder` left it, or a new one with a new journal there.

        Each command is on disk when it returns, `apply` and `group` as a whole. `model`, `seed` and
        `keep_finished` are for a new journal; for one that exists they raise ConfigError if they differ from
        what it says (a seed of 0 never does). `scorers`: those that queues name. `config`: a centre's file
        that gives these three; a new engine is built from it, in one group. `folder` may also be a store of
        another kind. Events from before are not polled again; `told` is called with a list of the events of
        each group that is played: of all groups, or, if the log was trimmed, of those since the older
        snapshot.
        `recovery` says what was found. `snapshot_every`: a snapshot is taken after so many groups (see
        `snapshot`); commands do not wait for it. Raises ConfigError, JournalLocked,
        CorruptJournal, JournalFailed. O(state + records since the snapshot).
        """
        every = None
        if snapshot_every is not None:
            every = arguments.integer("snapshot_every", snapshot_every, 1, 2**62)
        plan = None
        if config is not None:
            if model is not None or seed or keep_finished is not None:
                raise ConfigError("config", str(config), "no model, seed or keep_finished beside it")
            cls.from_config(config)  # every mistake of it, before there is a journal
            plan = config_file.read(config)
            model, seed, keep_finished = plan.model, plan.seed, plan.keep_finished
        given_model = None if model is None else PresenceModel.load(model)
        store = folder if isinstance(folder, LogStore) else SqliteStore(folder)
        where = str(getattr(store, "path", "the journal"))
        try:
            if store.next_seq == 1:
                chosen = given_model or PresenceModel.load("agent_modes")
                kept = 100_000 if keep_finished is None else keep_finished
                given = start if clock is None else clock()
                start_ns = None if given is None else instant_ns("start", given)
                engine = cls(chosen, seed=seed, start=start_ns, keep_finished=kept, keep_events=keep_events)
                journal = Journal(engine, store, scorers or {}, where, kept, told)
                journal.begin(beginning(engine, kept, start_ns))
                journal.begun = {"fingerprint": chosen.fingerprint}
                engine._recovery = recovered(journal, store.next_seq, None)
            else:
                journal, first, used = starting(
                    cls, store, scorers or {}, where, told, keep_events, in_haste=True
                )
                engine = cast("Self", journal.engine)
                engine._recovery = recovered(journal, first, used)
                engine._contradicted(journal, given_model, seed, keep_finished)
        except BaseException:
            store.close()
            raise
        fresh = store.next_seq == 2  # nothing but how it began
        engine._journal, engine._recorder = journal, journal.recorder
        engine._keeper = Keeper(journal, every)
        journal.number_anew()
        changed(engine)
        run_on(engine, clock)
        if plan is not None and fresh:
            with engine.group():
                centre_file.fill(engine, plan)
        return engine

    def _contradicted(
        self,
        journal: Journal,
        given: PresenceModel | None,
        seed: int,
        keep_finished: int | None,
    ) -> None:
        """Raises where the arguments of `open` say something else than the journal."""
        begun, kept = journal.begun["fingerprint"], journal.keep_finished
        if given is not None and given.fingerprint not in (begun, self.model.fingerprint):
            allowed = f"{self.model.name}, which the journal has, as it is there"
            raise ConfigError("model", given.name, allowed)
        if seed and arguments.integer("seed", seed, -(2**63), 2**64 - 1) % 2**64 != seed_of(self):
            raise ConfigError("seed", seed, f"{seed_of(self)}, which the journal has")
        if keep_finished is not None and keep_finished != kept:
            raise ConfigError("keep_finished", keep_finished, f"{kept}, which the journal has")

    @classmethod
    def restore(
        cls,
        path: str | os.PathLike[str],
        clock: Callable[[], int] | None = None,
        *,
        scorers: Mapping[str, Scorer] | None = None,
        keep_events: int = 1_000_000,
    ) -> Self:
        """An engine in memory, as `snapshot(path)` left it, without the events of before; without a clock in
        manual time. Raises CorruptJournal where the file is none or is damaged, ConfigError for a scorer that
        is not given. O(state)."""
        if clock is not None and not callable(clock):
            raise ConfigError("clock", clock, "a callable that gives integer nanoseconds, or None")
        unread = arguments.integer("keep_events", keep_events, 1, 2**30)
        try:
            data = aside.read_file(Path(path))
        except OSError as error:
            raise ConfigError("path", str(path), f"a file that can be read ({error})") from error
        given = scorers or {}
        engine = restored(
            cls,
            Reader(data, str(path)),
            lambda name: Journal.found_scorer(given, name),
            unread,
            in_haste=True,
        )
        run_on(engine, clock)
        return cast("Self", engine)

    # --- the configuration --------------------------------------------------------------------------------

    def difference(
        self,
        path: str | os.PathLike[str] | Wanted,
        *,
        earlier: Mapping[str, Collection[str]] | None = None,
        remove: bool = False,
        by: By = None,
    ) -> Difference:
        """What a centre's file says otherwise than this centre, and what making it so would cost now; nothing
        changes. The arguments are those of `reconfigure`; what it would refuse is among the `problems`.
        Raises CentreError with every mistake of the file. O(settings), and O(state) where there is a
        difference."""
        self._check_made()
        wanted = path if isinstance(path, Wanted) else self.wanted(path)
        self._catch_up()
        return reconfiguring.tried(self, wanted, earlier, remove, by)

    @classmethod
    def _of_tables(cls, tables: Mapping[str, Any]) -> Self:
        """An engine with the configuration that `configuration` told. Raises ConfigError."""
        kept = tables.get("keep_finished", 100_000)
        model = PresenceModel.from_dict(tables["model"], "the model")
        engine = cls(model, seed=tables["seed"], events=False, keep_finished=kept)
        engine._keep_finished = tables.get("keep_finished")
        centre_file.take_tables(engine, tables)
        return engine

    @classmethod
    def wanted(cls, path: str | os.PathLike[str]) -> Wanted:
        """What a centre's file says, read and built once: good in place of its path. Raises CentreError with
        every mistake. O(entries)."""
        return Wanted(*cls._planned(path))

    def reconfigure(
        self,
        path: str | os.PathLike[str] | Wanted,
        *,
        earlier: Mapping[str, Collection[str]] | None = None,
        remove: bool = False,
        by: By = None,
    ) -> Difference:
        """Makes the centre what its file says, in one group and at one instant; returns what has changed.

        Agents that are there keep status, login and devices, whatever the file says of where they start.
        Queues and agents that the file does not name stay as they are, but for those that it named `earlier`
        (names by "queue" and "agent", see `Plan.named`); with `remove` all of them go. Channels stay. Raises
        CentreError with every mistake of the file, ReconfigureError with every reason why the centre cannot
        become that: then nothing has changed. O(settings + state).
        """
        found = self.difference(path, earlier=earlier, remove=remove, by=by)
        if found.problems:
            raise ReconfigureError(found.source, found.problems)
        if found.steps:
            reconfiguring.apply(self, found.steps, by)
        return found

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
        copy._sessions = self._sessions.copy()
        return copy

    def __reduce__(self) -> Any:
        """Raises TypeError: an engine is neither pickled nor copied by `copy`."""
        raise TypeError("an engine cannot be pickled or copied: fork() gives an independent copy")

    def forecast(self, horizon: Duration, replications: int = 100, seed: int = 0, history: Any = None) -> Any:
        """What those who will come within `horizon` can expect: the engine, with who is in it, simulated
        forward on arrivals, services and patience fitted to `history` (the tables of a history), without it
        to the latest interactions that are still known. The engine stays as it is. See
        `huntgroup.sim.forecast`. Raises ConfigError. O(replications x (state + events))."""
        # Simulations stand above the engine: what is only called need not be imported.
        simulation = import_module("huntgroup.sim")
        self._catch_up()
        return simulation.forecast(self, horizon, replications, seed, history)

    def digest(self) -> str:
        """A SHA-256 of the whole state, as 64 hex digits: equal states, equal digests, on every machine.
        Events not yet polled do not count. O(state)."""
        self._check_made()
        return self._digest(len(self._agent_ids) >= aside.MANY)

    def _digest(self, in_haste: bool) -> str:
        """The same. `in_haste`: two threads make it, where somebody waits for it."""
        named: dict[str, Any] = {
            "model": self.model.fingerprint,
            "agents": pieces(self._agent_ids),
            "alive": in_order(self._agent_index),
            "queues": sorted(self._queue_index.items()),
            "skills": self._skill_names,
            "channels": [channel.plain() for channel in self._channels],
            "groups": self._group_names,
            "hours": sorted((queue, hours.to_dict()) for queue, hours in self._hours.items()),
            "overflow": sorted(self._overflow_names.items()),
            "refs": in_order(self._refs),
            "scorers": self._scorers_in_use(),
            "teams": self._by_agents(self._teams),
            "devices": self._by_agents(self._named_devices),
        }
        if len(self._sessions):
            named["sessions"] = pieces(self._sessions.plain(), 1)
        with aside.Hashing(in_haste) as digest:
            for text in json_pieces(named):
                digest.update(text)
            feed(self, digest.update)
        return digest.hexdigest()

    def _by_agents(self, found: Callable[[int, int], list[Any]]) -> Iterator[list[Any]]:
        """What `found` finds of the agents from one to before another, some agents at a time."""
        for first in range(0, len(self._agent_ids), PIECE):
            yield found(first, first + PIECE)
            give_way()

    def _scorers_in_use(self) -> list[tuple[int, str]]:
        """(queue, name of its scorer) for each that has one: the address of its function differs between
        runs."""
        rows = [(queue, self._queue_state(queue)["scorer"]) for queue in sorted(self._queue_index.values())]
        return [(queue, self._scorers[row].name) for queue, row in rows if row >= 0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
