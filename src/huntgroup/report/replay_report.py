"""The report of a replay: what a supervisor wants to know, as tables and remarks.

`build` turns an outcome (and the log it came from, where there is one) into a `ReplayReport`, which prints as
plain text, on a terminal, or as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huntgroup.report import reasons
from huntgroup.report.table import Cell, Column, Table, plain, plain_text
from huntgroup.sim.log import CallLog
from huntgroup.sim.odd_rows import ODD_ROWS
from huntgroup.sim.outcome import ReplayOutcome
from huntgroup.sim.statistics import QueueFigures, agent_figures, log_figures, replay_figures


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """`facts`: single figures by name; `tables` in the order of reading; `remarks`: sentences below them."""

    title: str
    facts: Mapping[str, Cell]
    tables: tuple[Table, ...]
    remarks: tuple[str, ...]

    def text(self) -> str:
        """The whole report as plain text."""
        width = max((len(name) for name in self.facts), default=0)
        facts = "\n".join(f"{name.ljust(width)}  {value}" for name, value in self.facts.items())
        parts = [self.title, facts, *(plain_text(table) for table in self.tables)]
        if self.remarks:
            parts.append("Remarks\n" + "\n".join(f"- {remark}" for remark in self.remarks))
        return "\n\n".join(part for part in parts if part) + "\n"

    def to_json(self) -> dict[str, Any]:
        """The report for programs: unrounded figures, NaN as null."""
        return {
            "title": self.title,
            "facts": {name.replace(" ", "_"): plain(value) for name, value in self.facts.items()},
            **{table.key: table.records() for table in self.tables},
            "remarks": list(self.remarks),
        }


def build(outcome: ReplayOutcome, log: CallLog | None = None) -> ReplayReport:
    """The report of an outcome; with the log, also its odd rows and its own figures alongside."""
    # The longest tables come first, because the end of a report stays visible on a terminal.
    figures = replay_figures(outcome)
    tables = [] if log is None else [rows_table(log)]
    tables.extend((agent_table(outcome), *presence_tables(outcome), queue_table(figures)))
    remarks: list[str] = []
    if log is not None:
        tables.append(comparison_table(log_figures(log), figures))
        remarks.extend(reasons.why_it_differs(log, outcome))
    for rule, count in sorted(outcome.refusals.items()):
        remarks.append(f"Commands of the replay that were refused: {count:,} for {rule}.")
    return ReplayReport(outcome.workload.title, _facts(outcome, log), tuple(tables), tuple(remarks))


def _facts(outcome: ReplayOutcome, log: CallLog | None) -> dict[str, Cell]:
    workload = outcome.workload
    facts: dict[str, Cell] = {}
    if log is not None:
        facts["rows read"] = log.rows
        for word, count in sorted(log.outcomes.items()):
            facts[f"rows {word}"] = count
    facts["interactions replayed"] = workload.arrivals.n
    facts["agents"] = len(workload.agents)
    facts["queues"] = len(workload.queues)
    facts["presence model"] = outcome.model.name
    facts["events"] = sum(outcome.event_counts.values())
    facts["digest"] = outcome.digest
    return facts


def queue_table(figures: list[QueueFigures]) -> Table:
    """Per queue: offered, answered, abandoned, still waiting, service level, waits; the sum last."""
    columns = (
        Column("queue", "queue"),
        Column("", "title"),
        Column("offered", "offered", "count"),
        Column("answered", "answered", "count"),
        Column("abandoned", "abandoned", "count"),
        Column("share", "abandonment", "share"),
        Column("unserved", "unserved", "count"),
        Column("service level", "service_level", "share"),
        Column("within", "target_s", "duration"),
        Column("mean wait s", "mean_wait_s", "seconds"),
        Column("90 % wait s", "p90_wait_s", "seconds"),
        Column("longest s", "longest_wait_s", "seconds"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            row.queue,
            row.title,
            row.offered,
            row.answered,
            row.abandoned,
            row.abandonment,
            row.unserved,
            row.service_level,
            row.target_s,
            row.mean_wait,
            row.p90_wait,
            row.longest_wait,
        )
        for row in figures
    )
    return Table("Queues", "queues", columns, rows, total=True)


def comparison_table(recorded: list[QueueFigures], replayed: list[QueueFigures]) -> Table:
    """The log's own figures and the replayed ones side by side, queue by queue."""
    columns = (
        Column("queue", "queue"),
        Column("answered: log", "answered_log", "count"),
        Column("answered: replay", "answered_replay", "count"),
        Column("abandoned: log", "abandoned_log", "count"),
        Column("abandoned: replay", "abandoned_replay", "count"),
        Column("share: log", "abandonment_log", "share"),
        Column("share: replay", "abandonment_replay", "share"),
        Column("mean wait s: log", "mean_wait_log_s", "seconds"),
        Column("mean wait s: replay", "mean_wait_replay_s", "seconds"),
        Column("had to wait: log", "queued_log", "share"),
        Column("had to wait: replay", "queued_replay", "share"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            log.queue,
            log.answered,
            replay.answered,
            log.abandoned,
            replay.abandoned,
            log.abandonment,
            replay.abandonment,
            log.mean_wait,
            replay.mean_wait,
            log.queued,
            replay.queued,
        )
        for log, replay in zip(recorded, replayed, strict=True)
    )
    return Table("The log beside the replay", "comparison", columns, rows, total=True)


def agent_table(outcome: ReplayOutcome) -> Table:
    """Per agent: interactions, time handling, and time (h:mm) in each status that anybody was in."""
    figures = agent_figures(outcome)
    seen = {status for row in figures for status in row.status_s}
    statuses = [status.name for status in outcome.model.statuses if status.name in seen]
    columns = (
        Column("agent", "agent"),
        Column("interactions", "interactions", "count"),
        Column("handling", "handling_s", "clock"),
        *(Column(status, f"seconds in {status}", "clock") for status in statuses),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (row.agent, row.interactions, row.handling_s, *(row.status_s.get(status, 0.0) for status in statuses))
        for row in figures
    )
    return Table("Agents: interactions, and time in each status (h:mm)", "agents", columns, rows)


def presence_tables(outcome: ReplayOutcome) -> tuple[Table, ...]:
    """The service presence at the busiest moment; nothing where nobody ever waited."""
    busiest = outcome.busiest
    if busiest is None:
        return ()
    when = outcome.workload.wall_time(busiest.at_ns)
    columns = (
        Column("queue", "queue"),
        Column("presence", "presence"),
        Column("logged in", "logged_in", "count"),
        Column("ready", "ready", "count"),
        Column("waiting", "waiting", "count"),
    )
    title = f"The busiest moment: {when:%A %Y-%m-%d %H:%M:%S}, {busiest.waiting} customers waiting"
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (row.queue, row.presence, row.logged_in, row.ready, row.waiting) for row in busiest.queues
    )
    return (Table(title, "busiest_moment", columns, rows),)


def rows_table(log: CallLog) -> Table:
    """What became of every row: how many are replayed, how many left out, and the odd ones by rule."""
    columns = (
        Column("rows", "rows", "count"),
        Column("what", "kind"),
        Column("", "replayed"),
        Column("rule", "rule"),
    )
    rows: list[tuple[Cell, ...]] = [(log.rows, "read", "", ""), (log.n, "replayed", "yes", "wanted an agent")]
    for odd in ODD_ROWS:
        count = log.odd.get(odd.kind, 0)
        if count:
            rows.append((count, odd.kind.replace("_", " "), "yes" if odd.replayed else "no", odd.rule))
    return Table("Rows of the log; odd ones by the rule that was applied", "rows", columns, tuple(rows))
