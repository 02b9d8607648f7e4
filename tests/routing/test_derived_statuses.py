"""Models that nobody would write are run all the same: what a derived status lets in and takes away."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg
from huntgroup.testing.reference import ReferenceEngine


@pytest.fixture(params=["reference", "core"])
def make(request: pytest.FixtureRequest) -> Any:
    engine: Any = ReferenceEngine if request.param == "reference" else hg.Engine
    return lambda model: engine(model=model)


def modes(**changes: Any) -> hg.PresenceModel:
    plain = hg.PresenceModel.load("agent_modes").to_dict()
    for status in plain["status"]:
        status.update(changes.get(status["name"].replace(" ", "_"), {}))
    return hg.PresenceModel.from_dict({**plain, **{k: v for k, v in changes.items() if k.islower()}})


def centre(make: Any, model: hg.PresenceModel, **agent: Any) -> Any:
    engine = make(model)
    engine.add_queue("sales")
    engine.add_queue("care")
    given = {"devices": ["voice"], "capacity": {"voice": 3}, "signed_in": True, "queues": ["sales", "care"]}
    engine.add_agent("ann", **{**given, "status": "Ready", **agent})
    return engine


def test_a_status_that_stops_receiving_once_offered_keeps_its_offer(make: Any) -> None:
    rule = [{"when": ["offered"], "show": "Offered", "receives": "own"}]
    engine = centre(make, modes(derived=rule))
    first, second = engine.enqueue("sales"), engine.enqueue("care")  # OFFER-18
    engine.set_skill("ann", "spanish", 3)
    assert (engine.interaction(first).state, engine.interaction(second).state) == ("Offered", "Queued")
    engine.verify()
    engine.reject(first)
    assert engine.interaction(second).state == "Offered"
    engine.verify()


def test_a_status_that_receives_more_once_handling_takes_who_waits(make: Any) -> None:
    rule = [{"when": ["handling"], "show": "Busy", "receives": "own"}]
    model = modes(derived=rule, Ready={"receives_queued": False}, Busy={"receives_queued": True})
    engine = centre(make, model)
    waiting = engine.enqueue("sales")
    engine.accept(engine.direct("ann", "voice"))  # MATCH-27
    assert engine.interaction(waiting).state == "Offered"
    engine.verify()


def test_a_status_that_receives_more_once_offered_takes_who_waits(make: Any) -> None:
    rule = [{"when": ["offered"], "show": "Offered", "receives": "own"}]
    changes = {
        "Ready": {"receives_queued": "listed", "queues": ["sales"]},
        "Offered": {"receives_queued": True},
    }
    engine = centre(make, modes(derived=rule, **changes))
    care = engine.enqueue("care")
    assert engine.interaction(care).state == "Queued"
    engine.enqueue("sales")  # MATCH-28
    assert engine.interaction(care).state == "Offered"
    engine.verify()


def test_a_waiting_status_says_of_features_and_logins_what_the_base_status_says(make: Any) -> None:
    plain = modes().to_dict()
    for status in plain["status"]:
        if status["name"] == "Ready":
            status["features"] = False
        if status["name"] == "Waiting for Break":
            del status["logged_in"]
    engine = centre(make, hg.PresenceModel.from_dict(plain))
    engine.accept(engine.enqueue("sales"))
    engine.set_status("ann", "Break")
    assert engine.agent("ann").status == "Waiting for Break"
    assert not engine.agent("ann").features_enabled  # STATUS-30
    assert engine.queue("sales").logged_in == 1


def test_signing_out_is_not_refused_for_a_wrap_up_where_nobody_has_to_sign_in(make: Any) -> None:
    plain = hg.PresenceModel.load("queue_login").to_dict()
    engine = make(hg.PresenceModel.from_dict({**plain, "wrap_up": {"fixed": True}}))
    engine.add_queue("sales", wrap_up=30)
    engine.add_agent("ann", devices=["voice"], status="Online", signed_in=True, queues=["sales"])
    call = engine.enqueue("sales")
    engine.accept(call)
    engine.end(call)
    engine.sign_out("ann")  # STATUS-22
    assert not engine.agent("ann").signed_in
    assert engine.agent("ann").wrap_ups == (call,)


def test_accepting_into_a_status_with_a_queue_group_joins_the_group(make: Any) -> None:
    model = hg.PresenceModel.load("agent_modes").with_status("Desk", like="Break", queue_group="desk")
    plain = model.to_dict()
    plain["status"][0]["after_accept"] = "Desk"
    engine = centre(make, hg.PresenceModel.from_dict(plain))
    engine.add_queue("desk", group="desk")
    engine.accept(engine.enqueue("sales"))  # STATUS-17
    assert engine.agent("ann").queues == {"sales": False, "care": False, "desk": True}


@pytest.mark.rule("MATCH-27")
def test_who_joins_a_queue_by_accepting_is_asked_there_in_the_same_step(make: Any) -> None:
    plain = hg.PresenceModel.load("duty_profiles").to_dict()
    plain["status"][0].update(queue_group="desk", after_accept="On Duty")  # it begins anew, and its logins
    engine = make(hg.PresenceModel.from_dict(plain))
    engine.add_queue("chats", channel="chat")
    engine.add_queue("desk", channel="chat", group="desk")
    engine.add_agent("ann", capacity={"chat": 2}, signed_in=True, status="On Duty", queues=["chats"])
    waits = engine.enqueue("desk")
    engine.accept(engine.enqueue("chats"))
    assert engine.interaction(waits).agent == "ann"
    engine.verify()


def test_a_supervisor_sets_a_waiting_status_where_its_target_may_be_set(make: Any) -> None:
    sets = {"supervisor": {"sets": ["Waiting for Break"]}}
    engine = centre(make, modes(**sets))
    engine.add_agent("sam", role="supervisor")
    engine.accept(engine.enqueue("sales"))
    with pytest.raises(hg.NotPermitted):  # STATUS-8
        engine.set_status("ann", "Waiting for Break", by="sam")


def test_a_model_may_speak_of_channels_that_it_has_a_table_for() -> None:
    plain = hg.PresenceModel.load("agent_modes").to_dict()
    plain["status"][0]["receives_direct"] = ["fax"]
    with pytest.raises(hg.ConfigError, match=r"receives_direct.*fax"):
        hg.PresenceModel.from_dict(plain)
    hg.PresenceModel.from_dict({**plain, "channels": {"fax": {}}})


def test_a_model_in_which_no_status_receives_is_refused() -> None:
    plain = hg.PresenceModel.load("agent_modes").to_dict()
    plain["status"][0]["receives_queued"] = False
    with pytest.raises(hg.ConfigError, match="no status receives"):
        hg.PresenceModel.from_dict(plain)


def test_both_spellings_of_a_mode_are_accepted_and_one_is_shown(make: Any) -> None:
    engine = centre(make, hg.PresenceModel.load("agent_modes"))
    engine.set_status("ann", "Handling \u2013 Outgoing Interactions")
    assert engine.agent("ann").status == "Handling - Outgoing Interactions"


def out_once_offered() -> hg.PresenceModel:
    """Who is being asked does not count as logged in, and so does not serve (PRES-9)."""
    return modes(derived=[{"when": ["offered"], "show": "Offered"}], Offered={"logged_in": False})


@pytest.mark.rule("MATCH-28")
def test_what_is_kept_for_one_who_serves_no_more_once_offered_goes_to_others_in_that_step(make: Any) -> None:
    engine = centre(make, out_once_offered())
    engine.join("ann", "care", delay=60)
    for name in ("ben", "cora"):
        engine.add_agent(name, devices=["voice"], signed_in=True, queues=["care"], status="Ready")
    engine.join("ben", "care", delay=60)
    for_ben, for_ann = (engine.enqueue("care", preferred=name) for name in ("ben", "ann"))
    assert [engine.why_not("cora", call)[0].rule for call in (for_ben, for_ann)] == ["preferred"] * 2
    engine.enqueue("sales")
    assert engine.interaction(for_ann).agent == "cora"
    assert engine.interaction(for_ben).state == "Queued"
    engine.verify()
    # The offer that frees one may free the next.
    engine.reject(for_ann)
    engine.direct("ben", "voice")
    assert engine.interaction(for_ben).agent == "cora"
    engine.verify()


@pytest.mark.rule("MATCH-28")
def test_one_offer_frees_what_another_then_frees(make: Any) -> None:
    engine = centre(make, out_once_offered())
    engine.add_queue("chat")
    engine.join("ann", "care", delay=60)
    engine.add_agent("ben", devices=["voice"], signed_in=True, queues=["care", "chat"], status="Ready")
    engine.join("ben", "chat", delay=60)
    engine.add_agent("cora", devices=["voice"], signed_in=True, queues=["chat"], status="Ready")
    for_ann, for_ben = engine.enqueue("care", preferred="ann"), engine.enqueue("chat", preferred="ben")
    first = engine.enqueue("sales")
    asked = [engine.interaction(call).agent for call in (first, for_ann, for_ben)]
    assert asked == ["ann", "ben", "cora"]
    engine.verify()


@pytest.mark.rule("MATCH-28")
def test_delays_that_hold_while_a_lower_tier_serves_end_once_it_is_offered(make: Any) -> None:
    engine = centre(make, out_once_offered())
    engine.update_queue("care", delays="while_staffed")
    engine.add_agent(
        "ben", devices=["voice"], signed_in=True, queues=[], skills={"spanish": 3}, status="Ready"
    )
    engine.join("ben", "care", tier=2, delay=60)
    waiting = engine.enqueue("care", requires="spanish")
    assert [rule.rule for rule in engine.why_not("ben", waiting)] == ["delay"]
    engine.enqueue("sales")
    assert engine.interaction(waiting).agent == "ben"
    engine.verify()


@pytest.mark.rule("OFFER-17", "MATCH-4")
def test_what_is_kept_for_one_who_is_recalled_goes_to_others(make: Any) -> None:
    engine = centre(make, out_once_offered())
    engine.join("ann", "care", delay=60)
    for name, queue in (("ben", "sales"), ("cora", "care")):
        engine.add_agent(name, devices=["voice"], signed_in=True, queues=[queue], status="Ready")
    call = engine.dial("ann", "voice")
    engine.answered(call)
    engine.transfer(call, agent="ben")
    kept = [engine.enqueue("care", preferred="ann") for _ in range(2)]
    assert {engine.interaction(one).state for one in kept} == {"Queued"}
    engine.reject(call)
    assert engine.interaction(call).agent == "ann"
    assert engine.interaction(kept[0]).agent == "cora"
    engine.verify()
    # They are kept again when the agent serves again, and freed again.
    engine.accept(call)
    engine.accept(kept[0])
    engine.end(kept[0])
    assert engine.interaction(kept[1]).state == "Queued"
    engine.direct("ann", "voice")
    assert engine.interaction(kept[1]).agent == "cora"
    engine.verify()
