"""Who declined is asked again after a while, after everyone who did not; misses in a row set a status."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg


def centre(make_engine: Any, **settings: Any) -> Any:
    play = make_engine("presence_profiles")
    play.add_queue("calls", **settings)
    for name in ("anna", "ben"):
        play.add_agent(
            name, queues=["calls"], devices=["voice"], signed_in=True, status="Available", ready=True
        )
    return play


# --- ask_again_after --------------------------------------------------------------------------------------


@pytest.mark.rule("STEP-5", "ELIG-7", "CMD-24")
def test_one_who_rejected_is_asked_again_after_ask_again_after(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", ask_again_after=10)
    play.here("anna", "calls")
    call = play.enqueue("calls")
    play.after(3)
    play.reject(call)
    assert play.reasons("anna", call) == [("asked", 13.0)]
    assert play.agent("anna").ready("voice")
    play.after(9.5)
    assert play.state(call) == "Queued"
    play.after(0.5)
    assert play.offered_to(call) == "anna"


def test_it_holds_for_this_very_interaction_only(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls")
    play.here("anna", "calls")
    first = play.enqueue("calls")
    play.reject(first)
    assert play.offered_to(play.enqueue("calls")) == "anna"


def test_after_everyone_eligible_who_did_not_decline(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", ask_again_after=0)
    play.here("anna")
    play.here("ben")
    play.join("anna", "calls", tier=1)
    play.join("ben", "calls", tier=9)
    call = play.enqueue("calls")
    asked = []
    for _ in range(4):
        asked.append(play.offered_to(call))
        play.reject(call)
    # ben of the ninth tier comes before anna's second time; from then on both declined and tier counts.
    assert asked == ["anna", "ben", "anna", "anna"]


@pytest.mark.rule("OFFER-12")
def test_a_withdrawal_is_no_decline(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", ask_again_after=3600)
    play.here("anna", "calls")
    call = play.enqueue("calls")
    play.disconnect("anna", "voice")
    assert play.state(call) == "Queued"
    play.connect("anna", "voice")
    assert play.offered_to(call) == "anna"


@pytest.mark.rule("CMD-44")
def test_a_transferring_agent_counts_as_asked(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", ask_again_after=10)
    play.here("anna", "calls")
    call = play.take("calls", "anna")
    play.after(5)
    play.transfer(call, queue="calls")
    assert play.reasons("anna", call) == [("asked", 15.0)]
    play.after(10)
    assert play.offered_to(call) == "anna"


@pytest.mark.rule("CMD-25")
def test_an_expired_offer_is_a_decline(make_engine: Any) -> None:
    play = centre(make_engine, offer_timeout=20, ask_again_after=3600)
    call = play.enqueue("calls")
    first = play.offered_to(call)
    play.after(20)
    second = play.offered_to(call)
    assert {first, second} == {"anna", "ben"}
    assert play.rules(first, call)[-1] == "asked"
    assert [event.agent for event in play.events("expired")] == [first]


# --- max_misses -------------------------------------------------------------------------------------------


def missing(make_engine: Any, misses: int | None) -> Any:
    """anna alone, in a model that does nothing at a single miss; each offer rings five seconds."""
    play = make_engine("queue_login")
    play.add_queue("calls", max_misses=misses, offer_timeout=5, ask_again_after=0)
    play.add_queue("other", offer_timeout=5, ask_again_after=0)
    play.add_agent("anna", queues=["calls", "other"], devices=["voice"], status="Online")
    return play


@pytest.mark.parametrize("misses", [1, 2, 3])
@pytest.mark.rule("MISS-1")
def test_so_many_misses_in_a_row_set_the_no_answer_status(make_engine: Any, misses: int) -> None:
    play = missing(make_engine, misses)
    call = play.enqueue("calls")
    for _ in range(misses):
        assert play.agent("anna").status == "Online"
        assert play.offered_to(call) == "anna"
        play.after(5)
    assert play.agent("anna").status == "Offline"
    assert play.rules("anna", call) == ["status"]
    play.set_status("anna", "Online")
    assert play.offered_to(call) == "anna"


def test_without_max_misses_nothing_is_set(make_engine: Any) -> None:
    play = missing(make_engine, None)
    play.enqueue("calls")
    play.after(500)
    assert play.agent("anna").status == "Online"


def test_an_accept_sets_the_count_back(make_engine: Any) -> None:
    play = missing(make_engine, 2)
    call = play.enqueue("calls")
    play.after(5)
    play.accept(call)
    play.end(call)
    call = play.enqueue("calls")
    play.after(5)
    assert play.agent("anna").status == "Online"
    play.after(5)
    assert play.agent("anna").status == "Offline"


def test_a_reject_is_no_miss(make_engine: Any) -> None:
    play = missing(make_engine, 1)
    call = play.enqueue("calls")
    for _ in range(3):
        play.reject(call)
    assert play.agent("anna").status == "Online"
    assert play.offered_to(call) == "anna"


def test_an_offer_belongs_to_the_one_it_was_made_to(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("calls")
    holder = play.offered_to(call)
    other = "ben" if holder == "anna" else "anna"
    with pytest.raises(hg.StaleOffer):
        play.accept(call, agent=other)
    play.accept(call, agent=holder)
    assert play.interaction(call).agent == holder


@pytest.mark.rule("ELIG-7", "OFFER-16")
def test_who_declined_and_was_then_asked_in_vain_is_waited_for_once(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("sales", ask_again_after=10, offer_timeout=60)
    play.here("ann", "sales")
    call = play.enqueue("sales")
    play.reject(call)
    play.after(10)
    assert play.offered_to(call) == "ann"
    play.after(4)
    play.withdraw(call)
    play.update_queue("sales", ask_again_after=20)
    assert play.reasons("ann", call) == [("asked", 34.0)]
    assert play.next_deadline == 34 * 10**9, "not 20, when the decline alone would have passed"
