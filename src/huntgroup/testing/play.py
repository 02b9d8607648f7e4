"""Commands as plain values, and playing them into an engine."""

from __future__ import annotations

from typing import Any, NamedTuple

from huntgroup.errors import HuntgroupError


class Command(NamedTuple):
    """One call of a method of an engine."""

    method: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = {}  # noqa: RUF012 - never changed: a command is a value

    def __str__(self) -> str:
        words = [repr(arg) for arg in self.args] + [
            f"{name}={value!r}" for name, value in self.kwargs.items()
        ]
        return f"{self.method}({', '.join(words)})"


def play(engine: Any, command: Command) -> tuple[str, Any]:
    """The outcome: ("ok", answer) or ("refused", the name of the error's class)."""
    try:
        answer = getattr(engine, command.method)(*command.args, **command.kwargs)
    except HuntgroupError as error:
        return "refused", type(error).__name__
    if isinstance(answer, range):
        return "ok", list(answer)
    return "ok", answer
