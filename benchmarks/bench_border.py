"""The cost of a call from Python: one command by a method with names and `at=`, beside the same command
through `apply`.

The commands change nothing: a signed-in agent signs in, a logged-in one logs in. So the core only judges a
row and makes a step, which `apply` shows with a thousand rows a call. The rest is the border: the call, names
that become indices, the instant, the row. An empty call of a built-in method stands beside them; no call from
Python can be faster.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any

import huntgroup as hg
from benchmarks.common import Row, check, measure_side_by_side, parser, report, summary
from benchmarks.decide_engine import blank_rows

TARGET_NS = 150.0
UNITS = 1_000
AGENT, QUEUE, AT_NS = "agent7", "queue3", 1_000_000_000_000_000_000
Run = Callable[[int], Any]


def centre() -> hg.Engine:
    """Few agents in few queues; every command given below finds its outcome already there."""
    engine = hg.Engine("agent_modes", events=False)
    for k in range(10):
        engine.add_queue(f"queue{k}")
    for k in range(100):
        engine.add_agent(f"agent{k}", queues=[f"queue{q}" for q in range(10)], devices=["voice"])
        engine.sign_in(f"agent{k}", at=AT_NS)
        engine.queue_login(f"agent{k}", QUEUE, at=AT_NS)
    return engine


def batch(engine: hg.Engine, command: hg.Command, fields: dict[str, int]) -> Any:
    rows = blank_rows(UNITS)
    rows["at_ns"] = AT_NS
    rows["command"] = command
    for name, value in fields.items():
        rows[name] = value
    return rows


def over_and_over(call: Callable[[], object]) -> Run:
    """UNITS calls; the cost of the loop is in each of them, and in the empty one."""

    def run(k: int) -> None:
        for _ in repeat(None, UNITS):
            call()

    return run


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    given = options.parse_args(arguments)
    repeats = 2 if given.small else given.repeats
    engine = centre()
    agent, queue = engine.agent_index(AGENT), engine.queue_index(QUEUE)
    sign_in, login = engine.sign_in, engine.queue_login
    rows = {
        "sign_in(agent, at=)": batch(engine, hg.Command.SIGN_IN, {"agent": agent}),
        "queue_login(agent, queue, at=)": batch(
            engine, hg.Command.QUEUE_LOGIN, {"agent": agent, "queue": queue}
        ),
    }
    methods: dict[str, Callable[[], object]] = {
        "sign_in(agent, at=)": lambda: sign_in(AGENT, at=AT_NS),
        "queue_login(agent, queue, at=)": lambda: login(AGENT, QUEUE, at=AT_NS),
    }
    before = engine.agent(AGENT)
    number = 1
    runs: dict[str, Run] = {"an empty call": over_and_over(lambda: number.conjugate())}
    for name, call in methods.items():
        runs[name] = over_and_over(call)
        runs[f"{name}, apply"] = lambda k, of=rows[name]: engine.apply(of)
    samples = measure_side_by_side(runs, UNITS, repeats=repeats)
    check(engine.agent(AGENT) == before, "a command that finds nothing to do changed something")
    refused = [name for name, of in rows.items() if engine.apply(of)[1].any()]
    check(not refused, f"refused: {refused}")
    empty = summary(samples["an empty call"])
    out = [Row({"command": "an empty call"}, empty)]
    for name in methods:
        single, core = summary(samples[name]), summary(samples[f"{name}, apply"])
        figures = {
            "by apply": f"{core.median_ns:.0f} ns",
            "border": f"{single.median_ns - core.median_ns:.0f} ns",
            "over an empty call": f"{single.median_ns - core.median_ns - empty.median_ns:.0f} ns",
        }
        out.append(Row({"command": name}, single, figures=figures))
    report("border", out, given.json)
    return out


if __name__ == "__main__":
    main()
