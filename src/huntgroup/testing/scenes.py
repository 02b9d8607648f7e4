"""Situations that take several commands in a row, and that chance brings about too seldom. Where the state
exists in which such a scene begins, its next command is drawn now and then for a `Workload`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huntgroup.testing.play import Command

if TYPE_CHECKING:
    from huntgroup.testing.reference.state import Interaction, Queue
    from huntgroup.testing.workload import Workload


def consulted_without_room(work: Workload) -> Command | None:
    """The consulted agent has no more room, because of its units or of another channel; then the interaction
    is transferred to that agent."""
    centre = work.reference.centre
    legs = [i for i in centre.live.values() if i.parent is not None and i.state == "Offered"]
    if not legs:
        return None
    leg = work.random.choice(legs)
    assert leg.agent is not None
    agent = centre.agents[leg.agent]
    rights = [number for number, most in agent.capacity.items() if most and number != leg.channel]
    kind = work.random.random()
    if kind < 0.3 and centre.channels[leg.channel].units:
        return Command("update_agent", (agent.name,), {"units": work.random.choice((0, 0, 50, None))})
    if kind < 0.6 and rights:
        return Command("direct", (agent.name, centre.channels[work.random.choice(rights)].name), {})
    return Command("transfer", (leg.parent,), {"agent": agent.name})


def one_comes_back_and_one_goes_on(work: Workload) -> Command | None:
    """One agent is asked for two queues, one of which overflows to the other; the other then has room for
    only one, the one that returns to it; both return at once."""
    found = _two_offers(work)
    if found is None:
        return None
    agent, source, target = found
    kind = work.random.random()
    if kind < 0.3:
        after = work.random.choice((0, 0, 1, 5))
        return Command("update_queue", (source.name,), {"overflow": (after, target.name)})
    if kind < 0.6:
        most = len(work.reference.centre.waiting(target)) + 1
        return Command("update_queue", (target.name,), {"max_waiting": most})
    if kind < 0.8:
        return Command("sign_out", (agent,), {})
    away = [row.name for row in work.model.statuses if row.selectable and not row.receives_queued]
    if away:
        return Command("set_status", (agent, work.random.choice(away)), {})
    return Command("connection_lost", (agent,), {})


def _two_offers(work: Workload) -> tuple[str, Queue, Queue] | None:
    """An agent with open offers from two queues of one channel, and these two queues: if one overflows to the
    other, it comes first."""
    centre = work.reference.centre
    asked: dict[tuple[int, int], dict[int, Interaction]] = {}
    for offer in centre.offers.values():
        interaction = centre.live[offer.interaction]
        if offer.queue is not None and interaction.queue is not None:
            asked.setdefault((offer.agent, interaction.channel), {})[interaction.queue] = interaction
    several = [(agent, queues) for (agent, _), queues in asked.items() if len(queues) > 1]
    if not several:
        return None
    agent, among = work.random.choice(several)
    pair = [centre.queues[number] for number in work.random.sample(sorted(among), 2)]
    if pair[1].overflow is not None and pair[1].overflow[1] == pair[0].name:
        pair.reverse()
    return centre.agents[agent].name, pair[0], pair[1]


SCENES = ((0.5, consulted_without_room), (0.08, one_comes_back_and_one_goes_on))
"""Each scene with the probability that it goes on once it has begun: a consultation does not ring for
long."""


def next_of_a_scene(work: Workload) -> Command | None:
    """The next command of some scene; None if none has begun, and most often in any case."""
    chance = work.random.random()
    drawn = (scene(work) for often, scene in SCENES if chance < often)
    return next((command for command in drawn if command is not None), None)
