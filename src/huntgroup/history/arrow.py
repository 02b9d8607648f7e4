"""The tables of the history as Arrow, and as Parquet by day. Needs pyarrow (extra `history`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from huntgroup.errors import ConfigError
from huntgroup.history import calendar
from huntgroup.history.columns import BEGINS, COLUMNS, table_rows
from huntgroup.history.ledger import Ledger
from huntgroup.mirror import Mirror
from huntgroup.settings.instants import instant_ns

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _arrow() -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise ConfigError("history", "pyarrow", "pip install huntgroup[history]") from error
    return pyarrow


def check_arrow() -> None:
    """Raises ConfigError where pyarrow is not installed."""
    _arrow()


def tables(
    events: Iterable[Any], mirror: Mirror | None = None, since: Any = None, until: Any = None
) -> dict[str, Any]:
    """The tables of a stream of events, by name, as `pyarrow.Table`: rows that overlap [since, until).

    `mirror` is the state at the start of a window, `until` the instant up to which the stream is known. A row
    that began before the window keeps its original start; one that has not ended has null as its end.
    Instants are timestamps in UTC, durations float seconds. Raises ConfigError. O(events).
    """
    _arrow()
    begin_ns = None if since is None else instant_ns("since", since)
    end_ns = None if until is None else instant_ns("until", until)
    ledger = Ledger(mirror)
    ledger.feed(events)
    ledger.finish(end_ns)
    return tables_of(ledger, begin_ns, end_ns)


def tables_of(ledger: Ledger, since_ns: int | None = None, until_ns: int | None = None) -> dict[str, Any]:
    """The same tables, of a ledger."""
    arrow = _arrow()
    text, number, seconds = arrow.string(), arrow.int64(), arrow.float64()
    kinds = {
        "text": text,
        "number": number,
        "seconds": seconds,
        "yes": arrow.bool_(),
        "instant": arrow.timestamp("ns", tz="UTC"),
        "texts": arrow.list_(text),
        "several": arrow.list_(seconds),
    }
    found = {}
    for name, columns in COLUMNS.items():
        rows = table_rows(ledger, name, since_ns, until_ns)
        found[name] = arrow.table(
            {
                column: arrow.array([row[place] for row in rows], kinds[kind])
                for place, (column, kind) in enumerate(columns)
            }
        )
    return found


def write(tables: Mapping[str, Any], folder: str | Path, tz: str = "UTC") -> list[Path]:
    """Writes FOLDER/TABLE/YYYY-MM-DD.parquet, by the day in this zone on which a row began; existing files
    are replaced. A table with another name is taken as one of intervals. Returns the files in order. Raises
    ConfigError. O(rows)."""
    _arrow()
    import pyarrow.parquet

    where, written = calendar.zone(tz), []
    for name, table in tables.items():
        instants = table.column(BEGINS.get(name, "from")).cast("int64").to_pylist()
        by_day: dict[str, list[int]] = {}
        for place, at_ns in enumerate(instants):
            moment = _EPOCH + timedelta(microseconds=at_ns // 1000)
            by_day.setdefault(moment.astimezone(where).date().isoformat(), []).append(place)
        for day, places in sorted(by_day.items()):
            path = Path(folder) / name / f"{day}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            pyarrow.parquet.write_table(table.take(places), path)
            written.append(path)
    return written


def interval_table(rows: list[dict[str, Any]], columns: tuple[str, ...], tz: str) -> Any:
    """Rows of figures as a `pyarrow.Table`; instants are timestamps in that zone, maps are maps."""
    arrow = _arrow()
    calendar.zone(tz)
    maps = arrow.map_(arrow.string(), arrow.float64())
    counts = ("offered", "answered", "abandoned", "short_abandons", "timed_out", "overflowed", "refused")
    found = {}
    for column in columns:
        kind = arrow.float64()
        if column in ("queue", "agent"):
            kind = arrow.string()
        elif column in ("from", "to"):
            kind = arrow.timestamp("ns", tz=tz)
        elif column in (*counts, "missed", "rejected"):
            kind = arrow.int64()
        elif column in ("status_seconds", "reported_seconds"):
            kind = maps
        values = [row[column] for row in rows]
        found[column] = arrow.array([list(v.items()) if kind is maps else v for v in values], kind)
    return arrow.table(found)
