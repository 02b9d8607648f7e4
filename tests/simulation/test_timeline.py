"""How simulated time goes on: what is planned from outside, and the engine's timers between."""

from __future__ import annotations

from typing import Any

from huntgroup.sim.timeline import TIMERS, Timeline


class Timers:
    """An engine that has nothing but deadlines."""

    def __init__(self, *deadlines: int) -> None:
        self.left = list(deadlines)

    @property
    def next_deadline(self) -> int | None:
        return self.left[0] if self.left else None

    def advance(self, at: int) -> None:
        while self.left and self.left[0] <= at:
            del self.left[0]


def never(_: int) -> bool:
    return False


def test_timers_have_their_turn_before_what_happens_at_the_same_instant() -> None:
    timeline = Timeline(Timers(5, 7, 20))
    timeline.plan(7, 0, "call")
    assert list(timeline.play(never)) == [
        (5, TIMERS, None),
        (7, TIMERS, None),
        (7, 0, "call"),
        (20, TIMERS, None),
    ]


def test_kind_then_order_then_planning_decide_at_one_instant() -> None:
    timeline = Timeline(Timers(), arrivals=[(3, "a"), (3, "b")], arrival=2)
    for kind, what, order in ((3, "late", None), (2, "again", None), (1, "end of 9", 9), (1, "end of 4", 4)):
        timeline.plan(3, kind, what, order)
    assert [what for *_, what in timeline.play(never)] == ["end of 4", "end of 9", "a", "b", "again", "late"]


def test_what_is_planned_while_it_plays_comes_in_its_turn() -> None:
    timeline, found = Timeline(Timers(), arrivals=[(1, "first"), (9, "last")]), []
    for at, _, what in timeline.play(never):
        found.append((at, what))
        if what == "first":
            timeline.plan(at, 5, "at once")
            timeline.plan(at + 3, 5, "between")
    assert found == [(1, "first"), (1, "at once"), (4, "between"), (9, "last")]


def test_stops_is_asked_before_the_instant_and_nothing_of_it_happens() -> None:
    engine = Timers(4, 8)
    timeline = Timeline(engine, arrivals=[(6, "call"), (10, "later")])
    asked: list[int] = []

    def after_six(at: int) -> bool:
        asked.append(at)
        return at > 6

    assert list(timeline.play(after_six)) == [(4, TIMERS, None), (6, 0, "call")]
    assert asked == [4, 6, 8]
    assert engine.left == [8]
    assert not timeline.all_came


def test_empty_and_all_came_tell_what_is_left() -> None:
    timeline: Any = Timeline(Timers(), start_ns=100, arrivals=[(1, "a")])
    assert (timeline.all_came, timeline.empty) == (False, False)
    timeline.plan(2, 1, "b")
    told = [(timeline.all_came, timeline.empty) for _ in timeline.play(never)]
    assert told == [(True, False), (True, True)]


def test_instants_count_from_the_start_that_is_given() -> None:
    timeline = Timeline(Timers(104), start_ns=100)
    timeline.plan(6, 0, "call")
    assert list(timeline.play(never)) == [(4, TIMERS, None), (6, 0, "call")]
