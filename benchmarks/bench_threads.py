"""Two engines on two threads, each the lifecycle through `apply`, which runs without the GIL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from time import perf_counter_ns

from benchmarks.common import Row, check, parser, report, summary
from benchmarks.lifecycle import centre, fill, plan, rows

TARGET = 1.8


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--agents", type=int, default=100_000)
    options.add_argument("--queues", type=int, default=1_000)
    options.add_argument("--cycles", type=int, default=100_000, help="cycles of each engine a repeat")
    given = options.parse_args(arguments)
    agents, cycles = (2_000, 10_000) if given.small else (given.agents, given.cycles)
    queues = min(given.queues, max(1, agents // 10))
    made = plan(agents, queues, 10, 0.8, cycles * (2 * given.repeats + 1), given.seed)
    engines = [centre(made, events=False) for _ in range(2)]
    parts = [rows(made, k, k + cycles) for k in range(made.filling, made.cycles, cycles)]
    for engine in engines:
        fill(engine, made)
        engine.apply(parts[0])

    def stretch(engine: int, part: int) -> None:
        _, results = engines[engine].apply(parts[part])
        check(not results.any(), "a command was refused")

    alone: list[list[float]] = []
    together: list[list[float]] = []
    for k in range(given.repeats):
        # First one engine after the other plays its cycles, then both at once: as many cycles in all.
        start = perf_counter_ns()
        for engine in (0, 1):
            stretch(engine, 1 + 2 * k)
        alone.append([(perf_counter_ns() - start) / (2 * cycles)])
        together.append([at_once([lambda e=e, k=k: stretch(e, 2 + 2 * k) for e in (0, 1)]) / (2 * cycles)])
    check(engines[0].digest() == engines[1].digest(), "the same commands led to different states")
    one, two = summary(alone), summary(together)
    what = {"agents": agents, "queues": queues}
    out = [
        Row({**what, "threads": 1}, one, figures={"speed-up": 1.0}),
        Row(
            {**what, "threads": 2},
            two,
            one.median_ns / TARGET,
            {"speed-up": one.median_ns / two.median_ns},
        ),
    ]
    report("threads", out, given.json)
    return out


def at_once(functions: Sequence[Callable[[], None]]) -> int:
    """Nanoseconds from a common start until the last one is done."""
    barrier = Barrier(len(functions) + 1)

    def run(function: Callable[[], None]) -> None:
        barrier.wait()
        function()

    threads = [Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    barrier.wait()
    start = perf_counter_ns()
    for thread in threads:
        thread.join()
    return perf_counter_ns() - start


if __name__ == "__main__":
    main()
