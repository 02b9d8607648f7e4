"""The cost of durability, on the disk of `--folder`: groups of commands beside bare writes of the same bytes,
opening again, a snapshot while commands go on, and a storm of arrivals.

Groups: `apply` of N commands of the lifecycle, committed each time; beside it, in turns, the same bytes
written to a file and synced, and the same commands in memory.

Storm: 2,000 commands a second go on throughout, and within one second 100,000 calls arrive beside them.
Waiting commands are committed in groups of at most 1,000, as the router does. The time of a command is from
its arrival, not from its turn, to the end of its commit.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter, perf_counter_ns, process_time_ns, sleep
from typing import Any

import numpy as np
from numpy.typing import NDArray

import huntgroup as hg
from benchmarks.common import Row, check, measure_side_by_side, parser, report, span, summary
from benchmarks.decide_engine import blank_rows
from benchmarks.lifecycle import CYCLE_NS, Plan, plan, rows

GROUPS = (1, 10, 100, 1_000, 10_000)
STEADY, STORM_SECONDS = 2_000, 1.0
MOST = 1_000
"""Commands of one turn, as in huntgroup.live.owner."""
RECOVERY_NS, PARTS = 5e9, ("groups", "recovery", "snapshot", "storm")


@contextmanager
def folder(base: str | None) -> Iterator[Path]:
    """A folder on the measured disk, removed at the end."""
    made = Path(tempfile.mkdtemp(dir=base, prefix="bench-durable-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def filled(engine: hg.Engine, made: Plan) -> hg.Engine:
    """The centre of a plan with every agent ready, and the plan's share of calls in progress."""
    with engine.group():
        for k in range(made.queues):
            engine.add_queue(f"queue{k}", wrap_up=made.wrap_up * CYCLE_NS / 1e9)
        engine.add_agents(
            [f"agent{k}" for k in range(len(made.members))],
            queues=made.members.astype(np.int32),
            devices=["voice"],
            signed_in=True,
            status="Ready",
        )
    for start in range(0, made.filling, 30_000):
        engine.apply(rows(made, start, min(start + 30_000, made.filling)))
    return engine


def asked(folder: Path, question: str) -> int:
    """One figure of the journal in a folder, which nobody has open."""
    with closing(sqlite3.connect(folder / "journal.db")) as database:
        return int(database.execute(question).fetchone()[0])


def groups(given: Any, agents: int, size: int) -> list[Row]:
    """Durable commands in groups, beside the bare disk and the same commands in memory."""
    cycles = -(-size // 3)
    batches = max(3, min(20, 60_000 // size))
    made = plan(agents, max(1, agents // 100), 10, 0.8, cycles * (batches * given.repeats + 2), given.seed)
    prepared = [
        rows(made, start, start + cycles)[:size]
        for start in range(made.filling, made.filling + cycles * (batches * given.repeats + 2), cycles)
    ]
    with folder(given.folder) as base:
        durable = filled(hg.Engine.open(base, keep_finished=1_000), made)
        memory = filled(hg.Engine("agent_modes", keep_finished=1_000), made)
        durable.apply(prepared[0])
        memory.apply(prepared[0])
        durable.close()
        written = bytes(asked(base, "SELECT length(data) FROM log ORDER BY seq DESC"))
        durable = hg.Engine.open(base)
        bare = os.open(base / "bare", os.O_WRONLY | os.O_CREAT)

        def bare_writes(_: int) -> None:
            os.write(bare, written)
            os.fsync(bare)

        spent: dict[str, list[int]] = {}

        def run(name: str, work: Callable[[int], object]) -> Callable[[int], None]:
            def timed(k: int) -> None:
                begun = process_time_ns()
                work(k)
                spent.setdefault(name, []).append(process_time_ns() - begun)

            return timed

        works: dict[str, Callable[[int], object]] = {
            "durable": lambda k: durable.apply(prepared[k + 1]),
            "bare write and fsync": bare_writes,
            "in memory": lambda k: memory.apply(prepared[k + 1]),
        }
        samples = measure_side_by_side(
            {name: run(name, work) for name, work in works.items()},
            size,
            batches=batches,
            repeats=given.repeats,
        )
        os.close(bare)
        check(durable.digest() == memory.digest(), "the durable engine is another than the one in memory")
        durable.close()
    out = []
    for name, taken in samples.items():
        timing = summary(taken)
        figures = {
            "a second": round(1e9 / timing.median_ns),
            "processor": span(float(np.median(spent[name])) / size),
            "bytes a group": len(written),
        }
        out.append(Row({"group": size, "what": name}, timing, None, figures))
    return out


def recovery(given: Any, agents: int, commands: int) -> list[Row]:
    """Opens a journal with a snapshot of so many agents and so many commands after it, in groups of 1,000;
    and one whose snapshot has all the commands."""
    cycles = commands // 3
    made = plan(agents, max(1, agents // 100), 10, 0.1, cycles, given.seed)
    out = []
    with folder(given.folder) as base:
        engine = filled(hg.Engine.open(base, keep_finished=1_000), made)
        engine.snapshot()
        for start in range(made.filling, made.cycles, 333):
            engine.apply(rows(made, start, min(start + 333, made.cycles)))
        digest = engine.digest()
        engine.close()
        for what in ("a snapshot and the log", "a snapshot"):
            size = sum(file.stat().st_size for file in base.iterdir())
            begun, processor = perf_counter_ns(), process_time_ns()
            engine = hg.Engine.open(base)
            spent, processor = perf_counter_ns() - begun, process_time_ns() - processor
            check(engine.digest() == digest, "another state after opening")
            found = engine.recovery
            assert found is not None
            check(found.snapshot is not None, "the snapshot was not used")
            figures = {
                "the snapshot": f"{spent / 1e9 - found.seconds:.2f} s",
                "the log": f"{found.seconds:.2f} s",
                "processor": f"{processor / 1e9:.2f} s",
                "commands": found.commands,
                "groups": found.groups,
                "megabytes": round(size / 1e6),
            }
            target = RECOVERY_NS if found.commands and not given.small else None
            out.append(Row({"open": what, "agents": agents}, summary([[spent]]), target, figures))
            if found.commands:
                engine.snapshot()
            engine.close()
    return out


def is_written() -> bool:
    """Whether a snapshot is being written: a thread of that name exists."""
    return any(thread.name == "huntgroup-snapshot" for thread in threading.enumerate())


def snapshot(given: Any, agents: int) -> list[Row]:
    """Groups of 100 commands before a snapshot, while one is taken, and after."""
    each, cycles = 100, 34
    made = plan(agents, max(1, agents // 100), 10, 0.2, 400_000, given.seed)
    taken: dict[str, list[float]] = {"before": [], "meanwhile": [], "after": []}
    with folder(given.folder) as base:
        engine = filled(hg.Engine.open(base, keep_finished=1_000), made)
        at, copied, lasted, begun = made.filling, 0.0, 0.0, 0.0
        around = 100 if given.small else 1_000
        for phase, most in (("before", around), ("meanwhile", 8_000), ("after", around)):
            if phase == "meanwhile":
                begun = perf_counter()
                engine.snapshot(wait=False)
                copied = perf_counter() - begun
            for _ in range(min(most, (made.cycles - at) // cycles)):
                batch = rows(made, at, at + cycles)[:each]
                at += cycles
                start = perf_counter_ns()
                engine.apply(batch)
                taken[phase].append(perf_counter_ns() - start)
                if phase == "meanwhile" and not is_written():
                    break
            if phase == "meanwhile":
                while is_written():
                    sleep(0.01)
                lasted = perf_counter() - begun
        engine.close()
        check(asked(base, "SELECT count(*) FROM snapshots") == 1, "there is no snapshot")
    figures = {"copied in s": round(copied, 3), "done in s": round(lasted, 2)}
    out = []
    for phase, spent in taken.items():
        worst = {
            "p99.9": f"{np.percentile(spent, 99.9) / 1e6:.2f} ms",
            "longest": f"{max(spent) / 1e6:.2f} ms",
        }
        what = {"snapshot": phase, "agents": agents, "group": each}
        out.append(Row(what, summary([spent]), None, worst | (figures if phase == "meanwhile" else {})))
    return out


def arrivals(calls: int, agents: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.void]]:
    """(when each command arrives, in seconds; the commands): a second of the steady ones, one with the storm
    beside them, and three more."""
    draw = np.random.default_rng(seed)
    steady = np.sort(draw.uniform(0, 5, 5 * STEADY))
    storm = np.sort(draw.uniform(1, 1 + STORM_SECONDS, calls))
    due = np.concatenate([steady, storm])
    made = blank_rows(len(due))
    made["command"][: len(steady)] = hg.Command.SET_STATUS
    made["agent"][: len(steady)] = draw.integers(0, agents, len(steady))
    made["status"][: len(steady)] = draw.integers(0, 2, len(steady))
    made["command"][len(steady) :] = hg.Command.ENQUEUE
    made["queue"][len(steady) :] = draw.integers(0, 10, calls)
    order = np.argsort(due, kind="stable")
    return due[order], made[order]


def storm(given: Any, agents: int, calls: int) -> tuple[list[Row], dict[str, Any]]:
    """The time of each command, from its arrival to its commit, before, in and after the storm."""
    due, commands = arrivals(calls, agents, given.seed)
    done = np.zeros(len(due))
    with folder(given.folder) as base:
        engine: Any = hg.Engine.open(base)
        with engine.group():
            for k in range(10):
                engine.add_queue(f"queue{k}")
            members = (np.arange(agents)[:, None] % 10).astype(np.int32)
            engine.add_agents(
                [f"agent{k}" for k in range(agents)],
                queues=members,
                devices=["voice"],
                signed_in=True,
                status="Ready",
            )
        statuses = [engine.status_index(name) for name in ("Ready", "Break")]
        steady = commands["command"] == hg.Command.SET_STATUS
        commands["status"][steady] = np.asarray(statuses)[commands["status"][steady]]
        begun, place = perf_counter(), 0
        while place < len(due):
            now = perf_counter() - begun
            end = min(int(np.searchsorted(due, now, side="right")), place + MOST)
            if end == place:
                sleep(min(due[place] - now, 0.001))
                continue
            engine.apply(commands[place:end])
            engine.poll_array()
            done[place:end] = perf_counter() - begun
            place = end
        check(engine.interaction(calls).id == calls, "a call is missing")
        engine.close()
    spent = (done - due) * 1e9
    caught_up = float(done[due <= 1 + STORM_SECONDS][-1])
    phases = {
        "before": due < 1,
        "storm": (due >= 1) & (due < 1 + STORM_SECONDS),
        "after": due >= max(1 + STORM_SECONDS, caught_up),
    }
    out = []
    for name, which in phases.items():
        if not which.any():
            continue
        figures = {
            "p99.9": f"{np.percentile(spent[which], 99.9) / 1e6:.2f} ms",
            "caught up": f"{max(0.0, caught_up - 1 - STORM_SECONDS):.2f} s after" if name == "storm" else "",
        }
        what = {"storm": name, "agents": agents, "commands": int(which.sum())}
        out.append(Row(what, summary([spent[which]]), None, figures))
    bins = np.arange(0, 5, 0.1)
    curves: dict[str, Any] = {"seconds": bins.round(2).tolist(), "p50": [], "p99": [], "p99.9": []}
    for start in bins:
        inside = spent[(due >= start) & (due < start + 0.1)]
        for name, share in (("p50", 50), ("p99", 99), ("p99.9", 99.9)):
            curves[name].append(round(float(np.percentile(inside, share)) / 1e6, 3) if len(inside) else None)
    return out, {"calls": calls, "agents": agents, "curves_ms": curves}


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--folder", help="on the disk that is measured; default: where temporary files are")
    options.add_argument("--agents", type=int, default=1_000_000)
    options.add_argument("--commands", type=int, default=5_000_000, help="of the journal that is opened")
    options.add_argument("--calls", type=int, default=100_000, help="of the storm")
    options.add_argument("--part", choices=PARTS, action="append", help="default: all of them")
    options.add_argument("--storm-out", type=Path, help="a file for the curves of the storm")
    given = options.parse_args(arguments)
    agents, commands, calls = given.agents, given.commands, given.calls
    if given.small:
        agents, commands, calls = min(agents, 5_000), min(commands, 30_000), min(calls, 5_000)
    parts = given.part or PARTS
    out: list[Row] = []
    if "groups" in parts:
        for size in GROUPS:
            out += groups(given, min(agents, 10_000), size)
    if "recovery" in parts:
        out += recovery(given, agents, commands)
    if "snapshot" in parts:
        out += snapshot(given, agents)
    if "storm" in parts:
        found, curves = storm(given, min(agents, 10_000), calls)
        out += found
        if given.storm_out is not None:
            given.storm_out.write_text(json.dumps(curves, indent=1) + "\n", encoding="utf-8")
    report("durable", out, given.json)
    return out


if __name__ == "__main__":
    main()
