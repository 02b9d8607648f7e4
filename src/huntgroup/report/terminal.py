"""Tables on a terminal, with rich. Imported only where something is printed to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from huntgroup.report.table import Table

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
    """Print one table. Cell texts are shown as they are: markup in a queue's name is no markup."""
    rich = RichTable(
        title=Text(table.title, style="bold"), title_justify="left", box=box.SIMPLE_HEAD, show_footer=False
    )
    for column in table.columns:
        text = column.format == "text"
        rich.add_column(
            Text(column.heading), justify="left" if text else "right", overflow="fold", no_wrap=not text
        )
    texts = table.texts()
    for number, row in enumerate(texts):
        last_before_total = table.total and number == len(texts) - 2
        style = "bold" if table.total and number == len(texts) - 1 else None
        rich.add_row(*(Text(cell) for cell in row), end_section=last_before_total, style=style)
    console.print(rich)
