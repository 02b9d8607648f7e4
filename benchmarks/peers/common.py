"""The face of every peer: a structure with the population in it that finds, claims and releases.

`claim(first, second)` returns the longest-idle free agent who holds both skills, who is then busy, or -1;
`release(agent)` makes that agent free again, with the shortest idle time of all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from benchmarks.population import KINDS, Population


class Peer(Protocol):
    """One structure under comparison."""

    def __init__(self, people: Population) -> None: ...
    def claim(self, first: int, second: int) -> int: ...
    def release(self, agent: int) -> None: ...
    def close(self) -> None: ...


def peer_rounds(peer: Peer, people: Population) -> dict[str, Callable[[int], int]]:
    """For each kind of request a function of k: found, claimed, released; the agent or -1."""
    claim, release = peer.claim, peer.release
    made = {}
    for kind in KINDS:
        pairs = people.pairs[kind]
        mask = len(pairs) - 1

        def one(k: int, pairs: list[tuple[int, int]] = pairs, mask: int = mask) -> int:
            agent = claim(*pairs[k & mask])
            if agent >= 0:
                release(agent)
            return agent

        made[kind] = one
    return made
