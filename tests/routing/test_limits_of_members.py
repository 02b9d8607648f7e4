"""How much of a queue one member and all together may have in hand, and delays while others serve."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg


def chats(make_engine: Any, *names: str, **settings: Any) -> Any:
    play = make_engine()
    play.add_queue("chats", channel="chat", ask_again_after=0, **settings)
    play.add_queue("others", channel="chat")
    for name in names:
        play.here(name, "chats", "others", capacity={"chat": 4})
    return play


def taken(play: Any, queue: str, agent: str) -> int:
    call = int(play.enqueue(queue))
    assert play.offered_to(call) == agent
    play.accept(call)
    return call


@pytest.mark.rule("ELIG-6")
def test_a_member_holds_no_more_of_a_queue_than_its_limit(make_engine: Any) -> None:
    play = chats(make_engine, "anna")
    play.join("anna", "chats", limit=2)
    first, ringing = taken(play, "chats", "anna"), play.enqueue("chats")
    assert play.offered_to(ringing) == "anna"
    third = play.enqueue("chats")
    assert (play.state(third), play.rules("anna", third)) == ("Queued", ["limit"])
    taken(play, "others", "anna")
    assert play.queue("chats").ready == 0
    assert play.queue("others").ready == 1
    play.end(first)
    assert play.offered_to(third) == "anna"


@pytest.mark.rule("ELIG-6")
def test_what_is_transferred_to_the_member_counts_for_its_limit(make_engine: Any) -> None:
    play = chats(make_engine, "anna", "ben")
    play.join("anna", "chats", limit=1)
    play.leave("ben", "chats")
    call = taken(play, "chats", "anna")
    play.transfer(call, agent="ben")
    waiting = play.enqueue("chats")
    assert play.offered_to(waiting) == "anna"
    play.reject(call)
    assert play.state(call) == "Queued"
    play.abandon(waiting)
    play.after(0)
    assert play.offered_to(call) == "anna"


@pytest.mark.rule("ELIG-6", "ELIG-23")
def test_a_limit_may_be_set_raised_lowered_and_taken_away(make_engine: Any) -> None:
    play = chats(make_engine, "anna")
    first, ringing = taken(play, "chats", "anna"), play.enqueue("chats")
    play.join("anna", "chats", limit=0)
    assert play.offered_to(ringing) == "anna"
    waiting = play.enqueue("chats")
    assert play.rules("anna", waiting) == ["limit"]
    play.end(first)
    play.accept(ringing)
    assert play.state(waiting) == "Queued"
    play.join("anna", "chats", limit=2)
    assert play.offered_to(waiting) == "anna"
    play.join("anna", "chats")
    assert play.offered_to(play.enqueue("chats")) == "anna"
    assert [row.limit for row in play.members("chats")] == [None]


@pytest.mark.rule("CMD-14")
def test_a_limit_is_from_0_to_65535(make_engine: Any) -> None:
    play = chats(make_engine, "anna")
    play.join("anna", "chats", limit=65_535)
    assert [row.limit for row in play.members("chats")] == [65_535]
    for wrong in (-1, 65_536, "2", 1.5):
        with pytest.raises(hg.ConfigError):
            play.join("anna", "chats", limit=wrong)


@pytest.mark.rule("ELIG-6", "PRES-12", "MATCH-4")
def test_a_queue_has_no_more_in_hand_than_max_handled(make_engine: Any) -> None:
    play = chats(make_engine, "anna", "ben", max_handled=2)
    first, second = play.enqueue("chats"), play.enqueue("chats")
    assert {play.offered_to(first), play.offered_to(second)} == {"anna", "ben"}
    third = play.enqueue("chats")
    assert play.rules("anna", third) == ["max_handled"]
    assert (play.queue("chats").presence, play.queue("others").presence) == ("busy", "available")
    play.accept(first)
    play.hold(first)
    assert play.state(third) == "Queued"
    play.park(first)
    assert play.state(third) == "Offered"
    assert play.queue("chats").presence == "busy"
    play.update_queue("chats", max_handled=None)
    assert play.queue("chats").presence == "available"


@pytest.mark.rule("PRES-12", "ELIG-14")
def test_nobody_reads_as_ready_in_a_queue_at_its_max_handled(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("chats", channel="chat", max_handled=1, group="web")
    play.add_queue("mails", channel="email", group="web")
    play.here("anna", "chats", capacity={"chat": 4})
    play.here("ben", "chats", "mails", capacity={"chat": 4, "email": 1})

    def seen() -> tuple[Any, ...]:
        total, group = play.presence(total=True)[0], play.presence(group="web")[0]
        assert (total["ready"], total["agents_ready"]) == (group["ready"], group["agents_ready"])
        return (
            play.queue("chats").ready,
            play.presence()[0]["ready"],
            total["ready"],
            total["agents_ready"],
            play.agent("anna").ready("chat"),
            [row.ready for row in play.members("chats")],
            play.count("chatty or not chatty", "chats"),
            play.count("chatty or not chatty"),
        )

    play.set_skill("anna", "chatty", 1)
    free = (2, 2, 3, 2, True, [True, True], (2, 2), (2, 2))
    assert seen() == free
    call = play.enqueue("chats")
    assert seen() == (0, 0, 1, 1, False, [False, False], (2, 0), (2, 1))
    play.abandon(call)
    assert seen() == free


@pytest.mark.rule("ELIG-6")
def test_max_handled_of_0_hands_out_nothing(make_engine: Any) -> None:
    play = chats(make_engine, "anna", max_handled=0)
    call = play.enqueue("chats")
    assert play.rules("anna", call) == ["max_handled"]
    play.update_queue("chats", max_handled=1)
    assert play.offered_to(call) == "anna"


def tiers(make_engine: Any, **settings: Any) -> Any:
    play = make_engine()
    play.add_queue("calls", **settings)
    for name, tier, delay in (("anna", 1, 0), ("ben", 2, 30), ("cleo", 3, 60)):
        play.here(name)
        play.join(name, "calls", tier=tier, delay=delay)
    return play


@pytest.mark.rule("ELIG-22", "ELIG-4", "MATCH-4")
def test_delays_hold_only_while_a_lower_tier_serves(make_engine: Any) -> None:
    play = tiers(make_engine, delays="while_staffed")
    busy = play.take("calls", "anna")
    call = play.enqueue("calls")
    assert play.reasons("ben", call) == [("delay", 30.0)]
    play.end(busy)
    play.reject(call)
    assert play.state(call) == "Queued"
    play.set_status("anna", "Break")
    assert play.offered_to(call) == "ben"
    second = play.enqueue("calls")
    assert play.reasons("cleo", second) == [("delay", 60.0)]
    play.accept(call)
    play.queue_logout("ben", "calls")
    assert play.offered_to(second) == "cleo"


@pytest.mark.rule("ELIG-4")
def test_as_a_rule_delays_hold_whoever_is_away(make_engine: Any) -> None:
    play = tiers(make_engine)
    play.set_status("anna", "Break")
    call = play.enqueue("calls")
    assert play.reasons("ben", call) == [("delay", 30.0)]
    play.update_queue("calls", delays="while_staffed")
    assert play.offered_to(call) == "ben"


@pytest.mark.rule("ELIG-22")
def test_another_tier_may_become_the_lowest_that_serves(make_engine: Any) -> None:
    play = tiers(make_engine, delays="while_staffed")
    play.take("calls", "anna")
    call = play.enqueue("calls")
    assert play.rules("ben", call) == ["delay"]
    play.join("anna", "calls", tier=2)
    assert play.offered_to(call) == "ben"
