"""The methods that read the engine and change nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from huntgroup import PRESENCE_DTYPE
from huntgroup.errors import ConfigError
from huntgroup.shown import (
    AgentView,
    DirectoryRow,
    Event,
    FailedRule,
    InteractionView,
    MemberRow,
    MonitorRow,
    QueueView,
)
from huntgroup.testing.reference import (
    arguments,
    clock,
    eligibility,
    explained,
    lists,
    presence,
    service,
    views,
)
from huntgroup.testing.reference.base import Base
from huntgroup.testing.reference.judge import Judgement
from huntgroup.testing.reference.state import Centre, Queue


class Reading(Base):
    """Views, counts, reasons, names and indices."""

    @property
    def now_ns(self) -> int:
        """The engine's time."""
        return self.centre.now_ns

    @property
    def next_deadline(self) -> int | None:
        """When the next timer is due, in ns; None if none runs."""
        self._catch_up()
        first = min(clock.timers(self.centre), default=None)
        return None if first is None else first.due_ns

    def poll(self) -> list[Event]:
        """The events since the last call."""
        self._catch_up()
        events, self.centre.events = self.centre.events, []
        return events

    # --- views ------------------------------------------------------------------------------------------

    def agent(self, agent: Any) -> AgentView:
        """The agent now. UnknownAgent."""
        self._catch_up()
        return views.agent_view(self.centre, self._known("agent", agent))

    def queue(self, queue: Any) -> QueueView:
        """The queue now. UnknownQueue."""
        self._catch_up()
        return views.queue_view(self.centre, self._known("queue", queue))

    def interaction(self, interaction: int) -> InteractionView:
        """The interaction now. UnknownInteraction."""
        self._catch_up()
        return views.interaction_view(self.centre, self._known("interaction", interaction))

    def estimated_wait(self, queue: Any, position: int | None = None) -> float | None:
        """Seconds for this position of the queue, from 1; for the next to come without one."""
        self._catch_up()
        if position is not None:
            position = arguments.number(position, "position", 1, 2**31 - 1)
        return views.estimated_wait(self.centre, self._known("queue", queue), position)

    def agent_of(self, interaction: int) -> int:
        """The index of the interaction's agent, -1 for none."""
        self._catch_up()
        agent = self._known("interaction", interaction).agent
        return -1 if agent is None else int(agent)

    def presence_of(self, queue: Any) -> str:
        """The outward presence of one queue."""
        self._catch_up()
        return self.queue(queue).presence

    def directory(
        self,
        search: str | None = None,
        skill: Any = None,
        status: Any = None,
        capability: Any = None,
        limit: int | None = None,
        after: Any = None,
    ) -> list[DirectoryRow]:
        """The agents as colleagues see them."""
        self._catch_up()
        if search is not None and not isinstance(search, str):
            raise ConfigError("search", search, "a part of a name, or None")
        needed = self._requirement(skill, "skill")
        judgement = Judgement(self.centre)
        self._judge_skills(judgement, needed)
        judgement.verdict()
        found = lists.agents(
            self.centre,
            None if after is None else self._known("agent", after),
            arguments.limit(limit),
            search or None,
            needed,
            None if status is None else self._known("status", status).name,
            None if capability is None else self._known("channel", capability),
            None,
            None,
        )
        return [views.directory_row(view) for view in found]

    def monitor(
        self,
        queue: Any = None,
        status: Any = None,
        team: str | None = None,
        limit: int | None = None,
        after: Any = None,
    ) -> list[MonitorRow]:
        """The agents as supervisors see them."""
        self._catch_up()
        if team is not None and not isinstance(team, str):
            raise ConfigError("team", team, "the name of a team, or None")
        found = lists.agents(
            self.centre,
            None if after is None else self._known("agent", after),
            arguments.limit(limit),
            None,
            None,
            None if status is None else self._known("status", status).name,
            None,
            None if queue is None else self._known("queue", queue),
            team,
        )
        return [views.monitor_row(view) for view in found]

    def members(self, queue: Any) -> list[MemberRow]:
        """The members of a queue."""
        self._catch_up()
        return lists.members(self.centre, self._known("queue", queue))

    def waiting(self, queue: Any, limit: int | None = 100, after: int | None = None) -> list[InteractionView]:
        """The interactions that wait in a queue, in their order."""
        self._catch_up()
        found = self._known("queue", queue)
        last = None if after is None else self._known("interaction", after)
        ids = lists.in_order(self.centre, found, arguments.limit(limit), last)
        return [views.interaction_view(self.centre, self.centre.live[number]) for number in ids]

    def queues(self) -> list[QueueView]:
        """Every queue, by index."""
        self._catch_up()
        return [views.queue_view(self.centre, queue) for queue in self.centre.present_queues()]

    def skills(self) -> list[str]:
        """The names of all skills, in the order of first mention."""
        return list(self.centre.skills)

    def presence(self, *, group: str | None = None, total: bool = False) -> Any:
        """Every queue as one row of `PRESENCE_DTYPE`; with `group` or `total` one row of sums, queue -1."""
        self._catch_up()
        centre = self.centre
        if group is not None and group not in centre.groups:
            raise ConfigError("group", group, "one of the groups " + ", ".join(centre.groups))
        place = -1 if group is None else centre.groups.index(group)
        if group is None and not total:
            workers = service.staff(centre)
            parts = [
                (q.index, _group_index(centre, q), service.queue_counts(centre, q, workers))
                for q in centre.present_queues()
            ]
        else:
            members = centre.present_queues() if group is None else service.group_queues(centre, group)
            parts = [(-1, place, service.total_counts(centre, members))]
        rows = [
            (
                queue,
                group_index,
                service.PRESENCES.index(counts.presence),
                counts.logged_in,
                counts.ready,
                counts.waiting,
                counts.oldest_ns if counts.waiting else -1,
                counts.agents_logged_in,
                counts.agents_ready,
            )
            for queue, group_index, counts in parts
        ]
        return np.array(rows, dtype=PRESENCE_DTYPE)

    def count(self, requirement: Any, queue: Any = None) -> tuple[int, int]:
        """(logged in, ready) of the agents who meet the requirement, in the queue or in any queue."""
        self._catch_up()
        centre = self.centre
        needed = self._requirement(requirement, "requirement")
        judgement = Judgement(centre)
        self._judge_skills(judgement, needed)
        judgement.verdict()
        only = None if queue is None else self._known("queue", queue).index
        logged_in = ready = 0
        for agent in centre.present_agents():
            if not eligibility.meets(centre, agent, [] if needed is None else [needed]):
                continue
            memberships = [
                membership
                for membership in agent.memberships.values()
                if membership.logged_in and only in (None, membership.queue)
            ]
            now = presence.standing(centre, agent)
            logged_in += bool(memberships) and presence.counts_as_logged_in(now)
            ready_queues = eligibility.shown_ready(centre, agent, now)
            ready += any(membership.queue in ready_queues for membership in memberships)
        return logged_in, ready

    # --- reasons ----------------------------------------------------------------------------------------

    def why_not(self, agent: Any, interaction: int) -> list[FailedRule]:
        """The rules that keep the interaction of a queue from the agent, in order; [] if none does, or if it
        is finished."""
        self._catch_up()
        wanted, found = self._known("agent", agent), self._known("interaction", interaction)
        queue = None if found.id in self.centre.finished else self.centre.queue_of(found)
        return [] if queue is None else eligibility.failed_rules(self.centre, wanted, found, queue)

    def explain(self, interaction: int) -> dict[str, Any]:
        """How the latest decision on it was made, and, while it waits, what keeps the members of its queue
        away."""
        self._catch_up()
        found = self._known("interaction", interaction)
        candidates = explained.kept_out(self.centre, found)
        rules = [rule or "eligible" for rule in candidates.values()]
        return {
            "interaction": found.id,
            "state": found.state,
            "decision": found.decision,
            "winner": None if found.decision is None else found.decision.winner,
            "key": {} if found.decision is None else found.decision.key,
            "candidates": candidates,
            "by_rule": {rule: rules.count(rule) for rule in sorted(set(rules))},
        }

    # --- names and indices ------------------------------------------------------------------------------

    def agent_index(self, name: str) -> int:
        """The agent's index."""
        return int(self._known("agent", name).index)

    def agent_id(self, index: int) -> str:
        """The agent's name."""
        return str(self._known("agent", index).name)

    def queue_index(self, name: str) -> int:
        """The queue's index."""
        return int(self._known("queue", name).index)

    def queue_id(self, index: int) -> str:
        """The queue's name."""
        return str(self._known("queue", index).name)

    def channel_index(self, name: str) -> int:
        """The channel's index."""
        return int(self._known("channel", name).index)

    def channel_id(self, index: int) -> str:
        """The channel's name."""
        return str(self._known("channel", index).name)

    def skill_index(self, name: str) -> int:
        """The skill's index, in the order of first mention."""
        if name not in self.centre.skills:
            raise ConfigError("skill", name, "a skill that the configuration mentions")
        return self.centre.skills.index(name)

    def skill_id(self, index: int) -> str:
        """The skill's name."""
        if not 0 <= index < len(self.centre.skills):
            raise ConfigError("skill", index, "the index of a skill")
        return self.centre.skills[index]

    def group_index(self, name: str) -> int:
        """The group's index, in the order of first mention."""
        if name not in self.centre.groups:
            raise ConfigError("group", name, "one of the groups " + ", ".join(self.centre.groups))
        return self.centre.groups.index(name)

    def group_id(self, index: int) -> str:
        """The group's name."""
        if not 0 <= index < len(self.centre.groups):
            raise ConfigError("group", index, "the index of a group")
        return self.centre.groups[index]

    def status_index(self, name: str) -> int:
        """The status's index in the model."""
        return self.centre.model.statuses.index(self._known("status", name))

    def status_id(self, index: int) -> str:
        """The status's name."""
        return str(self._known("status", index).name)

    def _known(self, what: str, ref: Any) -> Any:
        """The object with this name or index; the refusal if there is none."""
        judgement = Judgement(self.centre)
        found = getattr(judgement, what)(ref)
        judgement.verdict()
        return found


def _group_index(centre: Centre, queue: Queue) -> int:
    return -1 if queue.group is None else centre.groups.index(queue.group)
