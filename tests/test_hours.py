"""Opening hours: the week, the exceptions, and the nights in which the clocks change."""

from __future__ import annotations

import itertools
import json
import pickle
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from huntgroup.core.state.hours import OpenHours
from huntgroup.errors import ConfigError
from huntgroup.settings.hours import DAYS, Hours
from huntgroup.settings.hours_plan import offsets_of

MINUTE_NS = 60_000_000_000
WEEKDAYS: dict[str, Any] = dict.fromkeys(DAYS[:5], ("09:00", "17:00"))
EVERY_DAY = dict.fromkeys(DAYS, ("00:00", "24:00"))


def at(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> int:
    """The instant, in ns, of a wall time of the zone."""
    wall = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return round(wall.timestamp()) * 1_000_000_000


def wall_clock(at_ns: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at_ns // 1_000_000_000, UTC).astimezone(zone).replace(tzinfo=None)


def changes(hours: Hours, start_ns: int, end_ns: int) -> list[int]:
    found = []
    instant = hours.next_change(start_ns)
    while instant is not None and instant <= end_ns:
        found.append(instant)
        instant = hours.next_change(instant)
    return found


def test_half_open_and_next_change() -> None:
    hours = Hours(WEEKDAYS, tz="Europe/Berlin")
    friday_close = at("2026-03-06T17:00")
    assert not hours.is_open(at("2026-03-06T09:00") - 1)
    assert hours.is_open(at("2026-03-06T09:00"))
    assert hours.is_open(friday_close - 1)
    assert not hours.is_open(friday_close)
    assert hours.next_change(at("2026-03-06T12:00")) == friday_close
    assert hours.next_change(friday_close) == at("2026-03-09T09:00")
    assert hours.next_change(at("2026-03-09T09:00")) == at("2026-03-09T17:00")


@pytest.mark.rule("HOURS-1")
def test_opens_at_nine_on_the_wall_every_day_of_the_year() -> None:
    zone = ZoneInfo("Europe/Berlin")
    hours = Hours(dict.fromkeys(DAYS, ("09:00", "17:00")), tz="Europe/Berlin")
    found = changes(hours, at("2026-01-01T00:00"), at("2027-01-01T00:00") - 1)
    assert len(found) == 730
    assert {wall_clock(instant, zone).strftime("%H:%M") for instant in found[::2]} == {"09:00"}
    assert {wall_clock(instant, zone).strftime("%H:%M") for instant in found[1::2]} == {"17:00"}
    assert len({instant % (24 * 60 * MINUTE_NS) for instant in found[::2]}) == 2


def test_an_exception_replaces_its_day() -> None:
    exceptions = {"2026-12-25": None, "2026-12-24": ("10:00", "12:00"), "2026-12-27": [("10:00", "11:00")]}
    hours = Hours(WEEKDAYS, tz="Europe/Berlin", exceptions=exceptions)
    assert not hours.is_open(at("2026-12-24T09:30"))
    assert hours.is_open(at("2026-12-24T10:00"))
    assert hours.next_change(at("2026-12-24T10:00")) == at("2026-12-24T12:00")
    assert hours.next_change(at("2026-12-24T12:00")) == at("2026-12-27T10:00")
    assert hours.next_change(at("2026-12-27T11:00")) == at("2026-12-28T09:00")


def test_always_and_never_open_change_only_at_exceptions() -> None:
    now = at("2026-01-01T12:00")
    assert Hours({}, tz="UTC").next_change(now) is None
    assert Hours(EVERY_DAY, tz="Europe/Berlin").next_change(now) is None
    assert Hours(EVERY_DAY, tz="Europe/Berlin").is_open(now)
    holiday = Hours(EVERY_DAY, tz="Europe/Berlin", exceptions={"2031-12-25": None})
    assert changes(holiday, now, at("2100-01-01T00:00")) == [at("2031-12-25T00:00"), at("2031-12-26T00:00")]
    once = Hours({}, tz="Europe/Berlin", exceptions={"2031-12-25": ("10:00", "24:00")})
    assert changes(once, now, at("2100-01-01T00:00")) == [at("2031-12-25T10:00"), at("2031-12-26T00:00")]
    assert once.next_change(at("2031-12-26T00:00")) is None


def test_intervals_that_meet_at_midnight_are_one() -> None:
    hours = Hours({"mon": ("22:00", "24:00"), "tue": [("00:00", "02:00")]}, tz="Europe/Berlin")
    assert hours.next_change(at("2026-03-02T22:00")) == at("2026-03-03T02:00")


def test_a_run_of_closed_days_is_passed_over() -> None:
    closed = {(datetime(2026, 3, 7) + timedelta(days=day)).date().isoformat(): None for day in range(400)}
    hours = Hours(WEEKDAYS, tz="Europe/Berlin", exceptions=closed)
    assert hours.next_change(at("2026-03-06T17:00")) == at("2027-04-12T09:00")


def test_in_the_gap_an_opening_waits_for_its_end() -> None:
    end_of_gap = at("2026-03-29T03:00")
    opening = Hours({"sun": ("02:30", "05:00")}, tz="Europe/Berlin")
    assert changes(opening, at("2026-03-29T00:00"), at("2026-03-29T12:00")) == [
        end_of_gap,
        at("2026-03-29T05:00"),
    ]
    closing = Hours({"sun": ("01:00", "02:30")}, tz="Europe/Berlin")
    assert changes(closing, at("2026-03-29T00:00"), at("2026-03-29T12:00")) == [
        at("2026-03-29T01:00"),
        end_of_gap,
    ]


def test_hours_within_the_gap_are_skipped_that_day() -> None:
    hours = Hours({"sun": ("02:10", "02:50")}, tz="Europe/Berlin")
    assert hours.next_change(at("2026-03-22T02:50")) == at("2026-04-05T02:10")


def test_in_the_fold_the_first_occurrence_counts() -> None:
    closing = Hours({"sun": ("01:00", "02:30")}, tz="Europe/Berlin")
    night = (at("2026-10-25T00:00"), at("2026-10-25T12:00"))
    assert changes(closing, *night) == [at("2026-10-25T01:00"), at("2026-10-25T02:30", fold=0)]
    opening = Hours({"sun": ("02:30", "05:00")}, tz="Europe/Berlin")
    assert changes(opening, *night) == [at("2026-10-25T02:30", fold=0), at("2026-10-25T05:00")]
    assert opening.is_open(at("2026-10-25T02:15", fold=1))
    whole = Hours({"sun": ("02:00", "03:00")}, tz="Europe/Berlin")
    opens, closes = changes(whole, *night)
    assert closes - opens == 120 * MINUTE_NS


def test_a_day_that_a_zone_skipped_has_no_hours() -> None:
    hours = Hours(dict.fromkeys(DAYS, ("09:00", "17:00")), tz="Pacific/Apia")
    thursday = at("2011-12-29T17:00", "Pacific/Apia")
    assert hours.next_change(thursday) == at("2011-12-31T09:00", "Pacific/Apia")


zones = st.sampled_from(
    ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "UTC"]
)
# Nights in which one of these zones changes its clocks, and ordinary days around them.
starts = st.sampled_from(
    [
        "2026-03-28",
        "2026-10-24",
        "2026-04-04",
        "2026-10-03",
        "2010-11-06",
        "2011-03-12",
        "2011-12-29",
        "2018-02-17",
        "2018-11-03",
    ]
)
minutes = st.integers(0, 1440) | st.sampled_from([0, 1, 60, 90, 120, 150, 180, 1380, 1410, 1439, 1440])


@st.composite
def days(draw: st.DrawFn) -> list[tuple[str, str]]:
    times = sorted(set(draw(st.lists(minutes, max_size=6))))
    times = times[: len(times) // 2 * 2]
    texts = [f"{time // 60:02}:{time % 60:02}" for time in times]
    return list(zip(texts[::2], texts[1::2], strict=True))


def scan(hours: Hours, zone: ZoneInfo, start_ns: int, count: int) -> list[bool]:
    """Open or not, minute by minute, read from a wall clock that never steps back."""
    plain = hours.to_dict()
    shown = datetime.min
    found = []
    for minute in range(count):
        shown = max(shown, wall_clock(start_ns + minute * MINUTE_NS, zone))
        day = shown.date()
        intervals = plain["exceptions"].get(day.isoformat(), plain["weekly"].get(DAYS[day.weekday()], []))
        time = shown.strftime("%H:%M")
        found.append(any(opens <= time < closes for opens, closes in intervals))
    return found


@settings(max_examples=60, deadline=None)
@given(
    zones,
    starts,
    st.fixed_dictionaries({day: days() for day in DAYS}),
    st.dictionaries(starts, days(), max_size=2),
)
@example("America/St_Johns", "2010-11-06", dict.fromkeys(DAYS, ("23:30", "24:00")), {})
@example("America/St_Johns", "2010-11-06", dict.fromkeys(DAYS, ("00:00", "00:30")), {})
@example("America/Sao_Paulo", "2018-02-17", dict.fromkeys(DAYS, ("23:15", "23:45")), {})
def test_equals_a_scan_of_the_minutes(
    name: str, start: str, weekly: dict[str, Any], exceptions: dict[str, Any]
) -> None:
    hours = Hours(weekly, tz=name, exceptions=exceptions)
    zone = ZoneInfo(name)
    start_ns = at(f"{start}T00:00", "UTC") - 12 * 60 * MINUTE_NS
    count = 3 * 1440
    expected = scan(hours, zone, start_ns, count)
    boundaries = [
        start_ns + minute * MINUTE_NS
        for minute in range(1, count)
        if expected[minute] != expected[minute - 1]
    ]
    assert changes(hours, start_ns, start_ns + (count - 1) * MINUTE_NS) == boundaries
    for minute in range(0, count, 17):
        assert hours.is_open(start_ns + minute * MINUTE_NS) == expected[minute]
    for instant in boundaries:
        assert hours.is_open(instant - 1) != hours.is_open(instant)


def test_equal_by_content_and_readable_again() -> None:
    first = Hours(WEEKDAYS, tz="Europe/Berlin", exceptions={"2026-12-25": None})
    second = Hours(
        {"mon": [("13:00", "17:00"), ("09:00", "13:00")], "sun": None, **dict(list(WEEKDAYS.items())[1:])},
        "Europe/Berlin",
        {"2026-12-25": []},
    )
    assert first == second
    assert hash(first) == hash(second)
    assert first != Hours(WEEKDAYS, tz="Europe/Berlin")
    assert first != Hours(WEEKDAYS, tz="Europe/Paris", exceptions={"2026-12-25": None})
    assert first != "Europe/Berlin"
    assert Hours.from_dict(json.loads(json.dumps(first.to_dict()))) == first
    assert pickle.loads(pickle.dumps(first)) == first
    assert eval(repr(first)) == first
    assert first.tz == "Europe/Berlin"


@pytest.mark.parametrize(
    ("weekly", "zone", "exceptions", "field", "allowed"),
    [
        ({"monday": None}, "UTC", None, "hours.weekly", "mon, tue"),
        ([("09:00", "17:00")], "UTC", None, "hours.weekly", "a mapping"),
        ({"mon": "09:00-17:00"}, "UTC", None, "hours.weekly.mon", "a pair"),
        ({"mon": ("09:00",)}, "UTC", None, "hours.weekly.mon", "a pair"),
        ({"mon": (9, 17)}, "UTC", None, "hours.weekly.mon", "a pair"),
        ({"mon": ("9:00", "17:00")}, "UTC", None, "hours.weekly.mon", "HH:MM"),
        ({"mon": ("09:60", "17:00")}, "UTC", None, "hours.weekly.mon", "HH:MM"),
        ({"mon": ("09:00", "24:01")}, "UTC", None, "hours.weekly.mon", "24:00"),
        ({"mon": ("22:00", "06:00")}, "UTC", None, "hours.weekly.mon", "split"),
        ({"mon": ("09:00", "09:00")}, "UTC", None, "hours.weekly.mon", "after the open"),
        ({"mon": [("09:00", "12:00"), ("11:00", "13:00")]}, "UTC", None, "hours.weekly.mon", "overlap"),
        ({"mon": [("09:00", "12:00")] * 65}, "UTC", None, "hours.weekly.mon", "at most 64"),
        ({}, "Europe/Atlantis", None, "hours.tz", "IANA"),
        ({}, "../etc/passwd", None, "hours.tz", "IANA"),
        ({}, "", None, "hours.tz", "IANA"),
        ({}, 3, None, "hours.tz", "IANA"),
        ({}, "localtime", None, "hours.tz", "with its region"),
        ({}, "posixrules", None, "hours.tz", "with its region"),
        ({}, "Factory", None, "hours.tz", "with its region"),
        ({}, "CET", None, "hours.tz", "with its region"),
        ({}, "posix/Europe/Berlin", None, "hours.tz", "with its region"),
        ({}, "right/Europe/Berlin", None, "hours.tz", "with its region"),
        ({}, "UTC", {"02-30": None}, "hours.exceptions", "MM-DD"),
        ({}, "UTC", {"--12-25": None}, "hours.exceptions", "MM-DD"),
        ({}, "UTC", {"25.12.2026": None}, "hours.exceptions", "YYYY-MM-DD"),
        ({}, "UTC", {"2026-02-29": None}, "hours.exceptions", "YYYY-MM-DD"),
        ({}, "UTC", {"2026-W01-1": None}, "hours.exceptions", "YYYY-MM-DD"),
        ({}, "UTC", {"9999-12-31": None}, "hours.exceptions", "to 2261"),
        ({}, "UTC", ["2026-12-25"], "hours.exceptions", "a mapping"),
        ({}, "UTC", {"2026-12-25": "closed"}, "hours.exceptions.2026-12-25", "a pair"),
    ],
)
def test_bad_hours_name_field_value_and_what_is_allowed(
    weekly: Any, zone: Any, exceptions: Any, field: str, allowed: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        Hours(weekly, zone, exceptions)
    assert caught.value.field == field
    assert allowed in caught.value.allowed
    assert field in str(caught.value)


@pytest.mark.parametrize("instant", [1.0, True, None, 2**63, -(2**63) - 1])
def test_an_instant_is_an_integer_of_64_bits(instant: Any) -> None:
    with pytest.raises(ConfigError, match="at_ns"):
        Hours({}, tz="UTC").is_open(instant)


@pytest.mark.parametrize("instant", [2**63 - 1, -(2**63)])
@pytest.mark.parametrize("weekly", [WEEKDAYS, EVERY_DAY])
def test_the_ends_of_time_are_fine(instant: int, weekly: dict[str, Any]) -> None:
    hours = Hours(weekly, tz="America/New_York")
    hours.is_open(instant)
    hours.next_change(instant)


def test_a_bad_plain_dict_is_refused() -> None:
    for plain in (None, {}, {"weekly": {}}, {"weekly": {}, "tz": "UTC", "holidays": {}}):
        with pytest.raises(ConfigError, match="hours"):
            Hours.from_dict(plain)


# --- days of every year ----------------------------------------------------------------------------------


def test_an_exception_may_hold_every_year() -> None:
    hours = Hours(WEEKDAYS, tz="Europe/Berlin", exceptions={"12-25": None, "2028-12-25": ("10:00", "11:00")})
    assert not hours.is_open(at("2026-12-25T10:30"))  # a Friday
    assert hours.is_open(at("2026-12-24T10:30"))
    assert hours.is_open(at("2028-12-25T10:30"))  # its date goes before the day of every year
    assert not hours.is_open(at("2028-12-25T11:30"))
    assert Hours.from_dict(json.loads(json.dumps(hours.to_dict()))) == hours
    assert hours != Hours(WEEKDAYS, tz="Europe/Berlin", exceptions={"2028-12-25": ("10:00", "11:00")})


def test_every_year_in_weeks_that_never_change() -> None:
    holiday = Hours(EVERY_DAY, tz="UTC", exceptions={"12-25": None})
    assert changes(holiday, at("2026-01-01T00:00", "UTC"), at("2028-01-01T00:00", "UTC")) == [
        at(f"{year}-12-{day}T00:00", "UTC") for year in (2026, 2027) for day in (25, 26)
    ]
    leap = Hours({}, tz="UTC", exceptions={"02-29": ("10:00", "11:00")})
    assert leap.next_change(at("2097-01-01T00:00", "UTC")) == at("2104-02-29T10:00", "UTC")
    every_day = {f"{month:02}-{day:02}": None for month in range(1, 13) for day in range(1, 32)}
    never = {text: None for text in every_day if _is_a_day(text)}
    assert Hours(WEEKDAYS, tz="UTC", exceptions=never).next_change(0) is None


def _is_a_day(text: str) -> bool:
    try:
        datetime.fromisoformat(f"2000-{text}")
    except ValueError:
        return False
    return True


# --- the numbers that the core walks ---------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["Europe/Berlin", "America/St_Johns", "America/Recife", "Pacific/Apia", "UTC"]),
    st.fixed_dictionaries({day: days() for day in DAYS}),
    st.dictionaries(starts | st.sampled_from(["12-25", "02-29"]), days(), max_size=2),
    st.integers(0, 5 * 10**18),
    st.integers(-100_000, 100_000),
    st.sampled_from([1, 10**9, 8 * 3600 * 10**9, 300 * 3600 * 10**9]),
)
def test_the_core_walks_the_same_hours(
    name: str, weekly: dict[str, Any], exceptions: dict[str, Any], instant: int, beside: int, wanted: int
) -> None:
    hours = Hours(weekly, tz=name, exceptions=exceptions)
    core = OpenHours(hours)
    turns = [int(second) for second in offsets_of(name)[1:, 0] if second > 10**6]
    near = (turns[instant % len(turns)] + beside) * 10**9 if turns else instant
    for now in (instant, near):
        assert core.is_open(now) == hours.is_open(now)
        assert core.next_change(now) == hours.next_change(now)
        until = now + 40 * 24 * 60 * MINUTE_NS
        assert core.between(now, until) == open_time(hours, now, until)
        after = core.after(now, wanted)
        if after is not None:
            assert core.between(now, after) == wanted
            assert core.between(now, after - 1) == wanted - 1


def open_time(hours: Hours, start_ns: int, end_ns: int) -> int:
    """By walking from change to change."""
    edges = [start_ns, *changes(hours, start_ns, end_ns), end_ns]
    spans = itertools.pairwise(edges)
    return sum(until - since for since, until in spans if hours.is_open(since))


def test_a_century_of_open_time_is_counted_at_once() -> None:
    core = OpenHours(Hours(WEEKDAYS, tz="UTC"))
    weeks = 52 * 100
    start = at("2026-01-05T00:00", "UTC")
    assert core.between(start, start + weeks * 7 * 1440 * MINUTE_NS) == weeks * 40 * 60 * MINUTE_NS
    assert core.after(start, weeks * 40 * 60 * MINUTE_NS) == start + (weeks * 7 * 1440 - 55 * 60) * MINUTE_NS
    assert OpenHours(Hours({}, tz="UTC")).after(start, 1) is None
