"""The errors of estimated waits: estimates compared with the actual waits, on a log of real calls."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from huntgroup.engine.engine import Engine
from huntgroup.errors import ConfigError
from huntgroup.models import PresenceModel
from huntgroup.sim.demo import demo_workload
from huntgroup.sim.derive import derive
from huntgroup.sim.log import read_log
from huntgroup.sim.mapping_files import mapping_for
from huntgroup.sim.replay import _ARRIVAL, _Run
from huntgroup.sim.run.forecast import forecast_wait
from huntgroup.sim.workload import NEVER, Workload

LATEST = 400  # number of recent interactions that a forecast is based on
SECOND_NS = 10**9


class Guess(NamedTuple):
    """The two estimates for one caller, in seconds; `call` is its index among the arrivals."""

    call: int
    simple: float
    forecast: float


class _Asked(_Run):
    """A replay that computes two estimates for the chosen callers who have to wait."""

    def __init__(self, workload: Workload, chosen: set[int], replications: int) -> None:
        super().__init__(workload, Engine, PresenceModel.load("agent_modes"), 0, None, None)
        self.chosen = chosen
        self.replications = replications
        self.guesses: list[Guess] = []
        self.spent_ns: list[int] = []

    def happen(self, now: int, kind: int, which: int) -> None:
        super().happen(now, kind, which)
        if kind != _ARRIVAL or which not in self.chosen:
            return
        self.react(now)
        if self.answered_at[which] >= 0:
            return
        call = self.interaction_of[which]
        simple = self.engine.interaction(call).estimated_wait
        if simple is None:
            return  # nothing was handled yet
        began = time.process_time_ns()
        found = forecast_wait(self.engine, call, self.replications, which, self.history(which, now))
        self.spent_ns.append(time.process_time_ns() - began)
        self.guesses.append(Guess(which, simple, found.mean))

    def history(self, which: int, now: int) -> dict[str, Any]:
        """The latest interactions, as far as they are known at `now`."""
        rows = []
        for place in range(max(0, which - LATEST), which + 1):
            answered, left, ended = self.answered_at[place], self.left_at[place], self.ended_at[place]
            done = ended >= 0
            until = answered if answered >= 0 else left if left >= 0 else now
            rows.append(
                {
                    "queues": [self.workload.queues[self.queue[place]].name],
                    "arrived": self.at[place],
                    "waits": [(until - self.at[place]) / SECOND_NS],
                    "handled": (ended - answered) / SECOND_NS if done else 0.0,
                    "outcome": "completed" if done else "abandoned" if left >= 0 else "open",
                    "priority": self.priority[place],
                    "wrap_up": self.after_call[place] / SECOND_NS if self.wrapped_up[place] else None,
                }
            )
        return {"interactions": rows}


@dataclass(frozen=True)
class Errors:
    """Mean errors in seconds for the callers of group `who`: of formula and forecast, absolute and signed."""

    who: str
    callers: int
    waited: float
    simple: float
    forecast: float
    simple_bias: float
    forecast_bias: float

    @classmethod
    def of(cls, who: str, waited: np.ndarray, simple: np.ndarray, forecast: np.ndarray) -> Errors:
        """From one number per caller."""
        return cls(
            who,
            len(waited),
            float(waited.mean()),
            float(np.abs(simple - waited).mean()),
            float(np.abs(forecast - waited).mean()),
            float((simple - waited).mean()),
            float((forecast - waited).mean()),
        )


class EstimateErrors(NamedTuple):
    """`rows`: all callers first, then each queue and each hour of the day with five or more estimates;
    `spent_ns`: the CPU time of each forecast."""

    rows: list[Errors]
    spent_ns: list[int]


def estimate_errors(
    log: str | Path | None = None,
    *,
    every: int = 60,
    replications: int = 20,
    seed: int = 0,
    interactions: int = 20_000,
) -> EstimateErrors:
    """Replays a log and computes two estimates for every `every`-th caller who has to wait: the formula that
    is announced to callers (position x mean handling / serving agents), and that of `forecast_wait`. The
    chosen callers do not hang up, so that the actual wait of each is known. A forecast uses only the past:
    the latest interactions, as far as they were known at that moment.

    `log` must fit a built-in mapping; without it a day of `interactions` interactions is generated. Raises
    ConfigError if none of the chosen callers had to wait, LogError. O(interactions + callers with estimates x
    replications x the simulated hour).
    """
    if log is None:
        workload = demo_workload(seed=seed, interactions=interactions, days=1)
    else:
        workload = derive(read_log(Path(log), mapping_for(Path(log))), seed=seed)
    arrivals = workload.arrivals
    chosen = set(range(every, arrivals.n, every))
    patience = arrivals.patience_ns.copy()
    patience[list(chosen)] = NEVER
    run = _Asked(replace(workload, arrivals=replace(arrivals, patience_ns=patience)), chosen, replications)
    outcome = run.run()
    if not run.guesses:
        raise ConfigError("every", every, "a smaller number: nobody who was chosen had to wait")
    call, simple, forecast = (np.array(column) for column in zip(*run.guesses, strict=True))
    waited = (outcome.answered_at_ns - arrivals.at_ns)[call] / SECOND_NS
    known = (outcome.answered_at_ns[call] >= 0) & ~np.isnan(forecast)
    found = [Errors.of("all", waited[known], simple[known], forecast[known])]
    queue, hour = arrivals.queue[call], arrivals.at_ns[call] // (3600 * SECOND_NS) % 24
    for index, planned in enumerate(workload.queues):
        mine = known & (queue == index)
        if mine.sum() >= 5:
            found.append(Errors.of(planned.name, waited[mine], simple[mine], forecast[mine]))
    for one in np.unique(hour).tolist():
        mine = known & (hour == one)
        if mine.sum() >= 5:
            found.append(Errors.of(f"{one:02d}:00", waited[mine], simple[mine], forecast[mine]))
    return EstimateErrors(found, run.spent_ns)
