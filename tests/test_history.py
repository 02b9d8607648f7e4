"""Figures from events: intervals, tables, windows (docs/HISTORY.md)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import huntgroup as hg
from huntgroup import history
from huntgroup.mirror import Mirror

BERLIN = ZoneInfo("Europe/Berlin")
SECOND = 10**9
HOUR = 3600


def instant(*given: int) -> int:
    return int(datetime(*given, tzinfo=BERLIN).timestamp()) * SECOND  # type: ignore[arg-type]


def week(seed: int, start: int, removing: bool = False) -> tuple[hg.Engine, list[hg.Event]]:
    """A made-up week: calls by chance, agents who pause, forget to answer, wrap up; customers who hang up.
    One agent is removed in its midst where that is wanted."""
    random = Random(seed)
    engine = hg.Engine("agent_modes", start=start)
    engine.add_queue("sales", wrap_up=45, offer_timeout=15, max_wait=600, service_level=(20, 0.8))
    engine.add_queue("care", wrap_up=0, offer_timeout=15, overflow=(120, "sales"), short_abandon=5)
    for k in range(6):
        engine.add_agent(f"a{k}", queues=["sales", "care"][k % 3 % 2 :], devices=["voice"])
        engine.sign_in(f"a{k}")
    live: list[int] = []
    events: list[hg.Event] = []
    while engine.now_ns < start + 7 * 24 * HOUR * SECOND:
        engine.advance(by=random.expovariate(1 / 240))
        events += engine.poll()
        chosen = random.random()
        agent = f"a{random.randrange(6)}"
        try:
            if removing and engine.now_ns > start + 3 * 24 * HOUR * SECOND:
                engine.remove_agent(agent)
                removing = False
            if chosen < 0.3:
                engine.set_status(agent, "Ready")
                live.append(engine.enqueue(random.choice(["sales", "care"])))
                engine.advance(by=random.uniform(0.5, 25))
                if random.random() < 0.8:
                    engine.accept(live[-1])
            elif chosen < 0.45:
                engine.set_status(agent, random.choice(["Ready", "Ready", "Break", "Offline"]))
            elif chosen < 0.5 and live:
                engine.abandon(random.choice(live[-6:]))
            elif chosen < 0.55 and live:
                engine.reject(random.choice(live[-4:]))
            elif held := engine.agent(agent).interactions:
                call = held[0]
                state = engine.interaction(call).state
                if state == "Offered":
                    engine.accept(call)
                elif state == "Handling":
                    engine.hold(call) if random.random() < 0.2 else engine.end(call)
                elif state == "On Hold":
                    engine.retrieve(call)
        except hg.Refused:
            pass
    return engine, [*events, *engine.poll()]


def counted(events: list[hg.Event], length: int) -> dict[tuple[str, int, str], float]:
    """An independent count, from the raw events and nothing else: (name, slot, figure)."""
    found: dict[tuple[str, int, str], float] = defaultdict(float)
    entered: dict[int, int] = {}
    waits: dict[tuple[str, int], list[float]] = defaultdict(list)
    holding: dict[int, int] = {}
    status: dict[str, tuple[str, int]] = {}

    def spend(name: str, what: str, begin: int, end: int) -> None:
        while begin < end:
            stop = min(end, (begin // length + 1) * length)
            found[name, begin // length, what] += (stop - begin) / SECOND
            begin = stop

    for event in events:
        slot, call = event.at_ns // length, event.interaction
        if event.kind == "queued":
            assert call is not None
            assert event.queue is not None
            entered[call] = event.at_ns
            found[event.queue, slot, "offered"] += 1
        elif event.kind == "overflowed":
            found[event.queue or "", slot, "offered"] += 1
            found["care", slot, "overflowed"] += 1
        elif event.kind == "accepted":
            assert call is not None
            found[event.queue or "", slot, "answered"] += 1
            found[event.agent or "", slot, "answered"] += 1
            waits[event.queue or "", slot].append((event.at_ns - entered[call]) / SECOND)
        elif event.kind in ("abandoned", "timed_out"):
            found[event.queue or "", slot, event.kind] += 1
        elif event.kind in ("rejected", "expired"):
            found[event.agent or "", slot, {"expired": "missed"}.get(event.kind, event.kind)] += 1
        elif event.kind == "held":
            assert call is not None
            holding[call] = event.at_ns
        elif event.kind in ("retrieved", "ended") and call in holding:
            spend(event.agent or "", "hold_seconds", holding.pop(call), event.at_ns)
        elif event.kind == "status_changed":
            assert event.agent is not None
            if event.agent in status:
                spend(event.agent, f"status {status[event.agent][0]}", status[event.agent][1], event.at_ns)
            status[event.agent] = (str(event.status_to), event.at_ns)
    for name, (shown, begin) in status.items():
        spend(name, f"status {shown}", begin, events[-1].at_ns)
    for (name, slot), seconds in waits.items():
        found[name, slot, "average_speed_of_answer"] = sum(seconds) / len(seconds)
        found[name, slot, "in_target"] = sum(wait <= 20 for wait in seconds)
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_figures_of_a_week_equal_a_count_from_the_raw_events(seed: int) -> None:
    start = instant(2026, 6, 1)
    _, events = week(seed, start)
    length = 900 * SECOND
    expected = counted(events, length)
    rows = history.interval_rows(events, minutes=15, tz="UTC", until=events[-1].at_ns)
    assert sum(row["answered"] for row in rows) > 100
    for row in rows:
        slot, name = row["from"] // length, row["queue"]
        for figure in ("offered", "answered", "abandoned", "timed_out", "overflowed"):
            assert row[figure] == expected.get((name, slot, figure), 0), (row, figure)
        mean = expected.get((name, slot, "average_speed_of_answer"))
        assert row["average_speed_of_answer"] == (None if mean is None else pytest.approx(mean))
        judged = row["answered"] + row["abandoned"] - row["short_abandons"] + row["timed_out"]
        share = expected.get((name, slot, "in_target"), 0) / judged if judged else None
        assert row["service_level"] == (None if share is None else pytest.approx(share))
        assert row["occupancy"] is None or 0 <= row["occupancy"] <= 1
    for row in history.interval_rows(events, minutes=15, per="agent", until=events[-1].at_ns):
        slot, name = row["from"] // length, row["agent"]
        for figure in ("answered", "missed", "rejected", "hold_seconds"):
            assert row[figure] == pytest.approx(expected.get((name, slot, figure), 0)), (row, figure)
        for status, seconds in row["status_seconds"].items():
            told = expected.get((name, slot, f"status {status}"))
            assert told is None or seconds == pytest.approx(told), (row, status)
        spans = row["to"] - row["from"]
        if start <= row["from"] and row["to"] <= events[-1].at_ns:
            assert sum(row["status_seconds"].values()) == pytest.approx(spans / SECOND)
            assert sum(row["reported_seconds"].values()) == pytest.approx(spans / SECOND)


def test_a_window_that_begins_in_the_midst_of_things_tells_the_same() -> None:
    start = instant(2026, 6, 1)
    _, events = week(3, start)
    middle = start + 3 * 24 * HOUR * SECOND
    until = events[-1].at_ns
    early = [event for event in events if event.at_ns < middle]
    mirror = Mirror(early)
    mirror.advance(middle)
    for per in ("queue", "agent"):
        whole = history.interval_rows(
            events, minutes=60, tz="Europe/Berlin", per=per, until=until, since=middle
        )
        window = history.interval_rows(
            events[len(early) :], minutes=60, tz="Europe/Berlin", per=per, until=until, mirror=mirror
        )
        assert window == whole


def test_a_window_that_begins_while_an_agent_is_busy_reports_the_time_as_what_it_is() -> None:
    engine = hg.Engine("queue_login", start=0)
    engine.add_queue("sales")
    engine.add_agent("ann", queues=["sales"], devices=["voice"], signed_in=True, status="Online")
    engine.set_queue_logins("ann", {"sales": True})
    engine.accept(engine.enqueue("sales"))
    mirror = Mirror(engine.poll())
    engine.advance(1800 * SECOND)
    (row,) = history.interval_rows(engine.poll(), minutes=30, per="agent", mirror=mirror, until=engine.now_ns)
    assert set(row["reported_seconds"]) == {engine.agent("ann").reported_as}
    assert sum(row["reported_seconds"].values()) == 1800
    assert row["handle_seconds"] == 1800


def test_an_agent_who_is_removed_is_reported_until_then() -> None:
    engine = hg.Engine("agent_modes", start=0)
    engine.add_queue("sales")
    engine.add_agent("ann", queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
    engine.set_status("ann", "Break")
    engine.advance(HOUR * SECOND)
    engine.remove_agent("ann")
    engine.advance(3 * HOUR * SECOND)
    rows = history.interval_rows(engine.poll(), minutes=60, per="agent", until=engine.now_ns)
    assert [(row["from"], row["status_seconds"]) for row in rows] == [(0, {"Break": 3600.0})]


def test_a_status_chosen_in_mid_chat_counts_from_the_choice() -> None:
    engine = hg.Engine("duty_profiles", start=0)
    engine.add_queue("chats", channel="chat")
    engine.add_agent("ann", queues=["chats"], capacity={"chat": 3}, signed_in=True, status="On Duty")
    chat = engine.enqueue("chats")
    engine.accept(chat)
    engine.advance(600 * SECOND)
    engine.set_status("ann", "Off Duty")
    after = engine.agent("ann").reported_as
    engine.advance(1800 * SECOND)
    engine.end(chat)
    (row,) = history.interval_rows(engine.poll(), minutes=30, per="agent", until=engine.now_ns)
    assert after != "logged in"
    assert row["reported_seconds"] == {"logged in": 600.0, after: 1200.0}


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 6, 1), 24)])
def test_days_have_the_hours_that_their_zone_gives_them(day: tuple[int, int, int], hours: int) -> None:
    start = instant(*day)
    engine = hg.Engine("agent_modes", start=start)
    engine.add_queue("sales")
    engine.add_agent("ann", queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
    engine.set_status("ann", "Break")
    until = start + hours * HOUR * SECOND
    engine.advance(until)
    events = engine.poll()
    (row,) = history.interval_rows(events, minutes=1440, tz="Europe/Berlin", per="agent", until=until)
    assert (row["from"], row["to"]) == (start, until)
    assert row["status_seconds"] == {"Break": hours * 3600.0}
    assert len(history.interval_rows(events, minutes=15, tz="Europe/Berlin", until=until)) == hours * 4


def test_what_cannot_be_asked_is_told() -> None:
    for wrong in ({"minutes": 7}, {"tz": "Mars"}, {"per": "team"}, {"since": 10, "until": 5}):
        engine = hg.Engine("agent_modes")
        engine.add_queue("sales")
        engine.abandon(engine.enqueue("sales"))
        with pytest.raises(hg.ConfigError):
            history.interval_rows(engine.poll(), **wrong)  # type: ignore[arg-type]
    assert history.interval_rows([]) == []


def test_who_is_dialled_first_is_answered_when_an_agent_accepts() -> None:
    pytest.importorskip("pyarrow")
    engine = hg.Engine("agent_modes", start=instant(2026, 6, 1, 9))
    engine.add_queue("sales")
    call = engine.enqueue("sales")
    engine.request_callback(call, first="customer")
    engine.advance(by=10)
    engine.add_agent("ann", queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
    engine.advance(by=20)
    engine.answered(call)
    engine.advance(by=5)
    engine.accept(call)
    engine.advance(by=60)
    engine.end(call)
    tables = history.tables(engine.poll(), until=engine.now_ns)
    (row,) = tables["interactions"].to_pylist()
    assert (row["outcome"], row["agents"], row["waits"]) == ("completed", ["ann"], [35.0])
    assert (row["answered"] - row["arrived"]).total_seconds() == 35.0
    segments = tables["segments"].to_pylist()
    assert [(one["state"], one["agent"]) for one in segments if one["interaction"] == call] == [
        *(("Queued", None), ("Dialing", None), ("Offered", "ann"), ("Handling", "ann"))
    ]


def test_the_tables_have_rows_that_are_closed_or_open(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    start = instant(2026, 6, 1, 9)
    engine = hg.Engine("agent_modes", start=start)
    engine.add_queue("sales", wrap_up=30)
    engine.add_agent("ann", queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
    call = engine.enqueue("sales", ref="case 7")
    engine.advance(by=10)
    engine.accept(call)
    engine.advance(by=60)
    engine.end(call, reason="done")
    engine.advance(by=60)
    engine.set_skill("ann", "spanish", 3, by=hg.Actor("root", "administrator"))
    waiting = engine.enqueue("sales")
    engine.advance(by=5)
    tables = history.tables(engine.poll(), until=engine.now_ns)
    rows: dict[str, list[dict[str, Any]]] = {name: table.to_pylist() for name, table in tables.items()}
    first, second = rows["interactions"]
    assert (first["ref"], first["outcome"], first["reason"], first["agents"]) == (
        *("case 7", "completed", "done"),
        ["ann"],
    )
    assert (first["waits"], first["handled"], first["wrap_up"], first["in_target"]) == (
        [10.0],
        60.0,
        30.0,
        True,
    )
    assert (second["id"], second["outcome"], second["completed"]) == (waiting, "open", None)
    assert [row["state"] for row in rows["segments"] if row["interaction"] == call] == [
        *("Offered", "Handling", "Wrap Up")
    ]
    assert [row["to"] for row in rows["segments"]][-1] is None
    assert [row["outcome"] for row in rows["offers"]] == ["accepted", "open"]
    (change,) = [row for row in rows["agent_changes"] if row["what"] == "skill spanish"]
    assert (change["before"], change["after"], change["by"]) == ("0", "3", "root")
    assert {row["presence"] for row in rows["queue_presence"]} == {"busy", "available"}
    files = history.write(tables, tmp_path, tz="Europe/Berlin")
    assert {file.name for file in files} == {"2026-06-01.parquet"}
    assert {file.parent.name for file in files} == set(tables)
    figures = history.intervals([], per="agent")
    assert figures.num_rows == 0
