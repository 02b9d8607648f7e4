"""A changed presence model takes the place of the running one (docs/SEMANTICS.md, section 3)."""

from __future__ import annotations

from typing import Any

from huntgroup.errors import ConfigError, IllegalTransition
from huntgroup.models import PresenceModel
from huntgroup.settings.told import told_model
from huntgroup.testing.reference import presence
from huntgroup.testing.reference.base import Base
from huntgroup.testing.reference.state import Agent, emit
from huntgroup.testing.reference.step import step


class Succession(Base):
    """The method that replaces the presence model."""

    def update_model(self, model: Any, *, by: Any = None, at: Any = None) -> None:
        """A changed copy of the presence model takes the place of the running one."""
        # CMD-61, MODEL-1 to MODEL-4.
        centre = self.centre
        model = PresenceModel.load(model)
        same = all(
            getattr(model, part) == getattr(centre.model, part)
            for part in ("name", "toggle", "external_presence", "stop_new", "channels")
        )
        if not same or model.sign_in.required != centre.model.sign_in.required:
            raise ConfigError("model", model.name, "a changed copy of the running model")
        becomes: dict[str | None, str | None] = {None: None}
        for row in centre.model.statuses:
            aliased = (other.name for other in model.statuses if row.name in other.aliases)
            becomes[row.name] = row.name if row.name in model.indices else next(aliased, None)
        judgement = self._begin(at)
        commander = judgement.by(by)
        judgement.configures(commander)
        for agent in centre.present_agents():
            shown = centre.shown.agents[agent.index][0]
            for name in (agent.base, agent.selected, agent.pending, shown):
                if name is not None and becomes[name] is None:
                    judgement.breaks(IllegalTransition, f"agent {agent.name} has the status {name}")
        judgement.verdict()
        for agent in centre.present_agents():
            self._rename(agent, becomes)
        centre.model = model
        with step(centre, commander) as now:
            emit(centre, "model_updated", text=told_model(model))
            for agent in centre.present_agents():
                now.gained.add(agent.index)
                if not presence.row(centre, agent.base).duration_ns:
                    agent.duration_due_ns = None

    def _rename(self, agent: Agent, becomes: dict[str | None, str | None]) -> None:
        shown = self.centre.shown.agents[agent.index]
        now = becomes[shown[0]], becomes[agent.base], becomes[agent.selected]
        assert now[0] is not None
        assert now[1] is not None
        assert now[2] is not None
        agent.base, agent.selected, agent.pending = now[1], now[2], becomes[agent.pending]
        selected, base, due_ns = shown[4]
        profile = (str(becomes[selected]), str(becomes[base]), due_ns)
        self.centre.shown.agents[agent.index] = (now[0], becomes[shown[1]], shown[2], shown[3], profile)
        spent: dict[str, int] = {}
        for name, ns in agent.status_ns.items():
            kept = becomes[name]
            if kept is not None:
                spent[kept] = spent.get(kept, 0) + ns
        agent.status_ns = spent
