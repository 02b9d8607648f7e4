"""A table as data, and its plain rendering. The rich one is in `terminal`, which needs the extra `cli`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Cell = str | int | float | None

Format = Literal["text", "count", "seconds", "share", "clock", "duration"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its name in JSON, and how its cells are written."""

    heading: str
    key: str
    format: Format = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under columns; `total` marks the last row as a sum. NaN and None are shown as a dash."""

    title: str
    key: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: bool = False

    def texts(self) -> list[list[str]]:
        """Every cell as it is shown."""
        return [
            [shown(cell, column.format) for cell, column in zip(row, self.columns, strict=True)]
            for row in self.rows
        ]

    def records(self) -> list[dict[str, Cell]]:
        """The rows for JSON: a dict each, NaN as None."""
        return [
            {column.key: plain(cell) for column, cell in zip(self.columns, row, strict=True)}
            for row in self.rows
        ]


def shown(cell: Cell, format: Format) -> str:
    """One cell as text: counts with thousands, seconds with one decimal, shares in percent, clock as h:mm,
    a duration in seconds or hours."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return "-"
    if isinstance(cell, str):
        return cell
    if format == "count":
        return f"{cell:,}"
    if format == "seconds":
        return f"{cell:,.1f}"
    if format == "share":
        return f"{100 * cell:.1f} %"
    if format == "clock":
        hours, minutes = divmod(round(cell / 60), 60)
        return f"{hours}:{minutes:02d}"
    if format == "duration":
        return f"{cell / 3600:g} h" if cell >= 3600 else f"{cell:g} s"
    return str(cell)


def plain(cell: Cell) -> Cell:
    """A cell that JSON can hold."""
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def plain_text(table: Table) -> str:
    """The table as aligned text, numbers to the right, empty columns left out; for pipes and files."""
    texts = table.texts()
    kept = [k for k in range(len(table.columns)) if any(row[k] for row in texts)]
    columns = [table.columns[k] for k in kept]
    headings = [column.heading for column in columns]
    texts = [[row[k] for k in kept] for row in texts]
    widths = [max(len(row[k]) for row in [headings, *texts]) for k in range(len(headings))]
    lines = [table.title, _line(headings, widths, columns), "  ".join("-" * width for width in widths)]
    for number, row in enumerate(texts):
        if table.total and number == len(texts) - 1 and number > 0:
            lines.append("  ".join("-" * width for width in widths))
        lines.append(_line(row, widths, columns))
    return "\n".join(line.rstrip() for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> str:
    return "  ".join(
        cell.ljust(width) if column.format == "text" else cell.rjust(width)
        for cell, width, column in zip(cells, widths, columns, strict=True)
    )
