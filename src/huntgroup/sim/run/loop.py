"""One replication: callers, agents and their shifts around the real engine, in simulated time.

Instants here count from the run's start. O(events log events) beside the engine's own work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from huntgroup.errors import QueueFull, Refused, StaleOffer, UnknownInteraction
from huntgroup.layouts import EVENT_DTYPE
from huntgroup.sim.agenda import Agenda, Wish
from huntgroup.sim.run.draws import Draws
from huntgroup.sim.run.prepared import AFTER_NS, Handling, Prepared, duration_of
from huntgroup.sim.run.visits import (
    ABANDONED,
    ANSWERED,
    BLOCKED,
    LATER_LEG,
    OVERFLOWED,
    REDIALLED,
    REFUSED,
    TIMED_OUT,
    TRANSFERRED,
    WAITING,
    BusyTimes,
    Outcome,
    Visits,
)
from huntgroup.sim.scenario.streams import keys, stream, uniform
from huntgroup.sim.timeline import TIMERS, Timeline

# Where the fields of an event stand in its row.
CALL, OFFER, AGENT, QUEUE, KIND = map(
    (EVENT_DTYPE.names or ()).index, ("interaction", "offer", "agent", "queue", "kind")
)

# What happens at one instant, in this order: work ends before agents and callers act, so that who is freed
# takes them; patience ends last, so that who is reached in the last moment is answered.
_WRAP_UP, _END, _HOLD, _SHIFT, _ARRIVAL, _DIAL, _ACCEPT, _CALLBACK, _PATIENCE = range(9)


def replicate(prepared: Prepared, engine_class: Any, seed: int, replication: int) -> Outcome:
    """Runs one replication, which is a function of the scenario, the seed and its number alone."""
    return Replication(prepared, engine_class, seed, replication).run()


class Replication:
    """One run: `run` plays it to its end. Not for use by itself."""

    seed: int
    replication: int

    def __init__(self, prepared: Prepared, engine_class: Any, seed: int, replication: int) -> None:
        import huntgroup as hg

        self.prepared = prepared
        self.seed, self.replication = seed, replication
        self.start: int = prepared.start_ns
        self.end: int = prepared.end_ns
        self.unit: float = prepared.unit_s
        callers = prepared.callers(seed, replication)
        self.draws: Draws = Draws(seed, replication, prepared.sources, callers.source, callers.number)
        self.source: list[int] = callers.source.tolist()
        self.numbers: list[int] = callers.number.tolist()
        self.priority: list[int] = callers.priority.tolist()
        self.requires: list[int] = callers.requires.tolist()
        self.engine: Any = prepared.engine(engine_class, seed, replication)
        self.handles: list[Any] = [self.engine.requirement(text) for text in prepared.requirements]
        self.agenda: Agenda | None = None if prepared.roles is None else Agenda(self.engine, prepared.roles)
        self.classes: list[int] = prepared.agent_class.tolist()
        arrivals = ((at, (caller, 0)) for caller, at in enumerate(callers.at_ns.tolist()))
        self.timeline: Timeline = Timeline(self.engine, self.start, arrivals, _ARRIVAL)
        self.visits: Visits = Visits()
        self.visit_of: dict[int, int] = {}  # of each interaction that is there
        self.leg_of: dict[int, tuple[int, int]] = {}  # (which service, which try) of the caller
        self.rings: dict[int, int] = {}  # offers so far of those that ring
        self.called_back: set[int] = set()
        self.dialled: dict[int, tuple[int, int]] = {}  # interaction: (source of outbound calls, its number)
        self.on_line: set[int] = set()
        self.free_lines: int = prepared.lines
        self.live: int = 0
        self.now: int = 0
        self.refusals: Counter[str] = Counter()
        shifts = self.plan_shifts()
        self.busy: BusyTimes = BusyTimes(len(prepared.agents), prepared.warm_ns, self.end, shifts)
        self.on_shift: Any = _within(shifts, len(prepared.agents), prepared.warm_ns, self.end)
        # EventKind members are slow keys; their numbers are not.
        table: dict[int, Callable[[tuple[Any, ...]], bool]] = {}
        for kind in hg.EventKind:
            reaction = getattr(self, f"on_{kind.name.lower()}", None)
            if reaction is not None:
                table[int(kind)] = reaction
        self.reactions = table

    # --- the agenda ---------------------------------------------------------------------------------------

    def plan(self, at: int, kind: int, *what: Any) -> None:
        self.timeline.plan(at, kind, what)

    def plan_shifts(self) -> dict[int, list[tuple[int, int]]]:
        """Puts what agents mean to do on the agenda; returns when each is on shift."""
        prepared = self.prepared
        shifts: dict[int, list[tuple[int, int]]] = {}
        for agent, stints in prepared.stints(self.seed, self.replication).items():
            spans = shifts.setdefault(prepared.agent_index[agent], [])
            for place, stint in enumerate(stints):
                wish = Wish.WORK if stint.rest is None else Wish.REST
                self.plan(max(0, stint.begins_ns), _SHIFT, agent, wish, stint.rest or "")
                if spans and spans[-1][1] >= stint.begins_ns:
                    spans[-1] = (spans[-1][0], stint.ends_ns)
                else:
                    spans.append((stint.begins_ns, stint.ends_ns))
                if place + 1 == len(stints) or stints[place + 1].begins_ns > stint.ends_ns:
                    self.plan(stint.ends_ns, _SHIFT, agent, Wish.HOME, "")
        return shifts

    def adopt(self) -> None:
        """Takes over who is there already: in a scenario nobody is."""

    def run(self) -> Outcome:
        """Plays it to its end."""
        prepared = self.prepared
        self.adopt()
        for place, entry in enumerate(prepared.tables.outbound):
            for number, at in enumerate(prepared.dials(place, entry, self.seed, self.replication)):
                self.plan(at, _DIAL, place, number)
        for now, kind, what in self.timeline.play(self.over):
            self.now = now
            if kind == TIMERS:
                self.react()
            else:
                self.happen(kind, what)
        return self.outcome()

    def over(self, now: int) -> bool:
        """Is there nothing more to see at this instant?"""
        if now < self.end:
            return False
        return self.prepared.drop or (self.timeline.all_came and self.live == 0) or now > self.end + AFTER_NS

    def outcome(self) -> Outcome:
        self.busy.close(max(self.now, self.end))
        visits = self.visits
        for place, outcome in enumerate(visits.outcome):
            if outcome == WAITING:
                visits.left[place] = max(self.now, self.end)
        return Outcome(
            visits.columns(),
            np.array(self.busy.busy, np.int64),
            self.on_shift,
            np.array(self.busy.after, np.int64),
            dict(self.refusals),
        )

    # --- from outside -------------------------------------------------------------------------------------

    def happen(self, kind: int, what: tuple[Any, ...]) -> None:
        engine, at = self.engine, self.start + self.now
        try:
            if kind == _END:
                call, token, target = what
                if self.leg_of.get(call) != token:
                    return  # another handling of it has begun meanwhile, or it is gone
                if target is None:
                    engine.end(call, at=at)
                else:
                    engine.transfer(call, queue=target, at=at)
            elif kind == _WRAP_UP:
                engine.finish_wrap_up(what[0], agent=what[1], at=at)
            elif kind == _PATIENCE:
                call, token = what
                if self.leg_of.get(call) == token and call not in self.called_back and self.waits(call):
                    engine.abandon(call, at=at)
            elif kind == _ACCEPT:
                self.accept(*what)
            elif kind == _HOLD:
                call, token, hold = what
                if self.leg_of.get(call) == token:
                    (engine.hold if hold else engine.retrieve)(call, at=at)
            elif kind == _SHIFT:
                assert self.agenda is not None
                self.agenda.wish(what[0], what[1], at, what[2])
            elif kind == _CALLBACK:
                self.call_back(*what)
            elif kind == _DIAL:
                self.dial(*what)
            else:
                self.arrive(*what)
                return
        except Refused as refused:
            self.refusals[type(refused).__name__] += 1
        self.react()

    def arrive(self, caller: int, attempt: int) -> None:
        prepared = self.prepared
        source = self.source[caller]
        queue = prepared.source_queue[source]
        visit = self.visits.add(caller, queue, source, self.now, self.now, 0)
        line = prepared.needs_line[queue]
        if line and self.free_lines <= 0:
            self.close_visit(visit, BLOCKED)
            return
        requires = self.requires[caller]
        try:
            call = self.engine.enqueue(
                queue,
                priority=self.priority[caller],
                requires=self.handles[requires] if requires >= 0 else None,
                preferred=prepared.preferred[source],
                at=self.start + self.now,
            )
        except QueueFull:
            self.close_visit(visit, BLOCKED)
        except Refused as refused:
            self.refusals[type(refused).__name__] += 1
            self.close_visit(visit, REFUSED)
        else:
            if line:
                self.free_lines -= 1
                self.on_line.add(call)
            self.live += 1
            self.visit_of[call] = visit
            self.leg_of[call] = (0, attempt)
            self.react()
            if self.visits.outcome[visit] == WAITING:
                self.begin_to_wait(call, visit, 0, attempt)
            return
        self.react()

    def begin_to_wait(self, call: int, visit: int, leg: int, attempt: int) -> None:
        """Who is not answered at once decides how long to wait."""
        caller, queue = self.visits.caller[visit], self.visits.queue[visit]
        waiting = self.prepared.waiting[queue]
        rings = call in self.rings
        if not rings and leg == 0 and self.decides("balk", waiting.balk, caller, attempt):
            self.give_up(call)
            return
        if waiting.time is not None:
            patience = self.draws.duration("patience", waiting.time, self.unit, caller, leg)
            if waiting.announced and not rings:
                expected = self.engine.interaction(call).estimated_wait
                if expected is not None and expected * 1e9 > patience:
                    self.give_up(call)
                    return
            self.plan(self.now + patience, _PATIENCE, call, (leg, attempt))
        back = waiting.callback
        if back is not None and leg == 0 and self.decides("callback", back.share, caller, attempt):
            delay = self.draws.duration("callback delay", back.delay, self.unit, caller, attempt)
            self.plan(self.now + delay, _CALLBACK, call, (leg, attempt))

    def decides(self, what: str, share: float, caller: int, place: int) -> bool:
        """Is the caller one of the share that does so?"""
        return share > 0.0 and self.draws.share(what, caller, place) < share

    def lose_patience(self, call: int, visit: int) -> None:
        """One who waits already hangs up after another patience of its own."""
        law = self.prepared.waiting[self.visits.queue[visit]].time
        if law is not None:
            patience = self.draws.duration("patience", law, self.unit, self.visits.caller[visit], 0)
            self.plan(self.now + patience, _PATIENCE, call, self.leg_of[call])

    def give_up(self, call: int) -> None:
        self.engine.abandon(call, at=self.start + self.now)
        self.react()

    def waits(self, call: int) -> bool:
        visit = self.visit_of.get(call)
        return visit is not None and self.visits.outcome[visit] == WAITING

    def call_back(self, call: int, token: tuple[int, int]) -> None:
        if self.leg_of.get(call) == token and self.waits(call) and call not in self.rings:
            self.engine.request_callback(call, at=self.start + self.now)
            self.called_back.add(call)
            self.hang_up(call)

    def dial(self, place: int, number: int) -> None:
        """Whoever of the source's agents is ready, the longest idle first, dials."""
        prepared = self.prepared
        entry = prepared.tables.outbound[place]
        names = entry.agents or prepared.groups[entry.group or ""]
        queue = None if entry.queue is None else prepared.queue_index[entry.queue]
        channel = "voice" if queue is None else prepared.channel[queue]
        load, since = self.busy.load, self.busy.since
        idle = [index for index in map(prepared.agent_index.__getitem__, names) if load[index] == 0]
        for agent in sorted(idle, key=lambda index: (since[index], index)):
            if not self.engine.agent(agent).ready(channel):
                continue
            at = self.start + self.now
            call = self.engine.dial(agent, channel, queue, at=at)
            self.dialled[call] = (place, number)
            self.leg_of[call] = (0, 0)
            self.live += 1
            self.busy.more(agent, self.now)
            state = stream(self.seed, self.replication, "dialled", str(place))
            if float(uniform(keys(state, np.array([number])))[0]) < entry.share:
                self.engine.answered(call, at=at)
                handling = self.handling_of(agent, -1 if queue is None else queue)
                talk_state = stream(self.seed, self.replication, "dialled talk", str(place))
                talk = duration_of(handling.talk, talk_state, number, self.unit)
                self.plan(self.now + int(talk / handling.speed), _END, call, (0, 0), None)
            else:
                self.engine.end(call, at=at)
            return

    # --- answering the engine -----------------------------------------------------------------------------

    def react(self) -> None:
        """Take note of the events and answer them, until nothing more happens at this instant."""
        poll, reactions = self.engine.poll_array, self.reactions
        again = True
        while again:
            again = False
            for row in poll().tolist():
                reaction = reactions.get(row[KIND])
                if reaction is not None and reaction(row):
                    again = True

    def retry(self, agent: int) -> bool:
        """What the agent meant to do, and could not yet."""
        if self.agenda is None:
            return False
        return self.agenda.retry(self.prepared.agents[agent], self.start + self.now)

    def handling_of(self, agent: int, queue: int) -> Handling:
        return self.prepared.handling[self.classes[agent]][queue]

    def on_offered(self, row: tuple[Any, ...]) -> bool:
        call, offer, agent, queue = row[CALL], row[OFFER], row[AGENT], row[QUEUE]
        self.busy.more(agent, self.now)
        again = self.retry(agent)
        visit = self.visit_of.get(call)
        if visit is None:
            return again
        count = self.rings.get(call, 0)
        self.rings[call] = count + 1
        handling = self.handling_of(agent, queue)
        caller = self.visits.caller[visit]
        if self.decides("missed", handling.missed, caller, count):
            return again
        ring = handling.ring
        wait = 0
        if ring.constant != 0.0:
            wait = int(self.draws.duration("ring", ring, self.unit, caller, count) / handling.speed)
        if wait > 0:
            self.plan(self.now + wait, _ACCEPT, call, agent, offer)
            return again
        self.accept(call, agent, offer)
        return True

    def accept(self, call: int, agent: int | None, offer: int) -> None:
        """The offer is gone where the agent has just chosen another status, now or at an earlier event of the
        same step: which is what the agent meant."""
        with suppress(StaleOffer, UnknownInteraction):
            self.engine.accept(call, agent=agent, offer=offer, at=self.start + self.now)

    def on_accepted(self, row: tuple[Any, ...]) -> bool:
        call, agent, queue = row[CALL], row[AGENT], row[QUEUE]
        visit = self.visit_of.get(call)
        if visit is None:
            return False
        self.close_visit(visit, ANSWERED)
        self.rings.pop(call, None)
        again = False
        if call in self.called_back:
            self.called_back.discard(call)
            self.engine.answered(call, at=self.start + self.now)
            again = True
        handling = self.handling_of(agent, queue)
        caller, token = self.visits.caller[visit], self.leg_of[call]
        leg = token[0]
        talk = int(self.draws.duration("talk", handling.talk, self.unit, caller, leg) / handling.speed)
        hold = 0
        if handling.hold.constant != 0.0:
            hold = int(self.draws.duration("hold", handling.hold, self.unit, caller, leg) / handling.speed)
        if hold > 0:
            self.plan(self.now + talk // 2, _HOLD, call, token, True)
            self.plan(self.now + talk // 2 + hold, _HOLD, call, token, False)
        ends, target = self.now + talk + hold, None
        if self.prepared.transfers[queue]:
            ends, target = self.transferred_when(visit, queue, leg, ends)
        self.plan(ends, _END, call, token, target)
        return again

    def plan_end(self, call: int, after: int) -> None:
        """One who talks already goes on for so long."""
        self.plan(self.now + after, _END, call, self.leg_of[call], None)

    def plan_wrap_up(self, call: int, agent: int | str, after: int) -> None:
        """The agent finishes its wrap-up after so long."""
        self.plan(self.now + after, _WRAP_UP, call, agent)

    def transferred_when(self, visit: int, queue: int, leg: int, ends: int) -> tuple[int, int | None]:
        """When the handling ends, and the queue to which the caller goes on, if so."""
        caller = self.visits.caller[visit]
        drawn = self.draws.share("transfer", caller, leg)
        for share, target, delay in self.prepared.transfers[queue]:
            if drawn < share:
                self.visits.flags[visit] |= TRANSFERRED
                if delay is None:
                    return ends, target
                after = self.draws.duration("transfer delay", delay, self.unit, caller, leg)
                return min(ends, self.now + after), target
            drawn -= share
        return ends, None

    def on_ended(self, row: tuple[Any, ...]) -> bool:
        call, agent = row[CALL], row[AGENT]
        self.busy.less(agent, self.now)
        self.leave(call)
        return self.retry(agent)

    def on_wrap_up_started(self, row: tuple[Any, ...]) -> bool:
        call, agent, queue = row[CALL], row[AGENT], row[QUEUE]
        self.busy.more(agent, self.now)
        if queue < 0 or not self.prepared.ends_wrap_up(queue):
            return False
        handling = self.handling_of(agent, queue)
        law = handling.wrap_up
        assert law is not None
        visit = self.visit_of.get(call)
        if visit is None:
            place, number = self.dialled.get(call, (0, 0))
            state = stream(self.seed, self.replication, "dialled wrap-up", str(place))
            length = duration_of(law, state, number, self.unit)
        else:
            leg = self.leg_of[call][0]
            length = self.draws.duration("wrap-up", law, self.unit, self.visits.caller[visit], leg)
        self.plan_wrap_up(call, agent, int(length / handling.speed))
        return False

    def on_wrap_up_ended(self, row: tuple[Any, ...]) -> bool:
        self.busy.less(row[AGENT], self.now)
        return self.retry(row[AGENT])

    def on_completed(self, row: tuple[Any, ...]) -> bool:
        self.forget(row[CALL])
        return False

    def on_transferred(self, row: tuple[Any, ...]) -> bool:
        call, agent, queue = row[CALL], row[AGENT], row[QUEUE]
        self.busy.less(agent, self.now)
        old = self.visit_of[call]
        leg, attempt = self.leg_of[call]
        visits = self.visits
        visit = visits.add(visits.caller[old], queue, visits.source[old], self.now, self.now, LATER_LEG)
        self.visit_of[call] = visit
        self.leg_of[call] = (leg + 1, attempt)
        waiting = self.prepared.waiting[queue]
        if waiting.time is not None:
            patience = self.draws.duration("patience", waiting.time, self.unit, visits.caller[old], leg + 1)
            self.plan(self.now + patience, _PATIENCE, call, (leg + 1, attempt))
        return self.retry(agent)

    def on_overflowed(self, row: tuple[Any, ...]) -> bool:
        call, queue = row[CALL], row[QUEUE]
        old = self.visit_of[call]
        visits = self.visits
        self.close_visit(old, OVERFLOWED)
        visit = visits.add(
            visits.caller[old], queue, visits.source[old], visits.arrived[old], self.now, visits.flags[old]
        )
        self.visit_of[call] = visit
        return False

    def offer_over(self, row: tuple[Any, ...]) -> bool:
        self.busy.less(row[AGENT], self.now)
        return self.retry(row[AGENT])

    def on_rejected(self, row: tuple[Any, ...]) -> bool:
        return self.offer_over(row)

    def on_expired(self, row: tuple[Any, ...]) -> bool:
        return self.offer_over(row)

    def on_withdrawn(self, row: tuple[Any, ...]) -> bool:
        return self.offer_over(row)

    def on_abandoned(self, row: tuple[Any, ...]) -> bool:
        call = row[CALL]
        visit = self.visit_of.get(call)
        if visit is not None:
            attempt = self.leg_of[call][1]
            self.close_visit(visit, ABANDONED)
            self.may_redial(visit, attempt)
        self.leave(call)
        self.forget(call)
        return False

    def may_redial(self, visit: int, attempt: int) -> None:
        caller, queue = self.visits.caller[visit], self.visits.queue[visit]
        redial = self.prepared.waiting[queue].redial
        if redial is None or not self.decides("redial", redial.share, caller, attempt):
            return
        at = self.now + self.draws.duration("redial delay", redial.delay, self.unit, caller, attempt)
        if at < self.end:
            self.visits.flags[visit] |= REDIALLED
            self.plan(at, _ARRIVAL, caller, attempt + 1)

    def on_timed_out(self, row: tuple[Any, ...]) -> bool:
        call = row[CALL]
        visit = self.visit_of.get(call)
        if visit is not None:
            self.close_visit(visit, TIMED_OUT)
        self.leave(call)
        self.forget(call)
        return False

    def close_visit(self, visit: int, outcome: int) -> None:
        self.visits.outcome[visit] = outcome
        self.visits.left[visit] = self.now

    def hang_up(self, call: int) -> None:
        """The line is free again."""
        if call in self.on_line:
            self.on_line.discard(call)
            self.free_lines += 1

    def leave(self, call: int) -> None:
        """The caller is gone."""
        self.hang_up(call)
        self.live -= 1

    def forget(self, call: int) -> None:
        self.visit_of.pop(call, None)
        self.leg_of.pop(call, None)
        self.rings.pop(call, None)
        self.dialled.pop(call, None)
        self.called_back.discard(call)


def _within(shifts: dict[int, list[tuple[int, int]]], agents: int, from_ns: int, to_ns: int) -> Any:
    """How long each agent is on shift between two instants; one without shifts always is."""
    found = np.full(agents, to_ns - from_ns, np.int64)
    for agent, spans in shifts.items():
        found[agent] = sum(max(0, min(ends, to_ns) - max(begins, from_ns)) for begins, ends in spans)
    return found
