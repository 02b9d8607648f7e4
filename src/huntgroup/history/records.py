"""The rows of a history: states with their start and end, and counts with their instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Segment(NamedTuple):
    """An interaction in one state, or an agent's wrap-up. `end_ns` None: it has not ended."""

    interaction: int
    agent: str | None
    queue: str | None
    state: str
    begin_ns: int
    end_ns: int | None


class Presence(NamedTuple):
    """An agent in one status. `logged_in`: whether the status counts as logged in; `reported_as`: the model's
    report category."""

    agent: str
    status: str
    reported_as: str | None
    logged_in: bool
    begin_ns: int
    end_ns: int | None


class Serving(NamedTuple):
    """An agent who serves in a queue (PRES-9)."""

    agent: str
    queue: str
    begin_ns: int
    end_ns: int | None


class Service(NamedTuple):
    """A queue with one presence."""

    queue: str
    presence: str
    logged_in: int
    ready: int
    waiting: int
    begin_ns: int
    end_ns: int | None


class Count(NamedTuple):
    """Something counted of an interaction at an instant; if it left the queue, with how long it had
    waited."""

    at_ns: int
    name: str
    interaction: int | None = None
    wait_ns: int | None = None


class Answer(NamedTuple):
    """An interaction of a queue was answered."""

    at_ns: int
    interaction: int
    wait_ns: int
    in_target: bool


class Handling(NamedTuple):
    """A complete handling time, wrap-up included."""

    at_ns: int
    interaction: int
    elapsed_ns: int


@dataclass(slots=True)
class Call:
    """One interaction from its arrival on."""

    id: int
    ref: int | str | None
    channel: str
    arrived_ns: int
    queues: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    waits_ns: list[int] = field(default_factory=list)
    answered_ns: int | None = None
    ended_ns: int | None = None
    completed_ns: int | None = None
    wrap_up_ns: int = 0
    transfers: int = 0
    outcome: str = "open"
    reason: str | None = None
    in_target: bool | None = None
    handled_ns: int = 0
    on_hold_ns: int = 0
    wraps: int = 0


@dataclass(slots=True)
class OfferRow:
    """One offer."""

    offer: int
    interaction: int
    agent: str
    queue: str | None
    made_ns: int
    ended_ns: int | None = None
    outcome: str = "open"


class Change(NamedTuple):
    """A change of an agent's data: what was changed, and by whom."""

    at_ns: int
    agent: str
    what: str
    before: Any
    after: Any
    by: str | None
