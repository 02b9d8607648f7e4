"""What a simulation found: figures with intervals, by queue, source, agent, group and interval."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from huntgroup.errors import ConfigError
from huntgroup.settings import arguments
from huntgroup.sim.run.estimates import Estimate
from huntgroup.sim.run.figures import AgentResult, QueueResult, plain
from huntgroup.sim.run.prepared import Prepared
from huntgroup.sim.run.tallies import COUNTS, SUMS, Tally, step_minutes
from huntgroup.sim.scenario.scenario import Scenario

INTERVAL_FIGURES = (*COUNTS, "service_level", "mean_wait", "speed_of_answer")


class SimulationResult:
    """The replications of one scenario, or (from `compare`) their differences.

    `queues`, `sources`, `agents`, `groups` map names to figures, `total` is all queues together;
    `replications` how many there were, `refusals` what the engine refused, by rule; `reached` whether every
    half-width asked for by `precision=` was reached (True where none was).
    """

    def __init__(
        self,
        prepared: Prepared,
        seed: int,
        tallies: list[Tally],
        reached: bool = True,
        other: SimulationResult | None = None,
    ) -> None:
        self.scenario: Scenario = prepared.scenario
        self.seed = seed
        self.replications: int = len(tallies)
        self.reached = reached
        self._prepared = prepared
        self._tallies = tallies
        self._other = other
        sums = np.stack([one.sums for one in tallies])
        waits = np.stack([one.waits for one in tallies]).astype(np.float64)
        agents = np.stack([one.agents for one in tallies])
        names = prepared.queues
        count = len(names)

        def queue(place: int, of: Any) -> QueueResult:
            return QueueResult(sums[:, place], waits[:, place], of)

        self.queues: dict[str, QueueResult] = {
            name: queue(place, None if other is None else other.queues.get(name))
            for place, name in enumerate(names)
            if other is None or name in other.queues
        }
        self.total: QueueResult = queue(count, None if other is None else other.total)
        self.sources: dict[str, QueueResult] = {
            name: queue(count + 1 + place, None if other is None else other.sources.get(name))
            for place, name in enumerate(prepared.sources)
            if other is None or name in other.sources
        }
        self.agents: dict[str, AgentResult] = {
            name: AgentResult(agents[:, place], None if other is None else other.agents.get(name))
            for place, name in enumerate(prepared.agents)
            if other is None or name in other.agents
        }
        self.groups: dict[str, AgentResult] = {
            name: AgentResult(
                agents[:, [prepared.agent_index[agent] for agent in members]].sum(axis=1),
                None if other is None else other.groups.get(name),
            )
            for name, members in prepared.groups.items()
            if other is None or name in other.groups
        }
        refusals: dict[str, int] = {}
        for one in tallies:
            for rule, times in one.refusals.items():
                refusals[rule] = refusals.get(rule, 0) + times
        self.refusals: dict[str, int] = dict(sorted(refusals.items()))

    def figure(self, path: str) -> Estimate:
        """The figure at a path such as `queues.sales.service_level`, `total.mean_wait`,
        `agents.anna.occupancy` or `queues.sales.wait_quantile(0.9)`. Raises ConfigError for one that is
        not there."""
        table, _, rest = path.partition(".")
        holder: Any = None
        if table == "total":
            holder, name = self.total, rest
        elif table in ("queues", "sources", "agents", "groups"):
            if "(" in rest:
                before, _, argument = rest.partition("(")
                whose, _, name = before.rpartition(".")
                name += f"({argument}"
            else:
                whose, _, name = rest.rpartition(".")
            holder = getattr(self, table).get(whose)
        if isinstance(holder, QueueResult) and name.startswith("wait_quantile(") and name.endswith(")"):
            try:
                return holder.wait_quantile(float(name[14:-1]))
            except ValueError:
                holder = None
        if holder is not None:
            figures: dict[str, Estimate] = dict(holder.figures())
            if name in figures:
                return figures[name]
        raise ConfigError(
            "figure", path, "TABLE.NAME.FIGURE with TABLE of queues, sources, agents, groups, or total.FIGURE"
        )

    def compare(self, other: SimulationResult) -> SimulationResult:
        """The differences, `other` less this one, replication by replication with common random numbers.
        Names that only one of them has are left out. Raises ConfigError for another seed or number of
        replications."""
        if not isinstance(other, SimulationResult):
            raise ConfigError("other", other, "a result of simulate")
        if other.seed != self.seed:
            raise ConfigError("other.seed", other.seed, f"the same seed, {self.seed}")
        if other.replications != self.replications:
            raise ConfigError("other.replications", other.replications, f"as many, {self.replications}")
        return SimulationResult(self._prepared, self.seed, self._tallies, self.reached, other)

    def intervals(self, minutes: int = 30) -> npt.NDArray[np.void]:
        """One row per queue and interval of the run: `queue`, `start_ns` (since 1970) and the means over
        replications of the counts, `service_level`, `mean_wait` and `speed_of_answer` (nan of nothing). An
        interaction counts by its arrival. Of a comparison: the differences. Raises ConfigError for minutes
        that are no multiple of what is kept (1 minute; in runs of more than 20,000 minutes more).
        O(queues x minutes)."""
        step = step_minutes(self._prepared)
        whole = arguments.integer("minutes", minutes, 1, 1_000_000)
        if whole % step:
            raise ConfigError("minutes", minutes, f"a multiple of {step}")
        rows = self._own_intervals(minutes // step, minutes)
        if self._other is not None:
            others = self._other.intervals(minutes)
            shared = min(len(rows), len(others))
            rows = rows[:shared]
            for name in INTERVAL_FIGURES:
                rows[name] = others[name][:shared] - rows[name]
        return rows

    def _own_intervals(self, merged: int, minutes: int) -> npt.NDArray[np.void]:
        mean = np.mean([one.intervals for one in self._tallies], axis=0, dtype=np.float64)
        queues, count, columns = mean.shape
        padded = np.zeros((queues, -(-count // merged) * merged, columns))
        padded[:, :count] = mean
        sums = padded.reshape(queues, -1, merged, columns).sum(axis=2)
        count = sums.shape[1]
        longest = max((len(name) for name in self._prepared.queues), default=1)
        kinds = [("queue", f"U{longest}"), ("start_ns", "<i8"), *((name, "<f8") for name in INTERVAL_FIGURES)]
        rows = np.zeros(queues * count, kinds)
        rows["queue"] = np.repeat(np.array(self._prepared.queues), count)
        starts = self._prepared.start_ns + np.arange(count, dtype=np.int64) * (minutes * 60 * 10**9)
        rows["start_ns"] = np.tile(starts, queues)
        flat = {name: sums[:, :, place].ravel() for place, name in enumerate(SUMS)}
        for name in COUNTS:
            rows[name] = flat[name]
        judged = flat["answered"] + flat["abandoned"] + flat["timed_out"] - flat["short_abandons"]
        with np.errstate(divide="ignore", invalid="ignore"):
            rows["service_level"] = flat["in_target"] / judged
            rows["mean_wait"] = flat["wait_s"] / flat["let_in"]
            rows["speed_of_answer"] = flat["answer_s"] / flat["answered"]
        return rows

    def to_arrow(self, minutes: int = 30) -> Any:
        """`intervals` as a pyarrow Table, `start_ns` as a timestamp in UTC. Needs the extra `report`."""
        import pyarrow as pa

        rows = self.intervals(minutes)
        columns: dict[str, Any] = {"queue": pa.array(rows["queue"].tolist())}
        columns["start"] = pa.array(rows["start_ns"], pa.timestamp("ns", tz="UTC"))
        columns |= {name: pa.array(rows[name]) for name in INTERVAL_FIGURES}
        return pa.table(columns)

    def to_dict(self) -> dict[str, Any]:
        """Plain values: {"queues": {NAME: {FIGURE: {mean, low, high, n}}}, "total", "sources", "agents",
        "groups", "replications", "seed"}."""
        return {
            "title": self.scenario.title,
            "seed": self.seed,
            "replications": self.replications,
            "queues": {name: plain(one.figures()) for name, one in self.queues.items()},
            "total": plain(self.total.figures()),
            "sources": {name: plain(one.figures()) for name, one in self.sources.items()},
            "agents": {name: plain(one.figures()) for name, one in self.agents.items()},
            "groups": {name: plain(one.figures()) for name, one in self.groups.items()},
            "refusals": self.refusals,
        }

    def save(self, folder: str | Path, minutes: int = 30) -> list[Path]:
        """Writes tables and a report into a folder, which is made if need be; returns the files. CSV and one
        self-contained HTML always, Parquet where pyarrow is installed. Raises OSError."""
        from huntgroup.sim.run.saving import save

        return save(self, Path(folder), minutes)

    def __repr__(self) -> str:
        return f"<SimulationResult of {self.scenario.title!r}: {self.replications} replications>"
