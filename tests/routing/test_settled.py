"""Points on which two engines once differed, each settled in docs/SEMANTICS.md and held here."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg

SECOND = 10**9


@pytest.mark.rule("NUM-10")
def test_a_refused_set_skill_makes_no_skill_exist(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls")
    play.here("anna", "calls")
    play.after(5)
    before = play.digest()
    for agent, at in (("nobody", None), ("anna", 0)):
        with pytest.raises(hg.Refused):
            play.set_skill(agent, "spanish", 3, at=at)
    with pytest.raises(hg.UnknownSkill):
        play.enqueue("calls", requires="spanish")
    assert play.digest() == before


@pytest.mark.rule("STATUS-20")
def test_signing_in_to_a_default_status_of_a_group_joins_the_group(make_engine: Any) -> None:
    model = hg.PresenceModel.load("presence_profiles").with_status(
        "Sales desk", like="Available", queue_group="sales"
    )
    play = make_engine(model.with_default("Sales desk"))
    play.add_queue("sales", group="sales")
    play.add_queue("other")
    play.add_agent("anna", queues=["other"], devices=["voice"])
    play.sign_in("anna")
    assert play.agent("anna").queues == {"sales": True, "other": False}


@pytest.mark.rule("STATUS-21")
def test_the_status_shown_begins_anew_with_signing_in(make_engine: Any) -> None:
    play = make_engine()
    play.add_agent("anna")
    play.after(41)
    play.sign_in("anna")
    play.after(2)
    assert play.agent("anna").status == "Offline"
    assert [row.since for row in play.monitor()] == [41 * SECOND]
    assert play.agent("anna").time_in_status() == {"Offline": 2.0}


@pytest.mark.rule("CMD-18")
def test_who_preferred_an_agent_who_was_removed_prefers_nobody(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", preferred_wait=60)
    play.here("anna", "calls", status="Break")
    play.here("ben", "calls")
    offered = play.direct("ben")
    waiting = play.enqueue("calls", preferred="anna")
    assert play.interaction(waiting).preferred == "anna"
    play.remove_agent("anna")
    assert play.interaction(waiting).preferred is None
    play.reject(offered)
    assert play.offered_to(waiting) == "ben"


def test_who_preferred_an_agent_who_was_removed_waits_no_longer_for_it(make_engine: Any) -> None:
    """Nothing changes when the preferred wait would have ended: no timer is left for it."""
    play = make_engine()
    play.add_queue("calls", preferred_wait=60)
    play.here("anna", "calls", status="Break")
    waiting = play.enqueue("calls", preferred="anna")
    assert play.next_deadline == 60 * SECOND
    play.remove_agent("anna")
    assert play.next_deadline is None
    play.here("ben", "calls")
    assert play.offered_to(waiting) == "ben"


def test_a_status_that_ends_by_itself_says_when(make_engine: Any) -> None:
    play = make_engine(hg.PresenceModel.load("agent_modes").with_status("Tea", like="Break", duration=30))
    play.add_queue("calls")
    play.here("anna", "calls")
    play.after(10)
    play.set_status("anna", "Tea")
    assert play.reasons("anna", play.enqueue("calls")) == [("status", 40.0)]


def test_minus_one_is_a_reference_like_any_other(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls")
    assert [play.interaction(play.enqueue("calls", ref=ref)).ref for ref in (-1, 0, None)] == [-1, 0, None]


@pytest.mark.rule("NUM-9")
def test_no_finished_interaction_is_kept_where_none_is_to_be(make_engine: Any) -> None:
    play = make_engine(keep_finished=0)
    play.add_queue("calls")
    call = play.enqueue("calls")
    play.abandon(call)
    with pytest.raises(hg.UnknownInteraction):
        play.interaction(call)


@pytest.mark.rule("CMD-47")
def test_an_answer_to_what_is_long_over_is_stale(make_engine: Any) -> None:
    play = make_engine(keep_finished=1)
    play.add_queue("calls")
    calls = [play.enqueue("calls") for _ in range(2)]
    for call in calls:
        play.abandon(call)
    for call in calls:
        with pytest.raises(hg.StaleOffer):
            play.accept(call)
    with pytest.raises(hg.UnknownInteraction):
        play.accept(calls[-1] + 1)


@pytest.mark.rule("MATCH-2")
def test_a_relaxation_that_asks_for_the_same_affects_nothing(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", preferred_wait=20)
    play.here("anna", "calls")
    play.take("calls", "anna")
    older = play.enqueue("calls", preferred="anna")
    younger = play.enqueue("calls", preferred="anna", requires="", relax=[(20, None)])
    play.here("ben", "calls")
    play.after(20)
    # The step of the relaxation comes first at that instant, but only the end of a wait changes anything.
    assert (play.offered_to(older), play.offered_to(younger)) == ("ben", None)


def test_an_overflow_passed_over_brings_nothing_forward(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("chats", channel="chat")
    play.add_queue("stuck", overflow=(20, "chats"), max_wait=20)
    play.add_queue("last")
    play.add_queue("moves", overflow=(20, "last"))
    first, second = play.enqueue("stuck"), play.enqueue("moves")
    play.events()
    play.after(20)
    told = [(event.kind, event.interaction) for event in play.events("overflowed", "timed_out")]
    # Overflow comes before max_wait, of whomever.
    assert told == [("overflowed", second), ("timed_out", first)]


@pytest.mark.rule("CMD-7")
def test_a_device_is_told_of_by_the_channel_whose_it_is(make_engine: Any) -> None:
    play = make_engine()
    play.add_channel("video", capability="voice")
    play.add_agent("anna", capacity={"voice": 1})
    play.connect("anna", "video")
    assert [event.channel for event in play.events("device_changed")] == ["voice"]


def test_a_status_that_does_not_exist_is_unknown_even_for_nobody(make_engine: Any) -> None:
    play = make_engine()
    with pytest.raises(hg.UnknownStatus):
        play.set_status_many([], "Elsewhere")


def test_of_two_names_that_nothing_has_the_first_in_the_order_of_results_is_told(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls")
    play.here("anna", "calls")
    with pytest.raises(hg.UnknownQueue):
        play.dial("anna", "telegraph", queue="nowhere")
    call = play.enqueue("calls")
    with pytest.raises(hg.IllegalTransition):
        play.transfer(call, queue="nowhere")
    play.accept(call)
    with pytest.raises(hg.UnknownQueue):
        play.transfer(call, queue="nowhere")
    with pytest.raises(hg.UnknownStatus):  # what the first agent is refused for
        play.set_status_many(["anna", "nobody"], "Elsewhere")


@pytest.mark.rule("NUM-7")
def test_a_group_that_a_queue_enters_later_is_joined_like_any_other(make_engine: Any) -> None:
    model = hg.PresenceModel.load("presence_profiles").with_status(
        "Sales desk", like="Available", queue_group="sales"
    )
    play = make_engine(model)
    play.add_queue("calls")
    play.here("anna", "calls", status="Available")
    play.update_queue("calls", group="sales")
    play.set_status("anna", "Sales desk")
    assert play.agent("anna").queues == {"calls": True}


@pytest.mark.rule("CMD-18")
def test_a_change_of_what_rings_names_no_preferred_agent_who_was_removed(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", preferred_wait=0)
    play.here("anna", "calls", status="Break")
    play.here("ben", "calls")
    call = play.enqueue("calls", preferred="anna")
    assert play.offered_to(call) == "ben"
    play.remove_agent("anna")
    play.poll()
    play.update_interaction(call, priority=3)
    (event,) = [event for event in play.poll() if event.kind == "interaction_updated"]
    assert (event.value, event.other) == (3, None)
    play.poll()
    play.update_interaction(call, preferred=None)
    assert play.poll() == []


@pytest.mark.rule("PRES-7")
def test_a_group_that_is_given_again_is_not_new(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("sales", group="emea", requires="spanish")
    play.here("anna", "sales")
    play.events()
    play.update_queue("sales", group="emea", requires=None)
    assert [event.group for event in play.events("group_presence_changed")] == ["emea"]


def test_a_move_that_is_refused_leaves_no_mark_in_the_queue_it_was_for(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("sales")
    play.add_queue("vip", max_waiting=0)
    play.here("anna", "vip", skills={"spanish": 3})
    play.end(play.take("vip", "anna", requires="spanish >= 3"))
    waits = play.enqueue("sales", requires="spanish >= 5")
    with pytest.raises(hg.QueueFull):
        play.move(waits, "vip")
    assert play.offered_to(play.enqueue("vip", requires="spanish >= 3")) == "anna"
