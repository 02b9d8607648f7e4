"""Instants as people write them, turned into the integer nanoseconds of the core."""

from __future__ import annotations

import operator
from datetime import UTC, datetime, timedelta
from typing import Any

from huntgroup.errors import ConfigError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def instant_ns(field: str, value: Any) -> int:
    """An instant as integer nanoseconds since the epoch: from a datetime that knows its zone, or an integer
    as it is.

    Raises ConfigError for a naive datetime or another type.
    """
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ConfigError(field, value, "a datetime with a time zone, or integer nanoseconds")
        return (value - _EPOCH) // _MICROSECOND * 1000
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise ConfigError(field, value, "a datetime with a time zone, or integer nanoseconds")
    return operator.index(value)
