"""Commands as rows of `apply`: what each argument of a method becomes in a row."""

from __future__ import annotations

from typing import Any

ROW_COMMANDS: frozenset[str] = frozenset()


def play_as_row(engine: Any, name: str, made: int, *args: Any, **kwargs: Any) -> tuple[list[Any], Any]:
    raise NotImplementedError(name)
