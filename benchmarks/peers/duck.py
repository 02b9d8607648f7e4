"""DuckDB in memory: columns of the agents, scanned for each request."""

from __future__ import annotations

import numpy as np

from benchmarks.peers.arrays import idle_since
from benchmarks.population import Population


class DuckDb:
    """A scan of two columns for the least idle time; claim and release are updates of one row."""

    name = "DuckDB select + update"

    def __init__(self, people: Population) -> None:
        import duckdb

        self.base = duckdb.connect(":memory:")
        skills = np.packbits(people.skills, axis=1, bitorder="little").view("<u8")[:, 0]
        never = np.iinfo(np.int64).max
        agents = {"id": np.arange(people.count), "skills": skills, "idle": idle_since(people)}
        self.base.register("given", agents)
        # No key: an update finds its row as fast by the ranges of ids that DuckDB keeps for its blocks.
        self.base.execute(
            "CREATE TABLE agent AS SELECT id, skills, nullif(idle, $1::BIGINT) AS idle FROM given", [never]
        )
        self.base.unregister("given")
        self.now = int(people.free.sum())

    def claim(self, first: int, second: int) -> int:
        need = 1 << first | 1 << second
        # arg_min keeps one row; ORDER BY with LIMIT would sort.
        row = self.base.execute(
            "SELECT arg_min(id, idle) FROM agent "
            "WHERE idle IS NOT NULL AND skills & $1::UBIGINT = $1::UBIGINT",
            [need],
        ).fetchone()
        if row is None or row[0] is None:
            return -1
        self.base.execute("UPDATE agent SET idle = NULL WHERE id = ?", [row[0]])
        agent: int = row[0]
        return agent

    def release(self, agent: int) -> None:
        self.base.execute("UPDATE agent SET idle = ? WHERE id = ?", [self.now, agent])
        self.now += 1

    def close(self) -> None:
        self.base.close()
