"""A scenario made ready to run: names as indices, which law is whose, and what does not differ from one
replication to the next.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huntgroup.errors import ConfigError
from huntgroup.sim.roles import Roles, roles_of
from huntgroup.sim.run.draws import nanoseconds
from huntgroup.sim.run.logs import instants_of_log
from huntgroup.sim.scenario.calendar import SECOND_NS, Calendar, Stint, shifts_of, stints_of
from huntgroup.sim.scenario.laws import Law
from huntgroup.sim.scenario.rates import Steps, bursts_of
from huntgroup.sim.scenario.scenario import Scenario
from huntgroup.sim.scenario.streams import keys, mix, stream, uniform
from huntgroup.sim.scenario.tables import NOTHING, Arrivals, Callback, Outbound, Redial, Shift

_DAY_NS = 86_400 * SECOND_NS
AFTER_NS = 8 * _DAY_NS  # so long after the end shifts go on, for those who still wait


class Handling(NamedTuple):
    """How an agent handles a queue's callers. `wrap_up` None: the engine's own."""

    talk: Law
    hold: Law
    wrap_up: Law | None
    ring: Law
    missed: float
    speed: float


class Waiting(NamedTuple):
    """How a queue's callers wait. `time` None: for ever."""

    time: Law | None
    balk: float
    announced: bool
    redial: Redial | None
    callback: Callback | None


class Callers(NamedTuple):
    """Those who come in one replication, in order of time; arrays of shape (n,). Instants are ns after the
    start; `requires` is a place in `Prepared.requirements`, -1 for none."""

    at_ns: npt.NDArray[np.int64]
    source: npt.NDArray[np.int32]
    number: npt.NDArray[np.int64]
    priority: npt.NDArray[np.int32]
    requires: npt.NDArray[np.int32]


class Prepared:
    """What all replications of a scenario share. O(agents + tables)."""

    target_s: list[float]
    short_s: list[float]
    handling: list[list[Handling]]
    own_wrap_up: bool
    fixed_wrap_up: bool

    def __init__(self, scenario: Scenario) -> None:
        tables, centre = scenario.tables, scenario.centre
        self.scenario = scenario
        self.tables = tables
        self.unit_s: float = scenario.unit_s
        self.calendar: Calendar = Calendar(tables.run)
        self.start_ns: int = self.calendar.start_ns
        self.end_ns: int = round(scenario.duration_s * SECOND_NS)
        self.warm_ns: int = min(round(scenario.warm_up_s * SECOND_NS), self.end_ns)
        self.drop: bool = tables.run.drain == "drop"
        self.queues: tuple[str, ...] = centre.queues
        self.agents: tuple[str, ...] = centre.agents
        self.queue_index: dict[str, int] = {name: index for index, name in enumerate(self.queues)}
        self.agent_index: dict[str, int] = {name: index for index, name in enumerate(self.agents)}
        self.groups: dict[str, tuple[str, ...]] = {group.name: group.agents for group in tables.group}
        self.sources: list[str] = [entry.name or entry.queue for entry in tables.arrivals]
        self.source_queue: list[int] = [self.queue_index[entry.queue] for entry in tables.arrivals]
        self.channel: list[Any] = [centre.queue_setting(name, "channel", "voice") for name in self.queues]
        self.steps: list[Steps | None] = [self._steps(entry) for entry in tables.arrivals]
        self.dial_steps: list[Steps] = [
            Steps(entry, self.calendar, self.end_ns / SECOND_NS, self.unit_s) for entry in tables.outbound
        ]
        self.logged: dict[int, npt.NDArray[np.float64]] = {
            source: instants_of_log(scenario.folder, entry, self.calendar)
            for source, entry in enumerate(tables.arrivals)
            if entry.log is not None
        }
        self.requirements: list[str] = []
        self.preferred: list[int | None] = [
            None if entry.preferred is None else self.agent_index[entry.preferred]
            for entry in tables.arrivals
        ]
        self.waiting: list[Waiting] = [self._waiting(name) for name in self.queues]
        self.transfers: list[list[tuple[float, int, Law | None]]] = [
            [
                (one.share, self.queue_index[one.target], one.delay)
                for one in tables.transfer
                if one.queue == name
            ]
            for name in self.queues
        ]
        self.target_s, self.short_s = self._targets()
        self._read_services()
        self.on_shift: dict[str, list[Shift]] = self._who_is_when()
        self.away: frozenset[str] = frozenset(self.on_shift)
        self.roles: Roles | None = self.roles_of_model() if self.on_shift else None
        trunks = tables.trunks
        voice = [name for name, channel in zip(self.queues, self.channel, strict=True) if channel == "voice"]
        lines_for = (voice if trunks.queues is None else trunks.queues) if trunks is not None else ()
        self.lines: int = trunks.lines if trunks is not None else 0
        self.needs_line: list[bool] = [name in lines_for for name in self.queues]

    def roles_of_model(self) -> Roles:
        """The statuses for working, breaks and going home."""
        return roles_of(self.scenario.centre.model)

    def _steps(self, entry: Arrivals) -> Steps | None:
        if entry.rate is None and entry.rates is None:
            return None
        return Steps(entry, self.calendar, self.end_ns / SECOND_NS, self.unit_s)

    def _targets(self) -> tuple[list[float], list[float]]:
        """The targets of the service levels and what counts as a short abandon, in seconds."""
        setting = self.scenario.centre.queue_setting
        levels = [setting(name, "service_level", (20, 0.80)) for name in self.queues]
        return [float(level[0]) for level in levels], [
            float(setting(name, "short_abandon", 0) or 0) for name in self.queues
        ]

    # --- services and patience ----------------------------------------------------------------------------

    def _read_services(self) -> None:
        """Agents fall into classes by the entries that are for them; a class has one handling a queue."""
        entries = self.tables.service
        of_agent: dict[str, set[int]] = {}
        for place, entry in enumerate(entries):
            whom = (entry.agent,) if entry.agent is not None else self.groups.get(entry.group or "", ())
            for agent in whom:
                of_agent.setdefault(agent, set()).add(place)
        everybody = {place for place, one in enumerate(entries) if one.agent is None and one.group is None}
        classes: dict[frozenset[int], int] = {frozenset(everybody): 0}
        self.agent_class: npt.NDArray[np.int32] = np.zeros(len(self.agents), np.int32)
        for agent, places in of_agent.items():
            number = classes.setdefault(frozenset(places | everybody), len(classes))
            self.agent_class[self.agent_index[agent]] = number
        self.handling = [
            [self._handling(sorted(places), queue) for queue in (*self.queues, None)] for places in classes
        ]
        given = [handling.wrap_up for rows in self.handling for handling in rows]
        self.own_wrap_up = any(law is None for law in given)
        self.wrap_up: dict[str, float] = {}
        self.fixed_wrap_up = self.scenario.centre.model.wrap_up.fixed
        for index, name in enumerate(self.queues):
            laws = {rows[index].wrap_up for rows in self.handling}
            speeds = {rows[index].speed for rows in self.handling}
            law = next(iter(laws))
            if laws == {None}:
                continue
            if len(laws) == 1 and law is not None and law.constant is not None and speeds == {1.0}:
                self.wrap_up[name] = law.constant * self.unit_s
            elif self.fixed_wrap_up:
                raise ConfigError(
                    "service.wrap_up",
                    name,
                    "a constant one for each queue: this model's wrap-ups cannot be ended",
                )
            else:
                self.wrap_up[name] = 30 * 86_400.0
        if (
            self.wrap_up
            and self.own_wrap_up
            and any("wrap_up" in keys for _, keys in self.scenario.centre.plan.entries["agent"])
        ):
            raise ConfigError(
                "service.wrap_up",
                "some queues",
                "a wrap_up for all queues where agents have one of their own",
            )

    def ends_wrap_up(self, queue: int) -> bool:
        """Are wrap-ups of this queue ended by the simulation (and not by the engine's own time)?"""
        return self.wrap_up.get(self.queues[queue], 0.0) == 30 * 86_400.0

    def _handling(self, places: list[int], queue: str | None) -> Handling:
        entries = [
            one for one in (self.tables.service[place] for place in places) if one.queue in (None, queue)
        ]

        def most_exact(key: str, default: Any) -> Any:
            fitting = [one for one in entries if getattr(one, key) is not None]
            rank = [(one.agent is not None, one.group is not None, one.queue is not None) for one in fitting]
            return getattr(fitting[rank.index(max(rank))], key) if fitting else default

        return Handling(
            most_exact("talk", NOTHING),
            most_exact("hold", NOTHING),
            most_exact("wrap_up", None),
            most_exact("ring", NOTHING),
            most_exact("missed", 0.0),
            most_exact("speed", 1.0),
        )

    def _waiting(self, queue: str) -> Waiting:
        entries = [one for one in self.tables.patience if one.queue in (None, queue)]

        def most_exact(key: str, default: Any) -> Any:
            fitting = [one for one in entries if getattr(one, key) is not None]
            fitting.sort(key=lambda one: one.queue is None)
            return getattr(fitting[0], key) if fitting else default

        callbacks = [one for one in self.tables.callback if one.queue == queue]
        return Waiting(
            most_exact("time", None),
            most_exact("balk", 0.0),
            most_exact("announced", False),
            most_exact("redial", None),
            callbacks[0] if callbacks else None,
        )

    # --- shifts -------------------------------------------------------------------------------------------

    def _who_is_when(self) -> dict[str, list[Shift]]:
        """The shifts of each agent who has any. Of a group come the first who are free at that time."""
        found: dict[str, list[Shift]] = {}
        taken: dict[str, list[tuple[int, int]]] = {}
        for place, shift in enumerate(self.tables.shift, start=1):
            times = [(begins, ends) for _, begins, ends in shifts_of(shift, self.calendar, self.end_ns)]
            agents = shift.agents
            if shift.group is not None:
                free = [
                    agent for agent in self.groups[shift.group] if not _overlap(taken.get(agent, []), times)
                ]
                wanted = shift.count or 0
                if len(free) < wanted:
                    raise ConfigError(
                        f"shift[{place}].count", wanted, f"at most the {len(free)} agents who are free then"
                    )
                agents = tuple(free[:wanted])
            for agent in agents:
                found.setdefault(agent, []).append(shift)
                taken.setdefault(agent, []).extend(times)
        return found

    def stints(self, seed: int, replication: int) -> dict[str, list[Stint]]:
        """What the agents with shifts do in a replication, in order. O(agents x days x breaks)."""
        until = self.end_ns + (0 if self.drop else AFTER_NS)
        return {
            agent: sorted(
                stint
                for shift in shifts
                for stint in stints_of(shift, agent, self.calendar, until, seed, replication)
            )
            for agent, shifts in self.on_shift.items()
        }

    # --- callers ------------------------------------------------------------------------------------------

    def callers(self, seed: int, replication: int) -> Callers:
        """Who comes in a replication. O(callers log callers)."""
        columns: list[list[npt.NDArray[Any]]] = [[], [], [], [], []]
        for source, entry in enumerate(self.tables.arrivals):
            at_s, number = self._instants(source, entry, seed, replication)
            at_ns = np.rint(at_s * SECOND_NS).astype(np.int64)
            within = (at_ns >= 0) & (at_ns < self.end_ns)
            at_ns, number = at_ns[within], number[within]
            columns[0].append(at_ns)
            columns[1].append(np.full(len(at_ns), source, np.int32))
            columns[2].append(number)
            requires, priority = self._mix(entry, source, number, seed, replication)
            columns[3].append(priority)
            columns[4].append(requires)
        types = (np.int64, np.int32, np.int64, np.int32, np.int32)
        whole = [
            np.concatenate([np.empty(0, kind), *column]).astype(kind)
            for kind, column in zip(types, columns, strict=True)
        ]
        order = np.argsort(whole[0], kind="stable")
        return Callers(*(column[order] for column in whole))

    def _instants(
        self, source: int, entry: Arrivals, seed: int, replication: int
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        name = self.sources[source]
        steps = self.steps[source]
        if steps is not None:
            at_s = steps.draw(seed, replication, "arrivals", name, entry.busyness)
        elif entry.log is not None:
            at_s = self.logged[source]
        else:
            at_s = np.array(entry.times or (), np.float64) * self.unit_s
        number = np.arange(len(at_s), dtype=np.int64)
        if entry.bursts:
            more, numbers = bursts_of(entry, seed, replication, name, self.unit_s)
            at_s, number = np.concatenate((at_s, more)), np.concatenate((number, numbers)).astype(np.int64)
        return at_s, number

    def _mix(
        self, entry: Arrivals, source: int, number: npt.NDArray[np.int64], seed: int, replication: int
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """(requires, priority) of each caller of a source."""
        if not entry.mix:
            requires = np.full(len(number), self._requirement(entry.requires), np.int32)
            return requires, np.full(len(number), entry.priority, np.int32)
        total = sum(one.share for one in entry.mix)
        shares = np.cumsum([one.share / total for one in entry.mix])[:-1]
        state = stream(seed, replication, "mix", self.sources[source])
        chosen = np.searchsorted(shares, uniform(keys(state, number)), side="right")
        rows = [
            self._requirement(entry.requires if one.requires is None else one.requires) for one in entry.mix
        ]
        priorities = [entry.priority if one.priority is None else one.priority for one in entry.mix]
        return np.array(rows, np.int32)[chosen], np.array(priorities, np.int32)[chosen]

    def _requirement(self, text: str | None) -> int:
        if not text:
            return -1
        if text not in self.requirements:
            self.requirements.append(text)
        return self.requirements.index(text)

    def dials(self, place: int, entry: Outbound, seed: int, replication: int) -> list[int]:
        """The instants at which a source of outbound calls would dial, ns after the start."""
        at_s = self.dial_steps[place].draw(seed, replication, "dials", str(place), None)
        return [int(at) for at in np.rint(at_s * SECOND_NS)]

    def engine(self, engine_class: Any, seed: int, replication: int) -> Any:
        """The engine of a replication, at its start. O(agents)."""
        return self.scenario.centre.build(
            engine_class,
            self.engine_seed(seed, replication),
            self.start_ns,
            away=self.away,
            wrap_up=self.wrap_up,
            own_wrap_up=self.own_wrap_up,
        )

    def engine_seed(self, seed: int, replication: int) -> int:
        """The seed of a replication's engine, which decides for strategy random."""
        return mix(stream(seed, replication, "engine") ^ self.scenario.centre.plan.seed)


def duration_of(law: Law, state: int, number: int, unit_s: float) -> int:
    """One duration by a law, in ns, of a stream that is no caller's."""
    return int(nanoseconds(law, keys(state, np.array([number])), unit_s)[0])


def _overlap(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> bool:
    return any(a < d and c < b for a, b in one for c, d in other)
