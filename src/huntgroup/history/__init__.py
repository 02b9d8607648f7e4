"""History and figures, computed from the event stream alone: of a live engine, a journal, a replay or a
file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from huntgroup.history.arrow import interval_table, tables, write
from huntgroup.history.figures import AGENT_COLUMNS, QUEUE_COLUMNS, By, Per, of_events
from huntgroup.history.ledger import Ledger
from huntgroup.history.lines import events_of_lines
from huntgroup.mirror import Mirror

__all__ = ["Ledger", "events_of_lines", "interval_rows", "intervals", "tables", "write"]

interval_rows = of_events


def intervals(
    events: Iterable[Any],
    minutes: int = 15,
    tz: str = "UTC",
    per: Per = "queue",
    since: Any = None,
    until: Any = None,
    mirror: Mirror | None = None,
    by: By = "event",
) -> Any:
    """Figures by interval as a `pyarrow.Table`: one row per queue (or agent) and interval [from, to) of 15,
    30, 60 or 1440 minutes; 1440 is a day of the zone. `by="arrival"`: what happens to an interaction counts
    in the interval of its arrival. docs/HISTORY.md defines each column. `interval_rows` gives the same as
    dictionaries, without pyarrow. Raises ConfigError. O(events + rows)."""
    rows = of_events(events, minutes=minutes, tz=tz, per=per, by=by, since=since, until=until, mirror=mirror)
    return interval_table(rows, QUEUE_COLUMNS if per == "queue" else AGENT_COLUMNS, tz)
