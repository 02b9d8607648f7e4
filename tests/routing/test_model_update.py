"""A changed presence model in a running centre: statuses come, go and get other names under agents who have
them."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg
from huntgroup.testing.reference import ReferenceEngine

ROOT = hg.Actor("root", "administrator")


@pytest.fixture(params=["reference", "core"])
def make(request: pytest.FixtureRequest) -> Any:
    engine: Any = ReferenceEngine if request.param == "reference" else hg.Engine
    return lambda model: engine(model=model)


load = hg.PresenceModel.load


def changed(name: str, status: str, **keys: Any) -> hg.PresenceModel:
    """A built-in model with other keys of one status."""
    plain = hg.PresenceModel.load(name).to_dict()
    next(row for row in plain["status"] if row["name"] == status).update(keys)
    return hg.PresenceModel.from_dict(plain)


def renamed(model: hg.PresenceModel, old: str, new: str) -> hg.PresenceModel:
    """With another name for a status wherever it stands, the old one as an alias."""

    def said(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: said(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [said(inner) for inner in value]
        return new if value == old else value

    plain = said(model.to_dict())
    next(row for row in plain["status"] if row["name"] == new)["aliases"] = [old]
    return hg.PresenceModel.from_dict(plain)


def centre(make: Any, model: Any, **agent: Any) -> Any:
    engine = make(model)
    engine.add_queue("sales")
    engine.add_agent("ann", **{"signed_in": True, "devices": ["voice"], "queues": ["sales"], **agent})
    engine.poll()
    return engine


@pytest.mark.rule("MODEL-1")
def test_a_status_that_is_added_can_be_chosen_at_once(make: Any) -> None:
    engine = centre(make, "agent_modes", status="Ready")
    with pytest.raises(hg.UnknownStatus):
        engine.set_status("ann", "Training")
    engine.update_model(load("agent_modes").with_status("Training", like="Break"))
    engine.set_status("ann", "Training")
    view = engine.agent("ann")
    assert (view.status, "Training" in view.selectable) == ("Training", True)
    call = engine.enqueue("sales")
    assert engine.why_not("ann", call)[0].rule == "status"
    engine.verify()


@pytest.mark.rule("MODEL-1", "MODEL-3", "MODEL-4")
def test_a_status_that_gets_another_name_is_still_what_agents_have(make: Any) -> None:
    engine = centre(make, "agent_modes", status="Break")
    engine.advance(by=40)
    engine.set_status("ann", "Ready")
    call = engine.enqueue("sales")
    engine.accept(call)
    engine.set_status("ann", "Break")
    engine.poll()
    model = renamed(load("agent_modes"), "Break", "Rest")
    engine.update_model(model, by=ROOT)
    told = engine.poll()
    assert [(event.kind, event.by) for event in told] == [("model_updated", "root")]
    assert '"name":"Rest"' in told[0].text
    view = engine.agent("ann")
    assert (view.pending, view.time_in_status()["Rest"]) == ("Rest", 40)
    engine.end(call)
    assert engine.agent("ann").status == "Rest"
    engine.set_status("ann", "Ready")
    engine.set_status("ann", "Break")
    assert [event.status_to for event in engine.poll() if event.kind == "status_changed"][-1] == "Rest"
    engine.verify()


@pytest.mark.rule("MODEL-1")
@pytest.mark.parametrize("part", ["name", "sign_in.required", "toggle", "stop_new", "external_presence"])
def test_another_model_is_no_changed_copy(make: Any, part: str) -> None:
    engine = centre(make, "agent_modes", status="Ready")
    plain = load("agent_modes").to_dict()
    plain |= {
        "name": {"name": "another"},
        "sign_in.required": {"sign_in": {**plain.get("sign_in", {}), "required": False}},
        "toggle": {"toggle": {"default": True}},
        "stop_new": {"stop_new": {"channels": ["chat"]}},
        "external_presence": {"external_presence": {"default": "here", "values": {"here": "yes"}}},
    }[part]
    with pytest.raises(hg.ConfigError) as caught:
        engine.update_model(hg.PresenceModel.from_dict(plain))
    assert caught.value.field == "model"
    with pytest.raises(hg.ConfigError):
        engine.update_model("queue_login")
    assert engine.poll() == []


@pytest.mark.rule("MODEL-2", "CMD-61")
def test_a_status_that_somebody_has_cannot_be_removed(make: Any) -> None:
    model = load("agent_modes").with_status("Training", like="Break")
    engine = centre(make, model, status="Ready")
    call = engine.enqueue("sales")
    engine.accept(call)
    engine.set_status("ann", "Training")
    with pytest.raises(hg.IllegalTransition, match="ann"):
        engine.update_model(load("agent_modes"))
    engine.end(call)
    assert engine.agent("ann").status == "Training"
    engine.poll()
    with pytest.raises(hg.IllegalTransition, match="Training"):
        engine.update_model(load("agent_modes"))
    assert engine.poll() == []
    engine.set_status("ann", "Ready")
    engine.update_model(load("agent_modes"))
    assert "Training" not in engine.agent("ann").selectable
    engine.verify()


@pytest.mark.rule("MODEL-2")
def test_an_agent_who_is_gone_keeps_no_status_alive(make: Any) -> None:
    engine = centre(make, load("agent_modes").with_status("Training", like="Break"), status="Training")
    engine.remove_agent("ann")
    engine.update_model(load("agent_modes"))
    engine.add_agent("bob", signed_in=True, status="Break")
    engine.verify()


@pytest.mark.rule("MODEL-3")
def test_a_duration_that_runs_goes_on_and_one_that_is_gone_ends(make: Any) -> None:
    lunch = load("presence_profiles")
    engine = centre(make, lunch, status="Lunch")
    engine.add_agent("bob", signed_in=True, status="Away")
    ends = engine.agent("ann").status_until
    engine.update_model(changed("presence_profiles", "Lunch", duration=60))
    assert engine.agent("ann").status_until == ends
    plain = lunch.to_dict()
    row = next(row for row in plain["status"] if row["name"] == "Lunch")
    del row["duration"]
    engine.update_model(hg.PresenceModel.from_dict(plain))
    assert engine.agent("ann").status_until is None
    engine.update_model(changed("presence_profiles", "Away", duration=60))
    assert engine.agent("bob").status_until is None
    engine.set_status("bob", "Away")
    assert engine.agent("bob").status_until is not None
    engine.verify()


@pytest.mark.rule("MODEL-4")
def test_what_a_changed_status_receives_holds_at_once(make: Any) -> None:
    engine = centre(make, "agent_modes", status="Break")
    call = engine.enqueue("sales")
    engine.poll()
    engine.update_model(changed("agent_modes", "Break", receives_queued=True))
    assert [event.kind for event in engine.poll()][:2] == ["model_updated", "offered"]
    engine.update_model(load("agent_modes"))
    assert engine.interaction(call).state == "Queued"
    engine.verify()


@pytest.mark.rule("MODEL-4", "PERM-8")
def test_logins_stay_and_only_administrators_change_the_model(make: Any) -> None:
    engine = centre(make, "queue_login", status="Online")
    engine.add_queue("care", group="night")
    engine.poll()
    tied = changed("queue_login", "Online", queue_group="night")
    with pytest.raises(hg.NotPermitted):
        engine.update_model(tied, by="ann")
    assert engine.poll() == []
    engine.update_model(tied)
    assert engine.agent("ann").queues == {"sales": True}
    engine.set_status("ann", "Online")
    assert engine.agent("ann").queues == {"sales": False, "care": True}


def test_another_default_is_what_the_next_sign_in_sets(make: Any) -> None:
    engine = centre(make, "duty_profiles")
    assert engine.agent("ann").status == "Off Duty"
    engine.update_model(load("duty_profiles").with_default("On Duty"))
    assert engine.agent("ann").status == "Off Duty"
    engine.sign_out("ann")
    engine.sign_in("ann")
    assert engine.agent("ann").status == "On Duty"


def test_unread_events_tell_the_names_of_their_time(make: Any) -> None:
    model = load("agent_modes").with_status("Training", like="Break")
    engine = centre(make, model, status="Ready")
    engine.set_status("ann", "Training")
    engine.set_status("ann", "Break")
    engine.update_model(renamed(load("agent_modes"), "Break", "Rest"))
    engine.set_status("ann", "Ready")
    told = [(e.status_from, e.status_to) for e in engine.poll() if e.kind == "status_changed"]
    assert told == [("Ready", "Training"), ("Training", "Break"), ("Rest", "Ready")]
    engine.update_model(load("agent_modes"))
    engine.set_status("ann", "Break")
    assert [e.status_to for e in engine.poll() if e.kind == "status_changed"] == ["Break"]


def test_a_fork_and_the_digest_know_the_model() -> None:
    engine = centre(lambda model: hg.Engine(model=model), "agent_modes", status="Ready")
    before, fork = engine.digest(), engine.fork()
    assert fork.digest() == before
    engine.update_model(load("agent_modes").with_status("Training", like="Break"))
    assert engine.digest() != before
    assert fork.digest() == before
    again = engine.fork()
    again.set_status("ann", "Training")
    assert again.agent("ann").status == "Training"
    with pytest.raises(hg.UnknownStatus):
        fork.set_status("ann", "Training")
    again.verify()
