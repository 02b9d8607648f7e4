"""Tables on a terminal, with rich. Imported only where something is printed to one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich import box
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from huntgroup.report.table import Table

_BETWEEN = 2  # columns of the terminal between two columns of a table

if TYPE_CHECKING:
    from rich.console import Console

    from huntgroup.report.replay_report import ReplayReport


def print_report(console: Console, report: ReplayReport) -> None:
    """Print a whole report: title, facts, tables, remarks."""
    console.print(Text(report.title, style="bold underline"))
    width = max((len(name) for name in report.facts), default=0)
    for name, value in report.facts.items():
        console.print(Text(f"{name.ljust(width)}  {value}"))
    console.print()
    for table in report.tables:
        print_table(console, table)
    for remark in report.remarks:
        console.print(Padding(Text(f"- {remark}"), (0, 0, 0, 1)))


def print_table(console: Console, table: Table) -> None:
    """Print one table. Cell texts are shown as they are: markup in a queue's name is no markup.

    Headings and explaining texts wrap, figures never do. A table that is too wide for the terminal is printed
    as several below each other, each with the first column; columns without a single entry are left out.
    """
    texts = table.texts()
    kept = [k for k in range(len(table.columns)) if any(row[k] for row in texts)]
    widths = {k: _width(table, texts, k, first=k == kept[0]) for k in kept}
    console.print(Text(table.title, style="bold"))
    for part in _parts(kept, widths, console.width):
        console.print(_rich_table(table, texts, part, widths))


def _rich_table(table: Table, texts: list[list[str]], part: list[int], widths: dict[int, int]) -> RichTable:
    rich = RichTable(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for k in part:
        column = table.columns[k]
        text = column.format == "text"
        rich.add_column(
            Text(column.heading),
            justify="left" if text else "right",
            overflow="fold",
            # Only explaining texts may take more: rich would otherwise cut figures to give headings room.
            width=None if text and k != part[0] else widths[k],
            min_width=widths[k],
        )
    for number, row in enumerate(texts):
        last_before_total = table.total and number == len(texts) - 2
        style = "bold" if table.total and number == len(texts) - 1 else None
        rich.add_row(*(Text(row[k]) for k in part), end_section=last_before_total, style=style)
    return rich


def _width(table: Table, texts: list[list[str]], k: int, *, first: bool) -> int:
    """The least width of a column: its longest cell, or its longest word where the cells may fold."""
    cells = [row[k] for row in texts]
    folds = table.columns[k].format == "text" and not first
    longest = _longest_word(cells) if folds else max(map(len, cells), default=1)
    return max(longest, _longest_word([table.columns[k].heading]))


def _parts(kept: list[int], widths: dict[int, int], width: int) -> Iterator[list[int]]:
    """The columns in groups that fit the width, each group led by the first column."""
    first, *others = kept
    part, used = [first], widths[first] + _BETWEEN
    for k in others:
        if used + widths[k] + _BETWEEN > width and len(part) > 1:
            yield part
            part, used = [first], widths[first] + _BETWEEN
        part.append(k)
        used += widths[k] + _BETWEEN
    yield part


def _longest_word(texts: list[str]) -> int:
    return max((len(word) for text in texts for word in text.split()), default=1)
