"""The tables of the history as Arrow, and as Parquet by day. Needs pyarrow (extra `history`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from huntgroup.errors import ConfigError
from huntgroup.history import calendar
from huntgroup.history.ledger import Ledger
from huntgroup.mirror import Mirror
from huntgroup.settings.durations import SECOND_NS
from huntgroup.settings.instants import instant_ns

BEGINS = {
    "interactions": "arrived",
    "segments": "from",
    "offers": "made",
    "agent_status": "from",
    "agent_changes": "at",
    "queue_presence": "from",
}
"""The tables, and the column by whose day a row is filed."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _arrow() -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise ConfigError("history", "pyarrow", "pip install huntgroup[history]") from error
    return pyarrow


def tables(
    events: Iterable[Any], mirror: Mirror | None = None, since: Any = None, until: Any = None
) -> dict[str, Any]:
    """The tables of a stream of events, by name, as `pyarrow.Table`: rows that overlap [since, until).

    `mirror` is the state at the start of a window, `until` the instant up to which the stream is known. A row
    that began before the window keeps its beginning; one that goes on has null where its end would be.
    Instants are timestamps in UTC, durations float seconds. Raises ConfigError. O(events).
    """
    ledger = Ledger(mirror)
    ledger.feed(events)
    ledger.finish(None if until is None else instant_ns("until", until))
    begin_ns = None if since is None else instant_ns("since", since)
    end_ns = None if until is None else instant_ns("until", until)
    return {name: _table(name, _rows(ledger, name), begin_ns, end_ns) for name in BEGINS}


def _rows(ledger: Ledger, name: str) -> list[tuple[Any, ...]]:
    if name == "segments":
        return list(ledger.all_segments())
    if name == "agent_status":
        return [(r[0], r[1], r[2], r[3], r[4], r[5]) for r in ledger.all_presences()]
    if name == "queue_presence":
        return list(ledger.all_services())
    if name == "agent_changes":
        return [(c.at_ns, c.agent, c.what, _text(c.before), _text(c.after), c.by) for c in ledger.changes]
    if name == "offers":
        return [
            (o.offer, o.interaction, o.agent, o.queue, o.made_ns, o.ended_ns, o.outcome)
            for o in ledger.offers.values()
        ]
    return [
        (
            *(c.id, _text(c.ref), c.channel, c.queues, c.arrived_ns, c.answered_ns, c.ended_ns),
            *(c.completed_ns, [wait / SECOND_NS for wait in c.waits_ns], c.handled_ns / SECOND_NS),
            *(c.on_hold_ns / SECOND_NS, c.wrap_up_ns / SECOND_NS, c.outcome, c.reason, c.agents),
            *(c.transfers, c.in_target),
        )
        for c in ledger.calls.values()
    ]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _columns(name: str) -> list[tuple[str, Any]]:
    """Names and types of a table's columns."""
    arrow = _arrow()
    text, number, instant = arrow.string(), arrow.int64(), arrow.timestamp("ns", tz="UTC")
    seconds, yes = arrow.float64(), arrow.bool_()
    span = [("from", instant), ("to", instant)]
    return {
        "interactions": [
            *(("id", number), ("ref", text), ("channel", text), ("queues", arrow.list_(text))),
            *(("arrived", instant), ("answered", instant), ("ended", instant), ("completed", instant)),
            *(("waits", arrow.list_(seconds)), ("handled", seconds), ("held", seconds), ("wrap_up", seconds)),
            *(("outcome", text), ("reason", text), ("agents", arrow.list_(text)), ("transfers", number)),
            ("in_target", yes),
        ],
        "segments": [("interaction", number), ("agent", text), ("queue", text), ("state", text), *span],
        "offers": [
            *(("offer", number), ("interaction", number), ("agent", text), ("queue", text)),
            *(("made", instant), ("ended", instant), ("outcome", text)),
        ],
        "agent_status": [
            *(("agent", text), ("status", text), ("reported_as", text), ("logged_in", yes)),
            *span,
        ],
        "agent_changes": [
            *(("at", instant), ("agent", text), ("what", text), ("before", text), ("after", text)),
            ("by", text),
        ],
        "queue_presence": [
            *(("queue", text), ("presence", text), ("logged_in", number), ("ready", number)),
            ("waiting", number),
            *span,
        ],
    }[name]


_ENDS = {
    "segments": "to",
    "offers": "ended",
    "agent_status": "to",
    "queue_presence": "to",
    "interactions": "completed",
}


def _table(name: str, rows: list[tuple[Any, ...]], since_ns: int | None, until_ns: int | None) -> Any:
    arrow = _arrow()
    columns = _columns(name)
    places = {column: place for place, (column, _) in enumerate(columns)}
    begin, end = places[BEGINS[name]], places.get(_ENDS.get(name, ""))

    def overlaps(row: tuple[Any, ...]) -> bool:
        stop_ns = row[begin] if end is None else row[end]
        late = until_ns is not None and row[begin] >= until_ns
        early = since_ns is not None and stop_ns is not None and stop_ns <= since_ns
        return not late and not early

    kept = sorted((row for row in rows if overlaps(row)), key=lambda row: row[begin])
    return arrow.table(
        {
            column: arrow.array([row[place] for row in kept], kind)
            for place, (column, kind) in enumerate(columns)
        }
    )


def write(tables: Mapping[str, Any], folder: str | Path, tz: str = "UTC") -> list[Path]:
    """Writes FOLDER/TABLE/YYYY-MM-DD.parquet, by the day in this zone on which a row began; what is there is
    written anew. The files, in order. Raises ConfigError. O(rows)."""
    _arrow()
    import pyarrow.parquet

    where, written = calendar.zone(tz), []
    for name, table in tables.items():
        instants = table.column(BEGINS[name]).cast("int64").to_pylist()
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
