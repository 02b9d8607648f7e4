"""What a planted fault is, and how one is planted: a function of the reference is replaced for a while."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong behaviour of the reference engine.

    `name`: in a few words. `wrong`: what happens, and what should. `rules`: the ids of docs/SEMANTICS.md that
    it breaks. `place`: the module or class and the name of the function in it that is replaced.
    """

    name: str
    wrong: str
    rules: tuple[str, ...]
    place: tuple[Any, str]
    replacement: Callable[..., Any]

    def planted(self) -> AbstractContextManager[Any]:
        """A context in which every reference engine has the fault. For one thread at a time."""
        return patch.object(*self.place, self.replacement)


def fault(owner: Any, function: str, *rules: str) -> Callable[[Callable[..., Any]], Fault]:
    """Makes a fault of a function that stands in for `function` of `owner`.

    It is called with the right function first, then with what that is called with. Its name is the fault's
    name, its docstring says what is wrong.
    """
    right = getattr(owner, function)

    def made(wrong: Callable[..., Any]) -> Fault:
        def replacement(*args: Any, **kwargs: Any) -> Any:
            return wrong(right, *args, **kwargs)

        said = " ".join((wrong.__doc__ or "").split())
        return Fault(wrong.__name__.replace("_", " "), said, rules, (owner, function), replacement)

    return made
