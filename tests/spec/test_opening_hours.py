"""Opening hours of a service: wall time on every day of the year, the days of the clock change included."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import huntgroup as hg

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LAST_SUNDAY_OF_MARCH = date(2026, 3, 29)  # 02:00 becomes 03:00
LAST_SUNDAY_OF_OCTOBER = date(2026, 10, 25)  # 03:00 becomes 02:00


def wall(day: date, clock: str, fold: int = 0) -> datetime:
    hour, minute, second = (int(part) for part in (clock + ":00").split(":")[:3])
    return datetime.combine(day, time(hour, minute, second, fold=fold), BERLIN)


def centre(
    make_engine: Any, start: datetime, opens: str = "09:00", closes: str = "17:00", **hours: Any
) -> Any:
    play = make_engine("duty_profiles")
    play.advance(start)
    weekly = dict.fromkeys(DAYS, (opens, closes))
    play.add_queue("sales", hours=hg.Hours(weekly, tz="Europe/Berlin", **hours))
    play.add_agent("anna", queues=["sales"], devices=["voice"], signed_in=True, status="On Duty")
    play.events()
    return play


def presences(play: Any) -> list[tuple[int, str]]:
    return [(event.at_ns, event.status_to) for event in play.events("presence_changed")]


def ns(instant: datetime) -> int:
    return round(instant.timestamp()) * 1_000_000_000


@pytest.mark.spec("A1", "A6")
@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 15),
        LAST_SUNDAY_OF_MARCH - timedelta(days=1),
        LAST_SUNDAY_OF_MARCH,
        LAST_SUNDAY_OF_MARCH + timedelta(days=1),
        date(2026, 7, 15),
        LAST_SUNDAY_OF_OCTOBER - timedelta(days=1),
        LAST_SUNDAY_OF_OCTOBER,
        LAST_SUNDAY_OF_OCTOBER + timedelta(days=1),
    ],
    ids=str,
)
def test_a6_opens_at_nine_by_the_clock_on_the_wall(make_engine: Any, day: date) -> None:
    play = centre(make_engine, wall(day, "00:00"))
    assert play.queue("sales").presence == "closed"
    play.advance(wall(day, "08:59:59"))
    with play.refused(hg.QueueClosed, "sales"):
        play.enqueue("sales")
    assert presences(play) == []
    play.advance(wall(day, "09:00"))
    assert presences(play) == [(ns(wall(day, "09:00")), "available")]
    play.abandon(play.enqueue("sales"))
    play.events()
    play.advance(wall(day, "23:59"))
    assert presences(play) == [(ns(wall(day, "17:00")), "closed")]
    with play.refused(hg.QueueClosed, "sales"):
        play.enqueue("sales")


@pytest.mark.spec("A1", "A6")
@pytest.mark.parametrize("sunday", [LAST_SUNDAY_OF_MARCH, LAST_SUNDAY_OF_OCTOBER], ids=str)
def test_a6_the_distance_between_openings_follows_the_clock_change(make_engine: Any, sunday: date) -> None:
    play = centre(make_engine, wall(sunday - timedelta(days=1), "12:00"))
    play.advance(wall(sunday, "12:00"))
    closed, opened = presences(play)
    night = timedelta(hours=16) + (timedelta(hours=-1) if sunday.month == 3 else timedelta(hours=1))
    assert opened[0] - closed[0] == round(night.total_seconds()) * 1_000_000_000


@pytest.mark.spec("A1")
def test_a1_an_opening_in_the_hour_that_is_left_out_comes_at_its_end(make_engine: Any) -> None:
    play = centre(make_engine, wall(LAST_SUNDAY_OF_MARCH, "00:00"), opens="02:30", closes="05:00")
    play.advance(wall(LAST_SUNDAY_OF_MARCH, "01:59:59"))
    assert play.queue("sales").presence == "closed"
    play.after(1)  # 03:00: half past two never came
    assert play.queue("sales").presence == "available"
    play.advance(wall(LAST_SUNDAY_OF_MARCH, "05:00"))
    assert play.queue("sales").presence == "closed"


@pytest.mark.spec("A1")
def test_a1_who_waits_over_a_closing_on_the_day_of_the_change_is_served(make_engine: Any) -> None:
    play = centre(make_engine, wall(LAST_SUNDAY_OF_OCTOBER, "16:59"))
    play.set_status("anna", "Off Duty")
    call = play.enqueue("sales")
    play.advance(wall(LAST_SUNDAY_OF_OCTOBER, "18:00"))
    play.set_status("anna", "On Duty")
    assert play.offered_to(call) == "anna"


@pytest.mark.spec("A1")
def test_a1_dated_exceptions_go_before_the_week(make_engine: Any) -> None:
    christmas = date(2026, 12, 25)
    play = centre(
        make_engine,
        wall(christmas, "08:00"),
        exceptions={"2026-12-25": None, "2026-12-26": ("10:00", "12:00")},
    )
    play.advance(wall(christmas, "12:00"))
    with play.refused(hg.QueueClosed, "sales"):
        play.enqueue("sales")
    play.advance(wall(christmas + timedelta(days=2), "00:00"))
    boxing_day = christmas + timedelta(days=1)
    assert presences(play) == [
        (ns(wall(boxing_day, "10:00")), "available"),
        (ns(wall(boxing_day, "12:00")), "closed"),
    ]


@pytest.mark.spec("A1")
def test_a1_two_services_in_two_time_zones_keep_their_own_hours(make_engine: Any) -> None:
    play = centre(make_engine, datetime(2026, 3, 9, 9, 0, tzinfo=UTC))
    play.add_queue("tokyo", hours=hg.Hours(dict.fromkeys(DAYS, ("09:00", "17:00")), tz="Asia/Tokyo"))
    assert (play.queue("sales").presence, play.queue("tokyo").presence) == ("available", "closed")
    assert play.state(play.enqueue("sales")) == "Offered"
    with play.refused(hg.QueueClosed, "tokyo"):
        play.enqueue("tokyo")


@pytest.mark.spec("A1")
def test_a1_a_naive_datetime_is_refused(make_engine: Any) -> None:
    play = centre(make_engine, datetime(2026, 3, 9, 9, 0, tzinfo=UTC))
    with pytest.raises(hg.ConfigError):
        play.advance(datetime(2026, 3, 9, 12, 0))
