"""Service presence: that of all queues, of one queue, and of the whole centre."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import huntgroup as hg
from benchmarks.common import Row, check, measure, parser, report

ALL_TARGET_NS, ONE_TARGET_NS = 100_000.0, 300.0


def centre(agents: int, queues: int, seed: int) -> tuple[hg.Engine, np.ndarray, np.ndarray]:
    """An engine with one queue an agent and some of them ready; also who is where, and who is ready."""
    draw = np.random.default_rng(seed)
    member = draw.integers(0, queues, agents).astype(np.int32)
    ready = draw.random(agents) < 0.3
    engine = hg.Engine("agent_modes", events=False)
    for k in range(queues):
        engine.add_queue(f"queue{k}")
    engine.add_agents(
        [f"agent{k}" for k in range(agents)],
        queues=member[:, None],
        devices=["voice"],
        signed_in=True,
        status="Break",
    )
    engine.set_status_many(np.flatnonzero(ready), "Ready")
    return engine, member, ready


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--agents", type=int, default=1_000_000)
    options.add_argument("--queues", type=int, default=10_000)
    given = options.parse_args(arguments)
    agents, queues = (20_000, 1_000) if given.small else (given.agents, given.queues)
    engine, member, ready = centre(agents, queues, given.seed)
    rows = engine.presence()
    check(
        np.array_equal(rows["logged_in"], np.bincount(member, minlength=queues)),
        "logged in: not the count by scanning",
    )
    counted = np.bincount(member[ready], minlength=queues)
    check(np.array_equal(rows["ready"], counted), "ready: not the count by scanning")
    check(int(engine.presence(total=True)["ready"][0]) == int(ready.sum()), "ready in the whole centre")
    names = [f"queue{k}" for k in range(queues)]
    check(engine.queue(names[0]).ready == counted[0], "ready in one queue")
    staffed = np.where(rows["logged_in"] > 0, "busy", "absent")
    seen = np.where(counted > 0, "available", staffed).tolist()
    check([engine.presence_of(name) for name in names] == seen, "presence of one queue")
    columns = engine.columns
    ready_column = columns["queues.ready"]
    what = {"agents": agents, "queues": queues}
    out = [
        (
            "presence(): every queue",
            lambda k: engine.presence(),
            None if given.small else ALL_TARGET_NS,
        ),
        ("presence_of(name)", lambda k: engine.presence_of(names[k % queues]), ONE_TARGET_NS),
        ("queue(name).presence", lambda k: engine.queue(names[k % queues]).presence, None),
        ('columns["queues.ready"][k]', lambda k: ready_column[k % queues], None),
        ("presence(total=True)", lambda k: engine.presence(total=True), None),
    ]
    made = [
        Row({**what, "read": name}, measure(read, operations=given.operations, repeats=given.repeats), target)
        for name, read, target in out
    ]
    report("presence", made, given.json)
    return made


if __name__ == "__main__":
    main()
