"""Column mappings as files: the built-in ones beside this module, and those of users.

A mapping is a TOML file (docs/LOGS.md has all its keys). One error reports all mistakes in it, with their
lines.
"""

from __future__ import annotations

import csv
import re
import tomllib
from importlib.resources import files
from pathlib import Path

from huntgroup.errors import ConfigError, MappingError, meant
from huntgroup.models.document import syntax_problem
from huntgroup.models.locate import key_lines
from huntgroup.sim.log_file import first_line
from huntgroup.sim.mapping import LogMapping
from huntgroup.sim.mapping_reader import MappingReader

_EVENT_LINE = re.compile(r"\d{9,}(\.\d+)?\|[^|]*\|[^|]*\|[^|]*\|[A-Z]+(\||$)")


def built_in_mappings() -> tuple[str, ...]:
    """The names of the built-in mappings, sorted."""
    folder = files("huntgroup.sim") / "mappings"
    return tuple(sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".toml")))


def load_mapping(name_or_path: str | Path) -> LogMapping:
    """Read and check a mapping: a built-in name, or the path of a TOML file.

    Raises `MappingError` with every mistake, its line and what is allowed; `ConfigError` for a name that does
    not exist; `OSError` for an unreadable file.
    """
    name = str(name_or_path)
    if name in built_in_mappings():
        text = (files("huntgroup.sim") / "mappings" / f"{name}.toml").read_text(encoding="utf-8")
    else:
        path = Path(name_or_path)
        if path.suffix != ".toml":
            raise ConfigError(
                "mapping",
                name,
                f"{', '.join(built_in_mappings())}, or the path of a .toml file"
                + meant(name, built_in_mappings()),
            )
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise ConfigError(name, error.object[error.start : error.end], "UTF-8 text") from None
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise MappingError(name, (syntax_problem(text, error),)) from None
    return MappingReader(table).read(name, key_lines(text))


def mapping_for(path: str | Path, source: str | None = None, named: str | Path | None = None) -> LogMapping:
    """The mapping `named`, else the built-in mapping that fits the beginning of this log; if several fit, the
    one with the most columns.

    An Asterisk queue_log and contact records of Amazon Connect are recognised by their first line, tables by
    their header. If no mapping fits completely, one is taken of which the log has more than half of the
    columns; the reader then names the missing ones.
    Raises `ConfigError` naming `source` (the path) and the header where none fits, and what `load_mapping`
    raises. An empty file or one that is not UTF-8 gets the native mapping; reading the file then raises the
    error that says what is wrong with it.
    """
    if named is not None:
        return load_mapping(named)
    source = source or str(path)
    line = first_line(path, source)
    if _EVENT_LINE.match(line):
        return load_mapping("asterisk_queue_log")
    if line.lstrip().startswith("{") and '"ContactId"' in line:
        return load_mapping("amazon_connect")
    tables = [mapping for mapping in map(load_mapping, built_in_mappings()) if mapping.format == "csv"]
    try:
        header = [name.strip() for name in next(csv.reader([line]), [])]
    except csv.Error:
        header = []
    if not header:
        return load_mapping("native")
    known = [(len(set(one.columns.values()) & set(header)), len(one.columns), one) for one in tables]
    fitting = [one for one in known if one[0] == one[1]] or [one for one in known if one[0] * 2 > one[1]]
    if fitting:
        return max(fitting, key=lambda one: one[:2])[2]
    raise ConfigError(
        f"{source}:1: header",
        ", ".join(header),
        f"the columns of a built-in mapping ({', '.join(built_in_mappings())}), or a mapping file named",
    )
