"""Reading a centre: views, counts, reasons. Nothing here changes it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huntgroup.engine import explained, lists, settings_read, views
from huntgroup.engine.naming import Lookup
from huntgroup.layouts import INTERACTION_STATES, PRESENCE_DTYPE
from huntgroup.settings import arguments
from huntgroup.shown import (
    AgentView,
    DirectoryRow,
    FailedRule,
    InteractionView,
    MemberRow,
    MonitorRow,
    QueueView,
)


class Reading(Lookup):
    """The methods that show the engine. Not for use by themselves."""

    # --- views --------------------------------------------------------------------------------------------

    def agent(self, agent: str | int) -> AgentView:
        """The agent as it is now. Raises UnknownAgent. O(statuses + memberships + interactions held)."""
        self._catch_up()
        return views.agent_view(self, self._find_agent(agent))

    def queue(self, queue: str | int) -> QueueView:
        """The queue as it is now. Raises UnknownQueue. O(1), and O(waiting there) where somebody waits with
        priority."""
        self._catch_up()
        return views.queue_view(self, self._find_queue(queue))

    def interaction(self, interaction: int) -> InteractionView:
        """The interaction as it is now. Raises UnknownInteraction, also for one that finished too long ago.
        O(offers + declines)."""
        self._catch_up()
        state = self._find_interaction(interaction)
        return views.interaction_view(self, state)

    def estimated_wait(self, queue: str | int, position: int | None = None) -> float | None:
        """Estimated seconds of waiting at a position of the queue: `position`, from 1, times the mean of the
        last 64 handling and wrap-up times, divided by the number of members who serve. Without a position:
        for the next arrival, whose position is one more than wait now. None if nobody serves or nothing was
        handled yet. For an interaction that waits, its own view has the estimate. Raises ConfigError,
        UnknownQueue. O(1)."""
        self._catch_up()
        if position is not None:
            position = arguments.integer("position", position, 1, 2**31 - 1)
        return views.estimated_wait(self._expected(self._find_queue(queue)), position)

    # --- lists --------------------------------------------------------------------------------------------

    def directory(
        self,
        search: str | None = None,
        skill: str | int | None = None,
        status: str | int | None = None,
        capability: str | int | None = None,
        limit: int | None = None,
        after: str | int | None = None,
    ) -> list[DirectoryRow]:
        """What colleagues see of agents, by index, in the order in which they were added.

        `search`: part of the name, whatever its case; `skill`: a skill held, or an expression over skills;
        `status`: the one shown; `capability`: a channel that the agent has, free or full; at most `limit`,
        those after the agent `after`. All that are given must hold. Raises ConfigError, UnknownAgent,
        UnknownSkill, UnknownStatus, UnknownChannel. O(agents); only those in the answer get a row."""
        self._catch_up()
        found = lists.agents(self, after, limit, search, skill, status, capability, None, None)
        return [views.directory_row(views.agent_view(self, index)) for index in found]

    def monitor(
        self,
        queue: str | int | None = None,
        status: str | int | None = None,
        team: str | None = None,
        limit: int | None = None,
        after: str | int | None = None,
    ) -> list[MonitorRow]:
        """What supervisors see of agents, by index: the members of a queue, those who show a status, those of
        a team, at most `limit`, those after the agent `after`. Raises ConfigError, UnknownAgent,
        UnknownQueue, UnknownStatus. O(agents), and only the agents in the answer get a row."""
        self._catch_up()
        found = lists.agents(self, after, limit, None, None, status, None, queue, team)
        return [views.monitor_row(views.agent_view(self, index)) for index in found]

    def members(self, queue: str | int) -> list[MemberRow]:
        """The members of a queue, by index. Raises UnknownQueue. O(memberships of the centre)."""
        self._catch_up()
        return lists.members(self, self._find_queue(queue))

    def waiting(
        self, queue: str | int, limit: int | None = 100, after: int | None = None
    ) -> list[InteractionView]:
        """The interactions that wait in a queue, in the order of waiting: at most `limit`, those behind the
        interaction `after`, which may have left meanwhile. Raises ConfigError, UnknownQueue,
        UnknownInteraction. O(waiting log waiting), and only those in the answer get a view."""
        self._catch_up()
        return lists.waiting(self, self._find_queue(queue), limit, after)

    def queues(self) -> list[QueueView]:
        """Every queue, by index. O(queues), and O(waiting) where somebody waits with priority."""
        self._catch_up()
        return [views.queue_view(self, index) for index in sorted(self._queue_index.values())]

    def skills(self) -> list[str]:
        """The names of all skills, in the order of their first mention. O(skills)."""
        self._check_made()
        return list(self._skill_names)

    def presence(self, *, group: str | None = None, total: bool = False) -> NDArray[np.void]:
        """Every queue as one row of `huntgroup.layouts.PRESENCE_DTYPE`, by index; with `group` or `total`
        one row of sums over the group's queues or the whole centre, `queue` -1, with the agents counted once
        beside the sums of memberships. Raises ConfigError for an unknown group. O(queues), and O(waiting)
        where somebody waits with priority."""
        self._catch_up()
        rows = np.frombuffer(self._presence_all(), PRESENCE_DTYPE)
        if group is None and not total:
            return rows
        index = -1
        if group is not None:
            index = self.group_index(group)
            rows = rows[rows["group"] == index]
        oldest = int(rows["oldest_wait_ns"].max(initial=-1))
        *counts, logged_in, ready = self._presence_total(index)
        return np.array([(-1, index, *counts, oldest, logged_in, ready)], PRESENCE_DTYPE)

    def count(self, requirement: str | int | None, queue: str | int | None = None) -> tuple[int, int]:
        """(logged in, ready): how many agents meet a requirement, in a queue or anywhere. Kept from the
        first question on, which costs O(agents); after it O(1). Raises UnknownSkill, UnknownQueue."""
        self._catch_up()
        row = self._known_requirement("requirement", requirement)
        logged_in, ready = self._count(row, -1 if queue is None else self._find_queue(queue))
        return logged_in, ready

    @property
    def columns(self) -> dict[str, NDArray[Any]]:
        """The engine's own columns as read-only numpy views, by "table.field"; no copy. A view shows what is
        true until its table grows: then take the columns again. `queues.ready` counts who is ready but for
        the queue's `max_handled`. O(columns)."""
        return self._columns()

    # --- settings -----------------------------------------------------------------------------------------

    def queue_settings(self, queue: str | int) -> dict[str, Any]:
        """The settings of a queue: every argument of `add_queue`, good for it and, but for the channel, for
        `update_queue`. Requirements are in their canonical spelling. Raises UnknownQueue. O(steps)."""
        self._check_made()
        return settings_read.queue_settings(self, self._find_queue(queue))

    def channel_settings(self, channel: str | int) -> dict[str, Any]:
        """The settings of a channel: every argument of `add_channel`. Raises UnknownChannel. O(channels)."""
        self._check_made()
        return settings_read.channel_settings(self, self.channel_index(channel))

    def agent_settings(self, agent: str | int) -> dict[str, Any]:
        """The settings of an agent: the arguments of `add_agent` that say what it is, but for those that say
        where it starts (devices, signed_in, status, ready). Raises UnknownAgent. O(skills + memberships)."""
        self._check_made()
        return settings_read.agent_settings(self, self._find_agent(agent))

    def membership_settings(self, agent: str | int) -> dict[str, dict[str, Any]]:
        """What `join` takes, for each queue of an agent: tier, rank, delay in seconds, limit. Raises
        UnknownAgent. O(memberships)."""
        self._check_made()
        return settings_read.membership_settings(self, self._find_agent(agent))

    def configuration(self) -> dict[str, Any]:
        """The configuration as the tables of a centre's file, with every setting, as plain values; the model
        is a table too. What is None is left out, and so is a scorer of the caller's own. O(settings)."""
        self._check_made()
        return settings_read.file_tables(self)

    # --- reasons ------------------------------------------------------------------------------------------

    def why_not(self, agent: str | int, interaction: int) -> list[FailedRule]:
        """The rules that keep the interaction of a queue from the agent, in the order of the rules of
        eligibility; [] where none does, or it has no queue or is finished. Raises UnknownAgent,
        UnknownInteraction. O(memberships + declines)."""
        self._catch_up()
        index, state = self._find_agent(agent), self._find_interaction(interaction)
        failed = self._why_not(index, state["id"]) or []
        return [FailedRule(rule, None if when_ns < 0 else when_ns) for rule, when_ns in failed]

    def explain(self, interaction: int) -> dict[str, Any]:
        """Why the latest decision on an interaction was made, and, while it waits, which rule keeps each
        member of its queue from getting it.

        `decision` is a `shown.Decision`, None before the first decision; `winner` and `key` are those of the
        decision. `candidates` maps each member of the queue to the first rule that keeps it away (None: no
        rule), `by_rule` counts the members by rule; both are empty unless the interaction waits. Works for
        finished interactions as long as they are readable. Raises
        UnknownInteraction. O(1), for one that waits O(memberships of the centre)."""
        self._catch_up()
        state = self._find_interaction(interaction)
        raw = self._decision(state["id"])
        decision = None if raw is None else explained.decision(self, raw)
        candidates = {self._agent_ids[agent]: rule or None for agent, rule in self._kept_out(state["id"])}
        return {
            "interaction": state["id"],
            "state": INTERACTION_STATES[state["state"]],
            "decision": decision,
            "winner": None if decision is None else decision.winner,
            "key": {} if decision is None else decision.key,
            "candidates": candidates,
            "by_rule": dict(sorted(Counter(rule or "eligible" for rule in candidates.values()).items())),
        }
