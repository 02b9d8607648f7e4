"""The ring of the latest events: what is kept, what is named, who lagged."""

from __future__ import annotations

import random

import numpy as np
import pytest

import huntgroup as hg
from huntgroup.live.ring import NAMED, EventRing, Place, Wanted


def rows(first: int, count: int) -> np.ndarray:
    made = np.zeros(count, hg.EVENT_DTYPE)
    for name in ("agent", "interaction", "queue", "offer", "by", "text", "channel", "group", "other"):
        made[name] = -1
    made["seq"] = np.arange(first, first + count)
    return made


def ring(keep: int) -> EventRing:
    return EventRing(keep, hg.Engine().named)


def seqs(events: list[hg.Event]) -> list[int]:
    return [event.seq for event in events]


@pytest.mark.parametrize("keep", [1, 2, 7, 1_000, 5_000])
@pytest.mark.parametrize("share", [True, False])
def test_the_latest_ones_are_kept_however_they_come(keep: int, share: bool) -> None:
    draw, kept, following = random.Random(keep), ring(keep), 1
    for _ in range(60):
        count = draw.choice([0, 1, 2, 5, 400, 3_000])
        kept.append(rows(following, count), share and draw.random() < 0.8)
        following += count
        first = max(1, following - keep)
        assert (kept.first_seq, kept.next_seq) == (first, following)
        assert seqs(kept.read(first, keep)) == list(range(first, following))
        assert kept.rows(first, keep).tobytes() == rows(first, following - first).tobytes()
        middle = (first + following) // 2
        assert seqs(kept.read(middle, 3)) == list(range(middle, min(middle + 3, following)))


def test_what_is_kept_no_more_is_lagged_by_the_first_that_is() -> None:
    kept = ring(10)
    kept.append(rows(1, 25), share=False)
    with pytest.raises(hg.Lagged) as lagged:
        kept.read(15, 1)
    assert lagged.value.first_seq == 16


def test_what_is_still_to_come_is_nothing_yet() -> None:
    kept = ring(10)
    kept.append(rows(1, 5), share=False)
    assert kept.read(6, 10) == []
    assert kept.read(60, 10) == []


def test_after_a_gap_only_what_follows_it_is_kept() -> None:
    kept = ring(100)
    kept.append(rows(1, 5), share=True)
    kept.append(rows(9, 3), share=True)
    assert (kept.first_seq, kept.next_seq) == (9, 12)
    assert seqs(kept.read(9, 10)) == [9, 10, 11]


def test_readers_who_keep_up_share_the_same_objects_and_few_are_kept() -> None:
    kept = ring(1_000_000)
    for first in range(1, 5 * NAMED, 1_000):
        kept.append(rows(first, 1_000), share=True)
    assert len(kept._objects) <= 2 * NAMED
    last = kept.next_seq - 1
    assert kept.read(last, 1)[0] is kept.read(last, 1)[0]
    assert seqs(kept.read(1, 2)) == [1, 2]


def test_a_place_lags_once_and_goes_on_with_the_first_that_is_kept() -> None:
    kept = ring(10)
    place = Place(kept, 1, Wanted())
    kept.append(rows(1, 25), share=False)
    with pytest.raises(hg.Lagged):
        place.read(100)
    assert seqs(place.read(100)) == list(range(16, 26))
    assert not place.is_behind()


def test_a_place_without_a_number_begins_now() -> None:
    kept = ring(10)
    kept.append(rows(1, 5), share=False)
    place = Place(kept, None, Wanted())
    kept.append(rows(6, 2), share=False)
    assert seqs(place.read(100)) == [6, 7]


@pytest.mark.parametrize("from_seq", [0, -1, 1.0, "1", True])
def test_a_wrong_from_seq_is_named(from_seq: object) -> None:
    with pytest.raises(hg.ConfigError, match="from_seq"):
        Place(ring(10), from_seq, Wanted())  # type: ignore[arg-type]


def test_all_filters_that_are_given_must_match() -> None:
    events = [
        hg.Event(1, 0, "queued", queue="sales"),
        hg.Event(2, 0, "offered", queue="sales", agent="anna"),
        hg.Event(3, 0, "offered", queue="backup", agent="anna"),
        hg.Event(4, 0, "status_changed", agent="ben"),
    ]
    assert seqs(Wanted().of(events)) == [1, 2, 3, 4]
    assert seqs(Wanted(queues="sales").of(events)) == [1, 2]
    assert seqs(Wanted(agents=["anna", "ben"]).of(events)) == [2, 3, 4]
    assert seqs(Wanted(queues=["sales"], agents=["anna"], kinds=["offered"]).of(events)) == [2]
    assert seqs(Wanted(kinds=[]).of(events)) == []


def test_a_kind_that_does_not_exist_is_named() -> None:
    with pytest.raises(hg.ConfigError, match="ringing"):
        Wanted(kinds=["ringing"])
    with pytest.raises(hg.ConfigError, match="agents"):
        Wanted(agents=[3])  # type: ignore[list-item]


def test_rows_that_are_kept_no_more_are_lagged_and_those_to_come_are_none() -> None:
    kept = ring(10)
    kept.append(rows(1, 25), share=False)
    with pytest.raises(hg.Lagged) as lagged:
        kept.rows(15, 1)
    assert lagged.value.first_seq == 16
    assert len(kept.rows(26, 5)) == len(kept.rows(60, 5)) == 0
    assert len(kept.rows(16, 0)) == 0
