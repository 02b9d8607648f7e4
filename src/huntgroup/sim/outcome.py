"""The outcome of a replay: columns of when and by which agent each interaction was answered, the history, and
the busiest moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from huntgroup.history import Ledger
from huntgroup.models import PresenceModel
from huntgroup.sim.workload import Workload


class QueuePresence(NamedTuple):
    """One queue at one instant: its outward presence, and how many members are logged in, how many are ready
    and how many interactions wait."""

    queue: str
    presence: str
    logged_in: int
    ready: int
    waiting: int


class BusiestMoment(NamedTuple):
    """The first instant at which the most customers waited, counting only queues whose customers may hang
    up."""

    at_ns: int
    waiting: int
    queues: tuple[QueuePresence, ...]


@dataclass(frozen=True, slots=True)
class ReplayOutcome:
    """The outcome of one replay. Arrays have shape (n,), in the order of the workload's arrivals.

    Instants in ns, -1 where it did not happen: `answered_at_ns` (accepted by `agent`, an index into the
    workload's agents or -1), `left_at_ns` (hung up), `ended_at_ns` (service over). An interaction that was
    neither answered nor abandoned was still waiting at the end (or was refused: `refusals` counts these by
    the name of the rule). `history`: the history of the replay's events, from which figures are computed;
    None where it was not wanted.
    """

    workload: Workload
    model: PresenceModel
    end_ns: int
    answered_at_ns: npt.NDArray[np.int64]
    left_at_ns: npt.NDArray[np.int64]
    ended_at_ns: npt.NDArray[np.int64]
    agent: npt.NDArray[np.int32]
    history: Ledger | None
    busiest: BusiestMoment | None
    refusals: Mapping[str, int]
    event_counts: Mapping[str, int]
    digest: str

    @property
    def answered(self) -> npt.NDArray[np.bool_]:
        """Which interactions were answered."""
        return self.answered_at_ns >= 0

    @property
    def abandoned(self) -> npt.NDArray[np.bool_]:
        """Which customers hung up."""
        return self.left_at_ns >= 0

    @property
    def wait_ns(self) -> npt.NDArray[np.int64]:
        """How long each interaction waited: until the answer, the hang-up or the end of the replay."""
        until = np.where(
            self.answered, self.answered_at_ns, np.where(self.abandoned, self.left_at_ns, self.end_ns)
        )
        return until - self.workload.arrivals.at_ns
