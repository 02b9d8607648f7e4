"""The decision of docs/DECIDING.md on real calls: the table of the bank's February, and its pictures.

    python tools/february.py                    write the table and docs/figures/february-*.svg
    python tools/february.py --replications 5   ... of fewer days that are played

The log is no part of the project. Where it does not lie beside it, nothing is written and the exit code is 0.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import page_blocks

from huntgroup.settings.hours import DAYS as ALL_DAYS
from huntgroup.sim import Scenario, SimulationResult, simulate
from huntgroup.sim.fit import DAY_NS, HOUR_NS, typical_day
from huntgroup.sim.log import CallLog, read_log
from huntgroup.sim.mapping_files import load_mapping
from huntgroup.sim.run.plots import line_plot

PAGE = page_blocks.ROOT / "docs" / "DECIDING.md"
FIGURES = page_blocks.ROOT / "docs" / "figures"
LOG = page_blocks.ROOT.parent / "shared" / "data" / "feb1999_pseudonymised.csv"
DAYS = ("sun", "mon", "tue", "wed", "thu")
AS_IT_WAS = "as it was"
CHANGES: dict[str, dict[str, Any]] = {
    AS_IT_WAS: {},
    "cross-trained": {"everyone": True},
    "one fewer": {"fewer": 1},
    "callbacks": {"callbacks": 0.5},
}
OPENS, CLOSES = 7, 24
SEED = 1999


def of_the_log(log: CallLog) -> tuple[dict[str, float], np.ndarray]:
    """The figures of those weekdays in the log, and the mean wait of the answered callers in each hour."""
    days = np.unique(log.arrived_ns // DAY_NS).tolist()
    chosen = [day for day in days if ALL_DAYS[log.wall_time(day * DAY_NS).weekday()] in DAYS]
    mine = np.isin(log.arrived_ns // DAY_NS, chosen)
    wait, answered = log.wait_ns[mine] / 1e9, log.answered[mine]
    hour = log.arrived_ns[mine] // HOUR_NS % 24
    per_hour = np.bincount(hour[answered], wait[answered], 24) / np.maximum(
        1, np.bincount(hour[answered], minlength=24)
    )
    figures = {
        "offered": int(mine.sum()) / len(chosen),
        "abandoned_share": 1 - answered.mean(),
        "speed_of_answer": wait[answered].mean(),
        "in_target": int((answered & (wait <= 20)).sum()) / int(mine.sum()),
    }
    return {name: float(value) for name, value in figures.items()}, per_hour


def by_hour(result: SimulationResult, figure: str) -> list[float]:
    """A figure of all queues in each hour that is open: shares of the offered, waits of the answered."""
    rows = result.intervals(60)
    length = len(result.queues)
    of, by = {"abandoned": ("abandoned", "offered"), "wait": ("speed_of_answer", "answered")}[figure]
    values = rows[of] * rows["answered"] if figure == "wait" else rows[of]
    order = np.argsort(rows["start_ns"], kind="stable")
    sums = np.nan_to_num(values)[order].reshape(-1, length).sum(axis=1)
    whole = rows[by][order].reshape(-1, length).sum(axis=1)
    return [float(one / all_) if all_ else float("nan") for one, all_ in zip(sums, whole, strict=True)][
        OPENS:CLOSES
    ]


def table(log: CallLog, results: dict[str, SimulationResult]) -> str:
    """The lines of the page."""
    first, _ = of_the_log(log)
    told = [f"{first['offered']:.0f}", f"{first['abandoned_share']:.1%}", f"{first['speed_of_answer']:.0f} s"]
    rows: list[list[str]] = [["the log itself", *told, f"{first['in_target']:.1%}"]]
    for name, result in results.items():
        total = result.total
        rows.append(
            [
                name,
                f"{total.offered.mean:.0f}",
                f"{total.abandoned_share.mean:.1%} ±{total.abandoned_share.half_width:.1%}",
                f"{total.speed_of_answer.mean:.0f} ±{total.speed_of_answer.half_width:.0f} s",
                f"{total.in_target.mean / total.offered.mean:.1%}",
            ]
        )
    what = page_blocks.table(
        ["Day", "Calls", "Hang up", "Wait of the answered", "Answered within 20 s, of all"], rows
    )
    before = results[AS_IT_WAS]
    changes = []
    for name, result in results.items():
        if name != AS_IT_WAS:
            found = before.compare(result)
            cells = [found.total, *(found.queues[queue] for queue in ("PS", "NE", "NW", "IN"))]
            changes.append([name, *(_points(one.abandoned_share) for one in cells)])
    more = page_blocks.table(["Hang up, in points", "all", "PS", "NE", "NW", "IN"], changes)
    return f"{what}\n\n{more}"


def _points(estimate: Any) -> str:
    return f"{100 * estimate.mean:+.1f} ±{100 * estimate.half_width:.1f}"


def main() -> int:
    """Measure and write. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--replications", type=int, default=60)
    parser.add_argument("--print", action="store_true", help="print the table, write nothing")
    given = parser.parse_args()
    if not LOG.is_file():
        print("nothing is written: the log is not beside the project, and is no part of it", file=sys.stderr)
        return 0
    log = read_log(LOG, load_mapping("anonymous_bank"), source=LOG.name)
    results = {
        name: simulate(Scenario(**typical_day(log, DAYS, **change)), given.replications, SEED)
        for name, change in CHANGES.items()
    }
    told = table(log, results)
    if given.print:
        print(told)
        return 0
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(page_blocks.replaced(page, "february", told), encoding="utf-8")
    waits = {
        "log": of_the_log(log)[1].tolist()[OPENS:CLOSES],
        "scenario": by_hour(results[AS_IT_WAS], "wait"),
    }
    _draw("february-fit", "wait of the answered (s), by the hour from 7:00 on", waits)
    lost = {name: [100 * share for share in by_hour(result, "abandoned")] for name, result in results.items()}
    _draw("february-decision", "who hang up (%), by the hour from 7:00 on", lost)
    return 0


def _draw(name: str, title: str, series: dict[str, list[float]]) -> Path:
    path = FIGURES / f"{name}.svg"
    path.write_text(line_plot(title, series, 60) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
