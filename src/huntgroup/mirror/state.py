"""The state of a mirror: plain data, keyed by name. Instants and durations are integer nanoseconds."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from huntgroup.models import PresenceModel
from huntgroup.settings.requirements import Requirement

HANDLED = ("Dialing", "Handling", "On Hold", "Consulting", "In Conference")
TALKING = HANDLED[1:]
OVER = ("Completed", "Abandoned")


@dataclass(slots=True)
class Channel:
    """A kind of interaction; `capability` names the channel whose device, capacity and load it uses."""

    name: str
    blocks: str | tuple[str, ...] = "none"
    needs_device: bool = False
    units: int = 0
    capability: str = ""
    interruptible_by: tuple[str, ...] = ()


@dataclass(slots=True)
class Member:
    """An agent's membership of a queue."""

    tier: int = 1
    rank: int = 1
    delay_ns: int = 0
    limit: int | None = None
    logged_in: bool = True


@dataclass(slots=True)
class WrapUp:
    """An agent's wrap-up. `handled_ns`: the handling time before it, None if the interaction was not
    answered."""

    channel: str
    queue: str | None
    began_ns: int
    until_ns: int
    holds: str
    handled_ns: int | None


@dataclass(slots=True)
class Agent:
    """An agent. `held`: ids of the interactions that count as load, open offers included; `asked`: the
    offers."""

    name: str
    index: int
    role: str
    team: str | None
    units: int | None
    busy_selectable: bool
    signed_in: bool
    profile: str
    base: str
    shown: str
    toggle: bool
    external: str | None
    since_ns: int
    counted_to_ns: int
    until_ns: int | None = None
    pending: str | None = None
    stop_new: bool = False
    after_accept: bool = False
    accept_sets: str | None = None
    skills: dict[str, int] = field(default_factory=dict)
    capacity: dict[str, int] = field(default_factory=dict)
    devices: dict[str, set[str | None]] = field(default_factory=dict)
    connected: bool = True
    memberships: dict[str, Member] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)
    wrap_ups: dict[int, WrapUp] = field(default_factory=dict)
    parked: set[int] = field(default_factory=set)
    status_ns: dict[str, int] = field(default_factory=dict)
    user: list[float] = field(default_factory=lambda: [0.0] * 8)


@dataclass(slots=True)
class Queue:
    """A queue, with its counts since it was added."""

    name: str
    index: int
    channel: str
    presence: str
    settings: dict[str, Any]
    requirement: Requirement
    counts: dict[str, int]
    answered_wait_ns: int = 0
    handling_ns: int = 0
    handled: int = 0
    recent_ns: deque[int] = field(default_factory=deque)


@dataclass(slots=True)
class Interaction:
    """One interaction. `offers` maps the id of each open offer to its agent, queue and expiry."""

    id: int
    channel: str
    state: str
    queued_at_ns: int
    since_ns: int
    queue: str | None = None
    agent: str | None = None
    priority: int = 0
    preferred: str | None = None
    ref: int | str | None = None
    user: list[float] | None = None
    offers: dict[int, tuple[str, str | None, int]] = field(default_factory=dict)
    linked: int | None = None
    is_leg: bool = False
    callback: bool = False
    recall: bool = False
    ending: bool = False
    waited_ns: int | None = None
    handled_since_ns: int | None = None
    handled_ns: int = 0
    on_hold_ns: int = 0
    entry_is_open: bool = False
    answer_counted: bool = False
    in_target: bool = False
    reason: str | None = None


@dataclass(slots=True)
class State:
    """The whole state. `letting_go`: an agent has just stopped handling an interaction; the next event tells
    whether a wrap-up follows."""

    now_ns: int = 0
    begun: bool = True
    last_seq: int = 0
    model: PresenceModel | None = None
    channels: dict[str, Channel] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    agent_names: dict[int, str] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    queue_names: dict[int, str] = field(default_factory=dict)
    interactions: dict[int, Interaction] = field(default_factory=dict)
    legs: dict[int, int] = field(default_factory=dict)
    newcomers: set[str] = field(default_factory=set)
    leaving: dict[str, Agent] = field(default_factory=dict)
    keep_finished: int = 100_000
    finished: deque[int] = field(default_factory=deque)
    letting_go: tuple[int, str | None, int] | None = None
    let_go_unanswered: bool = False
