"""The figures of the history beside a count of the raw events by a plain program, which shares no code with
it: of a made-up week, of a simulated one, of the bank's month."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from test_history import instant, week

import huntgroup as hg
from huntgroup import history
from huntgroup.history import figures
from huntgroup.mirror import Mirror
from huntgroup.sim.demo import demo_workload
from huntgroup.sim.derive import derive
from huntgroup.sim.log import read_log
from huntgroup.sim.mapping_files import load_mapping
from huntgroup.sim.replay import replay

SECOND = 10**9
REAL_LOG = Path(__file__).resolve().parents[2] / "shared" / "data" / "feb1999_pseudonymised.csv"
AT_WORK = ("Ready", "Offered", "Busy")
"""The statuses of `agent_modes` in which an agent serves, unless it is about to leave."""


def slots(begin: int, end: int, minutes: int, zone: str) -> list[int]:
    """The bounds of all intervals from local midnight on, by the rules of the calendar alone."""
    tz = ZoneInfo(zone)
    day = datetime.fromtimestamp(begin // SECOND, tz).date()
    found: list[int] = []
    while not found or found[-1] < end:
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=tz).timestamp())
        day += timedelta(days=1)
        following = int(datetime(day.year, day.month, day.day, tzinfo=tz).timestamp())
        step = minutes * 60 if minutes < 1440 else following - midnight
        found += [at * SECOND for at in range(midnight, following, step)]
        if following * SECOND >= end:
            found.append(following * SECOND)
    return found


class Counted:
    """Counts and times by (name, interval, figure), from events one after the other."""

    def __init__(self, queues: dict[str, list[str]], short: dict[str, float], bounds: list[int]) -> None:
        self.queues, self.short, self.bounds = queues, short, bounds
        self.sum: dict[tuple[str, int, str], float] = defaultdict(float)
        self.waits: dict[tuple[str, int], list[float]] = defaultdict(list)
        self.lost: dict[tuple[str, int], list[float]] = defaultdict(list)
        self.times: dict[tuple[str, int], list[float]] = defaultdict(list)
        self.arrived: dict[int, int] = {}
        self.at: dict[int, str] = {}  # where an interaction waits
        self.begun: dict[int, tuple[str, str, int]] = {}  # who handles it, of which queue, since when
        self.over: dict[
            int, tuple[str, str, int]
        ] = {}  # ended, and nobody knows yet whether it is wrapped up
        self.spans: dict[tuple[str, str], tuple[str, int]] = {}  # (agent, what) -> (state, since)
        self.held: dict[int, tuple[str, int]] = {}
        self.work: dict[tuple[str, str], set[int]] = defaultdict(set)
        self.pending: set[str] = set()
        self.status: dict[str, str] = {}

    def slot(self, at: int) -> int:
        return self.bounds[bisect_right(self.bounds, at) - 1]

    def spend(self, name: str, figure: str, begin: int, end: int) -> None:
        place = bisect_right(self.bounds, begin) - 1
        while begin < end:
            stop = min(end, self.bounds[place + 1])
            self.sum[name, self.bounds[place], figure] += (stop - begin) / SECOND
            begin, place = stop, place + 1

    def now_is(self, agent: str, what: str, state: str | None, at: int) -> None:
        """The agent is in this state from now on; what it was in until now has taken so long."""
        before = self.spans.pop((agent, what), None)
        if before is not None:
            name, _, figure = before[0].partition("|")
            self.spend(name, figure, before[1], at)
        if state is not None:
            self.spans[agent, what] = (state, at)

    def look(self, agent: str, at: int) -> None:
        """Where the agent serves, and where it is at work."""
        serves = self.status.get(agent) in AT_WORK and agent not in self.pending
        for queue in self.queues[agent]:
            self.now_is(agent, f"serve {queue}", f"{queue}|staffed" if serves else None, at)
            busy = serves and bool(self.work[agent, queue])
            self.now_is(agent, f"busy {queue}", f"{queue}|busy" if busy else None, at)

    def whole(self, call: int, at: int) -> None:
        """A handling time is whole, wrap-up included."""
        _, queue, begin = self.over.pop(call)
        self.times[queue, self.slot(at)].append((at - begin) / SECOND)

    def take(self, event: Any) -> None:
        at, call, agent, queue, kind = event.at_ns, event.interaction, event.agent, event.queue, event.kind
        for other, (_, _, _) in list(self.over.items()):
            if (
                not (kind in ("wrap_up_started", "wrap_up_ended") and call == other)
                and other not in self.wrapping
            ):
                self.whole(other, self.ended_at[other])
        here = self.slot(at)
        if kind == "queued":
            self.arrived[call], self.at[call] = at, queue
            self.sum[queue, here, "offered"] += 1
        elif kind == "overflowed":
            self.sum[self.at[call], here, "overflowed"] += 1
            self.at[call] = queue
            self.sum[queue, here, "offered"] += 1
        elif kind == "accepted":
            wait = (at - self.arrived[call]) / SECOND
            self.waits[queue, here].append(wait)
            self.sum[agent, here, "answered"] += 1
            self.begun[call] = (agent, queue, at)
            self.work[agent, queue].add(call)
        elif kind in ("abandoned", "timed_out"):
            wait = (at - self.arrived[call]) / SECOND
            where = queue or self.at[call]
            self.sum[where, here, kind] += 1
            self.sum[where, here, "short_abandons"] += kind == "abandoned" and wait < self.short.get(where, 0)
            self.lost[where, here].append(wait)
        elif kind in ("rejected", "expired"):
            self.sum[agent, here, {"expired": "missed"}.get(kind, kind)] += 1
        elif kind == "held":
            self.held[call] = (agent, at)
        elif kind == "retrieved":
            self.spend(self.held[call][0], "hold", self.held.pop(call)[1], at)
        elif kind == "ended":
            if call in self.held:
                self.spend(self.held[call][0], "hold", self.held.pop(call)[1], at)
            who, of, begin = self.begun.pop(call)
            self.spend(who, "handle", begin, at)
            self.over[call], self.ended_at[call] = (who, of, begin), at
            self.work[who, of].discard(call)
            self.look(who, at)
        elif kind == "wrap_up_started":
            self.wrapping[call] = (agent, at)
            self.work[agent, self.over[call][1]].add(call)
        elif kind == "wrap_up_ended":
            who, begin = self.wrapping.pop(call)
            self.spend(who, "wrap_up", begin, at)
            self.work[who, self.over[call][1]].discard(call)
            self.whole(call, at)
        elif kind == "agent_added":
            self.added[agent] = at
        elif kind == "pending_changed":
            (self.pending.add if event.status_to is not None else self.pending.discard)(agent)
        elif kind == "status_changed":
            if agent not in self.status:
                self.spans[agent, "status"] = (f"{agent}|status {event.status_from}", self.added[agent])
            self.status[agent] = event.status_to
            self.now_is(agent, "status", f"{agent}|status {event.status_to}", at)
        elif kind == "agent_removed":
            self.status.pop(agent, None)
            self.now_is(agent, "status", None, at)
        if agent in self.queues:
            self.look(agent, at)

    def finish(self, at: int) -> None:
        for call in [call for call in self.over if call not in self.wrapping]:
            self.whole(call, self.ended_at[call])
        for agent, what in list(self.spans):
            self.now_is(agent, what, None, at)
        for agent, _, begin in self.begun.values():
            self.spend(agent, "handle", begin, at)
        for agent, begin in self.held.values():
            self.spend(agent, "hold", begin, at)
        for agent, begin in self.wrapping.values():
            self.spend(agent, "wrap_up", begin, at)

    @classmethod
    def of(
        cls, events: list[Any], queues: dict[str, list[str]], short: dict[str, float], bounds: list[int]
    ) -> Counted:
        counted = cls(queues, short, bounds)
        counted.wrapping, counted.ended_at, counted.added = {}, {}, {}
        for event in events:
            counted.take(event)
        counted.finish(events[-1].at_ns)
        return counted

    wrapping: dict[int, tuple[str, int]]
    ended_at: dict[int, int]
    added: dict[str, int]


def compared(
    events: list[Any],
    queues: dict[str, list[str]],
    targets: dict[str, float],
    short: dict[str, float],
    minutes: int,
    zone: str,
) -> history.Ledger:
    """Holds every figure of every interval against the count; gives the history."""
    end = events[-1].at_ns
    mine = Counted.of(events, queues, short, slots(max(events[0].at_ns, 0), end + 1, minutes, zone))
    ledger = history.Ledger()
    ledger.feed(events)
    ledger.finish(end)
    rows = figures.rows(ledger, minutes=minutes, tz=zone)
    about = pytest.approx
    for row in rows:
        name, here = row["queue"], row["from"]
        waits, lost = mine.waits[name, here], mine.lost[name, here]
        for figure in ("offered", "overflowed", "abandoned", "timed_out", "short_abandons"):
            assert row[figure] == mine.sum[name, here, figure], (row, figure)
        assert row["answered"] == len(waits)
        judged = len(waits) + row["abandoned"] - row["short_abandons"] + row["timed_out"]
        in_time = sum(wait <= targets[name] for wait in waits)
        assert row["service_level"] == (about(in_time / judged) if judged else None)
        assert row["average_speed_of_answer"] == (about(np.mean(waits)) if waits else None)
        assert row["longest_wait"] == (about(max(waits + lost)) if waits + lost else None)
        for part in (50, 90, 95):
            assert row[f"wait_p{part}"] == (about(np.percentile(waits, part)) if waits else None)
        times = mine.times[name, here]
        assert row["average_handle_time"] == (about(np.mean(times)) if times else None), row
        staffed = mine.sum[name, here, "staffed"]
        assert row["staffed_seconds"] == about(staffed, abs=1e-6), row
        busy = mine.sum[name, here, "busy"]
        assert row["occupancy"] == (about(busy / staffed, abs=1e-9) if staffed else None), row
    for row in figures.rows(ledger, minutes=minutes, tz=zone, per="agent"):
        name, here = row["agent"], row["from"]
        for figure in ("answered", "missed", "rejected"):
            assert row[figure] == mine.sum[name, here, figure], (row, figure)
        for figure, kind in (
            ("handle_seconds", "handle"),
            ("hold_seconds", "hold"),
            ("wrap_up_seconds", "wrap_up"),
        ):
            assert row[figure] == about(mine.sum[name, here, kind], abs=1e-6), (row, figure)
        seen = (
            {
                key[2].removeprefix("status "): seconds
                for key, seconds in mine.sum.items()
                if key[:2] == (name, here) and key[2].startswith("status ") and seconds
            }
            if minutes == 1440
            else None
        )
        if seen is not None:
            assert row["status_seconds"] == about(seen), row
    assert len(rows) > 100 or minutes == 1440
    return ledger


MADE_UP = {f"a{k}": ["sales", "care"][k % 3 % 2 :] for k in range(6)}


@pytest.mark.parametrize(("minutes", "zone"), [(15, "UTC"), (60, "Asia/Kathmandu"), (1440, "Europe/Berlin")])
@pytest.mark.parametrize(
    ("seed", "start"), [(11, (2026, 3, 26)), (12, (2026, 10, 22))], ids=["a day of 23 hours", "of 25"]
)
def test_a_made_up_week_in_which_the_clocks_change_and_an_agent_is_removed(
    seed: int, start: tuple[int, int, int], minutes: int, zone: str
) -> None:
    _, events = week(seed, instant(*start), removing=True)
    assert any(event.kind == "agent_removed" for event in events)
    compared(events, MADE_UP, {"sales": 20, "care": 20}, {"care": 5}, minutes, zone)


class Told(hg.Engine):
    """Keeps what it has told."""

    def poll(self) -> list[hg.Event]:
        events = super().poll()
        told.extend(events)
        return events


told: list[hg.Event] = []


def test_a_simulated_week() -> None:
    workload = demo_workload(seed=4, interactions=1500)
    told.clear()
    outcome = replay(workload, Told)
    assert outcome.answered.sum() > 1000
    queues = {agent.name: list(agent.queues) for agent in workload.agents}
    targets = {queue.name: queue.service_level[0] for queue in workload.queues}
    compared(list(told), queues, targets, {}, 60, "UTC")


@pytest.mark.release
def test_the_month_of_the_bank_and_a_window_that_starts_in_mid_call() -> None:
    if not REAL_LOG.is_file():
        pytest.skip("the bank's log is not beside the project, and is no part of it")
    workload = derive(read_log(REAL_LOG, load_mapping("anonymous_bank")))
    told.clear()
    outcome = replay(workload, Told)
    assert outcome.answered.sum() > 25_000
    events = list(told)
    queues = {agent.name: list(agent.queues) for agent in workload.agents}
    targets = {queue.name: queue.service_level[0] for queue in workload.queues}
    ledger = compared(events, queues, targets, {}, 60, "UTC")
    # In the midst of a busy hour of the tenth day, while calls are under way.
    middle = int(datetime(1970, 1, 10, 11, 7, tzinfo=UTC).timestamp()) * SECOND
    until = middle + 2 * 86_400 * SECOND
    mirror = Mirror([event for event in events if event.at_ns < middle])
    mirror.advance(middle)
    assert any(one.state == "Handling" for one in mirror.state.interactions.values())
    window = history.Ledger(mirror)
    window.feed([event for event in events if middle <= event.at_ns <= until])
    window.finish(until)
    cut: dict[str, Any] = {"since_ns": middle, "until_ns": until}
    assert figures.rows(window, minutes=30) == figures.rows(ledger, minutes=30, **cut)
    agents = figures.rows(window, minutes=30, per="agent")
    assert agents == figures.rows(ledger, minutes=30, per="agent", **cut)
