"""What one replication leaves: a row for each visit of a caller to a queue, and the agents' times."""

from __future__ import annotations

from array import array
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

# What became of a visit.
WAITING, ANSWERED, ABANDONED, TIMED_OUT, OVERFLOWED, REFUSED, BLOCKED = range(7)

# Bits of `flags`.
REDIALLED, TRANSFERRED, LATER_LEG = 1, 2, 4


class Visits:
    """Growing columns, one entry a visit: `arrived` is when the wait began, `entered` when the visit did
    (ns), `left` when it was answered or gave up."""

    def __init__(self) -> None:
        self.caller: array[int] = array("q")
        self.queue: array[int] = array("i")
        self.source: array[int] = array("i")
        self.arrived: array[int] = array("q")
        self.entered: array[int] = array("q")
        self.left: array[int] = array("q")
        self.outcome: array[int] = array("b")
        self.flags: array[int] = array("b")

    def add(self, caller: int, queue: int, source: int, arrived: int, entered: int, flags: int) -> int:
        """A visit that begins; returns its place."""
        self.caller.append(caller)
        self.queue.append(queue)
        self.source.append(source)
        self.arrived.append(arrived)
        self.entered.append(entered)
        self.left.append(-1)
        self.outcome.append(WAITING)
        self.flags.append(flags)
        return len(self.caller) - 1

    def columns(self) -> VisitColumns:
        """The same as arrays of shape (n,)."""
        return VisitColumns(
            np.array(self.queue, np.int32),
            np.array(self.source, np.int32),
            np.array(self.arrived, np.int64),
            np.array(self.entered, np.int64),
            np.array(self.left, np.int64),
            np.array(self.outcome, np.int8),
            np.array(self.flags, np.int8),
        )


class VisitColumns(NamedTuple):
    """The visits of one replication; arrays of shape (n,), instants in ns after the start."""

    queue: npt.NDArray[np.int32]
    source: npt.NDArray[np.int32]
    arrived_ns: npt.NDArray[np.int64]
    entered_ns: npt.NDArray[np.int64]
    left_ns: npt.NDArray[np.int64]
    outcome: npt.NDArray[np.int8]
    flags: npt.NDArray[np.int8]


class BusyTimes:
    """How long agents are at work on at least one interaction between two instants, and how much of it after
    their shifts."""

    def __init__(
        self, agents: int, from_ns: int, to_ns: int, shifts: dict[int, list[tuple[int, int]]]
    ) -> None:
        self.load: list[int] = [0] * agents
        self.since: list[int] = [0] * agents
        self.busy: list[int] = [0] * agents
        self.after: list[int] = [0] * agents
        self._from = from_ns
        self._to = to_ns
        self._shifts = shifts
        self._place = dict.fromkeys(shifts, 0)

    def more(self, agent: int, now: int) -> None:
        """One interaction more for this agent."""
        if self.load[agent] == 0:
            self.since[agent] = now
        self.load[agent] += 1

    def less(self, agent: int, now: int) -> None:
        """One fewer."""
        self.load[agent] -= 1
        if self.load[agent] == 0:
            self._add(agent, now)
            self.since[agent] = now

    def close(self, now: int) -> None:
        """Whoever is busy still is until `now`."""
        for agent, load in enumerate(self.load):
            if load > 0:
                self._add(agent, now)

    def _add(self, agent: int, now: int) -> None:
        begins, ends = max(self.since[agent], self._from), min(now, self._to)
        if begins >= ends:
            return
        self.busy[agent] += ends - begins
        shifts = self._shifts.get(agent)
        if shifts is None:
            return
        place = self._place[agent]
        while place < len(shifts) and shifts[place][1] <= begins:
            place += 1
        self._place[agent] = place
        within = 0
        while place < len(shifts) and shifts[place][0] < ends:
            within += min(ends, shifts[place][1]) - max(begins, shifts[place][0])
            place += 1
        self.after[agent] += ends - begins - within


class Outcome(NamedTuple):
    """One replication: its visits, and for each agent ns busy, on shift, and busy after it."""

    visits: VisitColumns
    busy_ns: npt.NDArray[np.int64]
    on_shift_ns: npt.NDArray[np.int64]
    after_ns: npt.NDArray[np.int64]
    refusals: dict[str, int]
