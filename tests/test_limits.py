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


# --- memberships, skills, channels, queues: limits of the compiled tables, which the reference has not ----


def test_an_agent_has_1024_memberships_and_no_more() -> None:
    engine = hg.Engine()
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


def test_more_memberships_than_fit_are_refused_when_an_agent_is_added() -> None:
    engine = hg.Engine()
    for number in range(1025):
        engine.add_queue(f"queue {number}")
    with pytest.raises((hg.LimitExceeded, hg.ConfigError), match=r"1,?024"):
        engine.add_agent("anna", queues=range(1025))
    with pytest.raises((hg.LimitExceeded, hg.ConfigError), match=r"1,?024"):
        engine.add_agents(["ben"], queues=np.arange(1025, dtype=np.int32).reshape(1, 1025))
    assert engine.add_agent("anna", queues=range(1024)) == 0


def test_there_are_1024_skills_and_no_more() -> None:
    engine = hg.Engine()
    engine.add_queue("calls")
    skills = {f"skill_{number}": number % 10 + 1 for number in range(1024)}
    engine.add_agent(
        "anna", skills=skills, queues=["calls"], devices=["voice"], signed_in=True, status="Ready"
    )
    unchanged(engine, hg.LimitExceeded, "set_skill", "anna", "one_more", 1)
    engine.set_skill("anna", "skill_1023", 9)
    assert engine.agent_of(engine.enqueue("calls", requires="skill_1023 >= 9 and skill_0")) == 0
    engine.verify()


def test_one_skill_too_many_is_refused_wherever_it_is_mentioned() -> None:
    engine = hg.Engine()
    engine.add_agent("anna", skills={f"skill_{number}": 1 for number in range(1024)})
    unchanged(engine, hg.LimitExceeded, "add_queue", "calls", requires="one_more")
    unchanged(engine, hg.LimitExceeded, "add_agent", "ben", skills={"one_more": 1})
    unchanged(engine, hg.UnknownSkill, "requirement", "one_more")


def test_there_are_16_channels_and_no_more() -> None:
    engine = hg.Engine()
    for number in range(13):
        engine.add_channel(f"channel {number}", blocks="all")
    with pytest.raises(hg.LimitExceeded):
        engine.add_channel("one more")
    engine.add_queue("last", channel="channel 12")
    engine.add_agent("anna", capacity={"channel 12": 2}, queues=["last"], signed_in=True, status="Ready")
    assert engine.agent_of(engine.enqueue("last")) == 0
    engine.verify()


@pytest.mark.release
def test_there_are_65535_queues_and_no_more() -> None:
    engine = hg.Engine(events=False)
    for number in range(65_535):
        engine.add_queue(f"queue {number}")
    unchanged(engine, hg.LimitExceeded, "add_queue", "one more")
    engine.add_agent("anna", queues=[65_534], devices=["voice"], signed_in=True, status="Ready")
    assert engine.agent_of(engine.enqueue("queue 65534")) == 0
    engine.remove_queue("queue 0")
    engine.verify()


@pytest.mark.soak
def test_there_are_four_million_agents_and_no_more() -> None:
    engine = hg.Engine(events=False)
    engine.add_queue("calls")
    count, chunk = 4_000_000, 1_000_000
    for first in range(0, count, chunk):
        engine.add_agents(
            [f"a{number}" for number in range(first, first + chunk)],
            queues=np.zeros((chunk, 1), np.int32),
            devices=["voice"],
            signed_in=True,
            status="Ready",
        )
    with pytest.raises(hg.LimitExceeded):
        engine.add_agent("one more")
    assert engine.queue("calls").ready == count
    assert engine.agent_of(engine.enqueue("calls")) == 0


# --- numbers that a command carries -----------------------------------------------------------------------


@pytest.mark.parametrize("priority", [-1_000_000, 1_000_000])
def test_priorities_reach_to_a_million_either_way(make_engine: MakeEngine, priority: int) -> None:
    engine = make_engine()
    engine.add_queue("calls", seconds_per_priority=3600)
    engine.add_queue("plain", seconds_per_priority=3600)
    extreme, plain = engine.enqueue("calls", priority=priority), engine.enqueue("plain")
    engine.add_agent("anna", queues=["calls", "plain"], devices=["voice"], signed_in=True, status="Ready")
    first = extreme if priority > 0 else plain
    assert [engine.agent_of(first), engine.interaction(first).state] == [0, "Offered"]
    beyond = priority + (1 if priority > 0 else -1)
    unchanged(engine, hg.LimitExceeded, "enqueue", "calls", priority=beyond)


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
    for beyond in (least - 1, most + 1):
        with pytest.raises((hg.ConfigError, hg.LimitExceeded), match=str(beyond)):
            getattr(engine, method)("anna", *of_what, **{field: beyond})


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
