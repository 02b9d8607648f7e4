"""Judging a command: every rule it breaks is collected, the first in the order of `Result` is raised."""

from __future__ import annotations

from typing import Any

from huntgroup import Actor
from huntgroup.errors import (
    ConfigError,
    IllegalTransition,
    NotPermitted,
    Refused,
    UnknownAgent,
    UnknownChannel,
    UnknownInteraction,
    UnknownQueue,
    UnknownStatus,
    shown,
)
from huntgroup.models import Status
from huntgroup.testing.reference.state import Agent, Centre, Channel, Interaction, Queue


class Judgement:
    """The rules that one command breaks. If what is looked up does not exist, the lookup returns None and
    notes that."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.broken: list[Refused] = []

    def breaks(self, rule: type[Refused], message: str) -> None:
        """Note one broken rule."""
        # CMD-3.
        self.broken.append(rule(message))

    def verdict(self) -> None:
        """Raise the broken rule that comes first in the order of `Result`, if any is broken."""
        # STEP-3.
        if self.broken:
            raise min(self.broken, key=_place)

    def first(self) -> Refused | None:
        """The broken rule that comes first in the order of `Result`."""
        return min(self.broken, key=_place, default=None)

    def agent(self, ref: Any) -> Agent | None:
        """The agent of this name or index."""
        found: Agent | None = find(self.centre.present_agents(), ref)
        if found is None:
            self.breaks(UnknownAgent, f"no agent {shown(ref)}")
        return found

    def by(self, ref: Any) -> Agent | Actor | None:
        """Who gives the command: an agent of this name or index, or an actor; None if nobody is named."""
        # PERM-1, PERM-2.
        return ref if ref is None or isinstance(ref, Actor) else self.agent(ref)

    def commands(self, agent: Agent | None, by: Agent | Actor | None) -> None:
        """STATUS-8, PERM-3, PERM-4: whoever changes an agent needs permission to command it."""
        if agent is not None and by is not None and not self._commands(by, agent):
            self.breaks(NotPermitted, f"{by.name} does not command agent {agent.name}")

    def _commands(self, by: Agent | Actor, agent: Agent) -> bool:
        role = role_of(self.centre, by)
        if role == "supervisor":
            return by.team is None or by.team == agent.team
        return role == "administrator"

    def acts_for(self, agent: Agent | None, by: Agent | Actor | None, *, connector: bool = False) -> None:
        """PERM-5, PERM-6: everybody may act for themselves; a connector for everybody, where it may act at
        all."""
        if by is agent or (connector and by is not None and role_of(self.centre, by) == "connector"):
            return
        self.commands(agent, by)

    def changes_work(self, agent: Agent | None, by: Agent | Actor | None) -> None:
        """CHANGE-6: a supervisor may change waiting and handled interactions; so may the agent of the
        interaction."""
        if by is None or by is agent or role_of(self.centre, by) in ("supervisor", "administrator"):
            return
        self.breaks(NotPermitted, f"{by.name} is no supervisor")

    def configures(self, by: Agent | Actor | None) -> None:
        """PERM-8: only administrators change the centre itself."""
        if by is not None and role_of(self.centre, by) != "administrator":
            self.breaks(NotPermitted, f"{by.name} is no administrator")

    def queue(self, ref: Any) -> Queue | None:
        """The queue of this name or index."""
        found: Queue | None = find(self.centre.present_queues(), ref)
        if found is None:
            self.breaks(UnknownQueue, f"no queue {shown(ref)}")
        return found

    def channel(self, ref: Any) -> Channel | None:
        """The channel of this name or index."""
        found: Channel | None = find(self.centre.channels, ref)
        if found is None:
            self.breaks(UnknownChannel, f"no channel {shown(ref)}")
        return found

    def status(self, ref: Any) -> Status | None:
        """The status of this name or index in the presence model."""
        found = status_row(self.centre, ref)
        if found is None:
            self.breaks(UnknownStatus, f"the model {self.centre.model.name} has no status {shown(ref)}")
        return found

    def interaction(self, ref: Any) -> Interaction | None:
        """The live or finished interaction of this id. ConfigError for what is no integer."""
        if isinstance(ref, bool) or not hasattr(ref, "__index__"):
            raise ConfigError("interaction", ref, "the number of an interaction")
        found = self.centre.live.get(int(ref)) or self.centre.finished.get(int(ref))
        if found is None:
            self.breaks(UnknownInteraction, f"no interaction {shown(ref)}")
        return found

    def state(self, interaction: Interaction | None, allowed: tuple[str, ...], command: str) -> bool:
        """Is the interaction in one of these states? An unknown interaction breaks no further rule."""
        if interaction is None or interaction.state in allowed:
            return interaction is not None
        self.breaks(
            IllegalTransition,
            f"interaction {interaction.id} is {interaction.state}: {command} is not allowed",
        )
        return False


def _place(refusal: Refused) -> int:
    return refusal.result


def find(rows: list[Any], ref: Any) -> Any:
    """The row of this name or index, None where there is none. O(rows)."""
    if isinstance(ref, str):
        return next((row for row in rows if row.name == ref), None)
    if isinstance(ref, bool) or not hasattr(ref, "__index__"):
        return None
    return next((row for row in rows if row.index == int(ref)), None)


def status_row(centre: Centre, ref: Any) -> Status | None:
    """The model's row of this name or index. O(statuses)."""
    statuses = centre.model.statuses
    if isinstance(ref, str):
        return next((row for row in statuses if ref == row.name or ref in row.aliases), None)
    if isinstance(ref, bool) or not hasattr(ref, "__index__") or not 0 <= int(ref) < len(statuses):
        return None
    return statuses[int(ref)]


def role_of(centre: Centre, by: Agent | Actor) -> str:
    """The role of whoever gives the command: an agent whose role needs sign-in, and who is not signed in, has
    the role agent (PERM-12)."""
    is_out = centre.model.supervisor_needs_sign_in and isinstance(by, Agent) and not by.signed_in
    return "agent" if is_out else by.role
