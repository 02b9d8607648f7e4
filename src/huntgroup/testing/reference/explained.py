"""The record of the latest decision on an interaction (section 11 of docs/SEMANTICS.md). (EXPL-3)"""

from __future__ import annotations

from huntgroup.shown import Decision
from huntgroup.testing.reference import channels, eligibility, service, strategies
from huntgroup.testing.reference.state import SECOND, Agent, Centre, Interaction, Queue
from huntgroup.testing.reference.waiting import order_key


def note(
    centre: Centre,
    interaction: Interaction,
    queue: Queue,
    asked: list[Agent],
    eligible: list[Agent] | None,
) -> None:
    """Record that these agents, by index, are about to be asked. `eligible`: all who were eligible; None if
    an agent looked for an interaction."""
    # EXPL-1, EXPL-2, EXPL-4, EXPL-5, EXPL-7, EXPL-8.
    first = asked[0]
    channel = centre.channels[queue.channel]
    counts = service.queue_counts(centre, queue, service.staff(centre))
    preferred = interaction.preferred == first.index
    compared = None
    if eligible is not None and not preferred and queue.strategy != "longest_idle":
        compared = len(strategies.rivals(interaction, queue, eligible))
    of_queue, own = interaction.in_force
    idle_step = strategies.idle_key(first, queue, channel.capability)[0]
    if eligible is None:
        key: dict[str, int | float] = {
            "rank": first.memberships[queue.index].rank,
            "credited_wait": (centre.now_ns - order_key(centre, interaction)[0]) / SECOND,
        }
    elif preferred:
        key = {}
    else:
        key = strategies.told_key(centre, first, interaction, queue)
        if compared is not None and not key:
            key = {"eligible": compared}
    interaction.decision = Decision(
        centre.now_ns,
        queue.name,
        queue.strategy if isinstance(queue.strategy, str) else "scorer",
        "agent" if eligible is None else "interaction",
        first.name if len(asked) == 1 else None,
        len(asked),
        centre.last_offer + 1,
        first.memberships[queue.index].tier,
        channels.load(centre, first, channel),
        channels.capacity(centre, first, channel),
        idle_step,
        preferred,
        first.index in interaction.declined,
        key,
        None if of_queue is None else of_queue.text,
        None if own is None else own.text,
        counts.logged_in,
        counts.ready,
        sum(1 for other in centre.waiting(queue) if other.id != interaction.id),
        compared,
    )


def kept_out(centre: Centre, interaction: Interaction) -> dict[str, str | None]:
    """Each member of the queue in which the interaction waits, by index, with the first rule that keeps it
    away."""
    # EXPL-9.
    queue = centre.queue_of(interaction)
    if queue is None or interaction.state != "Queued":
        return {}
    told: dict[str, str | None] = {}
    for agent in centre.present_agents():
        if queue.index in agent.memberships:
            failed = eligibility.failed_rules(centre, agent, interaction, queue)
            told[agent.name] = failed[0].rule if failed else None
    return told
