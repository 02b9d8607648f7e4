"""The command line for programs: standard input in place of a file, JSON in place of a report."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cli_folder import CENTRE, HEADER, SCENARIO, feed, fill

click = pytest.importorskip("click")
pytest.importorskip("rich")

import huntgroup as hg  # noqa: E402
from huntgroup.cli import group, main  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
MODEL = (Path(hg.__file__).parent / "models" / "queue_login.toml").read_text(encoding="utf-8")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with some files, in which the command runs."""
    fill(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "given", "part"),
    [
        ("check -", CENTRE, "standard input is sound: model agent_modes, 1 queues, 0 agents"),
        (
            "model check -",
            MODEL,
            "standard input: queue_login is sound",
        ),
        ("model show -", MODEL, "On a Call"),
        ("run -", '{"command": "add_queue", "name": "sales"}\n', '"event":"queue_added"'),
        ("what-if - --set sales.wrap_up=5", '{"command": "add_queue", "name": "sales"}\n', "All queues"),
        ("replay -", HEADER + "1999-02-01,PS,0,36000,5,0,AGENT,36005,100,A01\n", "rows read              1"),
    ],
)
def test_a_dash_is_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, given: str, part: str
) -> None:
    feed(monkeypatch, given)
    assert main(typed.split()) == 0
    assert part in capsys.readouterr().out


def test_a_mistake_on_standard_input_has_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feed(monkeypatch, CENTRE + "warp_up = 3\n")
    assert main(["check", "-", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == "standard input"
    assert told["mistakes"][0]["line"] == 4


@pytest.mark.parametrize(
    "typed",
    [
        "version --json",
        "model show --json",
        "model show queue_login --json",
        "check centre.toml --json",
        "check centr.toml --json",
        "model check wrong.toml --json",
        "demo-log new.csv --interactions 20 --json",
        "replay calls.csv --json",
        "inspect journal --json",
        "history journal --json",
        "verify journal --json",
        "export journal --out made --json",
        "what-if day.ndjson --set sales.wrap_up=5 --json",
        f"simulate {SCENARIO} --replications 1 --json",
    ],
)
def test_a_report_is_one_json_object_where_a_program_asks(
    place: Path, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    assert main(typed.split()) in (0, 1, 2)
    out, err = capsys.readouterr()
    assert err == ""
    assert isinstance(json.loads(out), dict)


def test_every_command_with_a_report_has_json() -> None:
    """The others: `run` speaks JSON anyway, `schema` prints it; what is served or sourced has none."""
    without = set()
    for name in group.COMMANDS:
        command = group.huntgroup.get_command(click.Context(group.huntgroup), name)
        for one in getattr(command, "commands", {name: command}).values():
            if not any("--json" in option.opts for option in one.params):
                without.add(name)
    assert without == {"fit", "run", "schema", "serve", "top", "completions"}


def test_the_page_of_the_command_line_has_each_command() -> None:
    page = (ROOT / "docs" / "COMMAND_LINE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)", page, re.MULTILINE)
    assert sorted(rows) == sorted(group.COMMANDS)
