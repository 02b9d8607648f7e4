"""How an agent's status changes: by choice, by the engine, or by itself (docs/SEMANTICS.md, section 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from huntgroup import Actor, limits
from huntgroup.models import Status
from huntgroup.testing.reference import presence
from huntgroup.testing.reference.offers import finish
from huntgroup.testing.reference.state import (
    CHANNEL,
    COMPLETED,
    DIALING,
    SLOT,
    WRAP_UP,
    Agent,
    Centre,
    Interaction,
    Membership,
    Queue,
    WrapUp,
    emit,
)


def choose(centre: Centre, agent: Agent, name: str, *, sets_logins: bool = True) -> None:
    """Somebody who may has chosen this status for the agent. A waiting status means the status it waits
    for."""
    # STATUS-1, STATUS-9, STATUS-10, STATUS-11, STATUS-13.
    chosen = presence.row(centre, name)
    target = presence.row(centre, chosen.waits_for or chosen.name)
    centre.step.gained.add(agent.index)
    if target.name == agent.base:
        agent.selected = target.name
        enter_chosen(centre, agent, sets_logins=sets_logins)
    elif presence.is_busy(centre, agent) and target.waits_as is not None:
        agent.pending, agent.pending_chosen = target.name, True
    else:
        agent.selected = agent.base = target.name
        enter_chosen(centre, agent, sets_logins=sets_logins)


def enter_chosen(centre: Centre, agent: Agent, *, sets_logins: bool = True) -> None:
    """A chosen base status begins now: nothing is pending, its duration runs, its group is joined or its
    logins are set."""
    # STATUS-12, STATUS-25.
    agent.pending = None
    begin_base(centre, agent)
    begun = presence.row(centre, agent.base)
    if begun.queue_group is not None:
        join_group(centre, agent, begun.queue_group)
    elif centre.model.queues.status_sets_logins and sets_logins and counts_alone(begun):
        for index in sorted(agent.memberships):
            set_login(centre, agent, centre.queues[index], True)


def counts_alone(status: Status) -> bool:
    """Does this status, base and selected at once, count as logged in?"""
    return status.logged_in is not False


def begin_base(centre: Centre, agent: Agent) -> None:
    """The base status begins: its duration runs from now, if it has one; earlier accepts did not bring it
    about."""
    agent.after_accept = False
    duration_ns = presence.row(centre, agent.base).duration_ns
    agent.duration_due_ns = centre.now_ns + duration_ns if duration_ns else None


def set_by_engine(centre: Centre, agent: Agent, name: str) -> None:
    """The engine sets a status: at once, or when the work ends. The first one that is pending stays."""
    # STATUS-14, STATUS-15.
    centre.step.gained.add(agent.index)
    if not presence.is_busy(centre, agent):
        agent.base = name
        begin_base(centre, agent)
    elif agent.pending is None:
        agent.pending, agent.pending_chosen = name, False


def duration_ran_out(centre: Centre, agent: Agent) -> None:
    """The default status returns, as if it had been chosen."""
    # STATUS-18.
    agent.duration_due_ns = None
    choose(centre, agent, centre.model.default)


def work_may_have_ended(centre: Centre, agent: Agent) -> None:
    """Stop New ends with the last interaction, and the wait of a pending status with the last wrap-up."""
    # STATUS-16, STATUS-29.
    if not presence.is_handling(centre, agent):
        agent.after_accept = False
        if agent.stop_new:
            agent.stop_new = False
            centre.step.gained.add(agent.index)
    if agent.pending is None or presence.is_busy(centre, agent):
        return
    centre.step.gained.add(agent.index)
    agent.base = agent.pending
    if agent.pending_chosen:
        agent.selected = agent.base
        enter_chosen(centre, agent)
    else:
        agent.pending = None
        begin_base(centre, agent)


def external_presence_changed(centre: Centre, agent: Agent, value: str) -> None:
    """The agent's messenger reports another presence."""
    # STATUS-19.
    external = centre.model.external_presence
    assert external is not None
    agent.external = value
    centre.step.gained.add(agent.index)
    if value not in external.clears:
        return
    if agent.pending is not None and not agent.pending_chosen:
        agent.pending = None
    if agent.base != agent.selected:
        agent.base = agent.selected
        begin_base(centre, agent)


def missed(centre: Centre, agent: Agent, queue: Queue | None) -> None:
    """An offer expired: first the model's rule for every such miss acts, then the queue's limit."""
    # MISS-1, MISS-2, MISS-3.
    on = centre.model.on
    sets = on.missed_direct if queue is None else on.missed_queued
    if sets is not None:
        set_by_engine(centre, agent, sets)
    if queue is None:
        return
    agent.misses += 1
    if queue.max_misses is not None and agent.misses >= queue.max_misses:
        agent.misses = 0
        set_no_answer(centre, agent)


def rejected(centre: Centre, agent: Agent, queue: Queue | None) -> None:
    """An offer was rejected: the same for rejects."""
    # MISS-5.
    if queue is None:
        return
    if centre.model.on.rejected_queued is not None:
        set_by_engine(centre, agent, centre.model.on.rejected_queued)
    agent.rejects += 1
    if queue.max_rejects is not None and agent.rejects >= queue.max_rejects:
        agent.rejects = 0
        set_no_answer(centre, agent)


def set_no_answer(centre: Centre, agent: Agent) -> None:
    """The model's status for those who do not answer, where it has one."""
    if centre.model.no_answer is not None:
        set_by_engine(centre, agent, centre.model.no_answer)


def acted_by_itself(agent: Agent, by: Agent | Actor | None = None) -> None:
    """MISS-4: the agent did something of its own, so it is there: its rows of misses and rejects end. `by` is
    somebody else, whose act proves nothing."""
    if by is None or by is agent:
        agent.misses = agent.rejects = 0


# --- logins to queues -----------------------------------------------------------------------------------


def set_login(centre: Centre, agent: Agent, queue: Queue, logged_in: bool) -> bool:
    """Log a member in or out; one event, and True, if that changes anything."""
    membership = agent.memberships[queue.index]
    if membership.logged_in == logged_in:
        return False
    membership.logged_in = logged_in
    login_changed(centre, agent, queue, logged_in)
    return True


def logging_in_sets(centre: Centre, agent: Agent, logins: Iterable[bool]) -> bool:
    """Would these logins set a status (STATUS-26)?"""
    now = presence.standing(centre, agent)
    sets = centre.model.queues.login_sets
    return sets is not None and any(logins) and not presence.base_counts_as_logged_in(now)


def change_logins(centre: Centre, agent: Agent, wanted: Mapping[int, bool], by: Agent | Actor | None) -> None:
    """Several logins by queue index, and what they do to the status (STATUS-26, STATUS-27)."""
    centre.step.gained.add(agent.index)
    queues = centre.model.queues
    counted = presence.base_counts_as_logged_in(presence.standing(centre, agent))
    before = {index for index, membership in agent.memberships.items() if membership.logged_in}
    if logging_in_sets(centre, agent, wanted.values()):
        assert queues.login_sets is not None
        acted_by_itself(agent, by)
        choose(centre, agent, queues.login_sets, sets_logins=False)
        wanted = {index: wanted.get(index, False) for index in agent.memberships}
    for index in sorted(wanted):
        if set_login(centre, agent, centre.queues[index], wanted[index]):
            acted_by_itself(agent, by)
    left = any(index in before and not logged_in for index, logged_in in wanted.items())
    if queues.last_logout_sets is None or not counted or not left:
        return
    if not any(membership.logged_in for membership in agent.memberships.values()):
        choose(centre, agent, queues.last_logout_sets)


def login_changed(centre: Centre, agent: Agent, queue: Queue, logged_in: bool) -> None:
    """Tell the change; the agent may have gained by it."""
    centre.step.gained.add(agent.index)
    emit(
        centre,
        "queue_login_changed",
        agent=agent,
        queue=queue,
        status_to=int(logged_in),
    )


def add_membership(
    agent: Agent,
    queue: Queue,
    *,
    tier: int = 1,
    rank: int = 1,
    delay_ns: int = 0,
    limit: int | None = None,
) -> None:
    """The agent becomes the queue's last member, logged in."""
    # MATCH-16.
    position = queue.next_position
    agent.memberships[queue.index] = Membership(queue.index, tier, rank, delay_ns, position, limit)
    queue.next_position += 1


def tell_membership(centre: Centre, agent: Agent, queue: Queue) -> None:
    """Tell a new membership, or its new settings."""
    row = agent.memberships[queue.index]
    emit(
        centre,
        "membership_changed",
        agent=agent,
        queue=queue,
        status_to=row.tier,
        other=row.rank,
        value=row.delay_ns,
        offer=row.limit,
    )


def join_tied(centre: Centre, queue: Queue) -> None:
    """The queue came to its group: agents whose status is tied to the group join it (STATUS-31)."""
    for agent in centre.present_agents():
        tied = presence.row(centre, agent.base).queue_group
        if tied is None or tied != queue.group or agent.base != agent.selected:
            continue
        if queue.index in agent.memberships:
            set_login(centre, agent, queue, True)
        elif len(agent.memberships) < limits.MAX_MEMBERSHIPS:
            add_membership(agent, queue)
            tell_membership(centre, agent, queue)
            login_changed(centre, agent, queue, True)


def join_group(centre: Centre, agent: Agent, group: str) -> None:
    """Log the agent in to the group's queues, as a member of each, and out of all others."""
    for queue in centre.present_queues():
        if queue.group != group:
            if queue.index in agent.memberships:
                set_login(centre, agent, queue, False)
        elif queue.index in agent.memberships:
            set_login(centre, agent, queue, True)
        else:
            add_membership(agent, queue)
            tell_membership(centre, agent, queue)
            login_changed(centre, agent, queue, True)


# --- wrap-up --------------------------------------------------------------------------------------------


def wrap_up_length_ns(centre: Centre, agent: Agent, interaction: Interaction) -> int:
    """How long the agent wraps up after this interaction; 0 for not at all."""
    # WRAP-1, WRAP-3.
    if interaction.parent is not None:
        return 0
    if agent.wrap_up_ns is not None:
        return agent.wrap_up_ns
    queue = centre.queue_of(interaction)
    return centre.channels[interaction.channel].wrap_up_ns if queue is None else queue.wrap_up_ns


def let_go(centre: Centre, agent: Agent, interaction: Interaction) -> bool:
    """The agent's part of the work is over. True if a wrap-up runs now, False if there is none."""
    # CMD-45, WRAP-2, WRAP-4, WRAP-5.
    unanswered = interaction.state == DIALING
    queue = centre.queue_of(interaction)
    length_ns = wrap_up_length_ns(centre, agent, interaction)
    if unanswered and not centre.channels[interaction.channel].wrap_up_unanswered:
        length_ns = 0
    handled_ns = handled_so_far(centre, interaction)
    agent.held.remove(interaction.id)
    centre.step.gained.add(agent.index)
    if length_ns == 0:
        slot_is_free(centre, agent, interaction.channel)
        if not unanswered:
            record_handling(queue, handled_ns)
        return False
    before = agent.wrap_ups.get(interaction.id)
    wrap_up = WrapUp(
        interaction.id,
        interaction.channel,
        interaction.queue,
        centre.now_ns,
        centre.now_ns + length_ns,
        None if unanswered else handled_ns,
        CHANNEL if queue is None else queue.wrap_up_holds,
    )
    agent.wrap_ups[interaction.id] = wrap_up
    if wrap_up.holds != SLOT or (before is not None and before.holds == SLOT):
        slot_is_free(centre, agent, interaction.channel)
    due_ns = wrap_up.due_ns
    emit(centre, "wrap_up_started", interaction=interaction, agent=agent, queue=queue, value=due_ns)
    return True


def handled_so_far(centre: Centre, interaction: Interaction) -> int:
    """How long this agent has handled it, which ends here."""
    assert interaction.handled_since_ns is not None
    handled_ns = centre.now_ns - interaction.handled_since_ns
    interaction.handled_since_ns = None
    return handled_ns


def slot_is_free(centre: Centre, agent: Agent, channel: int) -> None:
    """The load of the channel's capability fell, and the idle time starts anew."""
    agent.load_step[centre.channels[channel].capability] = centre.step_number


def end_wrap_up(centre: Centre, agent: Agent, wrap_up: WrapUp) -> None:
    """The wrap-up is over; if this agent was the last, so is the interaction."""
    # STATE-8.
    del agent.wrap_ups[wrap_up.interaction]
    centre.step.gained.add(agent.index)
    queue = None if wrap_up.queue is None else centre.queues[wrap_up.queue]
    if wrap_up.handled_ns is not None:
        record_handling(queue, wrap_up.handled_ns + centre.now_ns - wrap_up.started_at_ns)
    if wrap_up.holds == SLOT:
        slot_is_free(centre, agent, wrap_up.channel)
    emit(centre, "wrap_up_ended", interaction=wrap_up.interaction, agent=agent, queue=queue)
    interaction = centre.live.get(wrap_up.interaction)
    if interaction is not None and interaction.state == WRAP_UP and interaction.agent == agent.index:
        finish(centre, interaction, COMPLETED)
        emit(centre, "completed", interaction=interaction)


def end_wrap_ups(centre: Centre, agent: Agent) -> None:
    """End all of the agent's wrap-ups, by interaction id."""
    for number in sorted(agent.wrap_ups):
        end_wrap_up(centre, agent, agent.wrap_ups[number])


def record_handling(queue: Queue | None, elapsed_ns: int) -> None:
    """One more handling time, wrap-up included, for the queue's means."""
    if queue is None:
        return
    queue.handling_ns += elapsed_ns
    queue.handling_count += 1
    queue.recent_handling_ns = [*queue.recent_handling_ns, elapsed_ns][-64:]
