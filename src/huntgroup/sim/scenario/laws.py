"""Laws of durations: what a caller's number is turned into. Own samplers, so that no release of a library
changes a result.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from huntgroup.sim.scenario.streams import Floats, Keys, normal, uniform

MOST = 1e12
_SECOND_DRAW = 1 << 10  # where the draw of a mixture's part begins, after the choice of the part

ALLOWED = (
    "a number from 0 up, or { law = NAME, ... }: exponential (mean), lognormal (mean, sd), gamma (mean, sd), "
    "erlang (mean, phases), uniform (low, high), constant (value), empirical (file, column), "
    "mixture (weights, of)"
)

_PARAMETERS = {
    "exponential": ("mean",),
    "lognormal": ("mean", "sd"),
    "gamma": ("mean", "sd"),
    "erlang": ("mean", "phases"),
    "uniform": ("low", "high"),
    "constant": ("value",),
    "empirical": ("file", "column"),
    "mixture": ("weights", "of"),
}
_MAX_PARTS = 64


class Unfit(ValueError):
    """A value that does not fit; the text says what would."""


@dataclass(frozen=True)
class Law:
    """One law. `numbers` are its parameters in the order of its kind's list, or the ascending values of an
    empirical one, or the cumulative shares of a mixture, whose laws are `parts`."""

    kind: str
    numbers: tuple[float, ...]
    parts: tuple[Law, ...] = ()

    @property
    def constant(self) -> float | None:
        """The value, where it is always the same."""
        if self.kind == "constant":
            return self.numbers[0]
        return None

    @property
    def mean(self) -> float:
        """The mean of the variable."""
        if self.kind in ("exponential", "lognormal", "gamma", "erlang", "constant"):
            return self.numbers[0]
        if self.kind == "mixture":
            shares = np.diff(self.numbers, prepend=0.0)
            return float(sum(share * part.mean for share, part in zip(shares, self.parts, strict=True)))
        return float(np.mean(self.numbers))

    def scaled(self, factor: float) -> Law:
        """The law of the variable times a factor."""
        if self.kind == "mixture":
            return Law(self.kind, self.numbers, tuple(part.scaled(factor) for part in self.parts))
        if self.kind == "erlang":
            return Law(self.kind, (self.numbers[0] * factor, self.numbers[1]))
        return Law(self.kind, tuple(number * factor for number in self.numbers))

    def draw(self, caller: Keys, place: int = 0) -> Floats:
        """One value for each key, from its numbers at `place` on. Shape (n,). O(n)."""
        drawn: Floats = getattr(self, f"_{self.kind}")(caller, place)
        return drawn

    def _constant(self, caller: Keys, place: int) -> Floats:
        return np.full(len(caller), self.numbers[0])

    def _exponential(self, caller: Keys, place: int) -> Floats:
        return -self.numbers[0] * np.log(uniform(caller, place))

    def _lognormal(self, caller: Keys, place: int) -> Floats:
        mean, sd = self.numbers
        variance = math.log1p((sd / mean) ** 2)
        drawn: Floats = np.exp(math.log(mean) - variance / 2 + math.sqrt(variance) * normal(caller, place))
        return drawn

    def _gamma(self, caller: Keys, place: int) -> Floats:
        mean, sd = self.numbers
        shape = (mean / sd) ** 2
        return gamma(shape, caller, place) * (mean / shape)

    def _erlang(self, caller: Keys, place: int) -> Floats:
        mean, phases = self.numbers
        total = np.zeros(len(caller))
        for phase in range(int(phases)):
            total -= np.log(uniform(caller, place + phase))
        return total * (mean / phases)

    def _uniform(self, caller: Keys, place: int) -> Floats:
        low, high = self.numbers
        return low + (high - low) * uniform(caller, place)

    def _empirical(self, caller: Keys, place: int) -> Floats:
        values = np.array(self.numbers)
        return values[(uniform(caller, place) * len(values)).astype(np.int64)]

    def _mixture(self, caller: Keys, place: int) -> Floats:
        chosen = np.searchsorted(np.array(self.numbers[:-1]), uniform(caller, place), side="right")
        drawn = np.empty(len(caller))
        for number, part in enumerate(self.parts):
            mine = chosen == number
            drawn[mine] = part.draw(caller[mine], place + _SECOND_DRAW)
        return drawn


def gamma(shape: float, caller: Keys, place: int = 0) -> Floats:
    """Gamma numbers of this shape and scale 1: Marsaglia and Tsang, A Simple Method for Generating Gamma
    Variables, 2000. Each caller's tries are its own numbers at `place` + 1, 2, ..., so one that takes long
    moves nobody else's."""
    boost = uniform(caller, place) ** (1.0 / shape) if shape < 1.0 else 1.0
    d = (shape + 1.0 if shape < 1.0 else shape) - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    drawn = np.empty(len(caller))
    left = np.arange(len(caller))
    attempt = 1
    while len(left):
        z = normal(caller[left], place + attempt)
        v = (1.0 + c * z) ** 3
        u = uniform(caller[left], place + attempt + 1)
        attempt += 2
        with np.errstate(invalid="ignore", divide="ignore"):
            good = (v > 0) & (np.log(u) < 0.5 * z * z + d - d * v + d * np.log(v))
        drawn[left[good]] = d * v[good]
        left = left[~good]
    return drawn * boost


# --- reading ----------------------------------------------------------------------------------------------


def law_of(value: Any, folder: Path | None) -> Law:
    """The law that a value of a file describes; `folder` is where the files that it names lie.

    Raises ValueError; Unfit where the general list would not tell enough.
    """
    if isinstance(value, Law):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Law("constant", (_number("value", value, 0.0),))
    if not isinstance(value, Mapping) or value.get("law") not in _PARAMETERS:
        raise ValueError
    kind = value["law"]
    names = _PARAMETERS[kind]
    if set(value) != {"law", *names}:
        raise Unfit(f"{{ law = {kind!r}, {', '.join(names)} }}, these keys and no others")
    given = [value[name] for name in names]
    if kind == "empirical":
        return _empirical(given[0], given[1], folder)
    if kind == "mixture":
        return _mixture(given[0], given[1], folder)
    return _parametric(kind, names, given)


def _parametric(kind: str, names: tuple[str, ...], given: list[Any]) -> Law:
    numbers = tuple(_number(name, number, 0.0) for name, number in zip(names, given, strict=True))
    if kind == "uniform" and numbers[0] > numbers[1]:
        raise Unfit("low not above high")
    if kind == "erlang" and (numbers[1] != int(numbers[1]) or not 1 <= numbers[1] <= 100):
        raise Unfit("phases a whole number from 1 to 100")
    if kind in ("exponential", "lognormal", "gamma", "erlang") and numbers[0] <= 0:
        raise Unfit("a mean above 0")
    if kind in ("lognormal", "gamma") and numbers[1] <= 0:
        raise Unfit("an sd above 0")
    return Law(kind, numbers)


def _number(name: str, value: Any, least: float) -> float:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= MOST
    if not fits:
        raise Unfit(f"{name}: a number from {least:g} to {MOST:g}")
    return float(value)


def _empirical(file: Any, column: Any, folder: Path | None) -> Law:
    if not isinstance(file, str) or not isinstance(column, str):
        raise Unfit("file and column as texts")
    path = (folder or Path()) / file
    values = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if column not in (rows.fieldnames or ()):
                raise Unfit(f"a column of {file}: {', '.join(rows.fieldnames or ())}")
            for row in rows:
                text = row[column] or ""
                try:
                    values.append(_number("value", float(text), 0.0))
                except ValueError:
                    wanted = (
                        f"numbers from 0 up in {file}, column {column}; line {rows.line_num} has {text!r}"
                    )
                    raise Unfit(wanted) from None
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise Unfit(f"a CSV file that can be read ({error})") from None
    if not values:
        raise Unfit(f"at least one value in {file}")
    return Law("empirical", tuple(sorted(values)))


def _mixture(weights: Any, of: Any, folder: Path | None) -> Law:
    lists = isinstance(weights, list | tuple) and isinstance(of, list | tuple)
    if not lists or len(weights) != len(of) or not 1 <= len(of) <= _MAX_PARTS:
        raise Unfit(f"as many weights as laws, 1 to {_MAX_PARTS}")
    numbers = [_number("weights", weight, 0.0) for weight in weights]
    total = math.fsum(numbers)
    if total <= 0:
        raise Unfit("weights, one of them above 0")
    return Law(
        "mixture",
        tuple(float(share) for share in np.cumsum(numbers) / total),
        tuple(law_of(part, folder) for part in of),
    )
