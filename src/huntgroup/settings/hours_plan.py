"""Opening hours as the arrays of numbers that the core reads (native/include/huntgroup/hours.h)."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from huntgroup.settings.hours import Hours, Minutes

FIRST_YEAR, LAST_YEAR = 1969, 2261
"""Those that an engine can reach: its clock is never negative, and 64 bits of nanoseconds end in 2262."""

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_STEP = 5 * 86_400
_END = (date(LAST_YEAR + 1, 1, 2).toordinal() - _EPOCH_DAY) * 86_400
_SINCE_EVER, _FOR_EVER = -(2**40), 2**40


class HoursPlan(NamedTuple):
    """Arrays of the rows of `hg_offset`, `hg_open_day` (days, and the seven of the week), `hg_minutes`."""

    offsets: NDArray[np.int64]
    days: NDArray[np.int32]
    week: NDArray[np.int32]
    minutes: NDArray[np.uint16]


@lru_cache(maxsize=256)
def plan(hours: Hours) -> HoursPlan:
    """The numbers of these hours; equal hours share them. O(exceptions), and some 20 ms for a zone not seen
    yet."""
    minutes: list[tuple[int, int]] = []

    def listed(spans: Minutes) -> tuple[int, int]:
        start = len(minutes)
        minutes.extend(spans)
        return start, len(spans)

    week = [(0, *listed(spans)) for spans in hours.week]
    days = [
        (day - _EPOCH_DAY, *listed(spans)) for day, spans in hours.days_of_their_own(FIRST_YEAR, LAST_YEAR)
    ]
    return HoursPlan(
        offsets_of(hours.tz),
        np.array(days, np.int32).reshape(-1, 3),
        np.array(week, np.int32),
        np.array(minutes, np.uint16).reshape(-1, 2),
    )


@lru_cache(maxsize=64)
def offsets_of(tz: str) -> NDArray[np.int64]:
    """Rows (from_s, offset_s, wall_until_s) of every change of the zone's offset within reach.

    A ZoneInfo has no list of its changes. Its offset is read for every fifth day, and the second of each
    change is found by bisection. Five days are short enough: since 1970 no zone has reverted a change within
    less than a week.
    """
    zone = ZoneInfo(tz)

    def offset_at(second: int) -> int:
        offset = datetime.fromtimestamp(second, zone).utcoffset()
        return 0 if offset is None else offset.days * 86_400 + offset.seconds

    second, offset = -_STEP, offset_at(-_STEP)
    rows = [(_SINCE_EVER, offset)]
    while second < _END:
        before, after = second, second + _STEP
        if offset_at(after) != offset:
            while after - before > 1:
                middle = (before + after) // 2
                if offset_at(middle) == offset:
                    before = middle
                else:
                    after = middle
            offset = offset_at(after)
            rows.append((after, offset))
        second = after
    wall = [rows[k + 1][0] + rows[k][1] for k in range(len(rows) - 1)]
    until = np.append(np.maximum.accumulate(np.array(wall, np.int64)), _FOR_EVER)
    return np.column_stack([np.array(rows, np.int64), until])
