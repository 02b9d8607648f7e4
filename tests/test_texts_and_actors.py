"""Who commands, the texts that the engine keeps, and events as dictionaries."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import huntgroup as hg


@pytest.fixture
def engine() -> Any:
    engine = hg.Engine("queue_login")
    engine.add_queue("calls")
    engine.add_agent("anna", queues=["calls"], devices=["voice"])
    engine.add_agent("sam", role="supervisor")
    engine.poll()
    return engine


@pytest.mark.rule("STEP-14")
def test_every_event_of_a_step_tells_who_gave_the_command(engine: Any) -> None:
    engine.set_status("anna", "Online", by=hg.Actor("Kim", "supervisor"))
    assert {event.by for event in engine.poll()} == {"Kim"}
    engine.set_status("anna", "Offline", by="sam")
    assert {event.by for event in engine.poll()} == {"sam"}
    engine.set_status("anna", "Online")
    engine.enqueue("calls")
    engine.advance(by=20)
    events = engine.poll()
    assert "expired" in [event.kind for event in events]
    assert {event.by for event in events} == {None}


def test_a_refused_command_leaves_nobody_behind(engine: Any) -> None:
    with pytest.raises(hg.NotPermitted, match="connector 'crm' may not set 'Online' for agent 'anna'"):
        engine.set_status("anna", "Online", by=hg.Actor("crm", "connector"))
    engine.set_status("anna", "Online")
    assert {event.by for event in engine.poll()} == {None}


def test_who_may_not_learns_nothing(engine: Any) -> None:
    for status in ("Offline", "On a Call", "no such status"):
        with pytest.raises(hg.NotPermitted):
            engine.set_status("sam", status, by="anna")
    with pytest.raises(hg.UnknownAgent):
        engine.set_status("anna", "Online", by="nobody")


def test_an_actor_in_a_row_is_a_number_below_minus_one(engine: Any) -> None:
    rows = np.full(3, -1, np.int8).astype(hg.COMMAND_DTYPE)
    kim = hg.Actor("Kim", "supervisor")
    assert [engine.actor(kim), engine.actor(hg.Actor("crm", "connector")), engine.actor(kim)] == [-2, -3, -2]
    rows["command"] = hg.Command.SET_STATUS
    rows["agent"] = engine.agent_index("anna")
    rows["status"] = engine.status_index("Online")
    rows["by"] = -2, -3, -4
    events, results = engine.apply(rows)
    assert results.tolist() == [hg.Result.OK, hg.Result.NOT_PERMITTED, hg.Result.UNKNOWN_AGENT]
    assert {event.by for event in engine.named(events)} == {"Kim"}
    assert set(events["by"].tolist()) == {-2}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (("", "agent"), "name"),
        (("Kim\n", "agent"), "name"),
        (("Kim", "boss"), "role"),
        (("Kim", "agent", ""), "team"),
        ((7, "agent"), "name"),
    ],
)
def test_an_actor_is_checked(given: Any, field: str) -> None:
    with pytest.raises(hg.ConfigError) as told:
        hg.Actor(*given)
    assert told.value.field == field


def test_texts_are_kept_once_and_told_back(engine: Any) -> None:
    first, second = engine.text("caller hung up"), engine.text("sold")
    assert engine.text("caller hung up") == first != second
    assert (engine.text_of(first), engine.text_of(second)) == ("caller hung up", "sold")
    copy, another = engine.fork(), engine.fork()
    assert copy.text_of(second) == "sold"
    # A handle is no state: a refused command may have made one.
    engine.text("only here")
    engine.actor(hg.Actor("Kim", "supervisor", "north"))
    assert copy.digest() == engine.digest()
    for each, team in ((engine, "only here"), (copy, "only here"), (another, "sold")):
        each.update_agent("anna", team=team)
    assert copy.digest() == engine.digest() != another.digest()


@pytest.mark.parametrize("text", ["x" * 65, "ü" * 33, "a\nb", 5, None])
def test_a_text_is_short_and_has_no_control_characters(engine: Any, text: Any) -> None:
    with pytest.raises(hg.ConfigError) as told:
        engine.text(text)
    assert told.value.field == "text"


@pytest.mark.parametrize("handle", [-1, 10**6, "sold"])
def test_a_handle_that_nobody_gave_is_refused(engine: Any, handle: Any) -> None:
    with pytest.raises(hg.ConfigError):
        engine.text_of(handle)


def test_an_event_as_a_dictionary_has_every_field_and_the_instant_in_words(engine: Any) -> None:
    engine.advance(1_767_225_600_000_000_001)
    engine.poll()
    call = engine.enqueue("calls")
    told = engine.poll()[0].to_dict()
    assert told["at"] == "2026-01-01T00:00:00.000000001Z"
    assert told["at_ns"] == 1_767_225_600_000_000_001
    assert (told["kind"], told["queue"], told["interaction"], told["by"]) == ("queued", "calls", call, None)
    assert set(told) == {"at", *hg.Event._fields}
    assert json.loads(json.dumps(told)) == told
