"""What goes with the commands that add, change and remove queues, drawn for a `Workload`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huntgroup.settings.hours import Hours
from huntgroup.testing.centres import GROUPS, random_settings
from huntgroup.testing.connections import tied_group

if TYPE_CHECKING:
    from huntgroup.testing.workload import Workload

NEVER = Hours({}, tz="UTC")

Given = tuple[tuple[Any, ...], dict[str, Any]]


def add_queue(work: Workload) -> Given:
    """A new one, or most often one whose name was there before, to which others overflow."""
    centre = work.reference.centre
    name = f"q{work.queues_added}"
    work.queues_added += 1
    gone = {queue.name for queue in centre.queues} - {queue.name for queue in centre.present_queues()}
    if gone and work.random.random() < 0.7:
        name = work.random.choice(sorted(gone & _targets(work) or gone))
    settings = {"channel": work.channel(), **random_settings(work.random, work.queues_added, work.calm)}
    return (name,), {**settings, **tied_group(work)}


def update_queue(work: Workload) -> Given:
    """Two settings at most; now and then another group, often one that is new, and with it what is seen."""
    settings = random_settings(work.random, work.queues_added, work.calm)
    few = work.random.sample(sorted(settings), min(len(settings), 2))
    given = {**{name: settings[name] for name in few}, **tied_group(work)}
    if work.random.random() < 0.2:
        seen = work.random.choice(
            ({"hours": NEVER}, {"hours": None}, {"requires": "spanish and not spanish"}, {"requires": None})
        )
        given = {"group": work.random.choice((*GROUPS, "latam", "anz", None)), **seen}
    return (work.queue(),), given


def remove_queue(work: Workload) -> Given:
    """Most often one that no interaction is in, and to which others overflow."""
    centre = work.reference.centre
    used = {i.queue for i in centre.live.values()}
    empty = [queue.name for queue in centre.present_queues() if queue.index not in used]
    wanted = [name for name in empty if name in _targets(work)]
    if wanted and work.random.random() < 0.7:
        return (work.random.choice(wanted),), {}
    return (work.random.choice(empty or [work.queue()]),), {}


def _targets(work: Workload) -> set[str]:
    """The names of queues to which others overflow, there or not."""
    queues = work.reference.centre.present_queues()
    return {queue.overflow[1] for queue in queues if queue.overflow is not None}


QUEUES = {"add_queue": add_queue, "update_queue": update_queue, "remove_queue": remove_queue}
