"""What a queue counts of those who come to it: each entry ends once (NUM-11 to NUM-13)."""

from __future__ import annotations

from huntgroup.testing.reference.state import Centre, Interaction, Queue

ENDS = ("answered", "abandoned", "timed_out", "overflowed", "moved", "callback_failed")
"""How an entry can end, by the names of the counters."""


def begin_entry(interaction: Interaction, queue: Queue) -> None:
    """NUM-11: it entered the queue."""
    queue.entered += 1
    interaction.counts = True


def end_entry(centre: Centre, interaction: Interaction, how: str) -> bool:
    """NUM-12: its entry ended this way, unless it had ended before. True if this counts."""
    queue = centre.queue_of(interaction)
    if queue is None or not interaction.counts:
        return False
    interaction.counts = False
    setattr(queue, how, getattr(queue, how) + 1)
    return True


def still_there(centre: Centre, queue: Queue) -> int:
    """How many entries have not ended. O(interactions)."""
    return sum(i.queue == queue.index and i.counts for i in centre.live.values())
