"""The examples run, and the pages about the five systems show what they print and what the models say."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import huntgroup as hg
from huntgroup.testing.reference import ReferenceEngine

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
PAGES = ROOT / "docs" / "models"
MODELS = ("duty_profiles", "presence_profiles", "queue_login", "console_status", "agent_modes")


def load(path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Any:
    return load(ROOT / "tools" / "model_pages.py", monkeypatch)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_the_example_runs_by_itself(path: Path) -> None:
    if "@hg.scorer" in path.read_text(encoding="utf-8"):
        pytest.importorskip("numba", reason="numba is not installed, which compiles the example's scorer")
    if "import FastAPI" in path.read_text(encoding="utf-8"):
        pytest.importorskip("fastapi", reason="FastAPI is not installed, which the example is about")
        pytest.importorskip("httpx", reason="httpx is not installed, by which the example asks")
    if "import duckdb" in path.read_text(encoding="utf-8"):
        for package in ("duckdb", "polars", "pyarrow"):
            pytest.importorskip(package, reason=f"{package} is not installed, which the example asks")
    done = subprocess.run(
        [sys.executable, str(path)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_the_index_says_which_question_each_example_answers() -> None:
    index = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (?:\[([\w.]+)\]\(\1\)|`([\w.]+)`) \| \S+", index, re.MULTILINE)
    there = {path.name for path in EXAMPLES.iterdir() if path.suffix in (".py", ".toml")}
    assert there - {linked or named for linked, named in listed} == set()


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_the_example_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 80


def test_the_notebook_answers_ten_questions() -> None:
    for package in ("duckdb", "polars", "pyarrow"):
        pytest.importorskip(package, reason=f"{package} is not installed, which the example asks")
    path = EXAMPLES / "supervisor_questions.py"
    done = subprocess.run(
        [sys.executable, str(path)], capture_output=True, text=True, timeout=120, check=False
    )
    parts = re.split(r"^(\d+)\. .*\?$", done.stdout, flags=re.MULTILINE)
    assert parts[1::2] == [str(number) for number in range(1, 11)], done.stderr
    for answer in parts[2::2]:
        found = re.search(r"shape: \((\d+), (\d+)\)", answer)
        assert found is not None
        assert found.group(1) != "0", answer


def type_checked(checker: str, folder: Path, *given: object) -> subprocess.CompletedProcess[str]:
    """What a type checker says in a folder; skips where it is not installed."""
    pytest.importorskip(checker, reason=f"{checker} is not installed")
    settings = {
        "mypy": ["--strict", "--config-file="],
        "basedpyright": ["--level", "error", "--pythonpath", sys.executable],
    }[checker]
    return subprocess.run(
        [sys.executable, "-m", checker, *settings, *map(str, given)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        cwd=folder,
    )


@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
def test_the_types_of_the_examples_agree(checker: str) -> None:
    """`make types` checks them as well; basedpyright is pyright with its node, from PyPI."""
    given = {
        "mypy": ["--ignore-missing-imports", *sorted(EXAMPLES.glob("*.py"))],
        "basedpyright": ["--project", ROOT],
    }[checker]
    done = type_checked(checker, EXAMPLES, *given)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
def test_a_mistake_of_a_user_is_one_for_the_type_checkers(checker: str, tmp_path: Path) -> None:
    """That a package is typed shows where somebody errs."""
    program = tmp_path / "mistaken.py"
    program.write_text(MISTAKEN, encoding="utf-8")
    settings = {"include": ["."], "extraPaths": [str(ROOT / "src")], "typeCheckingMode": "standard"}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = type_checked(checker, tmp_path, *{"mypy": [program], "basedpyright": []}[checker])
    assert done.returncode == 1, done.stdout + done.stderr
    wrong = {number for number, line in enumerate(MISTAKEN.splitlines(), 1) if "# wrong" in line}
    told_of = {int(line) for line in re.findall(r"mistaken\.py:(\d+):.*error", done.stdout)}
    assert told_of == wrong, done.stdout


MISTAKEN = """import huntgroup as hg
engine = hg.Engine("agent_modes")
engine.add_queue("sales", wrap_up=30, strategy="longest_idle")
engine.add_queue("sales", wrapup=30)  # wrong
call = engine.enqueue("sales", priority="high")  # wrong
engine.accept(call)
engine.acept(call)  # wrong
for event in engine.poll():
    if event.kind == hg.EventKind.OFFERED and event.agent is not None:
        print(event.agent.upper(), event.seq + 1)
    print(event.agent.upper())  # wrong
rows: list[str] = engine.why_not("ann", call)  # wrong
"""


def test_each_visit_goes_to_whoever_is_nearest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("numba", reason="numba is not installed, which compiles the example's scorer")
    load(EXAMPLES / "scorer_nearest.py", monkeypatch).main()
    told = [line.rpartition(" ")[2] for line in capsys.readouterr().out.splitlines()]
    assert told == ["north", "north", "south", "south"]


def test_after_a_crash_the_same_calls_ring_and_who_hung_up_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    example = load(EXAMPLES / "crash_and_return.py", monkeypatch)
    found = example.crash_and_return(tmp_path)
    assert found["recovery"].commands >= 6
    assert found["recovery"].dropped_bytes == 0
    assert {ref: agent for ref, (agent, _) in found["ringing"].items()} == {"call-1": "ann", "call-2": "ben"}
    with hg.Engine.open(tmp_path) as engine:
        began = {engine.interaction(number).ref: engine.interaction(number).queued_at for number in (1, 2)}
    for ref, (_, until_ns) in found["ringing"].items():
        assert until_ns == began[ref] + example.RINGS * 10**9, "as long as it would have rung"
    assert found["unknown"] == ["call-4"]
    assert {ref: agent for ref, (agent, _) in found["after"].items()} == {"call-1": "ann", "call-3": "ben"}


@pytest.mark.parametrize("which", ["reference", "core"])
@pytest.mark.parametrize("name", MODELS)
def test_the_page_shows_the_day_that_the_example_tells(
    name: str, which: str, pages: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example = load(EXAMPLES / f"day_{name}.py", monkeypatch)
    model = example.model() if hasattr(example, "model") else name
    engine_class: Any = ReferenceEngine if which == "reference" else hg.Engine
    engine = engine_class(model=model)
    example.day(engine)
    engine.verify()
    told = capsys.readouterr().out
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert told.rstrip() in pages.page_blocks.block(page, "day"), "run tools/model_pages.py"


@pytest.mark.parametrize("which", ["reference", "core"])
@pytest.mark.parametrize(
    ("name", "page", "block"),
    [("inbox", "INBOX", "day"), ("handover", "INBOX", "handover"), ("supervisor", "SUPERVISOR", "day")],
)
def test_the_page_shows_the_day_that_an_example_about_work_tells(
    name: str,
    page: str,
    block: str,
    which: str,
    pages: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    example = load(EXAMPLES / f"day_{name}.py", monkeypatch)
    engine_class: Any = ReferenceEngine if which == "reference" else hg.Engine
    engine = engine_class(model="agent_modes")
    example.day(engine)
    engine.verify()
    told = capsys.readouterr().out
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    assert told.rstrip() in pages.page_blocks.block(text, block), "run tools/model_pages.py"


@pytest.mark.parametrize("name", MODELS)
def test_the_page_shows_the_model_as_it_is(name: str, pages: Any) -> None:
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    model = hg.PresenceModel.load(name)
    assert pages.status_table(model) in pages.page_blocks.block(page, "statuses"), "run tools/model_pages.py"
    assert pages.diagram(model) in pages.page_blocks.block(page, "transitions"), "run tools/model_pages.py"


@pytest.mark.parametrize("name", MODELS)
def test_every_status_has_its_row_and_its_place_in_the_diagram(name: str, pages: Any) -> None:
    model = hg.PresenceModel.load(name)
    table, diagram = pages.status_table(model), pages.diagram(model)
    for status in model.statuses:
        assert f"| {status.name} |" in table
        assert f'"{status.name}"' in diagram
