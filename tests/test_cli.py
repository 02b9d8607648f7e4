"""The command line: what it prints, one-line errors, exit codes, pipes, and what it needs to start."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("click")
pytest.importorskip("rich")

import huntgroup as hg
from huntgroup.cli import main

REFERENCE = "huntgroup.testing.reference:ReferenceEngine"
BANK_HEADER = "date,type,priority,entry_s,vru_s,queue_s,outcome,answer_s,service_s,agent"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "calls.csv"
    rows = [f"1999-02-01,PS,0,{36_000 + 300 * k},5,0,AGENT,{36_005 + 300 * k},100,A01" for k in range(5)]
    path.write_text("\n".join((BANK_HEADER, *rows)) + "\n", encoding="utf-8")
    return path


def error_of(capsys: pytest.CaptureFixture[str], code: int, *arguments: object) -> str:
    """Run, and check that the outcome is this exit code and one line on stderr."""
    assert main([str(argument) for argument in arguments]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("huntgroup: ")
    assert err.count("\n") == 1, err
    return err


def run_lines(
    *commands: dict[str, Any] | str, arguments: tuple[str, ...] = ()
) -> tuple[int, list[dict[str, Any]]]:
    """Feed `huntgroup run` in a process of its own; returns the exit code and the lines it wrote."""
    lines = "".join(
        (command if isinstance(command, str) else json.dumps(command)) + "\n" for command in commands
    )
    done = subprocess.run(
        [sys.executable, "-m", "huntgroup", "run", "--engine", REFERENCE, *arguments],
        input=lines.encode("utf-8", "surrogateescape"),
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


# --- help, version, models --------------------------------------------------------------------------------


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for name in ("replay", "demo-log", "run", "model", "version"):
        assert f"\n  {name} " in out


@pytest.mark.parametrize("command", ["replay", "demo-log", "run", "model", "version"])
def test_each_command_has_help(capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert main([command, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: huntgroup {command}")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["version"]) == 0
    assert capsys.readouterr().out.startswith("huntgroup ")


def test_a_model_is_shown_and_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "show"]) == 0
    assert "queue_login: " in capsys.readouterr().out
    assert main(["model", "show", "queue_login"]) == 0
    assert "On a Call" in capsys.readouterr().out


def test_a_model_file_is_checked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\ntitle = "Mine"\ndefault = "Nowhere"\ncolour = 3\n', encoding="utf-8")
    assert main(["model", "check", str(path)]) == 1
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) >= 2
    assert all(line.startswith(f"huntgroup: {path}: ") for line in errors)
    path.write_text(
        'name = "mine"\ntitle = "Mine"\ndefault = "Off"\n'
        '[[status]]\nname = "On"\ncolour = "green"\nselectable = true\nreceives_queued = true\n'
        'reported_as = "in"\n'
        '[[status]]\nname = "Off"\ncolour = "grey"\nselectable = true\nreported_as = "out"\n',
        encoding="utf-8",
    )
    assert main(["model", "check", str(path)]) == 0
    assert "mine is sound, 2 statuses" in capsys.readouterr().out


# --- replay -----------------------------------------------------------------------------------------------


def test_replay_prints_a_plain_report_into_a_pipe(capsys: pytest.CaptureFixture[str], log: Path) -> None:
    assert main(["replay", str(log), "--engine", REFERENCE]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "rows read              5" in out
    assert "\x1b" not in out


def test_replay_prints_json(capsys: pytest.CaptureFixture[str], log: Path) -> None:
    assert main(["replay", str(log), "--engine", REFERENCE, "--json", "--model", "queue_login"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["facts"]["presence_model"] == "queue_login"
    assert report["queues"][-1]["answered"] == 5


def test_replay_writes_intervals(log: Path, tmp_path: Path) -> None:
    path = tmp_path / "agents.csv"
    assert main(["replay", str(log), "--engine", REFERENCE, "--intervals", str(path), "--minutes", "15"]) == 0
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["agent"] for row in rows} == {"A01"}
    assert sum(float(row["duration_s"]) for row in rows if row["name"] == "Busy") == 500


def test_a_generated_log_is_written_and_replayed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "demo.csv"
    small = ["--interactions", "60", "--days", "1", "--engine", REFERENCE]
    assert main(["demo-log", str(path), *small]) == 0
    rows = len(path.read_text(encoding="utf-8").splitlines()) - 1
    assert f"{rows:,} interactions" in capsys.readouterr().out
    assert main(["replay", str(path), "--engine", REFERENCE]) == 0
    from_file = capsys.readouterr().out
    assert main(["replay", "--demo", *small]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == from_file.splitlines()[1:]


# --- bad input: one line, exit code 2 ---------------------------------------------------------------------


def test_a_missing_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "No such file" in error_of(capsys, 2, "replay", tmp_path / "nothing.csv")


def test_an_empty_log(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.touch()
    assert f"{path}:1: the file is empty; expected" in error_of(capsys, 2, "replay", path)


def test_a_log_with_a_missing_column(capsys: pytest.CaptureFixture[str], log: Path) -> None:
    log.write_text(log.read_text(encoding="utf-8").replace("queue_s", "waiting"), encoding="utf-8")
    assert f"{log}:1: column 'queue_s'" in error_of(capsys, 2, "replay", log)


def test_a_log_that_is_not_utf_8(capsys: pytest.CaptureFixture[str], log: Path) -> None:
    log.write_bytes(log.read_bytes().replace(b"PS", b"P\xe9", 1))
    assert f"{log}:2: byte 0xe9 at byte 13 is not UTF-8" in error_of(capsys, 2, "replay", log)


def test_a_value_that_cannot_be_read(capsys: pytest.CaptureFixture[str], log: Path) -> None:
    log.write_text(log.read_text(encoding="utf-8").replace(",100,A01", ",long,A01", 1), encoding="utf-8")
    expected = f"{log}:2: column 'service_s': 'long'; expected a number of seconds"
    assert expected in error_of(capsys, 2, "replay", log)


def test_a_malformed_requirement_in_a_log(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(
        "arrived_at,channel,queue,requires,priority,outcome,waited_s,handled_s,agent\n"
        "2026-03-02T09:00:00,voice,sales,spanish >=,0,answered,0,60,kim\n",
        encoding="utf-8",
    )
    assert f"{path}:2: column 'requires': 'spanish >='" in error_of(capsys, 2, "replay", path)


def test_wrong_options(capsys: pytest.CaptureFixture[str], log: Path) -> None:
    assert "either a LOG or --demo" in error_of(capsys, 2, "replay")
    assert "either a LOG or --demo" in error_of(capsys, 2, "replay", log, "--demo")
    assert "'nonsense' is not one of" in error_of(capsys, 2, "replay", log, "--strategy", "nonsense")
    assert "No such command 'paly'" in error_of(capsys, 2, "paly")
    assert "'nonsense' is not allowed" in error_of(capsys, 2, "replay", log, "--model", "nonsense")
    assert "'nonsense' is not allowed" in error_of(capsys, 2, "replay", log, "--mapping", "nonsense")
    assert "engine: 'os:nothing' is not allowed" in error_of(
        capsys, 2, "replay", log, "--engine", "os:nothing"
    )
    assert "No such option" in error_of(capsys, 2, "model", "show", "--loud")


# --- run --------------------------------------------------------------------------------------------------

SALES = (
    {"command": "add_queue", "name": "sales", "channel": "voice"},
    {
        "command": "add_agent",
        "name": "kim",
        "queues": ["sales"],
        "devices": ["voice"],
        "signed_in": True,
        "status": "Ready",
    },
)


def test_commands_in_events_out() -> None:
    code, lines = run_lines(*SALES, {"command": "enqueue", "queue": "sales", "ref": "Ä", "at": 5}, "")
    assert code == 0
    kinds = [line.get("event") for line in lines]
    assert "queued" in kinds
    (offered,) = [line for line in lines if line.get("event") == "offered"]
    assert (offered["agent"], offered["queue"], offered["at_ns"], offered["interaction"]) == (
        "kim",
        "sales",
        5,
        1,
    )
    assert lines[-1] == {"result": 1, "line": 3}


def test_a_refused_command_is_told_and_the_next_one_carried_out() -> None:
    commands = [*SALES, {"command": "accept", "interaction": 7}, {"command": "sign_out", "agent": "kim"}]
    code, lines = run_lines(*commands)
    assert code == 1
    (refused,) = [line for line in lines if "refused" in line]
    assert (refused["refused"], refused["line"]) == ("UnknownInteraction", 3)
    assert lines[-1]["event"] in (
        "signed_out",
        "status_changed",
        "presence_changed",
        "centre_presence_changed",
    )
    assert run_lines(*commands, arguments=("--keep-going",))[0] == 0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "a JSON object"),
        ("[1]", "a JSON object such as"),
        ('{"command": "digest"}', "command: 'digest' is not allowed"),
        ('{"command": "__init__"}', "command: '__init__' is not allowed"),
        ('{"command": "enqueue", "queue": "sales", "at": "noon"}', "at: 'noon' is not allowed"),
        ('{"command": "enqueue", "queue": "sales", "colour": 3}', "colour"),
        ('{"command": "add_queue", "name": 3, "channel": "voice"}', "3"),
        (
            '{"command": "set_status", "agent": "kim"}',
            "status: None is not allowed; allowed: a value; set_status",
        ),
        ("\udcff", "UTF-8 text"),
    ],
)
def test_a_line_that_cannot_be_read_is_an_error_and_the_next_one_carried_out(line: str, message: str) -> None:
    code, lines = run_lines(*SALES, line, {"command": "enqueue", "queue": "sales"})
    assert code == 2
    (error,) = [line for line in lines if "error" in line]
    assert error["line"] == 3
    assert message in error["error"]
    assert lines[-1] == {"result": 1, "line": 4}


def test_every_command_of_an_engine_with_an_instant_is_one_of_run() -> None:
    from huntgroup.cli.lines import commands, queries
    from huntgroup.live.owner import commands_of

    untimed = {"actor", "apply", "forecast", "reconcile", "reconfigure", "requirement", "text"}
    assert set(commands()) == commands_of(hg.Engine) - untimed
    assert commands()["extend_wrap_up"] == ("interaction", "seconds")
    assert set(queries()) & set(commands()) == set()


def test_a_query_is_answered_between_two_commands_and_changes_nothing() -> None:
    code, lines = run_lines(
        *SALES,
        {"command": "enqueue", "queue": "sales", "at": 5},
        {"query": "interaction", "interaction": 1},
        {"query": "presence", "at": 10**9},
        {"query": "estimated_wait", "queue": "sales"},
        {"query": "queue", "queue": "nowhere"},
        {"query": "moon"},
        {"query": "why_not", "agent": "kim"},
    )
    assert code == 2
    told = {line["line"]: line for line in lines if "event" not in line}
    assert told[4]["result"]["state"] == "Offered"
    (row,) = told[5]["result"]
    assert (row["queue"], row["presence"], row["logged_in"], row["oldest_wait_ns"]) == (
        "sales",
        "busy",
        1,
        None,
    )
    assert "result" in told[6]
    assert told[7]["refused"] == "UnknownQueue"
    assert "query: 'moon' is not allowed" in told[8]["error"]
    assert "why_not needs agent, interaction" in told[9]["error"]


def heed_interrupts() -> None:
    """In a new process: not to ignore SIGINT, as the children of a shell's background job do."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Lines:
    """`huntgroup run` as a program that is fed line by line."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "huntgroup", "run", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heed_interrupts,
        )

    def say(self, **members: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(members) + "\n")
        self.process.stdin.flush()

    def hear(self, wanted: str) -> dict[str, Any]:
        """The next line that is such an event or has such a member."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            found: dict[str, Any] = json.loads(line)
            if found.get("event") == wanted or wanted in found:
                return found
        raise AssertionError(f"no {wanted}")

    def end(self) -> tuple[int, str]:
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors


def test_with_live_timers_fire_while_no_line_comes() -> None:
    lines = Lines("--live")
    lines.say(command="add_queue", name="sales", offer_timeout=0.4)
    lines.say(**SALES[1])
    lines.say(command="enqueue", queue="sales")
    offered = lines.hear("offered")
    assert lines.hear("result")["result"] == 1
    expired = lines.hear("expired")
    assert expired["at_ns"] - offered["at_ns"] == 400_000_000, "nobody has said anything meanwhile"
    lines.say(query="interaction", interaction=1)
    assert lines.hear("result")["result"]["state"] == "Queued"
    lines.say(command="end", interaction=1)
    assert lines.hear("refused")["line"] == 5
    lines.say(command="enqueue", queue="sales", at=5)
    assert "no at with --live: time is that of the clock" in lines.hear("error")["error"]
    code, errors = lines.end()
    assert code == 2
    assert errors.startswith("huntgroup: model agent_modes, 0 agents, 0 queues, journal: none")


def test_with_live_an_interrupt_ends_it_though_no_line_comes() -> None:
    lines = Lines("--live")
    lines.say(command="add_queue", name="sales")
    lines.hear("queue_added")
    lines.process.send_signal(signal.SIGINT)
    assert lines.process.wait(timeout=30) == 130
    code, errors = lines.end()
    assert code == 130
    assert "Fatal" not in errors


def test_with_live_an_interrupt_that_another_thread_gets_ends_it() -> None:
    program = """
import signal, sys, threading
from huntgroup.cli import main

def interrupt():
    signal.pthread_kill(threading.get_ident(), signal.SIGINT)

threading.Timer(1.0, interrupt).start()
sys.exit(main(["run", "--live"]))
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=heed_interrupts,
    )
    try:
        assert process.wait(timeout=30) == 130
    finally:
        process.kill()
        process.communicate()


def test_with_live_and_a_journal_it_goes_on_where_it_was(tmp_path: Path) -> None:
    folder = str(tmp_path / "journal")
    lines = Lines("--live", "--journal", folder)
    lines.say(command="add_queue", name="sales")
    lines.say(command="enqueue", queue="sales", ref="leg-1")
    lines.hear("result")
    lines.process.kill()
    lines.end()
    lines = Lines("--live", "--journal", folder)
    lines.say(query="waiting", queue="sales")
    assert [one["ref"] for one in lines.hear("result")["result"]] == ["leg-1"]
    code, errors = lines.end()
    assert code == 0
    assert f"1 queues, journal: {folder} (3 commands in 3 groups" in errors


def test_the_help_of_run_has_an_example_that_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--help"]) == 0
    example = capsys.readouterr().out.partition("Example:")[2].partition("Options:")[0]
    words = example.replace("huntgroup run", f"{sys.executable} -m huntgroup run")
    done = subprocess.run(["/bin/sh", "-c", words], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1])["result"]["waiting"] == 1


# --- around it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line", ['{"command":"advance","\\ud800":1}', '{"command":"\\udfff"}', "[" * 100_000]
)
def test_a_line_that_cannot_be_written_back_is_an_error_and_the_next_one_carried_out(line: str) -> None:
    code, out = run_lines(
        line, {"command": "add_queue", "name": "sales"}, {"command": "enqueue", "queue": "sales"}
    )
    assert code == 2
    assert "error" in out[0]
    assert out[-1] == {"result": 1, "line": 3}


def test_a_closed_pipe_is_no_error(log: Path) -> None:
    command = f"{sys.executable} -m huntgroup replay {log} --engine {REFERENCE} --json; echo code $? >&2"
    done = subprocess.run(
        ["/bin/sh", "-c", f"{{ {command}; }} | head -c 10 >{os.devnull}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "code 0\n"


def test_without_its_extra_the_command_says_which_to_install(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text(
        "raise ModuleNotFoundError('no click', name='click')\n", encoding="utf-8"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
            "from huntgroup.cli import main; sys.exit(main(['version']))",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == ("huntgroup: the command line needs click: pip install 'huntgroup[cli]'\n")


def test_help_imports_neither_numpy_nor_rich() -> None:
    program = (
        "import sys; from huntgroup.cli import main; main(['--help'])\n"
        "print([name for name in ('rich', 'huntgroup.sim', 'huntgroup.report') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
