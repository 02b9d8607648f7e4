"""A decision as `explain` tells it (docs/SEMANTICS.md, section 11)."""

from __future__ import annotations

from dataclasses import dataclass

from huntgroup.shown.plain import Plain


@dataclass(frozen=True, slots=True)
class Decision(Plain):
    """One decision: what was known after it was made and before the offer.

    At `at_ns` an interaction of `queue` got the offer `offer` (the first one if several agents rang), by
    `strategy`. `looked` is "interaction" if the interaction looked for an agent, "agent" if an agent who
    became free looked for an interaction. `asked` is the number of agents rung at once; `winner` is the agent
    who was asked, None if `asked` is more than 1. `tier`, `load`, `capacity` and `idle_step` (the number of
    the step since which it was idle; lower is longer) are those of the winner, or of the lowest index of
    several. `preferred`: it was the preferred agent; `declined`: it had declined this interaction before and
    was asked again. `key` holds what decided beside the tier, by the names of the strategy; if an agent
    looked, the rank of its membership and the credited wait in seconds; {} for a preferred agent.
    `queue_requires` and `requires` are the requirements in force, None for anyone. `logged_in`, `ready` and
    `waiting` are counts of the queue: members logged in, members ready, other interactions that wait.
    `eligible` is how many members of the lowest tier were compared; None if they were not counted
    (longest_idle stops at the first one, and an agent who looks has nobody beside it)."""

    at_ns: int
    queue: str
    strategy: str
    looked: str
    winner: str | None
    asked: int
    offer: int
    tier: int
    load: int
    capacity: int
    idle_step: int
    preferred: bool
    declined: bool
    key: dict[str, int | float]
    queue_requires: str | None
    requires: str | None
    logged_in: int
    ready: int
    waiting: int
    eligible: int | None

    def __str__(self) -> str:
        who = f"{self.asked} were asked" if self.winner is None else f"{self.winner} won"
        if self.preferred:
            who += " as the preferred agent"
        if self.declined:
            who += " though asked before"
        key = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in self.key.items())
        compared = "" if self.eligible is None else f", {self.eligible} compared"
        return (
            f"at {self.at_ns} ns, queue {self.queue}, {self.strategy}: {self.logged_in} members logged in, "
            f"{self.ready} ready{compared}; {who}: tier {self.tier}, load {self.load}/{self.capacity}, idle "
            f"since step {self.idle_step}"
            + (f" (an agent looked: {key})" if self.looked == "agent" else f" (key: {key})" if key else "")
        )
