"""Those who give commands but are not agents: people and programs with a role, and perhaps a team."""

from __future__ import annotations

from dataclasses import dataclass

from huntgroup.errors import ConfigError
from huntgroup.settings.arguments import name

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

    def __hash__(self) -> int:
        # Engines look an actor up at each command: the hash of a dataclass would take longer than the rest.
        return hash(self.name)


By = str | int | Actor | None
"""Who commands: an agent by name or index, an actor, or None where nobody is named."""


def role(field: str, value: object) -> int:
    """The code of a role. Raises ConfigError."""
    if not isinstance(value, str) or value not in ROLES:
        raise ConfigError(field, value, "one of " + ", ".join(ROLES))
    return ROLES.index(value)
