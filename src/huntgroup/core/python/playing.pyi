"""Plays records again."""

from __future__ import annotations

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
) -> tuple[int, int, int]: ...
def drained(engine: Any, crc: int) -> int: ...
