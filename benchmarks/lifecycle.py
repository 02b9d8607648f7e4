"""The lifecycle workload: a plan of calls from one seed, the centre for it, and its rows for `apply`.

Each cycle one call arrives at a random queue, is offered, and accepted at once; a random one of those in
progress ends, and its agent is ready again when the wrap-up is over, some cycles later. A share `load` of
the agents is busy throughout.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import huntgroup as hg
from benchmarks.decide_engine import blank_rows

CYCLE_NS = 1_000_000
WRAP_UP_SHARE = 0.05
"""The share of the agents that is in wrap-up at a time."""
NONE = 2**32 - 1


@dataclass(frozen=True)
class Plan:
    """`members`: uint32[N, m], the queues of each agent; `queue`: of each call; `ends`: the call that ends in
    this cycle, NONE while the centre fills; `wrap_up`: cycles from the end to ready again."""

    queues: int
    members: NDArray[np.uint32]
    queue: NDArray[np.uint32]
    ends: NDArray[np.uint32]
    wrap_up: int
    filling: int

    @property
    def cycles(self) -> int:
        return len(self.queue)

    def returns(self) -> NDArray[np.uint32]:
        """The call whose agent is ready again before each cycle, NONE for none."""
        out = np.full(self.cycles, NONE, np.uint32)
        out[self.wrap_up :] = self.ends[: -self.wrap_up]
        return out


def plan(agents: int, queues: int, memberships: int, load: float, cycles: int, seed: int) -> Plan:
    """A plan of filling and then `cycles` cycles. O(agents x memberships + cycles)."""
    draw = np.random.default_rng(seed)
    memberships = min(memberships, queues)
    # Evenly, so that no queue gets only a few agents. A stride that has no divisor in common with the count
    # of queues never meets one twice.
    first = draw.permutation(np.arange(agents) % queues)[:, None]
    stride = coprimes(queues)[draw.integers(0, len(coprimes(queues)), (agents, 1))]
    members = ((first + stride * np.arange(memberships)) % queues).astype(np.uint32)
    wrap_up = max(1, int(agents * WRAP_UP_SHARE))
    filling = max(1, int(agents * load) - wrap_up)
    total = filling + cycles
    ends = np.full(total, NONE, np.uint32)
    active = list(range(filling))
    places = draw.integers(0, filling, cycles).tolist()
    for cycle, place in enumerate(places, filling):
        ends[cycle] = active[place]
        active[place] = cycle
    return Plan(queues, members, draw.integers(0, queues, total).astype(np.uint32), ends, wrap_up, filling)


def coprimes(count: int) -> NDArray[np.int64]:
    """Up to 1,000 numbers from 1 on that have no divisor in common with `count`."""
    numbers = np.arange(1, max(2, min(count, 4_000)))
    return numbers[np.gcd(numbers, count) == 1][:1_000]


def centre(made: Plan, *, events: bool, skills: NDArray[np.uint8] | None = None) -> hg.Engine:
    """The engine with every agent ready, by index. `skills`: uint8[N, s], proficiencies in skill0 ..."""
    engine = hg.Engine("agent_modes", events=events, keep_finished=1_000)
    for k in range(made.queues):
        engine.add_queue(f"queue{k}", wrap_up=made.wrap_up * CYCLE_NS / 1e9)
    engine.add_agents(
        [f"agent{k}" for k in range(len(made.members))],
        queues=made.members.astype(np.int32),
        skills=skills,
        skill_names=None if skills is None else [f"skill{k}" for k in range(skills.shape[1])],
        devices=["voice"],
        signed_in=True,
        status="Ready",
    )
    return engine


def rows(made: Plan, start: int, stop: int) -> NDArray[np.void]:
    """Cycles [start, stop) as rows of COMMAND_DTYPE: enqueue, accept and, once it is filled, end. Call k has
    the id k + 1, as ids are dense."""
    ending = made.ends[start:stop] != NONE
    width = 3 if ending.any() else 2
    if width == 3 and not ending.all():
        raise ValueError("a batch either fills the centre or runs it")
    out = blank_rows((stop - start) * width)
    cycle = np.arange(start, stop)
    out["at_ns"] = np.repeat((cycle + 1) * CYCLE_NS, width)
    out["command"][::width] = hg.Command.ENQUEUE
    out["queue"][::width] = made.queue[start:stop]
    out["command"][1::width] = hg.Command.ACCEPT
    out["interaction"][1::width] = cycle + 1
    if width == 3:
        out["command"][2::width] = hg.Command.END
        out["interaction"][2::width] = made.ends[start:stop].astype(np.int64) + 1
    return out


def fill(engine: hg.Engine, made: Plan) -> None:
    """Plays the cycles that only fill the centre."""
    for start in range(0, made.filling, 100_000):
        _, results = engine.apply(rows(made, start, min(start + 100_000, made.filling)))
        if results.any():
            raise RuntimeError("the centre could not be filled: too few agents for the load")
