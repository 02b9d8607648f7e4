"""The command line and files: standard input, outputs that overwrite nothing, refusals before the work."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("click")
pytest.importorskip("rich")

from huntgroup.cli import main

REFERENCE = "huntgroup.testing.reference:ReferenceEngine"
HEADER = "date,type,priority,entry_s,vru_s,queue_s,outcome,answer_s,service_s,agent"
ROWS = [f"1999-02-01,PS,0,{36_000 + 300 * k},5,0,AGENT,{36_005 + 300 * k},100,A01" for k in range(5)]
LOG = "\n".join((HEADER, *ROWS)) + "\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "calls.csv"
    path.write_text(LOG, encoding="utf-8")
    return path


def test_replay_reads_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LOG.encode())))
    assert main(["replay", "-"]) == 0
    out = capsys.readouterr().out
    assert "standard input" in out
    assert "rows read              5" in out


def test_a_mistake_on_standard_input_is_named_by_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = LOG.replace(",36300,", ",noon,")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(wrong.encode())))
    assert main(["replay", "-"]) == 2
    assert "standard input:3: column 'entry_s': 'noon'" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="there is no /dev/stdin here")
def test_a_pipe_by_name_is_read_once(log: Path) -> None:
    with subprocess.Popen(["cat", str(log)], stdout=subprocess.PIPE) as pipe:
        done = subprocess.run(
            [sys.executable, "-m", "huntgroup", "replay", "/dev/stdin"],
            stdin=pipe.stdout,
            capture_output=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"rows read              5" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["demo-log", "{old}", "--interactions", "20"], "PATH"),
        (["replay", "{log}", "--intervals", "{old}"], "intervals"),
    ],
)
def test_a_file_that_is_there_stays_as_it_is_unless_forced(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, log: Path, arguments: list[str], what: str
) -> None:
    old = tmp_path / "old.csv"
    old.write_text("dear to somebody\n", encoding="utf-8")
    given = [argument.format(old=old, log=log) for argument in arguments]
    assert main(given) == 2
    assert (
        f"{what}: {str(old)!r} is not allowed; allowed: a file that is not there" in capsys.readouterr().err
    )
    assert old.read_text(encoding="utf-8") == "dear to somebody\n"
    assert main([*given, "--force"]) == 0
    assert old.read_text(encoding="utf-8").count(",") > 4
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_log_that_is_read_is_never_overwritten(capsys: pytest.CaptureFixture[str], log: Path) -> None:
    assert main(["replay", str(log), "--intervals", str(log), "--force"]) == 2
    assert "another file than the one that is read" in capsys.readouterr().err
    assert log.read_text(encoding="utf-8") == LOG


def test_a_place_that_cannot_be_written_is_refused_before_the_log_is_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    nowhere = tmp_path / "missing" / "intervals.csv"
    assert main(["replay", str(tmp_path / "no such log"), "--intervals", str(nowhere)]) == 2
    assert "intervals: " in capsys.readouterr().err


def test_a_failed_command_leaves_no_output(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "intervals.csv"
    assert main(["replay", str(tmp_path / "no such log"), "--intervals", str(out)]) == 2
    assert capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("interactions", [1, 300])
def test_a_generated_log_has_as_many_interactions_as_were_asked_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, interactions: int, seed: int
) -> None:
    path = tmp_path / "demo.csv"
    assert main(["demo-log", str(path), "--interactions", str(interactions), "--seed", str(seed)]) == 0
    assert capsys.readouterr().out == f"{path}: {interactions} interactions\n"
    assert len(path.read_text(encoding="utf-8").splitlines()) == 1 + interactions


@pytest.mark.parametrize(
    ("name", "what"), [("os:path", "no class"), ("pathlib:Path", "a class without add_agent")]
)
def test_an_engine_that_is_none_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], name: str, what: str
) -> None:
    assert main(["replay", "--demo", "--engine", name]) == 2
    err = capsys.readouterr().err
    assert what in err
    assert err.count("\n") == 1


def test_the_version_is_an_option_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    by_option = capsys.readouterr().out
    assert main(["version"]) == 0
    assert by_option == capsys.readouterr().out
    assert by_option.startswith("huntgroup ")


def test_a_wrong_setting_in_a_recording_is_one_message(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    day = tmp_path / "day.ndjson"
    day.write_text('{"command": "add_queue", "name": "q", "wrap_up": -1}\n', encoding="utf-8")
    assert main(["what-if", str(day), "--set", "q.wrap_up=15"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("huntgroup: line 1: wrap_up: -1 is not allowed; allowed: ")
    assert err.count("not allowed") == 1
