"""Replay a workload through an engine in simulated time.

The replay feeds the engine with shifts, arrivals, ends of services and of after-call work, and hang-ups when
a customer's patience ends. Offers are accepted at once. O((n + stints) log n) plus the engine's own work.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from huntgroup.errors import Refused, StaleOffer
from huntgroup.history import Ledger
from huntgroup.models import PresenceModel
from huntgroup.sim.agenda import Agenda, Wish
from huntgroup.sim.build import after_call_ceilings, build_engine
from huntgroup.sim.feed import Happening, feed_of
from huntgroup.sim.outcome import BusiestMoment, QueuePresence, ReplayOutcome
from huntgroup.sim.roles import roles_of
from huntgroup.sim.timeline import TIMERS, Timeline
from huntgroup.sim.workload import Workload

Progress = Callable[[int, int], None]

# The order of what happens at the same instant. Work ends before customers arrive, so that a freed agent can
# take them; patience ends last, so that a customer reached at the last moment is answered.
_AFTER_CALL, _SERVICE, _SHIFT, _ARRIVAL, _PATIENCE = range(5)

_TELL_EVERY = 500


def replay(
    workload: Workload,
    engine_class: Any,
    *,
    model: PresenceModel | str = "agent_modes",
    seed: int = 0,
    progress: Progress | None = None,
    history: bool = True,
) -> ReplayOutcome:
    """Run the whole workload; `engine_class` is `hg.Engine` or anything with its API.

    The same workload, model and seed give the same outcome. `progress` is called with the number of
    interactions that have arrived and their total. Without `history` the outcome has no history, and no
    report can be made of it. Raises `ConfigError` for settings that the engine does not accept.
    """
    ledger = Ledger(staffing=False) if history else None
    return _Run(workload, engine_class, PresenceModel.load(model), seed, progress, ledger).run()


class _Run:
    def __init__(
        self,
        workload: Workload,
        engine_class: Any,
        model: PresenceModel,
        seed: int,
        progress: Progress | None,
        ledger: Ledger | None,
    ) -> None:
        self.workload = workload
        self.model = model
        self.engine = build_engine(engine_class, workload, model, seed)
        self.agenda = Agenda(self.engine, roles_of(model))
        self.handles = [self.engine.requirement(text) for text in workload.requirements]
        self.progress = progress
        self.agent_index = {agent.name: index for index, agent in enumerate(workload.agents)}
        self.ends_wrap_up = [
            ceiling > 0 and not model.wrap_up.fixed for ceiling in after_call_ceilings(workload, model)
        ]
        n = workload.arrivals.n
        self.answered_at = array("q", [-1]) * n
        self.left_at = array("q", [-1]) * n
        self.ended_at = array("q", [-1]) * n
        self.answered_by = array("i", [-1]) * n
        self.wrapped_up = bytearray(n)
        self.of_interaction: dict[int, int] = {}
        self.interaction_of: dict[int, int] = {}
        self.refusals: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.ledger = ledger
        self.feed = feed_of(self.engine, list(self.agent_index), self.kinds, ledger)
        self.waiting = 0
        self.counts = _queues_to_watch(workload)
        self.busiest: BusiestMoment | None = None
        # Plain lists: indexing numpy arrays one element at a time costs more than the engine does.
        arrivals = workload.arrivals
        self.at = arrivals.at_ns.tolist()
        self.queue = arrivals.queue.tolist()
        self.priority = arrivals.priority.tolist()
        self.requires = arrivals.requires.tolist()
        self.handling = arrivals.handling_ns.tolist()
        self.after_call = arrivals.after_call_ns.tolist()
        self.patience = arrivals.patience_ns.tolist()
        self.timeline = Timeline(self.engine, arrivals=zip(self.at, range(n), strict=True), arrival=_ARRIVAL)
        self.shifts: list[tuple[str, Wish]] = []

    def run(self) -> ReplayOutcome:
        self.plan_shifts()
        n = self.workload.arrivals.n
        now = 0
        for now, kind, which in self.timeline.play(lambda _: self.timeline.empty):
            if kind != TIMERS:
                self.happen(now, kind, which)
            self.react(now)
            if kind == _ARRIVAL and self.progress is not None and (which + 1) % _TELL_EVERY == 0:
                self.progress(which + 1, n)
        if self.progress is not None:
            self.progress(n, n)
        return self.outcome(now)

    def plan(self, at_ns: int, kind: int, which: int) -> None:
        self.timeline.plan(at_ns, kind, which, order=which)

    def plan_shifts(self) -> None:
        for agent in self.workload.agents:
            for stint in agent.stints:
                for at_ns, wish in (
                    (stint.start_ns, Wish.WORK),
                    (stint.end_ns, Wish.HOME if stint.ends_shift else Wish.REST),
                ):
                    self.plan(at_ns, _SHIFT, len(self.shifts))
                    self.shifts.append((agent.name, wish))

    def happen(self, now: int, kind: int, which: int) -> None:
        engine = self.engine
        try:
            if kind == _ARRIVAL:
                self.arrive(which, now)
            elif kind == _SERVICE:
                engine.end(self.interaction_of[which], at=now)
                self.ended_at[which] = now
            elif kind == _AFTER_CALL:
                if not self.wrapped_up[which]:
                    engine.finish_wrap_up(self.interaction_of[which], at=now)
            elif kind == _PATIENCE:
                if self.answered_at[which] < 0 and self.left_at[which] < 0:
                    engine.abandon(self.interaction_of[which], at=now)
            else:
                agent, wish = self.shifts[which]
                self.agenda.wish(agent, wish, now)
        except Refused as refused:
            self.refusals[type(refused).__name__] += 1

    def arrive(self, which: int, now: int) -> None:
        requires = self.requires[which]
        call = self.engine.enqueue(
            self.workload.queues[self.queue[which]].name,
            priority=self.priority[which],
            requires=self.handles[requires] if requires >= 0 else None,
            at=now,
        )
        self.of_interaction[call] = which
        self.interaction_of[which] = call
        self.waiting += self.counts[self.queue[which]]
        if self.patience[which] >= 0:
            self.plan(now + self.patience[which], _PATIENCE, which)

    # --- reacting to the engine's events ------------------------------------------------------------------

    def react(self, now: int) -> None:
        """Process the events and accept the offers, until nothing more happens at this instant."""
        again = True
        while again:
            again = False
            for event in self.feed():
                again |= self.take(event, now)
        if self.waiting > (0 if self.busiest is None else self.busiest.waiting):
            self.busiest = self.snapshot(now)

    def take(self, event: Happening, now: int) -> bool:
        """Process one event. Returns whether a command was given, which may have caused further events."""
        kind = event.kind
        if kind == "offered":
            self.agenda.retry(event.agent, now)
            # The offer is stale if the agent has just chosen another status, now or at an earlier event of
            # the same step. That is intended: the choice withdraws the offer.
            with suppress(StaleOffer):
                self.engine.accept(event.interaction, agent=event.agent, offer=event.offer, at=now)
            return True
        elif kind == "accepted":
            self.start_service(event, now)
        elif kind == "ended":
            self.plan_after_call(event, now)
            return self.agenda.retry(event.agent, now)
        elif kind == "wrap_up_ended":
            self.wrapped_up[self.of_interaction[event.interaction]] = 1
            return self.agenda.retry(event.agent, now)
        else:
            which = self.of_interaction[event.interaction]
            self.left_at[which] = now
            self.waiting -= self.counts[self.queue[which]]
        return False

    def start_service(self, event: Happening, now: int) -> None:
        which = self.of_interaction[event.interaction]
        self.answered_at[which] = now
        self.answered_by[which] = self.agent_index[event.agent]
        self.waiting -= self.counts[self.queue[which]]
        self.plan(now + self.handling[which], _SERVICE, which)

    def plan_after_call(self, event: Happening, now: int) -> None:
        which = self.of_interaction[event.interaction]
        if self.ends_wrap_up[self.queue[which]]:
            self.plan(now + self.after_call[which], _AFTER_CALL, which)

    def snapshot(self, now: int) -> BusiestMoment:
        rows = []
        for queue in self.workload.queues:
            view = self.engine.queue(queue.name)
            rows.append(QueuePresence(queue.name, view.presence, view.logged_in, view.ready, view.waiting))
        return BusiestMoment(now, self.waiting, tuple(rows))

    def outcome(self, end_ns: int) -> ReplayOutcome:
        if self.ledger is not None:
            self.ledger.finish(end_ns)
        return ReplayOutcome(
            workload=self.workload,
            model=self.model,
            end_ns=end_ns,
            answered_at_ns=np.array(self.answered_at, dtype=np.int64),
            left_at_ns=np.array(self.left_at, dtype=np.int64),
            ended_at_ns=np.array(self.ended_at, dtype=np.int64),
            agent=np.array(self.answered_by, dtype=np.int32),
            history=self.ledger,
            busiest=self.busiest,
            refusals=dict(self.refusals),
            event_counts=dict(sorted(self.kinds.items())),
            digest=_digest_text(self.engine.digest()),
        )


def _queues_to_watch(workload: Workload) -> list[int]:
    """1 for each queue whose customers may hang up, else 0; all 1 where nobody ever does.

    Emails wait overnight by the hundred; if they counted, they would hide the moment at which most callers
    wait.
    """
    arrivals = workload.arrivals
    impatient = [
        int((arrivals.patience_ns[arrivals.queue == index] >= 0).any())
        for index in range(len(workload.queues))
    ]
    return impatient if any(impatient) else [1] * len(impatient)


def _digest_text(digest: object) -> str:
    """A digest as text, whether the engine returns bytes, a number or a text."""
    if isinstance(digest, bytes):
        return digest.hex()
    return f"{digest:x}" if isinstance(digest, int) else str(digest)
