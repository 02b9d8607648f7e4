"""What type checkers and readers of events rely on: enums with members, kinds that equal their names."""

from __future__ import annotations

import inspect

import numpy as np

import huntgroup as hg


def test_a_kind_equals_the_name_that_an_event_carries_and_its_number_in_an_array() -> None:
    engine = hg.Engine("agent_modes")
    engine.add_queue("sales")
    engine.enqueue("sales")
    (queued,) = [event for event in engine.poll() if event.kind == hg.EventKind.QUEUED]
    assert queued.kind == "queued"
    assert hg.EventKind.QUEUED == "queued"
    assert queued.kind != hg.EventKind.OFFERED
    assert hg.EventKind.OFFERED != 10**6
    engine.enqueue("sales")
    events = engine.poll_array()
    assert int((events["kind"] == hg.EventKind.QUEUED).sum()) == 1
    assert {hg.EventKind.QUEUED: 1}[int(hg.EventKind.QUEUED)] == 1  # type: ignore[index]


def test_every_member_stands_in_the_source_where_type_checkers_look() -> None:
    for kind in (hg.Command, hg.EventKind, hg.Result):
        source = inspect.getsource(kind)
        for member in kind:
            assert f"    {member.name} = {member.value}\n" in source


def test_commands_of_rows_are_numbers_of_the_right_size() -> None:
    assert max(hg.Command) < np.iinfo(hg.COMMAND_DTYPE["command"]).max
    assert max(hg.EventKind) < np.iinfo(hg.EVENT_DTYPE["kind"]).max
