"""Owned work: parked while nobody writes, resumed when somebody does."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from huntgroup.errors import (
    IllegalTransition,
    LimitExceeded,
    NotReachable,
    QueueClosed,
    QueueFull,
    WrapUpFixed,
)
from huntgroup.testing.reference import arguments, matching, offers, owned_work, waiting
from huntgroup.testing.reference.judge import Judgement
from huntgroup.testing.reference.state import (
    HANDLING,
    ON_HOLD,
    PARKED,
    QUEUED,
    Agent,
    Centre,
    Interaction,
    Queue,
    emit,
    enter,
    tell_queued,
)
from huntgroup.testing.reference.step import step
from huntgroup.testing.reference.work_commands import WorkCommands, judge_actor, judge_reachable


class OwnedCommands(WorkCommands):
    """The commands for conversations that are silent most of the time."""

    def park(self, interaction: Any, *, by: Any = None, at: Any = None) -> None:
        """The conversation is silent; its agent owns it and holds no load for it."""
        # CMD-50, OWN-1.
        judgement = self._begin(at)
        found = judgement.interaction(interaction)
        actor = judge_actor(judgement, by, found)
        fits = judgement.state(found, (HANDLING, ON_HOLD), "park")
        if fits and found is not None and found.parent is not None:
            judgement.breaks(
                IllegalTransition, f"interaction {found.id} ({found.state}) is a consultation: it ends"
            )
        judgement.verdict()
        assert found is not None
        assert found.agent is not None
        with step(self.centre, actor):
            owned_work.park(self.centre, found, self.centre.agents[found.agent])

    def resume(self, interaction: Any, *, by: Any = None, at: Any = None) -> None:
        """The conversation goes on: with its owner at once, or as a new wait in its queue."""
        # CMD-51, OWN-4, OWN-5, OWN-10, STATE-12.
        judgement = self._begin(at)
        centre = self.centre
        found = judgement.interaction(interaction)
        actor = judge_actor(judgement, by, found)
        owner = None if found is None or found.agent is None else centre.agents[found.agent]
        queue = None if found is None else centre.queue_of(found)
        at_once = False
        if judgement.state(found, (PARKED,), "resume") and found is not None:
            at_once = owner is not None and takes_direct(centre, owner, found)
            if not at_once:
                judge_new_wait(judgement, found, queue)
        judgement.verdict()
        assert found is not None
        with step(centre, actor):
            if at_once:
                assert owner is not None
                owner.held.append(found.id)
                owner.load_step[centre.channels[found.channel].capability] = centre.step_number
                found.handled_since_ns = centre.now_ns
                # This was no accept: putting it back subtracts nothing (CHANGE-17).
                found.accept_counted = found.answer_counted = False
                enter(centre, found, HANDLING)
                emit(centre, "resumed", interaction=found, agent=owner, queue=queue)
                return
            assert queue is not None
            emit(centre, "resumed", interaction=found, queue=queue)
            wait_for_owner(centre, found, queue)
            enter(centre, found, QUEUED)
            offers.count_entry(found, queue)
            tell_queued(centre, found)
            centre.step.affected.add(found.id)
            centre.step.entered.add(found.id)

    def extend_wrap_up(
        self, interaction: Any, seconds: Any, *, agent: Any = None, by: Any = None, at: Any = None
    ) -> None:
        """The wrap-up ends so much later than before."""
        # CMD-52, WRAP-8.
        longer_ns = arguments.duration(seconds, "seconds", least_ns=1)
        judgement = self._begin(at)
        centre = self.centre
        found = judgement.interaction(interaction)
        named = None if agent is None else judgement.agent(agent)
        actor = judgement.by(by)
        wrapping: Agent | None = None
        if found is not None and (agent is None or named is not None):
            wrapping = self._who_wraps_up(found, named)
        concerned = named if wrapping is None else wrapping
        judgement.changes_work(concerned, actor)
        if found is not None and (agent is None or named is not None):
            if wrapping is None:
                judgement.breaks(IllegalTransition, f"interaction {found.id} has no such wrap-up")
            elif centre.model.wrap_up.fixed:
                judgement.breaks(WrapUpFixed, f"the model {centre.model.name} fixes every wrap-up")
            if wrapping is not None:
                due_ns = wrapping.wrap_ups[found.id].due_ns + longer_ns
                if due_ns - centre.now_ns > arguments.MAX_DURATION_NS:
                    judgement.breaks(LimitExceeded, f"interaction {found.id}: more than 100 years from now")
        judgement.verdict()
        assert found is not None
        assert wrapping is not None
        with step(centre, actor):
            wrap_up = wrapping.wrap_ups[found.id]
            wrap_up.due_ns += longer_ns
            queue = None if wrap_up.queue is None else centre.queues[wrap_up.queue]
            due_ns = wrap_up.due_ns
            emit(centre, "wrap_up_extended", interaction=found, agent=wrapping, queue=queue, value=due_ns)


def takes_direct(centre: Centre, agent: Agent, interaction: Interaction) -> bool:
    """Could it be offered directly to the agent now?"""
    probe = Judgement(centre)
    judge_reachable(probe, agent, centre.channels[interaction.channel])
    return not probe.broken


def wait_for_owner(centre: Centre, interaction: Interaction, queue: Queue) -> None:
    """A new wait in its queue, with the owner preferred."""
    waiting.start_wait(centre, interaction, queue)
    interaction.preferred = interaction.agent
    interaction.agent = None
    interaction.callback, interaction.customer = False, None
    interaction.callback_not_before_ns = None


def judge_new_wait(judgement: Judgement, interaction: Interaction, queue: Queue | None) -> None:
    """Could it wait in its queue again?"""
    # OWN-6.
    centre = judgement.centre
    if queue is None:
        judgement.breaks(NotReachable, f"interaction {interaction.id} has no queue to wait in")
        return
    if not queue.is_open and queue.when_closed == "refuse":
        judgement.breaks(QueueClosed, f"queue {queue.name} is closed")
    if waiting.is_full(centre, queue):
        again = deepcopy(interaction)
        wait_for_owner(centre, again, queue)
        if not matching.eligible_agents(centre, again):
            judgement.breaks(QueueFull, f"queue {queue.name} lets no more than {queue.max_waiting} wait")
