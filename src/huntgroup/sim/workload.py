"""The input of a replay: a centre (agents with skills and shifts, queues) and its arrivals, as plain data.

`derive` makes a `Workload` from a log, `demo` generates one; `replay` plays it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from huntgroup.sim.log_times import later

NEVER = -1


class Stint(NamedTuple):
    """A period in which an agent is available. `ends_shift`: the agent goes home after it, else takes a
    break."""

    start_ns: int
    end_ns: int
    ends_shift: bool


@dataclass(frozen=True, slots=True)
class PlannedAgent:
    """One agent: proficiency by skill, capacity by channel, queues by name, stints in order of time."""

    name: str
    skills: Mapping[str, int]
    capacity: Mapping[str, int]
    queues: tuple[str, ...]
    stints: tuple[Stint, ...]


@dataclass(frozen=True, slots=True)
class PlannedQueue:
    """One queue. `title` is for display; `requires` is an expression or None; the service level is (seconds,
    share).
    """

    name: str
    channel: str
    title: str = ""
    requires: str | None = None
    strategy: str = "longest_idle"
    seconds_per_priority: int = 60
    service_level: tuple[float, float] = (20.0, 0.80)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The interactions in order of arrival; every array has shape (n,), times and durations in ns.

    `queue` indexes the workload's queues, `requires` its requirements (-1: only the queue's own applies).
    `handling_ns` runs from the accept, `after_call_ns` from its end. `patience_ns` is how long the customer
    waits before hanging up, `NEVER` for one who does not.
    """

    at_ns: npt.NDArray[np.int64]
    queue: npt.NDArray[np.int32]
    priority: npt.NDArray[np.int32]
    requires: npt.NDArray[np.int32]
    handling_ns: npt.NDArray[np.int64]
    after_call_ns: npt.NDArray[np.int64]
    patience_ns: npt.NDArray[np.int64]

    @property
    def n(self) -> int:
        """How many interactions arrive."""
        return len(self.at_ns)


@dataclass(frozen=True, slots=True)
class Workload:
    """A centre and its arrivals. Instants count from `first_midnight`."""

    title: str
    first_midnight: datetime
    channels: tuple[str, ...]
    queues: tuple[PlannedQueue, ...]
    agents: tuple[PlannedAgent, ...]
    requirements: tuple[str, ...]
    arrivals: Arrivals
    notes: Mapping[str, str] = field(default_factory=dict)

    def wall_time(self, at_ns: int) -> datetime:
        """The wall time of an instant."""
        return later(self.first_midnight, at_ns)
