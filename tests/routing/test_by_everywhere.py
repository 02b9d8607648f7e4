"""Whoever does something can be named, in every command that changes somebody or something, and is told."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

import huntgroup as hg

ROOT = hg.Actor("root", "administrator")

# What telephony and the agent's own client say of one interaction: the agent or the host does it.
OF_THE_CALL = frozenset(
    (
        *("enqueue", "direct", "dial", "answered", "accept", "reject", "hold", "retrieve", "consult"),
        *("conference", "end_consult", "transfer", "finish_wrap_up", "request_callback"),
    )
)
# Whatever is left takes no instant, or is time itself.
NO_COMMANDS = frozenset(("advance", "apply", "from_config"))


def public_commands() -> dict[str, inspect.Signature]:
    """Every public method of Engine that takes an instant."""
    found = {}
    for name, method in inspect.getmembers(hg.Engine, callable):
        if name.startswith("_") or name in NO_COMMANDS:
            continue
        signature = inspect.signature(method)
        if "at" in signature.parameters:
            found[name] = signature
    return found


COMMANDS = public_commands()
ACTED = sorted(COMMANDS.keys() - OF_THE_CALL)


def test_every_command_that_changes_somebody_or_something_takes_by() -> None:
    assert COMMANDS.keys() >= OF_THE_CALL
    assert [name for name in ACTED if "by" not in COMMANDS[name].parameters] == []
    assert [name for name in sorted(OF_THE_CALL) if "by" in COMMANDS[name].parameters] == []


def centre() -> tuple[hg.Engine, dict[str, int]]:
    """Anna handles, wraps up and has parked something; something waits, rings, and is parked without her."""
    engine = hg.Engine("agent_modes")
    for name in ("sales", "backup", "gone"):
        engine.add_queue(name)
    engine.add_queue("slow", wrap_up=300)
    engine.add_queue("rings")
    given: dict[str, Any] = {"devices": ["voice"], "capacity": {"voice": 9, "chat": 1}, "signed_in": True}
    engine.add_agent("anna", queues=["sales", "slow"], status="Ready", skills={"spanish": 2}, **given)
    engine.add_agent("ben", queues=["rings"], status="Ready", **given)
    engine.add_agent("eve", queues=["sales"])
    calls = {}
    for what, queue in (("wraps", "slow"), ("parked", "sales"), ("handled", "sales"), ("back", "sales")):
        calls[what] = engine.enqueue(queue)
        engine.accept(calls[what])
    engine.end(calls["wraps"])
    engine.park(calls["parked"])
    for what in ("waits", "picked", "lost"):
        calls[what] = engine.enqueue("backup")
    calls["rings"] = engine.enqueue("rings")
    engine.poll()
    return engine, calls


def renamed_model() -> hg.PresenceModel:
    plain = hg.PresenceModel.load("agent_modes").to_dict()
    plain["status"][0]["colour"] = "grey" if plain["status"][0]["colour"] != "grey" else "red"
    return hg.PresenceModel.from_dict(plain)


# What each of them is given: arguments as a function of the calls.
GIVEN: dict[str, Any] = {
    "sign_in": lambda calls: (("eve",), {}),
    "sign_out": lambda calls: (("ben",), {}),
    "connect": lambda calls: (("eve", "voice"), {}),
    "disconnect": lambda calls: (("ben", "voice"), {}),
    "connection_lost": lambda calls: (("ben",), {}),
    "connection_restored": lambda calls: (("ben",), {}),
    "set_status": lambda calls: (("ben", "Break"), {}),
    "set_status_many": lambda calls: ((["ben"], "Break"), {}),
    "queue_login": lambda calls: (("anna", "sales"), {}),
    "queue_logout": lambda calls: (("anna", "sales"), {}),
    "set_queue_logins": lambda calls: (("anna", {"sales": False}), {}),
    "set_skill": lambda calls: (("anna", "spanish", 7), {}),
    "set_user": lambda calls: (("anna", 0, 2.5), {}),
    "join": lambda calls: (("eve", "backup"), {}),
    "leave": lambda calls: (("anna", "sales"), {}),
    "set_capacity": lambda calls: (("anna", "voice", 20), {}),
    "update_agent": lambda calls: (("anna",), {"units": 50}),
    "remove_agent": lambda calls: (("eve",), {}),
    "update_interaction": lambda calls: ((calls["waits"],), {"priority": 3}),
    "move": lambda calls: ((calls["waits"], "gone"), {}),
    "assign": lambda calls: ((calls["picked"], "ben"), {}),
    "withdraw": lambda calls: ((calls["rings"],), {}),
    "put_back": lambda calls: ((calls["back"],), {}),
    "end": lambda calls: ((calls["handled"],), {}),
    "park": lambda calls: ((calls["handled"],), {}),
    "resume": lambda calls: ((calls["parked"],), {}),
    "extend_wrap_up": lambda calls: ((calls["wraps"], 60), {}),
    "abandon": lambda calls: ((calls["lost"],), {}),
    "add_agent": lambda calls: (("new",), {}),
    "add_agents": lambda calls: ((["new", "newer"],), {}),
    "add_channel": lambda calls: (("fax",), {}),
    "update_channel": lambda calls: (("voice",), {"wrap_up": 7}),
    "add_queue": lambda calls: (("new",), {}),
    "update_queue": lambda calls: (("sales",), {"wrap_up": 7}),
    "remove_queue": lambda calls: (("gone",), {}),
    "update_model": lambda calls: ((renamed_model(),), {}),
}


def before(engine: hg.Engine, name: str) -> None:
    """What has to be so for the command to change something."""
    if name == "sign_out":
        engine.set_status("ben", "Offline")
    elif name == "queue_login":
        engine.queue_logout("anna", "sales")
    elif name == "connection_restored":
        engine.connection_lost("ben")
    engine.poll()


@pytest.mark.rule("STEP-14")
@pytest.mark.parametrize("name", sorted(GIVEN))
def test_the_events_of_a_command_tell_who_gave_it(name: str) -> None:
    engine, calls = centre()
    before(engine, name)
    arguments, settings = GIVEN[name](calls)
    getattr(engine, name)(*arguments, **settings, by=ROOT)
    events = engine.poll()
    assert events, f"{name} tells nothing"
    assert {event.by for event in events} == {"root"}


# These are no commands of agent_modes: the model in which they are, and what they are given.
ELSEWHERE: dict[str, tuple[str, tuple[Any, ...]]] = {
    "set_ready": ("presence_profiles", ("anna", True)),
    "set_external_presence": ("duty_profiles", ("anna", "busy")),
    "stop_new": ("console_status", ("anna",)),
    "resume_new": ("console_status", ("anna",)),
}


@pytest.mark.rule("STEP-14")
@pytest.mark.parametrize("name", sorted(ELSEWHERE))
def test_the_events_of_what_only_some_models_have_tell_who_gave_it(name: str) -> None:
    model, arguments = ELSEWHERE[name]
    engine = hg.Engine(model)
    engine.add_queue("chats", channel="chat")
    engine.add_agent("anna", queues=["chats"], capacity={"chat": 2}, signed_in=True)
    if name in ("stop_new", "resume_new"):
        engine.set_status("anna", "Available")
        engine.accept(engine.direct("anna", "chat"))
    if name == "resume_new":
        engine.stop_new("anna")
    engine.poll()
    getattr(engine, name)(*arguments, by=ROOT)
    events = engine.poll()
    assert events, f"{name} tells nothing"
    assert {event.by for event in events} == {"root"}


def test_no_command_is_left_out() -> None:
    assert sorted((*GIVEN, *ELSEWHERE)) == ACTED
