"""A Hypothesis rule machine that drives the reference and another engine side by side."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from huntgroup.testing.pair import EngineFactory, Pair
from huntgroup.testing.workload import WEIGHTS, Workload

_METHODS = st.sampled_from(sorted(WEIGHTS))
# One number a step: whatever else a command needs is drawn from it. Were every choice Hypothesis' own, a step
# would cost it many times what the engines take, and a run would be over after a few dozen of them.
_SEEDS = st.integers(0, 2**16 - 1)


def pair_machine(factory: EngineFactory) -> type[RuleBasedStateMachine]:
    """A rule machine whose second engine is made by `factory`; run its `.TestCase`. A rule plays one command
    into both engines, and fails if results, events, views or invariants differ. Hypothesis then removes the
    steps that do not matter and simplifies the others."""

    class PairMachine(RuleBasedStateMachine):
        """One centre, built from Hypothesis' choices, then command after command."""

        @initialize(seed=_SEEDS)
        def build(self, seed: int) -> None:
            """A random centre in both engines."""
            self.workload = Workload(seed)
            other = factory(**self.workload.settings)
            self.pair = Pair(self.workload.reference, other, look_every=10)
            while self.workload.building:
                self.pair.play(self.workload.next())

        @rule(method=_METHODS, seed=_SEEDS)
        def command(self, method: str, seed: int) -> None:
            """One command, most of the time one that may be accepted now."""
            self.workload.random = Random(seed)
            self.pair.play(self.workload.make(method))

        @rule(seed=_SEEDS)
        def usual(self, seed: int) -> None:
            """One command of those that are most frequent in a centre at work."""
            self.workload.random = Random(seed)
            self.pair.play(self.workload.next())

        def teardown(self) -> None:
            """At the end everything is compared once more."""
            if hasattr(self, "pair"):
                self.pair.look(at_all=True)

    return PairMachine
