"""The lifecycle through single Python calls: `enqueue`, `accept`, `end` with `at=`; wrap-ups end by time. One
operation is one command with the timers that fire before it."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter_ns

from benchmarks.common import Row, Timing, check, parser, report, summary
from benchmarks.lifecycle import CYCLE_NS, centre, fill, plan, rows

TARGET_NS = 1_000.0
COMMANDS = ("enqueue", "accept", "end")


def size(agents: int, queues: int, operations: int, repeats: int, seed: int) -> list[Row]:
    """Each command's own time, and the mean over a cycle of the three."""
    warm = max(operations, agents // 4)
    timed = operations * repeats
    made = plan(agents, queues, 10, 0.8, warm + 2 * timed, seed)
    engine, twin = centre(made, events=False), centre(made, events=True)
    for one in (engine, twin):
        fill(one, made)
    first = made.filling + warm
    engine.apply(rows(made, made.filling, first))
    enqueue, accept, end = engine.enqueue, engine.accept, engine.end
    queue, ends = made.queue.tolist(), (made.ends.astype(int) + 1).tolist()
    samples: dict[str, list[list[int]]] = {name: [] for name in COMMANDS}
    for start in range(first, first + timed, operations):
        taken: dict[str, list[int]] = {name: [] for name in COMMANDS}
        for k in range(start, start + operations):
            at = (k + 1) * CYCLE_NS
            t0 = perf_counter_ns()
            call = enqueue(queue[k], at=at)
            t1 = perf_counter_ns()
            accept(call, at=at)
            t2 = perf_counter_ns()
            end(ends[k], at=at)
            t3 = perf_counter_ns()
            for name, spent in zip(COMMANDS, (t1 - t0, t2 - t1, t3 - t2), strict=True):
                taken[name].append(spent)
        for name in COMMANDS:
            samples[name].append(taken[name])
    cycles: list[list[float]] = []
    for start in range(first + timed, made.cycles, operations):
        stretches = []
        for k in range(start, start + operations):
            t0 = perf_counter_ns()
            at = (k + 1) * CYCLE_NS
            call = enqueue(queue[k], at=at)
            accept(call, at=at)
            end(ends[k], at=at)
            stretches.append((perf_counter_ns() - t0) / len(COMMANDS))
        cycles.append(stretches)
    # The same plan through `apply` must lead to the same state.
    twin.apply(rows(made, made.filling, made.cycles))
    check(engine.digest() == twin.digest(), "single calls and apply lead to different states")
    what = {"agents": agents, "queues": queues}
    out = [Row({**what, "command": "mean of a cycle"}, summary(cycles), TARGET_NS)]
    timings: dict[str, Timing] = {name: summary(samples[name]) for name in COMMANDS}
    out += [Row({**what, "command": name}, timing) for name, timing in timings.items()]
    return out


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--agents", type=int, nargs="+", default=[10_000, 100_000])
    options.add_argument("--queues", type=int, default=1_000)
    given = options.parse_args(arguments)
    out = []
    for agents in [1_000] if given.small else given.agents:
        out += size(
            agents, min(given.queues, max(1, agents // 10)), given.operations, given.repeats, given.seed
        )
    report("calls", out, given.json)
    return out


if __name__ == "__main__":
    main()
