"""Instants of arrivals: Poisson processes whose rates change at steps, lists of instants, bursts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from huntgroup.sim.scenario.calendar import SECOND_NS, Calendar
from huntgroup.sim.scenario.laws import gamma
from huntgroup.sim.scenario.streams import Floats, keys, stream, uniform
from huntgroup.sim.scenario.tables import Arrivals, Outbound

_BURST = 1 << 40
"""Callers of bursts are numbered from here on, so that a changed rate does not renumber them."""


class Steps:
    """Rates per second on [0, end): `rate[k]` holds from `edge[k]` to `edge[k + 1]`, seconds after the start.
    `day` is the day of each step, for a busyness that differs from day to day."""

    def __init__(self, table: Arrivals | Outbound, calendar: Calendar, end_s: float, unit_s: float) -> None:
        edges: list[float] = []
        rates: list[float] = []
        per_day: Mapping[str, tuple[float, ...]] | None = None
        if isinstance(table.rates, Mapping):
            per_day = table.rates
        elif table.rates is not None:
            assert table.every is not None
            step = table.every * unit_s
            for number, rate in enumerate(table.rates):
                edges.append(number * step)
                rates.append(rate / unit_s)
            edges.append(len(table.rates) * step)
            rates.append(0.0)
        else:
            edges.append(0.0)
            rates.append((table.rate or 0.0) / unit_s)
        if per_day is not None:
            assert table.every is not None
            edges, rates = _by_days(per_day, table.every * unit_s, calendar, end_s, unit_s)
        self._cut(edges, rates, calendar, end_s)

    def _cut(self, edges: list[float], rates: list[float], calendar: Calendar, end_s: float) -> None:
        """Steps within the run, cut at midnights too."""
        days = calendar.days(round(end_s * SECOND_NS))
        midnights = np.array([calendar.at(day, 0) / SECOND_NS for day in days])
        every = np.unique(np.concatenate((edges, midnights, [0.0, end_s])))
        self.edge: Floats = every[(every >= 0.0) & (every <= end_s)]
        starts = self.edge[:-1]
        place = np.searchsorted(np.array(edges), starts, side="right") - 1
        self.rate: Floats = np.where(place >= 0, np.array(rates)[place], 0.0)
        self.day: npt.NDArray[np.intp] = np.searchsorted(midnights, starts, side="right") - 2

    def draw(self, seed: int, replication: int, purpose: str, source: str, busyness: float | None) -> Floats:
        """Instants in seconds, ascending. The n-th gap of the process at rate 1 is the n-th number of the
        stream, so that a changed rate stretches the same arrivals. O(arrivals)."""
        rate = self.rate
        if busyness is not None:
            numbers = np.arange(int(self.day[-1]) + 2)
            factors = gamma(busyness, keys(stream(seed, replication, "busyness"), numbers)) / busyness
            rate = rate * factors[self.day + 1]
        passed = np.concatenate(([0.0], np.cumsum(rate * np.diff(self.edge))))
        state = stream(seed, replication, purpose, source)
        total, drawn, at, number = float(passed[-1]), [], 0.0, 0
        block = int(total + 6.0 * np.sqrt(total)) + 16
        while at <= total and total > 0.0:
            gaps = -np.log(uniform(keys(state, np.arange(number, number + block))))
            instants = at + np.cumsum(gaps)
            drawn.append(instants[instants < total])
            at, number = float(instants[-1]), number + block
            block = 64
        found: Floats = np.interp(np.concatenate(drawn or [np.empty(0)]), passed, self.edge)
        return found


def _by_days(
    per_day: Mapping[str, tuple[float, ...]],
    every_s: float,
    calendar: Calendar,
    end_s: float,
    unit_s: float,
) -> tuple[list[float], list[float]]:
    edges: list[float] = []
    rates: list[float] = []
    for day in calendar.days(round(end_s * SECOND_NS)):
        midnight = calendar.at(day, 0) / SECOND_NS
        following = calendar.at(day + 1, 0) / SECOND_NS
        listed = per_day.get(calendar.weekday(day), ())
        for number, rate in enumerate(listed):
            if number * every_s < following - midnight:
                edges.append(midnight + number * every_s)
                rates.append(rate / unit_s)
        ends = midnight + len(listed) * every_s
        if ends < following:
            edges.append(ends)
            rates.append(0.0)
    return edges, rates


def bursts_of(
    table: Arrivals, seed: int, replication: int, source: str, unit_s: float
) -> tuple[Floats, list[int]]:
    """Instants in seconds of all bursts, and the numbers of their callers. O(calls)."""
    instants, numbers = [np.empty(0)], []
    for place, burst in enumerate(table.bursts, start=1):
        callers = np.arange(burst.calls) + place * _BURST
        spread = uniform(keys(stream(seed, replication, "burst", source), callers))
        instants.append((burst.at + burst.within * spread) * unit_s)
        numbers += callers.tolist()
    return np.concatenate(instants), numbers
