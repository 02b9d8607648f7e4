"""Bitmaps: Roaring bitmaps by agent, and a bitarray whose bits stand in idle order."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.peers.arrays import idle_since
from benchmarks.population import SKILLS, Population


class Roaring:
    """The intersection of three compressed bitmaps, then the least idle time in it."""

    name = "pyroaring AND + argmin"

    def __init__(self, people: Population) -> None:
        from pyroaring import BitMap

        self.holds = [BitMap(np.flatnonzero(people.skills[:, k]).astype(np.uint32)) for k in range(SKILLS)]
        self.free = BitMap(np.flatnonzero(people.free).astype(np.uint32))
        for bitmap in (*self.holds, self.free):
            bitmap.run_optimize()
        self.since = idle_since(people)
        self.now = len(self.free)

    def claim(self, first: int, second: int) -> int:
        # The small ones first: a rare skill makes the rest of the work short.
        found = self.holds[second] & self.holds[first]
        found &= self.free
        if not found:
            return -1
        agents = np.array(found.to_array(), copy=False)
        agent = int(agents[self.since[agents].argmin()])
        self.free.discard(agent)
        return agent

    def release(self, agent: int) -> None:
        self.free.add(agent)
        self.since[agent] = self.now
        self.now += 1

    def close(self) -> None:
        pass


class IdleOrder:
    """One bitarray for each skill, bit k for the agent at place k of idle order; the first bit of free AND
    skill AND skill. A release moves the agent to the tail in the bitarrays of the agent's skills; when the
    tail is full all are written anew, which is part of the time. The AND goes forward in pieces that double,
    so that a match near the head does not cost a pass over the whole."""

    name = "bitarray in idle order"
    PIECE = 4_096

    def __init__(self, people: Population) -> None:
        self.skills = people.skills
        self.rank(people.idle_order())

    def rank(self, order: Any) -> None:
        """Writes all bitarrays for this order, with as much room again at the tail."""
        from bitarray import bitarray

        room = max(64, len(order))
        size = len(order) + room

        def bits(values: Any) -> Any:
            made = bitarray(endian="little")
            made.frombytes(np.packbits(values, bitorder="little").tobytes())
            made.extend(bitarray(max(0, size - len(made)), "little"))
            return made

        self.agent_at = [*order.tolist(), *[-1] * room]
        self.free = bits(np.ones(len(order), np.uint8))
        self.free[len(order) :] = 0
        self.holds = [bits(self.skills[order, k]) for k in range(SKILLS)]
        self.tail, self.size = len(order), size

    def claim(self, first: int, second: int) -> int:
        one, other, free = self.holds[first], self.holds[second], self.free
        start, piece = self.free.find(1), self.PIECE
        if start < 0:
            return -1
        start -= start % 64
        while start < self.tail:
            stop = start + piece
            found = one[start:stop]
            found &= other[start:stop]
            found &= free[start:stop]
            place = found.find(1)
            if place >= 0:
                place += start
                free[place] = 0
                agent: int = self.agent_at[place]
                return agent
            start, piece = stop, piece * 8
        return -1

    def release(self, agent: int) -> None:
        if self.tail == self.size:
            agents = np.array(self.agent_at)[np.frombuffer(self.free.unpack(), np.uint8)[: self.size] != 0]
            self.rank(np.append(agents, agent))
            return
        for skill in self.skills[agent].nonzero()[0].tolist():
            self.holds[skill][self.tail] = 1
        self.free[self.tail] = 1
        self.agent_at[self.tail] = agent
        self.tail += 1

    def close(self) -> None:
        pass
