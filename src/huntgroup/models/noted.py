"""The mistakes of a file, gathered so that all of them can be told at once."""

from __future__ import annotations

from collections.abc import Mapping

from huntgroup.errors import Problem
from huntgroup.models.locate import Path, line_of


class Noted:
    """The mistakes found so far, each at a path of the document. Reading goes on after every one."""

    def __init__(self) -> None:
        self._found: dict[Path, Problem] = {}

    def note(self, path: Path, key: str, value: object, allowed: str) -> None:
        """Notes a mistake; the first one at a path stands, and mistakes that follow from it are not reported
        again."""
        self._found.setdefault(path, Problem(0, key, value, allowed))

    def has(self, path: Path) -> bool:
        """Is the value at this path already known to be wrong?"""
        return path in self._found

    @property
    def empty(self) -> bool:
        """Has nothing been found?"""
        return not self._found

    def problems(self, lines: Mapping[Path, int]) -> tuple[Problem, ...]:
        """All mistakes in the order of their lines; `lines` comes from `locate.key_lines`."""
        found = [problem._replace(line=line_of(lines, path)) for path, problem in self._found.items()]
        return tuple(sorted(found, key=lambda problem: problem.line))
