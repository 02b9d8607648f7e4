"""The limits of the engine at their edge: what fits exactly, and that one more is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import huntgroup as hg
from huntgroup.testing.reference import ReferenceEngine

MakeEngine = Callable[..., Any]


@pytest.fixture(params=["reference", "core"])
def make_engine(request: pytest.FixtureRequest) -> MakeEngine:
    """The class of the engine under test, for the limits that both have."""
    engines: dict[str, Any] = {"reference": ReferenceEngine, "core": hg.Engine}
    return engines[request.param]  # type: ignore[no-any-return]


def unchanged(engine: Any, error: type[Exception], method: str, *args: Any, **kwargs: Any) -> str:
    """The message of the refusal of this call, which changes nothing."""
    before = engine.digest()
    with pytest.raises(error) as caught:
        getattr(engine, method)(*args, **kwargs)
    assert type(caught.value) is error
    assert engine.digest() == before
    engine.verify()
    return str(caught.value)


# --- agents, memberships, skills, channels, queues --------------------------------------------------------


def beyond(error: hg.HuntgroupError, field: str, allowed: str) -> None:
    """The refusal names the field, the value and what is allowed."""
    assert isinstance(error, hg.LimitExceeded)
    assert error.field == field
    assert allowed in error.allowed
    assert error.value is not None


@pytest.mark.rule("CMD-14")
def test_an_agent_has_1024_memberships_and_no_more(make_engine: MakeEngine) -> None:
    engine = make_engine()
    for number in range(1025):
        engine.add_queue(f"queue {number}")
    engine.add_agent("anna", queues=range(1024), devices=["voice"], signed_in=True, status="Ready")
    message = unchanged(engine, hg.LimitExceeded, "join", "anna", "queue 1024")
    assert "anna" in message
    assert "1,024" in message
    engine.join("anna", "queue 1023", rank=7)  # an edit of one that is there
    engine.leave("anna", "queue 0")
    engine.join("anna", "queue 1024")
    assert engine.agent_of(engine.enqueue("queue 1024")) == 0
    engine.verify()


def test_more_memberships_than_fit_are_refused_when_an_agent_is_added(make_engine: MakeEngine) -> None:
    engine = make_engine()
    for number in range(1025):
        engine.add_queue(f"queue {number}")
    every = np.arange(1025, dtype=np.int32)
    for method, names, queues in (
        ("add_agent", "anna", range(1025)),
        ("add_agents", ["ben"], every.reshape(1, 1025)),
        ("add_agents", ["ben"], [[f"queue {number}" for number in every]]),
    ):
        before = engine.digest()
        with pytest.raises(hg.LimitExceeded, match="1,024") as caught:
            getattr(engine, method)(names, queues=queues)
        beyond(caught.value, "queues", "at most 1,024 queues an agent")
        assert engine.digest() == before
    assert engine.add_agent("anna", queues=range(1024)) == 0
    twice = np.concatenate([every[:1024], every[:1]]).reshape(1, 1025)
    assert engine.add_agents(["ben"], queues=twice) == range(1, 2)  # one of them is said twice
    assert len(engine.agent("ben").queues) == 1024


def test_there_are_1024_skills_and_no_more(make_engine: MakeEngine) -> None:
    engine = make_engine()
    engine.add_queue("calls")
    skills = {f"skill_{number}": number % 10 + 1 for number in range(1024)}
    engine.add_agent(
        "anna", skills=skills, queues=["calls"], devices=["voice"], signed_in=True, status="Ready"
    )
    unchanged(engine, hg.LimitExceeded, "set_skill", "anna", "one_more", 1)
    engine.set_skill("anna", "skill_1023", 9)
    assert engine.agent_of(engine.enqueue("calls", requires="skill_1023 >= 9 and skill_0")) == 0
    engine.verify()


def test_one_skill_too_many_is_refused_wherever_it_is_mentioned(make_engine: MakeEngine) -> None:
    engine = make_engine()
    engine.add_queue("there")
    engine.add_agent("anna", skills={f"skill_{number}": 1 for number in range(1023)})
    both = "skill_1023 and one_more"
    two: dict[str, Any] = {"skills": [[1, 1]], "skill_names": ["skill_1023", "one_more"]}
    for _ in range(2):  # with room for one of two neither is made, and so the second time is like the first
        unchanged(engine, hg.LimitExceeded, "add_queue", "calls", requires=both)
        unchanged(engine, hg.LimitExceeded, "add_queue", "calls", relax=[(1, "skill_1023"), (2, "one_more")])
        unchanged(engine, hg.LimitExceeded, "update_queue", "there", requires=both)
        unchanged(engine, hg.LimitExceeded, "add_agent", "ben", skills={"skill_1023": 1, "one_more": 1})
        unchanged(engine, hg.LimitExceeded, "add_agents", ["ben"], **two)
        unchanged(engine, hg.UnknownSkill, "requirement", "one_more")
        unchanged(engine, hg.UnknownAgent, "set_skill", "nobody", "one_more", 1)
    engine.add_queue("calls", requires="skill_1023 and skill_0")
    with pytest.raises(hg.LimitExceeded) as caught:
        engine.set_skill("anna", "one_more", 1)
    beyond(caught.value, "skill", "at most 1,024 skills")


def test_there_are_16_channels_and_no_more(make_engine: MakeEngine) -> None:
    engine = make_engine()
    for number in range(13):
        engine.add_channel(f"channel {number}", blocks="all")
    unchanged(engine, hg.LimitExceeded, "add_channel", "one more")
    with pytest.raises(hg.LimitExceeded) as caught:
        engine.add_channel("one more")
    beyond(caught.value, "name", "at most 16 channels")
    engine.add_queue("last", channel="channel 12")
    engine.add_agent("anna", capacity={"channel 12": 2}, queues=["last"], signed_in=True, status="Ready")
    assert engine.agent_of(engine.enqueue("last")) == 0
    engine.verify()


def test_there_are_65535_queues_and_no_more() -> None:
    engine = hg.Engine(events=False)
    for number in range(65_535):
        engine.add_queue(f"queue {number}")
    unchanged(engine, hg.LimitExceeded, "add_queue", "one more", requires="a_new_skill")
    with pytest.raises(hg.LimitExceeded) as caught:
        engine.add_queue("one more")
    beyond(caught.value, "name", "at most 65,535 queues")
    engine.add_agent("anna", queues=[65_534], devices=["voice"], signed_in=True, status="Ready")
    assert engine.agent_of(engine.enqueue("queue 65534")) == 0
    engine.remove_queue("queue 0")
    unchanged(engine, hg.LimitExceeded, "add_queue", "in place of the one removed")


def test_there_are_four_million_agents_and_no_more() -> None:
    most = 2**22
    engine = hg.Engine(events=False)
    engine.add_queue("calls")
    engine.add_agents([str(number) for number in range(most - 1)])
    for method, names in (("add_agents", ["last", "beyond"]), ("add_agents", [f"x{k}" for k in range(9)])):
        with pytest.raises(hg.LimitExceeded) as caught:
            getattr(engine, method)(names, skills=[[1]] * len(names), skill_names=["a_new_skill"])
        beyond(caught.value, "names", "at most 4,194,304 agents")
    last = engine.add_agent("last", queues=["calls"], devices=["voice"], signed_in=True, status="Ready")
    assert last == most - 1
    with pytest.raises(hg.LimitExceeded):
        engine.add_agent("one more", skills={"a_new_skill": 1})
    assert engine.agent_of(engine.enqueue("calls")) == last
    assert engine.explain(1)["winner"] == "last"
    with pytest.raises(hg.UnknownSkill):
        engine.requirement("a_new_skill")


# --- numbers that a command carries -----------------------------------------------------------------------


@pytest.mark.parametrize("priority", [-1_000_000, 1_000_000])
@pytest.mark.rule("NUM-3")
def test_priorities_reach_to_a_million_either_way(make_engine: MakeEngine, priority: int) -> None:
    engine = make_engine()
    engine.add_queue("calls", seconds_per_priority=3600)
    engine.add_queue("plain", seconds_per_priority=3600)
    extreme, plain = engine.enqueue("calls", priority=priority), engine.enqueue("plain")
    engine.add_agent("anna", queues=["calls", "plain"], devices=["voice"], signed_in=True, status="Ready")
    first = extreme if priority > 0 else plain
    assert [engine.agent_of(first), engine.interaction(first).state] == [0, "Offered"]
    more = priority + (1 if priority > 0 else -1)
    unchanged(engine, hg.LimitExceeded, "enqueue", "calls", priority=more)


def test_a_refused_command_names_field_value_and_limit() -> None:
    engine = hg.Engine()
    for number in range(1025):
        engine.add_queue(f"queue {number}")
    engine.add_agent("anna", queues=range(1024))
    for call, field, value, allowed in (
        (lambda: engine.join("anna", "queue 1024"), "queue", "queue 1024", "at most 1,024 memberships"),
        (lambda: engine.enqueue(0, priority=1_000_001), "priority", 1_000_001, "to 1,000,000"),
    ):
        with pytest.raises(hg.LimitExceeded) as caught:
            call()
        beyond(caught.value, field, allowed)
        assert caught.value.value == value


def test_a_priority_beyond_the_limit_is_a_code_of_its_row() -> None:
    engine = hg.Engine()
    engine.add_queue("calls")
    rows = np.zeros(4, hg.COMMAND_DTYPE)
    for field in hg.COMMAND_DTYPE.names or ():
        rows[field] = 0 if field in ("command", "priority", "flag", "list_count") else -1
    rows["command"], rows["queue"] = hg.Command.ENQUEUE, 0
    rows["priority"] = [1_000_000, 1_000_001, -1_000_000, -1_000_001]
    results = engine.apply(rows)[1]
    limit = hg.Result.LIMIT_EXCEEDED
    assert [int(code) for code in results] == [hg.Result.OK, limit, hg.Result.OK, limit]


@pytest.mark.parametrize("ref", ["x" * 128, "ä" * 64, 2**63 - 1, -(2**63), 0, ""])
def test_a_ref_of_128_bytes_or_of_64_bits_is_kept(make_engine: MakeEngine, ref: Any) -> None:
    engine = make_engine()
    engine.add_queue("calls")
    call = engine.enqueue("calls", ref=ref)
    assert engine.interaction(call).ref == ref
    engine.abandon(call)
    assert engine.interaction(call).ref == ref


@pytest.mark.parametrize("ref", ["x" * 129, "ä" * 65, 2**63, -(2**63) - 1])
def test_a_ref_beyond_that_is_refused(make_engine: MakeEngine, ref: Any) -> None:
    engine = make_engine()
    engine.add_queue("calls")
    before = engine.digest()
    with pytest.raises((hg.LimitExceeded, hg.ConfigError)):
        engine.enqueue("calls", ref=ref)
    assert engine.digest() == before
    assert engine.enqueue("calls") == 1


HUGE = 2**70


@pytest.mark.parametrize("command", ["accept", "reject", "end", "hold", "abandon", "request_callback"])
def test_an_interaction_beyond_64_bits_is_an_unknown_one(make_engine: MakeEngine, command: str) -> None:
    engine = make_engine()
    for number in (HUGE, -HUGE, 2**63):
        unchanged(engine, hg.UnknownInteraction, command, number)


def test_other_numbers_beyond_64_bits_are_refused() -> None:
    engine = hg.Engine()
    engine.add_queue("calls")
    call = engine.enqueue("calls")
    for method, given in (
        ("accept", {"interaction": call, "offer": HUGE}),
        ("advance", {"to": HUGE}),
        ("enqueue", {"queue": "calls", "at": HUGE}),
        ("sign_in", {"agent": HUGE}),
        ("queue", {"queue": HUGE}),
        ("interaction", {"interaction": HUGE}),
    ):
        with pytest.raises(hg.HuntgroupError):
            getattr(engine, method)(**given)
    engine.verify()


# --- settings ---------------------------------------------------------------------------------------------


EDGES: list[tuple[str, str, int, int]] = [
    ("set_capacity", "capacity", 0, 65_535),
    ("set_skill", "proficiency", 0, 10),
    ("join", "tier", 0, 255),
    ("join", "rank", 0, 65_535),
]


@pytest.mark.parametrize(("method", "field", "least", "most"), EDGES)
def test_settings_reach_to_their_bounds_and_no_further(
    make_engine: MakeEngine, method: str, field: str, least: int, most: int
) -> None:
    engine = make_engine()
    engine.add_queue("calls")
    engine.add_agent("anna", skills={"spanish": 1})
    of_what = {"set_capacity": ("voice",), "set_skill": ("spanish",), "join": ("calls",)}[method]
    for allowed in (least, most):
        getattr(engine, method)("anna", *of_what, **{field: allowed})
        engine.verify()
    for more in (least - 1, most + 1):
        with pytest.raises((hg.ConfigError, hg.LimitExceeded), match=str(more)):
            getattr(engine, method)("anna", *of_what, **{field: more})


@pytest.mark.parametrize("seconds", [-1, 100 * 366 * 86_400 + 1, float("inf"), float("nan")])
def test_durations_reach_to_a_hundred_years(make_engine: MakeEngine, seconds: float) -> None:
    engine = make_engine()
    century = 100 * 365 * 86_400
    engine.add_queue("calls", offer_timeout=century, wrap_up=century, max_wait=century)
    call = engine.enqueue("calls")
    engine.advance(by=60)
    assert engine.interaction(call).state == "Queued"
    with pytest.raises(hg.ConfigError, match="wrap_up"):
        engine.update_queue("calls", wrap_up=seconds)
    engine.verify()


def test_names_have_128_bytes_and_no_more(make_engine: MakeEngine) -> None:
    engine = make_engine()
    engine.add_queue("q" * 128)
    engine.add_agent("ä" * 64, queues=["q" * 128])
    for name in ("", "x" * 129, "ä" * 65, "a\x00b"):
        with pytest.raises(hg.ConfigError, match="name"):
            engine.add_queue(name)
        with pytest.raises(hg.ConfigError, match="name"):
            engine.add_agent(name)
