"""Time in statuses by interval as rows: who was in which status, logged in or logged out under which reason,
and when.

The times are those of `huntgroup.history`, whole nanoseconds instead of seconds.
"""

from __future__ import annotations

import csv
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt

from huntgroup.errors import ConfigError
from huntgroup.history import Ledger, figures
from huntgroup.history.slots import Slots
from huntgroup.settings.instants import instant_ns

MINUTES = (15, 30, 60)

SECOND_NS = 1_000_000_000

FIELDS = ("agent", "start_ns", "measure", "name", "duration_ns")
"""Of one row: in the interval that starts at `start_ns`, the agent spent `duration_ns` in `name`, which is a
status (`measure` "status") or a reported state such as "logged in" or "logged out: Lunch" (`measure`
"reported")."""


def status_intervals(
    ledger: Ledger, *, minutes: int = 30, since: Any = None, until: Any = None, tz: str = "UTC"
) -> npt.NDArray[np.void]:
    """A structured array of `FIELDS` for [since, until), ordered by agent, interval, measure and name;
    without these two for all that the ledger knows.

    For each agent who is there throughout, the statuses of an interval sum to its length, and so do its
    reported states. Rows of zero duration are left out. Raises `ConfigError` for other `minutes`, a zone that
    there is not, or an end before the beginning. O(rows of the ledger).
    """
    if minutes not in MINUTES:
        raise ConfigError("minutes", minutes, ", ".join(map(str, MINUTES)))
    since_ns = ledger.since_ns or 0 if since is None else instant_ns("since", since)
    until_ns = ledger.mirror.now_ns if until is None else instant_ns("until", until)
    if until_ns < since_ns:
        raise ConfigError("until", until_ns, f"an instant not before the beginning, {since_ns} ns")
    slots = Slots(since_ns, until_ns, minutes, tz)
    rows = sorted(
        (agent, slots.ends[slot], measure, name, duration_ns)
        for (agent, slot), tally in figures.agents(ledger, slots).items()
        for measure, spent in (("reported", tally.reported_ns), ("status", tally.status_ns))
        for name, duration_ns in spent.items()
    )
    # Texts of numpy have a fixed width: as wide as the longest, not 128 characters each.
    agent_width = max((len(row[0]) for row in rows), default=1)
    name_width = max((len(row[3]) for row in rows), default=1)
    types = (f"U{agent_width}", "i8", "U8", f"U{name_width}", "i8")
    return np.array(rows, dtype=list(zip(FIELDS, types, strict=True)))


def write_csv(file: TextIO, intervals: npt.NDArray[np.void]) -> None:
    """Write the rows as CSV: agent, start in seconds, measure, name, seconds (exact, without rounding)."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("agent", "start_s", "measure", "name", "duration_s"))
    for agent, start_ns, measure, name, duration_ns in intervals.tolist():
        writer.writerow((agent, decimal_seconds(start_ns), measure, name, decimal_seconds(duration_ns)))


def decimal_seconds(duration_ns: int) -> str:
    """Nanoseconds as decimal seconds, exactly, without trailing zeros."""
    sign = "-" if duration_ns < 0 else ""
    whole, part = divmod(abs(duration_ns), SECOND_NS)
    return f"{sign}{whole}.{part:09d}".rstrip("0").rstrip(".")
