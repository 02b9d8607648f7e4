"""How a decision fell, as it is told (docs/SEMANTICS.md, section 11)."""

from __future__ import annotations

from dataclasses import dataclass

from huntgroup.shown.plain import Plain


@dataclass(frozen=True, slots=True)
class Decision(Plain):
    """How a decision fell: what was known when it had fallen and before the offer was made.

    At `at_ns` an interaction of `queue` got an offer, `offer` (the first where several rang), by `strategy`.
    `looked` tells who looked: the `interaction` for an agent, or an `agent` who became free for an
    interaction. `winner` is who was asked, None where `asked`, the number of agents rung at once, is more
    than 1; `tier`, `load`, `capacity` and `idle_step` (the step, by the engine's own count, since which it
    was idle there: lower is longer) are the winner's, of several the lowest index's. `preferred`: it was the
    preferred agent; `declined`: it had declined this interaction before and was asked again. `key` is what
    decided beside tier, by the strategy's names; where an agent looked, the rank of its membership and the
    credited wait in seconds; {} for a preferred one. `queue_requires` and `requires` are the requirements in
    force, None for anyone. Members `logged_in` and `ready`, and others `waiting`, are the queue's counts;
    `eligible` is how many of the lowest tier were compared, None where nobody counted them (longest_idle
    stops at the first, an agent who looks has no rivals)."""

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
