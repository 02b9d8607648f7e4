"""`simulate`: replications until there are as many as asked for, or as exact as asked for."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

from huntgroup.errors import ConfigError
from huntgroup.settings import arguments
from huntgroup.sim.run.prepared import Prepared
from huntgroup.sim.run.result import SimulationResult
from huntgroup.sim.run.tallies import Tally
from huntgroup.sim.run.workers import Workers, run_here
from huntgroup.sim.scenario.scenario import Scenario

Progress = Callable[[int, int], None]
MAX_REPLICATIONS = 1_000_000
_FEWEST = 5  # a half-width of fewer replications says little


def simulate(
    scenario: Scenario,
    replications: int = 20,
    seed: int = 0,
    processes: int = 1,
    progress: bool | Progress = False,
    *,
    precision: Mapping[str, float] | None = None,
    max_replications: int | None = None,
    engine_class: Any = None,
) -> SimulationResult:
    """Runs a scenario through the real engine, `replications` times, and returns the figures with their 95 %
    intervals.

    Replication r of a seed is the same whatever `replications`, `processes` and `precision` are. `precision`
    maps paths of figures ("queues.sales.service_level") to half-widths: replications go on until all are
    reached, or `max_replications` (by default 500) are done; `result.reached` says which. `progress`: True
    shows a line on stderr where that is a terminal; a callable gets (done, of). `engine_class`: another class
    with the API of `huntgroup.Engine`. Raises ConfigError. Time: the events of all replications.
    """
    if not isinstance(scenario, Scenario):
        raise ConfigError("scenario", scenario, "a huntgroup.sim.Scenario")
    wanted = arguments.integer("replications", replications, 1, MAX_REPLICATIONS)
    seed = arguments.integer("seed", seed, 0, 2**63 - 1)
    count = arguments.integer("processes", processes, 1, 1024)
    most = wanted
    if precision is not None:
        most = arguments.integer("max_replications", max_replications or 500, 2, MAX_REPLICATIONS)
        wanted = min(max(wanted, _FEWEST), most)
        for path, half in precision.items():
            if isinstance(half, bool) or not half > 0:
                raise ConfigError(f"precision[{path!r}]", half, "a half-width above 0")
    elif max_replications is not None:
        raise ConfigError("max_replications", max_replications, "with precision only")
    if engine_class is None:
        import huntgroup as hg

        engine_class = hg.Engine
    prepared = Prepared(scenario)
    tell = _Teller(progress)
    with ExitStack() as stack:
        if count > 1 and (wanted > 1 or most > 1):
            workers = stack.enter_context(Workers(prepared, engine_class, seed, min(count, most)))
            run: Callable[[list[int]], Iterator[tuple[int, Tally]]] = workers.run
        else:

            def run(numbers: list[int]) -> Iterator[tuple[int, Tally]]:
                return run_here(prepared, engine_class, seed, numbers)

        stack.callback(tell.close)
        found: dict[int, Tally] = {}
        while True:
            for number, one in run(list(range(len(found), wanted))):
                found[number] = one
                tell(len(found), wanted)
            result = SimulationResult(prepared, seed, [found[number] for number in range(wanted)])
            further = _further(result, precision or {}, most)
            if further <= wanted:
                result.reached = further == 0
                return result
            wanted = further


def _further(result: SimulationResult, precision: Mapping[str, float], most: int) -> int:
    """How many replications there should be in all: 0 if they are enough, as many as there are if no more may
    be made."""
    done, wanted = result.replications, 0
    for path, half in precision.items():
        reached = result.figure(path).half_width
        if not reached <= half:
            # Half-widths fall with the root of the number; a nan (nothing yet to tell from) doubles it.
            factor = (reached / half) ** 2 if math.isfinite(reached) else 2.0
            wanted = max(wanted, math.ceil(done * min(factor, 4.0)) + 1)
    return min(wanted, most) if wanted else 0


class _Teller:
    """Progress on stderr where that is a terminal, or to whoever asked for it."""

    def __init__(self, progress: bool | Progress) -> None:
        self._told = progress if callable(progress) else None
        self._line = progress is True and sys.stderr.isatty()

    def __call__(self, done: int, of: int) -> None:
        if self._told is not None:
            self._told(done, of)
        elif self._line:
            print(f"\rreplication {done} of {of}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        if self._line:
            print(file=sys.stderr)
