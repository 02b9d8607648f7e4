"""The counts and times of a queue in one interval, and its figures. Figures are computed only here.

docs/HISTORY.md defines each. Durations are in nanoseconds here, and in seconds in the figures.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from huntgroup.settings.durations import SECOND_NS

COUNTS = ("abandoned", "short_abandons", "timed_out", "overflowed")
REFUSALS = ("refused_closed", "refused_full", "refused_unstaffed")


class Tally:
    """`waits_ns`: the waits of answered interactions; `left_ns`: those of abandoned and timed-out ones;
    `counts`: by the names of the queue's counts."""

    __slots__ = (
        *("busy_ns", "counts", "handled", "handling_ns", "in_target", "left_ns", "staffed_ns", "waits_ns"),
    )

    handled: int
    handling_ns: int
    staffed_ns: int
    busy_ns: int

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.waits_ns: list[int] = []
        self.left_ns: list[int] = []
        self.in_target: int = 0
        self.handled = self.handling_ns = 0
        self.staffed_ns = self.busy_ns = 0

    def __iadd__(self, other: Tally) -> Tally:
        """Adds another tally: of another queue or another interval. O(waits of the other)."""
        self.counts += other.counts
        self.waits_ns += other.waits_ns
        self.left_ns += other.left_ns
        self.in_target += other.in_target
        self.handled, self.handling_ns = self.handled + other.handled, self.handling_ns + other.handling_ns
        self.staffed_ns, self.busy_ns = self.staffed_ns + other.staffed_ns, self.busy_ns + other.busy_ns
        return self

    @property
    def offered(self) -> int:
        """Interactions that entered the queue."""
        return self.counts["entered"]

    @property
    def answered(self) -> int:
        """Answered interactions, without answers that were taken back."""
        return len(self.waits_ns)

    @property
    def abandoned(self) -> int:
        """Abandoned interactions, short abandons included."""
        return self.counts["abandoned"]

    @property
    def service_level(self) -> float | None:
        """The share answered within the target, of all answered, abandoned (without short abandons) and timed
        out."""
        lost = self.abandoned - self.counts["short_abandons"] + self.counts["timed_out"]
        judged = self.answered + lost
        return self.in_target / judged if judged else None

    @property
    def average_speed_of_answer(self) -> float | None:
        """Mean wait of answered interactions, seconds."""
        return sum(self.waits_ns) / self.answered / SECOND_NS if self.waits_ns else None

    @property
    def average_handle_time(self) -> float | None:
        """Mean of the complete handling times, wrap-up included, seconds."""
        return self.handling_ns / self.handled / SECOND_NS if self.handled else None

    @property
    def longest_wait(self) -> float | None:
        """The longest wait of those answered, abandoned or timed out, seconds."""
        longest = max([*self.waits_ns, *self.left_ns], default=None)
        return None if longest is None else longest / SECOND_NS

    @property
    def occupancy(self) -> float | None:
        """The share of the staffed time in which agents handled interactions or wrapped up."""
        return self.busy_ns / self.staffed_ns if self.staffed_ns else None

    def wait_percentiles(self, *parts: int) -> list[float | None]:
        """Percentiles of the waits of answered interactions in seconds, linearly interpolated. `parts`: in
        percent. O(n log n)."""
        waits, found = sorted(self.waits_ns), list[float | None]()
        for part in parts:
            place, rest = divmod((len(waits) - 1) * part, 100)
            if not waits:
                found.append(None)
            elif not rest:
                found.append(waits[place] / SECOND_NS)
            else:
                low, high = waits[place], waits[place + 1]
                found.append((low + (high - low) * rest / 100) / SECOND_NS)
        return found

    def figures(self) -> dict[str, Any]:
        """All of them, by the names of their columns."""
        return {
            "offered": self.offered,
            "answered": self.answered,
            **{what: self.counts[what] for what in COUNTS},
            "refused": sum(self.counts[what] for what in REFUSALS),
            "service_level": self.service_level,
            "average_speed_of_answer": self.average_speed_of_answer,
            "average_handle_time": self.average_handle_time,
            "longest_wait": self.longest_wait,
            **dict(zip(("wait_p50", "wait_p90", "wait_p95"), self.wait_percentiles(50, 90, 95), strict=True)),
            "occupancy": self.occupancy,
            "staffed_seconds": self.staffed_ns / SECOND_NS,
        }
