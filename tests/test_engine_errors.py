"""Bad input gets one clear error naming the field; a refusal says which rule broke and who is involved."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import huntgroup as hg
from huntgroup.settings.durations import MAX_DURATION_NS, duration_ns
from huntgroup.testing.reference import ReferenceEngine


def centre(model: Any = "agent_modes") -> hg.Engine:
    engine = hg.Engine(model)
    engine.add_queue("sales", wrap_up=10)
    engine.add_queue("lines", channel="chat")
    engine.add_agent("alice", queues=["sales"], devices=["voice"], signed_in=True)
    return engine


# --- arguments --------------------------------------------------------------------------------------------

WRONG: list[tuple[str, Callable[[hg.Engine], object]]] = [
    ("clock", lambda e: hg.Engine(clock=5)),
    ("seed", lambda e: hg.Engine(seed=2**64)),
    ("seed", lambda e: hg.Engine(seed=True)),
    ("events", lambda e: hg.Engine(events=1)),
    ("keep_finished", lambda e: hg.Engine(keep_finished=-1)),
    ("model", lambda e: hg.Engine("no_such_model")),
    ("interaction", lambda e: e.interaction("1")),
    ("interaction", lambda e: e.explain(1.5)),
    ("interaction", lambda e: e.why_not("alice", "1")),
    ("interaction", lambda e: e.end("1")),
    ("interaction", lambda e: e.agent_of(True)),
    ("name", lambda e: e.add_channel("voice")),
    ("name", lambda e: e.add_channel("")),
    ("blocks", lambda e: e.add_channel("fax", blocks="some")),
    ("blocks", lambda e: e.add_channel("fax", blocks=["nothing"])),
    ("interruptible_by", lambda e: e.add_channel("fax", interruptible_by="voice")),
    ("needs_device", lambda e: e.add_channel("fax", needs_device=1)),
    ("needs_device", lambda e: e.add_channel("fax", needs_device=True, capability="email")),
    ("units", lambda e: e.add_channel("fax", units=-1)),
    ("capability", lambda e: e.add_channel("fax", capability="fax")),
    ("name", lambda e: e.add_queue("sales")),
    ("name", lambda e: e.add_queue("x" * 129)),
    ("name", lambda e: e.add_queue("line\nbreak")),
    ("name", lambda e: e.add_queue(7)),
    ("colour", lambda e: e.add_queue("q", colour="red")),
    ("channel", lambda e: e.add_queue("q", channel="fax")),
    ("channel", lambda e: e.update_queue("sales", channel="chat")),
    ("strategy", lambda e: e.add_queue("q", strategy="best")),
    ("strategy", lambda e: e.add_queue("q", strategy=["linear"])),
    ("requires", lambda e: e.add_queue("q", requires="spanish >=")),
    ("requires", lambda e: e.add_queue("q", requires=99)),
    ("requires", lambda e: e.add_queue("q", requires=2.5)),
    ("relax", lambda e: e.add_queue("q", relax="soon")),
    ("relax[0]", lambda e: e.add_queue("q", relax=[30])),
    ("relax[1]", lambda e: e.add_queue("q", relax=[(30, None), (30, None)])),
    ("relax[0]", lambda e: e.enqueue("sales", relax=[(-1, None)])),
    ("offer_timeout", lambda e: e.add_queue("q", offer_timeout=0)),
    ("wrap_up", lambda e: e.add_queue("q", wrap_up=-1)),
    ("max_misses", lambda e: e.add_queue("q", max_misses=0)),
    ("max_waiting", lambda e: e.add_queue("q", max_waiting=-1)),
    ("when_closed", lambda e: e.add_queue("q", when_closed="maybe")),
    ("when_closed", lambda e: e.add_queue("q", when_closed=True)),
    ("limits_run", lambda e: e.add_queue("q", limits_run="closed")),
    ("max_wait", lambda e: e.add_queue("q", max_wait=math.inf)),
    ("callback_attempts", lambda e: e.add_queue("q", callback_attempts=0)),
    ("callback_retry", lambda e: e.add_queue("q", callback_retry=0)),
    ("hours", lambda e: e.add_queue("q", hours="always")),
    ("overflow", lambda e: e.add_queue("q", overflow=120)),
    ("overflow", lambda e: e.add_queue("q", overflow=(120, ""))),
    ("seconds_per_priority", lambda e: e.add_queue("q", seconds_per_priority=3601)),
    ("group", lambda e: e.add_queue("q", group="")),
    ("requires", lambda e: e.add_queue("q", requires="spanish >= >= 3")),
    ("relax[1]", lambda e: e.add_queue("q", relax=[(5, "spanish"), (10, "spanish or or billing")])),
    ("requires", lambda e: e.enqueue("sales", requires="spanish >=")),
    ("relax[0]", lambda e: e.enqueue("sales", relax=[(5, "((")])),
    ("service_level", lambda e: e.add_queue("q", service_level=(20, 1.1))),
    ("service_level", lambda e: e.add_queue("q", service_level=(20, math.nan))),
    ("name", lambda e: e.add_agent("alice")),
    ("skills", lambda e: e.add_agent("x", skills=["spanish"])),
    ("skills['spanish']", lambda e: e.add_agent("x", skills={"spanish": 11})),
    ("capacity", lambda e: e.add_agent("x", capacity={"fax": 1})),
    ("capacity['voice']", lambda e: e.add_agent("x", capacity={"voice": 65_536})),
    ("queues", lambda e: e.add_agent("x", queues=["nowhere"])),
    ("queues", lambda e: e.add_agent("x", queues="sales")),
    ("role", lambda e: e.add_agent("x", role="boss")),
    ("units", lambda e: e.add_agent("x", units=-1)),
    ("devices", lambda e: e.add_agent("x", devices=["chat"])),
    ("signed_in", lambda e: e.add_agent("x", signed_in="yes")),
    ("status", lambda e: e.add_agent("x", signed_in=True, status="Offered")),
    ("status", lambda e: e.add_agent("x", signed_in=True, status="Waiting for Break")),
    ("status", lambda e: e.add_agent("x", status="Ready")),
    ("ready", lambda e: e.add_agent("x", ready=True)),
    ("busy_selectable", lambda e: e.add_agent("x", busy_selectable=None)),
    ("user", lambda e: e.add_agent("x", user=[1.0] * 9)),
    ("user", lambda e: e.add_agent("x", user=[math.nan])),
    ("names", lambda e: e.add_agents("alice")),
    ("names[1]", lambda e: e.add_agents(["x", "x"])),
    ("names[1]", lambda e: e.add_agents(["x", "alice"])),
    ("names[0]", lambda e: e.add_agents([""])),
    ("names[0]", lambda e: e.add_agents(["ä" * 65])),
    ("skills", lambda e: e.add_agents(["x"], skills=[[1]], skill_names=["a", "b"])),
    ("skills", lambda e: e.add_agents(["x"], skills=[[11]], skill_names=["a"])),
    ("skills", lambda e: e.add_agents(["x"], skills=[[0.5]], skill_names=["a"])),
    ("skill_names", lambda e: e.add_agents(["x"], skills=[[1, 2]], skill_names=["a", "a"])),
    ("queues", lambda e: e.add_agents(["x"], queues=np.array([[2]]))),
    ("queues", lambda e: e.add_agents(["x"], queues=np.array([[-2]]))),
    ("queues", lambda e: e.add_agents(["x", "y"], queues=np.array([[0]]))),
    ("queues", lambda e: e.add_agents(["x", "y"], queues=[["sales"]])),
    ("capacity['voice']", lambda e: e.add_agents(["x", "y"], capacity={"voice": [1]})),
    ("user", lambda e: e.add_agents(["x"], user=[["a"]])),
    ("requirement", lambda e: e.requirement("((spanish)")),
    ("requirement", lambda e: e.count(3.5)),
    ("group", lambda e: e.presence(group="nowhere")),
    ("events", lambda e: e.named(np.zeros(3))),
    ("at", lambda e: e.add_queue("q", at=datetime(2026, 1, 1))),
    ("channel", lambda e: e.agent("alice").ready("fax")),
]


@pytest.mark.parametrize(("field", "call"), WRONG, ids=[f"{k}-{field}" for k, (field, _) in enumerate(WRONG)])
def test_a_wrong_argument_is_named_and_nothing_changes(
    field: str, call: Callable[[hg.Engine], object]
) -> None:
    engine = centre()
    before = engine.digest()
    with pytest.raises(hg.ConfigError) as caught:
        call(engine)
    assert caught.value.field == field
    assert caught.value.allowed
    assert engine.digest() == before
    engine.verify()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0),
        (20, 20_000_000_000),
        (0.1, 100_000_000),
        (1e-9, 1),
        (2.5e-9, 2),
        (timedelta(milliseconds=1, microseconds=1), 1_001_000),
        (np.int64(3), 3_000_000_000),
        (MAX_DURATION_NS // 10**9, MAX_DURATION_NS),
    ],
)
def test_durations_are_seconds_or_timedeltas(value: Any, expected: int) -> None:
    assert duration_ns("wait", value) == expected


@pytest.mark.parametrize(
    "value",
    [True, None, "20", -1, -1e-9, math.nan, math.inf, MAX_DURATION_NS // 10**9 + 1, timedelta(days=-1), 1j],
)
def test_what_is_no_duration(value: Any) -> None:
    with pytest.raises(hg.ConfigError) as caught:
        duration_ns("wait", value)
    assert caught.value.field == "wait"


# --- a file -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("file", "model = "),
        ("colour", "colour = 1"),
        ("model", "model = 'nothing'"),
        ("seed", "seed = 'x'"),
        ("skills", "skills = 'spanish'"),
        ("queue", "queue = 3"),
        ("queue[0].name", "[[queue]]\nchannel = 'voice'"),
        ("queue.sales.colour", "[[queue]]\nname = 'sales'\ncolour = 'red'"),
        ("queue.sales.strategy", "[[queue]]\nname = 'sales'\nstrategy = 'best'"),
        ("queue.sales.requires", "[[queue]]\nname = 'sales'\nrequires = 'spanish >='"),
        ("queue.sales.relax[1]", "[[queue]]\nname = 'sales'\nrelax = [[5, 'spanish'], [9, 'not']]"),
        ("queue.sales.overflow", "[[queue]]\nname = 'sales'\noverflow = [60, 'bakcup']"),
        ("queue.sales.overflow", "[[queue]]\nname = 'sales'\noverflow = 'backup'"),
        ("queue.sales.hours", "[[queue]]\nname = 'sales'\nhours = 'always'"),
        ("queue.sales.group", "groups = ['a']\n[[queue]]\nname = 'sales'\ngroup = 'b'"),
        ("queue.sales.name", "[[queue]]\nname = 'sales'\n[[queue]]\nname = 'sales'"),
        ("agent.alice.queues", "[[agent]]\nname = 'alice'\nqueues = ['nowhere']"),
        ("agent.alice.queues.level", "[[agent]]\nname = 'alice'\nqueues = [{ queue = 'x', level = 1 }]"),
        (
            "agent.alice",
            "model = 'queue_login'\n[[agent]]\nname = 'alice'\nstatus = 'Online'",
        ),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_entry(field: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "centre.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(hg.ConfigError) as caught:
        hg.Engine.from_config(path)
    assert caught.value.field == field


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(hg.ConfigError, match=r"nothing\.toml"):
        hg.Engine.from_config(tmp_path / "nothing.toml")


def test_a_queue_of_a_file_may_overflow_to_one_that_comes_later_in_it(tmp_path: Path) -> None:
    path = tmp_path / "centre.toml"
    path.write_text("[[queue]]\nname = 'sales'\noverflow = [0, 'backup']\n[[queue]]\nname = 'backup'")
    engine = hg.Engine.from_config(path)
    assert engine.interaction(engine.enqueue("sales")).queue == "backup"


def test_a_requirement_that_cannot_be_read_is_shown_with_the_argument_and_the_column() -> None:
    with pytest.raises(hg.RequirementError, match=r"^requires: column 12: expected") as caught:
        centre().add_queue("q", requires="spanish >= >= 3")
    assert (caught.value.field, caught.value.column) == ("requires", 12)


# --- refusals ---------------------------------------------------------------------------------------------


def busy() -> tuple[hg.Engine, int]:
    engine = centre()
    engine.set_status("alice", "Ready")
    call = engine.enqueue("sales")
    engine.accept(call)
    return engine, call


REFUSED: list[tuple[type[hg.Refused], str, Callable[[hg.Engine, int], object]]] = [
    (hg.UnknownAgent, r"^sign_in: no agent 'nobody'$", lambda e, c: e.sign_in("nobody")),
    (hg.UnknownAgent, r"no agent 17", lambda e, c: e.sign_in(17)),
    (hg.UnknownAgent, r"no agent 'sam'", lambda e, c: e.set_status("alice", "Break", by="sam")),
    (hg.UnknownAgent, r"no agent 'nobody'", lambda e, c: e.agent("nobody")),
    (hg.NotSelectable, r"alice.*'Busy'.*'Busy' is shown", lambda e, c: e.set_status("alice", "Busy")),
    (hg.NotSelectable, r"'alice'.*no Ready / Not Ready", lambda e, c: e.set_ready("alice", True)),
    (hg.NotSelectable, r"'alice'.*no Stop New", lambda e, c: e.stop_new("alice")),
    (hg.NotSelectable, r"'dnd' is no messenger", lambda e, c: e.set_external_presence("alice", "dnd")),
    (hg.CapabilityMissing, r"'alice'.*'chat'", lambda e, c: e.dial("alice", "chat")),
    (hg.CapabilityMissing, r"'email', which 'task' needs", lambda e, c: e.dial("alice", "task")),
    (hg.CapabilityMissing, r"'chat' needs no device", lambda e, c: e.connect("alice", "chat")),
    (hg.StaleOffer, r"interaction 1 .* Handling", lambda e, c: e.accept(c)),
    (hg.StaleOffer, r"no open offer 5 to agent 'alice'", lambda e, c: e.reject(c, agent="alice", offer=5)),
    (hg.QueueFull, r"'tight' is full", lambda e, c: e.enqueue("tight")),
    (hg.QueueClosed, r"'shut'.*opening hours", lambda e, c: e.enqueue("shut")),
    (hg.IllegalTransition, r"^retrieve: interaction 1 is Handling", lambda e, c: e.retrieve(c)),
    (hg.IllegalTransition, r"'alice' handles", lambda e, c: e.sign_out("alice")),
    (hg.IllegalTransition, r"'sales' still has 1", lambda e, c: e.remove_queue("sales")),
    (hg.NotReachable, r"'alice'", lambda e, c: e.transfer(c, agent="alice")),
    (hg.NotReachable, r"'lines'.*channel.*1", lambda e, c: e.transfer(c, queue="lines")),
    (hg.NotPermitted, r"'bob'.*'Break'.*'alice'", lambda e, c: e.set_status("alice", "Break", by="bob")),
    (hg.TimeWentBack, r"0 ns", lambda e, c: e.advance(-5)),
    (hg.TimeWentBack, r"0 ns", lambda e, c: e.add_queue("late", at=-5)),
    (hg.UnknownQueue, r"'nowhere'", lambda e, c: e.enqueue("nowhere")),
    (hg.UnknownQueue, r"'bakcup'.*'odd' overflows", lambda e, c: e.enqueue("odd")),
    (hg.UnknownQueue, r"'nowhere'", lambda e, c: e.update_queue("nowhere", wrap_up=1)),
    (
        hg.UnknownQueue,
        r"'nowhere'",
        lambda e, c: e.set_queue_logins("alice", {"sales": True, "nowhere": False}),
    ),
    (hg.UnknownSkill, r"'french'", lambda e, c: e.enqueue("sales", requires="german >= 2 and french >= 2")),
    (hg.UnknownSkill, r"'french'", lambda e, c: e.enqueue("sales", relax=[(1, "german"), (5, "not french")])),
    (hg.UnknownSkill, r"'french'", lambda e, c: e.requirement("german or french")),
    (hg.UnknownSkill, r"'french'", lambda e, c: e.count("french")),
    (hg.UnknownInteraction, r"99", lambda e, c: e.hold(99)),
    (hg.UnknownInteraction, r"99", lambda e, c: e.interaction(99)),
    (hg.NotMember, r"'alice'.*'lines'", lambda e, c: e.queue_login("alice", "lines")),
    (hg.AtCapacity, r"'alice' holds 1 of 1 on 'voice'", lambda e, c: e.dial("alice", "voice")),
    (hg.UnknownStatus, r"agent_modes.*'Lunch'", lambda e, c: e.set_status("alice", "Lunch")),
    (hg.UnknownChannel, r"'fax'", lambda e, c: e.direct("alice", "fax")),
    (hg.LimitExceeded, r"priority", lambda e, c: e.enqueue("sales", priority=1_000_001)),
]


@pytest.mark.parametrize(
    ("error", "words", "call"), REFUSED, ids=[f"{k}-{one[0].__name__}" for k, one in enumerate(REFUSED)]
)
@pytest.mark.rule("CMD-15")
def test_a_refusal_names_what_is_involved(
    error: type[hg.Refused], words: str, call: Callable[[hg.Engine, int], object]
) -> None:
    engine, interaction = busy()
    engine.add_agent("bob", signed_in=True, skills={"german": 5})
    engine.add_queue("tight", max_waiting=0)
    engine.add_queue("odd", overflow=(60, "bakcup"))
    engine.add_channel("task", capability="email")
    engine.add_queue("shut", hours=hg.Hours({"mon": ("09:00", "17:00")}, tz="UTC"))
    before = engine.digest()
    with pytest.raises(error, match=words) as caught:
        call(engine, interaction)
    assert type(caught.value) is error
    assert "\n" not in str(caught.value)
    # An entry that the queue refuses is a step, and counted.
    counted = error in (hg.QueueFull, hg.QueueClosed)
    assert (engine.digest() == before) is not counted
    engine.verify()


def test_a_missing_device_is_named() -> None:
    engine = hg.Engine("queue_login")
    engine.add_agent("carl")
    with pytest.raises(hg.NoDevice, match=r"'carl'.*voice device.*'Online'"):
        engine.set_status("carl", "Online")
    with pytest.raises(hg.NoDevice, match=r"'dora'.*'Online'.*voice"):
        engine.add_agent("dora", status="Online")
    with pytest.raises(hg.NoDevice, match="carl"):
        engine.set_status_many(["carl"], "Online")


def test_the_state_of_a_leg_is_told() -> None:
    engine, call = busy()
    engine.add_agent("bob", devices=["voice"], signed_in=True, status="Ready")
    leg = engine.consult(call, "bob")
    with pytest.raises(
        hg.IllegalTransition, match=rf"{call} is Consulting, linked to interaction {leg}.*Offered"
    ):
        engine.conference(call)


def test_features_off_and_a_fixed_wrap_up_are_told() -> None:
    engine = hg.Engine("console_status")
    engine.add_queue("sales", wrap_up=30)
    engine.add_agent("dan", queues=["sales"], devices=["voice"], signed_in=True, status="On Break")
    with pytest.raises(hg.FeaturesOff, match=r"'dan'.*'On Break'"):
        engine.dial("dan", "voice")
    engine.set_status("dan", "Available")
    call = engine.enqueue("sales")
    engine.accept(call)
    engine.end(call)
    with pytest.raises(hg.WrapUpFixed, match=r"'dan'.*console_status"):
        engine.finish_wrap_up(call)


@pytest.mark.rule("CMD-4")
def test_of_two_broken_rules_the_first_is_named() -> None:
    engine, _ = busy()
    with pytest.raises(hg.IllegalTransition):
        engine.remove_queue("sales", at=-5)
    with pytest.raises(hg.TimeWentBack):
        engine.remove_queue("nowhere", at=-5)


def test_an_engine_takes_no_more_than_sixteen_channels() -> None:
    engine = hg.Engine()
    for k in range(13):
        engine.add_channel(f"channel {k}", blocks="all")
    with pytest.raises(hg.LimitExceeded, match="16"):
        engine.add_channel("one more")
    engine.add_queue("q", channel="channel 12")
    engine.verify()


def test_a_queue_that_is_misspelt_for_an_agent_is_told_by_its_likely_name() -> None:
    engine = hg.Engine()
    engine.add_queue("sales")
    with pytest.raises(hg.ConfigError, match=r"queues: 'sale' is not allowed; .*; did you mean sales\?"):
        engine.add_agent("ann", queues=["sale"])


@pytest.mark.parametrize("factory", [hg.Engine, ReferenceEngine])
@pytest.mark.parametrize("priority", [2**31, -(2**31) - 1, 10**12, -(10**40)])
def test_a_priority_that_no_row_holds_is_told_the_limit_that_the_page_names(
    factory: Any, priority: int
) -> None:
    engine = factory()
    engine.add_queue("sales")
    waiting = engine.enqueue("sales")
    for call in (
        lambda: engine.enqueue("sales", priority=priority),
        lambda: engine.update_interaction(waiting, priority=priority),
    ):
        with pytest.raises(hg.ConfigError, match=r"priority.* from -1000000 to 1000000$"):
            call()


@pytest.mark.parametrize("copied", [pickle.dumps, copy.copy, copy.deepcopy])
def test_who_would_copy_an_engine_is_told_of_fork(copied: Any) -> None:
    with pytest.raises(TypeError, match=r"fork\(\)"):
        copied(hg.Engine())
