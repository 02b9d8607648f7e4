"""Faults that the reference engine once had, or might have. Each is planted on purpose, and the generator has
to find it: this proves that a comparison without a difference has looked there."""

from __future__ import annotations

from huntgroup.testing.planted import figures, statuses, waits
from huntgroup.testing.planted.fault import Fault
from huntgroup.testing.planted.search import Finding, found_in

FAULTS: tuple[Fault, ...] = tuple(
    made for module in (waits, statuses, figures) for made in vars(module).values() if isinstance(made, Fault)
)
"""Every planted fault, in the order in which the modules have them."""

__all__ = ["FAULTS", "Fault", "Finding", "found_in"]
