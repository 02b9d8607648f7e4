"""Figures by interval, of queues and of agents: each is defined in docs/HISTORY.md and computed only here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from typing import Any, Literal

from huntgroup.errors import ConfigError
from huntgroup.history.ledger import WORK, Ledger, first_at
from huntgroup.history.slots import Slots
from huntgroup.history.tally import COUNTS, Tally
from huntgroup.mirror import Mirror
from huntgroup.settings.durations import SECOND_NS
from huntgroup.settings.instants import instant_ns

QUEUE_COLUMNS = (
    *("queue", "from", "to", "offered", "answered", *COUNTS, "refused", "service_level"),
    *("average_speed_of_answer", "average_handle_time", "longest_wait", "wait_p50", "wait_p90", "wait_p95"),
    *("occupancy", "staffed_seconds"),
)
AGENT_COLUMNS = (
    *("agent", "from", "to", "answered", "missed", "rejected", "handle_seconds", "hold_seconds"),
    *("wrap_up_seconds", "status_seconds", "reported_seconds"),
)

Per = Literal["queue", "agent"]
By = Literal["event", "arrival"]


def rows(
    ledger: Ledger,
    *,
    minutes: int = 15,
    tz: str = "UTC",
    per: Per = "queue",
    by: By = "event",
    since_ns: int | None = None,
    until_ns: int | None = None,
) -> list[dict[str, Any]]:
    """The figures of a ledger as dictionaries of `QUEUE_COLUMNS` or `AGENT_COLUMNS`, by name, then interval;
    instants in ns, durations in seconds. Raises ConfigError. O(rows from `since_ns` on + intervals x
    names)."""
    if per not in ("queue", "agent"):
        raise ConfigError("per", per, '"queue" or "agent"')
    if by not in ("event", "arrival"):
        raise ConfigError("by", by, '"event" or "arrival"')
    begin_ns = since_ns if since_ns is not None else ledger.since_ns
    end_ns = ledger.mirror.now_ns if until_ns is None else until_ns
    if begin_ns is None:
        return []
    if end_ns < begin_ns:
        raise ConfigError("until", end_ns, f"an instant not before the beginning, {begin_ns} ns")
    slots = Slots(begin_ns, end_ns, minutes, tz)
    return [row(per, slots, *one) for one in tallies(ledger, slots, per, by)]


def tallies(
    ledger: Ledger, slots: Slots, per: Per, by: By = "event", only: Container[str] | None = None
) -> list[tuple[str, int, Tally | AgentTally]]:
    """(name, interval, tally) in order of name, then interval; `only`: restricts it to these names."""
    if per == "agent":
        found = sorted(agents(ledger, slots).items())
        return [(name, slot, one) for (name, slot), one in found if only is None or name in only]
    return [
        (name, slot, one)
        for name, ones in sorted(queues(ledger, slots, by).items())
        if only is None or name in only
        for slot, one in enumerate(ones)
    ]


def row(per: Per, slots: Slots, name: str, slot: int, tally: Tally | AgentTally) -> dict[str, Any]:
    """One row of figures."""
    return {per: name, "from": slots.ends[slot], "to": slots.ends[slot + 1], **tally.figures()}


def of_events(
    events: Iterable[Any],
    *,
    minutes: int = 15,
    tz: str = "UTC",
    per: Per = "queue",
    by: By = "event",
    since: Any = None,
    until: Any = None,
    mirror: Mirror | None = None,
) -> list[dict[str, Any]]:
    """The rows of a stream of events. `mirror` is the state at the start of a window, `until` the instant up
    to which the stream is known. Raises ConfigError."""
    ledger = Ledger(mirror)
    ledger.feed(events)
    until_ns = None if until is None else instant_ns("until", until)
    ledger.finish(until_ns)
    since_ns = None if since is None else instant_ns("since", since)
    return rows(ledger, minutes=minutes, tz=tz, per=per, by=by, since_ns=since_ns, until_ns=until_ns)


# --- queues -----------------------------------------------------------------------------------------------


def queues(ledger: Ledger, slots: Slots, by: By = "event") -> dict[str, list[Tally]]:
    """The tally of each queue for each interval. What happens to an interaction counts in the interval of the
    event or, by arrival, in the interval of its arrival; agents' seconds count in the interval in which they
    pass."""
    found: dict[str, list[Tally]] = defaultdict(lambda: [Tally() for _ in range(len(slots))])
    for name in (*ledger.mirror.state.queues, *ledger.counts, *ledger.answers):
        found[name]

    def slot_of(at_ns: int, interaction: int | None) -> int | None:
        if by == "arrival" and interaction is not None:
            call = ledger.calls.get(interaction)
            at_ns = at_ns if call is None else call.arrived_ns
        return slots.of(at_ns)

    for name, counts in ledger.counts.items():
        for count in counts[first_at(counts, slots.since_ns) :]:
            slot = slot_of(count.at_ns, count.interaction)
            if slot is not None:
                found[name][slot].counts[count.name] += 1
                if count.name in ("abandoned", "timed_out") and count.wait_ns is not None:
                    found[name][slot].left_ns.append(count.wait_ns)
    for name, answers in ledger.answers.items():
        for answer in answers[first_at(answers, slots.since_ns) :]:
            slot = slot_of(answer.at_ns, answer.interaction)
            if slot is not None:
                found[name][slot].waits_ns.append(answer.wait_ns)
                found[name][slot].in_target += answer.in_target
    for name, handlings in ledger.handlings.items():
        for handling in handlings[first_at(handlings, slots.since_ns) :]:
            slot = slot_of(handling.at_ns, handling.interaction)
            if slot is not None:
                found[name][slot].handled += 1
                found[name][slot].handling_ns += handling.elapsed_ns
    _staffing(ledger, slots, found)
    return found


def _staffing(ledger: Ledger, slots: Slots, found: dict[str, list[Tally]]) -> None:
    """Adds the staffed time (of all agents who serve the queue) and its busy part, in which the agent handles
    the queue's interactions or wraps up. Two chats at the same time count once."""
    at_work: dict[tuple[str, str], list[tuple[int, int | None]]] = defaultdict(list)
    for row in ledger.all_segments(slots.since_ns) if ledger.staffing else ():
        if row.agent is not None and row.queue is not None and row.state in WORK:
            at_work[row.agent, row.queue].append((row.begin_ns, row.end_ns))
    unions = {key: _union(spans, slots.until_ns) for key, spans in at_work.items()}
    for turn in ledger.all_serving(slots.since_ns):
        until_ns = slots.until_ns if turn.end_ns is None else turn.end_ns
        for slot, begin_ns, end_ns in slots.pieces(turn.begin_ns, turn.end_ns):
            found[turn.queue][slot].staffed_ns += end_ns - begin_ns
        for start_ns, stop_ns in unions.get((turn.agent, turn.queue), ()):
            for slot, begin_ns, end_ns in slots.pieces(max(start_ns, turn.begin_ns), min(stop_ns, until_ns)):
                found[turn.queue][slot].busy_ns += end_ns - begin_ns


def _union(spans: Iterable[tuple[int, int | None]], now_ns: int) -> list[tuple[int, int]]:
    """The union of the spans: disjoint spans in order."""
    found: list[tuple[int, int]] = []
    for begin_ns, end_ns in sorted((begin, now_ns if end is None else end) for begin, end in spans):
        if found and begin_ns <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end_ns))
        else:
            found.append((begin_ns, end_ns))
    return found


# --- agents -----------------------------------------------------------------------------------------------


class AgentTally:
    """The counts and times of an agent in one interval; durations in ns, by status and by `reported_as`."""

    __slots__ = ("counts", "handle_ns", "hold_ns", "reported_ns", "status_ns", "wrap_up_ns")

    handle_ns: int
    hold_ns: int
    wrap_up_ns: int

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.handle_ns = self.hold_ns = self.wrap_up_ns = 0
        self.status_ns: Counter[str] = Counter()
        self.reported_ns: Counter[str] = Counter()

    def figures(self) -> dict[str, Any]:
        """All figures, by the names of their columns."""
        return {
            **{name: self.counts[name] for name in ("answered", "missed", "rejected")},
            "handle_seconds": self.handle_ns / SECOND_NS,
            "hold_seconds": self.hold_ns / SECOND_NS,
            "wrap_up_seconds": self.wrap_up_ns / SECOND_NS,
            "status_seconds": {name: ns / SECOND_NS for name, ns in sorted(self.status_ns.items())},
            "reported_seconds": {name: ns / SECOND_NS for name, ns in sorted(self.reported_ns.items())},
        }


def agents(ledger: Ledger, slots: Slots) -> dict[tuple[str, int], AgentTally]:
    """The tally of each agent and interval; an agent has no entry for intervals in which it did not exist."""
    found: dict[tuple[str, int], AgentTally] = defaultdict(AgentTally)
    for turn in ledger.all_presences(slots.since_ns):
        word = reported(turn.reported_as, turn.logged_in)
        for slot, begin_ns, end_ns in slots.pieces(turn.begin_ns, turn.end_ns):
            here = found[turn.agent, slot]
            here.status_ns[turn.status] += end_ns - begin_ns
            here.reported_ns[word] += end_ns - begin_ns
    for part in ledger.all_segments(slots.since_ns):
        if part.agent is None or part.state not in WORK:
            continue
        for slot, begin_ns, end_ns in slots.pieces(part.begin_ns, part.end_ns):
            here = found[part.agent, slot]
            if part.state == "Wrap Up":
                here.wrap_up_ns += end_ns - begin_ns
            else:
                here.handle_ns += end_ns - begin_ns
                here.hold_ns += (end_ns - begin_ns) * (part.state == "On Hold")
    for name, counts in ledger.agent_counts.items():
        for count in counts[first_at(counts, slots.since_ns) :]:
            at = slots.of(count.at_ns)
            if at is not None:
                found[name, at].counts[count.name] += 1
    return found


def reported(word: str | None, logged_in: bool) -> str:
    """The report category of a time: the model's `reported_as`, else whether it counts as logged in."""
    return word or ("logged in" if logged_in else "logged out")
