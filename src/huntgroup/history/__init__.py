"""History and figures, from the event stream alone: of a live engine, a journal, a replay or a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from huntgroup.history.figures import AGENT_COLUMNS, QUEUE_COLUMNS, Per, of_events
from huntgroup.history.ledger import Ledger
from huntgroup.history.tables import interval_table, tables, write
from huntgroup.mirror import Mirror

__all__ = ["Ledger", "interval_rows", "intervals", "tables", "write"]

interval_rows = of_events


def intervals(
    events: Iterable[Any],
    minutes: int = 15,
    tz: str = "UTC",
    per: Per = "queue",
    since: Any = None,
    until: Any = None,
    mirror: Mirror | None = None,
) -> Any:
    """Figures by interval as a `pyarrow.Table`: one row for each queue (agent) and interval [from, to) of
    15, 30, 60 or 1440 minutes, a day of the zone. docs/HISTORY.md defines each column. `interval_rows` gives
    the same as dictionaries, without pyarrow. Raises ConfigError. O(events + rows)."""
    rows = of_events(events, minutes=minutes, tz=tz, per=per, since=since, until=until, mirror=mirror)
    return interval_table(rows, QUEUE_COLUMNS if per == "queue" else AGENT_COLUMNS, tz)
