"""`huntgroup history`: figures and tables of what happened, from a journal or a log."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from huntgroup.cli.files import OneOf, force_option, written, written_folder
from huntgroup.cli.progress import progress_bar
from huntgroup.errors import ConfigError
from huntgroup.settings.durations import iso_instant

if TYPE_CHECKING:
    from huntgroup.history import Ledger
    from huntgroup.report.table import Table


@click.command("history", epilog="Example: huntgroup history /var/lib/centre --minutes 60 --tz Europe/Berlin")
@click.argument("source", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--config", type=click.Path(path_type=Path), help="For a log of commands: the centre's file.")
@click.option(
    "--model", default="agent_modes", show_default=True, help="For a log of commands: the presence model."
)
@click.option("--seed", type=click.IntRange(0), default=0, help="For a log of commands: the seed.")
@click.option(
    "--minutes",
    type=OneOf(["15", "30", "60", "1440"]),
    default="15",
    show_default=True,
    help="Length of the intervals; 1440 is a day of the zone.",
)
@click.option("--tz", default="UTC", show_default=True, help="The time zone of intervals and days.")
@click.option("--per", type=OneOf(["queue", "agent"]), default="queue", show_default=True)
@click.option(
    "--by",
    type=OneOf(["event", "arrival"]),
    default="event",
    show_default=True,
    help="Count what happened where it happened, or where the interaction arrived.",
)
@click.option("--since", metavar="INSTANT", help="ISO 8601, in the zone where it names none.")
@click.option("--until", metavar="INSTANT", help="Likewise.  [default: the last event]")
@click.option(
    "--from-seq", type=click.IntRange(1), metavar="N", help="Write the events from this one on, one per line."
)
@click.option("--json", "as_json", is_flag=True, help="Print the intervals as one JSON object.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write tables and intervals there, as Parquet by day.",
)
@click.option(
    "--mirror",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Begin with this state, which --save-mirror wrote: for a journal whose first records are gone.",
)
@click.option(
    "--save-mirror",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the state at the end there, for the next time.",
)
@click.option("--csv", "as_csv", is_flag=True, help="With --out: as CSV, which needs no pyarrow.")
@force_option
def command(
    source: Path,
    config: Path | None,
    model: str,
    seed: int,
    minutes: str,
    tz: str,
    per: str,
    by: str,
    since: str | None,
    until: str | None,
    from_seq: int | None,
    as_json: bool,
    out: Path | None,
    mirror: Path | None,
    save_mirror: Path | None,
    as_csv: bool,
    force: bool,
) -> None:
    """Say what happened in SOURCE: figures by interval, or tables as files.

    SOURCE is the folder of a journal, which nobody may have open, or a file of JSON lines (- is standard
    input): events, as run and the service write them, from the first one on; or commands, which are carried
    out again. Figures are defined in docs/HISTORY.md.
    """
    from huntgroup.cli.history_source import told
    from huntgroup.history import arrow, calendar, figures

    zone = calendar.zone(tz)
    since_ns, until_ns = instant("since", since, zone), instant("until", until, zone)
    if from_seq is not None:
        if out is not None or as_json:
            raise click.UsageError("--from-seq writes events and nothing else", click.get_current_context())
        with progress_bar("reading") as tell:
            told(source, _writing(from_seq), config, model, seed, tell, whole=False)
        return
    if out is not None and not as_csv:
        arrow.check_arrow()
    ledger = _begun(mirror)
    read = (source, mirror)
    with (
        written_folder(out, force=force, option="out", inputs=read) as folder,
        written(save_mirror, force=force, option="save-mirror", inputs=read) as state,
    ):
        with progress_bar("reading") as tell:
            end_ns = told(source, _after(ledger), config, model, seed, tell, whole=mirror is None)
        if save_mirror is not None:
            state.write(ledger.mirror.snapshot().decode())
        ledger.finish(end_ns if until_ns is None else until_ns)

        def rows(whose: Any) -> list[dict[str, Any]]:
            return figures.rows(
                ledger,
                minutes=int(minutes),
                tz=tz,
                per=whose,
                by=by,  # type: ignore[arg-type]
                since_ns=since_ns,
                until_ns=until_ns,
            )

        if folder is not None and as_csv:
            _write_csv(ledger, folder, rows, since_ns, until_ns)
        elif folder is not None:
            found = arrow.tables_of(ledger, since_ns, until_ns)
            found["queue_intervals"] = arrow.interval_table(rows("queue"), figures.QUEUE_COLUMNS, tz)
            found["agent_intervals"] = arrow.interval_table(rows("agent"), figures.AGENT_COLUMNS, tz)
            arrow.write(found, folder, tz)
    if out is not None and not as_json:
        click.echo(f"{sum(file.is_file() for file in out.rglob('*')):,} files in {out}")
        return
    found_rows = rows(per)
    if as_json:
        _print_json(found_rows, {"minutes": int(minutes), "tz": tz, "per": per, "by": by})
    else:
        _print_table(interval_table(found_rows, per, zone))


def instant(field: str, given: str | None, zone: ZoneInfo) -> int | None:
    """An instant that somebody typed, in ns. Raises ConfigError."""
    from huntgroup.settings.instants import instant_ns

    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise ConfigError(field, given, "an instant as 2026-03-02T09:00") from None
    return instant_ns(field, moment if moment.tzinfo is not None else moment.replace(tzinfo=zone))


def _writing(from_seq: int) -> Callable[[list[Any]], None]:
    """A function that writes the events from this one on. It raises ConfigError if that event is no longer in
    the journal."""
    first = True

    def write(events: list[Any]) -> None:
        nonlocal first
        if first and events and events[0].seq > max(from_seq, 1):
            allowed = f"{events[0].seq} or later: a snapshot has taken the place of the events before"
            raise ConfigError("from_seq", from_seq, allowed)
        first = first and not events
        for event in events:
            if event.seq >= from_seq:
                text = json.dumps(event.to_dict(), ensure_ascii=False, separators=(",", ":"))
                sys.stdout.write(text.encode("utf-8", "backslashreplace").decode() + "\n")

    return write


def _begun(mirror: Path | None) -> Ledger:
    """A ledger with its state at the start. Raises ConfigError."""
    from huntgroup.history import Ledger
    from huntgroup.mirror import Mirror

    return Ledger(None if mirror is None else Mirror.restore(mirror.read_bytes()))


def _after(ledger: Ledger) -> Callable[[list[Any]], None]:
    """A function that feeds the ledger the events that it does not know yet."""

    def feed(events: list[Any]) -> None:
        known = ledger.mirror.state.last_seq
        ledger.feed(event for event in events if event.seq > known)

    return feed


def _write_csv(
    ledger: Ledger,
    folder: Path,
    rows: Callable[[str], list[dict[str, Any]]],
    since_ns: int | None,
    until_ns: int | None,
) -> None:
    """TABLE.csv for each table; instants as ISO 8601, lists and maps as JSON, nothing where there is none."""
    from huntgroup.history import columns as tables
    from huntgroup.history import figures

    for name, columns in tables.COLUMNS.items():
        instants = [kind == "instant" for _, kind in columns]
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([column for column, _ in columns])
            for row in tables.table_rows(ledger, name, since_ns, until_ns):
                writer.writerow([_cell(value, at) for value, at in zip(row, instants, strict=True)])
    for per, names in (("queue", figures.QUEUE_COLUMNS), ("agent", figures.AGENT_COLUMNS)):
        with open(folder / f"{per}_intervals.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(names)
            for told in rows(per):
                writer.writerow([_cell(told[name], name in ("from", "to")) for name in names])


def _cell(value: Any, is_instant: bool) -> Any:
    if value is None:
        return ""
    if is_instant:
        return iso_instant(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _print_json(rows: list[dict[str, Any]], asked: dict[str, Any]) -> None:
    told = [{**row, "from": iso_instant(row["from"]), "to": iso_instant(row["to"])} for row in rows]
    click.echo(json.dumps({**asked, "intervals": told}, ensure_ascii=False, allow_nan=False))


def _print_table(table: Table) -> None:
    if sys.stdout.isatty():
        from rich.console import Console

        from huntgroup.report.terminal import print_table

        print_table(Console(), table)
    else:
        from huntgroup.report.table import plain_text

        click.echo(plain_text(table))


def interval_table(rows: list[dict[str, Any]], per: str, zone: ZoneInfo) -> Table:
    """The rows in which anything happened, for people."""
    from huntgroup.report.table import Cell, Column, Table

    def local(at_ns: int) -> str:
        return datetime.fromtimestamp(at_ns // 10**9, zone).strftime("%Y-%m-%d %H:%M")

    columns = [Column("from", "from"), Column(per, per)]
    names: tuple[str, ...]
    if per == "queue":
        names = ("offered", "answered", "abandoned", "timed_out", "overflowed", "refused")
        columns += [Column(name.replace("_", " "), name, "count") for name in names]
        others = {
            "service_level": Column("service level", "service_level", "share"),
            "average_speed_of_answer": Column("mean wait s", "average_speed_of_answer", "seconds"),
            "wait_p90": Column("90 % wait s", "wait_p90", "seconds"),
            "longest_wait": Column("longest s", "longest_wait", "seconds"),
            "average_handle_time": Column("mean handling s", "average_handle_time", "seconds"),
            "occupancy": Column("occupancy", "occupancy", "share"),
        }
        names = (*names, *others)
        columns += others.values()
        kept = [row for row in rows if any(row[name] for name in (*names, "staffed_seconds"))]
    else:
        names = ("answered", "missed", "rejected")
        columns += [Column(name, name, "count") for name in names]
        columns += [
            Column(name.removesuffix("_seconds").replace("_", " "), name, "clock")
            for name in ("handle_seconds", "hold_seconds", "wrap_up_seconds")
        ]
        names = (*names, "handle_seconds", "hold_seconds", "wrap_up_seconds")
        kept = [{**row, **row["reported_seconds"]} for row in rows]
        words = dict.fromkeys(word for row in rows for word in row["reported_seconds"])
        columns += [Column(word, word, "clock") for word in words]
        names = (*names, *words)
    cells: list[tuple[Cell, ...]] = [
        (local(row["from"]), row[per], *(row.get(name, 0) for name in names)) for row in kept
    ]
    return Table(f"By {per} and interval", "intervals", tuple(columns), tuple(cells))
