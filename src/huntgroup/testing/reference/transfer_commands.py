"""Consultation, conference and transfer."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from huntgroup.errors import ConfigError, IllegalTransition, NotReachable, QueueClosed, QueueFull
from huntgroup.testing.reference import consulting, matching, offers, status, waiting
from huntgroup.testing.reference.base import Base
from huntgroup.testing.reference.judge import Judgement
from huntgroup.testing.reference.state import (
    ABANDONED,
    COMPLETED,
    CONSULTING,
    HANDLING,
    IN_CONFERENCE,
    OFFERED,
    ON_HOLD,
    PARKED,
    QUEUED,
    TALKING,
    Agent,
    Centre,
    Interaction,
    Queue,
    emit,
    enter,
    tell_queued,
)
from huntgroup.testing.reference.step import step
from huntgroup.testing.reference.work_commands import (
    judge_capability,
    judge_reachable,
    judge_staffed,
    make_live,
    new_interaction,
)


class TransferCommands(Base):
    """The commands that bring in a second party."""

    def consult(self, interaction: Any, agent: Any = None, *, at: Any = None) -> int | None:
        """Consult another agent: returns the id of the leg, which is offered now. None: an external party, no
        leg."""
        # CMD-27, CMD-36.
        judgement = self._begin(at)
        centre = self.centre
        found = judgement.interaction(interaction)
        target = None if agent is None else judgement.agent(agent)
        fits = judgement.state(found, (HANDLING, ON_HOLD), "consult")
        if fits and found is not None and found.parent is not None:
            judgement.breaks(
                IllegalTransition, f"interaction {found.id} ({found.state}) is a consultation itself"
            )
        if found is not None and target is not None:
            if target.index == found.agent:
                judgement.breaks(NotReachable, f"agent {target.name} cannot be consulted by themselves")
            judge_reachable(judgement, target, centre.channels[found.channel])
        judgement.verdict()
        assert found is not None
        assert found.agent is not None
        with step(centre):
            enter(centre, found, CONSULTING)
            consulting_agent = centre.agents[found.agent]
            if target is None:
                found.external = True
                emit(centre, "consulting", interaction=found, agent=consulting_agent)
                return None
            leg = new_interaction(centre, found.channel, OFFERED)
            make_live(centre, leg)
            leg.parent, found.leg = found.id, leg.id
            emit(centre, "consulting", interaction=found, agent=consulting_agent, other=leg.id)
            offers.make_offer(centre, leg, target, None)
            return leg.id

    def conference(self, interaction: Any, *, at: Any = None) -> None:
        """All parties talk together; the consulted agent must have accepted."""
        # CMD-28.
        judgement = self._begin(at)
        found = judgement.interaction(interaction)
        fits = judgement.state(found, (CONSULTING,), "conference")
        if fits and found is not None and not found.external and not self._leg_is_accepted(found):
            judgement.breaks(
                IllegalTransition, f"interaction {found.id} is {found.state}: the leg is not accepted"
            )
        judgement.verdict()
        assert found is not None
        assert found.agent is not None
        with step(self.centre):
            enter(self.centre, found, IN_CONFERENCE)
            emit(self.centre, "conferenced", interaction=found, agent=self.centre.agents[found.agent])

    def end_consult(self, interaction: Any, *, at: Any = None) -> None:
        """The other party leaves; the interaction is handled as before."""
        # CMD-29, STATE-6, STATE-7.
        judgement = self._begin(at)
        found = judgement.interaction(interaction)
        judgement.state(found, (CONSULTING, IN_CONFERENCE), "end_consult")
        judgement.verdict()
        assert found is not None
        assert found.agent is not None
        with step(self.centre):
            enter(self.centre, found, HANDLING)
            found.external = False
            emit(self.centre, "consult_ended", interaction=found, agent=self.centre.agents[found.agent])
            consulting.end_leg(self.centre, found, "consult_ended")

    def _leg_is_accepted(self, interaction: Interaction) -> bool:
        return interaction.leg is not None and self.centre.live[interaction.leg].state in TALKING

    # --- transfer ---------------------------------------------------------------------------------------

    def transfer(self, interaction: Any, *, queue: Any = None, agent: Any = None, at: Any = None) -> None:
        """Pass it on: to a queue, to an agent, or, without a target, to the consulted party."""
        # CMD-30.
        if queue is not None and agent is not None:
            raise ConfigError("agent", agent, "either a queue or an agent, not both")
        judgement = self._begin(at)
        found = judgement.interaction(interaction)
        target_queue = None if queue is None else judgement.queue(queue)
        target = None if agent is None else judgement.agent(agent)
        fits = judgement.state(found, (*TALKING, PARKED), "transfer")
        if fits and found is not None and found.parent is not None:
            judgement.breaks(
                IllegalTransition,
                f"interaction {found.id} ({found.state}) is a consultation: it cannot be moved",
            )
        takes_over = fits and found is not None and self._takes_over(found, target)
        if found is not None:
            if target_queue is not None:
                self._judge_queue(judgement, found, target_queue)
            elif target is not None and not takes_over:
                self._judge_agent(judgement, found, target)
            elif queue is None and agent is None and fits and not takes_over and not found.external:
                judgement.breaks(
                    IllegalTransition, f"interaction {found.id} is {found.state}: nobody there to take it"
                )
        judgement.verdict()
        assert found is not None
        with step(self.centre):
            giver = None if found.agent is None else self.centre.agents[found.agent]
            if target_queue is not None:
                to_queue(self.centre, found, giver, target_queue)
            elif takes_over:
                assert giver is not None
                consulting.hand_over(self.centre, found, giver)
            elif target is not None:
                to_agent(self.centre, found, giver, target)
            else:
                assert giver is not None
                consulting.leave_to_external(self.centre, found, giver)

    def _takes_over(self, interaction: Interaction, target: Agent | None) -> bool:
        """Has the consulted agent accepted, and is it the one who is meant?"""
        if not self._leg_is_accepted(interaction):
            return False
        assert interaction.leg is not None
        return target is None or self.centre.live[interaction.leg].agent == target.index

    def _judge_queue(self, judgement: Judgement, interaction: Interaction, queue: Queue) -> None:
        # CMD-41, CMD-42.
        centre = self.centre
        if queue.channel != interaction.channel:
            judgement.breaks(NotReachable, f"queue {queue.name} is of another channel")
        if not queue.is_open and queue.when_closed == "refuse":
            judgement.breaks(QueueClosed, f"queue {queue.name} is closed")
        judge_staffed(judgement, queue)
        if not waiting.is_full(centre, queue) or interaction.state in (COMPLETED, ABANDONED):
            return
        # Would it have to wait? Judged as things stand: what the transfer itself frees does not count.
        moved = deepcopy(interaction)
        waiting.start_wait(centre, moved, queue)
        moved.preferred = None
        if moved.agent is not None:
            moved.declined[moved.agent] = centre.now_ns
        if queue.channel == moved.channel and matching.eligible_agents(centre, moved):
            return
        judgement.breaks(QueueFull, f"queue {queue.name} lets no more than {queue.max_waiting} wait")

    def _judge_agent(self, judgement: Judgement, interaction: Interaction, target: Agent) -> None:
        # CMD-43.
        centre = self.centre
        channel = centre.channels[interaction.channel]
        if target.index == interaction.agent:
            judgement.breaks(NotReachable, f"agent {target.name} has it already")
            judge_capability(judgement, target, channel)
            return
        # A leg that rings there ends with the transfer, so the load it takes is free again.
        judge_reachable(judgement, target, channel, interaction.leg)


def to_queue(centre: Centre, interaction: Interaction, giver: Agent | None, queue: Queue) -> None:
    """Put it to the queue as a new wait."""
    # CMD-44.
    emit(centre, "transferred", interaction=interaction, agent=giver, queue=queue)
    _let_go(centre, interaction, giver)
    waiting.start_wait(centre, interaction, queue)
    enter(centre, interaction, QUEUED)
    offers.count_entry(interaction, queue)
    tell_queued(centre, interaction)
    centre.step.affected.add(interaction.id)
    centre.step.entered.add(interaction.id)


def to_agent(centre: Centre, interaction: Interaction, giver: Agent | None, target: Agent) -> None:
    """Offer it to the agent; if nobody answers, it returns to its last queue."""
    emit(centre, "transferred", interaction=interaction, agent=giver, other=target.index)
    _let_go(centre, interaction, giver)
    queue = centre.queue_of(interaction)
    if queue is None:
        interaction.queued_at_ns = centre.now_ns
        interaction.waited_ns = None
        interaction.recall = None if giver is None else giver.index
    else:
        waiting.start_wait(centre, interaction, queue)
        # It does not enter the queue: should it come back there, it has entered before.
        interaction.shut = False
    offers.make_offer(centre, interaction, target, None)


def _let_go(centre: Centre, interaction: Interaction, giver: Agent | None) -> None:
    # STATE-10, OWN-7.
    if interaction.state != PARKED:
        assert giver is not None
        status.let_go(centre, giver, interaction)
    consulting.end_leg(centre, interaction, "transferred")
    interaction.external = False
    interaction.agent = None
    # The caller is on the line: a request to be called back is no longer valid.
    interaction.callback, interaction.customer = False, None
    interaction.callback_not_before_ns = None
    # The preferred agent belonged to the wait that is over.
    interaction.preferred = None
    if giver is not None:
        interaction.declined[giver.index] = centre.now_ns
