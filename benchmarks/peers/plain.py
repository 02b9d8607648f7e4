"""Plain Python: a loop over objects, and a dict kept in idle order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.population import Population


@dataclass(slots=True)
class Agent:
    """One agent in a program that uses no library."""

    index: int
    skills: int
    free: bool
    idle_since: int


def skill_masks(people: Population) -> list[int]:
    """The skills of each agent as the bits of one integer."""
    packed = np.packbits(people.skills, axis=1, bitorder="little").view("<u8")[:, 0]
    masks: list[int] = packed.tolist()
    return masks


class Loop:
    """Looks at every agent. O(N) a request."""

    name = "loop over objects"

    def __init__(self, people: Population) -> None:
        masks = skill_masks(people)
        free = people.free.tolist()
        self.agents = [Agent(k, mask, free[k], 0) for k, mask in enumerate(masks)]
        order = people.idle_order().tolist()
        for place, agent in enumerate(order):
            self.agents[agent].idle_since = place
        self.now = len(order)

    def claim(self, first: int, second: int) -> int:
        need = 1 << first | 1 << second
        best = None
        since = self.now
        for agent in self.agents:
            if agent.free and agent.skills & need == need and agent.idle_since < since:
                best, since = agent, agent.idle_since
        if best is None:
            return -1
        best.free = False
        return best.index

    def release(self, agent: int) -> None:
        one = self.agents[agent]
        one.free = True
        one.idle_since = self.now
        self.now += 1

    def close(self) -> None:
        pass


class DictInOrder:
    """A dict of the free agents, in the order of insertion: the first that matches. O(rank of it)."""

    name = "dict in idle order"

    def __init__(self, people: Population) -> None:
        self.skills = skill_masks(people)
        # A plain dict steps over deleted entries until it is rebuilt; OrderedDict pays for its links.
        self.free = {agent: self.skills[agent] for agent in people.idle_order().tolist()}

    def claim(self, first: int, second: int) -> int:
        need = 1 << first | 1 << second
        for agent, skills in self.free.items():
            if skills & need == need:
                del self.free[agent]
                return agent
        return -1

    def release(self, agent: int) -> None:
        self.free[agent] = self.skills[agent]

    def close(self) -> None:
        pass
