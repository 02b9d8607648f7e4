"""Draws what was measured: how each operation grows with the number of agents, a lifecycle beside the
floor, `decide` beside its peers, what one more rule costs, how long a command takes in a storm, and what
the service adds.

Reads docs/figures/scale.json, decide.json, features.json and storm.json, which `make figures` measures, and
lifecycle.json and service.json, which `make performance` does, and writes an SVG beside each. The same
figures give the same bytes. Needs matplotlib (`pip install huntgroup[report]`).
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.common import span

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "figures"
INK, FAINT, OURS, THEIRS = "#333333", "#bbbbbb", "#0b6e4f", "#8a93a6"
LINES = ("#0b6e4f", "#c8553d", "#28536b", "#c2948a", "#7a5195", "#bc8a00", "#5b8c5a", "#444444", "#d1495b")

# Which operations share a panel; an operation named in none goes to the last one.
PANELS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "commands",
        (
            *("apply: a row", "enqueue, accept, end", "enqueue, abandon: nobody qualifies", "set_status"),
            *("set_skill", "set_queue_logins", "join, leave", "set_status_many: an agent", "advance"),
        ),
    ),
    ("questions", ("agent view", "queue view", "count", "why_not")),
    (
        "whole tables",
        ("presence: every queue", "presence: the centre", "explain", "fork", "digest", "verify"),
    ),
)


def series(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[int, float]]]:
    """For each operation (agents, ns), by agents."""
    out: dict[str, list[tuple[int, float]]] = {}
    for row in rows:
        out.setdefault(row["operation"], []).append((row["agents"], row["median_ns"]))
    return {name: sorted(points) for name, points in out.items()}


def panels(names: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The names by panel, in the order of PANELS."""
    placed = {name for _, own in PANELS for name in own}
    out = [(title, [name for name in own if name in names]) for title, own in PANELS]
    out[-1][1].extend(name for name in names if name not in placed)
    return [(title, own) for title, own in out if own]


def slope(points: Sequence[tuple[int, float]]) -> float:
    """The exponent of growth between the first point and the last; nan with one size only."""
    (first, least), (last, most) = points[0], points[-1]
    if first == last:
        return math.nan
    return math.log(most / least) / math.log(last / first)


def bars(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, float, bool]]:
    """(structure, ns of the slowest of the typical, rare and none medians, whether it is a server), the
    fastest first; of the largest and, if measured, aged centre."""
    agents = max(row["agents"] for row in rows)
    centre = "aged" if any(row["centre"] == "aged" for row in rows) else "fresh"
    worst: dict[str, float] = {}
    servers = set()
    for row in rows:
        if row["agents"] == agents and row["centre"] == centre:
            worst[row["structure"]] = max(worst.get(row["structure"], 0.0), row["median_ns"])
            if row.get("server"):
                servers.add(row["structure"])
    ordered = sorted(worst.items(), key=lambda item: item[1])
    return [(name, ns, name in servers) for name, ns in ordered]


# --- drawing ----------------------------------------------------------------------------------------------


def pyplot() -> Any:
    """matplotlib, set so that its output does not change from run to run."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({
        "svg.hashsalt": "huntgroup", "svg.fonttype": "none", "font.size": 9, "axes.edgecolor": FAINT,
        "axes.labelcolor": INK, "text.color": INK, "xtick.color": INK, "ytick.color": INK,
    })  # fmt: skip
    from matplotlib import pyplot

    return pyplot


def save(figure: Any, path: Path) -> None:
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight")
    # matplotlib ends some lines with blanks, which no file of the project has.
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")


def draw_scale(result: Mapping[str, Any], path: Path) -> None:
    """Time an operation over the number of agents, both logarithmic, with lines of slope 0 and 1."""
    plots = pyplot()
    found = series(result["rows"])
    shown = panels(list(found))
    figure, axes = plots.subplots(1, len(shown), figsize=(5.2 * len(shown), 5.4), squeeze=False)
    for (title, names), axis in zip(shown, axes[0], strict=True):
        axis.set(xscale="log", yscale="log", title=title, xlabel="agents")
        sizes = sorted({agents for name in names for agents, _ in found[name]})
        lowest = min(ns for name in names for _, ns in found[name])
        for exponent in (0, 1):
            guide = [lowest / 2 * (agents / sizes[0]) ** exponent for agents in sizes]
            axis.plot(sizes, guide, color=FAINT, linestyle=":", linewidth=1.2)
            axis.annotate(f"slope {exponent}", (sizes[-1], guide[-1]), color=THEIRS, ha="right", va="bottom")
        for name, colour in zip(names, itertools.cycle(LINES), strict=False):
            points = found[name]
            label = f"{name} ({slope(points):+.2f})" if len(points) > 1 else name
            axis.plot(*zip(*points, strict=True), color=colour, marker="o", markersize=3, label=label)
        for side in (axis.xaxis, axis.yaxis):
            side.set_minor_formatter("")
        axis.yaxis.set_major_formatter(lambda value, _place: span(value))
        axis.xaxis.set_major_formatter(lambda value, _place: f"{value:,.0f}")
        axis.grid(True, color=FAINT, linewidth=0.3)
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), frameon=False, fontsize=8)
    axes[0][0].set_ylabel("median time of one")
    save(figure, path)
    plots.close(figure)


def draw_lifecycle(result: Mapping[str, Any], path: Path) -> None:
    """Time of a lifecycle over the number of agents, a line for each structure, with its ratio to the
    floor."""
    plots = pyplot()
    figure, axis = plots.subplots(figsize=(5.6, 3.6))
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(result["rows"], key=lambda row: row["agents"]):
        found.setdefault(row["structure"], []).append(row)
    for (name, rows), colour in zip(found.items(), (OURS, LINES[1], THEIRS), strict=False):
        sizes, times = [row["agents"] for row in rows], [row["median_ns"] for row in rows]
        axis.plot(sizes, times, color=colour, marker="o", markersize=3, label=name)
        for row in rows if name == "engine" else []:
            told = f"{row['ratio']:.1f} x" if "ratio" in row else ""
            place = (row["agents"], row["median_ns"])
            axis.annotate(told, place, xytext=(0, 5), textcoords="offset points", ha="center")
    axis.set(xscale="log", yscale="log", xlabel="agents", title="one call's lifecycle")
    for side in (axis.xaxis, axis.yaxis):
        side.set_minor_formatter("")
    axis.yaxis.set_major_formatter(lambda value, _place: span(value))
    axis.xaxis.set_major_formatter(lambda value, _place: f"{value:,.0f}")
    axis.grid(True, color=FAINT, linewidth=0.3)
    axis.legend(frameon=False, fontsize=8)
    save(figure, path)
    plots.close(figure)


def draw_decide(result: Mapping[str, Any], path: Path) -> None:
    """One bar for each structure, logarithmic: its slowest kind of request in the largest centre."""
    plots = pyplot()
    shown = bars(result["rows"])[::-1]
    agents = max(row["agents"] for row in result["rows"])
    figure, axis = plots.subplots(figsize=(7.2, 0.34 * len(shown) + 0.9))
    colours = [OURS if name == "huntgroup" else THEIRS for name, _, _ in shown]
    axis.barh(range(len(shown)), [ns for _, ns, _ in shown], color=colours)
    axis.set_yticks(range(len(shown)), [f"{name} (server)" if server else name for name, _, server in shown])
    for place, (_, ns, _) in enumerate(shown):
        axis.annotate(span(ns), (ns, place), xytext=(4, 0), textcoords="offset points", va="center")
    axis.set(
        xscale="log",
        title=f"the right agent of {agents:,}, found, claimed and released; slowest kind of request",
    )
    # Logarithmic bars have no natural start: they begin at half of the fastest, so that its bar can be seen.
    axis.set_xlim(min(ns for _, ns, _ in shown) / 2, max(ns for _, ns, _ in shown) * 12)
    axis.xaxis.set_major_formatter(lambda value, _place: span(value))
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
    save(figure, path)
    plots.close(figure)


def draw_features(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """One bar for each feature: the instructions of a call that uses it, with those of a plain call
    marked."""
    plots = pyplot()
    plain = rows[0]["instructions"]
    shown = rows[::-1]
    figure, axis = plots.subplots(figsize=(7.2, 0.27 * len(shown) + 0.9))
    axis.barh(range(len(shown)), [row["instructions"] for row in shown], color=OURS)
    axis.axvline(plain, color=INK, linewidth=0.8, linestyle=":")
    axis.set_yticks(range(len(shown)), [row["feature"] for row in shown])
    for place, row in enumerate(shown):
        more = row["instructions"] - plain
        told = f"{row['instructions']:,}" if row is rows[0] else f"{more:+,}"
        place_of = (row["instructions"], place)
        axis.annotate(told, place_of, xytext=(4, 0), textcoords="offset points", va="center")
    axis.set(title="instructions of one call, from its arrival to the end of its wrap-up")
    axis.set_xlim(0, max(row["instructions"] for row in rows) * 1.15)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
    save(figure, path)
    plots.close(figure)


def draw_storm(result: Mapping[str, Any], path: Path) -> None:
    """The time of a command by its arrival, before, in and after a storm of calls."""
    plots = pyplot()
    figure, axis = plots.subplots(figsize=(7.2, 3.2))
    curves = result["curves_ms"]
    axis.axvspan(1, 2, color=FAINT, alpha=0.4, linewidth=0)
    for name, colour in zip(("p50", "p99", "p99.9"), (OURS, LINES[1], LINES[2]), strict=True):
        points = [
            (at, value)
            for at, value in zip(curves["seconds"], curves[name], strict=True)
            if value is not None
        ]
        axis.plot(*zip(*points, strict=True), color=colour, linewidth=1.4, label=name)
    axis.set_yscale("log")
    axis.set(xlabel="second of its arrival", ylabel="ms until it is on the disk")
    axis.set_title(f"{result['calls']:,} calls arrive in the grey second, durably")
    axis.legend(frameon=False, loc="upper right")
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
    save(figure, path)
    plots.close(figure)


def draw_service(result: Mapping[str, Any], path: Path) -> None:
    """Commands a second of one processor by way, the service beside an empty server; and the time of a
    command under a steady load, beside its bound."""
    from matplotlib.ticker import EngFormatter

    plots = pyplot()
    shared = [row for row in result["rows"] if "share" in row]
    (steady,) = (row for row in result["rows"] if "target_ns" in row)
    # Of two empty servers the second counts, which encodes equal answers.
    empty = {row["way"]: row for row in result["rows"] if row["server"].startswith("empty")}
    figure, (left, right) = plots.subplots(1, 2, figsize=(9.6, 2.9), width_ratios=(3, 2))
    figure.subplots_adjust(wspace=0.3)
    for place, row in enumerate(shared[::-1]):
        for side, one, colour in ((0.2, empty[row["way"]], THEIRS), (-0.2, row, OURS)):
            rate = 1e9 / one["median_ns"]
            left.barh(place + side, rate, height=0.36, color=colour)
            told = f"{rate:,.0f}" + (f" ({row['share']:.0%})" if one is row else "")
            left.annotate(told, (rate, place + side), xytext=(4, 0), textcoords="offset points", va="center")
    left.set_yticks(range(len(shared)), [row["way"] for row in shared[::-1]])
    left.set(
        xscale="log",
        title="commands per second of one processor\n(grey: equal answers, nothing behind)",
    )
    left.set_xlim(
        1e9 / max(row["median_ns"] for row in result["rows"] if "server" in row) / 4,
        40e9 / min(row["median_ns"] for row in result["rows"] if "server" in row),
    )
    bars = (("median", steady["median_ns"]), ("p99", steady["p99_ns"]), ("may be", steady["target_ns"]))
    right.barh(range(len(bars)), [ns for _, ns in bars[::-1]], color=[FAINT, OURS, OURS])
    right.set_yticks(range(len(bars)), [name for name, _ in bars[::-1]])
    for place, (_, ns) in enumerate(bars[::-1]):
        right.annotate(span(ns), (ns, place), xytext=(4, 0), textcoords="offset points", va="center")
    right.set(xscale="log", title=f"time of a command\n({steady['way']})")
    right.set_xlim(steady["median_ns"] / 3, steady["target_ns"] * 6)
    right.xaxis.set_major_formatter(lambda value, _place: span(value))
    left.xaxis.set_major_formatter(EngFormatter(sep=""))
    for axis in (left, right):
        axis.xaxis.set_minor_formatter("")
        for side_of in ("top", "right"):
            axis.spines[side_of].set_visible(False)
    save(figure, path)
    plots.close(figure)


DRAWINGS = {
    "service": draw_service,
    "scale": draw_scale,
    "lifecycle": draw_lifecycle,
    "decide": draw_decide,
    "features": draw_features,
    "storm": draw_storm,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """0; 1 if there was nothing to draw."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--folder", type=Path, default=FOLDER, help="where the figures are")
    given = options.parse_args(arguments)
    drawn = 0
    for name, draw in DRAWINGS.items():
        source = given.folder / f"{name}.json"
        if source.exists():
            draw(json.loads(source.read_text(encoding="utf-8")), source.with_suffix(".svg"))
            print(source.with_suffix(".svg"))
            drawn += 1
        else:
            print(f"not drawn: {source} is not there", file=sys.stderr)
    return 0 if drawn else 1


if __name__ == "__main__":
    sys.exit(main())
