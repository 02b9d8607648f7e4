"""Reads a log file as rows of texts: CSV, JSON lines or an Asterisk queue_log, compressed or not."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from huntgroup.sim.log_error import LogError, LogMistakes
from huntgroup.sim.mapping import LogMapping
from huntgroup.sim.queue_log import HEADER, rows_of_events

Progress = Callable[[int, int], None]
Rows = Iterator[tuple[int, list[str]]]

# The first bytes of compressed files. Compression is not guessed from names: standard input has none.
_GZIP, _BZIP2, _XZ, _ZIP, _ZSTD = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"PK\x03\x04", b"\x28\xb5\x2f\xfd"
_BROKEN = (gzip.BadGzipFile, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)


@contextmanager
def opened(path: str | Path, source: str) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """The decompressed bytes of a file (gzip, bzip2, xz, a zip of one file, and zstd where Python supports
    it), and the raw file, whose position tells how much has been read. Raises OSError, LogError."""
    with open(path, "rb") as raw:
        head = raw.read(6)
        raw.seek(0)
        try:
            with _plain(raw, head, source) as plain:
                yield plain, raw
        except OSError as error:
            if (
                isinstance(error, gzip.BadGzipFile) or error.errno is None
            ):  # for damaged data bz2 raises an OSError without errno
                raise _damaged(source, error) from None
            raise
        except _BROKEN as error:
            raise _damaged(source, error) from None


def _damaged(source: str, error: BaseException) -> LogError:
    return LogError(source, 1, f"the compressed file is damaged: {error}", "a whole compressed file")


def _plain(raw: IO[bytes], head: bytes, source: str) -> IO[bytes]:
    found: Any = raw
    if head.startswith(_GZIP):
        found = gzip.GzipFile(fileobj=raw)
    elif head.startswith(_BZIP2):
        found = bz2.BZ2File(raw)
    elif head.startswith(_XZ):
        found = lzma.LZMAFile(raw)  # noqa: SIM115
    elif head.startswith(_ZIP):
        archive = zipfile.ZipFile(raw)
        names = archive.namelist()
        if len(names) != 1:
            raise LogError(source, 1, f"a zip of {len(names)} files", "a zip of one file")
        found = archive.open(names[0])
    elif head.startswith(_ZSTD):
        try:
            zstd: Any = import_module("compression.zstd")
        except ImportError:
            allowed = "gzip, bzip2, xz or zip (zstd needs Python 3.14)"
            raise LogError(source, 1, "a file compressed by zstd", allowed) from None
        found = zstd.open(raw)
    plain: IO[bytes] = found
    return plain


def first_line(path: str | Path, source: str, encoding: str = "utf-8-sig") -> str:
    """The first line of a log without its line end; "" for an empty or unreadable file."""
    with opened(path, source) as (plain, _):
        try:
            return plain.readline(1_000_000).decode(encoding).rstrip("\r\n")
        except UnicodeDecodeError:
            return ""


class LogFile:
    """A log as rows of texts. `header` holds the column names once reading the rows has begun; `line` is the
    number of the line read last."""

    def __init__(self, path: str | Path, mapping: LogMapping, mistakes: LogMistakes) -> None:
        self._path = path
        self._mapping = mapping
        self._mistakes = mistakes
        self.header: list[str] = []
        self.line: int = 1

    def rows(self, progress: Progress | None) -> Rows:
        """(line, texts) of each row. O(file). Raises LogError, OSError."""
        mapping, source = self._mapping, self._mistakes.source
        with opened(self._path, source) as (plain, raw):
            size = max(1, os.fstat(raw.fileno()).st_size)
            text = io.TextIOWrapper(plain, encoding=mapping.encoding, newline="")
            lines = _counted(text, raw, size, progress)
            try:
                if mapping.format == "csv":
                    yield from self._csv(lines)
                elif mapping.format == "json_lines":
                    yield from self._json_lines(lines)
                else:
                    self.header = list(HEADER)
                    yield from rows_of_events(lines, self._mistakes)
            except UnicodeDecodeError:
                raise self._not_text() from None
            text.detach()
        if progress is not None:
            progress(size, size)

    def _csv(self, lines: Iterator[str]) -> Rows:
        rows = csv.reader(lines, delimiter=self._mapping.separator, strict=True)
        given = self._mapping.header
        try:
            first = next(rows, None)
            if first is None:
                return
            self.header = [name.strip() for name in first]
            # The file may have a header even though the mapping provides one.
            if given is not None and not set(self._mapping.columns.values()) <= set(self.header):
                self.header = list(given)
                yield rows.line_num, first
            for row in rows:
                self.line = rows.line_num
                if row:
                    yield self.line, row
        except csv.Error as error:
            self._mistakes.add(max(self.line, rows.line_num), str(error), "comma-separated values")

    def _json_lines(self, lines: Iterator[str]) -> Rows:
        """One object per line; several on one line are accepted too, as some streams write them."""
        mapping = self._mapping
        self.header = list(dict.fromkeys((*mapping.columns.values(), *mapping.where)))
        paths = [name.split(".") for name in self.header]
        decode = json.JSONDecoder(parse_float=str, parse_int=str).raw_decode
        for line, text in enumerate(lines, start=1):
            self.line = line
            rest = text.strip()
            while rest:
                try:
                    found, end = decode(rest)
                except json.JSONDecodeError as error:
                    self._mistakes.add(line, f"column {error.colno}: {error.msg}", "a JSON object")
                    break
                rest = rest[end:].lstrip()
                if isinstance(found, dict):
                    yield line, [_at(found, path) for path in paths]
                else:
                    self._mistakes.add(line, f"{str(found)[:60]!r}", "a JSON object")

    def _not_text(self) -> LogError:
        """The error for the first byte that is not text. Its place has to be searched for: text is decoded in
        blocks, so the decoder's error does not give the line."""
        encoding, source = self._mapping.encoding, self._mistakes.source
        told = "UTF-8" if encoding == "utf-8-sig" else encoding
        with opened(self._path, source) as (plain, _):
            for number, line in enumerate(plain, start=1):
                try:
                    line.decode(encoding)
                except UnicodeDecodeError as error:
                    found = f"byte 0x{line[error.start]:02x} at byte {error.start + 1} is not {told}"
                    return LogError(source, number, found, f"{told} text")
        return LogError(source, 1, f"the text is not {told}", f"{told} text")


def _at(found: Any, path: list[str]) -> str:
    """The text of an object's nested member, given by the names on the path to it; "" if there is none."""
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if found is None:
        return ""
    if isinstance(found, bool):
        return "true" if found else "false"
    return found if isinstance(found, str) else json.dumps(found)


def _counted(file: Iterator[str], raw: IO[bytes], size: int, progress: Progress | None) -> Iterator[str]:
    """The lines of a file; reports progress about every thousand lines."""
    for number, line in enumerate(file):
        if progress is not None and number % 1000 == 0:
            progress(min(raw.tell(), size), size)
        yield line
