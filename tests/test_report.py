"""Reports: tables as text and JSON, the report of a replay, and time in statuses by interval."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

import huntgroup as hg
from huntgroup.errors import ConfigError
from huntgroup.history import Ledger
from huntgroup.mirror import Mirror
from huntgroup.models import PresenceModel
from huntgroup.report.replay_report import ReplayReport, build
from huntgroup.report.status_intervals import FIELDS, decimal_seconds, status_intervals, write_csv
from huntgroup.report.table import Column, Table, plain_text, shown
from huntgroup.sim.derive import derive
from huntgroup.sim.log import read_log
from huntgroup.sim.mapping_files import load_mapping
from huntgroup.sim.replay import replay
from huntgroup.testing.reference import ReferenceEngine

SECOND = 1_000_000_000
MINUTE = 60 * SECOND

# --- tables -----------------------------------------------------------------------------------------------


def test_a_table_as_plain_text() -> None:
    columns = (Column("queue", "queue"), Column("calls", "calls", "count"), Column("wait", "wait", "seconds"))
    table = Table(
        "Queues", "queues", columns, (("sales", 1200, 4.0), ("all", 1200, float("nan"))), total=True
    )
    assert plain_text(table).splitlines() == [
        "Queues",
        "queue  calls  wait",
        "-----  -----  ----",
        "sales  1,200   4.0",
        "-----  -----  ----",
        "all    1,200     -",
    ]
    assert table.records()[1] == {"queue": "all", "calls": 1200, "wait": None}


@pytest.mark.parametrize(
    ("cell", "format", "text"),
    [
        (1234, "count", "1,234"),
        (0.1264, "share", "12.6 %"),
        (40.77, "seconds", "40.8"),
        (3600 * 10 + 65, "clock", "10:01"),
        (20.0, "duration", "20 s"),
        (14_400.0, "duration", "4 h"),
        (None, "count", "-"),
        ("[bold]", "count", "[bold]"),
    ],
)
def test_cells(cell: Any, format: Any, text: str) -> None:
    assert shown(cell, format) == text


# --- the report of a replay -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ReplayReport:
    rows = [
        "date,type,priority,entry_s,vru_s,queue_s,outcome,answer_s,service_s,agent",
        *(f"1999-02-01,PS,0,{36_000 + 300 * k},5,0,AGENT,{36_005 + 300 * k},100,A01" for k in range(10)),
        "1999-02-01,PS,2,36010,5,30,HANG,0,0,",
        "1999-02-01,PS,0,36020,5,0,HANG,0,0,",
        "1999-02-01,NE,0,37000,5,20,AGENT,37025,50,",
        "1999-02-01,PS,0,38000,5,3,PHANTOM,0,0,",
    ]
    path = tmp_path_factory.mktemp("report") / "calls.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    log = read_log(path, load_mapping("anonymous_bank"))
    return build(replay(derive(log), ReferenceEngine), log)


def test_the_report_has_every_table_a_supervisor_asks_for(report: ReplayReport) -> None:
    assert [table.key for table in report.tables] == [
        "rows",
        "agents",
        "busiest_moment",
        "queues",
        "comparison",
    ]
    text = report.text()
    assert "rows read              14" in text
    assert "The busiest moment: Monday 1999-02-01" in text


def test_the_report_sets_the_log_beside_the_replay(report: ReplayReport) -> None:
    comparison = report.to_json()["comparison"]
    assert [row["queue"] for row in comparison] == ["PS", "NE", "all"]
    assert comparison[2]["answered_log"] == 11
    assert comparison[2]["abandoned_log"] == 1
    assert comparison[1]["mean_wait_log_s"] == 20
    assert any("does not say who was on duty" in remark for remark in report.remarks)


def test_the_report_accounts_for_every_row(report: ReplayReport) -> None:
    rows = {row["kind"]: row["rows"] for row in report.to_json()["rows"]}
    assert rows["read"] == rows["replayed"] + rows["ignored"] + rows["left before queue"] == 14
    assert rows["answered without agent"] == 1


def test_the_report_is_valid_json_without_nan(report: ReplayReport) -> None:
    text = json.dumps(report.to_json(), allow_nan=False)
    assert json.loads(text)["facts"]["rows_read"] == 14


def test_the_report_prints_on_a_terminal(report: ReplayReport) -> None:
    console = pytest.importorskip("rich.console")
    from huntgroup.report.terminal import print_report

    out = io.StringIO()
    print_report(console.Console(file=out, width=200, force_terminal=True), report)
    assert "regular" in out.getvalue()


# --- time in statuses by interval -------------------------------------------------------------------------


def durations(rows: np.ndarray[Any, Any]) -> dict[tuple[str, float, str, str], float]:
    return {
        (agent, start / MINUTE, measure, name): duration / SECOND
        for agent, start, measure, name, duration in rows.tolist()
    }


def ledger_of(engine: Any, mirror: Mirror | None = None) -> Ledger:
    ledger = Ledger(mirror)
    ledger.feed(engine.poll())
    ledger.finish(engine.now_ns)
    return ledger


@pytest.fixture(params=["reference", "core"])
def engine_class(request: pytest.FixtureRequest) -> Any:
    return ReferenceEngine if request.param == "reference" else hg.Engine


def login_centre(engine_class: Any, model: Any = "queue_login", start: int = 0) -> Any:
    engine = engine_class(model=model, start=start)
    engine.add_queue("sales")
    engine.add_agent("kim", queues=["sales"], devices=["voice"], signed_in=True)
    return engine


@pytest.mark.spec("C5")
def test_logged_out_time_is_told_by_reason_in_each_interval(engine_class: Any) -> None:
    engine = login_centre(engine_class)
    engine.set_queue_logins("kim", {"sales": True}, at=600 * SECOND)
    engine.set_status("kim", "Online")
    call = engine.enqueue("sales", at=1500 * SECOND)
    engine.accept(call)
    engine.end(call, at=1860 * SECOND)
    engine.set_status("kim", "Lunch", at=2000 * SECOND)
    engine.set_status("kim", "Single Call", at=3000 * SECOND)
    engine.set_status("kim", "End Shift", at=3300 * SECOND)
    engine.advance(3600 * SECOND)
    rows = status_intervals(ledger_of(engine), minutes=30, since=0)
    assert durations(rows) == {
        ("kim", 0, "reported", "logged in"): 1200,
        ("kim", 0, "reported", "logged out"): 600,
        ("kim", 0, "status", "Offline"): 600,
        ("kim", 0, "status", "Online"): 900,
        ("kim", 0, "status", "On a Call"): 300,
        ("kim", 30, "reported", "logged in"): 60 + 140 + 300,
        ("kim", 30, "reported", "logged out: Lunch"): 1000,
        ("kim", 30, "reported", "logged out"): 300,
        ("kim", 30, "status", "On a Call"): 60,
        ("kim", 30, "status", "Online"): 140,
        ("kim", 30, "status", "Lunch"): 1000,
        ("kim", 30, "status", "Single Call"): 300,
        ("kim", 30, "status", "End Shift"): 300,
    }


@pytest.mark.spec("C5")
def test_a_custom_status_is_logged_out_under_its_own_name(engine_class: Any) -> None:
    model = PresenceModel.load("queue_login").with_status("Training", like="Meeting")
    engine = login_centre(engine_class, model)
    engine.set_status("kim", "Training", at=60 * SECOND)
    engine.advance(900 * SECOND)
    rows = status_intervals(ledger_of(engine), minutes=15)
    assert durations(rows)["kim", 0, "reported", "logged out: Training"] == 840


@pytest.mark.parametrize("minutes", [15, 30, 60])
@pytest.mark.parametrize("name", ["queue_login", "agent_modes", "presence_profiles", "duty_profiles"])
def test_each_interval_is_accounted_for_to_the_nanosecond(engine_class: Any, name: str, minutes: int) -> None:
    model = PresenceModel.load(name)
    generator = np.random.default_rng(11)
    statuses = [status.name for status in model.statuses if status.selectable]
    engine = login_centre(engine_class, model)
    engine.add_agent("lee", queues=["sales"], devices=["voice"], signed_in=True)
    for at in np.sort(generator.integers(0, 180 * MINUTE, 200)).tolist():
        engine.advance(at)
        call = engine.enqueue("sales")
        with suppress(hg.Refused):
            engine.set_status(str(generator.choice(["kim", "lee"])), str(generator.choice(statuses)))
        if engine.interaction(call).state == "Offered" and generator.random() < 0.5:
            engine.accept(call)
        elif engine.interaction(call).state != "Handling":
            engine.abandon(call)
    engine.advance(180 * MINUTE)
    rows = status_intervals(ledger_of(engine), minutes=minutes, since=0)
    assert rows.dtype.names == FIELDS
    for measure in ("status", "reported"):
        for agent in ("kim", "lee"):
            mine = rows[(rows["measure"] == measure) & (rows["agent"] == agent)]
            starts = np.unique(mine["start_ns"])
            assert starts.tolist() == list(range(0, 180 * MINUTE, minutes * MINUTE))
            for start in starts:
                assert mine["duration_ns"][mine["start_ns"] == start].sum() == minutes * MINUTE


def test_intervals_of_a_window(engine_class: Any) -> None:
    engine = login_centre(engine_class)
    engine.set_status("kim", "Online", at=5 * MINUTE)
    engine.set_status("kim", "Break", at=25 * MINUTE)
    engine.advance(50 * MINUTE)
    rows = status_intervals(ledger_of(engine), since=10 * MINUTE, until=40 * MINUTE, minutes=15)
    reported = {key: value for key, value in durations(rows).items() if key[2] == "reported"}
    assert reported == {
        ("kim", 0, "reported", "logged in"): 300,
        ("kim", 15, "reported", "logged in"): 600,
        ("kim", 15, "reported", "logged out: Break"): 300,
        ("kim", 30, "reported", "logged out: Break"): 600,
    }


def test_a_window_that_begins_in_mid_call_has_the_time_under_its_word(engine_class: Any) -> None:
    engine = login_centre(engine_class)
    engine.set_status("kim", "Online")
    engine.set_queue_logins("kim", {"sales": True})
    engine.accept(engine.enqueue("sales"))
    mirror = Mirror(engine.poll())
    engine.advance(30 * MINUTE)
    rows = status_intervals(ledger_of(engine, mirror), minutes=30)
    assert durations(rows) == {
        ("kim", 0, "reported", "logged in"): 1800,
        ("kim", 0, "status", "On a Call"): 1800,
    }


def test_an_agent_who_was_removed_is_not_reported_any_more(engine_class: Any) -> None:
    engine = login_centre(engine_class)
    engine.remove_agent("kim", at=60 * MINUTE)
    engine.advance(180 * MINUTE)
    rows = status_intervals(ledger_of(engine), minutes=60, since=0)
    assert durations(rows) == {
        ("kim", 0, "reported", "logged out"): 3600,
        ("kim", 0, "status", "Offline"): 3600,
    }


def test_a_status_that_is_chosen_in_mid_chat_ends_the_time_that_was_logged_in(engine_class: Any) -> None:
    engine = engine_class(model="duty_profiles", start=0)
    engine.add_queue("chats", channel="chat")
    engine.add_agent("kim", queues=["chats"], capacity={"chat": 3}, signed_in=True, status="On Duty")
    chat = engine.enqueue("chats")
    engine.accept(chat)
    engine.set_status("kim", "Off Duty", at=600 * SECOND)
    word = engine.agent("kim").reported_as
    engine.end(chat, at=1800 * SECOND)
    rows = status_intervals(ledger_of(engine), minutes=30)
    reported = {
        name: seconds for (_, _, measure, name), seconds in durations(rows).items() if measure == "reported"
    }
    assert reported == {"logged in": 600, word: 1200}


def test_intervals_as_csv(engine_class: Any) -> None:
    engine = login_centre(engine_class)
    engine.set_status("kim", "Online", at=SECOND // 4)
    engine.advance(SECOND)
    out = io.StringIO()
    write_csv(out, status_intervals(ledger_of(engine), minutes=60, since=0))
    assert out.getvalue().splitlines() == [
        "agent,start_s,measure,name,duration_s",
        "kim,0,reported,logged in,0.75",
        "kim,0,reported,logged out,0.25",
        "kim,0,status,Offline,0.25",
        "kim,0,status,Online,0.75",
    ]


def test_no_events_and_no_agents_are_no_rows() -> None:
    rows = status_intervals(Ledger())
    assert len(rows) == 0
    assert rows.dtype.names == FIELDS


@pytest.mark.parametrize(
    ("arguments", "field"),
    [({"minutes": 20}, "minutes"), ({"until": 4, "since": 5}, "until"), ({"tz": "Mars"}, "tz")],
)
def test_wrong_arguments_are_named(arguments: dict[str, Any], field: str) -> None:
    with pytest.raises(ConfigError, match=field):
        status_intervals(Ledger(), **arguments)


def test_exact_decimals() -> None:
    assert [decimal_seconds(ns) for ns in (0, 10 * SECOND, 1, -SECOND // 2)] == [
        "0",
        "10",
        "0.000000001",
        "-0.5",
    ]
