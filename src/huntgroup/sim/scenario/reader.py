"""From a parsed document to the tables of a scenario, with every mistake collected on the way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from huntgroup.models.locate import Path as Place
from huntgroup.models.reader import Report
from huntgroup.sim.scenario.keys import LISTS, RUN, TRUNKS, Key
from huntgroup.sim.scenario.laws import Unfit
from huntgroup.sim.scenario.tables import (
    Arrivals,
    Callback,
    Group,
    Outbound,
    Patience,
    Run,
    Service,
    Shift,
    Tables,
    Transfer,
    Trunks,
)

TOP = ("title", "centre", "run", "trunks", *LISTS)
_CLASSES: Mapping[str, Any] = {
    "group": Group,
    "arrivals": Arrivals,
    "service": Service,
    "patience": Patience,
    "shift": Shift,
    "transfer": Transfer,
    "callback": Callback,
    "outbound": Outbound,
}
MAX_TABLES = 100_000


def read_tables(document: Mapping[str, Any], folder: Path | None, report: Report) -> Tables:
    """The tables of a document; what is wrong is reported and left at its default. O(document)."""
    for key in document:
        if key not in TOP:
            report.add((key,), document[key], "one of " + ", ".join(TOP))
    if "run" not in document:
        report.add(("run",), None, "a table [run] with duration or days; it must be given")
    run = _table(document, "run", RUN, folder, report)
    trunks = _table(document, "trunks", TRUNKS, folder, report)
    lists = {name: _rows(document, name, folder, report) for name in LISTS}
    return Tables(
        run=Run(**run or {}),
        trunks=None if trunks is None else Trunks(**trunks),
        **lists,
    )


def _table(
    document: Mapping[str, Any], name: str, keys: dict[str, Key], folder: Path | None, report: Report
) -> dict[str, Any] | None:
    if name not in document:
        return None
    table = document[name]
    if not isinstance(table, Mapping):
        report.add((name,), table, f"a table [{name}]")
        return {}
    return read_entry(table, keys, (name,), folder, report)


def _rows(document: Mapping[str, Any], name: str, folder: Path | None, report: Report) -> tuple[Any, ...]:
    rows = document.get(name, [])
    tables = isinstance(rows, list | tuple) and all(isinstance(row, Mapping) for row in rows)
    if not tables or len(rows) > MAX_TABLES:
        report.add((name,), rows if not tables else f"{len(rows)} tables", f"tables, each under [[{name}]]")
        return ()
    made = _CLASSES[name]
    return tuple(
        made(**read_entry(row, LISTS[name], (name, index), folder, report)) for index, row in enumerate(rows)
    )


def read_entry(
    table: Mapping[str, Any], keys: dict[str, Key], place: Place, folder: Path | None, report: Report
) -> dict[str, Any]:
    """The values of one table by their fields; what is wrong is reported and left out. O(table)."""
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name not in keys:
            report.add((*place, name), value, "one of " + ", ".join(keys))
            continue
        kind = keys[name].kind
        try:
            values[keys[name].field or name] = kind.convert(value, folder)
        except Unfit as error:
            report.add((*place, name), value, str(error))
        except (ValueError, OverflowError):
            report.add((*place, name), value, kind.allowed)
    for name, key in keys.items():
        if key.required and name not in table:
            report.add((*place, name), None, f"{key.kind.allowed}; it must be given")
    return values
