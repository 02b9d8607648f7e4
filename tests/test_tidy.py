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
    found = [*places, *ROOT.glob("native/src/*.[ch]")]
    return sorted(path for path in found if path.suffix != ".pyc")


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


# --- pages ------------------------------------------------------------------------------------------------

MAX_PROSE_COLUMNS = 120
RULES_PAGE = ROOT / "docs" / "SEMANTICS.md"
RULE_ID = re.compile(r"\*\*([A-Z]+-\d+)\*\*")
SECTIONS = re.findall(r"^## \d+\. .*\n\*(.*?)\*", RULES_PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def pages() -> list[Path]:
    return sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def prose_lines(path: Path) -> list[tuple[int, str]]:
    """The lines of a page that somebody reads as text, with their numbers: no tables, no blocks of code."""
    lines, fenced = [], False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced and not line.startswith("|"):
            lines.append((number, line))
    return lines


@pytest.mark.parametrize("path", pages(), ids=relative)
def test_a_page_has_no_line_that_is_too_long_to_read(path: Path) -> None:
    long = [f"line {n}: {len(line)}" for n, line in prose_lines(path) if len(line) > MAX_PROSE_COLUMNS]
    assert not long, f"at most {MAX_PROSE_COLUMNS} columns: {long}"


def rule_ids() -> list[str]:
    """The ids of the rules in the order of the page: those that stand where a rule begins."""
    starts = re.compile(rf"^(?:- |\| ){RULE_ID.pattern}", re.MULTILINE)
    return starts.findall(RULES_PAGE.read_text(encoding="utf-8"))


def test_every_rule_has_an_id_of_its_own() -> None:
    ids = rule_ids()
    assert len(ids) == len(set(ids)), sorted(name for name in set(ids) if ids.count(name) > 1)
    text = RULES_PAGE.read_text(encoding="utf-8")
    bare = [n for n, line in prose_lines(RULES_PAGE) if line.startswith("- ") and not RULE_ID.match(line[2:])]
    assert not bare, f"list items without an id in lines {bare}"
    assert len(re.findall(r"^## \d", text, re.MULTILINE)) == len(SECTIONS), "a section names no folder"
    for section in SECTIONS:
        for folder in re.findall(r"`(core/\w+)`", section):
            assert (PACKAGE / folder).is_dir(), folder


def test_whoever_names_a_rule_names_one_that_exists() -> None:
    known = set(rule_ids())
    words = "|".join(sorted({name.partition("-")[0] for name in known}))
    named = re.compile(rf"\b(?:{words})-\d+\b")
    for path in [*source_files(), *pages()]:
        unknown = set(named.findall(path.read_text(encoding="utf-8"))) - known
        assert not unknown, f"{relative(path)}: {sorted(unknown)}"


# --- comments ---------------------------------------------------------------------------------------------

BANNER = re.compile(r"^ *# --- [^-\s].* -{3,}$")
LIKE_A_BANNER = re.compile(r"^\s*#\s*-{3}|^\s*#.*-{8,}\s*$")
C_STRAY = re.compile(r"^\s*\*\s+\*/|\*/\s*\*/")
PAGE_NAMED = re.compile(r"[\w/.-]+\.md\b")


@pytest.mark.parametrize("path", source_files(), ids=relative)
def test_a_banner_stands_on_one_line_and_a_comment_closes_once(path: Path) -> None:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if path.suffix in {".c", ".h"}:
            assert not C_STRAY.search(line), (
                f"{relative(path)}:{number}: a comment closes on a line of its own"
            )
        elif LIKE_A_BANNER.match(line):
            assert BANNER.match(line), f"{relative(path)}:{number}: a banner is `# --- title ---...`"


@pytest.mark.parametrize("path", source_files(), ids=relative)
def test_a_page_that_is_named_is_in_the_repository(path: Path) -> None:
    if path.is_relative_to(ROOT / "tests"):
        return  # pages made up for a test
    for name in PAGE_NAMED.findall(path.read_text(encoding="utf-8")):
        there = [ROOT / name, ROOT / "docs" / name, path.parent / name]
        assert any(place.exists() for place in there), f"{relative(path)} names {name}"


def test_the_example_of_a_file_in_its_docstring_is_one() -> None:
    text = ast.get_docstring(ast.parse((PACKAGE / "settings" / "config_file.py").read_text(encoding="utf-8")))
    assert text is not None
    example = tomllib.loads(text.partition("\n\n")[2])
    entries = {"channel", "queue", "agent"}
    assert {"model", "seed", "keep_finished", "skills", "groups", *entries, "service"} == set(example)
