"""The state rebuilt from the event stream alone equals the engine's views, after every command."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest

import huntgroup as hg
from huntgroup.mirror import Mirror
from huntgroup.shown import AgentView, InteractionView, QueueView
from huntgroup.testing.play import play
from huntgroup.testing.workload import Workload

SEEDS = tuple(range(100, 106))
COMMANDS = 250


def differences(place: str, ours: Any, theirs: Any) -> list[str]:
    """Each field in which two views differ. Both are instances of one class, so none is left out."""
    assert type(ours) is type(theirs)
    found = []
    for field in fields(ours):
        mine, its = getattr(ours, field.name), getattr(theirs, field.name)
        if mine != its and not (isinstance(its, float) and mine == pytest.approx(its, rel=1e-12)):
            found.append(f"{place}.{field.name}: mirror {mine!r}, engine {its!r}")
    return found


def compare(mirror: Mirror, engine: hg.Engine, interactions: range) -> list[str]:
    """Everything in both directions: who is there, and every field of every view."""
    found: list[str] = []
    there = [row.agent for row in engine.directory()]
    if mirror.agents() != there:
        return [f"agents: mirror {mirror.agents()}, engine {there}"]
    for name in there:
        found += differences(name, mirror.agent(name), engine.agent(name))
    ours, theirs = mirror.queues(), engine.queues()
    if [view.name for view in ours] != [view.name for view in theirs]:
        return [*found, "queues"]
    for mine, its in zip(ours, theirs, strict=True):
        found += differences(mine.name, mine, its)
        waits = [view.id for view in engine.waiting(its.name, limit=None)]
        if [view.id for view in mirror.waiting(its.name)] != waits:
            found.append(f"{its.name}.waiting")
    for number in interactions:
        try:
            view = engine.interaction(number)
        except hg.UnknownInteraction:
            continue
        found += differences(str(number), mirror.interaction(number), view)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_the_mirror_equals_the_engine_after_every_command(seed: int) -> None:
    workload = Workload(seed)
    engine, mirror = hg.Engine(**workload.settings), Mirror()
    for count in range(COMMANDS):
        command = workload.next()
        play(workload.reference, command)
        play(engine, command)
        workload.reference.poll()
        mirror.feed(engine.poll())
        mirror.advance(engine.now_ns)
        if count % 50 == 49:
            mirror = Mirror.restore(mirror.snapshot())
        last = workload.reference.centre.last_interaction
        found = compare(mirror, engine, range(max(1, last - 12), last + 1))
        assert not found, "\n".join([f"seed {seed}, command {count}: {command}", *found[:20]])


def test_a_mirror_takes_dictionaries_and_goes_on_from_a_snapshot() -> None:
    engine = hg.Engine("agent_modes")
    engine.add_queue("sales", wrap_up=30)
    engine.add_agent("anna", queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
    call = engine.enqueue("sales", ref="case 7", priority=3)
    mirror = Mirror(json.loads(json.dumps(event.to_dict())) for event in engine.poll())
    saved = mirror.snapshot()
    mirror = Mirror.restore(saved)
    assert mirror.snapshot() == saved
    engine.accept(call)
    engine.end(call)
    mirror.feed(engine.poll())
    assert mirror.agent("anna") == engine.agent("anna")
    assert mirror.queue("sales") == engine.queue("sales")
    assert mirror.interaction(call) == engine.interaction(call)
    assert mirror.presence() == {"sales": "busy"}


@pytest.mark.parametrize(
    "wrong", [b"", b"{}", b'{"huntgroup_mirror":2}', b'{"huntgroup_mirror":1,"state":{"x":1}}']
)
def test_a_snapshot_that_is_none_is_refused(wrong: bytes) -> None:
    with pytest.raises(hg.ConfigError, match="snapshot"):
        Mirror.restore(wrong)


def test_the_latest_finished_interactions_stay() -> None:
    engine = hg.Engine("agent_modes")
    engine.add_queue("sales")
    for _ in range(3):
        engine.abandon(engine.enqueue("sales"))
    mirror = Mirror(engine.poll(), keep_finished=2)
    assert mirror.interaction(2) == engine.interaction(2)
    with pytest.raises(hg.UnknownInteraction):
        mirror.interaction(1)


def test_a_gap_in_the_events_is_told() -> None:
    engine = hg.Engine("agent_modes")
    engine.add_queue("sales")
    engine.add_queue("backup")
    events = engine.poll()
    with pytest.raises(hg.ConfigError, match="after 0"):
        Mirror(events[1:])
    mirror = Mirror(events)
    with pytest.raises(hg.UnknownAgent):
        mirror.agent("anna")
    with pytest.raises(hg.UnknownQueue):
        mirror.queue("vip")
    with pytest.raises(hg.UnknownInteraction):
        mirror.interaction(1)
    mirror.advance(5)
    with pytest.raises(hg.TimeWentBack):
        mirror.advance(4)


def test_no_field_of_a_view_is_left_out() -> None:
    engine = hg.Engine("agent_modes")
    engine.add_queue("sales")
    engine.add_agent("anna", queues=["sales"])
    call = engine.enqueue("sales")
    mirror = Mirror(engine.poll())
    views = (mirror.agent("anna"), mirror.queue("sales"), mirror.interaction(call))
    assert [type(view) for view in views] == [AgentView, QueueView, InteractionView]
