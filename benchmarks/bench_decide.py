"""Find and claim, then release: the longest-idle agent who is ready, has voice free and holds two skills.

One operation is the whole round through single Python calls: `enqueue`, `agent_of`, `accept`, `end`, or
`enqueue`, `agent_of`, `abandon` where nobody qualifies.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.common import Row, check, measure, parser, report
from benchmarks.decide_engine import QUEUE, SKILL_NAMES, centre, rounds
from benchmarks.population import KINDS, Expected, Population, population
from huntgroup.testing.reference import ReferenceEngine

TARGET_NS = {"typical": 1_500.0, "rare": 3_000.0, "none": 2_000.0}
TARGET_AGENTS = 1_000_000


def check_against_reference(seed: int, agents: int = 120, requests: int = 24) -> None:
    """The engine and the reference, which looks at every agent, give each request to the same agent."""
    people = population(agents, aged=False, seed=seed)
    ours = rounds(centre(people), people)
    theirs = rounds(reference(people), people)
    for k in range(requests):
        for kind in KINDS:
            got, expected = ours[kind](k), theirs[kind](k)
            check(got == expected, f"{kind} request {k}: agent {got}, by the reference {expected}")


def reference(people: Population) -> ReferenceEngine:
    """The reference engine with the same population."""
    engine = ReferenceEngine("agent_modes", events=False)
    engine.add_queue(QUEUE)
    names = [f"agent{k}" for k in range(people.count)]
    for k, name in enumerate(names):
        skills = {SKILL_NAMES[skill]: 1 for skill in np.flatnonzero(people.skills[k])}
        engine.add_agent(
            name, skills=skills, queues=[QUEUE], devices=["voice"], signed_in=True, status="Break"
        )
    engine.set_status_many([names[k] for k in np.flatnonzero(people.ready)], "Ready")
    for k in np.flatnonzero(people.ready & ~people.free):
        engine.accept(engine.direct(names[k], "voice"))
    for skill in SKILL_NAMES:
        engine.set_skill(names[0], skill, int(people.skills[0, SKILL_NAMES.index(skill)]))
    return engine


def cells(agents: int, aged: bool, operations: int, repeats: int, seed: int) -> list[Row]:
    """The three kinds of request in one population, fresh or aged."""
    people = population(agents, aged=aged, seed=seed)
    made = rounds(centre(people), people)
    expected = Expected(people)
    rows = []
    for kind in KINDS:
        pairs = people.pairs[kind]
        for k in range(2 * len(pairs)):
            answer = expected.claim_and_release(*pairs[k % len(pairs)])
            got = made[kind](k)
            check(got == answer, f"{kind}, {agents} agents, request {k}: agent {got}, expected {answer}")
    for kind in KINDS:
        timing = measure(made[kind], operations=operations, repeats=repeats)
        target = TARGET_NS[kind] if agents == TARGET_AGENTS else None
        what = {"agents": agents, "centre": "aged" if aged else "fresh", "request": kind}
        rows.append(Row(what, timing, target))
    return rows


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--agents", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    given = options.parse_args(arguments)
    sizes = [10_000, 100_000] if given.small else given.agents
    check_against_reference(given.seed)
    rows = []
    for agents in sizes:
        for aged in (False, True):
            rows += cells(agents, aged, given.operations, given.repeats, given.seed)
    report("decide", rows, given.json)
    return rows


if __name__ == "__main__":
    main()
