"""Durations as people write them, seconds or `timedelta`, turned into the integer nanoseconds of the core."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from huntgroup.errors import ConfigError
from huntgroup.limits import MAX_DURATION_S

SECOND_NS = 1_000_000_000
MAX_DURATION_NS = MAX_DURATION_S * SECOND_NS
"""100 years, leap days included."""

Duration = float | timedelta
"""Seconds (an int is a float to a type checker) or a `timedelta`."""

Instant = datetime | int | None
"""A datetime with a time zone, integer nanoseconds since the epoch, or None for the engine's present."""

_MICROSECOND = timedelta(microseconds=1)


def duration_ns(field: str, value: Any, *, least_ns: int = 0) -> int:
    """A duration in integer nanoseconds, from seconds (int or float) or a `timedelta`.

    Integers and timedeltas are exact; a float is multiplied in double precision and rounded half to even,
    so the same number gives the same nanoseconds everywhere. Raises ConfigError, which names `field`, for
    another type, a bool, NaN, infinity, less than `least_ns` or more than 100 years. O(1).
    """
    if isinstance(value, timedelta):
        found = value // _MICROSECOND * 1000
    elif isinstance(value, bool):
        raise _wrong(field, value, least_ns)
    elif hasattr(value, "__index__"):
        found = value.__index__() * SECOND_NS
    elif isinstance(value, float) and math.isfinite(value) and abs(value) <= MAX_DURATION_NS:
        found = round(value * SECOND_NS)
    else:
        raise _wrong(field, value, least_ns)
    if not least_ns <= found <= MAX_DURATION_NS:
        raise _wrong(field, value, least_ns)
    return found


def iso_instant(at_ns: int) -> str:
    """An instant in ISO 8601 with nanoseconds, in UTC: 2026-03-01T09:00:00.000000001Z. O(1)."""
    seconds, rest = divmod(at_ns, SECOND_NS)
    return f"{whole_second(seconds)}{rest:09}Z"


@lru_cache(maxsize=1024)
def whole_second(seconds: int) -> str:
    """An instant up to its point, which many instants share: 2026-03-01T09:00:00. and so on."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}."


def _wrong(field: str, value: Any, least_ns: int) -> ConfigError:
    least = "0 s" if least_ns == 0 else "1 ns" if least_ns == 1 else f"{least_ns} ns"
    return ConfigError(field, value, f"seconds (int or float) or a timedelta, from {least} to 100 years")
