"""E5 and E6: an interaction's states. Every legal transition goes through, every other is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from spec_states import INBOUND, OUTBOUND, WAYS, centre, consult

import huntgroup as hg

# Every command that acts on one interaction, with arguments that make it legal where the state allows it.
COMMANDS: dict[str, Callable[[Any, int], Any]] = {
    "accept": lambda play, call: play.accept(call),
    "reject": lambda play, call: play.reject(call),
    "abandon": lambda play, call: play.abandon(call),
    "request_callback": lambda play, call: play.request_callback(call),
    "answered": lambda play, call: play.answered(call),
    "hold": lambda play, call: play.hold(call),
    "retrieve": lambda play, call: play.retrieve(call),
    "consult": lambda play, call: play.consult(call, "ike"),
    "consult outside": lambda play, call: play.consult(call, None),
    "end_consult": lambda play, call: play.end_consult(call),
    "conference": lambda play, call: play.conference(call),
    "transfer to a queue": lambda play, call: play.transfer(call, queue="empty"),
    "transfer to an agent": lambda play, call: play.transfer(call, agent="ike"),
    "transfer to nobody": lambda play, call: play.transfer(call),
    "end": lambda play, call: play.end(call),
    "finish_wrap_up": lambda play, call: play.finish_wrap_up(call),
}

# (state, command) -> the state after it. What is not here is illegal.
LEGAL = {
    ("Queued", "abandon"): "Abandoned",
    ("Queued", "request_callback"): "Queued",
    ("Offered", "accept"): "Handling",
    ("Offered", "reject"): "Queued",
    ("Offered", "abandon"): "Abandoned",
    ("Dialing", "answered"): "Handling",
    ("Dialing", "end"): "Completed",
    ("Handling", "hold"): "On Hold",
    ("Handling", "consult"): "Consulting",
    ("Handling", "consult outside"): "Consulting",
    ("Handling", "transfer to a queue"): "Queued",
    ("Handling", "transfer to an agent"): "Offered",
    ("Handling", "end"): "Wrap Up",
    ("On Hold", "retrieve"): "Handling",
    ("On Hold", "consult"): "Consulting",
    ("On Hold", "consult outside"): "Consulting",
    ("On Hold", "transfer to a queue"): "Queued",
    ("On Hold", "transfer to an agent"): "Offered",
    ("On Hold", "end"): "Wrap Up",
    ("Consulting", "end_consult"): "Handling",
    ("Consulting", "conference"): "In Conference",
    ("Consulting", "transfer to a queue"): "Queued",
    ("Consulting", "transfer to an agent"): "Offered",
    ("Consulting", "transfer to nobody"): "Handling",
    ("Consulting", "end"): "Wrap Up",
    ("In Conference", "end_consult"): "Handling",
    ("In Conference", "transfer to a queue"): "Queued",
    ("In Conference", "transfer to an agent"): "Offered",
    ("In Conference", "transfer to nobody"): "Handling",
    ("In Conference", "end"): "Wrap Up",
    ("Wrap Up", "finish_wrap_up"): "Completed",
}
STATES = tuple(INBOUND)
ILLEGAL = [(state, command) for state in STATES for command in COMMANDS if (state, command) not in LEGAL]


@pytest.mark.spec("E5")
@pytest.mark.parametrize(("state", "command"), LEGAL)
@pytest.mark.rule("CMD-26", "CMD-29", "CMD-30", "STATE-2", "STATE-4", "STATE-5", "STATE-6")
def test_e5_every_legal_transition(make_engine: Any, state: str, command: str) -> None:
    play = centre(make_engine)
    call = INBOUND[state](play)
    assert play.state(call) == state
    COMMANDS[command](play, call)
    if (state, command) == ("Dialing", "end"):
        # This one came as a callback: an attempt is used up and it waits for the next one.
        assert play.state(call) == "Queued"
    else:
        assert play.state(call) == LEGAL[state, command]


OUTBOUND_LEGAL = [
    pair for pair in LEGAL if pair not in {("Queued", "request_callback"), ("Offered", "reject")}
]


@pytest.mark.spec("E5")
@pytest.mark.parametrize(("state", "command"), OUTBOUND_LEGAL)
@pytest.mark.rule("CMD-22", "STATE-3")
def test_e5_every_legal_transition_of_an_outbound_interaction(
    make_engine: Any, state: str, command: str
) -> None:
    play = centre(make_engine)
    call = OUTBOUND[state](play)
    assert play.state(call) == state
    COMMANDS[command](play, call)
    assert play.state(call) == LEGAL[state, command]


@pytest.mark.spec("E5")
@pytest.mark.parametrize(("state", "command"), ILLEGAL)
@pytest.mark.parametrize("ways", [INBOUND, OUTBOUND], ids=["inbound", "outbound"])
def test_e5_every_other_pair_is_refused_and_the_error_names_the_state(
    make_engine: Any, ways: dict[str, Callable[[Any], int]], state: str, command: str
) -> None:
    play = centre(make_engine)
    call = ways[state](play)
    assert play.state(call) == state
    # Without an open offer there is nothing to accept or reject: that has an error of its own.
    error = hg.StaleOffer if command in ("accept", "reject") else hg.IllegalTransition
    with play.refused(error, *(() if error is hg.StaleOffer else (state,))):
        COMMANDS[command](play, call)
    assert play.state(call) == state


@pytest.mark.spec("E5")
@pytest.mark.parametrize("command", COMMANDS)
def test_e5_an_interaction_that_never_was(make_engine: Any, command: str) -> None:
    play = centre(make_engine)
    with play.refused(hg.UnknownInteraction, "7"):
        COMMANDS[command](play, 7)


@pytest.mark.spec("E5")
@pytest.mark.rule("CMD-28")
def test_e5_a_consult_needs_the_other_agent_before_a_conference(make_engine: Any) -> None:
    play = centre(make_engine)
    call = INBOUND["Handling"](play)
    leg = play.consult(call, "hana")
    assert (play.state(call), play.state(leg)) == ("Consulting", "Offered")
    with play.refused(hg.IllegalTransition):
        play.conference(call)
    play.accept(leg)
    play.conference(call)
    assert play.state(call) == "In Conference"


@pytest.mark.spec("E5")
@pytest.mark.rule("CMD-27", "CMD-36")
def test_e5_a_leg_cannot_consult(make_engine: Any) -> None:
    play = centre(make_engine)
    call = INBOUND["Handling"](play)
    leg = play.consult(call, "hana")
    play.accept(leg)
    with play.refused(hg.IllegalTransition, str(leg)):
        play.consult(leg, "ike")
    assert (play.state(call), play.state(leg)) == ("Consulting", "Handling")


@pytest.mark.spec("E5")
@pytest.mark.parametrize("how", ["reject", "expire", "end"])
@pytest.mark.rule("CMD-38")
def test_e5_a_leg_that_ends_leaves_the_first_interaction_in_handling(make_engine: Any, how: str) -> None:
    play = centre(make_engine)
    call = INBOUND["Handling"](play)
    leg = play.consult(call, "hana")
    if how == "reject":
        play.reject(leg)
    elif how == "expire":
        play.after(20)
    else:
        play.accept(leg)
        play.end(leg)
    assert play.state(call) == "Handling"
    assert play.interaction(call).agent == "gil"
    assert play.state(leg) == ("Completed" if how == "end" else "Abandoned")


@pytest.mark.spec("E5")
@pytest.mark.rule("STATE-7")
def test_e5_the_other_agent_leaves_a_conference_and_the_caller_stays(make_engine: Any) -> None:
    play = centre(make_engine)
    call = INBOUND["Handling"](play)
    leg = play.consult(call, "hana")
    play.accept(leg)
    play.conference(call)
    play.events()
    play.end(leg)
    assert (play.state(call), play.interaction(call).agent) == ("Handling", "gil")
    assert (play.held("gil"), play.held("hana")) == ([call], [])
    ended = [(event.kind, event.interaction) for event in play.events("ended", "completed", "consult_ended")]
    assert ended == [("ended", leg), ("completed", leg), ("consult_ended", call)]


@pytest.mark.spec("E5")
@pytest.mark.parametrize("state", ["Consulting", "In Conference"])
@pytest.mark.rule("CMD-39")
def test_e5_the_consulted_agent_takes_over_at_once(make_engine: Any, state: str) -> None:
    play = centre(make_engine)
    call = INBOUND[state](play)
    play.transfer(call, agent="hana")
    view = play.interaction(call)
    assert (view.state, view.agent) == ("Handling", "hana")
    assert play.held("hana") == [call]
    assert play.held("gil") == []
    assert play.status("gil") == "Busy"  # its wrap-up stays with the first agent
    play.after(30)
    assert play.status("gil") == "Ready"
    play.end(call)
    assert play.held("hana") == []


@pytest.mark.spec("E5")
@pytest.mark.rule("CMD-40")
def test_e5_an_outside_party_is_consulted_and_left_with_the_caller(make_engine: Any) -> None:
    play = centre(make_engine)
    call = INBOUND["Handling"](play)
    assert play.consult(call, None) is None
    assert play.state(call) == "Consulting"
    play.conference(call)
    assert play.state(call) == "In Conference"
    play.transfer(call)
    assert play.state(call) == "Wrap Up"
    play.finish_wrap_up(call)
    assert play.state(call) == "Completed"


@pytest.mark.spec("E5")
@pytest.mark.rule("CMD-46", "STATE-10")
def test_e5_after_a_transfer_the_first_agents_wrap_up_is_its_own(make_engine: Any) -> None:
    play = centre(make_engine)
    call = INBOUND["Handling"](play)
    play.transfer(call, queue="empty")
    assert (play.state(call), play.status("gil")) == ("Queued", "Busy")
    play.finish_wrap_up(call, agent="gil")
    assert (play.state(call), play.status("gil")) == ("Queued", "Ready")
    with play.refused(hg.IllegalTransition, "Queued"):
        play.finish_wrap_up(call, agent="gil")


@pytest.mark.spec("E5")
@pytest.mark.rule("OFFER-10", "OFFER-11")
def test_e5_a_transfer_not_answered_goes_back_to_the_last_queue(make_engine: Any) -> None:
    play = centre(make_engine)
    call = INBOUND["Handling"](play)
    play.transfer(call, agent="hana")
    play.after(20)
    view = play.interaction(call)
    assert (view.state, view.queue) == ("Queued", "calls")


@pytest.mark.spec("E5")
@pytest.mark.rule("OFFER-9")
def test_e5_without_a_queue_it_is_abandoned(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.direct("gil", "voice")
    play.accept(call)
    play.transfer(call, agent="hana")
    play.reject(call)
    assert (play.state(call), play.interaction(call).agent) == ("Offered", "gil"), "it is recalled"
    play.reject(call)
    assert play.state(call) == "Abandoned"


@pytest.mark.spec("E5")
def test_e5_who_holds_an_interaction_cannot_sign_out(make_engine: Any) -> None:
    play = centre(make_engine)
    call = INBOUND["On Hold"](play)
    with play.refused(hg.IllegalTransition, "gil"):
        play.sign_out("gil")
    with play.refused(hg.IllegalTransition, "gil"):
        play.remove_agent("gil")
    play.end(call)
    play.sign_out("gil")
    assert play.state(call) == "Completed"


# --- E6 ---------------------------------------------------------------------------------------------------

WAYS_OUT = {
    "Queued": [("abandon", "Abandoned")],
    "Offered": [("accept", "Handling"), ("abandon", "Abandoned")],
    "Dialing": [("answered", "Handling")],
    "Handling": [("hold", "On Hold"), ("end", "Wrap Up")],
    "On Hold": [("retrieve", "Handling"), ("end", "Wrap Up")],
    "Consulting": [("end_consult", "Handling"), ("conference", "In Conference")],
    "In Conference": [("end_consult", "Handling"), ("transfer to nobody", "Handling")],
    "Wrap Up": [("finish_wrap_up", "Completed")],
}
E6_CASES = [
    pytest.param(way, state, command, after, id=f"{direction}-{state}-{command}")
    for state, direction, way in WAYS
    for command, after in WAYS_OUT.get(state, [])
]


@pytest.mark.spec("E6")
@pytest.mark.parametrize(("way", "state", "command", "after"), E6_CASES)
@pytest.mark.rule("STATE-9")
def test_e6_every_state_is_reached_and_left(
    make_engine: Any, way: Callable[[Any], int], state: str, command: str, after: str
) -> None:
    play = centre(make_engine)
    call = way(play)
    assert play.state(call) == state
    COMMANDS[command](play, call)
    assert play.state(call) == after


@pytest.mark.spec("E6")
@pytest.mark.parametrize("ways", [INBOUND, OUTBOUND], ids=["inbound", "outbound"])
def test_e6_one_interaction_through_every_state(
    make_engine: Any, ways: dict[str, Callable[[Any], int]]
) -> None:
    play = centre(make_engine)
    call = ways["Handling"](play)
    seen = [play.state(call)]
    steps: list[Callable[[], Any]] = [
        lambda: play.hold(call),
        lambda: play.retrieve(call),
        lambda: consult(play, call),
        lambda: play.conference(call),
        lambda: play.end_consult(call),
        lambda: play.transfer(call, queue="empty"),
        lambda: play.join("hana", "empty"),
        lambda: play.accept(call),
        lambda: play.update_queue("empty", wrap_up=5),
        lambda: play.end(call),
        lambda: play.after(5),
    ]
    for step in steps:
        step()
        if play.state(call) != seen[-1]:
            seen.append(play.state(call))
    assert seen == [
        "Handling", "On Hold", "Handling", "Consulting", "In Conference", "Handling", "Queued", "Offered",
        "Handling", "Wrap Up", "Completed",
    ]  # fmt: skip


@pytest.mark.spec("E6")
@pytest.mark.rule("CMD-31", "STATE-8")
def test_e6_wrap_up_ends_by_its_time(make_engine: Any) -> None:
    play = centre(make_engine)
    call = INBOUND["Wrap Up"](play)
    play.after(29)
    assert play.state(call) == "Wrap Up"
    play.after(1)
    assert play.state(call) == "Completed"
    assert play.status("gil") == "Ready"


@pytest.mark.spec("E6")
@pytest.mark.rule("STATE-1")
def test_e6_queued_is_left_by_its_limit_and_offered_by_its_expiry(make_engine: Any) -> None:
    play = centre(make_engine)
    play.update_queue("empty", max_wait=60)
    waiting, ringing = play.enqueue("empty"), play.enqueue("calls")
    play.after(20)
    assert (play.state(waiting), play.state(ringing)) == ("Queued", "Queued")
    assert [event.interaction for event in play.events("expired")] == [ringing]
    play.after(40)
    assert (play.state(waiting), play.state(ringing)) == ("Abandoned", "Queued")
