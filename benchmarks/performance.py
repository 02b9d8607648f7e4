"""Every table of docs/PERFORMANCE.md, measured in one go, in some ten minutes, on an idle machine; and by
`--only hostile`, in a quarter of an hour more, that of docs/SERVICE.md.

    make performance                         everything, into the build folder
    python -m benchmarks.performance --write             and into the page, between its marks, with the charts
    python -m benchmarks.performance --small             as quickly as it can, to see that it works
    python -m benchmarks.performance --only lifecycle    one part, or several

Each part is a program of its own, so none measures in the memory that another has left. A part that fails is
told and the others go on; then the exit code is 1. The marks in a page are `<!-- measured: NAME -->` and
`<!-- end -->`: what stands between them is replaced.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import plot
from benchmarks.common import shown, span
from benchmarks.plot import FOLDER

DOCS = Path(__file__).resolve().parent.parent / "docs"
PATIENCE_S = 900
"""The time limit of a part that sets none of its own."""
Line = Mapping[str, Any]
Table = tuple[Sequence[str], list[list[str]]]


def took(line: Line) -> str:
    return span(line["median_ns"])


def flat(*keys: str, hidden: Sequence[str] = ()) -> Callable[[Sequence[Line]], Table]:
    """A line of the table for each row: these keys, then the times, then its other figures."""

    def table(rows: Sequence[Line]) -> Table:
        times = [key for key in ("median_ns", "p99_ns", "spread") if any(key in row for row in rows)]
        known = {*keys, "median_ns", "p99_ns", "spread", "operations", "target_ns", *hidden}
        more = list(dict.fromkeys(key for row in rows for key in row if key not in known))
        marks = ["target_ns"] if any("target_ns" in row for row in rows) else []
        head = [*keys, *times, *marks, *more]
        return [name.removesuffix("_ns") for name in head], [[cell(row, key) for key in head] for row in rows]

    return table


def cell(row: Line, key: str) -> str:
    if key not in row or row[key] is None:
        return ""
    if key.endswith("_ns"):
        return span(row[key])
    return f"{row[key]:.0%}" if key == "spread" else shown(row[key])


def lifecycle(rows: Sequence[Line]) -> Table:
    """The structures of one size side by side."""
    head = ["agents", "queues", "engine with events", "without events", "floor", "ratio", "mark", "without"]
    out = []
    for agents in dict.fromkeys(row["agents"] for row in rows):
        of = {row["structure"]: row for row in rows if row["agents"] == agents}
        events, silent, floor = of["engine"], of["engine, no events"], of.get("floor")
        line = [shown(agents), shown(events["queues"]), took(events), took(silent)]
        if floor is not None:
            mark = events.get("target_ns")
            reach = "" if mark is None else f"{mark / floor['median_ns']:.1f}"
            line += [took(floor), f"{events['ratio']:.1f}", reach, f"{silent['ratio']:.1f}"]
        out.append(line)
    return head, out


def decided(rows: Sequence[Line]) -> Table:
    """A line for each structure, a column for each population: typical / rare / none."""
    columns = list(dict.fromkeys((row["agents"], row["centre"]) for row in rows))
    out = []
    for structure in dict.fromkeys(row.get("structure", "huntgroup") for row in rows):
        line = [structure]
        for agents, centre in columns:
            cells = {
                row["request"]: took(row)
                for row in rows
                if (row["agents"], row["centre"], row.get("structure", "huntgroup"))
                == (agents, centre, structure)
            }
            line.append(" / ".join(cells.get(kind, "") for kind in THREE))
        out.append(line)
    return ["structure", *(f"{agents:,} {centre}" for agents, centre in columns)], out


THREE = ("typical", "rare", "none")


def by_request(rows: Sequence[Line]) -> Table:
    """A line for each population of the engine alone: the median of each kind of request, then the p99."""
    out = []
    for agents, centre in dict.fromkeys((row["agents"], row["centre"]) for row in rows):
        of = {row["request"]: row for row in rows if (row["agents"], row["centre"]) == (agents, centre)}
        late = " / ".join(span(of[kind]["p99_ns"]) for kind in THREE)
        out.append([shown(agents), centre, *(took(of[kind]) for kind in THREE), late])
    return ["agents", "centre", *THREE, "p99 " + " / ".join(THREE)], out


def cold(rows: Sequence[Line]) -> Table:
    """A line for each workload and structure: with cold caches, and hot."""
    head = ["workload", "structure", "cold", "p99", "hot"]
    return head, [
        [row["workload"], row["structure"], took(row), span(row["p99_ns"]), cell(row, "hot")] for row in rows
    ]


def built(rows: Sequence[Line]) -> Table:
    """What building took, then each table that holds a hundredth of a byte per agent or more."""
    out = []
    for row in rows:
        if "median_ns" in row:
            out.append([row["what"], shown(row["agents"]), took(row), ""])
        elif float(row["bytes an agent"]) >= 0.01:
            out.append([row["what"], cell(row, "rows"), "", shown(row["bytes an agent"])])
    return ["what", "rows", "time", "bytes per agent"], out


@dataclass(frozen=True)
class Part:
    """`arguments`: for the page; `small`: to see that it works. `asked`: only measured where it is named."""

    module: str
    arguments: tuple[str, ...]
    small: tuple[str, ...]
    table: Callable[[Sequence[Line]], Table]
    page: str = "PERFORMANCE.md"
    patience_s: int = PATIENCE_S
    asked: bool = False


PARTS: Mapping[str, Part] = {
    "lifecycle": Part("bench_lifecycle", (), ("--small",), lifecycle),
    "decide": Part("bench_decide", (), ("--small",), by_request),
    "peers": Part(
        "peers.bench_decide",
        ("--seconds", "0.4"),
        ("--small", "--no-servers", "--seconds", "0.05"),
        decided,
    ),
    "cold": Part(
        "bench_cold",
        ("--operations", "60"),
        ("--small", "--operations", "20", "--repeats", "2"),
        cold,
    ),
    "calls": Part(
        "bench_calls",
        ("--agents", "10000", "100000", "1000000"),
        ("--small",),
        flat("agents", "command", hidden=("queues",)),
    ),
    "presence": Part("bench_presence", (), ("--small",), flat("agents", "read", hidden=("queues",))),
    "bulk": Part("bench_bulk", (), ("--small",), flat("agents", "command")),
    "build": Part("bench_build", ("--repeats", "3"), ("--small",), built),
    "copies": Part("bench_copies", ("--repeats", "3"), ("--small",), flat("agents", "what")),
    "absence": Part("bench_absence", (), ("--small",), flat("field", "needed by")),
    "threads": Part("bench_threads", (), ("--small",), flat("agents", "on two threads")),
    "scorer": Part("bench_scorer", (), ("--small",), flat("case", "candidates")),
    "touched": Part("touched", (), (), flat("round")),
    "features": Part("features", (), (), flat("feature")),
    "service": Part("bench_service", (), ("--small", "--repeats", "1"), flat("way", "server")),
    "hostile": Part(
        "bench_hostile",
        (),
        ("--small", "--seconds", "0.2"),
        flat("beside", hidden=("at most",)),
        page="SERVICE.md",
        patience_s=1_800,
        asked=True,
    ),
    "simulate": Part("bench_simulate", (), ("--small",), flat("model", "structure")),
}
# Parts whose figures are drawn too.
DRAWN = ("lifecycle", "features", "service")


def measured(part: Part, small: bool) -> dict[str, Any]:
    """The rows that the part found, and where. RuntimeError says what it printed if it failed."""
    arguments = part.small if small else part.arguments
    command = [sys.executable, "-m", f"benchmarks.{part.module}", "--json", *arguments]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=part.patience_s)
    except subprocess.TimeoutExpired as late:
        raise RuntimeError(f"took longer than {part.patience_s} s") from late
    if run.returncode != 0:
        raise RuntimeError(run.stderr.strip()[-2_000:])
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def markdown(table: Table) -> str:
    head, rows = table
    lines = [head, [":--" if k == 0 else "--:" for k in range(len(head))], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def written(page: str, name: str, table: str) -> str:
    """The page with this table between its marks; unchanged if it has no such marks."""
    marks = re.compile(rf"(<!-- measured: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    return marks.sub(lambda found: f"{found[1]}\n{table}\n\n{found[2]}", page)


def main(arguments: Sequence[str] | None = None) -> int:
    """0, or 1 if a part failed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--small", action="store_true", help="small sizes; nothing for the page")
    options.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=", ".join(PARTS))
    options.add_argument("--write", action="store_true", help="put the tables into their pages of docs/")
    options.add_argument("--out", type=Path, help="a file for the tables; otherwise they are printed")
    given = options.parse_args(arguments)
    if given.small and given.write:
        options.error("small sizes are not for the page")
    pages = {part.page: (DOCS / part.page).read_text(encoding="utf-8") for part in PARTS.values()}
    texts, failed = [], []
    begun = time.monotonic()
    for name in given.only or [name for name, part in PARTS.items() if not part.asked]:
        start = time.monotonic()
        try:
            found = measured(PARTS[name], given.small)
        except RuntimeError as reason:
            failed.append(name)
            print(f"{name}: failed: {reason}", file=sys.stderr)
            continue
        table = markdown(PARTS[name].table(found["rows"]))
        where = PARTS[name].page
        pages[where] = written(pages[where], name, table)
        if given.write and name in DRAWN:
            drawn = found["rows"] if name == "features" else found
            (FOLDER / f"{name}.json").write_text(json.dumps(drawn, indent=1) + "\n", encoding="utf-8")
        machine = ", ".join(f"{key} {value}" for key, value in found.get("machine", {}).items())
        texts.append(f"## {name}\n\n{table}\n\n{machine}\n")
        print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr)
    print(f"all: {time.monotonic() - begun:.0f} s", file=sys.stderr)
    text = "\n".join(texts)
    if given.out is None:
        print(text)
    else:
        given.out.write_text(text, encoding="utf-8")
    if given.write:
        for name, page in pages.items():
            (DOCS / name).write_text(page, encoding="utf-8")
        plot.main([])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
