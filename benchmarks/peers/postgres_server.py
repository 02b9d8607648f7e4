"""PostgreSQL: a row for each agent, a partial index of the free ones in idle order; with and without an index
of their skills beside it."""

from __future__ import annotations

from typing import Any

from benchmarks.peers.plain import skill_masks
from benchmarks.population import Population

CLAIM = """
UPDATE agent SET idle = NULL WHERE id = (
    SELECT id FROM agent WHERE idle IS NOT NULL AND {meets} ORDER BY idle LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id
"""
RELEASE = "UPDATE agent SET idle = %s WHERE id = %s"


class Postgres:
    """The first row of the index that is not locked. One round trip to claim, one to release."""

    name = "PostgreSQL, SKIP LOCKED"
    columns = "skills bigint NOT NULL"
    meets = "skills & %(need)s = %(need)s"
    plan = "force_generic_plan"
    indexes: tuple[str, ...] = ()

    def __init__(self, conninfo: str, people: Population) -> None:
        import psycopg

        self.base: Any = psycopg.connect(conninfo, autocommit=True, prepare_threshold=0)
        self.run = self.base.cursor().execute
        self.run("DROP TABLE IF EXISTS agent")
        # Room on each page, so that an updated row finds its new place beside the old one.
        self.run(
            f"CREATE UNLOGGED TABLE agent (id int PRIMARY KEY, idle bigint, {self.columns}) "
            "WITH (fillfactor = 70)"
        )
        order = people.idle_order().tolist()
        place = dict(zip(order, range(len(order)), strict=True))
        with self.base.cursor().copy("COPY agent FROM STDIN") as copy:
            for k, skills in enumerate(self.values(people)):
                copy.write_row((k, place.get(k), skills))
        for index in ("(idle) WHERE idle IS NOT NULL", *self.indexes):
            using = "" if index.startswith("(") else "USING "
            self.run(f"CREATE INDEX ON agent {using}{index}")
        self.run("VACUUM ANALYZE agent")
        self.run(f"SET plan_cache_mode = {self.plan}")
        self.claiming = CLAIM.format(meets=self.meets)
        self.now = len(order)

    def values(self, people: Population) -> Any:
        """The stored skills of each agent; integers are signed."""
        return (mask - (mask >> 63 << 64) for mask in skill_masks(people))

    def need(self, first: int, second: int) -> Any:
        mask = 1 << first | 1 << second
        return mask - (mask >> 63 << 64)

    def claim(self, first: int, second: int) -> int:
        row = self.run(self.claiming, {"need": self.need(first, second)}).fetchone()
        return -1 if row is None else row[0]

    def release(self, agent: int) -> None:
        self.run(RELEASE, (self.now, agent))
        self.now += 1

    def close(self) -> None:
        self.run("DROP TABLE agent")
        self.base.close()


class PostgresGin(Postgres):
    """Skills as an array with a GIN index beside: the planner chooses for each request which of the two to
    use. Finding is cheaper if few qualify, every update more expensive."""

    name = "PostgreSQL, SKIP LOCKED + GIN"
    columns = "skills int[] NOT NULL"
    meets = "skills @> %(need)s::int[]"
    plan = "force_custom_plan"
    # Without its list of pending entries, which every search would have to read.
    indexes = ("gin (skills) WITH (fastupdate = off) WHERE idle IS NOT NULL",)

    def values(self, people: Population) -> Any:
        return (row.nonzero()[0].tolist() for row in people.skills)

    def need(self, first: int, second: int) -> Any:
        return [first, second]
