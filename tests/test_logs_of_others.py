"""Logs as other systems write them: an Asterisk queue_log, call records of FreeSWITCH, contact records of
Amazon Connect; kinds of time, instants in the place of durations, separators, compression, every mistake."""

from __future__ import annotations

import bz2
import gzip
import lzma
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

import huntgroup as hg
from huntgroup.sim.derive import derive
from huntgroup.sim.log import CallLog, LogError, read_log
from huntgroup.sim.mapping_files import load_mapping, mapping_for
from huntgroup.sim.replay import replay

SECOND = 1_000_000_000
LOGS = Path(__file__).parent / "logs"
COMMON = """
name = "mine"
[outcomes]
ok = "answered"
lost = "abandoned"
"""


def read(tmp_path: Path, mapping: str, *rows: str, encoding: str = "utf-8") -> CallLog:
    """A log of these rows, by the mapping that these tables make."""
    toml = tmp_path / "mine.toml"
    toml.write_text(COMMON + mapping, encoding="utf-8")
    path = tmp_path / "calls.csv"
    path.write_text("".join(row + "\n" for row in rows), encoding=encoding)
    return read_log(path, load_mapping(toml))


def seconds(column: np.ndarray) -> list[float]:
    return (column / SECOND).tolist()


def named(log: CallLog) -> list[str]:
    return [log.agent_names[agent] if agent >= 0 else "" for agent in log.agent]


# --- three systems ----------------------------------------------------------------------------------------


def test_the_events_of_a_queue_log_become_a_row_for_each_call_and_queue() -> None:
    log = read_log(LOGS / "queue_log", mapping_for(LOGS / "queue_log"))
    assert log.mapping.name == "asterisk_queue_log"
    assert [log.queue_names[queue] for queue in log.queue] == [
        *("sales", "sales", "sales"),
        *("support", "support", "sales"),
    ]
    assert log.line.tolist() == [3, 6, 9, 11, 15, 18]
    assert log.answered.tolist() == [True, False, False, True, True, False]
    assert seconds(log.wait_ns) == [10, 45, 30, 5, 2, 9]
    assert seconds(log.handling_ns) == [180, 0, 0, 120, 120, 0]
    assert named(log) == ["PJSIP/anna", "", "", "PJSIP/ben", "PJSIP/ben", ""]
    # One had entered before the log begins, one waits when it ends.
    assert log.odd == {"unfinished": 2}
    assert log.rows == log.n + 2
    assert log.wall_time(int(log.arrived_ns[0])).isoformat() == "2026-02-02T08:01:00+00:00"


def test_a_restart_of_asterisk_cuts_calls_off(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    path.write_text(
        "1769990460|a.1|sales|NONE|ENTERQUEUE||1|1\n1769990461|a.1|sales|x|CONNECT|1|b|1\n"
        "1769990470|NONE|NONE|NONE|QUEUESTART|\n1769990471|c.1|sales|NONE|ENTERQUEUE||2|1\n"
        "1769990475|c.1|sales|x|CONNECT|4|d|1\n1769990485|c.1|sales|x|COMPLETECALLER|4|10|1\n"
    )
    log = read_log(path, load_mapping("asterisk_queue_log"))
    assert (log.n, log.odd, seconds(log.wait_ns)) == (1, {"unfinished": 1}, [4])


def test_a_broken_line_of_a_queue_log_names_itself(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    path.write_text(
        "1769990460|a.1|sales|NONE|ENTERQUEUE||1|1\n1769990461|a.1|sales\n"
        "1769990465|a.1|sales|x|CONNECT|soon|b|1\n1769990475|a.1|sales|x|COMPLETECALLER|4|10|1\n"
    )
    with pytest.raises(LogError) as caught:
        read_log(path, load_mapping("asterisk_queue_log"))
    assert [one.line for one in caught.value.mistakes] == [2, 3]
    assert "CONNECT: parameter 1: 'soon'" in str(caught.value)


def test_call_records_of_freeswitch_without_a_header() -> None:
    log = read_log(LOGS / "freeswitch_cdr.csv", load_mapping("freeswitch_cdr"))
    assert log.queue_names == ("sales@default", "support@default")
    assert log.answered.tolist() == [True, False, True, False]
    assert seconds(log.wait_ns) == [10, 45, 6, 30]
    assert seconds(log.handling_ns) == [180, 0, 120, 0]
    assert named(log) == ["anna", "", "ben", ""]
    assert log.odd == {"elsewhere": 2}  # the agent's leg, and a call that no queue had
    assert log.rows == 6


def test_an_export_of_freeswitch_with_a_header_is_known_by_it(tmp_path: Path) -> None:
    header = (
        "direction,cc_queue,cc_side,cc_agent,cc_queue_joined_epoch,cc_queue_answered_epoch,"
        "cc_queue_terminated_epoch,cc_queue_canceled_epoch"
    )
    path = tmp_path / "export.csv"
    path.write_text(header + "\ninbound,sales,member,anna,1769990460,1769990470,1769990500,0\n")
    mapping = mapping_for(path)
    assert mapping.name == "freeswitch_cdr"
    log = read_log(path, mapping)
    assert (seconds(log.wait_ns), seconds(log.handling_ns)) == ([10], [30])


def test_contact_records_of_amazon_connect() -> None:
    log = read_log(LOGS / "amazon_connect.jsonl", mapping_for(LOGS / "amazon_connect.jsonl"))
    assert log.mapping.name == "amazon_connect"
    # One queue has calls and chats: here two queues.
    assert (log.queue_names, log.channel_names) == (("Sales", "Sales (chat)"), ("voice", "chat"))
    assert log.answered.tolist() == [True, False, True, True]
    assert seconds(log.wait_ns) == [10, 45, 20, 5]
    assert seconds(log.handling_ns) == [180, 0, 600, 400]  # on hold is at work
    assert seconds(log.after_call_ns) == [40, 0, 0, 10]  # of the record that was updated last
    assert named(log) == ["anna", "", "ben", "ben"]
    assert log.odd == {"elsewhere": 1, "repeated": 1}
    assert log.rows == log.n + 2


@pytest.mark.parametrize(
    ("name", "mapping"),
    [
        ("queue_log", "asterisk_queue_log"),
        ("freeswitch_cdr.csv", "freeswitch_cdr"),
        ("amazon_connect.jsonl", "amazon_connect"),
    ],
)
def test_each_is_replayed_through_the_engine(name: str, mapping: str) -> None:
    log = read_log(LOGS / name, load_mapping(mapping))
    outcome = replay(derive(log), hg.Engine)
    assert outcome.workload.arrivals.n == log.n
    assert (outcome.answered | outcome.abandoned).all()
    assert not outcome.refusals


# --- how a mapping says times ------------------------------------------------------------------------------

DURATIONS = (
    '[columns]\narrived = "at"\nwaited = "w"\nhandled = "h"\noutcome = "o"\nagent = "a"\nqueue = "q"\n'
)


@pytest.mark.parametrize(
    ("time", "cell"),
    [
        ('kind = "datetime"', "2026-02-02T08:01:00Z"),
        ('kind = "datetime"\nformat = "%d.%m.%Y %H:%M:%S"', "02.02.2026 08:01:00"),
        ('kind = "epoch"', "1770019260"),
        ('kind = "epoch"\nunit = "ms"', "1770019260000"),
        ('kind = "epoch"\nunit = "us"', "1770019260000000"),
        ('kind = "epoch"\ntz = "Asia/Kolkata"', "1769999460"),
        ('kind = "datetime"\ntz = "Asia/Kolkata"', "2026-02-02T02:31:00Z"),
        ('kind = "datetime"\ntz = "Asia/Kolkata"', "2026-02-02 08:01:00"),
    ],
)
def test_kinds_of_instants(tmp_path: Path, time: str, cell: str) -> None:
    log = read(tmp_path, f"[time]\n{time}\n{DURATIONS}", "at,w,h,o,a,q", f"{cell},5,60,ok,kim,sales")
    assert log.arrived_ns[0] == (8 * 3600 + 60) * SECOND
    assert log.first_midnight.date().isoformat() == "2026-02-02"
    assert log.wall_time(int(log.arrived_ns[0])).strftime("%H:%M:%S") == "08:01:00"


@pytest.mark.parametrize(
    ("time", "day", "cell"),
    [
        ('kind = "seconds_of_day"', "2026-02-02", "28860"),
        ('kind = "time_of_day"', "2026-02-02", "08:01:00"),
        ('kind = "time_of_day"', "2026-02-02", "8:01:00.000"),
        ('kind = "time_of_day"\nday_format = "%d/%m/%y"', "02/02/26", "08:01:00"),
    ],
)
def test_times_of_a_day_with_a_column_for_the_day(tmp_path: Path, time: str, day: str, cell: str) -> None:
    mapping = f'[time]\n{time}\n{DURATIONS}day = "d"\n'
    log = read(tmp_path, mapping, "d,at,w,h,o,a,q", f"{day},{cell},5,60,ok,kim,sales")
    assert log.arrived_ns[0] == (8 * 3600 + 60) * SECOND


@pytest.mark.parametrize(
    ("kind", "wait", "talk"),
    [
        ("seconds", "65", "125.5"),
        ("milliseconds", "65000", "125500"),
        ("hh:mm:ss", "1:05", "00:02:05.5"),
        ("minutes", "1.083333333333333333", "2.09166666666666667"),
    ],
)
def test_kinds_of_durations(tmp_path: Path, kind: str, wait: str, talk: str) -> None:
    mapping = f'[time]\nkind = "epoch"\ndurations = "{kind}"\n{DURATIONS}'
    log = read(tmp_path, mapping, "at,w,h,o,a,q", f"1770019260,{wait},{talk},ok,kim,sales")
    assert (seconds(log.wait_ns), seconds(log.handling_ns)) == ([65], [125.5])


INSTANTS = (
    '[time]\nkind = "time_of_day"\nanswered_missing = "-"\n'
    '[columns]\nday = "d"\narrived = "in"\nqueued = "queued"\nanswered = "up"\nended = "out"\n'
    'agent = "a"\nqueue = "q"\n'
)


def test_start_answer_and_end_in_the_place_of_durations(tmp_path: Path) -> None:
    log = read(
        tmp_path,
        INSTANTS,
        "d,in,queued,up,out,a,q",
        "2026-02-02,08:00:00,08:00:20,08:01:00,08:03:00,kim,sales",
        "2026-02-02,08:10:00,08:10:20,-,08:11:00,,sales",
        "2026-02-02,23:59:30,23:59:40,00:00:10,00:01:10,kim,sales",
    )
    assert log.answered.tolist() == [True, False, True]
    assert seconds(log.wait_ns) == [40, 40, 30]
    assert seconds(log.handling_ns) == [120, 0, 60]
    assert log.odd == {}


def test_wall_times_of_a_zone_go_over_a_change_of_the_clock(tmp_path: Path) -> None:
    mapping = f'[time]\nkind = "epoch"\ntz = "Europe/Berlin"\n{DURATIONS}'
    log = read(
        tmp_path,
        mapping,
        "at,w,h,o,a,q",
        "1774652400,5,60,ok,kim,sales",  # the 28th of March 2026, 00:00 in Berlin
        "1774764000,5,60,ok,kim,sales",  # the 29th, an hour of which there was not
    )
    assert [log.wall_time(int(at)).strftime("%d %H:%M") for at in log.arrived_ns] == ["28 00:00", "29 08:00"]


# --- files ------------------------------------------------------------------------------------------------


def test_separators_and_encodings(tmp_path: Path) -> None:
    mapping = f'[file]\nseparator = ";"\nencoding = "latin-1"\n[time]\nkind = "epoch"\n{DURATIONS}'
    log = read(tmp_path, mapping, "at;w;h;o;a;q", "1770019260;5;60;ok;Jürgen;sales", encoding="latin-1")
    assert log.agent_names == ("Jürgen",)
    tabs = f'[file]\nseparator = "\\t"\n[time]\nkind = "epoch"\n{DURATIONS}'
    assert read(tmp_path, tabs, "at\tw\th\to\ta\tq", "1770019260\t5\t60\tok\tkim\tsales").n == 1


def compressed(kind: str, content: bytes, path: Path) -> None:
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("queue_log", content)
    else:
        path.write_bytes({"gzip": gzip, "bzip2": bz2, "xz": lzma}[kind].compress(content))


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz", "zip"])
def test_a_compressed_log_is_read_whatever_it_is_called(tmp_path: Path, kind: str) -> None:
    plain = (LOGS / "queue_log").read_bytes()
    path = tmp_path / "nameless"
    compressed(kind, plain, path)
    log = read_log(path, mapping_for(path))
    assert (log.mapping.name, log.n) == ("asterisk_queue_log", 6)
    path.write_bytes(path.read_bytes()[: len(path.read_bytes()) // 2])
    with pytest.raises(LogError, match="compressed file is damaged"):
        read_log(path, load_mapping("asterisk_queue_log"))


def test_a_compressed_log_on_standard_input() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "huntgroup", "replay", "-", "--json"],
        input=gzip.compress((LOGS / "amazon_connect.jsonl").read_bytes()),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert found.returncode == 0, found.stderr.decode()
    assert b"Sales (chat)" in found.stdout


# --- every mistake at once ---------------------------------------------------------------------------------


def test_every_mistake_of_a_log_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(LogError) as caught:
        read(
            tmp_path,
            f'[time]\nkind = "epoch"\n{DURATIONS}',
            "at,w,h,o,a,q",
            "noon,x,60,ok,kim,sales",
            "1770019260,5,60,ok,kim,sales",
            "1770019260,5,60,gone,kim,",
            "1770019260,5",
        )
    error = caught.value
    assert [(one.line, one.found) for one in error.mistakes] == [
        (2, "column 'at': 'noon'"),
        (2, "column 'w': 'x'"),
        (4, "column 'q': ''"),
        (4, "column 'o': 'gone'"),
        (5, "2 fields"),
    ]
    assert str(error).count("\n") == 5
    assert "5 mistakes" in str(error)


def test_reading_ends_at_the_hundredth_mistake(tmp_path: Path) -> None:
    rows = ["1770019260,x,60,ok,kim,sales"] * 1000
    with pytest.raises(LogError) as caught:
        read(tmp_path, f'[time]\nkind = "epoch"\n{DURATIONS}', "at,w,h,o,a,q", *rows)
    assert len(caught.value.mistakes) == 100
    assert "reading ended there" in str(caught.value)


def test_every_mistake_of_a_mapping_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\ncolour = "red"\n[file]\nseparator = ";;"\n[time]\nkind = "epoch"\ntz = "Mars"\n'
        '[columns]\narrived = "at"\nagent = "a"\nqueue = 3\n[outcomes]\nok = "fine"\n'
    )
    with pytest.raises(hg.MappingError) as caught:
        load_mapping(path)
    assert [(one.line, one.key) for one in caught.value.problems] == [
        (2, "colour"),
        (4, "file.separator"),
        (7, "time.tz"),
        (8, "columns.outcome"),
        (8, "columns.waited"),
        (8, "columns.handled"),
        (11, "columns.queue"),
        (13, "outcomes.ok"),
    ]


def test_json_that_is_none_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text('{"ContactId": "c1", "Queue"\n[1, 2]\n')
    with pytest.raises(LogError) as caught:
        read_log(path, load_mapping("amazon_connect"))
    assert [one.line for one in caught.value.mistakes] == [1, 2]


def test_after_call_work_that_the_log_tells_is_kept_to(tmp_path: Path) -> None:
    mapping = f'[time]\nkind = "epoch"\n{DURATIONS}after_call = "c"\n[derive]\nmin_services = 1\n'
    log = read(
        tmp_path,
        mapping,
        "at,w,h,o,a,q,c",
        "1770019260,0,60,ok,kim,sales,30",
        "1770019300,100,60,ok,kim,sales,0",
    )
    workload = derive(log)
    # Kim was free at 90 s; the second customer waited on until 140 s, which is longer than 3 s to pick up.
    assert seconds(workload.arrivals.after_call_ns) == [80, 0]
