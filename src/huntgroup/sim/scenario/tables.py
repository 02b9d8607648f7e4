"""The tables of a scenario as plain data, with the defaults of their keys. Numbers are in the scenario's unit
of time, until `Scenario` is asked for seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from huntgroup.settings.hours import DAYS
from huntgroup.sim.scenario.laws import Law

NOTHING = Law("constant", (0.0,))


@dataclass(frozen=True)
class Run:
    """`[run]`: from when, how long, and what counts."""

    start: datetime = datetime(2026, 1, 5, tzinfo=UTC)
    tz: str | None = None
    duration: float | None = None
    days: int | None = None
    warm_up: float = 0.0
    drain: str = "serve"
    time_unit: str = "s"


@dataclass(frozen=True)
class Group:
    """`[[group]]`: a set of agents."""

    name: str = ""
    agents: tuple[str, ...] = ()


class Share(NamedTuple):
    """One entry of a mix: this share of the callers asks for this."""

    share: float
    requires: str | None
    priority: int | None


class Burst(NamedTuple):
    """So many calls within a while from an instant on."""

    at: float
    calls: int
    within: float


@dataclass(frozen=True)
class Arrivals:
    """`[[arrivals]]`: one source of callers."""

    queue: str = ""
    name: str = ""
    priority: int = 0
    requires: str | None = None
    preferred: str | None = None
    mix: tuple[Share, ...] = ()
    rate: float | None = None
    rates: tuple[float, ...] | Mapping[str, tuple[float, ...]] | None = None
    every: float | None = None
    times: tuple[float, ...] | None = None
    log: str | None = None
    mapping: str | None = None
    busyness: float | None = None
    bursts: tuple[Burst, ...] = ()


@dataclass(frozen=True)
class Service:
    """`[[service]]`: how long whom it is for takes."""

    queue: str | None = None
    agent: str | None = None
    group: str | None = None
    talk: Law | None = None
    hold: Law | None = None
    wrap_up: Law | None = None
    ring: Law | None = None
    missed: float | None = None
    speed: float | None = None


class Redial(NamedTuple):
    """This share of those who abandoned comes again, after a delay."""

    share: float
    delay: Law


@dataclass(frozen=True)
class Patience:
    """`[[patience]]`: how long callers wait."""

    queue: str | None = None
    time: Law | None = None
    balk: float | None = None
    announced: bool | None = None
    redial: Redial | None = None


class Break(NamedTuple):
    """Minutes after midnight, and the status chosen meanwhile."""

    begins: int
    ends: int
    status: str | None


@dataclass(frozen=True)
class Shift:
    """`[[shift]]`: when agents are there; minutes after midnight."""

    agents: tuple[str, ...] = ()
    group: str | None = None
    count: int | None = None
    begins: int = 0
    ends: int = 1440
    days: tuple[str, ...] = DAYS
    breaks: tuple[Break, ...] = ()
    adherence: float = 1.0


@dataclass(frozen=True)
class Transfer:
    """`[[transfer]]`: this share of a queue's callers goes on to another one."""

    queue: str = ""
    share: float = 0.0
    target: str = ""
    delay: Law | None = None


@dataclass(frozen=True)
class Callback:
    """`[[callback]]`: this share of those who have waited so long asks to be called back."""

    queue: str = ""
    share: float = 0.0
    delay: Law = NOTHING


@dataclass(frozen=True)
class Outbound:
    """`[[outbound]]`: calls dialled by whoever of these agents is ready."""

    queue: str | None = None
    agents: tuple[str, ...] = ()
    group: str | None = None
    rate: float | None = None
    rates: tuple[float, ...] | Mapping[str, tuple[float, ...]] | None = None
    every: float | None = None
    share: float = 1.0


@dataclass(frozen=True)
class Trunks:
    """`[trunks]`: so many lines, for these queues."""

    lines: int = 0
    queues: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Tables:
    """All tables of a scenario but the centre."""

    run: Run = field(default_factory=Run)
    group: tuple[Group, ...] = ()
    arrivals: tuple[Arrivals, ...] = ()
    service: tuple[Service, ...] = ()
    patience: tuple[Patience, ...] = ()
    shift: tuple[Shift, ...] = ()
    transfer: tuple[Transfer, ...] = ()
    callback: tuple[Callback, ...] = ()
    outbound: tuple[Outbound, ...] = ()
    trunks: Trunks | None = None
