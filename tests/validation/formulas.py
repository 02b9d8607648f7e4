"""What queueing theory says exactly: Erlang's formula of blocking, the wait of callers who may hang up, and
the product form of skill graphs."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np


def erlang_b(lines: int, load: float) -> float:
    """The share of callers who find all lines busy."""
    blocking = 1.0
    for line in range(1, lines + 1):
        blocking = load * blocking / (line + load * blocking)
    return blocking


def erlang_a_longer(
    agents: int, rate: float, service: float, patience: float, times: list[float], longest: int = 400
) -> list[float]:
    """The share of callers who wait longer than each of `times`, in ascending order, answered or not.

    `rate` of the callers; means of service and patience, all exponential; `longest` is where the line is cut
    off. A caller who finds k waiting goes through a pure death process: an agent gets free, or one of those
    ahead hangs up. Its equations are solved step by step (Runge and Kutta), to eight digits."""
    ends, hangs = 1 / service, 1 / patience
    weights = [1.0]
    for there in range(1, agents + longest):
        leave = min(there, agents) * ends + max(0, there - agents) * hangs
        weights.append(weights[-1] * rate / leave)
    ahead = np.array(weights[agents:]) / sum(weights)
    speeds = agents * ends + hangs * np.arange(len(ahead))

    def change(line: np.ndarray) -> np.ndarray:
        out = -speeds * line
        out[:-1] += speeds[1:] * line[1:]
        return out

    step, now, shares = 0.02 / speeds[0], 0.0, []
    for until in times:
        while now < until:
            by = min(step, until - now)
            first = change(ahead)
            second = change(ahead + by / 2 * first)
            third = change(ahead + by / 2 * second)
            fourth = change(ahead + by * third)
            ahead = ahead + by / 6 * (first + 2 * second + 2 * third + fourth)
            now += by
        shares.append(float(ahead.sum()) * math.exp(-hangs * until))
    return shares


class ProductForm:
    """First come first served with the longest idle compatible agent: Adan and Weiss, A Skill Based Parallel
    Service System Under FCFS-ALIS, Stochastic Systems 4(1), 2014. Exact, for any graph of skills.

    `rates` of the classes, `speeds` of the agents, `skills[j]` the classes of agent j. A state is a word: the
    busy agents in the order of the callers whom they serve, with the callers who wait in between, then the
    idle agents. The numbers waiting between two busy agents are geometric, so that sums over them are closed.
    """

    def __init__(self, rates: list[float], speeds: list[float], skills: list[set[int]]) -> None:
        self.rates, self.speeds, self.skills = rates, speeds, skills
        count = len(speeds)
        self.total = 0.0
        self.busy = [0.0] * count
        self.waits = [0.0] * len(rates)
        self.waiting = [0.0] * len(rates)
        for order in permutations(range(count)):
            for idle_from in range(count + 1):
                self._add(order[:idle_from], order[idle_from:])

    def _served_only_by(self, agents: tuple[int, ...]) -> list[int]:
        others = set(range(len(self.speeds))) - set(agents)
        return [kind for kind in range(len(self.rates)) if not any(kind in self.skills[j] for j in others)]

    def _add(self, busy: tuple[int, ...], idle: tuple[int, ...]) -> None:
        """One order of busy agents (the longest at work first) and of idle ones (the longest idle first)."""
        weight = 1.0
        lengths: list[tuple[list[int], float]] = []
        speed = 0.0
        for place, number in enumerate(busy):
            speed += self.speeds[number]
            blocked = self._served_only_by(busy[: place + 1])
            load = sum(self.rates[kind] for kind in blocked)
            if load >= speed:
                raise ValueError("a set of classes is more than its agents can do")
            weight /= speed - load
            lengths.append((blocked, load / (speed - load)))
        for place in range(len(idle)):
            # The agents idle for longest: callers whom one of the first `place + 1` could take.
            able = {kind for number in idle[: place + 1] for kind in self.skills[number]}
            weight /= sum(self.rates[kind] for kind in able)
        self.total += weight
        for number in busy:
            self.busy[number] += weight
        for blocked, mean in lengths:
            load = sum(self.rates[kind] for kind in blocked)
            for kind in blocked:
                self.waits[kind] += weight * mean * self.rates[kind] / load
        free = {kind for number in idle for kind in self.skills[number]}
        for kind in range(len(self.rates)):
            self.waiting[kind] += weight * (kind not in free)

    def mean_wait(self, kind: int) -> float:
        """By Little's law from the mean number waiting."""
        return self.waits[kind] / self.total / self.rates[kind]

    def waited_share(self, kind: int) -> float:
        """The share of a class's callers who find no free agent for them."""
        return self.waiting[kind] / self.total

    def occupancy(self, number: int) -> float:
        """The share of the time for which an agent is busy."""
        return self.busy[number] / self.total
