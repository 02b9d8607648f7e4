"""What a release consists of: builds, licences, the bill of materials, and the tools that look at them."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import huntgroup as hg

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = json.loads((ROOT / "web" / "package-lock.json").read_text("utf-8"))["packages"]
STATIC = Path(hg.__file__).parent / "web" / "static"


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


# --- what is vendored -------------------------------------------------------------------------------------


def vendored() -> dict[str, dict[str, str]]:
    """The table of THIRD_PARTY.md, by name."""
    rows = re.findall(r"^\| (?!what|-)(.+) \|$", (ROOT / "THIRD_PARTY.md").read_text("utf-8"), re.MULTILINE)
    columns = ("what", "version", "licence", "copyright", "file", "text")
    return {row.partition(" ")[0]: dict(zip(columns, row.split(" | "), strict=True)) for row in rows}


def test_each_file_of_others_has_its_licence_beside_it_and_its_holder_is_named() -> None:
    named = set()
    for row in vendored().values():
        licence = (STATIC / row["text"].strip("`")).read_text("utf-8")
        assert row["copyright"] in re.sub(r"\(c\) |\. All rights", "", licence)
        assert {"BSD-3-Clause": "BSD 3-Clause", "MIT": "MIT License"}[row["licence"]] in licence
        named |= {STATIC / file.strip("` ") for file in row["file"].split(",")} | {
            STATIC / row["text"].strip("`")
        }
    ours = {STATIC / "vendor" / name for name in ("README.txt", "lit.d.ts", "uplot.d.ts")}
    assert set((STATIC / "vendor").iterdir()) == named | ours


def test_nothing_else_of_others_is_in_the_package() -> None:
    """No font, no picture but ours, and no bundle outside of the folder for it."""
    for path in STATIC.rglob("*"):
        assert path.suffix not in {".woff", ".woff2", ".ttf", ".otf", ".png", ".jpg", ".map"}, path
        if path.suffix == ".js" and path.parent.name != "vendor":
            assert max(map(len, path.read_text("utf-8").splitlines())) < 300, f"{path} looks like a bundle"


def test_the_versions_are_those_that_make_web_takes() -> None:
    for name, row in vendored().items():
        package = LOCK[f"node_modules/{name}"]
        assert (row["version"], row["licence"]) == (package["version"], package["license"]), name
    made = (STATIC / "vendor" / "README.txt").read_text("utf-8")
    assert f"lit {vendored()['lit']['version']}, uPlot {vendored()['uplot']['version']}" in made


def test_the_licence_of_the_package_names_that_of_each_part() -> None:
    parts = set(PROJECT["project"]["license"].split(" AND "))
    assert parts == {"Apache-2.0", *(row["licence"] for row in vendored().values())}
    files = [path for pattern in PROJECT["project"]["license-files"] for path in ROOT.glob(pattern)]
    assert len(files) == 2 + len({row["text"] for row in vendored().values()})


# --- the bill of materials --------------------------------------------------------------------------------


def test_the_bill_of_materials_is_up_to_date(tools: Any) -> None:
    assert (ROOT / "sbom.cdx.json").read_text("utf-8") == tools("sbom").text(), "run tools/sbom.py"


def test_it_names_what_is_vendored_and_what_is_asked_for_and_nothing_else(tools: Any) -> None:
    bill = json.loads((ROOT / "sbom.cdx.json").read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["version"] == PROJECT["project"]["version"]
    by_kind: dict[str, list[dict[str, Any]]] = {"npm": [], "pypi": []}
    for one in bill["components"]:
        by_kind[one["bom-ref"].partition(":")[0]].append(one)
        assert one["licenses"][0]["license"]
        assert one["purl"].startswith("pkg:")
    assert {one["name"]: one["version"] for one in by_kind["npm"]} == {
        name: row["version"] for name, row in vendored().items()
    }
    assert all(len(one["hashes"][0]["content"]) == 128 for one in by_kind["npm"])
    page = (ROOT / "DEPENDENCIES.md").read_text("utf-8").lower()
    names = {one["name"] for one in by_kind["pypi"]}
    assert [name for name in sorted(names) if name not in page] == []
    assert {one["name"] for one in by_kind["pypi"] if one["scope"] == "required"} == {"numpy", "tzdata"}
    assert set(bill["dependencies"][0]["dependsOn"]) == {one["bom-ref"] for one in bill["components"]}


def test_it_is_what_the_standard_says(tools: Any) -> None:
    pytest.importorskip("cyclonedx", reason="cyclonedx-python-lib is not installed: not checked here")
    outcomes = list(tools("release_checks").bill())
    assert [outcome for outcome, _, _ in outcomes] == ["ok", "ok"], outcomes


# --- wheels -----------------------------------------------------------------------------------------------


def test_the_builds_are_those_that_are_promised(tools: Any) -> None:
    pytest.importorskip("cibuildwheel", reason="cibuildwheel is not installed: not checked here")
    outcomes = list(tools("release_checks").builds())
    assert [outcome for outcome, _, _ in outcomes] == ["ok"] * 3, outcomes


def test_the_builds_are_the_pythons_that_the_classifiers_name(tools: Any) -> None:
    line = re.compile(r"Programming Language :: Python :: 3\.(\d+)$")
    named = [found[1] for one in PROJECT["project"]["classifiers"] if (found := line.match(one))]
    assert tuple(f"cp3{minor}" for minor in named) == tools("release_checks").PYTHONS
    assert PROJECT["tool"]["cibuildwheel"]["build"] == [f"cp3{minor}-*" for minor in named]


def test_a_wheel_without_a_licence_or_with_a_source_is_found(tools: Any) -> None:
    check = tools("check_wheel")
    whole = [pattern.replace("*", "x") for pattern in check.wanted()]
    assert check.faults(whole) == []
    on_windows = [re.sub(r"\.so$", ".pyd", name) for name in whole]
    assert check.faults(on_windows) == []
    for lost in (name for name in whole if "licenses" in name or "sboms" in name):
        assert len(check.faults([name for name in whole if name != lost])) == 1
    assert check.faults([*whole, "huntgroup/core/steps/offers.c"]) == [
        "unwanted: huntgroup/core/steps/offers.c"
    ]


def test_a_check_that_cannot_be_made_is_never_a_green_one(
    tools: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = tools("release_checks")
    monkeypatch.setattr(checks, "tool", lambda *_: None)
    monkeypatch.setattr(sys, "argv", ["release_checks.py", "huntgroup-1-cp313-cp313-linux_x86_64.whl"])
    assert checks.main() == 0
    said = capsys.readouterr().out
    for name in ("cibuildwheel", "twine", "auditwheel", "check-wheel-contents", "pip-audit", "abi3audit"):
        assert re.search(rf"^not checked here  {name}", said, re.MULTILINE), name


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ('{"dependencies": [{"name": "numpy", "skip_reason": "not found"}]}', "not checked here"),
        ("", "not checked here"),
        ('{"dependencies": [{"name": "numpy", "version": "2", "vulns": []}]}', "ok"),
        ('{"dependencies": [{"name": "numpy", "version": "2", "vulns": [{"id": "PYSEC-1"}]}]}', "FAILED"),
    ],
)
def test_weaknesses_are_known_only_where_a_database_answers(
    tools: Any, monkeypatch: pytest.MonkeyPatch, answer: str, outcome: str
) -> None:
    checks = tools("release_checks")
    done = type("Done", (), {"stdout": answer, "stderr": "no route to host", "returncode": 1})()
    monkeypatch.setattr(checks, "tool", lambda *_: done)
    assert [found for found, _, _ in checks.known_weaknesses()] == [outcome]


def test_each_extra_says_what_it_brings() -> None:
    page = (ROOT / "docs" / "RELEASING.md").read_text("utf-8") + (ROOT / "DEPENDENCIES.md").read_text("utf-8")
    for extra in PROJECT["project"]["optional-dependencies"]:
        assert f"`{extra}`" in page, extra


# --- the page of releases ---------------------------------------------------------------------------------


def test_what_is_deprecated_is_said_in_the_changelog_and_warns() -> None:
    """None so far; the first one needs a line under "Deprecated", and a DeprecationWarning."""
    warned = [
        path
        for path in Path(hg.__file__).parent.rglob("*.py")
        if "DeprecationWarning" in path.read_text("utf-8")
    ]
    told = "### Deprecated" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert bool(warned) == told


def test_the_version_is_one_of_semantic_versioning_and_in_the_changelog() -> None:
    version = PROJECT["project"]["version"]
    assert re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)((a|b|rc)\d+)?", version)
    assert f"\n## [{version}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
