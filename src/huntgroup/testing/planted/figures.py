"""Faults in counts and in what is told of them, and in the meaning of a command."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest.mock import patch

from huntgroup.testing.planted.fault import fault
from huntgroup.testing.reference import channels, consulting, service, step
from huntgroup.testing.reference.judge import Judgement
from huntgroup.testing.reference.state import OFFERED, Agent, Centre, Interaction, Offer, Queue
from huntgroup.testing.reference.transfer_commands import TransferCommands
from huntgroup.testing.reference.work_commands import WorkCommands


@fault(service, "estimated_wait_ns", "NUM-1")
def estimated_wait_counts_breaks(
    right: Any, centre: Centre, queue: Queue, position: int | None = None
) -> float | None:
    """The estimated wait is divided by all who are logged in, those on a break too; it should be by those
    who serve."""
    count = service.queue_counts(centre, queue, service.staff(centre)).logged_in
    recent = queue.recent_handling_ns
    if not recent or not count:
        return None
    place = len(centre.waiting(queue)) + 1 if position is None else position
    return place * sum(recent) / len(recent) / count


@fault(service, "total_counts", "PRES-11")
def memberships_counted_as_agents(right: Any, centre: Centre, queues: list[Queue]) -> service.Counts:
    """The agents of a group or the centre are counted once for each of their queues; it should be once."""
    counts: service.Counts = right(centre, queues)
    return replace(counts, agents_logged_in=counts.logged_in, agents_ready=counts.ready)


@fault(consulting, "callback_failed", "NUM-4", "CHANGE-22")
def failed_callback_is_not_counted(
    right: Any, centre: Centre, interaction: Interaction, agent: Agent, reason: str | None
) -> None:
    """After the last failed attempt of a callback no counter of the queue moves; `callback_failed` should."""
    queue = centre.queue_of(interaction)
    assert queue is not None
    before = queue.callback_failed
    right(centre, interaction, agent, reason)
    queue.callback_failed = before


@fault(step, "emit_net_events", "PRES-7")
def new_group_has_changed(right: Any, centre: Centre) -> None:
    """A group that is new in a step in which its queue's presence changes is told to have changed; what is
    new has not."""
    before = centre.shown
    for queue in centre.present_queues():
        group, was = queue.group, before.queues.get(queue.index)
        if group is not None and was is not None and group not in before.groups:
            before.groups[group] = was
    right(centre)


@fault(TransferCommands, "_judge_agent", "CMD-43")
def ringing_leg_passes_over_room(
    right: Any, engine: TransferCommands, judgement: Judgement, interaction: Interaction, target: Agent
) -> None:
    """A transfer to the agent whom the leg rings passes over blocking and units; only what the leg takes up
    should be free."""
    leg = None if interaction.leg is None else engine.centre.live[interaction.leg]
    if leg is not None and leg.state == OFFERED and leg.agent == target.index:
        with patch.object(channels, "has_room", lambda *_: True):
            right(engine, judgement, interaction, target)
    else:
        right(engine, judgement, interaction, target)


@fault(WorkCommands, "_meant_offers", "CMD-47")
def negative_offer_means_any(
    right: Any,
    engine: WorkCommands,
    judgement: Judgement,
    interaction: Any,
    found: Interaction | None,
    asked: Agent | None,
    offer: Any,
) -> list[Offer]:
    """`offer=-5` takes the open offer; it should be a stale one."""
    any_one = isinstance(offer, int) and offer < 0
    meant: list[Offer] = right(engine, judgement, interaction, found, asked, None if any_one else offer)
    return meant
