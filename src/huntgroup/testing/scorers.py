"""Scorers for random centres: good ones, some that tie, and some that fail, in each possible way. Python runs
them, so that a workload is the same with and without Numba. They do nothing that Numba would not compile to
the same decisions."""

from __future__ import annotations

from functools import cache
from typing import Any

from huntgroup import Scorer, python_scorer


def nearest(agents: Any, interaction: Any, scores: Any) -> None:
    """Scores by one of the caller's numbers; agents without it have 0."""
    for k in range(agents.count):
        scores[k] = -abs(agents.user0[k] - interaction.user0)


def everything(agents: Any, interaction: Any, scores: Any) -> None:
    """Scores by every column, so that a wrong column shows; the order of the candidates counts too."""
    for k in range(agents.count):
        free = 1.0 - agents.load[k] / agents.capacity[k]
        skilled = 0.25 * agents.proficiency[k] - 0.5 * agents.accepted[k] + 0.125 * agents.tier[k]
        given = agents.user0[k] * interaction.user1 + agents.user1[k] - agents.user7[k] * interaction.user0
        odd = (agents.index[k] + interaction.id + interaction.queue) % 2
        urgent = interaction.priority * (k % 3) + interaction.waited_ns % 7 * odd
        scores[k] = free + skilled + given + urgent + 0.0625 * (interaction.ref % 4) * agents.user2[k]


def indifferent(agents: Any, interaction: Any, scores: Any) -> None:
    """Gives everyone the same score, so that the tie rule decides."""
    for k in range(agents.count):
        scores[k] = 1.0


def boundless(agents: Any, interaction: Any, scores: Any) -> None:
    """Gives infinite scores, which are scores like others."""
    for k in range(agents.count):
        scores[k] = float("inf") if agents.user0[k] > interaction.user0 else float("-inf")


def raising(agents: Any, interaction: Any, scores: Any) -> None:
    """Raises for every third interaction after it has written some scores."""
    for k in range(agents.count):
        scores[k] = agents.index[k]
        if k == 1 and interaction.id % 3 == 0:
            raise ValueError("every third")


def forgetful(agents: Any, interaction: Any, scores: Any) -> None:
    """Leaves out one agent whenever there are several."""
    for k in range(agents.count):
        if k != 1:
            scores[k] = agents.user0[k]


@cache
def scorers() -> tuple[Scorer, ...]:
    """One of each."""
    functions = (nearest, nearest, everything, everything, indifferent, boundless, raising, forgetful)
    made = {function: python_scorer(function) for function in functions}
    return tuple(made[function] for function in functions)
