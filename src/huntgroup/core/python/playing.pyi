"""Plays records again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

def play_rows(
    engine: Any,
    rows: NDArray[np.uint8],
    numbers: NDArray[np.float64],
    values: NDArray[np.int32],
    texts: bytes,
    start: int,
    crc: int,
    heard: list[bytes] | None = None,
) -> tuple[int, int, int]: ...
def drained(engine: Any, crc: int, heard: list[bytes] | None = None) -> int: ...
def begin_group(engine: Any) -> None: ...
def end_group(engine: Any) -> None: ...
def changed(engine: Any) -> None: ...
def run_on(engine: Any, clock: Callable[[], int] | None) -> None: ...
def seed_of(engine: Any) -> int: ...
def instant_of(engine: Any) -> int: ...
