"""What waits can be changed: raised, moved, handed out, taken back (docs/SEMANTICS.md, section 15)."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg

SECOND = 10**9


def centre(make_engine: Any, *agents: str, **settings: Any) -> Any:
    play = make_engine()
    play.add_queue("sales", **{"wrap_up": 30, **settings})
    play.add_queue("backup", ask_again_after=10)
    for name in agents:
        play.here(name, "sales")
    play.add_agent("sam", role="supervisor", signed_in=True)
    play.events()
    return play


def offers(play: Any) -> list[tuple[str | None, str | None]]:
    return [(event.agent, event.reason) for event in play.events("offered")]


# --- raise one waiting call (CHANGE-1, CHANGE-6 to CHANGE-8) --------------------------------------------


def test_one_waiting_call_is_raised(make_engine: Any) -> None:
    play = centre(make_engine)
    first, second = play.enqueue("sales", priority=1), play.enqueue("sales", priority=1)
    play.events()
    play.update_interaction(second, priority=60, by="sam")
    (event,) = play.events()
    assert (event.kind, event.interaction, event.queue, event.value) == (
        "interaction_updated",
        second,
        "sales",
        60,
    )
    assert event.by == "sam"
    assert play.interaction(second).position == 1
    play.here("anna", "sales")
    assert play.offered_to(second) == "anna"
    assert play.state(first) == "Queued"


def test_an_update_keeps_what_is_left_out_and_clears_what_is_none(make_engine: Any) -> None:
    play = centre(make_engine, "anna")
    play.set_skill("anna", "spanish", 0)
    play.add_agent("ben", skills={"spanish": 4})
    call = play.enqueue("sales", priority=3, requires="spanish >= 3", preferred="ben")
    play.update_interaction(call, priority=None)
    view = play.interaction(call)
    assert (view.priority, view.preferred, view.state) == (0, "ben", "Queued")
    play.update_interaction(call, requires=None, preferred=None)
    assert play.offered_to(call) == "anna"


def test_an_update_that_changes_nothing_tells_nothing(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("sales", priority=3, relax=[(10, None)])
    play.events()
    play.update_interaction(call, priority=3, relax=[(10, None)], requires=None, preferred=None)
    play.update_interaction(call)
    assert play.events() == []


def test_an_open_offer_stands_when_its_interaction_is_updated(make_engine: Any) -> None:
    play = centre(make_engine, "anna")
    play.set_skill("anna", "spanish", 0)
    call = play.enqueue("sales")
    play.update_interaction(call, requires="spanish", priority=5)
    assert play.offered_to(call) == "anna"
    play.reject(call)
    play.after(60)
    assert play.rules("anna", call) == ["skills"]


def test_the_requirement_in_force_is_that_of_the_wait_so_far(make_engine: Any) -> None:
    play = centre(make_engine, "anna")
    play.set_skill("anna", "spanish", 2)
    call = play.enqueue("sales", requires="spanish >= 5")
    play.after(40)
    play.events()
    play.update_interaction(call, requires="spanish >= 4", relax=[(30, "spanish >= 2"), (60, None)])
    assert [event.kind for event in play.events() if event.interaction == call] == [
        "interaction_updated",
        "offered",
    ]


def test_an_update_is_judged_whole(make_engine: Any) -> None:
    play = centre(make_engine, "anna")
    call = play.take("sales", "anna")
    waiting = play.enqueue("backup", priority=2)
    play.set_skill("anna", "spanish", 1)
    digest = play.digest()
    for refusal, target, details in (
        (hg.IllegalTransition, call, {"priority": 1}),
        (hg.UnknownInteraction, 99, {"priority": 1}),
        (hg.LimitExceeded, waiting, {"priority": 1_000_001}),
        (hg.LimitExceeded, 99, {"priority": 1_000_001}),
        (hg.UnknownSkill, waiting, {"requires": "juggling", "priority": 1}),
        (hg.UnknownAgent, waiting, {"preferred": "nobody", "priority": 1}),
        (hg.NotPermitted, waiting, {"priority": 1, "by": "anna"}),
        (hg.NotPermitted, 99, {"priority": 1, "by": "anna"}),
    ):
        with pytest.raises(refusal):
            play.update_interaction(target, **details)
    assert play.digest() == digest


# --- move one waiting call (CHANGE-2, CHANGE-9 to CHANGE-12) --------------------------------------------


def test_one_waiting_call_is_moved_with_its_arrival_and_priority(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("sales", priority=2)
    play.after(100)
    other = play.enqueue("backup", priority=2)
    play.events()
    play.move(call, "backup", by="sam")
    (event,) = play.events("moved")
    assert (event.interaction, event.queue, event.other, event.by) == (call, "backup", 0, "sam")
    view = play.interaction(call)
    assert (view.queue, view.waited, view.priority, view.position) == ("backup", 100.0, 2, 1)
    assert play.interaction(other).position == 2
    assert play.queue("sales").metrics()["moved"] == 1
    assert play.queue("backup").metrics()["offered"] == 2


def test_a_move_during_an_offer_withdraws_it(make_engine: Any) -> None:
    play = centre(make_engine, "anna")
    call = play.enqueue("sales")
    play.events()
    play.move(call, "backup")
    told = [(event.kind, event.agent, event.reason) for event in play.events() if event.interaction == call]
    assert told == [("withdrawn", "anna", "moved"), ("moved", None, None)]
    assert play.agent("anna").interactions == ()


def test_whoever_is_free_in_the_new_queue_is_asked_at_once(make_engine: Any) -> None:
    play = centre(make_engine)
    play.here("ben", "backup")
    call = play.enqueue("sales")
    play.move(call, "backup")
    assert play.offered_to(call) == "ben"


def test_a_move_to_its_own_queue_or_another_channel_is_refused(make_engine: Any) -> None:
    play = centre(make_engine, "anna")
    play.add_queue("mail", channel="email")
    play.add_queue("night", hours=hg.Hours({"mon": ("22:00", "23:00")}, tz="UTC"))
    call = play.enqueue("backup")
    for refusal, queue in (
        (hg.IllegalTransition, "backup"),
        (hg.NotReachable, "mail"),
        (hg.QueueClosed, "night"),
        (hg.UnknownQueue, "nowhere"),
    ):
        with pytest.raises(refusal):
            play.move(call, queue)
    held = play.take("sales", "anna")
    with pytest.raises(hg.IllegalTransition):
        play.move(held, "backup")
    with pytest.raises(hg.NotPermitted):
        play.move(call, "nowhere", by="anna")


def test_a_full_queue_takes_only_who_need_not_wait_there(make_engine: Any) -> None:
    play = centre(make_engine, "anna")
    play.add_queue("small", max_waiting=1)
    play.enqueue("small")
    call = play.enqueue("backup")
    with pytest.raises(hg.QueueFull):
        play.move(call, "small")
    play.here("ben", "sales")
    play.join("ben", "small")  # rung by the one that waited
    play.enqueue("small")
    play.here("carl", "sales", status="Break")
    play.join("carl", "small", delay=0)
    with pytest.raises(hg.QueueFull):
        play.move(call, "small")


def test_a_call_goes_back_by_hand_to_a_queue_that_no_overflow_takes_it_to(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("first")
    play.add_queue("second", overflow=(10, "first"))
    call = play.enqueue("first")
    play.move(call, "second")
    play.after(20)
    assert play.interaction(call).queue == "second"  # left before
    play.move(call, "first")
    assert play.interaction(call).queue == "first"


def test_limits_count_from_the_arrival_and_delays_from_the_move(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("first")
    play.add_queue("second", max_wait=100)
    play.here("anna", "second")
    play.join("anna", "second", delay=5)
    call = play.enqueue("first")
    play.after(90)
    play.move(call, "second")
    assert play.reasons("anna", call) == [("delay", 95.0)]
    play.update_queue("second", max_wait=93)
    play.after(3)
    assert play.state(call) == "Abandoned"
    assert play.queue("second").metrics()["timed_out"] == 1


def test_a_direct_call_that_rings_is_moved_to_a_queue(make_engine: Any) -> None:
    play = centre(make_engine, "anna")
    play.here("ben", "backup", status="Break")
    call = play.direct("anna")
    play.move(call, "backup")
    assert play.interaction(call).queue == "backup"
    assert play.queue("backup").metrics()["offered"] == 1
    play.set_status("ben", "Ready")
    assert play.offered_to(call) == "ben"
    play.reject(call)
    assert play.state(call) == "Queued"


# --- hand out, or pick, one waiting call (CHANGE-3, CHANGE-13, CHANGE-14) -------------------------------


def test_one_waiting_call_is_handed_to_somebody_outside_the_queue(make_engine: Any) -> None:
    play = centre(make_engine)
    play.here("ben")  # a member of nothing
    first, call = play.enqueue("sales"), play.enqueue("sales", requires=None)
    play.events()
    play.assign(call, "ben", by="sam")
    (event,) = play.events("offered")
    assert (event.agent, event.queue, event.reason, event.by) == ("ben", "sales", "assigned", "sam")
    assert play.state(first) == "Queued"
    play.accept(call)
    assert play.queue("sales").metrics()["answered"] == 1


def test_an_agent_picks_a_call(make_engine: Any) -> None:
    play = centre(make_engine)
    play.here("ben")
    call = play.enqueue("sales")
    play.assign(call, "ben", by="ben")
    assert play.offered_to(call) == "ben"
    with pytest.raises(hg.NotPermitted):
        play.assign(call, "sam", by="ben")


def test_unanswered_an_assigned_call_has_its_old_place(make_engine: Any) -> None:
    play = centre(make_engine)
    play.here("ben")
    first = play.enqueue("sales")
    play.after(1)
    second = play.enqueue("sales")
    play.assign(first, "ben")
    play.after(20)
    assert play.state(first) == "Queued"
    assert play.interaction(first).position == 1
    assert play.interaction(second).position == 2
    assert play.agent("ben").status == "No Answer"


def test_assigning_asks_neither_order_nor_strategy_nor_skills(make_engine: Any) -> None:
    play = centre(make_engine, "anna")
    play.set_skill("anna", "spanish", 0)
    call = play.enqueue("sales", requires="spanish >= 3", preferred="sam")
    assert play.state(call) == "Queued"
    play.assign(call, "anna")
    assert play.offered_to(call) == "anna"


def test_assigning_from_one_agent_to_another(make_engine: Any) -> None:
    play = centre(make_engine, "anna", "ben", strategy="ring_all")
    call = play.enqueue("sales")
    play.events()
    play.assign(call, "ben")
    told = [(event.kind, event.agent, event.reason) for event in play.events() if event.interaction == call]
    assert told == [
        ("withdrawn", "anna", "assigned"),
        ("withdrawn", "ben", "assigned"),
        ("offered", "ben", "assigned"),
    ]
    assert play.interaction(call).agent == "ben"


def test_nobody_who_cannot_take_a_direct_call_is_assigned_one(make_engine: Any) -> None:
    play = centre(make_engine, "anna")
    play.add_queue("chats", channel="chat")
    play.take("sales", "anna")
    call = play.enqueue("sales")
    with pytest.raises(hg.NotReachable):
        play.assign(call, "anna")  # no capacity left
    play.here("ben", status="Break")
    with pytest.raises(hg.NotReachable):
        play.assign(call, "ben")  # receives nothing
    chat = play.enqueue("chats")
    with pytest.raises(hg.CapabilityMissing):
        play.assign(chat, "anna")
    with pytest.raises(hg.UnknownAgent):
        play.assign(call, "nobody")


def test_assigning_over_what_blocks_is_refused(make_engine: Any) -> None:
    play = centre(make_engine)
    play.add_queue("chats", channel="chat")
    play.here("anna", "sales", capacity={"voice": 1, "chat": 2})
    play.take("sales", "anna")
    chat = play.enqueue("chats")
    with pytest.raises(hg.NotReachable):
        play.assign(chat, "anna")


def test_an_assigned_offer_falls_as_a_direct_one_does(make_engine: Any) -> None:
    play = centre(make_engine)
    play.here("ben")
    call = play.enqueue("sales")
    play.assign(call, "ben")
    play.events()
    play.set_status("ben", "Break")
    (event,) = play.events("withdrawn")
    assert event.reason == "status"
    assert play.state(call) == "Queued"


def test_rejecting_an_assigned_call_acts_as_for_any_call_of_the_queue(make_engine: Any) -> None:
    play = make_engine("console_status")
    play.add_queue("sales")
    play.add_agent("ben", devices=["voice"], signed_in=True, status="Available")
    call = play.enqueue("sales")
    play.assign(call, "ben")
    play.reject(call)
    assert play.agent("ben").status == "On Break"
    assert play.state(call) == "Queued"


# --- withdraw (CHANGE-4, CHANGE-15, OFFER-16) -----------------------------------------------------------


def test_the_host_takes_an_offer_back_that_cannot_ring(make_engine: Any) -> None:
    play = centre(make_engine, "anna", "ben", ask_again_after=10, max_misses=1)
    call = play.enqueue("sales")
    play.events()
    play.withdraw(call)
    told = [(event.kind, event.agent, event.reason) for event in play.events() if event.interaction == call]
    assert told == [("withdrawn", "anna", "host"), ("offered", "ben", None)]
    assert play.agent("anna").status == "Ready"
    assert play.rules("anna", call) == ["asked"]
    # No decline: after a while anna, who kept her old idle time, comes first again.
    play.withdraw(call, agent="ben")
    play.after(10)
    assert play.offered_to(call) == "anna"


def test_an_offer_that_is_no_longer_open_cannot_be_taken_back(make_engine: Any) -> None:
    play = centre(make_engine, "anna", "ben", strategy="ring_all")
    call = play.enqueue("sales")
    with pytest.raises(hg.StaleOffer):
        play.withdraw(call)  # which of the two?
    with pytest.raises(hg.NotPermitted):
        play.withdraw(call, agent="ben", by="anna")
    play.withdraw(call, agent="ben", by="ben")
    play.accept(call)
    with pytest.raises(hg.StaleOffer):
        play.withdraw(call)
    with pytest.raises(hg.UnknownInteraction):
        play.withdraw(99)


def test_a_preferred_agent_whose_phone_could_not_ring_is_still_waited_for(make_engine: Any) -> None:
    play = centre(make_engine, "anna", "ben", ask_again_after=10, preferred_wait=30)
    call = play.enqueue("sales", preferred="ben")
    play.withdraw(call)
    assert play.rules("anna", call) == ["preferred"]
    play.after(10)
    assert play.offered_to(call) == "ben"


# --- put back (CHANGE-5, CHANGE-16 to CHANGE-18) --------------------------------------------------------


def test_the_caller_keeps_the_place_when_the_agents_leg_fails_right_after_the_accept(
    make_engine: Any,
) -> None:
    play = centre(make_engine, "anna", ask_again_after=10)
    call = play.enqueue("sales")
    play.after(5)
    other = play.enqueue("sales")
    play.accept(call)
    play.after(2)
    play.events()
    play.put_back(call, by="anna")
    told = [(event.kind, event.agent, event.interaction) for event in play.events()][:2]
    assert told == [("put_back", "anna", call), ("offered", "anna", other)]
    view = play.interaction(call)
    assert (view.state, view.position, view.waited, view.agent) == ("Queued", 1, 7.0, None)
    assert play.rules("anna", call)[-1] == "asked"
    figures = play.queue("sales").metrics()
    assert (figures["answered"], figures["mean_wait"], figures["service_level"]) == (0, None, None)
    assert play.agent("anna").wrap_ups == ()


def test_a_call_put_back_and_answered_counts_once(make_engine: Any) -> None:
    play = centre(make_engine, "anna", ask_again_after=0)
    call = play.take("sales", "anna")
    play.hold(call)
    play.put_back(call)
    play.accept(call)
    play.put_back(call)
    play.accept(call)
    figures = play.queue("sales").metrics()
    assert (figures["offered"], figures["answered"]) == (1, 1)


def test_a_direct_call_that_is_put_back_is_over(make_engine: Any) -> None:
    play = centre(make_engine, "anna")
    call = play.direct("anna")
    play.accept(call)
    play.events()
    play.put_back(call)
    assert play.kinds(call) == ["put_back", "abandoned"]
    assert play.state(call) == "Abandoned"


def test_a_consulted_agents_leg_that_fails_ends_the_consultation(make_engine: Any) -> None:
    play = centre(make_engine, "anna", "ben")
    call = play.take("sales", "anna")
    leg = play.consult(call, "ben")
    play.accept(leg)
    play.put_back(leg)
    assert play.states([call, leg]) == ["Handling", "Abandoned"]


def test_only_what_is_handled_is_put_back(make_engine: Any) -> None:
    play = centre(make_engine, "anna", "ben", ask_again_after=0)
    waiting = play.enqueue("backup")
    dialled = play.dial("ben")
    call = play.take("sales", "anna")
    play.consult(call, None)
    for number in (waiting, dialled, call):
        with pytest.raises(hg.IllegalTransition):
            play.put_back(number)
    with pytest.raises(hg.NotPermitted):
        play.put_back(call, by="ben")


def test_a_callback_that_cannot_be_dialled_is_put_back(make_engine: Any) -> None:
    play = centre(make_engine, ask_again_after=0, callback_attempts=1)
    call = play.enqueue("sales")
    play.request_callback(call)
    play.here("anna", "sales")
    play.accept(call)
    assert play.state(call) == "Dialing"
    play.put_back(call)
    play.accept(call)  # offered again at once, and no attempt was used up
    play.answered(call)
    play.put_back(call)
    assert play.queue("sales").metrics()["answered"] == 0
    play.accept(call)
    play.end(call)
    figures = play.queue("sales").metrics()
    assert (figures["offered"], figures["callback_failed"]) == (1, 1)


# --- recall of a blind transfer (OFFER-17) --------------------------------------------------------------


def test_a_blind_transfer_that_nobody_answers_comes_back_to_who_sent_it(make_engine: Any) -> None:
    play = centre(make_engine, "anna", "ben")
    call = play.direct("anna")
    play.accept(call)
    play.transfer(call, agent="ben")
    play.events()
    play.after(20)
    told = [(e.kind, e.agent, e.reason) for e in play.events() if e.interaction == call]
    assert told == [("expired", "ben", None), ("offered", "anna", "recalled")]
    play.after(20)
    assert play.state(call) == "Abandoned"


def test_a_transfer_is_abandoned_when_its_sender_cannot_take_it_back(make_engine: Any) -> None:
    play = centre(make_engine, "anna", "ben")
    call = play.direct("anna")
    play.accept(call)
    play.transfer(call, agent="ben")
    play.set_status("anna", "Break")
    play.reject(call)
    assert play.state(call) == "Abandoned"


# CHANGE-22, CHANGE-23.
def test_a_transferred_call_of_a_queue_goes_back_there_and_did_not_enter_again(make_engine: Any) -> None:
    play = centre(make_engine, "anna", "ben", wrap_up=0, ask_again_after=0)
    call = play.take("sales", "anna")
    play.transfer(call, agent="ben")
    play.reject(call)
    assert play.offered_to(call) == "anna"
    play.accept(call)
    figures = play.queue("sales").metrics()
    assert (figures["offered"], figures["answered"]) == (1, 1)
    play.transfer(call, agent="ben")
    play.reject(call)
    play.abandon(call)
    figures = play.queue("sales").metrics()
    assert (figures["offered"], figures["answered"], figures["abandoned"]) == (1, 1, 0)


# --- who came in before, and only once (CHANGE-19 to CHANGE-21) -----------------------------------------


def test_a_caller_who_comes_back_keeps_the_wait(make_engine: Any) -> None:
    play = centre(make_engine)
    play.after(100)
    first = play.enqueue("sales")
    back = play.enqueue("sales", arrived_at=30 * SECOND)
    assert play.interaction(back).waited == 70.0
    assert play.interaction(back).position == 1
    assert play.interaction(first).position == 2
    for wrong in (101 * SECOND, -1, "yesterday"):
        with pytest.raises(hg.ConfigError):
            play.enqueue("sales", arrived_at=wrong)


def test_limits_and_relaxation_count_from_the_arrival_given(make_engine: Any) -> None:
    play = centre(make_engine, "anna", max_wait=200)
    play.set_skill("anna", "spanish", 1)
    play.after(100)
    play.events()
    call = play.enqueue("sales", requires="spanish >= 5", relax=[(90, "spanish")], arrived_at=0)
    assert play.kinds(call) == ["queued", "arrival_noted", "offered"]
    other = play.enqueue("sales", arrived_at=1)
    play.advance(200 * SECOND)
    assert play.state(other) == "Queued"
    play.advance(200 * SECOND + 1)
    assert play.state(other) == "Abandoned"


def test_the_same_request_twice_is_one_call(make_engine: Any) -> None:
    play = centre(make_engine, "anna")
    call = play.enqueue("sales", ref="case 7", once=True)
    digest = play.digest()
    assert play.enqueue("backup", ref="case 7", once=True, priority=5) == call
    assert play.digest() == digest
    assert play.enqueue("sales", ref=7, once=True) != call
    again = play.enqueue("sales", ref="case 7")
    assert play.find("case 7") == [call, again]
    assert play.enqueue("sales", ref="case 7", once=True) == call
    play.abandon(call)
    assert play.enqueue("sales", ref="case 7", once=True) == again
    play.abandon(again)
    assert play.enqueue("sales", ref="case 7", once=True) not in (call, again)
    with pytest.raises(hg.ConfigError):
        play.enqueue("sales", once=True)


def test_live_interactions_are_found_by_reference(make_engine: Any) -> None:
    play = centre(make_engine, "anna")
    calls = {ref: play.enqueue("sales", ref=ref) for ref in (-1, 0, 2**63 - 1, -(2**63), "", "-1", "0")}
    for ref, call in calls.items():
        assert play.find(ref) == [call]
        assert play.interaction(call).ref == ref
    assert play.find("nothing") == play.find(5) == play.find(None) == []
    play.abandon(calls[-1])
    assert play.find(-1) == []
    assert play.interaction(calls[-1]).ref == -1
    play.here("ben")
    direct = play.direct("ben", ref=0)
    assert play.find(0) == [calls[0], direct]
    with pytest.raises(hg.ConfigError):
        play.find(2**63)
    with pytest.raises(hg.ConfigError):
        play.find("x" * 129)
    assert play.fork().find(0) == [calls[0], direct]


def test_many_references_are_found_when_most_are_gone(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("sales")
    calls = [play.engine.enqueue("sales", ref=number % 700) for number in range(1500)]
    for number in range(0, 1500, 2):
        play.engine.abandon(calls[number])
    play.verify()
    assert play.find(1) == [calls[1], calls[701], calls[1401]]
    assert play.find(2) == []
