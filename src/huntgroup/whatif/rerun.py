"""Runs a recording again in a fork: callers and agents act as recorded, and the engine decides anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from huntgroup.core.state.codes import EVENT_KINDS
from huntgroup.errors import Refused, Result
from huntgroup.sim.timeline import TIMERS, Timeline
from huntgroup.sim.workload import NEVER
from huntgroup.whatif.recording import Outcome, Plan, Recorded, Recording, Stint, outcome_of

# What happens at one instant, in this order: work ends before agents and customers act, so that freed agents
# can take new interactions; patience ends last, so that a caller who is reached at the last moment is
# answered.
_WRAP_UP, _END, _OWN, _ARRIVAL, _ACCEPT, _PICK_UP, _CALLBACK, _PATIENCE = range(8)

_TELL_EVERY = 500

_ANSWERED_FROM = frozenset(
    (
        *("offered", "accepted", "dialing", "answered", "ended"),
        *("transferred", "abandoned", "timed_out"),
    )
)
# After these events an agent may be able to do what was refused before.
_FREES = frozenset(
    (
        *("ended", "completed", "wrap_up_ended", "transferred"),
        *("withdrawn", "offered"),
    )
)


class _Fate:
    """What became of one interaction in this run."""

    __slots__ = ("answered_ns", "began", "left_ns", "plan", "stint", "timed_out_ns", "turned_away")

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.answered_ns = self.left_ns = self.timed_out_ns = NEVER
        self.turned_away = False
        self.stint = 0
        self.began = 0  # how often handling began: an end planned before the latest one is void


def rerun(recording: Recording, engine: Any, tell: Callable[[int], None]) -> Outcome:
    """Run it in this fork, which changes, up to the recording's last instant; `tell` is called with how many
    have arrived, now and then."""
    return _Rerun(recording, engine, tell).run()


class _Rerun:
    def __init__(self, recording: Recording, engine: Any, tell: Callable[[int], None]) -> None:
        self.recording = recording
        self.tell = tell
        self.arrived = 0
        self.engine = engine
        engine.poll_array()
        self.fates = [_Fate(plan) for plan in recording.plans]
        self.by_id: dict[int, _Fate] = {number: _Fate(plan) for number, plan in recording.there.items()}
        self.timeline = Timeline(engine)
        self.waiting_for: dict[int, list[Recorded]] = {}
        self.refusals: Counter[str] = Counter()
        self.before = self.clocks(range(len(engine._agent_ids)))
        self.spent = [0, 0]

    # --- the run ------------------------------------------------------------------------------------------

    def run(self) -> Outcome:
        engine, end_ns = self.engine, self.recording.end_ns
        for fate in self.fates:
            self.timeline.plan(fate.plan.at_ns, _ARRIVAL, fate)
        for command in self.recording.own:
            self.timeline.plan(command.at_ns, _OWN, command)
        self.pick_up_what_is_there()
        for at_ns, kind, what in self.timeline.play(lambda at_ns: at_ns > end_ns):
            if kind == TIMERS:
                self.react(engine.poll_array())
            else:
                self.happen(at_ns, kind, what)
        engine.advance(end_ns)
        self.tell(len(self.fates))
        arrived = [fate for fate in self.fates if fate.plan.queue >= 0]
        busy, ready = self.clocks(range(len(engine._agent_ids)))
        for left in self.waiting_for.values():
            self.refusals["not carried out"] += len(left)
        return outcome_of(
            [fate.plan for fate in arrived],
            engine,
            end_ns,
            [(fate.answered_ns, fate.left_ns, fate.timed_out_ns, fate.turned_away) for fate in arrived],
            busy - self.before[0] + self.spent[0],
            ready - self.before[1] + self.spent[1],
            dict(sorted(self.refusals.items())),
        )

    def clocks(self, agents: Any) -> tuple[int, int]:
        """(busy, ready) time of these agents since they signed in."""
        states = [self.engine._agent_state(agent) for agent in agents]
        return sum(one["busy_ns"] for one in states), sum(one["ready_ns"] for one in states)

    def pick_up_what_is_there(self) -> None:
        """Interactions that were there before go on: offers are accepted, work ends when it did."""
        now = self.engine.now_ns
        for number, fate in self.by_id.items():
            state = self.engine._interaction_state(number)
            for offer, agent, _ in state["offers"]:
                self.timeline.plan(now + fate.plan.ring_ns(0), _ACCEPT, (number, agent, offer))
            if not state["offers"] and state["agent"] >= 0 and fate.plan.stints:
                self.plan_end(number, fate, now)
            if state["agent"] < 0 and fate.plan.patience_ns != NEVER:
                self.timeline.plan(now + fate.plan.patience_ns, _PATIENCE, number)

    # --- what comes from outside --------------------------------------------------------------------------

    def happen(self, now: int, kind: int, what: Any) -> None:
        if kind == _OWN:
            self.act(what, now)
            return
        if kind == _ARRIVAL:
            self.arrive(what, now)
            return
        engine = self.engine
        try:
            if kind == _ACCEPT:
                number, agent, offer = what
                engine.accept(number, agent=agent, offer=offer, at=now)
            elif kind == _END:
                self.finish(what, now)
            elif kind == _WRAP_UP:
                number, agent = what
                engine.finish_wrap_up(number, agent, at=now)
            elif kind == _PICK_UP:
                engine.answered(what, at=now)
            elif kind == _CALLBACK:
                first = "customer" if self.by_id[what].plan.customer_first else "agent"
                engine.request_callback(what, first, at=now)
            elif self.by_id[what].answered_ns == NEVER:
                engine.abandon(what, at=now)
        except Refused:
            # Not open, not waiting, ended before: what was planned has been overtaken.
            pass
        self.react(engine.poll_array())

    def issue(self, command: Recorded, now: int) -> tuple[str, int, Any]:
        """Carries a recorded command out now: "" or the rule that forbids it, the id it made, the events."""
        engine = self.engine
        if command.row is not None:
            row = command.row.copy()
            row["at_ns"] = now
            events, results = engine.apply(row, self.recording.lists)
            code = int(results[0])
            made = int(events["interaction"].max(initial=NEVER))
            return "" if code == Result.OK else Result(code).name.lower(), made, events
        made, rule = NEVER, ""
        try:
            given = getattr(engine, command.method)(*command.args, **command.kwargs, at=now)
            made = given if isinstance(given, int) else NEVER
        except Refused as refused:
            rule = refused.result.name.lower()
        return rule, made, engine.poll_array()

    def arrive(self, fate: _Fate, now: int) -> None:
        plan = fate.plan
        assert plan.command is not None
        self.arrived += 1
        if self.arrived % _TELL_EVERY == 0:
            self.tell(self.arrived)
        rule, number, events = self.issue(plan.command, now)
        if rule:
            fate.turned_away = True
            self.refusals[rule] += 1
        else:
            self.by_id[number] = fate
            for kind, after_ns in ((_PATIENCE, plan.patience_ns), (_CALLBACK, plan.callback_ns)):
                if after_ns != NEVER:
                    self.timeline.plan(now + after_ns, kind, number)
        self.react(events)

    def act(self, command: Recorded, now: int) -> None:
        """Carries out a command that an agent gave for itself. If earlier ones of this agent were refused and
        wait, it waits behind them."""
        if command.agent in self.waiting_for:
            self.waiting_for[command.agent].append(command)
        elif not self.try_to(command, now) and command.agent >= 0:
            self.waiting_for[command.agent] = [command]

    def try_to(self, command: Recorded, now: int) -> bool:
        clocks = (0, 0)
        if command.method == "sign_in":
            clocks = self.clocks([command.agent])  # signing in starts them anew
        rule, _, events = self.issue(command, now)
        if rule:
            if command.agent < 0:
                self.refusals[rule] += 1
        elif command.method == "sign_in":
            after = self.clocks([command.agent])
            self.spent[0] += clocks[0] - after[0]
            self.spent[1] += clocks[1] - after[1]
        self.react(events)
        return not rule

    def retry(self, agent: int, now: int) -> None:
        waiting = self.waiting_for.pop(agent, [])
        while waiting:
            if not self.try_to(waiting[0], now):
                self.waiting_for[agent] = waiting + self.waiting_for.get(agent, [])
                return
            del waiting[0]

    # --- answering the engine -----------------------------------------------------------------------------

    def react(self, events: Any) -> None:
        """Takes note of the events and plans what follows from them."""
        if not len(events):
            return
        fields = ("at_ns", "kind", "interaction", "agent", "offer")
        freed: dict[int, None] = {}
        now = self.engine.now_ns
        for at_ns, code, number, agent, offer in zip(
            *(events[name].tolist() for name in fields), strict=True
        ):
            kind = EVENT_KINDS[code]
            if kind in _FREES and agent in self.waiting_for:
                freed[agent] = None
            if kind in _ANSWERED_FROM:
                fate = self.by_id.get(number)  # the leg of a consultation has none
                if fate is not None:
                    self.take(fate, at_ns, kind, number, agent, offer)
        for agent in freed:
            self.retry(agent, now)

    def take(self, fate: _Fate, at_ns: int, kind: str, number: int, agent: int, offer: int) -> None:
        plan = fate.plan
        if kind == "offered":
            # A direct interaction that was never accepted in the recording is not accepted now either.
            if plan.queue >= 0 or plan.rings_ns or plan.command is None:
                self.timeline.plan(at_ns + plan.ring_ns(fate.stint), _ACCEPT, (number, agent, offer))
        elif kind == "accepted":
            fate.answered_ns = at_ns if fate.answered_ns == NEVER else fate.answered_ns
            self.plan_end(number, fate, at_ns)
        elif kind == "dialing":
            fate.answered_ns = NEVER
            fate.began += 1
            if plan.pick_up_ns != NEVER or plan.callback_ns != NEVER:
                self.timeline.plan(at_ns + max(plan.pick_up_ns, 0), _PICK_UP, number)
            elif plan.stints:
                self.plan_end(number, fate, at_ns)
        elif kind == "answered":
            if agent >= 0:  # else the customer was dialled first, and waits for an agent
                fate.answered_ns = at_ns
                self.plan_end(number, fate, at_ns)
        elif kind == "abandoned":
            fate.left_ns = at_ns
        elif kind == "timed_out":
            fate.timed_out_ns = at_ns
        else:  # ended or transferred: this stint is over
            wrap_ns = plan.wrap_ns.get(fate.stint, NEVER)
            if wrap_ns != NEVER:
                self.timeline.plan(at_ns + wrap_ns, _WRAP_UP, (number, agent))
            fate.stint += 1

    def plan_end(self, number: int, fate: _Fate, now: int) -> None:
        plan = fate.plan
        fate.began += 1
        lasts_ns = plan.stints[fate.stint].handling_ns if fate.stint < len(plan.stints) else plan.spare_ns
        if lasts_ns != NEVER:
            self.timeline.plan(now + lasts_ns, _END, (number, fate.began))

    def finish(self, what: tuple[int, int], now: int) -> None:
        """Handling is over: the interaction is transferred as recorded, or ends if that is not possible."""
        number, began = what
        fate = self.by_id[number]
        if fate.began != began:
            return
        left = fate.plan.stints[fate.stint : fate.stint + 1]
        stint = left[0] if left else Stint(0, -1, -1)
        if stint.queue >= 0 or stint.agent >= 0:
            try:
                if stint.queue >= 0:
                    self.engine.transfer(number, queue=stint.queue, at=now)
                else:
                    self.engine.transfer(number, agent=stint.agent, at=now)
                return
            except Refused as refused:
                self.refusals[refused.result.name.lower()] += 1
        self.engine.end(number, at=now)
