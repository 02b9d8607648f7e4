"""How the cost of each public operation grows with the number of agents, from 1,000 to 4 million.

One centre for each size: each agent is in 10 queues, there are 100 agents for each queue up to 10,000 queues,
some of them busy and some in wrap-up. `slope` is the exponent by which an operation grew from the smallest
size to the largest: 0 means that the number of agents does not matter, 1 that the cost is in proportion to
it. `expected` is what its docstring promises. benchmarks/plot.py draws the result.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any

import numpy as np
from numpy.typing import NDArray

import huntgroup as hg
from benchmarks.common import Row, Timing, check, measure, parser, report
from benchmarks.lifecycle import CYCLE_NS, Plan, centre, fill, plan, rows

SIZES = [1_000, 4_000, 16_000, 64_000, 256_000, 1_000_000, 4_000_000]
SMALL = [500, 2_000]
MEMBERSHIPS = 10
SKILLS, SHARE = 16, 0.2
NEVER = SKILLS - 1
"""The skill that nobody holds."""
BATCH = 500
CHANGED = 0.01
"""The share of the agents that one bulk change names."""
CELL_NS = 1e9
"""Each operation is timed for at most so long; one that takes longer is timed a few times all the same."""


@dataclass(frozen=True)
class Operation:
    """`run(k)` does it the k-th time; it did it for `units` rows or agents at once. `slope`: 0 or 1, expected
    of one unit."""

    name: str
    slope: int
    run: Callable[[int], object]
    units: int = 1


def skill_columns(agents: int, seed: int) -> NDArray[np.uint8]:
    """uint8[N, 16]: each skill but the last is held by a fifth."""
    draw = np.random.default_rng(seed)
    out = np.zeros((agents, SKILLS), np.uint8)
    for skill in range(NEVER):
        out[:, skill] = draw.random(agents) < SHARE
    return out


class Scene:
    """A centre in the middle of its day, and the operations on it. `now()` gives an instant one millisecond
    after the last."""

    def __init__(self, agents: int, seed: int, batches: int) -> None:
        queues = max(MEMBERSHIPS + 1, min(10_000, agents // 100))
        self.plan: Plan = plan(agents, queues, MEMBERSHIPS, 0.15, BATCH * batches, seed)
        self.engine = centre(self.plan, events=False, skills=skill_columns(agents, seed))
        fill(self.engine, self.plan)
        self.batches = [
            rows(self.plan, start, start + BATCH)
            for start in range(self.plan.filling, self.plan.cycles, BATCH)
        ]
        self.refused = 0
        self.queues = queues
        self.draw = np.random.default_rng(seed + 1)

    def now(self) -> int:
        self.at += CYCLE_NS
        return self.at

    def apply_batch(self, k: int) -> None:
        self.refused += int(self.engine.apply(self.batches[k])[1].any())

    def settle(self) -> None:
        """Every wrap-up ends; then the agents are chosen whom the operations name: ready ones, and nobody
        twice."""
        self.at = self.engine.now_ns + self.plan.wrap_up * CYCLE_NS + 1
        self.engine.advance(to=self.at)
        ready = np.flatnonzero(self.engine.columns["agents.ready_count"] > 0)
        self.chosen = self.draw.permutation(ready)[:4_000].tolist()
        self.many = np.sort(self.draw.choice(ready, max(1, int(len(ready) * CHANGED)), replace=False))

    def operations(self) -> Iterator[Operation]:
        """Each operation is measured before the next is asked for, and leaves the centre as it found it."""
        yield Operation("apply: a row", 0, self.apply_batch, len(self.batches[0]))
        self.settle()
        yield from self.rounds()
        yield from self.changes()
        yield from self.reads()
        yield from self.whole_state()

    def rounds(self) -> Iterator[Operation]:
        engine, now, queues = self.engine, self.now, self.queues
        needs = [engine.requirement(f"skill{k}") for k in range(8)]
        nobody = engine.requirement(f"skill{NEVER}")

        def served(k: int) -> None:
            call = engine.enqueue(k % queues, requires=needs[k & 7], at=now())
            engine.accept(call)
            engine.end(call)

        def unserved(k: int) -> None:
            # In few queues: the first question in each is a whole search, which bench_worst times.
            call = engine.enqueue(k & 7, requires=nobody, at=now())
            engine.abandon(call)

        yield Operation("enqueue, accept, end", 0, served)
        yield Operation("enqueue, abandon: nobody qualifies", 0, unserved)

    def changes(self) -> Iterator[Operation]:
        """Each changes something and changes it back."""
        engine, now, members = self.engine, self.now, self.plan.members
        chosen, count = self.chosen, len(self.chosen)

        def status(k: int) -> None:
            engine.set_status(chosen[k % count], "Break", at=now())
            engine.set_status(chosen[k % count], "Ready", at=now())

        def skill(k: int) -> None:
            engine.set_skill(chosen[k % count], NEVER, 1, at=now())
            engine.set_skill(chosen[k % count], NEVER, 0, at=now())

        own = [[int(queue) for queue in members[agent][:3]] for agent in chosen]
        off = [dict.fromkeys(queues, False) for queues in own]
        on = [dict.fromkeys(queues, True) for queues in own]

        def logins(k: int) -> None:
            engine.set_queue_logins(chosen[k % count], off[k % count], at=now())
            engine.set_queue_logins(chosen[k % count], on[k % count], at=now())

        others = [
            next(queue for queue in range(self.queues) if queue not in set(members[agent].tolist()))
            for agent in chosen
        ]

        def membership(k: int) -> None:
            engine.join(chosen[k % count], others[k % count], at=now())
            engine.leave(chosen[k % count], others[k % count], at=now())

        def bulk(k: int) -> None:
            engine.set_status_many(self.many, "Break", at=now())
            engine.set_status_many(self.many, "Ready", at=now())

        yield Operation("set_status", 0, status, 2)
        yield Operation("set_skill", 0, skill, 2)
        yield Operation("set_queue_logins", 0, logins, 2)
        yield Operation("join, leave", 0, membership, 2)
        yield Operation("set_status_many: an agent", 0, bulk, 2 * len(self.many))
        yield Operation("advance", 0, lambda k: engine.advance(by=1e-3))
        self.at = engine.now_ns

    def reads(self) -> Iterator[Operation]:
        engine, queues, agents = self.engine, self.queues, len(self.plan.members)
        first = engine.requirement("skill0")
        waiting = engine.enqueue(0, requires=engine.requirement(f"skill{NEVER}"), at=self.now())
        check(engine.agent_of(waiting) == -1, "a skill that nobody holds was found")
        member = np.flatnonzero((self.plan.members == 0).any(axis=1)).tolist()
        step = max(1, agents // 1_009)
        yield Operation("agent view", 0, lambda k: engine.agent(k * step % agents))
        yield Operation("queue view", 0, lambda k: engine.queue(k % queues))
        yield Operation("presence: every queue", 1, lambda k: engine.presence())
        yield Operation("presence: the centre", 1, lambda k: engine.presence(total=True))
        yield Operation("count", 0, lambda k: engine.count(first))
        yield Operation("why_not", 0, lambda k: engine.why_not(member[k % len(member)], waiting))
        yield Operation("explain", 1, lambda k: engine.explain(waiting))
        held, ready = engine.count(first)
        check(0 < ready <= held <= agents, "the count of a skill's holders")
        check(len(engine.explain(waiting)["candidates"]) >= len(member), "explain leaves members out")
        engine.abandon(waiting)

    def whole_state(self) -> Iterator[Operation]:
        engine = self.engine
        before = engine.digest()
        check(engine.fork().digest() == before, "a fork is not like its engine")
        yield Operation("fork", 1, lambda k: engine.fork())
        yield Operation("digest", 1, lambda k: engine.digest())
        yield Operation("verify", 1, lambda k: engine.verify())
        check(engine.digest() == before, "reading has changed something")


def timed(operation: Operation, operations: int, repeats: int) -> Timing:
    """As many times as fit into a second, at most `operations` a repeat, at least two; ns a unit."""
    start = perf_counter_ns()
    operation.run(0)
    first = perf_counter_ns() - start
    count = max(1, min(operations, int(CELL_NS / repeats / max(first, 1))))
    if count == 1:
        repeats = min(repeats, 3)
    timing = measure(lambda k: operation.run(k + 1), operations=count, repeats=repeats, warm_up=count // 4)
    units = operation.units
    return Timing(timing.median_ns / units, timing.p99_ns / units, timing.spread, timing.operations * units)


def size(agents: int, operations: int, repeats: int, seed: int) -> list[Row]:
    """Every operation at one size."""
    # The rows of `apply` cannot be used twice, so its batches are planned beforehand.
    batches = min(operations, 40) + 1 + min(operations, 40) // 4
    scene = Scene(agents, seed, batches * repeats + 1)
    out = []
    for operation in scene.operations():
        limit = min(operations, 40) if operation.run == scene.apply_batch else operations
        timing = timed(operation, limit, repeats)
        what = {"operation": operation.name, "agents": agents}
        out.append(Row(what, timing, figures={"expected": operation.slope}))
    check(scene.refused == 0, f"{scene.refused} batches had refused commands")
    counted(scene.engine)
    return out


def counted(engine: hg.Engine) -> None:
    """Compares what the engine keeps of the ready memberships with a count."""
    engine.verify()
    columns: dict[str, NDArray[Any]] = engine.columns
    kept = int(engine.presence(total=True)["ready"][0])
    found = int(columns["agents.ready_count"].sum())
    check(kept == found, f"{kept} ready memberships in the whole centre, {found} counted")


def with_slopes(made: Sequence[Row]) -> list[Row]:
    """The rows by operation; the last row of each has the exponent between its smallest size and its
    largest."""
    names = list(dict.fromkeys(row.what["operation"] for row in made))
    out = []
    for name in names:
        own = [row for row in made if row.what["operation"] == name]
        first, last = own[0], own[-1]
        assert first.timing is not None
        assert last.timing is not None
        if last is not first:
            times = math.log(last.timing.median_ns / first.timing.median_ns)
            last.figures["slope"] = times / math.log(last.what["agents"] / first.what["agents"])
        out += own
    return out


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--agents", type=int, nargs="+", default=SIZES)
    given = options.parse_args(arguments)
    operations = min(given.operations, 40) if given.small else given.operations
    made = []
    for agents in SMALL if given.small else given.agents:
        made += size(agents, operations, given.repeats, given.seed)
    out = with_slopes(made)
    report("scale", out, given.json)
    return out


if __name__ == "__main__":
    main()
