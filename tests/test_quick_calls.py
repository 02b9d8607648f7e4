"""The commands of each interaction are called past Cython's reading of arguments in their most common form:
whatever the form, the same happens."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

import huntgroup as hg

Call = Callable[..., Any]
# Not interned, as a name made while a program runs is not.
MADE = "".join(["a", "t"])

# How `at` and what else there is may be given: in the common form, by a method looked up on the type, with a
# name made at run time, with other arguments in their places.
FORMS: dict[str, Callable[[hg.Engine, str, Any, int, dict[str, Any]], Any]] = {
    "common": lambda engine, name, first, at, more: getattr(engine, name)(first, **more, at=at),
    "at first": lambda engine, name, first, at, more: getattr(engine, name)(first, at=at, **more),
    "of the type": lambda engine, name, first, at, more: getattr(hg.Engine, name)(
        engine, first, **more, at=at
    ),
    "a name made": lambda engine, name, first, at, more: getattr(engine, name)(first, **more, **{MADE: at}),
    "by name": lambda engine, name, first, at, more: getattr(engine, name)(
        **{"queue" if name == "enqueue" else "interaction": first}, **more, at=at
    ),
    "the rest": lambda engine, name, first, at, more: getattr(engine, name)(
        first, *((0, more.get("requires")) if name == "enqueue" else (None,)), at=at
    ),
}


def centre() -> hg.Engine:
    engine = hg.Engine("agent_modes")
    engine.add_queue("calls", wrap_up=3)
    engine.add_agent("ann", queues=["calls"], skills={"french": 4})
    engine.add_agent("bob", queues=["calls"])
    for agent in ("ann", "bob"):
        engine.connect(agent, "voice", at=0)
        engine.sign_in(agent, at=0)
        engine.set_status(agent, "Ready", at=0)
    return engine


def played(form: str) -> tuple[str, list[Any]]:
    """The digest after a stretch of work in this form of call; what each returned or was refused with."""
    engine, call, out = centre(), FORMS[form], list[Any]()

    def tried(name: str, first: Any, at: int, **more: Any) -> Any:
        try:
            out.append(call(engine, name, first, at, more))
        except (hg.Refused, hg.ConfigError) as refused:
            out.append((type(refused), str(refused)))
        return out[-1]

    first = tried("enqueue", "calls", 1_000_000_000, requires="french")
    second = tried("enqueue", 0, 2_000_000_000)
    third = tried("enqueue", "calls", 3_000_000_000, requires=engine.requirement("french"))
    tried("accept", first, 4_000_000_000)
    tried("accept", first, 4_500_000_000)
    tried("accept", second, 5_000_000_000)
    tried("abandon", third, 6_000_000_000)
    tried("abandon", third, 6_000_000_000)
    tried("end", first, 7_000_000_000)
    tried("end", 2**70, 7_000_000_000)
    tried("enqueue", "nowhere", 8_000_000_000)
    tried("enqueue", "calls", 8_000_000_000, requires="unheard_of > 3 and")
    tried("end", second, 1_000_000_000)
    engine.verify()
    return engine.digest(), out


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_call_does_the_same(form: str) -> None:
    assert played(form) == played("common")


def test_the_instant_may_be_left_out() -> None:
    engine, other = centre(), centre()
    engine.advance(5)
    other.advance(5)
    assert engine.enqueue("calls") == other.enqueue("calls", at=5)
    assert engine.digest() == other.digest()


@pytest.mark.parametrize("name", ["enqueue", "accept", "end", "abandon"])
def test_a_call_that_is_wrong_is_told_as_ever(name: str) -> None:
    method = getattr(centre(), name)
    with pytest.raises(TypeError, match=name):
        method()
    with pytest.raises(TypeError, match="unheard_of"):
        method(0, unheard_of=1)
    with pytest.raises(TypeError, match=name):
        method(at=1)
    with pytest.raises(hg.ConfigError, match="not an instant"):
        method(0, at="not an instant")
    assert "at" in inspect.signature(getattr(hg.Engine, name)).parameters
