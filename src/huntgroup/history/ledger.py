"""Turns events into rows: states with their start and end, and counts with their instant.

A `Ledger` follows a stream of events with a mirror. A state that begins and ends at the same instant leaves
no row. All tables and figures of the history are made from a ledger.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence, Set
from types import SimpleNamespace
from typing import Any

from huntgroup.history.records import (
    Answer,
    Call,
    Change,
    Count,
    Handling,
    OfferRow,
    Presence,
    Segment,
    Service,
    Serving,
)
from huntgroup.mirror import Mirror, standing
from huntgroup.mirror.state import HANDLED, OVER, Agent, Interaction, Queue

BUILDING = frozenset(
    ("model_set", "channel_added", "channel_updated", "queue_added", "agent_added", "time_began")
)
"""Kinds of events that set up a centre. A history begins with the first event of another kind."""

_ALL_AGENTS = frozenset(
    ("model_set", "model_updated", "channel_added", "channel_updated", "queue_updated", "queue_removed")
)
FINISHED = 1_000
"""How many finished interactions a ledger's mirror keeps. More are not needed: the ledger's rows have
them."""

_NOWHERE: tuple[Set[str], Set[str], Set[str]] = (frozenset(), frozenset(), frozenset())
_WORDS = {"accepted": "answered", "expired": "missed", "rejected": "rejected"}
"""The count of an agent that each kind of event adds to."""

_CHANGES = frozenset(
    (
        *("agent_added", "agent_removed", "agent_updated", "signed_in", "signed_out", "connection_changed"),
        *("profile_changed", "ready_changed", "external_presence_changed", "stop_new_changed"),
        *("skill_changed", "capacity_changed", "device_changed"),
        *("queue_login_changed", "membership_changed", "membership_ended"),
    )
)
_COUNTED = (
    *("entered", "abandoned", "short_abandons", "timed_out", "overflowed", "moved", "callback_failed"),
    *("refused_closed", "refused_full", "refused_unstaffed"),
)


class Ledger:
    """The rows of a stream. `mirror` is the state at the start of a window, and is not changed; without one
    the stream must start at its first event. Without `staffing` no rows are made of which agents serve in
    which queue and of the queues' presence; these cost the most."""

    def __init__(self, mirror: Mirror | None = None, *, staffing: bool = True) -> None:
        self.staffing = staffing
        self.mirror: Mirror = (
            Mirror(keep_finished=FINISHED) if mirror is None else Mirror.restore(mirror.snapshot())
        )
        self.since_ns: int | None = None if mirror is None else mirror.now_ns
        self.segments: list[Segment] = []
        self.presences: list[Presence] = []
        self.serving: list[Serving] = []
        self.services: list[Service] = []
        self.counts: dict[str, list[Count]] = {}
        self.answers: dict[str, list[Answer]] = {}
        self.handlings: dict[str, list[Handling]] = {}
        self.agent_counts: dict[str, list[Count]] = {}
        self.calls: dict[int, Call] = {}
        self.offers: dict[int, OfferRow] = {}
        self.changes: list[Change] = []
        self._open_segments: dict[int, tuple[str | None, str | None, str, int]] = {}
        self._open_wraps: dict[tuple[str, int], tuple[str | None, int]] = {}
        self._open_presences: dict[str, tuple[str, str | None, bool, int]] = {}
        self._open_serving: dict[tuple[str, str], int] = {}
        self._open_services: dict[str, tuple[str, int, int, int, int]] = {}
        self._at: dict[str, tuple[Set[str], Set[str], Set[str]]] = {}
        self._logged_in: dict[str, set[str]] = {}
        self._ready: dict[str, set[str]] = {}
        self._waiting: dict[str, set[int]] = {}
        self._waits_in: dict[int, str] = {}
        self._handled: dict[str, tuple[int, int]] = {}
        self._agents: set[str] = set()
        self._queues: set[str] = set()
        self._interactions: set[int] = set()
        self._reported: dict[tuple[str, str, str, bool], tuple[str | None, bool]] = {}
        if mirror is not None:
            self._begin()

    def _begin(self) -> None:
        """Starts a window in a running centre: the states at its start began earlier."""
        state = self.mirror.state
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
        """Adds more events. O(1) each, and at the end of an instant O(memberships) per agent concerned."""
        for given in events:
            event = SimpleNamespace(**given) if isinstance(given, Mapping) else given
            if event.at_ns > self.mirror.now_ns:
                self._settle()
            if self.since_ns is None and event.kind not in BUILDING:
                self.since_ns = event.at_ns
            self._take(event)

    def finish(self, until_ns: int | None = None) -> None:
        """States that no more events happened up to this instant. Rows that have not ended stay open."""
        self._settle()
        if until_ns is not None and until_ns > self.mirror.now_ns:
            self.mirror.advance(until_ns)

    def _take(self, event: Any) -> None:
        state, number = self.mirror.state, event.interaction
        one = None if number is None else state.interactions.get(number)
        names = [event.queue] if one is None or one.queue == event.queue else [event.queue, one.queue]
        queues = [state.queues[name] for name in names if name in state.queues]
        before = [(queue, dict(queue.counts)) for queue in queues]
        if one is not None:
            self._touch(one)
        if event.kind in _CHANGES:
            self._note_change(event)
        leaving, kind = state.letting_go, event.kind
        self.mirror.feed((event,))
        if one is None and number is not None:
            one = state.interactions.get(number)
        if one is not None:
            self._touch(one)
            if one.queue not in names and one.queue in state.queues:
                names.append(one.queue)
        if event.agent is not None:
            self._agents.add(event.agent)
        if kind == "agent_added":
            self._agents |= state.newcomers
        elif kind in _ALL_AGENTS:
            self._agents |= set(state.agents)
            self._reported.clear()
        for queue, counts in before:
            self._queues.add(queue.name)
            if queue.counts != counts:
                self._count(event, one, queue, counts)
        for name in names:
            if name in state.queues:
                self._note_handlings(name, leaving, number)
        if kind in _WORDS and event.agent is not None:
            rows = self.agent_counts.setdefault(event.agent, [])
            rows.append(Count(event.at_ns, _WORDS[kind], number))
        if one is not None:
            self._note_call(event, one)
        if event.offer is not None or kind == "wrap_up_ended":
            self._note_offer(event)

    def _touch(self, one: Interaction) -> None:
        """Marks the interaction and its agents as possibly changed, to be compared at the end of the
        instant."""
        self._interactions.add(one.id)
        if one.agent is not None:
            self._agents.add(one.agent)
        for agent, _, _ in one.offers.values():
            self._agents.add(agent)
        queue = None if one.queue is None else self.mirror.state.queues.get(one.queue)
        if queue is not None and queue.settings["max_handled"] is not None:
            self._agents.update(self._logged_in.get(queue.name, ()))
        leg = None if one.linked is None else self.mirror.state.interactions.get(one.linked)
        if leg is not None:
            self._interactions.add(leg.id)
            if leg.agent is not None:
                self._agents.add(leg.agent)

    def _count(self, event: Any, one: Interaction | None, queue: Queue, counts: Mapping[str, int]) -> None:
        wait_ns = None if one is None else one.waited_ns
        number = event.interaction
        for what in _COUNTED:
            for _ in range(queue.counts[what] - counts[what]):
                self.counts.setdefault(queue.name, []).append(Count(event.at_ns, what, number, wait_ns))
        answered = queue.counts["answered"] - counts["answered"]
        answers = self.answers.setdefault(queue.name, [])
        if answered > 0 and one is not None and wait_ns is not None:
            answers.append(Answer(event.at_ns, one.id, wait_ns, one.in_target))
        elif answered < 0:
            # The answer is taken back (CHANGE-17), whichever queue it was counted for.
            taken_back = next((a for a in reversed(answers) if a.interaction == number), None)
            if taken_back is not None:
                answers.remove(taken_back)

    def _note_handlings(
        self, name: str, leaving: tuple[int, str | None, int] | None, number: int | None
    ) -> None:
        """Records the handling times that are now complete: of the interaction that the agent had stopped
        handling (`leaving`), and of this one."""
        queue = self.mirror.state.queues[name]
        count, total_ns = self._handled.get(name, (0, 0))
        fresh, elapsed_ns = queue.handled - count, queue.handling_ns - total_ns
        self._handled[name] = (queue.handled, queue.handling_ns)
        if fresh <= 0:
            return
        rows, now_ns = self.handlings.setdefault(name, []), self.mirror.now_ns
        if leaving is not None and leaving[1] == name and self.mirror.state.letting_go is None:
            rows.append(Handling(now_ns, leaving[0], leaving[2]))
            fresh, elapsed_ns = fresh - 1, elapsed_ns - leaving[2]
        if fresh:
            rows.append(Handling(now_ns, -1 if number is None else number, elapsed_ns))

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
        # If the customer is dialled first, the interaction waits once the customer answers, and is no
        # callback any more when an agent accepts it.
        if (kind == "accepted" and not one.callback) or (kind == "answered" and one.agent is not None):
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
        """Records the old value of what the event changes, before the mirror applies the event."""
        state = self.mirror.state
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
        """Closes and opens the rows that changed at this instant. `begun`: at the start of a window, where
        states began earlier."""
        state, leaving = self.mirror.state, self.mirror.state.letting_go
        self.mirror.settle()
        if leaving is not None and leaving[1] in state.queues:
            self._note_handlings(str(leaving[1]), leaving, None)
        for number in self._interactions:
            self._look_at_interaction(number, begun)
        for name in self._agents:
            self._look_at_agent(name, state.agents.get(name), begun)
        for name in self._queues if self.staffing else ():
            self._look_at_queue(name)
        self._interactions, self._agents, self._queues = set(), set(), set()

    def _look_at_interaction(self, number: int, begun: bool) -> None:
        now_ns, one = self.mirror.now_ns, self.mirror.state.interactions.get(number)
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
        now_ns, state = self.mirror.now_ns, self.mirror.state
        there = agent is not None and state.model is not None
        status = (agent.shown, *self._word(agent)) if there and agent is not None else None
        before = self._open_presences.get(name)
        if before is not None and before[:3] != status:
            shown, reported, counts, begin_ns = self._open_presences.pop(name)
            if now_ns > begin_ns:
                self.presences.append(Presence(name, shown, reported, counts, begin_ns, now_ns))
        if status is not None and agent is not None and name not in self._open_presences:
            self._open_presences[name] = (*status, agent.since_ns if begun else now_ns)
        if self.staffing:
            self._look_at_places(name, agent if there else None)

    def _word(self, agent: Agent) -> tuple[str | None, bool]:
        """The agent's `reported_as`, and whether its status counts as logged in."""
        signed_in = agent.signed_in and agent.connected
        key = (agent.shown, agent.base, agent.profile, signed_in)
        found = self._reported.get(key)
        if found is None:
            now = standing.standing(self.mirror.state, agent)
            found = self._reported[key] = (now.first("reported_as"), standing.in_service(now))
        return found

    def _look_at_places(self, name: str, agent: Agent | None) -> None:
        """Updates in which queues the agent serves, is logged in and is ready."""
        now_ns, state = self.mirror.now_ns, self.mirror.state
        serves: set[str] = set()
        logged_in: set[str] = set()
        ready: set[str] = set()
        if agent is not None:
            now = standing.standing(state, agent)
            if standing.in_service(now):
                logged_in = {queue for queue, member in agent.memberships.items() if member.logged_in}
                serves = {queue for queue in logged_in if standing.serves(state, agent, queue, now)}
            ready = {
                queue
                for queue in standing.ready_in(state, agent, now)
                if state.queues[queue].requirement.evaluate(agent.skills)
            }
        served, was_logged_in, was_ready = self._at.get(name, _NOWHERE)
        for queue in served - serves:
            self._close_serving(name, queue)
        for queue in serves - served:
            self._open_serving[name, queue] = now_ns
        changes = ((self._logged_in, was_logged_in ^ logged_in), (self._ready, was_ready ^ ready))
        for members, queues in changes:
            for queue in queues:
                there = members.setdefault(queue, set())
                (there.discard if name in there else there.add)(name)
                self._queues.add(queue)
        self._at[name] = (serves, logged_in, ready)

    def _close_serving(self, name: str, queue: str) -> None:
        begin_ns = self._open_serving.pop((name, queue))
        if self.mirror.now_ns > begin_ns:
            self.serving.append(Serving(name, queue, begin_ns, self.mirror.now_ns))

    def _look_at_queue(self, name: str) -> None:
        now_ns, queue = self.mirror.now_ns, self.mirror.state.queues.get(name)
        now: tuple[str, int, int, int] | None = None
        if queue is not None:
            now = (
                queue.presence,
                len(self._logged_in.get(name, ())),
                len(self._ready.get(name, ())),
                len(self._waiting.get(name, ())),
            )
        before = self._open_services.get(name)
        if before is not None and before[:4] != now:
            row = Service(name, *self._open_services.pop(name), now_ns)
            if now_ns > row.begin_ns:
                self.services.append(row)
        if now is not None and name not in self._open_services:
            self._open_services[name] = (*now, now_ns)

    def forget(self, before_ns: int) -> None:
        """Drops the rows that ended by this instant; the history then begins there. O(rows)."""
        if self.since_ns is None or before_ns <= self.since_ns:
            return
        self.since_ns = before_ns
        for spans in (self.segments, self.presences, self.serving, self.services):
            del spans[: _first(spans, before_ns)]
        for counted in (self.counts, self.answers, self.handlings, self.agent_counts):
            for rows in counted.values():
                del rows[: first_at(rows, before_ns)]
        del self.changes[: first_at(self.changes, before_ns)]
        self.calls = {
            number: call
            for number, call in self.calls.items()
            if call.completed_ns is None or call.completed_ns > before_ns
        }
        self.offers = {
            number: offer
            for number, offer in self.offers.items()
            if offer.ended_ns is None or offer.ended_ns > before_ns
        }

    # --- rows, with those that have not ended -------------------------------------------------------------

    def all_segments(self, since_ns: int = 0) -> list[Segment]:
        """The segments that end after `since_ns`: ended ones in the order of their ends, then the open
        ones."""
        rows = self.segments[_first(self.segments, since_ns) :]
        rows += [
            Segment(number, agent, queue, state, begin_ns, None)
            for number, (agent, queue, state, begin_ns) in self._open_segments.items()
        ]
        rows += [
            Segment(number, agent, queue, "Wrap Up", begin_ns, None)
            for (agent, number), (queue, begin_ns) in self._open_wraps.items()
        ]
        return rows

    def all_presences(self, since_ns: int = 0) -> list[Presence]:
        """The presences of agents, as `all_segments`."""
        rows = [Presence(name, *looks, None) for name, looks in self._open_presences.items()]
        return [*self.presences[_first(self.presences, since_ns) :], *rows]

    def all_serving(self, since_ns: int = 0) -> list[Serving]:
        """The rows of agents who serve in a queue, as `all_segments`."""
        rows = [
            Serving(name, queue, begin_ns, None) for (name, queue), begin_ns in self._open_serving.items()
        ]
        return [*self.serving[_first(self.serving, since_ns) :], *rows]

    def all_services(self) -> list[Service]:
        """The rows of the queues' presence, ended ones first, then the open ones."""
        return [*self.services, *(Service(name, *looks, None) for name, looks in self._open_services.items())]


def _first(rows: Sequence[Any], since_ns: int) -> int:
    """The position of the first row that ends after this instant. O(log rows)."""
    return bisect_right(rows, since_ns, key=lambda row: row.end_ns)


def first_at(rows: Sequence[Any], since_ns: int) -> int:
    """The position of the first row at or after this instant. O(log rows)."""
    return bisect_left(rows, since_ns, key=lambda row: row.at_ns)


WORK = (*HANDLED, "Wrap Up")
"""The states of a segment in which an agent is at work."""
