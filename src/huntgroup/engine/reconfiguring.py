"""Applies the difference between a file and a running centre. It is tried on a copy first, so that all of it
is carried out or nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from typing import Any

from huntgroup.core.python.playing import in_group
from huntgroup.engine.difference import Difference, Side, Step, Wanted, compare
from huntgroup.engine.settings_read import configuration
from huntgroup.errors import ConfigError, HuntgroupError, Problem
from huntgroup.models.locate import line_of
from huntgroup.settings.actors import By

_LOST = {
    "withdrawn": "interaction {interaction} rings agent {agent} no more",
    "timed_out": "interaction {interaction} leaves queue {queue}, where it has waited too long",
    "overflowed": "interaction {interaction} goes on to queue {queue}",
}
"""The events of a change that affect waiting or offered interactions, in words."""


def side_of(engine: Any) -> Side:
    """The engine as one side of a comparison. O(settings)."""
    return Side(configuration(engine), engine.model, engine._keep_finished)


def tried(
    engine: Any,
    wanted: Wanted,
    earlier: Mapping[str, Collection[str]] | None,
    remove: bool,
    by: By,
) -> Difference:
    """The difference, with what it would cost and why it cannot be: found out by making it on a copy.
    O(settings), and O(state) where there is a difference."""
    plan = wanted.plan
    found = compare(side_of(engine), side_of(wanted.engine), plan, earlier, remove)
    if not found.steps:
        return found
    copy = engine.fork()
    copy.poll_array()
    problems, lost, lines = list(found.problems), _signed_in(engine, found), plan.lines()
    told = set()
    for step in found.steps:
        try:
            carry_out(copy, step, by, copy.now_ns)
        except HuntgroupError as error:
            why = error.allowed if isinstance(error, ConfigError) else f"not now, {error}"
            if (step.entry, why) not in told:
                told.add((step.entry, why))
                problems.append(Problem(line_of(lines, step.place), step.entry, step.command, why))
    lost += [_LOST[event.kind].format(**event._asdict()) for event in copy.poll() if event.kind in _LOST]
    return Difference(found.source, found.changes, found.steps, found.left, tuple(lost), tuple(problems))


def apply(engine: Any, steps: Collection[Step], by: By) -> None:
    """Carries the steps out at one instant, as one group. O(steps x what each costs)."""
    at_ns = engine.now_ns
    with nullcontext() if in_group(engine) else engine.group():
        for step in steps:
            carry_out(engine, step, by, at_ns)


def carry_out(engine: Any, step: Step, by: By, at_ns: int) -> None:
    """One step, by somebody. Raises what the command raises."""
    getattr(engine, step.command)(**step.members, by=by, at=at_ns)


def _signed_in(engine: Any, found: Difference) -> list[str]:
    """What the removals cost: signed-in agents that are removed, memberships that end while the agent is
    logged in, and queues that are removed while they have members."""
    lost = []
    for change in found.changes:
        if change.what != "removed":
            continue
        if change.kind == "agent" and change.setting is None:
            if engine.agent(change.name).signed_in:
                lost.append(f"agent {change.name} is signed in")
        elif change.kind == "agent" and change.setting is not None and change.setting.startswith("queues."):
            queue = change.setting.removeprefix("queues.")
            if engine.agent(change.name).queues[queue]:
                lost.append(f"agent {change.name} is logged in to queue {queue}")
        elif change.kind == "queue":
            members = engine.queue(change.name).members
            if members:
                lost.append(f"queue {change.name} has {members} members")
    return lost
