"""How many agents: the fewest for each interval of a run with which a target is reached.

Agents are alike, copies of one member of the queue, and are there for whole intervals. The first guess is
Erlang A for each interval by itself; then simulations of the whole run say where one more is needed and where
one fewer would do, as what is left waiting at the end of an interval falls upon the next one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huntgroup.errors import ConfigError
from huntgroup.settings.mistakes import one_of
from huntgroup.sim.run.prepared import Prepared
from huntgroup.sim.run.result import INTERVAL_FIGURES, SimulationResult
from huntgroup.sim.run.tallies import step_minutes
from huntgroup.sim.run.workers import run_here
from huntgroup.sim.scenario.calendar import SECOND_NS, Stint
from huntgroup.sim.scenario.scenario import Scenario

FIGURES = ("service_level", "abandoned_share", "mean_wait", "speed_of_answer")
_MOST = 10_000
_ROUNDS = 40


class Target(NamedTuple):
    """What is to be reached in a queue: at least so much service level, at most so much of the others."""

    queue: str
    figure: str
    value: float

    @classmethod
    def read(cls, text: str) -> Target:
        """From "sales=service_level:0.8". Raises ConfigError."""
        queue, _, rest = text.partition("=")
        figure, _, number = rest.partition(":")
        try:
            value = float(number)
        except ValueError:
            value = math.nan
        if not queue or figure not in FIGURES or not value >= 0:
            allowed = f"QUEUE=FIGURE:TARGET, FIGURE of {', '.join(FIGURES)}"
            raise ConfigError("staff", text, allowed)
        return cls(queue, figure, value)

    def reached(self, rows: npt.NDArray[np.void]) -> npt.NDArray[np.bool_]:
        """For each interval; one without callers reaches everything."""
        if self.figure == "abandoned_share":
            with np.errstate(divide="ignore", invalid="ignore"):
                found = rows["abandoned"] / rows["offered"]
        else:
            found = rows[self.figure]
        good = found >= self.value if self.figure == "service_level" else found <= self.value
        reached: npt.NDArray[np.bool_] = good | np.isnan(found)
        return reached


class StaffPlan(NamedTuple):
    """The fewest agents found: `agents[k]` for the interval of `minutes` from `start_ns[k]` on, what the
    figure is then, whether the target is reached in every interval, and of whom the agents are copies."""

    target: Target
    minutes: int
    start_ns: list[int]
    agents: list[int]
    figures: list[float]
    reached: bool
    like: str

    @property
    def agent_hours(self) -> float:
        """Hours of work in all."""
        return sum(self.agents) * self.minutes / 60

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "queue": self.target.queue,
            "figure": self.target.figure,
            "target": self.target.value,
            "minutes": self.minutes,
            "start_ns": self.start_ns,
            "agents": self.agents,
            "figures": [None if math.isnan(one) else one for one in self.figures],
            "agent_hours": self.agent_hours,
            "reached": self.reached,
            "like": self.like,
        }

    def __str__(self) -> str:
        lines = [
            f"{self.target.queue}: the fewest agents for {self.target.figure} {self.target.value:g} in every "
            f"{self.minutes} minutes, {self.agent_hours:g} hours of work, agents like {self.like}"
        ]
        if not self.reached:
            lines.append("the target was not reached in every interval")
        for start, agents, figure in zip(self.start_ns, self.agents, self.figures, strict=True):
            when = np.datetime64(start, "ns").astype("datetime64[m]")
            lines.append(f"  {when}  {agents:5d}  {figure:.4g}")
        return "\n".join(lines)


def staff(
    scenario: Scenario,
    target: Target,
    replications: int = 20,
    seed: int = 0,
    minutes: int = 30,
    progress: Callable[[int, int], None] | None = None,
    like: str | None = None,
) -> StaffPlan:
    """The fewest agents of a queue for each interval with which the means over the replications reach the
    target in every interval.

    Other queues and their agents are left out. Agents are copies of the member `like`, by default of the one
    whose skills and capacities most members have. Raises ConfigError. Some ten to forty simulations.
    """
    if target.queue not in scenario.centre.queues:
        raise ConfigError("staff", target.queue, one_of("queues", target.queue, scenario.centre.queues))
    alone = scenario.only(target.queue)
    step = minutes * 60 * SECOND_NS
    like = alone.centre.typical(target.queue) if like is None else like
    prepared = Prepared(alone.staffed(target.queue, 1, like))
    if minutes % step_minutes(prepared):
        raise ConfigError("minutes", minutes, f"a multiple of {step_minutes(prepared)}")
    count = -(-prepared.end_ns // step)
    now = _guess(prepared, target, count, step)
    tried: dict[tuple[int, ...], npt.NDArray[np.void]] = {}

    def rows_of(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.void]:
        key = tuple(numbers.tolist())
        if key not in tried:
            if progress is not None:
                progress(min(len(tried), _ROUNDS - 1), _ROUNDS)
            tried[key] = _simulated(alone, target.queue, numbers, step, replications, seed, minutes, like)
        return tried[key]

    # Up until every interval reaches it, then one fewer wherever that is enough.
    reached = False
    for _ in range(_ROUNDS):
        lacking = ~target.reached(rows_of(now))
        reached = not lacking.any()
        if reached or int(np.max(now)) >= _MOST:
            break
        now = now + np.where(lacking, np.maximum(1, now // 20), 0)
    if reached:
        now = _fewest(now, target, rows_of)
    rows = rows_of(now)
    figures = rows["abandoned"] / np.maximum(rows["offered"], 1e-300)
    if target.figure in INTERVAL_FIGURES:
        figures = rows[target.figure]
    return StaffPlan(
        target, minutes, rows["start_ns"].tolist(), now.tolist(), figures.tolist(), bool(reached), like
    )


def _fewest(
    now: npt.NDArray[np.int64], target: Target, rows_of: Callable[[npt.NDArray[np.int64]], Any]
) -> npt.NDArray[np.int64]:
    """One agent fewer in every interval where the target is reached all the same: first in all such intervals
    together, then in halves of them, down to each by itself."""
    pending = [np.flatnonzero(now > 0)]
    for _ in range(4 * _ROUNDS):
        if not pending:
            break
        places = pending.pop()
        fewer = now.copy()
        fewer[places] -= 1
        if target.reached(rows_of(fewer)).all():
            now = fewer
            places = places[now[places] > 0]
            if len(places):
                pending.append(places)
        elif len(places) > 1:
            half = len(places) // 2
            pending += [places[half:], places[:half]]
    return now


def _simulated(
    alone: Scenario,
    queue: str,
    numbers: npt.NDArray[np.int64],
    step: int,
    replications: int,
    seed: int,
    minutes: int,
    like: str | None = None,
) -> npt.NDArray[np.void]:
    """The intervals of the queue with so many agents in each."""
    import huntgroup as hg

    prepared = _Staffed(alone.staffed(queue, max(1, int(np.max(numbers))), like), numbers, step)
    tallies = dict(run_here(prepared, hg.Engine, seed, list(range(replications))))
    result = SimulationResult(prepared, seed, [tallies[number] for number in range(replications)])
    return result.intervals(minutes)


class _Staffed(Prepared):
    """A scenario whose n-th agent is there in the intervals that need n or more."""

    def __init__(self, scenario: Scenario, numbers: npt.NDArray[np.int64], step: int) -> None:
        super().__init__(scenario)
        self._numbers = numbers
        self._step = step
        self.away = frozenset(self.agents)
        self.roles = self.roles_of_model()

    def stints(self, seed: int, replication: int) -> dict[str, list[Stint]]:
        found: dict[str, list[Stint]] = {}
        for place, agent in enumerate(self.agents):
            stints: list[Stint] = []
            for interval in np.flatnonzero(self._numbers > place).tolist():
                begins, ends = interval * self._step, (interval + 1) * self._step
                if stints and stints[-1].ends_ns == begins:
                    stints[-1] = Stint(stints[-1].begins_ns, ends, None)
                else:
                    stints.append(Stint(begins, ends, None))
            found[agent] = stints
        return found


# --- the first guess --------------------------------------------------------------------------------------


def _guess(prepared: Prepared, target: Target, count: int, step: int) -> npt.NDArray[np.int64]:
    """For each interval by itself, as if it went on for ever: Erlang A (without patience: Erlang C)."""
    edges = np.arange(count + 1) * (step / SECOND_NS)
    rate = np.zeros(count)
    for number in range(4):  # the mean of a few replications' own arrivals, whatever they come from
        at = prepared.callers(0, number).at_ns / SECOND_NS
        rate += np.histogram(at, edges)[0] / (4 * step / SECOND_NS)
    handling = prepared.handling[0][0]
    wrap_up = prepared.wrap_up.get(target.queue)
    if wrap_up is None or prepared.ends_wrap_up(0):
        law = handling.wrap_up
        wrap_up = (
            law.mean * prepared.unit_s
            if law is not None
            else float(prepared.scenario.centre.queue_setting(target.queue, "wrap_up", 0))
        )
    mean = (handling.talk.mean + handling.hold.mean + handling.ring.mean) * prepared.unit_s + wrap_up
    law = prepared.waiting[0].time
    patience = math.inf if law is None else law.mean * prepared.unit_s
    return np.array([_erlang(one, mean, patience, target, prepared.target_s[0]) for one in rate], np.int64)


def _erlang(rate: float, mean: float, patience: float, target: Target, within: float) -> int:
    """The fewest agents with which a queue of Markov does it. O(agents x states)."""
    if rate <= 0 or mean <= 0:
        return 0
    agents = 1
    while agents < _MOST and not _good(rate, mean, patience, agents, target, within):
        agents += 1
    return agents


def _good(rate: float, mean: float, patience: float, agents: int, target: Target, within: float) -> bool:
    leaving = 0.0 if math.isinf(patience) else 1.0 / patience
    if leaving == 0.0 and rate * mean >= agents * 0.999:
        return False
    # Weights of the states from `agents` on, relative to that of all agents busy and nobody waiting.
    blocking = 1.0
    for agent in range(1, agents + 1):
        blocking = rate * mean * blocking / (agent + rate * mean * blocking)
    weight, total, waiting = 1.0, 0.0, 0.0
    for place in range(100_000):
        total += weight
        waiting += weight * place
        weight *= rate / (agents / mean + (place + 1) * leaving)
        if weight < 1e-9 * total:
            break
    below = 1.0 / blocking - 1.0
    waited = total / (total + below)
    mean_wait = waiting / (total + below) / rate
    if target.figure == "abandoned_share":
        return mean_wait * leaving <= target.value
    if target.figure == "service_level":
        # Of those who wait the share that does so for longer falls about exponentially.
        longer = waited * math.exp(-within * waited / max(mean_wait, 1e-12))
        return 1.0 - longer >= target.value
    return mean_wait <= target.value
