"""SQLite through the standard library or through apsw: the same few calls, and one exception for every
error."""

from __future__ import annotations

import ctypes
import sqlite3
from collections.abc import Sequence
from types import ModuleType
from typing import Any, Protocol

# Primary result codes of SQLite.
BUSY, LOCKED, CORRUPT, NOT_A_DATABASE, SCHEMA_ERROR = 5, 6, 11, 26, 1


class DriverError(Exception):
    """An error of SQLite: its primary result code and its message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Connection(Protocol):
    """One open database."""

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Runs one statement to its end; returns its rows. Raises DriverError."""

    def close(self) -> None:
        """Closes the database, after SQLite has moved its write-ahead log into it. Raises DriverError."""

    def abandon(self) -> None:
        """Closes without writing anything more; used after an error of the disk."""


class StandardConnection:
    """The standard library's module."""

    def __init__(self, path: str) -> None:
        try:
            self._db = sqlite3.connect(path, isolation_level=None, timeout=0, check_same_thread=False)
        except (sqlite3.Error, UnicodeError) as error:
            raise _of_standard(error) from error

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(sql, values).fetchall()
        except (sqlite3.Error, UnicodeError) as error:
            raise _of_standard(error) from error

    def close(self) -> None:
        try:
            self._db.close()
        except (sqlite3.Error, UnicodeError) as error:
            raise _of_standard(error) from error

    def abandon(self) -> None:
        no_checkpoint = getattr(sqlite3, "SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE", None)
        if no_checkpoint is None:
            # Before Python 3.12, SQLite cannot be kept from writing when it closes. So it is never closed.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._db))
            return
        self._db.setconfig(no_checkpoint, True)  # type: ignore[attr-defined, unused-ignore]
        self.close()


class ApswConnection:
    """apsw, which brings its own, current SQLite; `vfs` names the file system under it."""

    def __init__(self, path: str, vfs: str | None = None) -> None:
        self._apsw = _apsw()
        try:
            self._db = self._apsw.Connection(path, vfs=vfs)
        except (self._apsw.Error, OSError, UnicodeError) as error:
            raise self._of(error) from error

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            return list(self._db.execute(sql, tuple(values)))
        except (self._apsw.Error, OSError, UnicodeError) as error:
            raise self._of(error) from error

    def close(self) -> None:
        try:
            self._db.close()
        except (self._apsw.Error, OSError, UnicodeError) as error:
            raise self._of(error) from error

    def abandon(self) -> None:
        self._db.config(self._apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        self.close()

    def _of(self, error: Exception) -> DriverError:
        # An error that a file system written in Python raises arrives here unchanged.
        code = CORRUPT if isinstance(error, UnicodeError) else getattr(error, "result", 10)
        return DriverError(code & 0xFF, str(error) or type(error).__name__)


def connect(path: str, driver: str | None = None) -> Connection:
    """Opens a database: `driver` is `apsw`, `sqlite3`, or None for apsw where it is installed. Raises
    DriverError."""
    if driver == "apsw" or (driver is None and has_apsw()):
        return ApswConnection(path)
    return StandardConnection(path)


def has_apsw() -> bool:
    """Whether the extra `durable` is installed."""
    try:
        _apsw()
    except ImportError:
        return False
    return True


def _apsw() -> ModuleType:
    import apsw

    return apsw


def _of_standard(error: Exception) -> DriverError:
    # Without a code it is an error of the module itself, for example for text that is not UTF-8.
    return DriverError(getattr(error, "sqlite_errorcode", CORRUPT) & 0xFF, str(error))
