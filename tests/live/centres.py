"""Centres for the tests of the router, and clocks that stand still until they are told."""

from __future__ import annotations

import time
from typing import Any

import huntgroup as hg

START_NS = 1_800_000_000_000_000_000
SECOND_NS = 1_000_000_000


class Clock:
    """A wall clock and a monotonic one, moved by hand."""

    def __init__(self) -> None:
        self.wall_ns = START_NS
        self.monotonic_ns = 5

    def wall(self) -> int:
        return self.wall_ns

    def monotonic(self) -> int:
        return self.monotonic_ns

    def passes(self, seconds: float) -> None:
        self.wall_ns += round(seconds * SECOND_NS)
        self.monotonic_ns += round(seconds * SECOND_NS)

    def steps(self, seconds: float) -> None:
        self.wall_ns += round(seconds * SECOND_NS)


def centre(clock: Any = time.time_ns, offer_timeout: float = 20, **engine: Any) -> hg.Engine:
    """One queue, `sales`, with anna and ben ready in it, and an empty one, `backup`."""
    made = hg.Engine(model="agent_modes", clock=clock, **engine)
    made.add_queue("sales", offer_timeout=offer_timeout)
    made.add_queue("backup")
    for name in ("anna", "ben"):
        made.add_agent(name, queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
    return made
