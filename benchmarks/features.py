"""What one more rule costs where it is used: instructions of a call's lifecycle with it, by callgrind.

    python -m benchmarks.features                                   the table
    python -m benchmarks.features --out docs/figures/features.json  for the chart too

Every row plays the same calls (benchmarks.lifecycle) through apply; one thing differs from the first row.
The counts do not depend on how busy the machine is. Rules that change who gets a call (a scarcer choice, a
longer wrap-up) change the work with it; that is part of what they cost.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import huntgroup as hg
from benchmarks import instructions, lifecycle
from benchmarks.common import check
from benchmarks.decide_engine import blank_rows

AGENTS, QUEUES, CYCLES, WARM_UP = 500, 25, 400, 200
Rows = NDArray[np.void]
MOMENT_NS = 1_000
"""Nanoseconds between the commands on one call, well below a cycle."""


@dataclass(frozen=True)
class Feature:
    """queues: settings of every queue; prepare: done to the centre before calls come; arrival: fields of each
    arriving call's row; between: rows from accept to end, by name of the command."""

    what: str
    queues: Mapping[str, Any] = field(default_factory=dict)
    prepare: Callable[[hg.Engine], Mapping[str, Any] | None] = lambda engine: None
    between: tuple[tuple[str, Mapping[str, int]], ...] = ()
    events: bool = False


def everybody(engine: hg.Engine) -> range:
    return range(AGENTS)


def joined(**given: Any) -> Callable[[hg.Engine], None]:
    """Gives every membership again, with these settings."""

    def prepare(engine: hg.Engine) -> None:
        for agent in everybody(engine):
            for queue in engine.agent(agent).queues:
                engine.join(agent, queue, **given)

    return prepare


def skilled(engine: hg.Engine) -> None:
    for agent in everybody(engine):
        engine.set_skill(agent, "spanish", 2 + agent % 9)


def asks(engine: hg.Engine) -> Mapping[str, Any]:
    skilled(engine)
    return {"requires": engine.requirement("spanish >= 2")}


def acted(engine: hg.Engine) -> Mapping[str, Any]:
    return {"by": engine.actor(hg.Actor("bob", "supervisor"))}


FEATURES = (
    Feature("nothing: queue, offer, accept, end, wrap-up"),
    Feature("events are kept", events=True),
    Feature("max_wait", {"max_wait": 600}),
    Feature("overflow", {"overflow": (600, "queue0")}),
    Feature(
        "relax, two steps", {"requires": "spanish >= 2", "relax": [(60, "spanish"), (90, None)]}, skilled
    ),
    Feature("requires of the queue", {"requires": "spanish >= 2"}, skilled),
    Feature("requires of the call", {}, asks),
    Feature("max_misses and max_rejects", {"max_misses": 3, "max_rejects": 3}),
    Feature("max_handled", {"max_handled": 400}),
    Feature("accept_unstaffed=False", {"accept_unstaffed": False}),
    Feature('delays="while_staffed", a delay of 0', {"delays": "while_staffed"}),
    Feature("group, all queues in one", {"group": "all"}),
    Feature("short_abandon", {"short_abandon": 5}),
    Feature("join(limit=2)", {}, joined(limit=2)),
    Feature('wrap_up_holds="nothing"', {"wrap_up_holds": "nothing"}),
    *(
        Feature(f'strategy="{name}"', {"strategy": name})
        for name in ("least_occupied", "fewest_interactions", "round_robin", "linear", "random")
    ),
    Feature(
        'strategy="highest_proficiency"', {"strategy": "highest_proficiency", "requires": "spanish"}, skilled
    ),
    Feature("hold, retrieve", between=(("HOLD", {}), ("RETRIEVE", {}))),
    Feature("park, resume", between=(("PARK", {}), ("RESUME", {}))),
    Feature("by= on each end", {}, acted),
)


def rows(made: lifecycle.Plan, start: int, stop: int, feature: Feature, extra: Mapping[str, Any]) -> Rows:
    """The cycles as rows of COMMAND_DTYPE, those of the feature behind each accept."""
    plain = lifecycle.rows(made, start, stop)
    width = len(plain) // (stop - start)
    more = len(feature.between)
    out = blank_rows((stop - start) * (width + more))
    for column in range(width):
        place = column if column < 2 else column + more
        out[place :: width + more] = plain[column::width]
    for place, (command, fields) in enumerate(feature.between, 2):
        out[place :: width + more] = plain[1::width]
        out["command"][place :: width + more] = hg.Command[command]
        for name, value in fields.items():
            out[name][place :: width + more] = value
    arriving = out["command"] == hg.Command.ENQUEUE
    for name, value in extra.items():
        out[name][out["command"] == hg.Command.END if name == "by" else arriving] = value
    return out


def counted(feature: Feature, name: str, counting: instructions.Counting) -> None:
    """Plays the calls with the feature, the last CYCLES of them counted."""
    made = lifecycle.plan(AGENTS, QUEUES, 10, 0.6, WARM_UP + CYCLES, 1)
    engine = lifecycle.centre(made, events=feature.events)
    extra = feature.prepare(engine) or {}
    for queue in range(QUEUES):
        if feature.queues:
            engine.update_queue(queue, **feature.queues)
    lifecycle.fill(engine, made)
    middle = made.filling + WARM_UP
    engine.apply(rows(made, made.filling, middle, feature, extra))
    batch = rows(made, middle, made.cycles, feature, extra)
    answers: list[Any] = []
    counting(name, lambda: answers.extend(engine.apply(batch)))
    refused = hg.Result(int(answers[1].max())).name
    check(not answers[1].any(), f"{feature.what}: a command was refused: {refused}")


def workloads() -> list[instructions.Workload]:
    """One for each feature, named by its place."""
    return [partial(counted, feature, f"f{place}") for place, feature in enumerate(FEATURES)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table; 0, even if nothing can be counted."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--inside", metavar="LIBRARY", help=argparse.SUPPRESS)
    options.add_argument("--out", type=Path, metavar="FILE", help="the rows as JSON too")
    options.add_argument("--json", action="store_true", help="the rows as JSON instead of a table")
    given = options.parse_args(arguments)
    if given.inside:
        instructions.watched(given.inside, workloads())
        return 0
    try:
        found = instructions.totals("benchmarks.features")
    except instructions.CannotCount as missing:
        print(f"features: skipped, {missing}")
        return 0
    rows = [
        {"feature": feature.what, "instructions": round(found[f"f{place}"] / CYCLES)}
        for place, feature in enumerate(FEATURES)
    ]
    if given.json:
        print(json.dumps({"rows": rows}))
    for row in [] if given.json else rows:
        more = row["instructions"] - rows[0]["instructions"]
        print(f"{row['instructions']:>9,}  {more:>+8,}  {row['feature']}")
    if given.out:
        given.out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
