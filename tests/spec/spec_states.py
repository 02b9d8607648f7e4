"""How to bring an interaction into each of its states, from an inbound and from an outbound one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

WRAP_UP = 30


def centre(make_engine: Any) -> Any:
    """gil handles; hana can be consulted; ike alone serves the queue that a transfer goes to."""
    play = make_engine("agent_modes")
    play.add_queue("calls", channel="voice", wrap_up=WRAP_UP)
    play.add_queue("backup", channel="voice")
    play.add_queue("empty", channel="voice")
    here: dict[str, Any] = {"devices": ["voice"], "signed_in": True, "status": "Ready"}
    play.add_agent("gil", queues=["calls"], **here)
    play.add_agent("hana", **here)
    play.add_agent("ike", queues=["backup"], **here)
    return play


# --- inbound ----------------------------------------------------------------------------------------------


def queued(play: Any) -> int:
    return int(play.enqueue("empty"))


def offered(play: Any) -> int:
    return int(play.enqueue("calls"))


def handling(play: Any) -> int:
    call = offered(play)
    play.accept(call)
    return call


def dialing_callback(play: Any) -> int:
    call = queued(play)
    play.request_callback(call)
    play.join("hana", "empty")
    play.accept(call)
    return call


# --- outbound ---------------------------------------------------------------------------------------------


def dialing(play: Any) -> int:
    return int(play.dial("gil", "voice", queue="calls"))


def answered(play: Any) -> int:
    call = dialing(play)
    play.answered(call)
    return call


# --- from any handled interaction on ----------------------------------------------------------------------


def then(start: Callable[[Any], int], *steps: Callable[[Any, int], Any]) -> Callable[[Any], int]:
    """A way that starts like `start` and then takes these steps."""

    def way(play: Any) -> int:
        call = start(play)
        for step in steps:
            step(play, call)
        return call

    return way


def hold(play: Any, call: int) -> None:
    play.hold(call)


def consult(play: Any, call: int) -> None:
    play.accept(play.consult(call, "hana"))


def conference(play: Any, call: int) -> None:
    play.conference(call)


def end(play: Any, call: int) -> None:
    play.end(call)


def finish(play: Any, call: int) -> None:
    play.finish_wrap_up(call)


def to_queue(play: Any, call: int) -> None:
    play.transfer(call, queue="empty")
    play.finish_wrap_up(call, agent="gil")  # it stays on the first agent; the interaction moves on without it


def to_ringing_agent(play: Any, call: int) -> None:
    play.transfer(call, agent="hana")
    play.finish_wrap_up(call, agent="gil")


def abandon(play: Any, call: int) -> None:
    play.abandon(call)


def _states_of(start: Callable[[Any], int]) -> dict[str, Callable[[Any], int]]:
    return {
        "Handling": start,
        "On Hold": then(start, hold),
        "Consulting": then(start, consult),
        "In Conference": then(start, consult, conference),
        "Wrap Up": then(start, end),
        "Completed": then(start, end, finish),
    }


INBOUND: dict[str, Callable[[Any], int]] = {
    "Queued": queued,
    "Offered": offered,
    "Dialing": dialing_callback,
    **_states_of(handling),
    "Abandoned": then(queued, abandon),
}
# An outbound interaction waits, rings and is given up only once it has been transferred.
OUTBOUND: dict[str, Callable[[Any], int]] = {
    "Queued": then(answered, to_queue),
    "Offered": then(answered, to_ringing_agent),
    "Dialing": dialing,
    **_states_of(answered),
    "Abandoned": then(answered, to_queue, abandon),
}
WAYS = [(state, "inbound", way) for state, way in INBOUND.items()]
WAYS += [(state, "outbound", way) for state, way in OUTBOUND.items()]
