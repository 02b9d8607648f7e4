"""Faults in what happens to waiting interactions."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from huntgroup.testing.planted.fault import fault
from huntgroup.testing.reference import eligibility, limits, matching, open_time, waiting
from huntgroup.testing.reference.building import Building
from huntgroup.testing.reference.state import QUEUED, Centre, Interaction, Queue


def _entered(centre: Centre) -> list[Interaction]:
    """The waiting interactions that entered their queue in this step, by id."""
    found = [centre.live[number] for number in sorted(centre.step.entered & centre.live.keys())]
    return [interaction for interaction in found if interaction.state == QUEUED]


@fault(matching, "match", "WAIT-20")
def max_wait_before_looking(right: Any, centre: Centre) -> None:
    """With `max_wait` 0 who arrives leaves at once, though somebody is free who should be asked first."""
    for interaction in _entered(centre):
        if waiting.max_wait_due_ns(centre, interaction, centre.now_ns) is not None:
            waiting.time_out(centre, interaction)
    right(centre)


@fault(matching, "match", "WAIT-20")
def overflow_before_looking(right: Any, centre: Centre) -> None:
    """With an overflow after 0 who arrives goes on at once, though somebody is free who should be asked
    first."""
    for interaction in _entered(centre):
        if waiting.overflow_is_due(centre, interaction):
            waiting.overflow(centre, interaction)
    right(centre)


@fault(eligibility, "is_kept", "ELIG-9", "ELIG-13")
def kept_for_one_who_does_not_serve(
    right: Any, centre: Centre, interaction: Interaction, queue: Queue
) -> bool:
    """Somebody is kept for a preferred agent who is signed out or on a break; the others should be asked at
    once."""
    if interaction.preferred is None or interaction.preferred in interaction.declined:
        return False
    return open_time.waited_ns(queue, interaction.queued_at_ns, centre.now_ns) < queue.preferred_wait_ns


@fault(limits, "_goes_on", "WAIT-8", "WAIT-21")
def passed_over_for_ever(right: Any, centre: Centre, interaction: Interaction) -> bool:
    """An overflow whose target was closed or full is never tried again; it should be when the target opens
    or has room."""
    return not interaction.passed_over and bool(right(centre, interaction))


@fault(waiting, "open_target", "WAIT-14", "WAIT-22")
def overflow_into_the_room_of_one_put_back(
    right: Any, centre: Centre, interaction: Interaction
) -> Queue | None:
    """`max_waiting` is exceeded where an offer expires and another overflows into the queue in the same
    step; who is put back should count."""

    def is_full(centre: Centre, queue: Queue) -> bool:
        others = [i for i in centre.waiting(queue) if i.id not in centre.step.put_back]
        return queue.max_waiting is not None and len(others) >= queue.max_waiting

    with patch.object(waiting, "is_full", is_full):
        found: Queue | None = right(centre, interaction)
    return found


@fault(Building, "_find_overflow_targets", "WAIT-24")
def target_added_again_is_forgotten(right: Any, engine: Building) -> None:
    """An overflow target that is removed and added again under its name is no target any more; it should
    be."""
    centre = engine.centre
    new = centre.queues[-1].name
    again = any(queue.removed and queue.name == new for queue in centre.queues)
    before = [q for q in centre.present_queues() if q.overflow_target is None and q.overflow is not None]
    right(engine)
    for queue in before:
        if again and queue.overflow is not None and queue.overflow[1] == new:
            queue.overflow_target = None
