"""Estimates with their intervals of confidence from independent replications."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

CONFIDENCE = 0.95
NOTHING = float("nan")


class Estimate(NamedTuple):
    """A figure: its mean, the ends of its 95 % interval, and from how many replications (`n`). With one
    replication the ends are nan; a figure of nothing (the wait of nobody) is nan."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2

    def __str__(self) -> str:
        if math.isnan(self.low):
            return f"{self.mean:.6g}"
        return f"{self.mean:.6g} ({self.low:.6g} to {self.high:.6g})"

    def to_dict(self) -> dict[str, Any]:
        """Plain values; what is no number is None."""
        return {
            **{name: None if math.isnan(value) else value for name, value in self._asdict().items()},
            "n": self.n,
        }


def mean_of(values: Floats) -> Estimate:
    """The mean of one number per replication; shape (n,), nan where a replication has none."""
    known = values[~np.isnan(values)]
    n = len(known)
    if not n:
        return Estimate(NOTHING, NOTHING, NOTHING, 0)
    mean = float(np.mean(known))
    if n == 1:
        return Estimate(mean, NOTHING, NOTHING, 1)
    half = student(n - 1) * float(np.std(known, ddof=1)) / math.sqrt(n)
    return Estimate(mean, mean - half, mean + half, n)


def ratio_of(above: Floats, below: Floats) -> Estimate:
    """A ratio of sums over replications: its value, and its interval by the delta method. Shapes (n,)."""
    n = len(below)
    total = float(below.sum())
    if not n or total <= 0:
        return Estimate(NOTHING, NOTHING, NOTHING, n)
    ratio = float(above.sum()) / total
    if n == 1:
        return Estimate(ratio, NOTHING, NOTHING, 1)
    half = student(n - 1) * float(np.std(above - ratio * below, ddof=1)) / (math.sqrt(n) * (total / n))
    return Estimate(ratio, ratio - half, ratio + half, n)


def ratio_difference(above: Floats, below: Floats, other_above: Floats, other_below: Floats) -> Estimate:
    """The second ratio less the first, of paired replications, by the delta method. Shapes (n,)."""
    n = len(below)
    total, other_total = float(below.sum()), float(other_below.sum())
    if not n or total <= 0 or other_total <= 0:
        return Estimate(NOTHING, NOTHING, NOTHING, n)
    ratio, other = float(above.sum()) / total, float(other_above.sum()) / other_total
    if n == 1:
        return Estimate(other - ratio, NOTHING, NOTHING, 1)
    parts = (other_above - other * other_below) * (n / other_total) - (above - ratio * below) * (n / total)
    half = student(n - 1) * float(np.std(parts, ddof=1)) / math.sqrt(n)
    return Estimate(other - ratio, other - ratio - half, other - ratio + half, n)


@cache
def student(freedom: int, confidence: float = CONFIDENCE) -> float:
    """The two-sided quantile of Student's t: |T| is below it with this probability. By bisection of the exact
    distribution function, so good to the last digits. O(freedom)."""
    low, high = 0.0, 1.0
    while _within(high, freedom) < confidence:
        high *= 2.0
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < confidence else (low, middle)
    return (low + high) / 2


def _within(t: float, freedom: int) -> float:
    """P(|T| <= t): Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4."""
    angle = math.atan(t / math.sqrt(freedom))
    square = math.cos(angle) ** 2
    odd = freedom % 2
    term = math.cos(angle) if odd else 1.0
    total = term if freedom > 1 else 0.0
    for k in range(2 + odd, freedom - 1, 2):
        term *= square * (k - 1) / k
        total += term
    if odd:
        return 2.0 / math.pi * (angle + math.sin(angle) * total)
    return math.sin(angle) * total
