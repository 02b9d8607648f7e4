"""Two of a kind on two threads, beside the same work on one: the lifecycle through `apply`, without the GIL.

What two threads can give is measured in the same run, in turns: by the floor of the lifecycle in C
(benchmarks/floor/floor.c), which shares no code with the package and takes no memory while it runs, and by
arithmetic in registers (benchmarks/floor/spin.c), which shares nothing at all. `speed-up` is the median over
the repeats of each repeat's own; `least` and `most` are its ends.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from time import perf_counter_ns
from typing import Any

import numpy as np

from benchmarks.common import Row, check, parser, report, summary
from benchmarks.floor.structure import SOURCE, Floor, built, compiled
from benchmarks.lifecycle import Plan, centre, fill, plan, rows

TARGET = 1.9
SPINS = 20_000
"""Steps of the arithmetic that count as one operation."""
Stretch = Callable[[int, int], object]
"""`stretch(which, part)`: one of the two does part `part` of its work."""


def compare(stretch: Stretch, units: int, repeats: int) -> tuple[list[list[float]], list[list[float]]]:
    """ns a unit with one after the other, and with both at once: as many units in all. Part 0 warms up."""
    for which in (0, 1):
        stretch(which, 0)
    alone: list[list[float]] = []
    together: list[list[float]] = []
    for k in range(repeats):
        start = perf_counter_ns()
        for which in (0, 1):
            stretch(which, 1 + 2 * k)
        alone.append([(perf_counter_ns() - start) / (2 * units)])
        parts = [lambda which=which, k=k: stretch(which, 2 + 2 * k) for which in (0, 1)]
        together.append([at_once(parts) / (2 * units)])
    return alone, together


def told(what: dict[str, Any], alone: list[list[float]], together: list[list[float]], target: bool) -> Row:
    """The line of a comparison."""
    each = [one[0] / two[0] for one, two in zip(alone, together, strict=True)]
    two = summary(together)
    return Row(
        what,
        two,
        summary(alone).median_ns / TARGET if target else None,
        {"speed-up": float(np.median(each)), "least": min(each), "most": max(each)},
    )


def engines(made: Plan, cycles: int, repeats: int) -> tuple[list[list[float]], list[list[float]]]:
    """Two engines that do the same cycles."""
    both = [centre(made, events=False) for _ in range(2)]
    for engine in both:
        fill(engine, made)
    parts = [rows(made, k, k + cycles) for k in range(made.filling, made.cycles, cycles)]

    def stretch(which: int, part: int) -> None:
        _, results = both[which].apply(parts[part])
        check(not results.any(), "a command was refused")

    found = compare(stretch, cycles, repeats)
    check(both[0].digest() == both[1].digest(), "the same commands led to different states")
    return found


def floors(
    library: ctypes.CDLL, made: Plan, cycles: int, repeats: int
) -> tuple[list[list[float]], list[list[float]]]:
    """Two floors that do the same cycles."""
    both = [Floor(library, made.queues, made.members, made.cycles) for _ in range(2)]
    returns = made.returns()
    for floor in both:
        floor.run(made.queue[: made.filling], returns[: made.filling])

    def stretch(which: int, part: int) -> None:
        start = made.filling + part * cycles
        both[which].run(made.queue[start : start + cycles], returns[start : start + cycles])

    found = compare(stretch, cycles, repeats)
    check(np.array_equal(both[0].taken, both[1].taken), "the same calls went to different agents")
    for floor in both:
        floor.close()
    return found


def arithmetic(cycles: int, repeats: int) -> tuple[list[list[float]], list[list[float]]] | None:
    """Two threads in registers; None where there is no C compiler."""
    library = built(SOURCE.with_name("spin.c"))
    if library is None:
        return None
    library.spin.argtypes = [ctypes.c_uint64, ctypes.c_uint64]
    library.spin.restype = ctypes.c_uint64
    return compare(lambda which, part: library.spin(cycles * SPINS, 1 + part), cycles, repeats)


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--agents", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options.add_argument("--queues", type=int, default=1_000)
    options.add_argument("--cycles", type=int, default=100_000, help="cycles of each one a repeat")
    given = options.parse_args(arguments)
    sizes, cycles = ([2_000], 10_000) if given.small else (given.agents, given.cycles)
    library = compiled()
    out: list[Row] = []
    for agents in sizes:
        queues = min(given.queues, max(1, agents // 10))
        made = plan(agents, queues, 10, 0.8, cycles * (2 * given.repeats + 1), given.seed)
        out.append(
            told({"agents": agents, "on two threads": "engines"}, *engines(made, cycles, given.repeats), True)
        )
        if library is not None:
            found = floors(library, made, cycles, given.repeats)
            out.append(told({"agents": agents, "on two threads": "floors"}, *found, False))
    bound = arithmetic(max(100, cycles // 100), given.repeats)
    if bound is not None:
        out.append(told({"on two threads": "arithmetic"}, *bound, False))
    report("threads", out, given.json)
    return out


def at_once(functions: Sequence[Callable[[], object]]) -> int:
    """Nanoseconds from a common start until the last one is done."""
    barrier = Barrier(len(functions) + 1)

    def run(function: Callable[[], object]) -> None:
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
