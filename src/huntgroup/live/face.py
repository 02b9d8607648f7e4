"""The common interface of both routers: every command of their engine by name, sessions, and how many
commands wait."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from huntgroup.engine.sessions import Answer
from huntgroup.live.owner import Owner
from huntgroup.settings import arguments

if TYPE_CHECKING:
    from huntgroup.engine.engine import Engine

LOOKED_AT = 1_000
"""How many events a subscriber looks at before it lets others run."""


class Commanding:
    """Offers the commands of an engine as attributes; each is made at its first use."""

    _owner: Owner
    _key: tuple[str, str] | None = None
    """The session that the commands belong to: a subject and a name."""

    def _command(self, name: str, session: tuple[str, str] | None) -> Callable[..., Any]:
        """The command of this name, as a function that gives it to this kind of router."""
        raise NotImplementedError

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    else:

        def __getattr__(self, name):
            if name.startswith("_") or name not in self._owner.commands:
                raise AttributeError(f"{type(self).__name__!r} has no command {name!r}")
            command = self._command(name, self._key)
            self.__dict__[name] = command
            return command

    def __dir__(self) -> Iterable[str]:
        return sorted({*super().__dir__(), *self._owner.commands})


class Face(Commanding):
    """The part of a router that does not depend on how its callers wait."""

    def __init__(self, engine: Engine, inbox: int = 10_000, keep_events: int = 1_000_000) -> None:
        self._owner = Owner(engine, inbox, keep_events)

    def _named(self, command: Callable[..., Any], name: str) -> Callable[..., Any]:
        """The function, with the name and the docstring of the engine's method."""
        command.__name__, command.__qualname__ = name, f"{type(self).__name__}.{name}"
        command.__doc__ = getattr(self._owner.engine, name).__doc__
        return command

    @property
    def waiting(self) -> int:
        """How many commands and readings wait in the inbox. O(1)."""
        return self._owner.waiting

    def session(self, name: str, *, subject: str = "") -> Session:
        """A client that numbers its requests, so that each is carried out once. Raises ConfigError."""
        return Session(self, arguments.name("session", name), subject)


class Session(Commanding):
    """The commands of a router for one client, each with `request=`: its number, or left out the next one.

    A repeated number gets the first answer, a refusal too; the latest 1,000 are kept, and requests may come
    in any order within them. A number older than those raises StaleSession.
    """

    def __init__(self, router: Face, name: str, subject: str) -> None:
        self._owner = router._owner
        self._router = router
        self._key = (subject, name)
        self.name = name

    def _command(self, name: str, session: tuple[str, str] | None) -> Callable[..., Any]:
        return self._router._command(name, session)


def nobody(_: Answer) -> None:
    """A placeholder for a reply function that is set later."""
