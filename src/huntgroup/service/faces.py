"""The readings of the service, one row each: path, parameters, function, summary. The routes and the OpenAPI
description are both made from this table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from huntgroup.service import lists


class Face(NamedTuple):
    """One reading. `show` is called with the engine, the person, the value of `{id}` in the path, and the
    parameters if `query` has any. `listed`: it answers with a list; `numbered`: the id is a number;
    `timeless`: nothing in its body changes without an event, so that its ETag identifies it and
    `If-None-Match` gets 304."""

    path: str
    show: Callable[..., lists.Shown]
    query: type[msgspec.Struct]
    summary: str
    listed: bool
    numbered: bool = False
    timeless: bool = False


FACES = (
    Face("/v1/agents", lists.agents, lists.Page, "The agents that one may look at.", True),
    Face("/v1/agents/{id}", lists.agent, lists.Nothing, "An agent as it is now.", False),
    Face("/v1/queues", lists.queues, lists.Page, "The queues that one may look at.", True),
    Face("/v1/queues/{id}", lists.queue, lists.Nothing, "A queue as it is now.", False),
    Face("/v1/queues/{id}/waiting", lists.waiting, lists.Page, "Who waits there, in order.", True),
    Face("/v1/queues/{id}/members", lists.members, lists.Page, "The agents of a queue.", True, timeless=True),
    Face("/v1/interactions", lists.interactions, lists.RefQuery, "The live ones with a reference.", True),
    Face(
        "/v1/interactions/{id}", lists.interaction, lists.Nothing, "An interaction as it is now.", False, True
    ),
    Face(
        "/v1/interactions/{id}/explain",
        lists.explanation,
        lists.Nothing,
        "How the latest decision on it fell, and what keeps agents away from it.",
        False,
        True,
    ),
    Face(
        "/v1/interactions/{id}/why-not",
        lists.why_not,
        lists.AgentQuery,
        "The rules that keep it from an agent.",
        True,
        True,
    ),
    Face(
        "/v1/presence", lists.presence, lists.PresenceQuery, "Which services are there, and how busy.", True
    ),
    Face(
        "/v1/directory",
        lists.directory,
        lists.DirectoryQuery,
        "What colleagues see of agents.",
        True,
        timeless=True,
    ),
    Face(
        "/v1/model", lists.model, lists.Nothing, "The presence model: its statuses and what they mean.", False
    ),
    Face("/v1/monitor", lists.monitor, lists.MonitorQuery, "What supervisors see of agents.", True),
)


class Streams(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which events: from a seq on, and filters with commas between the names; all that are given must
    match. With `rows`, on the socket only, the state of what they touch as well."""

    from_seq: int | None = None
    queues: str | None = None
    agents: str | None = None
    kinds: str | None = None
    rows: bool = False

    def filters(self) -> dict[str, list[str] | None]:
        """The filters as lists."""
        return {
            name: None if (text := getattr(self, name)) is None else [one for one in text.split(",") if one]
            for name in ("queues", "agents", "kinds")
        }


def convert(given: list[tuple[str, str]], kind: type[Any]) -> Any:
    """The query parameters as the structure `kind`. Raises msgspec.ValidationError."""
    names = [name for name, _ in given]
    for name in names:
        if names.count(name) > 1:
            raise msgspec.ValidationError(f"Object contains unknown field `{name}`, given twice")
    return msgspec.convert(dict(given), kind, strict=False)
