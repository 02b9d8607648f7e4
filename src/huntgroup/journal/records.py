"""The bytes of a group: a header, rows, and the numbers, values and texts of the rows
(docs/JOURNAL_FORMAT.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huntgroup.core.python.recording import HEADER, NUMBERED, TEXT_CODE, VERSION
from huntgroup.journal.documents import unpacked
from huntgroup.journal.numbering import Numbering
from huntgroup.layouts import COMMAND_DTYPE


@dataclass(frozen=True, slots=True)
class Records:
    """A decoded group. `rows` are of COMMAND_DTYPE; those whose command is `TEXT_CODE` are documents.

    `decided_crc`: the checksum over what the group decided, by the definition `checked_by`; `rules`: the
    number of the rules that decided it; `events`: how many numbers of events the group took; `flags`:
    `NUMBERED` if the first record states the numbering from here on.
    """

    rows: NDArray[np.void]
    numbers: NDArray[np.float64]
    values: NDArray[np.int32]
    texts: bytes
    decided_crc: int
    checked_by: int
    rules: int
    flags: int
    events: int

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


def taken_apart(data: bytes, numbering: Numbering | None = None) -> Records:
    """Decodes a group. `numbering`: its numbering, None for this version's. Lengths are checked before they
    are used. Raises ValueError. O(bytes), O(1) if the numbering is this version's."""
    _, checked_by, row_bytes, rows, numbers, values, texts, crc, rules, flags, events = _header(data)
    layout = COMMAND_DTYPE if numbering is None else numbering.layout
    if row_bytes != layout.itemsize:
        raise ValueError(f"a row has {row_bytes} bytes, not the {layout.itemsize} that the journal says")
    at_numbers = HEADER.size + rows * row_bytes
    at_values = at_numbers + numbers * 8
    at_texts = at_values + values * 4
    if at_texts + texts != len(data):
        raise ValueError(f"a group of {len(data)} bytes says that it has {at_texts + texts}")
    found = np.frombuffer(data, layout, rows, HEADER.size)
    return Records(
        found if numbering is None else numbering.as_today(found),
        np.frombuffer(data, "<f8", numbers, at_numbers),
        np.frombuffer(data, "<i4", values, at_values),
        data[at_texts:],
        crc,
        checked_by,
        rules,
        flags,
        events,
    )


def is_numbered(data: bytes) -> bool:
    """Is the first record a document that states the numbering? Raises ValueError. O(1)."""
    return bool(_header(data)[9] & NUMBERED)


def first_document(data: bytes) -> dict[str, Any]:
    """The document of a group's first record, whatever the layout of its rows. Raises ValueError and the
    like. O(size)."""
    _, _, row_bytes, rows, numbers, values, *_ = _header(data)
    # These fields of a row never move.
    names = ("at_ns", "list_start", "list_count", "command")
    offsets = [COMMAND_DTYPE.fields[name][1] for name in names]  # type: ignore[index]
    formats = [COMMAND_DTYPE[name] for name in names]
    layout = np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": row_bytes})
    (row,) = np.frombuffer(data, layout, 1, HEADER.size)
    texts = HEADER.size + rows * row_bytes + numbers * 8 + values * 4
    start, length = texts + int(row["list_start"]), int(row["list_count"])
    if row["command"] != TEXT_CODE or start < texts or length < 0 or start + length > len(data):
        raise ValueError("its first record is no document")
    return unpacked(data[start : start + length])[0]


def _header(data: bytes) -> tuple[int, ...]:
    if len(data) < HEADER.size:
        raise ValueError(f"a group has at least {HEADER.size} bytes")
    header = HEADER.unpack_from(data)
    if header[0] != VERSION:
        raise ValueError(f"the records have version {header[0]}; this version reads {VERSION}")
    return header
