"""What the next hour will be like: the live engine, with those who are in it, simulated forward.

The engine is forked for each replication and stays as it is. Who waits goes on waiting and who talks goes on
talking; who comes, how long talks last and how long callers wait is fitted to what happened lately.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from huntgroup.errors import ConfigError, UnknownInteraction
from huntgroup.settings import arguments
from huntgroup.settings.config_file import Plan
from huntgroup.sim.run.draws import Draws
from huntgroup.sim.run.estimates import Estimate, mean_of
from huntgroup.sim.run.loop import Replication
from huntgroup.sim.run.prepared import Prepared
from huntgroup.sim.run.result import SimulationResult
from huntgroup.sim.run.tallies import tally
from huntgroup.sim.run.visits import ANSWERED, LATER_LEG, WAITING
from huntgroup.sim.scenario.calendar import SECOND_NS
from huntgroup.sim.scenario.centre import CentrePlan
from huntgroup.sim.scenario.laws import Law
from huntgroup.sim.scenario.scenario import Scenario
from huntgroup.sim.scenario.streams import keys, stream, uniform

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 2000  # so many of the latest interactions are looked at
_LATELY_S = 1800.0  # arrivals are counted over this time, or over the horizon if that is longer
_ENOUGH = 20  # so many durations make a law of their own
_LONGEST_WAIT_S = 86_400.0
_WAITS, _RINGS, _WRAPS = ("Queued",), ("Offered",), ("Wrap Up",)
_TALKS = ("Handling", "On Hold", "Consulting", "In Conference", "Dialing")


class _Past(NamedTuple):
    """One interaction that is over or under way: seconds, `arrived_ns` since 1970."""

    queue: str
    arrived_ns: int
    waited: float
    handled: float
    done: bool
    gave_up: bool
    priority: int = 0
    wrap_up: float | None = None


def forecast(
    engine: Any,
    horizon: float,
    replications: int = 100,
    seed: int = 0,
    history: Any = None,
) -> SimulationResult:
    """The figures of those who will come within `horizon` seconds, and of the agents meanwhile.

    `engine` is a live `huntgroup.Engine`; agents stay as they are now. Arrivals, services and patience are
    fitted to `history` (the tables of a history, or {"interactions": rows}), without it to the latest
    interactions that the engine still knows: the rate to the last half hour (or the horizon), services to the
    durations themselves, patience to the share that hung up for each second waited. Raises ConfigError, also
    where nothing was handled yet. O(replications x (state + events)).
    """
    length = engine_duration(horizon)
    count = arguments.integer("replications", replications, 1, 100_000)
    seed = arguments.integer("seed", seed, 0, 2**63 - 1)
    prepared = _prepared(engine, length, history)
    tallies = [
        tally(prepared, _LiveReplication(prepared, type(engine), seed, number).run())
        for number in range(count)
    ]
    return SimulationResult(prepared, seed, tallies)


def forecast_wait(
    engine: Any, interaction: int, replications: int = 30, seed: int = 0, history: Any = None
) -> Estimate:
    """How long one who waits now will have waited when it is answered, in seconds, if it does not hang up.

    The engine is forked and simulated forward as by `forecast` until the interaction is answered (for a day
    at most). The estimate that callers hear by position, mean handling and serving agents
    (`InteractionView.estimated_wait`) knows nothing of agents who serve other queues too, of ranks, of those
    who will hang up, or of how far the talks are. Raises ConfigError for one that does not wait, and where
    nothing was handled yet. O(replications x (state + events)).
    """
    count = arguments.integer("replications", replications, 1, 100_000)
    seed = arguments.integer("seed", seed, 0, 2**63 - 1)
    view = engine.interaction(interaction)
    if view.state not in _WAITS + _RINGS:
        raise ConfigError("interaction", interaction, "one that waits")
    prepared = _prepared(engine, _LONGEST_WAIT_S, history)
    found = [
        _WaitReplication(prepared, type(engine), seed, number, interaction).wait() for number in range(count)
    ]
    return mean_of(np.array(found) + view.waited)


def _prepared(engine: Any, length: float, history: Any) -> _Live:
    past = list(_of_engine(engine) if history is None else _of_tables(history))
    return _Live(_scenario(engine, past, engine.now_ns, length), engine, past)


def engine_duration(horizon: Any) -> float:
    """Seconds, from a number or a timedelta."""
    seconds = horizon / timedelta(seconds=1) if isinstance(horizon, timedelta) else horizon
    number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not number or not 0 < seconds <= 366 * 86_400:
        raise ConfigError("horizon", horizon, "seconds or a timedelta, above 0 and at most a year")
    return float(seconds)


# --- what happened ----------------------------------------------------------------------------------------


def _of_engine(engine: Any) -> Iterator[_Past]:
    """The latest interactions that the engine still knows."""
    last = _last_id(engine)
    for number in range(last, max(0, last - _LATEST), -1):
        try:
            view = engine.interaction(number)
        except UnknownInteraction:
            continue
        if view.queue is not None:
            done = view.state == "Completed"
            gave_up = view.state == "Abandoned"
            yield _Past(view.queue, view.queued_at, view.waited, view.handled, done, gave_up, view.priority)


def _last_id(engine: Any) -> int:
    """The highest id that the engine knows, 0 if none. Ids are dense. O(log interactions)."""

    def known(number: int) -> bool:
        try:
            engine.interaction(number)
        except UnknownInteraction:
            return False
        return True

    live = engine.columns["interactions.id"]
    low = max(0, int(live.max(initial=0)) if len(live) else 0)
    step = 1
    if low == 0:
        if not known(1):
            return 0
        low = 1
    while known(low + step):
        low += step
        step *= 2
    while step > 1:
        step //= 2
        if known(low + step):
            low += step
    return low


def _of_tables(history: Any) -> Iterator[_Past]:
    """From the table of interactions: `queues`, `arrived`, `waits`, `handled`, `outcome`; also `wrap_up` and
    `priority` where they are there."""
    if not isinstance(history, Mapping) or "interactions" not in history:
        raise ConfigError("history", history, 'the tables of a history, among them "interactions"')
    table = history["interactions"]
    rows = table.to_pylist() if hasattr(table, "to_pylist") else table
    for row in rows:
        if not row.get("queues"):
            continue
        outcome = row.get("outcome")
        yield _Past(
            row["queues"][0],
            _instant(row["arrived"]),
            sum(map(_seconds, row.get("waits") or ())),
            _seconds(row.get("handled")),
            outcome == "completed",
            outcome == "abandoned",
            row.get("priority") or 0,
            None if row.get("wrap_up") is None else _seconds(row["wrap_up"]),
        )


def _instant(value: Any) -> int:
    if isinstance(value, datetime):
        return round((value - _EPOCH) / timedelta(microseconds=1)) * 1000
    return int(value)


def _seconds(value: Any) -> float:
    if value is None:
        return 0.0
    return value / timedelta(seconds=1) if isinstance(value, timedelta) else float(value)


# --- what is expected -------------------------------------------------------------------------------------


def _scenario(engine: Any, past: list[_Past], now_ns: int, length: float) -> Scenario:
    queues = _names(engine._queue_names, engine._queue_index)
    agents = _names(engine._agent_ids, engine._agent_index)
    arrivals: list[dict[str, Any]] = []
    services: list[dict[str, Any]] = []
    patiences: list[dict[str, Any]] = []
    everything = [one.handled for one in past if one.done and one.handled > 0]
    every_wrap_up = [one.wrap_up for one in past if one.done and one.wrap_up is not None]
    if not everything:
        raise ConfigError("history", None, "a history, as nothing has been handled yet")
    for queue in engine._queue_index:
        mine = [one for one in past if one.queue == queue]
        rate = _rate(mine, now_ns, length)
        if rate > 0:
            counts = sorted(Counter(one.priority for one in mine).items())
            mix = [{"share": times / len(mine), "priority": priority} for priority, times in counts]
            arrivals.append({"queue": queue, "rate": rate, "mix": mix})
        durations = [one.handled for one in mine if one.done and one.handled > 0]
        known = durations if len(durations) >= _ENOUGH else everything
        services.append({"queue": queue, "talk": _law(known)})
        wraps = [one.wrap_up for one in mine if one.done and one.wrap_up is not None] or every_wrap_up
        if wraps and not engine.model.wrap_up.fixed:
            services[-1]["wrap_up"] = Law("empirical", tuple(sorted(wraps)))
        gave_up, waited = sum(one.gave_up for one in mine), sum(one.waited for one in mine)
        if gave_up and waited > 0:
            patiences.append({"queue": queue, "time": Law("exponential", (waited / gave_up,))})
    entries: dict[str, Any] = {
        "channel": [],
        "queue": [
            (name, {"service_level": _target(engine, name)} if name in engine._queue_index else {})
            for name in queues
        ],
        "agent": [(name, {}) for name in agents],
    }
    plan = Plan(engine.model.name, 0, 0, [], entries, [])
    return Scenario(
        title="forecast",
        centre=CentrePlan(plan, engine.model),
        run={"start": _EPOCH + timedelta(microseconds=now_ns // 1000), "duration": length},
        arrivals=arrivals,
        service=services,
        patience=patiences,
    )


def _names(names: list[str], alive: Mapping[str, int]) -> list[str]:
    """By index; what was removed keeps its place."""
    return [name if alive.get(name) == index else f"removed {index}" for index, name in enumerate(names)]


def _target(engine: Any, queue: str) -> tuple[float, float]:
    state = engine._queue_state(engine._queue_index[queue])
    return state["target_ns"] / SECOND_NS, 0.8


def _rate(mine: list[_Past], now_ns: int, length: float) -> float:
    """Arrivals a second, lately."""
    if not mine:
        return 0.0
    since = now_ns - round(max(_LATELY_S, length) * SECOND_NS)
    oldest = min(one.arrived_ns for one in mine)
    begins = max(since, oldest)
    if begins >= now_ns:
        return 0.0
    count = sum(one.arrived_ns >= begins for one in mine) - (begins == oldest)
    return count / ((now_ns - begins) / SECOND_NS)


def _law(durations: list[float]) -> Law:
    if len(durations) >= _ENOUGH:
        return Law("empirical", tuple(sorted(durations)))
    return Law("exponential", (math.fsum(durations) / len(durations),))


# --- from now on ------------------------------------------------------------------------------------------


class _Live(Prepared):
    """A scenario that begins with the engine as it is."""

    def __init__(self, scenario: Scenario, engine: Any, past: list[_Past]) -> None:
        super().__init__(scenario)
        self.start_ns = engine.now_ns
        self._engine = engine
        self._durations = np.sort([one.handled for one in past if one.done and one.handled > 0])
        self._wrap_ups = np.sort([one.wrap_up for one in past if one.done and one.wrap_up is not None])
        columns = engine.columns
        if not len(self.agents):
            self.load = []
        else:
            counts = (columns[f"agents.{name}"] for name in ("handling_count", "offer_count", "wrap_count"))
            self.load = np.sum([count.astype(np.int64) for count in counts], axis=0).tolist()
        ids = columns["interactions.id"].tolist()
        self.there = [view for view in map(self._view, ids) if view is not None]

    def engine(self, engine_class: Any, seed: int, replication: int) -> Any:
        fork = self._engine.fork()
        fork.poll_array()
        return fork

    def _view(self, number: int) -> Any:
        if number < 1:
            return None
        try:
            view = self._engine.interaction(number)
        except UnknownInteraction:
            return None
        return view if view.state in _WAITS + _RINGS + _TALKS + _WRAPS else None

    def rest(self, view: Any, share: float) -> int | None:
        """How much longer a talk or a wrap-up goes on: drawn from those that took longer. None for a wrap-up
        that the engine ends."""
        durations, spent = self._durations, view.handled
        if view.state in _WRAPS:
            if not len(self._wrap_ups) or not self.ends_wrap_up(self.queue_index.get(view.queue, 0)):
                return None
            durations, spent = self._wrap_ups, (self.start_ns - view.since) / SECOND_NS
        longer = durations[np.searchsorted(durations, spent, side="right") :]
        if not len(longer):
            return round(float(np.mean(durations)) * -math.log(share) * SECOND_NS)
        return round((float(longer[int(share * len(longer))]) - float(spent)) * SECOND_NS)


class _LiveReplication(Replication):
    """A replication that begins with those who are there."""

    prepared: _Live

    def adopt(self) -> None:
        prepared = self.prepared
        there = prepared.there
        n = len(self.source)
        self.draws = Draws(
            self.seed,
            self.replication,
            [*prepared.sources, " there"],
            np.array([*self.source, *(len(prepared.sources) for _ in there)], np.int32),
            np.array([*self.numbers, *(view.id for view in there)], np.int64),
        )
        self.busy.load = list(prepared.load)
        state = stream(self.seed, self.replication, "there")
        shares = uniform(keys(state, np.array([view.id for view in there], np.int64))).tolist()
        for place, view in enumerate(there):
            if view.state in _WRAPS:
                rest = prepared.rest(view, shares[place])
                if rest is not None:
                    self.plan_wrap_up(view.id, view.agent, rest)
                continue
            self.live += 1
            self.leg_of[view.id] = (0, 0)
            if view.state not in _TALKS or view.queue is not None:
                queue = prepared.queue_index.get(view.queue, 0)
                arrived = min(view.queued_at - self.start, 0)
                visit = self.visits.add(n + place, queue, 0, arrived, arrived - 1, LATER_LEG)
                self.visit_of[view.id] = visit
            if view.state in _TALKS:
                if view.id in self.visit_of:
                    self.close_visit(self.visit_of[view.id], ANSWERED)
                self.plan_end(view.id, prepared.rest(view, shares[place]) or 0)
            elif view.callback:
                self.called_back.add(view.id)
            else:
                self.lose_patience(view.id, visit)
        for view in there:
            if view.state in _RINGS:
                self.rings[view.id] = 1
                agent = None if view.agent is None else prepared.agent_index[view.agent]
                self.accept(view.id, agent, view.offers[0])
                self.react()


class _WaitReplication(_LiveReplication):
    """Played until one who waits now is answered."""

    def __init__(self, prepared: _Live, engine_class: Any, seed: int, replication: int, call: int) -> None:
        super().__init__(prepared, engine_class, seed, replication)
        self._call = call

    def wait(self) -> float:
        """Seconds from now on; nan if it was not answered within the run."""
        self.run()
        return math.nan if self._waits_yet() else self.now / SECOND_NS

    def lose_patience(self, call: int, visit: int) -> None:
        if call != self._call:
            super().lose_patience(call, visit)

    def over(self, now: int) -> bool:
        return not self._waits_yet() or super().over(now)

    def _waits_yet(self) -> bool:
        visit = self.visit_of.get(self._call)
        return visit is not None and self.visits.outcome[visit] == WAITING
