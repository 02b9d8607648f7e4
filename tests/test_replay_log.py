"""Reading logs: what a row becomes, which rows are odd, and what is said about a log that cannot be read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from huntgroup.errors import ConfigError
from huntgroup.sim.log import CallLog, read_log
from huntgroup.sim.log_row import LogError
from huntgroup.sim.mapping_files import built_in_mappings, load_mapping, mapping_for

SECOND = 1_000_000_000
REAL_LOG = Path(__file__).resolve().parents[2] / "shared" / "data" / "feb1999_pseudonymised.csv"
BANK_HEADER = "date,type,priority,entry_s,vru_s,queue_s,outcome,answer_s,service_s,agent"
NATIVE_HEADER = "interaction,arrived_at,channel,queue,requires,priority,outcome,waited_s,handled_s,agent"


def bank(tmp_path: Path, *rows: str) -> CallLog:
    return read_log(write(tmp_path, BANK_HEADER, *rows), load_mapping("anonymous_bank"))


def native(tmp_path: Path, *rows: str) -> CallLog:
    return read_log(write(tmp_path, NATIVE_HEADER, *rows), load_mapping("native"))


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "calls.csv"
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


# --- the real log -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def february() -> CallLog:
    if not REAL_LOG.is_file():
        pytest.skip("the bank's log is not beside the project, and is no part of it")
    return read_log(REAL_LOG, mapping_for(REAL_LOG))


def test_the_reader_finds_the_published_facts_of_february(february: CallLog) -> None:
    assert february.mapping.name == "anonymous_bank"
    assert february.rows == 33_344
    assert february.outcomes == {"answered": 27_162, "abandoned": 5_904, "ignored": 278}
    assert len(february.agent_names) == 24
    assert february.n == 31_094
    answered = february.answered
    assert round(100 * (february.wait_ns > 0).mean()) == 58
    assert round(100 * (~answered).mean(), 1) == 12.6
    assert round(february.wait_ns[answered].mean() / SECOND, 1) == 40.8


def test_the_reader_finds_the_published_services_of_february(february: CallLog) -> None:
    services = february.handling_ns[february.answered] / SECOND
    assert round(services.mean(), 1) == 176.4
    positive = services[services > 0]
    assert round(positive.mean(), 1) == 176.9
    assert round(float(np.median(positive))) == 107
    assert round(positive.std()) == 217


def test_the_reader_finds_the_published_abandonment_by_type(february: CallLog) -> None:
    share = {
        name: round(100 * (~february.answered[february.queue == index]).mean())
        for index, name in enumerate(february.queue_names)
    }
    assert {name: share[name] for name in ("NW", "IN", "PS", "NE")} == {"NW": 28, "IN": 24, "PS": 8, "NE": 7}


def test_every_row_of_february_is_replayed_or_counted_out(february: CallLog) -> None:
    odd = february.odd
    assert february.rows == february.n + odd["ignored"] + odd["left_before_queue"]
    assert odd["negative_menu"] == 25
    assert odd["answered_without_agent"] == 491
    named = int((february.agent >= 0).sum())
    assert 0.01 < odd["overlap"] / named < 0.02


def test_arrivals_on_weekdays_of_february(february: CallLog) -> None:
    day = february.arrived_ns // (86_400 * SECOND)
    # The bank's week runs from Sunday to Thursday; the first of February 1999 was a Monday.
    weekday = np.isin(day % 7, (0, 1, 2, 3, 6))
    assert round(weekday.sum() / 20) == 1434
    hour = february.arrived_ns // (3600 * SECOND) % 24
    assert round((weekday & (hour == 10)).sum() / 20) == 121


# --- rows -------------------------------------------------------------------------------------------------


def test_a_row_becomes_an_arrival_at_the_queue(tmp_path: Path) -> None:
    log = bank(tmp_path, "1999-02-01,PS,2,100,10,5,AGENT,115,60,A01")
    assert (log.arrived_ns[0], log.wait_ns[0], log.handling_ns[0]) == (110 * SECOND, 5 * SECOND, 60 * SECOND)
    assert log.served_at_ns[0] == 115 * SECOND
    assert log.priority[0] == 1
    assert log.odd == {}
    assert log.wall_time(110 * SECOND).isoformat() == "1999-02-01T00:01:50"


def test_an_answer_after_midnight_is_on_the_next_day(tmp_path: Path) -> None:
    log = bank(tmp_path, "1999-02-01,PS,0,86390,0,30,AGENT,20,60,A01")
    assert log.served_at_ns[0] == 86_420 * SECOND
    assert "answer_time_differs" not in log.odd


@pytest.mark.parametrize(
    ("row", "kinds", "replayed"),
    [
        ("1999-02-01,PS,0,100,10,5,PHANTOM,115,4,", {"ignored"}, 0),
        ("1999-02-01,PS,0,100,10,0,HANG,0,0,", {"left_before_queue"}, 0),
        ("1999-02-01,PS,0,100,10,7,HANG,0,0,", set(), 1),
        ("1999-02-01,PS,0,100,-10,25,AGENT,115,60,A01", {"negative_menu"}, 1),
        ("1999-02-01,PS,0,100,10,-5,AGENT,105,60,A01", {"negative_wait"}, 1),
        ("1999-02-01,PS,0,100,10,5,AGENT,115,-60,A01", {"negative_handling"}, 1),
        ("1999-02-01,PS,0,100,10,5,AGENT,115,60,", {"answered_without_agent"}, 1),
        ("1999-02-01,PS,0,100,10,5,AGENT,0,60,A01", {"answered_without_time"}, 1),
        ("1999-02-01,PS,0,100,10,5,AGENT,300,60,A01", {"answer_time_differs"}, 1),
        ("1999-02-01,PS,0,100,10,5,AGENT,115,0,A01", {"zero_handling"}, 1),
        ("1999-02-01,PS,0,100,10,5,HANG,115,9,", {"abandoned_with_handling"}, 1),
        ("1999-02-01,PS,0,100,10,5,HANG,0,0,A01", {"abandoned_with_agent"}, 1),
    ],
)
def test_odd_rows_are_counted_by_their_rule(tmp_path: Path, row: str, kinds: set[str], replayed: int) -> None:
    log = bank(tmp_path, "1999-02-01,PS,0,90,0,0,AGENT,90,1,A02", row)
    assert log.odd == dict.fromkeys(kinds, 1)
    assert log.n == 1 + replayed
    assert log.rows == 2
    assert (log.wait_ns >= 0).all()
    assert (log.handling_ns >= 0).all()


def test_overlapping_services_and_rows_out_of_order_are_counted(tmp_path: Path) -> None:
    log = bank(
        tmp_path,
        "1999-02-01,PS,0,200,0,0,AGENT,200,60,A01",
        "1999-02-01,PS,0,100,0,0,AGENT,100,60,A01",
        "1999-02-01,PS,0,230,0,0,AGENT,230,60,A01",
    )
    assert log.odd == {"overlap": 1, "out_of_order": 1}
    assert log.line.tolist() == [3, 2, 4]


def test_chats_held_at_once_are_no_overlap(tmp_path: Path) -> None:
    log = native(
        tmp_path,
        "1,2026-03-02T09:00:00,chat,web,,0,answered,0,600,kim",
        "2,2026-03-02T09:01:00.250,chat,web,technical >= 2,3,answered,1.5,600,kim",
    )
    assert log.odd == {}
    assert log.requirements == ("technical >= 2",)
    assert log.requires.tolist() == [-1, 0]
    assert log.priority.tolist() == [0, 3]
    assert log.arrived_ns[1] == (9 * 3600 + 60) * SECOND + 250_000_000
    assert log.wait_ns[1] == 1_500_000_000


def test_times_with_an_offset_count_true_time(tmp_path: Path) -> None:
    log = native(
        tmp_path,
        "1,2026-10-25T02:30:00+02:00,voice,sales,,0,answered,0,60,kim",
        "2,2026-10-25T02:30:00+01:00,voice,sales,,0,answered,0,60,kim",
    )
    assert log.arrived_ns[1] - log.arrived_ns[0] == 3600 * SECOND
    assert log.wall_time(int(log.arrived_ns[0])).isoformat() == "2026-10-25T02:30:00+02:00"


def test_agents_are_numbered_by_name_whoever_comes_first(tmp_path: Path) -> None:
    log = bank(
        tmp_path,
        "1999-02-01,PS,0,100,0,0,AGENT,100,60,B",
        "1999-02-01,PS,0,200,0,0,AGENT,200,60,A",
        "1999-02-01,PS,0,300,0,0,AGENT,300,60,",
    )
    assert log.agent_names == ("A", "B")
    assert log.agent.tolist() == [1, 0, -1]


# --- logs that cannot be read -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "place", "expected"),
    [
        ("1999-02-01,PS,0,100,0,x,AGENT,0,0,A", "column 'queue_s': 'x'", "a number of seconds"),
        ("1999-02-01,PS,0,100,0,nan,AGENT,0,0,A", "column 'queue_s': 'nan'", "a number of seconds"),
        ("1999-02-01,PS,0,90000,0,0,AGENT,0,0,A", "column 'entry_s': '90000'", "from 0 to 86400"),
        ("1.2.99,PS,0,100,0,0,AGENT,0,0,A", "column 'date': '1.2.99'", "YYYY-MM-DD"),
        ("1999-02-01,PS,0,100,0,0,LOST,0,0,A", "column 'outcome': 'LOST'", "one of AGENT, HANG, PHANTOM"),
        ("1999-02-01,PS,7,100,0,0,AGENT,0,0,A", "column 'priority': '7'", "one of 0, 1, 2"),
        ("1999-02-01,,0,100,0,0,AGENT,0,0,A", "column 'type': ''", "the name of a queue"),
        ("1999-02-01,PS,0,100,0,0,AGENT", "7 fields", "10, as in the header"),
        ('1999-02-01,"PS,0,100,0,0,AGENT,0,0,A', "unexpected end of data", "comma-separated values"),
    ],
)
def test_a_value_that_cannot_be_read_names_its_place(
    tmp_path: Path, row: str, place: str, expected: str
) -> None:
    with pytest.raises(LogError) as caught:
        bank(tmp_path, "1999-02-01,PS,0,90,0,0,AGENT,90,1,A02", row)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'calls.csv'}:3: {place}")
    assert expected in message.partition("expected")[2]
    assert "\n" not in message


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    path = write(tmp_path, BANK_HEADER.replace("queue_s,", ""), "1999-02-01,PS,0,100,0,AGENT,0,0,A")
    with pytest.raises(
        LogError, match=r"calls.csv:1: column 'queue_s' \(the waited\) is missing; expected .*vru_s"
    ):
        read_log(path, mapping_for(path))


def test_an_empty_log_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LogError, match=r"calls.csv:1: the file is empty"):
        read_log(write(tmp_path), load_mapping("native"))
    with pytest.raises(LogError, match=r"calls.csv:1: no interaction follows the header"):
        native(tmp_path)


def test_a_log_that_is_not_utf_8_names_line_and_byte(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    good = b"1999-02-01,PS,0,100,0,0,AGENT,100,60,A\n" * 1000
    path.write_bytes(BANK_HEADER.encode() + b"\n" + good + b"1999-02-01,P\xff,0,1,0,0,AGENT,0,0,A\n")
    with pytest.raises(LogError) as caught:
        read_log(path, mapping_for(path))
    assert str(caught.value) == f"{path}:1002: byte 0xff at byte 13 is not UTF-8; expected UTF-8 text"


def test_a_queue_has_one_channel(tmp_path: Path) -> None:
    with pytest.raises(LogError, match=r":3: queue 'web' has channel 'email'; expected 'chat'"):
        native(
            tmp_path,
            "1,2026-03-02T09:00:00,chat,web,,0,answered,0,600,kim",
            "2,2026-03-02T09:01:00,email,web,,0,answered,0,600,kim",
        )


def test_times_with_and_without_an_offset_do_not_mix(tmp_path: Path) -> None:
    with pytest.raises(LogError, match=r":3: column 'arrived_at': .* without an offset"):
        native(
            tmp_path,
            "1,2026-03-02T09:00:00,voice,sales,,0,answered,0,60,kim",
            "2,2026-03-02T09:01:00+01:00,voice,sales,,0,answered,0,60,kim",
        )


# --- mappings ---------------------------------------------------------------------------------------------


def test_the_built_in_mappings_load() -> None:
    assert built_in_mappings() == (
        "amazon_connect",
        "anonymous_bank",
        "asterisk_queue_log",
        "freeswitch_cdr",
        "native",
    )
    assert load_mapping("anonymous_bank").seconds_per_priority == 90


def test_a_mapping_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\n[time]\nkind = "datetime"\n[columns]\narrived = "start"\nwaited = "wait"\n'
        'outcome = "result"\nhandled = "talk"\nagent = "who"\nqueue = "service"\n'
        '[outcomes]\nok = "answered"\nlost = "abandoned"\n[derive]\nmin_services = 1\n',
        encoding="utf-8",
    )
    log = read_log(
        write(tmp_path, "service,who,start,wait,talk,result", "sales,kim,2026-03-02 09:00,4,60,ok"),
        load_mapping(path),
    )
    assert (log.queue_names, log.agent_names, log.mapping.derive.min_services) == (("sales",), ("kim",), 1)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('colour = "red"', "colour: 'red' is not allowed"),
        ('[time]\nkind = "sundial"', "line 2: time.kind: 'sundial' is not allowed; allowed: datetime, epoch"),
        ('[time]\nkind = "datetime"\n[columns]\nwaited = "w"', "columns.arrived: None is not allowed"),
        ("name = 3\nname = 4", "line 2: column 9: 'name = 4' is not allowed; allowed: TOML 1.0"),
    ],
)
def test_a_wrong_mapping_names_the_key(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_mapping(path)
    assert message in str(caught.value)


def test_an_unknown_mapping_names_those_there_are() -> None:
    with pytest.raises(
        ConfigError, match=r"'nonsense' is not allowed; allowed: amazon_connect, .*, native, or the path"
    ):
        load_mapping("nonsense")


def test_a_header_that_no_mapping_knows_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"calls.csv:1: header: 'a, b' is not allowed"):
        mapping_for(write(tmp_path, "a,b", "1,2"))
