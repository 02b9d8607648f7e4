"""The shift plan's status changes per agent, retried until the presence model allows them.

An agent whose break begins during an interaction may have to finish it first. Some models let the agent
choose the break at once and apply it when the work ends; others refuse the choice until then. A refused wish
is therefore kept. It is tried again whenever an interaction or wrap-up of that agent ends, and before the
agent accepts a new offer. The second case matters where a busy agent cannot choose a status: the next offer
follows the end of the work in the same step, so the choice is made while the offer is open, and withdraws it.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from huntgroup.errors import Refused
from huntgroup.sim.roles import Roles


class Wish(Enum):
    """What the shift plan asks of an agent now."""

    WORK = "work"
    REST = "rest"
    HOME = "home"


class Agenda:
    """Applies the agents' wishes to an engine. Agents are given by name, times in ns of the engine's time."""

    def __init__(self, engine: Any, roles: Roles) -> None:
        self._engine = engine
        self._roles = roles
        self._open: dict[str, tuple[Wish, str]] = {}
        self._signed_in: set[str] = set()
        self.refused: int = 0

    def wish(self, agent: str, wish: Wish, at_ns: int, rest: str = "") -> None:
        """Try a wish now; keep it for later if a rule refuses it. `rest`: the status of a break, by default
        the model's first break status."""
        self._open[agent] = (wish, rest)
        self.retry(agent, at_ns)

    def retry(self, agent: str, at_ns: int) -> bool:
        """Try the kept wish of an agent; returns whether there was one."""
        wish, rest = self._open.get(agent, (None, ""))
        if wish is None:
            return False
        try:
            if wish is Wish.WORK:
                self._work(agent, at_ns)
            elif wish is Wish.REST:
                self._engine.set_status(agent, rest or self._roles.rest, at=at_ns)
            elif not self._go_home(agent, at_ns):
                return True
        except Refused:
            self.refused += 1
        else:
            del self._open[agent]
        return True

    def _work(self, agent: str, at_ns: int) -> None:
        if agent not in self._signed_in:
            self._engine.sign_in(agent, at=at_ns)
            self._signed_in.add(agent)
            if self._roles.toggle:
                self._engine.set_ready(agent, True, at=at_ns)
        self._engine.set_status(agent, self._roles.work, at=at_ns)

    def _go_home(self, agent: str, at_ns: int) -> bool:
        self._engine.set_status(agent, self._roles.home, at=at_ns)
        if self._engine.agent(agent).pending is not None:
            # The agent still has work; signing out now would cut the wrap-up short.
            return False
        self._engine.sign_out(agent, at=at_ns)
        self._signed_in.discard(agent)
        return True
