"""The population and the requests of `decide`, from one seed: the engine and every peer answer the same.

64 skills: 8 held by 25 % of the agents, 16 by 5 %, 40 by 0.5 %. 30 % of the agents are ready, 90 % of those
have their voice capacity free. Fresh: idle order is the order of the indices. Aged: everybody free has taken
four calls since, in an order that has nothing to do with the indices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SKILLS = 64
SHARES = np.array([0.25] * 8 + [0.05] * 16 + [0.005] * 40)
READY, FREE = 0.30, 0.90
KINDS = ("typical", "rare", "none")
PAIRS = 8
"""Different pairs of skills that the requests of one kind go through in turn."""
CALLS_BEFORE = 4


@dataclass(frozen=True)
class Population:
    """`skills`: uint8[N, 64], 1 where held; `ready`, `free`: bool[N]; `rounds`: the orders in which the free
    ones took calls before (none: fresh); `pairs`: for each kind, the pairs of skills asked for."""

    skills: NDArray[np.uint8]
    ready: NDArray[np.bool_]
    free: NDArray[np.bool_]
    rounds: list[NDArray[np.int64]]
    pairs: dict[str, list[tuple[int, int]]]

    @property
    def count(self) -> int:
        return len(self.ready)

    def idle_order(self) -> NDArray[np.int64]:
        """The free agents, longest idle first."""
        return self.rounds[-1] if self.rounds else np.flatnonzero(self.free)


def population(count: int, *, aged: bool, seed: int) -> Population:
    """A population of `count` agents. O(count x 64)."""
    draw = np.random.default_rng(seed)
    skills = np.zeros((count, SKILLS), np.uint8)
    for skill, share in enumerate(SHARES):
        skills[:, skill] = draw.random(count) < share
    ready = draw.random(count) < READY
    free = ready & (draw.random(count) < FREE)
    pairs = {
        "typical": [(k, 8 + k) for k in range(PAIRS)],
        "rare": [(16 + k, 24 + k) for k in range(PAIRS)],
        "none": [(40 + 2 * k, 41 + 2 * k) for k in range(PAIRS)],
    }
    for first, second in pairs["none"]:
        skills[:, second] &= 1 - skills[:, first]
    # In a small population, too, a free agent holds each skill, and an agent meets each request but "none".
    holders = draw.permutation(np.flatnonzero(free))
    place = 0
    for kind in ("typical", "rare"):
        for pair in pairs[kind]:
            skills[holders[place % len(holders)], pair] = 1
            place += 1
    for pair in pairs["none"]:
        for skill, other in (pair, pair[::-1]):
            skills[holders[place % len(holders)], skill] = 1
            skills[holders[place % len(holders)], other] = 0
            place += 1
    rounds = [draw.permutation(np.flatnonzero(free)) for _ in range(CALLS_BEFORE if aged else 0)]
    return Population(skills, ready, free, rounds, pairs)


class Expected:
    """The answers, found by looking at every agent: the free agent with both skills who is idle longest,
    O(N)."""

    def __init__(self, people: Population) -> None:
        self.idle_since = np.full(people.count, np.iinfo(np.int64).max)
        order = people.idle_order()
        self.idle_since[order] = np.arange(len(order))
        self.now = len(order)
        self.holds = people.skills.astype(bool)

    def claim_and_release(self, first: int, second: int) -> int:
        """The agent who gets the request, -1 for nobody. Afterwards that agent has the shortest idle time."""
        since = np.where(
            self.holds[:, first] & self.holds[:, second], self.idle_since, np.iinfo(np.int64).max
        )
        agent = int(since.argmin())
        if since[agent] == np.iinfo(np.int64).max:
            return -1
        self.idle_since[agent] = self.now
        self.now += 1
        return agent
