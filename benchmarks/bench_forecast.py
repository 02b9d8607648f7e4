"""How far estimated waits are from the waits that came, on a month of a bank's real calls.

The month is replayed through the engine (docs/REPLAY.md) with the agents' real skills. Every so many
callers who have to wait, two estimates are asked for at the moment of the arrival: the one that callers
hear (position x mean handling / serving agents), and that of `huntgroup.sim.forecast_wait`, which forks the
live engine and simulates it forward. These callers do not hang up, so that how long they waited is known of
all of them. Only what happened before goes into the forecast: the latest interactions, with what was known
of them then.

The log is no part of the project: without it, or without `--log`, the month is one that the project
generates.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import huntgroup as hg
from benchmarks.common import Row, Timing, check, parser, report
from huntgroup.models import PresenceModel
from huntgroup.sim.demo import demo_workload
from huntgroup.sim.derive import derive
from huntgroup.sim.log import read_log
from huntgroup.sim.mapping_files import mapping_for
from huntgroup.sim.replay import _ARRIVAL, _Run
from huntgroup.sim.run.forecast import forecast_wait
from huntgroup.sim.workload import NEVER, Workload

LOG = Path(__file__).resolve().parents[2] / "shared" / "data" / "feb1999_pseudonymised.csv"
LATEST = 400  # so many interactions make the history
SECOND_NS = 10**9


class Guess(NamedTuple):
    """What two estimates said of one caller: seconds; `call` is its place among the arrivals."""

    call: int
    simple: float
    forecast: float


class _Asked(_Run):
    """A replay in which chosen callers who have to wait are told two estimates."""

    def __init__(self, workload: Workload, chosen: set[int], replications: int) -> None:
        super().__init__(workload, hg.Engine, PresenceModel.load("agent_modes"), 0, None, None)
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
        """The latest interactions, as they stand now."""
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
    """Mean errors in seconds of some callers: of the formula and of the forecast, absolute and signed."""

    callers: int
    waited: float
    simple: float
    forecast: float
    simple_bias: float
    forecast_bias: float

    @classmethod
    def of(cls, waited: np.ndarray, simple: np.ndarray, forecast: np.ndarray) -> Errors:
        """From one number a caller."""
        return cls(
            len(waited),
            float(waited.mean()),
            float(np.abs(simple - waited).mean()),
            float(np.abs(forecast - waited).mean()),
            float((simple - waited).mean()),
            float((forecast - waited).mean()),
        )


def measure(workload: Workload, every: int, replications: int) -> tuple[list[tuple[str, Errors]], list[int]]:
    """(who, errors) of all callers, of each queue and of each hour of the day; ns of work of each."""
    arrivals = workload.arrivals
    chosen = set(range(every, arrivals.n, every))
    patience = arrivals.patience_ns.copy()
    patience[list(chosen)] = NEVER
    run = _Asked(replace(workload, arrivals=replace(arrivals, patience_ns=patience)), chosen, replications)
    outcome = run.run()
    check(len(run.guesses) > 0, "nobody who was chosen had to wait")
    call, simple, forecast = (np.array(column) for column in zip(*run.guesses, strict=True))
    waited = (outcome.answered_at_ns - arrivals.at_ns)[call] / SECOND_NS
    known = (outcome.answered_at_ns[call] >= 0) & ~np.isnan(forecast)
    found = [("all", Errors.of(waited[known], simple[known], forecast[known]))]
    queue, hour = arrivals.queue[call], arrivals.at_ns[call] // (3600 * SECOND_NS) % 24
    for index, planned in enumerate(workload.queues):
        mine = known & (queue == index)
        if mine.sum() >= 5:
            found.append((planned.name, Errors.of(waited[mine], simple[mine], forecast[mine])))
    for one in np.unique(hour).tolist():
        mine = known & (hour == one)
        if mine.sum() >= 5:
            found.append((f"{one:02d}:00", Errors.of(waited[mine], simple[mine], forecast[mine])))
    return found, run.spent_ns


def table(found: list[tuple[str, Errors]]) -> list[str]:
    """The lines of the table in docs/SIMULATION.md."""
    lines = [
        "| Callers | Asked | Waited, mean (s) | Formula: error (s) | Forecast: error (s) | Formula: bias (s) "
        "| Forecast: bias (s) |",
        "|---|---|---|---|---|---|---|",
    ]
    for who, one in found:
        lines.append(
            f"| {who} | {one.callers} | {one.waited:.1f} | {one.simple:.1f} | {one.forecast:.1f} "
            f"| {one.simple_bias:+.1f} | {one.forecast_bias:+.1f} |"
        )
    return lines


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    made = parser(__doc__)
    made.add_argument("--log", type=Path, help="a log that a built-in mapping fits")
    made.add_argument("--every", type=int, default=60, help="every so many callers are told")
    made.add_argument("--replications", type=int, default=20)
    made.add_argument("--table", action="store_true", help="also the table of docs/SIMULATION.md")
    given = made.parse_args(arguments)
    path = given.log or (LOG if LOG.is_file() and not given.small else None)
    if path is None:
        workload = demo_workload(seed=given.seed, interactions=2_000 if given.small else 20_000, days=1)
    else:
        workload = derive(read_log(path, mapping_for(path)), seed=given.seed)
    found, spent = measure(workload, given.every, 3 if given.small else given.replications)
    if given.table:
        print("\n".join(table(found)))
    timing = Timing(float(np.median(spent)), float(np.percentile(spent, 99)), 0.0, len(spent))
    rows = [Row({"callers": "a forecast"}, timing)]
    for who, one in found:
        figures = {name: round(value, 1) for name, value in asdict(one).items()}
        rows.append(Row({"callers": who}, figures=figures))
    report("forecast", rows, given.json)
    return rows


if __name__ == "__main__":
    main()
