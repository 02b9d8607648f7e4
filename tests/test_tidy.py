"""What every source file keeps to: its size, its lines, no open ends, and no name of a status in the code."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "huntgroup"
FOLDERS = ("src", "native", "tests", "tools", "benchmarks", "examples", "docs", "cmake")
CODE = {".py", ".pyx", ".pxd", ".pyi", ".c", ".h"}
MAX_LINES = 600
MAX_COLUMNS = 110
OPEN_ENDS = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")

# Names that the engine itself may know: the states of an interaction, which no model can change.
INTERACTION_STATES = {
    *("Queued", "Offered", "Dialing", "Handling", "On Hold", "Consulting", "In Conference"),
    *("Wrap Up", "Completed", "Abandoned"),
}
OUTWARD_PRESENCES = {"available", "busy", "absent", "closed"}


def source_files() -> list[Path]:
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in CODE]
    return sorted(path for path in found if "build" not in path.relative_to(ROOT).parts)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def command_names() -> set[str]:
    """Every command's name, from its code: one may happen to be called as a model is."""
    codes = (PACKAGE / "core" / "state" / "codes.pxd").read_text(encoding="utf-8")
    return {name.lower() for name in re.findall(r"\bCMD_(\w+)", codes)}


def model_names() -> set[str]:
    """Every name of a model and of a status in the built-in model files that can mean nothing else."""
    names = set()
    for path in (PACKAGE / "models").glob("*.toml"):
        model = tomllib.loads(path.read_text(encoding="utf-8"))
        names |= {model["name"], *(status["name"] for status in model["status"])}
    return names - INTERACTION_STATES - OUTWARD_PRESENCES - command_names()


@pytest.mark.parametrize("path", source_files(), ids=relative)
def test_a_file_is_small_and_closed(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= MAX_LINES, f"{relative(path)} has {len(lines)} lines: what is it really two of?"
    for number, line in enumerate(lines, 1):
        assert len(line) <= MAX_COLUMNS, (
            f"{relative(path)}:{number}: {len(line)} columns, at most {MAX_COLUMNS}"
        )
        assert not OPEN_ENDS.search(line), f"{relative(path)}:{number}: an open end: {line.strip()}"


def test_there_are_models_to_look_for() -> None:
    assert {"agent_modes", "Ready", "Break"} <= model_names()


def core_files() -> list[Path]:
    places = [*PACKAGE.glob("core/**/*.p[yx]*"), *ROOT.glob("native/include/**/*.h")]
    return sorted([*places, *ROOT.glob("native/src/*.[ch]")])


@pytest.mark.parametrize("path", core_files(), ids=relative)
def test_the_core_names_no_status_and_no_model(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name in model_names():
        named = f'"{name}"' in text or f"'{name}'" in text
        assert not named, f"{relative(path)} names {name!r}: that is for a model file"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=relative)
def test_no_code_compares_with_the_name_of_a_status_or_model(path: Path) -> None:
    names = model_names()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Compare):
            parts: list[ast.AST] = [node.left, *node.comparators]
        elif isinstance(node, ast.MatchValue):
            parts = [node.value]
        else:
            continue
        for leaf in (leaf for part in parts for leaf in ast.walk(part)):
            decides_by_name = isinstance(leaf, ast.Constant) and leaf.value in names
            assert not decides_by_name, (
                f"{relative(path)}:{node.lineno}: a name that only a model file may know"
            )
