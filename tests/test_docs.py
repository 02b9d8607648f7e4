"""The pages are true where a machine can tell: generated tables, links, the examples in them."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import huntgroup as hg

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
ENUMS = ROOT / "src" / "huntgroup" / "engine" / "enums.py"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("examples/*.md"), *DOCS.rglob("*.md")])

FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1\s*$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)
INDEXED = re.compile(r"^(?!:)([\w/]+)$", re.MULTILINE)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(path: Path) -> str:
    """The page without its fenced blocks and its code spans, in which brackets are no links."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", path.read_text(encoding="utf-8")))


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and the HTML pages name them."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    plain = (re.sub(r"[`*]", "", heading).lower() for heading in HEADING.findall(text))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


def tool(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- generated parts --------------------------------------------------------------------------------------


def test_the_tables_of_codes_are_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (DOCS / "CODES.md").read_text(encoding="utf-8")
    tables = tool("code_tables", monkeypatch)
    assert tables.filled(page) == page, "run tools/code_tables.py"
    enums = ENUMS.read_text(encoding="utf-8")
    assert tables.enums_filled(enums) == enums, "run tools/code_tables.py"


@pytest.mark.parametrize("name", ["commands", "settings"])
def test_the_pages_of_commands_and_settings_are_those_of_the_code(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (DOCS / f"{name.upper()}.md").read_text(encoding="utf-8")
    pages = tool("reference_pages", monkeypatch)
    assert getattr(pages, f"{name}_filled")(page) == page, "run tools/reference_pages.py"
    assert "| |" not in page, "something is said of each"


def test_the_check_of_the_tables_finds_what_is_out_of_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = tool("code_tables", monkeypatch)
    stale = tmp_path / "CODES.md"
    stale.write_text((DOCS / "CODES.md").read_text(encoding="utf-8").replace("`SIGN_IN`", "`SIGN_ON`"))
    monkeypatch.setattr(tables, "PAGE", stale)
    monkeypatch.setattr(tables, "ENUMS", tmp_path / "enums.py")
    (tmp_path / "enums.py").write_text(ENUMS.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(tables.page_blocks, "ROOT", tmp_path)
    before = stale.read_text(encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["code_tables.py", "--check"])
    assert tables.main() == 1
    assert stale.read_text(encoding="utf-8") == before
    monkeypatch.setattr(sys, "argv", ["code_tables.py"])
    assert tables.main() == 0
    assert stale.read_text(encoding="utf-8") == (DOCS / "CODES.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out == "out of date: CODES.md\nwritten: CODES.md\n"


def test_each_code_is_told_of_once_and_none_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = tool("code_tables", monkeypatch)
    assert list(tables.FIELDS) == [command.name for command in hg.Command]
    assert list(tables.EVENTS) == [kind.name.lower() for kind in hg.EventKind]
    assert list(tables.REASON_MEANINGS) == list(tables.REASONS)


def test_the_fields_that_the_tables_name_are_fields_of_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = tool("code_tables", monkeypatch)
    for told, dtype in (
        (tables.FIELDS.values(), hg.COMMAND_DTYPE),
        ((fields for _, fields in tables.EVENTS.values()), hg.EVENT_DTYPE),
    ):
        for text in told:
            # What stands after a colon explains the field before it.
            names = [part.partition(":")[0].strip(" ()") for part in re.split(r",| or (?=\()", text) if part]
            assert set(names) <= {*(dtype.names or ()), "list"}, text


# --- links and places -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_links_lead_somewhere(path: Path) -> None:
    for target in LINK.findall(prose(path)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), f"{relative(path)}: {target}"
        assert not anchor or anchor in anchors(there), f"{relative(path)}: {target}"


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=relative)
def test_pages_link_to_pages_among_them_only(path: Path) -> None:
    for target in LINK.findall(prose(path)):
        if re.match(r"[^:#]+\.md(#|$)", target):
            there = (path.parent / target.partition("#")[0]).resolve()
            assert there.is_relative_to(DOCS), f"{relative(path)}: {target} is not among the HTML pages"


def test_the_index_names_every_page() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    trees = [body for _, info, body in FENCE.findall(index) if info == "{toctree}"]
    listed = [name for body in trees for name in INDEXED.findall(body)]
    pages = {path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md")} - {"index"}
    assert sorted(listed) == sorted(pages)


# --- the rest ----------------------------------------------------------------------------------------------


def test_the_generators_run_from_the_command_line() -> None:
    command = [sys.executable, str(ROOT / "tools" / "code_tables.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_public_method_tells_its_cost() -> None:
    """But attributes, which are read."""
    for name in dir(hg.Engine):
        text = getattr(hg.Engine, name).__doc__
        if not name.startswith("_") and text is not None:
            assert re.search(r"\bO\(", text), f"Engine.{name}: what does it cost?"


def test_every_public_name_stands_on_a_page_that_people_wrote() -> None:
    generated = {DOCS / "COMMANDS.md"}
    words = {word for path in set(PAGES) - generated for word in re.findall(r"\w+", path.read_text("utf-8"))}
    public = {*hg.__all__, *(name for name in dir(hg.Engine) if not name.startswith("_"))}
    assert public - words == set()


def test_every_public_name_has_an_example_or_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names = tool("public_names", monkeypatch)
    assert names.missing() == [], "run tools/public_names.py"
    assert {"Engine.enqueue", "Router.next_seq", "SkillValue", "StaleOffer"} <= set(names.public())
    # And without the pages that tell of them, they are missed.
    monkeypatch.setattr(names, "ROOT", tmp_path)
    (tmp_path / "page.md").write_text("`enqueue`\n\nA call comes in by `accept`, and that is how it goes.\n")
    assert "Engine.enqueue" in names.missing(), "a word alone says nothing"
    assert "Engine.accept" not in names.missing()


def test_the_search_of_the_pages_is_asked_for_each_word_of_the_glossary(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By `make docs`, which has built them; here that the words are read, and that a lost one is noticed."""
    search = tool("docs_search", monkeypatch)
    words = search.words_of((DOCS / "GLOSSARY.md").read_text(encoding="utf-8"))
    assert len(words) >= 50
    assert {"interaction", "preferred agent", "rejected", "service level"} <= set(words)
    pytest.importorskip("sphinx", reason="Sphinx is not installed, whose index is asked")
    index = {"docnames": ["GLOSSARY", "QUEUES"], "terms": {"tier": [0, 1], "rank": 0}, "titleterms": {}}
    assert search.lost(["tier"], index) == []
    assert search.lost(["rank", "skill"], index) == [
        "rank: no page but the glossary",
        "skill: the glossary is not found",
    ]


def test_the_tutorial_says_how_long_each_step_took(monkeypatch: pytest.MonkeyPatch) -> None:
    newcomer = tool("newcomer", monkeypatch)
    told = newcomer.page_blocks.block(newcomer.PAGE.read_text(encoding="utf-8"), "newcomer")
    times = [float(time) for time in re.findall(r"^\| .+ \| ([\d.]+) s \|$", told, re.MULTILINE)]
    assert len(times) > 6
    assert times[-1] == pytest.approx(sum(times[:-1]), abs=0.5)
    assert times[-1] < newcomer.LONGEST_S


def test_the_page_of_errors_says_of_each_when_it_comes_and_what_to_do() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (\S[^|]+) \| (\S[^|]+) \|$", (DOCS / "ERRORS.md").read_text("utf-8"), re.M
    )
    there = [
        kind.__name__ for kind in vars(hg).values() if isinstance(kind, type) and issubclass(kind, Exception)
    ]
    assert sorted(name for name, _, _ in rows) == sorted(set(there))
    assert len(there) > 30


@pytest.mark.parametrize("path", sorted((DOCS / "coming_from").glob("*.md")), ids=relative)
def test_who_comes_from_elsewhere_finds_a_centre_that_is_one(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    (centre,) = [body for _, info, body in FENCE.findall(text) if info == "toml"]
    (tmp_path / "centre.toml").write_text(centre, encoding="utf-8")
    engine = hg.Engine.from_config(tmp_path / "centre.toml")
    engine.verify()
    assert engine.queues()
    assert engine.directory()
    assert re.search(r"^Sources:\s+\[", text, re.MULTILINE), "where the facts are from"
    for section in ("Words", "The same centre", "What differs", "What is not there"):
        assert f"\n## {section}\n" in text


def test_every_test_that_the_pages_name_exists() -> None:
    """Tests and pages go apart silently: a test that is renamed takes its page along."""
    defining = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)
    files = (ROOT / "tests").rglob("*.py")
    defined = {name for path in files for name in defining.findall(path.read_text(encoding="utf-8"))}
    naming = re.compile(r"`(test_\w+)`")
    named = {name for page in PAGES for name in naming.findall(page.read_text(encoding="utf-8"))}
    assert len(named) > 20
    assert named <= defined, sorted(named - defined)
