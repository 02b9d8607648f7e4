"""The limits of a wait act after matching (WAIT-20, WAIT-21 of docs/SEMANTICS.md)."""

from __future__ import annotations

from huntgroup.testing.reference import matching, serving, waiting
from huntgroup.testing.reference.state import QUEUED, Centre, Interaction


def settle_limits(centre: Centre) -> None:
    """After matching (WAIT-20, WAIT-21) limits act on one interaction after the other, always on the first in
    the order of waiting on which one can: it goes to its overflow queue and looks for an agent there, or it
    leaves."""
    # WAIT-20, WAIT-21, WAIT-22.
    while True:
        acting = [i for i in centre.waiting() if _limit_acts(centre, i)]
        if not acting:
            break
        interaction = min(acting, key=lambda i: waiting.order_key(centre, i))
        # WAIT-6: a step that is due at this very instant comes first.
        waiting.relax(centre, interaction)
        if _goes_on(centre, interaction):
            waiting.overflow(centre, interaction)
            matching.select_agent(centre, interaction)
        else:
            waiting.time_out(centre, interaction)
    for number in centre.step.entered & centre.live.keys():
        interaction = centre.live[number]
        if interaction.state == QUEUED and waiting.overflow_is_due(centre, interaction):
            interaction.passed_over = True


def _limit_acts(centre: Centre, interaction: Interaction) -> bool:
    entered = interaction.id in centre.step.entered
    timed_out = entered and waiting.max_wait_due_ns(centre, interaction, centre.now_ns) is not None
    return timed_out or _is_left_alone(centre, interaction) or _goes_on(centre, interaction)


def _is_left_alone(centre: Centre, interaction: Interaction) -> bool:
    """Does the limit of an unstaffed queue act, on entry or because the last member ceased to serve?"""
    queue = centre.queue_of(interaction)
    assert queue is not None
    new = interaction.id in centre.step.entered or serving.staffed_before(centre, queue)
    return new and waiting.unstaffed_is_due(centre, interaction)


def _goes_on(centre: Centre, interaction: Interaction) -> bool:
    """Is its overflow due, by its own timer or on entry, and does the target take it?"""
    entered = interaction.id in centre.step.entered
    due = interaction.passed_over or (entered and waiting.overflow_is_due(centre, interaction))
    return due and waiting.open_target(centre, interaction) is not None
