"""Building a centre from numpy arrays, and its memory by table."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter_ns

import numpy as np

import huntgroup as hg
from benchmarks.common import Row, check, parser, report, summary
from benchmarks.decide_engine import SKILL_NAMES
from benchmarks.lifecycle import plan
from benchmarks.population import population

TARGET_NS = 3e9
TARGET_BYTES = 600


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--agents", type=int, default=1_000_000)
    options.add_argument("--queues", type=int, default=10_000)
    options.add_argument("--memberships", type=int, default=10)
    given = options.parse_args(arguments)
    agents = 20_000 if given.small else given.agents
    queues = min(given.queues, max(1, agents // 100))
    skills = population(agents, aged=False, seed=given.seed).skills
    members = plan(agents, queues, given.memberships, 0.0, 1, given.seed).members.astype(np.int32)
    names = [f"agent{k}" for k in range(agents)]
    samples = []
    engine = hg.Engine("agent_modes", events=False)
    for _ in range(given.repeats):
        engine = hg.Engine("agent_modes", events=False)
        for k in range(queues):
            engine.add_queue(f"queue{k}")
        start = perf_counter_ns()
        engine.add_agents(
            names,
            skills=skills,
            skill_names=SKILL_NAMES,
            queues=members,
            devices=["voice"],
            signed_in=True,
            status="Ready",
        )
        samples.append([perf_counter_ns() - start])
    counted = np.bincount(members.ravel(), minlength=queues)
    check(np.array_equal(engine.presence()["ready"], counted), "ready: not the count by scanning")
    check(engine.agent("agent7").interactions == (), "an agent who was just added holds something")
    target = None if given.small else TARGET_NS
    rows = [Row({"agents": agents, "what": "add_agents"}, summary(samples), target)]
    total = 0
    for table, (used, room, size) in engine._table_sizes().items():
        figures = {"rows": used, "room": room, "bytes an agent": size / agents}
        rows.append(Row({"agents": agents, "what": table}, figures=figures))
        total += size
    more = {"bytes an agent": total / agents, "allowed": TARGET_BYTES}
    rows.append(Row({"agents": agents, "what": "all tables"}, figures=more))
    report("build", rows, given.json)
    return rows


if __name__ == "__main__":
    main()
