"""Whether a frame of SQLite's log may be one that was never written to its end.

A power cut leaves of each write any sectors; one that it met half way has what was written first, and zeros
behind it where the log was new. So where zeros end what a write put into a sector, more may have been meant.
Three words that are free fit every checksum; for one or two there is but one answer, and it has to agree with
the bytes that are there. What a page of SQLite's trees does not use is zero as it should be.

A frame is 24 bytes and a page, two writes: number of the page, size of the database at a commit, two salts,
two sums over the first two and the page, each word of which changes them by a multiple.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Literal

HEADER_BYTES = 24
SECTOR = 512
WORD = 2**32
MAGIC = b"SQLite format 3\0"
LEAVES, INNER = (10, 13), (2, 5)

Weights = tuple[int, int]


def may_be_unfinished(data: bytes, at: int, page_size: int, off: Weights, big_endian: bool) -> bool:
    """Whether a write that was cut off explains the frame at a byte of the log, whose sums are off by so much
    (stored less computed). O(page)."""
    end = at + HEADER_BYTES + page_size
    page = data[at + HEADER_BYTES : end]
    unused = _unused(page, (-(at + HEADER_BYTES)) % SECTOR)
    if unused is None:
        return False
    start, stop = (at + HEADER_BYTES + place for place in unused)
    free = {
        place
        for begin, stretch in ((at, at + HEADER_BYTES), (at + HEADER_BYTES, end))
        for place in _ends_of_zeros(data, begin, stretch, range(start, stop))
    }
    salts = range(at + 8, at + 16)  # which are right
    words = sorted({place - (place - at) % 4 for place in free if place not in salts})
    if not words:
        return False
    if len(words) > 2:
        return True
    weights = dict(word_weights(at, page_size))
    weights.update({at + 16: (WORD - 1, 0), at + 20: (0, WORD - 1)})
    changes = _solved([weights[word] for word in words], off)
    if changes is None:
        return len(words) == 2
    for word, change in zip(words, changes, strict=True):
        order: Literal["big", "little"] = "big" if big_endian or word in (at + 16, at + 20) else "little"
        there = data[word : word + 4]
        meant = ((int.from_bytes(there, order) + change) % WORD).to_bytes(4, order)
        if any(there[k] != meant[k] and word + k not in free for k in range(4)):
            return False
    return True


def word_weights(at: int, page_size: int) -> Iterator[tuple[int, Weights]]:
    """Each word that the sums of a frame are over, the last first, and by what a change of one in it changes
    the two: the more the earlier it stands."""
    offsets = [at, at + 4, *range(at + HEADER_BYTES, at + HEADER_BYTES + page_size, 4)]
    even, odd = (1, 1), (0, 1)
    for place in range(len(offsets) - 2, -1, -2):
        yield offsets[place + 1], odd
        yield offsets[place], even
        even, odd = _one_pair_earlier(even), _one_pair_earlier(odd)


def change_of(weights: Weights, off: Weights) -> int | None:
    """What has to be added to a word of these weights, None where no change of it explains the sums."""
    for k in (0, 1):
        if weights[k] % 2:
            change = off[k] * pow(weights[k], -1, WORD) % WORD
            return change if all(weights[j] * change % WORD == off[j] for j in (0, 1)) else None
    return None


def _one_pair_earlier(weights: Weights) -> Weights:
    return (weights[0] + weights[1]) % WORD, (weights[0] + 2 * weights[1]) % WORD


def _solved(weights: list[Weights], off: Weights) -> tuple[int, ...] | None:
    """The changes of one or two words that explain the sums; None where there are none, or of two several."""
    if len(weights) == 1:
        change = change_of(weights[0], off)
        return (0,) if change is None and not any(off) else None if change is None else (change,)
    (a, c), (b, d) = weights
    determinant = (a * d - b * c) % WORD
    if determinant % 2 == 0:
        return None
    inverse = pow(determinant, -1, WORD)
    return (d * off[0] - b * off[1]) * inverse % WORD, (a * off[1] - c * off[0]) * inverse % WORD


def _ends_of_zeros(data: bytes, start: int, end: int, unused: range) -> Iterator[int]:
    """The bytes of a write that may not have been written: the zeros that end its part of each sector."""
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        for place in range(stop - 1, start - 1, -1):
            if place in unused:
                continue
            if data[place]:
                break
            yield place
        start = stop


def _unused(page: bytes, first_sector: int) -> tuple[int, int] | None:
    """From where to where a page holds nothing: between the list of a tree's cells and the cells. Nothing in
    any other page, which begins with the number of a page, of less than 24 bits. None where it is no page,
    however much of its first sector is missing."""
    title = page[: min(16, first_sector or SECTOR)].rstrip(b"\0")
    base = 100 if title and MAGIC.startswith(title) else 0
    kind = page[base]
    if not kind:
        return 0, 0
    if kind not in LEAVES + INNER:
        return None
    block, cells, begin = struct.unpack_from(">HHH", page, base + 1)
    begin = begin or 65536
    after = base + (8 if kind in LEAVES else 12) + 2 * cells
    if block < len(page) and after <= begin <= len(page):
        return after, begin
    sector_ends = next(end for end in (first_sector, first_sector + SECTOR) if end > base)
    return None if any(page[base + 7 : sector_ends]) else (0, 0)
