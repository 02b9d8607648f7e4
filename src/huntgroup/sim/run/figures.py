"""What is asked of a result: figures of queues and agents, each an estimate with its interval."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from huntgroup.errors import ConfigError
from huntgroup.sim.run.estimates import Estimate, mean_of, ratio_difference, ratio_of
from huntgroup.sim.run.tallies import COUNTS, SHARES, SUMS

Floats = npt.NDArray[np.float64]

RATIOS: dict[str, tuple[str, str]] = {
    "abandoned_share": ("abandoned", "offered"),
    "blocked_share": ("blocked", "offered"),
    "waited_share": ("waited", "let_in"),
    "service_level": ("in_target", "judged"),
    "mean_wait": ("wait_s", "let_in"),
    "speed_of_answer": ("answer_s", "answered"),
}
"""Each share or mean as what it divides by what."""

QUEUE_FIGURES = (*COUNTS, *RATIOS)
AGENT_FIGURES = ("occupancy", "busy_s", "on_shift_s")


class QueueResult:
    """The figures of one queue, of a source of callers, or of all. Every figure is an `Estimate`."""

    def __init__(self, sums: Floats, waits: Floats, other: QueueResult | None = None) -> None:
        self._sums = sums
        self._waits = waits
        self._other = other

    def __getattr__(self, name: str) -> Estimate:
        if name in COUNTS:
            return self._mean(lambda result: result._column(name))
        if name in RATIOS:
            above, below = RATIOS[name]
            if self._other is None:
                return ratio_of(self._column(above), self._column(below))
            other = self._other
            return ratio_difference(
                self._column(above), self._column(below), other._column(above), other._column(below)
            )
        raise AttributeError(name)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *QUEUE_FIGURES]

    def wait_quantile(self, p: float) -> Estimate:
        """The wait in seconds of those let in that a share `p` of them does not exceed: the mean of the
        replications' own. Kept in steps of a thousandth, in between by a straight line. Raises
        ConfigError."""
        if isinstance(p, bool) or not 0 <= p <= 1:
            raise ConfigError("p", p, "a share from 0 to 1")
        return self._mean(lambda result: result._quantile(float(p)))

    def _mean(self, of: Callable[[QueueResult], Floats]) -> Estimate:
        return mean_of(of(self) if self._other is None else of(self._other) - of(self))

    def _column(self, name: str) -> Floats:
        if name == "judged":
            judged: Floats = (
                self._column("answered")
                + self._column("abandoned")
                + self._column("timed_out")
                - self._column("short_abandons")
            )
            return judged
        column: Floats = self._sums[:, SUMS.index(name)]
        return column

    def _quantile(self, p: float) -> Floats:
        place = p * SHARES
        below = min(int(place), SHARES - 1)
        part = place - below
        if part == 0.0:
            return self._waits[:, below].astype(np.float64)
        found: Floats = self._waits[:, below] * (1.0 - part) + self._waits[:, below + 1] * part
        return found

    def figures(self) -> Iterator[tuple[str, Estimate]]:
        """(name, estimate) of every figure."""
        for name in QUEUE_FIGURES:
            yield name, getattr(self, name)
        yield "wait_p90", self.wait_quantile(0.9)


class AgentResult:
    """The times of one agent, or of a group's together. `busy_s` and `on_shift_s` are seconds in a
    replication; `occupancy` is the share of the time on shift, and of what is finished after it."""

    def __init__(self, seconds: Floats, other: AgentResult | None = None) -> None:
        self._seconds = seconds
        self._other = other

    @property
    def occupancy(self) -> Estimate:
        """(ring, talk, hold, wrap-up) / (time on shift, and what is finished after it)."""
        if self._other is None:
            return ratio_of(*self._parts())
        return ratio_difference(*self._parts(), *self._other._parts())

    @property
    def busy_s(self) -> Estimate:
        """Seconds with at least one interaction, offers and wrap-ups included."""
        return self._mean(0)

    @property
    def on_shift_s(self) -> Estimate:
        """Seconds on shift."""
        return self._mean(1)

    def _parts(self) -> tuple[Floats, Floats]:
        return self._seconds[:, 0], self._seconds[:, 1] + self._seconds[:, 2]

    def _mean(self, column: int) -> Estimate:
        mine = self._seconds[:, column]
        return mean_of(mine if self._other is None else self._other._seconds[:, column] - mine)

    def figures(self) -> Iterator[tuple[str, Estimate]]:
        """(name, estimate) of every figure."""
        for name in AGENT_FIGURES:
            yield name, getattr(self, name)


def plain(figures: Iterator[tuple[str, Estimate]]) -> dict[str, Any]:
    """{figure: {mean, low, high, n}}."""
    return {name: estimate.to_dict() for name, estimate in figures}
