"""After N offers missed or rejected in a row an agent is out; what the agent does of its own ends the row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

READY, OUT = "Online", "Offline"

OWN: dict[str, Callable[[Any], None]] = {
    "a choice of status": lambda play: play.set_status("anna", READY),
    "a choice by oneself": lambda play: play.set_status("anna", READY, by="anna"),
    "a choice for many": lambda play: play.set_status_many(["anna"], READY),
    "a logout from a queue": lambda play: play.queue_logout("anna", "mail"),
    "a login": lambda play: (play.queue_logout("anna", "mail", by="sam"), play.queue_login("anna", "mail")),
    "an accept": lambda play: answers_another(play),
}

NOT_OWN: dict[str, Callable[[Any], None]] = {
    "a choice by a supervisor": lambda play: play.set_status("anna", READY, by="sam"),
    "a logout by a supervisor": lambda play: play.queue_logout("anna", "mail", by="sam"),
    "a login that is there already": lambda play: play.queue_login("anna", "mail"),
    "a skill": lambda play: play.set_skill("anna", "spanish", 3),
}


def answers_another(play: Any) -> None:
    call = play.direct("anna")
    play.accept(call)
    play.end(call)


def centre(make_engine: Any, **settings: Any) -> Any:
    play = make_engine("queue_login")
    play.add_queue("calls", offer_timeout=5, ask_again_after=0, **settings)
    play.add_queue("mail")
    play.here("anna", "calls", "mail", status=READY)
    play.here("sam", status=READY, role="supervisor")
    return play


def misses(play: Any, call: int) -> None:
    assert play.offered_to(call) == "anna"
    play.after(5)


def rejects(play: Any, call: int) -> None:
    assert play.offered_to(call) == "anna"
    play.reject(call)


WAYS = [("max_misses", misses), ("max_rejects", rejects)]


@pytest.mark.rule("MISS-1", "MISS-5")
@pytest.mark.parametrize(("setting", "fails"), WAYS)
def test_after_so_many_in_a_row_the_agent_is_out(make_engine: Any, setting: str, fails: Any) -> None:
    play = centre(make_engine, **{setting: 2})
    call = play.enqueue("calls")
    fails(play, call)
    assert play.agent("anna").status == READY
    fails(play, call)
    assert (play.agent("anna").status, play.state(call)) == (OUT, "Queued")
    play.set_status("anna", READY)
    assert play.offered_to(call) == "anna"


@pytest.mark.rule("MISS-4")
@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize(("setting", "fails"), WAYS)
def test_what_the_agent_does_of_its_own_starts_the_count_anew(
    make_engine: Any, setting: str, fails: Any, own: str
) -> None:
    play = centre(make_engine, **{setting: 2})
    call = play.enqueue("calls")
    fails(play, call)
    play.abandon(call)
    OWN[own](play)
    call = play.enqueue("calls")
    fails(play, call)
    assert play.agent("anna").status != OUT
    fails(play, call)
    assert play.agent("anna").status == OUT


@pytest.mark.rule("MISS-4")
@pytest.mark.parametrize("other", NOT_OWN)
@pytest.mark.parametrize(("setting", "fails"), WAYS)
def test_what_others_do_and_what_changes_nothing_leaves_the_count(
    make_engine: Any, setting: str, fails: Any, other: str
) -> None:
    play = centre(make_engine, **{setting: 2})
    call = play.enqueue("calls")
    fails(play, call)
    play.abandon(call)
    NOT_OWN[other](play)
    call = play.enqueue("calls")
    fails(play, call)
    assert play.agent("anna").status == OUT


@pytest.mark.rule("MISS-4")
def test_the_toggle_is_a_pause_of_ones_own(make_engine: Any) -> None:
    play = make_engine("presence_profiles")
    play.add_queue("calls", offer_timeout=5, ask_again_after=0, max_misses=2)
    play.here("anna", "calls", status="Available", ready=True)
    call = play.enqueue("calls")
    misses(play, call)
    play.set_ready("anna", False)
    play.set_ready("anna", True)
    misses(play, call)
    assert play.agent("anna").status != "Away"
    misses(play, call)
    assert play.agent("anna").status == "Away"


@pytest.mark.rule("MISS-5")
def test_misses_and_rejects_are_counted_apart(make_engine: Any) -> None:
    play = centre(make_engine, max_misses=2, max_rejects=2)
    call = play.enqueue("calls")
    misses(play, call)
    rejects(play, call)
    assert play.agent("anna").status != OUT
    misses(play, call)
    assert play.agent("anna").status == OUT
