"""Prints the requirements that pip must install for the named parts of pyproject.toml, one on a line.

A part is `build` (what builds the package), `project` (what it needs at run time) or the name of an extra.
The Makefile installs these once and then builds without isolation, so that a second build compiles only
changed files.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
# The backend fetches these two by itself only when it builds in isolation.
BUILD_PROGRAMS = ["cmake>=3.21", "ninja>=1.10"]


def requirements(part: str, metadata: dict[str, dict[str, object]]) -> list[str]:
    """The requirement strings of one part, extras that name extras of ours resolved."""
    project = metadata["project"]
    extras = project["optional-dependencies"]
    assert isinstance(extras, dict)
    if part == "build":
        listed = metadata["build-system"]["requires"]
        assert isinstance(listed, list)
        return [*listed, *BUILD_PROGRAMS]
    listed = project["dependencies"] if part == "project" else extras.get(part)
    if not isinstance(listed, list):
        known = ", ".join(["build", "project", *extras])
        raise SystemExit(f"requirements.py: part {part!r} is not in {PYPROJECT.name}; there are: {known}")
    found: list[str] = []
    for requirement in listed:
        own = re.fullmatch(rf"{project['name']}\[(.+)\]", requirement)
        names = own.group(1).split(",") if own else []
        found += [line for name in names for line in requirements(name.strip(), metadata)]
        found += [] if own else [requirement]
    return found


def main(parts: list[str]) -> None:
    metadata = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))
    for line in dict.fromkeys(line for part in parts for line in requirements(part, metadata)):
        print(line)


if __name__ == "__main__":
    main(sys.argv[1:])
