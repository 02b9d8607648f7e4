"""Service presence: per queue, per group and for the centre, with exactly one event for each change."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg


def centre(make_engine: Any) -> Any:
    """Two groups: emea with sales and care, apac with lines; anna serves sales and care, li serves lines."""
    play = make_engine("queue_login")
    play.add_queue("sales", group="emea")
    play.add_queue("care", group="emea")
    play.add_queue("lines", group="apac")
    play.add_agent("anna", queues=["sales", "care"], devices=["voice"], status="Offline")
    play.add_agent("li", queues=["lines"], devices=["voice"], status="Offline")
    play.events()
    return play


def changes(play: Any) -> list[tuple[str, str | None, str, str]]:
    """(kind, queue or group, from, to) of every presence event since the last look."""
    return [
        (event.kind.removesuffix("_changed"), event.queue or event.group, event.status_from, event.status_to)
        for event in play.events("presence_changed", "group_presence_changed", "centre_presence_changed")
    ]


@pytest.mark.spec("A6")
@pytest.mark.rule("STEP-11")
def test_a6_queue_group_and_centre_change_together_and_once_each(make_engine: Any) -> None:
    play = centre(make_engine)
    play.set_status("anna", "Online")
    assert changes(play) == [
        ("presence", "sales", "absent", "available"),
        ("presence", "care", "absent", "available"),
        ("group_presence", "emea", "absent", "available"),
        ("centre_presence", None, "absent", "available"),
    ]
    play.set_status("li", "Online")
    assert changes(play) == [
        ("presence", "lines", "absent", "available"),
        ("group_presence", "apac", "absent", "available"),
    ]


@pytest.mark.spec("A6")
def test_a6_the_presence_of_a_group_is_the_best_of_its_queues(make_engine: Any) -> None:
    play = centre(make_engine)
    for agent in ("anna", "li"):
        play.set_status(agent, "Online")
    play.queue_logout("anna", "care")
    changes(play)
    call = play.enqueue("sales")
    assert play.queue("care").presence == "absent"
    assert changes(play) == [
        ("presence", "sales", "available", "busy"),
        ("group_presence", "emea", "available", "busy"),
    ]
    play.enqueue("lines")
    assert changes(play) == [
        ("presence", "lines", "available", "busy"),
        ("group_presence", "apac", "available", "busy"),
        ("centre_presence", None, "available", "busy"),
    ]
    play.accept(call)
    assert changes(play) == []


@pytest.mark.spec("A6")
@pytest.mark.rule("STEP-10")
def test_a6_a_flicker_within_one_step_is_no_change(make_engine: Any) -> None:
    play = centre(make_engine)
    play.set_status("anna", "Online")
    call, waiting = play.enqueue("sales"), play.enqueue("care")
    play.accept(call)
    changes(play)
    play.end(call)  # free for an instant, and taken by the one who waits
    assert play.offered_to(waiting) == "anna"
    assert changes(play) == []
    play.queue_login("anna", "sales")
    play.connect("anna", "voice")
    play.set_status("anna", "Online")
    assert changes(play) == []


@pytest.mark.spec("A6")
def test_a6_a_bulk_change_gives_one_event_for_each_queue(make_engine: Any) -> None:
    play = make_engine("queue_login")
    play.add_queue("sales")
    names = [f"agent {number}" for number in range(20)]
    for name in names:
        play.add_agent(name, queues=["sales"], devices=["voice"], status="Offline")
    play.events()
    play.set_status_many(names, "Online")
    assert changes(play) == [
        ("presence", "sales", "absent", "available"),
        ("centre_presence", None, "absent", "available"),
    ]
    view = play.queue("sales")
    assert (view.logged_in, view.ready) == (20, 20)
    play.set_status_many(names, "Break")
    assert [change[2:] for change in changes(play)] == [("available", "absent")] * 2


@pytest.mark.spec("A6")
def test_a6_a_bulk_change_routes_after_the_whole_change(make_engine: Any) -> None:
    """The call goes to the longest idle of all who came, not to the first row."""
    play = make_engine("queue_login")
    play.add_queue("sales")
    names = ["anna", "bert", "cleo"]
    for name in names:
        play.add_agent(name, queues=["sales"], devices=["voice"], status="Offline")
    call = play.enqueue("sales")
    play.set_status_many(["cleo", "bert", "anna"], "Online")
    assert play.offered_to(call) == "anna"  # within a bulk change the tie goes by the agent's index


@pytest.mark.spec("A6")
def test_a6_one_refused_agent_refuses_the_whole_bulk_change(make_engine: Any) -> None:
    play = centre(make_engine)
    play.add_agent("bare", queues=["sales"], status="Offline")
    with play.refused(hg.NoDevice, "bare"):
        play.set_status_many(["anna", "bare", "li"], "Online")
    assert [play.status(agent) for agent in ("anna", "bare", "li")] == ["Offline"] * 3


@pytest.mark.spec("A6")
def test_a6_the_counts_go_with_it(make_engine: Any) -> None:
    play = centre(make_engine)
    calls = [play.enqueue("sales") for _ in range(3)]
    play.after(12)
    view = play.queue("sales")
    assert (view.logged_in, view.ready, view.waiting, view.oldest_wait) == (0, 0, 3, 12)
    play.set_status("anna", "Online")
    view = play.queue("sales")
    assert (view.logged_in, view.ready, view.waiting) == (1, 0, 2)  # offered is no longer waiting
    for call in calls:
        play.abandon(call)
    view = play.queue("sales")
    assert (view.logged_in, view.ready, view.waiting) == (1, 1, 0)
    assert not view.oldest_wait


@pytest.mark.spec("A6")
@pytest.mark.rule("PRES-6")
def test_a6_groups_and_the_centre_add_up(make_engine: Any) -> None:
    play = centre(make_engine)
    for agent in ("anna", "li"):
        play.set_status(agent, "Online")
    play.enqueue("sales")
    play.enqueue("sales")
    queues = {name: play.queue(name) for name in ("sales", "care", "lines")}
    for rows, members in (
        (play.presence(group="emea"), ("sales", "care")),
        (play.presence(group="apac"), ("lines",)),
        (play.presence(total=True), ("sales", "care", "lines")),
    ):
        assert len(rows) == 1
        for field in ("logged_in", "ready", "waiting"):
            assert int(rows[0][field]) == sum(getattr(queues[name], field) for name in members)
    assert len(play.presence()) == 3


@pytest.mark.spec("A6")
@pytest.mark.rule("PRES-2")
def test_a6_ready_asks_for_the_unrelaxed_requirement(make_engine: Any) -> None:
    play = make_engine("queue_login")
    play.add_queue("sales", requires="spanish >= 5", relax=[(30, "spanish")])
    play.add_agent("anna", skills={"spanish": 2}, queues=["sales"], devices=["voice"], status="Online")
    assert (play.queue("sales").presence, play.queue("sales").ready) == ("busy", 0)
    call = play.enqueue("sales")
    play.after(30)
    assert play.offered_to(call) == "anna"
    play.set_skill("anna", "spanish", 5)
    play.abandon(call)
    assert (play.queue("sales").presence, play.queue("sales").ready) == ("available", 1)


@pytest.mark.spec("A6")
@pytest.mark.rule("PRES-7")
def test_a6_a_group_that_is_new_in_a_step_or_gone_in_it_tells_of_no_change(make_engine: Any) -> None:
    play = centre(make_engine)
    play.set_status("li", "Online")
    changes(play)
    hours = hg.Hours({"mon": ("09:00", "17:00")}, tz="UTC")  # the clock starts on a Thursday
    play.update_queue("lines", group="pacific", hours=hours)
    assert changes(play) == [
        ("presence", "lines", "available", "closed"),
        ("centre_presence", None, "available", "absent"),
    ]
    play.update_queue("lines", group="emea", hours=None)
    assert changes(play) == [
        ("presence", "lines", "closed", "available"),
        ("group_presence", "emea", "absent", "available"),
        ("centre_presence", None, "absent", "available"),
    ]
