"""The tables of the history as plain rows: the columns of each table, and the selection of its rows."""

from __future__ import annotations

from typing import Any

from huntgroup.history.ledger import Ledger
from huntgroup.settings.durations import SECOND_NS

BEGINS = {
    "interactions": "arrived",
    "segments": "from",
    "offers": "made",
    "agent_status": "from",
    "agent_changes": "at",
    "queue_presence": "from",
}
"""The tables, each with the instant column whose day names the file of a row."""

_SPAN = (("from", "instant"), ("to", "instant"))

COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "interactions": (
        *(("id", "number"), ("ref", "text"), ("channel", "text"), ("queues", "texts")),
        *(("arrived", "instant"), ("answered", "instant"), ("ended", "instant"), ("completed", "instant")),
        *(("waits", "several"), ("handled", "seconds"), ("held", "seconds"), ("wrap_up", "seconds")),
        *(("outcome", "text"), ("reason", "text"), ("agents", "texts"), ("transfers", "number")),
        ("in_target", "yes"),
    ),
    "segments": (
        *(("interaction", "number"), ("agent", "text"), ("queue", "text"), ("state", "text")),
        *_SPAN,
    ),
    "offers": (
        *(("offer", "number"), ("interaction", "number"), ("agent", "text"), ("queue", "text")),
        *(("made", "instant"), ("ended", "instant"), ("outcome", "text")),
    ),
    "agent_status": (
        *(("agent", "text"), ("status", "text"), ("reported_as", "text"), ("logged_in", "yes")),
        *_SPAN,
    ),
    "agent_changes": (
        *(("at", "instant"), ("agent", "text"), ("what", "text"), ("before", "text"), ("after", "text")),
        ("by", "text"),
    ),
    "queue_presence": (
        *(("queue", "text"), ("presence", "text"), ("logged_in", "number"), ("ready", "number")),
        *(("waiting", "number"), *_SPAN),
    ),
}
"""The names and kinds of each table's columns."""

_ENDS = {
    "segments": "to",
    "offers": "ended",
    "agent_status": "to",
    "queue_presence": "to",
    "interactions": "completed",
}


def table_rows(
    ledger: Ledger, name: str, since_ns: int | None = None, until_ns: int | None = None
) -> list[tuple[Any, ...]]:
    """The rows of one table that overlap [since, until), by their beginning: values in the order of
    `COLUMNS`, instants in ns. O(n log n)."""
    places = {column: place for place, (column, _) in enumerate(COLUMNS[name])}
    begin, end = places[BEGINS[name]], places.get(_ENDS.get(name, ""))

    def overlaps(row: tuple[Any, ...]) -> bool:
        stop_ns = row[begin] if end is None else row[end]
        late = until_ns is not None and row[begin] >= until_ns
        early = since_ns is not None and stop_ns is not None and stop_ns <= since_ns
        return not late and not early

    return sorted((row for row in _rows(ledger, name) if overlaps(row)), key=lambda row: row[begin])


def _rows(ledger: Ledger, name: str) -> list[tuple[Any, ...]]:
    if name == "segments":
        return list(ledger.all_segments())
    if name == "agent_status":
        return list(ledger.all_presences())
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
