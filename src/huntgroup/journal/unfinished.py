"""Decides whether a frame of SQLite's log may be one whose write was cut off.

After a power cut, any of the sectors of a write may be on the disk. A sector that was being written has the
first bytes of the write, then zeros, if the log was new. So if a write's part of a sector ends in zeros, some
of these bytes may have been lost. With three or more such words, any checksum can be met. With one or two,
the checksum gives their values, which must agree with the bytes that are on the disk. The unused part of a
page of SQLite's trees is zero in any case, so its zeros do not count.

A frame is a header of 24 bytes and a page, which are two writes. The header has the number of the page, the
size of the database at a commit, two salts, and two sums over the first two words and the page. A change of a
word changes each sum by a fixed multiple, the word's weight.
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
    """Can a write that was cut off explain the frame at offset `at`? `off` is the difference of its sums,
    stored minus computed. O(page)."""
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
    salts = range(at + 8, at + 16)  # the salts are known to be right
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
    """The offset of each word that goes into the sums of a frame, from the last to the first, with its
    weights: how much an increase of the word by 1 changes each sum."""
    offsets = [at, at + 4, *range(at + HEADER_BYTES, at + HEADER_BYTES + page_size, 4)]
    even, odd = (1, 1), (0, 1)
    for place in range(len(offsets) - 2, -1, -2):
        yield offsets[place + 1], odd
        yield offsets[place], even
        even, odd = _one_pair_earlier(even), _one_pair_earlier(odd)


def change_of(weights: Weights, off: Weights) -> int | None:
    """What must be added to a word with these weights to get the stored sums; None if no change of this word
    does."""
    for k in (0, 1):
        if weights[k] % 2:
            change = off[k] * pow(weights[k], -1, WORD) % WORD
            return change if all(weights[j] * change % WORD == off[j] for j in (0, 1)) else None
    return None


def _one_pair_earlier(weights: Weights) -> Weights:
    return (weights[0] + weights[1]) % WORD, (weights[0] + 2 * weights[1]) % WORD


def _solved(weights: list[Weights], off: Weights) -> tuple[int, ...] | None:
    """The changes of one or two words that give the stored sums; None if there are none, or, for two words,
    no unique ones."""
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
    """The offsets of the bytes of a write that may be lost: the zeros at the end of its part of each
    sector."""
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
    """The unused range of a page: in a page of a tree, the bytes between the list of cells and the cells. (0,
    0) in any other page; such a page begins with a page number of less than 24 bits. None if it cannot be a
    page, whatever part of its first sector is missing."""
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
