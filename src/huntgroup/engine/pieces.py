"""Long work in pieces: between two of them other threads get the interpreter. A snapshot of a million agents
is written while commands go on, and no command waits for more of it than a piece."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from threading import active_count
from time import sleep
from typing import Any, TypeVar

import numpy as np

One = TypeVar("One")
Key = TypeVar("Key", str, int)

PIECE = 2_048
"""Values of one piece: less than a millisecond of work."""
PAUSE = 20e-6
"""Seconds to sleep without holding the interpreter's lock: long enough for a waiting thread to wake up."""


def give_way() -> None:
    """Lets another thread have the interpreter, if there is one. O(1)."""
    if active_count() > 1:
        sleep(PAUSE)


def pieces(values: Iterable[One], size: int = PIECE) -> Iterator[list[One]]:
    """The values, so many at a time; others run in between. O(values)."""
    rest = iter(values)
    while piece := list(islice(rest, size)):
        yield piece
        if len(piece) == size:
            give_way()


def in_order(index: Mapping[Key, Any]) -> Iterator[list[tuple[Key, Any]]]:
    """The items in the order of their keys, which are texts without a NUL, or integers. Where they are many,
    they are sorted without the GIL. O(items log items)."""
    if len(index) <= PIECE:
        yield sorted(index.items())
        return
    keys: list[Any] = []
    values: list[Any] = []
    parts = []
    for piece in pieces(index.items()):
        these: list[Any] = [key for key, _ in piece]
        keys += these
        values += [value for _, value in piece]
        # The order of UTF-8 is the one of the characters.
        sortable = [key.encode("utf-8", "surrogatepass") if isinstance(key, str) else key for key in these]
        parts.append(np.array(sortable))
    column = np.zeros(len(keys), max((part.dtype for part in parts), key=lambda kind: kind.itemsize))
    at = 0
    for part in parts:
        column[at : at + len(part)] = part
        at += len(part)
    order = np.argsort(column, kind="stable")
    for start in range(0, len(order), PIECE):
        yield [(keys[k], values[k]) for k in order[start : start + PIECE].tolist()]
        give_way()


def json_pieces(named: Mapping[str, Any]) -> Iterator[bytes]:
    """`json.dumps(named, sort_keys=True)` bit by bit, where a value that is an iterator stands for one list
    of all that the lists it gives hold. O(size)."""
    before = "{"
    for key in sorted(named):
        yield f"{before}{json.dumps(key)}: ".encode()
        before = ", "
        if not isinstance(named[key], Iterator):
            yield json.dumps(named[key], sort_keys=True).encode()
            continue
        inner = "["
        for piece in filter(None, named[key]):
            yield (inner + json.dumps(piece, sort_keys=True)[1:-1]).encode()
            inner = ", "
        yield b"[]" if inner == "[" else b"]"
    yield b"}"


def let_go(engine: Any) -> None:
    """Empties the tables of names of an engine that is no longer needed, piece by piece: dropping millions of
    names at once would hold up other threads. The engine cannot be used afterwards. O(names)."""
    for table in (engine._agent_ids, engine._texts):
        while table:
            del table[-PIECE:]
            give_way()
    for index in (engine._agent_index, engine._refs, engine._text_handles):
        while index:
            for _ in range(min(PIECE, len(index))):
                index.popitem()
            give_way()
