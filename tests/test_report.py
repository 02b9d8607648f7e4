"""Reports: tables as text and JSON, the report of a replay, and time in statuses by interval."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from huntgroup.errors import ConfigError
from huntgroup.models import PresenceModel
from huntgroup.report.replay_report import ReplayReport, build
from huntgroup.report.status_intervals import FIELDS, decimal_seconds, status_intervals, write_csv
from huntgroup.report.table import Column, Table, plain_text, shown
from huntgroup.sim.derive import derive
from huntgroup.sim.log import read_log
from huntgroup.sim.mapping import load_mapping
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


def change(at_s: float, agent: str, status: str) -> Any:
    return SimpleNamespace(at_ns=round(at_s * SECOND), kind="status_changed", agent=agent, status_to=status)


def durations(rows: np.ndarray[Any, Any]) -> dict[tuple[str, float, str, str], float]:
    return {
        (agent, start / MINUTE, measure, name): duration / SECOND
        for agent, start, measure, name, duration in rows.tolist()
    }


@pytest.mark.spec("C5")
def test_logged_out_time_is_told_by_reason_in_each_interval() -> None:
    model = PresenceModel.load("queue_login")
    events = [
        change(600, "kim", "Online"),
        change(1500, "kim", "On a Call"),
        change(1860, "kim", "Online"),
        change(2000, "kim", "Lunch"),
        change(3000, "kim", "Single Call"),
        change(3300, "kim", "End Shift"),
    ]
    rows = status_intervals(events, model, initial={"kim": "Offline"}, end_ns=60 * MINUTE, minutes=30)
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
def test_a_custom_status_is_logged_out_under_its_own_name() -> None:
    model = PresenceModel.load("queue_login").with_status("Training", like="Meeting")
    rows = status_intervals(
        [change(60, "kim", "Training")], model, initial={"kim": "Online"}, end_ns=15 * MINUTE, minutes=15
    )
    assert durations(rows)["kim", 0, "reported", "logged out: Training"] == 840


@pytest.mark.parametrize("minutes", [15, 30, 60])
@pytest.mark.parametrize("name", ["queue_login", "agent_modes", "presence_profiles", "duty_profiles"])
def test_each_interval_is_accounted_for_to_the_nanosecond(name: str, minutes: int) -> None:
    model = PresenceModel.load(name)
    generator = np.random.default_rng(11)
    statuses = [status.name for status in model.statuses]
    times = np.sort(generator.integers(0, 180 * MINUTE, 200))
    events = [
        SimpleNamespace(at_ns=int(at), kind="status_changed", agent=agent, status_to=status)
        for at, agent, status in zip(
            times, generator.choice(["kim", "lee"], 200), generator.choice(statuses, 200), strict=True
        )
    ]
    initial = dict.fromkeys(("kim", "lee"), model.default)
    rows = status_intervals(events, model, initial=initial, end_ns=180 * MINUTE, minutes=minutes)
    assert rows.dtype.names == FIELDS
    for measure in ("status", "reported"):
        for agent in ("kim", "lee"):
            mine = rows[(rows["measure"] == measure) & (rows["agent"] == agent)]
            starts = np.unique(mine["start_ns"])
            assert starts.tolist() == list(range(0, 180 * MINUTE, minutes * MINUTE))
            for start in starts:
                assert mine["duration_ns"][mine["start_ns"] == start].sum() == minutes * MINUTE


def test_intervals_of_a_window_and_of_an_engine() -> None:
    engine = ReferenceEngine(model="queue_login")
    engine.add_agent("kim", devices=["voice"])
    engine.set_status("kim", "Online", at=5 * MINUTE)
    engine.set_status("kim", "Break", at=25 * MINUTE)
    rows = status_intervals(
        engine.poll(),
        PresenceModel.load("queue_login"),
        initial={"kim": "Offline"},
        start_ns=10 * MINUTE,
        end_ns=40 * MINUTE,
        minutes=15,
    )
    reported = {key: value for key, value in durations(rows).items() if key[2] == "reported"}
    assert reported == {
        ("kim", 0, "reported", "logged in"): 300,
        ("kim", 15, "reported", "logged in"): 600,
        ("kim", 15, "reported", "logged out: Break"): 300,
        ("kim", 30, "reported", "logged out: Break"): 600,
    }


def test_intervals_as_csv(tmp_path: Path) -> None:
    rows = status_intervals(
        [change(0.25, "kim", "Online")],
        PresenceModel.load("queue_login"),
        initial={"kim": "Offline"},
        end_ns=SECOND,
        minutes=60,
    )
    out = io.StringIO()
    write_csv(out, rows)
    assert out.getvalue().splitlines() == [
        "agent,start_s,measure,name,duration_s",
        "kim,0,reported,logged in,0.75",
        "kim,0,reported,logged out,0.25",
        "kim,0,status,Offline,0.25",
        "kim,0,status,Online,0.75",
    ]


def test_no_events_and_no_agents_are_no_rows() -> None:
    rows = status_intervals([], PresenceModel.load("queue_login"), initial={}, end_ns=SECOND)
    assert len(rows) == 0
    assert rows.dtype.names == FIELDS


@pytest.mark.parametrize(
    ("arguments", "field"),
    [({"minutes": 20, "end_ns": 1}, "minutes"), ({"end_ns": 4, "start_ns": 5}, "end_ns")],
)
def test_wrong_arguments_are_named(arguments: dict[str, int], field: str) -> None:
    with pytest.raises(ConfigError, match=field):
        status_intervals([], PresenceModel.load("queue_login"), initial={}, **arguments)


def test_a_status_of_another_model_is_an_error() -> None:
    with pytest.raises(ConfigError, match="'Online'"):
        status_intervals(
            [change(1, "kim", "Online")], PresenceModel.load("agent_modes"), initial={}, end_ns=2 * SECOND
        )


def test_exact_decimals() -> None:
    assert [decimal_seconds(ns) for ns in (0, 10 * SECOND, 1, -SECOND // 2)] == [
        "0",
        "10",
        "0.000000001",
        "-0.5",
    ]
