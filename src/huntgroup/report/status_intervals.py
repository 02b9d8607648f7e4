"""Time in statuses by interval: who was in which status, logged in or logged out under which reason, and
when.

Works from the `status_changed` events of any engine with any presence model; what counts as logged in or out,
and under which reason, is the model's own `reported_as`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, TextIO

import numpy as np
import numpy.typing as npt

from huntgroup.errors import ConfigError
from huntgroup.models import PresenceModel

MINUTES = (15, 30, 60)

SECOND_NS = 1_000_000_000

FIELDS = ("agent", "start_ns", "measure", "name", "duration_ns")
"""Of one row: in the interval that starts at `start_ns`, the agent spent `duration_ns` in `name`, which is a
status (`measure` "status") or a reported state such as "logged in" or "logged out: Lunch" (`measure`
"reported")."""


class StatusEvent(Protocol):
    """What is read of an event; `hg.Event` has it. Events of other kinds are passed over."""

    @property
    def at_ns(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def agent(self) -> Any: ...
    @property
    def status_to(self) -> Any: ...


def status_intervals(
    events: Iterable[StatusEvent],
    model: PresenceModel,
    *,
    initial: Mapping[str, str],
    end_ns: int,
    start_ns: int = 0,
    minutes: int = 30,
) -> npt.NDArray[np.void]:
    """A structured array of `FIELDS` for [start_ns, end_ns), ordered by agent, interval, measure and name.

    `events` in the order of time; `initial` the status that each agent showed before the first of them (an
    agent that first occurs in an event counts from there). Intervals are aligned to multiples of their
    length. For each agent known throughout, the statuses of an interval sum to its length, and so do its
    reported states. Rows of zero duration are left out. O(events + rows).

    A derived status that the model does not report by itself (such as one shown while busy) is reported as
    the last status before it that was not derived.
    Raises `ConfigError` for other `minutes`, an `end_ns` before `start_ns`, or a status the model does not
    have.
    """
    if minutes not in MINUTES:
        raise ConfigError("minutes", minutes, ", ".join(map(str, MINUTES)))
    if end_ns < start_ns:
        raise ConfigError("end_ns", end_ns, f"an instant not before start_ns, {start_ns}")
    ledger = _Ledger(model, start_ns, end_ns, minutes * 60 * SECOND_NS)
    for agent, status in initial.items():
        ledger.change(agent, start_ns, status)
    for event in events:
        if event.kind == "status_changed":
            ledger.change(event.agent, event.at_ns, event.status_to)
    return ledger.rows()


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


class _Ledger:
    """Adds up the time of each (agent, interval, measure, name)."""

    def __init__(self, model: PresenceModel, start_ns: int, end_ns: int, length_ns: int) -> None:
        self.model = model
        self.start_ns = start_ns
        self.end_ns = end_ns
        self.length_ns = length_ns
        self.derived = {rule.show for rule in model.derived}
        self.reported: dict[tuple[str, str], str] = {}
        self.since: dict[str, tuple[int, str, str]] = {}
        self.spent: dict[tuple[str, int, str, str], int] = {}

    def change(self, agent: str, at_ns: int, status: str) -> None:
        before = self.since.get(agent)
        base = status if status not in self.derived or before is None else before[2]
        if before is not None:
            self.close(agent, before, at_ns)
        self.since[agent] = (at_ns, status, base)
        if (base, status) not in self.reported:
            self.reported[base, status] = self.model.reported_as(base, status)

    def close(self, agent: str, since: tuple[int, str, str], until_ns: int) -> None:
        begin_ns, status, base = since
        reported = self.reported[base, status]
        for interval_ns, duration_ns in self.pieces(max(begin_ns, self.start_ns), min(until_ns, self.end_ns)):
            for measure, name in (("reported", reported), ("status", status)):
                key = (agent, interval_ns, measure, name)
                self.spent[key] = self.spent.get(key, 0) + duration_ns

    def pieces(self, begin_ns: int, end_ns: int) -> Iterator[tuple[int, int]]:
        while begin_ns < end_ns:
            interval_ns = begin_ns - begin_ns % self.length_ns
            stop = min(end_ns, interval_ns + self.length_ns)
            yield interval_ns, stop - begin_ns
            begin_ns = stop

    def rows(self) -> npt.NDArray[np.void]:
        for agent, since in self.since.items():
            self.close(agent, since, self.end_ns)
        self.since.clear()
        rows = [(*key, duration_ns) for key, duration_ns in sorted(self.spent.items())]
        # Texts of numpy have a fixed width: as wide as the longest, since 128 characters each would be mostly
        # air.
        agent_width = max((len(row[0]) for row in rows), default=1)
        name_width = max((len(row[3]) for row in rows), default=1)
        types = (f"U{agent_width}", "i8", "U8", f"U{name_width}", "i8")
        return np.array(rows, dtype=list(zip(FIELDS, types, strict=True)))
