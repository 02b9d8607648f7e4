"""`huntgroup inspect`, `verify` and `export`: what is in a journal. None of them writes into its folder."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np

from huntgroup.cli.files import force_option, written_folder
from huntgroup.cli.options import json_option
from huntgroup.cli.progress import progress_bar
from huntgroup.core.python.recording import TEXT_CODE
from huntgroup.engine.engine import Engine
from huntgroup.engine.enums import Command
from huntgroup.engine.journal import beginning_of
from huntgroup.engine.keeping import verify_snapshots
from huntgroup.engine.snapshots import Reader
from huntgroup.journal import SqliteStore
from huntgroup.journal.numbering import Numbering
from huntgroup.journal.reading import copied
from huntgroup.journal.records import Records, first_document, is_numbered, taken_apart
from huntgroup.settings.durations import iso_instant

folder_argument: Callable[[Any], Any] = click.argument("folder", type=click.Path(path_type=Path))


def groups(store: SqliteStore) -> Iterator[tuple[Any, Records]]:
    """(entry, records) of each group. Raises CorruptJournal."""
    oldest = next(iter(store.snapshots()), None)
    snapshot = None if oldest is None else store.get_snapshot(oldest + 1)
    numbering = None
    if snapshot is not None:
        about = Reader(snapshot.data, str(store.path)).about
        numbering = Numbering.told_by(about["numbering"], str(store.path))
    for entry in store.read(1):
        if is_numbered(entry.data):
            told = first_document(entry.data)
            numbering = Numbering.told_by(told.get("begin") or told["numbering"], str(store.path))
        yield entry, taken_apart(entry.data, numbering)


def told(report: dict[str, Any], as_json: bool) -> None:
    """The report as lines, or as one JSON object."""
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for name, value in report.items():
        if isinstance(value, dict):
            click.echo(f"{name}:")
            for key, one in value.items():
                click.echo(f"  {key:<28} {one:>12,}")
        elif isinstance(value, int) and not isinstance(value, bool):
            click.echo(f"{name:<30} {value:>12,}")
        else:
            click.echo(f"{name:<30} {value}")


@click.command("inspect")
@folder_argument
@json_option
def inspect(folder: Path, as_json: bool) -> None:
    """Say what is in the journal in FOLDER: from when to when, how many of each command, the snapshot."""
    with progress_bar("reading") as tell, copied(folder, tell) as store:
        count: Counter[str] = Counter()
        number = size = 0
        first_ns = last_ns = -1
        begin: dict[str, Any] = {}
        for entry, records in groups(store):
            if entry.seq == 1:
                begin = beginning_of(entry, str(store.path))
            number, size = number + 1, size + len(entry.data)
            codes, times = np.unique(records.rows["command"], return_counts=True)
            for code, times_of_it in zip(codes.tolist(), times.tolist(), strict=True):
                if code != TEXT_CODE:
                    count[Command(code).name.lower()] += times_of_it
            for _, document in records.documents():
                count[document.get("call", next(iter(document)))] += 1
            first_ns = entry.at_ns if first_ns < 0 else first_ns
            last_ns = entry.at_ns
        snapshot = store.get_snapshot()
        if snapshot is not None and not begin:
            document = Reader(snapshot.data, str(store.path)).document
            begin = {"model": document["model"], "seed": document["numbers"]["seed"], **document["about"]}
        report = {
            "folder": str(folder),
            "format": begin.get("format"),
            "rules": begin.get("rules"),
            "model": begin.get("model", {}).get("name"),
            "seed": begin.get("seed"),
            "groups": number,
            "records": store.next_seq - 1,
            "bytes": size,
            "from": iso_instant(max(first_ns, 0)),
            "to": iso_instant(max(last_ns, 0)),
            "snapshot": None if snapshot is None else snapshot.seq,
            "snapshots": ", ".join(map(str, store.snapshots())) or None,
            "snapshot_bytes": 0 if snapshot is None else len(snapshot.data),
            "dropped_bytes": store.found.dropped_bytes,
            "dropped": "; ".join(store.found.reasons) or None,
            "commands": dict(sorted(count.items())),
        }
    told(report, as_json)


@click.command("verify")
@folder_argument
@json_option
def verify(folder: Path, as_json: bool) -> None:
    """Replay the journal in FOLDER and check its chain, its digests and snapshots, and every invariant of the
    end.

    Scorers of the user's own are not known here: a queue that has one is named, with exit code 2. Exit code 1
    where something does not hold.
    """
    with progress_bar("playing") as tell, copied(folder, tell) as store, Engine.open(store) as engine:
        engine.verify()
        verified = verify_snapshots(engine)
        recovery = engine.recovery
        assert recovery is not None
        report = {
            "folder": str(folder),
            "groups": recovery.groups,
            "records": recovery.commands,
            "snapshots": verified,
            "seconds": round(recovery.seconds, 3),
            "to": iso_instant(engine.now_ns),
            "dropped_bytes": recovery.dropped_bytes,
            "dropped": "; ".join(recovery.reasons) or None,
            "digest": engine.digest(),
            "verified": True,
        }
    told(report, as_json)


@click.command("export")
@folder_argument
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="A folder, made where there is none."
)
@force_option
@json_option
def export(folder: Path, out: Path, force: bool, as_json: bool) -> None:
    """Write the commands in FOLDER to OUT/commands.ndjson, a line each, and to commands.parquet where pyarrow
    is installed."""
    lines: list[dict[str, Any]] = []
    with (
        written_folder(out, force=force, option="out", inputs=(folder,)) as made,
        progress_bar("reading") as tell,
        copied(folder, tell) as store,
    ):
        assert made is not None
        with open(made / "commands.ndjson", "w", encoding="utf-8") as file:
            for entry, records in groups(store):
                for line in exported(entry.seq, records):
                    file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
                    lines.append(line)
        parquet = _to_parquet(lines, made / "commands.parquet")
    if as_json:
        names = ["commands.ndjson", "commands.parquet"][: 1 + parquet]
        told({"records": len(lines), "files": [str(out / name) for name in names]}, as_json)
        return
    click.echo(
        f"{len(lines):,} records: {out / 'commands.ndjson'}" + (" and commands.parquet" if parquet else "")
    )


def exported(seq: int, records: Records) -> Iterator[dict[str, Any]]:
    """One record a dict: its number, instant, command, and what is given beside."""
    names = [name for name in records.rows.dtype.names or () if name not in ("command", "at_ns")]
    documents = dict(records.documents())
    for k, row in enumerate(records.rows):
        at_ns = int(row["at_ns"])
        if k in documents:
            yield {"seq": seq + k, "at_ns": at_ns, "command": "document", "document": documents[k]}
            continue
        fields = {name: int(row[name]) for name in names if row[name] != -1 and not name.startswith("pad")}
        yield {"seq": seq + k, "at_ns": at_ns, "command": Command(int(row["command"])).name.lower(), **fields}


def _to_parquet(lines: list[dict[str, Any]], path: Path) -> bool:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        return False
    names = dict.fromkeys(name for line in lines for name in line)
    for line in lines:
        if "document" in line:
            line["document"] = json.dumps(line["document"])
    columns = {name: [line.get(name) for line in lines] for name in names}
    parquet.write_table(pyarrow.table(columns), path)
    return True
