"""Arrivals at the instants of a log."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from huntgroup.sim.log import read_log
from huntgroup.sim.mapping_files import mapping_for
from huntgroup.sim.scenario.calendar import SECOND_NS, Calendar
from huntgroup.sim.scenario.tables import Arrivals

_DAY_NS = 86_400 * SECOND_NS


def instants_of_log(folder: Path | None, entry: Arrivals, calendar: Calendar) -> npt.NDArray[np.float64]:
    """The arrivals of a log, in seconds after the run's start, by its wall time: of the queue that the entry
    names where the log has one of that name, else all. Raises LogError, ConfigError, OSError. O(rows)."""
    assert entry.log is not None
    path = (folder or Path()) / entry.log
    log = read_log(path, mapping_for(path, named=entry.mapping))
    arrived = log.arrived_ns
    if entry.queue in log.queue_names:
        arrived = arrived[log.queue == log.queue_names.index(entry.queue)]
    first = calendar.day_of(log.first_midnight.date())
    days, within = np.divmod(arrived, _DAY_NS)
    midnights = {day: calendar.at(first + day, 0) for day in np.unique(days).tolist()}
    instants = np.array([midnights[day] for day in days.tolist()], np.int64) + within
    found: npt.NDArray[np.float64] = np.sort(instants) / SECOND_NS
    return found
