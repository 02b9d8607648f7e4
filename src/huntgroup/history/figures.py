"""Figures by interval, of queues and of agents: each is defined in docs/HISTORY.md and computed only here."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import numpy as np

from huntgroup.errors import ConfigError
from huntgroup.history import calendar
from huntgroup.history.ledger import WORK, Ledger
from huntgroup.mirror import Mirror
from huntgroup.settings.durations import SECOND_NS
from huntgroup.settings.instants import instant_ns

COUNTS = ("abandoned", "short_abandons", "timed_out", "overflowed")
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


class Slots:
    """The intervals [from, to) of a question; `since` and `until` cut what lies outside."""

    def __init__(self, since_ns: int, until_ns: int, minutes: int, tz: str) -> None:
        self.since_ns, self.until_ns = since_ns, until_ns
        self.ends = calendar.boundaries(since_ns, until_ns, minutes, calendar.zone(tz))

    def __len__(self) -> int:
        return len(self.ends) - 1

    def of(self, at_ns: int) -> int | None:
        """The interval of an instant, None for one outside. O(log intervals)."""
        if not self.since_ns <= at_ns < max(self.until_ns, self.since_ns + 1):
            return self._last(at_ns)
        return bisect_right(self.ends, at_ns) - 1

    def _last(self, at_ns: int) -> int | None:
        """What happens at the very end of what is known belongs to the last interval, if that goes on."""
        ends_here = at_ns == self.until_ns and self.ends[-1] > at_ns
        return len(self) - 1 if ends_here else None

    def pieces(self, begin_ns: int, end_ns: int | None) -> Iterator[tuple[int, int, int]]:
        """(interval, begin, end) of each part of a span, None: up to the end of what is known."""
        begin_ns = max(begin_ns, self.since_ns)
        stop_ns = self.until_ns if end_ns is None else min(end_ns, self.until_ns)
        while begin_ns < stop_ns:
            slot = bisect_right(self.ends, begin_ns) - 1
            until_ns = min(stop_ns, self.ends[slot + 1])
            yield slot, begin_ns, until_ns
            begin_ns = until_ns


def rows(
    ledger: Ledger,
    *,
    minutes: int = 15,
    tz: str = "UTC",
    per: Per = "queue",
    since_ns: int | None = None,
    until_ns: int | None = None,
) -> list[dict[str, Any]]:
    """The figures of a ledger as dictionaries of `QUEUE_COLUMNS` or `AGENT_COLUMNS`, by name, then interval;
    instants in ns, durations in seconds. Raises ConfigError. O(rows of the ledger + intervals x names)."""
    if per not in ("queue", "agent"):
        raise ConfigError("per", per, '"queue" or "agent"')
    begin_ns = since_ns if since_ns is not None else ledger.since_ns
    end_ns = ledger.mirror.now_ns if until_ns is None else until_ns
    if begin_ns is None:
        return []
    if end_ns < begin_ns:
        raise ConfigError("until", end_ns, f"an instant not before the beginning, {begin_ns} ns")
    slots = Slots(begin_ns, end_ns, minutes, tz)
    return _queue_rows(ledger, slots) if per == "queue" else _agent_rows(ledger, slots)


def of_events(
    events: Iterable[Any],
    *,
    minutes: int = 15,
    tz: str = "UTC",
    per: Per = "queue",
    since: Any = None,
    until: Any = None,
    mirror: Mirror | None = None,
) -> list[dict[str, Any]]:
    """The same of a stream of events. `mirror` is the state at the start of a window, `until` the instant up
    to which the stream is known. Raises ConfigError."""
    ledger = Ledger(mirror)
    ledger.feed(events)
    until_ns = None if until is None else instant_ns("until", until)
    ledger.finish(until_ns)
    since_ns = None if since is None else instant_ns("since", since)
    return rows(ledger, minutes=minutes, tz=tz, per=per, since_ns=since_ns, until_ns=until_ns)


# --- queues -----------------------------------------------------------------------------------------------


def _queue_rows(ledger: Ledger, slots: Slots) -> list[dict[str, Any]]:
    staffed, busy = _staffing(ledger, slots)
    names = {*ledger.counts, *ledger.answers, *ledger.mirror.state.queues, *(name for name, _ in staffed)}
    found = []
    for name in sorted(names):
        counts: list[dict[str, int]] = [defaultdict(int) for _ in range(len(slots))]
        waits: list[list[int]] = [[] for _ in range(len(slots))]
        left: list[list[int]] = [[] for _ in range(len(slots))]
        for count in ledger.counts.get(name, ()):
            slot = slots.of(count.at_ns)
            if slot is not None:
                counts[slot][count.name] += 1
                if count.name in ("abandoned", "timed_out") and count.wait_ns is not None:
                    left[slot].append(count.wait_ns)
        for answer in ledger.answers.get(name, ()):
            slot = slots.of(answer.at_ns)
            if slot is not None:
                waits[slot].append(answer.wait_ns)
                counts[slot]["in_target"] += answer.in_target
        handled = [[0, 0] for _ in range(len(slots))]
        for at_ns, number, total_ns in ledger.handlings.get(name, ()):
            slot = slots.of(at_ns)
            if slot is not None:
                handled[slot][0] += number
                handled[slot][1] += total_ns
        for slot in range(len(slots)):
            here, waited = counts[slot], waits[slot]
            judged = len(waited) + here["abandoned"] - here["short_abandons"] + here["timed_out"]
            seconds = staffed.get((name, slot), 0)
            found.append(
                {
                    "queue": name,
                    "from": slots.ends[slot],
                    "to": slots.ends[slot + 1],
                    "offered": here["entered"],
                    "answered": len(waited),
                    **{what: here[what] for what in COUNTS},
                    "refused": sum(here[f"refused_{why}"] for why in ("closed", "full", "unstaffed")),
                    "service_level": here["in_target"] / judged if judged else None,
                    "average_speed_of_answer": _seconds(sum(waited) / len(waited)) if waited else None,
                    "average_handle_time": _seconds(handled[slot][1] / handled[slot][0])
                    if handled[slot][0]
                    else None,
                    "longest_wait": _seconds(max([*waited, *left[slot]], default=None)),
                    **{f"wait_p{part}": percentile(waited, part) for part in (50, 90, 95)},
                    "occupancy": busy.get((name, slot), 0) / seconds if seconds else None,
                    "staffed_seconds": seconds / SECOND_NS,
                }
            )
    return found


def percentile(waits_ns: Sequence[int], part: int) -> float | None:
    """Seconds that `part` percent of the waits do not exceed, between two waits in proportion; None of
    nothing."""
    return float(np.percentile(np.array(waits_ns), part)) / SECOND_NS if len(waits_ns) else None


def _seconds(ns: float | None) -> float | None:
    return None if ns is None else ns / SECOND_NS


def _staffing(ledger: Ledger, slots: Slots) -> tuple[dict[tuple[str, int], int], dict[tuple[str, int], int]]:
    """For (queue, interval): the time of all who serve, and what of it they had work of the queue in hand or
    in wrap-up. Two chats at once are one time."""
    staffed: dict[tuple[str, int], int] = defaultdict(int)
    busy: dict[tuple[str, int], int] = defaultdict(int)
    at_work: dict[tuple[str, str], list[tuple[int, int | None]]] = defaultdict(list)
    for row in ledger.all_segments():
        if row.agent is not None and row.queue is not None and row.state in WORK:
            at_work[row.agent, row.queue].append((row.begin_ns, row.end_ns))
    unions = {key: _union(spans, slots.until_ns) for key, spans in at_work.items()}
    for turn in ledger.all_serving():
        until_ns = slots.until_ns if turn.end_ns is None else turn.end_ns
        for slot, begin_ns, end_ns in slots.pieces(turn.begin_ns, turn.end_ns):
            staffed[turn.queue, slot] += end_ns - begin_ns
        for start_ns, stop_ns in unions.get((turn.agent, turn.queue), ()):
            for slot, begin_ns, end_ns in slots.pieces(max(start_ns, turn.begin_ns), min(stop_ns, until_ns)):
                busy[turn.queue, slot] += end_ns - begin_ns
    return staffed, busy


def _union(spans: Iterable[tuple[int, int | None]], now_ns: int) -> list[tuple[int, int]]:
    """The spans without their overlaps, in order."""
    found: list[tuple[int, int]] = []
    for begin_ns, end_ns in sorted((begin, now_ns if end is None else end) for begin, end in spans):
        if found and begin_ns <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end_ns))
        else:
            found.append((begin_ns, end_ns))
    return found


# --- agents -----------------------------------------------------------------------------------------------


def _agent_rows(ledger: Ledger, slots: Slots) -> list[dict[str, Any]]:
    spent: dict[tuple[str, int], dict[str, Any]] = {}

    def row(name: str, slot: int) -> dict[str, Any]:
        if (name, slot) not in spent:
            spent[name, slot] = {
                "agent": name,
                "from": slots.ends[slot],
                "to": slots.ends[slot + 1],
                **dict.fromkeys(("answered", "missed", "rejected"), 0),
                **dict.fromkeys(("handle_seconds", "hold_seconds", "wrap_up_seconds"), 0),
                "status_seconds": defaultdict(int),
                "reported_seconds": defaultdict(int),
            }
        return spent[name, slot]

    for turn in ledger.all_presences():
        for slot, begin_ns, end_ns in slots.pieces(turn.begin_ns, turn.end_ns):
            here = row(turn.agent, slot)
            here["status_seconds"][turn.status] += end_ns - begin_ns
            here["reported_seconds"][reported(turn.reported_as, turn.logged_in)] += end_ns - begin_ns
    for part in ledger.all_segments():
        if part.agent is None or part.state not in WORK:
            continue
        for slot, begin_ns, end_ns in slots.pieces(part.begin_ns, part.end_ns):
            here = row(part.agent, slot)
            if part.state == "Wrap Up":
                here["wrap_up_seconds"] += end_ns - begin_ns
            else:
                here["handle_seconds"] += end_ns - begin_ns
                here["hold_seconds"] += (end_ns - begin_ns) * (part.state == "On Hold")
    for name, counts in ledger.agent_counts.items():
        for count in counts:
            at = slots.of(count.at_ns)
            if at is not None:
                row(name, at)[count.name] += 1
    for here in spent.values():
        for name in ("handle_seconds", "hold_seconds", "wrap_up_seconds"):
            here[name] /= SECOND_NS
        for name in ("status_seconds", "reported_seconds"):
            here[name] = {word: ns / SECOND_NS for word, ns in sorted(here[name].items())}
    return [spent[key] for key in sorted(spent)]


def reported(word: str | None, logged_in: bool) -> str:
    """How time is reported: the model's own word, else whether it counts as logged in."""
    return word or ("logged in" if logged_in else "logged out")
