"""Events as JSON."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import disjoint_base

@disjoint_base
class Words:
    def __init__(
        self,
        kinds: Sequence[str],
        reasons: Sequence[str | None],
        means: bytes,
        settings: Sequence[str],
        capabilities: Sequence[str],
        presences: Sequence[str],
    ) -> None: ...
    def encoded(
        self, events: NDArray[np.void], names: Any, second: Callable[[int], str]
    ) -> list[bytes | None]: ...
    def answers(
        self,
        events: NDArray[np.void],
        names: Any,
        second: Callable[[int], str],
        first_seq: int,
        done: Sequence[tuple[Any, BaseException | None, int, int]],
    ) -> list[bytes | None]: ...
