"""All that chance decides in one replication, drawn by whose it is: the caller's, whoever serves."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from huntgroup.sim.scenario.calendar import SECOND_NS
from huntgroup.sim.scenario.laws import Law
from huntgroup.sim.scenario.streams import LEG, Keys, keys, stream, uniform

NEVER = -1
_LONGEST_NS = 4e17  # some twelve years: sums of a few stay within 64 bits
_WHOLE_LEGS = 2  # so many services of each caller are drawn for all callers together


class Draws:
    """Draws for the callers of one replication. `source` (index by caller) and `number` have shape (n,)."""

    def __init__(
        self,
        seed: int,
        replication: int,
        sources: list[str],
        source: npt.NDArray[np.int32],
        number: npt.NDArray[np.int64],
    ) -> None:
        self._seed = seed
        self._replication = replication
        self._sources = sources
        self._source = source
        self._number = number
        self._keys: dict[str, Keys] = {}
        self._lists: dict[tuple[str, Any, int], list[Any]] = {}

    def keys(self, purpose: str) -> Keys:
        """A key for each caller. O(n), the first time."""
        found = self._keys.get(purpose)
        if found is None:
            states = [stream(self._seed, self._replication, purpose, name) for name in self._sources]
            of_caller = np.array(states or [0], dtype=np.uint64)[self._source]
            found = self._keys[purpose] = keys(of_caller, self._number)
        return found

    def duration(self, purpose: str, law: Law, unit_s: float, caller: int, leg: int) -> int:
        """The caller's duration by a law, in ns. Amortised O(1)."""
        if leg >= _WHOLE_LEGS:
            one = self.keys(purpose)[caller : caller + 1]
            return int(nanoseconds(law, one, unit_s, leg)[0])
        place = (purpose, law, leg)
        listed = self._lists.get(place)
        if listed is None:
            listed = self._lists[place] = nanoseconds(law, self.keys(purpose), unit_s, leg).tolist()
        return int(listed[caller])

    def share(self, purpose: str, caller: int, leg: int) -> float:
        """The caller's number in (0, 1) for a decision. Amortised O(1)."""
        if leg >= _WHOLE_LEGS:
            return float(uniform(self.keys(purpose)[caller : caller + 1], leg * LEG)[0])
        place = (purpose, None, leg)
        listed = self._lists.get(place)
        if listed is None:
            listed = self._lists[place] = uniform(self.keys(purpose), leg * LEG).tolist()
        return float(listed[caller])


def nanoseconds(law: Law, caller: Keys, unit_s: float, leg: int = 0) -> npt.NDArray[np.int64]:
    """Durations by a law in integer ns, at most some twelve years. Shape (n,)."""
    drawn = np.minimum(law.draw(caller, leg * LEG) * (unit_s * SECOND_NS), _LONGEST_NS)
    return np.rint(drawn).astype(np.int64)
