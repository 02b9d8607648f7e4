"""`huntgroup history`: journals, logs of events and of commands tell the same, and nothing is overwritten."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("click")
pytest.importorskip("rich")

import huntgroup as hg
from huntgroup import history
from huntgroup.cli import main
from huntgroup.history.columns import COLUMNS
from huntgroup.history.lines import events_of_lines
from huntgroup.mirror import Mirror
from huntgroup.settings.durations import iso_instant

SECOND = 10**9
COMMANDS: list[dict[str, Any]] = [
    {"command": "add_queue", "name": "sales", "wrap_up": 30, "overflow": [600, "care"]},
    {"command": "add_queue", "name": "care"},
    {
        "command": "add_agent",
        "name": "ann",
        "queues": ["sales"],
        "devices": ["voice"],
        "signed_in": True,
        "status": "Ready",
        "skills": {"spanish": 3},
    },
    {"command": "add_agent", "name": "ben", "queues": ["sales"], "devices": ["voice"], "team": "north"},
    {"command": "enqueue", "queue": "sales", "ref": "leg \u2713 1", "at": 1 * SECOND},
    {"command": "accept", "interaction": 1, "at": 5 * SECOND},
    {"command": "enqueue", "queue": "care", "at": 600 * SECOND},
    {"command": "end", "interaction": 1, "reason": "sold", "at": 905 * SECOND},
    {"command": "end", "interaction": 1},
    {"command": "set_skill", "agent": "ann", "skill": "german", "proficiency": 4},
    {"command": "remove_agent", "agent": "ben"},
    {"command": "enqueue", "queue": "sales", "ref": 2**60, "at": 1000 * SECOND},
    {"command": "abandon", "interaction": 3, "at": 1001 * SECOND},
    {"command": "set_status", "agent": "ann", "status": "Break", "at": 2500 * SECOND},
]


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    path = tmp_path / "commands.ndjson"
    path.write_text("\n".join(map(json.dumps, COMMANDS)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def events(commands: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["run", str(commands)]) == 1, "one command is refused"
    path = tmp_path / "events.ndjson"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    return path


@pytest.fixture
def journal(commands: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    pytest.importorskip("apsw", reason="apsw is not installed, which journals need")
    assert main(["run", str(commands), "--journal", str(tmp_path / "journal")]) == 1
    capsys.readouterr()
    return tmp_path / "journal"


def played() -> list[hg.Event]:
    """What the commands cause, without the command line."""
    engine = hg.Engine()
    for command in COMMANDS:
        given = dict(command)
        try:
            getattr(engine, given.pop("command"))(**given)
        except hg.Refused:
            continue
    return engine.poll()


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["history", *map(str, arguments)]) == 0, capsys.readouterr().err
    return capsys.readouterr().out


@pytest.mark.parametrize("source", ["commands", "events", "journal"])
@pytest.mark.parametrize("per", ["queue", "agent"])
def test_each_source_tells_the_figures_of_its_events(
    source: str, per: Any, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    path = request.getfixturevalue(source)
    found = json.loads(told(capsys, path, "--per", per, "--json"))
    expected = history.interval_rows(played(), per=per)
    assert [found["minutes"], found["tz"], found["per"], found["by"]] == [15, "UTC", per, "event"]
    assert [row["from"] for row in found["intervals"]] == [
        f"1970-01-01T{row['from'] // (3600 * SECOND):02}:{row['from'] // (60 * SECOND) % 60:02}:00.000000000Z"
        for row in expected
    ]
    for row, other in zip(found["intervals"], expected, strict=True):
        assert {**row, "from": 0, "to": 0} == {**other, "from": 0, "to": 0}
    if per == "queue":
        assert sum(row["answered"] for row in expected) == 1
        assert sum(row["overflowed"] + row["abandoned"] for row in expected) == 1


def test_a_journal_that_is_played_tells_its_events_again(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heard: list[hg.Event] = []
    with hg.Engine.open(journal, told=heard.extend) as engine:
        assert engine.poll() == []
        engine.sign_out("ann")
        fresh = engine.poll()
    assert heard == played()
    assert fresh[0].seq == heard[-1].seq + 1
    again: list[hg.Event] = []
    with hg.Engine.open(journal, told=again.extend):
        pass
    assert again == heard + fresh
    lines = told(capsys, journal, "--from-seq", 10).splitlines()
    assert list(events_of_lines(lines)) == (heard + fresh)[9:]
    assert json.loads(lines[0])["at_ns"] == heard[9].at_ns


def test_a_journal_with_a_snapshot_tells_everything_while_its_first_records_are_there(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = told(capsys, journal, "--from-seq", 1)
    with hg.Engine.open(journal) as engine:
        engine.snapshot()
    assert told(capsys, journal, "--from-seq", 1) == before
    with hg.Engine.open(journal) as engine:
        assert engine.recovery is not None
        assert engine.recovery.snapshot is not None
        for name in ("eve", "tim"):
            engine.add_agent(name)
            engine.snapshot()
    assert main(["history", str(journal)]) == 2
    captured = capsys.readouterr()
    assert "a journal with all its records: a snapshot has taken the place of the first" in captured.err
    assert captured.out == ""


def trimmed(journal: Path) -> int:
    """A snapshot takes the place of the first records; the first event that is told of after that."""
    with hg.Engine.open(journal) as engine:
        engine.snapshot()
        for name in ("eve", "tim"):
            first = engine._next_seq()
            engine.add_agent(name)
            engine.snapshot()
        engine.enqueue("care", ref="late")
    return first


def test_of_a_trimmed_journal_the_events_that_are_there_are_told(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = trimmed(journal)
    (line,) = told(capsys, journal, "--from-seq", first).splitlines()[:1]
    assert (json.loads(line)["seq"], json.loads(line)["kind"]) == (first, "agent_added")
    assert main(["history", str(journal), "--from-seq", "1"]) == 2
    captured = capsys.readouterr()
    assert f"{first} or later: a snapshot has taken the place of the events before" in captured.err
    assert captured.out == ""


def test_a_history_goes_on_from_the_state_that_was_saved_before_the_journal_was_trimmed(
    journal: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is told from the saved state on is what the whole history tells of that time."""
    state, whole = tmp_path / "state.json", tmp_path / "whole.ndjson"
    before = json.loads(told(capsys, journal, "--save-mirror", state, "--json"))["intervals"]
    with hg.Engine.open(journal) as engine:
        began_ns = engine.now_ns
        engine.snapshot()
        call = engine.enqueue("care", ref="late")
        engine.snapshot()
        engine.advance(by=100)
        engine.abandon(call)
    events = history_of(journal, state)
    assert main(["history", str(journal), "--json"]) == 2, "without the state there is nothing to begin with"
    capsys.readouterr()
    after = json.loads(told(capsys, journal, "--mirror", state, "--json"))["intervals"]
    expected = history.interval_rows(events, minutes=15, mirror=Mirror.restore(state.read_bytes()))
    assert [row["offered"] for row in after] == [row["offered"] for row in expected]
    assert sum(row["abandoned"] for row in after) == 1
    assert sum(row["offered"] for row in after) == 1, "what was before is told by what was written before"
    assert sum(row["offered"] for row in before) > 1
    assert all(row["to"] > iso_instant(began_ns) for row in after)
    # And again: the state that is saved now is the next one's beginning.
    told(capsys, journal, "--mirror", state, "--save-mirror", whole, "--json")
    assert Mirror.restore(whole.read_bytes()).state.last_seq == events[-1].seq


def history_of(journal: Path, state: Path) -> list[hg.Event]:
    """The events that a trimmed journal still tells, after those that the state knows."""
    known, heard = Mirror.restore(state.read_bytes()).state.last_seq, list[hg.Event]()
    with hg.Engine.open(journal, told=heard.extend):
        pass
    assert heard[0].seq == known + 1
    return heard


def test_what_a_journal_tells_is_a_log_itself(
    journal: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log").write_text(told(capsys, journal, "--from-seq", 1), encoding="utf-8")
    assert told(capsys, tmp_path / "log", "--json") == told(capsys, journal, "--json")


def test_standard_input_is_a_source(
    events: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = told(capsys, events)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(events.read_bytes())))
    assert told(capsys, "-") == expected
    assert "sales" in expected


def test_a_window_and_a_zone_cut_what_is_told(events: Path, capsys: pytest.CaptureFixture[str]) -> None:
    window = ("--since", "1970-01-01T01:15", "--until", "1970-01-01T00:30Z", "--tz", "Europe/Berlin")
    found = json.loads(told(capsys, events, *window, "--json"))
    assert {row["from"] for row in found["intervals"]} == {"1970-01-01T00:15:00.000000000Z"}
    text = told(capsys, events, *window)
    assert "1970-01-01 01:15" in text
    assert "1970-01-01 01:00" not in text


def test_by_arrival_counts_where_the_interaction_arrived(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log"
    late = [{**COMMANDS[5], "at": 1200 * SECOND, "interaction": 1}]
    path.write_text("\n".join(map(json.dumps, [*COMMANDS[1:2], *CALL, *late])), encoding="utf-8")
    for by, where in (("event", [0, 1]), ("arrival", [1, 0])):
        rows = json.loads(told(capsys, path, "--by", by, "--json"))["intervals"]
        assert [row["answered"] for row in rows] == where
        assert [row["offered"] for row in rows] == [1, 0]


CALL: list[dict[str, Any]] = [
    {"command": "enqueue", "queue": "care", "at": 600 * SECOND},
    {
        "command": "add_agent",
        "name": "cat",
        "queues": ["care"],
        "devices": ["voice"],
        "signed_in": True,
        "status": "Ready",
        "at": 1190 * SECOND,
    },
]


def test_tables_are_written_as_csv_without_pyarrow(
    events: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    out = tmp_path / "out"
    told(capsys, events, "--out", out, "--csv")
    assert {file.stem for file in out.iterdir()} == {*COLUMNS, "queue_intervals", "agent_intervals"}
    with open(out / "interactions.csv", encoding="utf-8", newline="") as file:
        first, _, third = csv.DictReader(file)
    assert (first["ref"], first["outcome"], first["reason"]) == ("leg \u2713 1", "completed", "sold")
    assert first["arrived"] == "1970-01-01T00:00:01.000000000Z"
    assert json.loads(first["agents"]) == ["ann"]
    assert (third["ref"], third["answered"], third["outcome"]) == (str(2**60), "", "abandoned")
    assert main(["history", str(events), "--out", str(tmp_path / "other")]) == 2
    assert "pip install huntgroup[history]" in capsys.readouterr().err
    assert not (tmp_path / "other").exists()


def test_tables_are_written_as_parquet_by_day(
    events: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed, which Parquet needs")
    out = tmp_path / "out"
    assert told(capsys, events, "--out", out) == f"8 files in {out}\n"
    expected = history.tables(played())
    for name, table in expected.items():
        assert parquet.read_table(out / name / "1970-01-01.parquet").to_pylist() == table.to_pylist()
    intervals = parquet.read_table(out / "queue_intervals" / "1970-01-01.parquet")
    assert intervals.to_pylist() == history.intervals(played()).to_pylist()


def test_nothing_is_overwritten_unless_it_is_asked_for(
    events: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    told(capsys, events, "--out", out, "--csv")
    (out / "segments.csv").write_text("mine", encoding="utf-8")
    assert main(["history", str(events), "--out", str(out), "--csv"]) == 2
    assert "--force" in capsys.readouterr().err
    assert (out / "segments.csv").read_text(encoding="utf-8") == "mine"
    told(capsys, events, "--out", out, "--csv", "--force")
    assert (out / "segments.csv").read_text(encoding="utf-8").startswith("interaction,agent")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_failure_leaves_no_folder(tmp_path: Path, events: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    log.write_text(events.read_text(encoding="utf-8") + "{not json\n", encoding="utf-8")
    assert main(["history", str(log), "--out", str(tmp_path / "out"), "--csv"]) == 2
    assert f"line {len(log.read_text(encoding='utf-8').splitlines())}:" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nowhere"], 2, "nowhere"),
        (["."], 2, "journal.db"),
        (["EVENTS", "--minutes", "7"], 2, "--minutes"),
        (["EVENTS", "--tz", "Mars"], 2, "tz"),
        (["EVENTS", "--since", "noon"], 2, "since"),
        (["EVENTS", "--until", "1970-01-01T00:00Z", "--since", "1970-01-01T01:00Z"], 2, "until"),
        (["EVENTS", "--from-seq", "3", "--json"], 2, "--from-seq"),
        (["EVENTS", "--out", "EVENTS"], 2, "out"),
        (["EVENTS", "--out", "no/such/folder", "--csv"], 2, "out"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    arguments: list[str],
    code: int,
    message: str,
    events: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(events.parent)
    assert main(["history", *(events.name if word == "EVENTS" else word for word in arguments)]) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"kind": "queued"}', "line 1"),
        ("[1]", "line 1"),
        ('{"command": "fly"}', "line 1"),
        ('{"command": "enqueue", "seq": 4, "at_ns": 1}', "its folder"),
        ('{"event": "queued", "seq": 9, "at_ns": 1}', "after 0"),
    ],
)
def test_a_line_that_is_neither_event_nor_command_is_named(
    line: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log"
    path.write_text(line + "\n", encoding="utf-8")
    assert main(["history", str(path)]) == 2
    assert message in capsys.readouterr().err


def test_a_journal_that_is_open_is_not_read(journal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with hg.Engine.open(journal):
        assert main(["history", str(journal)]) == 1
    assert "JournalLocked" in capsys.readouterr().err
