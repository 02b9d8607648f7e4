"""Patience from a log: known for those who hung up, censored for those who were answered.

A customer who hung up after w seconds had a patience of w. One who was answered after w was willing to wait
at least that long; how much longer is drawn from the Kaplan-Meier estimate of the queue's patience, given
that it exceeds w. Beyond the longest patience seen, customers go on hanging up at the queue's average rate.
If answered customers were taken as infinitely patient instead, the replay would have too few abandons
whenever its queue is longer than the real one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from huntgroup.sim.workload import NEVER

Int64 = npt.NDArray[np.int64]

_LONGEST_NS = 1e17


@dataclass(frozen=True, slots=True)
class PatienceCurve:
    """The Kaplan-Meier estimate: `survival[k]` is the chance that patience exceeds `at_ns[k]`. Shapes (k,).

    `hazard` continues it beyond the longest patience seen: the number of hang-ups per ns of total wait.
    """

    at_ns: Int64
    survival: npt.NDArray[np.float64]
    hazard: float

    @classmethod
    def estimate(cls, wait_ns: Int64, abandoned: npt.NDArray[np.bool_]) -> PatienceCurve:
        """Estimates the curve from waits and whether each ended by hanging up. O(n log n)."""
        order = np.argsort(wait_ns, kind="stable")
        waits, ends = wait_ns[order], abandoned[order]
        values, first = np.unique(waits, return_index=True)
        hung_up = np.add.reduceat(ends.astype(np.int64), first) if len(values) else np.zeros(0, np.int64)
        at_risk = len(waits) - first
        keep = hung_up > 0
        waited = float(waits.sum())
        hazard = float(hung_up.sum()) / waited if waited > 0 else 0.0
        return cls(values[keep], np.cumprod(1.0 - hung_up[keep] / at_risk[keep], dtype=np.float64), hazard)

    def draw_beyond(self, wait_ns: Int64, uniform: npt.NDArray[np.float64]) -> Int64:
        """Patience given that it exceeds `wait_ns`, by inversion of `uniform` in (0, 1); shapes (n,).

        `NEVER` where nobody ever hung up.
        """
        if not len(self.at_ns) or self.hazard <= 0.0:
            return np.full(len(wait_ns), NEVER, dtype=np.int64)
        seen = np.concatenate(([1.0], self.survival))
        # The first step at which survival falls to `uniform` times its value at the wait.
        target = uniform * seen[np.searchsorted(self.at_ns, wait_ns, side="right")]
        step = np.searchsorted(-self.survival, -target, side="left")
        within = step < len(self.at_ns)
        drawn = np.empty(len(wait_ns), dtype=np.int64)
        drawn[within] = self.at_ns[step[within]]
        beyond = ~within
        longest = np.maximum(wait_ns[beyond], self.at_ns[-1])
        further = -np.log(target[beyond] / self.survival[-1]) / self.hazard
        drawn[beyond] = longest + np.minimum(further, _LONGEST_NS).astype(np.int64)
        return drawn


def patience_of(
    queue: npt.NDArray[np.int32], wait_ns: Int64, answered: npt.NDArray[np.bool_], queues: int, seed: int
) -> Int64:
    """Patience of each interaction of a log, in ns; `NEVER` for one that never hangs up. Shapes (n,); seeded,
    O(n log n)."""
    generator = np.random.default_rng([seed, 1])
    # 1 minus a number in [0, 1) is never 0, which has no logarithm.
    uniform = 1.0 - generator.random(len(wait_ns))
    patience = wait_ns.copy()
    for index in range(queues):
        mine = queue == index
        curve = PatienceCurve.estimate(wait_ns[mine], ~answered[mine])
        censored = mine & answered
        patience[censored] = curve.draw_beyond(wait_ns[censored], uniform[censored])
    return patience
