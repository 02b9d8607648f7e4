"""Who commands and is no agent: people and programs with a role, and a team where they have one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from huntgroup.errors import ConfigError
from huntgroup.settings.queues import name

ROLES = ("agent", "supervisor", "administrator", "connector")
"""What somebody may be, by the core's codes."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who gave a command, where that is no agent of the engine: `by=hg.Actor("Kim", "supervisor", "north")`.

    `role` is one of `ROLES`; `team` the team whose agents a supervisor commands, None for everybody's.
    Events carry the name. Raises ConfigError.
    """

    name: str
    role: str
    team: str | None = None

    def __post_init__(self) -> None:
        name("name", self.name)
        role("role", self.role)
        if self.team is not None:
            name("team", self.team)


def role(field: str, value: object) -> int:
    """The code of a role. Raises ConfigError."""
    if not isinstance(value, str) or value not in ROLES:
        raise ConfigError(field, value, "one of " + ", ".join(ROLES))
    return ROLES.index(value)


def short_text(field: str, value: Any) -> str:
    """A text for an event: at most 64 bytes of UTF-8 without control characters. Raises ConfigError."""
    fits = isinstance(value, str) and value.isprintable() and len(value.encode("utf-8", "replace")) <= 64
    if not fits:
        raise ConfigError(field, value, "a text of at most 64 bytes without control characters")
    return str(value)
