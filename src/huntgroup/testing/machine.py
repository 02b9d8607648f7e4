"""A Hypothesis rule machine that drives the reference and another engine side by side."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from huntgroup.testing.pair import EngineFactory, Pair
from huntgroup.testing.workload import WEIGHTS, Workload

_METHODS = sorted(WEIGHTS)
_CHOICES = st.randoms(use_true_random=False)


def pair_machine(factory: EngineFactory) -> type[RuleBasedStateMachine]:
    """A rule machine whose second engine is made by `factory`; run its `.TestCase`.

    A rule plays one command into both engines, and fails where results, events, views or invariants part.
    """

    class PairMachine(RuleBasedStateMachine):
        """One centre, built from Hypothesis' choices, then command after command."""

        @initialize(random=_CHOICES)
        def build(self, random: Random) -> None:
            """A random centre in both engines."""
            self.workload = Workload(random)
            other = factory(**self.workload.settings)
            self.pair = Pair(self.workload.reference, other, look_every=1)
            while self.workload.building:
                self.pair.play(self.workload.next())

        @rule(method=st.sampled_from(_METHODS), random=_CHOICES)
        def command(self, method: str, random: Random) -> None:
            """One command, most of the time one that may be accepted now."""
            self.workload.random = random
            self.pair.play(self.workload.make(method))

        @rule(count=st.integers(1, 20), random=_CHOICES)
        def busy_minutes(self, count: int, random: Random) -> None:
            """A run of commands with their usual frequencies."""
            self.workload.random = random
            for _ in range(count):
                self.pair.play(self.workload.next())

    return PairMachine
