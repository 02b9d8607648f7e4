"""Lists of agents, members and waiting interactions: filtered and paged first, then made into rows."""

from __future__ import annotations

from bisect import bisect_right
from itertools import islice
from typing import Any

from huntgroup.core.python.lists import matching_agents, members_of, waiting_of
from huntgroup.engine.naming import Lookup
from huntgroup.engine.views import interaction_view, status_name
from huntgroup.errors import ConfigError
from huntgroup.settings.arguments import integer
from huntgroup.settings.durations import SECOND_NS
from huntgroup.shown import InteractionView, MemberRow


def agents(
    engine: Lookup,
    after: str | int | None,
    limit: int | None,
    search: str | None,
    skill: str | int | None,
    status: str | int | None,
    capability: str | int | None,
    queue: str | int | None,
    team: str | None,
) -> list[int]:
    """The indices of the agents that the arguments of `directory` and `monitor` ask for, ascending."""
    if search is not None and not isinstance(search, str):
        raise ConfigError("search", search, "a part of a name, or None")
    if team is not None and not isinstance(team, str):
        raise ConfigError("team", team, "the name of a team, or None")
    found = matching_agents(
        engine,
        -1 if after is None else engine.agent_index(after),
        -1 if status is None else engine.status_index(status),
        0 if skill is None else engine._known_requirement("skill", skill),
        -1 if capability is None else engine.channel_index(capability),
        -1 if queue is None else engine.queue_index(queue),
        team,
    )
    most = checked_limit(limit)
    if search:
        wanted, names = search.casefold(), engine._agent_ids
        return list(islice((index for index in found if wanted in names[index].casefold()), most))
    return found[:most]


def checked_limit(limit: Any) -> int | None:
    """How many at most; None for all. Raises ConfigError."""
    return None if limit is None else integer("limit", limit, 1, 2**31 - 1)


def members(engine: Lookup, queue: int) -> list[MemberRow]:
    """The members of a queue, by agent."""
    statuses, names = engine._status_names, engine._agent_ids
    return [
        MemberRow(
            names[agent],
            statuses[engine._agent_state(agent)["shown"]],
            status_name(engine, code),
            logged_in,
            ready,
            tier,
            rank,
            delay_ns / SECOND_NS,
            None if limit < 0 else limit,
            load,
        )
        for agent, tier, rank, delay_ns, limit, logged_in, ready, load, code in members_of(engine, queue)
    ]


def waiting(engine: Lookup, queue: int, limit: int | None, after: int | None) -> list[InteractionView]:
    """A page of those who wait in a queue. The place of `after` is known whether it still waits or not."""
    most, order, start = checked_limit(limit), waiting_of(engine, queue), 0
    if after is not None:
        state = engine._find_interaction(after)
        credit_ns = engine._queue_state(queue)["credit_ns"]
        key = state["queued_at_ns"] - state["priority"] * credit_ns
        start = bisect_right(order, (key, state["queued_at_ns"], state["id"]))
    page = order[start : None if most is None else start + most]
    states = (engine._interaction_state(number) for _, _, number in page)
    return [interaction_view(engine, state) for state in states if state is not None]
