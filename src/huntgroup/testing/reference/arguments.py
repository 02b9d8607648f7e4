"""Turns what users give into what the engine keeps: instants, durations, numbers in range."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

from huntgroup import limits
from huntgroup.errors import ConfigError, limit_exceeded
from huntgroup.testing.reference.state import SECOND

MAX_DURATION_NS = limits.MAX_DURATION_S * SECOND
LAST_INSTANT_NS = 5 * 10**18
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DURATION = "a duration from 0 to 100 years: seconds (int or float) or a timedelta"


def instant(value: Any, name: str = "at") -> int:
    """An instant in ns since the epoch, from a datetime with a time zone or an integer of ns."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ConfigError(name, value, "a datetime with a time zone, or integer nanoseconds")
        return instant((value - _EPOCH) // timedelta(microseconds=1) * 1000, name)
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise ConfigError(name, value, "a datetime with a time zone, or integer nanoseconds")
    if int(value) > LAST_INSTANT_NS:
        raise ConfigError(name, value, f"an instant from 0 to {LAST_INSTANT_NS} ns")
    return int(value)


def duration(value: Any, name: str, *, least_ns: int = 0) -> int:
    """A duration in ns, from seconds or a timedelta."""
    if isinstance(value, timedelta):
        result = value // timedelta(microseconds=1) * 1000
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigError(name, value, _DURATION)
    elif isinstance(value, int):
        result = value * SECOND
    elif not math.isfinite(value * SECOND):
        raise ConfigError(name, value, _DURATION)
    else:
        result = round(value * SECOND)
    if not least_ns <= result <= MAX_DURATION_NS:
        raise ConfigError(name, value, _DURATION)
    return result


def number(value: Any, name: str, least: int, most: int) -> int:
    """An integer in [least, most]."""
    # NUM-3.
    if isinstance(value, bool) or not hasattr(value, "__index__") or not least <= int(value) <= most:
        raise ConfigError(name, value, f"an integer from {least} to {most}")
    return int(value)


def priority(value: Any) -> int:
    """A priority that fits into a row is judged later, in its turn."""
    held = hasattr(value, "__index__") and -(2**31) <= int(value) < 2**31
    most = 2**31 if held else limits.MAX_PRIORITY
    return number(value, "priority", -most, most)


def limit(value: Any) -> int | None:
    """The length of a list at most; None for no limit."""
    return None if value is None else number(value, "limit", 1, 2**31 - 1)


def room(field: str, value: Any, count: int, most: int, what: str) -> None:
    """LimitExceeded unless there is room for so many."""
    if count > most:
        raise limit_exceeded(field, value, f"at most {most:,} {what}")


def new_name(value: Any, name: str, taken: bool) -> str:
    """A name for something new: a text of at most 128 bytes without control characters, not in use."""
    fits = isinstance(value, str) and 0 < len(value.encode("utf-8", "surrogatepass")) <= 128
    if not fits or not value.isprintable():
        raise ConfigError(name, value, "1 to 128 bytes of text without control characters")
    if taken:
        raise ConfigError(name, value, "a name that is not in use yet")
    return str(value)


def one_of(value: Any, name: str, allowed: tuple[str, ...]) -> str:
    """One of a few words."""
    if value not in allowed:
        raise ConfigError(name, value, "one of " + ", ".join(allowed))
    return str(value)


def flag(value: Any, name: str) -> bool:
    """True or False."""
    if not isinstance(value, bool):
        raise ConfigError(name, value, "True or False")
    return value


def user_numbers(value: Any, name: str = "user") -> tuple[float, ...]:
    """One to eight finite numbers of the caller's own. -0.0 is 0.0."""
    # MATCH-25.
    allowed = "1 to 8 finite numbers"
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= 8:
        raise ConfigError(name, value, allowed)
    for one in value:
        if isinstance(one, bool) or not isinstance(one, int | float) or not math.isfinite(one):
            raise ConfigError(name, value, allowed)
    return tuple(float(one) + 0.0 for one in value)


def short_text(value: Any, name: str) -> None:
    """None, or a text of at most 64 bytes without control characters."""
    if value is None:
        return
    if not isinstance(value, str) or not value.isprintable() or len(value.encode("utf-8", "replace")) > 64:
        raise ConfigError(name, value, "a text of at most 64 bytes without control characters")


def reference(value: Any) -> int | str | None:
    """The caller's own mark on an interaction: an int64, or a text of at most 128 bytes."""
    if value is None or (isinstance(value, str) and len(value.encode("utf-8", "surrogatepass")) <= 128):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63:
        return value
    raise ConfigError("ref", value, "an int64, a text of at most 128 bytes, or None")


def arrival(value: Any, now_ns: int) -> int | None:
    """The instant of arrival, not later than now; None if none is given."""
    if value is None:
        return None
    arrived_at_ns = instant(value, "arrived_at")
    if not 0 <= arrived_at_ns <= now_ns:
        raise ConfigError("arrived_at", value, "an instant from 1970 on, not later than the command's")
    return arrived_at_ns
