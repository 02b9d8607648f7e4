"""What asks of those who contribute: the forms of issues, and the hooks of a commit."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml", reason="pyyaml is not here, which reads the forms")

ROOT = Path(__file__).resolve().parent.parent
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))


@pytest.mark.parametrize(
    "path", [form for form in FORMS if form.name != "config.yml"], ids=lambda path: path.name
)
def test_a_form_is_one_that_can_be_shown(path: Path) -> None:
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(form) == {"name", "description", "labels", "body"}
    names = [field["id"] for field in form["body"] if field["type"] != "markdown"]
    assert len(names) == len(set(names)) >= 3
    for field in form["body"]:
        assert field["type"] in {"markdown", "textarea", "input", "dropdown", "checkboxes"}
        if field["type"] == "markdown":
            assert field["attributes"]["value"]
        else:
            assert field["attributes"]["label"]
    assert any(field.get("validations", {}).get("required") for field in form["body"])


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_the_pages_that_a_form_names_are_there(path: Path) -> None:
    for name in re.findall(r"\b[\w/]+\.md\b", path.read_text(encoding="utf-8")):
        assert (ROOT / name).is_file(), name


def test_the_hooks_of_a_commit_are_the_checks_of_make() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"], "nothing is downloaded"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    check = makefile[makefile.index("\ncheck:") : makefile.index("\nformat:")]
    entries = " ".join(hook["entry"] for hook in hooks[0]["hooks"])
    for tool in ("ruff check", "ruff format", "mypy", "cython-lint", "clang-format"):
        assert tool in check
        assert tool in entries, f"{tool}: make check has it, a commit has not"
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"][
        "dev"
    ]
    brought = {re.match(r"[\w-]+", line)[0] for line in extra}  # type: ignore[index]
    for hook in hooks[0]["hooks"]:
        program = Path(shlex.split(hook["entry"])[0]).name
        assert program in {*brought, "python", "sh"}, program
