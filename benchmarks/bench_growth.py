"""No growth: after a hundred million commands a centre needs as much memory as after its warm-up.

Most commands are lifecycles; each batch also has requests that nobody meets, rejected offers, direct calls
with hold and retrieve, breaks, edits of skills, and agents who leave a queue and join it again. At each
checkpoint the resident memory of the process and the bytes of every table are noted. After the warm-up, a
tenth of the commands, both may grow by 2 % and 4 MB, and one table to twice its size: it doubles when a peak
is higher than all before. The last rows are the memory per agent, by table.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from time import perf_counter_ns
from typing import Any

import numpy as np
from numpy.typing import NDArray

import huntgroup as hg
from benchmarks.common import Row, check, parser, report
from benchmarks.decide_engine import blank_rows
from benchmarks.lifecycle import CYCLE_NS, centre, fill, plan

EDITED = 40
"""Agents who take no calls of the lifecycles: the other commands act on them."""
OTHERS = 100
"""How often a batch does each of the other operations."""
WARM_UP = 0.1
MORE, MORE_BYTES = 0.02, 4 << 20
SMALLEST = 4_096
"""Bytes that any table may have, whatever its size before."""

# One round of the other operations: (command, the earlier row of the round that made the interaction, or -1).
ROUND: tuple[tuple[hg.Command, int], ...] = (
    (hg.Command.ENQUEUE, -1),  # nobody qualifies
    (hg.Command.ABANDON, 0),
    (hg.Command.ENQUEUE, -1),  # the first to be asked rejects
    (hg.Command.REJECT, 2),
    (hg.Command.ABANDON, 2),
    (hg.Command.DIRECT, -1),
    (hg.Command.ACCEPT, 5),
    (hg.Command.HOLD, 5),
    (hg.Command.RETRIEVE, 5),
    (hg.Command.END, 5),
    (hg.Command.SET_SKILL, -1),
    (hg.Command.SET_SKILL, -1),
    (hg.Command.LEAVE, -1),
    (hg.Command.JOIN, -1),
    (hg.Command.SET_STATUS, -1),
    (hg.Command.SET_STATUS, -1),
)
MADE = sum(command in (hg.Command.ENQUEUE, hg.Command.DIRECT) for command, _ in ROUND)


def resident_bytes() -> int:
    """The resident memory of the process."""
    with open("/proc/self/statm", encoding="ascii") as line:
        return int(line.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Traffic:
    """An endless day: batches of commands for one engine, and what the engine answered."""

    def __init__(self, agents: int, queues: int, memberships: int, cycles: int, seed: int) -> None:
        made = plan(agents, queues, memberships, 0.5, 1, seed)
        self.engine = centre(made, events=True)
        self.extra = self.engine.add_queue("others")
        self.edited = self.engine.add_agents(
            [f"edited{k}" for k in range(EDITED)],
            skills=np.zeros((EDITED, 1), np.uint8),
            skill_names=["rare"],
            queues=["others"],
            devices=["voice"],
            signed_in=True,
            status="Ready",
        )
        fill(self.engine, made)
        self.active = np.arange(1, made.filling + 1)
        self.next_id = made.filling + 1
        self.at = (made.filling + 1) * CYCLE_NS
        self.draw = np.random.default_rng(seed + 1)
        self.queues, self.cycles = queues, cycles
        self.others = self.round_rows()

    def round_rows(self) -> NDArray[np.void]:
        """The other operations of a batch, without their instants; interactions are named by their rows."""
        engine, length = self.engine, len(ROUND)
        out = blank_rows(OTHERS * length)
        start = np.arange(OTHERS) * length + self.cycles * 3
        for k, (command, made_by) in enumerate(ROUND):
            rows = out[k::length]
            rows["command"] = command
            if made_by >= 0:
                rows["interaction"] = -2 - (start + made_by)
            elif command in (hg.Command.ENQUEUE, hg.Command.LEAVE, hg.Command.JOIN):
                rows["queue"] = self.extra
            rows["agent"] = -1 if made_by >= 0 else np.asarray(self.edited)[np.arange(OTHERS) % EDITED]
        out["agent"][0::length] = out["agent"][2::length] = -1
        out["requires"][0::length] = engine.requirement("rare and not rare")
        out["channel"][5::length] = engine.channel_index("voice")
        out["ref"][5::length] = 7
        out["status"][10::length] = out["status"][11::length] = engine.skill_index("rare")
        out["flag"][10::length] = 1
        for row, value in (("status", 1), ("priority", 1), ("ref", 0)):
            out[row][13::length] = value
        out["status"][14::length] = engine.status_index("Break")
        out["status"][15::length] = engine.status_index("Ready")
        return out

    def batch(self) -> NDArray[np.void]:
        """The next commands. Each lifecycle ends a random one of the calls in progress."""
        cycles = self.cycles
        ids = self.next_id + np.arange(cycles)
        ends = np.empty(cycles, np.int64)
        places = self.draw.integers(0, len(self.active), cycles).tolist()
        active = self.active
        for k, place in enumerate(places):
            ends[k] = active[place]
            active[place] = ids[k]
        lifecycles = blank_rows(cycles * 3)
        lifecycles["at_ns"] = np.repeat(self.at + np.arange(cycles) * CYCLE_NS, 3)
        lifecycles["command"] = np.tile([hg.Command.ENQUEUE, hg.Command.ACCEPT, hg.Command.END], cycles)
        lifecycles["queue"][::3] = self.draw.integers(0, self.queues, cycles)
        lifecycles["interaction"][1::3] = ids
        lifecycles["interaction"][2::3] = ends
        self.at += cycles * CYCLE_NS
        self.next_id += cycles + OTHERS * MADE
        out = np.concatenate([lifecycles, self.others])
        out["at_ns"][cycles * 3 :] = self.at
        return out

    def run(self, commands: int) -> int:
        """At least so many commands; returns how many there were."""
        done = 0
        while done < commands:
            rows = self.batch()
            _, results = self.engine.apply(rows)
            if results.any():
                first = int(results.argmax())
                command, result = hg.Command(int(rows["command"][first])), hg.Result(int(results[first]))
                check(
                    False, f"{int((results != 0).sum())} commands refused, the first {command!r}: {result!r}"
                )
            done += len(rows)
        return done


def table_bytes(engine: hg.Engine) -> dict[str, int]:
    return {name: size for name, (_, _, size) in engine._table_sizes().items()}


def checked(before: tuple[int, dict[str, int]], after: tuple[int, dict[str, int]], commands: int) -> None:
    """Raises WrongAnswer if memory has grown since the warm-up."""
    (resident, tables), (resident_now, tables_now) = before, after
    sizes = {
        "resident memory": (resident, resident_now),
        "all tables": (sum(tables.values()), sum(tables_now.values())),
    }
    for name, (size, now) in sizes.items():
        check(now <= size * (1 + MORE) + MORE_BYTES, grown(name, size, now, commands))
    for name, size in tables.items():
        now = tables_now[name]
        check(now <= 2 * max(size, SMALLEST), grown(f"table {name}", size, now, commands))


def grown(name: str, size: int, now: int, commands: int) -> str:
    return f"{name}: {size:,} bytes after the warm-up, {now:,} after {commands:,} commands"


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--commands", type=int, default=100_000_000)
    options.add_argument("--agents", type=int, default=10_000)
    options.add_argument("--queues", type=int, default=500)
    options.add_argument("--memberships", type=int, default=10)
    options.add_argument("--checkpoints", type=int, default=10, help="after the warm-up")
    options.add_argument("--batch", type=int, default=5_000, help="lifecycles in one call of apply")
    given = options.parse_args(arguments)
    agents, queues, commands, batch = given.agents, given.queues, given.commands, given.batch
    if given.small:
        agents, queues, commands, batch = min(agents, 500), min(queues, 25), min(commands, 600_000), 1_000
    traffic = Traffic(agents, queues, given.memberships, batch, given.seed)
    start = perf_counter_ns()
    done = traffic.run(int(commands * WARM_UP))
    first = latest = (resident_bytes(), table_bytes(traffic.engine))
    out = [checkpoint(agents, done, start, latest)]
    step = (commands - done) // given.checkpoints
    for _ in range(given.checkpoints):
        done += traffic.run(step)
        latest = (resident_bytes(), table_bytes(traffic.engine))
        out.append(checkpoint(agents, done, start, latest))
        checked(first, latest, done)
    traffic.engine.verify()
    for name, size in latest[1].items():
        out.append(Row({"agents": agents, "table": name}, figures={"bytes an agent": size / agents}))
    report("growth", out, given.json)
    return out


def checkpoint(agents: int, done: int, start: int, now: tuple[int, dict[str, int]]) -> Row:
    figures: dict[str, Any] = {
        "ns a command": (perf_counter_ns() - start) / done,
        "resident MB": now[0] / 2**20,
        "tables MB": sum(now[1].values()) / 2**20,
    }
    return Row({"agents": agents, "commands": done}, figures=figures)


if __name__ == "__main__":
    main()
