"""Many agents to Break and back by two commands, each atomic: no routing in between."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter_ns

import numpy as np

from benchmarks.common import Row, check, parser, report, summary
from benchmarks.lifecycle import centre, plan

TARGET_NS = 150e6


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--agents", type=int, default=1_000_000)
    options.add_argument("--changed", type=int, default=100_000)
    options.add_argument("--queues", type=int, default=10_000)
    options.add_argument("--memberships", type=int, default=10)
    given = options.parse_args(arguments)
    agents, changed = (20_000, 2_000) if given.small else (given.agents, given.changed)
    queues = min(given.queues, max(1, agents // 100))
    made = plan(agents, queues, given.memberships, 0.0, 1, given.seed)
    engine = centre(made, events=False)
    draw = np.random.default_rng(given.seed)
    samples: dict[str, list[list[float]]] = {"to Break": [], "back to Ready": [], "the pair": []}
    everyone = np.bincount(made.members.ravel(), minlength=queues)
    for _ in range(given.repeats + 1):
        chosen = np.sort(draw.choice(agents, changed, replace=False))
        gone = np.bincount(made.members[chosen].ravel(), minlength=queues)
        t0 = perf_counter_ns()
        engine.set_status_many(chosen, "Break")
        t1 = perf_counter_ns()
        check(np.array_equal(engine.presence()["ready"], everyone - gone), "ready: not the count by scanning")
        t2 = perf_counter_ns()
        engine.set_status_many(chosen, "Ready")
        t3 = perf_counter_ns()
        check(np.array_equal(engine.presence()["ready"], everyone), "ready again: not the count by scanning")
        for name, spent in zip(samples, (t1 - t0, t3 - t2, t1 - t0 + t3 - t2), strict=True):
            samples[name].append([spent])
    engine.verify()
    what = {"agents": agents, "changed": changed, "memberships": made.members.shape[1]}
    rows = []
    for name, taken in samples.items():
        target = TARGET_NS if name == "the pair" and not given.small else None
        rows.append(Row({**what, "command": name}, summary(taken[1:]), target))
    report("bulk", rows, given.json)
    return rows


if __name__ == "__main__":
    main()
