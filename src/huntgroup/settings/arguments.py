"""Checks of single arguments: each gives the value back as the engine uses it, or raises a ConfigError that
names field, value and what is allowed. Every module that takes arguments checks them here."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huntgroup.errors import ConfigError
from huntgroup.limits import MAX_NAME_BYTES

USER_COLUMNS = 8
"""Numbers of the caller's own on an agent, and on an interaction."""

INTERACTION_ALLOWED = "the integer that enqueue, direct, dial or consult returned"


def integer(field: str, value: Any, least: int, most: int, allowed: str | None = None) -> int:
    """An integer from `least` to `most`. Raises ConfigError."""
    if (
        isinstance(value, bool)
        or not hasattr(value, "__index__")
        or not least <= operator.index(value) <= most
    ):
        raise ConfigError(field, value, allowed or f"an integer from {least} to {most}")
    return operator.index(value)


def interaction_id(value: Any) -> int:
    """The number of an interaction, whether there is one or not. Raises ConfigError."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise ConfigError("interaction", value, INTERACTION_ALLOWED)
    return operator.index(value)


def flag(field: str, value: Any) -> bool:
    """True or False. Raises ConfigError."""
    if not isinstance(value, bool):
        raise ConfigError(field, value, "True or False")
    return value


def name(field: str, value: Any) -> str:
    """A name: 1 to 128 bytes of UTF-8 without control characters. Raises ConfigError."""
    fits = (
        isinstance(value, str)
        and value.isprintable()
        and 0 < len(value.encode("utf-8", "replace")) <= MAX_NAME_BYTES
    )
    if not fits:
        raise ConfigError(field, value, f"a name of 1 to {MAX_NAME_BYTES} bytes without control characters")
    return str(value)


def short_text(field: str, value: Any) -> str:
    """A text for an event: at most 64 bytes of UTF-8 without control characters. Raises ConfigError."""
    fits = isinstance(value, str) and value.isprintable() and len(value.encode("utf-8", "replace")) <= 64
    if not fits:
        raise ConfigError(field, value, "a text of at most 64 bytes without control characters")
    return str(value)


def new_name(field: str, value: Any, taken: Mapping[str, int]) -> str:
    """A name that is not in use yet. Raises ConfigError."""
    if name(field, value) in taken:
        raise ConfigError(field, value, "a name that is not in use yet")
    return str(value)


def pair(field: str, value: Any, allowed: str) -> tuple[Any, Any]:
    """Two values in a tuple or list. Raises ConfigError."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise ConfigError(field, value, allowed)
    return value[0], value[1]


def indices32(field: str, given: Any, wrong: int | None = None) -> NDArray[np.int32]:
    """A copy of integers in one dimension as int32; `wrong` takes the place of what does not fit. Raises
    ConfigError. O(values)."""
    allowed = "integers of 32 bits in one dimension"
    try:
        array = np.asarray(given)
    except (TypeError, ValueError, OverflowError):
        raise ConfigError(field, given, allowed) from None
    if array.ndim != 1 or isinstance(given, np.ma.MaskedArray) or array.dtype.kind not in "iu":
        if array.ndim != 1 or array.size or isinstance(given, np.ma.MaskedArray):
            raise ConfigError(field, given, allowed)
        return np.zeros(0, np.int32)
    bounds = np.iinfo(np.int32)
    outside = (array < bounds.min) | (array > bounds.max)
    if outside.any():
        if wrong is None:
            raise ConfigError(field, given, allowed)
        array = np.where(outside, wrong, array)
    return np.array(array, dtype=np.int32, order="C")


# --- numbers of the caller's own --------------------------------------------------------------------------


def finite_numbers(field: str, given: Any, allowed: str) -> NDArray[np.float64]:
    """Numbers, not texts or truths, as float64 in C order; every one finite."""
    try:
        array = np.asarray(given)
    except (TypeError, ValueError):
        raise ConfigError(field, given, allowed) from None
    if array.dtype.kind not in "iuf":
        raise ConfigError(field, given, allowed)
    numbers = np.array(array, dtype=np.float64, order="C")
    if not np.isfinite(numbers).all():
        raise ConfigError(field, given, allowed)
    return numbers


def user_numbers(field: str, given: Any, most: int = USER_COLUMNS) -> NDArray[np.float64]:
    """float64[1 to `most`], all finite: the numbers of one agent or interaction. Raises ConfigError."""
    allowed = f"1 to {most} finite numbers"
    row = finite_numbers(field, given, allowed)
    if row.ndim != 1 or not 1 <= len(row) <= most:
        raise ConfigError(field, given, allowed)
    return row


def user_number(field: str, given: Any) -> NDArray[np.float64]:
    """float64[1], finite. Raises ConfigError."""
    allowed = "a finite number"
    row = finite_numbers(field, (given,), allowed)
    if row.ndim != 1:
        raise ConfigError(field, given, allowed)
    return row


def user_numbers_of_rows(given: Any) -> NDArray[np.float64]:
    """float64[n], all finite: what the rows of a batch name. Raises ConfigError."""
    numbers = finite_numbers("user", given, "finite numbers in one dimension")
    if numbers.ndim != 1:
        raise ConfigError("user", f"{numbers.ndim} dimensions", "finite numbers in one dimension")
    return numbers
