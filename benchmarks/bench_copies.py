"""Copies of a whole centre beside a copy of as many bytes in memory: a fork, a digest, `verify`, a snapshot
to a file, and an engine made from that.

Half of the agents are busy with a call. The engine that comes back must have the same digest. `GB/s` is of
all tables of the centre.
"""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter_ns
from typing import Any

import numpy as np

import huntgroup as hg
from benchmarks.common import Row, check, parser, report, summary
from benchmarks.lifecycle import centre, fill, plan

FULL = 4_000_000
TARGETS = {"fork": 1e9, "digest": 3e9, "snapshot": 2e9, "restore": 2e9}
"""Nanoseconds, with that many agents."""


class Copies:
    """The rows of a run: each operation with how many bytes it went through."""

    def __init__(self, agents: int, repeats: int) -> None:
        self.agents, self.repeats = agents, repeats
        self.size = 0
        self.rows: list[Row] = []

    def measure(self, what: str, function: Callable[[], Any], repeats: int = 1) -> Any:
        """What the last call returned; what an earlier one did is let go before the next."""
        samples: list[float] = []
        result = None
        for _ in range(repeats):
            result = None
            gc.collect()
            start = perf_counter_ns()
            result = function()
            samples.append(perf_counter_ns() - start)
        timing = summary([samples])
        target = TARGETS.get(what) if self.agents == FULL else None
        figures = {"GB/s": self.size / timing.median_ns, "GB": self.size / 1e9}
        self.rows.append(Row({"agents": self.agents, "what": what}, timing, target, figures))
        return result

    def of(self, engine: hg.Engine, file: Path) -> str:
        """Copies the engine, last into the file; returns its digest."""
        self.size = sum(one[2] for one in engine._table_sizes().values())
        block = np.ones(self.size // 8)
        self.measure("a copy in memory", block.copy, self.repeats)
        del block
        self.measure("fork", engine.fork, self.repeats)
        digest: str = self.measure("digest", engine.digest, self.repeats)
        self.measure("verify", engine.verify)
        self.measure("snapshot", lambda: engine.snapshot(file))
        check(engine.digest() == digest, "copying has changed something")
        return digest


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--agents", type=int, default=FULL)
    options.add_argument("--queues", type=int, default=10_000)
    options.add_argument("--folder", help="where the snapshot is written; by default a temporary folder")
    given = options.parse_args(arguments)
    agents = 5_000 if given.small else given.agents
    copies = Copies(agents, given.repeats)
    with tempfile.TemporaryDirectory(dir=given.folder, prefix="bench-copies-") as folder:
        file = Path(folder) / "snapshot"
        digest = copies.of(filled(agents, given.queues, given.seed), file)
        again = copies.measure("restore", lambda: hg.Engine.restore(file))
        check(again.digest() == digest, "what came back is another centre")
    report("copies", copies.rows, given.json)
    return copies.rows


def filled(agents: int, queues: int, seed: int) -> hg.Engine:
    """A centre with a call for each second agent."""
    made = plan(agents, min(queues, max(10, agents // 10)), 10, 0.5, 1, seed)
    engine = centre(made, events=False)
    fill(engine, made)
    return engine


if __name__ == "__main__":
    main()
