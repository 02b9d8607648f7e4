"""What the commands decided: by this a replay is compared."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CHECKED_BY: int
DIGESTED_BY: int

def crc_of_decisions(events: NDArray[np.void], crc: int = 0) -> int: ...
