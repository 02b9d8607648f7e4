"""Whatever can change a later answer is in the digest: each setting in turn."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

import pytest

import huntgroup as hg
from huntgroup.settings.queues import QueueSettings


@hg.python_scorer
def last(agents: Any, interaction: Any, scores: Any) -> None:
    for k in range(agents.count):
        scores[k] = k


OF_A_QUEUE: dict[str, Any] = {
    "strategy": "linear",
    "requires": "french",
    "relax": [(5, None), (9, "french")],
    "offer_timeout": 21,
    "wrap_up": 3,
    "wrap_up_holds": "slot",
    "ask_again_after": 11,
    "preferred_wait": 31,
    "max_misses": 3,
    "callback_attempts": 5,
    "callback_retry": 77,
    "hours": hg.Hours({"mon": ("09:00", "17:00")}, tz="UTC"),
    "overflow": (7, "support"),
    "max_waiting": 9,
    "max_wait": 500,
    "seconds_per_priority": 61,
    "group": "back",
    "service_level": (20, 0.81),
    "short_abandon": 4,
    "max_rejects": 3,
    "max_handled": 3,
    "delays": "while_staffed",
    "when_closed": "accept",
    "accept_unstaffed": False,
    "max_wait_unstaffed": 7,
    "limits_run": "open",
}
OF_AN_AGENT: dict[str, Any] = {
    "skills": {"french": 4},
    "capacity": {"voice": 1, "chat": 2},
    "queues": ["sales"],
    "role": "supervisor",
    "units": 5,
    "devices": ["voice"],
    "signed_in": True,
    "status": "Break",
    "busy_selectable": False,
    "wrap_up": 9,
    "user": [0.5],
}
OF_A_CHANNEL: dict[str, Any] = {
    "blocks": "all",
    "needs_device": True,
    "units": 3,
    "capability": "chat",
    "interruptible_by": ["chat"],
    "wrap_up": 4,
    "wrap_up_unanswered": True,
}
OF_AN_INTERACTION: dict[str, Any] = {
    "priority": 1,
    "requires": "french",
    "relax": [(5, None)],
    "preferred": "ann",
    "ref": 7,
    "user": [1.5],
    "arrived_at": 3,
}
OF_AN_ENGINE: dict[str, Any] = {"model": "queue_login", "seed": 5, "start": 9, "keep_finished": 3}
# What they decide is when and what is told, not what happens; `once` looks only.
TOLD = {"name", "at", "queue", "toggle", "self", "clock", "events", "keep_events", "once", "by"}


def centre(**given: Any) -> hg.Engine:
    engine = hg.Engine(**given)
    engine.add_agent("zoe", skills={"french": 1})
    engine.add_queue("sales")
    engine.add_queue("support")
    engine.add_agent("ann", queues=["sales"])
    engine.advance(by=1)
    return engine


def changed(settings: dict[str, Any], make: Callable[[hg.Engine, dict[str, Any]], Any]) -> None:
    """Each setting alone makes another digest than none, and than each other; twice the same one."""
    seen: dict[str, str] = {}
    for name, value in [("none", None), *settings.items()]:
        engines = [centre(), centre()]
        for engine in engines:
            make(engine, {} if name == "none" else {name: value})
            engine.verify()
        digest = engines[0].digest()
        assert digest == engines[1].digest(), name
        assert engines[0].fork().digest() == digest, name
        assert digest not in seen, f"{name} leaves the digest that {seen.get(digest)} gives"
        seen[digest] = name


def test_every_setting_of_a_queue() -> None:
    assert set(OF_A_QUEUE) == set(get_type_hints(QueueSettings))
    changed(OF_A_QUEUE, lambda engine, given: engine.update_queue("sales", **given))
    changed(OF_A_QUEUE | {"channel": "chat"}, lambda engine, given: engine.add_queue("new", **given))


def test_a_scorer_and_steps_that_differ_in_one_number() -> None:
    steps = [[(5, None)], [(6, None)], [(5, "french")], [(5, "french >= 2")], [(5, None), (6, "french")]]
    given = {str(k): {"relax": relax} for k, relax in enumerate(steps)} | {"scorer": {"strategy": last}}
    changed(given, lambda engine, by: [engine.update_queue("sales", **one) for one in by.values()])


def test_every_setting_of_an_agent() -> None:
    names = set(inspect.signature(hg.Engine.add_agent).parameters)
    assert set(OF_AN_AGENT) == names - TOLD - {"ready", "team"}
    changed(
        OF_AN_AGENT,
        lambda engine, given: engine.add_agent(
            "ben", **({"signed_in": True} | given if "status" in given else given)
        ),
    )


def test_every_setting_of_a_channel() -> None:
    assert set(OF_A_CHANNEL) == set(inspect.signature(hg.Engine.add_channel).parameters) - TOLD
    changed(OF_A_CHANNEL, lambda engine, given: engine.add_channel("video", **given))


def test_every_setting_of_an_engine() -> None:
    assert set(OF_AN_ENGINE) == set(inspect.signature(hg.Engine.__init__).parameters) - TOLD
    seen = {centre().digest()}
    for name, value in OF_AN_ENGINE.items():
        digest = centre(**{name: value}).digest()
        assert digest not in seen, name
        seen.add(digest)
    assert centre(events=False, keep_events=5).digest() == centre().digest()


def test_everything_of_an_interaction() -> None:
    changed(OF_AN_INTERACTION, lambda engine, given: engine.enqueue("sales", **given))


@pytest.mark.parametrize("name", ["priority", "ref", "arrived_at"])
def test_what_can_be_read_of_a_finished_one(name: str) -> None:
    digests = set()
    for given in ({}, {name: OF_AN_INTERACTION[name]}):
        engine = centre()
        engine.abandon(engine.enqueue("sales", **given))
        digests.add(engine.digest())
    assert len(digests) == 2


def test_what_can_be_read_no_more_does_not_count() -> None:
    digests = set()
    for priority in (0, 1):
        engine = centre(keep_finished=1)
        for given in (priority, 0):
            engine.abandon(engine.enqueue("sales", priority=given))
        digests.add(engine.digest())
    assert len(digests) == 1
