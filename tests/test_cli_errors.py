"""Each mistake that somebody can make on the command line: its text, one line of it, and its exit code."""

from __future__ import annotations

import ast
import errno
import http.server
import json
import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cli_folder import SCENARIO, feed, fill

pytest.importorskip("click")
pytest.importorskip("rich")

import huntgroup as hg
from huntgroup.cli import group, main
from huntgroup.cli.files import written

ROOT = Path(__file__).resolve().parent.parent
INSTANT = "an instant as 2026-03-02T09:00"
IN_A_FOLDER = "a file in a folder that exists"
PLAIN = "huntgroup.testing.reference:ReferenceEngine"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with some files, in which the command runs."""
    fill(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


# What is typed, how it ends, and what the one line on stderr says.
MISTAKES: tuple[tuple[str, int, str], ...] = (
    # names of commands, options and choices
    ("paly", 2, "No such command 'paly'; did you mean replay? (try: huntgroup --help)"),
    ("nothing", 2, "No such command 'nothing' (try: huntgroup --help)"),
    ("model shwo", 2, "No such command 'shwo'"),
    ("replay calls.csv --modle x", 2, "No such option '--modle'"),
    ("replay calls.csv --seed", 2, "Option '--seed' requires an argument"),
    ("replay calls.csv --seed -1", 2, "Invalid value for '--seed': -1 is not in the range x>=0"),
    ("replay calls.csv --seed x", 2, "Invalid value for '--seed': 'x' is not a valid integer"),
    ("replay calls.csv more", 2, "Got unexpected extra argument (more)"),
    ("replay calls.csv --strategy longest_idel", 2, "did you mean longest_idle?"),
    ("replay calls.csv --minutes 7", 2, "'7' is not one of"),
    ("schema centr", 2, "'centr' is not one of centre, mapping, model, scenario; did you mean centre?"),
    ("schema", 2, "Choose from: centre, mapping, model, scenario"),
    (f"run --live --engine {PLAIN}", 2, "with --live, an engine that a router can own"),
    ("completions bsh", 2, "'bsh' is not one of bash, zsh, fish; did you mean bash?"),
    # files
    ("replay call.csv", 2, "call.csv: No such file or directory; did you mean calls.csv?"),
    ("replay full", 2, "full: Is a directory"),
    ("run dya.ndjson", 2, "dya.ndjson: No such file or directory; did you mean day.ndjson?"),
    ("run --config centr.toml", 2, "file: 'centr.toml' is not allowed; allowed: a file that can be read"),
    ("check centr.toml", 2, "centr.toml: No such file or directory; did you mean centre.toml?"),
    ("check centr.toml --against journal", 2, "centr.toml: No such file or directory; did you"),
    ("check centre.toml --against ftp://x", 2, "http://... or https://..., or a folder"),
    ("check centre.toml --against http://127.0.0.1:1", 2, "a service that can be reached (<urlopen error"),
    ("check full", 2, "full: Is a directory"),
    ("check no.toml", 1, "no.toml: line 1: file: "),
    ("check wrong.toml", 1, "wrong.toml: line 4: queue.sales.warp_up: 3 is not allowed"),
    ("model check modle.toml", 2, "model: 'modle.toml' is not allowed; allowed: a file that can be read"),
    ("model check full", 2, "Invalid value for 'FILE': File 'full' is a directory."),
    ("simulate nowhere.toml", 2, "nowhere.toml: No such file or directory"),
    ("serve centr.toml", 2, "a file that can be read"),
    ("serve centre.toml --tokens token.toml", 2, "tokens: 'token.toml' is not allowed; allowed: a file that"),
    ("serve centre.toml --tokens open.toml", 2, "a file that others may not read: chmod o-rwx"),
    ("serve centre.toml --tokens tokens.toml", 2, "did you mean role?"),
    # names in files and options
    ("model show agent_mode", 2, "or a PresenceModel; did you mean agent_modes?"),
    ("run --model agent_mode", 2, "did you mean agent_modes?"),
    ("replay calls.csv --model agent_mode", 2, "did you mean agent_modes?"),
    ("replay calls.csv --mapping nativ", 2, "or the path of a .toml file; did you mean native?"),
    ("replay calls.csv --mapping mapping.toml", 2, "colunms"),
    ("replay calls.csv --engine nothing:at", 2, "MODULE:CLASS that can be imported (No module"),
    ("replay calls.csv --engine os:path", 2, "a class with the API of huntgroup.Engine; it is no class"),
    ("what-if day.ndjson", 2, "Missing option '--set'"),
    ("what-if day.ndjson --set sales", 2, "QUEUE.SETTING=VALUE, such as sales.wrap_up=15"),
    ("what-if day.ndjson --set sales.warp_up=15", 2, "did you mean wrap_up?"),
    ("what-if latin.ndjson --set sales.wrap_up=15", 2, "line 1: line: b'\\xe9' is not allowed"),
    ("what-if colour.ndjson --set sales.wrap_up=15", 2, "line 1: colour: 3 is not allowed"),
    (f"simulate {SCENARIO} --set queue.suport.wrap_up=5", 2, "did you mean support?"),
    (f"simulate {SCENARIO} --staff suport=service_level:0.8", 2, "did you mean support?"),
    (f"simulate {SCENARIO} --precision x", 2, "FIGURE=HALF_WIDTH, such as total.mean_wait=0.5"),
    (f"simulate {SCENARIO} --compare {SCENARIO} --set run.days=5", 2, "give --compare or --set, not both"),
    (f"simulate {SCENARIO} --shifts shifts.toml", 2, "give --staff with --shifts"),
    (f"simulate {SCENARIO} --like ben", 2, "give --staff with --like"),
    (f"simulate {SCENARIO} --staff support=mean_wait:9 --like bne", 2, "did you mean ben?"),
    # what does not go together
    ("replay", 2, "give either a LOG or --demo (try: huntgroup replay --help)"),
    ("replay calls.csv --demo", 2, "give either a LOG or --demo"),
    ("simulate", 2, "give a SCENARIO"),
    ("serve", 2, "either CENTRE, --journal or both, or --demo"),
    ("serve centre.toml --demo", 2, "either CENTRE, --journal or both, or --demo"),
    ("serve centre.toml --speed 2", 2, "--speed: only with --demo"),
    ("serve centre.toml --snapshot-every 9", 2, "--snapshot-every: only with --journal"),
    ("top full", 2, "source: 'full' is not allowed; allowed: a folder with a journal.db"),
    ("top ./nowhere", 2, "the folder of a journal, or the address of a service"),
    ("top journal", 2, "it needs a terminal; programs read GET /v1/queues"),
    ("top", 2, "it needs a terminal; programs read GET /v1/queues, or /v1/stream"),
    # journals
    ("inspect full", 2, "folder: 'full' is not allowed; allowed: a folder with a journal.db"),
    ("verify nowhere", 2, "a folder with a journal.db"),
    ("export full --out made", 2, "a folder with a journal.db"),
    ("export journal", 2, "Missing option '--out'"),
    ("export journal --out journal", 2, "another folder than the one that is read"),
    ("run --journal journal --config wrong.toml", 2, "did you mean wrap_up?"),
    ("history nowhere", 2, "nowhere: No such file or directory"),
    ("history journal --by nothing", 2, "'nothing' is not one of event, arrival"),
    ("history journal --per agnet", 2, "'agnet' is not one of queue, agent; did you mean agent?"),
    ("history document.ndjson", 2, "a command by name; for an exported journal, its folder"),
    ("history colour.ndjson", 2, "a command that can be read: "),
    ("history journal --tz Europe/Nowhere", 2, "Europe/Nowhere"),
    ("history journal --since noon", 2, "since: 'noon' is not allowed; allowed: " + INSTANT),
    ("history journal --from-seq 1 --json", 2, "--from-seq writes events and nothing else"),
    ("history journal --out full", 2, "a folder that is new or empty, or --force to overwrite in it"),
    # what would be overwritten, and what cannot be written
    ("fit call.csv", 2, "call.csv: No such file or directory; did you mean calls.csv?"),
    ("demo-log calls.csv", 2, "a file that is not there yet, or --force to overwrite it"),
    ("demo-log calls.csv --interactions 0", 2, "0 is not in the range 1<=x<=5000000"),
    ("demo-log full --force", 2, "Invalid value for 'PATH': File 'full' is a directory."),
    ("demo-log nowhere/new.csv", 2, "PATH: 'nowhere/new.csv' is not allowed; allowed: " + IN_A_FOLDER),
    ("replay calls.csv --intervals calls.csv --force", 2, "another file than the one that is read"),
    ("export journal --out full", 2, "a folder that is new or empty, or --force to overwrite in it"),
    ("export journal --out nowhere/new", 2, "a folder in one that exists"),
    ("export journal --out calls.csv --force", 2, "allowed: a folder, not a file"),
    (f"simulate {SCENARIO} --out full", 2, "a folder that is new or empty, or --force to overwrite in it"),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "code", "text"), MISTAKES, ids=[typed for typed, _, _ in MISTAKES])
def test_a_mistake_is_one_line_and_an_exit_code(
    place: Path, capsys: pytest.CaptureFixture[str], typed: str, code: int, text: str
) -> None:
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    assert main(typed.split()) == code
    out, err = capsys.readouterr()
    assert out == ""
    # A service says first what it serves.
    lines = [line for line in err.splitlines() if not re.match(r"\d{4}-\d\d-\d\d ", line)]
    assert all(line.startswith("huntgroup: ") for line in lines), err
    # A file has a line for each of its mistakes.
    assert len(lines) == 1 or all(re.match(r"huntgroup: [\w.]+: ", line) for line in lines), err
    assert text in err
    after = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    assert {path: after.get(path) for path in before} == before, "nothing that was there is touched"


def texts_of_errors() -> list[str]:
    """The longest fixed part of each message that the modules of the command line raise themselves."""
    found = []
    for path in sorted((ROOT / "src" / "huntgroup" / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in ("ConfigError", "UsageError"):
                continue
            message = node.args[2 if name == "ConfigError" else 0]
            parts = [
                part.value
                for part in ast.walk(message)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
            if parts and len(longest := max(parts, key=len).strip()) > 3:
                found.append(longest)
    return found


def test_each_error_that_the_command_line_raises_is_expected_by_a_test() -> None:
    tests = list(ROOT.glob("tests/**/test_*.py"))
    expected = "\n".join(path.read_text("utf-8") for path in tests)
    there = texts_of_errors()
    assert len(there) > 20
    assert [text for text in there if text not in expected] == []


def test_every_command_has_a_mistake_that_is_tried() -> None:
    tried = {typed.split()[0] for typed, _, _ in MISTAKES}
    assert set(group.COMMANDS) - tried == {"version"}, "which takes nothing but --json"


# --- errors that no word on the line makes ----------------------------------------------------------------


def test_a_port_that_is_taken_is_said(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("starlette")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "centre.toml", "--port", str(port)]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("huntgroup: ")
    assert os.strerror(errno.EADDRINUSE).lower() in last.lower()


def test_a_service_that_does_not_tell_is_said(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as silent:
        threading.Thread(target=silent.handle_request, daemon=True).start()
        address = f"http://127.0.0.1:{silent.server_port}"
        assert main(["check", "centre.toml", "--against", address]) == 2
    # Before it stands what the server of this test logs.
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.endswith("allowed: a service that tells: it answers 501")


def test_everybody_is_let_in_on_this_machine_only(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("starlette")
    assert main(["serve", "centre.toml", "--host", "0.0.0.0"]) == 2
    assert "host: '0.0.0.0' is not allowed; allowed: a loopback address" in capsys.readouterr().err


def test_a_journal_that_is_open_is_locked_for_others(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with hg.Engine.open(place / "journal"):
        for typed in (
            "inspect journal",
            "verify journal",
            "export journal --out made",
            "run --journal journal",
        ):
            assert main(typed.split()) == 1
            assert capsys.readouterr().err.startswith("huntgroup: JournalLocked: ")
    assert not (place / "made").exists()


def test_a_damaged_journal_is_a_failure_and_not_bad_input(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (place / "journal").glob("journal.db*"):
        file.write_bytes(b"\xff" * file.stat().st_size)
    assert main(["verify", "journal"]) == 1
    assert capsys.readouterr().err.startswith("huntgroup: CorruptJournal: ")


def test_a_folder_of_results_is_written_into_when_told_to(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "journal", "--out", "full", "--force", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["records"] == len((place / "full" / "commands.ndjson").read_text().splitlines())
    assert told["files"][0] == "full/commands.ndjson"
    assert (place / "full" / "dear.txt").read_text() == "dear to somebody\n"


def test_what_is_pressed_to_stop_is_an_exit_code_of_its_own(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("huntgroup.cli.demo_log.write_demo_log", stopped)
    assert main(["demo-log", "new.csv"]) == 130
    assert capsys.readouterr().err.strip() == "huntgroup: interrupted"
    assert not (place / "new.csv").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_disk_that_is_full_is_said(place: Path) -> None:
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "huntgroup", "schema", "centre"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert os.strerror(errno.ENOSPC) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_is_no_file_to_write(place: Path) -> None:
    with (
        pytest.raises(hg.ConfigError, match="a file, not a folder"),
        written(Path("full"), force=True, option="PATH"),
    ):
        pass


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("{" + " " * 1_000_000 + "}", "line: '1000002 bytes' is not allowed; allowed: at most 1000000 bytes"),
        ("[1]", 'allowed: a JSON object such as {"command": "sign_in", "agent": "alice"}'),
        ("{", "allowed: a JSON object (Expecting property name"),
        ('{"command": "advance", "at": "noon"}', "allowed: an integer, nanoseconds on the engine's clock"),
        ('{"command": "enqueu", "queue": "sales"}', "; did you mean enqueue?"),
        ('{"command": "enqueue"}', "queue: None is not allowed; allowed: a value; enqueue needs queue"),
    ],
)
def test_a_line_in_error_is_answered_and_the_exit_code_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, text: str
) -> None:
    feed(monkeypatch, line + "\n")
    assert main(["run"]) == 2
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert (answer["line"], err) == (1, "")
    assert text in answer["error"]
