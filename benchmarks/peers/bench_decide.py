"""`decide` by other structures, side by side with huntgroup in one run: the same population, the same
requests, every answer checked, and the time of finding, claiming and releasing.

A peer whose package or server is not installed is left out, which is told. `x huntgroup` is the peer's median
divided by huntgroup's in the same cell: below 1 the peer is faster. Servers, marked as such, need a round
trip for each claim and each release; in return several programs can share their state.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial

from benchmarks.common import Row, check, measure, parser, report
from benchmarks.decide_engine import centre, rounds
from benchmarks.peers import servers
from benchmarks.peers.arrays import NumbaScan, NumpyMask
from benchmarks.peers.bitmaps import IdleOrder, Roaring
from benchmarks.peers.common import Peer, peer_rounds
from benchmarks.peers.duck import DuckDb
from benchmarks.peers.plain import DictInOrder, Loop
from benchmarks.peers.postgres_server import Postgres, PostgresGin
from benchmarks.peers.redis_server import Redis
from benchmarks.peers.sqlite import Sqlite
from benchmarks.population import KINDS, Expected, Population, population

PEERS = (Loop, NumpyMask, NumbaScan, Roaring, IdleOrder, DictInOrder, Sqlite, DuckDb)
SERVERS = ((servers.postgres, (Postgres, PostgresGin)), (servers.redis, (Redis,)))
HUNTGROUP = "huntgroup"

Made = Callable[[Population], Peer]


def checked(name: str, made: dict[str, Callable[[int], int]], people: Population) -> None:
    """Each pair of skills of each kind, twice, against the independent computation."""
    expected = Expected(people)
    for kind in KINDS:
        pairs = people.pairs[kind]
        for k in range(2 * len(pairs)):
            answer = expected.claim_and_release(*pairs[k % len(pairs)])
            got = made[kind](k)
            check(got == answer, f"{name}, {kind} request {k}: agent {got}, expected {answer}")


def timed(
    name: str,
    made: dict[str, Callable[[int], int]],
    people: Population,
    what: dict[str, object],
    operations: int,
    repeats: int,
    seconds: float,
) -> list[Row]:
    """One row for each kind. A slow structure is asked less often: so many seconds a cell are enough."""
    checked(name, made, people)
    out = []
    for kind in KINDS:
        first = measure(made[kind], operations=8, repeats=1, warm_up=2)
        count = max(4, min(operations, int(seconds * 1e9 / repeats / max(first.median_ns, 1))))
        timing = measure(made[kind], operations=count, repeats=repeats)
        out.append(Row({**what, "request": kind, "structure": name}, timing))
    return out


def left_out(name: str, reason: object) -> None:
    print(f"left out: {name}: {reason}", file=sys.stderr)


def started(stack: ExitStack) -> list[tuple[str, Made]]:
    """The peers in servers that are installed; they run until the stack closes."""
    made: list[tuple[str, Made]] = []
    for start, kinds in SERVERS:
        try:
            where = stack.enter_context(start())
        except servers.Missing as reason:
            left_out(" and ".join(kind.name for kind in kinds), reason)
            continue
        made += [(kind.name, partial(kind, where)) for kind in kinds]
    return made


def population_rows(
    agents: int, aged: bool, given: argparse.Namespace, peers: Sequence[tuple[str, Made]]
) -> list[Row]:
    """All structures on one population, one after the other."""
    people = population(agents, aged=aged, seed=given.seed)
    often = (given.operations, given.repeats, given.seconds)
    what = {"agents": agents, "centre": "aged" if aged else "fresh"}
    out = timed(HUNTGROUP, rounds(centre(people), people), people, what, *often)
    ours = {row.what["request"]: row.timing.median_ns for row in out if row.timing is not None}
    for name, make in peers:
        try:
            peer = make(people)
        except ImportError as missing:
            left_out(name, f"{missing.name} is not installed")
            continue
        rows = timed(name, peer_rounds(peer, people), people, what, *often)
        for row in rows:
            row.figures["server"] = "round trip" if isinstance(make, partial) else ""
        out += rows
        peer.close()
        del peer
    for row in out:
        if row.timing is not None:
            row.figures["x huntgroup"] = row.timing.median_ns / ours[row.what["request"]]
    return sorted(out, key=lambda row: KINDS.index(row.what["request"]))


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--agents", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options.add_argument("--seconds", type=float, default=2.0, help="the most that a cell may take")
    options.add_argument("--no-servers", action="store_true", help="only what runs in this process")
    given = options.parse_args(arguments)
    rows = []
    with servers.stopped_in_order(), ExitStack() as stack:
        peers: list[tuple[str, Made]] = [(kind.name, kind) for kind in PEERS]
        peers += [] if given.no_servers else started(stack)
        for agents in [2_000] if given.small else given.agents:
            for aged in (False, True):
                rows += population_rows(agents, aged, given, peers)
    report("decide, side by side", rows, given.json)
    return rows


if __name__ == "__main__":
    main()
