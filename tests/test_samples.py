"""Every sample on a page runs, and prints what the page says."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

import click
import pytest
from page_samples import ROOT, Reader, matches, samples

import huntgroup as hg
from huntgroup.cli.group import huntgroup

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("examples/*.md"), *DOCS.rglob("*.md")])
PLAYED = [path for path in PAGES if {sample.kind for sample in samples(path)} & {"python", "console"}]
NOT_PLAYED = {"py", "python3", "pycon", "bash", "shell"}
PROGRAM = r"(huntgroup|make|python) +([^#\n]*)"
LINES = {
    "": re.compile(rf"^(?:\$ )?{PROGRAM}", re.MULTILINE),
    "sh": re.compile(rf"^{PROGRAM}", re.MULTILINE),
    "console": re.compile(rf"^\$ {PROGRAM}", re.MULTILINE),
}


# What the samples of a page take for granted, where it would be long beside them.
GIVEN = {
    "docs/SUPERVISOR.md": """
import huntgroup as hg
engine = hg.Engine()
engine.add_queue("sales")
engine.add_agent("anna", queues=["sales"], devices=["voice"])
for _ in range(7):
    engine.enqueue("sales")
""",
}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PLAYED, ids=relative)
def test_the_samples_of_the_page_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "curl " in path.read_text(encoding="utf-8") and shutil.which("curl") is None:
        pytest.skip("curl is not there, which the page types")
    if importlib.util.find_spec("numba") is None:
        monkeypatch.setattr(hg, "scorer", hg.python_scorer)
    monkeypatch.chdir(tmp_path)
    reader = Reader(path, tmp_path)
    exec(GIVEN.get(relative(path), ""), reader.names)
    reader.play()


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_no_sample_hides_behind_another_name_of_its_language(path: Path) -> None:
    """Python is `python`, a shell with what it prints `console`, one that is not played `sh` or nothing."""
    assert not {sample.kind for sample in samples(path)} & NOT_PLAYED


def commands() -> list[tuple[str, str, str]]:
    return [
        (relative(path), found[1], found[2].strip())
        for path in PAGES
        for sample in samples(path)
        if sample.kind in LINES
        for found in LINES[sample.kind].finditer(re.sub(r"\\\n", "", sample.body))
    ]


def test_the_commands_on_the_pages_are_there() -> None:
    """Also those that no test runs: subcommand, options, target, module."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    names = {"huntgroup": 0, "make": 0, "python": 0}
    for page, program, rest in commands():
        names[program] += 1
        words = rest.split()
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        if program == "make":
            target = words[0]
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{page}: make {target}"
        elif program == "python":
            if words[0] == "-m" and words[1].startswith("benchmarks."):
                assert (ROOT / (words[1].replace(".", "/") + ".py")).exists(), f"{page}: python {rest}"
            elif words[0].endswith(".py"):
                assert (ROOT / words[0]).exists(), f"{page}: python {rest}"
        elif words and not words[0].startswith("-"):
            command = huntgroup.get_command(click.Context(huntgroup), words[0])
            assert command is not None, f"{page}: huntgroup {rest}"
            known = {"--help", *(name for parameter in command.params for name in parameter.opts)}
            if not isinstance(command, click.Group):
                assert options <= known, f"{page}: huntgroup {rest}"
    assert min(names.values()) > 0


def test_what_a_page_promises_is_compared() -> None:
    assert matches("one\ntwo\nthree\n", "one\n...\nthree")
    assert matches('{"seq":12,"at":"now"}', '{"seq":12,...}')
    assert not matches("one\ntwo\n", "one")
    assert not matches("once", "on.e")
