"""What a queue does with those who come, and those who wait, while nobody serves there."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg


def closed_desk(make_engine: Any, **settings: Any) -> Any:
    """Two queues of which one lets nobody in while it is unstaffed; anna is a member of both, on a break."""
    play = make_engine()
    play.add_queue("desk", accept_unstaffed=False, **settings)
    play.add_queue("others")
    play.here("anna", "desk")
    play.here("ben", "others")
    play.set_status("anna", "Break")
    return play


# --- who enters -------------------------------------------------------------------------------------------


@pytest.mark.rule("WAIT-27", "WAIT-25", "PRES-10")
def test_who_enters_while_nobody_serves_is_refused_told_and_counted(make_engine: Any) -> None:
    play = closed_desk(make_engine)
    play.poll()
    with pytest.raises(hg.QueueUnstaffed, match="desk"):
        play.enqueue("desk")
    assert [(event.kind, event.queue, event.reason) for event in play.poll()] == [
        ("entry_refused", "desk", "unstaffed")
    ]
    figures = play.queue("desk").metrics()
    assert (figures["entered"], figures["refused_unstaffed"], figures["refused_full"]) == (0, 1, 0)
    play.set_status("anna", "Ready")
    assert play.offered_to(play.enqueue("desk")) == "anna"


@pytest.mark.rule("WAIT-27")
def test_who_is_busy_serves_and_so_lets_callers_in(make_engine: Any) -> None:
    play = closed_desk(make_engine)
    play.set_status("anna", "Ready")
    call = play.take("desk", "anna")
    assert play.state(play.enqueue("desk")) == "Queued"
    play.set_status("anna", "Break")
    with pytest.raises(hg.QueueUnstaffed):
        play.enqueue("desk")
    play.end(call)


@pytest.mark.rule("WAIT-27", "CMD-30", "CHANGE-2")
def test_a_transfer_and_a_move_into_an_unstaffed_queue_are_refused_and_change_nothing(
    make_engine: Any,
) -> None:
    play = closed_desk(make_engine)
    call = play.take("others", "ben")
    waiting = play.enqueue("others")
    with pytest.raises(hg.QueueUnstaffed):
        play.transfer(call, queue="desk")
    with pytest.raises(hg.QueueUnstaffed):
        play.move(waiting, "desk")
    assert play.states([call, waiting]) == ["Handling", "Queued"]
    assert play.queue("desk").metrics()["refused_unstaffed"] == 0
    play.set_status("anna", "Ready")
    play.move(waiting, "desk")
    assert play.offered_to(waiting) == "anna"


@pytest.mark.rule("WAIT-27")
def test_an_overflow_does_not_ask_whether_the_target_is_staffed(make_engine: Any) -> None:
    play = closed_desk(make_engine)
    play.update_queue("others", overflow=(5, "desk"))
    play.take("others", "ben")
    call = play.enqueue("others")
    play.after(5)
    assert play.interaction(call).queue == "desk"


@pytest.mark.rule("WAIT-27", "CMD-3")
def test_of_several_reasons_closed_and_full_come_before_unstaffed(make_engine: Any) -> None:
    play = closed_desk(make_engine, max_waiting=0)
    with pytest.raises(hg.QueueFull):
        play.enqueue("desk")
    play.update_queue("desk", max_waiting=1)
    with pytest.raises(hg.QueueUnstaffed):
        play.enqueue("desk")
    play.update_queue("desk", hours=hg.Hours({"fri": ("09:00", "17:00")}, tz="UTC"))
    with pytest.raises(hg.QueueClosed):
        play.enqueue("desk")


@pytest.mark.rule("WAIT-27")
def test_accept_unstaffed_is_true_or_false(make_engine: Any) -> None:
    play = make_engine()
    for wrong in (None, 0, "no"):
        with pytest.raises(hg.ConfigError, match="accept_unstaffed"):
            play.add_queue("desk", accept_unstaffed=wrong)


# --- who waits --------------------------------------------------------------------------------------------


def lonely(make_engine: Any, **settings: Any) -> Any:
    """A queue whose only member may leave, and that lets nobody wait unstaffed for more than 20 s."""
    play = make_engine()
    play.add_queue("desk", **{"max_wait_unstaffed": 20, **settings})
    play.add_queue("others")
    play.here("anna", "desk")
    return play


@pytest.mark.rule("WAIT-28", "CMD-35", "STEP-4")
def test_who_waits_leaves_when_nobody_has_served_for_so_long(make_engine: Any) -> None:
    play = lonely(make_engine)
    busy = play.take("desk", "anna")
    early = play.enqueue("desk")
    play.after(100)
    assert play.state(early) == "Queued"
    play.end(busy)
    play.reject(early)
    play.set_status("anna", "Break")
    play.after(5)
    late = play.enqueue("desk")
    play.after(14)
    assert play.states([early, late]) == ["Queued", "Queued"]
    play.poll()
    play.after(1)
    assert play.states([early, late]) == ["Abandoned", "Queued"]
    assert [(event.kind, event.interaction, event.reason) for event in play.poll()] == [
        ("timed_out", early, "unstaffed")
    ]
    play.after(5)
    assert play.state(late) == "Abandoned"
    assert play.queue("desk").metrics()["timed_out"] == 2


@pytest.mark.rule("WAIT-28")
def test_who_comes_to_serve_in_time_keeps_them_all(make_engine: Any) -> None:
    play = lonely(make_engine, requires="french")
    play.set_status("anna", "Break")
    call = play.enqueue("desk")
    play.after(19)
    play.set_status("anna", "Ready")
    play.after(1000)
    assert play.state(call) == "Queued"
    play.set_status("anna", "Break")
    play.after(19)
    assert play.state(call) == "Queued"
    play.after(1)
    assert play.state(call) == "Abandoned"


@pytest.mark.rule("WAIT-28", "WAIT-20")
def test_a_limit_of_0_lets_nobody_wait_unstaffed(make_engine: Any) -> None:
    play = lonely(make_engine, max_wait_unstaffed=0)
    served = play.enqueue("desk")
    assert play.offered_to(served) == "anna"
    waiting = play.enqueue("desk")
    assert play.state(waiting) == "Queued"
    play.set_status("anna", "Break")
    play.after(0)
    assert play.states([served, waiting]) == ["Abandoned", "Abandoned"]
    call = play.enqueue("desk")
    assert play.state(call) == "Abandoned"


@pytest.mark.rule("WAIT-28", "CHANGE-19", "CHANGE-9")
def test_the_limit_counts_from_the_arrival_wherever_that_was(make_engine: Any) -> None:
    play = lonely(make_engine)
    play.set_status("anna", "Break")
    play.after(30)
    assert play.state(play.enqueue("desk", arrived_at=0)) == "Abandoned"
    moved = play.enqueue("others")
    play.after(25)
    play.move(moved, "desk")
    assert play.state(moved) == "Abandoned"


@pytest.mark.rule("WAIT-28", "WAIT-12")
def test_a_limit_that_is_set_later_counts_what_was_before(make_engine: Any) -> None:
    play = lonely(make_engine, max_wait_unstaffed=None)
    play.set_status("anna", "Break")
    call = play.enqueue("desk")
    play.after(30)
    play.update_queue("desk", max_wait_unstaffed=40)
    assert play.state(call) == "Queued"
    play.after(10)
    assert play.state(call) == "Abandoned"


@pytest.mark.rule("WAIT-28", "CALL-1")
def test_who_will_be_called_back_waits_on_though_nobody_serves(make_engine: Any) -> None:
    play = lonely(make_engine)
    play.set_status("anna", "Break")
    call = play.enqueue("desk")
    play.request_callback(call)
    play.after(1000)
    assert play.state(call) == "Queued"


@pytest.mark.rule("WAIT-28", "PRES-9", "WAIT-21")
def test_who_serves_until_asked_in_the_same_step_has_served_for_no_time(make_engine: Any) -> None:
    """Ann and Ben come, and being asked ends their service: Ben is asked by matching, Ann by who overflows
    after it."""
    model = hg.PresenceModel.load("agent_modes").to_dict()
    next(row for row in model["status"] if row["name"] == "Offered")["logged_in"] = False
    play = make_engine(hg.PresenceModel.from_dict(model))
    play.add_queue("desk", max_wait_unstaffed=100, max_waiting=2, offer_timeout=1000)
    play.add_queue("others", overflow=(10, "desk"))
    play.here("ann", "desk", status="Break")
    play.here("ben", "desk", status="Break", skills={"spanish": 1, "french": 0})
    taken = play.enqueue("desk", requires="spanish")
    left = play.enqueue("desk", requires="french")
    late = play.enqueue("others")
    play.after(50)
    assert play.states([taken, left, late]) == ["Queued"] * 3
    play.set_status_many(["ann", "ben"], "Ready")
    assert (play.offered_to(taken), play.offered_to(late)) == ("ben", "ann")
    assert play.queue("desk").presence != "available"
    play.after(49)
    assert play.state(left) == "Queued"
    play.after(1)
    assert play.state(left) == "Abandoned"
