"""ELIG-1 to ELIG-10: may this agent be offered this interaction? Each failed rule by name, in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from huntgroup.shown import FailedRule
from huntgroup.testing.reference import channels, open_time, presence, serving
from huntgroup.testing.reference.requirement import Requirement
from huntgroup.testing.reference.state import Agent, Centre, Channel, Interaction, Membership, Queue


def failed_rules(centre: Centre, agent: Agent, interaction: Interaction, queue: Queue) -> list[FailedRule]:
    """Every failed rule in order; one that presupposes a failed one is left out. O(interaction's history)."""
    return list(_each_failed(centre, agent, interaction, queue))


def is_eligible(centre: Centre, agent: Agent, interaction: Interaction, queue: Queue) -> bool:
    """Do ELIG-1 to ELIG-10 all hold?"""
    if queue.index not in agent.memberships:
        return False
    return next(_each_failed(centre, agent, interaction, queue), None) is None


def _each_failed(
    centre: Centre, agent: Agent, interaction: Interaction, queue: Queue
) -> Iterator[FailedRule]:
    # ELIG-11.
    channel = centre.channels[interaction.channel]
    membership = agent.memberships.get(queue.index)
    now = presence.standing(centre, agent)
    yield from _status_rules(centre, agent, channel, queue, now)
    if membership is None:
        yield FailedRule("not_member")
    else:
        if not membership.logged_in:
            yield FailedRule("not_logged_in")
        if not delay_passed(centre, interaction, queue, membership):
            yield FailedRule("delay", interaction.entered_at_ns + membership.delay_ns)
    yield from _channel_rules(centre, agent, channel)
    if membership is not None and at_limit(centre, agent, membership):
        yield FailedRule("limit")
    if serving.is_at_most(centre, queue):
        yield FailedRule("max_handled")
    asked_at = interaction.last_asked().get(agent.index)
    if asked_at is not None and centre.now_ns < asked_at + queue.ask_again_ns:
        yield FailedRule("asked", asked_at + queue.ask_again_ns)
    if not meets(centre, agent, requirements_in_force(interaction)):
        yield FailedRule("skills", relaxes_ns(centre, interaction, queue))
    if interaction.preferred != agent.index and is_kept(centre, interaction, queue):
        kept_until = open_time.due_ns(queue, interaction.queued_at_ns, queue.preferred_wait_ns)
        yield FailedRule("preferred", kept_until)
    # ELIG-21
    if interaction.shut:
        yield FailedRule("closed", queue.hours_due_ns)
    not_before = interaction.callback_not_before_ns
    if not_before is not None and centre.now_ns < not_before:
        yield FailedRule("callback", not_before)
    elif interaction.customer == "first" and agent.dialled_for is not None:
        yield FailedRule("callback")


def delay_passed(centre: Centre, interaction: Interaction, queue: Queue, membership: Membership) -> bool:
    """Has the interaction waited long enough in this queue, or does nobody of a lower tier serve?"""
    # ELIG-4, ELIG-22.
    if centre.now_ns >= interaction.entered_at_ns + membership.delay_ns:
        return True
    return queue.delays == "while_staffed" and not serving.lower_tier_serves(centre, queue, membership.tier)


def at_limit(centre: Centre, agent: Agent, membership: Membership) -> bool:
    """Does the agent hold as many of the queue's interactions as its membership lets it?"""
    # ELIG-6.
    if membership.limit is None:
        return False
    return serving.held_of(centre, centre.queues[membership.queue], agent) >= membership.limit


def _status_rules(
    centre: Centre, agent: Agent, channel: Channel, queue: Queue, now: presence.Standing
) -> Iterator[FailedRule]:
    """ELIG-1 to ELIG-3."""
    if not now.signed_in:
        # This failed rule hides the others (ELIG-11).
        yield FailedRule("signed_out")
        return
    if not presence.status_takes_queued(centre, agent, queue, now):
        # A status with a duration ends by itself.
        yield FailedRule("status", agent.duration_due_ns)
    if agent.pending is not None:
        yield FailedRule("pending")
    if agent.stop_new:
        yield FailedRule("stop_new")
    wrapping = channels.blocking_wrap_ups(centre, agent, channel)
    if wrapping:
        yield FailedRule("wrap_up", max(wrap_up.due_ns for wrap_up in wrapping))


def _channel_rules(centre: Centre, agent: Agent, channel: Channel) -> Iterator[FailedRule]:
    """Rules 5 and 6. Without a capability there is neither a device that could lack nor a capacity to use
    up."""
    right = channels.capacity(centre, agent, channel) > 0
    if not right:
        yield FailedRule("capability")
    elif not channels.has_device(centre, agent, channel):
        yield FailedRule("device")
    full = channels.load(centre, agent, channel) >= channels.capacity(centre, agent, channel)
    if right and (full or is_held_back(centre, agent)):
        yield FailedRule("capacity")
    if channels.is_blocked(centre, agent, channel):
        yield FailedRule("blocked")
    if not channels.has_units(centre, agent, channel):
        yield FailedRule("units")


def able_queues(centre: Centre, agent: Agent, now: presence.Standing) -> list[int]:
    """The queues for which ELIG-1 to ELIG-5 hold without the delay: idle time runs from when this begins."""
    # IDLE-6.
    able = []
    for membership in agent.memberships.values():
        queue = centre.queues[membership.queue]
        channel = centre.channels[queue.channel]
        if (
            membership.logged_in
            and next(_status_rules(centre, agent, channel, queue, now), None) is None
            and channels.capacity(centre, agent, channel) > 0
            and channels.has_device(centre, agent, channel)
        ):
            able.append(queue.index)
    return able


def ready_queues(centre: Centre, agent: Agent, now: presence.Standing) -> list[int]:
    """The queues for which ELIG-1 to ELIG-6 hold without the delay and `max_handled`."""
    # ELIG-14.
    return [
        queue
        for queue in able_queues(centre, agent, now)
        if channels.has_room(centre, agent, centre.channels[centre.queues[queue].channel])
        and not is_held_back(centre, agent)
        and not at_limit(centre, agent, agent.memberships[queue])
    ]


def shown_ready(centre: Centre, agent: Agent, now: presence.Standing) -> list[int]:
    """The queues in which the agent is ready as seen from outside: none that is at its `max_handled`."""
    # PRES-12.
    ready = ready_queues(centre, agent, now)
    return [queue for queue in ready if not serving.is_at_most(centre, centre.queues[queue])]


def is_held_back(centre: Centre, agent: Agent) -> bool:
    """ELIG-6: is the agent in a status that takes one offer at a time, and has a queued offer open?"""
    asked = any(offer.agent == agent.index and offer.queue is not None for offer in centre.offers.values())
    return asked and presence.standing(centre, agent).deciding.one_offer


# --- skills ---------------------------------------------------------------------------------------------


def proficiency(centre: Centre, agent: Agent) -> Mapping[str, int]:
    """The agent's proficiencies by the skill's name."""
    return {centre.skills[index]: value for index, value in agent.skills.items()}


def meets(centre: Centre, agent: Agent, requirements: list[Requirement]) -> bool:
    """Do the agent's skills meet all of these?"""
    return all(requirement.met_by(proficiency(centre, agent)) for requirement in requirements)


def requirements_in_force(interaction: Interaction) -> list[Requirement]:
    """The queue's and the interaction's requirement as they stand, without those that anyone meets."""
    return [requirement for requirement in interaction.in_force if requirement is not None]


def bring_requirements_up_to_date(interaction: Interaction, queue: Queue, waited_ns: int) -> bool:
    """Take each requirement to the last step that has passed after this wait. True if that differs."""
    # WAIT-5.
    before = interaction.in_force
    interaction.queue_level = level_after(queue.relax, waited_ns)
    interaction.own_level = level_after(interaction.relax, waited_ns)
    interaction.in_force = (
        _at_level(queue.requires, queue.relax, interaction.queue_level),
        _at_level(interaction.requires, interaction.relax, interaction.own_level),
    )
    return interaction.in_force != before


def bring_own_up_to_date(centre: Centre, interaction: Interaction) -> None:
    """The interaction's own requirement was changed: the step that the wait so far has reached is in force
    (CHANGE-8)."""
    queue = centre.queue_of(interaction)
    waited_ns = centre.now_ns - interaction.queued_at_ns
    if queue is not None:
        waited_ns = open_time.waited_ns(queue, interaction.queued_at_ns, centre.now_ns)
        bring_requirements_up_to_date(interaction, queue, waited_ns)
        return
    interaction.own_level = level_after(interaction.relax, waited_ns)
    own = _at_level(interaction.requires, interaction.relax, interaction.own_level)
    interaction.in_force = (interaction.in_force[0], own)


def begin_queue_requirement(interaction: Interaction, queue: Queue) -> None:
    """The queue's requirement as for a new arrival; the interaction's own stays."""
    # WAIT-4.
    interaction.queue_level = level_after(queue.relax, 0)
    of_queue = _at_level(queue.requires, queue.relax, interaction.queue_level)
    interaction.in_force = (of_queue, interaction.in_force[1])


def _at_level(
    given: Requirement | None, relax: tuple[tuple[int, Requirement | None], ...], level: int
) -> Requirement | None:
    return given if level == 0 else relax[level - 1][1]


def level_after(relax: tuple[tuple[int, Requirement | None], ...], waited_ns: int) -> int:
    """How many steps have passed after this wait."""
    return sum(1 for after_ns, _ in relax if after_ns <= waited_ns)


def next_relaxation_ns(interaction: Interaction, queue: Queue) -> int | None:
    """When the next step of either requirement falls due, None after the last one."""
    due = [
        open_time.due_ns(queue, interaction.queued_at_ns, relax[level][0])
        for relax, level in (
            (queue.relax, interaction.queue_level),
            (interaction.relax, interaction.own_level),
        )
        if level < len(relax)
    ]
    return min((due_ns for due_ns in due if due_ns is not None), default=None)


def relaxes_ns(centre: Centre, interaction: Interaction, queue: Queue) -> int | None:
    """When the next step after now of either requirement would fall due, None after the last one."""
    # ELIG-12.
    since_ns = interaction.queued_at_ns
    due = [open_time.due_ns(queue, since_ns, after_ns) for after_ns, _ in (*queue.relax, *interaction.relax)]
    return min((due_ns for due_ns in due if due_ns is not None and due_ns > centre.now_ns), default=None)


# --- a preferred agent ----------------------------------------------------------------------------------


def is_kept(centre: Centre, interaction: Interaction, queue: Queue) -> bool:
    """Is the interaction kept for its preferred agent (ELIG-9)?"""
    # ELIG-13.
    if interaction.preferred is None or interaction.preferred in interaction.declined:
        return False
    waited_ns = open_time.waited_ns(queue, interaction.queued_at_ns, centre.now_ns)
    return waited_ns < queue.preferred_wait_ns and serving.serves(
        centre, centre.agents[interaction.preferred], queue
    )
