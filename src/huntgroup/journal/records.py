"""The bytes of a group: a header, rows, and what stands beside the rows (docs/JOURNAL_FORMAT.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huntgroup.core.python.recording import HEADER, TEXT_CODE, VERSION
from huntgroup.journal.documents import unpacked
from huntgroup.layouts import COMMAND_DTYPE


@dataclass(frozen=True, slots=True)
class Records:
    """A group, taken apart. `rows` are of COMMAND_DTYPE; those whose command is `TEXT_CODE` are documents."""

    rows: NDArray[np.void]
    numbers: NDArray[np.float64]
    values: NDArray[np.int32]
    texts: bytes
    events_crc: int

    def document(self, row: int) -> tuple[dict[str, Any], bytes]:
        """The document of a row, and its arrays. Raises ValueError. O(size)."""
        start, length = int(self.rows["list_start"][row]), int(self.rows["list_count"][row])
        if start < 0 or length < 0 or start + length > len(self.texts):
            raise ValueError(f"the document of row {row} lies outside")
        return unpacked(self.texts[start : start + length])

    def documents(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """(row, document) of each. O(rows + documents)."""
        for row in np.flatnonzero(self.rows["command"] == TEXT_CODE):
            yield int(row), self.document(int(row))[0]


def taken_apart(data: bytes, layout: np.dtype[Any] = COMMAND_DTYPE) -> Records:
    """The records of a group. `layout`: that of its rows, as the journal says. Lengths are checked before
    anything is made of them. Raises ValueError. O(bytes), O(1) where the layout is today's."""
    if len(data) < HEADER.size:
        raise ValueError(f"a group has at least {HEADER.size} bytes")
    version, _, row_bytes, rows, numbers, values, texts, crc, _, _ = HEADER.unpack_from(data)
    if version != VERSION:
        raise ValueError(f"the records have version {version}; this version reads {VERSION}")
    if row_bytes != layout.itemsize:
        raise ValueError(f"a row has {row_bytes} bytes, not the {layout.itemsize} that the journal says")
    ends = np.cumsum([HEADER.size, rows * row_bytes, numbers * 8, values * 4, texts], dtype=np.int64)
    if ends[-1] != len(data):
        raise ValueError(f"a group of {len(data)} bytes says that it has {ends[-1]}")
    found = np.frombuffer(data, layout, rows, ends[0])
    return Records(
        found if layout == COMMAND_DTYPE else in_layout_of_today(found),
        np.frombuffer(data, "<f8", numbers, ends[1]),
        np.frombuffer(data, "<i4", values, ends[2]),
        data[ends[3] :],
        crc,
    )


def in_layout_of_today(rows: NDArray[np.void]) -> NDArray[np.void]:
    """Rows that an earlier version wrote: a field that it did not have is absent. O(rows)."""
    names = set(rows.dtype.names or ())
    made = np.zeros(len(rows), COMMAND_DTYPE)
    for name in COMMAND_DTYPE.names or ():
        if name in names:
            made[name] = rows[name]
        elif name not in ("priority", "flag", "mask", "requires", "list_count"):
            made[name] = -1
    return made
