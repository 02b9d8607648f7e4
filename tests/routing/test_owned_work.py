"""Work that is owned: conversations that are silent, resumed by whoever speaks, and capacity that drains."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg

MINUTE = 60 * 10**9


def inbox(make_engine: Any, *agents: str, chats: int = 2, **settings: Any) -> Any:
    """A queue of chats and its agents."""
    play = make_engine()
    play.add_queue("chats", channel="chat", **settings)
    for name in agents:
        play.here(name, "chats", capacity={"chat": chats})
    play.events()
    return play


# --- parked ----------------------------------------------------------


@pytest.mark.rule("CMD-50", "OWN-1", "OWN-2")
def test_a_silent_conversation_frees_its_slot_and_keeps_its_owner(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", chats=1)
    first = play.take("chats", "ann")
    second = play.enqueue("chats")
    assert play.state(second) == "Queued"
    play.events()
    play.park(first)
    assert play.state(first) == "Parked"
    assert play.interaction(first).agent == "ann"
    assert play.agent("ann").parked == (first,)
    assert play.offered_to(second) == "ann"
    assert play.agent("ann").interactions == (second,)
    told = [(event.kind, event.agent, event.queue) for event in play.events() if event.interaction == first]
    assert told == [("parked", "ann", "chats")]


def test_parked_work_needs_nobody_signed_in(make_engine: Any) -> None:
    play = inbox(make_engine, "ann")
    call = play.take("chats", "ann")
    play.park(call)
    play.sign_out("ann")
    play.after(3 * 86_400)
    assert play.state(call) == "Parked"
    assert play.agent("ann").parked == (call,)
    assert play.agent_of(call) == play.agent_index("ann")


def test_what_is_parked_blocks_nothing(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls")
    play.add_queue("chats", channel="chat")
    play.here("ann", "calls", "chats", capacity={"voice": 1, "chat": 1})
    call = play.take("calls", "ann")
    chat = play.enqueue("chats")
    assert play.rules("ann", chat) == ["blocked"]
    play.park(call)
    assert play.offered_to(chat) == "ann"


@pytest.mark.rule("OWN-3", "STATE-13")
def test_parking_is_no_wrap_up_and_ends_one_stretch_of_handling(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", wrap_up=30)
    call = play.take("chats", "ann")
    play.after(40)
    play.hold(call)
    play.after(20)
    play.park(call)
    view = play.interaction(call)
    assert (view.handled, view.held, view.since) == (60.0, 20.0, MINUTE)
    assert play.agent("ann").wrap_ups == ()
    assert play.queue("chats").metrics()["mean_handling"] == 60.0
    play.after(100)
    assert play.interaction(call).handled == 60.0


def test_only_what_is_handled_or_on_hold_is_parked(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", "ben")
    call = play.enqueue("chats")
    with pytest.raises(hg.IllegalTransition):
        play.park(call)
    play.accept(call)
    leg = play.consult(call, "ben" if play.interaction(call).agent == "ann" else "ann")
    with pytest.raises(hg.IllegalTransition):
        play.park(call)
    play.accept(leg)
    with pytest.raises(hg.IllegalTransition):
        play.park(leg)
    play.end_consult(call)
    play.park(call)
    with pytest.raises(hg.IllegalTransition):
        play.park(call)


# --- resumed ----------------------------------------------------------


@pytest.mark.rule("CMD-51", "OWN-4", "STATE-12")
def test_a_customer_who_writes_again_has_the_owner_at_once(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", "ben")
    call = play.take("chats", "ann")
    play.park(call)
    play.events()
    play.after(600)
    play.resume(call)
    assert (play.state(call), play.interaction(call).agent) == ("Handling", "ann")
    assert play.agent("ann").parked == ()
    assert [(event.kind, event.agent) for event in play.events("resumed", "accepted", "queued")] == [
        ("resumed", "ann")
    ]
    metrics = play.queue("chats").metrics()
    assert (metrics["offered"], metrics["answered"]) == (1, 1)


@pytest.mark.rule("OWN-5")
def test_an_owner_without_room_is_preferred_in_a_new_wait(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", "ben", chats=1, preferred_wait=30)
    call = play.take("chats", "ann")
    play.park(call)
    busy = play.take("chats", "ben")
    other = play.take("chats", "ann")
    play.end(busy)
    play.events()
    play.after(600)
    play.resume(call)
    view = play.interaction(call)
    assert (view.state, view.preferred, view.agent, view.waited) == ("Queued", "ann", None, 0.0)
    assert play.rules("ben", call) == ["preferred"]
    assert play.kinds(call) == ["resumed", "queued"]
    play.end(other)
    assert play.offered_to(call) == "ann"
    assert play.queue("chats").metrics()["offered"] == 4


def test_after_the_preferred_wait_a_colleague_takes_over(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", "ben", chats=1, preferred_wait=30)
    call = play.take("chats", "ann")
    play.park(call)
    busy = play.take("chats", "ben")
    play.take("chats", "ann")
    play.end(busy)
    play.resume(call)
    play.after(30)
    assert play.offered_to(call) == "ben"


def test_a_conversation_whose_owner_is_on_a_break_goes_to_a_colleague(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", "ben", preferred_wait=0)
    call = play.take("chats", "ann")
    play.park(call)
    play.set_status("ann", "Break")
    play.resume(call)
    assert play.offered_to(call) == "ben"


def test_without_a_queue_it_stays_parked_until_its_owner_can_take_it(make_engine: Any) -> None:
    play = make_engine()
    play.here("ann", capacity={"chat": 1})
    call = play.direct("ann", "chat")
    play.accept(call)
    play.park(call)
    other = play.direct("ann", "chat")
    with pytest.raises(hg.NotReachable):
        play.resume(call)
    assert play.state(call) == "Parked"
    play.reject(other)
    play.resume(call)
    assert play.state(call) == "Handling"


@pytest.mark.rule("OWN-6")
def test_a_resumed_one_that_would_wait_in_a_closed_or_full_queue_is_refused(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", chats=1, max_waiting=0)
    call = play.take("chats", "ann")
    play.park(call)
    other = play.take("chats", "ann")
    with pytest.raises(hg.QueueFull):
        play.resume(call)
    assert play.agent("ann").parked == (call,)
    play.end(other)
    play.set_status("ann", "Break")
    with pytest.raises(hg.QueueFull):
        play.resume(call)
    hours = hg.Hours({"mon": ("09:00", "17:00")}, tz="UTC")
    play.update_queue("chats", hours=hours)
    with pytest.raises(hg.QueueClosed):
        play.resume(call)


def test_who_declined_before_owning_it_is_preferred_all_the_same(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", chats=1, ask_again_after=0, preferred_wait=30)
    call = play.enqueue("chats")
    play.reject(call)
    play.accept(call)
    play.park(call)
    other = play.take("chats", "ann")
    play.here("ben", "chats", capacity={"chat": 1})
    play.resume(call)
    assert play.rules("ben", call) == ["preferred"]
    play.end(other)
    assert play.offered_to(call) == "ann"


# --- over, passed on, without an owner ----------------------------------------------------------


def test_what_is_parked_ends_without_a_wrap_up(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", wrap_up=30)
    call = play.take("chats", "ann")
    play.park(call)
    play.events()
    play.end(call)
    assert play.kinds(call) == ["ended", "completed"]
    assert (play.state(call), play.agent("ann").parked) == ("Completed", ())


@pytest.mark.rule("OWN-8")
def test_a_parked_one_that_is_abandoned_was_answered_all_the_same(make_engine: Any) -> None:
    play = inbox(make_engine, "ann")
    call = play.take("chats", "ann")
    play.park(call)
    play.abandon(call)
    metrics = play.queue("chats").metrics()
    assert (metrics["offered"], metrics["answered"], metrics["abandoned"]) == (1, 1, 0)
    assert (play.state(call), play.interaction(call).agent) == ("Abandoned", None)


@pytest.mark.rule("OWN-7")
def test_parked_work_is_passed_on_without_its_owner_doing_anything(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", "ben")
    play.add_queue("second line", channel="chat")
    play.join("ben", "second line")
    calls = [play.take("chats", name) for name in ("ann", "ben", "ann")]
    play.park(calls[0])
    play.park(calls[2])
    play.end(calls[1])
    play.sign_out("ann")
    play.events()
    play.transfer(calls[0], queue="second line")
    assert play.offered_to(calls[0]) == "ben"
    told = play.events("transferred", "queued")
    assert [(event.kind, event.agent, event.queue) for event in told] == [
        ("transferred", "ann", "second line"),
        ("queued", None, "second line"),
    ]
    play.transfer(calls[2], agent="ben")
    assert play.offered_to(calls[2]) == "ben"
    assert play.agent("ann").parked == ()


def test_a_transfer_of_parked_work_needs_a_target_other_than_its_owner(make_engine: Any) -> None:
    play = inbox(make_engine, "ann")
    call = play.take("chats", "ann")
    play.park(call)
    with pytest.raises(hg.IllegalTransition):
        play.transfer(call)
    with pytest.raises(hg.NotReachable):
        play.transfer(call, agent="ann")


@pytest.mark.rule("OWN-9")
def test_work_whose_owner_is_removed_has_none_and_waits_for_anybody(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", "ben")
    call = play.take("chats", "ann")
    play.park(call)
    play.remove_agent("ann")
    view = play.interaction(call)
    assert (view.state, view.agent) == ("Parked", None)
    assert play.agent_of(call) == -1
    play.resume(call)
    assert play.offered_to(call) == "ben"


@pytest.mark.rule("OWN-10")
def test_a_queue_with_parked_work_is_not_removed(make_engine: Any) -> None:
    play = inbox(make_engine, "ann")
    call = play.take("chats", "ann")
    play.park(call)
    with pytest.raises(hg.IllegalTransition):
        play.remove_queue("chats")
    play.end(call)
    play.remove_queue("chats")


def test_a_fork_and_a_digest_know_what_is_parked(make_engine: Any) -> None:
    play = inbox(make_engine, "ann")
    call = play.take("chats", "ann")
    before = play.digest()
    copy = play.fork()
    play.park(call)
    assert play.digest() != before
    copy.park(call)
    assert copy.digest() == play.digest()
    copy.resume(call)
    assert (copy.state(call), play.state(call)) == ("Handling", "Parked")


# --- capacity below the load ----------------------------------------------------------


@pytest.mark.rule("OWN-11")
def test_capacity_below_the_load_drains(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", chats=3)
    calls = [play.take("chats", "ann") for _ in range(3)]
    play.set_capacity("ann", "chat", 1)
    waiting = play.enqueue("chats")
    assert play.rules("ann", waiting) == ["capacity"]
    assert play.agent("ann").capabilities["chat"] == "full"
    for call in calls[:2]:
        play.end(call)
        assert play.state(waiting) == "Queued"
    play.end(calls[2])
    assert play.offered_to(waiting) == "ann"


@pytest.mark.rule("OFFER-15")
def test_offers_beyond_a_lowered_capacity_are_taken_back_the_latest_first(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", chats=4)
    held = play.take("chats", "ann")
    calls = [play.enqueue("chats") for _ in range(3)]
    play.events()
    play.set_capacity("ann", "chat", 2)
    assert play.states(calls) == ["Offered", "Queued", "Queued"]
    told = [(event.interaction, event.reason) for event in play.events("withdrawn")]
    assert told == [(calls[2], "capacity"), (calls[1], "capacity")]
    play.accept(calls[0])
    play.set_capacity("ann", "chat", 0)
    assert play.agent("ann").capabilities["chat"] == "absent"
    play.end(held)
    play.set_capacity("ann", "chat", 2)
    assert play.states(calls[1:]) == ["Offered", "Queued"]


def test_capacity_raised_again_before_the_load_fell_is_as_if_never_lowered(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", chats=2)
    for _ in range(2):
        play.take("chats", "ann")
    play.set_capacity("ann", "chat", 1)
    play.set_capacity("ann", "chat", 3)
    assert play.offered_to(play.enqueue("chats")) == "ann"


# --- going home ----------------------------------------------------------


@pytest.mark.rule("OWN-12", "OWN-13")
def test_going_home_with_open_chats_parks_them(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", chats=3)
    calls = [play.take("chats", "ann") for _ in range(2)]
    play.hold(calls[1])
    ringing = play.enqueue("chats")
    with pytest.raises(hg.IllegalTransition):
        play.sign_out("ann")
    play.events()
    play.sign_out("ann", work="park")
    assert play.states([*calls, ringing]) == ["Parked", "Parked", "Queued"]
    assert play.agent("ann").parked == tuple(calls)
    told = [(event.kind, event.interaction) for event in play.events("withdrawn", "parked", "signed_out")]
    assert told == [("withdrawn", ringing), ("parked", calls[0]), ("parked", calls[1]), ("signed_out", None)]


def test_what_is_being_dialled_keeps_its_agent_from_going_home(make_engine: Any) -> None:
    play = make_engine()
    play.here("ann", capacity={"chat": 2})
    chat = play.direct("ann", "chat")
    play.accept(chat)
    dialled = play.dial("ann", "chat")
    before = play.digest()
    with pytest.raises(hg.IllegalTransition):
        play.sign_out("ann", work="park")
    assert play.digest() == before
    play.end(dialled)
    play.sign_out("ann", work="park")
    assert play.state(chat) == "Parked"


def test_a_consultation_ends_and_a_conference_goes_on_when_an_agent_goes_home(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", "ben", chats=3)
    calls = [play.direct("ann", "chat") for _ in range(2)]
    legs = []
    for call in calls:
        play.accept(call)
        legs.append(play.consult(call, "ben"))
        play.accept(legs[-1])
    play.conference(calls[1])
    play.sign_out("ann", work="park")
    assert play.states([*calls, *legs]) == ["Parked", "Handling", "Completed", "Completed"]
    assert play.interaction(calls[1]).agent == "ben"


@pytest.mark.rule("OWN-14")
def test_a_supervisor_signs_out_whom_the_model_holds(make_engine: Any) -> None:
    play = make_engine("console_status")
    play.add_agent("ann", capacity={"chat": 1}, signed_in=True, status="Available")
    play.add_agent("sam", role="supervisor")
    play.add_agent("ben")
    with pytest.raises(hg.NotSelectable):
        play.sign_out("ann")
    with pytest.raises(hg.NotPermitted):
        play.sign_out("ann", by="ben")
    play.sign_out("ann", by="sam")
    assert not play.agent("ann").signed_in


@pytest.mark.rule("WRAP-9")
def test_who_hung_up_is_told_and_kept(make_engine: Any) -> None:
    play = inbox(make_engine, "ann")
    call = play.take("chats", "ann")
    play.events()
    play.end(call, reason="customer")
    (ended,) = play.events("ended")
    assert (ended.text, play.interaction(call).reason) == ("customer", "customer")
    play.set_status("ann", "Break")
    waiting = play.enqueue("chats")
    play.abandon(waiting, reason="too long")
    assert play.interaction(waiting).reason == "too long"
    with pytest.raises(hg.ConfigError, match="64 bytes"):
        play.abandon(waiting, reason="x" * 65)
    before = play.digest()
    with pytest.raises(hg.IllegalTransition):
        play.end(waiting, reason="a text that nobody keeps")
    assert play.digest() == before


@pytest.mark.rule("OWN-12", "OWN-13", "CHANGE-17")
def test_going_home_may_give_the_open_chats_back_to_their_queue(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", "ben", chats=2)
    play.set_status("ben", "Break")
    calls = [play.take("chats", "ann") for _ in range(2)]
    play.hold(calls[1])
    play.set_status("ben", "Ready")
    play.events()
    play.sign_out("ann", work="put_back")
    assert [play.offered_to(call) for call in calls] == ["ben", "ben"]
    told = [(event.kind, event.interaction) for event in play.events("put_back", "signed_out")]
    assert told == [("put_back", calls[0]), ("put_back", calls[1]), ("signed_out", None)]
    assert play.agent("ann").interactions == ()
    assert play.agent("ann").parked == ()


@pytest.mark.parametrize("how", ["without a queue", "being dialled", "in a consultation"])
def test_what_has_no_place_to_go_back_to_keeps_its_agent_from_going_home(make_engine: Any, how: str) -> None:
    play = inbox(make_engine, "ann", "ben", chats=3)
    call = play.take("chats", "ann")
    if how == "without a queue":
        play.accept(play.direct("ann", "chat"))
    elif how == "being dialled":
        play.dial("ann", "chat")
    else:
        play.consult(call, "ben")
    before = play.digest()
    with pytest.raises(hg.IllegalTransition):
        play.sign_out("ann", work="put_back")
    assert play.digest() == before


@pytest.mark.rule("OWN-13")
@pytest.mark.parametrize("work", ["put_back", "park"])
def test_a_status_that_waited_for_the_last_chat_waits_no_more(make_engine: Any, work: str) -> None:
    play = inbox(make_engine, "ann")
    calls = [play.take("chats", "ann") for _ in range(2)]
    play.set_status("ann", "Break")
    assert play.agent("ann").pending == "Break"
    play.park(calls[0])
    assert play.agent("ann").pending == "Break"
    leaving = play.fork()
    if work == "park":
        play.park(calls[1])
    else:
        play.put_back(calls[1])
    assert (play.agent("ann").status, play.agent("ann").pending) == ("Break", None)
    leaving.sign_out("ann", work=work)
    assert (leaving.agent("ann").status, leaving.agent("ann").pending) == ("Offline", None)


@pytest.mark.rule("CMD-31", "CMD-33", "CMD-50", "CMD-51")
def test_who_is_neither_the_agent_nor_a_supervisor_neither_ends_nor_parks(make_engine: Any) -> None:
    play = inbox(make_engine, "ann", "ben")
    play.add_agent("sam", role="supervisor")
    call = play.take("chats", "ann")
    for command in (play.end, play.park):
        with pytest.raises(hg.NotPermitted):
            command(call, by="ben")
    play.park(call, by="ann")
    for command in (play.resume, play.end, play.abandon):
        with pytest.raises(hg.NotPermitted):
            command(call, by="ben")
    play.resume(call, by="ann")
    play.events()
    play.end(call, by="sam", reason="closed by the shift")
    (ended,) = play.events("ended")
    assert (ended.by, ended.text) == ("sam", "closed by the shift")
    play.set_status("ann", "Break")
    waiting = play.enqueue("chats")
    with pytest.raises(hg.NotPermitted):
        play.abandon(waiting, by="ben")
    play.abandon(waiting, by="sam")
    assert play.state(waiting) == "Abandoned"


@pytest.mark.rule("WRAP-9")
def test_a_call_back_that_is_tried_again_keeps_no_reason(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", callback_attempts=2, callback_retry=60)
    call = play.enqueue("calls")
    play.request_callback(call)
    play.here("ann", "calls")
    for reason, kept in (("no answer", None), ("given up", "given up")):
        play.accept(call)
        play.end(call, reason=reason)
        assert play.interaction(call).reason == kept
        play.after(60)
