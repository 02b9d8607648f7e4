"""Queues open and close as their hours say: HOURS-3."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import huntgroup as hg

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
OFFICE = hg.Hours({"mon": [("09:00", "12:00"), ("13:00", "17:00")], "tue": ("09:00", "17:00")}, tz="UTC")


def ns(instant: datetime) -> int:
    return round(instant.timestamp()) * 10**9


@pytest.mark.rule("HOURS-3")
def test_each_opening_and_closing_is_a_step_at_its_instant(make_engine: Any) -> None:
    engine = make_engine(start=MONDAY)
    engine.add_queue("sales", hours=OFFICE)
    engine.add_queue("support", hours=OFFICE)
    engine.here("ann", "sales")
    engine.events()
    engine.advance(MONDAY + timedelta(days=1, hours=9))
    told = engine.events("presence_changed")
    assert [(event.queue, event.status_to, event.at_ns) for event in told] == [
        (name, "closed" if hour in (12, 17) else shown, ns(MONDAY + timedelta(hours=hour)))
        for hour in (9, 12, 13, 17, 33)
        for name, shown in (("sales", "available"), ("support", "absent"))
    ]


@pytest.mark.rule("HOURS-3")
def test_a_queue_that_is_open_by_a_caller_s_arrival_takes_it(make_engine: Any) -> None:
    engine = make_engine(start=MONDAY)
    engine.add_queue("sales", hours=OFFICE)
    with pytest.raises(hg.QueueClosed):
        engine.enqueue("sales", at=MONDAY + timedelta(hours=9, microseconds=-1))
    engine.enqueue("sales", at=MONDAY + timedelta(hours=9))
    with pytest.raises(hg.QueueClosed):
        engine.enqueue("sales", at=MONDAY + timedelta(hours=12))
