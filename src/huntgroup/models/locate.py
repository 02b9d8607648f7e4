"""Finds the line of every key in a TOML text that is known to be well formed.

The standard library's parser gives values but no places. This scanner cuts the text into statements (headers
and assignments, which may span lines through brackets and triple quotes) and lets that parser read each key,
so that quoting rules exist only once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]

_TRIPLES = ('"""', "'''")


def key_lines(text: str) -> dict[Path, int]:
    """The line, from 1, of each header and key, by path: `("status", 2, "colour")`. Linear in the text."""
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    here: Path = ()
    for line, statement in _statements(text):
        if statement.startswith("[["):
            plain = _resolve(_path(tomllib.loads(statement)), counts)
            counts[plain] = counts.get(plain, 0) + 1
            here = (*plain, counts[plain] - 1)
            lines.setdefault(plain, line)
            lines[here] = line
        elif statement.startswith("["):
            here = _resolve(_path(tomllib.loads(statement)), counts)
            lines.setdefault(here, line)
        else:
            lines.setdefault((*here, *_path(tomllib.loads(_key(statement) + "= 0"))), line)
    return lines


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of the path, or of the nearest enclosing thing that has one, or 0."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 0


def _path(nested: object) -> Path:
    """The keys on the way down a document that holds a single value."""
    path: list[str | int] = []
    while nested and isinstance(nested, dict | list):
        if isinstance(nested, list):
            nested = nested[0]
        else:
            ((key, nested),) = nested.items()
            path.append(key)
    return tuple(path)


def _resolve(path: Path, counts: dict[Path, int]) -> Path:
    """`[status.x]` below `[[status]]` means the last element of the array: put its index in."""
    resolved: Path = ()
    for position, part in enumerate(path):
        resolved = (*resolved, part)
        if resolved in counts and position < len(path) - 1:
            resolved = (*resolved, counts[resolved] - 1)
    return resolved


def _key(statement: str) -> str:
    """The text before the first `=` that is not inside quotes."""
    quote = ""
    position = 0
    while position < len(statement):
        letter = statement[position]
        if quote:
            if letter == "\\" and quote == '"':
                position += 1
            elif letter == quote:
                quote = ""
        elif letter in "\"'":
            quote = letter
        elif letter == "=":
            break
        position += 1
    return statement[:position]


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement with the line that it starts on; comments and blank lines are left out."""
    position, line = 0, 1
    size = len(text)
    while position < size:
        if text[position] in " \t\r":
            position += 1
        elif text[position] == "\n":
            position, line = position + 1, line + 1
        elif text[position] == "#":
            position = _line_end(text, position)
        else:
            end = _statement_end(text, position)
            yield line, text[position:end]
            line += text.count("\n", position, end)
            position = end


def _statement_end(text: str, position: int) -> int:
    depth = 0
    size = len(text)
    while position < size:
        letter = text[position]
        if letter in "\"'":
            position = _string_end(text, position)
            continue
        if letter == "#":
            position = _line_end(text, position)
            continue
        if letter == "\n" and depth == 0:
            return position
        if letter in "[{":
            depth += 1
        elif letter in "]}":
            depth -= 1
        position += 1
    return size


def _string_end(text: str, position: int) -> int:
    quote = text[position]
    closing = quote * 3 if text[position : position + 3] in _TRIPLES else quote
    position += len(closing)
    while position < len(text) and not text.startswith(closing, position):
        position += 2 if text[position] == "\\" and quote == '"' else 1
    position += len(closing)
    # A multi-line string may end in up to two further quotes that belong to its content.
    while len(closing) == 3 and text[position : position + 1] == quote:
        position += 1
    return position


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end
