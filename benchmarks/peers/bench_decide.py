"""`decide` by other structures, side by side with huntgroup in one run: the same population, the same
requests, every answer checked, finding, claiming and releasing all paid.

A peer whose package is not installed is left out, and said to be. `x huntgroup` is the peer's median divided
by huntgroup's in the same cell: below 1 the peer is faster.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from benchmarks.common import Row, check, measure, parser, report
from benchmarks.decide_engine import centre, rounds
from benchmarks.peers.arrays import NumbaScan, NumpyMask
from benchmarks.peers.bitmaps import IdleOrder, Roaring
from benchmarks.peers.common import peer_rounds
from benchmarks.peers.plain import DictInOrder, Loop
from benchmarks.peers.sqlite import Sqlite
from benchmarks.population import KINDS, Expected, Population, population

PEERS = (Loop, NumpyMask, NumbaScan, Roaring, IdleOrder, DictInOrder, Sqlite)
HUNTGROUP = "huntgroup"


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
) -> list[Row]:
    """One row a kind. A structure that takes long is asked less often: two seconds a cell are enough."""
    checked(name, made, people)
    out = []
    for kind in KINDS:
        first = measure(made[kind], operations=8, repeats=1, warm_up=2)
        count = max(4, min(operations, int(2e9 / repeats / max(first.median_ns, 1))))
        timing = measure(made[kind], operations=count, repeats=repeats)
        out.append(Row({**what, "request": kind, "structure": name}, timing))
    return out


def population_rows(agents: int, aged: bool, seed: int, operations: int, repeats: int) -> list[Row]:
    """All structures on one population, one after the other."""
    people = population(agents, aged=aged, seed=seed)
    what = {"agents": agents, "centre": "aged" if aged else "fresh"}
    out = timed(HUNTGROUP, rounds(centre(people), people), people, what, operations, repeats)
    ours = {row.what["request"]: row.timing.median_ns for row in out if row.timing is not None}
    for kind in PEERS:
        try:
            peer = kind(people)
        except ImportError as missing:
            print(f"left out, not installed: {kind.name} ({missing.name})", file=sys.stderr)
            continue
        out += timed(kind.name, peer_rounds(peer, people), people, what, operations, repeats)
        peer.close()
        del peer
    for row in out:
        if row.timing is not None:
            row.figures["x huntgroup"] = row.timing.median_ns / ours[row.what["request"]]
    return sorted(out, key=lambda row: KINDS.index(row.what["request"]))


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--agents", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    given = options.parse_args(arguments)
    rows = []
    for agents in [2_000] if given.small else given.agents:
        for aged in (False, True):
            rows += population_rows(agents, aged, given.seed, given.operations, given.repeats)
    report("decide, side by side", rows, given.json)
    return rows


if __name__ == "__main__":
    main()
