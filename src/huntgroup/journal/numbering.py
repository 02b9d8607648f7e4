"""The meaning of the numbers in a record: the layout of a row, and the codes of commands and results. A
journal states it in its first record, and again where another version continues the journal, so that later
versions may change layout and codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huntgroup.core.python.recording import TEXT_CODE
from huntgroup.core.state.codes import COMMANDS, RESULTS
from huntgroup.errors import CorruptJournal
from huntgroup.layouts import COMMAND_DTYPE

Numbers = dict[str, int]


@dataclass(frozen=True)
class Numbering:
    """The layout of rows, and the numbers of commands and of results by their names."""

    layout: np.dtype[Any]
    commands: Numbers
    results: Numbers

    @staticmethod
    def of_today() -> Numbering:
        """The numbering of this version. O(codes)."""
        return Numbering(COMMAND_DTYPE, dict(COMMANDS), dict(RESULTS))

    @staticmethod
    def told_by(document: Mapping[str, Any], where: str) -> Numbering:
        """The numbering in a document. Raises CorruptJournal."""
        try:
            layout = _layout(document["row"])
            return Numbering(layout, _numbers(document["commands"]), _numbers(document["results"]))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise CorruptJournal(where, None, f"its rows have no layout: {error}") from error

    def plain(self) -> dict[str, Any]:
        """The numbering as members of a document. O(codes)."""
        row = [[name, self.layout[name].str] for name in self.layout.names or ()]
        return {"row": row, "commands": self.commands, "results": self.results}

    @cached_property
    def is_today(self) -> bool:
        """Whether it is this version's. O(codes) once."""
        return self == Numbering.of_today()

    def as_today(self, rows: NDArray[np.void]) -> NDArray[np.void]:
        """Converts rows of this numbering to this version's; fields that they lack get the value for
        "absent". Raises ValueError for a command that this version does not know. O(rows), O(1) if nothing
        differs."""
        if self.is_today:
            return rows
        today = Numbering.of_today()
        names = set(rows.dtype.names or ())
        made = np.zeros(len(rows), COMMAND_DTYPE)
        for name in COMMAND_DTYPE.names or ():
            if name in names:
                made[name] = rows[name]
            elif name not in ("priority", "flag", "mask", "requires", "list_count", "pad", "pad2"):
                made[name] = -1
        commands = {number: today.commands.get(name) for name, number in self.commands.items()}
        commands[TEXT_CODE] = TEXT_CODE
        made["command"] = _translated(rows["command"], commands, "command")
        results = {number: today.results.get(name) for name, number in self.results.items()}
        results |= {0: 0, -1: -1}
        made["pad"] = _translated(rows["pad"], results, "result")
        return made


def _translated(column: NDArray[Any], known: Mapping[int, int | None], what: str) -> NDArray[Any]:
    codes, places = np.unique(column, return_inverse=True)
    made = [known.get(code) for code in codes.tolist()]
    if None in made:
        raise ValueError(f"a {what} of another version: {codes.tolist()[made.index(None)]}")
    return np.array(made, column.dtype)[places]


def _layout(described: Any) -> np.dtype[Any]:
    if len(described) > 100:
        raise ValueError(f"{len(described)} fields")
    layout = np.dtype([(str(name), str(kind)) for name, kind in described])
    if layout.hasobject or not 0 < layout.itemsize <= 65535:
        raise ValueError(str(layout))
    if any(layout[name].kind not in "iu" for name in layout.names or ()):
        raise ValueError("a field that is no integer")
    return COMMAND_DTYPE if layout == COMMAND_DTYPE else layout


def _numbers(told: Any) -> Numbers:
    made = {str(name): number for name, number in dict(told).items()}
    if len(made) > 10_000 or any(
        type(number) is not int or not 0 <= number < 2**15 for number in made.values()
    ):
        raise ValueError("codes are numbers from 0 on")
    return made
