"""Arrays: a numpy mask, and a scan that Numba compiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.population import Population

NEVER = np.iinfo(np.int64).max


def packed_skills(people: Population) -> Any:
    """uint64[N], one bit a skill."""
    return np.packbits(people.skills, axis=1, bitorder="little").view("<u8")[:, 0].copy()


def idle_since(people: Population) -> Any:
    """int64[N]: the place in idle order, NEVER for an agent who is not free."""
    since = np.full(people.count, NEVER)
    order = people.idle_order()
    since[order] = np.arange(len(order))
    return since


class NumpyMask:
    """The free agents with both skills by AND over columns of booleans, then the least idle time."""

    name = "numpy mask + argmin"

    def __init__(self, people: Population) -> None:
        self.holds = np.ascontiguousarray(people.skills.T).astype(bool)
        self.free = people.free.copy()
        self.since = idle_since(people)
        self.now = int(self.free.sum())
        self.mask = np.empty(people.count, bool)

    def claim(self, first: int, second: int) -> int:
        mask = np.logical_and(self.holds[first], self.holds[second], out=self.mask)
        np.logical_and(mask, self.free, out=mask)
        found = mask.nonzero()[0]
        if len(found) == 0:
            return -1
        agent = int(found[self.since[found].argmin()])
        self.free[agent] = False
        return agent

    def release(self, agent: int) -> None:
        self.free[agent] = True
        self.since[agent] = self.now
        self.now += 1

    def close(self) -> None:
        pass


class NumbaScan:
    """One compiled pass over skills and idle times."""

    name = "Numba scan"

    def __init__(self, people: Population) -> None:
        self.skills = packed_skills(people)
        self.since = idle_since(people)
        self.now = int(people.free.sum())
        self.scan = compiled_scan()

    def claim(self, first: int, second: int) -> int:
        agent = self.scan(self.skills, self.since, np.uint64(1 << first | 1 << second))
        if agent >= 0:
            self.since[agent] = NEVER
        return int(agent)

    def release(self, agent: int) -> None:
        self.since[agent] = self.now
        self.now += 1

    def close(self) -> None:
        pass


def compiled_scan() -> Callable[[Any, Any, Any], int]:
    """Raises ImportError without Numba."""
    import numba

    @numba.njit("int64(uint64[::1], int64[::1], uint64)")
    def scan(skills, since, need):  # type: ignore[no-untyped-def]
        best = -1
        least = NEVER
        for k in range(len(skills)):
            # An agent who is not free fails the first test, which reads the cheaper of the two columns.
            if since[k] < least and skills[k] & need == need:
                least = since[k]
                best = k
        return best

    return scan  # type: ignore[no-any-return]
