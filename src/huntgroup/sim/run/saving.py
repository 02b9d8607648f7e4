"""A result as files: tables as CSV and Parquet, plots as SVG, and one HTML page that needs nothing else."""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huntgroup.sim.run.estimates import Estimate
from huntgroup.sim.run.plots import line_plot

if TYPE_CHECKING:
    from huntgroup.sim.run.result import SimulationResult

FIGURE_COLUMNS = ("table", "name", "figure", "mean", "low", "high", "n")
PLOTS = (
    ("offered", "callers offered"),
    ("service_level", "service level"),
    ("mean_wait", "mean wait (s)"),
)
_SHOWN = (
    *("offered", "answered", "abandoned", "blocked", "service_level", "mean_wait", "speed_of_answer"),
    *("wait_p90", "abandoned_share", "waited_share"),
)


def rows_of(result: SimulationResult) -> Iterator[tuple[str, str, str, Estimate]]:
    """(table, name, figure, estimate) of everything in a result."""
    for figure, estimate in result.total.figures():
        yield "total", "", figure, estimate
    for table in ("queues", "sources", "agents", "groups"):
        for name, one in getattr(result, table).items():
            for figure, estimate in one.figures():
                yield table, name, figure, estimate


def save(result: SimulationResult, folder: Path, minutes: int) -> list[Path]:
    """See `SimulationResult.save`."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [_figures(result, folder), _intervals(result, folder, minutes)]
    if importlib.util.find_spec("pyarrow") is not None:
        written += _parquet(result, folder, minutes)
    pictures = []
    rows = result.intervals(minutes)
    for figure, title in PLOTS:
        series = {
            name: [float(value) for value in rows[figure][rows["queue"] == name]] for name in result.queues
        }
        picture = line_plot(title, series, minutes)
        pictures.append(picture)
        path = folder / f"{figure}.svg"
        path.write_text(picture, encoding="utf-8")
        written.append(path)
    page = folder / "report.html"
    page.write_text(_page(result, pictures), encoding="utf-8")
    return [*written, page]


def _figures(result: SimulationResult, folder: Path) -> Path:
    path = folder / "figures.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(FIGURE_COLUMNS)
        for table, name, figure, estimate in rows_of(result):
            writer.writerow((table, name, figure, *map(_number, estimate[:3]), estimate.n))
    return path


def _intervals(result: SimulationResult, folder: Path, minutes: int) -> Path:
    path = folder / "intervals.csv"
    rows = result.intervals(minutes)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(rows.dtype.names or ())
        for row in rows.tolist():
            writer.writerow([_number(value) if isinstance(value, float) else value for value in row])
    return path


def _parquet(result: SimulationResult, folder: Path, minutes: int) -> list[Path]:
    import pyarrow as pa
    from pyarrow import parquet

    flat = [(table, name, figure, *estimate) for table, name, figure, estimate in rows_of(result)]
    columns = dict(zip(FIGURE_COLUMNS, map(list, zip(*flat, strict=True)), strict=True))
    paths = [folder / "figures.parquet", folder / "intervals.parquet"]
    for path, table in zip(paths, (pa.table(columns), result.to_arrow(minutes)), strict=True):
        parquet.write_table(table, path)
    return paths


def _number(value: float) -> Any:
    return "" if value != value else value


# --- the page ---------------------------------------------------------------------------------------------

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1a1a1a;"
    "background:#fff}table{border-collapse:collapse;margin:1rem 0}th,td{padding:.3rem .8rem;text-align:right;"
    "border-bottom:1px solid #ddd;font-variant-numeric:tabular-nums}th:first-child,td:first-child{text-align:"
    "left}small{color:#555;display:block}svg{max-width:100%;height:auto}@media(prefers-color-scheme:dark){"
    "body{background:#161616;color:#eee}th,td{border-color:#444}small{color:#aaa}svg{background:#fff}}"
)


def _page(result: SimulationResult, pictures: list[str]) -> str:
    """The report as HTML with everything inside: no script, no address of another host."""
    title = escape(result.scenario.title)
    queues = [("all", result.total), *result.queues.items()]
    agents = [*result.groups.items(), *result.agents.items()]
    told = (
        f"{result.replications} replications, seed {result.seed}. Means with 95 % intervals by Student's t; "
        "ratios by the delta method. Times in seconds."
    )
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width,initial-scale=1'>",
        f"<title>{title}</title><style>{_STYLE}</style><h1>{title}</h1><p>{told}</p>",
        "<h2>Queues</h2>",
        _table(queues, _SHOWN),
        "<h2>Agents</h2>",
        _table(agents[:500], ("occupancy",)),
        "<h2>Over the run</h2>",
        *pictures,
        "</html>",
    ]
    return "\n".join(parts)


def _table(rows: list[Any], figures: tuple[str, ...]) -> str:
    head = "".join(f"<th>{figure.replace('_', ' ')}</th>" for figure in figures)
    lines = [f"<table><tr><th></th>{head}</tr>"]
    for name, one in rows:
        found = dict(one.figures())
        cells = "".join(_cell(found[figure]) for figure in figures)
        lines.append(f"<tr><td>{escape(name)}</td>{cells}</tr>")
    return "\n".join([*lines, "</table>"])


def _cell(estimate: Estimate) -> str:
    if estimate.mean != estimate.mean:
        return "<td>–</td>"
    interval = (
        f"<small>{estimate.low:.4g} … {estimate.high:.4g}</small>" if estimate.low == estimate.low else ""
    )
    return f"<td>{estimate.mean:.4g}{interval}</td>"
