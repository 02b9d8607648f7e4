"""SQLite in memory: a row for each agent, an index of the free ones in idle order."""

from __future__ import annotations

import sqlite3

from benchmarks.peers.plain import skill_masks
from benchmarks.population import Population


class Sqlite:
    """The first row of a partial index that is in idle order; claim and release are updates of one row."""

    name = "SQLite in memory"

    def __init__(self, people: Population) -> None:
        self.base = sqlite3.connect(":memory:", isolation_level=None, cached_statements=16)
        self.base.execute("PRAGMA journal_mode = OFF")
        self.base.execute("CREATE TABLE agent (id INTEGER PRIMARY KEY, skills INTEGER, idle INTEGER)")
        order = people.idle_order().tolist()
        place = dict(zip(order, range(len(order)), strict=True))
        masks = skill_masks(people)
        # SQLite's integers are signed.
        table = ((k, mask - (mask >> 63 << 64), place.get(k)) for k, mask in enumerate(masks))
        self.base.executemany("INSERT INTO agent VALUES (?, ?, ?)", table)
        self.base.execute("CREATE INDEX free ON agent (idle, skills) WHERE idle IS NOT NULL")
        self.now = len(order)

    def claim(self, first: int, second: int) -> int:
        need = 1 << first | 1 << second
        need -= need >> 63 << 64
        row = self.base.execute(
            "SELECT id FROM agent INDEXED BY free WHERE idle IS NOT NULL AND skills & ?1 = ?1 "
            "ORDER BY idle LIMIT 1",
            (need,),
        ).fetchone()
        if row is None:
            return -1
        self.base.execute("UPDATE agent SET idle = NULL WHERE id = ?", row)
        agent: int = row[0]
        return agent

    def release(self, agent: int) -> None:
        self.base.execute("UPDATE agent SET idle = ? WHERE id = ?", (self.now, agent))
        self.now += 1

    def close(self) -> None:
        self.base.close()
