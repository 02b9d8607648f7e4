"""Random numbers by counting: each is a function of (seed, replication, purpose, source, number, place).

Nothing is consumed, so that a change of staffing or routing changes no arrival, no service and no patience.
A stream is a 64-bit state of splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators,
2014); its n-th number is the mix of state + n x gamma. All arithmetic is modulo 2**64: everywhere the same.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

GAMMA = 0x9E3779B97F4A7C15
_MASK = 2**64 - 1
_M1, _M2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB

LEG = 1 << 20
"""So many places are free for one draw; the next service of the same caller begins that much later."""


def mix(value: int) -> int:
    """The output function of splitmix64 on one integer of 64 bits."""
    value = ((value ^ (value >> 30)) * _M1) & _MASK
    value = ((value ^ (value >> 27)) * _M2) & _MASK
    return value ^ (value >> 31)


def mixed(values: Keys) -> Keys:
    """The same on an array, which is overwritten. O(n)."""
    shifted = values >> np.uint64(30)
    values ^= shifted
    values *= np.uint64(_M1)
    np.right_shift(values, np.uint64(27), out=shifted)
    values ^= shifted
    values *= np.uint64(_M2)
    np.right_shift(values, np.uint64(31), out=shifted)
    values ^= shifted
    return values


def stream(seed: int, replication: int, purpose: str, source: str = "") -> int:
    """The state of the stream for this purpose and source."""
    state = mix((seed + GAMMA) & _MASK)
    for part in (replication, _number(purpose), _number(source)):
        state = mix(((state ^ (part & _MASK)) + GAMMA) & _MASK)
    return state


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8"), digest_size=8).digest(), "little")


def keys(state: int | Keys, numbers: npt.NDArray[np.integer]) -> Keys:
    """A key for each numbered caller, of one stream, or of as many as there are numbers. Shape (n,)."""
    wanted = numbers.astype(np.uint64)
    wanted += np.uint64(1)
    wanted *= np.uint64(GAMMA)
    wanted += np.uint64(state) if isinstance(state, int) else state
    return mixed(wanted)


def uniform(caller: Keys, place: int = 0) -> Floats:
    """One number in the open interval (0, 1) for each key: multiples of 2**-52, shifted by half of one."""
    drawn = mixed(caller + np.uint64(((place + 1) * GAMMA) & _MASK))
    drawn >>= np.uint64(12)
    result: Floats = (drawn.astype(np.float64) + 0.5) * 2.0**-52
    return result


def normal(caller: Keys, place: int = 0) -> Floats:
    """One standard normal number for each key, by inversion. Shape (n,)."""
    return _normal_quantile(uniform(caller, place))


# Wichura, Algorithm AS 241: The Percentage Points of the Normal Distribution, 1988 (PPND16). Highest first.
_CENTRE = (
    (
        *(2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457),
        *(13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608),
    ),
    (
        *(5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867),
        *(5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0),
    ),
)
_NEAR = (
    (
        *(7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258),
        *(3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734),
    ),
    (
        *(
            1.05075007164441684324e-9,
            5.475938084995344946e-4,
            0.0151986665636164571966,
            0.14810397642748007459,
        ),
        *(0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0),
    ),
)
_TAIL = (
    (
        *(
            2.01033439929228813265e-7,
            2.71155556874348757815e-5,
            0.0012426609473880784386,
            0.026532189526576123093,
        ),
        *(0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772),
    ),
    (
        *(
            2.04426310338993978564e-15,
            1.4215117583164458887e-7,
            1.8463183175100546818e-5,
            7.868691311456132591e-4,
        ),
        *(0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0),
    ),
)


def _ratio(terms: tuple[tuple[float, ...], tuple[float, ...]], at: Floats) -> Floats:
    ratio: Floats = np.polyval(terms[0], at) / np.polyval(terms[1], at)
    return ratio


def _normal_quantile(share: Floats) -> Floats:
    from_middle = share - 0.5
    quantile = from_middle * _ratio(_CENTRE, 0.180625 - np.minimum(from_middle * from_middle, 0.180625))
    outer = np.abs(from_middle) > 0.425
    if outer.any():
        below = from_middle[outer] < 0
        tail = np.where(below, share[outer], 1.0 - share[outer])
        root = np.sqrt(-np.log(tail))
        found = np.where(root <= 5.0, _ratio(_NEAR, root - 1.6), _ratio(_TAIL, np.maximum(root, 5.0) - 5.0))
        quantile[outer] = np.where(below, -found, found)
    return quantile
