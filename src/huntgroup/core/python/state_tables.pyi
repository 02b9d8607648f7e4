"""The state as named columns, and a centre made of them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huntgroup.settings.hours import Hours

WRITTEN: tuple[str, ...]
MADE_AGAIN: tuple[str, ...]
OF_A_STEP: tuple[str, ...]
SCALARS: tuple[str, ...]
BY_CHANNEL: tuple[str, ...]
RING: np.dtype[Any]
SLOT: np.dtype[Any]

def layouts() -> dict[str, np.dtype[Any]]: ...
def dump(engine: Any) -> tuple[dict[str, Any], dict[str, NDArray[Any]], dict[str, NDArray[Any]]]: ...
def set_numbers(engine: Any, numbers: Mapping[str, Any]) -> None: ...
def fill_tables(engine: Any, rows: Mapping[str, NDArray[Any]], free: Mapping[str, NDArray[Any]]) -> None: ...
def load(
    engine: Any,
    rows: Mapping[str, NDArray[Any]],
    free: Mapping[str, NDArray[Any]],
    hours: Mapping[int, Hours],
    wheel_ns: int,
) -> None: ...
def add_texts(texts: list[str], whole: NDArray[np.uint8], lengths: NDArray[np.uint32]) -> None: ...
def add_to_index(index: dict[str, int], texts: list[str], rows: NDArray[np.int64]) -> None: ...
def kept_texts(engine: Any) -> None: ...
def widths(engine: Any) -> tuple[int, int, int]: ...
