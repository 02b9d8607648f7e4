"""The answers of sessions as plain values: the result of a command, or the error that it raised."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from huntgroup import errors
from huntgroup.errors import ConfigError, HuntgroupError, Problem, shown
from huntgroup.journal.documents import plain, restored

if TYPE_CHECKING:
    from huntgroup.scorers.scorer import Scorer

OF_PYTHON = ("AttributeError", "KeyError", "OverflowError", "TypeError", "ValueError")

_MORE: dict[str, type[Exception]] = {}


def keeps(kind: type[Exception]) -> type[Exception]:
    """Registers an error class of another layer, so that answers with it can be kept. Its arguments and
    attributes must be plain values."""
    _MORE[kind.__name__] = kind
    return kind


def plain_answer(value: Any, error: BaseException | None, arrays: list[bytes]) -> dict[str, Any]:
    """A value or an error in the form that json.dumps accepts. O(size)."""
    if error is None:
        return {"value": plain("value", value, arrays)}
    given = [_plain(one) for one in error.args]
    named = {name: _plain(one) for name, one in vars(error).items() if not name.startswith("_")}
    return {"error": type(error).__name__, "args": given, "named": named}


def restored_answer(
    told: dict[str, Any], side: bytes, scorer: Callable[[str], Scorer]
) -> tuple[Any, BaseException | None]:
    """(value, error) from the result of `plain_answer`. Raises ValueError and the like for anything else."""
    if "error" not in told:
        return restored(told["value"], side, scorer), None
    named = restored(told["named"], side, scorer)
    given = tuple(restored(told["args"], side, scorer))
    kind = _kind(told["error"])
    if kind is None:
        return None, HuntgroupError(f"{told['error']}: {', '.join(map(str, given))}")
    error = kind.__new__(kind)
    if "problems" in named:
        named["problems"] = tuple(Problem(*one) for one in named["problems"])
        given = (named["source"], named["problems"])
    error.args = given
    vars(error).update(named)
    return None, error


def _kind(name: str) -> type[BaseException] | None:
    found = getattr(builtins, name) if name in OF_PYTHON else getattr(errors, name, _MORE.get(name))
    return found if isinstance(found, type) and issubclass(found, Exception) else None


def _plain(value: Any) -> Any:
    """An argument or attribute of an error; one that cannot be kept becomes the text that shows it."""
    try:
        return plain("value", value, [])
    except ConfigError:
        return shown(value)
