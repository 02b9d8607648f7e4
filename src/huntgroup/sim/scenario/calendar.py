"""Wall time in a run: days, times of day, shifts. Instants are integer nanoseconds after the run's start."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from huntgroup.settings.hours import DAYS
from huntgroup.sim.scenario.streams import keys, stream, uniform
from huntgroup.sim.scenario.tables import Run, Shift

SECOND_NS = 1_000_000_000
DAY_MINUTES = 1440
_ABSENCE_NS = 300 * SECOND_NS
_BLOCK = 64


class Stint(NamedTuple):
    """A stretch of a shift. `rest` is None where the agent works; else it is away in this status ("": the
    model's first one for a break)."""

    begins_ns: int
    ends_ns: int
    rest: str | None


class Calendar:
    """The days of a run by the wall clock of its zone."""

    def __init__(self, run: Run) -> None:
        zone: tzinfo | None = ZoneInfo(run.tz) if run.tz is not None else run.start.tzinfo
        local = run.start.astimezone(zone)
        self._zone = zone
        self._first: date = local.date()
        self.start_ns: int = _instant(local)

    def weekday(self, day: int) -> str:
        """The name of a day; day 0 is the one in which the run starts."""
        return DAYS[(self._first + timedelta(days=day)).weekday()]

    def day_of(self, when: date) -> int:
        """The number of the day with this date."""
        return (when - self._first).days

    def at(self, day: int, minutes: int) -> int:
        """The instant at which the wall clock of the day shows so many minutes after midnight (1440: the next
        midnight). O(1)."""
        moment = datetime.combine(self._first, datetime.min.time()) + timedelta(days=day, minutes=minutes)
        return _instant(moment.replace(tzinfo=self._zone)) - self.start_ns

    def days(self, until_ns: int) -> range:
        """The days of the run, and the one before: its shifts and rates may reach over midnight. O(1)."""
        day = int(until_ns // (86_400 * SECOND_NS))
        while self.at(day, 0) < until_ns:
            day += 1
        return range(-1, day)


def _instant(moment: datetime) -> int:
    """Nanoseconds since 1970, exactly."""
    since = moment.astimezone(tz=None) if moment.tzinfo is None else moment
    delta = since - datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))
    return (delta.days * 86_400 + delta.seconds) * SECOND_NS + delta.microseconds * 1000


def shifts_of(shift: Shift, calendar: Calendar, until_ns: int) -> list[tuple[int, int, int]]:
    """(day, begins, ends) of each time that the shift is worked in the run. O(days)."""
    over = DAY_MINUTES if shift.ends <= shift.begins else 0
    found = []
    for day in calendar.days(until_ns):
        if calendar.weekday(day) in shift.days:
            begins, ends = calendar.at(day, shift.begins), calendar.at(day, shift.ends + over)
            if ends > 0 and begins < until_ns:
                found.append((day, begins, ends))
    return found


def stints_of(
    shift: Shift, agent: str, calendar: Calendar, until_ns: int, seed: int, replication: int
) -> list[Stint]:
    """What an agent does in a shift, in order: work, breaks, absences. O(days x breaks)."""
    stints: list[Stint] = []
    for day, begins, ends in shifts_of(shift, calendar, until_ns):
        at = begins
        for one in shift.breaks:
            after = one.begins + (DAY_MINUTES if one.begins < shift.begins else 0)
            until = one.ends + (DAY_MINUTES if one.ends <= one.begins or one.begins < shift.begins else 0)
            pause, back = calendar.at(day, after), calendar.at(day, until)
            if at <= pause < back <= ends:
                stints += _worked(shift, agent, at, pause, seed, replication)
                stints.append(Stint(pause, back, one.status or ""))
                at = back
        stints += _worked(shift, agent, at, ends, seed, replication)
    return stints


def _worked(shift: Shift, agent: str, begins: int, ends: int, seed: int, replication: int) -> list[Stint]:
    """Work and absences in turn, both exponential, so that the share of the work is the adherence."""
    if begins >= ends:
        return []
    if shift.adherence >= 1.0:
        return [Stint(begins, ends, None)]
    status = shift.breaks[0].status or "" if shift.breaks else ""
    state = stream(seed, replication, "adherence", f"{agent} {begins}")
    means = (_ABSENCE_NS * shift.adherence / (1.0 - shift.adherence), float(_ABSENCE_NS))
    stints: list[Stint] = []
    at, number = begins, 0
    # The first stretch is work or absence by the share, so that the share holds from the first minute on.
    away = float(uniform(keys(state, np.array([-1])))[0]) >= shift.adherence
    while at < ends:
        drawn = -np.log(uniform(keys(state, np.arange(number, number + _BLOCK))))
        for share in drawn.tolist():
            until = min(ends, at + max(1, round(share * means[away])))
            stints.append(Stint(at, until, status if away else None))
            at, away = until, not away
            if at >= ends:
                break
        number += _BLOCK
    return stints
