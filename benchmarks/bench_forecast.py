"""How far estimated waits are from real waits, on a month of a bank's real calls.

The month is replayed through the engine (docs/REPLAY.md) with the agents' real skills. For a sample of the
callers who have to wait, two estimates are made at the moment of arrival: the one that callers hear (position
x mean handling / serving agents), and that of `huntgroup.sim.forecast_wait`, which forks the live engine and
simulates it forward. These callers do not hang up, so the real wait of each is known. The forecast uses only
the past: the latest interactions, with what was known of them then.

The log is no part of the project: without it, or without `--log`, the month is one that the project
generates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from benchmarks.common import Row, Timing, parser, report
from huntgroup.sim import Errors, estimate_errors

LOG = Path(__file__).resolve().parents[2] / "shared" / "data" / "feb1999_pseudonymised.csv"


def table(found: list[Errors]) -> list[str]:
    """The lines of the table in docs/SIMULATION.md."""
    lines = [
        "| Callers | Asked | Waited, mean (s) | Formula: error (s) | Forecast: error (s) | Formula: bias (s) "
        "| Forecast: bias (s) |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.who} | {one.callers} | {one.waited:.1f} | {one.simple:.1f} | {one.forecast:.1f} "
        f"| {one.simple_bias:+.1f} | {one.forecast_bias:+.1f} |"
        for one in found
    ]
    return lines


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    made = parser(__doc__)
    made.add_argument("--log", type=Path, help="a log that a built-in mapping fits")
    made.add_argument("--every", type=int, default=60, help="every so many callers are told")
    made.add_argument("--replications", type=int, default=20)
    made.add_argument("--table", action="store_true", help="also the table of docs/SIMULATION.md")
    given = made.parse_args(arguments)
    path = given.log or (LOG if LOG.is_file() and not given.small else None)
    found, spent = estimate_errors(
        path,
        every=given.every,
        replications=3 if given.small else given.replications,
        seed=given.seed,
        interactions=2_000 if given.small else 20_000,
    )
    if given.table:
        print("\n".join(table(found)))
    timing = Timing(float(np.median(spent)), float(np.percentile(spent, 99)), 0.0, len(spent))
    rows = [Row({"callers": "a forecast"}, timing)]
    for one in found:
        figures = {name: round(value, 1) for name, value in asdict(one).items() if name != "who"}
        rows.append(Row({"callers": one.who}, figures=figures))
    report("forecast", rows, given.json)
    return rows


if __name__ == "__main__":
    main()
