"""What a journal holds, on the command line; nothing is written into its folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import huntgroup as hg
from huntgroup.cli import main
from huntgroup.journal import SqliteStore


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with hg.Engine.open(tmp_path / "centre", seed=3) as engine:
        engine.add_queue("sales")
        for k in range(5):
            engine.enqueue("sales", ref=f"call-{k}", at=(k + 1) * 10**9)
    return tmp_path / "centre"


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out or "null")


def test_inspect_says_what_is_in_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = content(folder)
    code, found = report(capsys, "inspect", str(folder))
    assert code == 0
    assert (found["model"], found["seed"], found["groups"], found["records"]) == ("agent_modes", 3, 7, 7)
    assert found["commands"] == {"add_queue": 1, "begin": 1, "enqueue": 5}
    assert found["to"] == "1970-01-01T00:00:05.000000000Z"
    assert content(folder) == before
    assert main(["inspect", str(folder)]) == 0
    assert "enqueue" in capsys.readouterr().out


def test_verify_plays_it_and_says_what_came_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = content(folder)
    code, found = report(capsys, "verify", str(folder))
    assert (code, found["verified"], found["records"]) == (0, True, 7)
    assert content(folder) == before
    with hg.Engine.open(folder) as engine:
        assert found["digest"] == engine.digest()


def test_snapshots_are_shown_and_verified(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with hg.Engine.open(folder) as engine:
        for _ in range(3):
            engine.enqueue("sales")
            engine.snapshot()
        engine.enqueue("sales")
        digest = engine.digest()
    code, found = report(capsys, "inspect", str(folder))
    assert (code, found["snapshots"], found["snapshot"]) == (0, "10, 11", 11)
    assert (found["model"], found["seed"], found["groups"]) == ("agent_modes", 3, 2)
    code, found = report(capsys, "verify", str(folder))
    assert (code, found["snapshots"], found["records"], found["digest"]) == (0, 2, 1, digest)
    assert main(["export", str(folder), "--out", str(folder.parent / "out")]) == 0


def test_verify_names_what_is_damaged(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "journal.db"
    data = bytearray(file.read_bytes())
    at = data.find(b"call-3")
    data[at] ^= 1
    file.write_bytes(data)
    assert main(["verify", str(folder)]) == 1
    assert "CorruptJournal" in capsys.readouterr().err


def test_export_writes_one_command_a_line(folder: Path, tmp_path: Path) -> None:
    before = content(folder)
    assert main(["export", str(folder), "--out", str(tmp_path / "out")]) == 0
    lines = [json.loads(line) for line in (tmp_path / "out" / "commands.ndjson").read_text().splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, 8))
    assert lines[1]["document"]["call"] == "add_queue"
    assert [line["command"] for line in lines[2:]] == ["enqueue"] * 5
    assert lines[-1]["at_ns"] == 5 * 10**9
    assert content(folder) == before
    assert main(["export", str(folder), "--out", str(folder)]) == 2


def test_a_journal_in_use_is_locked_and_no_folder_is_bad_input(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = SqliteStore(folder)
    out = ["--out", str(tmp_path / "out")]
    for command, more in (("inspect", []), ("verify", []), ("export", out)):
        assert main([command, str(folder), *more]) == 1
        assert "open already" in capsys.readouterr().err
    store.close()
    assert main(["inspect", str(tmp_path / "nothing")]) == 2


def test_run_goes_on_from_the_journal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "centre.toml"
    config.write_text('model = "queue_login"\n[[queue]]\nname = "sales"\n')
    lines = tmp_path / "commands.ndjson"
    lines.write_text('{"command":"enqueue","queue":"sales","at":1000}\n')
    arguments = ["run", str(lines), "--config", str(config), "--journal", str(tmp_path / "centre")]
    for number in (1, 2, 3):
        assert main(arguments) == 0
        answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert answers[-1] == {"result": number, "line": 1}
    with hg.Engine.open(tmp_path / "centre") as engine:
        assert engine.queue("sales").waiting == 3
