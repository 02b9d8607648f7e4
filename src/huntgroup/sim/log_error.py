"""The error for a log that cannot be read. It lists all mistakes, each with its line."""

from __future__ import annotations

from typing import NamedTuple

from huntgroup.errors import HuntgroupError

MOST_TOLD = 100


class LogMistake(NamedTuple):
    """One mistake: `line` from 1, what was `found` there, what was `expected`."""

    line: int
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.line}: {self.found}; expected {self.expected}"


class LogError(HuntgroupError, ValueError):
    """A log that cannot be read. `mistakes` lists them in line order (reading stops at the hundredth);
    `line`, `found` and `expected` are those of the first mistake, `source` names the file."""

    def __init__(
        self, source: str, line: int, found: str, expected: str, further: tuple[LogMistake, ...] = ()
    ) -> None:
        self.source = source
        self.line = line
        self.found = found
        self.expected = expected
        self.mistakes: tuple[LogMistake, ...] = (LogMistake(line, found, expected), *further)
        super().__init__(source, line, found, expected, further)

    def __str__(self) -> str:
        if len(self.mistakes) == 1:
            return f"{self.source}:{self.mistakes[0]}"
        lines = "\n".join(f"  {self.source}:{one}" for one in self.mistakes)
        ended = "; reading ended there" if len(self.mistakes) >= MOST_TOLD else ""
        return f"{self.source}: {len(self.mistakes)} mistakes{ended}\n{lines}"


class LogMistakes:
    """The mistakes found so far. Reading continues after each one, up to a hundred."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._found: list[LogMistake] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, line: int, found: str, expected: str) -> None:
        """Records a mistake. Raises LogError with all of them once there are a hundred."""
        self._found.append(LogMistake(line, found, expected))
        if len(self._found) >= MOST_TOLD:
            self.raise_any()

    def raise_any(self) -> None:
        """Raises LogError with all mistakes, if there are any."""
        if self._found:
            first, *further = sorted(self._found, key=lambda one: one.line)
            raise LogError(self.source, *first, tuple(further))
