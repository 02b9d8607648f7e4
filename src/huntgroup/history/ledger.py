"""What happened, as rows: who was where from when to when, and what was counted at which instant.

A `Ledger` follows a stream of events with a mirror. What changes within one instant and is gone at its end
leaves no row. Every table and every figure of the history is made of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, NamedTuple

from huntgroup.mirror import Mirror, standing
from huntgroup.mirror.state import HANDLED, OVER, Agent, Interaction, State

BUILDING = frozenset(
    ("model_set", "channel_added", "channel_updated", "queue_added", "agent_added", "time_began")
)
"""Kinds that build a centre. A history begins with the first event of another kind."""

_ALL_AGENTS = frozenset(
    ("model_set", "model_updated", "channel_added", "channel_updated", "queue_updated", "queue_removed")
)
_COUNTED = (
    *("entered", "abandoned", "short_abandons", "timed_out", "overflowed", "moved", "callback_failed"),
    *("refused_closed", "refused_full", "refused_unstaffed"),
)


class Segment(NamedTuple):
    """An interaction in one state, or an agent's wrap-up. `end_ns` None: it goes on."""

    interaction: int
    agent: str | None
    queue: str | None
    state: str
    begin_ns: int
    end_ns: int | None


class Presence(NamedTuple):
    """An agent in one status. `logged_in`: it counts so; `reported_as`: the model's own word."""

    agent: str
    status: str
    reported_as: str | None
    logged_in: bool
    begin_ns: int
    end_ns: int | None


class Serving(NamedTuple):
    """An agent who serves in a queue (PRES-9)."""

    agent: str
    queue: str
    begin_ns: int
    end_ns: int | None


class Service(NamedTuple):
    """How a queue looks."""

    queue: str
    presence: str
    logged_in: int
    ready: int
    waiting: int
    begin_ns: int
    end_ns: int | None


class Count(NamedTuple):
    """Something that happened at an instant; of one that left, how long it had waited."""

    at_ns: int
    name: str
    wait_ns: int | None = None


class Answer(NamedTuple):
    """An answer of a queue."""

    at_ns: int
    interaction: int
    wait_ns: int
    in_target: bool


@dataclass(slots=True)
class Call:
    """One interaction from its arrival on."""

    id: int
    ref: int | str | None
    channel: str
    arrived_ns: int
    queues: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    waits_ns: list[int] = field(default_factory=list)
    answered_ns: int | None = None
    ended_ns: int | None = None
    completed_ns: int | None = None
    wrap_up_ns: int = 0
    transfers: int = 0
    outcome: str = "open"
    reason: str | None = None
    in_target: bool | None = None
    handled_ns: int = 0
    on_hold_ns: int = 0
    wraps: int = 0


@dataclass(slots=True)
class OfferRow:
    """One offer."""

    offer: int
    interaction: int
    agent: str
    queue: str | None
    made_ns: int
    ended_ns: int | None = None
    outcome: str = "open"


class Change(NamedTuple):
    """Who changed what of an agent."""

    at_ns: int
    agent: str
    what: str
    before: Any
    after: Any
    by: str | None


class Ledger:
    """Rows of a stream. `mirror` is the state at the start of a window, which stays as it is; without one the
    stream is taken from its first event on."""

    def __init__(self, mirror: Mirror | None = None) -> None:
        self.mirror = Mirror() if mirror is None else Mirror.restore(mirror.snapshot())
        self.since_ns: int | None = None if mirror is None else mirror.now_ns
        self.segments: list[Segment] = []
        self.presences: list[Presence] = []
        self.serving: list[Serving] = []
        self.services: list[Service] = []
        self.counts: dict[str, list[Count]] = {}
        self.answers: dict[str, list[Answer]] = {}
        self.handlings: dict[str, list[tuple[int, int, int]]] = {}
        self.agent_counts: dict[str, list[Count]] = {}
        self.calls: dict[int, Call] = {}
        self.offers: dict[int, OfferRow] = {}
        self.changes: list[Change] = []
        self._open_segments: dict[int, tuple[str | None, str | None, str, int]] = {}
        self._open_wraps: dict[tuple[str, int], tuple[str | None, int]] = {}
        self._open_presences: dict[str, tuple[str, str | None, bool, int]] = {}
        self._open_serving: dict[tuple[str, str], int] = {}
        self._open_services: dict[str, tuple[str, int, int, int, int]] = {}
        self._logged_in: dict[str, set[str]] = {}
        self._ready: dict[str, set[str]] = {}
        self._waiting: dict[str, set[int]] = {}
        self._waits_in: dict[int, str] = {}
        self._handled: dict[str, tuple[int, int]] = {}
        self._agents: set[str] = set()
        self._queues: set[str] = set()
        self._interactions: set[int] = set()
        if mirror is not None:
            self._begin()

    @property
    def _state(self) -> State:
        return self.mirror.state

    def _begin(self) -> None:
        """A window that begins in the midst of things: what is there has begun before."""
        state = self._state
        self._agents, self._queues = set(state.agents), set(state.queues)
        for queue in state.queues.values():
            self._handled[queue.name] = (queue.handled, queue.handling_ns)
        for one in state.interactions.values():
            if one.state in OVER:
                continue
            self._interactions.add(one.id)
            self.calls[one.id] = self._call(one)
        for agent in state.agents.values():
            for number, wrap in agent.wrap_ups.items():
                self._open_wraps[agent.name, number] = (wrap.queue, wrap.began_ns)
        for one in state.interactions.values():
            for offer, (name, offered_for, _) in one.offers.items():
                self.offers[offer] = OfferRow(offer, one.id, name, offered_for, one.since_ns)
        self._settle(begun=True)

    def _call(self, one: Interaction) -> Call:
        found = Call(one.id, one.ref, one.channel, one.queued_at_ns)
        found.queues += [] if one.queue is None else [one.queue]
        return found

    # --- the stream -----------------------------------------------------------------------------------------

    def feed(self, events: Iterable[Any]) -> None:
        """Takes more events. O(1) each, at the end of an instant O(memberships) of each agent concerned."""
        for given in events:
            event = SimpleNamespace(**given) if isinstance(given, Mapping) else given
            if event.at_ns > self.mirror.now_ns:
                self._settle()
            if self.since_ns is None and event.kind not in BUILDING:
                self.since_ns = event.at_ns
            self._take(event)

    def finish(self, until_ns: int | None = None) -> None:
        """Nothing more has happened up to this instant; rows that go on stay open."""
        self._settle()
        if until_ns is not None and until_ns > self.mirror.now_ns:
            self.mirror.advance(until_ns)

    def _take(self, event: Any) -> None:
        state, number = self._state, event.interaction
        one = None if number is None else state.interactions.get(number)
        queues = {event.queue} | (set() if one is None else {one.queue})
        before = {
            name: dict(state.queues[name].counts)
            for name in queues
            if name is not None and name in state.queues
        }
        self._touch(one)
        self._note_change(event)
        self.mirror.feed((event,))
        one = None if number is None else state.interactions.get(number)
        self._touch(one)
        if event.agent is not None:
            self._agents.add(event.agent)
        if event.kind == "agent_added":
            self._agents |= state.newcomers
        elif event.kind in _ALL_AGENTS:
            self._agents |= set(state.agents)
        self._queues |= {name for name in queues if name is not None}
        self._count(event, one, before)
        if one is not None:
            self._note_call(event, one)
        self._note_offer(event)

    def _touch(self, one: Interaction | None) -> None:
        """What this interaction is, and whoever has to do with it, may be another now."""
        if one is None:
            return
        self._interactions.add(one.id)
        if one.agent is not None:
            self._agents.add(one.agent)
        self._agents.update(agent for agent, _, _ in one.offers.values())
        queue = None if one.queue is None else self._state.queues.get(one.queue)
        if queue is not None and queue.settings["max_handled"] is not None:
            self._agents.update(self._logged_in.get(queue.name, ()))
        leg = None if one.linked is None else self._state.interactions.get(one.linked)
        if leg is not None:
            self._interactions.add(leg.id)
            if leg.agent is not None:
                self._agents.add(leg.agent)

    def _count(self, event: Any, one: Interaction | None, before: Mapping[str, Mapping[str, int]]) -> None:
        for name, counts in before.items():
            queue = self._state.queues.get(name)
            if queue is None:
                continue
            wait_ns = None if one is None else one.waited_ns
            for what in _COUNTED:
                for _ in range(queue.counts[what] - counts[what]):
                    self.counts.setdefault(name, []).append(Count(event.at_ns, what, wait_ns))
            answered = queue.counts["answered"] - counts["answered"]
            answers = self.answers.setdefault(name, [])
            if answered > 0 and one is not None and wait_ns is not None:
                answers.append(Answer(event.at_ns, one.id, wait_ns, one.in_target))
            elif answered < 0:
                # The answer is taken back (CHANGE-17), wherever it was.
                answers.remove(next(a for a in reversed(answers) if a.interaction == event.interaction))
        words = {"accepted": "answered", "expired": "missed", "rejected": "rejected"}
        if event.kind in words and event.agent is not None:
            self.agent_counts.setdefault(event.agent, []).append(Count(event.at_ns, words[event.kind]))

    # --- interactions ---------------------------------------------------------------------------------------

    def _note_call(self, event: Any, one: Interaction) -> None:
        call = self.calls.get(one.id)
        if call is None:
            call = self.calls[one.id] = self._call(one)
        call.ref = one.ref
        call.arrived_ns = min(call.arrived_ns, one.queued_at_ns)
        kind = event.kind
        if one.queue is not None and (not call.queues or call.queues[-1] != one.queue):
            call.queues.append(one.queue)
        if kind in ("accepted", "dialing") or (kind == "transferred" and one.state == "Handling"):
            call.agents += [] if one.agent is None else [one.agent]
        if kind == "transferred":
            call.transfers += 1
        if (kind == "accepted" and not one.callback) or kind == "answered":
            call.answered_ns = event.at_ns if call.answered_ns is None else call.answered_ns
            if one.waited_ns is not None:
                call.waits_ns.append(one.waited_ns)
            call.in_target = one.in_target if one.answer_counted else call.in_target
        elif kind in ("abandoned", "timed_out"):
            call.waits_ns.append(0 if one.waited_ns is None else one.waited_ns)
            call.outcome, call.ended_ns, call.reason = kind, event.at_ns, one.reason
        elif kind == "ended":
            call.ended_ns, call.reason = event.at_ns, one.reason
        elif kind == "completed":
            lost = one.callback and call.answered_ns is None
            call.outcome = "callback_failed" if lost else "completed"
        if one.state in OVER and call.completed_ns is None:
            call.ended_ns = event.at_ns if call.ended_ns is None else call.ended_ns
            call.completed_ns = event.at_ns
            call.handled_ns, call.on_hold_ns = one.handled_ns, one.on_hold_ns
        if kind == "wrap_up_started":
            self._end_wrap(event)
            self._open_wraps[event.agent, one.id] = (event.queue, event.at_ns)
            call.wraps += 1

    def _note_offer(self, event: Any) -> None:
        if event.kind == "offered":
            self.offers[event.offer] = OfferRow(
                event.offer, event.interaction, event.agent, event.queue, event.at_ns
            )
        elif event.kind in ("accepted", "rejected", "expired", "withdrawn") and event.offer in self.offers:
            row = self.offers[event.offer]
            row.ended_ns, row.outcome = event.at_ns, event.kind
        if event.kind == "wrap_up_ended":
            self._end_wrap(event)

    def _end_wrap(self, event: Any) -> None:
        began = self._open_wraps.pop((event.agent, event.interaction), None)
        if began is None:
            return
        queue, begin_ns = began
        if event.at_ns > begin_ns:
            self.segments.append(
                Segment(event.interaction, event.agent, queue, "Wrap Up", begin_ns, event.at_ns)
            )
        if event.interaction in self.calls:
            self.calls[event.interaction].wrap_up_ns += event.at_ns - begin_ns

    def _note_change(self, event: Any) -> None:
        """Before the mirror has it: what was so until now."""
        state = self._state
        agent = None if event.agent is None else state.agents.get(event.agent)
        if agent is None:
            if event.kind == "agent_added":
                self.changes.append(Change(event.at_ns, event.agent, "added", None, None, event.by))
            return
        before: Any
        after: Any = event.status_to
        member = None if event.queue is None else agent.memberships.get(event.queue)
        match event.kind:
            case "agent_removed" | "signed_in" | "signed_out" | "connection_changed":
                what, before, after = event.kind, None, None
            case "profile_changed":
                what, before = "profile", event.status_from
            case "ready_changed":
                what, before, after = "ready", agent.toggle, bool(after)
            case "external_presence_changed":
                what, before, after = "external_presence", agent.external, event.text
            case "stop_new_changed":
                what, before, after = "stop_new", agent.stop_new, bool(after)
            case "skill_changed":
                what, before, after = (
                    f"skill {event.status_from}",
                    agent.skills.get(event.status_from, 0),
                    event.value,
                )
            case "capacity_changed":
                what, before, after = (
                    f"capacity {event.channel}",
                    agent.capacity.get(event.channel, 0),
                    event.value,
                )
            case "agent_updated":
                what, before = str(event.status_from), getattr(agent, str(event.status_from), None)
                after = event.text if event.value is None else event.value
            case "device_changed":
                what, before, after = f"device {event.channel}", not after, bool(after)
            case "queue_login_changed":
                what, before, after = f"login {event.queue}", not after, bool(after)
            case "membership_changed":
                what, before = f"tier {event.queue}", None if member is None else member.tier
            case "membership_ended":
                what, before, after = f"tier {event.queue}", None if member is None else member.tier, None
            case _:
                return
        self.changes.append(Change(event.at_ns, agent.name, what, before, after, event.by))

    # --- the end of an instant ----------------------------------------------------------------------------

    def _settle(self, begun: bool = False) -> None:
        """What has changed in this instant begins now; where a window begins it began before (`begun`)."""
        self.mirror.settle()
        state = self._state
        for number in self._interactions:
            self._look_at_interaction(number, begun)
        for name in self._agents:
            self._look_at_agent(name, state.agents.get(name), begun)
        for name in self._queues:
            self._look_at_queue(name)
        self._interactions, self._agents, self._queues = set(), set(), set()

    def _look_at_interaction(self, number: int, begun: bool) -> None:
        now_ns, one = self.mirror.now_ns, self._state.interactions.get(number)
        is_there = one is not None and one.state not in (*OVER, "Wrap Up")
        waits = one.queue if one is not None and one.state == "Queued" else None
        waited = self._waits_in.pop(number, None)
        if waited is not None and waited != waits:
            self._waiting[waited].discard(number)
            self._queues.add(waited)
        if waits is not None:
            self._waits_in[number] = waits
            self._waiting.setdefault(waits, set()).add(number)
            self._queues.add(waits)
        now = (one.agent, one.queue, one.state) if is_there and one is not None else None
        before = self._open_segments.get(number)
        if before is not None and before[:3] != now:
            agent, queue, name, begin_ns = self._open_segments.pop(number)
            if now_ns > begin_ns:
                self.segments.append(Segment(number, agent, queue, name, begin_ns, now_ns))
        if now is not None and number not in self._open_segments and one is not None:
            self._open_segments[number] = (*now, one.since_ns if begun else now_ns)

    def _look_at_agent(self, name: str, agent: Agent | None, begun: bool) -> None:
        now_ns, state = self.mirror.now_ns, self._state
        status = serves = logged_in = ready = None
        if agent is not None and state.model is not None:
            now = standing.standing(state, agent)
            status = (agent.shown, now.first("reported_as"), standing.in_service(now))
            serves = {queue for queue in agent.memberships if standing.serves(state, agent, queue, now)}
            in_service = standing.in_service(now)
            logged_in = {
                queue for queue, member in agent.memberships.items() if in_service and member.logged_in
            }
            ready = {
                queue
                for queue in standing.ready_in(state, agent, now)
                if state.queues[queue].requirement.evaluate(agent.skills)
            }
        before = self._open_presences.get(name)
        if before is not None and before[:3] != status:
            shown, reported, counts, begin_ns = self._open_presences.pop(name)
            if now_ns > begin_ns:
                self.presences.append(Presence(name, shown, reported, counts, begin_ns, now_ns))
        if status is not None and agent is not None and name not in self._open_presences:
            self._open_presences[name] = (*status, agent.since_ns if begun else now_ns)
        for queue in [queue for who, queue in self._open_serving if who == name] if not serves else ():
            self._close_serving(name, queue)
        if serves:
            for who, queue in list(self._open_serving):
                if who == name and queue not in serves:
                    self._close_serving(name, queue)
            for queue in serves:
                self._open_serving.setdefault((name, queue), now_ns)
        for kept, found in ((self._logged_in, logged_in), (self._ready, ready)):
            for queue in {*kept, *(found or ())}:
                members = kept.setdefault(queue, set())
                if (name in members) != (found is not None and queue in found):
                    (members.discard if name in members else members.add)(name)
                    self._queues.add(queue)

    def _close_serving(self, name: str, queue: str) -> None:
        begin_ns = self._open_serving.pop((name, queue))
        if self.mirror.now_ns > begin_ns:
            self.serving.append(Serving(name, queue, begin_ns, self.mirror.now_ns))

    def _look_at_queue(self, name: str) -> None:
        now_ns, queue = self.mirror.now_ns, self._state.queues.get(name)
        now: tuple[str, int, int, int] | None = None
        if queue is not None:
            now = (
                queue.presence,
                len(self._logged_in.get(name, ())),
                len(self._ready.get(name, ())),
                len(self._waiting.get(name, ())),
            )
            count, total_ns = self._handled.get(name, (0, 0))
            if queue.handled != count:
                rows = self.handlings.setdefault(name, [])
                rows.append((now_ns, queue.handled - count, queue.handling_ns - total_ns))
                self._handled[name] = (queue.handled, queue.handling_ns)
        before = self._open_services.get(name)
        if before is not None and before[:4] != now:
            row = Service(name, *self._open_services.pop(name), now_ns)
            if now_ns > row.begin_ns:
                self.services.append(row)
        if now is not None and name not in self._open_services:
            self._open_services[name] = (*now, now_ns)

    # --- rows that go on ----------------------------------------------------------------------------------

    def all_segments(self) -> list[Segment]:
        """Closed ones in the order of their ends, then those that go on."""
        rows = list(self.segments)
        rows += [
            Segment(number, agent, queue, state, begin_ns, None)
            for number, (agent, queue, state, begin_ns) in self._open_segments.items()
        ]
        rows += [
            Segment(number, agent, queue, "Wrap Up", begin_ns, None)
            for (agent, number), (queue, begin_ns) in self._open_wraps.items()
        ]
        return rows

    def all_presences(self) -> list[Presence]:
        """The same of agents."""
        rows = [Presence(name, *looks, None) for name, looks in self._open_presences.items()]
        return [*self.presences, *rows]

    def all_serving(self) -> list[Serving]:
        """The same of agents who serve."""
        rows = [
            Serving(name, queue, begin_ns, None) for (name, queue), begin_ns in self._open_serving.items()
        ]
        return [*self.serving, *rows]

    def all_services(self) -> list[Service]:
        """The same of queues."""
        return [*self.services, *(Service(name, *looks, None) for name, looks in self._open_services.items())]


WORK = (*HANDLED, "Wrap Up")
"""The states of a segment in which an agent is at work."""
