"""How an agent's status changes: chosen, set by the engine, or by itself (docs/SEMANTICS.md, 3)."""

from __future__ import annotations

from typing import Any

from huntgroup.testing.reference import presence
from huntgroup.testing.reference.offers import finish
from huntgroup.testing.reference.state import (
    COMPLETED,
    WRAP_UP,
    Agent,
    Centre,
    Interaction,
    Membership,
    Queue,
    WrapUp,
    emit,
)


def choose(centre: Centre, agent: Agent, name: str) -> None:
    """Somebody chose this status for the agent, and may. A waiting status means what it waits for."""
    chosen = presence.row(centre, name)
    target = presence.row(centre, chosen.waits_for or chosen.name)
    centre.step.gained.add(agent.index)
    if target.name == agent.base:
        agent.selected = target.name
        enter_chosen(centre, agent)
    elif presence.is_busy(centre, agent) and target.waits_as is not None:
        agent.pending, agent.pending_chosen = target.name, True
    else:
        agent.selected = agent.base = target.name
        enter_chosen(centre, agent)


def enter_chosen(centre: Centre, agent: Agent) -> None:
    """A chosen base status begins now: nothing waits, its duration runs, its group is joined."""
    agent.pending = None
    start_duration(centre, agent)
    group = presence.row(centre, agent.base).queue_group
    if group is not None:
        join_group(centre, agent, group)


def start_duration(centre: Centre, agent: Agent) -> None:
    """The base status begins: its duration runs from now, or none does."""
    duration_ns = presence.row(centre, agent.base).duration_ns
    agent.duration_due_ns = centre.now_ns + duration_ns if duration_ns else None


def set_by_engine(centre: Centre, agent: Agent, name: str) -> None:
    """A status that the engine sets: at once, or when the work ends. The first one that waits stays."""
    centre.step.gained.add(agent.index)
    if not presence.is_busy(centre, agent):
        agent.base = name
        start_duration(centre, agent)
    elif agent.pending is None:
        agent.pending, agent.pending_chosen = name, False


def duration_ran_out(centre: Centre, agent: Agent) -> None:
    """The default status returns, as if it were chosen."""
    agent.duration_due_ns = None
    choose(centre, agent, centre.model.default)


def work_may_have_ended(centre: Centre, agent: Agent) -> None:
    """Stop New ends with the last interaction, the wait of a pending status with the wrap-up."""
    if agent.stop_new and not presence.is_handling(centre, agent):
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
        start_duration(centre, agent)


def external_presence_changed(centre: Centre, agent: Agent, value: str) -> None:
    """The agent's messenger says something else."""
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
        start_duration(centre, agent)


def missed(centre: Centre, agent: Agent, queue: Queue | None) -> None:
    """An offer expired: what the model does at every miss, then what the queue's limit does."""
    if centre.model.on.missed is not None:
        set_by_engine(centre, agent, centre.model.on.missed)
    if queue is None:
        return
    agent.misses += 1
    if queue.max_misses is not None and agent.misses >= queue.max_misses:
        agent.misses = 0
        set_no_answer(centre, agent)


def rejected(centre: Centre, agent: Agent, queue: Queue | None) -> None:
    """An offer was rejected: the same for rejects (MISS-4)."""
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


def acted_by_itself(centre: Centre, agent: Agent, by: Any = None) -> None:
    """MISS-5: the agent did something of its own, so it is there: its rows of misses and rejects end, and
    what it declined counts anew. `by`: somebody else, who proves nothing."""
    if by is not None and by is not agent:
        return
    agent.misses = agent.rejects = 0
    for interaction in centre.live.values():
        interaction.times_declined.pop(agent.index, None)


# --- logins to queues -----------------------------------------------------------------------------------


def set_login(centre: Centre, agent: Agent, queue: Queue, logged_in: bool) -> bool:
    """Log a member in or out; one event if that changes anything."""
    membership = agent.memberships[queue.index]
    if membership.logged_in == logged_in:
        return False
    membership.logged_in = logged_in
    login_changed(centre, agent, queue, logged_in)
    return True


def login_changed(centre: Centre, agent: Agent, queue: Queue, logged_in: bool) -> None:
    """Tell it; it may be a gain."""
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
    position = queue.next_position
    agent.memberships[queue.index] = Membership(queue.index, tier, rank, delay_ns, position, limit)
    queue.next_position += 1


def join_group(centre: Centre, agent: Agent, group: str) -> None:
    """Be logged in to the group's queues, as a member of each, and out of all others."""
    for queue in centre.present_queues():
        if queue.group != group:
            if queue.index in agent.memberships:
                set_login(centre, agent, queue, False)
        elif queue.index in agent.memberships:
            set_login(centre, agent, queue, True)
        else:
            add_membership(agent, queue)
            login_changed(centre, agent, queue, True)


# --- wrap-up --------------------------------------------------------------------------------------------


def start_wrap_up(centre: Centre, agent: Agent, interaction: Interaction) -> bool:
    """The agent's part of the work is over. True if a wrap-up runs now, False if the queue has none."""
    queue = centre.queue_of(interaction)
    handled_ns = 0
    if interaction.handled_since_ns is not None:
        handled_ns = centre.now_ns - interaction.handled_since_ns
        interaction.handled_since_ns = None
    if queue is None:
        return False
    if queue.wrap_up_ns == 0:
        record_handling(queue, handled_ns)
        return False
    agent.wrap_ups[interaction.id] = WrapUp(
        interaction.id,
        interaction.channel,
        queue.index,
        centre.now_ns,
        centre.now_ns + queue.wrap_up_ns,
        handled_ns,
    )
    emit(centre, "wrap_up_started", interaction=interaction, agent=agent, queue=queue)
    return True


def end_wrap_up(centre: Centre, agent: Agent, wrap_up: WrapUp) -> None:
    """The wrap-up is over; so is the interaction, if this agent was its last."""
    del agent.wrap_ups[wrap_up.interaction]
    centre.step.gained.add(agent.index)
    elapsed_ns = wrap_up.handled_ns + centre.now_ns - wrap_up.started_at_ns
    record_handling(centre.queues[wrap_up.queue], elapsed_ns)
    queue = centre.queues[wrap_up.queue]
    emit(centre, "wrap_up_ended", interaction=wrap_up.interaction, agent=agent, queue=queue)
    interaction = centre.live.get(wrap_up.interaction)
    if interaction is not None and interaction.state == WRAP_UP and interaction.agent == agent.index:
        finish(centre, interaction, COMPLETED)
        emit(centre, "completed", interaction=interaction)


def end_wrap_ups(centre: Centre, agent: Agent) -> None:
    """End all of the agent's wrap-ups, by interaction id."""
    for number in sorted(agent.wrap_ups):
        end_wrap_up(centre, agent, agent.wrap_ups[number])


def record_handling(queue: Queue, elapsed_ns: int) -> None:
    """One more handling time, wrap-up included, for the queue's means."""
    queue.handling_ns += elapsed_ns
    queue.handling_count += 1
    queue.recent_handling_ns = [*queue.recent_handling_ns, elapsed_ns][-64:]
