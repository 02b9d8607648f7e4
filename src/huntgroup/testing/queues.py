"""Arguments of the commands that add, change and remove queues and channels, drawn for a `Workload`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huntgroup.settings.hours import Hours
from huntgroup.testing.centres import GROUPS, random_settings, random_wrap_up
from huntgroup.testing.connections import tied_group

if TYPE_CHECKING:
    from huntgroup.testing.workload import Workload

NEVER = Hours({}, tz="UTC")

Given = tuple[tuple[Any, ...], dict[str, Any]]


def add_queue(work: Workload) -> Given:
    """A new queue; most often one whose name was in use before, and to which others overflow."""
    centre = work.reference.centre
    name = f"q{work.queues_added}"
    work.queues_added += 1
    gone = {queue.name for queue in centre.queues} - {queue.name for queue in centre.present_queues()}
    if gone and work.random.random() < 0.7:
        name = work.random.choice(sorted(gone & _targets(work) or gone))
    settings = {"channel": work.channel(), **random_settings(work.random, work.queues_added, work.calm)}
    return (name,), {**settings, **tied_group(work)}


def update_queue(work: Workload) -> Given:
    """At most two settings; now and then another group, often a new one, and with it a change of presence."""
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
    """Most often a queue without interactions to which others overflow."""
    centre = work.reference.centre
    used = {i.queue for i in centre.live.values()}
    empty = [queue.name for queue in centre.present_queues() if queue.index not in used]
    wanted = [name for name in empty if name in _targets(work)]
    if wanted and work.random.random() < 0.7:
        return (work.random.choice(wanted),), {}
    return (work.random.choice(empty or [work.queue()]),), {}


def _targets(work: Workload) -> set[str]:
    """The names of the queues to which others overflow, whether they exist or not."""
    queues = work.reference.centre.present_queues()
    return {queue.overflow[1] for queue in queues if queue.overflow is not None}


def add_channel(work: Workload) -> Given:
    """A channel with a capability of its own or with that of another channel."""
    names = [channel.name for channel in work.reference.centre.channels]
    details: dict[str, Any] = {
        "blocks": work.random.choice((None, "none", "others", "all", work.random.sample(names, 2))),
        "units": work.random.choice((0, 10, 60)),
        "interruptible_by": work.random.sample(names, work.random.randint(0, 2)),
        **random_wrap_up(work.random),
    }
    if work.random.random() < 0.5:
        details["capability"] = work.random.choice(names)
    else:
        details["needs_device"] = work.random.random() < 0.3
    return (f"channel {len(names)}",), details


def update_channel(work: Workload) -> Given:
    """Nothing, one thing, or both."""
    settings = {
        "wrap_up": work.random.choice((0, 1e-9, 7, 3600)),
        "wrap_up_unanswered": work.random.random() < 0.5,
    }
    some = work.random.sample(sorted(settings), work.random.randint(0, 2))
    return (work.channel(),), {name: settings[name] for name in some}


QUEUES = {
    "add_queue": add_queue,
    "update_queue": update_queue,
    "remove_queue": remove_queue,
    "add_channel": add_channel,
    "update_channel": update_channel,
}
