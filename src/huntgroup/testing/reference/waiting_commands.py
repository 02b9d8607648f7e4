"""The host or a person changes waiting interactions: section 15 of docs/SEMANTICS.md."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from huntgroup import Actor, limits
from huntgroup.errors import (
    IllegalTransition,
    LimitExceeded,
    NotReachable,
    QueueClosed,
    QueueFull,
)
from huntgroup.testing.reference import (
    arguments,
    eligibility,
    matching,
    offers,
    open_time,
    owned_work,
    waiting,
)
from huntgroup.testing.reference.base import Base
from huntgroup.testing.reference.judge import Judgement
from huntgroup.testing.reference.state import (
    DIALING,
    HANDLED,
    HANDLING,
    OFFERED,
    ON_HOLD,
    QUEUED,
    Agent,
    Centre,
    Interaction,
    Queue,
    emit,
    enter,
)
from huntgroup.testing.reference.step import step
from huntgroup.testing.reference.work_commands import WorkCommands, judge_reachable, judge_staffed

WAITS = (QUEUED, OFFERED)


class WaitingCommands(WorkCommands, Base):
    """The commands that change an interaction which nobody handles, or take it back from its agent."""

    # --- CHANGE-1 ---------------------------------------------------------------------------------------

    def update_interaction(
        self,
        interaction: Any,
        *,
        priority: Any = ...,
        requires: Any = ...,
        relax: Any = ...,
        preferred: Any = ...,
        by: Any = None,
        at: Any = None,
    ) -> None:
        """Change the requirements, priority or preferred agent of a waiting interaction. An argument that is
        left out stays, None clears (CHANGE-7)."""
        if priority is not ...:
            priority = 0 if priority is None else arguments.priority(priority)
        own = None if requires is ... else self._requirement(requires, "requires")
        steps = () if relax is ... else self._relaxation(relax)
        judgement = self._begin(at)
        found = judgement.interaction(interaction)
        wanted = None if preferred is ... or preferred is None else judgement.agent(preferred)
        actor = self._judge_by(judgement, by, None)
        self._judge_waits(judgement, found, "update_interaction")
        limit = limits.MAX_PRIORITY
        if priority is not ... and not -limit <= priority <= limit:
            judgement.breaks(LimitExceeded, f"priority {priority} is not from {-limit} to {limit}")
        self._judge_skills(judgement, own, *(requirement for _, requirement in steps))
        judgement.verdict()
        assert found is not None
        before = (found.priority, found.requires, found.relax, found.preferred)
        after = (
            found.priority if priority is ... else priority,
            found.requires if requires is ... else own,
            found.relax if relax is ... else steps,
            found.preferred if preferred is ... else None if wanted is None else wanted.index,
        )
        with step(self.centre, actor) as now:
            if after == before:
                return
            found.priority, found.requires, found.relax, found.preferred = after
            eligibility.bring_own_up_to_date(self.centre, found)
            emit(
                self.centre,
                "interaction_updated",
                interaction=found,
                queue=self.centre.queue_of(found),
                value=None if found.priority == -1 else found.priority,
                other=found.preferred,
            )
            if found.state == QUEUED:
                now.affected.add(found.id)

    # --- CHANGE-2 ---------------------------------------------------------------------------------------

    def move(self, interaction: Any, queue: Any, *, by: Any = None, at: Any = None) -> None:
        """Put an interaction that waits into another queue of its channel."""
        judgement = self._begin(at)
        centre = self.centre
        found, target = judgement.interaction(interaction), judgement.queue(queue)
        actor = self._judge_by(judgement, by, None)
        fits = self._judge_waits(judgement, found, "move")
        if found is not None and target is not None:
            self._judge_target(judgement, found, target, fits)
        judgement.verdict()
        assert found is not None
        assert target is not None
        with step(centre, actor) as now:
            offers.withdraw_all(centre, found, "moved")
            # A direct one had none (CHANGE-12).
            left = centre.queue_of(found)
            if left is not None:
                left.moved += offers.closes_entry(found)
            enter(centre, found, QUEUED)
            enter_by_move(centre, found, target)
            offers.count_entry(found, target)
            emit(
                centre,
                "moved",
                interaction=found,
                queue=target,
                other=None if left is None else left.index,
            )
            waiting.relax(centre, found)
            now.entered.add(found.id)
            now.affected.add(found.id)

    def _judge_target(
        self, judgement: Judgement, interaction: Interaction, target: Queue, fits: bool
    ) -> None:
        centre = self.centre
        if not target.is_open and target.when_closed == "refuse":
            judgement.breaks(QueueClosed, f"queue {target.name} is closed")
        judge_staffed(judgement, target)
        if target.index == interaction.queue:
            judgement.breaks(IllegalTransition, f"interaction {interaction.id} is in queue {target.name}")
            return
        if target.channel != interaction.channel:
            judgement.breaks(NotReachable, f"queue {target.name} is of another channel")
            return
        # CHANGE-11: as things stand.
        if not fits or not waiting.is_full(centre, target):
            return
        moved = deepcopy(interaction)
        enter_by_move(centre, moved, target)
        waited_ns = open_time.waited_ns(target, moved.queued_at_ns, centre.now_ns)
        eligibility.bring_requirements_up_to_date(moved, target, waited_ns)
        if not matching.eligible_agents(centre, moved):
            judgement.breaks(QueueFull, f"queue {target.name} lets no more than {target.max_waiting} wait")

    # --- CHANGE-3 ---------------------------------------------------------------------------------------

    def assign(self, interaction: Any, agent: Any, *, by: Any = None, at: Any = None) -> None:
        """Offer a waiting interaction to this agent, whatever order, strategy, skills and queues say."""
        judgement = self._begin(at)
        centre = self.centre
        found, target = judgement.interaction(interaction), judgement.agent(agent)
        actor = judgement.by(by)
        judgement.acts_for(target, actor)
        self._judge_waits(judgement, found, "assign")
        if found is not None and target is not None:
            # What this interaction's own offers take up is free again (CHANGE-13).
            frees = found.id if found.state == OFFERED else None
            judge_reachable(judgement, target, centre.channels[found.channel], frees)
        judgement.verdict()
        assert found is not None
        assert target is not None
        with step(centre, actor):
            offers.withdraw_all(centre, found, "assigned")
            offers.make_offer(centre, found, target, centre.queue_of(found), reason="assigned")

    # --- CHANGE-4 ---------------------------------------------------------------------------------------

    def withdraw(self, interaction: Any, *, agent: Any = None, by: Any = None, at: Any = None) -> None:
        """Take an open offer back: no miss, no decline, and the agent is not asked again for a while."""
        judgement = self._begin(at)
        found = judgement.interaction(interaction)
        asked = None if agent is None else judgement.agent(agent)
        meant = self._meant_offers(judgement, interaction, found, asked, None)
        concerned = asked
        if asked is None and len(meant) == 1:
            concerned = self.centre.agents[meant[0].agent]
        actor = self._judge_by(judgement, by, concerned)
        judgement.verdict()
        assert found is not None
        with step(self.centre, actor):
            # CHANGE-15.
            offers.withdraw(self.centre, meant[0], "host")
            found.asked[meant[0].agent] = self.centre.now_ns
            offers.after_offer_lost(self.centre, found)

    # --- CHANGE-5 ---------------------------------------------------------------------------------------

    def put_back(self, interaction: Any, *, by: Any = None, at: Any = None) -> None:
        """The connection failed after the accept: the interaction waits again where it waited."""
        judgement = self._begin(at)
        centre = self.centre
        found = judgement.interaction(interaction)
        handled = found is not None and found.state in HANDLED
        concerned = None
        if found is not None and handled and found.agent is not None:
            concerned = centre.agents[found.agent]
        actor = self._judge_by(judgement, by, concerned)
        allowed = (
            (HANDLING, ON_HOLD, DIALING)
            if found is not None and found.callback and found.agent is not None
            else (HANDLING, ON_HOLD)
        )
        judgement.state(found, allowed, "put_back")
        judgement.verdict()
        assert found is not None
        assert concerned is not None
        with step(centre, actor):
            owned_work.put_back(centre, found, concerned)

    # --- what several ask -------------------------------------------------------------------------------

    def _judge_by(self, judgement: Judgement, by: Any, agent: Agent | None) -> Agent | Actor | None:
        """Who gives the command; only a supervisor acts for others (CHANGE-6)."""
        found = judgement.by(by)
        judgement.changes_work(agent, found)
        return found

    def _judge_waits(self, judgement: Judgement, found: Interaction | None, command: str) -> bool:
        fits = judgement.state(found, WAITS, command)
        if fits and found is not None and found.parent is not None:
            judgement.breaks(IllegalTransition, f"interaction {found.id} ({found.state}) is a consultation")
            return False
        return fits


def enter_by_move(centre: Centre, interaction: Interaction, queue: Queue) -> None:
    """In this queue from now, with the wait so far (CHANGE-9); the queue before counts as left
    (CHANGE-10)."""
    if interaction.queue is not None:
        interaction.left_queues.add(interaction.queue)
    waiting.enter(centre, interaction, queue)
    eligibility.begin_queue_requirement(interaction, queue)
