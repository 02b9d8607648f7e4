"""`decide` through the public API: the centre for a population, and one whole round of a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import huntgroup as hg
from benchmarks.population import KINDS, SKILLS, Population

QUEUE = "all"
SKILL_NAMES = [f"skill{k}" for k in range(SKILLS)]


def expression(pair: tuple[int, int]) -> str:
    """The requirement for both skills."""
    return " and ".join(SKILL_NAMES[skill] for skill in pair)


def centre(people: Population) -> hg.Engine:
    """An engine with the population in it, in its idle order. O(N x 64)."""
    engine = hg.Engine("agent_modes", events=False)
    engine.add_queue(QUEUE)
    engine.add_agents(
        [f"agent{k}" for k in range(people.count)],
        skills=people.skills,
        skill_names=SKILL_NAMES,
        queues=np.zeros((people.count, 1), np.int32),
        devices=["voice"],
        signed_in=True,
        status="Break",
    )
    engine.set_status_many(np.flatnonzero(people.ready), "Ready")
    calls(engine, np.flatnonzero(people.ready & ~people.free), ends=False)
    for order in people.rounds:
        calls(engine, order, ends=True)
    return engine


def calls(engine: hg.Engine, agents: Any, *, ends: bool) -> None:
    """A direct call to each of the agents in turn, accepted and, if asked for, ended at once."""
    steps = [hg.Command.DIRECT, hg.Command.ACCEPT, *([hg.Command.END] if ends else [])]
    rows = blank_rows(len(agents) * len(steps))
    for k, command in enumerate(steps):
        rows["command"][k :: len(steps)] = command
    rows["agent"][:: len(steps)] = agents
    rows["channel"][:: len(steps)] = engine.channel_index("voice")
    for k in range(1, len(steps)):
        rows["interaction"][k :: len(steps)] = -2 - np.arange(0, len(rows), len(steps))
    _, results = engine.apply(rows)
    if results.any():
        raise RuntimeError(f"a call before the measurement was refused: {hg.Result(int(results.max()))!r}")


def blank_rows(count: int) -> Any:
    """Rows of COMMAND_DTYPE in which no field is given."""
    rows = np.zeros(count, hg.COMMAND_DTYPE)
    for name in hg.COMMAND_DTYPE.names or ():
        if name not in ("priority", "flag", "command", "list_count"):
            rows[name] = -1
    return rows


def rounds(engine: Any, people: Population) -> dict[str, Callable[[int], int]]:
    """For each kind a function of k: the k-th request, found, claimed and released; returns the agent or -1.
    If nobody meets a request, it waits and its caller hangs up at once."""
    enqueue, agent_of, accept = engine.enqueue, engine.agent_of, engine.accept
    end, abandon = engine.end, engine.abandon
    queue = engine.queue_index(QUEUE)
    now = [1_000_000_000]
    made = {}
    for kind in KINDS:
        handles = [engine.requirement(expression(pair)) for pair in people.pairs[kind]]
        mask = len(handles) - 1

        def one(k: int, handles: list[int] = handles, mask: int = mask) -> int:
            call = enqueue(queue, requires=handles[k & mask], at=now[0])
            agent: int = agent_of(call)
            if agent < 0:
                abandon(call, at=now[0])
            else:
                accept(call, at=now[0])
                end(call, at=now[0])
            now[0] += 1_000_000
            return agent

        made[kind] = one
    return made
