"""Bytes per agent, and how much each part of an agent needs: one centre, and the same with one thing less or
more. The tables tell their sizes, so the result depends neither on the machine nor on its load. The names of
agents are left out: they belong to Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import huntgroup as hg
from benchmarks.common import Row, check, parser, report
from benchmarks.lifecycle import plan

FULL = {"memberships": 10, "skills": 64, "channels": 0}
OTHER: tuple[tuple[str, dict[str, int]], ...] = (
    ("one membership in place of ten", {"memberships": 1}),
    ("twenty memberships", {"memberships": 20}),
    ("no skills", {"skills": 0}),
    ("128 skills", {"skills": 128}),
    ("one channel more", {"channels": 1}),
)


def tables(agents: int, memberships: int, skills: int, channels: int) -> dict[str, float]:
    """Bytes per agent by table, of a centre of so many agents, all ready, 100 of them for each queue."""
    queues = max(memberships, agents // 100)
    engine = hg.Engine("agent_modes", events=False)
    for k in range(channels):
        engine.add_channel(f"channel{k}")
    for k in range(queues):
        engine.add_queue(f"queue{k}")
    members = plan(agents, queues, memberships, 0.0, 1, 1).members.astype(np.int32)
    more: dict[str, Any] = {}
    if skills:
        more["skills"] = np.ones((agents, skills), np.uint8)
        more["skill_names"] = [f"skill{k}" for k in range(skills)]
    engine.add_agents(
        [f"agent{k}" for k in range(agents)],
        queues=members,
        devices=["voice"],
        signed_in=True,
        status="Ready",
        **more,
    )
    check(engine.agent("agent7").status == "Ready", "the agents are not ready")
    return {name: size / agents for name, (_, _, size) in engine._table_sizes().items()}


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--agents", type=int, default=100_000)
    given = options.parse_args(arguments)
    agents = 2_000 if given.small else given.agents
    full = tables(agents, **FULL)
    total = sum(full.values())
    rows = [
        Row({"agents": agents, "centre": "ten memberships, 64 skills"}, figures={"bytes per agent": total})
    ]
    for what, other in OTHER:
        found = sum(tables(agents, **{**FULL, **other}).values())
        figures = {"bytes per agent": found, "difference": found - total}
        rows.append(Row({"agents": agents, "centre": what}, figures=figures))
    report("memory", rows, given.json)
    return rows


if __name__ == "__main__":
    main()
