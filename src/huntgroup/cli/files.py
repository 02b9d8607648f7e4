"""Files that commands read and write: standard input as a file, and outputs that overwrite nothing."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

import click

from huntgroup.errors import ConfigError, meant

STANDARD_INPUT = "standard input"

force_option: Callable[[Any], Any] = click.option(
    "--force", is_flag=True, help="Overwrite a file that is there already."
)


@contextmanager
def readable(path: Path) -> Iterator[tuple[Path, str]]:
    """A file that can be read twice, and its name for people. `-` is standard input; anything but a regular
    file (a pipe, a terminal) is copied first, because it can be read only once. Raises OSError."""
    if str(path) != "-" and (path.is_file() or not path.exists()):
        yield path, str(path)
        return
    with TemporaryDirectory(prefix="huntgroup-") as folder:
        copy = Path(folder) / "input"
        with open(copy, "wb") as file:
            if str(path) == "-":
                shutil.copyfileobj(sys.stdin.buffer, file)
            else:
                with open(path, "rb") as given:
                    shutil.copyfileobj(given, file)
        yield copy, STANDARD_INPUT if str(path) in ("-", "/dev/stdin") else str(path)


@contextmanager
def written(
    path: Path | None, *, force: bool, option: str, inputs: tuple[Path | None, ...] = ()
) -> Iterator[TextIO]:
    """A text file that appears at `path` when the work is done, whole, or not at all.

    Refused at once, before any work: a file that is there (unless `force`), an input (in any case), a folder
    that cannot be written to. Without a path, what is written is discarded. Raises ConfigError, OSError.
    """
    if path is None:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            yield nowhere
        return
    if any(given is not None and _same(given, path) for given in inputs):
        raise ConfigError(option, str(path), "another file than the one that is read")
    if path.exists() and not force:
        raise ConfigError(option, str(path), "a file that is not there yet, or --force to overwrite it")
    if path.is_dir():
        raise ConfigError(option, str(path), "a file, not a folder")
    if not path.parent.is_dir():
        raise ConfigError(option, str(path), "a file in a folder that exists")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with open(beside, "x", encoding="utf-8", newline="") as file:
        try:
            yield file
            file.flush()
            os.replace(beside, path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


@contextmanager
def written_folder(
    path: Path | None, *, force: bool, option: str, inputs: tuple[Path | None, ...] = ()
) -> Iterator[Path | None]:
    """A folder to write into, whose files appear at `path` when the work is done, or not at all.

    Refused at once, before any work: a folder that has something in it (unless `force`, which overwrites
    files of the same names), an input, a place that cannot be written to. None without a path. Raises
    ConfigError, OSError.
    """
    if path is None:
        yield None
        return
    if any(given is not None and _same(given, path) for given in inputs):
        raise ConfigError(option, str(path), "another folder than the one that is read")
    if path.exists() and not path.is_dir():
        raise ConfigError(option, str(path), "a folder, not a file")
    if path.is_dir() and any(path.iterdir()) and not force:
        raise ConfigError(option, str(path), "a folder that is new or empty, or --force to overwrite in it")
    if not path.parent.is_dir():
        raise ConfigError(option, str(path), "a folder in one that exists")
    with TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as made:
        yield Path(made)
        for file in sorted(Path(made).rglob("*")):
            if file.is_file():
                target = path / file.relative_to(made)
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(file, target)


class OneOf(click.Choice[str]):
    """A choice that asks for the name that was likely meant."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and value not in self.choices:
            self.fail(
                f"{value!r} is not one of {', '.join(self.choices)}{meant(value, self.choices)}", param, ctx
            )
        return value


def likely(path: str) -> str:
    """The end of the message on a missing file: "; did you mean NAME?", or nothing.

    Looks at the files of its folder. O(files)."""
    try:
        return meant(Path(path).name, (other.name for other in Path(path).parent.iterdir()))
    except OSError:
        return ""


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and os.path.samefile(one, other)
