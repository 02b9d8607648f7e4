"""C, continued: what a supervisor sees of the agents and may do for them, and who else may not."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg


def centre(make_engine: Any, model: Any = "queue_login") -> Any:
    """carl (Online) and dora (Offline) serve three services; sam supervises; eve is an agent like them."""
    play = make_engine(model)
    for name in ("sales", "care", "billing"):
        play.add_queue(name, channel="voice")
    given: dict[str, Any] = {"queues": ["sales", "care", "billing"], "devices": ["voice"]}
    play.add_agent("carl", **given, status="Online")
    play.add_agent("dora", **given, status="Offline")
    play.add_agent("sam", role="supervisor")
    play.add_agent("eve")
    play.events()
    return play


def row_of(rows: Any, agent: str) -> Any:
    return next(row for row in rows if row.agent == agent)


@pytest.mark.spec("C6")
def test_c6_the_supervisor_sees_overall_status_and_each_queue(make_engine: Any) -> None:
    play = centre(make_engine)
    play.queue_logout("carl", "care")
    call = play.take("sales", "carl")
    carl, dora = row_of(play.monitor(), "carl"), row_of(play.monitor(), "dora")
    assert (carl.status, carl.colour) == ("On a Call", "red")
    assert (dora.status, dora.colour) == ("Offline", "grey")
    assert carl.queues == {"sales": True, "care": False, "billing": True}
    assert dora.queues == {"sales": True, "care": True, "billing": True}
    play.end(call)
    assert row_of(play.monitor(), "carl").colour == "green"


@pytest.mark.spec("C6")
def test_c6_the_supervisor_sets_another_extension_online_and_offline(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("sales")
    assert play.offered_to(call) == "carl"
    play.set_status("carl", "Offline", by="sam")
    assert play.status("carl") == "Offline"
    assert play.state(call) == "Queued"
    play.set_status("dora", "Online", by="sam")
    assert play.offered_to(call) == "dora"


@pytest.mark.spec("C6")
@pytest.mark.parametrize("status", ["Lunch", "Break", "Meeting", "Other", "End Shift", "Single Call"])
def test_c6_nothing_else_may_be_set_for_another(make_engine: Any, status: str) -> None:
    play = centre(make_engine)
    with play.refused(hg.NotPermitted, "sam", status):
        play.set_status("carl", status, by="sam")
    assert play.status("carl") == "Online"
    play.set_status("carl", status)
    assert play.status("carl") == status


@pytest.mark.spec("C6")
@pytest.mark.parametrize("by", ["eve", "dora"])
@pytest.mark.rule("STATUS-8")
def test_c6_only_a_supervisor_may(make_engine: Any, by: str) -> None:
    play = centre(make_engine)
    with play.refused(hg.NotPermitted, by):
        play.set_status("carl", "Offline", by=by)
    with play.refused(hg.NotPermitted, by):
        play.queue_logout("carl", "sales", by=by)
    with play.refused(hg.NotPermitted, by):
        play.set_queue_logins("carl", {"sales": False}, by=by)
    assert play.status("carl") == "Online"
    assert play.agent("carl").queues["sales"] is True


@pytest.mark.spec("C6")
def test_c6_naming_oneself_is_no_supervision(make_engine: Any) -> None:
    play = centre(make_engine)
    play.set_status("carl", "Lunch", by="carl")
    assert play.status("carl") == "Lunch"
    play.queue_logout("carl", "sales", by="carl")
    assert play.agent("carl").queues["sales"] is False


@pytest.mark.spec("C6")
@pytest.mark.rule("STATUS-5")
def test_c6_an_unknown_supervisor_is_refused(make_engine: Any) -> None:
    play = centre(make_engine)
    with play.refused(hg.UnknownAgent, "nobody"):
        play.set_status("carl", "Offline", by="nobody")


@pytest.mark.spec("C6")
@pytest.mark.rule("CMD-10")
def test_c6_several_logins_in_one_save(make_engine: Any) -> None:
    play = centre(make_engine)
    play.set_queue_logins("carl", {"sales": False, "care": False, "billing": True}, by="sam")
    assert play.agent("carl").queues == {"sales": False, "care": False, "billing": True}
    changes = [(event.agent, event.queue, event.status_to) for event in play.events("queue_login_changed")]
    assert changes == [("carl", "sales", 0), ("carl", "care", 0)]


@pytest.mark.spec("C6")
@pytest.mark.rule("STEP-1")
def test_c6_one_save_is_one_step(make_engine: Any) -> None:
    """Between the rows of the save nothing is routed: the outcome decides, not the way to it."""
    play = centre(make_engine)
    play.set_queue_logins("carl", {"sales": False, "care": False}, by="sam")
    care, sales = play.enqueue("care"), play.enqueue("sales")
    play.events()
    play.set_queue_logins("carl", {"sales": True, "care": True}, by="sam")
    assert play.offered_to(care) == "carl"
    assert play.state(sales) == "Queued"
    kinds = [event.kind for event in play.events()]
    assert kinds[:2] == ["queue_login_changed", "queue_login_changed"]
    assert kinds.count("offered") == 1


@pytest.mark.spec("C6")
def test_c6_a_save_with_one_bad_row_changes_nothing(make_engine: Any) -> None:
    play = centre(make_engine)
    play.leave("carl", "billing")
    with play.refused(hg.NotMember, "carl", "billing"):
        play.set_queue_logins("carl", {"sales": False, "billing": False}, by="sam")
    assert play.agent("carl").queues == {"sales": True, "care": True}


@pytest.mark.spec("C6")
def test_c6_a_supervisors_single_login_counts_like_the_agents_own(make_engine: Any) -> None:
    play = centre(make_engine)
    play.queue_logout("carl", "sales", by="sam")
    call = play.enqueue("sales")
    assert play.state(call) == "Queued"
    play.queue_login("carl", "sales", by="sam")
    assert play.offered_to(call) == "carl"


@pytest.mark.spec("C6")
def test_c6_where_the_model_says_nothing_the_supervisor_may_set_what_the_agent_may(make_engine: Any) -> None:
    play = make_engine("agent_modes")
    play.add_agent("gil", devices=["voice"], signed_in=True, status="Ready")
    play.add_agent("sam", role="supervisor")
    play.set_status("gil", "Break", by="sam")
    assert play.status("gil") == "Break"
    with play.refused(hg.NotSelectable, "Busy"):
        play.set_status("gil", "Busy", by="sam")
