"""Chooses the agent to ask among the eligible: by earlier declines, tier, the queue's strategy and agent
index."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from huntgroup import Scorer
from huntgroup.testing.reference import channels
from huntgroup.testing.reference.eligibility import proficiency, requirements_in_force
from huntgroup.testing.reference.state import Agent, Centre, Interaction, Queue, emit

_MASK = 2**64 - 1


def choose(centre: Centre, interaction: Interaction, queue: Queue, eligible: list[Agent]) -> list[Agent]:
    """The agents to be asked now: one, or several where the queue rings all. `eligible` is not empty."""
    # MATCH-8, MATCH-9.
    pool = _askable(interaction, eligible)
    preferred = [agent for agent in pool if agent.index == interaction.preferred]
    if preferred:
        return preferred
    tier = rivals(interaction, queue, eligible)
    if isinstance(queue.strategy, Scorer):
        return [best_scored(centre, interaction, queue, tier, queue.strategy)]
    if queue.strategy == "ring_all":
        return tier
    if queue.strategy == "random":
        return [tier[random_place(centre, interaction, len(tier))]]
    key = KEYS[queue.strategy]
    return [min(tier, key=lambda agent: (key(centre, agent, interaction, queue), agent.index))]


def _askable(interaction: Interaction, eligible: list[Agent]) -> list[Agent]:
    return [agent for agent in eligible if agent.index not in interaction.declined] or eligible


def rivals(interaction: Interaction, queue: Queue, eligible: list[Agent]) -> list[Agent]:
    """The agents among whom the strategy chooses: the lowest tier of those asked first."""
    pool = _askable(interaction, eligible)
    lowest = min(agent.memberships[queue.index].tier for agent in pool)
    return [agent for agent in pool if agent.memberships[queue.index].tier == lowest]


def idle_key(agent: Agent, queue: Queue, channel_capability: int) -> tuple[int, int]:
    """(step, agent index): lower is idle for longer."""
    # IDLE-1.
    own = agent.memberships[queue.index].able_step
    return max(own, agent.load_step.get(channel_capability, 0)), agent.index


def _idle(centre: Centre, agent: Agent, queue: Queue) -> tuple[int, int]:
    return idle_key(agent, queue, centre.channels[queue.channel].capability)


def longest_idle(centre: Centre, agent: Agent, interaction: Interaction, queue: Queue) -> Any:
    """Lowest load ratio, compared exactly, then longest idle."""
    # MATCH-10, MATCH-11.
    channel = centre.channels[queue.channel]
    ratio = Fraction(channels.load(centre, agent, channel), channels.capacity(centre, agent, channel))
    return ratio, _idle(centre, agent, queue)


def least_occupied(centre: Centre, agent: Agent, interaction: Interaction, queue: Queue) -> Any:
    """Lowest load ratio, then the lowest share of busy time since sign-in, then longest idle."""
    # MATCH-12.
    known = agent.busy_ns + agent.ready_ns
    occupancy = Fraction(agent.busy_ns, known) if known else Fraction(0)
    ratio, idle = longest_idle(centre, agent, interaction, queue)
    return (ratio, occupancy), idle


def fewest_interactions(centre: Centre, agent: Agent, interaction: Interaction, queue: Queue) -> Any:
    """Fewest accepted since sign-in, then longest idle."""
    # MATCH-13.
    return agent.accepted_count, _idle(centre, agent, queue)


def round_robin(centre: Centre, agent: Agent, interaction: Interaction, queue: Queue) -> Any:
    """The next member after the last one offered, wrapping round."""
    # MATCH-14.
    position = agent.memberships[queue.index].position
    return position <= queue.last_offered_position, position


def linear(centre: Centre, agent: Agent, interaction: Interaction, queue: Queue) -> Any:
    """The order of joining, always from the top."""
    # MATCH-15.
    return agent.memberships[queue.index].position


def highest_proficiency(centre: Centre, agent: Agent, interaction: Interaction, queue: Queue) -> Any:
    """Greatest sum of proficiency over the skills that are asked for, then longest idle."""
    # MATCH-19.
    asked = {skill for needed in requirements_in_force(interaction) for skill in needed.scored}
    held = proficiency(centre, agent)
    return -sum(held.get(skill, 0) for skill in sorted(asked)), _idle(centre, agent, queue)


# --- a scorer of the user's own ---------------------------------------------------------------------------


def best_scored(
    centre: Centre, interaction: Interaction, queue: Queue, tier: list[Agent], scorer: Scorer
) -> Agent:
    """The highest score, then longest idle; if the scorer fails, the agent that longest_idle takes."""
    # MATCH-21, MATCH-22, MATCH-23, MATCH-24.
    in_order = sorted(tier, key=lambda agent: longest_idle(centre, agent, interaction, queue))
    scores = [math.nan] * len(in_order)
    reason = None
    try:
        scorer(
            seen_agents(centre, interaction, in_order, queue), seen_interaction(centre, interaction), scores
        )
    except Exception:
        reason = "scorer_raised"
    if reason is None and any(math.isnan(score) for score in scores):
        reason = "score_missing"
    if reason is not None:
        emit(centre, "scorer_failed", interaction=interaction, queue=queue, reason=reason)
        return in_order[0]
    ranked = zip(scores, in_order, strict=True)
    return min(ranked, key=lambda pair: (-pair[0], _idle(centre, pair[1], queue)))[1]


def seen_agents(centre: Centre, interaction: Interaction, agents: list[Agent], queue: Queue) -> Any:
    """The candidates as a scorer sees them: a column for each field of the C header, as lists."""
    channel = centre.channels[interaction.channel]
    asked = {skill for needed in requirements_in_force(interaction) for skill in needed.scored}
    held = [proficiency(centre, agent) for agent in agents]
    return SimpleNamespace(
        count=len(agents),
        index=[agent.index for agent in agents],
        tier=[agent.memberships[queue.index].tier for agent in agents],
        load=[channels.load(centre, agent, channel) for agent in agents],
        capacity=[channels.capacity(centre, agent, channel) for agent in agents],
        proficiency=[sum(has.get(skill, 0) for skill in sorted(asked)) for has in held],
        accepted=[agent.accepted_count for agent in agents],
        **{f"user{k}": [agent.user[k] for agent in agents] for k in range(8)},
    )


def seen_interaction(centre: Centre, interaction: Interaction) -> Any:
    """The interaction as a scorer sees it."""
    given = [*(interaction.user or ()), *[0.0] * 8]
    return SimpleNamespace(
        id=interaction.id,
        ref=interaction.ref if isinstance(interaction.ref, int) else -1,
        waited_ns=centre.now_ns - interaction.queued_at_ns,
        queue=interaction.queue,
        priority=interaction.priority,
        **{f"user{k}": given[k] for k in range(8)},
    )


KEYS: dict[str, Callable[[Centre, Agent, Interaction, Queue], Any]] = {
    "longest_idle": longest_idle,
    "least_occupied": least_occupied,
    "fewest_interactions": fewest_interactions,
    "round_robin": round_robin,
    "linear": linear,
    "highest_proficiency": highest_proficiency,
}


def told_key(centre: Centre, agent: Agent, interaction: Interaction, queue: Queue) -> dict[str, int | float]:
    """The key by which the agent won, by name; {} where the strategy has none."""
    # EXPL-6.
    if queue.strategy not in KEYS:
        return {}
    key = KEYS[queue.strategy](centre, agent, interaction, queue)
    match queue.strategy:
        case "round_robin" | "linear":
            return {"position": agent.memberships[queue.index].position}
        case "longest_idle":
            channel = centre.channels[queue.channel]
            told: dict[str, int | float] = {
                "load": channels.load(centre, agent, channel),
                "capacity": channels.capacity(centre, agent, channel),
            }
        case "least_occupied":
            told = {"occupancy": float(key[0][1])}
        case "fewest_interactions":
            told = {"accepted": key[0]}
        case _:
            told = {"proficiency": -key[0]}
    return {**told, "idle_step": key[1][0]}


STRATEGIES = (*KEYS, "random", "ring_all")


def splitmix64(x: int) -> int:
    """One step of the splitmix64 generator, on 64 bits."""
    # MATCH-18.
    z = (x + 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def random_place(centre: Centre, interaction: Interaction, count: int) -> int:
    """Which of `count` agents in index order, from the seed, the interaction and its offers so far."""
    # MATCH-17.
    of_interaction = splitmix64((centre.seed & _MASK) ^ splitmix64(interaction.id))
    return splitmix64(of_interaction ^ interaction.offers_made) % count
