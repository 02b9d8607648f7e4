"""What happens to interactions: they arrive, are offered, accepted, held and ended."""

from __future__ import annotations

from typing import Any

from huntgroup import Actor, limits
from huntgroup.errors import (
    AtCapacity,
    CapabilityMissing,
    ConfigError,
    FeaturesOff,
    IllegalTransition,
    LimitExceeded,
    NotReachable,
    QueueClosed,
    QueueFull,
    QueueUnstaffed,
    StaleOffer,
    TimeWentBack,
    UnknownQueue,
    WrapUpFixed,
)
from huntgroup.testing.reference import (
    arguments,
    channels,
    consulting,
    eligibility,
    matching,
    offers,
    presence,
    serving,
    status,
    waiting,
)
from huntgroup.testing.reference.base import Base
from huntgroup.testing.reference.judge import Judgement
from huntgroup.testing.reference.state import (
    ABANDONED,
    DIALING,
    HANDLED,
    HANDLING,
    OFFERED,
    ON_HOLD,
    PARKED,
    QUEUED,
    WRAP_UP,
    Agent,
    Centre,
    Channel,
    Interaction,
    Offer,
    Queue,
    emit,
    enter,
    tell_arrival,
    tell_queued,
)
from huntgroup.testing.reference.step import step


def judge_reachable(judgement: Judgement, agent: Agent, channel: Channel, frees: int | None = None) -> None:
    """Can the agent be offered a direct interaction of the channel now? What the interaction `frees` takes up
    counts as free if the agent is offered it; the status counts as it stands."""
    # CMD-48.
    centre = judgement.centre
    if judge_capability(judgement, agent, channel):
        return
    now = presence.standing(centre, agent)
    receives = presence.status_takes_direct(channel, now) and agent.pending is None
    held = agent.held
    agent.held = [number for number in held if number != frees]
    has_room = channels.has_room(centre, agent, channel)
    agent.held = held
    if not receives or not has_room:
        shown = now.shown.name
        judgement.breaks(
            NotReachable, f"agent {agent.name} ({shown}) cannot take a direct {channel.name} interaction now"
        )


def judge_capability(judgement: Judgement, agent: Agent, channel: Channel) -> bool:
    """Note, and tell, whether the agent lacks the capability or the device."""
    centre = judgement.centre
    if channels.capacity(centre, agent, channel) and channels.has_device(centre, agent, channel):
        return False
    whose = centre.channels[channel.capability].name
    of = whose if whose == channel.name else f"{whose}, which {channel.name} needs"
    judgement.breaks(CapabilityMissing, f"agent {agent.name} has no capability for {of}")
    return True


def judge_staffed(judgement: Judgement, queue: Queue) -> None:
    """Note whether the queue refuses entry because nobody serves there."""
    # WAIT-27.
    if not queue.accept_unstaffed and not serving.serving_count(judgement.centre, queue):
        judgement.breaks(QueueUnstaffed, f"nobody serves in queue {queue.name}")


def new_interaction(centre: Centre, channel: int, state: str) -> Interaction:
    """The next interaction; not yet live."""
    number = centre.last_interaction + 1
    return Interaction(number, channel, state, centre.now_ns, centre.now_ns, since_ns=centre.now_ns)


def make_live(centre: Centre, interaction: Interaction) -> None:
    """The interaction exists from now on."""
    centre.last_interaction = interaction.id
    centre.live[interaction.id] = interaction


class WorkCommands(Base):
    """The commands that act on interactions, except consultation and transfer."""

    # --- arrival ----------------------------------------------------------------------------------------

    def enqueue(
        self,
        queue: Any,
        *,
        priority: int = 0,
        requires: Any = None,
        relax: Any = None,
        preferred: Any = None,
        ref: Any = None,
        user: Any = None,
        arrived_at: Any = None,
        once: bool = False,
        at: Any = None,
    ) -> int:
        """An interaction arrives in the queue; its id, or with `once` that of the live one with this
        `ref`."""
        # WAIT-13, WAIT-14, CMD-19, HOURS-2.
        limit = limits.MAX_PRIORITY
        priority = arguments.priority(priority)
        own = self._requirement(requires, "requires")
        steps = self._relaxation(relax)
        ref = arguments.reference(ref)
        numbers = None if user is None else arguments.user_numbers(user)
        if arguments.flag(once, "once") and ref is None:
            raise ConfigError("once", once, "True only with a ref")
        at_ns = self._instant(at)
        arrived_at_ns = arguments.arrival(arrived_at, max(at_ns, self.centre.now_ns))
        judgement = self._begin(None if at is None and self._clock is None else at_ns)
        centre = self.centre
        # CHANGE-20.
        known = self.find(ref) if once else []
        if known:
            judgement.verdict()
            return known[0]
        found = judgement.queue(queue)
        if not -limit <= priority <= limit:
            judgement.breaks(LimitExceeded, f"priority {priority} is not from {-limit} to {limit}")
        wanted = None if preferred is None else judgement.agent(preferred)
        self._judge_skills(judgement, own, *(requirement for _, requirement in steps))
        interaction = new_interaction(centre, 0, QUEUED)
        if found is not None:
            interaction.channel = found.channel
            interaction.priority = priority
            interaction.requires, interaction.relax = own, steps
            interaction.preferred = None if wanted is None else wanted.index
            interaction.ref = ref
            interaction.user = numbers
            waiting.start_wait(centre, interaction, found, arrived_at_ns)
            if found.overflow is not None and found.overflow_target is None:
                judgement.breaks(
                    UnknownQueue, f"no queue {found.overflow[1]!r}, to which {found.name} overflows"
                )
            if not found.is_open and found.when_closed == "refuse":
                judgement.breaks(QueueClosed, f"queue {found.name} is closed")
            judge_staffed(judgement, found)
            # An interaction that can be offered at once does not wait, so the limit on waiting does not
            # matter.
            unheard_of = own is not None and any(skill not in centre.skills for skill in own.skills)
            nobody = unheard_of or not matching.eligible_agents(centre, interaction)
            if waiting.is_full(centre, found) and nobody:
                judgement.breaks(QueueFull, f"queue {found.name} lets no more than {found.max_waiting} wait")
        if found is not None:
            self._refuse_entry(judgement, found)
        judgement.verdict()
        assert found is not None
        with step(centre) as now:
            make_live(centre, interaction)
            offers.count_entry(interaction, found)
            tell_queued(centre, interaction)
            tell_arrival(centre, interaction)
            now.affected.add(interaction.id)
            now.entered.add(interaction.id)
        return interaction.id

    def find(self, ref: Any) -> list[int]:
        """The ids of the live interactions with this `ref`, ascending. O(interactions)."""
        # CHANGE-21.
        wanted = arguments.reference(ref)
        live = self.centre.live.values()
        return sorted(i.id for i in live if wanted is not None and i.ref == wanted)

    def _refuse_entry(self, judgement: Judgement, queue: Queue) -> None:
        """A refusal by the queue itself is a step: one event, one counter (WAIT-25)."""
        first = judgement.first()
        reasons = {QueueClosed: "closed", QueueFull: "full", QueueUnstaffed: "unstaffed"}
        reason = None if first is None else reasons.get(type(first))
        if reason is None or any(isinstance(refusal, TimeWentBack) for refusal in judgement.broken):
            return
        with step(self.centre):
            queue.refused[reason] += 1
            emit(self.centre, "entry_refused", queue=queue, reason=reason)

    def direct(self, agent: Any, channel: Any = "voice", ref: Any = None, *, at: Any = None) -> int:
        """An interaction addressed to the agent, past every queue; its id."""
        # CMD-20.
        ref = arguments.reference(ref)
        judgement = self._begin(at)
        found, found_channel = judgement.agent(agent), judgement.channel(channel)
        if found is not None and found_channel is not None:
            judge_reachable(judgement, found, found_channel)
        judgement.verdict()
        assert found is not None
        assert found_channel is not None
        centre = self.centre
        with step(centre):
            interaction = new_interaction(centre, found_channel.index, OFFERED)
            interaction.ref = ref
            make_live(centre, interaction)
            offers.make_offer(centre, interaction, found, None)
            tell_arrival(centre, interaction)
        return interaction.id

    def dial(
        self, agent: Any, channel: Any = "voice", queue: Any = None, ref: Any = None, *, at: Any = None
    ) -> int:
        """The agent dials out, for a queue or for none; the interaction's id."""
        # CMD-21.
        ref = arguments.reference(ref)
        judgement = self._begin(at)
        centre = self.centre
        found, found_channel = judgement.agent(agent), judgement.channel(channel)
        found_queue = None if queue is None else judgement.queue(queue)
        if found is not None and found_channel is not None:
            missing = judge_capability(judgement, found, found_channel)
            now = presence.standing(centre, found)
            if not presence.features_enabled(now):
                judgement.breaks(FeaturesOff, f"agent {found.name} cannot dial in {now.shown.name}")
            if not missing and not channels.has_room(centre, found, found_channel):
                judgement.breaks(AtCapacity, f"agent {found.name} has no room for {found_channel.name}")
        if (
            found_queue is not None
            and found_channel is not None
            and found_queue.channel != found_channel.index
        ):
            judgement.breaks(NotReachable, f"queue {found_queue.name} is not of channel {found_channel.name}")
        judgement.verdict()
        assert found is not None
        assert found_channel is not None
        with step(centre):
            interaction = new_interaction(centre, found_channel.index, DIALING)
            interaction.ref = ref
            make_live(centre, interaction)
            if found_queue is not None:
                interaction.queue = found_queue.index
                eligibility.bring_requirements_up_to_date(interaction, found_queue, 0)
            interaction.agent = found.index
            interaction.waited_ns = 0
            interaction.handled_since_ns = centre.now_ns
            found.held.append(interaction.id)
            found.load_step[found_channel.capability] = centre.step_number
            # If the model lets work decide differently from before, more may come in than did.
            centre.step.gained.add(found.index)
            emit(
                centre,
                "dialing",
                interaction=interaction,
                agent=found,
                queue=found_queue,
                channel=found_channel,
            )
            tell_arrival(centre, interaction)
        return interaction.id

    def answered(self, interaction: Any, *, at: Any = None) -> None:
        """The called party picked up."""
        # CMD-22, STATE-3.
        found, agent = self._judge_handled(interaction, (DIALING,), "answered", at)
        if agent is None:
            self._customer_is_there(found)
            return
        with step(self.centre):
            enter(self.centre, found, HANDLING)
            if found.callback:
                found.waited_ns = self.centre.now_ns - found.queued_at_ns
                count_answer(self.centre, found)
            emit(self.centre, "answered", interaction=found, agent=agent)

    def _customer_is_there(self, found: Interaction) -> None:
        """A customer who was called before any agent was asked waits for one now, at the old place."""
        # CALL-7.
        with step(self.centre) as now:
            queue = self.centre.queue_of(found)
            emit(self.centre, "answered", interaction=found, queue=queue)
            consulting.dialled_for_no_more(self.centre, found)
            found.callback, found.customer = False, "there"
            enter(self.centre, found, QUEUED)
            now.put_back.append(found.id)

    # --- offers -----------------------------------------------------------------------------------------

    def accept(self, interaction: Any, *, agent: Any = None, offer: Any = None, at: Any = None) -> None:
        """The agent takes the offered interaction; every other agent's offer of it is withdrawn."""
        # STATUS-17, OFFER-14, ELIG-19, CMD-23, CALL-3.
        taken = self._judge_offer(interaction, agent, offer, at)
        centre = self.centre
        with step(centre) as now:
            found, taker = centre.live[taken.interaction], centre.agents[taken.agent]
            queue = offers.offer_queue(centre, taken)
            held_back = eligibility.is_held_back(centre, taker)
            offers.close(centre, taken)
            found.agent = taker.index
            found.recall = None
            found.handled_since_ns = centre.now_ns
            taker.misses = taker.rejects = 0
            emit(centre, "accepted", interaction=found, agent=taker, queue=queue, offer=taken.id)
            for number in sorted(found.offers):
                offers.withdraw(centre, centre.offers[number], "accepted_elsewhere")
            if found.callback:
                enter(centre, found, DIALING)
                found.callback_not_before_ns = None
                emit(centre, "dialing", interaction=found, agent=taker, queue=queue)
            else:
                enter(centre, found, HANDLING)
                found.waited_ns = centre.now_ns - found.queued_at_ns
            found.accept_counted, found.answer_counted = queue is not None, False
            if queue is not None:
                taker.accepted_count += 1
                if not found.callback:
                    count_answer(centre, found)
                next_status = presence.row(centre, taker.base).after_accept
                if next_status is not None:
                    taker.selected = taker.base = next_status
                    status.enter_chosen(centre, taker)
                    taker.after_accept = True
            if held_back:
                now.gained.add(taker.index)

    def reject(self, interaction: Any, *, agent: Any = None, offer: Any = None, at: Any = None) -> None:
        """The agent declines; the interaction goes back to its queue, or is over."""
        # CMD-24.
        declined = self._judge_offer(interaction, agent, offer, at)
        centre = self.centre
        with step(centre):
            offers.decline(centre, declined, "rejected")
            status.rejected(centre, centre.agents[declined.agent], offers.offer_queue(centre, declined))

    def _judge_offer(self, interaction: Any, agent: Any, offer: Any, at: Any) -> Offer:
        """The one open offer that is meant."""
        # CMD-47.
        judgement = self._begin(at)
        found = judgement.interaction(interaction)
        asked = None if agent is None else judgement.agent(agent)
        meant = self._meant_offers(judgement, interaction, found, asked, offer)
        judgement.verdict()
        return meant[0]

    def _meant_offers(
        self,
        judgement: Judgement,
        interaction: Any,
        found: Interaction | None,
        asked: Agent | None,
        offer: Any,
    ) -> list[Offer]:
        """The open offers that fit the arguments; StaleOffer is noted unless there is exactly one."""
        meant = [
            self.centre.offers[number]
            for number in (found.offers if found is not None else ())
            if (asked is None or self.centre.offers[number].agent == asked.index)
            and (offer is None or number == offer)
        ]
        if found is None and isinstance(interaction, int) and 0 < interaction <= self.centre.last_interaction:
            # Long over and forgotten: this answer comes too late.
            judgement.breaks(StaleOffer, f"interaction {interaction} has no open offer any more")
        if found is not None and len(meant) != 1:
            judgement.breaks(
                StaleOffer, f"interaction {found.id} ({found.state}) has not one such open offer"
            )
        return meant

    # --- while it is handled ----------------------------------------------------------------------------

    def hold(self, interaction: Any, *, at: Any = None) -> None:
        """The other party waits on the line."""
        # CMD-26, STATE-4.
        found, agent = self._judge_handled(interaction, (HANDLING,), "hold", at)
        with step(self.centre):
            enter(self.centre, found, ON_HOLD)
            emit(self.centre, "held", interaction=found, agent=agent)

    def retrieve(self, interaction: Any, *, at: Any = None) -> None:
        """Back from hold."""
        # STATE-5.
        found, agent = self._judge_handled(interaction, (ON_HOLD,), "retrieve", at)
        with step(self.centre):
            enter(self.centre, found, HANDLING)
            emit(self.centre, "retrieved", interaction=found, agent=agent)

    def end(self, interaction: Any, *, reason: Any = None, by: Any = None, at: Any = None) -> None:
        """It is over, whoever hung up; the wrap-up starts if there is one."""
        arguments.short_text(reason, "reason")
        # CMD-31, STATE-9.
        judgement = self._begin(at)
        found = judgement.interaction(interaction)
        actor = judge_actor(judgement, by, found)
        judgement.state(found, (*HANDLED, PARKED), "end")
        judgement.verdict()
        assert found is not None
        if found.state == PARKED:
            with step(self.centre, actor):
                consulting.end_parked(self.centre, found, reason)
            return
        agent = None if found.agent is None else self.centre.agents[found.agent]
        with step(self.centre, actor):
            if found.state == DIALING and found.callback:
                consulting.callback_failed(self.centre, found, agent, reason)
            else:
                assert agent is not None
                consulting.end(self.centre, found, agent, reason)

    def _judge_handled(
        self, interaction: Any, states: tuple[str, ...], command: str, at: Any
    ) -> tuple[Interaction, Agent | None]:
        """The interaction, which is in one of these states, and the agent who handles it; None where a
        customer is dialled before any agent is asked."""
        judgement = self._begin(at)
        found = judgement.interaction(interaction)
        judgement.state(found, states, command)
        judgement.verdict()
        assert found is not None
        return found, None if found.agent is None else self.centre.agents[found.agent]

    def finish_wrap_up(self, interaction: Any, *, agent: Any = None, at: Any = None) -> None:
        """The wrap-up is over before its time."""
        # CMD-32.
        judgement = self._begin(at)
        centre = self.centre
        found = judgement.interaction(interaction)
        named = None if agent is None else judgement.agent(agent)
        wrapping: Agent | None = None
        if found is not None and (agent is None or named is not None):
            wrapping = self._who_wraps_up(found, named)
            if wrapping is None:
                judgement.breaks(
                    IllegalTransition, f"interaction {found.id} is {found.state}: no such wrap-up runs"
                )
            elif centre.model.wrap_up.fixed:
                judgement.breaks(WrapUpFixed, f"the model {centre.model.name} lets no wrap-up be cut short")
        judgement.verdict()
        assert found is not None
        assert wrapping is not None
        with step(centre):
            status.end_wrap_up(centre, wrapping, wrapping.wrap_ups[found.id])

    def _who_wraps_up(self, interaction: Interaction, named: Agent | None) -> Agent | None:
        """The agent whose wrap-up is meant: the named one, the interaction's own, or the only one."""
        # CMD-46.
        running = [agent for agent in self.centre.present_agents() if interaction.id in agent.wrap_ups]
        if named is not None:
            return named if named in running else None
        if interaction.state == WRAP_UP:
            return next(agent for agent in running if agent.index == interaction.agent)
        return running[0] if len(running) == 1 else None

    def abandon(self, interaction: Any, *, reason: Any = None, by: Any = None, at: Any = None) -> None:
        """A waiting caller hangs up; or a parked interaction is given up, which counts as answered."""
        # IDLE-7, CMD-33, OWN-8.
        arguments.short_text(reason, "reason")
        judgement = self._begin(at)
        found = judgement.interaction(interaction)
        actor = judge_actor(judgement, by, found)
        judgement.state(found, (QUEUED, OFFERED, PARKED), "abandon")
        judgement.verdict()
        assert found is not None
        with step(self.centre, actor):
            found.reason = reason
            if found.state == PARKED:
                found.agent = None
                offers.finish(self.centre, found, ABANDONED)
                queue = self.centre.queue_of(found)
                emit(self.centre, "abandoned", interaction=found, queue=queue, text=reason)
                return
            offers.withdraw_all(self.centre, found, "abandoned")
            offers.abandon(self.centre, found)

    def request_callback(self, interaction: Any, first: Any = "agent", *, at: Any = None) -> None:
        """A waiting caller hangs up, keeps the place, and will be dialled, by the agent who accepts or before
        any agent is asked."""
        # CMD-34, CALL-1, CALL-2, CALL-6.
        first = arguments.one_of(first, "first", ("agent", "customer"))
        judgement = self._begin(at)
        found = judgement.interaction(interaction)
        fits = judgement.state(found, (QUEUED,), "request_callback")
        if fits and found is not None and (found.callback or found.customer is not None):
            judgement.breaks(
                IllegalTransition, f"interaction {found.id} is {found.state} for a callback already"
            )
        judgement.verdict()
        assert found is not None
        with step(self.centre):
            found.callback = True
            found.customer = "first" if first == "customer" else None
            queue = self.centre.queue_of(found)
            value = 1 if first == "customer" else None
            emit(self.centre, "callback_requested", interaction=found, queue=queue, value=value)


def judge_actor(judgement: Judgement, by: Any, interaction: Interaction | None) -> Agent | Actor | None:
    """Judges who gives the command: only the agent who works on it or owns it, or a supervisor, may."""
    actor = judgement.by(by)
    theirs = interaction is not None and interaction.state in (*HANDLED, PARKED)
    index = interaction.agent if interaction is not None and theirs else None
    judgement.changes_work(None if index is None else judgement.centre.agents[index], actor)
    return actor


def count_answer(centre: Centre, interaction: Interaction) -> None:
    """The queue's figures: one more answered, after this wait."""
    # NUM-5.
    queue = centre.queue_of(interaction)
    if queue is None or interaction.waited_ns is None or not offers.closes_entry(interaction):
        return
    interaction.answer_counted = True
    interaction.answer_in_target = interaction.waited_ns <= queue.service_level[0]
    queue.answered += 1
    queue.answered_wait_ns += interaction.waited_ns
    queue.answered_in_target += interaction.answer_in_target
